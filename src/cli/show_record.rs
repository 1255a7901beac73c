//! One customer of `vipmp show`: its record, and what is asked for beside it.

use chrono::NaiveDate;

use crate::{
    api::{ApiError, RequestOptions},
    model::{Customer, OrderPage, OrdersRequest, RecordKey, SubscriptionList},
    source::CustomerSource,
    text,
};

/// The most pages of orders of one customer, a hundred orders each: a server that has always more is not asked for ever.
const MAX_PAGES: u32 = 1_000;

/// Orders of a full page.
const FULL_PAGE: usize = 100;

/// The API's code for an offset beyond the last thing.
const PAST_THE_END: &str = "1133";

/// The parts that are asked for beside the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RequestedParts {
    pub(super) subscriptions: bool,
    pub(super) orders: bool,
    /// The day from which orders are wanted; without one, those of the current term.
    pub(super) since: Option<NaiveDate>,
}

/// A customer that is there.
#[derive(Debug)]
pub(super) struct FoundCustomer {
    /// The id of another customer, if the server answered with one.
    pub(super) other: Option<String>,
    pub(super) customer: Customer,
    pub(super) subscriptions: Option<SubscriptionList>,
    pub(super) orders: Option<OrderPage>,
    /// The reason why a part of it is not.
    pub(super) errors: Vec<ApiError>,
}

/// Fetches one customer. What it has is only asked for once it is there.
pub(super) async fn fetch_customer(
    source: &dyn CustomerSource,
    id: String,
    parts: RequestedParts,
) -> Result<FoundCustomer, ApiError> {
    let options = RequestOptions::default;
    let customer = source.customer(RecordKey::Id(id.clone()), options()).await?.value;
    let (subscriptions, orders) = tokio::join!(
        async {
            if parts.subscriptions {
                Some(source.subscriptions(id.clone(), options()).await.map(|fetched| fetched.value))
            } else {
                None
            }
        },
        async { if parts.orders { Some(all_orders(source, &id, parts.since).await) } else { None } },
    );
    let mut errors = Vec::new();
    let subscriptions = or_record(subscriptions, &mut errors);
    let orders = or_record(orders, &mut errors).map(|walk| {
        errors.extend(walk.error);
        walk.orders
    });
    let other = customer.customer_id.clone().filter(|other| *other != id);
    Ok(FoundCustomer { other, customer, subscriptions, orders, errors })
}

fn or_record<T>(came: Option<Result<T, ApiError>>, errors: &mut Vec<ApiError>) -> Option<T> {
    came?.map_err(|error| errors.push(error)).ok()
}

/// The orders that came, and why no more did.
struct OrderWalk {
    orders: OrderPage,
    error: Option<ApiError>,
    /// The numbers that the server has counted, first and last, if they are not the same.
    moved: Option<(u64, u64)>,
}

/// All pages of orders as one. If their number changes meanwhile, one may have slipped from a page to one that was read
/// already: then they are read once more.
async fn all_orders(
    source: &dyn CustomerSource,
    id: &str,
    since: Option<NaiveDate>,
) -> Result<OrderWalk, ApiError> {
    let mut walk = walk_orders(source, id, since).await?;
    if walk.moved.is_some() && walk.error.is_none() {
        walk = walk_orders(source, id, since).await?;
    }
    if let Some((before, after)) = walk.moved {
        walk.orders
            .doubts
            .push(format!("the number of orders changed from {before} to {after} while they were read"));
    }
    Ok(walk)
}

async fn walk_orders(
    source: &dyn CustomerSource,
    id: &str,
    since: Option<NaiveDate>,
) -> Result<OrderWalk, ApiError> {
    let first = OrdersRequest::First { customer_id: id.to_owned(), since };
    let orders = source.orders(first, RequestOptions::default()).await?.value;
    let mut walk = OrderWalk { orders, error: None, moved: None };
    let mut offset = walk.orders.count() as u64;
    let mut last = walk.orders.count();
    for page in 1.. {
        let all = &mut walk.orders;
        let (is_counted, is_named) =
            (all.total_count.is_some_and(|total| offset < total), all.links.next.is_some());
        // A count that ends with a full page, or none at all, is not believed before a page brings nothing.
        let is_open = last > 0 && (all.total_count.is_none() || last >= FULL_PAGE);
        if !is_counted && !is_named && !is_open {
            break;
        }
        if page == MAX_PAGES {
            all.doubts
                .push(format!("vipmp reads no more than {} pages of orders", text::group_digits(MAX_PAGES)));
            break;
        }
        let next = OrdersRequest::Behind { customer_id: id.to_owned(), since, offset };
        let is_new = match source.orders(next, RequestOptions::default()).await {
            Ok(answer) => {
                let next = answer.value;
                last = next.count();
                offset += last as u64;
                if let (Some(before), Some(after)) = (all.total_count, next.total_count)
                    && before != after
                {
                    walk.moved = Some((walk.moved.map_or(before, |(first, _)| first), after));
                }
                all.append(next)
            }
            // That is how the API answers beyond the last order.
            Err(error) if !is_counted && error.code.as_deref() == Some(PAST_THE_END) => false,
            Err(error) => {
                walk.error = Some(error);
                break;
            }
        };
        if !is_new {
            if is_named {
                all.doubts.push("the server links to another page of orders, which is empty".to_owned());
            }
            break;
        }
    }
    Ok(walk)
}
