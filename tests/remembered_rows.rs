//! The rows that were shown last: at the next start they are there before the copy has been read.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "what does not come is a failed test")]

use std::{path::Path, sync::Arc};

use chrono::{DateTime, Utc};
use serde_json::json;
use tokio::sync::Notify;
use vipmp::{
    api::{Client, ClientConfig, FixedToken, Network, RequestOptions, Urgency},
    collect::ListStats,
    model::{
        Cursor, CustomerFilter, CustomerPage, CustomerQuery, RowsRequest, SortBy, SortOrder, Status,
        StatusFilter,
    },
    portfolio::{
        CopyRole, FindResellers, Identity, OpenCopy, OpenedCopy, PortfolioSource, PortfolioStore, SyncPlan,
        sync::{OrdersScope, SharedStore, SyncJob, SyncScope},
    },
    source::{CustomerSource, Window, remote::RemoteSource},
};

const RESELLER: &str = "1000396138";

fn noon() -> DateTime<Utc> {
    "2026-11-26T12:00:00Z".parse().unwrap()
}

fn identity() -> Identity {
    Identity::new("client", "https://api.example")
}

/// Adds customers, whose IDs are `P0`, `P1` and so on, to the copy in a folder.
fn fill(folder: &Path, names: &[&str]) {
    let accounts: Vec<_> = names
        .iter()
        .enumerate()
        .map(|(n, name)| {
            json!({
                "customerId": format!("P{n}"), "resellerId": RESELLER, "status": "1000",
                "companyProfile": {"companyName": name}, "creationDate": "2025-08-27T12:57:22Z"
            })
        })
        .collect();
    let count = accounts.len();
    let page = json!({"totalCount": count, "count": count, "offset": 0, "limit": 50, "accounts": accounts});
    let query = CustomerQuery::new(Status::active(), 50).unwrap();
    let page = CustomerPage::from_slice(query, page.to_string().as_bytes()).unwrap();
    let mut store = PortfolioStore::open(folder, &identity(), true, noon()).unwrap().store;
    store.begin_walk(RESELLER, Some("Reseller & Sons"), noon()).unwrap();
    store.add_rows(RESELLER, &page.rows, noon()).unwrap();
    let stats = ListStats { total: Some(count as u64), ..ListStats::default() };
    store.end_walk(RESELLER, stats, 0, noon()).unwrap();
}

/// The source of a screen whose copy is in a folder, and what is told of changes. The API never answers.
fn screen(folder: &Path) -> (PortfolioSource, Arc<Notify>) {
    let config =
        ClientConfig::new("http://127.0.0.1:9/".parse().unwrap(), "client".into(), Network::default());
    let client = Client::new(config, Arc::new(FixedToken::new("token".into()))).unwrap();
    let live: Arc<dyn CustomerSource> = Arc::new(RemoteSource::new(client, RESELLER));
    let (folder, source) = (folder.to_owned(), Arc::clone(&live));
    let open: OpenCopy = Box::new(move || {
        let store = PortfolioStore::open(&folder, &identity(), true, Utc::now()).unwrap().store;
        let store = SharedStore::new(store);
        let job = SyncJob {
            source: Arc::clone(&source),
            options: RequestOptions::new(Urgency::background()),
            store: store.clone(),
            scope: SyncScope { resellers: Vec::new(), is_all: false, orders: OrdersScope::Recent(0) },
            at_once: 1,
            per_minute: None,
        };
        let resellers: FindResellers = Box::new(|| Box::pin(std::future::pending()));
        let role = CopyRole::Writer(Box::new(SyncPlan { job, folder: None, resellers }));
        Box::pin(std::future::ready(Ok(OpenedCopy { store, role, names: Arc::default() })))
    });
    let changed = Arc::new(Notify::new());
    let told = Arc::clone(&changed);
    (PortfolioSource::new(live, open, Arc::new(move || told.notify_one())), changed)
}

