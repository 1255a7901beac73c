//! Workbooks (.xlsx), cell by cell: a sheet whose last cell is far away takes no more memory than its cells.

use std::{
    io::Cursor,
    panic::{AssertUnwindSafe, catch_unwind},
};

use calamine::{DataRef, Reader as _, Xlsx, XlsxError};

use super::{
    RawCell, RawFile, RawSheet, TableError, archive,
    raw::{Budget, RawRow},
};
use crate::text;

/// The most sheets that are looked at.
const MOST_SHEETS: usize = 100;

/// Reads a workbook.
pub(super) fn read(bytes: &[u8]) -> Result<RawFile, TableError> {
    archive::check(bytes)?;
    // Unwind safe: after a panic, what was read so far is dropped. The library has panicked on damaged files before.
    let read = catch_unwind(AssertUnwindSafe(|| read_sheets(bytes)));
    read.unwrap_or_else(|_| Err(TableError::Workbook("it is damaged".to_owned())))
}

fn read_sheets(bytes: &[u8]) -> Result<RawFile, TableError> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let is_1904 = workbook.has_1904_epoch();
    let names: Vec<String> = workbook.sheet_names().into_iter().take(MOST_SHEETS).collect();
    let (mut budget, mut sheets) = (Budget::default(), Vec::new());
    for name in names {
        let mut cells = match workbook.worksheet_cells_reader(&name) {
            Ok(cells) => cells,
            // A chart or a macro has no cells.
            Err(XlsxError::WorksheetNotFound(_) | XlsxError::FileNotFound(_)) => continue,
            Err(error) => return Err(damaged(&error)),
        };
        let mut rows: Vec<RawRow> = Vec::new();
        while let Some(cell) = cells.next_cell().map_err(|error| damaged(&error))? {
            let value = raw_cell(cell.get_value());
            if value.is_empty() {
                continue;
            }
            let (row, column) = cell.get_position();
            let (number, column) = (row.saturating_add(1), column as usize);
            let size = if let RawCell::Text(text) = &value { text.len() } else { 0 };
            budget.take(column, size)?;
            // Rows are in their order; one that is not begins again, and no cell is lost.
            if rows.last().is_none_or(|last| last.number != number) {
                rows.push(RawRow { number, cells: Vec::new() });
            }
            let Some(last) = rows.last_mut() else { continue };
            if last.cells.len() <= column {
                budget.take_empty(column - last.cells.len())?;
                last.cells.resize(column + 1, RawCell::Empty);
            }
            last.cells[column] = value;
        }
        sheets.push(RawSheet { name: Some(name), rows });
    }
    Ok(RawFile { sheets, form: "a workbook".to_owned(), is_1904 })
}

fn raw_cell(value: &DataRef<'_>) -> RawCell {
    match value {
        DataRef::Empty => RawCell::Empty,
        #[expect(clippy::cast_precision_loss, reason = "numbers of workbooks are floating-point ones")]
        DataRef::Int(number) => RawCell::Number(*number as f64),
        DataRef::Float(number) => RawCell::Number(*number),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            RawCell::text(text)
        }
        DataRef::SharedString(text) => RawCell::text(text),
        DataRef::Bool(flag) => RawCell::Flag(*flag),
        DataRef::DateTime(time) => {
            let day = if time.is_datetime() { time.as_datetime() } else { None };
            day.map_or(RawCell::Number(time.as_f64()), |time| RawCell::Date(time.date()))
        }
        DataRef::Error(error) => RawCell::Fault(error.to_string().into()),
    }
}

fn damaged(error: &XlsxError) -> TableError {
    match error {
        XlsxError::Password => TableError::Kind("protected by a password"),
        error => TableError::Workbook(text::truncate(&text::clean(&error.to_string()), 200).into_owned()),
    }
}
