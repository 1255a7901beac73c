//! The source of the screen: live lists from the API, and queries of the local copy.
//!
//! A filter with a query ([`CustomerFilter::portfolio`]) is answered by the index, without any request; anything else by the
//! API. A record that the API cannot send because it is out of reach comes from the copy, with its age.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::{DateTime, Local, Utc};
use futures_util::future::BoxFuture;
use tokio::sync::OnceCell;

use super::{
    ChangeFilter, Completeness, StoreError, StoredCustomer,
    index::{FoundRows, IndexBuilder, PortfolioIndex, SortColumn, SortKey},
    query::{Condition, Field, Query, Term, Test, parse},
    sync::{SharedStore, SyncError, SyncJob, SyncProgress, SyncReport, sync},
};
use crate::{
    api::{ApiError, ErrorKind, RequestOptions},
    model::{
        Capabilities, Coverage, Cursor, Customer, CustomerFilter, ObservedChange, OrderPage, OrdersRequest,
        RecordKey, Row, RowsRequest, Status, StatusCounts, StatusFilter, SubscriptionList,
    },
    source::{CopyOrigin, CustomerSource, Fetched, HeldParts, Origin, RowWalk, WalkRequest, Window},
    text,
};

/// The shortest time between two readings of the whole store while it changes.
const REBUILD: Duration = Duration::from_millis(500);
/// Reading the store takes at most one part in this many of the time.
const REBUILD_SHARE: u32 = 10;
/// The time from the end of a sync to the next one while the screen is open.
const RESYNC: Duration = Duration::from_mins(30);
/// The time between two looks at what another process has changed.
const FOLLOW: Duration = Duration::from_secs(2);
/// The time after which the API is tried again when it was out of reach.
const RECONNECT: Duration = Duration::from_secs(30);

/// The way to open the local copy, which is done when it is first needed.
pub type OpenCopy = Box<dyn Fn() -> BoxFuture<'static, Result<OpenedCopy, ApiError>> + Send + Sync>;

/// An opened copy.
#[derive(Debug)]
pub struct OpenedCopy {
    /// The store.
    pub store: SharedStore,
    /// The sync that brings it up to date; `None` if another process does, or if it is only read.
    pub job: Option<SyncJob>,
}

/// Is called when the copy has changed.
pub type OnChange = Arc<dyn Fn() + Send + Sync>;

/// The source of the screen.
pub struct PortfolioSource {
    live: Arc<dyn CustomerSource>,
    open: OpenCopy,
    copy: OnceCell<LocalData>,
    on_change: OnChange,
    offline: Arc<Mutex<Option<DateTime<Utc>>>>,
}

impl fmt::Debug for PortfolioSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PortfolioSource")
            .field("live", &self.live)
            .field("copy", &self.copy)
            .finish_non_exhaustive()
    }
}

/// The local copy, once it is open.
#[derive(Debug)]
struct LocalData {
    store: SharedStore,
    state: Arc<CopyState>,
    /// True if this process brings the copy up to date.
    is_writer: bool,
    /// The task that syncs, or that looks for what another process has changed.
    task: tokio::task::AbortHandle,
    index: tokio::sync::Mutex<Option<LoadedIndex>>,
}

impl Drop for LocalData {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[derive(Debug, Default)]
struct CopyState {
    /// Grows with each change of the store.
    version: AtomicU64,
    /// The version of the last great change, such as the end of a sync: older indexes are not used any more.
    least: AtomicU64,
    /// Wakes the syncing task, because the user wants a sync now.
    wanted: tokio::sync::Notify,
    is_syncing: AtomicBool,
    /// The reason why the last sync ended early.
    failure: RwLock<Option<String>>,
}

/// The index of the store as it was at a version.
#[derive(Debug, Clone)]
struct LoadedIndex {
    version: u64,
    at: Instant,
    /// The time that reading took.
    took: Duration,
    index: Arc<PortfolioIndex>,
    held: Completeness,
}

impl PortfolioSource {
    /// Creates a source. The copy is opened when it is first needed; `on_change` is called whenever it has changed.
    pub fn new(live: Arc<dyn CustomerSource>, open: OpenCopy, on_change: OnChange) -> Self {
        Self { live, open, copy: OnceCell::new(), on_change, offline: Arc::default() }
    }

    async fn copy(&self) -> Result<&LocalData, ApiError> {
        self.copy
            .get_or_try_init(|| async {
                let OpenedCopy { store, job } = (self.open)().await?;
                let state = Arc::new(CopyState::default());
                let is_writer = job.is_some();
                let task = match job {
                    Some(job) => self.begin_sync(job, Arc::clone(&state)),
                    None => self.follow(store.clone(), Arc::clone(&state)),
                };
                Ok(LocalData { store, state, is_writer, task, index: tokio::sync::Mutex::default() })
            })
            .await
    }

