//! Floods of input: all of it is read, and keys after it work at once.

use std::time::{Duration, Instant};

use super::{DOWN, ENTER, ESC, assert_quits, started};
use crate::support::pty::Pty;

/// The maximum additional time that a key may take after a flood.
const SOON: Duration = Duration::from_secs(1);

/// Opens the help, and returns the time that it takes.
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
    // The field holds 250 characters, so after deleting 245, five are left.
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
        pty.wait_for(|screen| screen.contains("1,307 │") && screen.contains("Discount"), "all of it");
    let usual = time_of_help(&pty);
    // Every character would do something as a key.
    pty.send(paste(&"qsS]3x\n".repeat(150_000)));
    let taken = time_of_help(&pty);
    assert!(taken < usual + SOON, "{taken:?} rather than {usual:?}");
    // Only the last line has changed, where the notice at the start has disappeared.
    let table = |screen: &str| screen.lines().take(29).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(table(&pty.screen()), table(&before));
    assert_quits(&pty);
}

#[test]
pub(super) fn three_hundred_keys() {
    // This screen shows a whole page of fifty rows.
    let pty = started(&[], 60, 120);
    let usual = time_of_help(&pty);
    let line = |screen: &str| screen.lines().position(|line| line.contains("││▌"));
    let first = line(&pty.screen()).expect("the selected row");
    let start = Instant::now();
    pty.send(DOWN.repeat(20) + &format!("{DOWN}k").repeat(130) + &"j".repeat(20));
    pty.wait_for(|screen| line(screen) == Some(first + 40), "the row that all of them lead to");
    let taken = start.elapsed();
    assert!(taken < usual + SOON, "{taken:?} rather than {usual:?}");
    // In a field: 250 letters, of which fifty are deleted.
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
