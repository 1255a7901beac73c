//! Fictional company names in the scripts of the world.

use super::{locales::Locale, rng::Rng};
use crate::text;

/// The lengths of a name that the API allows, in characters (`references/resources`).
const SHORTEST: usize = 4;
const LONGEST: usize = 80;

/// The market segment of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Segment {
    Com,
    Edu,
    Gov,
}

impl Segment {
    /// Draws a segment; four of five customers are companies.
    pub(super) fn draw(rng: &mut Rng) -> Self {
        match rng.below(100) {
            0..80 => Self::Com,
            80..92 => Self::Edu,
            _ => Self::Gov,
        }
    }

    /// Returns the API's code.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Com => "COM",
            Self::Edu => "EDU",
            Self::Gov => "GOV",
        }
    }
}

/// Appends a fictional name to `names`.
pub(super) fn append(names: &mut String, locale: &Locale, segment: Segment, rng: &mut Rng) {
    let start = names.len();
    let templates = match segment {
        Segment::Com => &locale.com,
        Segment::Edu => &locale.edu,
        Segment::Gov => &locale.gov,
    };
    fill(names, rng.word(templates), locale, rng);
    // A short name is only a brand; a long one also has the business and the city.
    match rng.below(40) {
        0 => {
            names.truncate(start);
            names.push_str(rng.word(&locale.roots));
        }
        1 | 2 => fill(names, " - %t (%c)", locale, rng),
        _ => {}
    }
    let end = names[start..].char_indices().nth(LONGEST).map(|(at, _)| start + at);
    if let Some(end) = end {
        names.truncate(end);
        names.truncate(names.trim_end().len());
    }
    // From a copy of the stream, so that the length of a name does not change the next one.
    let mut own = rng.clone();
    while names[start..].chars().count() < SHORTEST {
        names.push_str(own.word(&locale.trades));
    }
}

fn fill(names: &mut String, template: &str, locale: &Locale, rng: &mut Rng) {
    let mut parts = template.split('%');
    names.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let mut rest = part.chars();
        let word = match rest.next() {
            Some('r' | 's') => rng.word(&locale.roots),
            Some('t') => rng.word(&locale.trades),
            Some('f') => rng.word(&locale.forms),
            Some('c') => city(rng.word(&locale.cities)).0,
            _ => "",
        };
        names.push_str(word);
        names.push_str(rest.as_str());
    }
}

/// Splits an entry into city and region.
pub(super) fn city(entry: &str) -> (&str, &str) {
    entry.split_once('/').unwrap_or((entry, ""))
}

/// Returns the form in which names are compared: composed, with plain spaces, each letter in lower case on its own. The
/// demo sorts and searches by the code points of this form, and merged lists are sorted by it too.
pub(super) fn fold(name: &str) -> String {
    text::fold_case(name)
}

/// Returns true if a folded name matches a folded pattern, in which `*` stands for any text, including none.
pub(super) fn fits(pattern: &str, name: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(mut rest) = name.strip_prefix(head) else {
        return false;
    };
    let (middle, last) = tail.rsplit_once('*').unwrap_or(("", tail));
    for part in middle.split('*').filter(|part| !part.is_empty()) {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::super::{
        locales::Locales,
        rng::{Rng, Subject},
    };
    use super::*;

    #[test]
    fn names_keep_to_the_accepted_characters_and_lengths() {
        let locales = Locales::new();
        let mut rng = Rng::keyed(3, 3, Subject::Record);
        let (mut shortest, mut longest) = (usize::MAX, 0);
        for turn in 0..20_000_u32 {
            let place = u8::try_from(turn % u32::from(locales.len())).unwrap();
            let mut name = String::new();
            append(&mut name, locales.get(place).unwrap(), Segment::draw(&mut rng), &mut rng);
            let count = name.chars().count();
            (shortest, longest) = (shortest.min(count), longest.max(count));
            assert!((SHORTEST..=LONGEST).contains(&count), "{name}");
            assert_eq!(name.trim(), name);
            let accepted = |c: char| c.is_alphanumeric() || " _,.&'()\"/-".contains(c) || is_mark(c);
            assert!(name.chars().all(accepted), "{name}");
        }
        assert!(shortest <= 5 && longest >= 70, "{shortest} to {longest}");
    }

    /// Returns true for the vowel signs and tone marks of the scripts in use, which are parts of letters.
    fn is_mark(c: char) -> bool {
        matches!(c, '\u{900}'..='\u{97F}' | '\u{B80}'..='\u{BFF}' | '\u{E00}'..='\u{E7F}')
    }

    #[test]
    fn a_star_matches_any_text() {
        for pattern in ["acme", "acme*", "*acme", "*cm*", "a*e", "a*m*", "**", "*", "ac*me", "*a*c*m*e*"] {
            assert!(fits(pattern, "acme"), "{pattern}");
        }
        for pattern in ["acm", "cme", "cme*", "*acm", "a*x*e", "acme*e", "*acmea*", "am*", "acme*acme"] {
            assert!(!fits(pattern, "acme"), "{pattern}");
        }
        assert!(fits(&fold("*ÉDITION*"), &fold("Gâtinel Édition SARL")));
        assert!(fits(&fold("Ga\u{302}tinel E\u{301}d*"), &fold("Gâtinel\u{a0}Édition SARL")));
        assert!(fits("", "") && !fits("", "a"));
    }

    #[test]
    fn a_letter_is_folded_the_same_at_any_position() {
        let name = fold("Μελισσώνας Εκδόσεις");
        assert!(fits(&fold("ΜΕΛΙΣΣ*"), &name) && fits(&fold("*ΣΏΝ*"), &name));
        assert_eq!(fold("ΜΕΛΙΣΣ"), "μελισσ");
    }
}
