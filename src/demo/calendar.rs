//! Days and times in the formats of the API. Times are seconds since 1970 (UTC); days are calendar days.

use chrono::{DateTime, Days, Months, NaiveDate, NaiveDateTime, Utc};

/// The number of seconds in a day.
pub(super) const DAY: i64 = 86_400;

/// Formats a time as `2025-08-27T12:57:22Z`.
pub(super) fn stamp(at: i64) -> String {
    format!("{}Z", without_zone(at))
}

/// Formats a time as `2025-08-27T12:57:22`, the format of some migrated accounts.
pub(super) fn without_zone(at: i64) -> String {
    DateTime::<Utc>::from_timestamp(at, 0).unwrap_or_default().format("%Y-%m-%dT%H:%M:%S").to_string()
}

/// Formats a day as `2026-07-07`.
pub(super) fn plain(day: NaiveDate) -> String {
    day.format("%Y-%m-%d").to_string()
}

/// Returns the first second of a day.
pub(super) fn start_of(day: NaiveDate) -> i64 {
    day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp()
}

/// Returns the last second of a day.
pub(super) fn end_of(day: NaiveDate) -> i64 {
    start_of(day) + DAY - 1
}

/// Returns the day of a time.
pub(super) fn day_of(at: i64) -> NaiveDate {
    DateTime::<Utc>::from_timestamp(at, 0).unwrap_or_default().date_naive()
}

/// Adds days, or subtracts them if negative; returns the day itself at the ends of the calendar.
pub(super) fn plus_days(day: NaiveDate, days: i64) -> NaiveDate {
    let count = Days::new(days.unsigned_abs());
    if days < 0 { day.checked_sub_days(count) } else { day.checked_add_days(count) }.unwrap_or(day)
}

/// Adds years, or subtracts them if negative; 29 February becomes the 28th if necessary.
pub(super) fn plus_years(day: NaiveDate, years: i32) -> NaiveDate {
    let months = Months::new(years.unsigned_abs().saturating_mul(12));
    if years < 0 { day.checked_sub_months(months) } else { day.checked_add_months(months) }.unwrap_or(day)
}

/// Adds months; the last day of a shorter month stands for one that it does not have.
pub(super) fn plus_months(day: NaiveDate, months: i32) -> NaiveDate {
    day.checked_add_months(Months::new(months.unsigned_abs())).unwrap_or(day)
}

/// Returns the first anniversary of `start` that is later than `day`.
pub(super) fn next_anniversary(start: NaiveDate, day: NaiveDate) -> NaiveDate {
    let years = day.years_since(start).and_then(|years| i32::try_from(years).ok()).unwrap_or_default();
    plus_years(start, years.saturating_add(1))
}

/// Parses `2025-08-27`.
pub(super) fn read_day(text: &str) -> Option<NaiveDate> {
    let form = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    form.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten()
}

/// Parses a plain date or a timestamp, and returns its first and its last second.
pub(super) fn read_span(text: &str) -> Option<(i64, i64)> {
    if let Some(day) = read_day(text) {
        return Some((start_of(day), end_of(day)));
    }
    let at = DateTime::parse_from_rfc3339(text)
        .map(|at| at.timestamp())
        .or_else(|_| {
            NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").map(|at| at.and_utc().timestamp())
        })
        .ok()?;
    Some((at, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn writes_and_reads_the_formats_of_the_api() {
        assert_eq!(stamp(1_756_299_442), "2025-08-27T12:57:22Z");
        assert_eq!(read_span("2025-08-27T12:57:22Z"), Some((1_756_299_442, 1_756_299_442)));
        assert_eq!(read_span("2025-08-27T12:57:22"), Some((1_756_299_442, 1_756_299_442)));
        assert_eq!(read_span("2025-08-27"), Some((start_of(day("2025-08-27")), end_of(day("2025-08-27")))));
        for wrong in ["", "2025-8-27", "27.08.2025", "2025-02-30", "+025-01-01", "2025-08-27T"] {
            assert_eq!(read_span(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn anniversaries_are_later_than_the_day() {
        assert_eq!(next_anniversary(day("2020-03-01"), day("2025-03-01")), day("2026-03-01"));
        assert_eq!(next_anniversary(day("2020-03-01"), day("2025-02-28")), day("2025-03-01"));
        assert_eq!(next_anniversary(day("2024-02-29"), day("2024-06-01")), day("2025-02-28"));
        assert_eq!(plus_days(day("2024-03-01"), -1), day("2024-02-29"));
        assert_eq!(plus_years(day("2024-02-29"), -1), day("2023-02-28"));
    }
}
