//! The reason why a call waits, as data for whoever waits with it.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use crate::api::Exchange;

/// The reason why a call waits at the moment, besides an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// The reason.
    pub waiting: Waiting,
    /// The time that from now.
    pub time: Duration,
}

/// The reason why a call waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// Something failed that may work the next time.
    Retry {
        /// The number of the next retry, from 1.
        number: u32,
        /// How many there are at most.
        of: u32,
        /// The failure, in words.
        because: String,
    },
    /// The server asked for a pause because of another request.
    Pause,
}

/// How much somebody waits for a call. It can become more urgent while it runs; clones are the same call's.
#[derive(Debug, Clone)]
pub struct Urgency(Arc<AtomicBool>);

impl Default for Urgency {
    fn default() -> Self {
        Self::now()
    }
}

impl Urgency {
    /// Somebody waits for it.
    pub fn now() -> Self {
        Self(Arc::new(AtomicBool::new(true)))
    }

    /// Nobody waits for it yet: it gives way to what somebody waits for.
    pub fn ahead() -> Self {
        Self(Arc::new(AtomicBool::new(false)))
    }

    /// Somebody waits for it from now on.
    pub fn hurry(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Returns true if somebody waits for it.
    pub fn is_now(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// Hears what a call waits for; nothing once it goes on.
type OnWait = Arc<dyn Fn(Option<Wait>) + Send + Sync>;

/// Hears of the last request of a call and its response.
type OnExchange = Arc<dyn Fn(&Exchange) + Send + Sync>;

/// The priority of calls, and who hears of their waits and exchanges. Listeners must not block.
#[derive(Clone, Default)]
pub struct RequestOptions {
    urgency: Urgency,
    on_wait: Option<OnWait>,
    on_exchange: Option<OnExchange>,
}

impl RequestOptions {
    /// Makes options of this urgency, with nobody listening.
    pub fn new(urgency: Urgency) -> Self {
        Self { urgency, ..Self::default() }
    }

    /// Adds a listener for what a call waits for; it gets `None` when the call goes on.
    #[must_use]
    pub fn on_wait(mut self, listener: impl Fn(Option<Wait>) + Send + Sync + 'static) -> Self {
        self.on_wait = Some(Arc::new(listener));
        self
    }

    /// Adds a listener for the exchange by which a call ended, in success or failure.
    #[must_use]
    pub fn on_exchange(mut self, listener: impl Fn(&Exchange) + Send + Sync + 'static) -> Self {
        self.on_exchange = Some(Arc::new(listener));
        self
    }

    /// Returns the urgency, which may change while calls run.
    pub fn urgency(&self) -> &Urgency {
        &self.urgency
    }

    /// Reports a wait.
    pub(in crate::api) fn waits(&self, wait: Option<Wait>) {
        if let Some(listener) = &self.on_wait {
            listener(wait);
        }
    }

    /// Reports the end of a call.
    pub(in crate::api) fn exchanged(&self, exchange: Option<&Exchange>) {
        if let (Some(listener), Some(exchange)) = (&self.on_exchange, exchange) {
            listener(exchange);
        }
    }
}

impl fmt::Debug for RequestOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestOptions").field("urgency", &self.urgency).finish_non_exhaustive()
    }
}
