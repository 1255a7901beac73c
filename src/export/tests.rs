//! Journals on the disk: kills, other exports, and every kind of damage.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use super::{
    Journal, JournalEntry, JournalError, JournalReader, Plan, is_blank,
    journal_contents::{JournalContents, key},
    journal_of, write,
};
use crate::{
    collect::{ListStart, RowKey},
    columns::RowSchema,
    model::{CustomerFilter, Status},
    output::{Format, Options, default_columns},
};

fn plan() -> Plan {
    Plan::of(&CustomerFilter::default(), &Status::listed()[..2], vec!["1".into()], "https://x")
}

fn customer(id: &str) -> RowKey {
    RowKey::Id(id.to_owned())
}

fn entry(part: usize, ids: &[&str], offset: Option<u64>) -> JournalEntry {
    let rows = ids.iter().map(|id| json!({"customerId": id, "n": 1.50})).collect();
    let place = offset.map(|offset| ListStart { offset, ..ListStart::default() });
    JournalEntry { part, place, rows, ended: None }
}

/// Returns all batches of an export.
fn batches() -> Vec<JournalEntry> {
    vec![
        entry(0, &["1", "2"], Some(49)),
        entry(0, &["3"], None),
        entry(1, &["4", "5"], Some(49)),
        entry(1, &["6\n"], None),
    ]
}

/// Counts the batches in a journal.
fn count(held: &JournalContents) -> usize {
    2 * held.whole + usize::from(held.place.offset > 0)
}

/// A folder with a journal of the plan and its first batches.
struct Stage {
    folder: tempfile::TempDir,
    journal: PathBuf,
    whole: Vec<u8>,
    /// The expected file.
    right: Vec<u8>,
}

impl Stage {
    fn new(batches_kept: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("all.jsonl");
        let journal = journal_of(&file);
        write_file(filled(&journal, 4), &file).unwrap();
        let right = fs::read(&file).unwrap();
        drop(filled(&journal, batches_kept));
        fs::remove_file(&file).unwrap();
        let whole = fs::read(&journal).unwrap();
        Self { folder, journal, whole, right }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("all.jsonl")
    }

    /// Returns the lines with their ends.
    fn lines(&self) -> Vec<&[u8]> {
        self.whole.split_inclusive(|byte| *byte == b'\n').collect()
    }

    /// Returns the number of the line that this byte is in, from 1.
    fn line_of(&self, byte: usize) -> u64 {
        self.whole[..byte].split(|byte| *byte == b'\n').count() as u64
    }

    /// Resumes from a journal with these bytes and runs to the end. Returns the number of batches it held, or the
    /// refusal; the file is the expected one, or absent.
    #[track_caller]
    fn resume(&self, bytes: &[u8], what: &str) -> Result<usize, JournalError> {
        fs::write(&self.journal, bytes).unwrap();
        let (mut journal, held) = match Journal::resume(&self.journal, &plan()) {
            Ok(resumed) => resumed,
            Err(error) => {
                assert_eq!(
                    fs::read(&self.journal).unwrap(),
                    bytes,
                    "{what}: a refused journal is not touched"
                );
                return Err(error);
            }
        };
        let held = count(&held);
        for batch in &batches()[held..] {
            journal.add(batch).unwrap();
        }
        write_file(journal, &self.file()).unwrap();
        assert_eq!(fs::read(self.file()).unwrap(), self.right, "{what}");
        fs::remove_file(self.file()).unwrap();
        Ok(held)
    }
}

fn filled(path: &Path, batches_kept: usize) -> Journal {
    let mut journal = Journal::begin(path, &plan()).unwrap();
    for batch in &batches()[..batches_kept] {
        journal.add(batch).unwrap();
    }
    journal
}

fn write_file(journal: Journal, file: &Path) -> Result<(), super::WriteError> {
    let columns = default_columns(RowSchema::LIST, Format::Jsonl);
    write(journal, file, Format::Jsonl, &columns, Options::default()).map(drop)
}

fn damaged_at(error: &JournalError) -> Option<u64> {
    if let JournalError::Damaged { line, .. } = error { Some(*line) } else { None }
}

