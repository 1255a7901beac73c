//! The journal of an export: lines that are only ever added, so that a kill at any instant costs the last one at most.

use std::{
    ffi::OsString,
    fs::{File, OpenOptions},
    io::{self, BufRead, BufReader, Read as _, Seek, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::Plan;
use crate::{
    collect::{ListStart, RowKey, Tally},
    model::Row,
};

/// The version of the journal's form.
const VERSION: u32 = 1;
/// How every journal begins.
const HEAD: &str = "{\"vipmp_export\":";
/// No line is longer: a batch of rows with all their records.
const LONGEST: u64 = 256 * 1024 * 1024;

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// What the system says.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// The journal.
        path: PathBuf,
        /// What it says.
        source: io::Error,
    },
    /// One is there already, from an export that did not end.
    #[error("{path} is left from an export that did not end: --resume goes on from it, or remove it", path = .0.display())]
    Left(PathBuf),
    /// There is none to go on from.
    #[error("there is no {path} to go on from", path = .0.display())]
    None(PathBuf),
    /// Another export is writing to it.
    #[error("{path} is being written by another export", path = .0.display())]
    Busy(PathBuf),
    /// It is of something else.
    #[error("{path} is of another export ({what}): use the same options, or remove it", path = path.display())]
    Other {
        /// The journal.
        path: PathBuf,
        /// What differs.
        what: &'static str,
    },
    /// It is none, or of another version of this program.
    #[error("{path} is no journal of an export that this version can read", path = .0.display())]
    Strange(PathBuf),
}

#[derive(Serialize, Deserialize)]
struct Head {
    vipmp_export: u32,
    plan: Plan,
}

/// One line after the head.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry<R = Value> {
    /// Which list of the plan.
    pub part: usize,
    /// Where that list is gone on with; nothing once it is whole.
    pub place: Option<ListStart>,
    /// The rows, as they are exported.
    pub rows: Vec<R>,
    /// What is known of a list that is whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Tally>,
}

/// The journal of the file that is to be written.
pub fn journal_of(file: &Path) -> PathBuf {
    let mut name = OsString::from(file.file_name().unwrap_or_default());
    name.push(".partial");
    file.with_file_name(name)
}

/// What a journal that is gone on with holds.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// Lists that are whole.
    pub(super) whole: usize,
    /// What is known of those, with their places in the plan.
    pub(super) ended: Vec<(usize, Tally)>,
    /// Rows of those.
    pub(super) rows: u64,
    /// The rows of each list, in the order in which they arrived.
    pub(super) seen: Vec<Vec<RowKey>>,
    /// Where that list is gone on with.
    pub(super) place: ListStart,
}

impl Held {
    /// Returns the rows of one list.
    pub(super) fn rows_of(&self, part: usize) -> impl Iterator<Item = RowKey> {
        self.seen.get(part).into_iter().flatten().cloned()
    }
}

/// A journal that is open for more.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
}

