//! All customers that match: page by page, several requests at once, each customer once, however the portfolio changes
//! meanwhile.
//!
//! The API pages by offset: whoever joins or leaves between two requests shifts what follows. So each page overlaps the
//! one before by a row, and two neighbours count as joined only where they share a row; what may lie between
//! two that do not is fetched. A customer that is in the list all the time is therefore never missed, and none comes
//! twice. Where the list has moved, it is walked once more for those who joined behind our back. A walk in which nothing
//! moved has to meet as many rows as the server counts.

mod list;
mod merged;
mod resellers;
mod stitch;
mod tally;

pub use list::{Batch, List, ListStart};
pub use merged::Merged;
pub use resellers::ResellerList;
pub use stitch::RowKey;
pub use tally::{Doubt, Tally};
