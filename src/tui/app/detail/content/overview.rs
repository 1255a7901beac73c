//! The Overview and Contacts tabs.

use chrono::NaiveDate;

use super::{LineBuilder, Tone, renewals};
use crate::{
    model::{
        Address, Benefit, Commitment, Customer, CustomerRow, EntityKind, Row, Status, Timestamp, format_date,
    },
    text,
    tui::app::detail::{Detail, DetailSubject},
};

pub(super) fn overview(page: &mut LineBuilder, detail: &Detail, subject: &DetailSubject) {
    warnings(page, detail);
    let row = subject.row().and_then(Row::customer);
    let reseller = |id: &str| detail.reseller_in_words(id);
    match (detail.customer.value(), row) {
        (Some(customer), row) => {
            record(page, detail, customer, reseller);
            if detail.customer.error().is_some() {
                page.waiting(detail, &detail.customer, "the customer");
            }
            // A record may be sound though its row in the list is not.
            let of_row =
                row.into_iter().flat_map(|row| row.problems.iter().filter(|problem| problem.is_damage));
            page.problems(customer.problems.iter().chain(of_row));
        }
        (None, row) => {
            if let Some(row) = row {
                row_facts(page, row, reseller);
            }
            page.waiting(detail, &detail.customer, "the customer");
            page.problems(row.into_iter().flat_map(|row| &row.problems));
        }
    }
}

/// Columns of a pane from which its fields are in two columns.
const TWO_COLUMNS_FROM: usize = 96;
/// Blanks between them.
const GAP: usize = 4;

/// Adds the fields of a record: in a wide pane in two columns, with the dates at the right.
fn record(page: &mut LineBuilder, detail: &Detail, customer: &Customer, reseller: impl Fn(&str) -> String) {
    if page.width < TWO_COLUMNS_FROM {
        facts(page, customer, reseller);
        dates(page, detail, customer);
        company(page, customer);
        return;
    }
    let half = (page.width - GAP) / 2;
    let (mut left, mut right) = (LineBuilder::new(half), LineBuilder::new(half));
    facts(&mut left, customer, reseller);
    company(&mut left, customer);
    dates(&mut right, detail, customer);
    page.beside(left, right);
}

fn warnings(page: &mut LineBuilder, detail: &Detail) {
    if let Some(at) = detail.gone_at() {
        let day = format_date(at.date_naive());
        page.paragraph(
            Tone::Warn,
            &format!(
                "! Gone since {day}: no list shows this customer any more, and its record is not there."
            ),
        );
        page.blank();
    }
    if let Some((customer, row)) = detail.led_elsewhere() {
        page.paragraph(Tone::Warn, &format!("! links.self leads to customer {customer}, this row is {row}."));
        page.paragraph(Tone::Plain, &format!("[{}] opens the row's own record", detail.labels.own_record));
        page.blank();
    }
    if let (Some(DetailSubject::Own(_)), None) = (&detail.subject, detail.led_elsewhere()) {
        page.paragraph(Tone::Dim, "The row's own record, opened by its customer ID.");
        page.blank();
    }
    if let Some(reseller) = detail.foreign_reseller() {
        page.paragraph(Tone::Warn, &format!("! This customer belongs to another reseller: {reseller}."));
        page.blank();
    }
}

fn row_facts(page: &mut LineBuilder, row: &CustomerRow, reseller: impl Fn(&str) -> String) {
    page.optional("Company", row.company_name.as_deref());
    page.field("Customer ID", &row.customer_id);
    page.optional("Reference", row.external_reference_id.as_deref());
    status(page, &row.status);
    page.optional("Created", row.creation_date.as_ref().map(Timestamp::day_and_time).as_deref());
    page.optional("Reseller", row.reseller_id.as_deref().map(reseller).as_deref());
}

fn facts(page: &mut LineBuilder, customer: &Customer, reseller: impl Fn(&str) -> String) {
    page.optional("Company", customer.company_name.as_deref());
    page.field("Customer ID", customer.customer_id.as_deref().unwrap_or("—"));
    page.optional("Reference", customer.external_reference_id.as_deref());
    status(page, &customer.status);
    page.optional("Created", customer.creation_date.as_ref().map(Timestamp::day_and_time).as_deref());
    page.optional("Reseller", customer.reseller_id.as_deref().map(reseller).as_deref());
}

fn status(page: &mut LineBuilder, status: &Status) {
    let tone = match status.code() {
        "1000" => Tone::Good,
        "1002" => Tone::Warn,
        "1004" => Tone::Dim,
        _ => Tone::Plain,
    };
    let words = match status.known_label(EntityKind::Account) {
        Some(label) => format!("{} {label} · {status}", status.symbol()),
        None if status.code().is_empty() => "—".to_owned(),
        None => format!("{} {status}", status.symbol()),
    };
    page.toned_field("Status", tone, &words);
}

fn dates(page: &mut LineBuilder, detail: &Detail, customer: &Customer) {
    let today = detail.today;
    page.blank();
    // The anniversary alone says nothing about a renewal: subscriptions renew on their own dates.
    match &customer.coterm_date {
        Some(date) => page.field("Anniversary", &anniversary(date, today)),
        None => page.toned_field("Anniversary", Tone::Dim, "none (no orders yet)"),
    }
    renewals::next_renewal(page, detail);
    if let Some(benefit) = customer.three_year_commit() {
        three_year_commit(page, benefit, today);
    }
    // A label with the type would be wider than the others.
    for discount in &customer.discounts {
        let kind = match discount.offer_type.as_deref() {
            Some("LICENSE") => "licences",
            Some("CONSUMABLES") => "consumables",
            other => other.unwrap_or("—"),
        };
        page.field("Discount", &format!("{} · {kind}", discount.level.as_deref().unwrap_or("—")));
    }
    for benefit in customer.benefits.iter().filter(|benefit| !is_three_year(benefit)) {
        let words: Vec<&str> =
            [&benefit.kind, &benefit.status].into_iter().flatten().map(String::as_str).collect();
        page.optional("Benefit", Some(&words.join(" · ")));
    }
}

