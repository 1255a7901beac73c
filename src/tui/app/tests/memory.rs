//! A source that is not the API: rows in memory, sorted by any column, with access to any row.

use std::sync::Arc;

use chrono::DateTime;
use futures_util::{FutureExt, future::BoxFuture};

use crate::{
    api::{ApiError, RequestOptions},
    collect::{Batch, ListStart, ListStats},
    export,
    model::{
        AcquisitionList, Capabilities, Cursor, Customer, CustomerFilter, CustomerPage, CustomerQuery,
        CustomerRow, NotificationPage, OrderPage, OrdersRequest, RecordKey, Row, RowsRequest, SortBy,
        SortOrder, Status, StatusCounts, StatusFilter, SubscriptionList,
    },
    source::{CustomerSource, Fetched, MergedWalk, Origin, RowWalk, WalkList, WalkRequest, Window},
    tui::app::{
        Effect,
        stage::{Stage, rows},
        table::all_columns,
    },
};

/// The columns that the source sorts by.
const DEFAULTS: [&str; 6] = ["company", "reseller-id", "customer-id", "status", "created", "reference"];

fn sort_of(key: &str) -> SortBy {
    all_columns().into_iter().find(|column| column.key == key).unwrap().sort()
}

/// Customers in memory.
#[derive(Debug)]
struct Memory(Vec<Arc<Row>>);

impl Memory {
    fn new() -> Self {
        let all: Vec<_> = [("1000", 130), ("1002", 3), ("1004", 60)]
            .into_iter()
            .flat_map(|(status, count)| rows(status, count))
            .collect();
        let body = serde_json::json!({"accounts": all}).to_string();
        let query = CustomerQuery::new(Status::active(), 50).unwrap();
        let page = CustomerPage::from_slice(query, body.as_bytes()).unwrap();
        Self(page.rows.into_iter().map(Arc::new).collect())
    }

    fn matching(&self, filter: &CustomerFilter) -> Vec<Arc<Row>> {
        let statuses = filter.status.statuses();
        let matches = |row: &&Arc<Row>| row.customer().is_some_and(|row| statuses.contains(&row.status));
        self.0.iter().filter(matches).cloned().collect()
    }
}

/// A walk through lists in memory: all rows of a list at once.
struct MemoryWalk(Vec<Option<Vec<Row>>>, ListStats);

impl RowWalk for MemoryWalk {
    fn lists(&self) -> usize {
        self.0.len()
    }

    fn begin(&mut self, _: usize) {}

    fn next(&mut self, list: usize) -> BoxFuture<'_, Result<Option<Batch<Row>>, ApiError>> {
        let rows = self.0[list].take();
        let batch = rows.map(|rows| Batch { rows, place: ListStart::default() });
        std::future::ready(Ok(batch)).boxed()
    }

    fn is_sent(&self, _: usize) -> bool {
        true
    }

    fn stats_of(&self, _: usize) -> ListStats {
        self.1
    }

    fn stats(&self) -> ListStats {
        self.1
    }

    fn settle(&mut self) -> BoxFuture<'_, Result<Option<(usize, Vec<Row>)>, ApiError>> {
        std::future::ready(Ok(None)).boxed()
    }
}

/// Returns what a row is sorted by.
fn key(row: &CustomerRow, by: SortBy) -> String {
    match by {
        SortBy::CreationDate => row.creation_date.as_ref().map(|at| at.text().to_owned()).unwrap_or_default(),
        SortBy::CompanyName => row.company_name.clone().unwrap_or_default().to_lowercase(),
        SortBy::Column("customer-id") => row.customer_id.clone(),
        SortBy::Column("reference") => row.external_reference_id.clone().unwrap_or_default(),
        SortBy::Column(_) => row.status.code().to_owned(),
    }
}

