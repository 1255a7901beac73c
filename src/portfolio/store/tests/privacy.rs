//! Contacts that are not to be kept, prices, and forgetting everything.

use std::fs;

use super::*;
use crate::model::OrderPage;

const EMAIL: &str = "ada.muster@example.org";
const NAME: &str = "Muster-Lovelace";

fn contact() -> Value {
    json!({"firstName": "Ada", "lastName": NAME, "email": EMAIL, "phoneNumber": "555-0100"})
}

/// Stores a customer with contacts in each of its parts, and a change of the contacts.
fn fill(store: &mut PortfolioStore) {
    let with_contacts = json!({"customerId": "1", "status": "1000",
        "companyProfile": {"companyName": "Lake Traders", "contacts": [contact()]}});
    walk(store, &[Row::read(0, with_contacts.clone())]);
    store
        .put_record(
            "1",
            &record(&json!({"customerId": "1", "companyProfile": {"companyName": "Lake Traders"}})),
            noon(),
        )
        .unwrap();
    store.put_record("1", &record(&with_contacts), noon()).unwrap();
    let mut list =
        subscriptions(&[json!({"subscriptionId": "s1", "contacts": [contact()], "adminEmail": EMAIL})]);
    list.raw["primaryContact"] = contact();
    store.put_subscriptions("1", &list, noon()).unwrap();
    let orders = json!({"totalCount": 1, "items": [{"orderId": "o1", "status": "1000", "contacts": [contact()],
        "pricingSummary": [{"totalLineItemPartnerPrice": 4711.25}],
        "lineItems": [{"quantity": 3, "pricing": {"partnerPrice": 1234.75}}]}]});
    store
        .put_orders("1", &OrderPage::from_slice(orders.to_string().as_bytes()).unwrap(), None, noon())
        .unwrap();
}

/// Returns the JSON of all parts, which are compressed in the file.
fn raw(store: &PortfolioStore) -> String {
    let mut parts = store.cache.prepare("SELECT body FROM raw ORDER BY part").unwrap();
    let bodies = parts.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
    let text = |body: Vec<u8>| String::from_utf8(super::super::body::unpack(&body).unwrap()).unwrap();
    bodies.map(|body| text(body.unwrap())).collect()
}

#[track_caller]
fn assert_no_contacts(place: &Place, store: &PortfolioStore) {
    let raw = raw(store);
    for secret in [EMAIL, NAME, "555-0100"] {
        assert!(!raw.contains(secret), "{secret} in {raw}");
        assert!(!place.has_bytes(secret), "{secret}");
    }
    assert!(changes(store).iter().all(|line| !line.contains("contacts")), "{:?}", changes(store));
}

#[test]
fn without_contacts_no_file_has_any() {
    let place = Place::new();
    let mut store = place.reopen(&identity(), false).unwrap().store;
    fill(&mut store);
    store.flush_changes().unwrap();
    assert_no_contacts(&place, &store);
    assert!(raw(&store).contains("Lake Traders") && place.has_bytes("Lake Traders"), "the rest is there");
    drop(store);
    let reader = PortfolioStore::open_to_read(&place.folder, None).unwrap();
    assert!(!reader.keeps_contacts());
    assert_eq!(entries(&reader)[0].record.as_ref().unwrap().emails, Vec::<String>::new());
}

#[test]
fn no_contacts_stay_in_what_was_set_aside() {
    let place = Place::new();
    let mut store = place.open();
    fill(&mut store);
    store.flush_changes().unwrap();
    drop(store);
    // Another account's copy, a damaged history beside it, and then no contacts any more.
    let other = Identity::new("client-2", "https://partners.example.com/");
    drop(place.reopen(&other, true).unwrap());
    fs::write(place.path("history.sqlite.set-aside-1"), format!("no database {EMAIL}")).unwrap();
    assert!(place.has_bytes(EMAIL));
    drop(place.reopen(&other, false).unwrap());
    let OpenedStore { store, notices } = place.reopen(&other, false).unwrap();
    assert_eq!(notices, Vec::<String>::new(), "there is nothing left to say");
    assert_no_contacts(&place, &store);
    let names = place.names();
    let aside: Vec<&String> = names.iter().filter(|name| name.contains("set-aside")).collect();
    assert!(!aside.is_empty(), "the history of the other account is kept: {names:?}");
    assert!(aside.iter().all(|name| name.starts_with("history.sqlite")), "{aside:?}");
}

#[test]
fn contacts_are_kept_if_they_are_to_be() {
    let place = Place::new();
    let mut store = place.open();
    fill(&mut store);
    let facts = entries(&store)[0].record.clone().unwrap();
    assert_eq!((facts.contacts, facts.emails), (vec![format!("Ada {NAME}")], vec![EMAIL.to_owned()]));
    assert_eq!(changes(&store), [format!("1 contacts: - > {EMAIL}")]);
}

