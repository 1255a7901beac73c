//! Windows over a server that the test holds.

use std::{collections::HashSet, sync::Mutex};

use chrono::DateTime;
use futures_util::{FutureExt, future::BoxFuture};
use serde_json::json;

use super::*;
use crate::{
    api::{Exchange, Urgency},
    model::{Cursor, SortBy, SortOrder, Status, StatusFilter},
};

/// A server with this many customers of each listed status.
#[derive(Default)]
struct Server {
    sizes: Mutex<[u64; 4]>,
    /// How much time has passed.
    time: Mutex<std::time::Duration>,
    /// Query strings, in the order in which they came.
    asked: Mutex<Vec<String>>,
    /// Parts of query strings that are never answered.
    silent: Mutex<HashSet<String>>,
    /// Parts of query strings whose answers come when they are polled again.
    late: Mutex<HashSet<String>>,
    /// Parts of query strings that fail.
    broken: Mutex<HashSet<String>>,
    /// Parts of query strings whose answers have no totalCount.
    uncounted: Mutex<HashSet<String>>,
}

impl Server {
    fn new(sizes: [u64; 4]) -> Self {
        Self { sizes: Mutex::new(sizes), ..Self::default() }
    }

    fn take_asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

impl PageFetcher for Server {
    fn page<'a>(
        &'a self,
        _: &'a str,
        query: &'a CustomerQuery,
        _: &RequestOptions,
    ) -> BoxFuture<'a, Result<ApiResponse<CustomerPage>, ApiError>> {
        let string = query.query_string();
        let holds = |parts: &Mutex<HashSet<String>>| {
            parts.lock().unwrap().iter().any(|part| string.contains(part.as_str()))
        };
        let (silent, broken, late) = (holds(&self.silent), holds(&self.broken), holds(&self.late));
        let uncounted = holds(&self.uncounted);
        self.asked.lock().unwrap().push(string);
        if silent {
            return std::future::pending().boxed();
        }
        if broken {
            return std::future::ready(Err(ApiError::internal("broken"))).boxed();
        }
        let list = Status::LISTED.iter().position(|code| *code == query.status().code()).unwrap();
        let size = self.sizes.lock().unwrap()[list];
        let end = size.min(query.offset().saturating_add(query.limit().into()));
        let rows: Vec<_> = (query.offset()..end)
            .map(|n| {
                // Later rows of a list that has become longer at its front are the same customers.
                let id = 1_000_000 * (list as u64 + 1) + size - n;
                json!({"customerId": id.to_string(), "companyProfile": {"companyName": format!("{n:05}")}})
            })
            .collect();
        let mut body = json!({"totalCount": size, "accounts": rows});
        if uncounted {
            body["totalCount"] = serde_json::Value::Null;
        }
        let body = body.to_string();
        let value = CustomerPage::from_slice(query.clone(), body.as_bytes()).unwrap();
        async move {
            if late {
                tokio::task::yield_now().await;
            }
            Ok(ApiResponse { value, exchange: Exchange::default() })
        }
        .boxed()
    }

    fn now(&self) -> DateTime<FixedOffset> {
        DateTime::UNIX_EPOCH.fixed_offset() + *self.time.lock().unwrap()
    }
}

fn all(page_size: u8) -> CustomerFilter {
    CustomerFilter {
        status: StatusFilter::All,
        sort_by: SortBy::CompanyName,
        order: SortOrder::Ascending,
        page_size,
        ..CustomerFilter::default()
    }
}

fn active() -> CustomerFilter {
    CustomerFilter { status: StatusFilter::One(Status::active()), ..all(10) }
}

fn request(filter: &CustomerFilter, at: Cursor) -> RowsRequest {
    RowsRequest { filter: filter.clone(), at, refresh: false }
}

/// Reads a window whose pages all arrive.
fn window(rows: &RemoteRows, server: &Server, request: &RowsRequest) -> Window {
    let options = RequestOptions::default();
    rows.window(server, request, &options).now_or_never().expect("an answer").expect("a window")
}

