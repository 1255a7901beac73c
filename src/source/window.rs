//! The answers of a source: values with their origin, and windows of rows.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, FixedOffset};

use crate::{
    api::Exchange,
    model::{
        Capabilities, CopyFacts, Coverage, Cursor, Customer, CustomerNote, CustomerRow, Row, RowsRequest,
        Status, SubscriptionList,
    },
};

/// The origin of a value, and its age.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    /// The time at which its oldest part arrived.
    pub at: DateTime<FixedOffset>,
    /// The duration of its slowest request.
    pub elapsed: Duration,
    /// The slowest request, if the value came over the network.
    pub exchange: Option<Arc<Exchange>>,
    /// What has to be known of the local copy, if the value comes from there.
    pub copy: Option<CopyOrigin>,
}

/// The local copy that a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CopyOrigin {
    /// False if contacts are left out of the copy: a record without any may have some.
    pub keeps_contacts: bool,
}

/// A value and its origin.
#[derive(Debug, Clone, PartialEq)]
pub struct Fetched<T> {
    /// The value.
    pub value: T,
    /// Its origin.
    pub origin: Origin,
}

/// The parts of a customer that a local copy holds.
#[derive(Debug, Clone, Default)]
pub struct HeldParts {
    /// The record.
    pub record: Option<Fetched<Arc<Customer>>>,
    /// The subscriptions.
    pub subscriptions: Option<Fetched<Arc<SubscriptionList>>>,
    /// What the copy derives of them, and remembers about the customer.
    pub facts: CopyFacts,
    /// The user's own note.
    pub note: Option<CustomerNote>,
}

/// A customer of a local copy.
#[derive(Debug, Clone)]
pub struct HeldCustomer {
    /// The list entry.
    pub row: Arc<Row>,
    /// The other parts that the copy holds.
    pub parts: HeldParts,
}

/// Some consecutive rows of a list.
#[derive(Debug, Clone)]
pub struct Window {
    /// The request that it answers.
    pub request: RowsRequest,
    /// The cursor of the window: not the requested one if the list ends before that.
    pub at: Cursor,
    /// The number of rows before the first one.
    pub first: u64,
    /// The rows.
    pub rows: Vec<Arc<Row>>,
    /// The number of matching rows, as far as the source knows.
    pub total: u64,
    /// The number of customers with each status, if the window includes it.
    pub counts: Vec<(Status, u64)>,
    /// The cursor of the next window, if there is one.
    pub next: Option<Cursor>,
    /// The operations that the source supports on this list.
    pub capabilities: Capabilities,
    /// The origin of the rows.
    pub origin: Origin,
    /// The local copy that the rows come from; `None` if they come from the API.
    pub coverage: Option<Coverage>,
    /// What the local copy holds of the customers in the rows, in their order; empty if they come from the API.
    pub parts: Vec<HeldParts>,
    /// A problem with the window, shown as long as the window is.
    pub complaint: Option<String>,
    /// A notice for the moment at which the window arrives.
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
