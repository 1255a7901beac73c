//! Sources of customers: the one interface through which rows and records are read, whoever has them.
//!
//! A table asks for windows of rows, commands and exports for walks through whole lists. Who pages, merges, caches and repairs is the source's business. [`remote`] reads the
//! Partner API. What stays out: the screen, and what a row looks like on it.

mod merged;
pub mod remote;
mod walk;
mod window;

use std::fmt;

use futures_util::future::BoxFuture;

pub use merged::MergedWalk;
pub use walk::{Missed, RowWalk, WalkList, WalkRequest};
pub use window::{Fetched, Origin, Window};

use crate::{
    api::{ApiError, RequestOptions},
    model::{
        Customer, CustomerFilter, OrderPage, OrdersRequest, RecordKey, RowsRequest, StatusCounts,
        SubscriptionList,
    },
};

/// Something that customers can be read from.
///
/// Dropping a future gives up its requests; what has already arrived stays in the source's cache.
pub trait CustomerSource: Send + Sync + fmt::Debug {
    /// Reads a window of rows.
    ///
    /// # Errors
    /// Fails if a part of the window does not arrive.
    fn rows(&self, request: RowsRequest, options: RequestOptions) -> BoxFuture<'_, Result<Window, ApiError>>;

    /// Walks through whole lists, with verification.
    fn walk(&self, request: WalkRequest, options: RequestOptions) -> Box<dyn RowWalk>;

    /// Counts the customers that match a filter, for each listed status whichever the filter has.
    fn counts(
        &self,
        filter: CustomerFilter,
        options: RequestOptions,
    ) -> BoxFuture<'_, StatusCounts<ApiError>>;

    /// Reads the record of a customer.
    ///
    /// # Errors
    /// Fails if the record does not arrive or its link cannot be followed.
    fn customer(
        &self,
        key: RecordKey,
        options: RequestOptions,
    ) -> BoxFuture<'_, Result<Fetched<Customer>, ApiError>>;

    /// Reads all subscriptions of a customer.
    ///
    /// # Errors
    /// Fails if the list does not arrive.
    fn subscriptions(
        &self,
        customer_id: String,
        options: RequestOptions,
    ) -> BoxFuture<'_, Result<Fetched<SubscriptionList>, ApiError>>;

    /// Reads a page of a customer's orders.
    ///
    /// # Errors
    /// Fails if the page does not arrive or its link cannot be followed.
    fn orders(
        &self,
        request: OrdersRequest,
        options: RequestOptions,
    ) -> BoxFuture<'_, Result<Fetched<OrderPage>, ApiError>>;
}
