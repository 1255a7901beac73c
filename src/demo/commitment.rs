//! The three-year commit in each of its states (`customer-account/three-year-commit`).

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::{
    calendar::{plain, plus_days, plus_years},
    rng::Rng,
};

/// The length of a three-year commit in days.
const TERM: i64 = 3 * 365;

/// The smallest number of licences that can be committed to.
pub(super) const FEWEST: i64 = 10;
/// The smallest number of units that can be committed to.
const FEWEST_UNITS: i64 = 1000;

/// The state of a customer's three-year commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CommitmentState {
    Requested,
    Accepted,
    Declined,
    Committed,
    Active,
    NonCompliant,
    Inactive,
    Expired,
    /// Kept for consumables, and accepted for licences whose minimum is not reached yet.
    Split,
    /// Near its end, with a renewal of the commit requested.
    Recommitting(&'static str),
}

impl CommitmentState {
    /// Draws the state of an active customer whose first order was `age` days ago; most have none.
    pub(super) fn draw(age: i64, rng: &mut Rng) -> Option<Self> {
        let state = match rng.below(100) {
            0..3 => Self::Requested,
            3..6 => Self::Accepted,
            6..8 => Self::Declined,
            8..15 => Self::Committed,
            15..18 => Self::Active,
            18..20 => Self::NonCompliant,
            20..21 => Self::Inactive,
            21..24 => Self::Expired,
            24..26 => Self::Recommitting("REQUESTED"),
            26..28 => Self::Recommitting("ACCEPTED"),
            _ => return None,
        };
        let least = match state {
            Self::Requested | Self::Accepted | Self::Declined => 0,
            Self::Committed | Self::Active | Self::NonCompliant | Self::Inactive | Self::Split => 31,
            Self::Recommitting(_) => TERM,
            Self::Expired => TERM + 10,
        };
        (age > least).then_some(state)
    }

    /// Returns true if its prices of licences apply today.
    pub(super) fn in_force(self) -> bool {
        matches!(self, Self::Committed | Self::Active | Self::Recommitting(_))
    }

    /// Returns true if its prices of consumables apply today.
    pub(super) fn covers_units(self) -> bool {
        self.in_force() || self == Self::Split
    }

    /// Returns true if it requires a minimum of licences.
    pub(super) fn needs_licences(self) -> bool {
        self.in_force() || self == Self::Expired
    }

    /// Returns how many days ago it began or was asked for, from the shortest to the longest time.
    fn age(self) -> (i64, i64) {
        match self {
            // A request lapses after 7 days; who has accepted has 30 to reach the minimum.
            Self::Requested => (0, 6),
            Self::Accepted | Self::Split => (0, 29),
            Self::Declined => (5, 400),
            Self::Committed | Self::Active | Self::NonCompliant | Self::Inactive => (31, TERM - 40),
            Self::Expired => (TERM + 10, TERM + 310),
            Self::Recommitting(_) => (TERM - 80, TERM - 5),
        }
    }
}

/// The three-year commit of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DemoCommitment {
    pub(super) state: CommitmentState,
    /// The first day of its term, or of the term that is asked for.
    pub(super) start: NaiveDate,
}

/// What a customer owns today, by which minimums are made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Owned {
    pub(super) seats: i64,
    pub(super) units: i64,
    /// The minimum that a High Growth Offer at the next anniversary requires.
    pub(super) growth: Option<i64>,
}

impl DemoCommitment {
    /// Draws the commitment of an active customer; no date in it is before the first order.
    pub(super) fn draw(first_order: NaiveDate, today: NaiveDate, rng: &mut Rng) -> Option<Self> {
        let state = CommitmentState::draw((today - first_order).num_days(), rng)?;
        let (least, most) = state.age();
        let start = plus_days(today, -rng.between(least, most)).max(first_order);
        Some(Self { state, start })
    }

    /// Returns the last day of its term, one day before the third anniversary of its start.
    pub(super) fn end(self) -> NaiveDate {
        plus_days(plus_years(self.start, 3), -1)
    }

    /// Returns true if no renewal on `anniversary` or later falls into its term.
    pub(super) fn is_in_last_term(self, anniversary: NaiveDate) -> bool {
        self.end() <= anniversary
    }

