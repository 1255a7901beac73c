//! The day on which automatic renewal was last seen to change, from both files.

use std::sync::Arc;

use chrono::NaiveDate;

use super::*;
use crate::{
    model::{AutoChanged, HistoryExtent},
    portfolio::{load_index, query},
};

/// Stores the only subscription of a customer at noon of a day in March.
fn put(store: &mut PortfolioStore, id: &str, is_on: bool, quantity: i64, day: u32) {
    let item = json!({"subscriptionId": format!("s{id}"), "currentQuantity": quantity, "status": "1000",
        "autoRenewal": {"enabled": is_on}});
    let at = at(&format!("2026-03-{day:02}T12:00:00Z"));
    store.put_subscriptions(id, &subscriptions(&[item]), at).unwrap();
}

fn on(day: u32) -> AutoChanged {
    AutoChanged::On(NaiveDate::from_ymd_opt(2026, 3, day).unwrap())
}

/// Returns the days of all customers, which are the same wherever they are read.
fn days(store: &PortfolioStore) -> Vec<AutoChanged> {
    let listed: Vec<AutoChanged> = entries(store).into_iter().map(|entry| entry.auto_changed).collect();
    let one = |id: String| store.customer(&id).unwrap().unwrap().facts.auto_changed;
    let each: Vec<AutoChanged> = ids(store).into_iter().map(one).collect();
    assert_eq!(listed, each);
    listed
}

/// Returns the rows that a query of 31 March finds, how many may match too, and what has to be said.
fn found(store: &PortfolioStore, text: &str) -> (Vec<u32>, usize, Option<String>) {
    let (index, _) = load_index(store, &Arc::default()).unwrap();
    let query = query::parse(text, "2026-03-31".parse().unwrap()).unwrap();
    let found = index.search(&query, &[], 0..9);
    (found.rows, found.unknown, query.history_doubt(index.history()))
}

/// Creates a portfolio of three customers: auto-renewal of the first changed on 5 March, which is in the history, and of the
/// second on 3 March and then on 7 March, which is in the outbox.
fn changed() -> (Place, PortfolioStore) {
    let place = Place::new();
    place.fill(&["1", "2", "3"]);
    let mut store = place.open();
    for id in ["1", "2", "3"] {
        put(&mut store, id, true, 5, 1);
    }
    put(&mut store, "2", false, 5, 3);
    put(&mut store, "1", false, 5, 5);
    put(&mut store, "1", false, 6, 9);
    put(&mut store, "3", true, 7, 9);
    store.flush_changes().unwrap();
    put(&mut store, "2", true, 5, 7);
    (place, store)
}

#[test]
fn the_latest_change_is_known_before_and_after_it_is_moved_to_the_history() {
    let (place, mut store) = changed();
    let expected = [on(5), on(7), AutoChanged::Never];
    assert_eq!(days(&store), expected);
    let reader = PortfolioStore::open_to_read(&place.folder, None).unwrap();
    assert_eq!(days(&reader), expected);
    let before = store.revision().unwrap();
    store.flush_changes().unwrap();
    assert_eq!((days(&store), days(&reader)), (expected.to_vec(), expected.to_vec()));
    assert_eq!(store.revision().unwrap(), before, "an index need not be read again");
    assert_eq!(found(&store, "auto-changed:2026-03-06.."), (vec![1], 0, None));
    assert_eq!(found(&store, "auto-changed:any auto:off"), (vec![0], 0, None));
    assert_eq!(found(&store, "auto-changed:none"), (vec![2], 0, None));
    assert_eq!(found(&store, "turned-off:any"), (vec![0, 1], 0, None));
    assert_eq!(
        found(&store, "turned-off:2026-03-04.."),
        (vec![0], 0, None),
        "the second was switched on again"
    );
    let turned_off = |id: &str| store.customer(id).unwrap().unwrap().facts.turned_off;
    let of_index: Vec<_> = entries(&store).into_iter().map(|entry| entry.turned_off).collect();
    assert_eq!(of_index, [on(5).day(), on(3).day(), None]);
    assert_eq!(["1", "2", "3"].map(turned_off).to_vec(), of_index);
    put(&mut store, "3", false, 7, 31);
    assert_ne!(store.revision().unwrap(), before);
    assert_eq!(found(&store, "auto-changed:0d"), (vec![2], 0, None));
}

