//! The orders that are stored after each sync: those of the server at one time since a day, found by their IDs and
//! references.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, Utc};
use rusqlite::Connection;
use serde_json::Value;
use vipmp::portfolio::PortfolioStore;

use crate::world::World;

/// The stored orders of a customer.
#[derive(Debug)]
struct Book {
    since: NaiveDate,
    orders: Vec<Value>,
    /// The number of orders that the server had by then, as far as the stored ones tell.
    placed: usize,
}

/// The stored orders of all customers.
#[derive(Debug, Default)]
pub(crate) struct Books(BTreeMap<String, Book>);

impl Books {
    /// Reads what is stored, and checks it by itself, by the server, and by what was stored before.
    pub(crate) fn read(
        store: &PortfolioStore,
        cache: &Connection,
        world: &World,
        before: &Self,
        at: &str,
    ) -> Self {
        let mut unread = cache.prepare("SELECT DISTINCT customer_id FROM unread WHERE part = 'o'").unwrap();
        let unread: BTreeSet<String> =
            unread.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let mut references = BTreeMap::new();
        store.entries(|entry| drop(references.insert(entry.customer_id, entry.order_references))).unwrap();
        let mut stored =
            cache.prepare("SELECT id, orders_since FROM customer WHERE orders_at IS NOT NULL").unwrap();
        let rows = stored.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        let mut books = Self::default();
        for (id, since) in rows.map(Result::<(String, String), _>::unwrap) {
            let at = format!("{at}: orders of {id}");
            let since: NaiveDate = since.parse().unwrap();
            let page = store.orders_since(&id, Some(since), Utc::now().date_naive()).unwrap().unwrap().page;
            assert_eq!(page.doubt(), None, "{at}: {}", page.raw);
            assert_eq!(page.links.next, None, "{at}: all pages were read");
            let orders = page.raw["items"].as_array().unwrap().clone();
            assert_eq!(
                purchases(cache, &id),
                orders.iter().filter(|order| order.is_object()).map(purchase).collect::<Vec<_>>(),
                "{at}"
            );
            assert_eq!(references[&id], distinct_references(&orders), "{at}");
            let placed = if unread.contains(&id) {
                before.0.get(&id).map_or(0, |before| before.placed)
            } else {
                assert_genuine(&id, since, &orders, world, &at)
            };
            if let Some(before) = before.0.get(&id) {
                assert!(since <= before.since, "{at} begin at {since}, not at {} any more", before.since);
                assert!(placed >= before.placed, "{at} are older than those before");
            }
            books.0.insert(id, Book { since, orders, placed });
        }
        for id in before.0.keys() {
            assert!(books.0.contains_key(id), "{at}: the orders of {id} were lost");
        }
        books
    }

    /// Returns true if the orders of a customer are stored.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.0.contains_key(id)
    }

    /// Returns true if no orders are stored.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Compares the stored orders of a customer since a day with the server's.
    pub(crate) fn assert_current(
        &self,
        store: &PortfolioStore,
        id: &str,
        since: NaiveDate,
        world: &World,
        at: &str,
    ) {
        let Some(book) = self.0.get(id) else { panic!("{at}: no orders of {id} are stored") };
        assert!(book.since <= since, "{at}: orders of {id} begin at {}, not at {since}", book.since);
        let expected = world.customers[id].orders.since(book.since);
        assert_eq!(book.orders, expected, "{at}: orders of {id} since {}", book.since);
        for order in &expected {
            let order = order["orderId"].as_str().unwrap();
            assert_eq!(store.customers_by_id(order).unwrap(), [id], "{at}: order {order}");
        }
    }
}

/// Checks that these are all orders since a day of some time, each as it was at some time. Returns their number.
fn assert_genuine(id: &str, since: NaiveDate, orders: &[Value], world: &World, at: &str) -> usize {
    let book = &world.customers[id].orders;
    let mut found = BTreeSet::new();
    for order in orders {
        let order_id = order["orderId"].as_str().unwrap();
        let is_genuine =
            book.versions(order_id).iter().any(|known| without_links(known) == without_links(order));
        assert!(is_genuine, "{at}: never was {order}");
        assert!(found.insert(order_id), "{at}: {order_id} comes twice");
    }
    let placed: BTreeSet<&str> = book.placed_since(since).into_iter().take(found.len()).collect();
    assert_eq!(found, placed, "{at} since {since} are those of no time");
    found.len()
}

/// Returns an order without its links, which nothing is read from: they may be anything.
fn without_links(order: &Value) -> Value {
    let mut order = order.clone();
    if let Some(fields) = order.as_object_mut() {
        fields.remove("links");
    }
    order
}

/// The columns of an order that can be searched: ID, reference, type and status.
type Purchase = (Option<String>, Option<String>, Option<String>, String);

fn purchases(cache: &Connection, id: &str) -> Vec<Purchase> {
    let mut stored = cache
        .prepare("SELECT id, reference, kind, status FROM purchase WHERE customer_id = ? ORDER BY position")
        .unwrap();
    let rows = stored.query_map([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)));
    rows.unwrap().map(Result::unwrap).collect()
}

fn purchase(order: &Value) -> Purchase {
    let text = |name: &str| order[name].as_str().map(str::to_owned);
    (text("orderId"), text("externalReferenceId"), text("orderType"), text("status").unwrap_or_default())
}

fn distinct_references(orders: &[Value]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for reference in orders.iter().filter_map(|order| order["externalReferenceId"].as_str()) {
        if !found.iter().any(|known| known == reference) {
            found.push(reference.to_owned());
        }
    }
    found
}
