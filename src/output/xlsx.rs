//! Workbooks for Excel and similar programs: one sheet with a frozen heading and filters, real dates and numbers, and IDs as
//! text.
//!
//! The library keeps one row in memory and the rows before it in an unnamed temporary file until the workbook is assembled.
//! If that file cannot be created, all rows are kept in memory.

use std::io;

use rust_xlsxwriter::{Workbook, Worksheet};

use super::{
    OutputError,
    sheet_table::{SheetTable, catch_panics, new_sheet},
    sink::{Grid, GridLine, Out},
};
use crate::columns::Column;

pub(super) struct Xlsx<'w> {
    out: Out<'w>,
    workbook: Workbook,
    table: SheetTable,
}

impl<'w> Xlsx<'w> {
    pub(super) fn new(out: Out<'w>, columns: &[&Column], name: &str, raw: bool) -> Result<Self, OutputError> {
        let mut workbook = Workbook::new();
        let sheet = new_sheet(&mut workbook);
        Self::with((workbook, sheet), out, columns, name, raw)
    }

    fn with(
        (workbook, sheet): (Workbook, Worksheet),
        out: Out<'w>,
        columns: &[&Column],
        name: &str,
        raw: bool,
    ) -> Result<Self, OutputError> {
        Ok(Self { out, workbook, table: SheetTable::new(sheet, columns, name, raw)? })
    }
}

impl Grid for Xlsx<'_> {
    fn line(&mut self, line: &GridLine<'_>) -> Result<(), OutputError> {
        self.table.line(&line.cells)
    }

    /// Does nothing: a workbook can only be written as a whole.
    fn flush(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<usize, OutputError> {
        let Self { out, mut workbook, table } = *self;
        let sheet = table.finish()?;
        catch_panics(|| {
            workbook.push_worksheet(sheet);
            Ok(())
        })?;
        save(&mut workbook, out)?;
        Ok(0)
    }
}

/// Writes a workbook.
///
/// # Errors
/// The first error of the writer, or that of the library.
pub(crate) fn save(workbook: &mut Workbook, out: impl io::Write + Send) -> Result<(), OutputError> {
    let mut out = DeferErrors { out, failed: None };
    catch_panics(|| workbook.save_to_writer(&mut out))?;
    let DeferErrors { mut out, failed } = out;
    if let Some(error) = failed {
        return Err(OutputError::Write(error));
    }
    out.flush()?;
    Ok(())
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

#[cfg(test)]
mod tests {
    use std::io::BufWriter;

    use calamine::Reader as _;

    use super::*;
    use crate::columns::{Cell, Columns, RowSchema};

    #[test]
    fn too_many_rows_are_an_error() {
        let columns = Columns::parse(RowSchema::LIST, "customer-id").unwrap();
        let out: Out<'_> = BufWriter::new(Box::new(std::io::sink()));
        let mut workbook = Xlsx::new(out, columns.as_slice(), "Customers", false).unwrap();
        workbook.table.max_rows = 2;
        let line = || GridLine { cells: vec![Cell::id(Some("1"))], unreadable: None, note: "", number: 1 };
        assert!(workbook.line(&line()).is_ok() && workbook.line(&line()).is_ok());
        let message = workbook.line(&line()).unwrap_err().to_string();
        assert_eq!(
            message,
            "a sheet can hold 1,048,575 rows below its heading, and there are more. Narrow the filter, or use CSV"
        );
    }

    #[test]
    fn unsupported_dates_are_text_also_without_a_temporary_file() {
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
