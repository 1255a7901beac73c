//! The Raw tab: every field that the server sent, as it sent it.

use serde_json::Value;

use super::{LineBuilder, TextLine, Tone};
use crate::{
    model::Row,
    text,
    tui::app::detail::{Detail, DetailSubject},
};

pub(super) fn raw(page: &mut LineBuilder, detail: &Detail, subject: &DetailSubject) {
    match (detail.customer.value(), subject.row()) {
        (Some(customer), _) => section(page, "Customer", &customer.raw),
        (None, row) => {
            if row.and_then(Row::customer).is_some() || row.is_none() {
                page.waiting(detail, &detail.customer, "the customer");
            }
        }
    }
    if let Some(row) = subject.row() {
        section(page, "Row of the list", row.raw());
    }
    if let Some(list) = detail.subscriptions.value() {
        section(page, "Subscriptions", &list.raw);
    }
}

fn section(page: &mut LineBuilder, title: &str, value: &Value) {
    page.heading(title);
    let Ok(json) = serde_json::to_string_pretty(value) else { return };
    for line in text::escape_control_chars(json).lines() {
        page.push_wrapped(&coloured(line));
    }
}

/// Splits a line of pretty JSON into its name and its value.
fn coloured(line: &str) -> TextLine {
    let name_ends = line.trim_start().starts_with('"').then(|| line.find("\": ")).flatten();
    match name_ends {
        Some(end) => TextLine::toned(Tone::Label, &line[..=end]).with(Tone::Plain, &line[end + 1..]),
        None => TextLine::plain(line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_json_is_its_name_and_its_value() {
        let line = coloured("  \"a\": \"b\\u001b\",");
        assert_eq!(line.spans[0], (Tone::Label, "  \"a\"".to_owned()));
        assert_eq!(line.text(), "  \"a\": \"b\\u001b\",");
        assert_eq!(coloured("  \"x\"").spans.len(), 1);
    }
}