#[test]
fn contacts_that_are_no_longer_to_be_kept_are_deleted_from_every_file() {
    let place = Place::new();
    let mut store = place.open();
    fill(&mut store);
    store.flush_changes().unwrap();
    drop(store);
    assert!(place.has_bytes(EMAIL));
    let OpenedStore { mut store, notices } = place.reopen(&identity(), false).unwrap();
    assert_eq!(notices, ["The portfolio on disk was kept with contacts; they were deleted from it."]);
    assert_no_contacts(&place, &store);
    let kept = store.customer("1").unwrap().unwrap();
    assert_eq!(kept.record.as_ref().unwrap().0.contacts, []);
    assert!(kept.subscriptions.is_some() && kept.orders.is_some(), "everything else stays");
    fill(&mut store);
    assert_no_contacts(&place, &store);
}

#[test]
fn a_copy_that_is_to_have_contacts_reads_its_records_again() {
    let place = Place::new();
    let mut store = place.reopen(&identity(), false).unwrap().store;
    fill(&mut store);
    drop(store);
    let OpenedStore { mut store, notices } = place.reopen(&identity(), true).unwrap();
    assert_eq!(notices, ["The portfolio on disk was kept without contacts; every record is read again."]);
    let known = store.completeness().unwrap();
    assert_eq!((known.customers, known.records, known.subscriptions), (1, 0, 1));
    fill(&mut store);
    let facts = entries(&store)[0].record.clone().unwrap();
    assert_eq!(facts.emails, [EMAIL]);
    let of_another_record = [format!("1 contacts: - > {EMAIL}")];
    assert_eq!(changes(&store), of_another_record, "those of the first record are no news");
}

#[test]
fn prices_are_never_stored() {
    let place = Place::new();
    let mut store = place.open();
    fill(&mut store);
    let raw = raw(&store);
    for price in ["4711.25", "1234.75", "artnerPrice", "pricing"] {
        assert!(!raw.contains(price), "{price} in {raw}");
    }
    let (orders, at) = store.customer("1").unwrap().unwrap().orders.unwrap();
    assert_eq!((orders.items[0].line_items[0].quantity, at), (Some(3), noon()));
}

#[test]
fn forgetting_overwrites_and_deletes_every_file() {
    let place = Place::new();
    let mut store = place.open();
    fill(&mut store);
    let busy = PortfolioStore::forget(&place.folder).unwrap_err();
    assert!(matches!(busy, StoreError::Busy(Some(_))), "{busy:?}");
    drop(store);
    // A reader that was killed leaves its files, and damaged ones were set aside.
    for name in ["portfolio.sqlite-wal", "portfolio.sqlite-shm", "history.sqlite.set-aside-20260101-000000"] {
        fs::write(place.path(name), format!("{EMAIL} {NAME}").repeat(5000)).unwrap();
    }
    let names = place.names();
    let links: Vec<PathBuf> = names
        .iter()
        .map(|name| {
            let link = place.root.path().join(name);
            fs::hard_link(place.path(name), &link).unwrap();
            link
        })
        .collect();
    assert_eq!(PortfolioStore::files(&place.folder).unwrap().len(), names.len());
    let mut forgotten = PortfolioStore::forget(&place.folder).unwrap();
    forgotten.sort();
    assert_eq!(forgotten, names.iter().map(|name| place.path(name)).collect::<Vec<_>>());
    assert!(!place.folder.exists());
    for link in links.iter().filter(|link| !link.ends_with("sync.lock")) {
        let bytes = fs::read(link).unwrap();
        assert!(!bytes.is_empty() && bytes.iter().all(|byte| *byte == 0), "{}", link.display());
    }
    assert_eq!(ids(&place.open()), Vec::<String>::new(), "and a new one can be begun");
}

#[test]
fn forgetting_leaves_the_files_of_others() {
    let place = Place::new();
    place.fill(&["1"]);
    fs::write(place.path("notes.txt"), "mine").unwrap();
    PortfolioStore::forget(&place.folder).unwrap();
    assert_eq!(place.names(), ["notes.txt"]);
}

#[test]
fn forgetting_does_not_wait_for_readers_which_then_find_nothing() {
    let place = Place::new();
    let mut store = place.open();
    fill(&mut store);
    let reader = PortfolioStore::open_to_read(&place.folder, None).unwrap();
    assert_eq!(ids(&reader), ["1"]);
    drop(store);
    PortfolioStore::forget(&place.folder).unwrap();
    assert!(!place.folder.exists());
    let mut found = Vec::new();
    let outcome = reader.entries(|entry| found.push(entry.customer_id));
    assert!(outcome.is_err() || found.is_empty(), "{found:?}");
    let missing = PortfolioStore::open_to_read(&place.folder, None).unwrap_err();
    assert!(matches!(missing, StoreError::Missing), "{missing:?}");
}
