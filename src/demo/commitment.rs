//! The three-year commit in each of its states, and what a government agency gets.

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::{
    calendar::{plain, plus_days, plus_years},
    names::Segment,
    rng::Rng,
};

/// Where a customer stands with its three-year commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Requested,
    Accepted,
    Declined,
    Committed,
    Active,
    NonCompliant,
    Expired,
    /// Near its end, with the next one asked for.
    Recommitting(&'static str),
}

impl State {
    /// Draws the state of an active customer that has ordered; most have none.
    pub(super) fn draw(rng: &mut Rng) -> Option<Self> {
        match rng.below(100) {
            0..3 => Some(Self::Requested),
            3..6 => Some(Self::Accepted),
            6..8 => Some(Self::Declined),
            8..15 => Some(Self::Committed),
            15..18 => Some(Self::Active),
            18..20 => Some(Self::NonCompliant),
            20..22 => Some(Self::Expired),
            22 => Some(Self::Recommitting("REQUESTED")),
            23 => Some(Self::Recommitting("ACCEPTED")),
            _ => None,
        }
    }

    /// Whether its prices hold today.
    pub(super) fn in_force(self) -> bool {
        matches!(self, Self::Committed | Self::Active | Self::Recommitting(_))
    }

    /// The benefit as the API writes it, for a customer with so many licences and units today.
    pub(super) fn benefit(self, today: NaiveDate, seats: i64, units: i64, rng: &mut Rng) -> Value {
        let kept = Terms { seats: round_down(seats), units: round_down(units) };
        let missed = Terms { seats: seats * 3 / 2 + 5, units: units * 2 };
        let running = |rng: &mut Rng| plus_days(today, -rng.between(31, 3 * 365 - 40));
        let mut benefit = Map::new();
        benefit.insert("type".into(), "THREE_YEAR_COMMIT".into());
        let mut put = |key: &str, value: Value| benefit.insert(key.into(), value);
        match self {
            Self::Requested => {
                let start = plus_days(today, -rng.between(0, 6));
                put("commitmentRequest", missed.write("REQUESTED", start));
            }
            Self::Accepted => {
                let start = plus_days(today, -rng.between(0, 29));
                put("commitmentRequest", missed.write("ACCEPTED", start));
            }
            Self::Declined => {
                let start = plus_days(today, -rng.between(5, 400));
                put("commitmentRequest", missed.write("DECLINED", start));
            }
            Self::Committed | Self::Active => {
                let start = running(rng);
                let word = if self == Self::Active { "ACTIVE" } else { "COMMITTED" };
                put("commitment", kept.write(word, start));
                put("commitmentRequest", kept.write("COMMITTED", start));
            }
            Self::NonCompliant => {
                let start = running(rng);
                put("commitment", missed.write("NONCOMPLIANT", start));
            }
            Self::Expired => {
                let start = plus_days(today, -3 * 365 - rng.between(10, 300));
                put("commitment", kept.write("EXPIRED", start));
            }
            Self::Recommitting(word) => {
                let start = plus_days(today, -3 * 365 + rng.between(5, 80));
                put("commitment", kept.write("COMMITTED", start));
                put("recommitmentRequest", missed.write(word, plus_years(start, 3)));
            }
        }
        Value::Object(benefit)
    }
}

/// The benefits beside the three-year commit.
pub(super) fn agency(segment: Segment, rng: &mut Rng) -> Option<Value> {
    (segment == Segment::Gov && rng.chance(20)).then(|| json!({"type": "LARGE_GOVERNMENT_AGENCY"}))
}

/// The minimum that is promised.
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

/// A round number that is not more.
fn round_down(quantity: i64) -> i64 {
    match quantity {
        ..10 => quantity,
        10..100 => quantity / 10 * 10,
        100.. => quantity / 50 * 50,
    }
}
