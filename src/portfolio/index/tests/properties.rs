//! The index against a plain search.

use proptest::prelude::*;

use super::{
    super::{FACET_FIELDS, PortfolioIndex, SortColumn, SortKey},
    generate::{entries, query, sort},
    naive,
};
use crate::{
    model::{AsOf, AutoChanged},
    portfolio::{
        entry::Entry,
        query::{Condition, Field, Query},
    },
};

proptest! {
    #[test]
    fn a_search_finds_what_a_plain_search_finds(entries in entries(), query in query(), sort in sort()) {
        let index = PortfolioIndex::new(entries.clone());
        let (rows, unknown) = naive::search(&entries, &query, &sort);
        let found = index.search(&query, &sort, 0..usize::MAX);
        prop_assert_eq!((&found.rows, found.total, found.unknown), (&rows, rows.len(), unknown));
        for range in [0..1, 2..5, rows.len()..9, 1_000..2_000] {
            let page = index.search(&query, &sort, range.clone()).rows;
            prop_assert_eq!(page, rows.iter().copied().take(range.end).skip(range.start).collect::<Vec<_>>());
        }
    }

    #[test]
    fn entries_come_back_as_they_were(entries in entries()) {
        let index = PortfolioIndex::new(entries.clone());
        for (row, entry) in entries.iter().enumerate() {
            let row = u32::try_from(row).unwrap();
            let view = index.view(row).unwrap();
            prop_assert_eq!(view.to_entry(), without_separators(entry));
            prop_assert!(index.find_key(&entry.customer_id).contains(&row));
            prop_assert_eq!(index.row_of(&entry.customer_id), Some(row));
        }
    }

    #[test]
    fn facets_count_without_the_terms_of_their_field(entries in entries(), query in query()) {
        let index = PortfolioIndex::new(entries.clone());
        let facets = index.facets(&query);
        prop_assert_eq!(facets.iter().map(|facet| facet.field).collect::<Vec<_>>(), FACET_FIELDS);
        for facet in facets {
            let others = query.terms.iter().filter(
                |term| !matches!(term.condition, Condition::Field(field, _) if field == facet.field)
            );
            let (rows, _) = naive::search(&entries, &Query { terms: others.cloned().collect(), as_of: query.as_of }, &[]);
            for (value, count) in &facet.values {
                let has = |row: &&u32| values(&entries[**row as usize], facet.field, query.as_of).contains(value);
                prop_assert_eq!(rows.iter().filter(has).count(), *count, "{:?} {}", facet.field, value);
            }
            let mut all: Vec<String> =
                rows.iter().flat_map(|row| values(&entries[*row as usize], facet.field, query.as_of)).collect();
            all.sort_unstable();
            all.dedup();
            let kept = if facet.field == Field::Product { all.len().min(20) } else { all.len() };
            prop_assert_eq!(facet.values.len(), kept);
            prop_assert!(facet.values.is_sorted_by_key(|(value, count)| (usize::MAX - count, value.clone())));
        }
    }

    #[test]
    fn unsorted_rows_are_counted(entries in entries(), query in query()) {
        let index = PortfolioIndex::new(entries.clone());
        for column in [SortColumn::Name, SortColumn::Country, SortColumn::Email, SortColumn::Seats, SortColumn::ToOrder, SortColumn::Returnable, SortColumn::RenewalFailed, SortColumn::AutoChanged] {
            let found = index.search(&query, &[SortKey::ascending(column)], 0..usize::MAX);
            let is_unsorted = |row: &&u32| {
                let entry = &entries[**row as usize];
                match column {
                    SortColumn::Name => false,
                    SortColumn::Seats => entry.subscriptions.is_none(),
                    SortColumn::ToOrder => entry.to_order.is_none(),
                    SortColumn::AutoChanged => entry.auto_changed == AutoChanged::Unknown,
                    SortColumn::RenewalFailed => !naive::knows_orders(entry, query.as_of.today),
                    SortColumn::Returnable => naive::returns_on(entry, query.as_of.today).is_none(),
                    _ => entry.record.is_none(),
                }
            };
            let unsorted = found.rows.iter().filter(is_unsorted).count();
            prop_assert_eq!(found.unsorted, unsorted, "{:?}", column);
        }
    }
}

/// Returns an entry without the characters that separate values in the index.
pub(super) fn without_separators(entry: &Entry) -> Entry {
    let plain = |text: &mut String| *text = text.replace(['\u{1e}', '\u{1f}'], "\u{fffd}");
    let mut entry = entry.clone();
    plain(&mut entry.customer_id);
    entry
        .company_name
        .as_mut()
        .into_iter()
        .chain(&mut entry.reference)
        .chain(&mut entry.order_references)
        .chain(entry.note.as_mut().map(|note| &mut note.text))
        .for_each(plain);
    if let Some(record) = &mut entry.record {
        record.contacts.iter_mut().chain(&mut record.emails).for_each(plain);
    }
    if let Some(facts) = &mut entry.subscriptions {
        facts.ids.iter_mut().for_each(plain);
    }
    entry
}

fn values(entry: &Entry, field: Field, as_of: AsOf) -> Vec<String> {
    let record = entry.record.as_ref();
    match field {
        Field::Status => vec![entry.status.code().to_owned()],
        Field::Reseller => vec![entry.reseller_id.clone()],
        Field::Segment => record.and_then(|record| record.segment.clone()).into_iter().collect(),
        Field::Country => record.and_then(|record| record.country.clone()).into_iter().collect(),
        Field::CommitmentStatus => {
            record.and_then(|record| record.commitment_status.clone()).into_iter().collect()
        }
        Field::CommitmentRenewal => {
            record.and_then(|record| record.commitment_renewal.clone()).into_iter().collect()
        }
        Field::CommitmentRequest => record
            .into_iter()
            .flat_map(|record| record.commitment_request.iter().chain(&record.commitment_renewal).cloned())
            .collect(),
        Field::Level => record
            .into_iter()
            .flat_map(|record| record.licence_level.iter().chain(&record.consumables_level).cloned())
            .collect(),
        Field::RenewalState => {
            entry.subscriptions.iter().flat_map(|facts| naive::states(&facts.renewal, as_of)).collect()
        }
        _ => entry.subscriptions.as_ref().map(|facts| facts.products.clone()).unwrap_or_default(),
    }
}