impl Journal {
    fn io(path: &Path) -> impl Fn(io::Error) -> JournalError + '_ {
        |source| JournalError::Io { path: path.to_owned(), source }
    }

    fn open(path: &Path, new: bool) -> Result<Self, JournalError> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(new);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => JournalError::Left(path.to_owned()),
            io::ErrorKind::NotFound if !new => JournalError::None(path.to_owned()),
            _ => Self::io(path)(error),
        })?;
        match file.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), file }),
            Err(std::fs::TryLockError::WouldBlock) => Err(JournalError::Busy(path.to_owned())),
            Err(std::fs::TryLockError::Error(error)) => Err(Self::io(path)(error)),
        }
    }

    /// A new journal of this plan. Blocks.
    ///
    /// # Errors
    /// Where one is there already, or cannot be made.
    pub fn begin(path: &Path, plan: &Plan) -> Result<Self, JournalError> {
        match Self::open(path, true) {
            Ok(journal) => journal.headed(plan),
            Err(JournalError::Left(_)) => {
                let journal = Self::open(path, false)?;
                if !journal.is_hardly_begun()? {
                    Reader::of(&journal.file, path)?;
                    return Err(JournalError::Left(path.to_owned()));
                }
                journal.emptied()?.headed(plan)
            }
            Err(error) => Err(error),
        }
    }

    /// Whether a kill, or a full disk, has cut off even the first line: then there is nothing in it.
    fn is_hardly_begun(&self) -> Result<bool, JournalError> {
        let mut start = Vec::new();
        let mut file = &self.file;
        file.seek(SeekFrom::Start(0)).map_err(Self::io(&self.path))?;
        file.take(HEAD.len() as u64).read_to_end(&mut start).map_err(Self::io(&self.path))?;
        let mut rest = Vec::new();
        file.take(LONGEST).read_to_end(&mut rest).map_err(Self::io(&self.path))?;
        Ok(HEAD.as_bytes().starts_with(&start) && !rest.contains(&b'\n'))
    }

    /// The same with nothing in it.
    fn emptied(mut self) -> Result<Self, JournalError> {
        self.file.set_len(0).map_err(Self::io(&self.path))?;
        self.file.seek(SeekFrom::Start(0)).map_err(Self::io(&self.path))?;
        Ok(self)
    }

    /// The same with its first line.
    fn headed(mut self, plan: &Plan) -> Result<Self, JournalError> {
        self.line(&Head { vipmp_export: VERSION, plan: plan.clone() })?;
        Ok(self)
    }

    /// A journal of this plan in the place of one that an export has left, which is given up. Blocks.
    ///
    /// # Errors
    /// Where what is there is no journal, is being written, or cannot be changed.
    pub(super) fn begin_anew(path: &Path, plan: &Plan) -> Result<Self, JournalError> {
        let journal = match Self::open(path, false) {
            Err(JournalError::None(_)) => return Self::begin(path, plan),
            other => other?,
        };
        if !journal.is_hardly_begun()? {
            Reader::of(&journal.file, path)?;
        }
        journal.emptied()?.headed(plan)
    }

    /// The journal that an export of this plan has left; what a kill has cut off at its end is taken away. Blocks.
    ///
    /// # Errors
    /// Where there is none, or it is of another plan.
    pub(super) fn resume(path: &Path, plan: &Plan) -> Result<(Self, Held), JournalError> {
        let journal = Self::open(path, false)?;
        let strange = || JournalError::Strange(path.to_owned());
        let mut reader = Reader::of(&journal.file, path)?;
        if reader.plan != *plan {
            return Err(JournalError::Other { path: path.to_owned(), what: difference(&reader.plan, plan) });
        }
        let mut held = Held::default();
        while let Some(entry) = reader.next_entry::<Value>()? {
            // Behind the last list come rows that were found when lists were read again.
            if entry.part > held.whole || (entry.part < held.whole && entry.place.is_some()) {
                return Err(strange());
            }
            held.seen.resize_with(held.seen.len().max(entry.part + 1), Vec::new);
            held.seen[entry.part].extend(entry.rows.iter().map(|row| key(row, plan.has_records())));
            held.rows += entry.rows.len() as u64;
            if let Some(place) = entry.place {
                held.place = place;
            } else {
                held.whole = held.whole.max(entry.part + 1);
                held.ended.retain(|(part, _)| *part != entry.part);
                held.ended.extend(entry.ended.map(|tally| (entry.part, tally)));
                held.place = ListStart::default();
            }
        }
        let whole = reader.whole;
        let mut journal = journal;
        journal.file.set_len(whole).map_err(Self::io(path))?;
        journal.file.seek(SeekFrom::Start(whole)).map_err(Self::io(path))?;
        Ok((journal, held))
    }

    fn line(&mut self, value: &impl Serialize) -> Result<(), JournalError> {
        let mut bytes = serde_json::to_vec(value).map_err(io::Error::from).map_err(Self::io(&self.path))?;
        bytes.push(b'\n');
        if bytes.len() as u64 > LONGEST {
            let too_long = io::Error::other("a batch of rows is too large to be kept");
            return Err(Self::io(&self.path)(too_long));
        }
        // One write: a kill leaves it whole, or cut, and a cut line is none.
        self.file.write_all(&bytes).map_err(Self::io(&self.path))
    }

    /// Adds a batch. Blocks.
    ///
    /// # Errors
    /// What the system says, for instance that the disk is full.
    pub fn add(&mut self, entry: &Entry) -> Result<(), JournalError> {
        self.line(entry)
    }

    /// Has everything on the disk, and reads it from its start. Blocks.
    ///
    /// # Errors
    /// What the system says.
    pub fn read(&mut self) -> Result<Reader<'_>, JournalError> {
        self.file.sync_data().map_err(Self::io(&self.path))?;
        Reader::of(&self.file, &self.path)
    }

    /// Removes it: the file is there. Blocks.
    ///
    /// # Errors
    /// What the system says.
    pub fn remove(self) -> Result<(), JournalError> {
        std::fs::remove_file(&self.path).map_err(Self::io(&self.path))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// What an exported row is known again by: the row itself, or one with its record.
fn key(row: &Value, with_records: bool) -> RowKey {
    let sent = if with_records { row.get("customer").unwrap_or(row) } else { row };
    RowKey::of(&Row::read(0, sent.clone()))
}

/// What is not the same in two plans.
fn difference(one: &Plan, other: &Plan) -> &'static str {
    if one.picked != other.picked {
        "other rows"
    } else if one.api != other.api {
        "another API"
    } else if one.resellers != other.resellers {
        "other resellers"
    } else if one.statuses != other.statuses {
        "other statuses"
    } else if (&one.name, one.from, one.to) != (&other.name, other.from, other.to) {
        "another filter"
    } else if (&one.sort_by, &one.order) != (&other.sort_by, &other.order) {
        "another order"
    } else {
        "other details"
    }
}

