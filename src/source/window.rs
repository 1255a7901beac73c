//! What a source answers with: values with their origin, and windows of rows.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, FixedOffset};

use crate::{
    api::Exchange,
    model::{Capabilities, Cursor, CustomerRow, Row, RowsRequest, Status},
};

/// Where a value comes from, and how old it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    /// When its oldest part arrived.
    pub at: DateTime<FixedOffset>,
    /// How long its slowest part took.
    pub elapsed: Duration,
    /// The request for that part, if it came over the network.
    pub exchange: Option<Arc<Exchange>>,
}

/// A value and its origin.
#[derive(Debug, Clone, PartialEq)]
pub struct Fetched<T> {
    /// The value.
    pub value: T,
    /// Where it comes from.
    pub origin: Origin,
}

/// Some consecutive rows of a list.
#[derive(Debug, Clone)]
pub struct Window {
    /// What was asked.
    pub request: RowsRequest,
    /// Where the window is: not where it was asked for if the list ends before that.
    pub at: Cursor,
    /// How many rows come before the first one.
    pub first: u64,
    /// The rows.
    pub rows: Vec<Arc<Row>>,
    /// How many rows match, as far as the source knows.
    pub total: u64,
    /// The number of customers with each status that the window tells.
    pub counts: Vec<(Status, u64)>,
    /// Where the next window starts, if there is one.
    pub next: Option<Cursor>,
    /// What the source can do with this list.
    pub capabilities: Capabilities,
    /// Where the rows come from.
    pub origin: Origin,
    /// What is wrong with the window, in words, for as long as it is shown.
    pub complaint: Option<String>,
    /// What the user should hear once when it arrives, in words.
    pub news: Option<String>,
}

impl Window {
    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Returns true if there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Returns a row.
    pub fn row(&self, index: usize) -> Option<&Row> {
        self.rows.get(index).map(|row| &**row)
    }

    /// Returns the customer in a row, if the row could be read.
    pub fn customer(&self, index: usize) -> Option<&CustomerRow> {
        self.row(index)?.customer()
    }

    /// Returns the row of a customer.
    pub fn position(&self, customer_id: &str) -> Option<usize> {
        (0..self.len()).find(|index| self.customer(*index).is_some_and(|row| row.customer_id == customer_id))
    }
}
