//! Verified walks through whole lists, which commands and exports read.

use futures_util::future::BoxFuture;

use crate::{
    api::ApiError,
    collect::{Batch, CustomerPages, ListStart, ListStats, Lists, RowKey},
    model::{CustomerQuery, Row},
};

/// A request to walk through whole lists, and the progress of earlier walks.
#[derive(Debug, Clone)]
pub struct WalkRequest {
    /// The lists; those of one reseller are next to each other.
    pub lists: Vec<WalkList>,
    /// The number of rows needed of each list, if not all are.
    pub rows: Option<u64>,
    /// The most pages requested before they are needed.
    pub ahead: usize,
}

/// One list to walk: the customers of a reseller that match a query.
#[derive(Debug, Clone)]
pub struct WalkList {
    /// The reseller.
    pub reseller_id: String,
    /// The query; its offset is ignored.
    pub query: CustomerQuery,
    /// The place to continue from, if it is not the start.
    pub start: Option<ListStart>,
    /// The rows that an earlier walk read, in its order.
    pub read: Vec<RowKey>,
    /// The statistics of a list that an earlier walk read to its end.
    pub ended: Option<ListStats>,
    /// True if rows that another list has sent are handed out again: they have moved to this one.
    pub with_moved: bool,
}

impl WalkList {
    /// Returns a list of which nothing was read yet.
    pub fn new(reseller_id: &str, query: CustomerQuery) -> Self {
        Self {
            reseller_id: reseller_id.to_owned(),
            query,
            start: None,
            read: Vec::new(),
            ended: None,
            with_moved: false,
        }
    }
}

/// Rows that a walk had missed, with the index of their list.
pub type Missed = (usize, Vec<Row>);

/// A walk through lists: each row once, with statistics that show if the lists are complete.
pub trait RowWalk: Send {
    /// Returns the number of lists.
    fn lists(&self) -> usize;

    /// Starts to load a list; others may start before it has ended.
    fn begin(&mut self, list: usize);

    /// Returns the next rows of a list and the place after them, or `None` at its end.
    ///
    /// # Errors
    /// Fails if rows do not arrive. The walk can be continued from the latest place.
    fn next(&mut self, list: usize) -> BoxFuture<'_, Result<Option<Batch<Row>>, ApiError>>;

    /// Returns true if all requests of a list were sent.
    fn is_sent(&self, list: usize) -> bool;

    /// Returns the statistics of a list so far.
    fn stats_of(&self, list: usize) -> ListStats;

    /// Returns the statistics of all lists so far.
    fn stats(&self) -> ListStats;

    /// Settles changes that happened during the walk: returns rows that were missed, with the index of their list, and
    /// `None` once everything is settled or cannot be.
    ///
    /// # Errors
    /// Fails if rows do not arrive.
    fn settle(&mut self) -> BoxFuture<'_, Result<Option<Missed>, ApiError>>;
}

impl RowWalk for Lists<CustomerPages> {
    fn lists(&self) -> usize {
        self.len()
    }

    fn begin(&mut self, list: usize) {
        Self::begin(self, list);
    }

    fn next(&mut self, list: usize) -> BoxFuture<'_, Result<Option<Batch<Row>>, ApiError>> {
        Box::pin(Self::next(self, list))
    }

    fn is_sent(&self, list: usize) -> bool {
        self.list(list).is_sent()
    }

    fn stats_of(&self, list: usize) -> ListStats {
        self.list(list).stats()
    }

    fn stats(&self) -> ListStats {
        self.stats()
    }

    fn settle(&mut self) -> BoxFuture<'_, Result<Option<Missed>, ApiError>> {
        Box::pin(Self::settle(self))
    }
}
