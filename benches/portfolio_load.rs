//! Measures reading the index of a stored portfolio.
//!
//! `cargo bench --bench portfolio_load` writes copies of 50,000 and 100,000 customers to temporary folders and reads each;
//! numbers as arguments replace these, and any other argument is the folder of a copy that is there. The floor is a walk of
//! SQLite itself over the same tables, in one thread.

#![allow(clippy::unwrap_used, reason = "a bench without its data cannot run")]
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

#[path = "support/timing.rs"]
mod timing;

use std::{hint::black_box, path::Path, sync::Arc};

use chrono::{DateTime, Utc};
use serde_json::json;
use timing::median;
use vipmp::{
    collect::ListStats,
    model::{Customer, CustomerPage, CustomerQuery, Status, SubscriptionList},
    portfolio::{Identity, PortfolioStore, load_index},
};

const RUNS: usize = 9;
const RESELLER: &str = "1000396138";

fn main() {
    let mut arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    if arguments.is_empty() {
        arguments = vec!["50000".to_owned(), "100000".to_owned()];
    }
    for argument in arguments {
        println!("\n{argument}");
        match argument.parse() {
            Ok(size) => {
                let folder = tempfile::tempdir().unwrap();
                fill(folder.path(), size);
                measure(folder.path());
            }
            Err(_) => measure(Path::new(&argument)),
        }
    }
}

fn measure(folder: &Path) {
    let floor = median(RUNS, || {
        let connection = rusqlite::Connection::open(folder.join("portfolio.sqlite")).unwrap();
        for table in ["customer", "contact", "subscription"] {
            let mut all = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
            let mut rows = all.query([]).unwrap();
            while let Some(row) = rows.next().unwrap() {
                black_box(row.get_ref(0).unwrap());
            }
        }
    });
    let load = median(RUNS, || {
        let store = PortfolioStore::open_to_read(folder, None).unwrap();
        black_box(load_index(&store, &Arc::default()).unwrap());
    });
    let ratio = load.as_secs_f64() / floor.as_secs_f64();
    println!("  floor {floor:.1?}, index {load:.1?}, ratio {ratio:.1}");
}

/// Writes a copy of customers with a contact and one to three subscriptions each.
fn fill(folder: &Path, size: usize) {
    let now: DateTime<Utc> = "2026-11-26T08:00:00Z".parse().unwrap();
    let identity = Identity::new("client", "https://api.example");
    let mut store = PortfolioStore::open(folder, &identity, true, now).unwrap().store;
    store.begin_walk(RESELLER, None, now).unwrap();
    let mut random = fastrand::Rng::with_seed(7);
    for first in (0..size).step_by(1_000) {
        let ids: Vec<String> = (first..size.min(first + 1_000)).map(|n| format!("1{n:09}")).collect();
        let accounts: Vec<_> = ids
            .iter()
            .map(|id| {
                json!({
                    "customerId": id, "resellerId": RESELLER, "status": "1000", "externalReferenceId": format!("crm-{id}"),
                    "companyProfile": {"companyName": format!("Jägerquell Print {} GmbH", random.u32(..))},
                    "creationDate": "2025-08-27T12:57:22Z",
                    "links": {"self": {"uri": format!("/v3/customers/{id}"), "method": "GET", "headers": []}}
                })
            })
            .collect();
        let count = accounts.len();
        let page =
            json!({"totalCount": count, "count": count, "offset": 0, "limit": count, "accounts": accounts});
        let query = CustomerQuery::new(Status::active(), 50).unwrap();
        let page = CustomerPage::from_slice(query, page.to_string().as_bytes()).unwrap();
        store.add_rows(RESELLER, &page.rows, now).unwrap();
        for id in &ids {
            let city = random.u16(..4_000);
            let record = json!({
                "customerId": id, "resellerId": RESELLER, "status": "1000", "creationDate": "2025-08-27T12:57:22Z",
                "companyProfile": {
                    "companyName": "Jägerquell", "preferredLanguage": "de-DE", "marketSegment": "COM",
                    "address": {"country": "DE", "region": "BY", "city": format!("Stadt {city}")},
                    "contacts": [{"firstName": "Anna", "lastName": "Schmidt", "email": format!("anna@{id}.example")}]
                },
                "discounts": [{"offerType": "LICENSE", "level": "02"}], "cotermDate": "2026-08-27"
            });
            store.put_record(id, &Customer::from_slice(record.to_string().as_bytes()).unwrap(), now).unwrap();
            let items: Vec<_> = (0..random.usize(1..=3))
                .map(|n| {
                    json!({
                        "subscriptionId": format!("{n}a83b12559fa7147419077bf{id}NA"), "offerId": format!("6530496{n}CA01A12"),
                        "currentQuantity": random.u16(1..200), "status": "1000", "creationDate": "2025-08-27T12:57:22Z",
                        "renewalDate": "2026-08-27", "autoRenewal": {"enabled": true, "renewalQuantity": 5}
                    })
                })
                .collect();
            let list = json!({"totalCount": items.len(), "items": items}).to_string();
            let list = SubscriptionList::from_slice(list.as_bytes()).unwrap();
            store.put_subscriptions(id, &list, now).unwrap();
        }
    }
    let stats = ListStats { total: Some(size as u64), ..ListStats::default() };
    store.end_walk(RESELLER, stats, 0, now).unwrap();
}
