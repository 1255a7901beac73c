//! The weeks of the renewals that a query asks for: which ones they are, and the seats of the query's customers in each.

use chrono::NaiveDate;

use super::{
    index::PortfolioIndex,
    ledger::{SeatLedger, WeekRange},
    query::{Condition, Field, Query, Test},
};
use crate::model::{RenewalSpan, RenewalWeeks, days_later};

/// Days of a week.
const DAYS: i64 = 7;
/// The weeks of a range that has one end only.
const OPEN_WEEKS: i64 = 12;
/// The most weeks of a range.
const MOST_WEEKS: i64 = 26;

/// The first and the last day that a query can name.
const FIRST_DAY: NaiveDate = NaiveDate::from_ymd_opt(1, 1, 1).expect("a day");
const LAST_DAY: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("a day");

/// Returns the days that a query wants a renewal date to be in, or one on which something lapses, if it asks for one range
/// of days; and which of these fields it asks for. A range without an end has 12 weeks, one without a beginning begins today if
/// it can, and 26 weeks are the most.
pub fn renewal_span(query: &Query, today: NaiveDate) -> Option<(Field, RenewalSpan)> {
    let asks_for =
        |field: &Field| query.terms.iter().any(|term| term.field() == Some(*field) && !term.is_negated);
    let field = [Field::Renewal, Field::Lapses].into_iter().find(asks_for)?;
    Some((field, span_of(query, field, today)?))
}

fn span_of(query: &Query, field: Field, today: NaiveDate) -> Option<RenewalSpan> {
    let (mut first, mut last) = (None, None);
    for term in query.terms.iter().filter(|term| !term.is_negated && term.field() == Some(field)) {
        let Condition::Field(_, tests) = &term.condition else { continue };
        let [Test::Days(from, to)] = tests.as_slice() else { return None };
        first = first.max(*from);
        last = [last, *to].into_iter().flatten().min();
    }
    // A query can name no other days.
    let last = last.map(|last| last.min(LAST_DAY));
    let (mut first_day, last_day) = match (first, last) {
        (Some(first), Some(last)) => (first, last),
        (Some(first), None) => (first, days_later(first, OPEN_WEEKS * DAYS - 1).min(LAST_DAY)),
        (None, Some(last)) if last >= today => (today, last),
        (None, Some(last)) => (days_later(last, 1 - OPEN_WEEKS * DAYS).max(FIRST_DAY), last),
        (None, None) => return None,
    };
    let most = |first| last_day.min(days_later(first, MOST_WEEKS * DAYS - 1));
    if most(first_day) < last_day && (first_day..=last_day).contains(&today) {
        first_day = today;
    }
    (first_day <= last_day).then(|| RenewalSpan { first_day, last_day: most(first_day) })
}

/// Adds up the seats of the customers that a query finds, by week of a range.
pub(super) fn renewal_weeks(
    index: &PortfolioIndex,
    ledger: &SeatLedger,
    query: &Query,
    span: RenewalSpan,
) -> RenewalWeeks {
    let found = index.matched(query);
    let range = WeekRange::between(span.first_day, span.last_day);
    RenewalWeeks {
        weeks: ledger.renewals.weeks(range, found.rows()),
        other: ledger.renewals.outside(range, found.rows()),
        unknown: found.unknown() as u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portfolio::query::parse;

    fn span(query: &str) -> Option<RenewalSpan> {
        let today = "2026-11-23".parse().unwrap();
        renewal_span(&parse(query, today).unwrap(), today).map(|(_, span)| span)
    }

    #[test]
    fn a_query_has_weeks_if_it_asks_for_one_range_of_days() {
        for (query, expected) in [
            ("renewal:-14d..30d", "2026-11-09..2026-12-23 7"),
            ("acme renewal:30d", "2026-11-23..2026-12-23 5"),
            ("renewal:2026-12-01", "2026-12-01..2026-12-01 1"),
            ("renewal:2026-12-01..2026-12-07", "2026-12-01..2026-12-07 1"),
            ("renewal:2026-12-01..2026-12-08", "2026-12-01..2026-12-08 2"),
            ("lapses:..45d", "2026-11-23..2027-01-07 7"),
            ("renewal:..-30d", "2026-08-02..2026-10-24 12"),
            ("renewal:today..", "2026-11-23..2027-02-14 12"),
            ("renewal:2020..2030", "2026-11-23..2027-05-23 26"),
            ("renewal:2028..2030", "2028-01-01..2028-06-30 26"),
            ("renewal:30d renewal:7d..60d -renewal:10d", "2026-11-30..2026-12-23 4"),
            ("renewal:9999-12-30..", "9999-12-30..9999-12-31 1"),
            ("renewal:..0001-01-09", "0001-01-01..0001-01-09 2"),
        ] {
            let span = span(query).unwrap();
            assert_eq!(
                format!("{}..{} {}", span.first_day, span.last_day, span.weeks()),
                expected,
                "{query}"
            );
        }
        for query in ["", "acme", "renewal:any", "renewal:none", "renewal:7d,2027", "-renewal:30d"] {
            assert_eq!(span(query), None, "{query}");
        }
        assert_eq!(span("renewal:7d renewal:2027"), None, "no day is in both");
    }

    #[test]
    fn the_weeks_begin_on_the_first_day_and_end_with_the_range() {
        let span = span("renewal:-14d..30d").unwrap();
        let days = |place| span.week(place).map(|days| format!("{}..{}", days.start(), days.end()));
        assert_eq!(days(0).as_deref(), Some("2026-11-09..2026-11-15"));
        assert_eq!(days(2).as_deref(), Some("2026-11-23..2026-11-29"));
        assert_eq!(days(6).as_deref(), Some("2026-12-21..2026-12-23"));
        assert_eq!((days(7), days(usize::MAX)), (None, None));
        let week_of = |day: &str| span.week_of(day.parse().unwrap());
        assert_eq!(week_of("2026-11-08"), None);
        assert_eq!((week_of("2026-11-15"), week_of("2026-11-16")), (Some(0), Some(1)));
        assert_eq!((week_of("2026-12-23"), week_of("2026-12-24")), (Some(6), None));
    }
}
