//! All customers that match: page by page, several requests at once, each customer once, however the portfolio changes
//! meanwhile.
//!
//! The API pages by offset: whoever joins or leaves between two requests shifts what follows. So each page overlaps the
//! one before by a row, and two neighbours count as joined only where they share a customer; what may lie between
//! two that do not is fetched. A customer that is in the list all the time is therefore never missed, and none comes
//! twice. Where the totals have moved, the list is walked once more for those who joined behind our back.

mod list;
mod merged;
mod stitch;

pub use list::{List, ListStart};
pub use merged::Merged;

use crate::model::Row;

/// Some rows of a list, and where it stands after them.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// The rows, in the list's order, none of which came before.
    pub rows: Vec<Row>,
    /// Where to go on from, for somebody who comes back later.
    pub place: ListStart,
}

/// What is known of a list so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Requests that were answered.
    pub pages: u64,
    /// Rows handed out.
    pub rows: u64,
    /// How many rows there are, as the server counted last; nothing before the first answer.
    pub total: Option<u64>,
    /// Rows that came again and were left out.
    pub repeated: u64,
    /// Requests that were made to find what may lie between two pages.
    pub bridges: u64,
    /// Whether the total moved while the list was read.
    pub moved: bool,
    /// Whether two pages could not be joined: rows may be missing between them.
    pub gap: bool,
}

impl Tally {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            pages: self.pages + other.pages,
            rows: self.rows + other.rows,
            total: self.total.zip(other.total).map(|(one, other)| one + other),
            repeated: self.repeated + other.repeated,
            bridges: self.bridges + other.bridges,
            moved: self.moved || other.moved,
            gap: self.gap || other.gap,
        }
    }

    /// Why the rows may not be all that there are; nothing where they are.
    pub fn doubt(&self) -> Option<String> {
        let total = self.total.unwrap_or_default();
        if self.gap {
            Some("two pages could not be joined, so that rows may be missing between them".to_owned())
        } else if !self.moved && self.rows != total {
            Some(format!("the server counts {total}, and {} came", self.rows))
        } else {
            None
        }
    }
}
