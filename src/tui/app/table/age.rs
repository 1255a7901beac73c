//! The age of rows in words, and when the words change.

use std::time::Duration;

use chrono::{DateTime, FixedOffset, TimeDelta};

use crate::model::format_date;

/// The age from which rows are old: they are marked, and loaded again when they are shown again.
pub(crate) const OLD: Duration = Duration::from_mins(15);

/// Returns the moment before which everything is old beside something that arrived `at` a moment.
pub(crate) fn oldest_beside(at: DateTime<FixedOffset>) -> Option<DateTime<FixedOffset>> {
    at.checked_sub_signed(TimeDelta::from_std(OLD).ok()?)
}

/// The age of something that arrived at a moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Age {
    arrived: DateTime<FixedOffset>,
    now: DateTime<FixedOffset>,
}

impl Age {
    /// Compares two moments; the words are in the time zone of the second.
    pub(crate) fn new(arrived: DateTime<FixedOffset>, now: DateTime<FixedOffset>) -> Self {
        Self { arrived: arrived.with_timezone(now.offset()), now }
    }

    /// Returns the age. A clock that was set back makes it zero.
    fn elapsed(self) -> Duration {
        self.now.signed_duration_since(self.arrived).to_std().unwrap_or_default()
    }

    /// Returns true if the age is 15 minutes or more.
    pub(crate) fn is_old(self) -> bool {
        self.elapsed() >= OLD
    }

    fn is_today(self) -> bool {
        self.arrived.date_naive() == self.now.date_naive()
    }

    /// Returns the age in words: `just now`, `2 min ago`, `3 h ago`, or the date if that is not today.
    pub(crate) fn in_words(self) -> String {
        if !self.is_today() {
            return format_date(self.arrived.date_naive());
        }
        match self.elapsed().as_secs() / 60 {
            0 => "just now".to_owned(),
            minutes @ ..60 => format!("{minutes} min ago"),
            minutes => format!("{} h ago", minutes / 60),
        }
    }

    /// Returns how long the words stay true; `None` if they do for ever.
    pub(crate) fn lasts(self) -> Option<Duration> {
        if !self.is_today() {
            return None;
        }
        let elapsed = self.elapsed();
        let unit = if elapsed < Duration::from_hours(1) { 60 } else { 3600 };
        let unit = Duration::from_secs((elapsed.as_secs() / unit + 1) * unit).saturating_sub(elapsed);
        let tomorrow = (self.now.date_naive() + TimeDelta::days(1)).and_hms_opt(0, 0, 0)?;
        let midnight = (tomorrow - self.now.naive_local()).to_std().ok()?;
        Some(unit.min(midnight))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn age(arrived: &str, now: &str) -> Age {
        Age::new(arrived.parse().unwrap(), now.parse().unwrap())
    }

    #[test]
    fn words_follow_the_clock() {
        let at = "2026-11-26T10:00:00+01:00";
        for (now, words, lasts) in [
            ("2026-11-26T10:00:00+01:00", "just now", Some(60)),
            ("2026-11-26T10:00:59+01:00", "just now", Some(1)),
            ("2026-11-26T10:01:00+01:00", "1 min ago", Some(60)),
            ("2026-11-26T10:59:30+01:00", "59 min ago", Some(30)),
            ("2026-11-26T11:00:00+01:00", "1 h ago", Some(3600)),
            ("2026-11-26T23:30:00+01:00", "13 h ago", Some(1800)),
            ("2026-11-27T00:00:00+01:00", "26 Nov 2026", None),
            // The clock was set back.
            ("2026-11-26T09:00:00+01:00", "just now", Some(60)),
        ] {
            let age = age(at, now);
            assert_eq!(
                (age.in_words().as_str(), age.lasts().map(|time| time.as_secs())),
                (words, lasts),
                "{now}"
            );
        }
    }

    #[test]
    fn the_day_is_that_of_the_time_zone_of_now() {
        assert_eq!(age("2026-11-26T23:30:00+00:00", "2026-11-27T00:40:00+01:00").in_words(), "10 min ago");
    }

    #[test]
    fn words_that_last_are_the_same_until_then_and_others_after() {
        for minutes in [0, 1, 14, 59, 60, 61, 600] {
            let now: DateTime<FixedOffset> = "2026-11-26T12:00:07+00:00".parse().unwrap();
            let arrived = now - TimeDelta::minutes(minutes);
            let age = Age::new(arrived, now);
            let end = now + age.lasts().unwrap();
            assert_eq!(Age::new(arrived, end - TimeDelta::milliseconds(1)).in_words(), age.in_words());
            assert_ne!(Age::new(arrived, end).in_words(), age.in_words());
        }
    }

    #[test]
    fn fifteen_minutes_are_old() {
        let at = "2026-11-26T10:00:00+00:00";
        assert!(!age(at, "2026-11-26T10:14:59+00:00").is_old());
        assert!(age(at, "2026-11-26T10:15:00+00:00").is_old());
        assert!(age(at, "2026-11-27T10:00:00+00:00").is_old());
    }
}
