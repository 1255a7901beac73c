//! Sources of customers: the one interface for reading rows and records, wherever they come from.
//!
//! A table asks for windows of rows; commands and exports walk through whole lists. Paging, merging, caching and repair
//! are the source's business. [`remote`] reads the Partner API. Not here: the screen, and the appearance of rows on it.

mod merged;
pub mod remote;
mod walk;
mod window;

use std::fmt;

use futures_util::future::BoxFuture;

pub use merged::MergedWalk;
pub use walk::{Missed, RowWalk, WalkList, WalkRequest};
pub use window::{CopyOrigin, Fetched, HeldCustomer, HeldParts, Origin, Window};

use crate::{
    api::{ApiError, RequestOptions},
    model::{
        AcquisitionList, Customer, CustomerFilter, CustomerHistory, NotificationPage, OrderPage,
        OrdersRequest, RecordKey, RowsRequest, StatusCounts, SubscriptionList,
    },
};

/// A source that customers can be read from.
///
/// Dropping a future cancels its requests; parts that have already arrived stay in the source's cache.
pub trait CustomerSource: Send + Sync + fmt::Debug {
    /// Reads a window of rows.
    ///
    /// # Errors
    /// Fails if a part of the window does not arrive.
    fn rows(&self, request: RowsRequest, options: RequestOptions) -> BoxFuture<'_, Result<Window, ApiError>>;

    /// Starts a verified walk through whole lists.
    fn walk(&self, request: WalkRequest, options: RequestOptions) -> Box<dyn RowWalk>;

    /// Counts the customers that match a filter for each listed status, whichever statuses the filter selects.
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

    /// Reads the changes of a customer that were observed; `None` if the source observes none.
    ///
    /// # Errors
    /// Fails if they cannot be read.
    fn changes(&self, _customer_id: String) -> BoxFuture<'_, Result<Option<CustomerHistory>, ApiError>> {
        Box::pin(std::future::ready(Ok(None)))
    }

    /// Reads a page of a customer's orders.
    ///
    /// # Errors
    /// Fails if the page does not arrive or its link cannot be followed.
    fn orders(
        &self,
        request: OrdersRequest,
        options: RequestOptions,
    ) -> BoxFuture<'_, Result<Fetched<OrderPage>, ApiError>>;

    /// Reads a page of the notifications that customers of a reseller have licences pending an order, from a place on.
    ///
    /// # Errors
    /// Fails if the page does not arrive. Some accounts may not read notifications.
    fn notifications(
        &self,
        reseller_id: String,
        offset: u64,
        options: RequestOptions,
    ) -> BoxFuture<'_, Result<Fetched<NotificationPage>, ApiError>>;

    /// Reads the licences of a customer that are pending an order, by the link of a notification or by the customer's ID.
    ///
    /// # Errors
    /// Fails if they do not arrive or the link cannot be followed.
    fn acquisitions(
        &self,
        key: RecordKey,
        options: RequestOptions,
    ) -> BoxFuture<'_, Result<Fetched<AcquisitionList>, ApiError>>;
}