    /// Looks for what another process has changed, and says so.
    fn follow(&self, store: SharedStore, state: Arc<CopyState>) -> tokio::task::AbortHandle {
        let on_change = Arc::clone(&self.on_change);
        let task = tokio::spawn(async move {
            let mut known = None;
            loop {
                let version = store.with(|store| store.data_version()).await.ok();
                if known.is_some() && version != known {
                    state.renew();
                    on_change();
                }
                known = version;
                tokio::time::sleep(FOLLOW).await;
            }
        });
        task.abort_handle()
    }

    /// Syncs in the background, again and again, and says so from time to time.
    fn begin_sync(&self, job: SyncJob, state: Arc<CopyState>) -> tokio::task::AbortHandle {
        let (on_change, offline) = (Arc::clone(&self.on_change), Arc::clone(&self.offline));
        state.is_syncing.store(true, Ordering::Release);
        let task = tokio::spawn(async move {
            loop {
                let outcome = sync_once(job.clone(), &state, &on_change).await;
                let is_offline = matches!(&outcome, Err(SyncError::Api(error)) if is_unreachable(error));
                note_reach(&offline, is_offline, outcome.is_ok());
                let failure = outcome.err().map(|error| match error {
                    SyncError::Api(error) => error.user_message().summary,
                    SyncError::PortfolioStore(error) => text::sentence(&error.to_string()),
                });
                *state.failure.write().unwrap_or_else(PoisonError::into_inner) = failure;
                state.is_syncing.store(false, Ordering::Release);
                state.renew();
                on_change();
                tokio::select! {
                    () = tokio::time::sleep(if is_offline { RECONNECT } else { RESYNC }) => {}
                    () = state.wanted.notified() => {}
                }
                state.is_syncing.store(true, Ordering::Release);
                on_change();
            }
        });
        task.abort_handle()
    }

    /// Answers a request for rows from the copy.
    async fn local_rows(&self, request: RowsRequest, typed: &str) -> Result<Window, ApiError> {
        let begun = Instant::now();
        let copy = self.copy().await?;
        if request.refresh {
            copy.state.wanted.notify_waiters();
        }
        let LoadedIndex { index, held, .. } = copy.loaded().await?;
        let mut query =
            parse(typed, Utc::now().date_naive()).map_err(|error| ApiError::internal(&error.to_string()))?;
        narrow(&mut query, &request.filter);
        let first = match request.at {
            Cursor::Row(row) => row,
            Cursor::Start | Cursor::Merged(_) => 0,
        };
        let size = u64::from(request.filter.page_size);
        let sort = SortKey::all_of(&request.filter);
        let search = {
            let (index, query, sort) = (Arc::clone(&index), query.clone(), sort.clone());
            blocking(move || {
                let found = search_page(&index, &query, &sort, first, size);
                if found.1.rows.is_empty() && found.1.total > 0 {
                    // The list has become shorter: its last page.
                    let total = found.1.total as u64;
                    return search_page(&index, &query, &sort, (total - 1) / size.max(1) * size.max(1), size);
                }
                found
            })
        };
        let (first, found) = search.await?;
        let ids: Vec<String> =
            found.rows.iter().filter_map(|row| Some(index.view(*row)?.customer_id().into_owned())).collect();
        let keeps_contacts = held.keeps_contacts;
        let customers = copy.store.with(move |store| {
            let customers = store.customers(&ids)?.into_iter();
            Ok(customers.map(|customer| as_row(customer, keeps_contacts)).collect::<Vec<_>>())
        });
        let (rows, parts): (Vec<_>, Vec<_>) =
            customers.await.map_err(|error| of_store(&error))?.into_iter().unzip();
        let complaint = complaint(copy, &index, &query, &found, &held);
        let total = found.total as u64;
        let after = first + rows.len() as u64;
        let at = match (&request.at, first) {
            (Cursor::Start, 0) => Cursor::Start,
            (_, first) => Cursor::Row(first),
        };
        Ok(Window {
            at,
            first,
            rows,
            parts,
            total,
            counts: Vec::new(),
            next: (after < total && after > first).then_some(Cursor::Row(after)),
            capabilities: capabilities(),
            origin: origin(Utc::now(), begun.elapsed(), keeps_contacts),
            coverage: Some(self.coverage(&copy.state, &held)),
            complaint,
            news: None,
            request,
        })
    }

