//! Terminal types, colours and character sets, as the environment states them.

use std::process::Command;

use super::{DOWN, ENTER, ESC, assert_quits, demo, started};
use crate::support::pty::Pty;

/// Checks that the program exits with 2 and one line without touching the terminal, and that commands work there.
#[track_caller]
fn assert_refused(pty: &Pty, told: &str) {
    assert_eq!(pty.wait_exit().exit_code(), 2);
    let said = String::from_utf8(pty.raw()).unwrap();
    assert!(said.starts_with("vipmp: ") && said.contains(told), "{said:?}");
    assert!(said.ends_with("\r\n") && said.matches('\n').count() == 1 && !said.contains('\x1b'), "{said:?}");
    assert_eq!(pty.modes_left_on(), Vec::<&str>::new());
}

#[track_caller]
fn assert_commands_work(term: Option<&str>) {
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_vipmp"));
    command.args(["profile", "list"]).env_clear().envs(term.map(|term| ("TERM", term)));
    command.env("VIPMP_CONFIG_DIR", home.path()).env("VIPMP_DATA_DIR", home.path());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
pub(super) fn term_is_dumb() {
    assert_refused(&demo(&[("TERM", "dumb")], 30, 120), "Start vipmp in another one");
    assert_commands_work(Some("dumb"));
}

#[test]
pub(super) fn term_is_not_set() {
    let told = "TERM=xterm-256color vipmp";
    assert_refused(&demo(&[("TERM", "")], 30, 160), told);
    let script = "unset TERM; exec \"$0\" --demo";
    let args = ["-c", script, env!("CARGO_BIN_EXE_vipmp")];
    assert_refused(&Pty::spawn_program("/bin/sh", &args, &[], 30, 160), told);
    assert_commands_work(None);
}

#[test]
pub(super) fn no_color() {
    let coloured = |env: &[(&str, &str)]| {
        let pty = started(env, 30, 120);
        // Symbols and words carry the information of the colours.
        assert!(pty.screen().contains("● Active") && pty.screen().contains("DEMO"), "{}", pty.screen());
        assert_quits(&pty);
        let raw = String::from_utf8_lossy(&pty.raw()).into_owned();
        raw.split("\x1b[")
            .filter_map(|sequence| sequence.split_once('m'))
            .filter(|(parameters, _)| parameters.chars().all(|c| c.is_ascii_digit() || c == ';'))
            .flat_map(|(parameters, _)| parameters.split(';'))
            .any(|parameter| matches!(parameter.parse(), Ok(30_u16..=38 | 40..=48 | 90..=107)))
    };
    assert!(coloured(&[]), "the check finds colours where there are some");
    assert!(coloured(&[("NO_COLOR", "")]), "empty, it asks for nothing");
    assert!(!coloured(&[("NO_COLOR", "1")]));
}

#[test]
pub(super) fn locale_is_not_utf8() {
    for locale in [("LC_ALL", "C"), ("LANG", "POSIX"), ("LC_CTYPE", "de_DE.ISO-8859-1")] {
        let pty = demo(&[locale], 36, 120);
        let screen = pty.wait_for(
            |screen| screen.contains("1-50 of 1,204") && screen.contains("Discount"),
            "the first page and a record",
        );
        assert!(screen.contains("+ Filter ---") && screen.contains("|> Harts"), "{screen}");
        assert!(screen.contains("1 * Active") && screen.contains("Created v"), "{screen}");
        // Names in all scripts, the dialogs, and each tab of the detail.
        pty.send("]");
        pty.wait_for_text("51-100 of 1,204");
        pty.send(DOWN.repeat(20));
        for (key, words) in [("?", "+ Keys"), (":", "+ Commands"), ("Y", "+ Copy"), ("p", "+ Profiles")] {
            pty.send(key);
            pty.wait_for_text(words);
            pty.send(ESC);
            pty.wait_for(|screen| !screen.contains(words), "the table alone");
        }
        pty.send(ENTER);
        for tab in ["E-mail", "Product", "Order", "\"customerId\""] {
            pty.send("l");
            pty.wait_for_text(tab);
        }
        pty.send("#\u{e9}");
        pty.wait_for_text("Customer ID: ?");
        pty.send(ESC);
        pty.wait_for(|screen| !screen.contains("Customer ID: ?"), "the field closed");
        assert_quits(&pty);
        let raw = pty.raw();
        let at = raw.iter().position(|byte| !byte.is_ascii());
        let near = at.map(|at| String::from_utf8_lossy(&raw[at.saturating_sub(40)..at + 4]));
        assert_eq!(near, None, "{locale:?}");
    }
}
