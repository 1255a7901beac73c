//! Comparing a list of subscriptions, from an invoice workbook or a platform, with the local copy.
//!
//! Pure: the subscriptions of the list ([`read_lines`]), those of the copy ([`CopiedSubscription`]), and what differs
//! ([`compare_lists`]). Prices and taxes are never read.

mod charge;
mod compare;
mod copied;
mod difference;
mod key;
mod lines;
mod listed;
mod status;

pub use compare::compare_lists;
pub use copied::CopiedSubscription;
pub use difference::{Difference, DifferenceKind};
pub use key::MatchKey;
pub use lines::{FileLines, read_lines};
