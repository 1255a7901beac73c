//! Facts of a customer in words, for the Overview and for comparisons.

use chrono::NaiveDate;

use crate::{
    model::{Commitment, Contact, Customer, EntityKind, Status, Timestamp, format_date, segment_label},
    text,
};

/// The anniversary of a customer who has none.
pub(crate) const NO_ANNIVERSARY: &str = "none (no orders yet)";

/// Returns the status of an account: symbol, label and code.
pub(crate) fn account_status(status: &Status) -> String {
    match status.known_label(EntityKind::Account) {
        Some(label) => format!("{} {label} · {status}", status.symbol()),
        None if status.code().is_empty() => "—".to_owned(),
        None => format!("{} {status}", status.symbol()),
    }
}

/// Returns a reseller by name and ID, or by its ID alone.
pub(crate) fn reseller(name: Option<&str>, id: &str) -> String {
    match name {
        Some(name) => format!("{name} · {id}"),
        None => id.to_owned(),
    }
}

/// Returns the anniversary and its distance from today.
pub(crate) fn anniversary(date: &Timestamp, today: NaiveDate) -> String {
    let Some(day) = date.date() else { return date.text().to_owned() };
    let distance = distance(day, today).map_or_else(String::new, |words| format!(" · {words}"));
    format_date(day) + &distance
}

/// Returns the distance of a day from today in words, unless it is more than 90 days ahead.
pub(crate) fn distance(day: NaiveDate, today: NaiveDate) -> Option<String> {
    match (day - today).num_days() {
        0 => Some("today".to_owned()),
        1 => Some("tomorrow".to_owned()),
        -1 => Some("yesterday".to_owned()),
        days @ 2..=90 => Some(format!("in {days} days")),
        days if days < 0 => Some(format!("{} days ago", text::group_digits(days.unsigned_abs()))),
        _ => None,
    }
}

/// Returns a three-year commitment, or the request for one: its status, its end, and its minimum quantities.
pub(crate) fn commitment(commitment: &Commitment) -> String {
    let status = commitment.status.as_deref().unwrap_or("—");
    let until = commitment.end_date.as_ref().map(|end| match status {
        "EXPIRED" => format!(" {}", end.day()),
        "COMMITTED" | "ACTIVE" | "ACCEPTED" => format!(" until {}", end.day()),
        // The term that a request or a refusal is about.
        _ => format!(" · term to {}", end.day()),
    });
    let minimums = commitment.minimum_quantities.iter().map(|minimum| {
        let quantity = minimum.quantity.map_or("—".to_owned(), text::group_digits);
        let kind = match minimum.offer_type.as_deref() {
            Some("LICENSE") => "licences",
            Some("CONSUMABLES") => "consumables",
            other => other.unwrap_or("of an unknown kind"),
        };
        format!("minimum {quantity} {kind}")
    });
    let status = format!("{}{}", sentence_case(status), until.unwrap_or_default());
    std::iter::once(status).chain(minimums).collect::<Vec<_>>().join(" · ")
}

/// Returns a code of the API as a word: `COMMITTED` as `Committed`.
fn sentence_case(code: &str) -> String {
    let mut chars = code.chars();
    match chars.next() {
        Some(first) => {
            first.to_uppercase().collect::<String>() + &chars.as_str().to_lowercase().replace('_', " ")
        }
        None => String::new(),
    }
}

/// Returns the market segment of a customer, with its sub-segments.
pub(crate) fn segment(customer: &Customer) -> Option<String> {
    let segment = segment_label(customer.market_segment.as_deref()?);
    let sub = customer.market_sub_segments.join(", ");
    Some(if sub.is_empty() { segment.to_owned() } else { format!("{segment} ({sub})") })
}

/// Returns the names of a contact, given name first.
pub(crate) fn contact_name(contact: &Contact) -> String {
    let names: Vec<&str> =
        [&contact.first_name, &contact.last_name].into_iter().flatten().map(String::as_str).collect();
    if names.is_empty() { "—".to_owned() } else { names.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anniversary_says_how_far_it_is_and_promises_no_renewal() {
        let day = "2026-03-31".parse().unwrap();
        let cases = [
            ("2026-07-01", "1 Jul 2026"),
            ("2026-05-01", "1 May 2026 · in 31 days"),
            ("2026-04-30", "30 Apr 2026 · in 30 days"),
            ("2026-04-01", "1 Apr 2026 · tomorrow"),
            ("2026-03-31", "31 Mar 2026 · today"),
            ("2026-03-30", "30 Mar 2026 · yesterday"),
            ("2026-03-17", "17 Mar 2026 · 14 days ago"),
            ("2026-03-16", "16 Mar 2026 · 15 days ago"),
        ];
        for (date, words) in cases {
            assert_eq!(anniversary(&Timestamp::new(date), day), words);
        }
    }
}
