//! A three-year commitment of the simulated year, from its request to its end (`customer-account/three-year-commit`).

use chrono::{Months, NaiveDate};

use crate::{
    customer::{Customer, plus},
    dice::Dice,
};

/// The days after which a request lapses.
const REQUEST_DAYS: i64 = 7;
/// The days in which the minimum is to be reached.
const ACCEPTED_DAYS: i64 = 30;

#[derive(Debug, Clone)]
pub(crate) struct Commitment {
    pub(crate) status: &'static str,
    /// The day since which it has the status.
    pub(crate) since: NaiveDate,
    pub(crate) start: NaiveDate,
    pub(crate) licences: i64,
    /// The status of the request to commit again, and the day since which it has that.
    pub(crate) again: Option<(&'static str, NaiveDate)>,
}

impl Commitment {
    pub(crate) fn new(status: &'static str, today: NaiveDate, start: NaiveDate, licences: i64) -> Self {
        Self { status, since: today, start, licences, again: None }
    }

    /// Returns the last day: one day before the third anniversary of the start.
    pub(crate) fn end(&self) -> NaiveDate {
        plus(self.start.checked_add_months(Months::new(36)).unwrap(), -1)
    }

    pub(crate) fn is_in_force(&self) -> bool {
        matches!(self.status, "COMMITTED" | "ACTIVE")
    }

    /// Returns true if no renewal on a day, or later, is in its term.
    pub(crate) fn is_last_before(&self, renewal: NaiveDate) -> bool {
        self.end() <= renewal
    }
}

impl Customer {
    /// Lets the server decide about requests and end what is over.
    pub(crate) fn decide(&mut self, today: NaiveDate, dice: &mut Dice) {
        let seats = self.seats();
        let Some(of) = &mut self.commitment else { return };
        let (before, age) = ((of.status, of.again), (today - of.since).num_days());
        let end = of.end();
        of.status = match of.status {
            "REQUESTED" if dice.percent(18) => "ACCEPTED",
            "REQUESTED" if dice.percent(4) => "DECLINED",
            "REQUESTED" if age > REQUEST_DAYS => "EXPIRED",
            "ACCEPTED" if seats >= of.licences => "COMMITTED",
            "ACCEPTED" if age > ACCEPTED_DAYS => "NONCOMPLIANT",
            "COMMITTED" | "ACTIVE" if today > end => match of.again.take() {
                Some(("ACCEPTED", _)) => {
                    dice.note("commitment goes on");
                    of.start = plus(end, 1);
                    "COMMITTED"
                }
                _ => "EXPIRED",
            },
            status => status,
        };
        if of.status != before.0 {
            of.since = today;
            dice.note(match (before.0, of.status) {
                ("REQUESTED", "EXPIRED") => "request lapses",
                ("ACCEPTED", "COMMITTED") => "minimum is reached",
                (_, "EXPIRED") => "commitment ends",
                (_, status) => status,
            });
        }
        of.again = match of.again {
            Some(("REQUESTED", _)) if dice.percent(15) => Some(("ACCEPTED", today)),
            Some(("REQUESTED", since)) if (today - since).num_days() > REQUEST_DAYS => {
                Some(("EXPIRED", today))
            }
            again => again,
        };
        self.is_changed |= (of.status, of.again) != before;
    }

    /// Lets the customer ask for a commitment, or for another one in the last year of the first.
    pub(crate) fn ask(&mut self, today: NaiveDate, dice: &mut Dice) {
        let seats = self.seats();
        match &mut self.commitment {
            None if seats > 0 && dice.of_ten_thousand(10) => {
                let licences = (seats + dice.between(-8, 12)).max(10);
                self.commitment = Some(Commitment::new("REQUESTED", today, today, licences));
                self.is_changed = true;
            }
            Some(of) if of.status == "COMMITTED" && (of.end() - today).num_days() < 330 => {
                let may_ask = matches!(of.again, None | Some(("EXPIRED", _)));
                if may_ask && dice.of_ten_thousand(30) {
                    dice.note("recommitment");
                    (of.again, self.is_changed) = (Some(("REQUESTED", today)), true);
                }
            }
            _ => {}
        }
    }
}
