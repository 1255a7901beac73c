//! Filling the portfolio: walks through the lists, then licences pending an order, then records, subscriptions and orders, as
//! far as they are due.
//!
//! Every step is stored as it arrives, so that a sync can be stopped or killed at any point and the next one goes on. A walk
//! through lists that was not ended begins again: its rows would have to be read again in any case, since they may have
//! moved. A customer is marked as gone only after a verified walk of its reseller did not find it and its own record is not
//! there either.

mod acquisitions;
mod budget;
mod details;
mod failed;
mod lists;
mod orders;
mod progress;
mod shared;

use std::sync::Arc;

use chrono::{DateTime, Utc};

pub use budget::RequestBudget;
pub use orders::OrdersScope;
pub use progress::{SyncProgress, SyncStage};
pub use shared::SharedStore;

use super::{Completeness, StoreError, UnreadValue};
use crate::{
    api::{ApiError, ErrorKind, RequestOptions, Service, WaitReason},
    source::CustomerSource,
};

/// The scope of a sync.
#[derive(Debug, Clone)]
pub struct SyncScope {
    /// The resellers: ID, and name if it is known.
    pub resellers: Vec<(String, Option<String>)>,
    /// True if these are all that the account lists: others in the copy are then known to be listed no longer.
    pub is_all: bool,
    /// The orders.
    pub orders: OrdersScope,
}

impl SyncScope {
    /// Returns the IDs of the resellers.
    fn ids(&self) -> Vec<String> {
        self.resellers.iter().map(|(id, _)| id.clone()).collect()
    }
}

/// A sync that is to be run.
#[derive(Debug, Clone)]
pub struct SyncJob {
    /// The source that everything is read from.
    pub source: Arc<dyn CustomerSource>,
    /// The options of its requests.
    pub options: RequestOptions,
    /// The store.
    pub store: SharedStore,
    /// The scope.
    pub scope: SyncScope,
    /// The number of customers that are read at once.
    pub at_once: usize,
    /// The limit of requests per minute; `None` for no limit.
    pub per_minute: Option<u32>,
}

/// The most failures, and the most values that could not be read, that a report lists.
const LISTED: u32 = 10;

/// The outcome of a sync that ran to its end.
#[derive(Debug, Clone, Default)]
pub struct SyncReport {
    /// The extent of what is stored of the synced resellers now.
    pub completeness: Completeness,
    /// The customers that were found to be gone.
    pub gone: u64,
    /// The customers that no list shows although they are there.
    pub unlisted: u64,
    /// The customers that could not be read, each with the reason; the first ones.
    pub failures: Vec<(String, String)>,
    /// The values that were sent but could not be read; the first ones.
    pub unread: Vec<UnreadValue>,
    /// The resellers whose lists could not be read, each with the reason.
    pub unread_resellers: Vec<(String, String)>,
    /// The resellers whose licences to order could not be read this time, each with the reason. Those of an account that may
    /// never read them are not among these.
    pub unread_acquisitions: Vec<(String, String)>,
    /// The reason why the account may read no orders, if that is so. Orders are no part of what makes a copy complete.
    pub refused_orders: Option<String>,
    /// The number of customers that could not be read.
    pub failed: u64,
    /// The number of recorded changes.
    pub changes: u64,
}

impl SyncReport {
    /// Returns true if everything that was to be read was read.
    pub fn is_complete(&self) -> bool {
        self.failed == 0
            && self.unread_resellers.is_empty()
            && self.unread_acquisitions.is_empty()
            && self.completeness.is_complete()
    }

    /// Adds a customer that could not be read.
    fn fail(&mut self, id: &str, reason: &str) {
        self.failed += 1;
        if self.failures.len() < LISTED as usize {
            self.failures.push((id.to_owned(), reason.to_owned()));
        }
    }
}

/// An error that ended a sync early. What was read before is stored.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The source failed.
    #[error("{0}")]
    Api(Box<ApiError>),
    /// The store failed.
    #[error("{0}")]
    PortfolioStore(#[from] StoreError),
}

/// Returns true if an error means that the API knows no such customer. A 404 of something before the API says nothing.
fn says_no_such_customer(error: &ApiError) -> bool {
    error.kind == ErrorKind::NotFound && error.service == Service::Api && error.code.is_some()
}

