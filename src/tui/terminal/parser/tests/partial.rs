//! Strings, answers, and what is not complete.

use super::*;

/// Introducers of strings, of seven bits, of eight, and of eight as a character.
const STRINGS: [&[u8]; 15] = [
    b"\x1bP",
    b"\x1b]",
    b"\x1bX",
    b"\x1b^",
    b"\x1b_",
    b"\x90",
    b"\x9d",
    b"\x98",
    b"\x9e",
    b"\x9f",
    b"\xc2\x90",
    b"\xc2\x9d",
    b"\xc2\x98",
    b"\xc2\x9e",
    b"\xc2\x9f",
];

const TERMINATORS: [&[u8]; 4] = [b"\x1b\\", b"\x07", b"\x9c", b"\xc2\x9c"];

/// Answers of terminals and other strings, without their ends. Each letter of them does something as a key.
const CONTENTS: [&[u8]; 8] = [
    b"qqq",
    b"1$r0;4:3mq",
    b">|XTerm(370)",
    b"11;rgb:1e1e/1e1e/2e2e",
    b"52;c;cXFxcQ==",
    b"\x08\t\n\x0b\x0c\rq",
    "l✜ q ĜÌœ 株🜜".as_bytes(),
    b"1+r544e=787465726d\xff\x85q\x7f",
];

#[test]
fn strings_are_dropped_whole() {
    for begin in STRINGS {
        for content in CONTENTS {
            for end in TERMINATORS {
                let bytes = [begin, content, end, b"x"].concat();
                assert_eq!(all(&bytes), [letter('x')], "{bytes:?}");
            }
        }
    }
}

#[test]
fn strings_in_pieces_are_dropped_whole() {
    for begin in STRINGS {
        for end in TERMINATORS {
            let bytes = [begin, b"1$rq\xe2\x9c\x9cq", end].concat();
            for at in 1..bytes.len() {
                let mut stage = stage();
                let (first, second) = bytes.split_at(at);
                assert_eq!(stage.feed(first), []);
                // A lone Esc would be the Esc key sooner.
                let pause = if first == b"\x1b" { ESCAPE_WAIT } else { SILENCE };
                assert_eq!(stage.wait_almost(pause), []);
                assert_eq!(stage.feed(second), [], "{bytes:?} in two after {at} bytes");
                assert_eq!(stage.parser.deadline(), None);
            }
        }
    }
}

#[test]
fn silence_ends_a_string() {
    for begin in STRINGS {
        let mut stage = stage();
        assert_eq!(stage.feed([begin, b"1$r"].concat()), []);
        assert_eq!(stage.wait(SILENCE), []);
        assert_eq!(stage.feed("q"), [letter('q')]);
        // What comes of its end is no key.
        assert_eq!(stage.feed("\x1b\\"), []);
        assert_eq!(stage.feed("\x1b\\"), [press(KeyCode::Char('\\'), ALT)]);
    }
}

#[test]
fn silence_ends_a_sequence() {
    let unfinished: [&[u8]; 9] = [
        b"\x1b[1",
        b"\x1b[<0;5",
        b"\x1b[?62;",
        b"\x1b[[",
        b"\x1b[M",
        b"\x1b[M !",
        b"\x1bO1",
        b"\xe2\x9c",
        b"\x9b",
    ];
    for bytes in unfinished {
        let mut stage = stage();
        assert_eq!(stage.feed(bytes), []);
        assert_eq!(stage.wait_almost(SILENCE), []);
        assert_eq!(stage.parser.deadline(), Some(stage.now + MOMENT));
        assert_eq!(stage.wait(MOMENT), []);
        assert_eq!(stage.parser.deadline(), None);
        assert_eq!(stage.feed("A"), [press(KeyCode::Char('A'), SHIFT)], "after {bytes:?}");
    }
}

