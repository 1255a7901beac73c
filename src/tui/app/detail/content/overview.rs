//! The Overview and Contacts tabs.

use chrono::NaiveDate;

use super::{LineBuilder, Tone, notes, renewals};
use crate::{
    model::{Address, Benefit, Commitment, Customer, CustomerRow, Row, Status, Timestamp, format_date},
    text,
    tui::app::detail::{Detail, DetailSubject, words},
};

pub(super) fn overview(page: &mut LineBuilder, detail: &Detail, subject: &DetailSubject) {
    warnings(page, detail);
    notes::note(page, detail, subject);
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
    page.toned_field("Status", tone, &words::account_status(status));
}

/// Adds the licences that nobody has ordered yet, if the local copy knows of any.
fn to_order(page: &mut LineBuilder, detail: &Detail) {
    let Some((to_order, products)) = detail.to_order() else { return };
    let mut words = text::pluralize(to_order.licences.unsigned_abs(), "licence", "licences");
    if let Some(day) = to_order.order_by {
        words = format!("{words} by {}", format_date(day));
    }
    if let Some(products) = products {
        words = format!("{words} · {products}");
    }
    page.toned_field("To order", Tone::Bad, &words);
}

fn dates(page: &mut LineBuilder, detail: &Detail, customer: &Customer) {
    let today = detail.today;
    page.blank();
    // The anniversary alone says nothing about a renewal: subscriptions renew on their own dates.
    match &customer.coterm_date {
        Some(date) => page.field("Anniversary", &words::anniversary(date, today)),
        None => page.toned_field("Anniversary", Tone::Dim, words::NO_ANNIVERSARY),
    }
    renewals::next_renewal(page, detail);
    to_order(page, detail);
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

fn three_year_commit(page: &mut LineBuilder, benefit: &Benefit, today: NaiveDate) {
    let mut say = |label: &str, commitment: &Commitment| {
        let status = commitment.status.as_deref().unwrap_or("—");
        let near = commitment.end_date.as_ref().and_then(Timestamp::date);
        let near = near.is_some_and(|end| (0..=90).contains(&(end - today).num_days()));
        let tone = match status {
            "NONCOMPLIANT" => Tone::Bad,
            "ACCEPTED" | "REQUESTED" => Tone::Warn,
            _ if near => Tone::Warn,
            _ => Tone::Plain,
        };
        page.toned_field(label, tone, &words::commitment(commitment));
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

fn company(page: &mut LineBuilder, customer: &Customer) {
    page.blank();
    page.optional("Segment", words::segment(customer).as_deref());
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
            page.paragraph(Tone::Strong, &words::contact_name(contact));
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
