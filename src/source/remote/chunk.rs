//! Cached pages of the API: rows that can be shared, and the list that they belong to.

use std::sync::Arc;

use crate::model::{CustomerFilter, CustomerPage, CustomerQuery, FilterError, Problem, Row, Status};

/// One list of the API: the customers of a reseller with one status.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct ListKey {
    /// The reseller's ID.
    pub(super) reseller: Arc<str>,
    /// The status.
    pub(super) status: Status,
}

impl ListKey {
    /// Returns the key of the page of this list that starts at an offset.
    pub(super) fn page(&self, filter: &CustomerFilter, offset: u64) -> Result<PageKey, FilterError> {
        let query = filter.query(self.status.clone(), offset)?;
        Ok(PageKey { reseller: Arc::clone(&self.reseller), query })
    }
}

/// One page of a list; equal keys are the same request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct PageKey {
    /// The reseller's ID.
    pub(super) reseller: Arc<str>,
    /// The rest of the request.
    pub(super) query: CustomerQuery,
}

impl PageKey {
    /// Returns true if both pages are of one list with one filter and sort.
    pub(super) fn is_of_same_list(&self, other: &Self) -> bool {
        self.reseller == other.reseller && self.query.clone().at(0) == other.query.clone().at(0)
    }
}

/// The rows of a page.
#[derive(Debug)]
pub(super) struct Chunk {
    /// The requested offset.
    pub(super) offset: u64,
    /// The rows, in the server's order.
    pub(super) rows: Vec<Arc<Row>>,
    /// The server's count of the list, if the response has one.
    pub(super) total_count: Option<u64>,
    /// The number of rows of the list, as far as the page can tell.
    pub(super) total: u64,
    /// The problems of the response, apart from those of its rows.
    pub(super) problems: Vec<Problem>,
    /// True if the list could not be read.
    pub(super) is_unreadable: bool,
}

impl Chunk {
    /// Returns a page of a list that cannot be read.
    pub(super) fn empty(offset: u64) -> Self {
        Self {
            offset,
            rows: Vec::new(),
            total_count: None,
            total: 0,
            problems: Vec::new(),
            is_unreadable: true,
        }
    }
}

impl From<CustomerPage> for Chunk {
    fn from(page: CustomerPage) -> Self {
        Self {
            offset: page.query.offset(),
            total_count: page.total_count,
            total: page.known_total(),
            rows: page.rows.into_iter().map(Arc::new).collect(),
            problems: page.problems,
            is_unreadable: false,
        }
    }
}
