//! The answers of a source: values with their origin, and windows of rows.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, FixedOffset};

use crate::{
    api::Exchange,
    model::{Capabilities, Cursor, CustomerRow, Row, RowsRequest, Status},
};

/// The origin of a value, and its age.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    /// The time when its oldest part arrived.
    pub at: DateTime<FixedOffset>,
    /// The time that its slowest part took.
    pub elapsed: Duration,
    /// The request for that part, if it came over the network.
    pub exchange: Option<Arc<Exchange>>,
}

/// A value and its origin.
#[derive(Debug, Clone, PartialEq)]
pub struct Fetched<T> {
    /// The value.
    pub value: T,
    /// Its origin.
    pub origin: Origin,
}

/// Some consecutive rows of a list.
#[derive(Debug, Clone)]
pub struct Window {
    /// The request.
    pub request: RowsRequest,
    /// The place of the window: not the one asked for if the list ends before that.
    pub at: Cursor,
    /// How many rows come before the first one.
    pub first: u64,
    /// The rows.
    pub rows: Vec<Arc<Row>>,
    /// How many rows match, as far as the source knows.
    pub total: u64,
    /// How many customers with each status that the window tells.
    pub counts: Vec<(Status, u64)>,
    /// The place where the next window starts, if there is one.
    pub next: Option<Cursor>,
    /// The abilities of the source with this list.
    pub capabilities: Capabilities,
    /// The origin of the rows.
    pub origin: Origin,
    /// The fault in the window, in words, for as long as it is shown.
    pub complaint: Option<String>,
    /// The news for the user when it arrives, in words.
    pub news: Option<String>,
}

impl Window {
    /// How many rows.
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