fn is_three_year(benefit: &Benefit) -> bool {
    benefit.kind.as_deref() == Some("THREE_YEAR_COMMIT")
}

/// Returns the anniversary and its distance from today.
fn anniversary(date: &Timestamp, today: NaiveDate) -> String {
    let Some(day) = date.date() else { return date.text().to_owned() };
    let distance = renewals::distance(day, today).map_or_else(String::new, |words| format!(" · {words}"));
    format_date(day) + &distance
}

fn three_year_commit(page: &mut LineBuilder, benefit: &Benefit, today: NaiveDate) {
    let mut say = |label: &str, commitment: &Commitment| {
        let status = commitment.status.as_deref().unwrap_or("—");
        let until = commitment.end_date.as_ref().map(|end| match status {
            "EXPIRED" => format!(" {}", end.day()),
            "COMMITTED" | "ACTIVE" | "ACCEPTED" => format!(" until {}", end.day()),
            // The term that a request or a refusal is about.
            _ => format!(" · term to {}", end.day()),
        });
        let until = until.unwrap_or_default();
        let near = commitment.end_date.as_ref().and_then(Timestamp::date);
        let near = near.is_some_and(|end| (0..=90).contains(&(end - today).num_days()));
        let tone = match status {
            "NONCOMPLIANT" => Tone::Bad,
            "ACCEPTED" | "REQUESTED" => Tone::Warn,
            _ if near => Tone::Warn,
            _ => Tone::Plain,
        };
        let minimums = commitment.minimum_quantities.iter().map(|minimum| {
            let quantity = minimum.quantity.map_or("—".to_owned(), text::group_digits);
            let kind = match minimum.offer_type.as_deref() {
                Some("LICENSE") => "licences",
                Some("CONSUMABLES") => "consumables",
                other => other.unwrap_or("of an unknown kind"),
            };
            format!("minimum {quantity} {kind}")
        });
        let words: Vec<String> =
            std::iter::once(format!("{}{until}", sentence_case(status))).chain(minimums).collect();
        page.toned_field(label, tone, &words.join(" · "));
    };
    if let Some(commitment) = &benefit.commitment {
        say("3YC", commitment);
    }
    if let Some(request) = &benefit.commitment_request {
        say("3YC request", request);
    }
    if let Some(request) = &benefit.recommitment_request {
        say("3YC renewal", request);
    }
    if benefit.commitment.is_none()
        && benefit.commitment_request.is_none()
        && benefit.recommitment_request.is_none()
    {
        page.field("3YC", "listed, without a commitment");
    }
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

/// Returns a market segment in words.
fn segment_word(code: &str) -> &str {
    match code {
        "COM" => "Commercial",
        "EDU" => "Education",
        "GOV" => "Government",
        other => other,
    }
}

fn company(page: &mut LineBuilder, customer: &Customer) {
    page.blank();
    if let Some(segment) = &customer.market_segment {
        let sub = customer.market_sub_segments.join(", ");
        let segment = segment_word(segment);
        page.field(
            "Segment",
            &if sub.is_empty() { segment.to_owned() } else { format!("{segment} ({sub})") },
        );
    }
    if let Some(address) = &customer.address {
        page.optional("Address", Some(&address_line(address)));
        page.optional("Phone", address.phone_number.as_deref());
    }
    page.optional("Language", customer.preferred_language.as_deref());
    if customer.global_sales_enabled == Some(true) {
        page.field("Global sales", "enabled");
    }
    if let Some(membership) = &customer.linked_membership {
        let parts = [&membership.name, &membership.kind, &membership.linked_membership_type];
        let words: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        page.optional("Membership", Some(&words.join(" · ")));
    }
    if !customer.tags.is_empty() {
        page.field("Tags", &customer.tags.join(", "));
    }
}

fn address_line(address: &Address) -> String {
    let town = [&address.postal_code, &address.city]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(" ");
    let parts = [
        address.address_line1.as_deref(),
        address.address_line2.as_deref(),
        Some(town.as_str()),
        address.region.as_deref(),
        address.country.as_deref(),
    ];
    parts.into_iter().flatten().filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join(", ")
}

pub(super) fn contacts(page: &mut LineBuilder, detail: &Detail) {
    warnings(page, detail);
    if let Some(customer) = detail.customer.value() {
        for contact in &customer.contacts {
            page.blank();
            let name: Vec<&str> =
                [&contact.first_name, &contact.last_name].into_iter().flatten().map(String::as_str).collect();
            let name = if name.is_empty() { "—".to_owned() } else { name.join(" ") };
            page.paragraph(Tone::Strong, &name);
            page.optional("E-mail", contact.email.as_deref());
            page.optional("Phone", contact.phone_number.as_deref());
        }
        if detail.lacks_contacts() {
            page.paragraph(Tone::Dim, "Contacts are left out of the local copy.");
        } else if customer.contacts.is_empty() {
            page.paragraph(Tone::Dim, "The record holds no contacts.");
        }
    }
    page.waiting(detail, &detail.customer, "the customer");
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
