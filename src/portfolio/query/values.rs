//! Values of fields: which reader takes them, and the words that every field understands.

use chrono::NaiveDate;

use super::{
    Field, QueryErrorKind, Test, ValueKind, days, levels,
    lexer::{Letter, TypedValue},
    numbers, texts, vocabulary,
};
use crate::text;

/// Reads a value of a field. `previous` is the value before it in a list.
pub(super) fn read(
    field: Field,
    value: &TypedValue,
    previous: Option<&TypedValue>,
    today: NaiveDate,
) -> Result<Vec<Test>, QueryErrorKind> {
    let typed = value.text();
    if texts::is_blank(&typed) {
        return Err(QueryErrorKind::EmptyValue(field));
    }
    if !value.is_quoted()
        && let Some(test) = keyword(&typed).or_else(|| all_statuses(field, &typed))
    {
        return Ok(vec![test]);
    }
    let test = match field.kind() {
        ValueKind::Code if vocabulary::is_closed(field) => return vocabulary::read(field, value),
        ValueKind::Text | ValueKind::Code => texts::read(field, &value.letters)?,
        ValueKind::Level if is_text(&value.letters) => texts::read(field, &value.letters)?,
        ValueKind::Level => levels::read(field, &typed)?,
        ValueKind::Day => days::read(field, &typed, today)?,
        ValueKind::Number => {
            let previous = previous.map(TypedValue::text);
            numbers::read(field, &typed, previous.as_deref())?
        }
        ValueKind::Flag => flag(&typed).map(Test::Flag).ok_or(QueryErrorKind::Unfit { field, typed })?,
    };
    Ok(vec![test])
}

/// Returns the test for a word that every field understands. A dash is how the screen shows a missing value.
pub(super) fn keyword(typed: &str) -> Option<Test> {
    match text::fold_case(typed).as_str() {
        "none" | "-" | "\u{2013}" | "\u{2014}" => Some(Test::Missing),
        "any" | "*" => Some(Test::Present),
        _ => None,
    }
}

/// Returns the test for the word by which the list of the API shows all statuses.
fn all_statuses(field: Field, typed: &str) -> Option<Test> {
    (field == Field::Status && typed.eq_ignore_ascii_case("all")).then_some(Test::Present)
}

fn flag(typed: &str) -> Option<bool> {
    match text::fold_case(typed.trim()).as_str() {
        "yes" | "y" | "on" | "true" | "1" => Some(true),
        "no" | "n" | "off" | "false" | "0" => Some(false),
        _ => None,
    }
}

/// Returns true for a level that is compared as a text: in quotation marks, or with a wildcard.
fn is_text(letters: &[Letter]) -> bool {
    letters.iter().all(|letter| letter.is_quoted)
        || letters.iter().any(|letter| !letter.is_quoted && letter.c == '*')
}
