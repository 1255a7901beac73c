//! Dates: the API's, in all the forms it sends, and a person's, in all the forms they type.

use std::fmt;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

/// A point in time as the API sent it: `2025-08-27T12:57:22Z`, without a zone (read as UTC), or a plain date.
///
/// The text is kept: what cannot be read is shown as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timestamp {
    text: String,
    at: Option<DateTime<Utc>>,
    plain_date: bool,
}

impl Timestamp {
    /// Reads any of the API's forms; text in no known form is kept and has no [`Timestamp::at`].
    ///
    /// Forms that gateways make of them are read too: a blank for the `T`, a zone as `+0000`, `+00` or `UTC`, seconds or
    /// milliseconds since 1970 where they lie between 1990 and 2100.
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

    /// The text as sent.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The instant, where the text has a known form.
    pub fn at(&self) -> Option<DateTime<Utc>> {
        self.at
    }

    /// Whether a day was sent, without a time.
    pub fn is_plain_date(&self) -> bool {
        self.plain_date
    }

    /// The day in UTC, the zone in which the API filters by date.
    pub fn date(&self) -> Option<NaiveDate> {
        self.at.map(|at| at.date_naive())
    }

    /// The day for a person, `27 Aug 2025`; the text as sent where it has no known form.
    pub fn day(&self) -> String {
        self.date().map_or_else(|| self.text.clone(), format_date)
    }

    /// The day and the time for a person, `27 Aug 2025, 12:57:22 UTC`; a plain date has no time.
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

/// Seconds or milliseconds since 1970, of this or a near century: nothing else that a date may be is so large.
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

/// A date for a person: `7 Jul 2026`.
pub fn format_date(date: NaiveDate) -> String {
    date.format("%-d %b %Y").to_string()
}

/// Which end of a range a typed date is for: a month typed as `to` means its last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// The start of the range.
    From,
    /// The end of the range, included.
    To,
}

/// Why a typed date was not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// In none of the known forms.
    #[error("not a date: try 2025-08-01, 2025-08, today or -30d")]
    Unknown,
    /// The form is right, the day does not exist.
    #[error("{0} is not in the calendar")]
    NoSuchDay(String),
}

/// Reads a date as a person types it, relative to `today` (UTC): `2025-08-01`, `2025-08` (the month), `2025`
/// (the year), `today`, `yesterday`, `-30d`, `-2w`, `-3m`, `-1y`.
pub fn parse_date(text: &str, today: NaiveDate, edge: Edge) -> Result<NaiveDate, DateError> {
    let text = text.trim().to_ascii_lowercase();
    match text.as_str() {
        "today" => return Ok(today),
        "yesterday" => return today.pred_opt().ok_or(DateError::NoSuchDay(text)),
        _ => {}
    }
    if let Some(back) = text.strip_prefix('-') {
        return days_back(back, today, &text);
    }
    let parts: Vec<&str> = text.split('-').collect();
    let widths_fit = parts.first().is_some_and(|year| year.len() == 4)
        && parts.iter().skip(1).all(|part| (1..=2).contains(&part.len()));
    let all_digits = parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    if !widths_fit || !all_digits || parts.len() > 3 {
        return Err(DateError::Unknown);
    }
    let numbers: Vec<u32> = parts.iter().filter_map(|part| part.parse().ok()).collect();
    let day = match *numbers.as_slice() {
        [year, month, day] => calendar(year, month, day),
        [year, month] => calendar(year, month, 1).and_then(|first| match edge {
            Edge::From => Some(first),
            Edge::To => first.checked_add_months(Months::new(1))?.pred_opt(),
        }),
        [year] => match edge {
            Edge::From => calendar(year, 1, 1),
            Edge::To => calendar(year, 12, 31),
        },
        _ => return Err(DateError::Unknown),
    };
    day.ok_or(DateError::NoSuchDay(text))
}

fn calendar(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// `30d` before today; `text` is what was typed.
fn days_back(back: &str, today: NaiveDate, text: &str) -> Result<NaiveDate, DateError> {
    let unit = back.chars().last().ok_or(DateError::Unknown)?;
    let digits = back.strip_suffix(unit).unwrap_or_default();
    // A number may have a sign of its own, a date may not.
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(DateError::Unknown);
    }
    let count: u32 = digits.parse().map_err(|_| DateError::NoSuchDay(text.to_owned()))?;
    let day = match unit {
        'd' => today.checked_sub_days(Days::new(count.into())),
        'w' => today.checked_sub_days(Days::new(u64::from(count) * 7)),
        'm' => today.checked_sub_months(Months::new(count)),
        'y' => count.checked_mul(12).and_then(|months| today.checked_sub_months(Months::new(months))),
        _ => return Err(DateError::Unknown),
    };
    day.filter(|day| day.year() >= 0).ok_or_else(|| DateError::NoSuchDay(text.to_owned()))
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

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

    #[test]
    fn reads_every_form_a_person_types() {
        let today = day("2026-03-31");
        let from = |text| parse_date(text, today, Edge::From).unwrap();
        let to = |text| parse_date(text, today, Edge::To).unwrap();
        assert_eq!(from("2025-08-01"), day("2025-08-01"));
        assert_eq!(from("2025-8-1"), day("2025-08-01"));
        assert_eq!(from("2025-08"), day("2025-08-01"));
        assert_eq!(to("2024-02"), day("2024-02-29"));
        assert_eq!(to("2025"), day("2025-12-31"));
        assert_eq!(from(" Today "), today);
        assert_eq!(from("yesterday"), day("2026-03-30"));
        assert_eq!(from("-30d"), day("2026-03-01"));
        assert_eq!(from("-2w"), day("2026-03-17"));
        assert_eq!(from("-1m"), day("2026-02-28"));
        assert_eq!(from("-1y"), day("2025-03-31"));
    }

    #[test]
    fn says_what_is_wrong_with_the_rest() {
        let today = day("2026-03-31");
        let parse = |text| parse_date(text, today, Edge::From).unwrap_err();
        for text in
            ["", "soon", "25-08-01", "2025-", "2025-08-01-02", "-d", "-30x", "30d", "-+3d", "２０２５-08"]
        {
            assert_eq!(parse(text), DateError::Unknown, "{text:?}");
        }
        assert_eq!(parse("2025-02-30"), DateError::NoSuchDay("2025-02-30".into()));
        assert_eq!(parse("2025-13"), DateError::NoSuchDay("2025-13".into()));
        assert_eq!(parse("-5000000000d"), DateError::NoSuchDay("-5000000000d".into()));
        assert_eq!(parse("-4000000000d"), DateError::NoSuchDay("-4000000000d".into()));
    }
}
