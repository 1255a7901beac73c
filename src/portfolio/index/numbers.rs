//! Columns of numbers, days and times.

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};

/// The number of 1970-01-01, counted in days from the first of January of the year 1.
const EPOCH_DAY: i64 = 719_163;
const SECONDS_OF_DAY: i64 = 86_400;

/// Numbers, in four bytes each for as long as they fit. The least number of each width stands for a missing one.
#[derive(Debug)]
pub(super) enum NumberColumn {
    /// Numbers of four bytes.
    Narrow(Vec<i32>),
    /// Numbers of eight bytes.
    Wide(Vec<i64>),
}

impl Default for NumberColumn {
    fn default() -> Self {
        Self::Narrow(Vec::new())
    }
}

impl NumberColumn {
    /// Returns the number of a row.
    pub(super) fn get(&self, row: usize) -> Option<i64> {
        match self {
            Self::Narrow(numbers) => Some(numbers[row]).filter(|number| *number != i32::MIN).map(i64::from),
            Self::Wide(numbers) => Some(numbers[row]).filter(|number| *number != i64::MIN),
        }
    }

    /// Replaces the number of a row, or appends it.
    pub(super) fn put(&mut self, row: usize, number: Option<i64>) {
        let small = number.and_then(|number| i32::try_from(number).ok().filter(|small| *small != i32::MIN));
        if let Self::Narrow(numbers) = self
            && small.is_none()
            && number.is_some()
        {
            let wide = |small: &i32| if *small == i32::MIN { i64::MIN } else { i64::from(*small) };
            *self = Self::Wide(numbers.iter().map(wide).collect());
        }
        match self {
            Self::Narrow(numbers) => put(numbers, row, small.unwrap_or(i32::MIN)),
            Self::Wide(numbers) => put(numbers, row, number.unwrap_or(i64::MIN)),
        }
    }

    /// Gives back memory that is not needed.
    pub(super) fn shrink(&mut self) {
        match self {
            Self::Narrow(numbers) => numbers.shrink_to_fit(),
            Self::Wide(numbers) => numbers.shrink_to_fit(),
        }
    }
}

fn put<T>(values: &mut Vec<T>, row: usize, value: T) {
    if row == values.len() {
        values.push(value);
    } else {
        values[row] = value;
    }
}

/// Times. Parts of seconds take memory only if there are any.
#[derive(Debug, Default)]
pub(super) struct TimeColumn {
    seconds: NumberColumn,
    nanos: Vec<u32>,
}

impl TimeColumn {
    /// Returns the time of a row.
    pub(super) fn get(&self, row: usize) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(self.seconds.get(row)?, self.nanos.get(row).copied().unwrap_or_default())
    }

    /// Returns the day of a row's time in UTC, as [`day_number`] counts.
    pub(super) fn day(&self, row: usize) -> Option<i64> {
        Some(self.seconds.get(row)?.div_euclid(SECONDS_OF_DAY) + EPOCH_DAY)
    }

    /// Replaces the time of a row, or appends it.
    pub(super) fn put(&mut self, row: usize, time: Option<DateTime<Utc>>) {
        self.seconds.put(row, time.map(|time| time.timestamp()));
        let nanos = time.map_or(0, |time| time.timestamp_subsec_nanos());
        if nanos != 0 && row >= self.nanos.len() {
            self.nanos.resize(row + 1, 0);
        }
        if let Some(old) = self.nanos.get_mut(row) {
            *old = nanos;
        }
    }

    /// Gives back memory that is not needed.
    pub(super) fn shrink(&mut self) {
        self.seconds.shrink();
        self.nanos.shrink_to_fit();
    }
}

/// Returns the number of a day: days since the first of January of the year 1, which has number 1.
pub(super) fn day_number(day: NaiveDate) -> i64 {
    day.num_days_from_ce().into()
}

/// Returns the day with this number.
pub(super) fn day_of(number: i64) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(i32::try_from(number).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_any_width_are_kept() {
        let numbers = [
            None,
            Some(0),
            Some(-1),
            Some(i64::from(i32::MAX)),
            Some(i64::from(i32::MIN)),
            None,
            Some(i64::MAX),
        ];
        let mut column = NumberColumn::default();
        for (row, number) in numbers.into_iter().enumerate() {
            column.put(row, number);
        }
        assert_eq!(numbers, std::array::from_fn(|row| column.get(row)));
        column.put(0, Some(5));
        assert_eq!(column.get(0), Some(5));
    }

    #[test]
    fn times_and_days_are_kept() {
        let times = ["2026-01-31T23:59:59Z", "1969-12-31T23:59:59.25Z", "0001-01-01T00:00:00Z"]
            .map(|time| time.parse::<DateTime<Utc>>().unwrap());
        let mut column = TimeColumn::default();
        column.put(0, None);
        for (row, time) in times.into_iter().enumerate() {
            column.put(row + 1, Some(time));
            assert_eq!(column.get(row + 1), Some(time));
            assert_eq!(column.day(row + 1).and_then(day_of), Some(time.date_naive()));
            assert_eq!(column.day(row + 1), Some(day_number(time.date_naive())));
        }
        column.put(2, None);
        assert_eq!((column.get(0), column.get(2), column.day(2)), (None, None, None));
    }
}
