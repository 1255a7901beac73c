//! Customers, their purchases, and the reseller.

use std::collections::HashSet;

use chrono::{Months, NaiveDate};
use vipmp::{
    api::{Client, ErrorKind, OrdersQuery},
    demo::RESELLER_ID,
    model::{Customer, CustomerQuery, CustomerRow, NamePattern, Order, SortBy, SortOrder, Status},
};

use crate::setup::{FIRST_SAMPLE, Setup, code, customers, ids, options, small, with_status};

#[tokio::test]
async fn the_second_sample_leads_to_the_first_as_printed() {
    let setup = Setup::start(small()).await;
    let query = with_status("1000")
        .named(NamePattern::parse("Customer Name*"))
        .sorted(SortBy::CompanyName, SortOrder::Ascending);
    let rows = setup.all(&query).await;
    assert_eq!(ids(&rows), [FIRST_SAMPLE, "1006500806"]);
    for row in &rows {
        let link = row.link.as_ref().unwrap();
        assert_eq!((link.uri.as_str(), link.method.as_str()), ("/v3/customers/1006500792", "GET"));
        assert!(link.headers.is_empty());
    }
    let second = &rows[1];
    let linked = setup.client.customer_by_link(second.link.as_ref().unwrap()).await.unwrap().value;
    assert_eq!(linked.customer_id.as_deref(), Some(FIRST_SAMPLE), "another one than the row's");
    let own = setup.client.customer(&second.customer_id).await.unwrap().value;
    agrees(second, &own);
    assert_eq!(own.company_name.as_deref(), Some("Customer Name 2"));
    let own_link = own.links.own.unwrap();
    assert_eq!(own_link.uri, "/v3/customers/1006500806", "the resource itself has its own link");
}

/// Checks that the resource agrees with the row.
fn agrees(row: &CustomerRow, customer: &Customer) {
    assert_eq!(customer.problems, [], "{}", row.customer_id);
    assert_eq!(customer.customer_id.as_deref(), Some(row.customer_id.as_str()));
    assert_eq!(customer.company_name, row.company_name);
    assert_eq!(customer.status, row.status);
    assert_eq!(customer.creation_date, row.creation_date);
    assert_eq!(customer.external_reference_id, row.external_reference_id);
    assert_eq!(customer.reseller_id, row.reseller_id);
}

#[tokio::test]
async fn every_row_leads_to_its_customer() {
    let setup = Setup::start(options()).await;
    let (mut commitments, mut memberships, mut anniversaries) = (0, 0, 0);
    for status in Status::LISTED {
        // The newest customers, with all their oddities.
        let rows = customers(setup.page(&with_status(status)).await);
        assert!(!rows.is_empty());
        for row in rows.iter().filter(|row| !row.customer_id.starts_with("10065")) {
            let answer = setup.client.customer_by_link(row.link.as_ref().unwrap()).await.unwrap();
            let customer = answer.value;
            agrees(row, &customer);
            let by_id = setup.client.customer(&row.customer_id).await.unwrap().value;
            assert_eq!(by_id, customer, "the same by its id");
            assert!(matches!(customer.market_segment.as_deref(), Some("COM" | "EDU" | "GOV")));
            let address = customer.address.as_ref().unwrap();
            assert!(
                address.country.as_ref().is_some_and(|country| country.len() == 2) && address.city.is_some()
            );
            assert!(customer.contacts[0].email.as_ref().is_some_and(|email| email.contains('@')));
            assert_eq!(customer.raw["customerId"], row.raw["customerId"]);
            anniversaries +=
                usize::from(customer.coterm_date.as_ref().is_some_and(|date| date.at().is_some()));
            memberships += usize::from(customer.linked_membership.is_some_and(|member| member.id.is_some()));
            let committed = |benefit: &vipmp::model::Benefit| {
                let commitment = benefit.commitment.as_ref().or(benefit.commitment_request.as_ref());
                benefit.kind.as_deref() == Some("THREE_YEAR_COMMIT")
                    && commitment.is_some_and(|own| !own.minimum_quantities.is_empty())
            };
            commitments += usize::from(customer.benefits.iter().any(committed));
        }
    }
    assert!(
        commitments > 0 && memberships > 0 && anniversaries > 40,
        "{commitments} {memberships} {anniversaries}"
    );
}

