//! The revision of the store: it shows whether an index has to be built again.

use super::*;
use crate::model::{AcquisitionList, OrderPage};

/// Performs work that is not repeated and then again, and checks that the revision differs exactly if the facts do.
#[track_caller]
fn twice(store: &mut PortfolioStore, what: &str, is_news: bool, mut work: impl FnMut(&mut PortfolioStore)) {
    for expected in [is_news, false] {
        let (revision, facts) = (store.revision().unwrap(), (entries(store), store.resellers().unwrap()));
        work(store);
        let has_facts = facts != (entries(store), store.resellers().unwrap());
        assert_eq!(has_facts, expected, "{what}");
        assert_eq!(store.revision().unwrap() != revision, expected, "{what}");
        for entry in entries(store) {
            let stored = store.customer(&entry.customer_id).unwrap().unwrap();
            assert_eq!((entry.copy_facts(), &entry.note), (stored.facts, &stored.note), "{what}");
        }
    }
}

fn licences(quantity: i64) -> AcquisitionList {
    let body =
        json!({"unpaidLicenses": [{"quantity": quantity, "expiryDate": "2026-03-05T23:00:00Z"}]}).to_string();
    AcquisitionList::from_slice(body.as_bytes()).unwrap()
}

fn customer(more: &Value) -> Customer {
    let mut all = json!({"customerId": "1", "status": "1000", "companyProfile": {"companyName": "Company 1",
        "contacts": [{"firstName": "Anna", "lastName": "Berg", "email": "anna@acme.example"}, {}]}});
    all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    record(&all)
}

#[test]
fn the_revision_differs_exactly_if_facts_do() {
    for contacts in [true, false] {
        let place = Place::new();
        let mut store = place.reopen(&identity(), contacts).unwrap().store;
        let store = &mut store;
        let list = |rows: &'static [(&'static str, &'static str, &'static str)]| {
            move |store: &mut PortfolioStore| {
                let rows: Vec<Row> = rows.iter().map(|(id, name, status)| row(id, name, status)).collect();
                walk(store, &rows);
            }
        };
        twice(store, "customers", true, list(&[("1", "Company 1", "1000"), ("2", "B", "1002")]));
        twice(store, "a name", true, list(&[("1", "Company 1", "1000"), ("2", "C", "1002")]));
        twice(store, "a status", true, list(&[("1", "Company 1", "1000"), ("2", "C", "1000")]));
        twice(store, "a walk without one of them", false, list(&[("1", "Company 1", "1000")]));
        twice(store, "gone", true, |store| {
            store.mark_gone("2", noon()).unwrap();
        });
        let present =
            record(&json!({"customerId": "2", "status": "1000", "companyProfile": {"companyName": "C"}}));
        twice(store, "present after all", true, |store| store.mark_present("2", &present, noon()).unwrap());
        twice(store, "the name of a reseller", true, |store| {
            store.begin_walk(RESELLER, Some("Reseller"), noon()).unwrap();
        });
        twice(store, "a record", true, |store| store.put_record("1", &customer(&json!({})), noon()).unwrap());
        let moved = customer(&json!({"cotermDate": "2026-08-27"}));
        twice(store, "an anniversary", true, |store| store.put_record("1", &moved, noon()).unwrap());
        twice(store, "a later time", false, |store| {
            store.put_record("1", &moved, at("2026-03-02T12:00:00Z")).unwrap();
        });
        let none = subscriptions(&[]);
        twice(store, "no subscriptions", true, |store| store.put_subscriptions("1", &none, noon()).unwrap());
        let item = |quantity: i64, offer: &str| {
            subscriptions(&[
                json!({"subscriptionId": "s", "offerId": offer, "currentQuantity": quantity, "status": "1000",
                "renewalDate": "2026-08-27", "autoRenewal": {"enabled": true, "renewalQuantity": 5}}),
            ])
        };
        for list in [item(5, "65304479CA01A12"), item(6, "65304479CA01A12"), item(6, "65304480CA01A12")] {
            twice(store, "subscriptions", true, |store| store.put_subscriptions("1", &list, noon()).unwrap());
        }
        let switched = |on: bool, status: &str| {
            subscriptions(&[json!({"subscriptionId": "s", "currentQuantity": 6, "status": status,
                "autoRenewal": {"enabled": on}})])
        };
        for list in [switched(true, "1000"), switched(false, "1000"), switched(false, "1009")] {
            twice(store, "auto-renewal", true, |store| store.put_subscriptions("1", &list, noon()).unwrap());
        }
        let orders = |reference: &str| {
            let body =
                json!({"totalCount": 1, "items": [{"orderId": "o", "externalReferenceId": reference}]});
            OrderPage::from_slice(body.to_string().as_bytes()).unwrap()
        };
        for reference in ["PO-1", "PO-2"] {
            twice(store, "orders", true, |store| {
                store.put_orders("1", &orders(reference), None, noon()).unwrap();
            });
        }
        let none = OrderPage::from_slice(br#"{"totalCount": 0, "items": []}"#).unwrap();
        for since in [None, "2026-01-01".parse().ok(), "2026-02-20".parse().ok()] {
            twice(store, "the time of orders", true, |store| {
                store.put_orders("1", &none, since, noon()).unwrap();
            });
        }
        for (remaining, is_news) in
            [(json!(3), true), (json!(2), true), (Value::Null, true), (json!(0), true), (json!(-1), false)]
        {
            let order = json!({"orderType": "NEW", "status": "1000", "creationDate": "2026-02-25",
                "lineItems": [{"offerId": "65304479CA01A12", "remainingQuantity": remaining}]});
            let page = json!({"totalCount": 1, "items": [order]}).to_string();
            let page = OrderPage::from_slice(page.as_bytes()).unwrap();
            twice(store, "what can be returned", is_news, |store| {
                store.put_orders("1", &page, "2026-02-20".parse().ok(), noon()).unwrap();
            });
        }
        for (status, is_news) in [("1004", true), ("1022", false), ("1000", true)] {
            let order = json!({"orderType": "RENEWAL", "status": status, "creationDate": "2026-01-25"});
            let page = json!({"totalCount": 1, "items": [order]}).to_string();
            let page = OrderPage::from_slice(page.as_bytes()).unwrap();
            twice(store, "a renewal that failed", is_news, |store| {
                store.put_orders("1", &page, "2026-01-20".parse().ok(), noon()).unwrap();
            });
        }
        for quantity in [3, 4] {
            let found = [("1".to_owned(), Some(licences(quantity)))];
            twice(store, "licences", true, |store| store.put_acquisitions(RESELLER, &found, noon()).unwrap());
        }
        twice(store, "doubtful licences", false, |store| store.doubt_acquisitions(RESELLER, "why").unwrap());
        twice(store, "no right to licences", true, |store| {
            store.forget_acquisitions(RESELLER, "why").unwrap();
        });
        twice(store, "a failure", false, |store| store.mark_failed("1", "why", noon()).unwrap());
        twice(store, "a run", false, |store| {
            let run = store.begin_run(noon()).unwrap();
            store.fail_walk(RESELLER, "why", false).unwrap();
            store.end_run(run, "complete", 1, 0, noon()).unwrap();
            store.flush_changes().unwrap();
        });
    }
}

#[test]
fn a_reader_takes_everything_that_another_process_writes_for_news() {
    let place = Place::new();
    place.fill(&["1"]);
    let reader = PortfolioStore::open_to_read(&place.folder, None).unwrap();
    let before = reader.revision().unwrap();
    assert_eq!(reader.revision().unwrap(), before);
    place.fill(&["1", "2"]);
    assert_ne!(reader.revision().unwrap(), before);
}
