//! The API's points in time, in every form that it and its gateways send.

use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use super::format_date;

/// A point in time as the API sent it: `2025-08-27T12:57:22Z`, without a zone (read as UTC), or a plain date.
///
/// The text is kept, so that an unknown form is shown as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timestamp {
    text: String,
    at: Option<DateTime<Utc>>,
    plain_date: bool,
}

impl Timestamp {
    /// Reads any of the API's forms. Text in an unknown form is kept and has no [`Timestamp::at`].
    ///
    /// Forms that gateways make of them are read too: a blank for the `T`, a zone as `+0000`, `+00` or `UTC`, seconds or
    /// milliseconds since 1970 if they are between 1990 and 2100.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let trimmed = text.trim();
        let date = NaiveDate::parse_from_str(trimmed, "%Y-%m-%d").ok();
        let at = match date {
            Some(day) => Some(day.and_time(NaiveTime::MIN).and_utc()),
            None => moment(trimmed).or_else(|| epoch(trimmed)),
        };
        Self { at, plain_date: date.is_some(), text }
    }

    /// Returns the text as sent.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The instant, if the text has a known form.
    pub fn at(&self) -> Option<DateTime<Utc>> {
        self.at
    }

    /// Returns whether a day was sent, without a time.
    pub fn is_plain_date(&self) -> bool {
        self.plain_date
    }

    /// The day in UTC, the time zone that the API filters by.
    pub fn date(&self) -> Option<NaiveDate> {
        self.at.map(|at| at.date_naive())
    }

    /// The day as the screen shows it, `27 Aug 2025`, or the text as sent if it has no known form.
    pub fn day(&self) -> String {
        self.date().map_or_else(|| self.text.clone(), format_date)
    }

    /// The day and the time as the screen shows them, `27 Aug 2025, 12:57:22 UTC`. A plain date has no time.
    pub fn day_and_time(&self) -> String {
        match self.at {
            Some(at) if !self.plain_date => {
                format!("{}, {} UTC", format_date(at.date_naive()), at.format("%H:%M:%S"))
            }
            _ => self.day(),
        }
    }
}

/// A day and a time, with a zone or in UTC.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    let (day, time) = text.split_once(|c: char| matches!(c, 'T' | 't') || c.is_whitespace())?;
    let day = NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?;
    let time = time.trim_start();
    let end = time.find(|c: char| !matches!(c, '0'..='9' | ':' | '.' | ',')).unwrap_or(time.len());
    let (time, zone) = time.split_at(end);
    let time = time.replace(',', ".");
    let time = NaiveTime::parse_from_str(&time, "%H:%M:%S%.f")
        .or_else(|_| NaiveTime::parse_from_str(&time, "%H:%M"))
        .ok()?;
    let at = NaiveDateTime::new(day, time).and_utc();
    at.checked_sub_signed(TimeDelta::minutes(offset(zone.trim_start())?))
}

/// The minutes by which a zone is ahead of UTC.
fn offset(zone: &str) -> Option<i64> {
    if ["", "Z", "UTC", "GMT"].iter().any(|name| zone.eq_ignore_ascii_case(name)) {
        return Some(0);
    }
    let sign = if zone.starts_with('+') { 1 } else { -1 };
    let digits = zone.strip_prefix(['+', '-', '\u{2212}'])?;
    let (hours, minutes) = match (digits.split_once(':'), digits.len()) {
        (Some(both), _) => both,
        (None, 4) => digits.split_at_checked(2)?,
        (None, _) => (digits, "00"),
    };
    let number = |text: &str, most: i64| -> Option<i64> {
        let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|number| is_number && *number <= most)
    };
    Some(sign * (60 * number(hours, 23)? + number(minutes, 59)?))
}

