//! Splitting a query into terms and values, before anything is read into them. Any text can be split.

use std::ops::Range;

/// A term as it was typed.
#[derive(Debug, Clone)]
pub(super) struct TypedTerm {
    /// The bytes of the term, with its minus sign.
    pub(super) span: Range<usize>,
    /// True if a minus sign is in front.
    pub(super) is_negated: bool,
    /// The bytes of the text before the colon; `None` for words and phrases.
    pub(super) name: Option<Range<usize>>,
    /// The values after the colon; otherwise the word or phrase. Empty for a lone minus sign.
    pub(super) values: Vec<TypedValue>,
}

/// A value as it was typed, or a word or phrase.
#[derive(Debug, Clone)]
pub(super) struct TypedValue {
    /// The bytes of the value, with its quotation marks.
    pub(super) span: Range<usize>,
    /// Its characters, without the quotation marks.
    pub(super) letters: Vec<Letter>,
    /// The first mistake in its quotation marks.
    pub(super) flaw: Option<(QuoteFlaw, Range<usize>)>,
}

/// A character of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Letter {
    /// The byte at which it begins.
    pub(super) at: usize,
    pub(super) c: char,
    pub(super) is_quoted: bool,
}

/// A mistake in quotation marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum QuoteFlaw {
    /// There is no closing mark.
    Unclosed,
    /// Text follows a closing mark without a blank.
    TextAfter,
}

impl TypedValue {
    /// Returns the characters as a text.
    pub(super) fn text(&self) -> String {
        self.letters.iter().map(|letter| letter.c).collect()
    }

    /// Returns true if a character is in quotation marks.
    pub(super) fn is_quoted(&self) -> bool {
        self.letters.iter().any(|letter| letter.is_quoted)
    }
}

/// Returns true for the marks that open and close quoted text, the curly ones of other programs included.
pub(super) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '‟')
}

/// Splits a text into its terms.
pub(super) fn split(text: &str) -> Vec<TypedTerm> {
    let mut terms = Vec::new();
    let mut at = 0;
    while let Some(blank) = text[at..].find(|c: char| !c.is_whitespace()) {
        let term = term(text, at + blank);
        at = term.span.end;
        terms.push(term);
    }
    terms
}

/// Reads the term that begins at `start`, which is not a blank.
fn term(text: &str, start: usize) -> TypedTerm {
    let is_negated = text[start..].starts_with('-');
    let body = start + usize::from(is_negated);
    let mark = text[body..].find(|c: char| c.is_whitespace() || c == ':' || is_quote(c)).map(|at| body + at);
    let name = mark.filter(|mark| text[*mark..].starts_with(':')).map(|colon| body..colon);
    let mut values = Vec::new();
    let mut end = body;
    if let Some(name) = &name {
        end = name.end;
        // The colon first, then the commas.
        while text[end..].starts_with(if values.is_empty() { ':' } else { ',' }) {
            let value = value(text, end + 1, true);
            end = value.span.end;
            values.push(value);
        }
    } else if text[body..].starts_with(|c: char| !c.is_whitespace()) {
        let value = value(text, body, false);
        end = value.span.end;
        values.push(value);
    }
    TypedTerm { span: start..end, is_negated, name, values }
}

/// Reads a value: up to a blank that is not quoted, and up to a comma in a list.
///
/// A quotation mark opens quoted text where a value begins: at the start, and after `*`, `=`, `<`, `>` or `..`. Elsewhere it
/// is a character like any other, as in `19"`.
fn value(text: &str, start: usize, is_in_list: bool) -> TypedValue {
    let mut value = TypedValue { span: start..start, letters: Vec::new(), flaw: None };
    let mut at = start;
    let (mut may_open, mut is_closed) = (true, false);
    while let Some(c) = text[at..].chars().next() {
        if c.is_whitespace() || (is_in_list && c == ',') {
            break;
        }
        if may_open && is_quote(c) {
            at = quoted(text, at, &mut value);
            (may_open, is_closed) = (false, true);
            continue;
        }
        let is_range = text[at..].starts_with("..");
        if is_closed && c != '*' && !is_range {
            value.flaw.get_or_insert((QuoteFlaw::TextAfter, at..at + c.len_utf8()));
        }
        value.letters.push(Letter { at, c, is_quoted: false });
        at += c.len_utf8();
        if is_range {
            value.letters.push(Letter { at, c: '.', is_quoted: false });
            at += 1;
            // After a mistake, the rest up to a blank is no value.
            (may_open, is_closed) = (value.flaw.is_none(), false);
        } else {
            may_open &= matches!(c, '*' | '=' | '<' | '>');
        }
    }
    value.span.end = at;
    value
}

