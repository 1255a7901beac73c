//! Dates as users type them: every form that vipmp shows, and a few that are shorter.

use chrono::{Datelike, Days, Months, NaiveDate};

use super::Timestamp;

/// The end of a range that a typed date is for: a month typed as [`Edge::To`] means its last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// The start of the range.
    From,
    /// The end of the range, included.
    To,
}

/// An error in a typed date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// The text is not a date in any known form.
    #[error("not a date. Try 2026-11-01, 2026-11, yesterday, -30d, -3m")]
    Unknown,
    /// The form is known, but the calendar has no such day.
    #[error("{0} is not a real date")]
    NoSuchDay(String),
}

/// Months by the first three letters of their names.
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// A part of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Period {
    Day(NaiveDate),
    /// The month that begins on this day.
    Month(NaiveDate),
    /// The year that begins on this day.
    Year(NaiveDate),
}

impl Period {
    fn edge(self, edge: Edge) -> Option<NaiveDate> {
        let (first, months) = match self {
            Self::Day(day) => return Some(day),
            Self::Month(first) => (first, 1),
            Self::Year(first) => (first, 12),
        };
        match edge {
            Edge::From => Some(first),
            Edge::To => first.checked_add_months(Months::new(months))?.pred_opt(),
        }
    }
}

/// Reads a date as a user types it, relative to `today` (in UTC). Upper and lower case are the same, and so are any
/// number of blanks:
///
/// - days: `2026-11-01`, `1 Nov 2026`, `Nov 1, 2026`, `today`, `yesterday`, `tomorrow`, and a whole timestamp, of
///   which the day counts;
/// - months: `2026-11`, `Nov 2026`, `this month`, `last month`, `next month`;
/// - years: `2026`, `this year`, `last year`, `next year`;
/// - days before and after today: `-30d`, `-2w`, `-3m`, `-1y`; `+30d`, `+2w`, `+3m`, `+1y`.
///
/// A month or a year means its first or its last day, depending on `edge`.
///
/// # Errors
/// [`DateError`] if the text has none of these forms, or names a day that does not exist.
pub fn parse_date(text: &str, today: NaiveDate, edge: Edge) -> Result<NaiveDate, DateError> {
    let lower = text.to_lowercase().replace(['\u{2212}', '\u{2013}'], "-");
    let words: Vec<&str> =
        lower.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()).collect();
    let typed = words.join(" ");
    let missing = || DateError::NoSuchDay(text.split_whitespace().collect::<Vec<_>>().join(" "));
    let first_of = |year: i32, month: u32| NaiveDate::from_ymd_opt(year, month, 1);
    let period = match words.as_slice() {
        [] => return Err(DateError::Unknown),
        ["today"] => Some(Period::Day(today)),
        ["yesterday"] => today.pred_opt().map(Period::Day),
        ["tomorrow"] => today.succ_opt().map(Period::Day),
        ["this", "month"] => first_of(today.year(), today.month()).map(Period::Month),
        ["last", "month"] => first_of(today.year(), today.month())
            .and_then(|first| first.checked_sub_months(Months::new(1)))
            .map(Period::Month),
        ["next", "month"] => first_of(today.year(), today.month())
            .and_then(|first| first.checked_add_months(Months::new(1)))
            .map(Period::Month),
        ["this", "year"] => first_of(today.year(), 1).map(Period::Year),
        ["last", "year"] => first_of(today.year() - 1, 1).map(Period::Year),
        ["next", "year"] => first_of(today.year() + 1, 1).map(Period::Year),
        _ if typed.starts_with(['-', '+']) => offset_day(&words.concat(), today)?.map(Period::Day),
        _ => Some(
            in_numbers(&words.concat())
                .or_else(|| in_words(&words))
                .or_else(|| sent_day(text).map(Calendar::day))
                .or_else(|| as_shown_with_time(&words))
                .ok_or(DateError::Unknown)?,
        )
        .and_then(Calendar::period),
    };
    let day = period.and_then(|period| period.edge(edge));
    day.filter(|day| (0..=9999).contains(&day.year())).ok_or_else(missing)
}

/// Numbers of a known form, which may name a day that does not exist: 31 February.
#[derive(Debug, Clone, Copy)]
struct Calendar {
    year: i32,
    month: Option<u32>,
    day: Option<u32>,
}

