//! Errors in a query, as sentences with the next step.

use std::{fmt, ops::Range};

use super::Field;
use crate::text;

/// An error in a query, and the place where it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct QueryError {
    /// The bytes of the text that are wrong. Both ends are between characters.
    pub span: Range<usize>,
    /// The mistake.
    pub kind: QueryErrorKind,
}

impl QueryError {
    /// Returns true if the text may only be unfinished, so that a search box can wait with the error while the user types.
    pub fn is_unfinished(&self) -> bool {
        matches!(
            self.kind,
            QueryErrorKind::EmptyValue(_) | QueryErrorKind::LoneMinus | QueryErrorKind::UnclosedQuote
        )
    }
}

/// A mistake in a query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryErrorKind {
    /// The text before a colon is not a field.
    #[error("There is no field “{}”: {}", Shown(name), field_advice(*near))]
    UnknownField {
        /// The text before the colon.
        name: String,
        /// The name of a field that it resembles.
        near: Option<&'static str>,
    },
    /// A field has no value, or a list has an empty one.
    #[error("“{}:” needs a value: {}.", .0.name(), .0.takes())]
    EmptyValue(Field),
    /// A minus sign has nothing to negate.
    #[error("“-” needs a word after it: put it in quotes to search for the sign itself.")]
    LoneMinus,
    /// A quotation mark is not closed.
    #[error("The quotation mark is not closed: add another one after the text.")]
    UnclosedQuote,
    /// Text follows a closing quotation mark.
    #[error(
        "The text goes on after the quotation mark: put a blank between them, or double the mark if it is part of the text."
    )]
    TextAfterQuote,
    /// A wildcard is within a text.
    #[error(
        "“*” can only be at the start or the end of a text: use two words, or put the text in quotes if the sign is part of it."
    )]
    InnerWildcard,
    /// A logical word of other query languages.
    #[error("{0}")]
    LogicalWord(LogicalWord),
    /// A value is not one of the field's codes.
    #[error("{}", unknown_code(*field, typed, *near))]
    UnknownCode {
        /// The field.
        field: Field,
        /// The value.
        typed: String,
        /// A value that it resembles.
        near: Option<&'static str>,
    },
    /// A value is the beginning of several of the field's codes.
    #[error("“{}” can mean {}: type more of it.", Shown(typed), words.join(" or "))]
    AmbiguousCode {
        /// The field.
        field: Field,
        /// The value.
        typed: String,
        /// The words that it can mean.
        words: Vec<&'static str>,
    },
    /// A value does not have the form that the field takes.
    #[error("“{}” is not valid for {}, which takes {}.", Shown(typed), field.name(), field.takes())]
    Unfit {
        /// The field.
        field: Field,
        /// The value.
        typed: String,
    },
    /// The calendar has no such day.
    #[error("“{}” is not a real date: check the day and the month.", Shown(.0))]
    NoSuchDay(String),
    /// A distance without a sign is compared with a day that is over.
    #[error(
        "“{}” can be compared in two ways: use “{}” for the time since then, or “..{}” for the time before.",
        Shown(.0), Shown(.0), Shown(.0)
    )]
    TwoReadings(String),
    /// A number is written with commas.
    #[error("A comma separates values: write “{}” without it.", Shown(.0))]
    DigitGroups(String),
    /// A range ends before it starts.
    #[error("The range ends before it starts: swap its ends, “{}..{}”.", Shown(to), Shown(from))]
    ReversedRange {
        /// The start, as typed.
        from: String,
        /// The end, as typed.
        to: String,
    },
    /// A range has ends that cannot be compared.
    #[error(
        "“{}” and “{}” are levels of different kinds: use a range of one kind, or a list.",
        Shown(from),
        Shown(to)
    )]
    MixedLevels {
        /// The start, as typed.
        from: String,
        /// The end, as typed.
        to: String,
    },
    /// No value is above or below this one.
    #[error("Nothing is beyond “{}”: use >= or <= to include it.", Shown(.0))]
    NothingBeyond(String),
}

impl QueryErrorKind {
    pub(super) fn reversed(from: &str, to: &str) -> Self {
        Self::ReversedRange { from: from.to_owned(), to: to.to_owned() }
    }
}

/// A word in capitals that other query languages have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LogicalWord {
    /// `AND`.
    #[error(
        "“AND” is not needed, since every word must occur: leave it out, or put it in quotes to search for it."
    )]
    And,
    /// `OR`.
    #[error(
        "“OR” is not an operator: list the values of a field with commas, as in status:active,pending, or put it in \
         quotes to search for it."
    )]
    Or,
    /// `NOT`.
    #[error(
        "“NOT” is not an operator: put “-” before what must not occur, or put it in quotes to search for it."
    )]
    Not,
}

impl LogicalWord {
    /// Returns the word that a text is.
    pub(super) fn read(text: &str) -> Option<Self> {
        match text {
            "AND" => Some(Self::And),
            "OR" => Some(Self::Or),
            "NOT" => Some(Self::Not),
            _ => None,
        }
    }
}

/// Text that a user typed, cleaned and short enough for a sentence.
struct Shown<'a>(&'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MAX_COLUMNS: usize = 40;
        f.write_str(&text::truncate(&text::clean(self.0), MAX_COLUMNS))
    }
}

fn field_advice(near: Option<&str>) -> String {
    near.map_or_else(
        || "put a text that contains “:” in quotes.".to_owned(),
        |near| format!("did you mean {near}?"),
    )
}

fn unknown_code(field: Field, typed: &str, near: Option<&str>) -> String {
    let typed = Shown(typed);
    match near {
        Some(near) => format!("“{typed}” is not a value of {}: did you mean {near}?", field.name()),
        None => format!("“{typed}” is not valid for {}, which takes {}.", field.name(), field.takes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_is_cleaned_and_cut() {
        let unknown =
            |name: &str| QueryErrorKind::UnknownField { name: name.to_owned(), near: None }.to_string();
        assert_eq!(
            unknown("a\u{1b}[2J\u{202e}b"),
            "There is no field “a␛[2J�b”: put a text that contains “:” in quotes."
        );
        assert_eq!(
            unknown(&"x".repeat(1_000_000)),
            format!("There is no field “{}…”: put a text that contains “:” in quotes.", "x".repeat(39))
        );
    }

    #[test]
    fn only_what_typing_on_can_mend_is_unfinished() {
        let is_unfinished = |kind| QueryError { span: 0..0, kind }.is_unfinished();
        assert!(is_unfinished(QueryErrorKind::EmptyValue(Field::Status)));
        assert!(is_unfinished(QueryErrorKind::UnclosedQuote));
        assert!(is_unfinished(QueryErrorKind::LoneMinus));
        assert!(!is_unfinished(QueryErrorKind::InnerWildcard));
        assert!(!is_unfinished(QueryErrorKind::NoSuchDay("2026-02-30".to_owned())));
    }
}
