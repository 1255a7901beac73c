//! The Products tab: the customer's subscriptions.

use super::{Line, Page, Tone};
use crate::{
    model::{Kind, Subscription, Timestamp},
    text,
    tui::app::detail::Detail,
};

pub(super) fn products(page: &mut Page, detail: &Detail) {
    if let Some(list) = detail.subscriptions.value() {
        // Wider than any one of them: a mock may send numbers at the edge of theirs.
        let seats: i128 = list.items.iter().filter_map(|item| item.current_quantity).map(i128::from).sum();
        let seats = text::grouped(seats);
        match list.items.len() {
            0 => page.paragraph(Tone::Dim, "No subscriptions."),
            count => page.push(Line::toned(
                Tone::Dim,
                &format!(
                    "{count} {}, {seats} seats",
                    if count == 1 { "subscription" } else { "subscriptions" }
                ),
            )),
        }
        page.doubt(list.doubt());
        for item in detail.products() {
            subscription(page, item);
        }
        page.problems(&list.problems);
    }
    page.waiting(detail, &detail.subscriptions, "subscriptions");
}

fn subscription(page: &mut Page, item: &Subscription) {
    page.blank();
    let status = item.status.label(Kind::Subscription);
    let offer = item.offer_id.as_deref().unwrap_or("—");
    let tone = match item.status.code() {
        "1000" => Tone::Good,
        "1002" | "1009" => Tone::Warn,
        _ => Tone::Dim,
    };
    let room = page.width.saturating_sub(text::width(status) + 1);
    page.push(
        Line::toned(Tone::Strong, &text::pad_end(&text::clean(offer), room))
            .with(Tone::Plain, " ")
            .with(tone, status),
    );
    let number = |value: Option<i64>| value.map_or("—".to_owned(), text::grouped);
    page.field(
        "Seats",
        &format!("{} bought, {} used", number(item.current_quantity), number(item.used_quantity)),
    );
    let renewal = match (item.auto_renewal.enabled, item.auto_renewal.renewal_quantity) {
        (Some(true), Some(quantity)) => format!(", by itself, to {quantity}"),
        (Some(true), None) => ", by itself".to_owned(),
        (Some(false), _) => ", not by itself".to_owned(),
        (None, _) => String::new(),
    };
    let date = item.renewal_date.as_ref().map_or("—".to_owned(), Timestamp::day);
    page.field("Renews", &format!("{date}{renewal}"));
    page.optional("Currency", item.currency_code.as_deref());
    page.optional("Deployment", item.deployment_id.as_deref());
    page.optional("Id", item.subscription_id.as_deref());
}
