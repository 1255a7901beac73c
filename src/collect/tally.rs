//! The counts of a list while it is read, and reasons to doubt that all of it arrived.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text;

/// The knowledge about a list so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ListStats {
    /// Requests that were answered.
    pub pages: u64,
    /// Rows handed out.
    pub rows: u64,
    /// The server's latest count of the rows; `None` if it has sent none that can be used.
    pub total: Option<u64>,
    /// Different rows that the latest walk has met, handed out or not.
    pub met: u64,
    /// True if the list changed while it was read.
    pub moved: bool,
    /// The reason why the rows may not be all that there are, if there is a reason to think so.
    pub doubt: Option<Doubt>,
}

/// A reason to think that rows are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Doubt {
    /// The server's count differs from the rows that it sent.
    Count {
        /// How many there are by the server's count.
        total: u64,
        /// The number of different ones it sent.
        met: u64,
    },
    /// The list changed during every walk.
    Moving,
    /// Customers moved between the lists of a result each time that these were read.
    Crossing,
    /// An answer held rows that were not read: a second list, or too many.
    Unread,
    /// The server sent page after page without a new row.
    Endless,
    /// The rows behind an offset do not add up to the server's count. Reading them again could not show what was missed.
    FromOffset,
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count { total, met } => {
                let (total, met) = (text::group_digits(*total), text::group_digits(*met));
                write!(f, "the server counts {total}, but {met} different rows arrived")
            }
            Self::Moving => f.write_str("the list kept changing while it was read, so rows may be missing"),
            Self::Crossing => f.write_str(
                "customers kept moving between the lists while these were read, so some may be missing",
            ),
            Self::Unread => f.write_str("an answer held a second list or too many rows, which were not read"),
            Self::Endless => f.write_str("the server keeps sending pages without a new row"),
            Self::FromOffset => f.write_str(
                "the rows from the offset on do not add up to the server's count, so some may be missing",
            ),
        }
    }
}

impl ListStats {
    /// Adds up two lists.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            pages: self.pages + other.pages,
            rows: self.rows + other.rows,
            total: self.total.zip(other.total).map(|(one, other)| one.saturating_add(other)),
            met: self.met + other.met,
            moved: self.moved || other.moved,
            doubt: self.doubt.or(other.doubt),
        }
    }
}