/// Reads a journal, line by line.
#[derive(Debug)]
pub struct Reader<'f> {
    lines: BufReader<&'f File>,
    path: &'f Path,
    /// What it is of.
    pub plan: Plan,
    /// Up to where it is whole, in bytes.
    whole: u64,
}

impl<'f> Reader<'f> {
    fn of(file: &'f File, path: &'f Path) -> Result<Self, JournalError> {
        let io = Journal::io(path);
        let mut start = file;
        start.seek(SeekFrom::Start(0)).map_err(io)?;
        let mut lines = BufReader::with_capacity(256 * 1024, file);
        let head = line(&mut lines).map_err(Journal::io(path))?;
        let read = head.as_deref().and_then(|head| serde_json::from_slice::<Head>(head).ok());
        match (read, head) {
            (Some(read), Some(head)) if read.vipmp_export == VERSION => {
                Ok(Self { lines, path, plan: read.plan, whole: head.len() as u64 })
            }
            _ => Err(JournalError::Strange(path.to_owned())),
        }
    }

    /// The next batch; nothing at the end, or before a line that was cut.
    ///
    /// # Errors
    /// What the system says.
    pub fn next_entry<R: DeserializeOwned>(&mut self) -> Result<Option<Entry<R>>, JournalError> {
        let line = line(&mut self.lines).map_err(Journal::io(self.path))?;
        let Some(line) = line else { return Ok(None) };
        // A kill cuts a line; one that is whole and cannot be read is something else.
        let entry = serde_json::from_slice(&line).map_err(|_| JournalError::Strange(self.path.to_owned()))?;
        self.whole += line.len() as u64;
        Ok(Some(entry))
    }

    /// Checks that what was read is all that there is.
    ///
    /// # Errors
    /// Where something in the file is no batch.
    pub(super) fn check_end(&self) -> Result<(), JournalError> {
        let length = self.lines.get_ref().metadata().map_err(Journal::io(self.path))?.len();
        if self.whole == length { Ok(()) } else { Err(JournalError::Strange(self.path.to_owned())) }
    }
}

