//! An export as the screen orders it, and why it did not come to its end.

use crate::{
    export::ExistingJournal,
    model::{CustomerFilter, Row},
    output::Format,
};

/// An export that is to be made.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a decision of the user")]
pub struct ExportOrder {
    /// The file's name as the user typed it.
    pub file: String,
    /// The file's format, by its name.
    pub format: Format,
    /// The filter of the exported customers.
    pub filter: CustomerFilter,
    /// The rows, if they were picked on the screen.
    pub picked: Option<Vec<Row>>,
    /// True if each customer's record is added.
    pub details: bool,
    /// True if the subscriptions are added.
    pub subscriptions: bool,
    /// The handling of an unfinished export to that file.
    pub begin: ExistingJournal,
    /// True if the file is written even if the row count differs from the server's.
    pub anyway: bool,
    /// True if an existing file is replaced.
    pub replace: bool,
}

/// The reason why an export failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportFailed {
    /// The file exists.
    Exists,
    /// There is an unfinished export to that file.
    Left,
    /// It cannot begin, in words.
    Refused(String),
    /// It ended early, in words.
    Ended(String),
}
