//! Rows as tables, in files and on terminals: JSON, JSON Lines, CSV, workbooks, aligned columns.
//!
//! ```text
//! let columns = Columns::usual(Set::LIST, format);
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
//! Rows are written as they come, so that a portfolio of any size takes little memory. Every row is written: what could
//! not be read has a line that says so. What stays out: fetching the rows, asking a person, and choosing the file.

mod cell;
mod columns;
mod csv;
mod error;
mod format;
mod item;
mod json;
mod portrait;
mod record;
mod safe;
mod sink;
mod table;
#[cfg(test)]
mod tests;
mod upright;
mod xlsx;

pub use columns::{Column, ColumnKind, Columns, ColumnsError, Set};
pub use error::OutputError;
pub use format::{Format, FormatError};
pub use item::Item;
pub use portrait::Portrait;
pub use sink::{Options, Sink, Summary};
