//! The JSON of a customer: the row of a list, and the full resource.

use serde_json::{Map, Value, json};

use super::{
    agency::Agency,
    calendar, deployments, links, membership,
    oddities::Oddity,
    portfolio::{Portfolio, Record},
    profile,
    purchases::Purchases,
    rng::Subject,
};

/// Writes a row of the customer list.
pub(super) fn row(portfolio: &Portfolio, record: &Record) -> Value {
    let mut row = head(portfolio, record);
    let mut profile = Map::new();
    if let Some(name) = portfolio.name(record) {
        profile.insert("companyName".into(), name.into());
    }
    row.insert("companyProfile".into(), Value::Object(profile));
    if let Some(date) = record.told_creation() {
        row.insert("creationDate".into(), date.into());
    }
    let link = record.sample().map(|sample| sample.link.to_owned());
    row.insert("links".into(), links::own(&link.unwrap_or_else(|| uri(record))));
    Value::Object(row)
}

/// Writes the full resource.
pub(super) fn resource(portfolio: &Portfolio, record: &Record) -> Value {
    let purchases = Purchases::of(portfolio, record);
    let mut customer = head(portfolio, record);
    let mut put = |key: &str, value: Value| customer.insert(key.into(), value);
    if let Some(date) = record.told_creation() {
        put("creationDate", date.into());
    }
    match &purchases {
        Some(purchases) => _ = put("cotermDate", calendar::plain(purchases.coterm).into()),
        // The pattern in `references/validations` allows an empty text, and both are sent.
        None if record.id.is_multiple_of(3) => _ = put("cotermDate", "".into()),
        None => {}
    }
    put("globalSalesEnabled", deployments::is_global(portfolio, record).into());
    if let Some(oddity) = record.oddity {
        put("tags", json!([oddity.tag()]));
    }
    put("companyProfile", company_profile(portfolio, record));
    if let Some(purchases) = &purchases {
        let discounts = discounts(purchases);
        if !discounts.is_empty() {
            put("discounts", Value::Array(discounts));
        }
    }
    let benefits = benefits(purchases.as_ref());
    if !benefits.is_empty() {
        put("benefits", Value::Array(benefits));
    }
    let agency = purchases.as_ref().and_then(|own| own.agency);
    if let Some(membership) = membership::write(portfolio, record, agency) {
        put("linkedMembership", membership);
    }
    put("links", links::own(&uri(record)));
    Value::Object(customer)
}

fn uri(record: &Record) -> String {
    format!("/v3/customers/{}", record.customer_id())
}

/// Writes the fields with which both begin.
fn head(portfolio: &Portfolio, record: &Record) -> Map<String, Value> {
    let mut head = Map::new();
    if let Some(reference) = reference(portfolio, record) {
        head.insert("externalReferenceId".into(), reference.into());
    }
    head.insert("customerId".into(), record.customer_id().into());
    let reseller = portfolio.resellers.get(usize::from(record.reseller));
    head.insert("resellerId".into(), reseller.map(|reseller| reseller.plan.id).into());
    head.insert("status".into(), record.status.into());
    head
}

/// Returns the partner's own reference: optional, at most 35 characters, and not always unique.
fn reference(portfolio: &Portfolio, record: &Record) -> Option<String> {
    if let Some(sample) = record.sample() {
        return Some(sample.reference.to_owned());
    }
    let mut rng = record.rng(portfolio.seed, Subject::Reference);
    match rng.below(100) {
        _ if record.oddity == Some(Oddity::NoReference) => None,
        0..8 => None,
        8..12 => Some("MIGRATED".to_owned()),
        12..40 => Some(rng.digits("ERP-######")),
        _ => {
            let part = |rng: &mut super::rng::Rng, count| rng.hex(count);
            let parts = [8, 4, 4, 4, 11].map(|count| part(&mut rng, count));
            Some(parts.join("-"))
        }
    }
}

fn company_profile(portfolio: &Portfolio, record: &Record) -> Value {
    let mut rng = record.rng(portfolio.seed, Subject::Profile);
    let mut profile = Map::new();
    let mut put = |key: &str, value: Value| profile.insert(key.into(), value);
    if let Some(name) = portfolio.name(record) {
        put("companyName", name.into());
    }
    let Some(locale) = portfolio.locale(record) else {
        return Value::Object(profile);
    };
    put("preferredLanguage", locale.language.into());
    put("marketSegment", record.segment.code().into());
    if let Some(segments) = profile::sub_segments(record.segment, &mut rng) {
        put("marketSubSegments", segments);
    }
    put("address", profile::address(locale, &mut rng));
    put("contacts", profile::contacts(locale, &record.customer_id(), &mut rng));
    Value::Object(profile)
}

/// Writes a discount level for each active type of offer.
fn discounts(purchases: &Purchases) -> Vec<Value> {
    let owned = [
        ("LICENSE", purchases.licence_level, purchases.seats),
        ("CONSUMABLES", purchases.consumable_level, purchases.units),
    ];
    let owned = owned.into_iter().filter(|(_, _, quantity)| *quantity > 0);
    owned.map(|(kind, level, _)| json!({"offerType": kind, "level": level})).collect()
}

fn benefits(purchases: Option<&Purchases>) -> Vec<Value> {
    let Some(purchases) = purchases else { return Vec::new() };
    let commitment = purchases.commitment.map(|own| own.benefit(purchases.owned()));
    commitment.into_iter().chain(purchases.agency.map(Agency::benefit)).collect()
}
