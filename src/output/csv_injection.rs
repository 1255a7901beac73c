//! Protection against CSV injection: no spreadsheet takes an escaped cell for a formula.
//!
//! Spreadsheets run a CSV cell that begins with `=`, `+`, `-` or `@`, so OWASP recommends an apostrophe before it. Tab,
//! carriage return and line feed, which OWASP lists too, are made visible by [`text::clean`] first. Beyond that list, the
//! full-width forms of the four characters are escaped (in East Asia they are typed and read as the same), also after blanks,
//! and after a `;`, which begins a new cell if it is the list separator of the system.

use std::borrow::Cow;

use crate::columns::Cell;
use crate::text;

/// Returns the text of a CSV field, without control characters and with an apostrophe before anything like a formula. With
/// `raw`, it is the text as the server sent it.
pub(super) fn escape<'a>(cell: &'a Cell<'_>, raw: bool) -> Cow<'a, str> {
    let plain = cell.plain();
    // Numbers are safe, even negative ones.
    if raw || matches!(cell, Cell::Number(_) | Cell::Empty) {
        return plain;
    }
    let cleaned = match plain {
        Cow::Borrowed(text) => text::clean(text),
        Cow::Owned(text) => Cow::Owned(text::clean(&text).into_owned()),
    };
    if !cleaned.split(';').any(is_formula) {
        return cleaned;
    }
    let parts =
        cleaned.split(';').map(|part| if is_formula(part) { format!("'{part}") } else { part.to_owned() });
    Cow::Owned(parts.collect::<Vec<_>>().join(";"))
}

/// Returns true if a spreadsheet could take this text for a formula.
pub(super) fn is_formula(text: &str) -> bool {
    text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        escape(&Cell::text(Some(text)), false).into_owned()
    }

    #[test]
    fn formulas_get_an_apostrophe() {
        assert_eq!(escaped("=1+1"), "'=1+1");
        assert_eq!(escaped("+49 30 5550100"), "'+49 30 5550100");
        assert_eq!(escaped("@SUM(1)"), "'@SUM(1)");
        assert_eq!(escaped("-2+3"), "'-2+3");
        assert_eq!(escaped(" \u{a0}=1"), "' \u{a0}=1");
        assert_eq!(escaped("＝1"), "'＝1");
        assert_eq!(escaped("\t=1"), "␉=1");
        assert_eq!(escaped("\r=1\n=2"), "␍=1␊=2");
        assert_eq!(escaped("Acme;=1;x;@y"), "Acme;'=1;x;'@y");
    }

    #[test]
    fn other_text_stays_as_it_is() {
        for name in ["Acme - Print = @home", "1=1", "'=1", "Ä;b", "株式会社", "", "(+)"] {
            assert_eq!(escaped(name), name);
        }
        assert_eq!(escape(&Cell::Number(-5), false), "-5");
    }

    #[test]
    fn raw_text_is_unchanged() {
        for text in ["=1+1", "\t=1", "a\r\nb\0", "x;=1"] {
            assert_eq!(escape(&Cell::text(Some(text)), true), text);
        }
    }
}
