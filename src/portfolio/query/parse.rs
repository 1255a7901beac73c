//! Reading a query.

use std::ops::Range;

use chrono::NaiveDate;

use super::{
    Condition, Field, LogicalWord, Query, QueryError, QueryErrorKind, Term,
    lexer::{self, QuoteFlaw, TypedTerm, TypedValue},
    texts::TextPattern,
    values,
};
use crate::model::AsOf;

/// Reads a query as a user types it; relative days are counted from `today`.
///
/// The direction of a distance without a sign is that of its field:
///
/// - `joined:90d` and `changed:7d` are the last days up to today, and `joined:..90d` is up to 90 days ago;
/// - `renewal:30d`, `anniversary:3m` and `3yc-end:1y` are the days from today on, and `renewal:..30d` is anything up to 30
///   days from today.
///
/// A sign decides: `renewal:-14d` is the last 14 days, `renewal:+30d` the next 30.
///
/// # Errors
/// [`QueryError`] for the first term that cannot be read. Nothing is guessed: a misspelt field, an unknown status and a text
/// such as `http://x` are errors with a suggestion.
pub fn parse(text: &str, today: NaiveDate) -> Result<Query, QueryError> {
    let mut terms = Vec::new();
    for typed in lexer::split(text) {
        let condition = match &typed.name {
            Some(name) => Some(field_condition(text, &typed, name, today)?),
            None => words(&typed)?,
        };
        terms.extend(condition.map(|condition| Term { is_negated: typed.is_negated, condition }));
    }
    Ok(Query { terms, as_of: AsOf::on(today) })
}

/// Reads a word or a phrase; `None` if it asks for nothing.
fn words(typed: &TypedTerm) -> Result<Option<Condition>, QueryError> {
    let fault = |kind| QueryError { span: typed.span.clone(), kind };
    let Some(value) = typed.values.first() else { return Err(fault(QueryErrorKind::LoneMinus)) };
    check_quotes(value)?;
    if !value.is_quoted()
        && let Some(word) = LogicalWord::read(&value.text())
    {
        return Err(fault(QueryErrorKind::LogicalWord(word)));
    }
    // A word may occur anywhere, so wildcards at its ends say nothing new.
    let pattern = TextPattern::of_word(&value.letters).map_err(fault)?;
    match pattern.is_blank() {
        true if typed.is_negated => Err(fault(QueryErrorKind::LoneMinus)),
        true => Ok(None),
        false => Ok(Some(Condition::Anywhere(pattern.text))),
    }
}

/// Reads the values of a field.
fn field_condition(
    text: &str,
    typed: &TypedTerm,
    name: &Range<usize>,
    today: NaiveDate,
) -> Result<Condition, QueryError> {
    let typed_name = &text[name.clone()];
    let Some(field) = Field::from_name(typed_name) else {
        let kind =
            QueryErrorKind::UnknownField { name: typed_name.to_owned(), near: Field::near(typed_name) };
        return Err(QueryError { span: name.clone(), kind });
    };
    let mut tests = Vec::new();
    let mut previous = None;
    for value in &typed.values {
        check_quotes(value)?;
        let read = values::read(field, value, previous, today);
        tests.extend(read.map_err(|kind| QueryError { span: place(value, &typed.span), kind })?);
        previous = Some(value);
    }
    Ok(Condition::Field(field, tests))
}

/// Returns the place of a value; that of its term if it is empty, since nobody sees an empty place.
fn place(value: &TypedValue, term: &Range<usize>) -> Range<usize> {
    if value.span.is_empty() { term.clone() } else { value.span.clone() }
}

fn check_quotes(value: &TypedValue) -> Result<(), QueryError> {
    let Some((flaw, span)) = value.flaw.clone() else { return Ok(()) };
    let kind = match flaw {
        QuoteFlaw::Unclosed => QueryErrorKind::UnclosedQuote,
        QuoteFlaw::TextAfter => QueryErrorKind::TextAfterQuote,
    };
    Err(QueryError { span, kind })
}

#[cfg(test)]
mod tests;