#[test]
fn a_cut_line_is_removed_and_the_rest_resumed() {
    let folder = tempfile::tempdir().unwrap();
    let path = journal_of(&folder.path().join("all.csv"));
    assert!(path.ends_with("all.csv.partial"));
    drop(filled(&path, 3));
    let whole = fs::read(&path).unwrap();
    let line = serde_json::to_vec(&entry(1, &["8"], Some(98))).unwrap();
    for cut in [0, 1, line.len() / 2, line.len()] {
        fs::write(&path, [&whole, &line[..cut]].concat()).unwrap();
        let (mut journal, held) = Journal::resume(&path, &plan()).unwrap();
        assert_eq!((held.whole, held.rows, held.place.offset), (1, 5, 49));
        assert_eq!(held.rows_of(0).collect::<Vec<_>>(), ["1", "2", "3"].map(customer));
        assert_eq!(held.rows_of(1).collect::<Vec<_>>(), ["4", "5"].map(customer));
        journal.add(&entry(1, &["8"], None)).unwrap();
        let mut reader = journal.read().unwrap();
        let mut came = Vec::new();
        while let Some(entry) = reader.next_entry::<Value>().unwrap() {
            came.extend(entry.rows.iter().map(|row| key(row, false)));
        }
        reader.check_end().unwrap();
        assert_eq!(came, ["1", "2", "3", "4", "5", "8"].map(customer), "cut at {cut}");
    }
}

#[test]
fn every_flipped_bit_is_refused_or_changes_nothing() {
    let stage = Stage::new(3);
    let mut bytes = stage.whole.clone();
    let last = bytes.len() - 1;
    for byte in 0..bytes.len() {
        for bit in 0..8 {
            bytes[byte] ^= 1 << bit;
            let what = format!("bit {bit} of byte {byte}");
            let read = JournalReader::new(&bytes[..], &stage.journal)
                .and_then(|mut reader| JournalContents::read(&mut reader, &plan()).map(|held| count(&held)));
            match &read {
                // The end of the last line: that line counts as cut off.
                Ok(held) => assert_eq!((byte, *held), (last, 2), "{what}"),
                // The start of the file decides if it is a journal.
                Err(JournalError::UnknownFormat(_) | JournalError::Older(_)) => assert!(byte < 20, "{what}"),
                Err(error) => assert_eq!(damaged_at(error), Some(stage.line_of(byte)), "{what}: {error}"),
            }
            // The same on the disk, for one bit of each byte since it is slow.
            if bit == byte % 8 || read.is_ok() {
                let resumed = stage.resume(&bytes, &what);
                assert_eq!(resumed.is_ok(), read.is_ok(), "{what}");
            }
            bytes[byte] ^= 1 << bit;
        }
    }
}

#[test]
fn every_truncation_costs_only_the_lines_after_it() {
    let stage = Stage::new(4);
    let mut before = None;
    for cut in 0..=stage.whole.len() {
        let bytes = &stage.whole[..cut];
        let whole_lines = bytes.split(|byte| *byte == b'\n').count() - 1;
        let kept = whole_lines.saturating_sub(1);
        if whole_lines > 0 {
            let mut reader = JournalReader::new(bytes, &stage.journal).unwrap();
            assert_eq!(count(&JournalContents::read(&mut reader, &plan()).unwrap()), kept, "cut at {cut}");
        }
        // The disk is slow: only around the ends of lines, and a sample of other places.
        if before != Some(whole_lines) || cut % 50 == 0 || stage.whole.get(cut) == Some(&b'\n') {
            assert_eq!(stage.resume(bytes, &format!("cut at {cut}")).unwrap(), kept, "cut at {cut}");
        }
        before = Some(whole_lines);
    }
}

