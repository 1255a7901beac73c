//! Floods of input: all of it is taken, and what comes after it works at once.

use std::time::{Duration, Instant};

use super::{DOWN, ENTER, ESC, assert_quits, started};
use crate::support::pty::Pty;

/// The time that a key may take longer after a flood than before it.
const SOON: Duration = Duration::from_secs(1);

/// Returns the time that it takes until the help is open.
#[track_caller]
fn time_of_help(pty: &Pty) -> Duration {
    let start = Instant::now();
    pty.send("?");
    pty.wait_for_text("Find:");
    let taken = start.elapsed();
    pty.send(ESC);
    pty.wait_for(|screen| !screen.contains("Find:"), "the help closed");
    taken
}

fn paste(text: &str) -> String {
    format!("\x1b[200~{text}\x1b[201~")
}

#[test]
pub(super) fn paste_of_a_megabyte() {
    let pty = started(&[], 30, 120);
    let usual = time_of_help(&pty);
    pty.send("#");
    pty.wait_for_text("Customer ID:");
    pty.send(paste(&"0123456789".repeat(100_000)));
    let start = Instant::now();
    pty.send(ESC);
    pty.wait_for(|screen| !screen.contains("Customer ID:"), "the field closed");
    let taken = start.elapsed();
    assert!(taken < usual + SOON, "{taken:?} rather than {usual:?}");
    // The field takes 250 characters: without 245 of them, five are left.
    pty.send("#");
    pty.wait_for_text("Customer ID:");
    pty.send(paste(&"0123456789".repeat(100_000)));
    pty.wait_for_text("0123456789");
    pty.send("\x7f".repeat(245));
    pty.wait_for_text("Customer ID: 01234 ");
    pty.send(ESC);
    pty.wait_for(|screen| !screen.contains("Customer ID:"), "the field closed");
    assert_quits(&pty);
}

#[test]
pub(super) fn paste_where_no_field_is() {
    let pty = started(&[], 30, 120);
    let before =
        pty.wait_for(|screen| screen.contains("1,307 │") && screen.contains("discount"), "all of it");
    let usual = time_of_help(&pty);
    // Every character of it would do something as a key.
    pty.send(paste(&"qsS]3x\n".repeat(150_000)));
    let taken = time_of_help(&pty);
    assert!(taken < usual + SOON, "{taken:?} rather than {usual:?}");
    // Only the notice of the start has gone from the last line.
    let table = |screen: &str| screen.lines().take(29).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(table(&pty.screen()), table(&before));
    assert_quits(&pty);
}

#[test]
pub(super) fn three_hundred_keys() {
    // A page of fifty rows is on this screen as a whole.
    let pty = started(&[], 60, 120);
    let usual = time_of_help(&pty);
    let line = |screen: &str| screen.lines().position(|line| line.contains("││▌"));
    let first = line(&pty.screen()).expect("the selected row");
    let start = Instant::now();
    pty.send(DOWN.repeat(20) + &format!("{DOWN}k").repeat(130) + &"j".repeat(20));
    pty.wait_for(|screen| line(screen) == Some(first + 40), "the row that all of them lead to");
    let taken = start.elapsed();
    assert!(taken < usual + SOON, "{taken:?} rather than {usual:?}");
    // In a field: 250 letters, and fifty of them taken back.
    let typed: String =
        (0..250_u16).map(|n| char::from(b'a' + u8::try_from(n * n / 7 % 26).unwrap())).collect();
    pty.send("#");
    pty.wait_for_text("Customer ID:");
    pty.send(typed.clone() + &"\x7f".repeat(50));
    let end = &typed[180..200];
    pty.wait_for(|screen| screen.contains(&format!("{end} ")), "the last letters that are left");
    pty.send(ENTER);
    pty.wait_for(|screen| !screen.contains("Customer ID:"), "the field closed");
    assert_quits(&pty);
}
