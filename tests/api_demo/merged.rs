//! The four statuses merged into one list, page by page.

use vipmp::{
    api::RequestOptions,
    demo::RESELLER_ID,
    model::{
        Cursor, CustomerFilter, CustomerRow, NamePattern, RowsRequest, SortBy, SortOrder, Status,
        StatusFilter, Timestamp,
    },
    source::{CustomerSource as _, Window, remote::RemoteSource},
};

use crate::{
    list::lower,
    setup::{Setup, ids, list_path, options},
};

/// Reads a window and checks that it is as documented.
async fn window(source: &RemoteSource, filter: &CustomerFilter, at: Cursor) -> Window {
    let request = RowsRequest { filter: filter.clone(), at, refresh: false };
    let window = source.rows(request, RequestOptions::default()).await.expect("a window");
    assert_eq!((&window.complaint, &window.news), (&None, &None));
    window
}

fn rows(window: &Window) -> impl Iterator<Item = &CustomerRow> {
    window.rows.iter().map(|row| row.customer().expect("a customer"))
}

/// Returns true if `first` may come before `second`.
fn in_order(first: &CustomerRow, second: &CustomerRow, filter: &CustomerFilter) -> bool {
    let key = |row: &CustomerRow| match filter.sort_by {
        SortBy::CreationDate => (row.creation_date.as_ref().and_then(Timestamp::at), None),
        SortBy::CompanyName => (None, Some(lower(row.company_name.as_deref().unwrap_or_default()))),
        SortBy::Column(key) => panic!("the API does not sort by {key}"),
    };
    let (first, second) =
        if filter.order == SortOrder::Ascending { (first, second) } else { (second, first) };
    key(first) <= key(second)
}

/// Returns the IDs of all merged pages, in the order of the screen.
pub(crate) async fn on_screen(setup: &Setup, filter: &CustomerFilter) -> Vec<String> {
    let source = RemoteSource::new(setup.client.clone(), RESELLER_ID);
    let (mut at, mut all) = (Cursor::Start, Vec::new());
    loop {
        let window = window(&source, filter, at).await;
        all.extend(rows(&window).map(|row| row.customer_id.clone()));
        match window.next {
            Some(next) => at = next,
            None => return all,
        }
    }
}

async fn prove(filter: CustomerFilter) -> usize {
    let setup = Setup::start(options()).await;
    let source = RemoteSource::new(setup.client.clone(), RESELLER_ID);
    let (mut at, mut all) = (Cursor::Start, Vec::new());
    loop {
        let window = window(&source, &filter, at).await;
        assert_eq!(window.first, all.len() as u64);
        all.extend(rows(&window).cloned());
        assert!(window.len() == usize::from(filter.page_size) || window.next.is_none());
        let Some(next) = window.next else {
            assert_eq!(window.total, all.len() as u64);
            break;
        };
        at = next;
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
