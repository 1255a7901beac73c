//! Large government agencies (`lga/index`): US and Canadian ones, with levels and memberships of their own.

use serde_json::{Value, json};

use super::{
    cases::Case,
    names::Segment,
    portfolio::{Portfolio, Record},
    rng::Subject,
};

/// The state of the benefit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Agency {
    Active,
    /// Until the next anniversary (`lga/convert`).
    PendingUpgrade,
}

/// The number of licences that an agency needs, unless a membership reaches it together.
const FEWEST: i64 = 100;

/// Returns true if a customer can be an agency at all.
pub(super) fn is_possible(portfolio: &Portfolio, record: &Record) -> bool {
    let country = portfolio.locale(record).map_or("", |locale| locale.country);
    record.status == "1000" && record.segment == Segment::Gov && matches!(country, "US" | "CA")
}

/// Draws the benefit of a customer without a three-year commit, which excludes it.
pub(super) fn draw(portfolio: &Portfolio, record: &Record, seats: i64, is_member: bool) -> Option<Agency> {
    match record.case {
        Some(Case::Agency) => return Some(Agency::Active),
        Some(Case::AgencyPending) => return Some(Agency::PendingUpgrade),
        _ => {}
    }
    let mut rng = record.rng(portfolio.seed, Subject::Agency);
    if !is_possible(portfolio, record) || !rng.chance(60) {
        return None;
    }
    let reaches = seats >= FEWEST || (is_member && seats > 0);
    Some(if reaches { Agency::Active } else { Agency::PendingUpgrade })
}

impl Agency {
    /// Writes the benefit as the API does.
    pub(super) fn benefit(self) -> Value {
        let status = match self {
            Self::Active => "ACTIVE",
            Self::PendingUpgrade => "PENDING_UPGRADE",
        };
        json!({"type": "LARGE_GOVERNMENT_AGENCY", "status": status})
    }
}
