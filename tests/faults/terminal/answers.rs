//! Unexpected responses of the terminal, sequences without an end, and keys in pieces.

use std::time::{Duration, Instant};

use super::{ESC, assert_ends, assert_quits, started};
use crate::support::pty::Pty;

/// Half of the pause that ends a sequence. A pause that the test measures as shorter than this is none for the program.
const PAUSE: Duration = Duration::from_millis(50);

/// Strings in which each letter would do something as a key: quit, open the editor, copy, sort, filter.
const ANSWERS: [&[u8]; 12] = [
    b"\x1bP1$r0;4:3mq\x1b\\",
    b"\x1bP>|Qsef q(370)\x1b\\",
    b"\x1bP1+r544e=787465726d;q\r\x1b\\",
    b"\x1b]11;rgb:1e1e/1e1e/2e2e\x07",
    b"\x1b]52;c;cXFxcQ==\x1b\\",
    b"\x1b]l\xe2\x9c\x9c q \xc4\x9c q\x1b\\",
    b"\x1b_Gi=31;OK q\x1b\\",
    b"\x1b^q\x1b\\\x1bXq\x1b\\",
    b"\x90>|q\x9c\xc2\x9dq\xc2\x9c",
    b"\x1b[?62;22c\x1b[>0;276;0c\x1b[12;40R\x1b[0n\x1b[?2026;2$y\x1b[8;24;80t",
    b"\x1b[k\x1b[99~\x1b[27;5;113~\x1b[1;1;1;1&w",
    b"\x1bOj\x1b[<0;0;0M\x1b[201~",
];

/// Sends bytes in two pieces, and returns true if there was no pause that the program could take for the end.
///
/// A loaded machine may need several attempts. As the program sees a pause in those that fail, each piece must do no harm
/// on its own.
fn in_two(pty: &Pty, first: &[u8], second: &[u8]) -> bool {
    let start = Instant::now();
    pty.send(first);
    pty.send(second);
    start.elapsed() < PAUSE
}

/// Returns the screen without the last line, whose notice disappears after a while.
fn table(screen: &str) -> Vec<String> {
    screen.lines().take(29).map(str::to_owned).collect()
}

#[test]
pub(super) fn late_answers() {
    let pty = started(&[], 30, 120);
    let all = |screen: &str| screen.contains("1,307 │") && screen.contains("Discount");
    let before = table(&pty.wait_for(all, "all of it"));
    for answer in ANSWERS {
        pty.send(answer);
    }
    // Split anywhere but after an Esc byte, which would become the Esc key. The letters do nothing as keys.
    let answer = b"\x1bPwwww\x1b\\";
    for at in 2..answer.len() {
        let (first, second) = answer.split_at(at);
        while !in_two(&pty, first, second) {}
    }
    // The keys after them work.
    pty.send("?");
    pty.wait_for_text("Find:");
    pty.send(ESC);
    pty.wait_for(|screen| !screen.contains("Find:"), "the help closed");
    assert_eq!(table(&pty.screen()), before);
    assert_quits(&pty);
}

#[test]
pub(super) fn ctrl_c_after_anything() {
    for unfinished in ["\x1b[1;", "\x1bP1$r", "\x1b]11;rgb:", "\x1b[M", "\x1b"] {
        let pty = started(&[], 30, 120);
        pty.send(format!("{unfinished}\x03"));
        assert_ends(&pty, 0);
    }
}

#[test]
pub(super) fn paste_without_an_end() {
    let pty = started(&[], 30, 120);
    pty.send("#");
    pty.wait_for_text("Customer ID:");
    pty.send("\x1b[200~10065");
    pty.wait_for_text("Customer ID: 10065");
    // Keys work again, and an end that comes too late is ignored.
    pty.send("00\x1b[201~792");
    pty.wait_for_text("Customer ID: 1006500792");
    pty.send(ESC);
    pty.wait_for(|screen| !screen.contains("Customer ID:"), "the field closed");
    assert_quits(&pty);
}