#[test]
fn a_window_of_another_filter_that_ends_late_leaves_no_trace() {
    let server = Server::new([30, 0, 0, 0]);
    let rows = RemoteRows::new("1");
    let (before, after) = (CustomerFilter { page_size: 20, ..active() }, active());
    server.late.lock().unwrap().insert("limit=20".to_owned());
    let (options, first) = (RequestOptions::default(), request(&before, Cursor::Start));
    let mut late = Box::pin(rows.window(&server, &first, &options));
    assert!((&mut late).now_or_never().is_none());
    assert_eq!(window(&rows, &server, &request(&after, Cursor::Start)).rows.len(), 10);
    let late = late.now_or_never().expect("an answer").expect("a window");
    assert_eq!((late.rows.len(), late.first), (20, 0));
    let second = window(&rows, &server, &request(&after, Cursor::Row(10)));
    assert_eq!((second.rows.len(), second.complaint), (10, None), "they were in a window of another filter");
}

#[test]
fn a_window_given_up_halfway_keeps_the_pages_that_arrived() {
    let server = Server::new([30, 30, 30, 30]);
    let rows = RemoteRows::new("1");
    server.silent.lock().unwrap().insert("status=1004".to_owned());
    let request = request(&all(10), Cursor::Start);
    let given_up = rows.window(&server, &request, &RequestOptions::default()).now_or_never();
    assert!(given_up.is_none());
    assert_eq!((server.take_asked().len(), rows.cached_pages()), (4, 3));
    server.silent.lock().unwrap().clear();
    assert_eq!(window(&rows, &server, &request).len(), 10);
    let asked = server.take_asked();
    assert!(asked.len() == 1 && asked[0].contains("status=1004"), "{asked:?}");
}

#[test]
fn a_page_that_fails_fails_the_window_and_keeps_the_others() {
    let server = Server::new([30, 30, 30, 30]);
    let rows = RemoteRows::new("1");
    server.broken.lock().unwrap().insert("status=1026".to_owned());
    let request = request(&all(10), Cursor::Start);
    let failed = rows.window(&server, &request, &RequestOptions::default()).now_or_never().unwrap();
    assert_eq!(failed.unwrap_err().kind, crate::api::ErrorKind::Internal);
    assert_eq!(rows.cached_pages(), 3);
}

#[test]
fn a_refresh_asks_for_everything_again() {
    let server = Server::new([30, 0, 0, 0]);
    let rows = RemoteRows::new("1");
    let first = request(&active(), Cursor::Start);
    window(&rows, &server, &first);
    window(&rows, &server, &first);
    assert_eq!(server.take_asked().len(), 1);
    window(&rows, &server, &RowsRequest { refresh: true, ..first });
    assert_eq!(server.take_asked().len(), 1);
}

#[test]
fn a_page_of_15_minutes_is_fetched_again_when_it_is_shown_again() {
    let server = Server::new([30, 0, 0, 0]);
    let rows = RemoteRows::new("1");
    let first = request(&active(), Cursor::Start);
    window(&rows, &server, &first);
    for (seconds, requests) in [(899, 1), (900, 2), (1_799, 2), (1_800, 3)] {
        *server.time.lock().unwrap() = std::time::Duration::from_secs(seconds);
        window(&rows, &server, &first);
        assert_eq!(server.asked.lock().unwrap().len(), requests, "{seconds} s");
    }
}

#[test]
fn a_total_that_changed_is_reported_with_the_window_that_the_user_waits_for() {
    let server = Server::new([40, 0, 0, 0]);
    let rows = RemoteRows::new("1");
    window(&rows, &server, &request(&active(), Cursor::Start));
    server.sizes.lock().unwrap()[0] = 41;
    let second = request(&active(), Cursor::Row(10));
    let ahead = RequestOptions::new(Urgency::background());
    let fetched_ahead = rows.window(&server, &second, &ahead).now_or_never().unwrap().unwrap();
    assert_eq!(fetched_ahead.news, None);
    let shown = window(&rows, &server, &second);
    let news = shown.news.clone().unwrap();
    assert!(news.contains("40, now 41 Active"), "{news}");
    assert_eq!(window(&rows, &server, &second).news, None, "once");
    assert_eq!(shown.len(), 9, "the customer that moved from the first page is shown there alone");
}

#[test]
fn a_window_beyond_the_end_is_the_last_one_with_a_notice() {
    let server = Server::new([25, 0, 0, 0]);
    let rows = RemoteRows::new("1");
    let shown = window(&rows, &server, &request(&active(), Cursor::Row(90)));
    assert_eq!((shown.at, shown.first, shown.rows.len()), (Cursor::Row(20), 20, 5));
    assert_eq!(shown.news.as_deref(), Some("The list is now shorter. This is its last page."));
}

