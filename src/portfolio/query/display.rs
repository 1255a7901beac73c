//! The canonical text of a query, which is read as the same query again.
//!
//! Days are written as days of the calendar: a view that is to move with time keeps the text as it was typed.

use std::fmt::{self, Write as _};

use super::{
    Condition, Field, LogicalWord, Query, Term, Test, TextMatch, ValueKind, lexer, values, vocabulary,
};

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, term) in self.terms.iter().enumerate() {
            if index > 0 {
                f.write_char(' ')?;
            }
            write!(f, "{term}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_negated {
            f.write_char('-')?;
        }
        match &self.condition {
            Condition::Anywhere(text) if is_plain_word(text) => f.write_str(text),
            Condition::Anywhere(text) => f.write_str(&quoted(text)),
            Condition::Field(field, tests) => write!(f, "{}:{}", field.name(), list(*field, tests)),
        }
    }
}

/// Writes the values of a field, with commas between them.
pub(super) fn list(field: Field, tests: &[Test]) -> String {
    let mut out = String::new();
    for (index, test) in tests.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        let previous = index.checked_sub(1).map(|index| &tests[index]);
        if is_like_rest_of_number(previous, test) {
            out.push('=');
        }
        out.push_str(&value(field, test));
    }
    out
}

/// Writes a value of a field.
fn value(field: Field, test: &Test) -> String {
    match test {
        Test::Text(part, typed) => text_value(field, *part, typed),
        Test::Days(from, to) if from == to => from.map(|day| day.to_string()).unwrap_or_default(),
        Test::Days(from, to) => {
            let end = |day: &Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
            format!("{}..{}", end(from), end(to))
        }
        Test::Numbers(from, to) => range(from.as_ref(), to.as_ref()),
        Test::Codes { from, to } => range(from.as_ref(), to.as_ref()),
        Test::Flag(value) => flag(field, *value).to_owned(),
        Test::Missing => "none".to_owned(),
        Test::Present => "any".to_owned(),
    }
}

fn range<T: fmt::Display + PartialEq>(from: Option<&T>, to: Option<&T>) -> String {
    match (from, to) {
        (Some(from), Some(to)) if from == to => from.to_string(),
        (Some(from), Some(to)) => format!("{from}..{to}"),
        (Some(from), None) => format!(">={from}"),
        (None, Some(to)) => format!("<={to}"),
        (None, None) => "..".to_owned(),
    }
}

/// Returns the word for a flag: `on` and `off` for a setting, otherwise `yes` and `no`.
pub(super) fn flag(field: Field, value: bool) -> &'static str {
    match (field, value) {
        (Field::AutoRenewal, true) => "on",
        (Field::AutoRenewal, false) => "off",
        (_, true) => "yes",
        (_, false) => "no",
    }
}

/// Writes a text with the wildcards that it needs, in quotation marks if it would mean something else without.
pub(super) fn text_value(field: Field, part: TextMatch, text: &str) -> String {
    if vocabulary::is_closed(field) {
        return vocabulary::word(field, text).unwrap_or_else(|| quoted(text));
    }
    // A level without wildcards is compared by its order, not as a text.
    let is_ordered = field.kind() == ValueKind::Level && part == TextMatch::Whole;
    let body = if is_plain_value(text) && !is_ordered { text.to_owned() } else { quoted(text) };
    let is_free = field.kind() == ValueKind::Text;
    match part {
        TextMatch::Whole if is_free => format!("={body}"),
        TextMatch::Whole => body,
        TextMatch::Prefix => format!("{body}*"),
        TextMatch::Suffix => format!("*{body}"),
        TextMatch::Part if is_free => body,
        TextMatch::Part => format!("*{body}*"),
    }
}

/// Returns the text in quotation marks; those within are doubled.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        out.push(c);
        if lexer::is_quote(c) {
            out.push(c);
        }
    }
    out.push('"');
    out
}

/// Returns true if a word means itself without quotation marks.
fn is_plain_word(text: &str) -> bool {
    let is_plain = |c: char| !c.is_whitespace() && !lexer::is_quote(c) && !matches!(c, ':' | '*');
    !text.is_empty()
        && !text.starts_with('-')
        && text.chars().all(is_plain)
        && LogicalWord::read(text).is_none()
}

/// Returns true if a value means itself without quotation marks.
fn is_plain_value(text: &str) -> bool {
    let is_plain = |c: char| !c.is_whitespace() && !lexer::is_quote(c) && !matches!(c, ',' | '*');
    !text.is_empty()
        && !text.starts_with('=')
        && text.chars().all(is_plain)
        && values::keyword(text).is_none()
}

/// Returns true if a number after another value would be taken for the rest of `1,000`.
fn is_like_rest_of_number(previous: Option<&Test>, test: &Test) -> bool {
    let Some(previous) = previous else { return false };
    let is_single = matches!(previous, Test::Numbers(Some(from), Some(to)) if from == to && *from >= 0);
    matches!(test, Test::Numbers(Some(from), Some(to)) if from == to && (100..=999).contains(from) && !is_single)
}