/// Reads quoted text from its opening mark on, and returns the byte after its closing mark. A mark that is doubled is
/// part of the text.
fn quoted(text: &str, start: usize, value: &mut TypedValue) -> usize {
    let mut chars = text[start..].char_indices().map(|(at, c)| (start + at, c)).skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if is_quote(c) && chars.next_if(|(_, next)| *next == c).is_none() {
            return at + c.len_utf8();
        }
        value.letters.push(Letter { at, c, is_quoted: true });
    }
    value.flaw.get_or_insert((QuoteFlaw::Unclosed, start..text.len()));
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes terms with a bar after each, names with a colon, values with commas, quoted letters in capitals.
    fn shown(text: &str) -> String {
        let value = |value: &TypedValue| -> String {
            let letter = |letter: &Letter| {
                assert!(text[letter.at..].starts_with(letter.c), "{text:?}");
                if letter.is_quoted { letter.c.to_ascii_uppercase() } else { letter.c }
            };
            let flaw = match value.flaw {
                None => "",
                Some((QuoteFlaw::Unclosed, _)) => "!",
                Some((QuoteFlaw::TextAfter, _)) => "?",
            };
            value.letters.iter().map(letter).chain(flaw.chars()).collect()
        };
        let term = |term: &TypedTerm| {
            let values: Vec<String> = term.values.iter().map(value).collect();
            let name = term.name.clone().map(|name| format!("{}:", &text[name])).unwrap_or_default();
            format!("{}{name}{}", if term.is_negated { "-" } else { "" }, values.join(","))
        };
        split(text).iter().map(term).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn splits_words_phrases_and_lists() {
        for (text, expected) in [
            ("", ""),
            (" \u{a0}\t", ""),
            ("acme  print", "acme|print"),
            ("acme\u{a0}print", "acme|print"),
            ("\"a b\" c", "A B|c"),
            ("“a b„ c", "A B|c"),
            ("-a -\"b c\" -d:e", "-a|-B C|-d:e"),
            ("-", "-"),
            ("a - b", "a|-|b"),
            ("a,b", "a,b"),
            ("f:a,b", "f:a,b"),
            ("f:\"a, b\",c d", "f:A, B,c|d"),
            ("f:", "f:"),
            ("f:, x", "f:,|x"),
            ("f:a:b", "f:a:b"),
            (":a", ":a"),
            ("19\" rack", "19\"|rack"),
            ("\"19\"\" rack\"", "19\" RACK"),
            ("\"\"", ""),
            ("\"\"\"\"", "\""),
            ("\"a\"b", "Ab?"),
            ("\"a\"* *\"b c\"*", "A*|*B C*"),
            ("f:>=\"1 nov\"..\"2 nov\"", "f:>=1 NOV..2 NOV"),
            ("f:..\"a b\"", "f:..A B"),
            ("\"a b", "A B!"),
            ("\"a\"b..\"c d", "Ab..\"c?|d"),
            ("f:\"a,b c", "f:A,B C!"),
            ("\"a:b\" c:d", "A:B|c:d"),
            ("a\"b:c", "a\"b:c"),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }

    #[test]
    fn spans_are_those_of_the_text() {
        let terms = split(" -näme:\"a b\",c d");
        assert_eq!(terms[0].span, 1..15);
        assert_eq!(terms[0].name, Some(2..7));
        assert_eq!(
            terms[0].values.iter().map(|value| value.span.clone()).collect::<Vec<_>>(),
            [8..13, 14..15]
        );
        assert_eq!(terms[1].span, 16..17);
    }
}