/// Seconds or milliseconds since 1970, in this century or near it. No other form of a date is a number as large.
fn epoch(text: &str) -> Option<DateTime<Utc>> {
    const SECONDS: std::ops::RangeInclusive<f64> = 631_152_000.0..=4_102_444_800.0;
    if !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+')) {
        return None;
    }
    let number: f64 = text.parse().ok()?;
    let seconds = [number, number / 1_000.0].into_iter().find(|seconds| SECONDS.contains(seconds))?;
    #[expect(clippy::cast_possible_truncation, reason = "the range is one of milliseconds")]
    DateTime::from_timestamp_millis((seconds * 1_000.0).round() as i64)
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form_the_api_sends() {
        let zoned = Timestamp::new("2025-08-27T12:57:22Z");
        assert_eq!(zoned.day(), "27 Aug 2025");
        assert_eq!(zoned.day_and_time(), "27 Aug 2025, 12:57:22 UTC");
        assert_eq!(Timestamp::new("2024-07-17T03:47:35").day_and_time(), "17 Jul 2024, 03:47:35 UTC");
        assert_eq!(Timestamp::new("2026-07-07").day_and_time(), "7 Jul 2026");
        assert!(Timestamp::new("2026-07-07").is_plain_date() && !zoned.is_plain_date());
        assert_eq!(Timestamp::new("2025-08-27T23:30:00-05:00").day(), "28 Aug 2025");
    }

    #[test]
    fn reads_the_forms_that_gateways_make_of_dates() {
        let noon = "2025-08-27T12:57:22Z".parse::<DateTime<Utc>>().unwrap();
        for text in [
            "2025-08-27T12:57:22+0000",
            "2025-08-27T12:57:22+00",
            "2025-08-27T12:57:22-00:00",
            "2025-08-27T14:57:22+0200",
            "2025-08-27T07:57:22 -0500",
            "2025-08-27T07:57:22\u{2212}05:00",
            "2025-08-27 12:57:22",
            "2025-08-27 12:57:22Z",
            "2025-08-27  12:57:22 UTC",
            "2025-08-27\u{a0}12:57:22 gmt",
            "2025-08-27t12:57:22z",
            " 2025-08-27T12:57:22Z\n",
            "2025-08-27T12:57:22.000000000Z",
            "1756299442",
            "1756299442000",
            "1756299442.0",
            "1.756299442e9",
            " 1756299442 ",
        ] {
            let read = Timestamp::new(text);
            assert_eq!((read.at(), read.is_plain_date()), (Some(noon), false), "{text:?}");
            assert_eq!(read.text(), text, "it stays as it was sent");
        }
        let half = Some(noon + TimeDelta::milliseconds(500));
        for text in ["2025-08-27T12:57:22.5+0000", "2025-08-27 12:57:22,500", "1756299442500", "1756299442.5"]
        {
            assert_eq!(Timestamp::new(text).at(), half, "{text:?}");
        }
        assert_eq!(
            Timestamp::new("2025-08-27T12:57+02:00").at(),
            Some("2025-08-27T10:57:00Z".parse().unwrap())
        );
        assert!(Timestamp::new(" 2025-08-27 ").is_plain_date());
    }

    #[test]
    fn numbers_and_texts_that_only_look_like_dates_are_none() {
        for text in [
            "2025",
            "20250827",
            "202508271257",
            "20250827125722",
            "0",
            "-1756299442",
            "631151999",
            "4102444801",
            "1756299442000000",
            "1e999",
            "NaN",
            "inf",
            "..",
            "2025-08-27T",
            "2025-08-27T25:00:00Z",
            "2025-08-27T12:57:22+2500",
            "2025-08-27T12:57:22+02000",
            "2025-08-27T12:57:22 CEST",
            "2025-02-30 12:00:00",
            "2025-08-27T12:57:22Z and more",
            "99999-01-01T00:00:00Z",
        ] {
            let read = Timestamp::new(text);
            assert_eq!((read.at(), read.day()), (None, text.to_owned()));
        }
    }

    #[test]
    fn keeps_what_it_cannot_read() {
        let nonsense = Timestamp::new("yyyy-MM-dd");
        assert_eq!(nonsense.at(), None);
        assert_eq!(nonsense.day(), "yyyy-MM-dd");
        assert_eq!(nonsense.day_and_time(), "yyyy-MM-dd");
    }
}
