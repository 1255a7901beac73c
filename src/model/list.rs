//! The vocabulary of lists: what is asked of a source of customers, and the places in its answers.
//!
//! Both sides of a source speak it, so it knows neither the API nor the screen.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{CustomerFilter, Link, SortBy, Status};

/// A request for some rows of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowsRequest {
    /// The customers, their order, and how many rows at most.
    pub filter: CustomerFilter,
    /// The place of the first row.
    pub at: Cursor,
    /// True if nothing that was read before may be part of the answer.
    pub refresh: bool,
}

/// How much a request matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    /// The user waits for it.
    Visible,
    /// The user does not wait for it yet: it gives way to requests that the user waits for.
    Prefetch,
}

/// The abilities of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// The columns that it sorts by.
    pub sort: Vec<SortBy>,
    /// True if a window can start at any row ([`Cursor::Row`]).
    pub random_access: bool,
}

impl Default for Capabilities {
    /// Returns what every list of the API can do.
    fn default() -> Self {
        Self { sort: SortBy::API.to_vec(), random_access: false }
    }
}

/// A place in a list.
///
/// Only a source makes sense of it. It can be kept from one start of the program to the next; the list may have changed
/// by then, so that other rows begin there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cursor {
    /// The first row.
    #[default]
    Start,
    /// The row with this many rows before it, in a list with random access.
    #[serde(alias = "offset")]
    Row(u64),
    /// A window of several lists merged by the source.
    Merged(MergeCursor),
}

impl Cursor {
    /// Returns the cursor of the window before, if there is one, for windows of `limit` rows.
    pub fn previous(&self, limit: u64) -> Option<Self> {
        match self {
            Self::Start | Self::Row(0) => None,
            Self::Row(row) => Some(Self::Row(row.saturating_sub(limit))),
            Self::Merged(MergeCursor(starts)) => match starts.as_slice() {
                [] | [_] => None,
                [before @ .., _] => Some(Self::Merged(MergeCursor(before.to_vec()))),
            },
        }
    }
}

/// The start positions of merged windows, from the first to the current one, which make paging back exact.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MergeCursor(pub Vec<MergeStart>);

/// The start position of a merged window in each list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MergeStart {
    /// How many rows of each list come before the window; lists that are not named start at their first row.
    #[serde(alias = "cursors")]
    pub rows: Vec<u64>,
    /// The length of each list that is known to have ended before the window: for some servers it is an error to ask
    /// past the end.
    #[serde(default)]
    pub ended: Vec<Option<u64>>,
    /// The server's count of each list that ended before it: then rows are missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counted: Vec<Option<u64>>,
}

/// The values that occur in fields of queries, by the names of the fields.
pub type FieldValues = HashMap<&'static str, Vec<String>>;

/// The extent and the age of the local copy that rows come from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    /// True if the rows are those that were shown last: the copy has not been read yet, and nothing else here is known.
    pub is_from_last_time: bool,
    /// The customers that are not known to be gone.
    pub customers: u64,
    /// Those of them whose record and subscriptions are known.
    pub detailed: u64,
    /// The time at which the oldest of the lists was read; `None` if none was read to its end.
    pub listed_at: Option<DateTime<Utc>>,
    /// The time at which the oldest record was read.
    pub oldest_at: Option<DateTime<Utc>>,
    /// True while the copy is brought up to date.
    pub is_syncing: bool,
    /// The other process that brings the copy up to date, if one does.
    pub synced_by: Option<u32>,
    /// The time since which the API has not been reached.
    pub offline_since: Option<DateTime<Utc>>,
    /// The names of resellers that the copy knows, by their IDs.
    pub reseller_names: Arc<HashMap<String, String>>,
    /// The values that the copy has in fields of queries.
    pub values: Arc<FieldValues>,
}

/// The key of a customer's record.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RecordKey {
    /// By the link of a list entry.
    Link(Link),
    /// By the customer's ID.
    Id(String),
}

/// A request for some of a customer's orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrdersRequest {
    /// The first page of the orders since a day, or of those of the current term.
    First {
        /// The customer's ID.
        customer_id: String,
        /// The first day.
        since: Option<NaiveDate>,
    },
    /// The page behind this many orders of the same list.
    Behind {
        /// The customer's ID.
        customer_id: String,
        /// The first day.
        since: Option<NaiveDate>,
        /// The number of orders before the page.
        offset: u64,
    },
    /// The page that a page's link leads to.
    Next(Link),
}

/// The number of customers with each listed status, or why it is unknown. A local copy adds those with all others, under a
/// status without a code.
#[derive(Debug, Clone, PartialEq)]
pub struct StatusCounts<E>(pub Vec<(Status, Result<u64, E>)>);

impl<E: Clone> StatusCounts<E> {
    /// Returns counts that are all unknown for one reason.
    pub fn failed(error: &E) -> Self {
        Self(Status::listed().into_iter().map(|status| (status, Err(error.clone()))).collect())
    }
}
