//! Normalisation, so that texts that look the same are equal.
//!
//! macOS writes `é` as two characters and other systems as one. Names pasted from a web page or a workbook often contain
//! non-breaking spaces.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;

/// Normalises typed or pasted text: composes it (NFC), replaces every kind of blank by U+0020, and trims blanks and
/// invisible characters. Tabs and line ends within the text are kept, since they are not typed by mistake.
pub fn normalize_input(text: &str) -> Cow<'_, str> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(plain).nfc().collect())
}

/// Normalises text for comparison without regard to case: composes it, replaces every kind of blank by U+0020, drops
/// invisible characters, and puts each letter in lower case on its own.
///
/// [`str::to_lowercase`] would not do: it lowers a Greek sigma at the end of a word differently, so that the beginning
/// of a longer word would not match.
pub fn fold_case(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let visible = text.chars().filter(|c| !is_invisible(*c)).map(plain);
    // Decomposed before the conversion, since a composed letter may have no composed counterpart in lower case.
    visible.nfd().flat_map(char::to_lowercase).nfc().collect()
}

/// Returns true for characters with neither width nor meaning, such as the byte order mark.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

/// Replaces any kind of blank by U+0020.
fn plain(c: char) -> char {
    if c.is_whitespace() && !c.is_control() { ' ' } else { c }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn input_that_looks_the_same_becomes_equal() {
        for (text, expected) in [
            ("Acme Print", "Acme Print"),
            ("Cafe\u{301}", "Café"),
            ("A\u{30a}ngström", "Ångström"),
            ("A\u{a0}B\u{202f}C\u{3000}D\u{2009}E", "A B C D E"),
            ("\u{feff}\u{a0}Acme\u{200b} \u{ad}", "Acme"),
            ("\tTab\tand\r\nline\n", "Tab\tand\r\nline"),
            ("\u{1112}\u{1161}\u{11ab}", "한"),
        ] {
            assert_eq!(normalize_input(text), expected, "{text:?}");
        }
        assert!(matches!(normalize_input(" Acme Print"), Cow::Borrowed(_)));
    }

    #[test]
    fn texts_that_look_the_same_but_for_case_fold_alike() {
        for (one, other) in [
            ("É", "e\u{301}"),
            ("ΌΜΗΡΟΣ", "όμηροσ"),
            ("İ", "i\u{307}"),
            ("Acme\u{a0}PRINT", "acme print"),
            ("Acme\u{200b}Print\u{ad}", "acmeprint"),
            ("\u{1f80}", "\u{1f88}"),
        ] {
            assert_eq!(fold_case(one), fold_case(other), "{one:?}");
        }
        assert_ne!(fold_case("e"), fold_case("é"));
    }
}
