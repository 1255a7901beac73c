//! Values that were sent but could not be read.

use super::*;
use crate::{model::OrderPage, portfolio::UnreadValue};

/// Stores a list entry with these fields; returns what could not be read.
fn list(store: &mut PortfolioStore, fields: &Value) -> Vec<String> {
    let mut sent = json!({"customerId": "1", "status": "1000", "externalReferenceId": "r",
        "creationDate": "2025-08-27T12:57:22Z", "companyProfile": {"companyName": "Acme"}});
    sent.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    walk(store, &[Row::read(0, sent)]);
    unread(store)
}

fn unread(store: &PortfolioStore) -> Vec<String> {
    let words = |value: UnreadValue| {
        let element = value.element.map(|id| format!(" of {id}")).unwrap_or_default();
        format!("{}: {}{element}: {}", value.customer_id, value.field, value.found)
    };
    store.unread(None, 99).unwrap().into_iter().map(words).collect()
}

/// Returns what is stored of the list entry: as columns, and as it was sent.
fn stored(store: &PortfolioStore) -> [Option<String>; 2] {
    let entry = entries(store).remove(0);
    let text = |name: Option<String>, status: &str, reference: Option<String>| {
        Some(format!("{name:?} {status} {reference:?}"))
    };
    let row = store.customer("1").unwrap().unwrap().row;
    let row = row.customer().unwrap().clone();
    [
        text(entry.company_name, entry.status.code(), entry.reference),
        text(row.company_name, row.status.code(), row.external_reference_id),
    ]
}

const NO_CHANGES: [&str; 0] = [];

#[test]
fn an_unreadable_value_of_a_list_leaves_the_earlier_one() {
    let place = Place::new();
    let mut store = place.open();
    assert_eq!(list(&mut store, &json!({})), NO_CHANGES);
    let good = stored(&store);
    assert_eq!(good[0], good[1]);
    for (fields, field) in [
        (json!({"companyProfile": {"companyName": ["Acme"]}}), "companyProfile.companyName"),
        (json!({"companyProfile": 5}), "companyProfile"),
        (json!({"status": {}}), "status"),
        (json!({"externalReferenceId": true}), "externalReferenceId"),
        (json!({"creationDate": "soon"}), "creationDate"),
    ] {
        let said = list(&mut store, &fields);
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].starts_with(&format!("1: {field}: ")), "{said:?}");
        assert_eq!(stored(&store), good, "{fields}");
        assert!(entries(&store)[0].created.is_some());
        let held = store.completeness().unwrap();
        assert!(held.unread == 1 && !held.is_complete());
        assert_eq!(changes(&store), NO_CHANGES, "{fields}");
    }
    // Others are still seen to change, and the value itself once it can be read.
    list(&mut store, &json!({"companyProfile": {"companyName": []}, "externalReferenceId": "new"}));
    list(&mut store, &json!({"companyProfile": {"companyName": "Acme Ltd"}, "externalReferenceId": "new"}));
    assert_eq!(unread(&store), NO_CHANGES);
    assert_eq!(changes(&store), ["1 reference: r > new", "1 name: Acme > Acme Ltd"]);
}

#[test]
fn a_value_that_could_never_be_read_does_not_change_once_it_can() {
    let place = Place::new();
    let mut store = place.open();
    let bad = json!({"companyProfile": {"companyName": {}}, "externalReferenceId": []});
    assert_eq!(list(&mut store, &bad).len(), 2);
    assert_eq!(list(&mut store, &bad).len(), 2);
    assert_eq!(list(&mut store, &json!({})), NO_CHANGES);
    assert_eq!(changes(&store), NO_CHANGES);
    // A status that is not sent is not known.
    list(&mut store, &json!({"status": null}));
    assert_eq!((changes(&store), entries(&store)[0].status.code()), (vec![], "1000"));
}

