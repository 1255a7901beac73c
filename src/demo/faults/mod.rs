//! Injected faults: what can go wrong in networks, gateways and servers, each with a probability.
//!
//! `kinds` is the table, `spec` reads the probabilities, `plan` draws the faults of each request, and `inject` applies
//! them: `answers` makes error responses, `damage` damages good ones, and `connection` resets connections. Customers that
//! come and go, and hostile accounts, are the portfolio's business.

mod answers;
mod connection;
mod damage;
mod inject;
mod kinds;
mod plan;
mod spec;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use tokio::sync::watch;

pub(super) use connection::{Listening, Peer, Switch};
pub(super) use inject::inject;
use kinds::{COUNT, FaultKind};
pub use kinds::{FAULT_KINDS, FaultInfo};
use plan::FaultPlan;
pub use spec::{Faults, FaultsError};

/// The fault injection of one server.
pub(super) struct FaultInjector {
    seed: u64,
    /// The active faults; `None` if nothing goes wrong.
    plan: RwLock<Option<Arc<FaultPlan>>>,
    /// The number of times that each kind has happened.
    counts: Mutex<[u64; COUNT]>,
    /// Signals the end of the server: its sender is dropped then.
    running: watch::Receiver<()>,
}

impl FaultInjector {
    pub(super) fn new(faults: Faults, seed: u64, running: watch::Receiver<()>) -> Self {
        let injector = Self { seed, plan: RwLock::default(), counts: Mutex::default(), running };
        injector.set(faults);
        injector
    }

    /// Replaces the active faults, and counts requests from zero again.
    pub(super) fn set(&self, faults: Faults) {
        let plan = (!faults.is_none()).then(|| Arc::new(FaultPlan::new(faults, self.seed)));
        *self.plan.write().unwrap_or_else(PoisonError::into_inner) = plan;
    }

    /// Returns the number of times that each kind has happened, by name.
    pub(super) fn counts(&self) -> BTreeMap<&'static str, u64> {
        let met = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        FAULT_KINDS.iter().map(|info| info.name).zip(*met).filter(|(_, times)| *times > 0).collect()
    }

    fn plan(&self) -> Option<Arc<FaultPlan>> {
        self.plan.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Counts the hostile accounts of a portfolio.
    pub(super) fn count_hostile(&self, accounts: usize) {
        for _ in 0..accounts {
            self.happened(FaultKind::Hostile);
        }
    }

    fn happened(&self, kind: FaultKind) {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)[kind as usize] += 1;
    }

    /// Waits for the end of the server.
    async fn end(&self) {
        let mut running = self.running.clone();
        while running.changed().await.is_ok() {}
    }
}