#[tokio::test]
async fn all_subscriptions_are_read() {
    let setup = Setup::start(options()).await;
    let list = setup.client.subscriptions(FIRST_SAMPLE).await.unwrap().value;
    assert_eq!((list.items.len(), list.total_count), (6, Some(6)));
    let mut seen = HashSet::new();
    for row in customers(setup.page(&with_status("1000")).await) {
        let list = setup.client.subscriptions(&row.customer_id).await.unwrap().value;
        assert_eq!((list.total_count, list.problems.len()), (Some(list.items.len() as u64), 0));
        let customer = setup.client.customer(&row.customer_id).await.unwrap().value;
        let active = list.items.iter().any(|own| own.status == Status::active());
        assert_eq!(active, !customer.discounts.is_empty(), "a discount level for what is active");
        assert_eq!(list.items.is_empty(), customer.coterm_date.is_none());
        for own in &list.items {
            assert!(seen.insert(own.subscription_id.clone().unwrap()));
            assert!(own.offer_id.as_ref().is_some_and(|offer| offer.len() >= 12));
            let is_scheduled = own.status.code() == "1009";
            assert!(own.current_quantity.is_some_and(|count| count > 0 || is_scheduled));
            assert!(own.used_quantity.is_some());
            assert!(own.renewal_date.as_ref().is_some_and(|date| date.at().is_some()));
            assert!(own.auto_renewal.enabled.is_some() && own.currency_code.is_some());
        }
    }
    assert!(seen.len() > 50, "{}", seen.len());
}

fn since(day: &str) -> OrdersQuery {
    OrdersQuery { start_date: day.parse().ok(), ..OrdersQuery::default() }
}

/// Reads all orders of a customer by the links of the pages, and returns them with the sizes of the pages.
async fn by_links(client: &Client, id: &str, query: &OrdersQuery) -> (Vec<Order>, Vec<usize>) {
    let mut page = client.orders(id, query).await.unwrap().value;
    assert!(page.links.prev.is_none(), "nothing comes before the first page");
    let (mut orders, mut sizes) = (Vec::new(), Vec::new());
    loop {
        assert_eq!((page.offset, page.problems.len()), (orders.len() as u64, 0));
        sizes.push(page.items.len());
        orders.extend(page.items);
        assert!(page.total_count.is_some_and(|total| total >= orders.len() as u64));
        let Some(next) = page.links.next else {
            assert_eq!(page.total_count, Some(orders.len() as u64));
            return (orders, sizes);
        };
        page = client.orders_by_link(&next).await.unwrap().value;
        assert!(page.links.prev.is_some());
    }
}

fn order_ids(orders: &[Order]) -> Vec<&str> {
    orders.iter().map(|order| order.order_id.as_deref().unwrap()).collect()
}

fn placed(order: &Order) -> NaiveDate {
    order.creation_date.as_ref().unwrap().date().unwrap()
}

