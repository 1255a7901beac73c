//! The source of the screen: live lists from the API, and queries of the local copy.
//!
//! A filter with a query ([`CustomerFilter::portfolio`]) is answered by the index, without any request; anything else by the
//! API. A record that the API cannot send because it is out of reach comes from the copy, with its age.

mod copy;
mod errors;
mod following;
mod held;
mod list;
mod notes;
mod opening;
mod reach;
mod search;
mod summary;
mod syncing;

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
};

use chrono::{Local, Utc};
use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use super::{
    ChangeFilter, history_doubt,
    index::{FoundRows, PortfolioIndex, SortKey, facet_counts},
    query::Query,
    today,
};
use crate::{
    api::{ApiError, ErrorKind, RequestOptions},
    model::{
        AcquisitionList, AsOf, CHANGE_MARGIN, Customer, CustomerFilter, CustomerHistory, FacetCounts,
        NotificationPage, OrderPage, OrdersRequest, RecordKey, RowsRequest, Status, StatusCounts,
        StatusFilter, SubscriptionList, TodayAnswer,
    },
    source::{CustomerSource, Fetched, HeldCustomer, RowWalk, WalkRequest, Window},
};
use copy::LoadedIndex;
use errors::{blocking, of_store};
use held::id_of;
use opening::Opening;
use reach::Reach;
use search::{complaint, complaint_of_lists, narrow};

pub use copy::{CopyRole, OnChange, OpenedCopy};
pub use notes::FindNotes;
pub use opening::OpenCopy;
pub use syncing::{FindResellers, KnownResellers, SyncPlan};

/// The source of the screen.
pub struct PortfolioSource {
    live: Arc<dyn CustomerSource>,
    copy: Opening,
    on_change: OnChange,
    find_notes: FindNotes,
    reach: Arc<Reach>,
    /// The days between the last change of automatic renewal and the renewal date.
    change_margin: Arc<AtomicU8>,
    /// Is told of the first rows.
    first_rows: Mutex<Option<oneshot::Sender<()>>>,
}

impl fmt::Debug for PortfolioSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PortfolioSource")
            .field("live", &self.live)
            .field("copy", &self.copy.current())
            .finish_non_exhaustive()
    }
}

/// The customers of the copy that a filter finds, in its order.
#[derive(Debug, Clone, Default)]
pub struct FoundCustomers {
    /// Their IDs.
    pub ids: Vec<String>,
    /// What has to be said of the list, if anything has.
    pub complaint: Option<String>,
}

impl PortfolioSource {
    /// Creates a source without notes. The copy is opened when it is first needed; `on_change` is called whenever it has changed.
    pub fn new(live: Arc<dyn CustomerSource>, open: OpenCopy, on_change: OnChange) -> Self {
        let reach = Arc::<Reach>::default();
        let copy = Opening::new(open, Arc::clone(&on_change), Arc::clone(&reach));
        let change_margin = Arc::new(AtomicU8::new(CHANGE_MARGIN));
        let find_notes: FindNotes = Arc::new(|| None);
        Self { live, copy, on_change, find_notes, reach, change_margin, first_rows: Mutex::default() }
    }

    /// Works out renewals with this margin, which may change meanwhile.
    #[must_use]
    pub fn with_change_margin(self, change_margin: Arc<AtomicU8>) -> Self {
        Self { change_margin, ..self }
    }

    /// Returns the day on which the copy is asked now.
    pub fn as_of(&self) -> AsOf {
        AsOf { today: Utc::now().date_naive(), change_margin: self.change_margin.load(Ordering::Relaxed) }
    }

    /// Opens the copy and begins to sync it once the first rows of a live list are here, in a task of its own.
    pub fn open_after_first_rows(self: &Arc<Self>) {
        let (told, first_rows) = oneshot::channel();
        *self.first_rows.lock().unwrap_or_else(PoisonError::into_inner) = Some(told);
        let source = Arc::downgrade(self);
        tokio::spawn(async move {
            // An error means that the account has been left before.
            if first_rows.await.is_ok()
                && let Some(source) = source.upgrade()
                && let Err(error) = source.copy.get().await
            {
                tracing::warn!(%error, "the copy could not be opened early");
            }
        });
    }

    /// Returns the customers of the copy that a filter with a query finds.
    ///
    /// # Errors
    /// Fails if the copy cannot be opened or read, or if the query is none.
    pub async fn find(&self, filter: CustomerFilter) -> Result<FoundCustomers, ApiError> {
        let copy = self.copy.get().await?;
        let LoadedIndex { index, held, .. } = copy.loaded().await?;
        let query = filter_query(&filter, self.as_of())?;
        let troubles = copy.state.troubles();
        blocking(move || {
            let found = index.search(&query, &SortKey::all_of(&filter), 0..usize::MAX);
            let complaint = complaint(troubles, &index, &query, &found, &held);
            FoundCustomers { ids: ids_of(&index, &found), complaint }
        })
        .await
    }

