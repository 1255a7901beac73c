//! The notice in the footer: what just happened.

use std::time::Duration;

use super::{lines::Tone, message::Now};

/// The time for which a notice stays in the footer.
const SHOWN: Duration = Duration::from_secs(6);

/// A line in the footer that goes away on its own, or once a key is pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    pub(crate) text: String,
    pub(crate) tone: Tone,
    /// The time at which it goes away, as time since the program started; `None` if only a key removes it.
    pub(crate) until: Option<Duration>,
}

/// The notice that is shown, and the one that waits until nothing else is open.
#[derive(Debug, Default)]
pub(crate) struct Notices {
    shown: Option<Notice>,
    pending: Option<String>,
}

impl Notices {
    /// Returns the notice that is shown.
    pub(crate) fn shown(&self) -> Option<&Notice> {
        self.shown.as_ref()
    }

    /// Says for a while what was done.
    pub(crate) fn note(&mut self, text: impl Into<String>, now: Now) {
        self.say(text, Tone::Good, Some(now));
    }

    /// Says something quietly for a while.
    pub(crate) fn whisper(&mut self, text: impl Into<String>, now: Now) {
        self.say(text, Tone::Dim, Some(now));
    }

    /// Says for a while that something cannot be done.
    pub(crate) fn warn_now(&mut self, text: impl Into<String>, now: Now) {
        self.say(text, Tone::Warn, Some(now));
    }

    /// Warns of something until a key is pressed.
    pub(crate) fn warn(&mut self, text: impl Into<String>) {
        self.say(text, Tone::Warn, None);
    }

    fn say(&mut self, text: impl Into<String>, tone: Tone, from: Option<Now>) {
        self.shown = Some(Notice { text: text.into(), tone, until: from.map(|now| now.mono + SHOWN) });
    }

    /// Keeps a warning until the user is not busy with something else.
    pub(crate) fn warn_later(&mut self, text: impl Into<String>) {
        self.pending = Some(text.into());
    }

    /// Shows the warning that waits, unless it would hide another notice.
    pub(crate) fn show_pending(&mut self) {
        if self.shown.is_none()
            && let Some(text) = self.pending.take()
        {
            self.warn(text);
        }
    }

    /// Removes the notice that is shown; returns true if there was one.
    pub(crate) fn dismiss(&mut self) -> bool {
        self.shown.take().is_some()
    }

    /// Removes the notice whose time is over.
    pub(crate) fn expire(&mut self, now: Now) {
        self.shown.take_if(|notice| notice.until.is_some_and(|until| until <= now.mono));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Now {
        Now { mono: Duration::from_secs(seconds), wall: "2026-11-23T10:00:00+01:00".parse().unwrap() }
    }

    fn text(notices: &Notices) -> Option<&str> {
        notices.shown().map(|notice| notice.text.as_str())
    }

    #[test]
    fn a_notice_expires_and_a_warning_stays_until_it_is_dismissed() {
        let mut notices = Notices::default();
        notices.note("Copied.", at(1));
        notices.expire(at(6));
        assert_eq!(text(&notices), Some("Copied."));
        notices.expire(at(7));
        assert_eq!(text(&notices), None);
        notices.warn("The disk is full.");
        notices.expire(at(1_000));
        assert_eq!(text(&notices), Some("The disk is full."));
        assert!(notices.dismiss());
        assert!(!notices.dismiss());
    }

    #[test]
    fn a_pending_warning_hides_no_other_notice_and_comes_once() {
        let mut notices = Notices::default();
        notices.warn_later("Nothing is remembered.");
        notices.whisper("Demo data.", at(0));
        notices.show_pending();
        assert_eq!(text(&notices), Some("Demo data."));
        notices.dismiss();
        notices.show_pending();
        assert_eq!(text(&notices), Some("Nothing is remembered."));
        notices.dismiss();
        notices.show_pending();
        assert_eq!(text(&notices), None);
    }
}
