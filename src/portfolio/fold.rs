//! Folding of text for searches: texts that a user would call the same become equal.
//!
//! Coarser than [`crate::text::fold_case`], which keeps marks: here `jagerquell` finds Jägerquell, `strasse` finds
//! Straße, and `acme` finds ＡＣＭＥ. A value and a query are folded alike, so nothing that is dropped here can make a
//! text impossible to find.

use std::sync::LazyLock;

use unicode_normalization::{UnicodeNormalization as _, char::decompose_compatible};

/// Folds text for searches.
///
/// - Compatible forms become one (NFKD): full width letters, ligatures, circled digits, half width katakana.
/// - Letters are compared without regard to case (full case folding: ß is ss, every sigma is σ, every i is i).
/// - The marks of Latin, Greek, Cyrillic, Hebrew and Arabic letters are dropped. The vowel signs of Thai and of the scripts
///   of India, and the voicing marks of kana, are kept: words would become others without them.
/// - Latin letters with strokes and joined letters become plain: ø is o, đ is d, ł is l, æ is ae, œ is oe, þ is th.
/// - Typographic apostrophes, quotation marks and hyphens become ASCII.
/// - Characters without width or meaning and control characters are dropped: joiners, variation selectors, direction marks.
/// - Blanks of any kind and number become one U+0020; none is left at either end.
///
/// The result has no control characters, and folding it again changes nothing.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

/// Folds text for searches, and appends it.
pub(super) fn fold_into(text: &str, folded: &mut String) {
    if is_plain(text) {
        let start = folded.len();
        folded.push_str(text);
        if let Some(added) = folded.get_mut(start..) {
            added.make_ascii_lowercase();
        }
        return;
    }
    let mut out = Folder { folded, has_text: false, owes_blank: false };
    if text.is_ascii() {
        text.chars().for_each(|c| out.push(c.to_ascii_lowercase()));
        return;
    }
    if text.chars().all(|c| c < FIRST_WITH_KEPT_MARKS) {
        // Putting marks in order is not needed where all of them are dropped, so each character can be looked up.
        text.chars().for_each(|c| FOLDED.of(c).chars().for_each(|c| out.push(c)));
        return;
    }
    // Invisible characters are dropped before and after: they must not keep marks apart, and some only appear by
    // decomposition.
    let visible = text.chars().filter(|c| !is_ignorable(*c));
    visible.nfkd().for_each(|c| fold_decomposed(c, |c| out.push(c)));
}

/// The end of the scripts whose marks are all dropped: Latin, Greek, Cyrillic, Armenian.
const FIRST_WITH_KEPT_MARKS: char = '\u{590}';

/// What each character before [`FIRST_WITH_KEPT_MARKS`] becomes.
static FOLDED: LazyLock<FoldedCharacters> = LazyLock::new(FoldedCharacters::new);

/// The folded forms of the first characters of Unicode, one behind the other.
struct FoldedCharacters {
    text: String,
    /// The end of each form.
    ends: Vec<u16>,
}

impl FoldedCharacters {
    fn new() -> Self {
        let (mut text, mut ends) = (String::new(), Vec::new());
        for c in '\0'..FIRST_WITH_KEPT_MARKS {
            if !is_ignorable(c) {
                decompose_compatible(c, |c| fold_decomposed(c, |c| text.push(c)));
            }
            ends.push(u16::try_from(text.len()).unwrap_or(u16::MAX));
        }
        Self { text, ends }
    }

    fn of(&self, c: char) -> &str {
        let at = c as usize;
        let end = |at: usize| self.ends.get(at).copied().unwrap_or_default().into();
        self.text.get(at.checked_sub(1).map_or(0, end)..end(at)).unwrap_or_default()
    }
}

/// Hands over what a decomposed character becomes. Blanks and control characters stay as they are.
fn fold_decomposed(c: char, mut take: impl FnMut(char)) {
    if c.is_ascii() {
        take(c.to_ascii_lowercase());
    } else if !is_ignorable(c) && !is_diacritic(c) {
        // By way of the capital, since several small letters may share one: ς and σ, ı and i, ß and ss.
        for c in c.to_lowercase().flat_map(char::to_uppercase).flat_map(char::to_lowercase) {
            match plain_letters(c) {
                Some(letters) => letters.chars().for_each(&mut take),
                None if is_diacritic(c) => {}
                None => take(c),
            }
        }
    }
}

/// Collects characters, without control characters and with single blanks.
struct Folder<'a> {
    folded: &'a mut String,
    has_text: bool,
    owes_blank: bool,
}

impl Folder<'_> {
    /// Adds a folded character.
    fn push(&mut self, c: char) {
        if c.is_whitespace() {
            self.owes_blank = self.has_text;
        } else if !c.is_control() {
            if std::mem::take(&mut self.owes_blank) {
                self.folded.push(' ');
            }
            self.has_text = true;
            self.folded.push(c);
        }
    }
}

