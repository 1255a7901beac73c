//! What a call waits for, as data for whoever waits with it.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// What a call waits for at the moment, besides an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// Why.
    pub waiting: Waiting,
    /// How long from now.
    pub time: Duration,
}

/// Why a call waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// Something failed that may work the next time.
    Retry {
        /// Which retry comes next, from 1.
        number: u32,
        /// How many there are at most.
        of: u32,
        /// What failed, in words.
        because: String,
    },
    /// The server asked for a pause because of another request.
    Pause,
}

/// How much somebody waits for a call. It can become more urgent while it runs; clones are the same call's.
#[derive(Debug, Clone)]
pub struct Urgency(Arc<AtomicBool>);

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

    pub(super) fn is_now(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// Hears what a call waits for; nothing once it goes on.
type Listener = Arc<dyn Fn(Option<Wait>) + Send + Sync>;

/// How a call is made: how urgent it is, and who hears of its waits.
#[derive(Clone)]
pub(in crate::api) struct Manner {
    pub(in crate::api) urgency: Urgency,
    pub(in crate::api) listener: Option<Listener>,
}

impl Default for Manner {
    fn default() -> Self {
        Self { urgency: Urgency::now(), listener: None }
    }
}

impl fmt::Debug for Manner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Manner").field("urgency", &self.urgency).finish_non_exhaustive()
    }
}

/// Tells a listener, where there is one.
pub(in crate::api) fn say(manner: &Manner, wait: Option<Wait>) {
    if let Some(listener) = &manner.listener {
        listener(wait);
    }
}
