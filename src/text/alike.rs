//! Text that looks the same is the same: composed or decomposed, with whichever blank.
//!
//! macOS hands out `é` as two characters and others as one; a name that is pasted from a web page or a workbook has
//! blanks that do not break.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;

/// Returns typed or pasted text as it is meant: composed (NFC), with every blank as U+0020 and without what has neither
/// width nor meaning.
pub fn composed(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter_map(plain).nfc().collect())
}

/// Returns the text as it is compared: [`composed`], and each letter in lower case by itself.
///
/// Not [`str::to_lowercase`], which writes a Greek sigma at the end of a word in another way than within one: the
/// beginning of a word would then not be found in capitals.
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.chars().filter_map(plain).map(|c| c.to_ascii_lowercase()).collect();
    }
    // Decomposed in between: the capital of a composed letter may be composed of others.
    text.chars().filter_map(plain).nfd().flat_map(char::to_lowercase).nfc().collect()
}

/// A blank for every blank, and nothing for what cannot be seen: the byte order mark and its like.
fn plain(c: char) -> Option<char> {
    match c {
        '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{ad}' => None,
        _ if c.is_whitespace() => Some(' '),
        _ => Some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_the_same_is_composed_alike() {
        for (text, expected) in [
            ("Acme Print", "Acme Print"),
            ("Cafe\u{301}", "Café"),
            ("A\u{30a}ngström", "Ångström"),
            ("A\u{a0}B\u{202f}C\u{3000}D\u{2009}E\tF", "A B C D E F"),
            ("\u{feff}Acme\u{200b}\u{ad}Print", "AcmePrint"),
            ("\u{1112}\u{1161}\u{11ab}", "한"),
        ] {
            assert_eq!(composed(text), expected, "{text:?}");
        }
        assert!(matches!(composed("Acme Print"), Cow::Borrowed(_)));
    }

    #[test]
    fn what_looks_the_same_is_compared_alike_whatever_its_case() {
        for (one, other) in [
            ("É", "e\u{301}"),
            ("ΌΜΗΡΟΣ", "όμηροσ"),
            ("İ", "i\u{307}"),
            ("Acme\u{a0}PRINT", "acme print"),
            ("\u{1f80}", "\u{1f88}"),
        ] {
            assert_eq!(folded(one), folded(other), "{one:?}");
        }
        assert_ne!(folded("e"), folded("é"));
    }
}