#[test]
fn a_control_byte_ends_anything_and_is_a_key() {
    let unfinished: [&[u8]; 12] = [
        b"\x1b[",
        b"\x1b[1;",
        b"\x1b[<0;5",
        b"\x1b[[",
        b"\x1b[M",
        b"\x1b[M !",
        b"\x1bO",
        b"\x1bP1$r",
        b"\x1b]11;",
        b"\x90q",
        b"\xe2\x9c",
        b"\x1b[>0;276;0",
    ];
    for bytes in unfinished {
        assert_eq!(all([bytes, b"\x03"].concat()), [ctrl_c()], "after {bytes:?}");
        assert_eq!(all([bytes, b"\x03\x03q"].concat()), [ctrl_c(), ctrl_c(), letter('q')], "after {bytes:?}");
        assert_eq!(all([bytes, b"\x11"].concat()), [press(KeyCode::Char('q'), CONTROL)], "after {bytes:?}");
        // Another sequence begins.
        assert_eq!(all([bytes, b"\x1b[A"].concat()), [press(KeyCode::Up, NONE)], "after {bytes:?}");
    }
    // Outside strings, blanks and line ends are keys, too.
    for bytes in [&b"\x1b["[..], b"\x1b[1;", b"\x1b[M !", b"\x1bO", b"\xe2\x9c"] {
        assert_eq!(all([bytes, b"\r"].concat()), [press(KeyCode::Enter, NONE)], "after {bytes:?}");
    }
}

#[test]
fn ctrl_c_is_never_part_of_a_key_with_alt() {
    let escape = press(KeyCode::Esc, NONE);
    assert_eq!(all("\x1b\x03"), [escape.clone(), ctrl_c()]);
    assert_eq!(all("\x1b\x1b\x03"), [escape.clone(), escape, ctrl_c()]);
}

#[test]
fn unknown_sequences_and_answers_are_dropped() {
    let dropped: [&[u8]; 22] = [
        b"\x1b[k",
        b"\x1b[12;40R",
        b"\x1b[1;2R",
        b"\x1b[R",
        b"\x1b[?62;22c",
        b"\x1b[>0;276;0c",
        b"\x1b[0n",
        b"\x1b[?1u",
        b"\x1b[?2026;2$y",
        b"\x1b[4;1$y",
        b"\x1b[8;24;80t",
        b"\x1b[99~",
        b"\x1b[256~",
        b"\x1b[201~",
        b"\x1b[27;5;113~",
        b"\x1b[1;1;1;1&w",
        b"\x1b[<0;0;0M",
        b"\x1b[99999999999999999999u",
        b"\x1b[M\x20\x20\x20",
        b"\x1bOj",
        b"\x1bO5P",
        b"\x9b?62c",
    ];
    for bytes in dropped {
        assert_eq!(all([bytes, b"x"].concat()), [letter('x')], "{bytes:?}");
    }
    let long = format!("\x1b[{}~x", "1;".repeat(10_000));
    assert_eq!(all(long), [letter('x')]);
}

#[test]
fn an_escape_byte_waits_for_the_rest_of_its_sequence() {
    for rest in ["[A", "OA"] {
        let mut stage = stage();
        assert_eq!(stage.feed("\x1b"), []);
        assert_eq!(stage.parser.deadline(), Some(stage.now + ESCAPE_WAIT));
        assert_eq!(stage.wait_almost(ESCAPE_WAIT), []);
        assert_eq!(stage.feed(rest), [press(KeyCode::Up, NONE)]);
        assert_eq!(stage.feed("\x1b"), []);
        assert_eq!(stage.wait(ESCAPE_WAIT), [press(KeyCode::Esc, NONE)]);
        assert_eq!(stage.parser.deadline(), None);
    }
    // However late the reader looks, what has come is no silence.
    let mut stage = stage();
    assert_eq!(stage.feed("\x1b"), []);
    stage.now += Duration::from_secs(1);
    assert_eq!(stage.feed("[A"), [press(KeyCode::Up, NONE)]);
}

