//! Whole lists, read with several requests at once: every customer once, whatever happens meanwhile.

use std::collections::HashSet;

use vipmp::{
    collect::{CustomerPages, Incomplete, KnownRows, List, ListStart, ListStats, Lists, RowKey},
    demo::{DemoOptions, Faults},
    model::{CustomerFilter, CustomerQuery, MAX_LIMIT, Row, SortBy, SortOrder, Status, StatusFilter},
    source::MergedWalk,
};

use crate::setup::{Setup, ids, list_path, options, with_status};

fn all_of(status: &str) -> CustomerQuery {
    with_status(status).sorted(SortBy::CreationDate, SortOrder::Ascending)
}

fn list(setup: &Setup, query: CustomerQuery, ahead: usize) -> List<CustomerPages> {
    List::new(CustomerPages::new(setup.client.clone(), setup.demo.reseller_id(), query), ahead)
}

/// Returns a list that continues after rows that are known.
fn rest(setup: &Setup, query: CustomerQuery, place: &ListStart, seen: &[String]) -> Lists<CustomerPages> {
    let mut lists = Lists::one(list(setup, query, 4).from(place, keys(seen)));
    lists.remember(0, keys(seen));
    lists
}

fn id(row: &Row) -> String {
    row.customer().expect("a customer").customer_id.clone()
}

/// Reads a list to its end, and returns all IDs in order with the statistics.
async fn read(list: List<CustomerPages>) -> (Vec<String>, ListStats) {
    read_rest(Lists::one(list)).await
}

async fn read_rest(mut lists: Lists<CustomerPages>) -> (Vec<String>, ListStats) {
    let mut read = Vec::new();
    while let Some(batch) = lists.next(0).await.unwrap() {
        read.extend(batch.rows.iter().map(id));
    }
    assert_eq!(lists.settle().await.unwrap(), None, "a single list is settled by its walks");
    (read, lists.stats())
}

fn keys(read: &[String]) -> Vec<RowKey> {
    read.iter().cloned().map(RowKey::Id).collect()
}

fn each_once(read: &[String]) -> HashSet<&str> {
    let once: HashSet<&str> = read.iter().map(String::as_str).collect();
    assert_eq!(once.len(), read.len(), "a customer came twice");
    once
}

#[tokio::test]
async fn an_unchanged_list_is_read_in_order_with_few_requests() {
    for customers in [1, 2, 48, 49, 50, 51, 98, 99, 100, 101, 149, 700] {
        let setup = Setup::start(DemoOptions { customers, ..options() }).await;
        for status in Status::LISTED {
            let expected = setup.all(&all_of(status)).await;
            let before = setup.count(&list_path());
            let (read, stats) = read(list(&setup, all_of(status), 4)).await;
            assert_eq!(read, ids(&expected), "{customers} {status}");
            let rows = expected.len() as u64;
            assert_eq!((stats.rows, stats.total, stats.incomplete), (rows, Some(rows), None));
            let asked = setup.count(&list_path()) - before;
            // One more request after a full last page: a count that ends there is verified.
            assert_eq!((asked, stats.pages), (rows.saturating_sub(1) / 49 + 1, asked), "{rows} rows");
        }
    }
}

#[tokio::test]
async fn no_customer_is_missed_or_repeated_while_others_come_and_go() {
    for seed in 1..=3 {
        let setup = Setup::start(DemoOptions { customers: 1_307, seed, ..options() }).await;
        let all = setup.all(&all_of("1000")).await;
        let all = ids(&all);
        // The demo lets these come and go, and no others.
        let restless: HashSet<&str> = (0..24).map(|place| all[place * all.len() / 24]).collect();
        let faults: Faults = "500:0.05,reset:0.05,cut:0.02,drift:0.6".parse().unwrap();
        setup.demo.set_faults(faults);
        for (ahead, order) in [(1, SortOrder::Ascending), (8, SortOrder::Descending)] {
            let query = all_of("1000").sorted(SortBy::CreationDate, order);
            let (read, stats) = read(list(&setup, query, ahead)).await;
            let read = each_once(&read);
            let missed: Vec<&str> = all.iter().filter(|id| !read.contains(**id)).copied().collect();
            assert!(missed.iter().all(|id| restless.contains(id)), "{missed:?}");
            assert!(stats.moved, "{stats:?}");
            // A run that happens to see a list without a change is complete.
            assert!(stats.incomplete.is_some() || Some(stats.seen) == stats.total, "{stats:?}");
        }
    }
}

#[tokio::test]
async fn a_list_is_continued_from_any_place() {
    let setup = Setup::start(options()).await;
    let query = all_of("1000").sorted(SortBy::CompanyName, SortOrder::Descending);
    let expected = setup.all(&query).await;
    for stop in [0, 1, 7, 20, 30] {
        let mut first = list(&setup, query.clone(), 4);
        let (mut seen, mut place, mut known) = (Vec::new(), ListStart::default(), KnownRows::default());
        for _ in 0..stop {
            let Some(batch) = first.next(0, &mut known).await.unwrap() else { break };
            seen.extend(batch.rows.iter().map(id));
            place = batch.place;
        }
        drop(first);
        let (rest, stats) = read_rest(rest(&setup, query.clone(), &place, &seen)).await;
        seen.extend(rest);
        assert_eq!(
            (seen, stats.rows),
            (ids(&expected).into_iter().map(str::to_owned).collect(), stats.total.unwrap())
        );
    }
}