/// A whole line with its end.
fn line(lines: &mut BufReader<&File>) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    lines.take(LONGEST).read_until(b'\n', &mut bytes)?;
    Ok(bytes.ends_with(b"\n").then_some(bytes))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::{CustomerFilter, Status};

    fn plan() -> Plan {
        Plan::of(&CustomerFilter::default(), &Status::listed(), vec!["1".into()], "https://x")
    }

    fn customer(id: &str) -> RowKey {
        RowKey::Id(id.to_owned())
    }

    fn entry(part: usize, ids: &[&str], offset: Option<u64>) -> Entry {
        let rows = ids.iter().map(|id| json!({"customerId": id, "n": 1.50})).collect();
        let place = offset.map(|offset| ListStart { offset, ..ListStart::default() });
        Entry { part, place, rows, ended: None }
    }

    #[test]
    fn a_cut_line_is_taken_away_and_the_rest_gone_on_with() {
        let folder = tempfile::tempdir().unwrap();
        let path = journal_of(&folder.path().join("all.csv"));
        assert!(path.ends_with("all.csv.partial"));
        let mut journal = Journal::begin(&path, &plan()).unwrap();
        journal.add(&entry(0, &["1", "2"], Some(49))).unwrap();
        journal.add(&entry(0, &["3"], None)).unwrap();
        journal.add(&entry(1, &["7"], Some(49))).unwrap();
        drop(journal);
        let whole = std::fs::read(&path).unwrap();
        let line = serde_json::to_vec(&entry(1, &["8"], Some(98))).unwrap();
        for cut in [0, 1, line.len() / 2, line.len()] {
            std::fs::write(&path, [&whole, &line[..cut]].concat()).unwrap();
            let (mut journal, held) = Journal::resume(&path, &plan()).unwrap();
            assert_eq!((held.whole, held.rows, held.rows_of(1).collect()), (1, 4, vec![customer("7")]));
            assert_eq!(held.place.offset, 49);
            journal.add(&entry(1, &["8"], None)).unwrap();
            let mut reader = journal.read().unwrap();
            let mut came = Vec::new();
            while let Some(entry) = reader.next_entry::<Value>().unwrap() {
                came.extend(entry.rows.iter().map(|row| key(row, false)));
            }
            assert_eq!(came, ["1", "2", "3", "7", "8"].map(customer), "cut at {cut}");
        }
    }

    #[test]
    fn what_is_damaged_in_the_middle_is_not_taken_for_the_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.partial");
        let mut journal = Journal::begin(&path, &plan()).unwrap();
        journal.add(&entry(0, &["1"], Some(49))).unwrap();
        let place = usize::try_from(std::fs::metadata(&path).unwrap().len()).unwrap();
        journal.add(&entry(0, &["2"], None)).unwrap();
        let count = |journal: &mut Journal| {
            let mut reader = journal.read().unwrap();
            let entries = std::iter::from_fn(|| reader.next_entry::<Value>().ok().flatten()).count();
            (entries, reader.check_end().is_ok())
        };
        assert_eq!(count(&mut journal), (2, true));
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[place] = b'?';
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(count(&mut journal), (1, false));
        let file = folder.path().join("x");
        let columns = crate::output::Columns::usual(crate::output::Set::LIST, crate::output::Format::Csv);
        let options = crate::output::Options::default();
        super::super::write(journal, &file, crate::output::Format::Csv, &columns, options).unwrap_err();
        assert!(!file.exists() && path.exists());
    }

    #[test]
    fn a_journal_belongs_to_its_plan_and_to_one_export_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.partial");
        assert!(matches!(Journal::resume(&path, &plan()), Err(JournalError::None(_))));
        let journal = Journal::begin(&path, &plan()).unwrap();
        assert!(matches!(Journal::begin(&path, &plan()), Err(JournalError::Busy(_))));
        assert!(matches!(Journal::resume(&path, &plan()), Err(JournalError::Busy(_))));
        drop(journal);
        let other = Plan { details: true, ..plan() };
        let error = Journal::resume(&path, &other).unwrap_err();
        assert!(error.to_string().contains("of another export (other details)"), "{error}");
        std::fs::write(&path, "{\"vipmp_expo").unwrap();
        drop(Journal::begin(&path, &plan()).expect("nothing was in it"));
        assert!(matches!(Journal::begin(&path, &plan()), Err(JournalError::Left(_))));
        drop(Journal::begin_anew(&path, &other).unwrap());
        drop(Journal::resume(&path, &other).unwrap());
        std::fs::write(&path, "id,name\n").unwrap();
        assert!(matches!(Journal::begin_anew(&path, &plan()), Err(JournalError::Strange(_))));
        assert!(matches!(Journal::begin(&path, &plan()), Err(JournalError::Strange(_))));
        assert!(matches!(Journal::resume(&path, &plan()), Err(JournalError::Strange(_))));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "id,name\n", "what is no journal is not touched");
    }
}
