//! Linked memberships (`customer-account/linked-membership`): customers that reach discount levels together.

use serde_json::{Map, Value, json};

use super::{
    agency::Agency,
    calendar::{self, DAY},
    portfolio::{Portfolio, Record},
    rng::{Rng, Subject},
};

/// The size of the blocks that customers are divided into; one block in three has a membership of up to four customers.
const BLOCK: usize = 24;

/// The place of a customer in a membership.
struct MembershipPlace<'p> {
    owner: &'p Record,
    part: &'static str,
    kind: &'static str,
    block: u64,
}

/// Returns the place of a customer, if it is in a membership.
fn place<'p>(portfolio: &'p Portfolio, record: &Record) -> Option<MembershipPlace<'p>> {
    let at = portfolio.ordinal(record);
    let (block, place) = ((at / BLOCK) as u64, at % BLOCK);
    let mut rng = Rng::keyed(portfolio.seed, block, Subject::Membership);
    if !rng.chance(34) {
        return None;
    }
    let kind = rng.one_of(["STANDARD", "STANDARD", "CONSORTIUM"]);
    let owner = rng.below(BLOCK / 2);
    let members: Vec<usize> = (1..=rng.below(3) + 1).map(|step| owner + step * 3).collect();
    let part = match place {
        _ if place == owner => "OWNER",
        _ if members.contains(&place) => "MEMBER",
        _ => return None,
    };
    let owner = portfolio.neighbour_at(record, at - place + owner)?;
    Some(MembershipPlace { owner, part, kind, block })
}

/// Returns true if a customer is in a membership.
pub(super) fn is_in_one(portfolio: &Portfolio, record: &Record) -> bool {
    place(portfolio, record).is_some()
}

/// Writes the membership of a customer. Each large agency has one, with its country and benefit (`lga/create`).
pub(super) fn write(portfolio: &Portfolio, record: &Record, agency: Option<Agency>) -> Option<Value> {
    let is_agency = agency == Some(Agency::Active);
    let own = place(portfolio, record);
    let alone = || MembershipPlace { owner: record, part: "OWNER", kind: "STANDARD", block: record.id };
    let own = own.or_else(|| is_agency.then(alone))?;
    let name = portfolio.name(own.owner).unwrap_or("Membership");
    let joined = record.created.max(own.owner.created) + DAY / 2;
    let mut membership = Map::new();
    let mut put = |key: &str, value: Value| membership.insert(key.into(), value);
    put("id", (4_000_000_000 + own.block % 1_000_000_000).to_string().into());
    put("name", name.into());
    put("type", own.kind.into());
    put("linkedMembershipType", own.part.into());
    // The documentation's samples have no zone here.
    put("creationDate", calendar::without_zone(joined.min(portfolio.now())).into());
    if is_agency {
        put("country", portfolio.locale(record).map(|locale| locale.country).into());
        put("benefitTypes", json!(["LARGE_GOVERNMENT_AGENCY"]));
    }
    Some(Value::Object(membership))
}
