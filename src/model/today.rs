//! The lists of the day in figures.

use chrono::NaiveDate;

use super::Coverage;

/// The lists of the day, and what has to be said of the copy that they come from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TodayAnswer {
    /// The figures, in the order of the lists.
    pub figures: Vec<TodayFigures>,
    /// The extent and the age of the copy.
    pub coverage: Coverage,
    /// What has to be said, if anything has.
    pub complaint: Option<String>,
}

/// The figures of one list on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TodayFigures {
    /// The key of the list.
    pub key: &'static str,
    /// The customers in it.
    pub customers: u64,
    /// The customers that may belong to it, of which not enough is known.
    pub unknown: u64,
    /// What these customers have together, such as licences to order; `None` if customers alone are counted.
    pub amount: Option<i64>,
    /// True if the server's numbers do not say exactly how much that is.
    pub is_approximate: bool,
    /// The earliest day that matters, such as the first renewal.
    pub first: Option<NaiveDate>,
}
