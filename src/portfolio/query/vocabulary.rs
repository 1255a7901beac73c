//! The codes of fields with closed sets: statuses, segments, 3YC statuses, countries, and those of renewals.

use super::{Field, QueryErrorKind, Test, TextMatch, lexer::TypedValue, texts::TextPattern};
use crate::{
    model::{EntityKind, RenewalBasis, RenewalState, SEGMENTS, Status, segment_label},
    text,
};

/// A code of a closed set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KnownCode {
    /// The code as the API sends it.
    pub(super) code: &'static str,
    /// Its label, or the code.
    pub(super) label: &'static str,
    /// The word that is typed for it.
    pub(super) word: &'static str,
}

impl KnownCode {
    const fn new(code: &'static str, label: &'static str, word: &'static str) -> Self {
        Self { code, label, word }
    }
}

/// The statuses of accounts, those of the list first.
const STATUSES: [(&str, &str); 7] = [
    ("1000", "active"),
    ("1002", "pending"),
    ("1004", "inactive"),
    ("1026", "1026"),
    ("1010", "1010"),
    ("1012", "1012"),
    ("1014", "1014"),
];

const COMMITMENTS: [KnownCode; 8] = [
    KnownCode::new("COMMITTED", "COMMITTED", "committed"),
    KnownCode::new("REQUESTED", "REQUESTED", "requested"),
    KnownCode::new("ACCEPTED", "ACCEPTED", "accepted"),
    KnownCode::new("ACTIVE", "ACTIVE", "active"),
    KnownCode::new("DECLINED", "DECLINED", "declined"),
    KnownCode::new("NONCOMPLIANT", "NONCOMPLIANT", "noncompliant"),
    KnownCode::new("EXPIRED", "EXPIRED", "expired"),
    KnownCode::new("INACTIVE", "INACTIVE", "inactive"),
];

/// Returns the known codes of a field; none for fields with open sets.
pub(super) fn codes(field: Field) -> Vec<KnownCode> {
    match field {
        Field::Status => STATUSES
            .map(|(code, word)| {
                KnownCode::new(code, Status::new(code).known_label(EntityKind::Account).unwrap_or(code), word)
            })
            .into(),
        Field::Segment => SEGMENTS.map(|(code, label)| KnownCode::new(code, label, code)).into(),
        Field::CommitmentStatus | Field::CommitmentRenewal | Field::CommitmentRequest => COMMITMENTS.into(),
        Field::RenewalBasis => {
            RenewalBasis::ALL.map(|basis| KnownCode::new(basis.code(), basis.words(), basis.code())).into()
        }
        Field::RenewalState => RenewalState::ALL
            .map(|state| KnownCode::new(state.code(), state.words().unwrap_or("not due yet"), state.code()))
            .into(),
        _ => Vec::new(),
    }
}

/// Returns the label of a status or a segment as people read it, or the code if it has none. Other codes are words already.
pub fn label_of(field: Field, code: &str) -> &str {
    match field {
        Field::Status => Status::new(code).known_label(EntityKind::Account).unwrap_or(code),
        Field::Segment => segment_label(code),
        _ => code,
    }
}

/// Returns true for fields whose codes are checked.
pub(super) fn is_closed(field: Field) -> bool {
    matches!(
        field,
        Field::Status
            | Field::Segment
            | Field::CommitmentStatus
            | Field::CommitmentRenewal
            | Field::CommitmentRequest
            | Field::Country
            | Field::RenewalBasis
            | Field::RenewalState
    )
}

/// Returns the word that is typed for a code, if the code can be typed without quotation marks.
pub(super) fn word(field: Field, code: &str) -> Option<String> {
    let known = codes(field).into_iter().find(|known| known.code == code);
    let other = || is_open_code(field, code).then(|| code.to_owned());
    known.map(|known| known.word.to_owned()).or_else(other)
}

/// Returns true for codes beyond the known ones that a field takes as they are.
fn is_open_code(field: Field, code: &str) -> bool {
    match field {
        Field::Status => code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_digit()),
        Field::Country => code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()),
        _ => false,
    }
}

/// Returns true for fields to whose codes the API can add none.
fn is_complete(field: Field) -> bool {
    matches!(field, Field::Country | Field::RenewalBasis | Field::RenewalState)
}

/// Reads the value of a field with a closed set of codes: a code, a label, or enough of its beginning, in any case.
/// Wildcards stand for all codes that they match. A code in quotation marks is taken as it is if the API may add some.
pub(super) fn read(field: Field, value: &TypedValue) -> Result<Vec<Test>, QueryErrorKind> {
    let pattern = TextPattern::of_value(&value.letters)?;
    if pattern.is_blank() {
        return Err(QueryErrorKind::EmptyValue(field));
    }
    if pattern.has_leading || pattern.has_trailing {
        return matching(field, &pattern);
    }
    one(field, pattern.text.trim(), value.is_quoted()).map(|code| vec![whole(code)])
}

fn whole(code: impl Into<String>) -> Test {
    Test::Text(TextMatch::Whole, code.into())
}

/// Returns the code that a text stands for.
fn one(field: Field, typed: &str, is_quoted: bool) -> Result<String, QueryErrorKind> {
    let folded = text::fold_case(typed);
    let upper = typed.to_ascii_uppercase();
    if is_open_code(field, &upper) {
        // The code of ISO 3166 for the country that everybody calls UK.
        let is_british = field == Field::Country && upper == "UK";
        return Ok(if is_british { "GB".to_owned() } else { upper });
    }
    let names = |known: &KnownCode| [known.code, known.label, known.word].map(text::fold_case);
    let codes = codes(field);
    if let Some(known) = codes.iter().find(|known| names(known).contains(&folded)) {
        return Ok(known.code.to_owned());
    }
    if is_quoted && !is_complete(field) {
        return Ok(upper);
    }
    let begun: Vec<&KnownCode> =
        codes.iter().filter(|known| names(known).iter().any(|name| name.starts_with(&folded))).collect();
    // “Inactive” is meant, rather than “Inactive: account blocked”.
    let shortest = begun.iter().min_by_key(|known| known.label.len());
    match (shortest, begun.as_slice()) {
        (Some(shortest), all) if all.iter().all(|known| known.label.starts_with(shortest.label)) => {
            Ok(shortest.code.to_owned())
        }
        (Some(_), all) => Err(QueryErrorKind::AmbiguousCode {
            field,
            typed: typed.to_owned(),
            words: all.iter().map(|known| known.word).collect(),
        }),
        (None, _) => Err(QueryErrorKind::UnknownCode {
            field,
            typed: typed.to_owned(),
            near: text::did_you_mean(typed, codes.iter().map(|known| known.word)),
        }),
    }
}

/// Returns a test for each code that a pattern matches, by code or label.
fn matching(field: Field, pattern: &TextPattern) -> Result<Vec<Test>, QueryErrorKind> {
    let folded = text::fold_case(&pattern.text);
    let matches = |name: &str| {
        let name = text::fold_case(name);
        match (pattern.has_leading, pattern.has_trailing) {
            (true, true) => name.contains(&folded),
            (true, false) => name.ends_with(&folded),
            _ => name.starts_with(&folded),
        }
    };
    let codes = codes(field).into_iter().filter(|known| matches(known.code) || matches(known.label));
    let tests: Vec<Test> = codes.map(|known| whole(known.code)).collect();
    if tests.is_empty() {
        return Err(QueryErrorKind::UnknownCode { field, typed: pattern.text.clone(), near: None });
    }
    Ok(tests)
}
