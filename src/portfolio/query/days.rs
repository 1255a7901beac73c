//! Values of fields with days.

use std::ops::Range;

use chrono::{Datelike as _, NaiveDate};

use super::{Field, QueryErrorKind, Test, bounds::Bounds};
use crate::model::{DateError, Edge, parse_date};

/// A day, and how it was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct TypedDay {
    day: NaiveDate,
    form: DayForm,
}

/// A form in which a day is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DayForm {
    /// A place in the calendar: `2026-12-01`, `2026`, `today`.
    Calendar,
    /// A distance from today with a sign: `-14d`, `+30d`.
    Signed,
    /// A distance from today without a sign: `30d`.
    Unsigned,
}

/// Reads the value of a field with days.
///
/// A distance alone is the span between that day and today. Without a sign it counts in the direction of the field: back for
/// [`Field::is_past`], ahead otherwise.
pub(super) fn read(field: Field, text: &str, today: NaiveDate) -> Result<Test, QueryErrorKind> {
    let day = |text: &str, edge| typed_day(field, text, today, edge);
    // “More than 90 days” of a past day means earlier to some, “after the day 90 days ago” means later.
    let compared = |text: &str, edge| match day(text, edge)? {
        TypedDay { form: DayForm::Unsigned, .. } if field.is_past() => {
            Err(QueryErrorKind::TwoReadings(text.to_owned()))
        }
        TypedDay { day, .. } => Ok(day),
    };
    let beyond = |text: &str, day: Option<NaiveDate>| {
        day.filter(|day| (0..=9999).contains(&day.year()))
            .map(Some)
            .ok_or_else(|| QueryErrorKind::NothingBeyond(text.to_owned()))
    };
    Ok(match Bounds::read(text).ok_or(QueryErrorKind::EmptyValue(field))? {
        Bounds::Exactly(text) => {
            let (from, to) = (day(text, Edge::From)?, day(text, Edge::To)?);
            if from.form == DayForm::Calendar {
                Test::Days(Some(from.day), Some(to.day))
            } else {
                Test::Days(Some(from.day.min(today)), Some(to.day.max(today)))
            }
        }
        Bounds::Above(text) => Test::Days(beyond(text, compared(text, Edge::To)?.succ_opt())?, None),
        Bounds::AtLeast(text) => Test::Days(Some(compared(text, Edge::From)?), None),
        Bounds::Below(text) => Test::Days(None, beyond(text, compared(text, Edge::From)?.pred_opt())?),
        Bounds::AtMost(text) => Test::Days(None, Some(compared(text, Edge::To)?)),
        Bounds::Between(Some(from), Some(to)) => {
            let ends = day(from, Edge::From)?..day(to, Edge::To)?;
            between(&ends).ok_or_else(|| QueryErrorKind::reversed(from, to))?
        }
        Bounds::Between(from, to) => {
            let from = from.map(|from| day(from, Edge::From)).transpose()?;
            let to = to.map(|to| day(to, Edge::To)).transpose()?;
            Test::Days(from.map(|from| from.day), to.map(|to| to.day))
        }
    })
}

/// Returns the test for a range with two ends, unless it ends before it starts.
fn between(Range { start: from, end: to }: &Range<TypedDay>) -> Option<Test> {
    if from.day <= to.day {
        return Some(Test::Days(Some(from.day), Some(to.day)));
    }
    // From 7 to 30 days ago is said in this order.
    let are_distances = [from, to].iter().all(|end| end.form == DayForm::Unsigned);
    are_distances.then_some(Test::Days(Some(to.day), Some(from.day)))
}

fn typed_day(field: Field, text: &str, today: NaiveDate, edge: Edge) -> Result<TypedDay, QueryErrorKind> {
    let text = text.trim();
    let known = |form| move |day| TypedDay { day, form };
    let refused = |error| match error {
        DateError::Unknown => QueryErrorKind::Unfit { field, typed: text.to_owned() },
        DateError::NoSuchDay(_) => QueryErrorKind::NoSuchDay(text.to_owned()),
    };
    if text.starts_with(['-', '+', '\u{2212}', '\u{2013}']) {
        return parse_date(text, today, edge).map(known(DayForm::Signed)).map_err(refused);
    }
    match parse_date(&with_blanks(text), today, edge) {
        Err(DateError::Unknown) if text.starts_with(|c: char| c.is_ascii_digit()) => {
            let sign = if field.is_past() { '-' } else { '+' };
            parse_date(&format!("{sign}{text}"), today, edge).map(known(DayForm::Unsigned)).map_err(refused)
        }
        day => day.map(known(DayForm::Calendar)).map_err(refused),
    }
}

