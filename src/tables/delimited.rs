//! CSV files: the delimiter is found by trying each.

use std::collections::HashMap;

use csv::{ReaderBuilder, StringRecord};

use super::{
    RawCell, RawFile, RawSheet, TableError,
    decode::decode,
    raw::{Budget, RawRow},
};

/// The delimiters that are tried, with their names for the report.
const DELIMITERS: [(u8, &str); 3] = [(b';', "\";\""), (b',', "\",\""), (b'\t', "tabs")];

/// The number of records that decide.
const SAMPLE: usize = 200;

/// Reads a CSV file.
pub(super) fn read(bytes: &[u8]) -> Result<RawFile, TableError> {
    let (text, encoding) = decode(bytes)?;
    let (text, skipped, (delimiter, name)) = match declared(&text) {
        Some((delimiter, rest)) => (rest, 1, delimiter),
        None => (&*text, 0, find_delimiter(&text)),
    };
    let (mut budget, mut rows) = (Budget::default(), Vec::new());
    // Line numbers are those of the file even where a field has line breaks, so that an editor finds them.
    let mut records = reader(text, delimiter);
    let mut record = StringRecord::new();
    while next(&mut records, &mut record)? {
        let number = record.position().map_or(0, |at| line_of(text, at)) + skipped;
        let mut cells = Vec::with_capacity(record.len());
        for (column, field) in record.iter().enumerate() {
            budget.take(column, field.len())?;
            cells.push(RawCell::text(field));
        }
        let number = u32::try_from(number).map_err(|_| TableError::TooMuch("4,294,967,295 lines"))?;
        rows.push(RawRow { number, cells });
    }
    let sheet = RawSheet { name: None, rows };
    let form = format!("CSV with {name} in {encoding}");
    Ok(RawFile { sheets: vec![sheet], form, is_1904: false })
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes())
}

fn next(reader: &mut csv::Reader<&[u8]>, record: &mut StringRecord) -> Result<bool, TableError> {
    reader.read_record(record).map_err(|error| TableError::Read(std::io::Error::other(error)))
}

/// Returns the number of the line on which a record begins. Blank lines before it have no record of their own.
fn line_of(text: &str, at: &csv::Position) -> u64 {
    let start = usize::try_from(at.byte()).unwrap_or(usize::MAX);
    let before = text.as_bytes().get(start..).unwrap_or_default();
    let blank = before.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    at.line() + blank.filter(|byte| **byte == b'\n').count() as u64
}

/// Returns the delimiter that the first line declares, as in `sep=;`, and the text behind that line.
fn declared(text: &str) -> Option<((u8, &'static str), &str)> {
    let (first, rest) = text.split_once('\n')?;
    let sign = first.trim_end_matches('\r').strip_prefix("sep=")?;
    let known = DELIMITERS.into_iter().find(|(delimiter, _)| sign.as_bytes() == [*delimiter])?;
    Some((known, rest))
}

/// Returns the delimiter that splits most records into the same number of fields, and the most fields of those.
fn find_delimiter(text: &str) -> (u8, &'static str) {
    let score = |delimiter: u8| {
        let (mut records, mut record) = (reader(text, delimiter), StringRecord::new());
        let mut counts: HashMap<usize, usize> = HashMap::new();
        for _ in 0..SAMPLE {
            if !matches!(next(&mut records, &mut record), Ok(true)) {
                break;
            }
            *counts.entry(record.len()).or_default() += 1;
        }
        let common = counts.into_iter().filter(|(fields, _)| *fields > 1);
        common.map(|(fields, records)| (records, fields)).max().unwrap_or_default()
    };
    // Of equal ones the first: text has more commas than semicolons.
    let mut best = (DELIMITERS[1], (0, 0));
    for delimiter in DELIMITERS {
        let found = score(delimiter.0);
        if found > best.1 {
            best = (delimiter, found);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(bytes: &[u8]) -> (String, Vec<Vec<String>>) {
        let file = read(bytes).unwrap();
        let row = |row: &RawRow| row.cells.iter().map(|cell| cell.shown().into_owned()).collect();
        (file.form, file.sheets[0].rows.iter().map(row).collect())
    }

    #[test]
    fn the_delimiter_is_the_one_that_fits_most_rows() {
        for (text, form) in [
            ("a;b;c\n1,5;2,5;x\n3,5;4,5;y\n", "CSV with \";\" in UTF-8"),
            ("Report, made today\na;b;c\n1;2;3\n4;5;6\n", "CSV with \";\" in UTF-8"),
            ("a,b\n\"1;2;3\",x\n\"4;5;6\",y\n", "CSV with \",\" in UTF-8"),
            ("a\tb\n1,2\t3\n", "CSV with tabs in UTF-8"),
            ("sep=;\na;b,c,d\n", "CSV with \";\" in UTF-8"),
            ("single\n1\n", "CSV with \",\" in UTF-8"),
            ("", "CSV with \",\" in UTF-8"),
        ] {
            assert_eq!(shown(text.as_bytes()).0, form, "{text:?}");
        }
    }

    #[test]
    fn rows_have_the_numbers_of_their_lines() {
        let file = read(b"sep=,\na,b\n\n\"1\n2\",x\n3,y\n").unwrap();
        let numbers: Vec<u32> = file.sheets[0].rows.iter().map(|row| row.number).collect();
        assert_eq!(numbers, [2, 4, 6]);
        assert_eq!(shown(b"a, b\n1,\n").1, [["a", "b"], ["1", ""]]);
    }
}
