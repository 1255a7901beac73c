//! Completion of a query while it is typed: fields, and the values of fields.

use std::ops::Range;

use super::{
    Field, TextMatch, ValueKind, display,
    lexer::{self, TypedTerm, TypedValue},
    vocabulary,
};
use crate::text;

/// The texts that can replace a part of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The bytes of the text that a candidate replaces.
    pub span: Range<usize>,
    /// The candidates, the likeliest first.
    pub candidates: Vec<Candidate>,
}

/// A text that can be inserted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The text: `status:`, `active`, `"New York"`.
    pub insert: String,
    /// Its meaning, in a few words; empty for values of the portfolio.
    pub doc: &'static str,
}

const PAST_DAYS: [(&str, &str); 9] = [
    ("7d", "the last 7 days"),
    ("30d", "the last 30 days"),
    ("90d", "the last 90 days"),
    ("today", ""),
    ("yesterday", ""),
    ("this-month", ""),
    ("last-month", ""),
    ("this-year", ""),
    ("..1y", "more than a year ago"),
];

const COMING_DAYS: [(&str, &str); 9] = [
    ("30d", "within the next 30 days"),
    ("..30d", "up to 30 days from today, and all before"),
    ("90d", "within the next 90 days"),
    ("today", ""),
    ("this-month", ""),
    ("next-month", ""),
    ("this-year", ""),
    ("-14d", "the last 14 days"),
    ("..today", "today, and all before"),
];

const FOLLOW_UP_DAYS: [(&str, &str); 8] = [
    ("..today", "due today, or overdue"),
    ("..7d", "due within 7 days, or overdue"),
    ("today", ""),
    ("tomorrow", ""),
    ("7d", "within the next 7 days"),
    ("30d", "within the next 30 days"),
    ("this-month", ""),
    ("next-month", ""),
];

const NUMBERS: [(&str, &str); 5] = [
    (">0", "at least 1"),
    (">=10", "at least 10"),
    (">=100", "at least 100"),
    ("10..50", "from 10 to 50"),
    ("0", ""),
];

const DAYS_LEFT: [(&str, &str); 5] = [
    ("..30", "up to 30 days, and all that are late"),
    ("0..30", "from today on, up to 30 days"),
    ("<0", "late"),
    ("0", "today"),
    (">30", "more than 30 days"),
];

const LEVELS: [(&str, &str); 2] = [(">=03", "03 and above"), ("T*", "of consumables")];

/// Completes the part of a query at the cursor, a byte of the text. Any text and any cursor will do.
///
/// A word is completed to a field. A value of a field is completed from the fixed words of the field and from
/// `values`, which gets the field and the beginning of the value, and returns the matching values of the portfolio.
pub fn complete(text: &str, cursor: usize, values: &dyn Fn(Field, &str) -> Vec<String>) -> Completion {
    let cursor = floor_char_boundary(text, cursor);
    let term =
        lexer::split(text).into_iter().find(|term| term.span.start < cursor && cursor <= term.span.end);
    let Some(term) = term else { return fields(cursor..cursor, "") };
    match &term.name {
        Some(name) if cursor <= name.end => fields(name.start..name.end + 1, &text[name.start..cursor]),
        Some(name) => value(text, &term, Field::from_name(&text[name.clone()]), cursor, values),
        None if term.values.iter().all(|word| word.letters.iter().all(|letter| !letter.is_quoted)) => {
            let start = term.span.start + usize::from(term.is_negated);
            fields(start..term.span.end, &text[start..cursor])
        }
        // A phrase is free text.
        None => Completion { span: cursor..cursor, candidates: Vec::new() },
    }
}

/// Completes the name of a field.
fn fields(span: Range<usize>, typed: &str) -> Completion {
    let typed = text::fold_case(typed);
    let begins = |name: &&str| name.starts_with(&typed);
    let by_name = Field::all().filter(|field| begins(&field.name()));
    let by_alias = Field::all().filter(|field| !begins(&field.name()) && field.aliases().iter().any(begins));
    let candidate = |field: Field| Candidate { insert: format!("{}:", field.name()), doc: field.doc() };
    Completion { span, candidates: by_name.chain(by_alias).map(candidate).collect() }
}

