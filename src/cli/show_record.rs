//! One customer of `vipmp show`: its record, and what is asked for beside it.

use chrono::NaiveDate;

use crate::{
    api::{ApiError, Client, OrdersQuery},
    model::{Customer, OrderPage, SubscriptionList},
};

/// The most pages of orders of one customer, a hundred orders each: a server that has always more is not asked for ever.
const PAGES: u32 = 1_000;

/// What is asked for beside the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) subscriptions: bool,
    pub(super) orders: bool,
    /// The day from which orders are wanted; without one, those of the current term.
    pub(super) since: Option<NaiveDate>,
}

/// A customer that is there.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) customer: Customer,
    pub(super) subscriptions: Option<SubscriptionList>,
    pub(super) orders: Option<OrderPage>,
    /// Why a part of it is not.
    pub(super) errors: Vec<ApiError>,
}

/// Fetches one customer. What it has is only asked for once it is there.
pub(super) async fn find(client: &Client, id: String, parts: Parts) -> Result<Found, ApiError> {
    let customer = client.customer(&id).await?.value;
    let (subscriptions, orders) = tokio::join!(
        async {
            if parts.subscriptions {
                Some(client.subscriptions(&id).await.map(|answer| answer.value))
            } else {
                None
            }
        },
        async { if parts.orders { Some(orders(client, &id, parts.since).await) } else { None } },
    );
    let mut errors = Vec::new();
    let (subscriptions, orders) = (had(subscriptions, &mut errors), had(orders, &mut errors));
    Ok(Found { customer, subscriptions, orders, errors })
}

fn had<T>(came: Option<Result<T, ApiError>>, errors: &mut Vec<ApiError>) -> Option<T> {
    came?.map_err(|error| errors.push(error)).ok()
}

/// All pages of orders as one.
async fn orders(client: &Client, id: &str, since: Option<NaiveDate>) -> Result<OrderPage, ApiError> {
    let mut query = OrdersQuery { start_date: since, ..OrdersQuery::default() };
    let mut all = client.orders(id, &query).await?.value;
    query.offset = all.count() as u64;
    for _ in 1..PAGES {
        // Beyond the last order is an error, so the total is trusted where there is one.
        let has_more = all.total_count.map_or(all.links.next.is_some(), |total| query.offset < total);
        if !has_more || query.offset == 0 {
            break;
        }
        let page = client.orders(id, &query).await?.value;
        query.offset += page.count() as u64;
        if !all.append(page) {
            break;
        }
    }
    Ok(all)
}