#[tokio::test]
async fn a_list_that_changed_between_runs_is_joined_again() {
    let setup = Setup::start(DemoOptions { customers: 1_307, ..options() }).await;
    let all = setup.all(&all_of("1000")).await;
    let all = ids(&all);
    let restless: HashSet<&str> = (0..24).map(|place| all[place * all.len() / 24]).collect();
    let mut first = list(&setup, all_of("1000"), 2);
    let (mut seen, mut place, mut known) = (Vec::new(), ListStart::default(), KnownRows::default());
    for _ in 0..12 {
        let batch = first.next(0, &mut known).await.unwrap().unwrap();
        seen.extend(batch.rows.iter().map(id));
        place = batch.place;
    }
    drop(first);
    // Half of the customers that come and go are gone by now: everything has moved up by many rows.
    setup.demo.set_faults("drift:1".parse().unwrap());
    for _ in 0..30 {
        setup.page(&all_of("1000")).await;
    }
    setup.demo.set_faults(Faults::default());
    let (rest, stats) = read_rest(rest(&setup, all_of("1000"), &place, &seen)).await;
    seen.extend(rest);
    let read = each_once(&seen);
    assert!(all.iter().all(|id| read.contains(id) || restless.contains(id)));
    assert!(stats.incomplete.is_none() && stats.moved, "{stats:?}");
}

#[tokio::test]
async fn an_interrupted_second_walk_is_continued() {
    let setup = Setup::start(DemoOptions { customers: 700, ..options() }).await;
    let all = setup.all(&all_of("1000")).await;
    let all = ids(&all);
    let restless: HashSet<&str> = (0..24).map(|place| all[place * all.len() / 24]).collect();
    setup.demo.set_faults("drift:0.6".parse().unwrap());
    let mut first = list(&setup, all_of("1000"), 2);
    let (mut seen, mut place, mut known) = (Vec::new(), ListStart::default(), KnownRows::default());
    while place.walk == 0 || place.offset < 150 {
        let batch = first.next(0, &mut known).await.unwrap().expect("a list that moved is walked again");
        seen.extend(batch.rows.iter().map(id));
        place = batch.place;
    }
    drop(first);
    setup.demo.set_faults(Faults::default());
    let (rest, stats) = read_rest(rest(&setup, all_of("1000"), &place, &seen)).await;
    seen.extend(rest);
    let read = each_once(&seen);
    assert!(all.iter().all(|id| read.contains(id) || restless.contains(id)));
    assert!(stats.incomplete.is_none() && stats.moved, "{stats:?}");
    assert_eq!(stats.rows, seen.len() as u64);
    assert_eq!(Some(stats.seen), stats.total, "the last walk saw all customers");
}

#[tokio::test]
async fn a_list_read_from_an_offset_is_complete() {
    let setup = Setup::start(options()).await;
    let expected = setup.all(&all_of("1000")).await;
    let total = expected.len() as u64;
    for behind in [0, 1, 60, total - 1, total, total + 1, total * 3] {
        let list = list(&setup, all_of("1000"), 4).from(&ListStart::behind(behind), []);
        let (read, stats) = read(list).await;
        let from = usize::try_from(behind).unwrap().min(expected.len());
        assert_eq!(read, ids(&expected[from..]), "{behind}");
        assert_eq!(stats.incomplete, None, "{behind}");
    }
}

#[tokio::test]
async fn a_count_that_differs_marks_the_list_incomplete() {
    let setup = Setup::start(DemoOptions { customers: 20, ..options() }).await;
    let expected = setup.all(&all_of("1000")).await;
    setup.demo.set_faults("total:1".parse().unwrap());
    let (read, stats) = read(list(&setup, all_of("1000"), 2)).await;
    assert_eq!(read, ids(&expected));
    let (total, met) = (stats.total.unwrap(), expected.len() as u64);
    assert_ne!(total, met);
    assert_eq!(stats.incomplete, Some(Incomplete::Count { total, seen: met }));
}

#[tokio::test]
async fn several_lists_are_merged_as_the_screen_merges_them() {
    let setup = Setup::start(DemoOptions { customers: 400, ..options() }).await;
    for (sort_by, order) in
        [(SortBy::CreationDate, SortOrder::Descending), (SortBy::CompanyName, SortOrder::Ascending)]
    {
        let filter = CustomerFilter {
            status: StatusFilter::All,
            sort_by,
            order,
            page_size: MAX_LIMIT,
            ..CustomerFilter::default()
        };
        let lists = Status::listed().map(|status| (0, list(&setup, filter.query(status, 0).unwrap(), 4)));
        let mut merged = MergedWalk::new(filter.clone(), Box::new(Lists::new(lists)));
        let mut read = Vec::new();
        while let Some(rows) = merged.next().await.unwrap() {
            read.extend(rows.iter().map(id));
        }
        assert_eq!(read, crate::merged::on_screen(&setup, &filter).await);
        let rows = read.len() as u64;
        assert_eq!((merged.stats().rows, merged.stats().total), (rows, Some(rows)));
    }
}
