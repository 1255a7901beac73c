//! Values that depend on the day on which they are asked for, and the tests of them.
//!
//! They are worked out for each question, since the program may run past midnight.

use chrono::NaiveDate;

use super::{
    columns::{ALL_ORDERS, DenseColumns, NumberField},
    numbers::{day_number, day_of},
    rows::RowSet,
    value_tests::{NumberTest, TextTest},
};
use crate::{
    model::{AsOf, AutoChanged, RETURN_DAYS, RenewalBasis, Returns, ReturnsOnDay},
    portfolio::query::{Field, Test},
};

impl DenseColumns {
    /// Returns what was read of a row's orders.
    pub(super) fn returns(&self, row: usize) -> Option<Returns> {
        let since = self.number(NumberField::OrdersSince).get(row)?;
        let orders = self.returnable.get(&row).map_or(&[][..], |orders| orders);
        Some(Returns { since: day_of(since).filter(|_| since != ALL_ORDERS), orders: orders.to_vec() })
    }

    /// Returns what can be returned of a row's orders on a day, if that is known.
    pub(super) fn returns_on(&self, row: usize, as_of: AsOf) -> Option<ReturnsOnDay> {
        if self.returnable.contains_key(&row) {
            return self.returns(row)?.on(as_of.today);
        }
        self.reaches_back(row, as_of).then(ReturnsOnDay::default)
    }

    /// Returns the day of a row's latest renewal order that failed, if the orders of the last days are known.
    pub(super) fn renewal_failed_on(&self, row: usize, as_of: AsOf) -> Option<NaiveDate> {
        self.renewal_failed.get(&row).copied().filter(|_| self.reaches_back(row, as_of))
    }

    /// Returns when automatic renewal of a row was last seen to change.
    pub(super) fn auto_changed(&self, row: usize) -> AutoChanged {
        match self.auto_changed.get(&row) {
            Some(day) => AutoChanged::On(*day),
            None if self.with_history.contains(row) => AutoChanged::Never,
            None => AutoChanged::Unknown,
        }
    }

    /// Returns true if the orders of a row were read that can be returned on a day.
    fn reaches_back(&self, row: usize, as_of: AsOf) -> bool {
        let since = self.number(NumberField::OrdersSince).get(row);
        since.is_some_and(|since| since == ALL_ORDERS || since <= day_number(as_of.today) - RETURN_DAYS)
    }

    /// Returns the rows of which it is known what can be returned on a day.
    pub(super) fn with_returns(&self, rows: &RowSet, as_of: AsOf) -> RowSet {
        rows.filter(|row| self.returns_on(row, as_of).is_some())
    }

    /// Returns the rows of which the orders were read that can be returned on a day.
    pub(super) fn with_orders(&self, rows: &RowSet, as_of: AsOf) -> RowSet {
        rows.filter(|row| self.reaches_back(row, as_of))
    }

    /// Returns the candidates for whose basis of the next renewal one of the tests holds.
    pub(super) fn find_basis(&self, tests: &[Test], candidates: &RowSet) -> RowSet {
        let tests = CodeTests::new(tests, RenewalBasis::ALL.map(RenewalBasis::code));
        candidates
            .filter(|row| tests.hold(self.next_renewal(row).into_iter().map(|(_, basis)| basis as usize)))
    }

    /// Returns the candidates for whose number or day in a field one of the tests holds.
    pub(super) fn find_dated(
        &self,
        field: Field,
        tests: &[Test],
        candidates: &RowSet,
        as_of: AsOf,
    ) -> RowSet {
        let returns = |row| self.returns_on(row, as_of);
        let tests = match field {
            Field::Returnable => NumberTest::of_amounts(tests),
            _ => NumberTest::of_days(tests),
        };
        candidates.filter(|row| {
            let number = match field {
                Field::LateSince => self.late_since.get(&row).copied().map(day_number),
                Field::Returnable => returns(row).map(|found| found.licences),
                Field::ReturnableUntil => returns(row).and_then(|found| found.until).map(day_number),
                Field::RenewalFailed => self.renewal_failed_on(row, as_of).map(day_number),
                Field::TurnedOff => self.turned_off.get(&row).copied().map(day_number),
                Field::AutoChanged => self.auto_changed(row).day().map(day_number),
                _ => None,
            };
            tests.iter().any(|test| test.holds(number))
        })
    }
}

/// The tests of a field with few codes, applied to each of them.
#[derive(Debug)]
pub(super) struct CodeTests<const N: usize> {
    allowed: [bool; N],
    takes_none: bool,
}

impl<const N: usize> CodeTests<N> {
    /// Prepares the tests for these codes, each with its place.
    pub(super) fn new(tests: &[Test], codes: [&str; N]) -> Self {
        let tests = TextTest::prepare(tests);
        Self {
            allowed: codes.map(|code| tests.iter().any(|test| test.holds(code))),
            takes_none: tests.iter().any(|test| matches!(test, TextTest::Missing)),
        }
    }

    /// Returns true if a test holds for one of these codes, or for none if there are none.
    pub(super) fn hold(&self, codes: impl Iterator<Item = usize>) -> bool {
        let mut codes = codes.peekable();
        if codes.peek().is_none() { self.takes_none } else { codes.any(|code| self.allowed[code]) }
    }
}
