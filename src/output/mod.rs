//! Writes rows to files and terminals, as JSON, JSON Lines, CSV, workbooks or aligned columns.
//!
//! ```text
//! let columns = default_columns(RowSchema::LIST, format);
//! let mut sink = Sink::new(format, &columns, Options::default(), writer)?;
//! for batch in batches {
//!     for row in &batch {
//!         sink.item(&Item::row(row))?;
//!     }
//!     sink.flush()?;
//! }
//! let summary = sink.finish()?;
//! ```
//!
//! Rows are written as they arrive, so that a portfolio of any size takes little memory. Every row is written; an unreadable
//! one has a line that says so. Out of scope: fetching rows, asking the user, and choosing the file.

mod csv;
mod csv_injection;
mod error;
mod format;
mod json;
mod record_writer;
mod sheet_table;
mod sink;
mod table;
#[cfg(test)]
mod tests;
mod vertical;
mod xlsx;

pub use error::OutputError;
pub use format::{Format, FormatError};
pub use record_writer::RecordWriter;
pub use sink::{Options, Sink, Summary};

pub(crate) use sheet_table::{SheetTable, catch_panics, has_serial, new_sheet};
pub(crate) use xlsx::save;

use std::borrow::Cow;

use crate::columns::{Cell, Columns, RowSchema};

/// Returns the default columns of a format: a table has those that fit, a file has all.
pub fn default_columns(schema: RowSchema, format: Format) -> Columns {
    match format {
        Format::Table => Columns::for_table(schema),
        _ => Columns::all(schema),
    }
}

/// Returns a text for a CSV field that no spreadsheet takes for a formula; with `raw`, the text itself.
pub fn csv_text(text: &str, raw: bool) -> Cow<'_, str> {
    Cow::Owned(csv_injection::escape(&Cell::text(Some(text)), raw).into_owned())
}
