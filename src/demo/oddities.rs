//! Hostile accounts: names that the API does not allow today (`references/validations`), as old systems left them, dates in
//! other formats, and rows without a field. They exist only if the fault `hostile` is asked for.
//!
//! They are marked: the tags of the customer resource hold `oddity:` and the kind.

use super::rng::{Rng, Subject};

/// The oddity of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Oddity {
    Emoji,
    NoZone,
    EscapeSequence,
    NoReference,
    BidiOverride,
    LeadingEquals,
    NoCreationDate,
    ControlCharacters,
    LongName,
    ZeroWidth,
    NoZoneAgain,
    StackedMarks,
    BlankEnds,
    NoCompanyName,
}

/// The distance between unusual accounts, and of the first from the newest account.
const EVERY: usize = 9;

const ALL: [Oddity; 14] = [
    Oddity::Emoji,
    Oddity::NoZone,
    Oddity::EscapeSequence,
    Oddity::NoReference,
    Oddity::BidiOverride,
    Oddity::LeadingEquals,
    Oddity::NoCreationDate,
    Oddity::ControlCharacters,
    Oddity::LongName,
    Oddity::ZeroWidth,
    Oddity::NoZoneAgain,
    Oddity::StackedMarks,
    Oddity::BlankEnds,
    Oddity::NoCompanyName,
];

impl Oddity {
    /// Returns true if the oddity at a place is among the `share` that exists.
    pub(super) fn exists(seed: u64, place: usize, share: f64) -> bool {
        Rng::keyed(seed, place as u64, Subject::Hostile).unit() < share
    }

    /// Returns the oddity that the account `place` behind the newest can have.
    pub(super) fn at(place: usize) -> Option<Self> {
        if place == 0 || !place.is_multiple_of(EVERY) {
            return None;
        }
        ALL.get(place / EVERY - 1).copied()
    }

    /// Returns the tag that marks it.
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::Emoji => "oddity:emoji",
            Self::NoZone | Self::NoZoneAgain => "oddity:date-without-zone",
            Self::EscapeSequence => "oddity:escape-sequence",
            Self::NoReference => "oddity:no-reference",
            Self::BidiOverride => "oddity:bidi-override",
            Self::LeadingEquals => "oddity:leading-equals",
            Self::NoCreationDate => "oddity:no-creation-date",
            Self::ControlCharacters => "oddity:control-characters",
            Self::LongName => "oddity:long-name",
            Self::ZeroWidth => "oddity:zero-width",
            Self::StackedMarks => "oddity:stacked-marks",
            Self::BlankEnds => "oddity:blank-ends",
            Self::NoCompanyName => "oddity:no-company-name",
        }
    }

    /// Returns the account's name, if the name is the oddity.
    pub(super) fn name(self) -> Option<String> {
        let name = match self {
            Self::Emoji => "Rooftop 🐝 Honey & 👩‍🌾 Family",
            Self::EscapeSequence => "Evil \u{1b}[31mRed\u{1b}[0m \u{1b}]0;title\u{7}Terminals Ltd",
            Self::BidiOverride => "Mirror \u{202e}srotcelloC\u{202c} GmbH",
            Self::LeadingEquals => "=HYPERLINK(\"https://example.com\",\"Sheets & Co\")",
            Self::ControlCharacters => "Tab\tand\r\nNewline\u{0} Traders\u{9b}2J",
            Self::LongName => return Some(format!("Verylongname {}Holding", "Partners and ".repeat(75))),
            Self::ZeroWidth => "Zero\u{200b}width\u{200d} \u{feff}Works\u{2060} Ltd",
            Self::StackedMarks => {
                "Z\u{310}\u{34c}\u{316}a\u{346}\u{31a}\u{347}l\u{36b}\u{325}g\u{30a}\u{330}o Glassworks"
            }
            Self::BlankEnds => "   Blank  Ends \u{a0}Archive   ",
            Self::NoCompanyName => "",
            _ => return None,
        };
        Some(name.to_owned())
    }
}