#[test]
fn a_place_of_another_kind_of_list_is_the_first_page() {
    let server = Server::new([25, 0, 0, 3]);
    let rows = RemoteRows::new("1");
    let merged = window(&rows, &server, &request(&all(10), Cursor::Row(20)));
    assert_eq!((merged.first, merged.total, merged.capabilities.random_access), (0, 28, false));
    let single = window(&rows, &server, &request(&active(), merged.next.unwrap()));
    assert_eq!((single.first, single.total, single.capabilities.random_access), (0, 25, true));
}

#[test]
fn counts_in_a_cached_page_are_not_requested() {
    let server = Server::new([25, 7, 0, 3]);
    let rows = RemoteRows::new("1");
    window(&rows, &server, &request(&active(), Cursor::Start));
    server.take_asked();
    server.broken.lock().unwrap().insert("status=1004".to_owned());
    let options = RequestOptions::default();
    let counts = rows.counts(&server, &active(), &options).now_or_never().unwrap();
    let counts: Vec<Option<u64>> = counts.0.into_iter().map(|(_, count)| count.ok()).collect();
    assert_eq!(counts, [Some(25), Some(7), None, Some(3)]);
    let asked = server.take_asked();
    assert!(asked.len() == 3 && asked.iter().all(|query| query.contains("limit=1&")), "{asked:?}");
}

#[test]
fn a_missing_total_is_not_counted_as_a_number() {
    let server = Server::new([25, 7, 2, 3]);
    let rows = RemoteRows::new("1");
    server.uncounted.lock().unwrap().insert("status=1002".to_owned());
    let counts = rows.counts(&server, &active(), &RequestOptions::default()).now_or_never().unwrap();
    let counts: Vec<Option<u64>> = counts.0.into_iter().map(|(_, count)| count.ok()).collect();
    assert_eq!(counts, [Some(25), None, Some(2), Some(3)]);
}

#[test]
fn customers_of_the_latest_64_pages_are_recognised() {
    let server = Server::new([2_000, 0, 0, 0]);
    let rows = RemoteRows::new("1");
    for page in 0..70 {
        window(&rows, &server, &request(&active(), Cursor::Row(page * 10)));
    }
    // A customer joins at the front: the last row of each page is the first one of the next.
    server.sizes.lock().unwrap()[0] = 2_001;
    for page in [70, 69] {
        let shown = window(&rows, &server, &request(&active(), Cursor::Row(page * 10)));
        assert_eq!(shown.len(), 9, "page {page}");
    }
}

#[test]
fn more_lists_than_the_cache_has_pages_are_merged_with_one_request_each() {
    let server = Server::new([3, 2, 1, 1]);
    let rows = RemoteRows::new("1");
    let resellers = (0..40).map(|n| n.to_string()).collect();
    let filter = CustomerFilter { resellers, ..all(10) };
    let merged = window(&rows, &server, &request(&filter, Cursor::Start));
    assert_eq!(merged.total, 40 * 7);
    assert_eq!(server.take_asked().len(), 160);
    window(&rows, &server, &request(&active(), Cursor::Start));
    assert!(rows.cached_pages() <= 32, "the room is given back");
}

#[test]
fn a_reseller_that_is_named_twice_is_read_once() {
    let server = Server::new([3, 0, 0, 0]);
    let rows = RemoteRows::new("1");
    let filter = CustomerFilter { resellers: vec!["2".to_owned(), "2".to_owned()], ..active() };
    assert_eq!(window(&rows, &server, &request(&filter, Cursor::Start)).total, 3);
}

#[test]
fn places_beyond_the_largest_number_end_on_a_page() {
    use crate::model::{MergeCursor, MergeStart};
    let server = Server::new([25, 1, 1, 1]);
    let rows = RemoteRows::new("1");
    assert_eq!(window(&rows, &server, &request(&active(), Cursor::Row(u64::MAX))).at, Cursor::Row(20));
    for ended in [vec![], vec![Some(u64::MAX); 4]] {
        let start = MergeStart { rows: vec![u64::MAX; 9], ended, ..MergeStart::default() };
        let at = Cursor::Merged(MergeCursor(vec![start]));
        let shown = window(&rows, &server, &request(&all(10), at));
        assert!(shown.is_empty() && shown.next.is_none(), "{shown:?}");
        assert_eq!(shown.origin.at, server.now());
    }
}