    /// Writes the benefit as the API does.
    pub(super) fn benefit(self, owned: Owned) -> Value {
        let Owned { seats, units, growth } = owned;
        let kept = Terms { seats: round_down(seats), units: round_down(units) };
        let missed = Terms { seats: (seats * 3 / 2 + 5).max(FEWEST), units: units * 2 };
        let start = self.start;
        let mut benefit = Map::new();
        benefit.insert("type".into(), "THREE_YEAR_COMMIT".into());
        let mut put = |key: &str, value: Value| benefit.insert(key.into(), value);
        match self.state {
            CommitmentState::Requested => {
                put("commitmentRequest", missed.write("REQUESTED", start));
            }
            CommitmentState::Accepted => {
                put("commitmentRequest", missed.write("ACCEPTED", start));
            }
            CommitmentState::Declined => {
                put("commitmentRequest", missed.write("DECLINED", start));
            }
            CommitmentState::Committed | CommitmentState::Active => {
                let word = if self.state == CommitmentState::Active { "ACTIVE" } else { "COMMITTED" };
                put("commitment", kept.write(word, start));
                // The request stays as long as its minimum is not reached (`customer-account/high-growth`: the committed
                // quantity must be at least that of the offer).
                let more = growth.filter(|least| *least > kept.seats);
                let asked = more.map(|least| Terms { seats: least, units: 0 });
                let word = if asked.is_some() { "ACCEPTED" } else { "COMMITTED" };
                put("commitmentRequest", asked.unwrap_or(kept).write(word, start));
            }
            CommitmentState::NonCompliant => {
                put("commitment", missed.write("NONCOMPLIANT", start));
            }
            CommitmentState::Inactive => {
                put("commitment", missed.write("INACTIVE", start));
            }
            CommitmentState::Expired => {
                put("commitment", kept.write("EXPIRED", start));
            }
            CommitmentState::Split => {
                put("commitment", Terms { seats: 0, ..kept }.write("COMMITTED", start));
                put("commitmentRequest", Terms { units: 0, ..missed }.write("ACCEPTED", start));
            }
            CommitmentState::Recommitting(word) => {
                put("commitment", kept.write("COMMITTED", start));
                put("recommitmentRequest", missed.write(word, plus_years(start, 3)));
            }
        }
        Value::Object(benefit)
    }
}

/// The committed minimum.
struct Terms {
    seats: i64,
    units: i64,
}

impl Terms {
    fn write(&self, status: &str, start: NaiveDate) -> Value {
        let minimum: Vec<Value> =
            [("LICENSE", self.seats, FEWEST), ("CONSUMABLES", self.units, FEWEST_UNITS)]
                .into_iter()
                .filter(|(_, quantity, least)| quantity >= least)
                .map(|(kind, quantity, _)| json!({"offerType": kind, "quantity": quantity}))
                .collect();
        json!({
            "startDate": plain(start),
            "endDate": plain(plus_days(plus_years(start, 3), -1)),
            "status": status,
            "minimumQuantities": minimum,
        })
    }
}

/// Rounds down to a round number.
fn round_down(quantity: i64) -> i64 {
    match quantity {
        ..10 => quantity,
        10..100 => quantity / 10 * 10,
        100.. => quantity / 50 * 50,
    }
}

#[cfg(test)]
mod tests {
    use super::super::rng::Subject;
    use super::*;

    #[test]
    fn terms_are_three_years_and_no_older_than_the_customer() {
        let today: NaiveDate = "2026-03-31".parse().unwrap();
        let mut rng = Rng::keyed(1, 1, Subject::Commitment);
        let mut states = 0;
        for age in 0..2000 {
            let first = plus_days(today, -age);
            let Some(own) = DemoCommitment::draw(first, today, &mut rng) else { continue };
            states += 1;
            let benefit = own.benefit(Owned { seats: 40, units: 400, growth: None });
            let term = |part: &str, end: &str| {
                benefit[part][end].as_str().map(|day| day.parse::<NaiveDate>().unwrap())
            };
            for part in ["commitment", "commitmentRequest"] {
                let Some((start, end)) = term(part, "startDate").zip(term(part, "endDate")) else { continue };
                assert!(start >= first && end == plus_days(plus_years(start, 3), -1), "{benefit}");
                let over = own.state == CommitmentState::Expired;
                assert_eq!(end < today, over, "{benefit}");
            }
            let quantities = benefit.to_string();
            assert!(quantities.contains("LICENSE") && !quantities.contains("CONSUMABLES"));
        }
        assert!(states > 300, "{states}");
    }

    /// `customer-account/three-year-commit`: "extended to 30 days", and a request lapses after 7.
    #[test]
    fn requests_and_acceptances_are_no_older_than_they_may_be() {
        let today: NaiveDate = "2026-03-31".parse().unwrap();
        let mut rng = Rng::keyed(2, 1, Subject::Commitment);
        for _ in 0..3000 {
            let Some(own) = DemoCommitment::draw(plus_days(today, -2000), today, &mut rng) else { continue };
            let age = (today - own.start).num_days();
            match own.state {
                CommitmentState::Requested => assert!((0..7).contains(&age), "{age}"),
                CommitmentState::Accepted => assert!((0..30).contains(&age), "{age}"),
                _ => {}
            }
        }
    }

    #[test]
    fn a_growth_offer_asks_for_a_higher_minimum() {
        let start = "2025-07-07".parse().unwrap();
        let own = DemoCommitment { state: CommitmentState::Committed, start };
        let benefit = own.benefit(Owned { seats: 60, units: 0, growth: Some(250) });
        assert_eq!(benefit["commitment"]["minimumQuantities"][0]["quantity"], 60);
        assert_eq!(benefit["commitmentRequest"]["minimumQuantities"][0]["quantity"], 250);
        assert_eq!(benefit["commitmentRequest"]["status"], "ACCEPTED");
        assert!(own.is_in_last_term("2028-07-07".parse().unwrap()));
        assert!(!own.is_in_last_term("2027-07-07".parse().unwrap()));
    }
}
