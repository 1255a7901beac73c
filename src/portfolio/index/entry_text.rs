//! The searchable text of one entry, and how it is spelt.
//!
//! The folded text is kept once, for searches. Most values differ from it in the case of ASCII letters at most; for these,
//! the original needs a bit for each byte or nothing at all. Only the others are kept in full.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memchr2};

use crate::portfolio::{entry::Entry, fold::fold_into};

/// The character after each field. Folded text has no control characters, so no query matches across it.
pub(super) const FIELD_END: char = '\u{1e}';
/// The character between the values of a field.
pub(super) const VALUE_END: char = '\u{1f}';
/// The greatest length of a field in bytes; longer ones are cut. Thousands of subscriptions fit.
const MAX_FIELD: usize = 256 * 1024;

/// A field of the searchable text, in the order in which they are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ArenaField {
    /// The company's name.
    Name,
    /// The customer's ID.
    Id,
    /// The partner's own reference.
    Reference,
    /// The names of the contacts.
    Contacts,
    /// The e-mail addresses of the contacts.
    Emails,
    /// The IDs of the subscriptions.
    Subscriptions,
    /// The partner's own references of the orders.
    Orders,
    /// The user's own note.
    Note,
}

impl ArenaField {
    /// All fields.
    pub(super) const ALL: [Self; 8] = [
        Self::Name,
        Self::Id,
        Self::Reference,
        Self::Contacts,
        Self::Emails,
        Self::Subscriptions,
        Self::Orders,
        Self::Note,
    ];

    /// Returns the field's part of a folded text.
    pub(super) fn of(self, text: &str) -> &str {
        let mut ends = memchr_iter(FIELD_END as u8, text.as_bytes());
        let start = match (self as usize).checked_sub(1) {
            Some(before) => ends.nth(before).map_or(text.len(), |end| end + 1),
            None => 0,
        };
        &text[start..ends.next().unwrap_or(text.len())]
    }
}

/// Returns the first value of a folded field that is not empty.
pub(super) fn first_value(mut values: &str) -> &str {
    loop {
        match memchr(VALUE_END as u8, values.as_bytes()) {
            Some(0) => values = &values[1..],
            Some(end) => return &values[..end],
            None => return values,
        }
    }
}

/// The way in which a field's original differs from its folded text; two bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spelling {
    /// It does not.
    Same,
    /// All letters are capitals.
    Capitals,
    /// Some ASCII letters are capitals; a bit for each byte says which.
    Cased,
    /// It is another text, kept in full behind its length.
    Other,
}

impl Spelling {
    fn of(field: ArenaField, spellings: u16) -> Self {
        match spellings >> (2 * field as u16) & 0b11 {
            0 => Self::Same,
            1 => Self::Capitals,
            2 => Self::Cased,
            _ => Self::Other,
        }
    }

    fn between(original: &str, folded: &str) -> Self {
        if original == folded {
            Self::Same
        } else if !original.eq_ignore_ascii_case(folded) {
            Self::Other
        } else if !original.bytes().any(|byte| byte.is_ascii_lowercase()) {
            Self::Capitals
        } else {
            Self::Cased
        }
    }
}

/// The text of one entry, ready to be kept. Reused, so that building an index allocates little.
#[derive(Debug, Default)]
pub(super) struct EntryText {
    /// The folded fields, each with [`FIELD_END`] behind it.
    pub(super) folded: String,
    /// What it takes to restore the originals.
    pub(super) original: Vec<u8>,
    /// The spelling of each field, two bits a field.
    pub(super) spellings: u16,
    joined: String,
}

impl EntryText {
    /// Takes over the text of an entry.
    pub(super) fn set(&mut self, entry: &Entry) {
        self.folded.clear();
        self.original.clear();
        self.spellings = 0;
        let record = entry.record.as_ref();
        self.put(ArenaField::Name, entry.company_name.as_slice());
        self.put(ArenaField::Id, std::slice::from_ref(&entry.customer_id));
        self.put(ArenaField::Reference, entry.reference.as_slice());
        self.put(ArenaField::Contacts, record.map_or(&[], |record| &record.contacts));
        self.put(ArenaField::Emails, record.map_or(&[], |record| &record.emails));
        let ids = entry.subscriptions.as_ref().map_or(&[][..], |facts| &facts.ids);
        self.put(ArenaField::Subscriptions, ids);
        self.put(ArenaField::Orders, &entry.order_references);
        self.put(ArenaField::Note, entry.note.as_ref().map_or(&[], |note| std::slice::from_ref(&note.text)));
    }

    fn put(&mut self, field: ArenaField, values: &[String]) {
        let start = self.folded.len();
        self.joined.clear();
        for value in values.iter().filter(|value| !value.is_empty()) {
            if self.joined.len() >= MAX_FIELD {
                break;
            }
            if !self.joined.is_empty() {
                self.joined.push(VALUE_END);
                self.folded.push(VALUE_END);
            }
            let value = cut(value, MAX_FIELD - self.joined.len().min(MAX_FIELD));
            self.joined.push_str(&kept(value));
            fold_into(value, &mut self.folded);
        }
        let end = start + cut(&self.folded[start..], MAX_FIELD).len();
        self.folded.truncate(end);
        let spelling = Spelling::between(&self.joined, &self.folded[start..]);
        self.spellings |= (spelling as u16) << (2 * field as u16);
        match spelling {
            Spelling::Same | Spelling::Capitals => {}
            Spelling::Cased => {
                let bits = self.joined.as_bytes().chunks(8).map(|bytes| {
                    bytes.iter().rev().fold(0, |bits, byte| bits << 1 | u8::from(byte.is_ascii_uppercase()))
                });
                self.original.extend(bits);
            }
            Spelling::Other => {
                push_length(self.joined.len(), &mut self.original);
                self.original.extend_from_slice(self.joined.as_bytes());
            }
        }
        self.folded.push(FIELD_END);
    }
}

