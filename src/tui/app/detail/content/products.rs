//! The Products tab: the customer's subscriptions, as a table if there is room.

use super::{
    LineBuilder, TextLine, Tone, renewals,
    table::{DetailColumn, table, with_names},
};
use crate::{
    columns::{RowSchema, TableLine},
    model::{EntityKind, OfferKind, Subscription, SubscriptionList},
    text,
    tui::app::detail::Detail,
};

/// Columns of a pane from which its lists are tables.
pub(super) const TABLE_FROM: usize = 56;

const COLUMNS: [DetailColumn; 7] = [
    DetailColumn::new("offer-id", "Offer").gives(12),
    DetailColumn::new("quantity", "Quantity"),
    DetailColumn::new("used", "Used"),
    DetailColumn::new("subscription-status", "Status").gives(8),
    DetailColumn::new("renewal-date", "Renewal"),
    DetailColumn::new("auto-renewal", "Auto"),
    DetailColumn::new("renewal-quantity", "Renews to").optional(),
];

pub(super) fn products(page: &mut LineBuilder, detail: &Detail) {
    if let Some(list) = detail.subscriptions.value() {
        page.paragraph(Tone::Dim, &summary(list));
        page.doubt(list.doubt());
        let names = detail.records.names();
        let items: Vec<Subscription> = list.items.iter().map(as_it_renews).collect();
        let records: Vec<TableLine<'_>> = items
            .iter()
            .map(|item| TableLine { subscription: Some(item), names: Some(names), ..TableLine::default() })
            .collect();
        let schema = RowSchema::Customers { details: false, subscriptions: true };
        let forms = with_names(&COLUMNS, &records);
        let is_nameless = forms.len() == 1;
        let tone = |key: &str, place: usize| match key {
            "subscription-status" => tone(&list.items[place]),
            "product" => Tone::Strong,
            "offer-id" if is_nameless => Tone::Strong,
            _ => Tone::Plain,
        };
        let wide = page.width >= TABLE_FROM;
        let mut fits = |columns: &Vec<DetailColumn>| table(page, schema, columns, &records, tone);
        if !(wide && forms.iter().any(&mut fits)) {
            for item in detail.products() {
                subscription(page, detail, item);
            }
        }
        page.problems(&list.problems);
    }
    page.waiting(detail, &detail.subscriptions, "subscriptions");
}

/// Returns a subscription without a quantity after the renewal if it has ended or does not renew automatically: the server fills
/// that in for all of them. A scheduled one begins with it.
fn as_it_renews(item: &Subscription) -> Subscription {
    let mut shown = item.clone();
    let is_off = item.is_active() && item.auto_renewal.enabled == Some(false);
    if is_off || item.status.code() == "1004" {
        shown.auto_renewal.renewal_quantity = None;
    }
    shown
}

/// Returns how many subscriptions there are, and the quantities of the active ones: licences and consumables apart.
fn summary(list: &SubscriptionList) -> String {
    if list.items.is_empty() {
        return "No subscriptions.".to_owned();
    }
    let active = || list.items.iter().filter(|item| item.is_active());
    let (count, active_count) = (list.items.len() as u64, active().count() as u64);
    let mut parts = vec![text::pluralize(count, "subscription", "subscriptions")];
    if active_count != count {
        parts[0] = format!("{}, {} active", parts[0], text::group_digits(active_count));
    }
    for (kind, one, many) in [
        (OfferKind::Licence, "licence", "licences"),
        (OfferKind::Consumable, "consumable", "consumables"),
        (OfferKind::Unknown, "unit of an unknown kind", "units of an unknown kind"),
    ] {
        // Wider than any one of them: a server may send numbers at the edge of theirs.
        let of_kind =
            active().filter(|item| item.offer_kind() == kind).filter_map(|item| item.current_quantity);
        let quantity: i128 = of_kind.map(i128::from).sum();
        if quantity != 0 {
            parts.push(format!(
                "{} {}",
                text::group_digits(quantity),
                if quantity == 1 { one } else { many }
            ));
        }
    }
    let mark = if list.is_doubtful() { " (may be wrong: see below)" } else { "" };
    parts.join(" · ") + mark
}

fn tone(item: &Subscription) -> Tone {
    match item.status.code() {
        "1000" => Tone::Good,
        "1002" | "1009" => Tone::Warn,
        _ => Tone::Dim,
    }
}

fn subscription(page: &mut LineBuilder, detail: &Detail, item: &Subscription) {
    let names = detail.records.names();
    page.blank();
    let status = item.status.label(EntityKind::Subscription);
    let offer_id = item.offer_id.as_deref();
    let name = offer_id.and_then(|offer_id| names.name_of(offer_id));
    let offer = text::clean(name.or(offer_id).unwrap_or("—"));
    let room = page.width.saturating_sub(text::width(status) + 1);
    page.push(
        TextLine::toned(Tone::Strong, &text::pad_end(&text::truncate(&offer, room), room))
            .with(Tone::Plain, " ")
            .with(tone(item), status),
    );
    let number = |value: Option<i64>| value.map_or("—".to_owned(), text::group_digits);
    let (purchased, assigned) = (number(item.current_quantity), number(item.used_quantity));
    page.paragraph(Tone::Plain, &format!("{purchased} purchased · {assigned} assigned"));
    page.paragraph(Tone::Plain, &renewals::of_subscription(item, detail.today, detail.change_margin));
    page.optional("Offer ID", offer_id.filter(|_| name.is_some()));
    page.optional("Currency", item.currency_code.as_deref());
    page.optional("Deployment", item.deployment_id.as_deref());
    page.optional("Subscription ID", item.subscription_id.as_deref());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_after_the_renewal_is_shown_for_what_renews_or_begins() {
        let shown = |status: &str, enabled: Option<bool>| {
            let body = serde_json::json!({"items": [{"status": status, "currentQuantity": 5,
                "autoRenewal": {"enabled": enabled, "renewalQuantity": 7}}]})
            .to_string();
            let list = SubscriptionList::from_slice(body.as_bytes()).unwrap();
            as_it_renews(&list.items[0]).auto_renewal.renewal_quantity
        };
        for (status, enabled, expected) in [
            ("1000", Some(true), Some(7)),
            ("1000", Some(false), None),
            ("1000", None, Some(7)),
            ("1004", Some(true), None),
            ("1009", Some(true), Some(7)),
            ("1002", Some(true), Some(7)),
        ] {
            assert_eq!(shown(status, enabled), expected, "{status} {enabled:?}");
        }
    }
}
