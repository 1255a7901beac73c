//! The profile of a company: an address and contacts that are plausible for its country.

use serde_json::{Map, Value, json};

use super::{locales::Locale, names, rng::Rng};

/// The parts of e-mail addresses before the `@`.
const MAILBOXES: [&str; 10] = [
    "it",
    "licensing",
    "admin",
    "purchasing",
    "office",
    "software",
    "design",
    "helpdesk",
    "studio",
    "accounts",
];

/// Domains that are reserved for examples.
const DOMAINS: [&str; 3] = ["example.com", "example.org", "example.net"];

/// Draws an address in the country.
pub(super) fn address(locale: &Locale, rng: &mut Rng) -> Value {
    let (city, region) = names::city(rng.word(&locale.cities));
    let mut address = Map::new();
    let mut put = |key: &str, value: String| {
        if !value.is_empty() {
            address.insert(key.into(), value.into());
        }
    };
    put("country", locale.country.to_owned());
    put("region", region.to_owned());
    put("city", city.to_owned());
    let street = rng.word(&locale.streets);
    put("addressLine1", no_leading_zero(&rng.digits(street)));
    if rng.chance(15) {
        let line = rng.one_of(["2 / 4", "c/o 7", "B-12", "3 F"]);
        put("addressLine2", line.to_owned());
    }
    put("postalCode", rng.digits(locale.postal));
    put("phoneNumber", rng.digits(locale.phone));
    Value::Object(address)
}

/// Replaces a leading 0 of a street number.
fn no_leading_zero(street: &str) -> String {
    street
        .split(' ')
        .map(|word| if word.starts_with('0') { word.replacen('0', "1", 1) } else { word.to_owned() })
        .collect::<Vec<_>>()
        .join(" ")
}

/// Draws one to four contacts. Their e-mail addresses contain `key`, so that each company has its own.
pub(super) fn contacts(locale: &Locale, key: &str, rng: &mut Rng) -> Value {
    let count = rng.one_of([1, 1, 1, 2, 2, 3, 4]);
    let start = rng.below(MAILBOXES.len());
    let contact = |place: usize| {
        let mailbox = MAILBOXES[(start + place) % MAILBOXES.len()];
        let domain = rng.one_of(DOMAINS);
        let mut contact = Map::new();
        contact.insert("firstName".into(), rng.word(&locale.given).into());
        contact.insert("lastName".into(), rng.word(&locale.family).into());
        contact.insert("email".into(), format!("{mailbox}@c{key}.{domain}").into());
        if rng.chance(70) {
            contact.insert("phoneNumber".into(), rng.digits(locale.phone).into());
        }
        Value::Object(contact)
    };
    Value::Array((0..count).map(contact).collect())
}

/// Draws the sub-segments of a customer's market; companies have none.
pub(super) fn sub_segments(segment: names::Segment, rng: &mut Rng) -> Option<Value> {
    match segment {
        names::Segment::Com => None,
        names::Segment::Edu => Some(json!([rng.one_of(["K_12", "HIGHER_ED"])])),
        names::Segment::Gov => Some(match rng.below(5) {
            0 => json!(["FEDERAL"]),
            1 => json!(["STATE", "LOCAL"]),
            2 | 3 => json!(["STATE"]),
            _ => json!(["LOCAL"]),
        }),
    }
}
