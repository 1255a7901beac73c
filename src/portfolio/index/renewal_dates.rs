//! The renewal dates of rows, and the tests that each of a customer's dates can meet.

use chrono::{NaiveDate, TimeDelta};

use super::{
    columns::{DenseColumns, NumberField},
    dated::CodeTests,
    numbers::{day_number, day_of},
    rows::RowSet,
    value_tests::NumberTest,
};
use crate::{
    model::{AsOf, CustomerRenewal, DatedRenewal, RenewalBasis, RenewalState, RenewalStates},
    portfolio::query::{Condition, Field, Query, Test},
};

impl DenseColumns {
    /// Returns the renewal dates of a row, the earliest first.
    pub(super) fn renewal_dates(&self, row: usize) -> impl Iterator<Item = DatedRenewal> {
        let has_several = self.with_several_dates.contains(row);
        let several = has_several.then(|| self.several_dates.get(&row)).flatten();
        let only = if has_several { None } else { self.only_date(row) };
        several.into_iter().flatten().copied().chain(only)
    }

    fn only_date(&self, row: usize) -> Option<DatedRenewal> {
        let next = self.next(row)?;
        let sum = |field| self.number(field).get(row).unwrap_or_default();
        let sums = [sum(NumberField::ToRenew), sum(NumberField::Lapsing), sum(NumberField::RenewalChange)];
        DatedRenewal::only(Some(next), self.number(NumberField::Lapses).get(row).and_then(day_of), sums)
    }

    fn next(&self, row: usize) -> Option<NaiveDate> {
        self.number(NumberField::Renewal).get(row).and_then(day_of)
    }

    /// Returns the renewals of a row.
    pub(super) fn renewal(&self, row: usize) -> CustomerRenewal {
        CustomerRenewal {
            dates: self.renewal_dates(row).collect(),
            late_since: self.late_since.get(&row).copied(),
            late_count: self.late_count(row),
            is_renewed: self.renewed.contains(row),
        }
    }

    fn late_count(&self, row: usize) -> i64 {
        self.number(NumberField::LateRenewals).get(row).unwrap_or_default()
    }

    /// Returns the date of the next renewal of a row: of an active subscription, or else of a late one.
    pub(super) fn renewal_date(&self, row: usize) -> Option<NaiveDate> {
        self.next(row).or_else(|| self.late_since.get(&row).copied())
    }

    /// Returns the date that stands for the next renewal of a row, and which one it is; `None` if its subscriptions are not
    /// known.
    pub(super) fn next_renewal(&self, row: usize) -> Option<(NaiveDate, RenewalBasis)> {
        if !self.with_subscriptions.contains(row) {
            return None;
        }
        let anniversary = self.number(NumberField::Anniversary).get(row).and_then(day_of);
        RenewalBasis::first_of(self.next(row), self.late_since.get(&row).copied(), anniversary)
    }

    /// Returns the states of the renewals of a row on a day, the most urgent first.
    pub(super) fn renewal_states(
        &self,
        row: usize,
        as_of: AsOf,
    ) -> impl Iterator<Item = RenewalState> + use<> {
        let dates = self.renewal_dates(row).map(|date| date.day);
        RenewalStates::of(dates, self.late_count(row), self.renewed.contains(row), as_of).iter()
    }

    /// Returns the candidates with a state of a renewal for which one of the tests holds.
    pub(super) fn find_states(&self, tests: &[Test], candidates: &RowSet, as_of: AsOf) -> RowSet {
        let tests = state_tests(tests);
        candidates.filter(|row| tests.hold(self.renewal_states(row, as_of).map(|state| state as usize)))
    }

    /// Returns the candidates with a renewal date for which one of the tests of a field holds, or without one if that is tested.
    pub(super) fn find_by_date(&self, test: &DateTest, candidates: &RowSet, as_of: AsOf) -> RowSet {
        candidates.filter(|row| {
            let numbers = self.renewal_dates(row).filter_map(|date| test.number_of(date, as_of));
            let late = (test.field == Field::DaysLeft && self.next(row).is_none())
                .then(|| self.late_since.get(&row).map(|day| (*day - as_of.today).num_days()));
            test.holds_for_any(numbers.chain(late.flatten()))
        })
    }
}

fn state_tests(tests: &[Test]) -> CodeTests<{ RenewalState::ALL.len() }> {
    CodeTests::new(tests, RenewalState::ALL.map(RenewalState::code))
}

/// The tests of a field that each renewal date of a customer has a value of.
#[derive(Debug)]
pub(super) struct DateTest {
    field: Field,
    tests: Vec<NumberTest>,
}

impl DateTest {
    /// Prepares the tests of `renewal:`, `lapses:`, `change-by:` or `days-left:`; `None` for another field.
    pub(super) fn new(field: Field, tests: &[Test]) -> Option<Self> {
        let tests = match field {
            Field::Renewal | Field::Lapses | Field::ChangeBy => NumberTest::of_days(tests),
            Field::DaysLeft => NumberTest::of_numbers(tests),
            _ => return None,
        };
        Some(Self { field, tests })
    }

    /// Returns the value of the field for a date, if it has one.
    fn number_of(&self, date: DatedRenewal, as_of: AsOf) -> Option<i64> {
        match self.field {
            Field::Lapses => date.lapses.then(|| day_number(date.day)),
            Field::DaysLeft => Some((date.day - as_of.today).num_days()),
            Field::ChangeBy => {
                let last = date.day.checked_sub_signed(TimeDelta::days(as_of.change_margin.into()));
                last.map(day_number)
            }
            _ => Some(day_number(date.day)),
        }
    }

    fn holds_for_any(&self, numbers: impl Iterator<Item = i64>) -> bool {
        let holds = |number| self.tests.iter().any(|test| test.holds(number));
        let mut numbers = numbers.peekable();
        if numbers.peek().is_none() { holds(None) } else { numbers.any(|number| holds(Some(number))) }
    }
}

/// The renewal dates that a query asks for: those that each of its terms about dates holds for.
#[derive(Debug)]
pub(in crate::portfolio) struct WantedDates {
    tests: Vec<DateTest>,
    states: Vec<CodeTests<{ RenewalState::ALL.len() }>>,
    as_of: AsOf,
}

impl WantedDates {
    /// Reads the terms of a query that are not negated. A query without one about dates wants all of them.
    pub(in crate::portfolio) fn of(query: &Query) -> Self {
        let mut wanted = Self { tests: Vec::new(), states: Vec::new(), as_of: query.as_of };
        for term in query.terms.iter().filter(|term| !term.is_negated) {
            let Condition::Field(field, tests) = &term.condition else { continue };
            wanted.tests.extend(DateTest::new(*field, tests));
            if *field == Field::RenewalState {
                wanted.states.push(state_tests(tests));
            }
        }
        wanted
    }

    /// Returns true if the query asks for this date.
    pub(in crate::portfolio) fn has(&self, date: DatedRenewal) -> bool {
        let state = RenewalState::of_date(date.day, self.as_of.today, self.as_of.change_margin);
        let number = |test: &DateTest| test.number_of(date, self.as_of);
        self.tests.iter().all(|test| test.holds_for_any(number(test).into_iter()))
            && self.states.iter().all(|tests| tests.hold(std::iter::once(state as usize)))
    }
}
