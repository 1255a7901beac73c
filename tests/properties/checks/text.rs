//! Text that is made safe to print, and cut, padded and broken into lines by columns.

use unicode_segmentation::UnicodeSegmentation;
use vipmp::text::{MAX_CLEAN_CHARS, clean, fit, pad_end, pad_start, truncate, width, wrap};

/// Characters without a width that may follow each other.
const MAX_PILE: usize = 8;

/// The first byte is the number of columns, the rest the text.
pub fn text(data: &[u8]) {
    let (columns, raw) = super::choice_and_text(data);
    let columns = usize::from(columns);
    let cleaned = clean(&raw);
    is_harmless(&cleaned);
    assert_eq!(clean(&cleaned), cleaned, "what is clean stays as it is");
    for columns in [columns, 1, width(&cleaned)] {
        fits(&cleaned, columns);
    }
    // Text that nobody cleaned is not printed, but it must not bring anything down.
    let _ = (width(&raw), truncate(&raw, columns), wrap(&raw, columns));
}

/// Characters that turn text around, hide in it or part it without a trace.
pub(super) fn is_deceiving(c: char) -> bool {
    matches!(c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}'
        | '\u{2029}' | '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

fn is_harmless(cleaned: &str) {
    assert!(super::is_clean(cleaned), "{cleaned:?} holds what acts or deceives");
    let length = cleaned.chars().count();
    assert!(length <= MAX_CLEAN_CHARS + 1, "{length} characters");
    assert!(length <= MAX_CLEAN_CHARS || cleaned.ends_with('…'));
    let mut pile = 0;
    for c in cleaned.chars() {
        pile = if width(c.encode_utf8(&mut [0; 4])) == 0 { pile + 1 } else { 0 };
        assert!(pile <= MAX_PILE, "{cleaned:?} holds a pile of marks");
    }
}

fn fits(cleaned: &str, columns: usize) {
    let whole = width(cleaned);
    let cut = truncate(cleaned, columns);
    assert!(width(&cut) <= columns, "{cut:?} is wider than {columns}");
    if whole <= columns {
        assert_eq!(cut, cleaned, "what fits is not cut");
    } else if columns > 0 {
        let kept = cut.strip_suffix('…').expect("a cut is shown");
        assert!(cleaned.starts_with(kept), "{cut:?} is the start of {cleaned:?}");
    }
    assert_eq!(width(&pad_end(cleaned, columns)), columns, "{cleaned:?} at the left of {columns}");
    assert_eq!(width(&pad_start(cleaned, columns)), columns, "{cleaned:?} at the right of {columns}");
    assert!(width(&fit(columns, &[cleaned, "customer", "id"])) <= columns);

    let pieces = wrap(cleaned, columns);
    for piece in &pieces {
        let graphemes = piece.graphemes(true).filter(|grapheme| width(grapheme) > 0).count();
        assert!(width(piece) <= columns || graphemes == 1, "{piece:?} is wider than {columns}");
    }
    let solid = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
    assert_eq!(solid(&pieces.concat()), solid(cleaned), "wrapping loses nothing but blanks");
}
