//! Input of a terminal: keys, answers, anything.

use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use vipmp::tui::terminal::{PASTE_LIMIT, PASTE_SILENCE, Parser, SILENCE};

const ESCAPE_WAIT: Duration = Duration::from_millis(25);
const CTRL_C: u8 = 0x03;

/// Introducers and terminators of strings.
const STRINGS: [&[u8]; 8] =
    [b"\x1bP", b"\x1b]", b"\x1bX", b"\x1b^", b"\x1b_", b"\x90", b"\xc2\x9d", b"\x1b[1;\x1b_"];
const TERMINATORS: [&[u8]; 4] = [b"\x1b\\", b"\x07", b"\x9c", b"\xc2\x9c"];

/// The first byte says in what pieces the rest arrives.
pub fn terminal(data: &[u8]) {
    let (choice, bytes) = data.split_first().map_or((0, data), |(first, rest)| (usize::from(*first), rest));
    let start = Instant::now();
    let mut parser = Parser::new(ESCAPE_WAIT);
    let events = parser.feed(bytes, start);
    assert!(events.len() <= bytes.len(), "{} events", events.len());
    for event in &events {
        // What is no UTF-8 takes three bytes for one.
        assert!(!matches!(event, Event::Paste(text) if text.len() > 3 * PASTE_LIMIT));
    }
    assert_eq!(in_pieces(bytes, 1 + choice % 7, start), events, "in pieces");
    gives_up(bytes, start);
    hears_ctrl_c(bytes, start);
    swallows(bytes, choice, start);
}

fn in_pieces(bytes: &[u8], size: usize, start: Instant) -> Vec<Event> {
    let mut parser = Parser::new(ESCAPE_WAIT);
    bytes.chunks(size).flat_map(|piece| parser.feed(piece, start)).collect()
}

/// The wait for the rest has an end, after which nothing is left.
fn gives_up(bytes: &[u8], start: Instant) {
    let mut parser = Parser::new(ESCAPE_WAIT);
    parser.feed(bytes, start);
    if let Some(deadline) = parser.deadline() {
        assert!(deadline <= start + PASTE_SILENCE);
        let before = deadline.checked_sub(Duration::from_millis(1)).expect("a moment before");
        assert_eq!(parser.expire(before), []);
        assert!(parser.expire(deadline).len() <= 2);
    }
    assert_eq!(parser.deadline(), None);
    assert_eq!(parser.expire(start + Duration::from_hours(1)), []);
    assert_eq!(parser.feed(b"q", start), [Event::Key(KeyCode::Char('q').into())]);
}

/// Ctrl-C arrives after anything: at once, or after a short silence where it may be part of a paste.
fn hears_ctrl_c(bytes: &[u8], start: Instant) {
    let pastes = bytes.windows(4).any(|window| window == b"200~");
    for silence in [Duration::ZERO, SILENCE] {
        if pastes && silence.is_zero() {
            continue;
        }
        let mut parser = Parser::new(ESCAPE_WAIT);
        parser.feed(bytes, start);
        parser.expire(start + silence);
        let events = parser.feed(&[CTRL_C], start + silence);
        let ctrl_c = Event::Key(KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL));
        assert_eq!(events.last(), Some(&ctrl_c), "after {silence:?}");
    }
}

/// No key comes out of a string.
fn swallows(bytes: &[u8], choice: usize, start: Instant) {
    // What may end a string, and what may be part of such a thing.
    let content = String::from_utf8_lossy(bytes);
    let content = content.replace(|c: char| c.is_control() && !"\t\n\r".contains(c), "");
    let begin = STRINGS[choice % STRINGS.len()];
    let end = TERMINATORS[choice / STRINGS.len() % TERMINATORS.len()];
    let string = [begin, content.as_bytes(), end].concat();
    assert_eq!(in_pieces(&string, 1 + choice % 7, start), [], "{string:?}");
}
