//! Text fields: line editing with a limit, pastes without control characters, and the part that fits.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use tui_input::{Input, InputRequest, backend::crossterm::EventHandler as _};

use crate::text;

/// The longest text of a field on the main screen or in a prompt: more than any name, ID or date has.
pub(crate) const MAX_INPUT: usize = 250;

/// Returns true if a key carries Control or Alt: such keys are never text.
pub(crate) fn is_control(key: KeyEvent) -> bool {
    key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
}

/// Returns true if a key belongs to the text field that has the cursor: it types, deletes or moves the cursor.
pub(crate) fn edits_text(key: KeyEvent) -> bool {
    !is_control(key)
        && matches!(
            key.code,
            KeyCode::Char(_)
                | KeyCode::Left
                | KeyCode::Right
                | KeyCode::Home
                | KeyCode::End
                | KeyCode::Backspace
                | KeyCode::Delete
        )
}

/// Edits a text of at most `limit` characters with a key; returns true if the text has changed.
pub(crate) fn edit(input: &mut Input, key: KeyEvent, limit: usize) -> bool {
    let before = input.value().to_owned();
    let types = matches!(key.code, KeyCode::Char(_)) && !is_control(key);
    if types && before.chars().count() >= limit {
        return false;
    }
    input.handle_event(&Event::Key(key));
    input.value() != before
}

/// Inserts pasted text at the cursor, on one line, up to `limit` characters; returns true if the text has changed.
///
/// Line ends and other control characters become blanks, since they would act in a terminal.
pub(crate) fn paste(input: &mut Input, pasted: &str, limit: usize) -> bool {
    let pasted: String = pasted.chars().take(limit).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let room = limit.saturating_sub(input.value().chars().count());
    let mut changed = false;
    for c in pasted.trim().chars().take(room) {
        input.handle(InputRequest::InsertChar(c));
        changed = true;
    }
    changed
}

/// Returns the part of a text field that fits into `columns`, and the column of the cursor in it.
pub(crate) fn visible_input(input: &Input, columns: usize) -> (String, usize) {
    let columns = columns.max(1);
    let before: String = input.value().chars().take(input.cursor()).collect();
    let mut cursor = text::width(&text::clean(&before));
    let mut shown = text::clean(input.value()).into_owned();
    // Whole characters leave at the left until the cursor is within the columns.
    while cursor >= columns {
        let Some(first) = shown.chars().next() else { break };
        shown.remove(0);
        cursor = cursor.saturating_sub(text::width(first.encode_utf8(&mut [0; 4])));
    }
    (text::truncate(&shown, columns).into_owned(), cursor.min(columns - 1))
}

/// Returns a text as lines of at most `columns`, broken at blanks where there are any, and the place of the cursor in the line
/// that has it, counted in characters. A column is left for a cursor behind the last character.
pub(crate) fn wrapped_input(input: &Input, columns: usize) -> Vec<(String, Option<usize>)> {
    let room = columns.saturating_sub(1).max(1);
    let letters: Vec<char> = input.value().chars().collect();
    let mut lines = Vec::new();
    let mut start = 0;
    loop {
        let (mut end, mut taken) = (start, 0);
        while let Some(letter) = letters.get(end) {
            taken += text::width(&text::clean(letter.encode_utf8(&mut [0; 4])));
            if taken > room && end > start {
                break;
            }
            end += 1;
        }
        let is_last = end == letters.len();
        if !is_last && let Some(blank) = letters[start..end].iter().rposition(|letter| *letter == ' ') {
            end = start + blank + 1;
        }
        let cursor = input.cursor().checked_sub(start).filter(|_| is_last || input.cursor() < end);
        lines.push((letters[start..end].iter().collect(), cursor));
        if is_last {
            return lines;
        }
        start = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: KeyCode) -> KeyEvent {
        KeyEvent::new(code, KeyModifiers::NONE)
    }

    #[test]
    fn a_full_field_takes_no_more_but_can_be_edited() {
        let mut input = Input::new("abcd".to_owned());
        assert!(!edit(&mut input, key(KeyCode::Char('e')), 4));
        assert!(edit(&mut input, key(KeyCode::Backspace), 4));
        assert!(edit(&mut input, key(KeyCode::Char('e')), 4));
        assert_eq!(input.value(), "abce");
        assert!(!paste(&mut input, "more", 4));
    }

    #[test]
    fn a_paste_is_one_line_and_ends_at_the_limit() {
        let mut input = Input::default();
        assert!(paste(&mut input, "  a\nb\u{1b}c  ", 20));
        assert_eq!(input.value(), "a b c");
        assert!(paste(&mut input, "0123456789", 8));
        assert_eq!(input.value(), "a b c012");
    }

    #[test]
    fn a_long_text_is_wrapped_at_blanks_and_has_one_cursor() {
        let lines = |text: &str, cursor: usize, columns: usize| {
            wrapped_input(&Input::new(text.to_owned()).with_cursor(cursor), columns)
        };
        let of = |text: &str, cursor| (text.to_owned(), cursor);
        assert_eq!(lines("", 0, 10), [of("", Some(0))]);
        let expected = [of("call ", None), of("Petra ", Some(1)), of("again", None)];
        assert_eq!(lines("call Petra again", 6, 8), expected);
        assert_eq!(lines("call Petra", 10, 11), [of("call Petra", Some(10))]);
    }

    #[test]
    fn every_character_of_a_wrapped_text_is_in_one_line() {
        for text in [
            "call Petra about the quote for 20 seats",
            "株式会社みどり 出版",
            "x",
            "averylongwordwithoutblanks",
            "a  b   ",
        ] {
            let count = text.chars().count();
            for (columns, cursor) in
                (1..30).flat_map(|columns| (0..=count).map(move |cursor| (columns, cursor)))
            {
                let input = Input::new(text.to_owned()).with_cursor(cursor);
                let lines = wrapped_input(&input, columns);
                let whole: String = lines.iter().map(|(line, _)| line.as_str()).collect();
                assert_eq!(whole, text);
                let cursors: Vec<usize> = lines.iter().filter_map(|(_, cursor)| *cursor).collect();
                assert_eq!(cursors.len(), 1, "{text} {columns} {cursor}");
                let before: usize = lines
                    .iter()
                    .take_while(|(_, cursor)| cursor.is_none())
                    .map(|(line, _)| line.chars().count())
                    .sum();
                assert_eq!(before + cursors[0], cursor);
                assert!(lines.iter().all(|(line, _)| text::width(line) < columns.max(3)), "{lines:?}");
            }
        }
    }

    #[test]
    fn the_cursor_is_always_among_what_is_shown() {
        let input = Input::new("株式会社みどり".to_owned());
        for columns in 1..20 {
            let (shown, cursor) = visible_input(&input, columns);
            assert!(text::width(&shown) <= columns && cursor < columns, "{columns}");
        }
    }
}
