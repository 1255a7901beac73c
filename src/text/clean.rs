//! Cleaning of untrusted text, so that nothing in it moves the cursor, reverses the line or is invisible.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;

/// The longest text that [`clean`] returns, in characters; longer text is cut and ends in `…`.
pub const MAX_CLEAN_CHARS: usize = 10_000;

/// The maximum number of combining marks on a character. More would only obscure the lines above and below.
const MAX_MARKS: usize = 4;

/// The maximum number of consecutive characters without a width, which is more than any script needs.
const MAX_PILE: usize = 8;

/// Makes text safe to print on one line of a terminal.
///
/// - Control characters become visible: `␛` for escape, `␊` for a line end, `‹9b›` for C1.
/// - Bidirectional overrides and other deceptive characters without a width become `�`, and so do joiners in scripts
///   that do not use them.
/// - Joined emoji are split into parts whose width is the same on all terminals.
/// - Piles of combining marks, and the whole text, are limited in length.
///
/// Harmless text, and text that was cleaned before, is returned unchanged.
pub fn clean(text: &str) -> Cow<'_, str> {
    // Nearly all text is plain, which this scan finds without allocating.
    if text.len() <= MAX_CLEAN_CHARS && is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len().min(4 * MAX_CLEAN_CHARS));
    let (mut marks, mut pile, mut length) = (0, 0, 0);
    // The last character kept.
    let mut last = '\0';
    for c in text.chars() {
        length += if is_c1(c) { 4 } else { 1 };
        if length > MAX_CLEAN_CHARS {
            out.push('…');
            break;
        }
        let bare = has_no_width(c);
        if bare && (pile == MAX_PILE || is_mark(c) && marks == MAX_MARKS) {
            continue;
        }
        let kept = match c {
            '\0'..='\x1f' => char::from_u32(0x2400 + c as u32).unwrap_or('�'),
            '\x7f' => '␡',
            _ if is_c1(c) => {
                out.extend(['‹', hex_digit(c as u32 >> 4), hex_digit(c as u32)]);
                '›'
            }
            _ if is_deceiving(c) => '�',
            '\u{200d}' | '\u{fe0f}' | '\u{fe0e}' | '\u{1f3fb}'..='\u{1f3ff}' if is_pictograph(last) => {
                continue;
            }
            _ if is_joiner(c) && !is_spelled_with_joiners(last) => '�',
            _ => c,
        };
        if is_pictograph(kept) {
            // Drops a joiner before it, which was kept because it followed a letter.
            out.truncate(out.trim_end_matches('\u{200d}').len());
        }
        out.push(kept);
        last = kept;
        (marks, pile) =
            if has_no_width(kept) { (marks + usize::from(is_mark(kept)), pile + 1) } else { (0, 0) };
    }
    Cow::Owned(out)
}

/// Returns true if cleaning would change nothing.
fn is_plain(text: &str) -> bool {
    let mut pile = 0;
    text.chars().all(|c| {
        let printable = (' '..='~').contains(&c);
        pile = if !printable && has_no_width(c) { pile + 1 } else { 0 };
        printable || (c >= '\u{a0}' && !is_special(c) && pile <= MAX_PILE)
    })
}

fn has_no_width(c: char) -> bool {
    c.width() == Some(0)
}

fn is_c1(c: char) -> bool {
    ('\u{80}'..='\u{9f}').contains(&c)
}

fn hex_digit(number: u32) -> char {
    char::from_digit(number & 0xf, 16).unwrap_or('�')
}