fn all() -> CustomerFilter {
    CustomerFilter {
        status: StatusFilter::All,
        sort_by: SortBy::CompanyName,
        order: SortOrder::Ascending,
        portfolio: Some(String::new()),
        ..CustomerFilter::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_of_every_status_are_counted() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("copy");
    fill(&folder, &["Cobalt", "Amber", "Birch"]);
    let file = rusqlite::Connection::open(folder.join("portfolio.sqlite")).unwrap();
    file.execute("UPDATE customer SET status = '1012' WHERE name = 'Amber'", []).unwrap();
    let (source, _) = screen(&folder);
    let counts = source.counts(all(), RequestOptions::new(Urgency::background())).await;
    let counts: Vec<(String, u64)> =
        counts.0.into_iter().map(|(status, count)| (status.code().to_owned(), count.unwrap())).collect();
    assert_eq!(counts.iter().map(|(_, count)| count).sum::<u64>(), 3);
    assert_eq!(counts.first().map(|(code, count)| (code.as_str(), *count)), Some(("1000", 2)));
    assert_eq!(counts.last().map(|(code, count)| (code.as_str(), *count)), Some(("", 1)));
}

async fn rows(source: &PortfolioSource, filter: &CustomerFilter) -> Window {
    rows_at(source, filter, Cursor::Start).await
}

async fn rows_at(source: &PortfolioSource, filter: &CustomerFilter, at: Cursor) -> Window {
    let request = RowsRequest { filter: filter.clone(), at, refresh: false };
    source.rows(request, RequestOptions::new(Urgency::background())).await.unwrap()
}

fn names(window: &Window) -> Vec<&str> {
    window.rows.iter().map(|row| row.customer().unwrap().company_name.as_deref().unwrap()).collect()
}

/// Waits until as many pages are remembered.
async fn wait_for_remembered(folder: &Path, pages: i64) {
    let file = rusqlite::Connection::open(folder.join("portfolio.sqlite")).unwrap();
    let count =
        || -> i64 { file.query_row("SELECT COUNT(*) FROM shown_rows", [], |row| row.get(0)).unwrap() };
    while count() < pages {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_begins_with_the_rows_that_it_had_last_until_it_has_been_read() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("copy");
    fill(&folder, &["Cobalt", "Amber", "Birch"]);
    let descending = CustomerFilter { order: SortOrder::Descending, ..all() };
    {
        let (source, _) = screen(&folder);
        let first = rows(&source, &all()).await;
        assert!(!first.coverage.as_ref().unwrap().is_from_last_time, "nothing was shown before");
        assert_eq!(names(&first), ["Amber", "Birch", "Cobalt"]);
        wait_for_remembered(&folder, 1).await;
    }
    // Meanwhile another process has read the list again.
    fill(&folder, &["Cobalt", "Zinnia", "Birch", "Ash"]);
    let (source, changed) = screen(&folder);
    let first = rows(&source, &all()).await;
    let coverage = first.coverage.as_ref().unwrap();
    assert!(coverage.is_from_last_time && first.complaint.is_none());
    assert_eq!(coverage.reseller_names[RESELLER], "Reseller & Sons");
    assert_eq!(names(&first), ["Zinnia", "Birch", "Cobalt"], "the order of last time, the names of now");
    assert_eq!((first.total, first.parts.len()), (3, 3));
    changed.notified().await;
    let second = rows(&source, &all()).await;
    assert!(!second.coverage.as_ref().unwrap().is_from_last_time);
    assert_eq!(names(&second), ["Ash", "Birch", "Cobalt", "Zinnia"]);
    let other = rows(&source, &descending).await;
    assert_eq!(names(&other), ["Zinnia", "Cobalt", "Birch", "Ash"]);
    wait_for_remembered(&folder, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_goes_on_where_it_was_left() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("copy");
    fill(&folder, &["Cobalt", "Amber", "Birch", "Ash", "Zinnia"]);
    let two = CustomerFilter { page_size: 2, ..all() };
    {
        let (source, _) = screen(&folder);
        assert_eq!(names(&rows_at(&source, &two, Cursor::Row(2)).await), ["Birch", "Cobalt"]);
        wait_for_remembered(&folder, 1).await;
    }
    let (source, changed) = screen(&folder);
    let window = rows_at(&source, &two, Cursor::Row(2)).await;
    assert!(window.coverage.as_ref().unwrap().is_from_last_time);
    assert_eq!(names(&window), ["Birch", "Cobalt"]);
    assert_eq!((window.first, window.total, window.next), (2, 5, Some(Cursor::Row(4))));
    changed.notified().await;
    let window = rows_at(&source, &two, Cursor::Row(2)).await;
    assert!(!window.coverage.as_ref().unwrap().is_from_last_time);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_was_not_shown_before_is_read_first() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("copy");
    fill(&folder, &["Cobalt", "Amber"]);
    {
        let (source, _) = screen(&folder);
        rows(&source, &all()).await;
        wait_for_remembered(&folder, 1).await;
    }
    let (source, _) = screen(&folder);
    let query = CustomerFilter { portfolio: Some("cob".to_owned()), ..all() };
    let found = rows(&source, &query).await;
    assert!(!found.coverage.as_ref().unwrap().is_from_last_time);
    assert_eq!(names(&found), ["Cobalt"]);
}
