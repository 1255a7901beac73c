//! Days to come as users type them, such as that of a follow-up.

use chrono::{Datelike as _, Days, NaiveDate};

use super::{DateError, Edge, parse_date};

/// An error in a typed day to come.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ComingDayError {
    /// The text is not a day in any known form.
    #[error("not a day. Try 2026-12-03, 3 Dec, 7d, 2w, tomorrow or mon")]
    Unknown,
    /// The form is known, but the calendar has no such day.
    #[error("{0} is not a real date")]
    NoSuchDay(String),
}

impl From<DateError> for ComingDayError {
    fn from(error: DateError) -> Self {
        match error {
            DateError::Unknown => Self::Unknown,
            DateError::NoSuchDay(typed) => Self::NoSuchDay(typed),
        }
    }
}

/// The days of the week, from Monday on.
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Reads a day to come as a user types it: in any form of [`parse_date`], and
///
/// - `7d`, `2w`, `3m`, `1y`: so long from today, without a sign;
/// - `mon`, `Thursday`: the next such day after today;
/// - `3 Dec`, `Dec 3`: the next such day from today on.
///
/// A month or a year means its first day.
///
/// # Errors
/// [`ComingDayError`] if the text has none of these forms, or names a day that does not exist.
pub fn parse_coming_day(text: &str, today: NaiveDate) -> Result<NaiveDate, ComingDayError> {
    let typed = text.trim();
    if let Some(weekday) = weekday_of(typed) {
        let ahead = (weekday + 7 - today.weekday().num_days_from_monday()) % 7;
        let ahead = if ahead == 0 { 7 } else { ahead };
        let day = today.checked_add_days(Days::new(ahead.into()));
        return day.ok_or_else(|| ComingDayError::NoSuchDay(typed.to_owned()));
    }
    match parse_date(typed, today, Edge::From) {
        Err(DateError::Unknown) if typed.starts_with(|c: char| c.is_ascii_digit()) => {
            // A distance, or a day of a month.
            match parse_date(&format!("+{typed}"), today, Edge::From) {
                Err(DateError::Unknown) => next_of_year(typed, today),
                day => day.map_err(|_| ComingDayError::NoSuchDay(typed.to_owned())),
            }
        }
        Err(DateError::Unknown) => next_of_year(typed, today),
        day => Ok(day?),
    }
}

/// Returns the number of a day of the week whose name begins with these two letters or more, from Monday on.
fn weekday_of(typed: &str) -> Option<u32> {
    let typed = typed.strip_suffix('.').unwrap_or(typed).to_lowercase();
    let at = WEEKDAYS.iter().position(|name| typed.len() >= 2 && name.starts_with(&typed))?;
    u32::try_from(at).ok()
}

/// Returns the next day that is `3 Dec`: in this year, or else in the next one that has it.
fn next_of_year(typed: &str, today: NaiveDate) -> Result<NaiveDate, ComingDayError> {
    /// The years in which there is any day: a leap year comes at least every eight.
    const YEARS: i32 = 9;
    // A month alone is none.
    if !typed.bytes().any(|byte| byte.is_ascii_digit()) {
        return Err(ComingDayError::Unknown);
    }
    let in_year = |year: i32| parse_date(&format!("{typed} {year:04}"), today, Edge::From);
    if in_year(today.year()) == Err(DateError::Unknown) {
        return Err(ComingDayError::Unknown);
    }
    let days = (0..YEARS).filter_map(|later| in_year(today.year() + later).ok());
    days.into_iter().find(|day| *day >= today).ok_or_else(|| ComingDayError::NoSuchDay(typed.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Tuesday.
    fn today() -> NaiveDate {
        "2026-03-31".parse().unwrap()
    }

    #[test]
    fn reads_days_to_come() {
        for (text, expected) in [
            ("2026-12-03", "2026-12-03"),
            ("3 Dec 2026", "2026-12-03"),
            (" 3 dec ", "2026-12-03"),
            ("Dec 3", "2026-12-03"),
            ("1. Mar.", "2027-03-01"),
            ("31 Mar", "2026-03-31"),
            ("29 Feb", "2028-02-29"),
            ("today", "2026-03-31"),
            ("tomorrow", "2026-04-01"),
            ("7d", "2026-04-07"),
            ("+7d", "2026-04-07"),
            ("10 days", "2026-04-10"),
            ("2w", "2026-04-14"),
            ("3m", "2026-06-30"),
            ("1 year", "2027-03-31"),
            ("-2d", "2026-03-29"),
            ("wed", "2026-04-01"),
            ("Mo", "2026-04-06"),
            ("Monday", "2026-04-06"),
            ("tue.", "2026-04-07"),
            ("2026-12", "2026-12-01"),
            ("next month", "2026-04-01"),
        ] {
            let day: NaiveDate = expected.parse().unwrap();
            assert_eq!(parse_coming_day(text, today()), Ok(day), "{text:?}");
        }
    }

    #[test]
    fn says_what_is_wrong_with_the_rest() {
        for text in ["", "soon", "m", "dec", "7", "7x", "3 dez", "xmas", "1 2"] {
            assert_eq!(parse_coming_day(text, today()), Err(ComingDayError::Unknown), "{text:?}");
        }
        for text in ["31 Feb", "2026-02-30", "30 Feb 2027", "99999y"] {
            let error = parse_coming_day(text, today());
            assert_eq!(error, Err(ComingDayError::NoSuchDay(text.to_owned())), "{text:?}");
        }
        assert!(parse_coming_day("mon", NaiveDate::MAX).is_err());
    }

    #[test]
    fn the_examples_of_the_error_are_days() {
        let words = ComingDayError::Unknown.to_string();
        let examples: Vec<&str> = words.split_once("Try ").unwrap().1.split([',']).collect();
        let examples: Vec<&str> =
            examples.iter().flat_map(|part| part.split(" or ")).map(str::trim).collect();
        assert_eq!(examples.len(), 6);
        assert!(examples.iter().all(|example| parse_coming_day(example, today()).is_ok()), "{examples:?}");
    }
}
