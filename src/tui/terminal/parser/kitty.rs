//! Keys by code point: `CSI … u`, as the kitty keyboard protocol and xterm's `formatOtherKeys` have them.
//!
//! This program asks for neither, but a terminal may be set so, or may have been left so by another program.

use crossterm::event::{
    KeyCode, KeyEvent, KeyEventState, KeyModifiers, MediaKeyCode as Media, ModifierKeyCode as Modifier,
};

use super::csi::Held;

/// Keys of the protocol from this code point on, one after the other.
const LOCKS: (u32, [KeyCode; 6]) = (
    57_358,
    [
        KeyCode::CapsLock,
        KeyCode::ScrollLock,
        KeyCode::NumLock,
        KeyCode::PrintScreen,
        KeyCode::Pause,
        KeyCode::Menu,
    ],
);
/// F13 to F35.
const FUNCTION_KEYS: std::ops::RangeInclusive<u32> = 57_376..=57_398;
const KEYPAD_CHARACTERS: (u32, &[u8]) = (57_399, b"0123456789./*-+\r=,");
const KEYPAD_KEYS: (u32, [KeyCode; 11]) = (
    57_417,
    [
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::Insert,
        KeyCode::Delete,
        KeyCode::KeypadBegin,
    ],
);
const MEDIA: (u32, [Media; 13]) = (
    57_428,
    [
        Media::Play,
        Media::Pause,
        Media::PlayPause,
        Media::Reverse,
        Media::Stop,
        Media::FastForward,
        Media::Rewind,
        Media::TrackNext,
        Media::TrackPrevious,
        Media::Record,
        Media::LowerVolume,
        Media::RaiseVolume,
        Media::MuteVolume,
    ],
);
/// The modifiers as keys of their own, with what they hold while they are pressed.
const MODIFIERS: (u32, [(Modifier, KeyModifiers); 14]) = (
    57_441,
    [
        (Modifier::LeftShift, KeyModifiers::SHIFT),
        (Modifier::LeftControl, KeyModifiers::CONTROL),
        (Modifier::LeftAlt, KeyModifiers::ALT),
        (Modifier::LeftSuper, KeyModifiers::SUPER),
        (Modifier::LeftHyper, KeyModifiers::HYPER),
        (Modifier::LeftMeta, KeyModifiers::META),
        (Modifier::RightShift, KeyModifiers::SHIFT),
        (Modifier::RightControl, KeyModifiers::CONTROL),
        (Modifier::RightAlt, KeyModifiers::ALT),
        (Modifier::RightSuper, KeyModifiers::SUPER),
        (Modifier::RightHyper, KeyModifiers::HYPER),
        (Modifier::RightMeta, KeyModifiers::META),
        (Modifier::IsoLevel3Shift, KeyModifiers::NONE),
        (Modifier::IsoLevel5Shift, KeyModifiers::NONE),
    ],
);

/// Reads `code:shifted:base;modifiers:kind;text`, of which only the code must be there.
pub(super) fn key(text: &str) -> Option<KeyEvent> {
    let mut fields = text.split(';');
    let mut codes = fields.next()?.split(':');
    let code: u32 = codes.next()?.parse().ok()?;
    let held = fields.next().filter(|held| !held.is_empty()).map_or(Some(Held::NOTHING), Held::read)?;
    let (mut modifiers, mut state) = (held.modifiers, held.state);
    let mut key = if let Some((key, of_key, implied)) = special(code) {
        state |= of_key;
        modifiers |= implied;
        key
    } else {
        match char::from_u32(code)? {
            '\x1b' => KeyCode::Esc,
            '\r' => KeyCode::Enter,
            '\t' if modifiers.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
            '\t' => KeyCode::Tab,
            '\x7f' => KeyCode::Backspace,
            character if character.is_control() => return None,
            character => KeyCode::Char(character),
        }
    };
    // The layout knows which character Shift makes of it.
    let shifted =
        codes.next().and_then(|code| code.parse().ok()).and_then(char::from_u32).filter(|c| !c.is_control());
    if let (Some(shifted), true) = (shifted, modifiers.contains(KeyModifiers::SHIFT)) {
        key = KeyCode::Char(shifted);
        modifiers.remove(KeyModifiers::SHIFT);
    }
    Some(KeyEvent::new_with_kind_and_state(key, modifiers, held.kind, state))
}

/// The key of a code point that is no character, with its state and the modifiers that it implies.
fn special(code: u32) -> Option<(KeyCode, KeyEventState, KeyModifiers)> {
    let at = |first: u32| usize::try_from(code.checked_sub(first)?).ok();
    let plain = |key| (key, KeyEventState::NONE, KeyModifiers::NONE);
    let keypad = |key| (key, KeyEventState::KEYPAD, KeyModifiers::NONE);
    if let Some(key) = at(LOCKS.0).and_then(|at| LOCKS.1.get(at)) {
        return Some(plain(*key));
    }
    if FUNCTION_KEYS.contains(&code) {
        return u8::try_from(code - FUNCTION_KEYS.start() + 13).ok().map(|n| plain(KeyCode::F(n)));
    }
    if let Some(byte) = at(KEYPAD_CHARACTERS.0).and_then(|at| KEYPAD_CHARACTERS.1.get(at)) {
        let key = if *byte == b'\r' { KeyCode::Enter } else { KeyCode::Char(char::from(*byte)) };
        return Some(keypad(key));
    }
    if let Some(key) = at(KEYPAD_KEYS.0).and_then(|at| KEYPAD_KEYS.1.get(at)) {
        return Some(keypad(*key));
    }
    if let Some(key) = at(MEDIA.0).and_then(|at| MEDIA.1.get(at)) {
        return Some(plain(KeyCode::Media(*key)));
    }
    let (key, implied) = at(MODIFIERS.0).and_then(|at| MODIFIERS.1.get(at))?;
    Some((KeyCode::Modifier(*key), KeyEventState::NONE, *implied))
}
