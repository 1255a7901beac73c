//! The text for an empty result: the query, an explanation, and keys that may find something.

use tui_input::Input;

use super::{
    FilterContext, FilterField,
    advice::{SearchKind, customer_id, plain},
};
use crate::{
    model::{CustomerFilter, EntityKind, NamePattern, StatusFilter, format_date},
    text,
    tui::{action::Action, keys::KeyMap},
};

/// The way in which a name pattern matches.
enum Match<'a> {
    Start(&'a str),
    Anywhere(&'a str),
    Exactly(&'a str),
    Pattern(&'a str),
}

impl<'a> Match<'a> {
    fn of(sent: &'a str) -> Self {
        let ends = (sent.strip_prefix('*'), sent.strip_suffix('*'));
        match ends {
            (None, Some(start)) if !start.contains('*') => Self::Start(start),
            (Some(_), Some(_)) if !plain(sent).contains('*') => Self::Anywhere(sent.trim_matches('*')),
            (None, None) if !sent.contains('*') => Self::Exactly(sent),
            _ => Self::Pattern(sent),
        }
    }
}

/// `No active customers whose name starts with "lantern".`
fn sentence(filter: &CustomerFilter) -> String {
    if let Some(query) = &filter.portfolio {
        return match query.trim() {
            "" => "No customers in the local copy yet.".to_owned(),
            query => format!("No customer in the local copy matches {}.", text::clean(query)),
        };
    }
    let mut words = match &filter.status {
        StatusFilter::All => "No customers".to_owned(),
        StatusFilter::One(status) => match status.known_label(EntityKind::Account) {
            Some(label) => format!("No {} customers", label.to_lowercase()),
            None => format!("No customers with status {}", text::clean(status.code())),
        },
    };
    if let Some(name) = &filter.name {
        let sent = text::clean(name.sent());
        let (matches, name) = match Match::of(&sent) {
            Match::Start(name) => ("starts with", name),
            Match::Anywhere(name) => ("contains", name),
            Match::Exactly(name) => ("is exactly", name),
            Match::Pattern(pattern) => ("matches", pattern),
        };
        words = format!("{words} whose name {matches} \"{name}\"");
    }
    let dates = match (filter.from.map(format_date), filter.to.map(format_date)) {
        (Some(from), Some(to)) => Some(format!("created from {from} to {to}")),
        (Some(from), None) => Some(format!("created since {from}")),
        (None, Some(to)) => Some(format!("created until {to}")),
        (None, None) => None,
    };
    if let Some(dates) = dates {
        words += if filter.name.is_some() { ", " } else { " " };
        words += &dates;
    }
    words + "."
}

/// Returns the sentence about an empty result, an explanation if the name needs one, and the keys that help.
pub(crate) fn nothing_found(
    filter: &CustomerFilter,
    is_editing: bool,
    keys: &KeyMap,
) -> (String, Option<String>, Vec<String>) {
    let way = |action, words: &str| format!("[{}] {words}", keys.label(action));
    let mut ways = Vec::new();
    let mut explanation = None;
    if let Some(sent) = filter.name.as_ref().map(|name| text::clean(name.sent())) {
        match (SearchKind::of(&sent), Match::of(&sent)) {
            (SearchKind::CustomerId, _) => {
                let id = customer_id(filter).unwrap_or_default();
                explanation = Some(format!("{id} looks like a customer ID."));
                ways.push(way(Action::GoToCustomer, &format!("go to customer {id}")));
            }
            (SearchKind::Email, _) => {
                explanation = Some(format!(
                    "Only company names are searched, not e-mail addresses. Clear the search and export ([{}]) with \
                         customer details to find one in the file.",
                    keys.label(Action::Export)
                ));
            }
            (SearchKind::Reference, _) => {
                explanation = Some(format!(
                    "Only company names are searched, not references. Clear the search and export ([{}]) to find one \
                         in the file.",
                    keys.label(Action::Export)
                ));
            }
            (SearchKind::CompanyName, Match::Start(name)) => {
                explanation = Some("Names match from the start.".to_owned());
                ways.push(way(Action::NameAnywhere, &format!("search for *{name}*")));
            }
            (SearchKind::CompanyName, Match::Exactly(name)) => {
                explanation = Some("Names in quotes match as a whole.".to_owned());
                ways.push(way(Action::NameAnywhere, &format!("search for *{name}*")));
            }
            (SearchKind::CompanyName, _) => {}
        }
    }
    // In a field, other keys are text.
    if is_editing {
        return (sentence(filter), explanation, ways);
    }
    if filter.status != StatusFilter::All {
        ways.push(way(Action::StatusAll, "all statuses"));
    }
    if filter.is_narrowed() {
        ways.push(way(Action::ClearFilters, "clear search and dates"));
    }
    ways.push(way(Action::Refresh, "refresh"));
    (sentence(filter), explanation, ways)
}

impl FilterContext<'_> {
    /// Searches for the name anywhere, not only at the start.
    pub(crate) fn search_anywhere(&mut self) -> bool {
        if self.table.filter.portfolio.is_some() {
            // Words are searched anywhere there.
            return self.edit_name();
        }
        let Some(sent) = self.table.filter.name.as_ref().map(|name| name.sent().to_owned()) else {
            // The cursor is between two stars: whatever is typed is searched anywhere.
            self.edit_name();
            if let Some(editing) =
                self.filter.editing.as_mut().filter(|editing| editing.field == FilterField::Name)
            {
                editing.input = Input::new("**".to_owned()).with_cursor(1);
            }
            return true;
        };
        let anywhere = format!("*{}*", sent.trim_matches('*'));
        if anywhere == sent {
            return self.note("The name is searched anywhere already.");
        }
        self.filter.typed.name.clone_from(&anywhere);
        if let Some(editing) =
            self.filter.editing.as_mut().filter(|editing| editing.field == FilterField::Name)
        {
            editing.input = anywhere.clone().into();
        }
        let name = NamePattern::parse(&anywhere);
        self.show(CustomerFilter { name, ..self.table.filter.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Status;

    fn of(status: StatusFilter, name: &str, from: &str, to: &str) -> String {
        sentence(&CustomerFilter {
            status,
            name: NamePattern::parse(name),
            from: from.parse().ok(),
            to: to.parse().ok(),
            ..CustomerFilter::default()
        })
    }

    #[test]
    fn the_sentence_says_what_was_asked_for() {
        let active = StatusFilter::default;
        assert_eq!(
            of(active(), "lantern", "", ""),
            "No active customers whose name starts with \"lantern\"."
        );
        assert_eq!(of(active(), "*lantern*", "", ""), "No active customers whose name contains \"lantern\".");
        assert_eq!(of(StatusFilter::All, "\"Acme\"", "", ""), "No customers whose name is exactly \"Acme\".");
        assert_eq!(of(StatusFilter::All, "a*b", "", ""), "No customers whose name matches \"a*b\".");
        assert_eq!(of(StatusFilter::One(Status::new("1026")), "", "", ""), "No customers with status 1026.");
        assert_eq!(
            of(StatusFilter::One(Status::pending()), "x", "2026-10-24", ""),
            "No pending customers whose name starts with \"x\", created since 24 Oct 2026."
        );
        assert_eq!(
            of(active(), "", "2026-01-01", "2026-01-31"),
            "No active customers created from 1 Jan 2026 to 31 Jan 2026."
        );
        assert_eq!(of(active(), "", "", "2026-01-31"), "No active customers created until 31 Jan 2026.");
    }
}
