//! Changing the text of a query: adding and removing the values of a facet, without touching what else was typed.

use std::ops::Range;

use super::{
    Field, Test, TextMatch, ValueKind, display,
    lexer::{self, QuoteFlaw, TypedTerm},
    vocabulary,
};

/// Returns a query text in which a field has this value alone: it replaces the positive terms of the field, or is
/// appended.
///
/// The value of a text or a code is all of the text, as a facet shows it, so that the count beside it holds:
/// `=` is put in front of free text. Days, numbers, levels and flags are taken as typed, ranges included.
pub fn refine(text: &str, field: Field, value: &str) -> String {
    with_value(text, field, &written(field, value))
}

/// Returns a query text with one more term, which holds for this value of a field as in [`refine`]. The other terms of the field
/// stay: all must hold. Nothing is added that is there already.
pub fn add(text: &str, field: Field, value: &str) -> String {
    let term = format!("{}:{}", field.name(), written(field, value));
    let is_there = refinements(text, field).into_iter().any(|span| text[span] == *term);
    if is_there { text.to_owned() } else { appended(text, &term) }
}

/// Returns a value of a field as it is typed.
fn written(field: Field, value: &str) -> String {
    match field.kind() {
        ValueKind::Text | ValueKind::Code => {
            let known = vocabulary::codes(field).into_iter().find(|known| {
                [known.code, known.label, known.word].iter().any(|name| name.eq_ignore_ascii_case(value))
            });
            let code = known.map_or_else(|| value.to_owned(), |known| known.code.to_owned());
            let code = if field == Field::Country { code.to_ascii_uppercase() } else { code };
            display::text_value(field, TextMatch::Whole, &code)
        }
        _ if value.contains(char::is_whitespace) && !value.contains(lexer::is_quote) => {
            display::quoted(value)
        }
        _ => value.to_owned(),
    }
}

/// Returns a query text in which a field has these tests alone, like [`refine`].
pub fn refine_by(text: &str, field: Field, tests: &[Test]) -> String {
    with_value(text, field, &display::list(field, tests))
}

/// Returns a query text without the positive terms of a field.
pub fn remove(text: &str, field: Field) -> String {
    replace(text, &refinements(text, field), None)
}

fn with_value(text: &str, field: Field, value: &str) -> String {
    let term = format!("{}:{value}", field.name());
    let spans = refinements(text, field);
    if spans.is_empty() { appended(text, &term) } else { replace(text, &spans, Some(&term)) }
}

/// Returns a query text with a term at its end.
fn appended(text: &str, term: &str) -> String {
    let mut out = text.trim_end().to_owned();
    let is_open = |term: &TypedTerm| {
        term.values.iter().any(|value| matches!(value.flaw, Some((QuoteFlaw::Unclosed, _))))
    };
    if lexer::split(text).last().is_some_and(is_open) {
        out.push('"');
    }
    if !out.is_empty() {
        out.push(' ');
    }
    out + term
}

/// Returns the places of the positive terms of a field.
fn refinements(text: &str, field: Field) -> Vec<Range<usize>> {
    let is_of_field = |term: &TypedTerm| {
        let name = term.name.clone().filter(|_| !term.is_negated);
        name.and_then(|name| Field::from_name(&text[name])) == Some(field)
    };
    lexer::split(text).into_iter().filter(is_of_field).map(|term| term.span).collect()
}

/// Returns the text with the first of these places replaced, and the others removed with the blanks before them.
fn replace(text: &str, spans: &[Range<usize>], mut term: Option<&str>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for span in spans {
        let before = &text[at..span.start];
        match term.take() {
            Some(term) => {
                out.push_str(before);
                out.push_str(term);
            }
            None => out.push_str(before.trim_end()),
        }
        at = span.end;
    }
    let rest = &text[at..];
    let begins_with_rest = at > 0 && out.is_empty();
    out.push_str(if begins_with_rest { rest.trim_start() } else { rest });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_replaces_the_positive_terms_of_its_field_or_is_appended() {
        for (before, field, value, after) in [
            ("", Field::Status, "active", "status:active"),
            ("acme  ", Field::Status, "Active", "acme status:active"),
            ("acme", Field::Status, "1000", "acme status:active"),
            ("status:pending  renewal:30d", Field::Status, "1026", "status:1026  renewal:30d"),
            ("a STATUS:pending,active b status:1026 c", Field::Status, "active", "a status:active b c"),
            ("-status:pending", Field::Status, "active", "-status:pending status:active"),
            ("created:90d", Field::Joined, "this-month", "joined:this-month"),
            ("", Field::Renewal, "..30d", "renewal:..30d"),
            ("", Field::Joined, "last month", "joined:\"last month\""),
            ("", Field::City, "New York", "city:=\"New York\""),
            ("", Field::City, "Rome", "city:=Rome"),
            ("", Field::Reseller, "1000396138", "reseller:1000396138"),
            ("", Field::Tag, "none", "tag:\"none\""),
            ("", Field::Country, "de", "country:DE"),
            ("", Field::Segment, "EDU", "segment:EDU"),
            ("", Field::CommitmentStatus, "COMMITTED", "3yc:committed"),
            ("", Field::Level, "03", "level:03"),
            ("", Field::AutoRenewal, "off", "auto:off"),
            ("\"print wo", Field::Status, "active", "\"print wo\" status:active"),
            ("stauts:x \"a\"b", Field::Status, "active", "stauts:x \"a\"b status:active"),
        ] {
            assert_eq!(refine(before, field, value), after, "{before:?} {value:?}");
        }
    }

    #[test]
    fn a_term_is_added_beside_others_of_its_field() {
        for (before, field, value, after) in [
            ("", Field::Level, "03", "level:03"),
            ("joined:90d", Field::Joined, "2026-05", "joined:90d joined:2026-05"),
            ("acme joined:2026-05", Field::Joined, "2026-05", "acme joined:2026-05"),
            ("product:pro ", Field::Product, "Lantern Pro", "product:pro product:=\"Lantern Pro\""),
            ("product:=\"Lantern Pro\" x", Field::Product, "Lantern Pro", "product:=\"Lantern Pro\" x"),
            ("-level:03", Field::Level, "03", "-level:03 level:03"),
            ("\"print wo", Field::Level, "03", "\"print wo\" level:03"),
        ] {
            assert_eq!(add(before, field, value), after, "{before:?} {value:?}");
        }
    }

    #[test]
    fn tests_are_written_as_a_list() {
        let tests = [Test::Text(TextMatch::Whole, "Rome".to_owned()), Test::Missing];
        assert_eq!(refine_by("acme", Field::City, &tests), "acme city:=Rome,none");
    }

    #[test]
    fn terms_are_removed_with_their_blanks() {
        for (before, after) in [
            ("status:active", ""),
            ("status:active acme", "acme"),
            ("acme status:active", "acme"),
            ("acme  status:active  print status:x", "acme  print"),
            ("acme -status:active", "acme -status:active"),
            ("status:\"acti", ""),
            (" acme ", " acme "),
        ] {
            assert_eq!(remove(before, Field::Status), after, "{before:?}");
        }
    }
}
