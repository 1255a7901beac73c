//! What is known of a list while it is read, and whether all of it came.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text;

/// What is known of a list so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    /// Requests that were answered.
    pub pages: u64,
    /// Rows handed out.
    pub rows: u64,
    /// How many rows there are, as the server counted last; nothing before the first answer.
    pub total: Option<u64>,
    /// How many of those were met, handed out or not.
    pub met: u64,
    /// Whether the list changed while it was read.
    pub moved: bool,
    /// Why the rows may not be all that there are, as far as is known.
    pub doubt: Option<Doubt>,
}

/// Why the rows may not be all that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Doubt {
    /// Rows may be missing between two pages.
    Gap,
    /// The server counts otherwise.
    Count {
        /// How many there are, says the server.
        total: u64,
        /// How many it sent.
        met: u64,
    },
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gap => {
                f.write_str("two pages could not be joined, so that rows may be missing between them")
            }
            Self::Count { total, met } => {
                write!(f, "the server counts {}, and {} came", text::grouped(*total), text::grouped(*met))
            }
        }
    }
}

impl Tally {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            pages: self.pages + other.pages,
            rows: self.rows + other.rows,
            total: self.total.zip(other.total).map(|(one, other)| one + other),
            met: self.met + other.met,
            moved: self.moved || other.moved,
            doubt: self.doubt.or(other.doubt),
        }
    }
}