fn is_special(c: char) -> bool {
    is_deceiving(c)
        || is_mark(c)
        || is_joiner(c)
        || matches!(c, '\u{fe0e}' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
}

/// Returns true for characters without a width that reorder, hide or separate text invisibly.
pub(super) fn is_deceiving(c: char) -> bool {
    matches!(c,
        '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{ad}' | '\u{34f}' | '\u{180e}' | '\u{115f}' | '\u{1160}'
        | '\u{17b4}' | '\u{17b5}' | '\u{3164}' | '\u{ffa0}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Returns true for the zero-width joiner and non-joiner.
pub(super) fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Returns true for letters of scripts whose spelling uses joiners: Arabic, Indic and related ones.
///
/// In other scripts, and after another joiner, a joiner only makes two different names look the same.
pub(super) fn is_spelled_with_joiners(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{1cff}' | '\u{a800}'..='\u{abff}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{10a00}'..='\u{11fff}' | '\u{1e900}'..='\u{1e95f}')
}

/// Returns true for characters in the blocks of combining marks, which do not include the vowel signs of scripts.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{2190}'..='\u{21ff}'
        | '\u{2300}'..='\u{23ff}' | '\u{2b00}'..='\u{2bff}' | '©' | '®' | '\u{203c}' | '\u{2049}' | '\u{2122}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_of_any_script_is_returned_as_it_is() {
        for name in
            ["Acme Print GmbH", "株式会社みどり出版", "Čapek & synové s.r.o.", "شركة النخيل", "प्रकाशन"]
        {
            assert!(matches!(clean(name), Cow::Borrowed(_)), "{name}");
        }
    }

    #[test]
    fn controls_become_visible() {
        assert_eq!(clean("a\x1b]52;c;aGk=\x07b"), "a␛]52;c;aGk=␇b");
        assert_eq!(clean("one\r\ntwo\tx\0\x7f"), "one␍␊two␉x␀␡");
        assert_eq!(clean("\u{9b}31m"), "‹9b›31m");
    }

    #[test]
    fn characters_that_reverse_or_hide_text_are_replaced() {
        assert_eq!(clean("abc\u{202e}fdp.exe"), "abc�fdp.exe");
        assert_eq!(clean("a\u{200b}b\u{feff}c\u{2066}d\u{e0041}"), "a�b�c�d�");
    }

    #[test]
    fn joined_emoji_are_split_into_parts_of_known_width() {
        assert_eq!(clean("👩\u{200d}👩\u{200d}👧 x"), "👩👩👧 x");
        assert_eq!(clean("❤\u{fe0f} 👍🏽"), "❤ 👍");
    }

    #[test]
    fn joiners_are_kept_only_in_scripts_that_use_them() {
        for spelled in ["क\u{94d}\u{200d}ष", "می\u{200c}خواهم", "ක්\u{200d}රි"] {
            assert_eq!(clean(spelled), spelled);
        }
        assert_eq!(clean("Acme\u{200d} Pri\u{200c}nt"), "Acme� Pri�nt");
        assert_eq!(clean("\u{200d}क\u{94d}\u{200d}\u{200d}ष"), "�क\u{94d}\u{200d}�ष");
    }

    #[test]
    fn piles_of_marks_and_endless_text_are_bounded() {
        let pile: String = std::iter::once('e').chain(std::iter::repeat_n('\u{301}', 50)).collect();
        assert_eq!(clean(&pile).chars().count(), 1 + MAX_MARKS);
        let endless = "x".repeat(10 << 20);
        assert_eq!(clean(&endless).chars().count(), MAX_CLEAN_CHARS + 1);
        assert!(clean(&endless).ends_with('…'));
    }

    #[test]
    fn clean_text_stays_unchanged() {
        for text in [
            "☃\u{200d}\u{200d}x",
            "x\u{200d}\u{200d}☃",
            "☃\u{200d}\u{fe0f}x",
            "\u{9b}\x1b\u{202e}",
            "☃🏽🏽\u{301}",
            "क\u{94d}\u{200d}\u{200d}☃\u{200c}",
        ] {
            let cleaned = clean(text);
            assert_eq!(clean(&cleaned), cleaned, "{text:?}");
        }
        assert_eq!(clean("☃\u{200d}\u{200d}x"), "☃x");
        assert_eq!(clean("x\u{200d}\u{200d}☃"), "x��☃");
        assert_eq!(clean("क\u{200d}☃"), "क☃");
    }

    #[test]
    fn a_pile_includes_marks_and_other_characters_without_a_width() {
        let pile = "e".to_owned() + &"\u{301}\u{301}\u{301}\u{301}\u{fe0f}".repeat(9);
        assert_eq!(clean(&pile), "e\u{301}\u{301}\u{301}\u{301}\u{fe0f}\u{fe0f}\u{fe0f}\u{fe0f}");
        let tones = "ก".to_owned() + &"\u{e49}".repeat(500);
        assert_eq!(clean(&tones).chars().count(), 1 + MAX_PILE);
        let spelling = "ก".to_owned() + &"\u{e49}".repeat(MAX_PILE);
        assert!(matches!(clean(&spelling), Cow::Borrowed(_)));
    }

    #[test]
    fn controls_that_become_longer_are_bounded_too() {
        let endless = clean(&"\u{9b}".repeat(MAX_CLEAN_CHARS)).into_owned();
        assert_eq!(endless.chars().count(), MAX_CLEAN_CHARS + 1);
        assert!(endless.ends_with("‹9b›…"));
    }
}
