//! The keys and other events of complete CSI sequences.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyEventState, KeyModifiers};

use super::{kitty, mouse};

/// Returns the event of a sequence with these parameters and this final byte; `None` if it is unknown or a response.
pub(super) fn event(parameters: &[u8], last: u8) -> Option<Event> {
    let text = std::str::from_utf8(parameters).ok()?;
    if text.is_empty() {
        return plain(last);
    }
    match (text.strip_prefix('<'), last) {
        (Some(text), b'M' | b'm') => return mouse::sgr(text, last == b'm').map(Event::Mouse),
        (Some(_), _) => return None,
        (None, _) => {}
    }
    // Private parameters and intermediate bytes are those of answers.
    if !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b';' || byte == b':') {
        return None;
    }
    match last {
        b'~' => numbered(text).map(Event::Key),
        b'u' => kitty::key(text).map(Event::Key),
        b'M' => mouse::rxvt(text).map(Event::Mouse),
        // F3 with modifiers looks like the cursor's position, and is the rarer of the two.
        b'R' => None,
        _ => modified(text, last).map(Event::Key),
    }
}

fn plain(last: u8) -> Option<Event> {
    Some(match last {
        b'I' => Event::FocusGained,
        b'O' => Event::FocusLost,
        b'Z' => Event::Key(KeyEvent::new(KeyCode::BackTab, KeyModifiers::SHIFT)),
        b'R' => return None,
        _ => Event::Key(key(last)?.into()),
    })
}

/// The key of a letter, which is the same after CSI and SS3.
pub(super) fn key(letter: u8) -> Option<KeyCode> {
    Some(match letter {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'P'..=b'S' => KeyCode::F(1 + letter - b'P'),
        _ => return None,
    })
}

/// `1;5A`: a letter with modifiers. Some terminals leave out the first number.
fn modified(text: &str, letter: u8) -> Option<KeyEvent> {
    let code = key(letter)?;
    let held = match text.split_once(';') {
        Some((_, held)) => Held::read(held)?,
        None => Held::read(text)?,
    };
    Some(KeyEvent::new_with_kind(code, held.modifiers, held.kind))
}

/// `3;5~`: a key by its number.
fn numbered(text: &str) -> Option<KeyEvent> {
    let (number, held) = text.split_once(';').unwrap_or((text, ""));
    let code = match number.parse::<u8>().ok()? {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        n @ 11..=15 => KeyCode::F(n - 10),
        n @ 17..=21 => KeyCode::F(n - 11),
        n @ 23..=26 => KeyCode::F(n - 12),
        n @ 28..=29 => KeyCode::F(n - 15),
        n @ 31..=34 => KeyCode::F(n - 17),
        _ => return None,
    };
    let held = if held.is_empty() { Held::NOTHING } else { Held::read(held)? };
    Some(KeyEvent::new_with_kind_and_state(code, held.modifiers, held.kind, held.state))
}

/// Returns the modifiers of a key, and what happened to the key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    pub(super) modifiers: KeyModifiers,
    pub(super) kind: KeyEventKind,
    pub(super) state: KeyEventState,
}

impl Held {
    pub(super) const NOTHING: Self =
        Self { modifiers: KeyModifiers::NONE, kind: KeyEventKind::Press, state: KeyEventState::NONE };

    /// Reads `modifiers:kind`, of which the kind can be missing. The modifiers are bits, plus one.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.split(';').next()?;
        let (modifiers, kind) = text.split_once(':').unwrap_or((text, "1"));
        let bits = modifiers.parse::<u8>().ok()?.saturating_sub(1);
        let kind = match kind.split(':').next()? {
            "2" => KeyEventKind::Repeat,
            "3" => KeyEventKind::Release,
            _ => KeyEventKind::Press,
        };
        let known = [
            KeyModifiers::SHIFT,
            KeyModifiers::ALT,
            KeyModifiers::CONTROL,
            KeyModifiers::SUPER,
            KeyModifiers::HYPER,
            KeyModifiers::META,
        ];
        let modifiers = known.into_iter().enumerate().filter(|(bit, _)| bits >> bit & 1 == 1);
        let modifiers = modifiers.fold(KeyModifiers::NONE, |all, (_, modifier)| all | modifier);
        let mut state = KeyEventState::NONE;
        state.set(KeyEventState::CAPS_LOCK, bits & 64 != 0);
        state.set(KeyEventState::NUM_LOCK, bits & 128 != 0);
        Some(Self { modifiers, kind, state })
    }
}
