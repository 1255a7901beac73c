//! A report of a local copy as a workbook: a summary with charts, and a sheet for each list.
//!
//! What goes into it is handed over: the figures, the rows one by one, and what has to be said of the copy. Out of scope: reading
//! the copy, and choosing and writing the file.

mod book;
mod charts;
mod list_sheet;
mod page;
mod plan;
mod summary_sheet;
mod summary_tables;

pub use book::ReportBook;
pub use list_sheet::ListSheet;
pub use plan::{CHANGES, ListPlan, ReportScope};
pub use summary_sheet::{Cover, ListTotals};