#[test]
fn lines_that_are_missing_repeated_or_moved_are_refused() {
    let stage = Stage::new(4);
    let lines = stage.lines();
    let resume = |lines: &[&[u8]], what: &str| stage.resume(&lines.concat(), what);
    for one in 0..lines.len() {
        let mut without = lines.clone();
        without.remove(one);
        let outcome = resume(&without, &format!("without line {}", one + 1));
        // Without its last line it is a shorter journal, and without its first one not a journal.
        match outcome {
            Ok(held) => assert_eq!((one, held), (lines.len() - 1, 3)),
            Err(JournalError::UnknownFormat(_)) => assert_eq!(one, 0),
            Err(error) => assert_eq!(damaged_at(&error), Some(one as u64 + 1), "{error}"),
        }
        let mut twice = lines.clone();
        twice.insert(one, lines[one]);
        let error = resume(&twice, &format!("line {} twice", one + 1)).unwrap_err();
        assert_eq!(damaged_at(&error), Some(one as u64 + 2), "{error}");
        for other in one + 1..lines.len() {
            let mut swapped = lines.clone();
            swapped.swap(one, other);
            resume(&swapped, &format!("lines {} and {} swapped", one + 1, other + 1)).unwrap_err();
        }
        for other in 1..lines.len() {
            let mut edited = lines.clone();
            let changed = String::from_utf8(lines[other].to_vec()).unwrap().replace("1.5", "2.5");
            edited[other] = changed.as_bytes();
            let error = resume(&edited, &format!("line {} edited", other + 1)).unwrap_err();
            assert_eq!(damaged_at(&error), Some(other as u64 + 1), "{error}");
        }
    }
    // Lines of another export of the same plan do not belong to this one.
    let other = Stage::new(2);
    let foreign = [&lines[..2], &other.lines()[2..], &lines[3..]].concat();
    assert_eq!(resume(&foreign, "the same lines").unwrap(), 4);
    let mut journal = Journal::begin(&other.folder.path().join("other.partial"), &plan()).unwrap();
    journal.add(&entry(0, &["9"], Some(49))).unwrap();
    journal.add(&batches()[1]).unwrap();
    let text = fs::read(journal.path()).unwrap();
    let others: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
    let error = resume(&[&lines[..2], &others[2..], &lines[3..]].concat(), "a foreign line").unwrap_err();
    assert_eq!(damaged_at(&error), Some(3), "{error}");
}

#[test]
fn rows_damaged_after_they_were_fetched_are_not_written() {
    let stage = Stage::new(4);
    let write_over = |bytes: &[u8]| {
        fs::write(&stage.journal, &stage.whole).unwrap();
        let (journal, _) = Journal::resume(&stage.journal, &plan()).unwrap();
        fs::write(&stage.journal, bytes).unwrap();
        write_file(journal, &stage.file())
    };
    let mut bytes = stage.whole.clone();
    for byte in (0..bytes.len()).step_by(11).chain([bytes.len() - 1]) {
        let bit = byte % 8;
        bytes[byte] ^= 1 << bit;
        write_over(&bytes).unwrap_err();
        assert!(!stage.file().exists() && stage.journal.exists(), "bit {bit} of byte {byte}");
        bytes[byte] ^= 1 << bit;
    }
    let lines = stage.lines();
    for kept in 0..lines.len() {
        let error = write_over(&lines[..kept].concat()).unwrap_err();
        assert!(!stage.file().exists(), "{kept} lines: {error}");
    }
    let words = write_over(&lines[..3].concat()).unwrap_err().to_string();
    assert!(words.ends_with("all.jsonl.partial is damaged: line 4 is not as it was written. Remove the file and start the export again"), "{words}");
    write_over(&[&stage.whole[..], b"{\"half"].concat()).unwrap();
    assert_eq!(fs::read(stage.file()).unwrap(), stage.right);
}

#[test]
fn a_journal_whose_first_line_was_cut_off_starts_again() {
    let stage = Stage::new(0);
    for cut in 0..stage.whole.len() {
        fs::write(&stage.journal, &stage.whole[..cut]).unwrap();
        assert!(is_blank(&stage.journal).unwrap(), "cut at {cut}");
    }
    for cut in [0, 1, 20, stage.whole.len() - 1] {
        assert_eq!(stage.resume(&stage.whole[..cut], &format!("cut at {cut}")).unwrap(), 0);
    }
    fs::write(&stage.journal, &stage.whole).unwrap();
    assert!(!is_blank(&stage.journal).unwrap());
}