/// Returns a value as it is kept: without the characters between fields and values.
pub(super) fn kept(value: &str) -> Cow<'_, str> {
    match memchr2(FIELD_END as u8, VALUE_END as u8, value.as_bytes()) {
        Some(_) => Cow::Owned(value.replace([FIELD_END, VALUE_END], "\u{fffd}")),
        None => Cow::Borrowed(value),
    }
}

/// Restores the original of a field; several values have [`VALUE_END`] between them.
pub(super) fn restore<'a>(
    field: ArenaField,
    folded: &'a str,
    mut original: &'a [u8],
    spellings: u16,
) -> Cow<'a, str> {
    for (earlier, text) in ArenaField::ALL.into_iter().zip(folded.split(FIELD_END)) {
        let spelling = Spelling::of(earlier, spellings);
        let (kept, rest) = match spelling {
            Spelling::Same | Spelling::Capitals => (&original[..0], original),
            Spelling::Cased => original.split_at_checked(text.len().div_ceil(8)).unwrap_or_default(),
            Spelling::Other => {
                let (length, rest) = read_length(original);
                rest.split_at_checked(length).unwrap_or_default()
            }
        };
        if earlier == field {
            return match spelling {
                Spelling::Same => Cow::Borrowed(text),
                Spelling::Capitals => Cow::Owned(text.to_ascii_uppercase()),
                Spelling::Cased => Cow::Owned(with_capitals(text, kept)),
                Spelling::Other => String::from_utf8_lossy(kept),
            };
        }
        original = rest;
    }
    Cow::Borrowed("")
}

fn with_capitals(text: &str, bits: &[u8]) -> String {
    let is_capital = |n: usize| bits.get(n / 8).is_some_and(|bits| bits >> (n % 8) & 1 == 1);
    text.char_indices().map(|(n, c)| if is_capital(n) { c.to_ascii_uppercase() } else { c }).collect()
}

/// Returns the beginning of a text that has at most this many bytes.
fn cut(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

/// Appends a length, seven bits a byte, the lowest first.
fn push_length(mut length: usize, bytes: &mut Vec<u8>) {
    while length > 0x7f {
        bytes.push(length.to_le_bytes()[0] | 0x80);
        length >>= 7;
    }
    bytes.push(length.to_le_bytes()[0]);
}

/// Reads a length, and returns it with the bytes behind it.
fn read_length(bytes: &[u8]) -> (usize, &[u8]) {
    let size = bytes.iter().position(|byte| *byte < 0x80).map_or(bytes.len(), |last| last + 1);
    let (length, rest) = bytes.split_at(size);
    (length.iter().rev().fold(0, |length, byte| length << 7 | usize::from(byte & 0x7f)), rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{AutoChanged, Status},
        portfolio::entry::RecordFacts,
    };

    #[test]
    fn originals_are_restored() {
        let emails = ["INFO@ACME.EXAMPLE", "", "x\u{1e}y\u{1f}z"];
        for name in [
            "Acme Print GmbH",
            "acme",
            "ACME",
            "Jägerquell",
            "株式会社 Acme",
            " a  b ",
            "ﬁx",
            "É",
            "\u{200b}",
        ] {
            let entry = Entry {
                customer_id: "P1a".to_owned(),
                company_name: Some(name.to_owned()),
                reference: None,
                status: Status::active(),
                created: None,
                reseller_id: String::new(),
                gone_at: None,
                changed_at: None,
                record: Some(RecordFacts {
                    contacts: vec!["Anna Étoile".to_owned(), "bo li".to_owned()],
                    emails: emails.map(str::to_owned).to_vec(),
                    ..RecordFacts::default()
                }),
                subscriptions: None,
                to_order: None,
                returns: None,
                renewal_failed: None,
                auto_changed: AutoChanged::Never,
                turned_off: None,
                order_references: Vec::new(),
                note: None,
            };
            let mut text = EntryText::default();
            text.set(&entry);
            let original = |field| restore(field, &text.folded, &text.original, text.spellings).into_owned();
            assert_eq!(original(ArenaField::Name), name);
            assert_eq!(original(ArenaField::Id), "P1a");
            assert_eq!(original(ArenaField::Reference), "");
            assert_eq!(original(ArenaField::Contacts), "Anna Étoile\u{1f}bo li");
            assert_eq!(original(ArenaField::Emails), "INFO@ACME.EXAMPLE\u{1f}x\u{fffd}y\u{fffd}z");
            assert_eq!(ArenaField::Emails.of(&text.folded), "info@acme.example\u{1f}xyz");
            assert_eq!(text.folded.matches(FIELD_END).count(), ArenaField::ALL.len());
        }
    }

    #[test]
    fn texts_of_any_length_are_cut() {
        for length in [MAX_FIELD - 1, MAX_FIELD, MAX_FIELD + 1, 3 * MAX_FIELD] {
            let mut text = EntryText::default();
            text.put(ArenaField::Name, &["É".repeat(length), "ﷺ".repeat(length), "b".to_owned()]);
            assert!(text.folded.len() <= MAX_FIELD + 1 && text.original.len() <= MAX_FIELD + 8);
            let name = restore(ArenaField::Name, &text.folded, &text.original, text.spellings);
            assert!(name.starts_with('É') && name.len() >= MAX_FIELD - 4);
        }
        for length in [0, 1, 127, 128, 16_384, usize::MAX] {
            let mut bytes = Vec::new();
            push_length(length, &mut bytes);
            bytes.push(9);
            assert_eq!(read_length(&bytes), (length, &[9][..]));
        }
    }
}