/// Returns `last month` for `last-month`, which needs no quotation marks.
fn with_blanks(text: &str) -> String {
    let is_named = ["this-", "last-", "next-"]
        .iter()
        .any(|word| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)));
    if is_named { text.replacen('-', " ", 1) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(field: Field, text: &str) -> String {
        match read(field, text, "2026-03-31".parse().unwrap()) {
            Ok(Test::Days(from, to)) => {
                let end = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
                format!("{}..{}", end(from), end(to))
            }
            Ok(other) => panic!("{other:?}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_distance_counts_in_the_direction_of_its_field() {
        for (field, text, expected) in [
            (Field::Joined, "90d", "2025-12-31..2026-03-31"),
            (Field::Joined, "-90d", "2025-12-31..2026-03-31"),
            (Field::Changed, "7d", "2026-03-24..2026-03-31"),
            (Field::Changed, "0d", "2026-03-31..2026-03-31"),
            (Field::Joined, "+2d", "2026-03-31..2026-04-02"),
            (Field::Joined, "..90d", "..2025-12-31"),
            (Field::Joined, "90d..", "2025-12-31.."),
            (Field::Joined, "30d..7d", "2026-03-01..2026-03-24"),
            (Field::Joined, "7d..30d", "2026-03-01..2026-03-24"),
            (Field::Joined, "1y..2025-12", "2025-03-31..2025-12-31"),
            (Field::Renewal, "30d", "2026-03-31..2026-04-30"),
            (Field::Renewal, "+30d", "2026-03-31..2026-04-30"),
            (Field::Renewal, "-14d", "2026-03-17..2026-03-31"),
            (Field::Renewal, "..30d", "..2026-04-30"),
            (Field::Renewal, "..-30d", "..2026-03-01"),
            (Field::Renewal, "7d..30d", "2026-04-07..2026-04-30"),
            (Field::Renewal, "-7d..7d", "2026-03-24..2026-04-07"),
            (Field::Renewal, ">30d", "2026-05-01.."),
            (Field::Renewal, "<2w", "..2026-04-13"),
            (Field::Renewal, "3m", "2026-03-31..2026-06-30"),
            (Field::Anniversary, "1 year", "2026-03-31..2027-03-31"),
            (Field::CommitmentEnd, "1y", "2026-03-31..2027-03-31"),
            (Field::Joined, ">-90d", "2026-01-01.."),
            (Field::FollowUp, "..7d", "..2026-04-07"),
            (Field::FollowUp, "..today", "..2026-03-31"),
            (Field::FollowUp, "tomorrow", "2026-04-01..2026-04-01"),
        ] {
            assert_eq!(days(field, text), expected, "{}:{text}", field.name());
        }
    }

    #[test]
    fn a_place_in_the_calendar_is_all_of_it() {
        for (text, expected) in [
            ("2026", "2026-01-01..2026-12-31"),
            ("2026-12", "2026-12-01..2026-12-31"),
            ("2026-12-05", "2026-12-05..2026-12-05"),
            ("=2026-12-05", "2026-12-05..2026-12-05"),
            ("5 Dec 2026", "2026-12-05..2026-12-05"),
            ("today", "2026-03-31..2026-03-31"),
            ("tomorrow", "2026-04-01..2026-04-01"),
            ("yesterday", "2026-03-30..2026-03-30"),
            ("next-month", "2026-04-01..2026-04-30"),
            ("Last-Year", "2025-01-01..2025-12-31"),
            (">2026-12", "2027-01-01.."),
            (">=2026-12", "2026-12-01.."),
            ("<2026-12", "..2026-11-30"),
            ("<=2026-12", "..2026-12-31"),
            ("2026-01..2026-02", "2026-01-01..2026-02-28"),
            ("today..", "2026-03-31.."),
            ("1 Dec 2026..24 Dec 2026", "2026-12-01..2026-12-24"),
        ] {
            assert_eq!(days(Field::Renewal, text), expected, "{text}");
        }
    }

    #[test]
    fn says_what_is_wrong_with_the_rest() {
        for (field, text, expected) in [
            (
                Field::Renewal,
                "soon",
                "“soon” is not valid for renewal, which takes a day or a range of days, such as 30d, ..30d, 2026-12 or \
                 next-month.",
            ),
            (Field::Renewal, "2026-02-30", "“2026-02-30” is not a real date: check the day and the month."),
            (Field::Renewal, "9000y", "“9000y” is not a real date: check the day and the month."),
            (
                Field::Renewal,
                "2026-12..2026-11",
                "The range ends before it starts: swap its ends, “2026-11..2026-12”.",
            ),
            (Field::Renewal, "30d..-30d", "The range ends before it starts: swap its ends, “-30d..30d”."),
            (Field::Renewal, ">9999", "Nothing is beyond “9999”: use >= or <= to include it."),
            (
                Field::Joined,
                ">90d",
                "“90d” can be compared in two ways: use “90d” for the time since then, or “..90d” for the time before.",
            ),
        ] {
            assert_eq!(days(field, text), expected, "{text}");
        }
        assert_eq!(read(Field::Joined, "..", NaiveDate::MIN), Err(QueryErrorKind::EmptyValue(Field::Joined)));
    }
}
