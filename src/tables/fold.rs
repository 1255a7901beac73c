//! Headings without what does not tell them apart: case, accents, blanks and punctuation.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// Returns a heading for comparison: `Größe (Stück)` and `groesse` differ, `offerId`, `Offer ID` and `OFFER-ID` do not.
pub(super) fn fold_heading(text: &str) -> String {
    /// The characters of a text that count; no heading is longer.
    const LONGEST: usize = 200;
    let plain = text.chars().take(LONGEST).nfkd().filter(|c| !is_combining_mark(*c));
    let letters = plain.flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric());
    letters.collect::<String>().replace('ß', "ss")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_heading_are_equal() {
        for (one, other) in [
            ("offerId", "Offer ID"),
            ("Offer-ID:", "OFFER_ID"),
            ("Désignation", "designation"),
            ("Tax (Y/N)", "tax y/n"),
            ("Ｑｔｙ．", "qty"),
            ("契約 ID", "契約ID"),
            ("STRASSE", "Straße"),
        ] {
            assert_eq!(fold_heading(one), fold_heading(other));
        }
        assert_ne!(fold_heading("End date"), fold_heading("Charge end date"));
        assert_eq!(fold_heading(" -- "), "");
    }
}