    /// Counts the values of some fields among the customers of the copy that a filter with a query finds.
    ///
    /// # Errors
    /// Fails if the copy cannot be opened or read, or if the query is none.
    pub async fn facets(&self, filter: CustomerFilter) -> Result<Vec<FacetCounts>, ApiError> {
        let LoadedIndex { index, .. } = self.copy.get().await?.loaded().await?;
        let query = filter_query(&filter, self.as_of())?;
        blocking(move || facet_counts(&index, &query)).await
    }

    /// Computes the lists of the day over all customers of the copy. With `refresh`, the copy is to be brought up to date, which
    /// changes it later.
    ///
    /// # Errors
    /// Fails if the copy cannot be opened or read.
    pub async fn today(&self, refresh: bool) -> Result<TodayAnswer, ApiError> {
        let copy = self.copy.get().await?;
        if refresh {
            copy.state.ask_for_sync();
        }
        let loaded = copy.loaded().await?;
        let LoadedIndex { index, held, .. } = loaded.clone();
        let (troubles, as_of) = (copy.state.troubles(), self.as_of());
        let coverage = self.coverage(&copy.state, &loaded);
        blocking(move || {
            let figures = today(&index, as_of).map_err(|error| ApiError::internal(&error.to_string()))?;
            Ok(TodayAnswer {
                figures,
                coverage,
                complaint: complaint_of_lists(troubles, &held, history_doubt(&index, as_of)),
            })
        })
        .await?
    }

    /// Returns what the copy holds of these customers, in this order; those that it does not know are left out.
    ///
    /// # Errors
    /// Fails if the copy cannot be opened or read.
    pub async fn held(&self, ids: Vec<String>) -> Result<Vec<HeldCustomer>, ApiError> {
        self.copy.get().await?.customers(ids).await
    }

    /// Returns the IDs of the customers of the copy that have this text as their ID, reference, subscription ID, order ID or
    /// an e-mail address, the surest first.
    ///
    /// # Errors
    /// Fails if the copy cannot be opened or read.
    pub async fn named(&self, text: String) -> Result<Vec<String>, ApiError> {
        let copy = self.copy.get().await?;
        let LoadedIndex { index, .. } = copy.loaded().await?;
        let key = text.clone();
        let mut found = blocking(move || {
            let id = |row: u32| Some(index.view(row)?.customer_id().into_owned());
            index.find_key(&key).into_iter().filter_map(id).collect::<Vec<String>>()
        })
        .await?;
        let of_ids = copy.store.with(move |store| store.customers_by_id(text.trim())).await;
        for id in of_ids.map_err(|error| of_store(&error))? {
            if !found.contains(&id) {
                found.push(id);
            }
        }
        Ok(found)
    }

    /// Notes whether the API was reached. Once it is not, syncs find out when it is again; the screen says either.
    fn note_reach<T>(&self, outcome: &Result<T, ApiError>) {
        let is_offline = matches!(outcome, Err(error) if error.is_unanswered());
        if !self.reach.note(is_offline, outcome.is_ok()) {
            return;
        }
        if let Some(copy) = self.copy.current() {
            // One customer that is slow is no reason to read all lists again.
            if matches!(outcome, Err(error) if error.kind == ErrorKind::Offline) {
                copy.state.ask_for_sync();
            }
            copy.state.renew();
            (self.on_change)();
        }
    }
}

/// Returns the IDs of the customers that were found, in their order.
fn ids_of(index: &PortfolioIndex, found: &FoundRows) -> Vec<String> {
    found.rows.iter().filter_map(|row| Some(index.view(*row)?.customer_id().into_owned())).collect()
}

/// Reads a query.
///
/// # Errors
/// Fails if it is none; what users type is checked before it comes here.
fn read_query(typed: &str, as_of: AsOf) -> Result<Query, ApiError> {
    Query::read(typed, as_of).map_err(|error| ApiError::internal(&error.to_string()))
}

/// Returns the query of a filter, with what the filter chooses beside it.
///
/// # Errors
/// As [`read_query`].
fn filter_query(filter: &CustomerFilter, as_of: AsOf) -> Result<Query, ApiError> {
    let mut query = read_query(filter.portfolio.as_deref().unwrap_or_default(), as_of)?;
    narrow(&mut query, filter);
    Ok(query)
}