impl CustomerSource for Memory {
    fn rows(&self, request: RowsRequest, _: RequestOptions) -> BoxFuture<'_, Result<Window, ApiError>> {
        let mut all = self.matching(&request.filter);
        all.sort_by_key(|row| key(row.customer().unwrap(), request.filter.sort_by));
        if request.filter.order == SortOrder::Descending {
            all.reverse();
        }
        let (Cursor::Start | Cursor::Row(_)) = request.at else { panic!("{:?}", request.at) };
        let first = if let Cursor::Row(row) = request.at { row } else { 0 };
        let total = all.len() as u64;
        let size = u64::from(request.filter.page_size);
        let rows = all.into_iter().skip(usize::try_from(first).unwrap()).take(usize::try_from(size).unwrap());
        let sort = DEFAULTS.iter().map(|key| sort_of(key)).collect();
        let window = Window {
            at: Cursor::Row(first),
            first,
            rows: rows.collect(),
            total,
            counts: Vec::new(),
            next: (first + size < total).then_some(Cursor::Row(first + size)),
            capabilities: Capabilities { sort, random_access: true },
            origin: Origin {
                at: DateTime::default(),
                elapsed: std::time::Duration::ZERO,
                exchange: None,
                copy: None,
            },
            coverage: None,
            parts: Vec::new(),
            complaint: None,
            news: None,
            request,
        };
        std::future::ready(Ok(window)).boxed()
    }

    fn walk(&self, request: WalkRequest, _: RequestOptions) -> Box<dyn RowWalk> {
        let of_list = |list: WalkList| {
            let status = StatusFilter::One(list.query.status().clone());
            let rows = self.matching(&CustomerFilter { status, ..CustomerFilter::default() });
            Some(rows.iter().map(|row| (**row).clone()).collect())
        };
        Box::new(MemoryWalk(request.lists.into_iter().map(of_list).collect(), ListStats::default()))
    }

    fn counts(&self, filter: CustomerFilter, _: RequestOptions) -> BoxFuture<'_, StatusCounts<ApiError>> {
        let count = |status: Status| {
            let filter = CustomerFilter { status: StatusFilter::One(status.clone()), ..filter.clone() };
            (status, Ok(self.matching(&filter).len() as u64))
        };
        std::future::ready(StatusCounts(Status::listed().into_iter().map(count).collect())).boxed()
    }

    fn customer(
        &self,
        _: RecordKey,
        _: RequestOptions,
    ) -> BoxFuture<'_, Result<Fetched<Customer>, ApiError>> {
        std::future::ready(Err(ApiError::internal("no records here"))).boxed()
    }

    fn subscriptions(
        &self,
        _: String,
        _: RequestOptions,
    ) -> BoxFuture<'_, Result<Fetched<SubscriptionList>, ApiError>> {
        std::future::ready(Err(ApiError::internal("no subscriptions here"))).boxed()
    }

    fn orders(
        &self,
        _: OrdersRequest,
        _: RequestOptions,
    ) -> BoxFuture<'_, Result<Fetched<OrderPage>, ApiError>> {
        std::future::ready(Err(ApiError::internal("no orders here"))).boxed()
    }

    fn notifications(
        &self,
        _: String,
        _: u64,
        _: RequestOptions,
    ) -> BoxFuture<'_, Result<Fetched<NotificationPage>, ApiError>> {
        std::future::ready(Err(ApiError::internal("no notifications here"))).boxed()
    }

    fn acquisitions(
        &self,
        _: RecordKey,
        _: RequestOptions,
    ) -> BoxFuture<'_, Result<Fetched<AcquisitionList>, ApiError>> {
        std::future::ready(Err(ApiError::internal("no licences here"))).boxed()
    }
}

/// A stage whose rows are in memory, with the first of them on the screen.
fn stage() -> Stage {
    let mut stage = Stage::new(160, 45);
    stage.source = Some(Box::new(Memory::new()));
    stage.settled()
}

fn keys_of(stage: &Stage, by: SortBy) -> Vec<String> {
    let window = stage.app.table.shown().unwrap();
    (0..window.len()).map(|index| key(window.customer(index).unwrap(), by)).collect()
}

#[test]
fn rows_from_memory_are_on_the_screen_with_their_counts() {
    let stage = stage();
    let window = stage.app.table.shown().unwrap();
    assert_eq!((window.len(), window.total, window.origin.exchange.is_none()), (50, 130, true));
    let counts: Vec<Option<u64>> =
        stage.app.table.counts.all.iter().map(|count| count.value().copied()).collect();
    assert_eq!(counts, [Some(130), Some(3), Some(60), Some(0)]);
}

