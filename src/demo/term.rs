//! The term of a customer: when it began, and when it ends.

use chrono::{Datelike, NaiveDate};

use super::{calendar, rng::Rng};

/// The kinds of terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TermKind {
    /// A year, again and again.
    Yearly,
    /// A first term of more than a year, at most 36 months.
    Extended,
    /// One term that ended long ago: the customer only buys what has no term.
    OneOff,
}

/// The current term of a customer, or its last one.
#[derive(Debug, Clone, Copy)]
pub(super) struct DemoTerm {
    /// The time of the first order.
    pub(super) first_order: i64,
    /// The day on which the term ends, and on which everything renews that was not renewed early.
    pub(super) anniversary: NaiveDate,
    pub(super) kind: TermKind,
}

/// The longest term in months.
const LONGEST: i32 = 36;

impl DemoTerm {
    /// Draws the term of an account whose first order was at `first_order`; a `plain` one is yearly.
    pub(super) fn draw(first_order: i64, today: NaiveDate, active: bool, plain: bool, rng: &mut Rng) -> Self {
        let first = calendar::day_of(first_order);
        let anniversary = anniversary(first, today, active, rng);
        let yearly = Self { first_order, anniversary, kind: TermKind::Yearly };
        let age = (today - first).num_days();
        match rng.below(100) {
            _ if plain || !active => yearly,
            0..4 => {
                let months = i32::try_from(rng.between(13, LONGEST.into())).unwrap_or(LONGEST);
                Self::extended(first_order, months, today).unwrap_or(yearly)
            }
            4..7 if age > 800 => Self::one_off(first_order, today, rng.between(1, age / 366 - 1)),
            _ => yearly,
        }
    }

    /// Returns a first term of so many months, unless it is over or no longer than a year from today.
    pub(super) fn extended(first_order: i64, months: i32, today: NaiveDate) -> Option<Self> {
        let anniversary = calendar::plus_months(calendar::day_of(first_order), months);
        let is_long = anniversary > calendar::plus_years(today, 1);
        is_long.then_some(Self { first_order, anniversary, kind: TermKind::Extended })
    }

    /// Returns a term that ended so many years after the first order.
    pub(super) fn one_off(first_order: i64, today: NaiveDate, years: i64) -> Self {
        let years = i32::try_from(years.max(1)).unwrap_or(1);
        let anniversary = calendar::plus_years(calendar::day_of(first_order), years);
        let long_past = calendar::plus_days(today, -60);
        Self { first_order, anniversary: anniversary.min(long_past), kind: TermKind::OneOff }
    }

    /// Returns the first day of the term.
    pub(super) fn start(&self) -> NaiveDate {
        let first = calendar::day_of(self.first_order);
        match self.kind {
            TermKind::Extended => first,
            TermKind::Yearly | TermKind::OneOff => calendar::plus_years(self.anniversary, -1).max(first),
        }
    }

    /// Returns the past anniversaries, newest first, each of which was a renewal.
    pub(super) fn renewals(&self, today: NaiveDate) -> impl Iterator<Item = NaiveDate> {
        let first = calendar::day_of(self.first_order);
        let Self { anniversary, kind, .. } = *self;
        (1..)
            .map(move |years| calendar::plus_years(anniversary, -years))
            .take_while(move |day| kind == TermKind::Yearly && *day > first)
            .filter(move |day| *day <= today)
    }

    /// Returns the number of days from a day to the end of the term that it is in; none after the last term.
    pub(super) fn days_left(&self, day: NaiveDate) -> Option<i64> {
        let end = match self.kind {
            // The first anniversary after the day.
            TermKind::Yearly => (0..100)
                .map(|years| calendar::plus_years(self.anniversary, -years))
                .take_while(|end| *end > day)
                .last(),
            TermKind::Extended | TermKind::OneOff => Some(self.anniversary).filter(|end| *end > day),
        };
        end.map(|end| (end - day).num_days())
    }

    /// Returns the anniversary that has just passed, with the renewals that can still be made late.
    pub(super) fn last_anniversary(&self, today: NaiveDate) -> Option<NaiveDate> {
        if self.kind == TermKind::Yearly && self.anniversary <= today {
            return Some(self.anniversary);
        }
        self.renewals(today).next()
    }
}

