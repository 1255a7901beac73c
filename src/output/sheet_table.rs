//! A sheet of a workbook with a table: a frozen heading with filters, real dates and numbers, and IDs as text.
//!
//! Rows are written one after the other, and nothing of an earlier one can be changed.

use std::{
    any::Any,
    borrow::Cow,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
};

use chrono::{Datelike as _, NaiveDateTime, NaiveTime};
use rust_xlsxwriter::{Format, FormatBorder, IgnoreError, Workbook, Worksheet, XlsxError};

use super::{OutputError, csv_injection};
use crate::columns::{Cell, Column, ColumnKind};
use crate::text;

/// The maximum number of rows below the heading of a sheet.
pub(super) const MAX_ROWS: u32 = 1_048_575;

/// The maximum length of a cell's text, in UTF-16 units as Excel counts.
const MAX_TEXT: usize = 32_767;

/// The largest whole number that Excel stores exactly.
const MAX_NUMBER: u64 = 999_999_999_999_999;

/// The minimum and maximum width of a column, in characters.
const WIDTHS: std::ops::RangeInclusive<usize> = 8..=60;

/// A sheet with a table, row by row.
pub(crate) struct SheetTable {
    sheet: Worksheet,
    styles: Styles,
    raw: bool,
    kinds: Vec<ColumnKind>,
    /// The width of the widest cell of each column.
    widths: Vec<usize>,
    /// The number of rows below the heading.
    rows: u32,
    pub(super) max_rows: u32,
}

/// Creates a sheet that keeps one row in memory, or all of them if there can be no temporary file.
pub(crate) fn new_sheet(workbook: &mut Workbook) -> Worksheet {
    workbook.new_worksheet_with_constant_memory().unwrap_or_else(|_| Worksheet::new())
}

impl SheetTable {
    /// Writes the heading.
    ///
    /// # Errors
    /// That of the library.
    pub(crate) fn new(
        mut sheet: Worksheet,
        columns: &[&Column],
        name: &str,
        raw: bool,
    ) -> Result<Self, OutputError> {
        let styles = Styles::new();
        let titles: Vec<Cow<'static, str>> = columns.iter().map(|column| title(column)).collect();
        catch_panics(|| {
            sheet.set_name(name)?.set_freeze_panes(1, 0)?.set_repeat_rows(0, 0)?;
            for (place, title) in (0..).zip(&titles) {
                sheet.write_string_with_format(0, place, title.as_ref(), &styles.heading)?;
            }
            Ok(())
        })?;
        Ok(Self {
            sheet,
            styles,
            raw,
            kinds: columns.iter().map(|column| column.kind).collect(),
            // Room for the arrow of the filter beside the title.
            widths: titles.iter().map(|title| text::width(title) + 3).collect(),
            rows: 0,
            max_rows: MAX_ROWS,
        })
    }

    /// Groups the digits of numbers.
    pub(crate) fn with_grouped_digits(mut self) -> Self {
        self.styles.number = Some(Format::new().set_num_format("#,##0"));
        self
    }

    /// Returns the number of rows below the heading.
    pub(crate) fn rows(&self) -> u32 {
        self.rows
    }