/// Returns true for ASCII in which only the case of letters can change.
fn is_plain(text: &str) -> bool {
    // A blank before the text, so that one at its beginning is a second one.
    let mut before = b' ';
    let is_plain = text.bytes().all(|byte| {
        let is_second_blank = byte == b' ' && before == b' ';
        before = byte;
        matches!(byte, b' '..=b'~') && !is_second_blank
    });
    is_plain && (before != b' ' || text.is_empty())
}

/// Returns true for the marks of scripts whose words are commonly written without them.
fn is_diacritic(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' // Latin, Greek and Cyrillic
        | '\u{483}'..='\u{489}' // Cyrillic
        | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c2}' | '\u{5c4}'..='\u{5c5}' | '\u{5c7}' // Hebrew
        | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' // Arabic, and its lengthening stroke
        | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{6e7}'..='\u{6e8}' | '\u{6ea}'..='\u{6ed}'
        | '\u{711}' | '\u{730}'..='\u{74a}' // Syriac
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20f0}' | '\u{fe20}'..='\u{fe2f}')
}

/// Returns true for characters that are not shown (Unicode's property `Default_Ignorable_Code_Point`).
fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Returns the plain letters or signs that stand for a small letter or sign.
fn plain_letters(c: char) -> Option<&'static str> {
    Some(match c {
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'ħ' => "h",
        'ŧ' => "t",
        'ŋ' => "n",
        'ȷ' => "j",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        '\u{2018}'..='\u{201b}' | '\u{2bc}' => "'",
        '\u{201c}'..='\u{201f}' => "\"",
        '\u{2010}'..='\u{2015}' | '\u{2212}' => "-",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_a_user_calls_the_same_are_equal() {
        for (text, expected) in [
            ("Acme Print", "acme print"),
            ("  Acme \t\r\n  Print ", "acme print"),
            ("Acme\u{a0}\u{3000}Print\u{85}", "acme print"),
            ("a\u{0}b\u{1e}c\u{1f}d\u{7f}e\u{9b}f", "abcdef"),
            ("Jägerquell", "jagerquell"),
            ("Ja\u{308}gerquell", "jagerquell"),
            ("STRASSE Straße STRAẞE", "strasse strasse strasse"),
            ("ΌΜΗΡΟΣ Όμηρος όμηροσ", "ομηροσ ομηροσ ομηροσ"),
            ("Iİıi", "iiii"),
            ("Œuvre Æther Þór", "oeuvre aether thor"),
            ("Blå Søråsen Łódź Đuro Ħal", "bla sorasen lodz duro hal"),
            ("ＡＣＭＥ　１２", "acme 12"),
            ("ﬁrma №①", "firma no1"),
            ("ｶﾞ ガ カ\u{3099}", "カ\u{3099} カ\u{3099} カ\u{3099}"),
            ("A\u{200d}c\u{fe0f}m\u{202e}e\u{ad}\u{feff}", "acme"),
            ("O’Brien “x” – y", "o'brien \"x\" - y"),
            ("Ёлка Чайка", "елка чаика"),
            ("שָׁלוֹם", "שלום"),
            ("مُحَمَّد مـحمد", "محمد محمد"),
            ("한", "\u{1112}\u{1161}\u{11ab}"),
            ("कि कु", "कि कु"),
            ("น้ำ", "น\u{e49}\u{e4d}า"),
            ("", ""),
            (" \u{200b} ", ""),
            ("\u{301}", ""),
        ] {
            assert_eq!(fold(text), fold(expected), "{text:?}");
            assert_eq!(fold(text), expected.replace("น\u{e49}\u{e4d}า", &fold("น้ำ")), "{text:?}");
        }
        assert_ne!(fold("カ"), fold("ガ"));
        assert_ne!(fold("कि"), fold("कु"));
    }

    #[test]
    fn every_character_folds_to_what_folds_to_itself_and_has_no_control_characters() {
        for c in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
            let once = fold(&format!("a{c}b"));
            assert!(!once.chars().any(char::is_control), "{c:?}");
            assert_eq!(fold(&once), once, "{c:?}");
            // Another script in the text changes nothing about this character.
            assert_eq!(fold(&format!("a{c}b日")), format!("{once}日"), "{c:?}");
            // The small iota below a vowel is a mark, the capital one is a letter.
            let has_iota_below = c.nfkd().any(|c| c == '\u{345}');
            if !has_iota_below {
                let upper: String = c.to_uppercase().collect();
                assert_eq!(fold(&upper), fold(&c.to_string()), "{c:?}");
            }
        }
    }

    #[test]
    fn appending_leaves_what_is_there() {
        let mut folded = String::from("X ");
        for text in ["Acme", " Acme", "Éa"] {
            fold_into(text, &mut folded);
        }
        assert_eq!(folded, "X acmeacmeea");
    }
}
