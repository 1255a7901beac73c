//! Fetches one customer for `vipmp show`: the record and, if requested, subscriptions and orders.

use chrono::NaiveDate;

use crate::{
    api::{ApiError, RequestOptions},
    model::{Customer, OrderPage, OrdersRequest, RecordKey, SubscriptionList},
    source::CustomerSource,
    text,
};

/// The maximum number of pages of orders per customer, 100 orders each, in case a server never stops sending more.
const MAX_PAGES: u32 = 1_000;

/// The number of orders on a full page.
const FULL_PAGE: usize = 100;

/// The API's error code for an offset past the end.
const PAST_THE_END: &str = "1133";

/// The parts to fetch in addition to the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RequestedParts {
    pub(super) subscriptions: bool,
    pub(super) orders: bool,
    /// The day since which orders are fetched; `None` for those of the current term.
    pub(super) since: Option<NaiveDate>,
}

/// A customer with the requested parts.
#[derive(Debug)]
pub(super) struct FoundCustomer {
    /// The ID that the server returned, if it differs from the requested one.
    pub(super) other: Option<String>,
    pub(super) customer: Customer,
    pub(super) subscriptions: Option<SubscriptionList>,
    pub(super) orders: Option<OrderPage>,
    /// The errors of the parts that could not be fetched.
    pub(super) errors: Vec<ApiError>,
}

/// Fetches one customer. The parts are requested only once the record has arrived.
///
/// # Errors
/// If the record cannot be fetched; errors of the parts are in the result.
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

/// Returns the value, or adds its error to `errors`.
fn or_record<T>(came: Option<Result<T, ApiError>>, errors: &mut Vec<ApiError>) -> Option<T> {
    came?.map_err(|error| errors.push(error)).ok()
}

/// The orders read so far, and the reason why they may be incomplete.
struct OrderWalk {
    orders: OrderPage,
    error: Option<ApiError>,
    /// The first and last total of the server, if they differ.
    moved: Option<(u64, u64)>,
}

/// Fetches all pages of orders.
///
/// If the total changes meanwhile, an order may have moved to a page that was already read, so they are read again once.
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
        walk.orders.doubts.push(format!(
            "the number of orders changed from {before} to {after} while they were being read"
        ));
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
        // A total that equals a full page, or is missing, is believed only once an empty page has arrived.
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
            // The API responds like this past the last order.
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
