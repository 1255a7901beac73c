//! Workbooks for Excel and similar programs: one sheet with a frozen heading and filters, real dates and numbers, and IDs as
//! text.
//!
//! The library keeps one row in memory and the rows before it in an unnamed temporary file until the workbook is assembled.
//! If that file cannot be created, all rows are kept in memory.

use std::{
    any::Any,
    borrow::Cow,
    io::{self, Write as _},
    panic::{AssertUnwindSafe, catch_unwind},
};

use chrono::{Datelike as _, NaiveDateTime, NaiveTime};
use rust_xlsxwriter::{Format, FormatBorder, IgnoreError, Workbook, Worksheet, XlsxError};

use super::{
    OutputError, csv_injection,
    sink::{Grid, GridLine, Out},
};
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

pub(super) struct Xlsx<'w> {
    out: Out<'w>,
    workbook: Workbook,
    sheet: Worksheet,
    styles: Styles,
    raw: bool,
    kinds: Vec<ColumnKind>,
    /// The width of the widest cell of each column.
    widths: Vec<usize>,
    /// The number of rows below the heading.
    rows: u32,
    max_rows: u32,
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
        }
    }
}

impl<'w> Xlsx<'w> {
    pub(super) fn new(out: Out<'w>, columns: &[&Column], name: &str, raw: bool) -> Result<Self, OutputError> {
        let mut workbook = Workbook::new();
        let sheet = workbook.new_worksheet_with_constant_memory().unwrap_or_else(|_| Worksheet::new());
        Self::with((workbook, sheet), out, columns, name, raw)
    }

    fn with(
        (workbook, mut sheet): (Workbook, Worksheet),
        out: Out<'w>,
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
            out,
            workbook,
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

    fn write(&mut self, line: &GridLine<'_>) -> Result<(), XlsxError> {
        for ((place, cell), widest) in (0..).zip(&line.cells).zip(&mut self.widths) {
            let width = write_cell(&mut self.sheet, (self.rows, place), cell, &self.styles, self.raw)?;
            *widest = (*widest).max(width);
        }
        Ok(())
    }

    /// Sets what depends on all rows: column widths, ignored errors and the filter.
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

impl Grid for Xlsx<'_> {
    fn line(&mut self, line: &GridLine<'_>) -> Result<(), OutputError> {
        if self.rows >= self.max_rows {
            return Err(OutputError::TooManyRows);
        }
        self.rows += 1;
        catch_panics(|| self.write(line))
    }

    /// Does nothing: a workbook can only be written as a whole.
    fn flush(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<usize, OutputError> {
        catch_panics(|| self.complete())?;
        let Self { out, mut workbook, sheet, .. } = *self;
        let mut out = DeferErrors { out, failed: None };
        catch_panics(|| {
            workbook.push_worksheet(sheet);
            workbook.save_to_writer(&mut out)
        })?;
        let DeferErrors { mut out, failed } = out;
        if let Some(error) = failed {
            return Err(OutputError::Write(error));
        }
        out.flush()?;
        Ok(0)
    }
}

/// A writer that accepts everything and keeps the first error for later. If its writer failed midway, the ZIP library would
/// print to standard error when it is dropped.
struct DeferErrors<W> {
    out: W,
    failed: Option<io::Error>,
}

impl<W: io::Write> io::Write for DeferErrors<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.failed.is_none() {
            self.failed = self.out.write_all(bytes).err();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.failed.is_none() {
            self.failed = self.out.flush().err();
        }
        Ok(())
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
            sheet.write_number(row, place, *number as f64)?;
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
fn has_serial(year: i32) -> bool {
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
fn catch_panics<T>(work: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, OutputError> {
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
    use std::io::BufWriter;

    use calamine::Reader as _;

    use super::*;
    use crate::columns::{Columns, RowSchema};

    #[test]
    fn too_many_rows_are_an_error() {
        let columns = Columns::parse(RowSchema::LIST, "customer-id").unwrap();
        let out: Out<'_> = BufWriter::new(Box::new(std::io::sink()));
        let mut workbook = Xlsx::new(out, columns.as_slice(), "Customers", false).unwrap();
        workbook.max_rows = 2;
        let line = || GridLine { cells: vec![Cell::id(Some("1"))], unreadable: None, note: "", number: 1 };
        assert!(workbook.line(&line()).is_ok() && workbook.line(&line()).is_ok());
        let message = workbook.line(&line()).unwrap_err().to_string();
        assert_eq!(
            message,
            "a sheet can hold 1,048,575 rows below its heading, and there are more. Narrow the filter, or use CSV"
        );
    }

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
    fn unsupported_dates_are_text_also_without_a_temporary_file() {
        assert!(has_serial(1901) && has_serial(9999) && !has_serial(1900) && !has_serial(10_000));
        let columns = Columns::parse(RowSchema::LIST, "created").unwrap();
        let mut bytes = Vec::new();
        let out: Out<'_> = BufWriter::new(Box::new(&mut bytes));
        let in_memory = (Workbook::new(), Worksheet::new());
        let mut workbook = Xlsx::with(in_memory, out, columns.as_slice(), "Customers", false).unwrap();
        for text in ["1900-02-28", "9999-12-31", "0001-01-01T00:00:00Z"] {
            let time = crate::model::Timestamp::new(text);
            workbook
                .line(&GridLine {
                    cells: vec![Cell::moment(Some(&time))],
                    unreadable: None,
                    note: "",
                    number: 1,
                })
                .unwrap();
        }
        Box::new(workbook).finish().unwrap();
        let mut read: calamine::Xlsx<_> = calamine::Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        let range = read.worksheet_range("Customers").unwrap();
        let cell = |row| range.get((row, 0)).unwrap();
        assert_eq!(*cell(1), calamine::Data::String("1900-02-28".into()));
        assert!(matches!(cell(2), calamine::Data::DateTime(_)));
        assert_eq!(*cell(3), calamine::Data::String("0001-01-01T00:00:00Z".into()));
    }
}
