//! Options of a call: its urgency, and listeners for its waits and its exchange.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use crate::api::Exchange;

/// A delay before the next request of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// The reason for the delay.
    pub reason: WaitReason,
    /// The length of the delay, from the moment it is reported.
    pub time: Duration,
}

/// The reason for a [`Wait`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WaitReason {
    /// A temporary failure, after which the request is sent again.
    Retry {
        /// The number of the next retry, from 1.
        number: u32,
        /// The maximum number of retries.
        of: u32,
        /// The failure, as a sentence.
        because: String,
    },
    /// A pause that the server asked for in its response to another request.
    Pause,
}

/// A flag that says whether the user is waiting for a call.
///
/// A background call can become a foreground one while it runs. Clones share the flag.
#[derive(Debug, Clone)]
pub struct Urgency(Arc<AtomicBool>);

impl Default for Urgency {
    fn default() -> Self {
        Self::foreground()
    }
}

impl Urgency {
    /// Creates the urgency of a call that the user is waiting for.
    pub fn foreground() -> Self {
        Self(Arc::new(AtomicBool::new(true)))
    }

    /// Creates the urgency of a call that gives way to foreground calls, such as a prefetch.
    pub fn background() -> Self {
        Self(Arc::new(AtomicBool::new(false)))
    }

    /// Makes the call a foreground one.
    pub fn raise(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Returns true if the user is waiting for the call.
    pub fn is_foreground(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// A listener for waits; it gets `None` when the call continues.
type OnWait = Arc<dyn Fn(Option<Wait>) + Send + Sync>;

/// A listener for the last request of a call and its response.
type OnExchange = Arc<dyn Fn(&Exchange) + Send + Sync>;

/// A listener for responses that refuse a request because there were too many.
type OnRateLimit = Arc<dyn Fn() + Send + Sync>;

/// A listener for requests that get no answer.
type OnNoAnswer = Arc<dyn Fn() + Send + Sync>;

/// The urgency of calls, and listeners for their waits and exchanges. Listeners must not block.
#[derive(Clone, Default)]
pub struct RequestOptions {
    urgency: Urgency,
    on_wait: Option<OnWait>,
    on_exchange: Option<OnExchange>,
    on_rate_limit: Option<OnRateLimit>,
    on_no_answer: Option<OnNoAnswer>,
}

impl RequestOptions {
    /// Creates options with this urgency and no listeners.
    pub fn new(urgency: Urgency) -> Self {
        Self { urgency, ..Self::default() }
    }

    /// Adds a listener for waits; it gets `None` when the call continues.
    #[must_use]
    pub fn on_wait(mut self, listener: impl Fn(Option<Wait>) + Send + Sync + 'static) -> Self {
        self.on_wait = Some(Arc::new(listener));
        self
    }

    /// Adds a listener for the last exchange of a call, whether it succeeded or failed.
    #[must_use]
    pub fn on_exchange(mut self, listener: impl Fn(&Exchange) + Send + Sync + 'static) -> Self {
        self.on_exchange = Some(Arc::new(listener));
        self
    }

    /// Adds a listener for each 429, also if a retry of the call succeeds.
    #[must_use]
    pub fn on_rate_limit(mut self, listener: impl Fn() + Send + Sync + 'static) -> Self {
        self.on_rate_limit = Some(Arc::new(listener));
        self
    }

    /// Adds a listener for each request that gets no answer and is sent again: the API was out of reach, or did not answer in
    /// time.
    #[must_use]
    pub fn on_no_answer(mut self, listener: impl Fn() + Send + Sync + 'static) -> Self {
        self.on_no_answer = Some(Arc::new(listener));
        self
    }

    /// Returns the urgency, which may change while calls run.
    pub fn urgency(&self) -> &Urgency {
        &self.urgency
    }

    /// Reports a wait, or with `None` its end.
    pub(in crate::api) fn report_wait(&self, wait: Option<Wait>) {
        if let Some(listener) = &self.on_wait {
            listener(wait);
        }
    }

    /// Reports a 429.
    pub(in crate::api) fn report_rate_limit(&self) {
        if let Some(listener) = &self.on_rate_limit {
            listener();
        }
    }

    /// Reports a request without an answer.
    pub(in crate::api) fn report_no_answer(&self) {
        if let Some(listener) = &self.on_no_answer {
            listener();
        }
    }

    /// Reports the last exchange of a call, if it had one.
    pub(in crate::api) fn report_exchange(&self, exchange: Option<&Exchange>) {
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
