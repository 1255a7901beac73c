//! The interface of a list that is read in pages, and its implementations for customers and resellers.

use std::{
    future::Future,
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use serde_json::Value;

use crate::{
    api::{ApiError, Client},
    model::{CustomerQuery, MAX_LIMIT, ResellerRow, Row},
};

/// The API's error code for an offset beyond the end.
const BEYOND: &str = "1133";

/// Identifies a row when it comes again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RowKey {
    /// The ID of its customer or reseller.
    Id(String),
    /// A hash of the value that was sent instead. Several rows may have the same.
    Unreadable(u64),
}

impl RowKey {
    /// Returns the key of a customer row.
    pub fn of(row: &Row) -> Self {
        match row {
            // Two different IDs may look the same once a character is lost.
            Row::Customer(customer) if customer.customer_id.contains(char::REPLACEMENT_CHARACTER) => {
                Self::unreadable(&customer.raw)
            }
            Row::Customer(customer) => Self::Id(customer.customer_id.clone()),
            Row::Unreadable { raw, .. } => Self::unreadable(raw),
        }
    }

    /// Returns the key of a value without an ID.
    pub fn unreadable(raw: &Value) -> Self {
        let mut hasher = DefaultHasher::new();
        raw.to_string().hash(&mut hasher);
        Self::Unreadable(hasher.finish())
    }
}

/// One page of a list.
#[derive(Debug)]
pub struct Page<T> {
    /// The rows, in the server's order.
    pub rows: Vec<T>,
    /// The server's count of all rows of the list; `None` if it sent no usable one.
    pub total: Option<u64>,
    /// True if the page has all rows of the response.
    pub is_whole: bool,
    /// True if the response says that it begins at another row than the requested one.
    pub is_elsewhere: bool,
}

/// A list that a server sends in pages.
pub trait Pages: Clone + Send + Sync + 'static {
    /// One row.
    type Row: Send + 'static;

    /// Returns the number of rows in a full page.
    fn limit(&self) -> u8;

    /// Returns the key of a row.
    fn key(row: &Self::Row) -> RowKey;

    /// Fetches the page that starts at this offset.
    ///
    /// # Errors
    /// Fails if the page does not arrive.
    fn fetch(&self, offset: u64) -> impl Future<Output = Result<Page<Self::Row>, ApiError>> + Send;
}

/// Replaces the API's error for an offset beyond the end with an empty page.
fn or_end<T>(offset: u64, page: Result<Page<T>, ApiError>) -> Result<Page<T>, ApiError> {
    match page {
        Err(error) if offset > 0 && error.code.as_deref() == Some(BEYOND) => {
            Ok(Page { rows: Vec::new(), total: None, is_whole: true, is_elsewhere: false })
        }
        page => page,
    }
}

/// The customers of one reseller, with one status, filter and order.
#[derive(Debug, Clone)]
pub struct CustomerPages {
    client: Client,
    reseller_id: String,
    query: CustomerQuery,
}

impl CustomerPages {
    /// Creates the list for a query with its page size; its offset is ignored.
    pub fn new(client: Client, reseller_id: &str, query: CustomerQuery) -> Self {
        Self { client, reseller_id: reseller_id.to_owned(), query }
    }
}

impl Pages for CustomerPages {
    type Row = Row;

    fn limit(&self) -> u8 {
        self.query.limit()
    }

    fn key(row: &Row) -> RowKey {
        RowKey::of(row)
    }

    async fn fetch(&self, offset: u64) -> Result<Page<Row>, ApiError> {
        let query = self.query.clone().at(offset);
        or_end(
            offset,
            self.client.customers(&self.reseller_id, &query).await.map(|answer| {
                let page = answer.value;
                Page {
                    rows: page.rows,
                    total: page.total_count,
                    is_whole: page.is_whole,
                    is_elsewhere: page.is_elsewhere,
                }
            }),
        )
    }
}

/// The active resellers of an account, by name.
#[derive(Debug, Clone)]
pub struct ResellerPages(Client);

impl ResellerPages {
    /// Creates the list of the account that this client signs in to.
    pub fn new(client: Client) -> Self {
        Self(client)
    }
}

impl Pages for ResellerPages {
    /// A reseller, or the value that was sent instead of one.
    type Row = Result<ResellerRow, Value>;

    fn limit(&self) -> u8 {
        MAX_LIMIT
    }

    fn key(row: &Self::Row) -> RowKey {
        match row {
            Ok(reseller) if reseller.reseller_id.contains(char::REPLACEMENT_CHARACTER) => {
                RowKey::unreadable(&reseller.raw)
            }
            Ok(reseller) => RowKey::Id(reseller.reseller_id.clone()),
            Err(raw) => RowKey::unreadable(raw),
        }
    }

    async fn fetch(&self, offset: u64) -> Result<Page<Self::Row>, ApiError> {
        or_end(
            offset,
            self.0.resellers(offset).await.map(|answer| {
                let page = answer.value;
                Page {
                    rows: page.rows,
                    total: page.total_count,
                    is_whole: page.is_whole,
                    // Resellers are always read from the first one.
                    is_elsewhere: false,
                }
            }),
        )
    }
}
