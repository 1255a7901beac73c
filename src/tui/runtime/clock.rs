//! The clock of the event loop.

use std::time::{Duration, Instant};

use crate::{config::TimeZone, tui::app::Now};

/// The monotonic time since the start, and the wall clock.
pub(super) struct Clock {
    pub(super) start: Instant,
    pub(super) zone: TimeZone,
}

impl Clock {
    /// Returns the time now.
    pub(super) fn now(&self) -> Now {
        Now { mono: self.start.elapsed(), wall: self.zone.now() }
    }

    /// Waits for a moment, or for ever if there is none.
    pub(super) async fn reach(&self, moment: Option<Duration>) {
        match moment {
            Some(moment) => tokio::time::sleep_until((self.start + moment).into()).await,
            None => std::future::pending().await,
        }
    }
}
