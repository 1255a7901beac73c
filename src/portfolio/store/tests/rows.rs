//! What is stored of one customer.

use super::*;
use crate::model::OrderPage;

#[test]
fn a_customer_comes_back_as_it_was_sent() {
    let place = Place::new();
    let mut store = place.open();
    let sent = json!({"customerId": "1", "status": "1000", "companyProfile": {"companyName": "Köln & Söhne"},
        "brandNew": {"amount": 12}, "links": {"self": {"uri": "/v3/customers/1", "method": "GET"}}});
    walk(&mut store, &[Row::read(0, sent.clone())]);
    let full = json!({"customerId": "1", "status": "1000", "tags": ["a, b", "c\"d", ""],
        "cotermDate": "2026-07-07", "companyProfile": {"companyName": "Köln & Söhne", "marketSegment": "EDU"}});
    store.put_record("1", &record(&full), noon()).unwrap();
    let list =
        subscriptions(&[json!({"subscriptionId": "s1", "offerId": "65304479CA01A12", "currentQuantity": 7,
        "autoRenewal": {"enabled": false}, "renewalDate": "2026-07-07", "status": "1000"})]);
    store.put_subscriptions("1", &list, noon()).unwrap();
    let stored = store.customer("1").unwrap().unwrap();
    assert_eq!(stored.row.raw(), &sent);
    assert_eq!(stored.record.map(|(record, at)| (record.raw, at)), Some((full, noon())));
    assert_eq!(stored.subscriptions, Some((list, noon())));
    assert!(stored.orders.is_none());
    let entry = entries(&store).remove(0);
    let facts = entry.record.unwrap();
    assert_eq!(facts.tags, ["a, b", "c\"d", ""]);
    assert_eq!(facts.anniversary.map(|day| day.to_string()).as_deref(), Some("2026-07-07"));
    let facts = entry.subscriptions.unwrap();
    assert_eq!((facts.seats, facts.lapsing_seats, facts.auto_renewal_off), (7, 7, true));
    assert!(store.customer("2").unwrap().is_none());
    for (id, expected) in [("s1", vec!["1"]), ("1", vec!["1"]), ("s", vec![])] {
        assert_eq!(store.customers_by_id(id).unwrap(), expected, "{id}");
    }
}