#[test]
fn an_unreadable_count_is_not_that_of_an_earlier_answer() {
    let place = Place::new();
    place.fill(&["1"]);
    let mut store = place.open();
    let orders = |sent: Value| OrderPage::from_slice(sent.to_string().as_bytes()).unwrap();
    let subscriptions = |sent: Value| SubscriptionList::from_slice(sent.to_string().as_bytes()).unwrap();
    let empty = json!({"totalCount": 0, "count": 0, "items": []});
    store.put_orders("1", &orders(empty.clone()), None, noon()).unwrap();
    store.put_subscriptions("1", &subscriptions(empty), noon()).unwrap();
    let sent = json!({"totalCount": "one", "count": {},
        "items": [{"orderId": "o", "subscriptionId": "s", "status": "1000"}]});
    store.put_orders("1", &orders(sent.clone()), None, noon()).unwrap();
    store.put_subscriptions("1", &subscriptions(sent), noon()).unwrap();
    assert_eq!(unread(&store).len(), 2, "{:?}", unread(&store));
    let stored = store.customer("1").unwrap().unwrap();
    let (orders, subscriptions) = (stored.orders.unwrap().0, stored.subscriptions.unwrap().0);
    assert_eq!((orders.items.len(), orders.doubt()), (1, None));
    assert_eq!((subscriptions.items.len(), subscriptions.doubt()), (1, None));
}

#[test]
fn a_list_with_an_unreadable_element_leaves_the_earlier_one_as_it_was() {
    let place = Place::new();
    place.fill(&["1"]);
    let mut store = place.open();
    let orders = |sent: Value| OrderPage::from_slice(sent.to_string().as_bytes()).unwrap();
    let order = |id: &str, status: Value| json!({"orderId": id, "status": status});
    let good = json!({"totalCount": 2, "count": 2,
        "items": [order("a", "1000".into()), order("b", "1002".into())]});
    store.put_orders("1", &orders(good.clone()), None, noon()).unwrap();
    // The place of the second unreadable value is another order's in the earlier list.
    let sent =
        json!({"totalCount": 3, "count": 3, "items": [7, order("a", json!({})), order("b", "1000".into())]});
    store.put_orders("1", &orders(sent), None, noon()).unwrap();
    assert_eq!(unread(&store).len(), 2, "{:?}", unread(&store));
    let stored = store.customer("1").unwrap().unwrap().orders.unwrap().0;
    assert_eq!((stored.raw.clone(), stored.doubt()), (good, None));
}

#[test]
fn an_unreadable_value_of_a_record_leaves_the_earlier_one() {
    let place = Place::new();
    place.fill(&["1"]);
    let mut store = place.open();
    let good = json!({"customerId": "1", "cotermDate": "2026-09-20", "tags": ["a"],
        "discounts": [{"offerType": "LICENSE", "level": "02"}, {"offerType": "CONSUMABLES", "level": "T1"}],
        "benefits": [{"type": "THREE_YEAR_COMMIT", "commitment": {"status": "ACTIVE", "endDate": "2028-01-01"}}],
        "companyProfile": {"marketSegment": "COM", "address": {"country": "DE", "city": "Köln"},
            "contacts": [{"firstName": "Ada", "email": "ada@example.org"}]}});
    store.put_record("1", &record(&good), noon()).unwrap();
    let facts = entries(&store).remove(0).record;
    for (at, bad) in [
        ("/cotermDate", json!("2026-99-99")),
        ("/tags", json!([1])),
        ("/discounts", json!(3)),
        ("/discounts/1/level", json!({})),
        ("/benefits/0/commitment", json!("none")),
        ("/benefits/0/commitment/endDate", json!("in two years")),
        ("/companyProfile", json!([])),
        ("/companyProfile/marketSegment", json!(false)),
        ("/companyProfile/address", json!("Köln")),
        ("/companyProfile/address/city", json!([])),
        ("/companyProfile/contacts", json!({})),
        ("/companyProfile/contacts/0/firstName", json!({})),
    ] {
        let mut sent = good.clone();
        *sent.pointer_mut(at).unwrap() = bad;
        store.put_record("1", &record(&sent), noon()).unwrap();
        assert_eq!((unread(&store).len(), changes(&store)), (1, vec![]), "{at}");
        assert_eq!(entries(&store).remove(0).record, facts, "{at}");
        assert_eq!(store.customer("1").unwrap().unwrap().record.unwrap().0.raw, good, "{at}");
    }
    store.put_record("1", &record(&good), noon()).unwrap();
    assert_eq!((unread(&store), changes(&store)), (vec![], vec![]));
}