/// The number of days after an anniversary in which a late renewal is possible (`renewals/manual-renewals`: "typically 14
/// days").
pub(super) const GRACE: i64 = 14;
/// The number of days before an anniversary from which an early renewal is possible (`renewals/overview`: AD-30 to AD-1).
pub(super) const EARLY: i64 = 30;

/// Draws the anniversary date of an account whose first order was on `first`.
fn anniversary(first: NaiveDate, today: NaiveDate, active: bool, rng: &mut Rng) -> NaiveDate {
    let next = calendar::next_anniversary(first, today);
    let past_years = next.year() - first.year() - 1;
    if !active {
        let ended = rng.between(1, past_years.max(1).into());
        return calendar::plus_years(first, i32::try_from(ended).unwrap_or(1));
    }
    // Many have chosen a date of their own, so that the days around today are busy.
    let chosen = calendar::plus_days(today, rng.between(-GRACE, 45));
    if rng.chance(22) && calendar::plus_days(first, 30) < chosen {
        // Most of those whose date has passed have renewed since.
        return if chosen < today && rng.chance(60) { calendar::plus_years(chosen, 1) } else { chosen };
    }
    // An account that has not renewed yet still has the date that has just passed.
    let last = calendar::plus_years(next, -1);
    let late = past_years > 0 && last > calendar::plus_days(today, -GRACE) && rng.chance(40);
    if late { last } else { next }
}

#[cfg(test)]
mod tests {
    use super::super::rng::Subject;
    use super::*;

    const DAY: &str = "2026-03-31";

    #[test]
    fn an_active_account_renews_within_a_year_or_is_late() {
        let today: NaiveDate = DAY.parse().unwrap();
        let mut rng = Rng::keyed(1, 1, Subject::Purchases);
        let (mut late, mut soon) = (0, 0);
        for back in 0..2900 {
            let first = calendar::plus_days(today, -back);
            let coterm = anniversary(first, today, true, &mut rng);
            assert!(coterm > first, "{first} {coterm}");
            assert!(coterm >= calendar::plus_days(today, -14) && coterm <= calendar::plus_years(today, 1));
            late += usize::from(coterm <= today);
            soon += usize::from(coterm > today && coterm <= calendar::plus_days(today, 30));
            assert!(anniversary(first, today, false, &mut rng) > first);
        }
        assert!(late > 50 && soon > 200, "{late} late, {soon} soon");
    }

    #[test]
    fn a_term_is_at_most_36_months_and_has_no_renewal_before_its_end() {
        let today: NaiveDate = DAY.parse().unwrap();
        let first = calendar::start_of(calendar::plus_days(today, -500));
        let long = DemoTerm::extended(first, 36, today).unwrap();
        assert_eq!(long.anniversary, calendar::plus_months(calendar::day_of(first), 36));
        assert_eq!((long.start(), long.renewals(today).count()), (calendar::day_of(first), 0));
        assert!(DemoTerm::extended(first, 24, today).is_none(), "it ends within a year");
        let over = DemoTerm::one_off(first, today, 7);
        assert!(over.anniversary < calendar::plus_days(today, -14) && over.renewals(today).count() == 0);
    }

    #[test]
    fn past_anniversaries_are_renewals() {
        let today: NaiveDate = DAY.parse().unwrap();
        let first_order = calendar::start_of("2023-01-15".parse().unwrap());
        let term = |anniversary: &str| {
            let anniversary = anniversary.parse().unwrap();
            DemoTerm { first_order, anniversary, kind: TermKind::Yearly }
        };
        let days = |term: DemoTerm| term.renewals(today).map(calendar::plain).collect::<Vec<_>>();
        assert_eq!(days(term("2027-03-20")), ["2026-03-20", "2025-03-20", "2024-03-20", "2023-03-20"]);
        assert_eq!(days(term("2026-04-01")), ["2025-04-01", "2024-04-01", "2023-04-01"]);
        let last = |term: DemoTerm| term.last_anniversary(today).map(calendar::plain);
        assert_eq!(last(term("2027-03-20")).as_deref(), Some("2026-03-20"));
        assert_eq!(last(term("2026-03-28")).as_deref(), Some("2026-03-28"), "nothing was renewed");
    }
}