#[test]
fn a_copy_that_is_read_again_has_the_changes_of_the_history() {
    let (place, mut store) = changed();
    store.flush_changes().unwrap();
    drop(store);
    std::fs::remove_file(place.path("portfolio.sqlite")).unwrap();
    place.fill(&["1", "2", "3", "4"]);
    let mut store = place.open();
    let unknown = AutoChanged::Unknown;
    assert_eq!(days(&store), [on(5), on(7), unknown, unknown], "no subscriptions have been read yet");
    put(&mut store, "3", true, 7, 31);
    assert_eq!(days(&store), [on(5), on(7), AutoChanged::Never, unknown]);
}

#[test]
fn without_its_history_a_copy_knows_only_what_has_not_been_moved() {
    let ways: [(HistoryExtent, Damage); 3] = [
        (HistoryExtent::Missing, |path| std::fs::remove_file(path).unwrap()),
        (HistoryExtent::Damaged, |path| overwrite(path, 0, b"Not a database at all")),
        (HistoryExtent::OtherAccount, |path| {
            let history = rusqlite::Connection::open(path).unwrap();
            history.execute("UPDATE account SET client = 'client-2'", []).unwrap();
        }),
    ];
    for (extent, lose) in ways {
        let (place, store) = changed();
        drop(store);
        lose(&place.path("history.sqlite"));
        let reader = PortfolioStore::open_to_read(&place.folder, None).unwrap();
        assert_eq!(days(&reader), [AutoChanged::Unknown, on(7), AutoChanged::Unknown], "{extent:?}");
        let doubt = extent.doubt(None);
        assert!(doubt.is_some());
        assert_eq!(found(&reader, "auto-changed:30d"), (vec![1], 2, doubt.clone()), "{extent:?}");
        assert_eq!(found(&reader, "-auto-changed:30d"), (vec![], 2, doubt), "{extent:?}");
        assert_eq!(found(&reader, "changed:30d"), (vec![0, 1, 2], 0, None), "{extent:?}");
    }
}

#[test]
fn a_history_that_was_begun_again_says_since_when_changes_are_known() {
    let (place, store) = changed();
    drop(store);
    std::fs::remove_file(place.path("history.sqlite")).unwrap();
    let store = place.reopen(&identity(), true).unwrap().store;
    assert_eq!(days(&store), [AutoChanged::Never, on(7), AutoChanged::Never]);
    let words = HistoryExtent::Since(noon()).doubt(None);
    assert_eq!(found(&store, "auto-changed:any"), (vec![1], 0, words));
    assert_eq!(found(&store, "auto-changed:2026-03-02.."), (vec![1], 0, None));
}

#[test]
fn damage_that_only_reading_finds_costs_no_more_than_the_days() {
    let place = Place::new();
    let all: Vec<String> = (100..400).map(|number| number.to_string()).collect();
    place.fill(&all.iter().map(String::as_str).collect::<Vec<_>>());
    let mut store = place.open();
    for (id, day) in all.iter().flat_map(|id| [(id, 1), (id, 2)]) {
        put(&mut store, id, day == 1, 5, day);
    }
    store.flush_changes().unwrap();
    drop(store);
    let path = place.path("history.sqlite");
    let pages = usize::try_from(std::fs::metadata(&path).unwrap().len() / 4096).unwrap();
    for page in pages / 3..pages {
        overwrite(&path, page * 4096, &[0xa5; 4096]);
    }
    let reader = PortfolioStore::open_to_read(&place.folder, None).unwrap();
    assert_eq!(reader.history_extent().unwrap(), HistoryExtent::Whole, "it has not been found yet");
    let (_, unknown, doubt) = found(&reader, "auto-changed:none");
    assert!(unknown > 0);
    assert_eq!(doubt, HistoryExtent::Damaged.doubt(None));
    let read = all.iter().filter(|id| reader.customer(id).unwrap().is_some());
    assert_eq!(read.count(), all.len());
}