#[tokio::test]
async fn the_links_of_the_pages_lead_through_all_orders() {
    let setup = Setup::start(small()).await;
    let all = since("2010-01-01");
    let (orders, sizes) = by_links(&setup.client, FIRST_SAMPLE, &all).await;
    assert_eq!((orders.len(), sizes), (230, vec![100, 100, 30]));
    assert_eq!(order_ids(&orders).into_iter().collect::<HashSet<_>>().len(), 230);
    let at = |order: &Order| order.creation_date.as_ref().unwrap().at().unwrap();
    assert!(orders.windows(2).all(|two| at(&two[0]) >= at(&two[1])), "newest first");
    for order in &orders {
        assert!(!order.line_items.is_empty() && order.order_type.is_some() && order.currency_code.is_some());
        assert!(order.line_items.iter().all(|line| line.offer_id.is_some() && line.quantity.is_some()));
    }
    let returned: Vec<&str> = orders.iter().filter_map(|order| order.reference_order_id.as_deref()).collect();
    assert!(!returned.is_empty() && returned.iter().all(|id| order_ids(&orders).contains(id)));

    let (by_25, sizes) =
        by_links(&setup.client, FIRST_SAMPLE, &OrdersQuery { limit: 25, ..all.clone() }).await;
    assert_eq!((order_ids(&by_25), sizes.len()), (order_ids(&orders), 10));
    let page = OrdersQuery { limit: 7, offset: 100, ..all };
    let page = setup.client.orders(FIRST_SAMPLE, &page).await.unwrap().value;
    assert_eq!(order_ids(&page.items), order_ids(&orders[100..107]));
    let before = setup.client.orders_by_link(&page.links.prev.unwrap()).await.unwrap().value;
    assert_eq!(order_ids(&before.items), order_ids(&orders[93..100]), "back by the link");
}

#[tokio::test]
async fn dates_limit_the_orders_both_days_included() {
    let setup = Setup::start(small()).await;
    let (orders, _) = by_links(&setup.client, FIRST_SAMPLE, &since("2010-01-01")).await;
    let (start, end) = (placed(&orders[180]), placed(&orders[40]));
    assert!(start < end);
    for (start_date, end_date) in
        [(Some(start), None), (Some(start), Some(end)), (Some(end), Some(end)), (Some(start), Some(start))]
    {
        let query = OrdersQuery { start_date, end_date, ..OrdersQuery::default() };
        let within = |order: &&Order| {
            start_date.is_none_or(|day| placed(order) >= day)
                && end_date.is_none_or(|day| placed(order) <= day)
        };
        let expected: Vec<Order> = orders.iter().filter(within).cloned().collect();
        let (found, _) = by_links(&setup.client, FIRST_SAMPLE, &query).await;
        assert!(!expected.is_empty() && expected.len() < orders.len());
        assert_eq!(order_ids(&found), order_ids(&expected), "{start_date:?} to {end_date:?}");
    }
}

#[tokio::test]
async fn without_dates_the_orders_are_those_of_the_current_term() {
    let setup = Setup::start(options()).await;
    let oldest = with_status("1000").sorted(SortBy::CreationDate, SortOrder::Ascending);
    let (mut shortened, mut empty) = (0, 0);
    for row in customers(setup.page(&oldest).await) {
        let id = &row.customer_id;
        let customer = setup.client.customer(id).await.unwrap().value;
        let Some(anniversary) = customer.coterm_date else { continue };
        // An early renewal moves the anniversary on and not the term; a first term may be longer than a year.
        let items = setup.client.subscriptions(id).await.unwrap().value.items;
        let is_early = items.iter().any(|item| item.renewed_quantity.is_some());
        let term_start = anniversary.date().unwrap() - Months::new(if is_early { 24 } else { 12 });
        let today: NaiveDate = "2026-03-31".parse().unwrap();
        let term_start = if term_start > today { NaiveDate::MIN } else { term_start };
        let (all, _) = by_links(&setup.client, id, &since("2010-01-01")).await;
        let (term, _) = by_links(&setup.client, id, &OrdersQuery::default()).await;
        let expected: Vec<Order> = all.iter().filter(|order| placed(order) >= term_start).cloned().collect();
        assert_eq!(order_ids(&term), order_ids(&expected), "{id} since {term_start}");
        shortened += usize::from(term.len() < all.len());
        empty += usize::from(term.is_empty());
    }
    assert!(shortened > 30 && empty < shortened, "{shortened} {empty}");
}