    fn coverage(&self, state: &CopyState, held: &Completeness) -> Coverage {
        Coverage {
            customers: held.customers,
            detailed: held.records.min(held.subscriptions),
            listed_at: held.listed_at.filter(|_| held.resellers.0 == held.resellers.1),
            oldest_at: held.oldest_at,
            is_syncing: state.is_syncing.load(Ordering::Acquire),
            is_doubtful: !held.doubts.is_empty(),
            offline_since: *self.offline.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Remembers whether the API was reached.
    fn note_reach<T>(&self, outcome: &Result<T, ApiError>) {
        let is_offline = matches!(outcome, Err(error) if is_unreachable(error));
        note_reach(&self.offline, is_offline, outcome.is_ok());
    }
}

/// Runs one sync, and says from time to time that the copy has changed.
async fn sync_once(job: SyncJob, state: &CopyState, on_change: &OnChange) -> Result<SyncReport, SyncError> {
    let mut syncing = std::pin::pin!(sync(job, Arc::new(SyncProgress::default())));
    loop {
        tokio::select! {
            outcome = &mut syncing => return outcome,
            () = tokio::time::sleep(REBUILD) => {
                state.version.fetch_add(1, Ordering::AcqRel);
                on_change();
            }
        }
    }
}

/// Remembers since when the API is out of reach.
fn note_reach(since: &Mutex<Option<DateTime<Utc>>>, is_offline: bool, is_reached: bool) {
    let mut since = since.lock().unwrap_or_else(PoisonError::into_inner);
    match (is_offline, since.is_some()) {
        (true, false) => *since = Some(Utc::now()),
        (false, true) if is_reached => *since = None,
        _ => {}
    }
}

impl CopyState {
    /// Has the index be read again before the next answer.
    fn renew(&self) {
        let version = self.version.fetch_add(1, Ordering::AcqRel) + 1;
        self.least.store(version, Ordering::Release);
    }
}

/// Returns what has to be said of an answer, if anything has.
fn complaint(
    copy: &LocalData,
    index: &PortfolioIndex,
    query: &Query,
    found: &FoundRows,
    held: &Completeness,
) -> Option<String> {
    let customers = |count: usize| text::pluralize(count as u64, "customer", "customers");
    let mut words = Vec::new();
    if !copy.state.is_syncing.load(Ordering::Acquire)
        && let Some(failure) = &*copy.state.failure.read().unwrap_or_else(PoisonError::into_inner)
    {
        words.push(format!("The copy could not be brought up to date. {failure}"));
    }
    for (reseller, doubt) in &held.doubts {
        words.push(format!("Reseller {}: the list may be incomplete: {doubt}.", text::clean(reseller)));
    }
    if !held.keeps_contacts && query.tests_contacts() {
        words.push("Contacts are not kept in this copy.".to_owned());
    }
    if held.unchecked > 0 {
        words.push(format!(
            "{} in no list, and may be gone.",
            text::pluralize(held.unchecked, "customer is", "customers are")
        ));
    }
    if found.unknown > 0 {
        words.push(format!("{} may match too: their details are not known yet.", customers(found.unknown)));
    }
    if found.unsorted > 0 {
        words.push(format!(
            "{} last only because what they are sorted by is not known yet.",
            text::pluralize(found.unsorted as u64, "customer is", "customers are")
        ));
    }
    if found.total == 0 {
        words.extend(suggestions(index, query));
    }
    (!words.is_empty()).then(|| words.join(" "))
}

/// Returns true if the API was not reached at all.
fn is_unreachable(error: &ApiError) -> bool {
    matches!(error.kind, ErrorKind::Offline | ErrorKind::Timeout)
}

impl LocalData {
    /// Returns the index of the store as it is, or as it was a moment ago.
    async fn loaded(&self) -> Result<LoadedIndex, ApiError> {
        let mut loaded = self.index.lock().await;
        let version = self.state.version.load(Ordering::Acquire);
        if let Some(loaded) = &*loaded {
            let is_recent = loaded.at.elapsed() < REBUILD.max(loaded.took * REBUILD_SHARE);
            let is_usable = loaded.version >= self.state.least.load(Ordering::Acquire);
            if loaded.version == version || is_usable && is_recent {
                return Ok(loaded.clone());
            }
        }
        let begun = Instant::now();
        let read = self.store.with(|store| {
            let mut builder = IndexBuilder::default();
            store.entries(|entry| builder.push(&entry))?;
            Ok((builder.finish(), store.completeness()?))
        });
        let (index, held) = read.await.map_err(|error| of_store(&error))?;
        let found =
            LoadedIndex { version, at: Instant::now(), took: begun.elapsed(), index: Arc::new(index), held };
        *loaded = Some(found.clone());
        Ok(found)
    }
}

fn search_page(
    index: &PortfolioIndex,
    query: &Query,
    sort: &[SortKey],
    first: u64,
    size: u64,
) -> (u64, FoundRows) {
    let place = |row: u64| usize::try_from(row).unwrap_or(usize::MAX);
    (first, index.search(query, sort, place(first)..place(first.saturating_add(size))))
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| ApiError::internal(&error.to_string()))
}

/// Returns an error of the store as one that the screen can show.
fn of_store(error: &StoreError) -> ApiError {
    ApiError::internal(&error.to_string())
}

/// Adds what the filter chooses beside its query.
fn narrow(query: &mut Query, filter: &CustomerFilter) {
    let mut add = |field, tests| {
        query.terms.push(Term { is_negated: false, condition: Condition::Field(field, tests) });
    };
    let whole = |text: &str| Test::Text(super::query::TextMatch::Whole, text.to_owned());
    if let StatusFilter::One(status) = &filter.status {
        add(Field::Status, vec![whole(status.code())]);
    }
    if !filter.resellers.is_empty() {
        add(Field::Reseller, filter.resellers.iter().map(|id| whole(id)).collect());
    }
    if filter.from.is_some() || filter.to.is_some() {
        add(Field::Joined, vec![Test::Days(filter.from, filter.to)]);
    }
}

/// Returns what the copy can do: sort by every column that it knows, and start anywhere.
fn capabilities() -> Capabilities {
    let first = [SortColumn::Name, SortColumn::Created];
    let others = SortColumn::ALL.into_iter().filter(|column| !first.contains(column));
    Capabilities {
        sort: first.into_iter().chain(others).map(SortColumn::sort_by).collect(),
        random_access: true,
    }
}

/// Returns the closest words for those that are nowhere.
fn suggestions(index: &PortfolioIndex, query: &Query) -> Vec<String> {
    let mut found = Vec::new();
    for term in &query.terms {
        let Condition::Anywhere(word) = &term.condition else { continue };
        let alone = Query { terms: vec![term.clone()] };
        if term.is_negated || index.search(&alone, &[], 0..1).total > 0 {
            continue;
        }
        let near = index.suggest(word);
        if !near.is_empty() {
            found.push(format!("{} is nowhere: did you mean {}?", text::clean(word), near.join(", ")));
        }
    }
    found
}

impl CustomerSource for PortfolioSource {
    fn rows(&self, request: RowsRequest, options: RequestOptions) -> BoxFuture<'_, Result<Window, ApiError>> {
        Box::pin(async move {
            if let Some(typed) = request.filter.portfolio.clone() {
                return self.local_rows(request, &typed).await;
            }
            let outcome = self.live.rows(request, options).await;
            self.note_reach(&outcome);
            outcome
        })
    }