impl CustomerSource for PortfolioSource {
    fn rows(&self, request: RowsRequest, options: RequestOptions) -> BoxFuture<'_, Result<Window, ApiError>> {
        Box::pin(async move {
            if request.filter.portfolio.is_some() {
                return self.local_rows(request).await;
            }
            let begun = Local::now();
            let outcome = self.live.rows(request, options).await;
            // Rows of the session's cache say nothing about the API.
            if outcome.as_ref().map_or(true, |window| window.origin.at >= begun) {
                self.note_reach(&outcome);
            }
            if outcome.is_ok()
                && let Some(told) = self.first_rows.lock().unwrap_or_else(PoisonError::into_inner).take()
            {
                let _ = told.send(());
            }
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
            if filter.portfolio.is_none() {
                return self.live.counts(filter, options).await;
            }
            let count = async {
                let LoadedIndex { index, .. } = self.copy.get().await?.loaded().await?;
                let query = read_query(filter.portfolio.as_deref().unwrap_or_default(), self.as_of())?;
                let counted = blocking(move || {
                    let count = |status: StatusFilter| {
                        let mut query = query.clone();
                        narrow(&mut query, &CustomerFilter { status, ..filter.clone() });
                        index.search(&query, &[], 0..0).total as u64
                    };
                    let one = |status: Status| (status.clone(), count(StatusFilter::One(status)));
                    let mut counts: Vec<_> = Status::listed().into_iter().map(one).collect();
                    // Customers of statuses that the API does not list are found by their resellers' lists all the same.
                    let listed: u64 = counts.iter().map(|(_, count)| count).sum();
                    counts.push((Status::new(""), count(StatusFilter::All).saturating_sub(listed)));
                    StatusCounts(counts.into_iter().map(|(status, count)| (status, Ok(count))).collect())
                });
                counted.await
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
            match (&outcome, self.copy.current(), id) {
                (Ok(fresh), Some(copy), _) => {
                    copy.keep_record(&fresh.value).await;
                    outcome
                }
                (Err(error), Some(copy), Some(id)) if error.is_unanswered() => {
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
            match (&outcome, self.copy.current()) {
                (Ok(fresh), Some(copy)) => {
                    copy.keep_subscriptions(customer_id, &fresh.value).await;
                    outcome
                }
                (Err(error), Some(copy)) if error.is_unanswered() => {
                    copy.held_subscriptions(customer_id).await.map_or(outcome, Ok)
                }
                _ => outcome,
            }
        })
    }

    fn changes(&self, customer_id: String) -> BoxFuture<'_, Result<Option<CustomerHistory>, ApiError>> {
        Box::pin(async move {
            let Some(copy) = self.copy.current() else { return Ok(None) };
            let filter = ChangeFilter { customer_id: Some(customer_id), ..ChangeFilter::default() };
            let read = move |store: &mut crate::portfolio::PortfolioStore| {
                Ok(CustomerHistory { changes: store.changes(&filter)?, extent: store.history_extent()? })
            };
            let found = copy.store.with(read).await;
            found.map(Some).map_err(|error| of_store(&error))
        })
    }

    fn orders(
        &self,
        request: OrdersRequest,
        options: RequestOptions,
    ) -> BoxFuture<'_, Result<Fetched<OrderPage>, ApiError>> {
        Box::pin(async move {
            // The rest of a list is of one answer with its beginning.
            let first = match &request {
                OrdersRequest::First { customer_id, since } => Some((customer_id.clone(), *since)),
                _ => None,
            };
            let outcome = self.live.orders(request, options).await;
            self.note_reach(&outcome);
            match (&outcome, self.copy.current(), first) {
                (Ok(fresh), Some(copy), Some((id, Some(since)))) if fresh.value.links.next.is_none() => {
                    copy.keep_orders(id, since, &fresh.value).await;
                    outcome
                }
                (Err(error), Some(copy), Some((id, since))) if error.is_unanswered() => {
                    copy.held_orders(id, since).await.map_or(outcome, Ok)
                }
                _ => outcome,
            }
        })
    }

    fn notifications(
        &self,
        reseller_id: String,
        offset: u64,
        options: RequestOptions,
    ) -> BoxFuture<'_, Result<Fetched<NotificationPage>, ApiError>> {
        self.live.notifications(reseller_id, offset, options)
    }

    fn acquisitions(
        &self,
        key: RecordKey,
        options: RequestOptions,
    ) -> BoxFuture<'_, Result<Fetched<AcquisitionList>, ApiError>> {
        self.live.acquisitions(key, options)
    }
}