/// Returns true if everything else would fail in the same way. A server that is slow or busy may be so for one resource.
fn ends_sync(error: &ApiError) -> bool {
    let is_passing = matches!(error.kind, ErrorKind::Timeout | ErrorKind::RateLimited);
    error.service == Service::TokenService || error.is_account_wide() && !is_passing
}

/// Returns true if an error may be the server's as a whole rather than one customer's.
fn may_be_of_server(error: &ApiError) -> bool {
    matches!(error.kind, ErrorKind::Server | ErrorKind::Timeout | ErrorKind::RateLimited)
}

/// Counts failures in a row: after some, the server is taken to be out of order as a whole.
#[derive(Debug, Default)]
struct FailureStreak(u32);

impl FailureStreak {
    /// The failures in a row after which the sync ends.
    const LIMIT: u32 = 20;

    /// Notes the outcome of one customer. Errors that are only this customer's do not count.
    ///
    /// # Errors
    /// Returns the error if it is one too many in a row.
    fn note(&mut self, error: Option<ApiError>) -> Result<(), SyncError> {
        let error = error.filter(may_be_of_server);
        self.0 = if error.is_some() { self.0 + 1 } else { 0 };
        match error.filter(|_| self.0 >= Self::LIMIT) {
            Some(error) => Err(error.into()),
            None => Ok(()),
        }
    }
}

impl From<ApiError> for SyncError {
    fn from(error: ApiError) -> Self {
        Self::Api(Box::new(error))
    }
}

/// Runs a sync. Dropping the future stops it; the next one continues.
///
/// # Errors
/// Fails if the account as a whole cannot be read, or if the store cannot be written.
pub async fn sync(job: SyncJob, progress: Arc<SyncProgress>) -> Result<SyncReport, SyncError> {
    let begun = Utc::now();
    let budget = Arc::new(RequestBudget::new(job.per_minute));
    let (slowing, limiting) = (Arc::clone(&budget), Arc::clone(&budget));
    let (counting, missing) = (Arc::clone(&progress), Arc::clone(&progress));
    let options = job
        .options
        .clone()
        .on_wait(move |wait| {
            if wait.is_some_and(|wait| matches!(wait.reason, WaitReason::Pause)) {
                slowing.slow_down();
            }
        })
        .on_rate_limit(move || limiting.slow_down())
        .on_no_answer(move || missing.add_unanswered())
        .on_exchange(move |exchange| {
            counting.add_requests(exchange.attempts.into());
            if exchange.status.is_some() {
                counting.add_answer();
            }
        });
    let job = SyncJob { options, ..job };
    let before = progress.requests();
    let run = job.store.with(move |store| store.begin_run(begun)).await?;
    let outcome = run_stages(&job, &budget, &progress, begun).await;
    let words = match &outcome {
        Ok(report) if report.is_complete() => "complete",
        Ok(_) => "partial",
        Err(_) => "ended early",
    };
    let requests = progress.requests() - before;
    let closed = job
        .store
        .with(move |store| {
            let moved = store.flush_changes()? as u64;
            store.end_run(run, words, requests, moved, Utc::now())?;
            Ok(moved)
        })
        .await;
    // If the sync has failed, its own error says more.
    let report = outcome?;
    Ok(SyncReport { changes: closed?, ..report })
}

async fn run_stages(
    job: &SyncJob,
    budget: &RequestBudget,
    progress: &SyncProgress,
    begun: DateTime<Utc>,
) -> Result<SyncReport, SyncError> {
    let mut report = SyncReport::default();
    lists::walk_all(job, budget, progress, &mut report).await?;
    acquisitions::read_all(job, budget, progress, &mut report).await?;
    details::read_due(job, budget, progress, begun, &mut report).await?;
    orders::read_orders(job, budget, progress, begun, &mut report).await?;
    let resellers = (!job.scope.is_all).then(|| job.scope.ids());
    (report.completeness, report.unread) = job
        .store
        .with(move |store| {
            let of = resellers.as_deref();
            Ok((store.completeness_of(of)?, store.unread(of, LISTED)?))
        })
        .await?;
    Ok(report)
}