#[tokio::test]
async fn an_offset_past_the_last_order_is_refused() {
    let setup = Setup::start(small()).await;
    let at = |offset| OrdersQuery { offset, ..since("2010-01-01") };
    let last = setup.client.orders(FIRST_SAMPLE, &at(230)).await.unwrap().value;
    assert_eq!((last.items.len(), last.total_count), (0, Some(230)), "at the end is an empty page");
    assert!(last.links.next.is_none() && last.links.prev.is_some());
    let error = setup.client.orders(FIRST_SAMPLE, &at(231)).await.unwrap_err();
    assert_eq!((error.kind, error.status, code(&error)), (ErrorKind::BadRequest, Some(400), "1133"));
    assert_eq!(*error.details, ["offset 231 is past the total of 230"]);
    assert!(error.user_message().summary.contains("there is nothing at this offset (1133)"), "{error}");
    assert_eq!(error.user_message().hint, "Go back a page.");
}

#[tokio::test]
async fn a_customer_that_never_ordered_has_no_purchases() {
    let setup = Setup::start(options()).await;
    let pending = setup.all(&CustomerQuery::new(Status::pending(), 50).unwrap()).await;
    assert_eq!(pending.len(), 12);
    for row in pending {
        let customer = setup.client.customer(&row.customer_id).await.unwrap().value;
        assert_eq!((&customer.coterm_date, customer.discounts.len()), (&None, 0));
        let list = setup.client.subscriptions(&row.customer_id).await.unwrap().value;
        assert_eq!((list.total_count, list.items.len(), list.problems.len()), (Some(0), 0, 0));
        let orders = setup.client.orders(&row.customer_id, &since("2010-01-01")).await.unwrap().value;
        assert_eq!((orders.total_count, orders.items.len(), orders.problems.len()), (Some(0), 0, 0));
        assert!(orders.links.next.is_none() && orders.links.prev.is_none());
    }
}

#[tokio::test]
async fn resellers_are_read_with_their_customers() {
    let setup = Setup::start(options()).await;
    let own = setup.client.reseller(RESELLER_ID).await.unwrap().value;
    assert_eq!(own.reseller_id.as_deref(), Some("1000396138"));
    assert_eq!(own.company_name.as_deref(), Some("Meridian Lantern Software Partners"));
    assert_eq!((own.status, own.distributor_id.as_deref()), (Status::active(), Some("1000285113")));
    for (id, customers) in [("1000396207", true), ("1000433871", false)] {
        let other = setup.client.reseller(id).await.unwrap().value;
        assert_eq!(other.reseller_id.as_deref(), Some(id));
        let page = setup.client.customers(id, &with_status("1000")).await.unwrap().value;
        assert_eq!(page.total_count.unwrap() > 0, customers);
        let owners = page.rows.iter().map(|row| row.customer().unwrap().reseller_id.as_deref());
        assert!(owners.into_iter().all(|owner| owner == Some(id)));
    }
}

#[tokio::test]
async fn licences_pending_an_order_are_read_page_by_page_and_by_their_links() {
    let setup = Setup::start(options()).await;
    let first = setup.client.notifications(RESELLER_ID, 0).await.unwrap().value;
    assert_eq!((first.total_count, first.nameless(), first.problems), (Some(first.count), 0, vec![]));
    let rest = setup.client.notifications(RESELLER_ID, 3).await.unwrap().value;
    assert_eq!(rest.items, first.items[3..]);
    let mut licences = 0;
    for item in &first.items {
        let list = setup.client.acquisitions_by_link(item.link.as_ref().unwrap()).await.unwrap().value;
        assert_eq!((list.doubt(), &list.problems), (None, &vec![]));
        let own = setup.client.acquisitions(item.customer_id.as_deref().unwrap()).await.unwrap().value;
        assert_eq!(own, list);
        licences += list.licences().unwrap();
    }
    assert!(licences >= i64::try_from(first.items.len()).unwrap(), "each has some");
    let unknown = setup.client.notifications("1", 0).await.unwrap_err();
    assert_eq!((unknown.kind, code(&unknown)), (ErrorKind::NotFound, "1115"));
}
