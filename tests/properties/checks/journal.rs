//! The journal of an export: what was damaged is refused, or ends where the damage begins at a line's end.

use std::{fmt::Write as _, io::Cursor, path::Path, sync::OnceLock};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use vipmp::{
    export::{JournalEntry, JournalError, JournalReader, Plan},
    model::{CustomerFilter, Status},
};

const PATH: &str = "customers.csv.partial";

/// A journal that is in order, and the rows of each of its lines.
struct Whole {
    lines: Vec<Vec<u8>>,
    rows: Vec<Vec<Value>>,
}

/// Any bytes as a journal, as damage to one that is in order, and as lines whose checksums are right.
pub fn journal(data: &[u8]) {
    let _ = read(data);
    let whole = whole();
    let damaged = damaged(&whole.lines, data);
    if let Ok(rows) = read(&damaged) {
        // Line by line: whatever was read was written so.
        assert_eq!(rows, whole.rows[..rows.len()], "{:?}", String::from_utf8_lossy(&damaged));
    }
    let head = text_of(&whole.lines[0]);
    let texts = data.split(|byte| *byte == b'\n').take(100);
    let foreign = sealed(std::iter::once(head).chain(texts)).concat();
    let _ = read(&foreign);
}

/// Reads a journal to its end, or to a line that was cut: the rows of each line.
fn read(bytes: &[u8]) -> Result<Vec<Vec<Value>>, JournalError> {
    let mut reader = JournalReader::new(Cursor::new(bytes), Path::new(PATH)).inspect_err(told)?;
    let mut rows = Vec::new();
    while let Some(entry) = reader.next_entry::<Value>().inspect_err(told)? {
        rows.push(entry.rows);
    }
    Ok(rows)
}

fn told(error: &JournalError) {
    let words = error.to_string();
    assert!(words.starts_with(PATH) && super::is_clean(&words), "{words:?}");
}

/// A journal as the program writes it.
fn whole() -> &'static Whole {
    static WHOLE: OnceLock<Whole> = OnceLock::new();
    WHOLE.get_or_init(|| {
        let statuses = Status::listed();
        let plan = Plan::of(&CustomerFilter::default(), &statuses[..2], vec!["1".into()], "https://e.com");
        let head = json!({ "vipmp_export": 2, "plan": plan }).to_string();
        let entries: Vec<JournalEntry> = (0..4)
            .map(|number| {
                let row = |row: usize| json!({ "customerId": format!("{number}{row}"), "n\t": "J*\n" });
                JournalEntry {
                    part: number / 2,
                    place: None,
                    rows: (0..number).map(row).collect(),
                    ended: None,
                }
            })
            .collect();
        let texts = entries.iter().map(|entry| serde_json::to_string(entry).expect("it is JSON"));
        let texts: Vec<String> = std::iter::once(head).chain(texts).collect();
        let lines = sealed(texts.iter().map(String::as_bytes));
        let rows: Vec<_> = entries.into_iter().map(|entry| entry.rows).collect();
        assert_eq!(read(&lines.concat()).expect("it is in order"), rows);
        Whole { lines, rows }
    })
}

/// Lines with the checksums that the program would give them: SHA-256 of the one before and of the text.
fn sealed<'t>(texts: impl Iterator<Item = &'t [u8]>) -> Vec<Vec<u8>> {
    let mut last = Sha256::digest(b"vipmp export journal");
    let line = |text: &[u8]| {
        last = Sha256::new().chain_update(last).chain_update(text).finalize();
        let digits = last.iter().fold(String::new(), |mut digits, byte| {
            let _ = write!(digits, "{byte:02x}");
            digits
        });
        [text, b"\t", digits.as_bytes(), b"\n"].concat()
    };
    texts.map(line).collect()
}

fn text_of(line: &[u8]) -> &[u8] {
    &line[..line.len() - 66]
}

/// The lines with the damage that these bytes describe, four for each piece of it.
fn damaged(lines: &[Vec<u8>], data: &[u8]) -> Vec<u8> {
    let (ops, _) = data.as_chunks::<4>();
    let mut lines = lines.to_vec();
    let (of_lines, of_bytes): (Vec<&[u8; 4]>, Vec<_>) = ops.iter().take(16).partition(|op| op[0] % 8 < 4);
    for [what, one, other, _] in of_lines {
        let count = lines.len();
        let (one, other) = (usize::from(*one) % count, usize::from(*other) % count);
        match what % 8 {
            0 => lines.swap(one, other),
            1 => lines.insert(one, lines[other].clone()),
            2 if count > 1 => drop(lines.remove(one)),
            _ => lines.truncate(one + 1),
        }
    }
    let mut bytes = lines.concat();
    for [what, high, low, value] in of_bytes {
        let at = usize::from(u16::from_be_bytes([*high, *low])) % (bytes.len() + 1);
        match what % 8 {
            4 => bytes.truncate(at),
            5 => bytes.insert(at, *value),
            6 if at < bytes.len() => drop(bytes.remove(at)),
            _ => bytes.get_mut(at).into_iter().for_each(|byte| *byte ^= *value),
        }
    }
    bytes
}
