//! Rows of lists, remembered until the next start.

use super::*;
use crate::portfolio::ShownRows;

fn rows(ids: &[&str]) -> ShownRows {
    ShownRows { ids: ids.iter().map(|id| (*id).to_owned()).collect(), total: 52_122 }
}

#[test]
fn the_shown_rows_of_a_list_are_there_after_a_restart_as_they_were_last() {
    let place = Place::new();
    let mut store = place.open();
    assert_eq!(store.shown_rows("all by name").unwrap(), None);
    store.keep_shown_rows("all by name", &rows(&["P1", "P2"])).unwrap();
    store.keep_shown_rows("gone", &rows(&[])).unwrap();
    store.keep_shown_rows("all by name", &rows(&["P3", "\"P,4"])).unwrap();
    drop(store);
    let reader = PortfolioStore::open_to_read(&place.folder, Some(&identity())).unwrap();
    assert_eq!(reader.shown_rows("all by name").unwrap(), Some(rows(&["P3", "\"P,4"])));
    assert_eq!(reader.shown_rows("gone").unwrap(), Some(rows(&[])));
    assert_eq!(reader.shown_rows("all by Name").unwrap(), None);
}

#[test]
fn the_rows_shown_last_are_remembered_and_not_what_was_searched_for() {
    let place = Place::new();
    let mut store = place.open();
    for n in 0..100 {
        store.keep_shown_rows("secret plan", &rows(&["P1"])).unwrap();
        store.keep_shown_rows(&format!("list {n}"), &rows(&["P1"])).unwrap();
    }
    let kept = (0..100).filter(|n| store.shown_rows(&format!("list {n}")).unwrap().is_some());
    assert_eq!(kept.collect::<Vec<_>>(), (88..100).collect::<Vec<_>>());
    assert!(store.shown_rows("secret plan").unwrap().is_some());
    drop(store);
    let bytes = std::fs::read(place.path("portfolio.sqlite")).unwrap();
    assert!(bytes.windows(2).any(|two| two == b"P1"));
    assert!(!bytes.windows(6).any(|six| six == b"secret"));
}

#[test]
fn a_store_in_memory_remembers_nothing() {
    let mut store = PortfolioStore::in_memory(&identity(), true, noon()).unwrap();
    store.keep_shown_rows("all", &rows(&["P1"])).unwrap();
    assert_eq!(store.shown_rows("all").unwrap(), None);
}
