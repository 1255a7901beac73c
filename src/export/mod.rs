//! Everything that matches into a file: gathered into a journal beside it, which survives a kill at any instant, and
//! written from there in one piece.
//!
//! The journal is `FILE.partial`: a line with the plan, then one line for each batch of rows with the place to go on from.
//! Only when all of it is there does `FILE` appear, whole; until then `--resume` goes on from the journal.

mod gather;
mod journal;
mod plan;
mod progress;
mod write;

pub use gather::{Begin, GatherError, Gathered, Order, forget_empty, gather};
pub use journal::{Entry, Journal, JournalError, Reader, journal_of};
pub use plan::{Part, Plan};
pub use progress::Progress;
pub use write::{WriteError, Written, write};