    fn walk(&self, request: WalkRequest, options: RequestOptions) -> Box<dyn RowWalk> {
        self.live.walk(request, options)
    }

    fn counts(
        &self,
        filter: CustomerFilter,
        options: RequestOptions,
    ) -> BoxFuture<'_, StatusCounts<ApiError>> {
        Box::pin(async move {
            let Some(typed) = &filter.portfolio else { return self.live.counts(filter, options).await };
            let count = async {
                let LoadedIndex { index, .. } = self.copy().await?.loaded().await?;
                let query = parse(typed, Utc::now().date_naive())
                    .map_err(|error| ApiError::internal(&error.to_string()))?;
                let one = |status: Status| {
                    let mut query = query.clone();
                    let chosen =
                        CustomerFilter { status: StatusFilter::One(status.clone()), ..filter.clone() };
                    narrow(&mut query, &chosen);
                    let found = index.search(&query, &[], 0..0);
                    (status, Ok(found.total as u64))
                };
                Ok(StatusCounts(Status::listed().into_iter().map(one).collect()))
            };
            count.await.unwrap_or_else(|error: ApiError| StatusCounts::failed(&error))
        })
    }

    fn customer(
        &self,
        key: RecordKey,
        options: RequestOptions,
    ) -> BoxFuture<'_, Result<Fetched<Customer>, ApiError>> {
        Box::pin(async move {
            let id = id_of(&key);
            let outcome = self.live.customer(key, options).await;
            self.note_reach(&outcome);
            match (&outcome, self.copy.get(), id) {
                (Ok(fresh), Some(copy), _) => {
                    copy.keep_record(&fresh.value).await;
                    outcome
                }
                (Err(error), Some(copy), Some(id)) if is_unreachable(error) => {
                    copy.held_record(id).await.map_or(outcome, Ok)
                }
                _ => outcome,
            }
        })
    }

    fn subscriptions(
        &self,
        customer_id: String,
        options: RequestOptions,
    ) -> BoxFuture<'_, Result<Fetched<SubscriptionList>, ApiError>> {
        Box::pin(async move {
            let outcome = self.live.subscriptions(customer_id.clone(), options).await;
            self.note_reach(&outcome);
            match (&outcome, self.copy.get()) {
                (Ok(fresh), Some(copy)) => {
                    copy.keep_subscriptions(customer_id, &fresh.value).await;
                    outcome
                }
                (Err(error), Some(copy)) if is_unreachable(error) => {
                    copy.held_subscriptions(customer_id).await.map_or(outcome, Ok)
                }
                _ => outcome,
            }
        })
    }

    fn changes(&self, customer_id: String) -> BoxFuture<'_, Result<Option<Vec<ObservedChange>>, ApiError>> {
        Box::pin(async move {
            let Some(copy) = self.copy.get() else { return Ok(None) };
            let filter = ChangeFilter { customer_id: Some(customer_id), ..ChangeFilter::default() };
            let found = copy.store.with(move |store| store.changes(&filter)).await;
            found.map(Some).map_err(|error| of_store(&error))
        })
    }

    fn orders(
        &self,
        request: OrdersRequest,
        options: RequestOptions,
    ) -> BoxFuture<'_, Result<Fetched<OrderPage>, ApiError>> {
        self.live.orders(request, options)
    }
}

