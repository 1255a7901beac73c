//! Keys, characters and the mouse.

use crossterm::event::{
    KeyEventKind, KeyEventState, MediaKeyCode, ModifierKeyCode, MouseButton, MouseEvent, MouseEventKind,
};

use super::*;

#[test]
fn keys_of_one_byte() {
    use KeyCode::{Backspace, Char, Enter, Tab};
    for (byte, code, modifiers) in [
        (b'\r', Enter, NONE),
        (b'\n', Char('j'), CONTROL),
        (b'\t', Tab, NONE),
        (0x7f, Backspace, NONE),
        (0x08, Char('h'), CONTROL),
        (0x00, Char(' '), CONTROL),
        (0x01, Char('a'), CONTROL),
        (0x1a, Char('z'), CONTROL),
        (0x1c, Char('4'), CONTROL),
        (0x1f, Char('7'), CONTROL),
        (b'a', Char('a'), NONE),
        (b'A', Char('A'), SHIFT),
        (b' ', Char(' '), NONE),
        (b'~', Char('~'), NONE),
    ] {
        assert_eq!(all([byte]), [press(code, modifiers)], "{byte:#x}");
        assert_eq!(all([ESC, byte]), [press(code, modifiers | ALT)], "Alt and {byte:#x}");
    }
}

#[test]
fn characters_of_several_bytes() {
    for (text, modifiers) in [("é", NONE), ("É", SHIFT), ("株", NONE), ("😀", NONE), ("\u{a0}", NONE)] {
        let key = text.chars().next().map(KeyCode::Char).unwrap();
        assert_eq!(all(text), [press(key, modifiers)]);
        assert_eq!(all(format!("\x1b{text}")), [press(key, modifiers | ALT)]);
        for at in 1..text.len() {
            let mut stage = stage();
            assert_eq!(stage.feed(&text.as_bytes()[..at]), []);
            assert_eq!(stage.feed(&text.as_bytes()[at..]), [press(key, modifiers)]);
        }
    }
}

#[test]
fn what_is_no_utf8_is_dropped() {
    let invalid: [&[u8]; 9] = [
        b"\xff",
        b"\xc0\xaf",
        b"\xe2\x9c",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xf5",
        b"\xa0",
        b"\x85",
        b"\xc3",
    ];
    for bytes in invalid {
        assert_eq!(all([bytes, b"x"].concat()), [letter('x')], "{bytes:?}");
    }
}

#[test]
fn keys_with_modifiers_kinds_and_states() {
    let with = |code, modifiers, kind, state| {
        Event::Key(KeyEvent::new_with_kind_and_state(code, modifiers, kind, state))
    };
    let nothing = KeyEventState::NONE;
    for (bytes, event) in [
        ("\x1b[1;5A", press(KeyCode::Up, CONTROL)),
        ("\x1b[5A", press(KeyCode::Up, CONTROL)),
        ("\x1b[1;10D", press(KeyCode::Left, SHIFT | KeyModifiers::SUPER)),
        ("\x1b[3;5~", press(KeyCode::Delete, CONTROL)),
        ("\x1b[Z", press(KeyCode::BackTab, SHIFT)),
        ("\x1b[1;1:3B", with(KeyCode::Down, NONE, KeyEventKind::Release, nothing)),
        ("\x1b[5;3:2~", with(KeyCode::PageUp, ALT, KeyEventKind::Repeat, nothing)),
        ("\x1b[6;65~", with(KeyCode::PageDown, NONE, KeyEventKind::Press, KeyEventState::CAPS_LOCK)),
        ("\x1b[97;5u", press(KeyCode::Char('a'), CONTROL)),
        ("\x1b[97:65;2u", press(KeyCode::Char('A'), NONE)),
        ("\x1b[9;2u", press(KeyCode::BackTab, SHIFT)),
        ("\x1b[27u", press(KeyCode::Esc, NONE)),
        ("\x1b[57364u", press(KeyCode::Char('\u{e014}'), NONE)),
        ("\x1b[57376u", press(KeyCode::F(13), NONE)),
        ("\x1b[57398u", press(KeyCode::F(35), NONE)),
        ("\x1b[57399u", with(KeyCode::Char('0'), NONE, KeyEventKind::Press, KeyEventState::KEYPAD)),
        ("\x1b[57414u", with(KeyCode::Enter, NONE, KeyEventKind::Press, KeyEventState::KEYPAD)),
        ("\x1b[57427u", with(KeyCode::KeypadBegin, NONE, KeyEventKind::Press, KeyEventState::KEYPAD)),
        ("\x1b[57440u", press(KeyCode::Media(MediaKeyCode::MuteVolume), NONE)),
        ("\x1b[57449u", press(KeyCode::Modifier(ModifierKeyCode::RightAlt), ALT)),
        ("\x1b[I", Event::FocusGained),
        ("\x1b[O", Event::FocusLost),
    ] {
        assert_eq!(all(bytes), [event], "{bytes:?}");
    }
    // Control characters by their number are no keys.
    assert_eq!(all("\x1b[3u"), []);
}

#[test]
fn mouse_events_in_three_encodings() {
    use MouseEventKind::{Down, Drag, Moved, ScrollDown, ScrollRight, ScrollUp, Up};
    let left = MouseButton::Left;
    for (bits, kind, modifiers) in [
        (0, Down(left), NONE),
        (2, Down(MouseButton::Right), NONE),
        (3, Up(left), NONE),
        (32, Drag(left), NONE),
        (35, Moved, NONE),
        (64, ScrollUp, NONE),
        (65 + 4, ScrollDown, SHIFT),
        (67 + 8, ScrollRight, ALT),
        (16, Down(left), CONTROL),
    ] {
        let event = Event::Mouse(MouseEvent { kind, column: 2, row: 1, modifiers });
        assert_eq!(all(format!("\x1b[<{bits};3;2M")), std::slice::from_ref(&event));
        assert_eq!(all(format!("\x1b[{};3;2M", bits + 32)), std::slice::from_ref(&event));
        assert_eq!(all([0x1b, b'[', b'M', bits + 32, 35, 34]), [event]);
    }
    let released = MouseEvent { kind: Up(MouseButton::Middle), column: 998, row: 499, modifiers: NONE };
    assert_eq!(all("\x1b[<1;999;500m"), [Event::Mouse(released)]);
}
