//! Advice on texts in the name field that are not company names.

use super::{FilterField, FilterPanel};
use crate::{
    model::CustomerFilter,
    tui::{action::Action, app::table::CustomerTable, keys::KeyMap},
};

/// The kind of thing that a text in the name field looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SearchKind {
    CompanyName,
    CustomerId,
    Email,
    Reference,
}

impl SearchKind {
    /// Guesses what a text is meant to be. `*` and quotes do not count.
    pub(super) fn of(text: &str) -> Self {
        let text = plain(text);
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let is_code = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_/.:".contains(&byte));
        if digits == 10 && text.len() == 10 {
            Self::CustomerId
        } else if text.contains('@') && !text.contains(char::is_whitespace) && text.len() > 3 {
            Self::Email
        } else if is_code && text.len() >= 8 && digits >= 3 {
            Self::Reference
        } else {
            Self::CompanyName
        }
    }
}

/// A text of the name field without what belongs to the pattern.
pub(super) fn plain(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '"'))
}

/// Returns the customer ID that is looked for by name.
pub(super) fn customer_id(filter: &CustomerFilter) -> Option<&str> {
    let text = filter.name.as_ref().map(|name| plain(name.sent()))?;
    (SearchKind::of(text) == SearchKind::CustomerId).then_some(text)
}

/// Returns the customer ID that was looked for by name, in vain.
pub(crate) fn customer_id_not_found(table: &CustomerTable) -> Option<&str> {
    let window = table.answer().filter(|window| window.rows.is_empty())?;
    customer_id(&window.request.filter)
}

impl FilterPanel {
    /// Returns advice on the name that is being typed, if it looks like something else.
    pub(crate) fn name_advice(&self, keys: &KeyMap) -> Option<String> {
        let editing = self.editing.as_ref().filter(|editing| editing.field == FilterField::Name)?;
        // The local copy is searched for anything.
        if editing.before.1.portfolio.is_some() {
            return editing.hint.clone();
        }
        let text = plain(editing.input.value());
        match SearchKind::of(text) {
            SearchKind::CompanyName => None,
            SearchKind::CustomerId => {
                Some(format!("{} goes to customer {text}", keys.label(Action::GoToCustomer)))
            }
            SearchKind::Email => Some("E-mail addresses are not searched".to_owned()),
            SearchKind::Reference => Some("References are not searched".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_told_apart_by_what_they_look_like() {
        for (text, kind) in [
            ("lantern", SearchKind::CompanyName),
            ("*print*", SearchKind::CompanyName),
            ("3M Deutschland 2020", SearchKind::CompanyName),
            ("4711", SearchKind::CompanyName),
            ("me@", SearchKind::CompanyName),
            ("Rock @ Roll", SearchKind::CompanyName),
            ("1006500792", SearchKind::CustomerId),
            (" 1006500792* ", SearchKind::CustomerId),
            ("\"1006500792\"", SearchKind::CustomerId),
            ("100650079", SearchKind::Reference),
            ("ada.muster@example.com", SearchKind::Email),
            ("ref-1000-00012", SearchKind::Reference),
            ("a19143f0-b5a7-4c11-9f0e-0123456789ab*", SearchKind::Reference),
        ] {
            assert_eq!(SearchKind::of(text), kind, "{text}");
        }
    }
}