/// Completes the value at the cursor.
fn value(
    text: &str,
    term: &TypedTerm,
    field: Option<Field>,
    cursor: usize,
    values: &dyn Fn(Field, &str) -> Vec<String>,
) -> Completion {
    let at = term.values.iter().position(|value| value.span.start <= cursor && cursor <= value.span.end);
    let (Some(field), Some(at)) = (field, at) else {
        return Completion { span: cursor..cursor, candidates: Vec::new() };
    };
    let current = &term.values[at];
    let typed: String =
        current.letters.iter().filter(|letter| letter.at < cursor).map(|letter| letter.c).collect();
    let is_listed = |candidate: &Candidate| {
        let others = term.values.iter().enumerate().filter(|(index, _)| *index != at);
        others
            .map(|(_, value)| typed_text(text, value))
            .any(|other| other.eq_ignore_ascii_case(&candidate.insert))
    };
    let mut candidates = fixed(field, &typed);
    candidates.extend(known(field, &typed, values));
    candidates.extend(keywords(field, &typed));
    candidates.retain(|candidate| !is_listed(candidate));
    Completion { span: current.span.clone(), candidates }
}

fn typed_text<'a>(text: &'a str, value: &TypedValue) -> &'a str {
    &text[value.span.clone()]
}

/// Returns the words that a field has in any portfolio.
fn fixed(field: Field, typed: &str) -> Vec<Candidate> {
    let examples: &[(&str, &'static str)] = match field.kind() {
        ValueKind::Flag => {
            let words = [true, false]
                .map(|value| Candidate { insert: display::flag(field, value).to_owned(), doc: "" });
            return words.into_iter().filter(|candidate| begins(&candidate.insert, typed)).collect();
        }
        ValueKind::Day if field == Field::FollowUp => &FOLLOW_UP_DAYS,
        ValueKind::Day if field.is_past() => &PAST_DAYS,
        ValueKind::Day => &COMING_DAYS,
        ValueKind::Number if field == Field::DaysLeft => &DAYS_LEFT,
        ValueKind::Number => &NUMBERS,
        ValueKind::Level => &LEVELS,
        ValueKind::Text | ValueKind::Code => &[],
    };
    let examples = examples
        .iter()
        .filter(|(example, _)| begins(example, typed))
        .map(|(example, doc)| Candidate { insert: (*example).to_owned(), doc });
    let codes = vocabulary::codes(field)
        .into_iter()
        .filter(|known| [known.word, known.code, known.label].iter().any(|name| begins(name, typed)))
        .map(|known| Candidate {
            insert: known.word.to_owned(),
            doc: if known.label.eq_ignore_ascii_case(known.word) { "" } else { known.label },
        });
    examples.chain(codes).collect()
}

/// Returns the values of the portfolio, for fields whose values are not all fixed.
fn known(field: Field, typed: &str, values: &dyn Fn(Field, &str) -> Vec<String>) -> Vec<Candidate> {
    let is_open = match field.kind() {
        ValueKind::Text | ValueKind::Code => vocabulary::codes(field).is_empty(),
        ValueKind::Level => true,
        ValueKind::Day | ValueKind::Number | ValueKind::Flag => false,
    };
    if !is_open {
        return Vec::new();
    }
    let written = |value: String| match field.kind() {
        ValueKind::Text => display::text_value(field, TextMatch::Part, &value),
        ValueKind::Level => value,
        _ => display::text_value(field, TextMatch::Whole, &value),
    };
    let values = values(field, typed).into_iter().filter(|value| !super::texts::is_blank(value));
    values.map(|value| Candidate { insert: written(value), doc: "" }).collect()
}

/// Returns the words that every field understands, once something of them was typed or nothing at all.
fn keywords(field: Field, typed: &str) -> Vec<Candidate> {
    if field.kind() == ValueKind::Flag {
        return Vec::new();
    }
    let words = [("any", "there is a value"), ("none", "there is no value")];
    words
        .into_iter()
        .filter(|(word, _)| begins(word, typed))
        .map(|(word, doc)| Candidate { insert: word.to_owned(), doc })
        .collect()
}

fn begins(candidate: &str, typed: &str) -> bool {
    text::fold_case(candidate).starts_with(&text::fold_case(typed))
}

/// Returns the last place between characters that is not after `at`.
fn floor_char_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn portfolio(field: Field, typed: &str) -> Vec<String> {
        let values: &[&str] = match field {
            Field::City => &["New York", "Newcastle", "Rome", "a \"b\"", "none"],
            Field::Country => &["DE", "DK", "FR"],
            Field::Level => &["02", "03"],
            _ => &[],
        };
        values.iter().filter(|value| begins(value, typed)).map(|value| (*value).to_owned()).collect()
    }

    /// Completes at the `|`, and returns the text that is replaced and the candidates.
    fn completed(marked: &str) -> String {
        let cursor = marked.find('|').unwrap();
        let text = marked.replacen('|', "", 1);
        let completion = complete(&text, cursor, &portfolio);
        let inserts: Vec<String> =
            completion.candidates.into_iter().map(|candidate| candidate.insert).collect();
        format!("{} -> {}", &text[completion.span], inserts.join(" "))
    }

    #[test]
    fn words_become_fields() {
        for (marked, expected) in [
            ("sta|", "sta -> status: region:"),
            ("acme STA|", "STA -> status: region:"),
            (
                "-re|",
                "re -> reference: reseller: region: renewal: renewal-basis: renewal-state: renewal-change: returnable: \
             returnable-until: renewal-failed: 3yc-renewal: 3yc-request: to-renew:",
            ),
            ("sta|foo acme", "stafoo -> status: region:"),
            ("sta|:active", "sta: -> status: region:"),
            ("mail|", "mail -> email:"),
            ("acme|", "acme -> "),
            ("\"sta|", " -> "),
            ("\"sta|\" x", " -> "),
        ] {
            assert_eq!(completed(marked), expected, "{marked}");
        }
        for marked in ["|", "acme |", "acme | print", "|acme"] {
            let cursor = marked.find('|').unwrap();
            let completion = complete(&marked.replacen('|', "", 1), cursor, &portfolio);
            assert_eq!((completion.span, completion.candidates.len()), (cursor..cursor, 51), "{marked}");
        }
    }

    #[test]
    fn values_come_from_the_field_and_the_portfolio() {
        for (marked, expected) in [
            ("status:|", " -> active pending inactive 1026 1010 1012 1014 any none"),
            ("status:ac|", "ac -> active"),
            ("status:in|", "in -> inactive 1010 1012 1014"),
            ("-status:active,|", " -> pending inactive 1026 1010 1012 1014 any none"),
            ("status:pe|nd,active x", "pend -> pending"),
            ("status:active|", "active -> active"),
            ("segment:e|", "e -> EDU"),
            ("3yc:a|", "a -> accepted active any"),
            ("auto:|", " -> on off"),
            ("gone:y|", "y -> yes"),
            ("city:new|", "new -> \"New York\" Newcastle"),
            ("city:\"New Y|", "\"New Y -> \"New York\""),
            ("city:\"New| York\",Rome x", "\"New York\" -> \"New York\" Newcastle"),
            ("city:Rome,a|", "a -> \"a \"\"b\"\"\" any"),
            ("city:n|", "n -> \"New York\" Newcastle \"none\" none"),
            ("country:d|", "d -> DE DK"),
            ("level:|", " -> >=03 T* 02 03 any none"),
            ("renewal:..|", ".. -> ..30d ..today"),
            ("renewal:n|", "n -> next-month none"),
            ("changed:7|", "7 -> 7d"),
            ("late-since:3|", "3 -> 30d"),
            ("auto-changed:7|", "7 -> 7d"),
            ("renewal-failed:3|", "3 -> 30d"),
            ("scheduled:|", " -> >0 >=10 >=100 10..50 0 any none"),
            ("days-left:|", " -> ..30 0..30 <0 0 >30 any none"),
            ("days-left:<|", "< -> <0"),
            ("renewal-state:|", " -> not-due early locked today late past renewed any none"),
            ("renewal-state:l|", "l -> locked late"),
            ("renewal-basis:|", " -> subscription late anniversary any none"),
            ("change-by:..|", ".. -> ..30d ..today"),
            ("returnable:|", " -> >0 >=10 >=100 10..50 0 any none"),
            ("follow:..|", ".. -> ..today ..7d"),
            ("fol|", "fol -> follow:"),
            ("note:|", " -> any none"),
            ("seats:>|", "> -> >0 >=10 >=100"),
            ("foo:a|", " -> "),
            ("foo:a|b c", " -> "),
        ] {
            assert_eq!(completed(marked), expected, "{marked}");
        }
    }

    #[test]
    fn candidates_are_explained() {
        let locked = complete("renewal-state:lo", 16, &portfolio);
        assert_eq!(locked.candidates[0].doc, "auto-renewal can no longer be changed");
        let completion = complete("renewal:3", 9, &portfolio);
        assert_eq!(completion.candidates[0].doc, "within the next 30 days");
        assert_eq!(complete("sta", 3, &portfolio).candidates[0].doc, "the status of the account");
        assert_eq!(complete("status:1010", 11, &portfolio).candidates[0].doc, "Inactive: invalid address");
    }

    #[test]
    fn a_cursor_anywhere_is_brought_between_characters() {
        assert_eq!(complete("é", 1, &portfolio).span, 0..0);
        assert_eq!(complete("name:é", 1_000, &portfolio).span, 5..7);
    }
}