#[test]
fn parts_of_a_customer_that_is_not_stored_are_left_out() {
    let place = Place::new();
    let mut store = place.open();
    store.put_record("9", &record(&json!({"customerId": "9"})), noon()).unwrap();
    store.put_subscriptions("9", &subscriptions(&[json!({"subscriptionId": "s9"})]), noon()).unwrap();
    let orders = OrderPage::from_slice(br#"{"items": [{"orderId": "o9"}]}"#).unwrap();
    store.put_orders("9", &orders, None, noon()).unwrap();
    store.mark_failed("9", "out of order", noon()).unwrap();
    assert!(!store.mark_gone("9", noon()).unwrap());
    store.mark_present("9", &record(&json!({"customerId": "9"})), noon()).unwrap();
    for table in ["customer", "contact", "subscription", "purchase", "raw", "outbox"] {
        assert_eq!(count(&store, &format!("SELECT COUNT(*) FROM {table}")), 0, "{table}");
    }
}

#[test]
fn the_record_leaves_the_status_of_the_list_as_it_is() {
    let place = Place::new();
    place.fill(&["1"]);
    let mut store = place.open();
    store.put_record("1", &record(&json!({"customerId": "1", "status": "1010"})), noon()).unwrap();
    assert_eq!(entries(&store)[0].status.code(), "1000");
    assert_eq!(store.customer("1").unwrap().unwrap().record.unwrap().0.status.code(), "1010");
    assert_eq!(changes(&store), Vec::<String>::new());
}

#[test]
fn changes_are_recorded_from_the_second_reading_on() {
    let place = Place::new();
    place.fill(&["1"]);
    let mut store = place.open();
    let full =
        |segment: &str| record(&json!({"customerId": "1", "companyProfile": {"marketSegment": segment}}));
    let list = |quantity: i64| {
        subscriptions(&[json!({"subscriptionId": "s1", "currentQuantity": quantity, "status": "1000"})])
    };
    for (segment, quantity) in [("COM", 5), ("COM", 5), ("EDU", 8), ("EDU", 8)] {
        store.put_record("1", &full(segment), noon()).unwrap();
        store.put_subscriptions("1", &list(quantity), noon()).unwrap();
    }
    assert_eq!(changes(&store), ["1 segment: COM > EDU", "1 quantity: 5 > 8"]);
    let all = store.changes(&ChangeFilter::default()).unwrap();
    assert_eq!((all[0].subscription_id.as_deref(), all[1].subscription_id.as_deref()), (None, Some("s1")));
    assert_eq!((all[1].company.as_deref(), all[1].reseller_id.as_str()), (Some("Company 1"), RESELLER));
}

#[test]
fn the_age_of_the_oldest_part_is_known_even_if_only_one_kind_was_read() {
    let place = Place::new();
    place.fill(&["1", "2", "3"]);
    let mut store = place.open();
    assert_eq!(store.completeness().unwrap().oldest_at, None);
    let read = |store: &mut PortfolioStore, id: &str, when: &str| {
        store.put_record(id, &record(&json!({"customerId": id})), at(when)).unwrap();
    };
    read(&mut store, "1", "2026-02-02T00:00:00Z");
    assert_eq!(store.completeness().unwrap().oldest_at, Some(at("2026-02-02T00:00:00Z")));
    store.put_subscriptions("1", &subscriptions(&[]), at("2026-02-01T00:00:00Z")).unwrap();
    assert_eq!(store.completeness().unwrap().oldest_at, Some(at("2026-02-01T00:00:00Z")));
    read(&mut store, "2", "2026-01-01T00:00:00Z");
    store.mark_gone("2", noon()).unwrap();
    let found = store.completeness().unwrap();
    assert_eq!(found.oldest_at, Some(at("2026-02-01T00:00:00Z")), "one that is gone is not read any more");
    assert_eq!((found.customers, found.gone, found.records, found.subscriptions), (2, 1, 1, 1));
    assert!(!found.is_complete());
}

#[test]
fn what_failed_is_due_again_in_the_next_run_only() {
    let place = Place::new();
    place.fill(&["1", "2"]);
    let mut store = place.open();
    let due = |store: &PortfolioStore, now: &str| -> Vec<String> {
        assert_eq!(
            store.count_due(&own(), at(now), at(now)).unwrap(),
            store.due(&own(), at(now), at(now), 9).unwrap().len() as u64
        );
        store.due(&own(), at(now), at(now), 9).unwrap().into_iter().map(|due| due.id).collect()
    };
    store.mark_failed("1", "out of order", noon()).unwrap();
    assert_eq!(due(&store, "2026-03-01T12:00:00Z"), ["2"]);
    assert_eq!(due(&store, "2026-03-01T12:00:01Z"), ["2", "1"], "after those that did not fail");
    assert_eq!(store.completeness().unwrap().failed, 1);
    store.put_record("1", &record(&json!({"customerId": "1"})), noon()).unwrap();
    assert_eq!(store.completeness().unwrap().failed, 0);
}

#[test]
fn what_renews_soon_is_read_daily_and_the_rest_weekly() {
    let place = Place::new();
    place.fill(&["1", "2"]);
    let mut store = place.open();
    for (id, day) in [("1", "2026-03-20"), ("2", "2026-09-20")] {
        let full = json!({"customerId": id, "cotermDate": day});
        store.put_record(id, &record(&full), noon()).unwrap();
        store.put_subscriptions(id, &subscriptions(&[]), noon()).unwrap();
    }
    let due = |now: &str| -> Vec<String> {
        store.due(&own(), at(now), at(now), 9).unwrap().into_iter().map(|due| due.id).collect()
    };
    assert_eq!(due("2026-03-02T08:00:00Z"), Vec::<String>::new());
    assert_eq!(due("2026-03-02T08:00:01Z"), ["1"]);
    assert_eq!(due("2026-03-02T11:58:00Z"), ["1"], "a sync at the same time each day takes two minutes");
    assert_eq!(due("2026-03-08T08:00:00Z"), ["1"]);
    assert_eq!(due("2026-03-08T11:58:00Z"), ["1", "2"], "the same day of the next week");
}

/// `renewals/manual-renewals`: the anniversary moves on at once, the renewal date stays; all of it can be returned.
#[test]
fn the_renewal_date_of_what_was_renewed_early_or_has_ended_is_near_too() {
    let place = Place::new();
    place.fill(&["1", "2", "3"]);
    let mut store = place.open();
    let none = OrderPage::from_slice(br#"{"totalCount": 0, "items": []}"#).unwrap();
    let day = chrono::NaiveDate::from_ymd_opt(2026, 1, 1);
    for (id, status, date) in
        [("1", "1000", "2026-03-20"), ("2", "1004", "2026-02-25"), ("3", "1000", "2026-09-20")]
    {
        store
            .put_record(id, &record(&json!({"customerId": id, "cotermDate": "2027-03-20"})), noon())
            .unwrap();
        let item = json!({"subscriptionId": id, "currentQuantity": 5, "renewedQuantity": 5, "status": status,
            "renewalDate": date});
        store.put_subscriptions(id, &subscriptions(&[item]), noon()).unwrap();
        store.put_orders(id, &none, day, noon()).unwrap();
    }
    let tomorrow = at("2026-03-02T12:00:00Z");
    let due = store.due(&own(), tomorrow, tomorrow, 9).unwrap();
    assert_eq!(due.into_iter().map(|due| due.id).collect::<Vec<_>>(), ["1", "2"]);
    let due = store.by_age_of_orders(&own(), day.map(|day| (day, tomorrow))).unwrap();
    assert_eq!(due.into_iter().map(|(id, _)| id).collect::<Vec<_>>(), ["1", "2"]);
}

/// `customer-account/three-year-commit`: a request lapses after 7 days, and the minimum is to be reached within 30.
#[test]
fn what_becomes_of_a_request_for_a_commitment_is_read_each_day() {
    let place = Place::new();
    let committed = json!({"status": "COMMITTED", "endDate": "2028-03-01"});
    let benefits = [
        json!({"commitment": committed}),
        json!({"commitmentRequest": {"status": "REQUESTED"}}),
        json!({"commitment": committed, "commitmentRequest": {"status": "REQUESTED"}}),
        json!({"commitment": committed, "recommitmentRequest": {"status": "REQUESTED"}}),
        json!({"commitmentRequest": {"status": "ACCEPTED"}}),
        json!({"commitment": committed, "commitmentRequest": {"status": "EXPIRED"}}),
    ];
    place.fill(&["0", "1", "2", "3", "4", "5"]);
    let mut store = place.open();
    for (id, mut benefit) in benefits.into_iter().enumerate().map(|(id, benefit)| (id.to_string(), benefit)) {
        benefit["type"] = "THREE_YEAR_COMMIT".into();
        store.put_record(&id, &record(&json!({"customerId": id, "benefits": [benefit]})), noon()).unwrap();
        store.put_subscriptions(&id, &subscriptions(&[]), noon()).unwrap();
    }
    let tomorrow = at("2026-03-02T12:00:00Z");
    let due = store.due(&own(), tomorrow, tomorrow, 9).unwrap();
    assert_eq!(due.into_iter().map(|due| due.id).collect::<Vec<_>>(), ["1", "2", "3", "4"]);
    let requests = |id: &str| store.customer(id).unwrap().unwrap().facts.commitment_request;
    let expected =
        [None, Some("REQUESTED"), Some("REQUESTED"), Some("REQUESTED"), Some("ACCEPTED"), Some("EXPIRED")];
    assert_eq!(["0", "1", "2", "3", "4", "5"].map(requests), expected.map(|text| text.map(str::to_owned)));
    let of_index: Vec<Option<String>> =
        entries(&store).iter().map(|entry| entry.copy_facts().commitment_request).collect();
    assert_eq!(of_index, expected.map(|text| text.map(str::to_owned)));
}

#[test]
fn only_the_synced_resellers_are_due_and_counted() {
    let place = Place::new();
    place.fill(&["1"]);
    let mut store = place.open();
    walk_of(&mut store, "R2", &[row("2", "B", "1000"), row("3", "C", "1000")], verified(2));
    let due = |of: &[&str]| -> Vec<String> {
        let of: Vec<String> = of.iter().map(|id| (*id).to_owned()).collect();
        let found = store.due(&of, noon(), noon(), 9).unwrap();
        assert_eq!(store.count_due(&of, noon(), noon()).unwrap(), found.len() as u64);
        let by_age_of_orders = store.by_age_of_orders(&of, None).unwrap();
        assert_eq!(by_age_of_orders.len(), found.len());
        let held = store.completeness_of(Some(&of)).unwrap();
        assert_eq!((held.customers, held.resellers.0), (found.len() as u64, of.len() as u64));
        found.into_iter().map(|due| due.id).collect()
    };
    assert_eq!(due(&[RESELLER]), ["1"]);
    assert_eq!(due(&["R2"]), ["2", "3"]);
    assert_eq!(due(&[RESELLER, "R2"]), ["1", "2", "3"]);
    assert_eq!(due(&[]), Vec::<String>::new());
    assert_eq!(store.completeness().unwrap().customers, 3);
}

#[test]
fn those_whose_orders_are_the_oldest_come_first() {
    let place = Place::new();
    place.fill(&["1", "2", "3"]);
    let mut store = place.open();
    let day = chrono::NaiveDate::from_ymd_opt(2026, 1, 1);
    let none = OrderPage::from_slice(br#"{"totalCount": 0, "items": []}"#).unwrap();
    store.put_orders("1", &none, day, at("2026-03-01T09:00:00Z")).unwrap();
    store.put_orders("2", &none, None, at("2026-03-01T08:00:00Z")).unwrap();
    let found = store.by_age_of_orders(&own(), None).unwrap();
    assert_eq!(found, [("3".to_owned(), None), ("2".to_owned(), None), ("1".to_owned(), day)]);
}

#[test]
fn orders_are_due_like_records_and_when_earlier_ones_are_wanted_or_a_change_was_seen() {
    let place = Place::new();
    place.fill(&["1", "2", "3"]);
    let mut store = place.open();
    let none = OrderPage::from_slice(br#"{"totalCount": 0, "items": []}"#).unwrap();
    let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    for (id, anniversary) in [("1", "2026-03-20"), ("2", "2026-09-20")] {
        store.put_record(id, &record(&json!({"customerId": id, "cotermDate": anniversary})), noon()).unwrap();
        store.put_orders(id, &none, Some(day("2026-01-01")), noon()).unwrap();
    }
    let due = |store: &PortfolioStore, since: &str, now: &str| -> String {
        let found = store.by_age_of_orders(&own(), Some((day(since), at(now)))).unwrap();
        found.into_iter().map(|(id, _)| id).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(due(&store, "2026-01-01", "2026-03-02T08:00:00Z"), "3", "never read");
    assert_eq!(due(&store, "2026-01-01", "2026-03-02T08:00:01Z"), "3 1", "an anniversary is near");
    assert_eq!(due(&store, "2026-01-01", "2026-03-08T08:00:01Z"), "3 1 2", "a week has passed");
    assert_eq!(due(&store, "2025-12-31", "2026-03-02T08:00:00Z"), "3 1 2", "earlier ones are wanted");
    assert_eq!(due(&store, "2026-02-01", "2026-02-27T12:00:00Z"), "3 1 2", "read by a clock that was ahead");
    let renamed = json!({"customerId": "2", "companyProfile": {"companyName": "Other"}});
    store.put_record("2", &record(&renamed), at("2026-03-01T13:00:00Z")).unwrap();
    assert_eq!(due(&store, "2026-01-01", "2026-03-02T08:00:00Z"), "3 2", "a change was seen");
}

#[test]
fn customers_come_in_the_wanted_order_with_what_is_stored_of_them() {
    let place = Place::new();
    place.fill(&["1", "2", "3"]);
    let mut store = place.open();
    store.put_record("2", &record(&json!({"customerId": "2"})), noon()).unwrap();
    store.put_subscriptions("1", &subscriptions(&[]), noon()).unwrap();
    store.put_record("3", &record(&json!({"customerId": "3"})), noon()).unwrap();
    let damaged = super::super::body::pack(&json!(["no record"])).unwrap();
    store.cache.execute("UPDATE raw SET body = ? WHERE customer_id = '3' AND part = 'r'", [damaged]).unwrap();
    let ids = ["3", "9", "2", "1"].map(str::to_owned);
    let found = store.customers(&ids).unwrap();
    let facts = |customer: &crate::portfolio::StoredCustomer| {
        let id = customer.row.customer().unwrap().customer_id.clone();
        (id, customer.record.as_ref().map(|part| part.1), customer.subscriptions.as_ref().map(|part| part.1))
    };
    let expected = [("3", None, None), ("2", Some(noon()), None), ("1", None, Some(noon()))];
    assert_eq!(
        found.iter().map(facts).collect::<Vec<_>>(),
        expected.map(|(id, record, list)| (id.to_owned(), record, list))
    );
}

#[test]
fn times_to_come_are_of_a_clock_that_was_ahead() {
    let place = Place::new();
    place.fill(&["1", "2"]);
    let mut store = place.open();
    for (id, at) in [("1", at("2027-06-01T00:00:00Z")), ("2", noon())] {
        store.put_record(id, &record(&json!({"customerId": id})), at).unwrap();
        store.put_subscriptions(id, &subscriptions(&[]), at).unwrap();
    }
    let due = store.due(&own(), at("2026-03-02T00:00:00Z"), noon(), 9).unwrap();
    assert_eq!(due.into_iter().map(|due| due.id).collect::<Vec<_>>(), ["1"]);
}
