//! The History tab: what syncs of the local copy have seen to change, the newest first.

use super::{LineBuilder, TextLine, Tone};
use crate::{
    model::{CustomerHistory, EntityKind, ObservedChange, Status, format_date},
    text,
    tui::app::detail::Detail,
};

/// The most changes that are shown; `vipmp changes` prints all.
const MOST: usize = 500;

pub(super) fn history(page: &mut LineBuilder, detail: &Detail) {
    match detail.history.value().map(Option::as_ref) {
        Some(None) => page.paragraph(
            Tone::Dim,
            "Changes are known from the local copy, which has not been opened yet: the views open it.",
        ),
        Some(Some(CustomerHistory { changes, extent })) => {
            let doubt = extent.doubt(None);
            if let Some(doubt) = &doubt {
                page.paragraph(Tone::Warn, &format!("! {}", text::capitalized(doubt)));
            }
            if changes.is_empty() {
                let scope = if doubt.is_some() { "No known changes" } else { "No changes" };
                page.paragraph(Tone::Dim, &format!("{scope} to this customer have been seen yet."));
                return;
            }
            let count = text::pluralize(changes.len() as u64, "change", "changes");
            page.paragraph(Tone::Dim, &format!("{count} observed, newest first"));
            changes.iter().rev().take(MOST).for_each(|change| one(page, change));
            if changes.len() > MOST {
                page.blank();
                page.paragraph(Tone::Dim, "vipmp changes prints the older ones.");
            }
        }
        None => {}
    }
    page.waiting(detail, &detail.history, "changes");
}

/// Returns a value of a change in words, without losing a code.
fn in_words(change: &ObservedChange, value: &str) -> String {
    let status = |kind| {
        let status = Status::new(value);
        let label = status.label(kind);
        (label != value).then(|| format!("{label} · {value}"))
    };
    let worded = match change.field.as_str() {
        "status" => status(EntityKind::Account),
        "subscription status" => status(EntityKind::Subscription),
        "quantity" | "renewed quantity" | "renewal quantity" => {
            value.parse::<u64>().ok().map(text::group_digits)
        }
        "anniversary" | "renewal date" | "3YC end" => value.parse().ok().map(format_date),
        _ => None,
    };
    worded.unwrap_or_else(|| text::clean(value).into_owned())
}

fn one(page: &mut LineBuilder, change: &ObservedChange) {
    page.blank();
    let at = change.at.format("%-d %b %Y, %H:%M UTC");
    let of =
        change.subscription_id.as_deref().map(|id| format!(" · {}", text::clean(id))).unwrap_or_default();
    let field = text::capitalized(&text::clean(&change.field));
    page.push(TextLine::toned(Tone::Strong, &field).with(Tone::Dim, &format!("  {at}{of}")));
    let value = |value: &Option<String>| {
        value.as_deref().map_or_else(|| "—".to_owned(), |value| in_words(change, value))
    };
    if change.before.is_some() || change.after.is_some() {
        page.paragraph(Tone::Plain, &format!("{} → {}", value(&change.before), value(&change.after)));
    }
}
