//! Updating an index against building it again.

use std::borrow::Cow;

use proptest::{collection::vec, prelude::*};

use super::{
    super::{PortfolioIndex, SortColumn, SortKey, arena::CHUNK_ROWS},
    generate::{entries, entry, query, sort, text},
    properties::without_separators,
    table::{anywhere, customer},
};
use crate::portfolio::{entry::Entry, query::Query};

proptest! {
    #[test]
    fn an_updated_index_equals_one_built_again(
        entries in entries(), changes in vec(entry(), 1..12), query in query(), sort in sort(), word in text(),
    ) {
        let mut updated = PortfolioIndex::new(entries.clone());
        let mut current = entries;
        for change in changes {
            // What was computed before must not outlive the change.
            updated.search(&query, &sort, 0..3);
            updated.suggest(&word);
            let row = updated.update(&change);
            put(&mut current, change);
            prop_assert_eq!(updated.len(), current.len());
            prop_assert!((row as usize) < current.len());
        }
        let rebuilt = PortfolioIndex::new(current.clone());
        for (row, entry) in (0..).zip(&current) {
            let view = updated.view(row).unwrap();
            prop_assert_eq!(view.to_entry(), without_separators(entry));
            prop_assert_eq!(updated.row_of(&entry.customer_id), Some(row));
        }
        prop_assert_eq!(
            updated.search(&query, &sort, 0..usize::MAX),
            rebuilt.search(&query, &sort, 0..usize::MAX)
        );
        for column in SortColumn::ALL {
            let sort = [SortKey::descending(column)];
            let all = Query::default();
            prop_assert_eq!(updated.search(&all, &sort, 0..99), rebuilt.search(&all, &sort, 0..99), "{:?}", column);
        }
        prop_assert_eq!(updated.facets(&query), rebuilt.facets(&query));
        prop_assert_eq!(updated.suggest(&word), rebuilt.suggest(&word));
        prop_assert_eq!(updated.find_key(&word), rebuilt.find_key(&word));
    }
}

fn put(entries: &mut Vec<Entry>, change: Entry) {
    match entries.iter_mut().find(|entry| entry.customer_id == change.customer_id) {
        Some(entry) => *entry = change,
        None => entries.push(change),
    }
}

#[test]
fn rows_beyond_a_chunk_are_searched_and_updated() {
    // Enough for several threads.
    let count = 70 * CHUNK_ROWS + 5;
    let mut names: Vec<String> = (0..count).map(|n| format!("Customer {}", n % 100)).collect();
    let entry =
        |n: usize, name: &str| Entry { company_name: Some(name.to_owned()), ..customer(&format!("C{n:07}")) };
    let mut index = PortfolioIndex::new(names.iter().enumerate().map(|(n, name)| entry(n, name)).collect());
    for n in [0, CHUNK_ROWS - 1, CHUNK_ROWS, count - 1] {
        "Überraschung mit einem langen Namen".clone_into(&mut names[n]);
        index.update(&entry(n, &names[n]));
    }
    let original = |row: u32| index.view(row).and_then(|view| view.company_name()).map(Cow::into_owned);
    let originals: Vec<_> = (0..u32::try_from(count).unwrap()).filter_map(original).collect();
    assert_eq!(originals, names);
    let search = |text: &str| index.search(&anywhere(text), &[], 0..usize::MAX).rows;
    assert_eq!(search("uberraschung").len(), 4);
    assert_eq!(
        search("customer 7").len(),
        names.iter().filter(|name| name.starts_with("Customer 7")).count()
    );
    assert_eq!(search("c0000042"), [42]);
    let relevant = [SortKey::ascending(SortColumn::Relevance)];
    assert_eq!(index.search(&anywhere("customer 7"), &relevant, 0..3).rows, [7, 107, 207]);
    assert_eq!(index.search(&anywhere("70"), &relevant, 0..1).rows, [70]);
    assert_eq!((index.row_of("C0070005"), index.row_of("c0070005")), (Some(70_005), None));
    assert_eq!(index.find_key("C0070005"), [70_005]);
    assert_eq!(index.search_until(&anywhere("customer"), &[], 0..50, &|| true), None);
    assert_eq!(index.facets_until(&Query::default(), &|| true), None);
}

#[test]
fn the_later_of_two_entries_of_a_customer_is_kept() {
    let entry = |id: &str, name: &str| Entry { company_name: Some(name.to_owned()), ..customer(id) };
    let index = PortfolioIndex::new(vec![
        entry("P2", "first"),
        entry("P1", "one"),
        entry("P2", "second"),
        entry("P2", "third"),
    ]);
    assert_eq!(index.len(), 2);
    let names: Vec<_> =
        (0..2).map(|row| index.view(row).unwrap().company_name().unwrap().into_owned()).collect();
    assert_eq!(names, ["one", "third"]);
}

#[test]
fn ids_that_are_folded_alike_are_of_different_customers() {
    let entry = |id: &str, name: &str| Entry { company_name: Some(name.to_owned()), ..customer(id) };
    let ids = ["ab1", "AB1", "ab\u{ff11}", "Ab\u{1e}1"];
    let mut index = PortfolioIndex::new(ids.iter().map(|id| entry(id, "Acme")).collect());
    assert_eq!(index.len(), ids.len());
    for (row, id) in (0..).zip(ids) {
        assert_eq!(index.row_of(id), Some(row), "{id}");
        assert_eq!(index.find_key(id).len(), ids.len(), "searching finds all of them");
        assert_eq!(index.update(&entry(id, &format!("Acme {row}"))), row);
    }
    assert_eq!(index.row_of("aB1"), None);
    assert_eq!(index.update(&entry("aB1", "Acme")), 4);
    let names: Vec<_> = (0..5).map(|row| index.view(row).unwrap().company_name().unwrap()).collect();
    assert_eq!(names, ["Acme 0", "Acme 1", "Acme 2", "Acme 3", "Acme"]);
}