    /// Writes the next row.
    ///
    /// # Errors
    /// [`OutputError::TooManyRows`], or that of the library.
    pub(crate) fn line(&mut self, cells: &[Cell<'_>]) -> Result<(), OutputError> {
        if self.rows >= self.max_rows {
            return Err(OutputError::TooManyRows);
        }
        self.rows += 1;
        catch_panics(|| self.write(cells))
    }

    fn write(&mut self, cells: &[Cell<'_>]) -> Result<(), XlsxError> {
        for ((place, cell), widest) in (0..).zip(cells).zip(&mut self.widths) {
            let width = write_cell(&mut self.sheet, (self.rows, place), cell, &self.styles, self.raw)?;
            *widest = (*widest).max(width);
        }
        Ok(())
    }

    /// Returns the sheet, once it has what depends on all rows: column widths, ignored errors and the filter.
    ///
    /// # Errors
    /// That of the library.
    pub(crate) fn finish(mut self) -> Result<Worksheet, OutputError> {
        catch_panics(|| self.complete())?;
        Ok(self.sheet)
    }

    fn complete(&mut self) -> Result<(), XlsxError> {
        for ((place, kind), width) in (0..).zip(&self.kinds).zip(&self.widths) {
            let width = (*width + 1).clamp(*WIDTHS.start(), *WIDTHS.end());
            self.sheet.set_column_width(place, u32::try_from(width).unwrap_or_default())?;
            if *kind == ColumnKind::Id && self.rows > 0 {
                // Otherwise Excel flags every ID as a number stored as text.
                self.sheet.ignore_error_range(1, place, self.rows, place, IgnoreError::NumberStoredAsText)?;
            }
        }
        let last = u16::try_from(self.kinds.len().saturating_sub(1)).unwrap_or(u16::MAX);
        self.sheet.autofilter(0, 0, self.rows, last)?;
        Ok(())
    }
}

/// The formats of cells.
struct Styles {
    heading: Format,
    day: Format,
    moment: Format,
    /// Text that stays text when it is edited.
    id: Format,
    /// Text that looks like a formula, with Excel's own apostrophe, which is not part of the text.
    quoted: Format,
    /// Whole numbers, if not the usual format of cells.
    number: Option<Format>,
}

impl Styles {
    fn new() -> Self {
        Self {
            heading: Format::new()
                .set_bold()
                .set_background_color(0x00DD_E5EE)
                .set_border_bottom(FormatBorder::Thin),
            day: Format::new().set_num_format("yyyy-mm-dd"),
            moment: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            id: Format::new().set_num_format("@"),
            quoted: Format::new().set_num_format("@").set_quote_prefix(),
            number: None,
        }
    }
}

/// Returns the title of a column, with the time zone, which the cells of a workbook cannot hold.
fn title(column: &Column) -> Cow<'static, str> {
    if column.kind == ColumnKind::Moment {
        Cow::Owned(format!("{} (UTC)", column.title))
    } else {
        Cow::Borrowed(column.title)
    }
}

/// Writes a cell with its type, or as text if Excel cannot represent the value. Returns its width.
fn write_cell(
    sheet: &mut Worksheet,
    (row, place): (u32, u16),
    cell: &Cell<'_>,
    styles: &Styles,
    raw: bool,
) -> Result<usize, XlsxError> {
    match cell {
        Cell::Empty => return Ok(0),
        Cell::Date(day) | Cell::OtherDate(day) if has_serial(day.year()) => {
            let at = NaiveDateTime::new(*day, NaiveTime::MIN);
            sheet.write_datetime_with_format(row, place, at, &styles.day)?;
            return Ok("yyyy-mm-dd".len());
        }
        Cell::Moment(at) if has_serial(at.year()) => {
            sheet.write_datetime_with_format(row, place, at.naive_utc(), &styles.moment)?;
            return Ok("yyyy-mm-dd hh:mm:ss".len());
        }
        Cell::Number(number) if number.unsigned_abs() <= MAX_NUMBER => {
            #[expect(clippy::cast_precision_loss, reason = "numbers of fifteen digits lose nothing")]
            let value = *number as f64;
            match &styles.number {
                Some(format) => sheet.write_number_with_format(row, place, value, format)?,
                None => sheet.write_number(row, place, value)?,
            };
            return Ok(number.to_string().len());
        }
        Cell::Flag(flag) => {
            sheet.write_boolean(row, place, *flag)?;
            return Ok("FALSE".len());
        }
        _ => {}
    }
    let plain = cell.plain();
    let words = cut(if raw { plain } else { Cow::Owned(text::clean(&plain).into_owned()) });
    let quoted = !raw && csv_injection::is_formula(&words);
    if quoted {
        sheet.write_string_with_format(row, place, words.as_ref(), &styles.quoted)?;
    } else if matches!(cell, Cell::Text(_) | Cell::Status(..)) {
        sheet.write_string(row, place, words.as_ref())?;
    } else {
        sheet.write_string_with_format(row, place, words.as_ref(), &styles.id)?;
    }
    Ok(text::width(&text::truncate(&words, *WIDTHS.end())))
}

/// Returns true if Excel can represent dates of this year. It starts at 1900 but takes that for a leap year.
pub(crate) fn has_serial(year: i32) -> bool {
    (1901..=9999).contains(&year)
}

/// Truncates a text to the length that a cell can hold.
fn cut(text: Cow<'_, str>) -> Cow<'_, str> {
    // A text has at most as many UTF-16 units as bytes.
    if text.len() <= MAX_TEXT {
        return text;
    }
    let (mut units, mut keep) = (0, 0);
    for (start, c) in text.char_indices() {
        units += c.len_utf16();
        if units > MAX_TEXT {
            return Cow::Owned(format!("{}…", &text[..keep]));
        }
        if units < MAX_TEXT {
            keep = start + c.len_utf8();
        }
    }
    text
}

/// Calls the library and turns its panics into errors. It panics if its temporary file cannot be written.
pub(crate) fn catch_panics<T>(work: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, OutputError> {
    // Unwind safe: after an error, the unfinished workbook is dropped.
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(XlsxError::IoError(error))) => Err(OutputError::Write(error)),
        Ok(Err(XlsxError::RowColumnLimitError)) => Err(OutputError::TooManyRows),
        Ok(Err(error)) => Err(OutputError::Workbook(text::clean(&error.to_string()).into_owned())),
        Err(payload) => Err(panic_error(payload.as_ref())),
    }
}

/// Returns the error for a panic of the library.
fn panic_error(payload: &(dyn Any + Send)) -> OutputError {
    let message = payload.downcast_ref::<String>().map(String::as_str);
    let message = message.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no reason given");
    match system_error(message) {
        Some(source) => OutputError::Temporary { folder: std::env::temp_dir(), source },
        None => OutputError::Workbook(text::clean(message).into_owned()),
    }
}

/// Extracts the system error that a panic message quotes in its `Debug` form, such as `Os { code: 28, …`.
fn system_error(message: &str) -> Option<io::Error> {
    let (_, rest) = message.split_once("Os { code: ")?;
    let (code, _) = rest.split_once(',')?;
    code.parse().ok().map(io::Error::from_raw_os_error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_of_the_library_is_an_error() {
        let panic = |payload: Box<dyn Any + Send>| {
            catch_panics(|| -> Result<(), XlsxError> { std::panic::resume_unwind(payload) }).unwrap_err()
        };
        let full = io::Error::from_raw_os_error(28);
        let message = panic(Box::new(format!("Couldn't write to xml file: {full:?}"))).to_string();
        assert!(message.starts_with("cannot write the temporary file of the workbook in "), "{message}");
        assert!(
            message.contains(&format!(": {full}. Free some space there")) && !message.contains("xml"),
            "{message}"
        );
        let message = panic(Box::new("RwLock\x1b poisoned")).to_string();
        assert_eq!(message, "the workbook could not be created: RwLock␛ poisoned");
        assert!(matches!(panic(Box::new(())), OutputError::Workbook(_)));
        let full = || Err(XlsxError::IoError(std::io::ErrorKind::BrokenPipe.into()));
        assert!(catch_panics::<()>(full).unwrap_err().is_closed());
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        let cut = |text: String| cut(Cow::Owned(text)).into_owned();
        assert_eq!(cut("x".repeat(MAX_TEXT)), "x".repeat(MAX_TEXT));
        assert_eq!(cut("x".repeat(MAX_TEXT + 1)), "x".repeat(MAX_TEXT - 1) + "…");
        // Each is two units, so the last one does not fit beside the ellipsis.
        assert_eq!(cut("🎈".repeat(20_000)), "🎈".repeat(MAX_TEXT / 2) + "…");
        assert_eq!(cut("ä".repeat(MAX_TEXT)), "ä".repeat(MAX_TEXT), "bytes are not what counts");
    }

    #[test]
    fn years_without_a_serial_number_are_text() {
        assert!(has_serial(1901) && has_serial(9999) && !has_serial(1900) && !has_serial(10_000));
    }
}
