//! Windows that are too small, very large, or change their size all the time.

use crate::support::pty::Pty;

use super::{DOWN, ESC, FIRST_PAGE, assert_quits, demo, started};

/// Checks that a window that is too small shows `words`, that it shows the table when it grows, and that the program can
/// be quit at this size.
fn too_small(rows: u16, cols: u16, words: &str) {
    let pty = demo(&[], rows, cols);
    pty.wait_for_text(words);
    pty.resize(36, 120);
    let screen = pty.wait_for_text(FIRST_PAGE);
    assert!(screen.contains("╭ Filter") && !screen.contains("mall"), "{screen}");
    pty.resize(rows, cols);
    pty.wait_for_text(words);
    assert_quits(&pty);
}

#[test]
pub(super) fn one_by_one() {
    too_small(1, 1, "…");
}

#[test]
pub(super) fn twenty_by_five() {
    too_small(5, 20, "Too small\nminimum 60x10\nq quits");
}

#[test]
pub(super) fn fifty_nine_by_nineteen() {
    too_small(19, 59, "59x19 is too small; 60x10 is the minimum.");
}

#[test]
pub(super) fn five_hundred_by_two_hundred() {
    let pty = started(&[], 200, 500);
    let screen = pty.wait_for(|screen| screen.contains("Segment"), "the record");
    let lines: Vec<&str> = screen.lines().collect();
    assert_eq!(lines.len(), 200, "{screen}");
    assert!(lines[0].contains("DEMO") && lines[199].contains("Demo data"), "{screen}");
    // Three panes extend to the last column and the last row but one, with all rows of the page.
    assert!(lines[1].ends_with('╮') && lines[1].chars().count() == 500, "{screen}");
    assert!(lines[198].ends_with('╯') && lines[198].matches('╰').count() == 3, "{screen}");
    let is_row = |line: &&&str| line.split("││").nth(1).is_some_and(|row| row.contains("101"));
    let rows = lines[3..].iter().filter(is_row).count();
    assert!(rows >= 50, "{rows} rows: {screen}");
    assert_quits(&pty);
}

#[test]
pub(super) fn huge() {
    let pty = started(&[], 500, 1_000);
    for (rows, cols) in [(5_000, 5_000), (u16::MAX, u16::MAX), (10, u16::MAX), (u16::MAX, 80), (600, 1_200)] {
        pty.claim_size(rows, cols);
        // Keys work, and the part that is drawn is updated.
        pty.send("?");
        pty.wait_for_text("Find:");
        pty.send(ESC);
        pty.wait_for(|screen| !screen.contains("Find:") && screen.contains(FIRST_PAGE), "the table alone");
        // A click outside that part does nothing.
        pty.send(format!("\x1b[<0;{cols};{rows}M\x1b[<64;{cols};{rows}M"));
    }
    let screen = pty.screen();
    let lines: Vec<&str> = screen.lines().collect();
    assert!(lines[1].ends_with('╮') && lines[1].chars().count() == 1_000, "{}", lines[1]);
    assert!(lines[498].ends_with('╯') && lines[499].contains("move"), "{} {}", lines[498], lines[499]);
    if let Some(memory) = pty.peak_memory() {
        assert!(memory < 512 << 20, "{} MiB", memory >> 20);
    }
    assert_quits(&pty);
}

#[test]
pub(super) fn huge_from_the_start() {
    // The size is set before the program starts. The emulator has the size of the part that is drawn.
    let script = "stty rows 65535 cols 65535; exec \"$0\" --demo";
    let pty = Pty::spawn_program("/bin/sh", &["-c", script, env!("CARGO_BIN_EXE_vipmp")], &[], 500, 1_000);
    pty.wait_for_text(FIRST_PAGE);
    assert_quits(&pty);
}

#[test]
pub(super) fn storm_of_resizes() {
    let pty = started(&[], 30, 100);
    pty.send("#");
    pty.wait_for_text("Customer ID:");
    // From one cell to more than any screen has. A window that is too small takes no keys.
    for turn in 0..200_u16 {
        pty.resize(1 + turn * 37 % 60, 1 + turn * 61 % 170);
    }
    pty.resize(36, 120);
    let fills = |screen: &str| {
        let line = |row: usize| screen.lines().nth(row).unwrap_or_default();
        line(34).ends_with('╯') && line(34).chars().count() == 120 && line(35).contains("Esc close")
    };
    pty.wait_for(fills, "a screen of the last size");
    let mut typed = String::new();
    for turn in 0..200_u16 {
        // The final size at the end.
        let (rows, cols) = if turn == 199 { (36, 120) } else { (10 + turn * 37 % 51, 60 + turn * 61 % 111) };
        pty.resize(rows, cols);
        let key = char::from(b'a' + u8::try_from(turn * turn / 7 % 26).unwrap());
        pty.send(key.to_string());
        typed.push(key);
    }
    let end = &typed[typed.len() - 20..];
    assert_eq!(typed.find(end), Some(180), "what is looked for comes once");
    let screen = pty.wait_for(|screen| screen.contains(end) && screen.contains(FIRST_PAGE), "the last keys");
    assert!(screen.contains("╭ Filter") && screen.lines().count() == 36, "{screen}");
    // All keys have arrived in order: after deleting the last 190, the first ten are left.
    pty.send("\x7f".repeat(190));
    pty.wait_for(|screen| screen.contains(&typed[..10]) && !screen.contains(&typed[..11]), "the first keys");
    pty.send(ESC);
    pty.wait_for(|screen| !screen.contains(&typed[..10]), "the table alone");
    assert_quits(&pty);
}

#[test]
pub(super) fn after_half_a_sequence() {
    let pty = started(&[], 30, 100);
    // A change of size must not wait for the rest of a sequence.
    for half in ["\x1b[\x1b", "\x1b[", "\x1b[<0;5"] {
        pty.send(half);
        pty.resize(36, 120);
        pty.wait_for(|screen| screen.lines().count() == 36 && screen.contains("╭ Filter"), half);
        pty.resize(30, 100);
        pty.wait_for(|screen| !screen.contains("╭ Filter") && screen.contains("f filter"), half);
        // The next key ends the sequence, and works, as do those after it.
        pty.send(format!("{DOWN}?"));
        pty.wait_for_text("Find:");
        pty.send(ESC);
        pty.wait_for(|screen| !screen.contains("Find:"), "the table alone");
    }
    assert_quits(&pty);
}
