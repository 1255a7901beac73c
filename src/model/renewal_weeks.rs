//! The weeks of a range of days, and the seats whose renewal dates are in them.

use std::ops::RangeInclusive;

use chrono::{NaiveDate, TimeDelta};

use super::{OtherSeats, RenewalWeek};

/// Days of a week.
const DAYS: i64 = 7;

/// A range of days in weeks that begin on its first day. The last week may be shorter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RenewalSpan {
    /// The first day.
    pub first_day: NaiveDate,
    /// The last day, not before the first one.
    pub last_day: NaiveDate,
}

impl RenewalSpan {
    /// Returns the number of weeks.
    pub fn weeks(self) -> usize {
        self.place(self.last_day) + 1
    }

    /// Returns the days of a week, by its place.
    pub fn week(self, place: usize) -> Option<RangeInclusive<NaiveDate>> {
        let days = i64::try_from(place).ok()?.checked_mul(DAYS)?;
        let first = self.first_day.checked_add_signed(TimeDelta::try_days(days)?)?;
        (first <= self.last_day).then(|| first..=days_later(first, DAYS - 1).min(self.last_day))
    }

    /// Returns the place of the week that a day is in.
    pub fn week_of(self, day: NaiveDate) -> Option<usize> {
        (self.first_day..=self.last_day).contains(&day).then(|| self.place(day))
    }

    fn place(self, day: NaiveDate) -> usize {
        usize::try_from((day - self.first_day).num_days().div_euclid(DAYS)).unwrap_or_default()
    }
}

/// Returns the day that is so many days later, or earlier, as far as the calendar goes.
pub(crate) fn days_later(day: NaiveDate, days: i64) -> NaiveDate {
    let end = if days < 0 { NaiveDate::MIN } else { NaiveDate::MAX };
    day.checked_add_signed(TimeDelta::days(days)).unwrap_or(end)
}

/// The seats of a query's customers by week.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RenewalWeeks {
    /// The seats of each week of the range.
    pub weeks: Vec<RenewalWeek>,
    /// The seats of the same customers that are in none of these weeks.
    pub other: OtherSeats,
    /// The customers that may match too, of whom not enough is known to say so.
    pub unknown: u64,
}
