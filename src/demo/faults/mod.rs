//! Faults on purpose: what networks, gateways and servers do wrong, as likely as asked for.
//!
//! `kinds` is the table, `spec` reads how likely each kind is, `plan` draws which request meets which fault, `strike` lets
//! it happen: `answers` makes the answers that are none, `spoil` changes those that are, `connection` tears what they
//! come through. Customers that come and go are the portfolio's business.

mod answers;
mod connection;
mod kinds;
mod plan;
mod spec;
mod spoil;
mod strike;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use tokio::sync::watch;

pub(super) use connection::{Listening, Peer, Switch};
use kinds::{COUNT, Kind};
pub use kinds::{FAULT_KINDS, FaultKind};
use plan::Plan;
pub use spec::{Faults, FaultsError};
pub(super) use strike::strike;

/// The faults of one server.
pub(super) struct Machine {
    seed: u64,
    /// The faults in force; none while nothing goes wrong.
    plan: RwLock<Option<Arc<Plan>>>,
    /// The number of times that each kind has happened.
    met: Mutex<[u64; COUNT]>,
    /// Tells the end of the server: its sender is dropped then.
    running: watch::Receiver<()>,
}

impl Machine {
    pub(super) fn new(faults: Faults, seed: u64, running: watch::Receiver<()>) -> Self {
        let machine = Self { seed, plan: RwLock::default(), met: Mutex::default(), running };
        machine.set(faults);
        machine
    }

    /// From now on these faults happen and no others; calls are counted again.
    pub(super) fn set(&self, faults: Faults) {
        let plan = (!faults.is_none()).then(|| Arc::new(Plan::new(faults, self.seed)));
        *self.plan.write().unwrap_or_else(PoisonError::into_inner) = plan;
    }

    /// Returns the number of times that each kind has happened, by name.
    pub(super) fn met(&self) -> BTreeMap<&'static str, u64> {
        let met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        FAULT_KINDS.iter().map(|info| info.name).zip(*met).filter(|(_, times)| *times > 0).collect()
    }

    fn plan(&self) -> Option<Arc<Plan>> {
        self.plan.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn happened(&self, kind: Kind) {
        self.met.lock().unwrap_or_else(PoisonError::into_inner)[kind as usize] += 1;
    }

    /// Waits for the end of the server.
    async fn end(&self) {
        let mut running = self.running.clone();
        while running.changed().await.is_ok() {}
    }
}
