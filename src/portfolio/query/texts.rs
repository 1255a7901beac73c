//! Texts with wildcards, as words and as values.

use super::{Field, QueryErrorKind, Test, TextMatch, ValueKind, lexer::Letter};
use crate::text;

/// A text with its wildcards taken off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TextPattern {
    /// True if `=` is in front.
    pub(super) is_exact: bool,
    /// True if `*` is in front.
    pub(super) has_leading: bool,
    /// True if `*` is at the end.
    pub(super) has_trailing: bool,
    /// The rest, as typed.
    pub(super) text: String,
}

impl TextPattern {
    /// Reads a word of a query, in which `=` has no meaning.
    pub(super) fn of_word(letters: &[Letter]) -> Result<Self, QueryErrorKind> {
        let is_star = |letter: &Letter| !letter.is_quoted && letter.c == '*';
        let leading = letters.iter().take_while(|letter| is_star(letter)).count();
        let rest = &letters[leading..];
        let trailing = rest.iter().rev().take_while(|letter| is_star(letter)).count();
        let rest = &rest[..rest.len() - trailing];
        if rest.iter().any(is_star) {
            return Err(QueryErrorKind::InnerWildcard);
        }
        let text = rest.iter().map(|letter| letter.c).collect();
        Ok(Self { is_exact: false, has_leading: leading > 0, has_trailing: trailing > 0, text })
    }

    /// Reads a value. `=` asks for all of the text.
    pub(super) fn of_value(letters: &[Letter]) -> Result<Self, QueryErrorKind> {
        match letters.split_first() {
            Some((Letter { c: '=', is_quoted: false, .. }, rest)) => {
                let pattern = Self::of_word(rest)?;
                if pattern.has_leading || pattern.has_trailing {
                    return Err(QueryErrorKind::InnerWildcard);
                }
                Ok(Self { is_exact: true, ..pattern })
            }
            _ => Self::of_word(letters),
        }
    }

    /// Returns true if nothing visible is asked for.
    pub(super) fn is_blank(&self) -> bool {
        is_blank(&self.text)
    }

    /// Returns the part of a field's value that the text must match.
    pub(super) fn part(&self, kind: ValueKind) -> TextMatch {
        match (self.has_leading, self.has_trailing) {
            (true, false) => TextMatch::Suffix,
            (false, true) => TextMatch::Prefix,
            (false, false) if self.is_exact || kind != ValueKind::Text => TextMatch::Whole,
            (true, true) | (false, false) => TextMatch::Part,
        }
    }
}

/// Returns true if a text has nothing visible.
pub(super) fn is_blank(text: &str) -> bool {
    text::normalize_input(text).is_empty()
}

/// Reads the value of a field with free text or open codes.
pub(super) fn read(field: Field, letters: &[Letter]) -> Result<Test, QueryErrorKind> {
    let pattern = TextPattern::of_value(letters)?;
    if pattern.is_blank() {
        let has_wildcard = pattern.has_leading || pattern.has_trailing;
        return if has_wildcard { Ok(Test::Present) } else { Err(QueryErrorKind::EmptyValue(field)) };
    }
    Ok(Test::Text(pattern.part(field.kind()), pattern.text))
}