impl Calendar {
    fn day(day: NaiveDate) -> Self {
        Self { year: day.year(), month: Some(day.month()), day: Some(day.day()) }
    }

    fn period(self) -> Option<Period> {
        let first = NaiveDate::from_ymd_opt(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1))?;
        Some(match self {
            Self { month: None, .. } => Period::Year(first),
            Self { day: None, .. } => Period::Month(first),
            _ => Period::Day(first),
        })
    }
}

/// `2026-11-01`, `2026-11` or `2026`.
fn in_numbers(text: &str) -> Option<Calendar> {
    let mut parts = text.split('-');
    let year = year_of(parts.next()?)?;
    let rest = parts.map(small_number).collect::<Option<Vec<u32>>>()?;
    let (month, day) = match *rest.as_slice() {
        [] => (None, None),
        [month] => (Some(month), None),
        [month, day] => (Some(month), Some(day)),
        _ => return None,
    };
    Some(Calendar { year, month, day })
}

/// `1 Nov 2026`, `Nov 1 2026` or `Nov 2026`, also with hyphens.
fn in_words(words: &[&str]) -> Option<Calendar> {
    let parts: Vec<&str> =
        words.iter().flat_map(|word| word.split('-')).filter(|part| !part.is_empty()).collect();
    let (day, month, year) = match *parts.as_slice() {
        [month, year] => (None, month_of(month)?, year_of(year)?),
        [first, second, year] => match (month_of(first), month_of(second)) {
            (Some(month), None) => (Some(small_number(second)?), month, year_of(year)?),
            (None, Some(month)) => (Some(small_number(first)?), month, year_of(year)?),
            _ => return None,
        },
        _ => return None,
    };
    Some(Calendar { year, month: Some(month), day })
}

/// `1 Nov 2026, 09:15:00 UTC`: the day and the time of a record. The time is not needed.
fn as_shown_with_time(words: &[&str]) -> Option<Calendar> {
    let [day, month, year, time, "utc"] = *words else { return None };
    chrono::NaiveTime::parse_from_str(time, "%H:%M:%S").ok()?;
    in_words(&[day, month, year])
}

/// The day of a timestamp as the API sends it. Numbers alone are too easily typed by mistake.
fn sent_day(text: &str) -> Option<NaiveDate> {
    let day = Timestamp::new(text.trim()).date().filter(|_| text.contains(':'))?;
    (0..=9999).contains(&day.year()).then_some(day)
}

fn year_of(text: &str) -> Option<i32> {
    (text.len() == 4 && is_digits(text)).then(|| text.parse().ok())?
}

/// A number of one or two digits, such as that of a day, perhaps with a full stop: `1.`.
fn small_number(text: &str) -> Option<u32> {
    let text = text.strip_suffix('.').unwrap_or(text);
    ((1..=2).contains(&text.len()) && is_digits(text)).then(|| text.parse().ok())?
}