#[test]
fn escapes_in_a_row_are_keys_and_the_last_one_is_alt() {
    let escape = press(KeyCode::Esc, NONE);
    assert_eq!(all("\x1b\x1b"), [escape.clone(), escape.clone()]);
    assert_eq!(all("\x1b\x1b[A"), [press(KeyCode::Up, ALT)]);
    assert_eq!(all("\x1b\x1bOP"), [press(KeyCode::F(1), ALT)]);
    assert_eq!(all("\x1b\x1b\x1b[A"), [escape.clone(), press(KeyCode::Up, ALT)]);
    assert_eq!(all("\x1b\x1bx"), [escape, press(KeyCode::Char('x'), ALT)]);
}

#[test]
fn the_beginning_of_a_sequence_alone_is_a_key_with_alt() {
    for (bytes, code, modifiers) in [
        ("\x1b[", '[', ALT),
        ("\x1b]", ']', ALT),
        ("\x1b^", '^', ALT),
        ("\x1b_", '_', ALT),
        ("\x1bO", 'O', ALT | SHIFT),
        ("\x1bP", 'P', ALT | SHIFT),
        ("\x1bX", 'X', ALT | SHIFT),
    ] {
        assert_eq!(all(bytes), [press(KeyCode::Char(code), modifiers)]);
    }
}

#[test]
fn a_paste_comes_in_one_piece() {
    let paste = |text: &str| Event::Paste(text.to_owned());
    let text = "one\rtwo\x1b[20\x03 q é";
    let bytes = format!("\x1b[200~{text}\x1b[201~q");
    for at in 1..bytes.len() {
        let (first, second) = bytes.as_bytes().split_at(at);
        let mut stage = stage();
        let mut events = stage.feed(first);
        events.extend(stage.feed(second));
        assert_eq!(events, [paste(text), letter('q')], "in two after {at} bytes");
    }
    assert_eq!(all("\x1b[200~\x1b[201~"), [paste("")]);
    assert_eq!(all(b"\x1b[200~\xff\x1b[201~"), [paste("\u{fffd}")]);
}

#[test]
fn a_paste_without_an_end_is_delivered_after_a_time() {
    let mut stage = stage();
    assert_eq!(stage.feed("\x1b[200~abc\x1b[20"), []);
    assert_eq!(stage.wait_almost(PASTE_SILENCE), []);
    assert_eq!(stage.wait(MOMENT), [Event::Paste("abc".to_owned())]);
    assert_eq!(stage.feed("q\x1b[201~q"), [letter('q'), letter('q')]);
    // Nothing was pasted.
    assert_eq!(stage.feed("\x1b[200~"), []);
    assert_eq!(stage.wait(PASTE_SILENCE), []);
    assert_eq!(stage.feed("q"), [letter('q')]);
}

#[test]
fn ctrl_c_ends_a_paste_that_has_paused() {
    let mut stage = stage();
    // Within the paste it belongs to the text.
    assert_eq!(stage.feed("\x1b[200~a\x03b"), []);
    assert_eq!(stage.wait(SILENCE), []);
    assert_eq!(stage.feed("\x03"), [Event::Paste("a\x03b".to_owned()), ctrl_c()]);
}

#[test]
fn a_paste_takes_no_more_memory_than_its_limit() {
    let mut stage = stage();
    stage.feed("\x1b[200~");
    for _ in 0..40 {
        assert_eq!(stage.feed(vec![b'x'; 65_536]), []);
        assert!(stage.parser.paste.capacity() <= 2 * PASTE_LIMIT);
    }
    let [Event::Paste(text)] = &stage.feed("\x1b[201~")[..] else { panic!("a paste") };
    assert_eq!(text.len(), PASTE_LIMIT);
    // Nor does anything else.
    stage.feed("\x1b]52;c;");
    stage.feed(vec![b'x'; 65_536]);
    stage.feed("\x1b\\\x1b[");
    stage.feed(vec![b'1'; 65_536]);
    assert!(stage.parser.held.capacity() <= 4 * PARAMETERS_LIMIT);
}
