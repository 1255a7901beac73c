//! Licences that are pending an order.

use super::*;
use crate::model::{Acquisition, AcquisitionList};

fn licences(of: &[(i64, &str)]) -> Option<AcquisitionList> {
    let items: Vec<Value> = of
        .iter()
        .map(|(quantity, expires)| {
            json!({"referenceId": "r", "quantity": quantity, "expiryDate": expires, "productName": "Page layout",
                "baseOfferId": "65304633CA01A12", "creationDate": "2026-02-27T08:00:00Z"})
        })
        .collect();
    let body = json!({"unpaidLicenses": items}).to_string();
    AcquisitionList::from_slice(body.as_bytes()).ok()
}

fn put(store: &mut PortfolioStore, reseller: &str, found: &[(&str, Option<AcquisitionList>)]) {
    let found: Vec<_> = found.iter().map(|(id, list)| ((*id).to_owned(), list.clone())).collect();
    store.put_acquisitions(reseller, &found, noon()).unwrap();
}

/// Returns what the documented view says of each customer.
fn to_order(store: &PortfolioStore) -> Vec<String> {
    let mut found =
        store.cache.prepare("SELECT customer_id, to_order, to_order_by FROM v_customers ORDER BY 1").unwrap();
    let rows = found.query_map([], |row| {
        let number = row.get::<_, Option<i64>>(1)?.map_or("?".to_owned(), |number| number.to_string());
        let day = row.get::<_, Option<String>>(2)?.unwrap_or_else(|| "-".to_owned());
        Ok(format!("{} {number} {day}", row.get::<_, String>(0)?))
    });
    rows.unwrap().map(Result::unwrap).collect()
}

#[test]
fn nothing_is_known_before_they_are_read_and_none_afterwards() {
    let place = Place::new();
    place.fill(&["1", "2"]);
    let mut store = place.open();
    assert_eq!(to_order(&store), ["1 ? -", "2 ? -"]);
    assert_eq!(store.completeness().unwrap().to_order, crate::portfolio::PendingLicences::default());
    let two = licences(&[(3, "2026-03-05T23:00:00Z"), (4, "2026-03-04T01:00:00Z")]);
    put(&mut store, RESELLER, &[("2", two), ("not in the copy", licences(&[(5, "2026-03-03T00:00:00Z")]))]);
    assert_eq!(to_order(&store), ["1 0 -", "2 7 2026-03-04"]);
    let known = store.completeness().unwrap().to_order;
    assert_eq!((known.licences, known.customers, known.uncounted, known.resellers), (12, 2, 0, 1));
    assert_eq!((known.oldest_at, known.doubts), (Some(noon()), vec![]));
    assert_eq!(count(&store, "SELECT COUNT(*) FROM v_acquisitions WHERE company IS NULL"), 1);
    walk(&mut store, &["1", "2", "not in the copy"].map(|id| row(id, "Company", "1000")));
    assert_eq!(to_order(&store)[2], "not in the copy 5 2026-03-03", "it has joined");
}

#[test]
fn the_products_of_a_customer_are_named_with_their_numbers() {
    let place = Place::new();
    place.fill(&["1", "2", "3"]);
    let mut store = place.open();
    let mut several =
        licences(&[(3, "2026-03-05T23:00:00Z"), (4, "2026-03-04T01:00:00Z"), (1, "2026-03-09T01:00:00Z")]);
    let items = &mut several.as_mut().unwrap().items;
    items[1].product_name = Some("Photo editing".to_owned());
    items.push(Acquisition { product_name: None, quantity: None, ..items[2].clone() });
    put(&mut store, RESELLER, &[("1", several), ("3", None)]);
    let of = |id: &str| store.customer(id).unwrap().unwrap().facts.to_order_products;
    assert_eq!(of("1").as_deref(), Some("4 Photo editing, 4 Page layout, 65304633CA01A12"));
    assert_eq!((of("2"), of("3")), (None, None));
}

#[test]
fn licences_that_could_not_be_read_are_unknown_and_not_none() {
    let place = Place::new();
    place.fill(&["1", "2"]);
    let mut store = place.open();
    put(&mut store, RESELLER, &[("1", None)]);
    assert_eq!(to_order(&store), ["1 ? -", "2 0 -"]);
    let known = store.completeness().unwrap().to_order;
    assert_eq!((known.licences, known.customers, known.uncounted), (0, 1, 1));
}

#[test]
fn a_reading_replaces_all_of_its_reseller_and_a_failed_one_nothing() {
    const OTHER: &str = "1000000002";
    let place = Place::new();
    place.fill(&["1", "2"]);
    let mut store = place.open();
    walk_of(&mut store, OTHER, &[row("3", "Company 3", "1000")], verified(1));
    put(&mut store, RESELLER, &[("1", licences(&[(1, "2026-03-05")]))]);
    put(&mut store, OTHER, &[("3", licences(&[(3, "2026-03-05")]))]);
    put(&mut store, RESELLER, &[("2", licences(&[(2, "2026-03-06"), (1, "soon")]))]);
    assert_eq!(to_order(&store), ["1 0 -", "2 3 2026-03-06", "3 3 2026-03-05"]);
    store.doubt_acquisitions(RESELLER, "out of order").unwrap();
    assert_eq!(to_order(&store)[1], "2 3 2026-03-06");
    let doubts = [(RESELLER.to_owned(), "out of order".to_owned())];
    assert_eq!(store.completeness().unwrap().to_order.doubts, doubts);
    store.forget_acquisitions(RESELLER, "not allowed").unwrap();
    assert_eq!(to_order(&store), ["1 ? -", "2 ? -", "3 3 2026-03-05"]);
    put(&mut store, RESELLER, &[]);
    assert_eq!(to_order(&store), ["1 0 -", "2 0 -", "3 3 2026-03-05"]);
    assert_eq!(store.completeness().unwrap().to_order.doubts, []);
}

#[test]
fn a_customer_that_moves_takes_no_old_licences_along() {
    const OTHER: &str = "1000000002";
    let place = Place::new();
    place.fill(&["1"]);
    let mut store = place.open();
    put(&mut store, RESELLER, &[("1", licences(&[(1, "2026-03-05")]))]);
    walk_of(&mut store, OTHER, &[row("1", "Company 1", "1000")], verified(1));
    put(&mut store, OTHER, &[]);
    assert_eq!(to_order(&store), ["1 0 -"]);
    put(&mut store, RESELLER, &[("1", licences(&[(1, "2026-03-05")]))]);
    put(&mut store, OTHER, &[("1", licences(&[(2, "2026-03-05")]))]);
    assert_eq!(to_order(&store), ["1 2 2026-03-05"]);
}