#[test]
fn every_column_sorts_by_key_and_by_click() {
    let mut stage = stage();
    stage.send(crate::tui::app::Message::Resize(200, 45));
    stage.answer().key("0");
    stage.answer();
    let mut seen = Vec::new();
    for _ in 0..DEFAULTS.len() {
        stage.key("s");
        stage.answer();
        let filter = &stage.app.table.filter;
        let (by, mut keys) = (filter.sort_by, keys_of(&stage, filter.sort_by));
        if filter.order == SortOrder::Descending {
            keys.reverse();
        }
        assert!(keys.is_sorted(), "{by:?}: {keys:?}");
        seen.push(by);
    }
    seen.sort_by_key(|by| by.as_param());
    seen.dedup();
    assert_eq!(seen.len(), DEFAULTS.len(), "s reaches every column: {seen:?}");
    let area = stage.app.areas().table.unwrap();
    let reference =
        stage.app.placed_columns(area.width - 2).into_iter().find(|it| it.column.key == "reference").unwrap();
    for order in [SortOrder::Ascending, SortOrder::Descending] {
        stage.click(area.x + 1 + 2 + reference.x, area.y + 1);
        stage.answer();
        let filter = &stage.app.table.filter;
        assert_eq!((filter.sort_by, filter.order), (SortBy::Column("reference"), order));
    }
    let keys = keys_of(&stage, SortBy::Column("reference"));
    assert!(keys.iter().rev().is_sorted(), "{keys:?}");
}

#[test]
fn several_presses_jump_over_pages_in_any_list() {
    let mut stage = stage();
    stage.key("0");
    stage.answer();
    assert_eq!(stage.app.table.shown().unwrap().total, 193);
    stage.keys("] ] ]");
    let pages: Vec<&Effect> =
        stage.pending.iter().filter(|effect| matches!(effect, Effect::LoadRows(..))).collect();
    let [Effect::LoadRows(_, request, _)] = pages[..] else { panic!("{pages:?}") };
    assert_eq!(request.at, Cursor::Row(150), "the pages between are not loaded");
    stage.answer();
    let window = stage.app.table.shown().unwrap();
    assert_eq!((window.first, window.len()), (150, 43));
}

#[test]
fn a_copied_request_is_none_where_none_was_sent() {
    let mut stage = stage();
    stage.keys("Y 7");
    assert!(stage.asked.is_empty(), "{:?}", stage.asked);
    assert_eq!(stage.notice(), "Nothing to copy here: The list request as curl, secrets hidden.");
}

/// Returns the lists of these statuses, of which nothing was read.
fn lists(filter: &CustomerFilter, codes: &[&str]) -> Vec<WalkList> {
    let list = |code: &&str| WalkList::new("1", filter.query(Status::new(*code), 0).unwrap());
    codes.iter().map(list).collect()
}

#[test]
fn commands_walk_through_such_a_source_in_the_order_of_the_filter() {
    let (source, filter) = (Memory::new(), CustomerFilter::default());
    let request = WalkRequest { lists: lists(&filter, &["1000", "1002"]), rows: None, ahead: 1 };
    let mut walk = MergedWalk::new(filter.clone(), source.walk(request, RequestOptions::default()));
    let mut ids = Vec::new();
    while let Some(rows) = walk.next().now_or_never().unwrap().unwrap() {
        ids.extend(rows.iter().filter_map(|row| row.customer()).map(|row| row.customer_id.clone()));
    }
    assert_eq!(ids.len(), 133, "all rows of both lists");
    let distinct: std::collections::HashSet<&String> = ids.iter().collect();
    assert_eq!(distinct.len(), 133);
}

#[tokio::test]
async fn an_export_is_read_from_such_a_source() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("all.jsonl");
    let plan = export::Plan::of(
        &CustomerFilter::default(),
        &[Status::active(), Status::pending()],
        vec!["1".to_owned()],
        "memory",
    );
    let order = export::FetchJob {
        source: Arc::new(Memory::new()),
        options: RequestOptions::default(),
        plan,
        picked: Vec::new(),
        journal: export::journal_of(&file),
        begin: export::ExistingJournal::Fail,
        ahead: 1,
    };
    let fetched = export::fetch_rows(order, Arc::default()).await.unwrap();
    let format = crate::output::Format::Jsonl;
    let columns = crate::output::default_columns(crate::columns::RowSchema::LIST, format);
    export::write(fetched.journal, &file, format, &columns, crate::output::Options::default()).unwrap();
    let ids: Vec<String> = std::fs::read_to_string(&file)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|row| row["customerId"].as_str().unwrap().to_owned())
        .collect();
    let expected: Vec<String> = ["1000", "1002"]
        .into_iter()
        .flat_map(|code| {
            let status = StatusFilter::One(Status::new(code));
            Memory::new().matching(&CustomerFilter { status, ..CustomerFilter::default() })
        })
        .map(|row| row.customer().unwrap().customer_id.clone())
        .collect();
    assert_eq!(ids, expected);
}
