//! Exports all matching rows into a file. The rows are fetched into a journal beside it, which survives a kill at any
//! moment, and written to the file from there as a whole.
//!
//! The journal is `FILE.partial`: a line with the plan, then a line for each batch of rows with the place to continue
//! from. Each line ends in a checksum over all lines up to it, and a journal that was changed is refused. `FILE` appears
//! only when the journal is complete; until then, `--resume` continues from it.

mod chain;
mod fetch_rows;
mod journal;
mod journal_contents;
mod journal_error;
mod plan;
mod progress;
mod run;
mod target;
mod write;

pub use fetch_rows::{ExistingJournal, FetchError, FetchJob, FetchedRows, fetch_rows, remove_empty_journal};
use journal::is_blank;
pub use journal::{Journal, JournalEntry, JournalReader, journal_of};
pub use journal_error::JournalError;
pub use plan::{Plan, PlannedList};
pub use progress::Progress;
pub use run::{ExportError, ExportJob, Exported, export_to_file};
pub use target::{Target, TargetError, look_at};
pub use write::{ExportRow, RowWarnings, WriteError, Written, write, write_rows};

#[cfg(test)]
mod tests;
