//! Text that looks the same is the same: composed or decomposed, with whichever blank.
//!
//! macOS hands out `é` as two characters and others as one; a name that is pasted from a web page or a workbook has
//! blanks that do not break.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;

/// Returns typed or pasted text as it is meant: composed (NFC), with every blank as U+0020, and without blanks and
/// invisible characters at its ends. Tabs and line ends within are kept: they are no slip of a keyboard.
pub fn typed(text: &str) -> Cow<'_, str> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(plain).nfc().collect())
}

/// Returns the text as it is compared: composed, with every blank as U+0020, without invisible characters, and each
/// letter in lower case on its own.
///
/// Not [`str::to_lowercase`], which writes a Greek sigma at the end of a word in another way than within one: the
/// beginning of a word would then not be found in capitals.
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let visible = text.chars().filter(|c| !is_invisible(*c)).map(plain);
    // Decomposed in between: the capital of a composed letter may be composed of others.
    visible.nfd().flat_map(char::to_lowercase).nfc().collect()
}

/// The byte order mark and its like, which have neither width nor meaning.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

/// A blank for every blank.
fn plain(c: char) -> char {
    if c.is_whitespace() && !c.is_control() { ' ' } else { c }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_the_same_is_typed_alike() {
        for (text, expected) in [
            ("Acme Print", "Acme Print"),
            ("Cafe\u{301}", "Café"),
            ("A\u{30a}ngström", "Ångström"),
            ("A\u{a0}B\u{202f}C\u{3000}D\u{2009}E", "A B C D E"),
            ("\u{feff}\u{a0}Acme\u{200b} \u{ad}", "Acme"),
            ("\tTab\tand\r\nline\n", "Tab\tand\r\nline"),
            ("\u{1112}\u{1161}\u{11ab}", "한"),
        ] {
            assert_eq!(typed(text), expected, "{text:?}");
        }
        assert!(matches!(typed(" Acme Print"), Cow::Borrowed(_)));
    }

    #[test]
    fn what_looks_the_same_is_compared_alike_whatever_its_case() {
        for (one, other) in [
            ("É", "e\u{301}"),
            ("ΌΜΗΡΟΣ", "όμηροσ"),
            ("İ", "i\u{307}"),
            ("Acme\u{a0}PRINT", "acme print"),
            ("Acme\u{200b}Print\u{ad}", "acmeprint"),
            ("\u{1f80}", "\u{1f88}"),
        ] {
            assert_eq!(folded(one), folded(other), "{one:?}");
        }
        assert_ne!(folded("e"), folded("é"));
    }
}
