//! Everything that matches into a file: gathered into a journal beside it, which survives a kill at any instant, and
//! written from there in one piece.
//!
//! The journal is `FILE.partial`: a line with the plan, then one line for each batch of rows with the place to go on from.
//! Each line ends in a checksum over all lines up to it: a journal that is not as it was written is refused.
//! Only when all of it is there does `FILE` appear, whole; until then `--resume` goes on from the journal.

mod chain;
mod gather;
mod held;
mod journal;
mod journal_error;
mod plan;
mod progress;
mod run;
mod target;
mod write;

pub use gather::{ExistingJournal, GatherError, Gathered, Order, gather, remove_empty_journal};
use journal::is_blank;
pub use journal::{Entry, Journal, Reader, journal_of};
pub use journal_error::JournalError;
pub use plan::{Part, Plan};
pub use progress::Progress;
pub use run::{ExportError, Exported, Job, export_to_file};
pub use target::{Target, TargetError, look_at};
pub use write::{Told, WriteError, Written, write};

#[cfg(test)]
mod tests;
