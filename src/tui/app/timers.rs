//! The one moment at which the app wants to be woken next. It is worked out from the state, so that no timer outlives its
//! reason.

use std::time::Duration;

use super::{App, Overlay, table::Age};

/// The time that a wait stays invisible.
pub(crate) const PATIENCE: Duration = Duration::from_millis(150);
/// The time that a spinner shows each of its pictures.
const SPIN: Duration = Duration::from_millis(100);

impl App {
    /// Returns the time when [`super::Message::Wake`] is wanted next, as time since the program started; `None` while nothing moves.
    pub fn next_wake(&self) -> Option<Duration> {
        let typing = self.filter.editing.as_ref().and_then(|editing| editing.apply_at);
        let detail_shown = self.areas().detail.is_some() && self.detail.subject.is_some();
        let rest = self.detail.rest_until.filter(|_| detail_shown || self.awaits_cells());
        let notice = self.notice.as_ref().and_then(|notice| notice.until);
        let spinner = self.waiting_since().map(|since| {
            let visible = since + PATIENCE;
            if self.now.mono < visible { visible } else { self.now.mono + SPIN }
        });
        let testing = self.testing_since().map(|_| self.now.mono + SPIN);
        let age = self.table.age(self.now).and_then(Age::lasts).map(|lasts| self.now.mono + lasts);
        [typing, rest, notice, spinner, testing, age].into_iter().flatten().min()
    }

    /// Since when the user has been waiting for something that is on the screen.
    pub(crate) fn waiting_since(&self) -> Option<Duration> {
        let detail = self.detail.waiting_since.filter(|_| self.areas().detail.is_some());
        self.table.waiting_since.into_iter().chain(detail).min()
    }

    /// Since when the user has been waiting for a step of a profile's test.
    pub(crate) fn testing_since(&self) -> Option<Duration> {
        match &self.overlay {
            Some(Overlay::ProfileForm(form)) => form.checks.since,
            Some(Overlay::Profiles(menu)) => menu.test.as_ref().and_then(|(_, checks)| checks.since),
            _ => None,
        }
    }
}

/// Returns the picture of a spinner after this time.
pub(crate) fn spinner(waited: Duration) -> &'static str {
    const PICTURES: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
    let turn = usize::try_from(waited.as_millis() / SPIN.as_millis()).unwrap_or(0);
    PICTURES[turn % PICTURES.len()]
}
