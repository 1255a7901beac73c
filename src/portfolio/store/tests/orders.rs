use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{Place, RESELLER, at, noon, row, walk};
use crate::{
    model::{Customer, OrderPage, ReturnableOrder, Returns},
    portfolio::{PortfolioStore, load_index, query},
};

fn orders(days: &[&str]) -> OrderPage {
    let order =
        |day: &&str| json!({"orderId": format!("o{day}"), "creationDate": format!("{day}T10:00:00Z")});
    let items: Vec<_> = days.iter().map(order).collect();
    OrderPage::from_slice(json!({"totalCount": days.len(), "items": items}).to_string().as_bytes()).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Returns the IDs of stored orders since a day, when they were read, and the later day from which they are stored.
fn read(store: &PortfolioStore, since: Option<&str>) -> Option<(String, String, Option<NaiveDate>)> {
    let found = store.orders_since("1", since.map(day), day("2026-11-28")).unwrap()?;
    let ids: Vec<_> = found.page.items.into_iter().filter_map(|order| order.order_id).collect();
    assert_eq!(found.page.total_count, Some(ids.len() as u64));
    Some((ids.join(" "), found.read_at.format("%H:%M").to_string(), found.starts_at))
}

fn known(ids: &str, time: &str) -> (String, String, Option<NaiveDate>) {
    (ids.to_owned(), time.to_owned(), None)
}

#[test]
fn orders_of_a_shorter_time_leave_those_of_a_longer_one() {
    let place = Place::new();
    place.fill(&["1"]);
    let mut store = place.open();
    assert_eq!(read(&store, Some("2026-03-01")), None);
    store.put_orders_unless_more("1", &orders(&["2026-05-01"]), day("2026-03-01"), noon()).unwrap();
    let (ids, time, _) = known("o2026-05-01", "12:00");
    let of_a_part = Some((ids, time, Some(day("2026-03-01"))));
    assert_eq!(read(&store, Some("2026-02-28")), of_a_part, "earlier ones are not known");
    assert_eq!(read(&store, Some("2026-03-01")), Some(known("o2026-05-01", "12:00")));
    assert_eq!(read(&store, Some("2026-05-02")), Some(known("", "12:00")));
    let more = orders(&["2026-05-01", "2024-01-01"]);
    store.put_orders_unless_more("1", &more, day("2020-01-01"), at("2026-11-20T14:00:00Z")).unwrap();
    assert_eq!(read(&store, Some("2020-01-01")), Some(known("o2026-05-01 o2024-01-01", "14:00")));
    store.put_orders_unless_more("1", &orders(&[]), day("2026-03-01"), noon()).unwrap();
    assert_eq!(read(&store, Some("2026-03-01")), Some(known("o2026-05-01", "14:00")), "all stay");
}

#[test]
fn an_earlier_list_in_place_of_one_that_cannot_be_read_says_from_which_day_it_is() {
    let place = Place::new();
    place.fill(&["1"]);
    let mut store = place.open();
    store.put_orders("1", &orders(&["2026-05-01"]), Some(day("2026-03-01")), noon()).unwrap();
    let garbled = OrderPage::from_slice(br#"{"totalCount": 1, "items": [7]}"#).unwrap();
    store.put_orders("1", &garbled, Some(day("2020-01-01")), at("2026-11-20T14:00:00Z")).unwrap();
    let (ids, time, starts) = read(&store, Some("2020-01-01")).unwrap();
    assert_eq!((ids.as_str(), time.as_str(), starts), ("o2026-05-01", "14:00", Some(day("2026-03-01"))));
    let resellers = [RESELLER.to_owned()];
    assert_eq!(store.with_unread_orders(&resellers).unwrap(), [], "it has just been read");
    store.begin_run(noon()).unwrap();
    assert_eq!(store.with_unread_orders(&resellers).unwrap(), [("1".to_owned(), Some(day("2026-03-01")))]);
    store.put_orders("1", &orders(&["2026-05-01"]), Some(day("2020-01-01")), noon()).unwrap();
    assert_eq!(store.with_unread_orders(&resellers).unwrap(), []);
    assert_eq!(read(&store, Some("2020-01-01")), Some(known("o2026-05-01", "12:00")));
}

#[test]
fn orders_read_in_the_second_of_a_change_are_read_again() {
    let place = Place::new();
    place.fill(&["1"]);
    let mut store = place.open();
    let due = |store: &PortfolioStore| {
        let since = Some((day("2026-01-01"), at("2026-03-01T12:00:01Z")));
        store.by_age_of_orders(&[RESELLER.to_owned()], since).unwrap().len()
    };
    store.put_orders("1", &orders(&[]), Some(day("2026-01-01")), noon()).unwrap();
    assert_eq!(due(&store), 0);
    walk(&mut store, &[row("1", "Renamed", "1000")]);
    assert_eq!(due(&store), 1);
}

#[test]
fn the_references_of_orders_are_searched_once_each() {
    let place = Place::new();
    place.fill(&["1", "2"]);
    let mut store = place.open();
    let order = |id: &str, reference: Value| json!({"orderId": id, "externalReferenceId": reference});
    let items = [
        order("a", "PO-77".into()),
        order("b", "PO-12".into()),
        order("c", "PO-77".into()),
        order("d", "".into()),
    ];
    let page = json!({"totalCount": 4, "items": items}).to_string();
    store.put_orders("1", &OrderPage::from_slice(page.as_bytes()).unwrap(), None, noon()).unwrap();
    let mut found = Vec::new();
    store.entries(|entry| found.push((entry.customer_id, entry.order_references.join(" ")))).unwrap();
    assert_eq!(found, [("1".to_owned(), "PO-77 PO-12".to_owned()), ("2".to_owned(), String::new())]);
    let (index, _) = load_index(&store, &Arc::default()).unwrap();
    let query = query::parse("po-12", day("2026-11-28")).unwrap();
    assert_eq!(index.search(&query, &[], 0..9).rows, [0]);
}

#[test]
fn what_can_be_returned_comes_with_the_day_since_which_orders_are_known() {
    let place = Place::new();
    place.fill(&["1", "2", "3"]);
    let mut store = place.open();
    let order = |day: &str, kind: &str, remaining: Value| {
        json!({"orderType": kind, "status": "1000", "creationDate": format!("{day}T10:00:00Z"),
            "lineItems": [{"offerId": "65304479CA01A12", "remainingQuantity": remaining}]})
    };
    // Read on 2026-03-01.
    let items = [
        order("2026-02-28", "NEW", json!(5)),
        order("2026-02-15", "RENEWAL", json!(3)),
        order("2026-02-14", "NEW", json!(9)),
        order("2026-02-27", "SWITCH", json!(9)),
        order("2026-02-20", "NEW", Value::Null),
    ];
    let page = json!({"totalCount": 5, "items": items}).to_string();
    let page = OrderPage::from_slice(page.as_bytes()).unwrap();
    store.put_orders("1", &page, Some(day("2026-01-01")), noon()).unwrap();
    store.put_orders("2", &orders(&[]), None, noon()).unwrap();
    let open = |until: &str, licences| ReturnableOrder { until: day(until), licences };
    let expected = Returns {
        since: Some(day("2026-01-01")),
        orders: vec![open("2026-03-14", Some(5)), open("2026-03-01", Some(3)), open("2026-03-06", None)],
    };
    let returns: Vec<Option<Returns>> =
        super::entries(&store).into_iter().map(|entry| entry.returns).collect();
    assert_eq!(returns, [Some(expected.clone()), Some(Returns::default()), None]);
    let facts = |id: &str| store.customer(id).unwrap().unwrap().facts.returns;
    assert_eq!([facts("1"), facts("2"), facts("3")], [Some(expected), Some(Returns::default()), None]);
}

#[test]
fn a_renewal_that_failed_is_known_with_the_orders_that_were_read() {
    let place = Place::new();
    place.fill(&["1"]);
    let mut store = place.open();
    let order = |status: &str, day: &str| {
        json!({"orderType": "RENEWAL", "status": status, "creationDate": format!("{day}T10:00:00Z"),
            "lineItems": [{"subscriptionId": "s"}]})
    };
    let mut read = |orders: &[Value], since: &str, today: &str| {
        let page = json!({"totalCount": orders.len(), "items": orders}).to_string();
        let page = OrderPage::from_slice(page.as_bytes()).unwrap();
        store.put_orders("1", &page, Some(day(since)), noon()).unwrap();
        let facts = store.customer("1").unwrap().unwrap().facts;
        let failed = super::entries(&store)[0].renewal_failed;
        assert_eq!(failed, facts.renewal_failed);
        (failed, facts.renewal_failed_on(day(today)))
    };
    let failed = [order("1004", "2026-02-20"), order("1020", "2026-02-10")];
    let latest = Some(day("2026-02-20"));
    assert_eq!(read(&failed, "2026-01-01", "2026-03-01"), (latest, latest));
    assert_eq!(
        read(&failed, "2026-02-16", "2026-03-01"),
        (latest, None),
        "those of 15 February are not known"
    );
    assert_eq!(read(&failed, "2026-02-16", "2026-03-02"), (latest, latest));
    let renewed = [order("1000", "2026-02-21"), order("1004", "2026-02-20")];
    assert_eq!(read(&renewed, "2026-01-01", "2026-03-01"), (None, None));
}

#[test]
fn the_current_term_is_known_from_the_anniversary() {
    let place = Place::new();
    place.fill(&["1"]);
    let mut store = place.open();
    let all = orders(&["2026-05-01", "2026-04-29", "2024-01-01"]);
    store.put_orders_unless_more("1", &all, day("2020-01-01"), noon()).unwrap();
    assert_eq!(read(&store, None), None, "there is no record yet");
    let record = json!({"customerId": "1", "status": "1000", "cotermDate": "2027-04-30"}).to_string();
    store.put_record("1", &Customer::from_slice(record.as_bytes()).unwrap(), noon()).unwrap();
    assert_eq!(read(&store, None), Some(known("o2026-05-01", "12:00")));
}
