//! The statistics of a list while it is read, and reasons why it may be incomplete.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text;

/// The statistics of a list so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ListStats {
    /// The number of answered requests.
    pub pages: u64,
    /// The number of rows handed out.
    pub rows: u64,
    /// The server's latest count of the rows; `None` if it has sent no usable one.
    pub total: Option<u64>,
    /// The number of different rows in the latest walk, handed out or not.
    #[serde(rename = "met")]
    pub seen: u64,
    /// True if the list changed while it was read.
    pub moved: bool,
    /// The reason why rows may be missing, if there is one.
    #[serde(rename = "doubt")]
    pub incomplete: Option<Incomplete>,
}

/// A reason why rows may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Incomplete {
    /// The server's count differs from the rows that it sent.
    Count {
        /// The server's count.
        total: u64,
        /// The number of different rows that arrived.
        #[serde(rename = "met")]
        seen: u64,
    },
    /// The list changed during every walk.
    Moving,
    /// Customers kept moving between the lists of a result while these were read.
    Crossing,
    /// A response held rows that were not read: a second list, or too many rows.
    Unread,
    /// The server kept sending pages without a new row.
    Endless,
    /// The rows from an offset on do not add up to the server's count. Another walk could not show which are missing.
    FromOffset,
    /// A response says that it begins at another row than the requested one.
    OtherOffset,
}

impl fmt::Display for Incomplete {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count { total, seen } => {
                let (total, seen) = (text::group_digits(*total), text::group_digits(*seen));
                write!(f, "the server counts {total}, but {seen} different rows arrived")
            }
            Self::Moving => f.write_str("the list kept changing while it was read, so rows may be missing"),
            Self::Crossing => f.write_str(
                "customers kept moving between the lists while these were read, so some may be missing",
            ),
            Self::Unread => {
                f.write_str("a response held a second list or too many rows, which were not read")
            }
            Self::Endless => f.write_str("the server keeps sending pages without a new row"),
            Self::OtherOffset => {
                f.write_str("the server says that its rows begin at another offset than the requested one")
            }
            Self::FromOffset => f.write_str(
                "the rows from the offset on do not add up to the server's count, so some may be missing",
            ),
        }
    }
}

impl ListStats {
    /// Adds the statistics of another list.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            pages: self.pages + other.pages,
            rows: self.rows + other.rows,
            total: self.total.zip(other.total).map(|(one, other)| one.saturating_add(other)),
            seen: self.seen + other.seen,
            moved: self.moved || other.moved,
            incomplete: self.incomplete.or(other.incomplete),
        }
    }
}