#[test]
fn journals_of_other_versions_and_other_files_are_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.partial");
    let plan_text = serde_json::to_string(&plan()).unwrap();
    let first =
        format!("{{\"vipmp_export\":1,\"plan\":{plan_text}}}\n{{\"part\":0,\"place\":null,\"rows\":[]}}\n");
    let mut chain = super::chain::Chain::new();
    let third = chain.seal(b"{\"vipmp_export\":3,\"what\":\"else\"}".to_vec());
    for (bytes, message) in [
        (first.as_bytes(), "was written by an older version of vipmp, without checksums"),
        (&third, "was written by a newer version of vipmp"),
        (b"{\"vipmp_export\":2,\"plan\":{}}\n", "is damaged: line 1"),
        (b"{\"vipmp_export\":\n", "is damaged: line 1"),
        (b"id,name\n", "is not the journal of an export"),
        (b"id,name", "is not the journal of an export"),
        (b"\n", "is not the journal of an export"),
    ] {
        fs::write(&path, bytes).unwrap();
        let resumed = Journal::resume(&path, &plan()).unwrap_err().to_string();
        assert!(resumed.contains(message), "{resumed}");
        let begun = Journal::begin(&path, &plan()).unwrap_err().to_string();
        assert!(begun.contains(message), "{begun}");
        assert_eq!(fs::read(&path).unwrap(), bytes, "the file is not touched");
        // Starting again discards a journal, and nothing else.
        let is_one = bytes.starts_with(b"{\"vipmp_export\":");
        assert_eq!(Journal::restart(&path, &plan()).is_ok(), is_one, "{message}");
    }
    assert_eq!(fs::read(&path).unwrap(), b"\n");
}

#[test]
fn a_journal_belongs_to_its_plan_and_to_one_export_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.partial");
    assert!(matches!(Journal::resume(&path, &plan()), Err(JournalError::NotFound(_))));
    let journal = Journal::begin(&path, &plan()).unwrap();
    assert!(matches!(Journal::begin(&path, &plan()), Err(JournalError::Busy(_))));
    assert!(matches!(Journal::resume(&path, &plan()), Err(JournalError::Busy(_))));
    drop(journal);
    let other = Plan { details: true, ..plan() };
    let error = Journal::resume(&path, &other).unwrap_err();
    assert!(error.to_string().contains("of another export (other details)"), "{error}");
    assert!(matches!(Journal::begin(&path, &plan()), Err(JournalError::Unfinished(_))));
    drop(Journal::restart(&path, &other).unwrap());
    drop(Journal::resume(&path, &other).unwrap());
}

#[cfg(unix)]
#[test]
fn a_journal_is_never_written_through_a_link_or_into_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let (path, real) = (folder.path().join("x.partial"), folder.path().join("real"));
    let open = || {
        [
            Journal::begin(&path, &plan()).unwrap_err(),
            Journal::restart(&path, &plan()).unwrap_err(),
            Journal::resume(&path, &plan()).unwrap_err(),
        ]
        .map(|error| error.to_string())
    };
    std::os::unix::fs::symlink("real", &path).unwrap();
    for _ in 0..2 {
        for message in open() {
            assert!(message.ends_with("it is a symbolic link, not a regular file"), "{message}");
        }
        // At first the link leads to nothing, then to a journal.
        drop(Journal::begin(&real, &plan()).or_else(|_| Journal::restart(&real, &plan())).unwrap());
    }
    let before = fs::read(&real).unwrap();
    fs::remove_file(&path).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, &path, 0o600.into()).unwrap();
    for message in open() {
        assert!(message.ends_with("it is a named pipe, not a regular file"), "{message}");
    }
    assert_eq!(fs::read(&real).unwrap(), before);
}

#[test]
fn a_line_that_no_export_writes_is_refused_though_its_checksum_is_right() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.partial");
    for parts in [&[usize::MAX][..], &[1, 0]] {
        let mut journal = Journal::restart(&path, &plan()).unwrap();
        for part in parts {
            journal.add(&entry(*part, &["1"], None)).unwrap();
        }
        drop(journal);
        assert!(matches!(Journal::resume(&path, &plan()), Err(JournalError::UnknownFormat(_))), "{parts:?}");
    }
}
