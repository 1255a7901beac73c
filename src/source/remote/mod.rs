//! The Partner API as a source: turns pages into windows, merges the lists of several statuses, and repairs drift.
//!
//! The API serves lists by offset, one status a request. So a window may need several pages, which are cached; a window
//! is assembled from the cache. Whole lists are walked by `collect`.

mod chunk;
mod complaint;
mod drift;
mod merge;
mod pages;
mod rows;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use chrono::{DateTime, FixedOffset, Local};
use futures_util::future::BoxFuture;

pub use rows::{PageFetcher, RemoteRows};

use super::{CustomerSource, Fetched, Origin, RowWalk, WalkRequest, Window};
use crate::{
    api::{ApiError, ApiResponse, Client, OrdersQuery, RequestOptions},
    collect::{CustomerPages, List, Lists, pages_for},
    model::{
        AcquisitionList, Customer, CustomerFilter, CustomerPage, CustomerQuery, NotificationPage, OrderPage,
        OrdersRequest, RecordKey, RowsRequest, StatusCounts, SubscriptionList,
    },
};

/// The number of orders per request, which is the API's limit.
const ORDERS_PAGE: u8 = 100;

/// The customers of a reseller, read from the Partner API.
#[derive(Debug)]
pub struct RemoteSource {
    client: Client,
    rows: RemoteRows,
}

impl RemoteSource {
    /// Creates a source; nothing is sent yet.
    pub fn new(client: Client, reseller: &str) -> Self {
        Self { client, rows: RemoteRows::new(reseller) }
    }
}

impl PageFetcher for Client {
    fn page<'a>(
        &'a self,
        reseller: &'a str,
        query: &'a CustomerQuery,
        options: &RequestOptions,
    ) -> BoxFuture<'a, Result<ApiResponse<CustomerPage>, ApiError>> {
        let client = self.with_options(options.clone());
        Box::pin(async move { client.customers(reseller, query).await })
    }

    fn now(&self) -> DateTime<FixedOffset> {
        Local::now().fixed_offset()
    }
}

impl CustomerSource for RemoteSource {
    fn rows(&self, request: RowsRequest, options: RequestOptions) -> BoxFuture<'_, Result<Window, ApiError>> {
        Box::pin(async move { self.rows.window(&self.client, &request, &options).await })
    }

    fn walk(&self, request: WalkRequest, options: RequestOptions) -> Box<dyn RowWalk> {
        let ahead = request.rows.map_or(usize::MAX, pages_for).clamp(1, request.ahead.max(1));
        let client = self.client.with_options(options);
        let mut groups: Vec<&str> = Vec::new();
        let lists = request.lists.iter().map(|of| {
            let group = groups.iter().position(|reseller| *reseller == of.reseller_id).unwrap_or_else(|| {
                groups.push(&of.reseller_id);
                groups.len() - 1
            });
            let list =
                List::new(CustomerPages::new(client.clone(), &of.reseller_id, of.query.clone()), ahead);
            let list = if of.with_moved { list.with_moved() } else { list };
            let list = match &of.start {
                Some(start) => list.from(start, of.read.iter().cloned()),
                None => list,
            };
            (group, list)
        });
        let mut lists = Lists::new(lists.collect::<Vec<_>>());
        for (place, of) in request.lists.into_iter().enumerate() {
            lists.remember(place, of.read);
            if let Some(ended) = of.ended {
                lists.finish(place, ended);
            }
        }
        Box::new(lists)
    }

    fn counts(
        &self,
        filter: CustomerFilter,
        options: RequestOptions,
    ) -> BoxFuture<'_, StatusCounts<ApiError>> {
        Box::pin(async move { self.rows.counts(&self.client, &filter, &options).await })
    }

    fn customer(
        &self,
        key: RecordKey,
        options: RequestOptions,
    ) -> BoxFuture<'_, Result<Fetched<Customer>, ApiError>> {
        let client = self.client.with_options(options);
        Box::pin(async move {
            match key {
                RecordKey::Link(link) => client.customer_by_link(&link).await,
                RecordKey::Id(id) => client.customer(&id).await,
            }
            .map(fetched)
        })
    }

    fn subscriptions(
        &self,
        customer_id: String,
        options: RequestOptions,
    ) -> BoxFuture<'_, Result<Fetched<SubscriptionList>, ApiError>> {
        let client = self.client.with_options(options);
        Box::pin(async move { client.subscriptions(&customer_id).await.map(fetched) })
    }

    fn orders(
        &self,
        request: OrdersRequest,
        options: RequestOptions,
    ) -> BoxFuture<'_, Result<Fetched<OrderPage>, ApiError>> {
        let client = self.client.with_options(options);
        Box::pin(async move {
            match request {
                OrdersRequest::First { customer_id, since } => {
                    let query =
                        OrdersQuery { limit: ORDERS_PAGE, start_date: since, ..OrdersQuery::default() };
                    client.orders(&customer_id, &query).await
                }
                OrdersRequest::Behind { customer_id, since, offset } => {
                    let query = OrdersQuery {
                        limit: ORDERS_PAGE,
                        start_date: since,
                        offset,
                        ..OrdersQuery::default()
                    };
                    client.orders(&customer_id, &query).await
                }
                OrdersRequest::Next(link) => client.orders_by_link(&link).await,
            }
            .map(fetched)
        })
    }

    fn notifications(
        &self,
        reseller_id: String,
        offset: u64,
        options: RequestOptions,
    ) -> BoxFuture<'_, Result<Fetched<NotificationPage>, ApiError>> {
        let client = self.client.with_options(options);
        Box::pin(async move { client.notifications(&reseller_id, offset).await.map(fetched) })
    }

    fn acquisitions(
        &self,
        key: RecordKey,
        options: RequestOptions,
    ) -> BoxFuture<'_, Result<Fetched<AcquisitionList>, ApiError>> {
        let client = self.client.with_options(options);
        Box::pin(async move {
            match key {
                RecordKey::Link(link) => client.acquisitions_by_link(&link).await,
                RecordKey::Id(id) => client.acquisitions(&id).await,
            }
            .map(fetched)
        })
    }
}

/// Turns an answer that has just arrived into a value with its origin.
fn fetched<T>(answer: ApiResponse<T>) -> Fetched<T> {
    let ApiResponse { value, exchange } = answer;
    let origin = Origin {
        at: Local::now().fixed_offset(),
        elapsed: exchange.elapsed,
        exchange: Some(Arc::new(exchange)),
        copy: None,
    };
    Fetched { value, origin }
}