/// Returns the customer's ID that a key stands for, as far as it says.
fn id_of(key: &RecordKey) -> Option<String> {
    match key {
        RecordKey::Id(id) => Some(id.clone()),
        RecordKey::Link(link) => link.uri.rsplit('/').next().map(str::to_owned),
    }
}

/// Returns a value of the copy with its age.
fn held<T>((value, at): (T, DateTime<Utc>), keeps_contacts: bool) -> Fetched<T> {
    Fetched { value, origin: origin(at, Duration::ZERO, keeps_contacts) }
}

fn origin(at: DateTime<Utc>, elapsed: Duration, keeps_contacts: bool) -> Origin {
    let copy = Some(CopyOrigin { keeps_contacts });
    Origin { at: at.with_timezone(&Local).fixed_offset(), elapsed, exchange: None, copy }
}

/// Returns a customer as a row of a window, with what is held of it.
fn as_row(customer: StoredCustomer, keeps_contacts: bool) -> (Arc<Row>, HeldParts) {
    let parts = HeldParts {
        record: customer.record.map(|(record, at)| held((Arc::new(record), at), keeps_contacts)),
        subscriptions: customer.subscriptions.map(|(list, at)| held((Arc::new(list), at), keeps_contacts)),
    };
    (Arc::new(customer.row), parts)
}

impl LocalData {
    /// Writes a fresh record back, if the copy is written by this process.
    async fn keep_record(&self, customer: &Customer) {
        let Some(id) = customer.customer_id.clone() else { return };
        let customer = customer.clone();
        self.write(move |store| store.put_record(&id, &customer, Utc::now())).await;
    }

    async fn keep_subscriptions(&self, id: String, list: &SubscriptionList) {
        if list.doubt().is_some() {
            return;
        }
        let list = list.clone();
        self.write(move |store| store.put_subscriptions(&id, &list, Utc::now())).await;
    }

    /// Writes to the copy. What cannot be written stays as old as it is, and is said to be.
    async fn write(
        &self,
        work: impl FnOnce(&mut super::PortfolioStore) -> Result<(), StoreError> + Send + 'static,
    ) {
        if !self.is_writer {
            return;
        }
        match self.store.with(work).await {
            Ok(()) => {
                self.state.version.fetch_add(1, Ordering::AcqRel);
            }
            Err(error) => tracing::warn!(%error, "a fresh answer was not stored"),
        }
    }

    async fn held_record(&self, id: String) -> Option<Fetched<Customer>> {
        let found = self.held(id).await?;
        found.0.record.map(|record| held(record, found.1))
    }

    async fn held_subscriptions(&self, id: String) -> Option<Fetched<SubscriptionList>> {
        let found = self.held(id).await?;
        found.0.subscriptions.map(|list| held(list, found.1))
    }

    /// Returns a stored customer, and whether contacts are kept.
    async fn held(&self, id: String) -> Option<(StoredCustomer, bool)> {
        let read = self.store.with(move |store| Ok((store.customers(&[id])?.pop(), store.keeps_contacts())));
        let (customer, keeps_contacts) = read.await.ok()?;
        Some((customer?, keeps_contacts))
    }
}
