//! The three-year commit in each of its states, and the benefits of government agencies.

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::{
    calendar::{plain, plus_days, plus_years},
    names::Segment,
    rng::Rng,
};

/// The length of a three-year commit in days.
const TERM: i64 = 3 * 365;

/// The smallest number of licences that can be committed to.
pub(super) const FEWEST: i64 = 10;

/// The state of a customer's three-year commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CommitmentState {
    Requested,
    Accepted,
    Declined,
    Committed,
    Active,
    NonCompliant,
    Expired,
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
            20..24 => Self::Expired,
            24..26 => Self::Recommitting("REQUESTED"),
            26..28 => Self::Recommitting("ACCEPTED"),
            _ => return None,
        };
        let least = match state {
            Self::Requested | Self::Accepted | Self::Declined => 0,
            Self::Committed | Self::Active | Self::NonCompliant => 31,
            Self::Recommitting(_) => TERM,
            Self::Expired => TERM + 10,
        };
        (age > least).then_some(state)
    }

    /// Returns true if its prices apply today.
    pub(super) fn in_force(self) -> bool {
        matches!(self, Self::Committed | Self::Active | Self::Recommitting(_))
    }

    /// Returns true if it requires a minimum of licences.
    pub(super) fn needs_licences(self) -> bool {
        self.in_force() || self == Self::Expired
    }

    /// Writes the benefit as the API does, for a customer with these numbers of licences and units today. No date in it
    /// is before the first order.
    pub(super) fn benefit(
        self,
        first_order: NaiveDate,
        today: NaiveDate,
        (seats, units): (i64, i64),
        rng: &mut Rng,
    ) -> Value {
        let kept = Terms { seats: round_down(seats), units: round_down(units) };
        let missed = Terms { seats: seats * 3 / 2 + 5, units: units * 2 };
        let days_ago = |days: i64| plus_days(today, -days).max(first_order);
        let mut benefit = Map::new();
        benefit.insert("type".into(), "THREE_YEAR_COMMIT".into());
        let mut put = |key: &str, value: Value| benefit.insert(key.into(), value);
        match self {
            Self::Requested => {
                let start = days_ago(rng.between(0, 6));
                put("commitmentRequest", missed.write("REQUESTED", start));
            }
            Self::Accepted => {
                let start = days_ago(rng.between(0, 29));
                put("commitmentRequest", missed.write("ACCEPTED", start));
            }
            Self::Declined => {
                let start = days_ago(rng.between(5, 400));
                put("commitmentRequest", missed.write("DECLINED", start));
            }
            Self::Committed | Self::Active => {
                let start = days_ago(rng.between(31, TERM - 40));
                let word = if self == Self::Active { "ACTIVE" } else { "COMMITTED" };
                put("commitment", kept.write(word, start));
                put("commitmentRequest", kept.write("COMMITTED", start));
            }
            Self::NonCompliant => {
                let start = days_ago(rng.between(31, TERM - 40));
                put("commitment", missed.write("NONCOMPLIANT", start));
            }
            Self::Expired => {
                let start = days_ago(TERM + rng.between(10, 300));
                put("commitment", kept.write("EXPIRED", start));
            }
            Self::Recommitting(word) => {
                let start = days_ago(TERM - rng.between(5, 80));
                put("commitment", kept.write("COMMITTED", start));
                put("recommitmentRequest", missed.write(word, plus_years(start, 3)));
            }
        }
        Value::Object(benefit)
    }
}

/// Draws the benefits other than the three-year commit.
pub(super) fn agency(segment: Segment, rng: &mut Rng) -> Option<Value> {
    (segment == Segment::Gov && rng.chance(20)).then(|| json!({"type": "LARGE_GOVERNMENT_AGENCY"}))
}

/// The committed minimum.
struct Terms {
    seats: i64,
    units: i64,
}

impl Terms {
    fn write(&self, status: &str, start: NaiveDate) -> Value {
        let minimum: Vec<Value> = [("LICENSE", self.seats), ("CONSUMABLES", self.units)]
            .into_iter()
            .filter(|(_, quantity)| *quantity > 0)
            .map(|(kind, quantity)| json!({"offerType": kind, "quantity": quantity}))
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
            let Some(state) = CommitmentState::draw(age, &mut rng) else { continue };
            states += 1;
            let benefit = state.benefit(first, today, (40, 0), &mut rng);
            let term = |part: &str, end: &str| {
                benefit[part][end].as_str().map(|day| day.parse::<NaiveDate>().unwrap())
            };
            for part in ["commitment", "commitmentRequest"] {
                let Some((start, end)) = term(part, "startDate").zip(term(part, "endDate")) else { continue };
                assert!(start >= first && end == plus_days(plus_years(start, 3), -1), "{benefit}");
                let over = state == CommitmentState::Expired;
                assert_eq!(end < today, over, "{benefit}");
            }
            let quantities = benefit.to_string();
            assert!(quantities.contains("LICENSE") && !quantities.contains("CONSUMABLES"));
        }
        assert!(states > 300, "{states}");
    }
}
