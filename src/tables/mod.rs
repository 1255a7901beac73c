//! Reading of tables that others have made: CSV files and workbooks in any order of columns, language and encoding.
//!
//! ```text
//! let file = read_file(path)?;
//! let table = find_table(file, &wanted, &options)?;
//! for row in table.rows() {
//!     let id = row.id(Meaning::SubscriptionId)?;
//! }
//! ```
//!
//! Headings are recognised by name ([`Meaning`]), wherever in the file they are. Cells get a type only when one is asked for,
//! so that an ID stays the text that it is. What can be read in two ways is an error and is never guessed, and the
//! [`TableReport`] says what was understood. Sizes are bounded before anything is unpacked. Out of scope: the
//! meaning of the rows.

mod archive;
mod dates;
mod decode;
mod delimited;
mod error;
mod find;
mod flags;
mod fold;
mod found;
mod headings;
mod ids;
mod meaning;
mod months;
mod quantities;
mod raw;
mod read;
mod report;
#[cfg(test)]
mod tests;
mod workbook;

pub use dates::DateOrder;
pub use error::{TableError, ValueError};
pub use find::{WantedColumns, find_table};
pub use found::{FoundRow, FoundTable};
pub use meaning::{ColumnChoice, Meaning};
pub use months::find_month;
pub use raw::{RawCell, RawFile, RawSheet};
pub use read::{read_bytes, read_file};
pub use report::{LeftOut, TableReport};

/// The user's choices where a file is ambiguous.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// The order of day and month in dates such as `05/06/2026`.
    pub dates: Option<DateOrder>,
    /// Headings whose meaning the user has given.
    pub columns: Vec<ColumnChoice>,
}
