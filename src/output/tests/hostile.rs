//! Hostile texts: formulas, terminal commands, and attempts to add a row or a field.

use super::super::{Format, Options};
use super::{text, written};
use crate::columns::sample;
use crate::columns::{Columns, Item, RowSchema};
use crate::{model::Row, text as words};

pub(super) const HOSTILE: [&str; 16] = [
    "=HYPERLINK(\"http://example.com\")",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "a\r\n=cmd",
    "\",=1,\"",
    "x;=1",
    "\x1b]52;c;aGk=\x07\u{9b}2J",
    "abc\u{202e}fdp\u{200b}",
    "\u{feff}nothing\0\u{ffff}",
    "👩\u{200d}👩\u{200d}👧 _x0041_ & <b>\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
    "شركة ; النخيل",
];

pub(super) fn company() -> Columns {
    Columns::parse(RowSchema::LIST, "company,customer-id").unwrap()
}

#[test]
fn in_csv_they_stay_one_field_and_are_not_formulas() {
    for name in HOSTILE {
        let row = sample::named(name);
        let (bytes, _) = written(Format::Csv, &company(), Options::default(), &[Item::row(&row)]);
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!((records.len(), records[0].len()), (1, 3), "{name:?}");
        assert_eq!(&records[0][1], "1006500001", "{name:?}");
        let field = &records[0][0];
        assert!(!field.contains(char::is_control), "{field:?}");
        let formula = field.split(';').any(|cell| cell.trim_start().starts_with(['=', '+', '-', '@', '＝']));
        assert!(!formula, "{field:?}");
        assert_eq!(field.replace('\'', ""), words::clean(name).replace('\'', ""));
    }
}

#[test]
fn in_raw_csv_they_are_unchanged() {
    for name in HOSTILE {
        let row = sample::named(name);
        let options = Options { raw: true, ..Options::default() };
        let (bytes, _) = written(Format::Csv, &company(), options, &[Item::row(&row)]);
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        assert_eq!(&reader.records().next().unwrap().unwrap()[0], name);
    }
}

#[test]
fn in_json_they_are_unchanged_and_harmless_on_a_terminal() {
    for name in HOSTILE {
        let row = sample::named(name);
        let json = text(Format::Jsonl, RowSchema::LIST, Options::default(), &[Item::row(&row)]);
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(value["companyProfile"]["companyName"], *name);
        assert_eq!(json.lines().count(), 1);
        assert!(!json.trim_end().contains(|c: char| c.is_control() || c == '\u{202e}'), "{json:?}");
    }
}

#[test]
fn in_a_table_they_stay_in_their_column() {
    for width in [None, Some(40), Some(80)] {
        let rows = HOSTILE.map(sample::named);
        let items: Vec<Item<'_>> = rows.iter().map(Item::row).collect();
        let options = Options { width, ..Options::default() };
        let (bytes, _) = written(Format::Table, &company(), options, &items);
        let table = String::from_utf8(bytes).unwrap();
        assert_eq!(table.lines().count(), 1 + HOSTILE.len());
        for line in table.lines() {
            assert!(!line.contains(|c: char| c.is_control() || c == '\u{202e}'), "{line:?}");
            assert!(words::width(line) <= width.unwrap_or(usize::MAX), "{line}");
        }
        let ends: Vec<usize> = table.lines().skip(1).map(words::width).collect();
        assert!(ends.iter().all(|end| *end == ends[0]), "{table}");
    }
}

/// Returns names longer than any cell can show.
pub(super) fn endless() -> [Row; 3] {
    // Each C1 control becomes four characters, so that a cleaned text can be longer than a cell.
    ["x".repeat(40_000), "\u{9b}".repeat(9_000), "🎈".repeat(40_000)].map(|name| sample::named(&name))
}

#[test]
fn very_long_names_fit_in_a_table_and_are_complete_in_raw_csv() {
    let rows = endless();
    let items: Vec<Item<'_>> = rows.iter().map(Item::row).collect();
    let options = Options { width: Some(60), ..Options::default() };
    let (bytes, _) = written(Format::Table, &company(), options, &items);
    assert!(String::from_utf8(bytes).unwrap().lines().all(|line| words::width(line) <= 60));
    let (bytes, _) = written(Format::Csv, &company(), Options { raw: true, ..Options::default() }, &items);
    assert!(bytes.len() > 40_000 * 5);
}

#[test]
fn a_very_long_name_in_a_pipe_moves_no_other_line() {
    let mut rows = endless().to_vec();
    rows.push(sample::named("short"));
    let items: Vec<Item<'_>> = rows.iter().map(Item::row).collect();
    let (bytes, _) = written(Format::Table, &company(), Options::default(), &items);
    let table = String::from_utf8(bytes).unwrap();
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[1].starts_with(&"x".repeat(1_000)));
    let ends = [words::width(lines[0]), words::width(lines[4])];
    assert!(ends.iter().all(|end| *end < 120), "{ends:?}");
    let column = |line: &str, at: &str| words::width(&line[..line.find(at).unwrap()]);
    assert_eq!(column(lines[0], "Customer ID"), column(lines[4], "1"), "{} {}", lines[0], lines[4]);
}