/// The number of a month whose name begins with these three letters or more.
fn month_of(text: &str) -> Option<u32> {
    let text = text.strip_suffix('.').unwrap_or(text);
    let index = MONTHS.iter().position(|month| text.len() >= 3 && month.starts_with(text))?;
    u32::try_from(index + 1).ok()
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The day that is `-30d`, `+2w`, `-3m` or `+1y` from today.
fn offset_day(offset: &str, today: NaiveDate) -> Result<Option<NaiveDate>, DateError> {
    let is_ahead = offset.starts_with('+');
    let size = &offset[1..];
    let unit = size.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = &size[..size.len() - unit.len()];
    if digits.is_empty() {
        return Err(DateError::Unknown);
    }
    let Ok(count) = digits.parse::<u32>() else { return Ok(None) };
    let days = |factor| {
        let days = Days::new(u64::from(count) * factor);
        if is_ahead { today.checked_add_days(days) } else { today.checked_sub_days(days) }
    };
    let months = |factor| {
        let months = Months::new(count.checked_mul(factor)?);
        if is_ahead { today.checked_add_months(months) } else { today.checked_sub_months(months) }
    };
    Ok(match unit {
        "d" | "day" | "days" => days(1),
        "w" | "week" | "weeks" => days(7),
        "m" | "month" | "months" => months(1),
        "y" | "year" | "years" => months(12),
        _ => return Err(DateError::Unknown),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn today() -> NaiveDate {
        day("2026-03-31")
    }

    #[test]
    fn reads_every_form_that_users_type() {
        for (text, from, to) in [
            ("2025-08-01", "2025-08-01", "2025-08-01"),
            ("2025-8-1", "2025-08-01", "2025-08-01"),
            ("2025-08", "2025-08-01", "2025-08-31"),
            ("2024-02", "2024-02-01", "2024-02-29"),
            ("2025", "2025-01-01", "2025-12-31"),
            ("1 Nov 2026", "2026-11-01", "2026-11-01"),
            ("01 november 2026", "2026-11-01", "2026-11-01"),
            ("1. Nov. 2026", "2026-11-01", "2026-11-01"),
            ("1-Nov-2026", "2026-11-01", "2026-11-01"),
            ("Nov 1, 2026", "2026-11-01", "2026-11-01"),
            ("nov 2026", "2026-11-01", "2026-11-30"),
            ("Sept 2026", "2026-09-01", "2026-09-30"),
            ("  1   NOV\u{a0}2026 ", "2026-11-01", "2026-11-01"),
            (" 2026 - 11 - 01 ", "2026-11-01", "2026-11-01"),
            (" Today ", "2026-03-31", "2026-03-31"),
            ("YESTERDAY", "2026-03-30", "2026-03-30"),
            ("this month", "2026-03-01", "2026-03-31"),
            ("Last  Month", "2026-02-01", "2026-02-28"),
            ("this year", "2026-01-01", "2026-12-31"),
            ("last year", "2025-01-01", "2025-12-31"),
            ("-30d", "2026-03-01", "2026-03-01"),
            ("- 30 D", "2026-03-01", "2026-03-01"),
            ("\u{2212}30 days", "2026-03-01", "2026-03-01"),
            ("-2w", "2026-03-17", "2026-03-17"),
            ("-1m", "2026-02-28", "2026-02-28"),
            ("-3m", "2025-12-31", "2025-12-31"),
            ("-1y", "2025-03-31", "2025-03-31"),
            ("Tomorrow", "2026-04-01", "2026-04-01"),
            ("next month", "2026-04-01", "2026-04-30"),
            ("next year", "2027-01-01", "2027-12-31"),
            ("+30d", "2026-04-30", "2026-04-30"),
            ("+ 2 weeks", "2026-04-14", "2026-04-14"),
            ("+1m", "2026-04-30", "2026-04-30"),
            ("+1y", "2027-03-31", "2027-03-31"),
            ("27 Aug 2025, 12:57:22 UTC", "2025-08-27", "2025-08-27"),
            ("2025-08-27T23:30:00-05:00", "2025-08-28", "2025-08-28"),
        ] {
            let read = [Edge::From, Edge::To].map(|edge| parse_date(text, today(), edge));
            assert_eq!(read, [Ok(day(from)), Ok(day(to))], "{text:?}");
        }
    }

    #[test]
    fn says_what_is_wrong_with_the_rest() {
        let parse = |text| parse_date(text, today(), Edge::From).unwrap_err();
        for text in [
            "",
            ",",
            "soon",
            "nov",
            "no 2026",
            "25-08-01",
            "2025-",
            "2025-08-01-02",
            "1 2 2026",
            "nov nov 2026",
            "1 nov 26",
            "-d",
            "-",
            "-30x",
            "30d",
            "-+3d",
            "+-3d",
            "+",
            "+30x",
            "２０２５-08",
            "1756299442",
        ] {
            assert_eq!(parse(text), DateError::Unknown, "{text:?}");
        }
        for text in
            ["2025-02-30", "2025-13", "31 feb 2026", "-5000000000d", "-4000000000d", "-9999y", "+9999y"]
        {
            assert_eq!(parse(text), DateError::NoSuchDay(text.into()));
        }
    }

    #[test]
    fn the_examples_of_the_error_are_dates() {
        let words = DateError::Unknown.to_string();
        let examples: Vec<&str> = words.split_once("Try ").unwrap().1.split(", ").collect();
        assert_eq!(examples.len(), 5);
        assert!(examples.iter().all(|example| parse_date(example, today(), Edge::From).is_ok()));
    }
}
