//! Whether the API is within reach, and since when it is not.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

/// The time since when the API is out of reach, if it is.
#[derive(Debug, Default)]
pub(super) struct Reach(Mutex<Option<DateTime<Utc>>>);

impl Reach {
    /// Notes whether the API was out of reach, or was reached; returns true if that is new. An answer that says neither
    /// changes nothing.
    pub(super) fn note(&self, is_offline: bool, is_reached: bool) -> bool {
        let mut since = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match (is_offline, since.is_some()) {
            (true, false) => *since = Some(Utc::now()),
            (false, true) if is_reached => *since = None,
            _ => return false,
        }
        true
    }

    /// Returns the time since when the API is out of reach.
    pub(super) fn offline_since(&self) -> Option<DateTime<Utc>> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changes_is_new() {
        let reach = Reach::default();
        assert!(!reach.note(false, true));
        assert!(reach.note(true, false));
        let since = reach.offline_since();
        assert!(since.is_some() && !reach.note(true, false));
        assert!(!reach.note(false, false), "an error of the API itself says nothing");
        assert_eq!(reach.offline_since(), since);
        assert!(reach.note(false, true));
        assert_eq!(reach.offline_since(), None);
    }
}
