//! The progress of a sync, which others may watch.

use std::{
    fmt,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

/// The stage of a sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SyncStage {
    /// The lists are walked through.
    #[default]
    Lists,
    /// Licences pending an order are read.
    Acquisitions,
    /// Records and subscriptions are read.
    Records,
    /// Orders are read.
    Orders,
}

impl fmt::Display for SyncStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lists => "Lists",
            Self::Acquisitions => "Licences to order",
            Self::Records => "Customers",
            Self::Orders => "Orders",
        })
    }
}

/// The progress of a sync.
#[derive(Debug, Default)]
pub struct SyncProgress {
    stage: Mutex<SyncStage>,
    done: AtomicU64,
    total: AtomicU64,
    requests: AtomicU64,
    answers: AtomicU64,
    unanswered: AtomicU64,
}

impl SyncProgress {
    /// Returns the stage, and what is done of it and in total.
    pub fn current(&self) -> (SyncStage, u64, u64) {
        let stage = *self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        (stage, self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }

    /// Returns the number of requests so far.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Returns the number of answers so far, whatever they say.
    pub fn answers(&self) -> u64 {
        self.answers.load(Ordering::Relaxed)
    }

    /// Returns the number of requests so far that got no answer and were, or will be, sent again.
    pub fn unanswered(&self) -> u64 {
        self.unanswered.load(Ordering::Relaxed)
    }

    pub(super) fn add_unanswered(&self) {
        self.unanswered.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn add_answer(&self) {
        self.answers.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn begin(&self, stage: SyncStage, total: u64) {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = stage;
        self.done.store(0, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    pub(super) fn reach(&self, done: u64, total: u64) {
        self.done.store(done, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    pub(super) fn add(&self, done: u64) {
        self.done.fetch_add(done, Ordering::Relaxed);
    }

    pub(super) fn add_requests(&self, sent: u64) {
        self.requests.fetch_add(sent, Ordering::Relaxed);
    }
}
