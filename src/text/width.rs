//! The width of text on a terminal, and truncation and padding to a width.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Returns the number of columns that a text takes on a terminal, at most.
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.graphemes(true).map(grapheme_width).sum() }
}

/// Returns the number of columns to reserve for a grapheme.
///
/// Terminals disagree about vowel signs of Indic scripts: some draw them in the cell of their consonant, others in a
/// cell of their own. The larger width counts: an extra blank does no harm, but a sign in the next cell would overwrite
/// what is there.
fn grapheme_width(grapheme: &str) -> usize {
    let together = grapheme.width();
    let signs = grapheme.chars().filter(|c| is_vowel_sign_without_width(*c)).count();
    together + signs
}

/// Returns true if terminals disagree about the columns of this grapheme.
pub fn is_uncertain(grapheme: &str) -> bool {
    grapheme.chars().any(is_vowel_sign_without_width)
}

/// Returns true for vowel signs that take a cell by their category but not by the rules of grapheme clusters.
fn is_vowel_sign_without_width(c: char) -> bool {
    matches!(
        c,
        '\u{9be}'
            | '\u{9d7}'
            | '\u{b3e}'
            | '\u{b57}'
            | '\u{bbe}'
            | '\u{bd7}'
            | '\u{cc2}'
            | '\u{cd5}'
            | '\u{cd6}'
            | '\u{d3e}'
            | '\u{d57}'
            | '\u{dcf}'
            | '\u{ddf}'
    )
}

/// Cuts a text to at most `columns` columns, with `…` at the end if anything was cut. No grapheme is split.
pub fn truncate(text: &str, columns: usize) -> Cow<'_, str> {
    // Stops at the first column too many, so that a long text is not measured as a whole.
    let mut taken = 0;
    let mut keep = 0;
    for (start, grapheme) in text.grapheme_indices(true) {
        let wide = grapheme_width(grapheme);
        if taken + wide > columns {
            if columns == 0 {
                return Cow::Borrowed("");
            }
            return Cow::Owned(format!("{}…", &text[..keep]));
        }
        taken += wide;
        if taken < columns {
            keep = start + grapheme.len();
        }
    }
    Cow::Borrowed(text)
}

/// Pads or cuts a text to exactly `columns` columns, aligned left.
pub fn pad_end(text: &str, columns: usize) -> String {
    let text = truncate(text, columns);
    let blanks = columns.saturating_sub(width(&text));
    format!("{text}{}", " ".repeat(blanks))
}

/// Pads or cuts a text to exactly `columns` columns, aligned right.
pub fn pad_start(text: &str, columns: usize) -> String {
    let text = truncate(text, columns);
    let blanks = columns.saturating_sub(width(&text));
    format!("{}{text}", " ".repeat(blanks))
}

/// Returns the first of these texts that fits into `columns`, or else the last one, truncated.
pub fn fit<'a>(columns: usize, candidates: &[&'a str]) -> Cow<'a, str> {
    let fitting = candidates.iter().find(|text| width(text) <= columns);
    match (fitting, candidates.last()) {
        (Some(text), _) => Cow::Borrowed(text),
        (None, Some(last)) => truncate(last, columns),
        (None, None) => Cow::Borrowed(""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_columns_by_grapheme() {
        assert_eq!(width("Acme"), 4);
        assert_eq!(width("株式会社"), 8);
        assert_eq!(width("e\u{301}a"), 2);
        // Eight cells if each sign takes its own, fewer otherwise.
        assert_eq!(width("கடற்காற்று"), 8);
        assert_eq!(width(""), 0);
    }

    #[test]
    fn cuts_between_graphemes_and_adds_an_ellipsis() {
        assert_eq!(truncate("Acme Print", 10), "Acme Print");
        assert_eq!(truncate("Acme Print", 9), "Acme Pri…");
        assert_eq!(truncate("株式会社", 8), "株式会社");
        assert_eq!(truncate("株式会社", 7), "株式会…");
        assert_eq!(truncate("株式会社", 6), "株式…");
        assert_eq!(truncate("株式会社", 1), "…");
        assert_eq!(truncate("abc", 0), "");
        assert_eq!(truncate("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
    }

    #[test]
    fn pads_to_exactly_the_columns() {
        for columns in 0..12 {
            for text in ["", "Acme", "株式会社", "a株b式c"] {
                assert_eq!(width(&pad_end(text, columns)), columns, "{text} in {columns}");
                assert_eq!(width(&pad_start(text, columns)), columns, "{text} in {columns}");
            }
        }
        assert_eq!(pad_start("12", 4), "  12");
    }

    #[test]
    fn takes_the_longest_wording_that_fits() {
        assert_eq!(fit(8, &["customer id", "customer", "id"]), "customer");
        assert_eq!(fit(1, &["customer", "id"]), "…");
    }
}