#[test]
fn an_unreadable_value_of_a_subscription_leaves_the_earlier_one_of_the_same() {
    let place = Place::new();
    place.fill(&["1"]);
    let mut store = place.open();
    let item = |id: &str, quantity: Value, date: &str| {
        json!({"subscriptionId": id, "offerId": "65304479CA01A12", "currentQuantity": quantity, "status": "1000",
            "renewalDate": date, "autoRenewal": {"enabled": true, "renewalQuantity": 4}})
    };
    let good = [item("a", json!(5), "2026-09-20"), item("b", json!(7), "2026-09-20")];
    store.put_subscriptions("1", &subscriptions(&good), noon()).unwrap();
    // They come in another order, and one of them is new.
    let mut bad = [
        item("c", json!("some"), "2026-09-20"),
        item("b", json!("many"), "2026-10-20"),
        item("a", json!(6), "never"),
    ];
    bad[2]["autoRenewal"] = json!([]);
    store.put_subscriptions("1", &subscriptions(&bad), noon()).unwrap();
    let said = unread(&store);
    assert_eq!(
        said,
        [
            "1: items.autoRenewal of a: a list instead of an object",
            "1: renewalDate of a: no date that can be read",
            "1: items.currentQuantity of b: text instead of a whole number in range",
            "1: items.currentQuantity of c: text instead of a whole number in range",
        ]
    );
    let expected = [
        "1 quantity: 5 > 6",
        "1 renewal date: 2026-09-20 > 2026-10-20",
        "1 subscription added: - > 65304479CA01A12",
    ];
    assert_eq!(changes(&store), expected);
    assert_eq!(entries(&store)[0].subscriptions.as_ref().unwrap().seats, 13);
    bad[0]["currentQuantity"] = json!(3);
    store.put_subscriptions("1", &subscriptions(&bad), noon()).unwrap();
    assert_eq!(changes(&store), expected, "it could not be read before");
    let nameless = subscriptions(&[json!({"subscriptionId": [], "offerId": "65304479CA01A12"})]);
    assert_eq!(nameless.doubt().unwrap(), "the ID of 1 subscription could not be read");
}

#[test]
fn parts_with_unreadable_values_are_read_once_by_each_sync() {
    let place = Place::new();
    place.fill(&["1", "2"]);
    let mut store = place.open();
    let bad = record(&json!({"customerId": "1", "cotermDate": "soon"}));
    let good = record(&json!({"customerId": "2"}));
    for (id, record) in [("1", &bad), ("2", &good)] {
        store.put_record(id, record, noon()).unwrap();
        store.put_subscriptions(id, &subscriptions(&[]), noon()).unwrap();
    }
    let due = |store: &PortfolioStore| -> Vec<(String, bool)> {
        let found = store.due(&own(), noon(), noon(), 9).unwrap();
        found.into_iter().map(|due| (due.id, due.record && !due.subscriptions)).collect()
    };
    assert_eq!(due(&store), []);
    for _ in 0..2 {
        store.begin_run(noon()).unwrap();
        assert_eq!(due(&store), [("1".to_owned(), true)]);
        store.put_record("1", &bad, noon()).unwrap();
        assert_eq!(due(&store), []);
    }
}

#[test]
fn contacts_that_are_not_kept_need_not_be_read() {
    let place = Place::new();
    place.fill(&["1"]);
    let mut store = place.reopen(&identity(), false).unwrap().store;
    walk(&mut store, &[row("1", "Acme", "1000")]);
    let bad = json!({"customerId": "1", "companyProfile": {"contacts": [{"email": {}}]}});
    store.put_record("1", &record(&bad), noon()).unwrap();
    assert_eq!(unread(&store), NO_CHANGES);
}
