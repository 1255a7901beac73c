//! The four statuses merged into one list, page by page.

use std::{collections::HashMap, sync::Arc};

use vipmp::model::{
    CustomerFilter, CustomerPage, CustomerQuery, CustomerRow, Merged, NamePattern, Need, SortBy, SortOrder,
    Start, Status, StatusFilter, Timestamp, merge,
};

use crate::{
    list::lower,
    setup::{Setup, ids, list_path, options},
};

/// The pages of a session, fetched when they are first needed.
#[derive(Default)]
struct Pages(HashMap<CustomerQuery, Arc<CustomerPage>>);

impl Pages {
    async fn merged(&mut self, setup: &Setup, filter: &CustomerFilter, start: Start) -> Merged {
        loop {
            match merge(filter, start, |query| self.0.get(query).cloned()) {
                Ok(merged) => return merged,
                Err(Need::Chunks(queries)) => {
                    assert!(!queries.is_empty());
                    for query in queries {
                        let page = Arc::new(setup.page(&query).await);
                        assert!(self.0.insert(query, page).is_none(), "what is there is not asked for again");
                    }
                }
                Err(Need::Filter(error)) => panic!("{error}"),
            }
        }
    }
}

fn rows(merged: &Merged) -> impl Iterator<Item = &CustomerRow> {
    merged.rows.iter().map(|(page, place)| page.rows[*place].customer().expect("a customer"))
}

/// Whether `first` may stand before `second`.
fn in_order(first: &CustomerRow, second: &CustomerRow, filter: &CustomerFilter) -> bool {
    let key = |row: &CustomerRow| match filter.sort_by {
        SortBy::CreationDate => (row.creation_date.as_ref().and_then(Timestamp::at), None),
        SortBy::CompanyName => (None, Some(lower(row.company_name.as_deref().unwrap_or_default()))),
    };
    let (first, second) =
        if filter.order == SortOrder::Ascending { (first, second) } else { (second, first) };
    key(first) <= key(second)
}

/// The ids of all merged pages, in the order in which the screen shows them.
pub(crate) async fn on_screen(setup: &Setup, filter: &CustomerFilter) -> Vec<String> {
    let (mut pages, mut start, mut all) = (Pages::default(), Start::default(), Vec::new());
    loop {
        let merged = pages.merged(setup, filter, start).await;
        all.extend(rows(&merged).map(|row| row.customer_id.clone()));
        start = merged.end;
        if !merged.has_more() {
            return all;
        }
    }
}

async fn prove(filter: CustomerFilter) -> usize {
    let setup = Setup::start(options()).await;
    let mut pages = Pages::default();
    let (mut start, mut all) = (Start::default(), Vec::new());
    loop {
        let merged = pages.merged(&setup, &filter, start).await;
        all.extend(rows(&merged).cloned());
        assert!(merged.rows.len() == usize::from(filter.page_size) || !merged.has_more());
        assert_eq!(
            start.cursors.iter().sum::<u64>() + merged.rows.len() as u64,
            merged.end.cursors.iter().sum::<u64>()
        );
        start = merged.end;
        if !merged.has_more() {
            assert_eq!(merged.total(), all.len() as u64);
            break;
        }
    }
    let asked = setup.count(&list_path());
    assert!(all.windows(2).all(|two| in_order(&two[0], &two[1], &filter)), "{filter:?}");
    let mut chunks = 0;
    for status in Status::listed() {
        let own = setup.all(&filter.query(status.clone(), 0).unwrap()).await;
        let shown = all.iter().filter(|row| row.status == status);
        assert_eq!(ids(shown), ids(&own), "{status}: as the server lists them");
        chunks += (own.len() as u64).div_ceil(filter.page_size.into()).max(1);
    }
    assert_eq!(asked, chunks, "each page of each list was asked for once");
    all.len()
}

fn everything(sort_by: SortBy, order: SortOrder, page_size: u8) -> CustomerFilter {
    CustomerFilter { status: StatusFilter::All, sort_by, order, page_size, ..CustomerFilter::default() }
}

#[tokio::test]
async fn merged_pages_are_the_four_lists_newest_first() {
    assert_eq!(prove(everything(SortBy::CreationDate, SortOrder::Descending, 50)).await, 1307);
}

#[tokio::test]
async fn merged_pages_are_the_four_lists_oldest_first() {
    assert_eq!(prove(everything(SortBy::CreationDate, SortOrder::Ascending, 12)).await, 1307);
}

#[tokio::test]
async fn merged_pages_are_the_four_lists_by_name() {
    assert_eq!(prove(everything(SortBy::CompanyName, SortOrder::Ascending, 50)).await, 1307);
    assert_eq!(prove(everything(SortBy::CompanyName, SortOrder::Descending, 31)).await, 1307);
}

#[tokio::test]
async fn merged_pages_of_a_filter_are_the_four_lists_of_that_filter() {
    let filter = CustomerFilter {
        name: NamePattern::parse("*a*"),
        from: "2020-01-01".parse().ok(),
        to: "2026-03-01".parse().ok(),
        ..everything(SortBy::CompanyName, SortOrder::Ascending, 10)
    };
    let count = prove(filter).await;
    assert!((100..1200).contains(&count), "{count}");
}
