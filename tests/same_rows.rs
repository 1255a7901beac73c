//! Screen = command: the `vipmp list` or `find` command of the copy menu, run by a shell, prints the rows on the screen.

#![cfg(unix)]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "what does not come is a failed test")]

#[path = "support/mod.rs"]
mod support;

use std::{path::Path, process::Command};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use support::pty::Pty;

/// A window narrow enough for the table alone, and high enough for a whole page.
const SIZE: (u16, u16) = (60, 88);
const DEMO: [&str; 5] = ["--demo", "--demo-customers", "300", "--demo-seed", "7"];
/// The number of the command in the copy menu.
const ENTRY: &str = "8";

/// The beginning of a request to the terminal to copy.
const COPY: &str = "\x1b]52;c;";

/// Returns the text that the program last asked the terminal to copy.
fn copied(pty: &Pty) -> String {
    let raw = pty.raw();
    let raw = String::from_utf8_lossy(&raw);
    let (_, rest) = raw.rsplit_once(COPY).expect("something was copied");
    let text = rest.split(['\x07', '\x1b']).next().unwrap();
    String::from_utf8(BASE64_STANDARD.decode(text).unwrap()).unwrap()
}

/// Copies the view as a command of this name, repeatedly until it is the wanted one; the screen then shows that view.
fn command(pty: &Pty, name: &str, is_wanted: impl Fn(&str) -> bool) -> (String, String) {
    let mut last = String::new();
    for _ in 0..200 {
        pty.trim(0);
        pty.send("Y");
        pty.wait_for_text(&format!("This view as a vipmp {name} command"));
        pty.send(ENTRY);
        // The line of an earlier copy may still be on the screen: only the output says that this one was sent. Rows of the
        // previous view cannot be copied.
        let is_sent = |raw: &[u8]| {
            let raw = String::from_utf8_lossy(raw);
            raw.rsplit_once(COPY).is_some_and(|(_, rest)| rest.contains(['\x07', '\x1b']))
        };
        pty.wait_for_output(
            |raw, screen| is_sent(raw) || screen.contains("of the previous"),
            "the command, or that it is refused",
        );
        if !is_sent(&pty.raw()) {
            continue;
        }
        let screen = pty.wait_for_text(&format!("Sent the vipmp {name} command"));
        let command = copied(pty);
        let (start, options) = command.split_once(&format!(" {name} ")).expect("such a command");
        assert_eq!(start, "vipmp --demo-customers 300 --demo-seed 7 --demo");
        if is_wanted(options) {
            return (command, screen);
        }
        last = command;
    }
    panic!("not shown, but {last}\n{}", pty.screen());
}

/// Copies the view as a `vipmp list` command once its options are these.
fn list_command(pty: &Pty, options: &str) -> (String, String) {
    command(pty, "list", |copied| copied == options)
}

/// Returns the customer IDs in their order: separate numbers of ten digits.
fn ids(text: &str) -> Vec<String> {
    let words = text.lines().skip(1).flat_map(|line| line.split(|c: char| c.is_whitespace() || c == '│'));
    let is_id = |word: &&str| word.len() == 10 && word.bytes().all(|byte| byte.is_ascii_digit());
    words.filter(is_id).map(str::to_owned).collect()
}

/// Runs a command in a shell that has the program on its path.
fn paste(home: &Path, command: &str) -> Vec<String> {
    let program = Path::new(env!("CARGO_BIN_EXE_vipmp")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).env_clear().env("HOME", home).env("PATH", path).env("LANG", "C.UTF-8");
    let out = shell.output().unwrap();
    assert!(out.status.success(), "{command}: {out:?}");
    // For a part of a longer list the command says so, for the copy how old it is, and which dates are no renewals; nothing else.
    let stderr = String::from_utf8(out.stderr).unwrap();
    let of_dates = |line: &&str| line.contains(" no active subscription to renew: the next renewal is ");
    let is_expected =
        |line: &str| line.contains(" shown; use --all ") || line.starts_with("Portfolio of 461 ");
    let others: Vec<&str> = stderr.lines().filter(|line| !of_dates(line)).collect();
    assert!(others.iter().all(|line| is_expected(line)) && others.len() < 2, "{command}: {stderr}");
    ids(&String::from_utf8(out.stdout).unwrap())
}

#[test]
fn a_view_as_a_command_prints_exactly_its_rows() {
    let pty = Pty::spawn(&DEMO, &[("SSH_TTY", "/dev/pts/9")], SIZE.0, SIZE.1);
    pty.wait_for_text("1–50 of");
    let narrowed = [
        ("", String::new()),
        (":name *a*\r", " --name '*a*'".to_owned()),
        (":from 2023\r:to 2025-06\r", " --created-from 2023-01-01 --created-to 2025-06-30".to_owned()),
    ];
    let (mut views, mut rows) = (0, 0);
    for (keys, narrowing) in narrowed {
        pty.send("x");
        pty.send(keys);
        for status in ["active", "pending", "inactive", "1026", "all"] {
            pty.send(format!(":status {status}\r"));
            for (sort, option) in [("created", ""), ("name", " --sort name")] {
                for (order, direction) in [("desc", ""), ("asc", " --order asc")] {
                    pty.send(format!(":sort {sort} {order}\r"));
                    let mut page = format!("--status {status}{narrowing}{option}{direction}");
                    let (mut pasted, mut screen) = list_command(&pty, &page);
                    if screen.contains("1–50 of") {
                        assert_same(&pty, &pasted, &screen);
                        pty.send("]");
                        page += " --offset 50";
                        (pasted, screen) = list_command(&pty, &page);
                    }
                    rows += assert_same(&pty, &pasted, &screen);
                    views += 1;
                }
            }
        }
    }
    assert_eq!(views, 60);
    assert!(rows > 500, "{rows} rows were compared");
    pty.send(":page-size 7\r");
    pty.wait_for_text("1–7 of");
    pty.send("]");
    pty.wait_for_text("8–14 of");
    // A dialog that opens before the page arrives receives the pending keys.
    pty.send("]");
    pty.wait_for_text("15–21 of");
    let expected = "--status all --created-from 2023-01-01 --created-to 2025-06-30 --sort name --order asc \
                    --offset 14 --limit 7";
    let (pasted, screen) = list_command(&pty, expected);
    assert_eq!(assert_same(&pty, &pasted, &screen), 7);
}

/// Checks that a command prints the rows on the screen, and returns their number.
fn assert_same(pty: &Pty, command: &str, screen: &str) -> usize {
    let shown = ids(screen);
    assert_eq!(paste(pty.home(), command), shown, "{command}\n{screen}");
    shown.len()
}

#[test]
fn a_view_of_the_portfolio_as_a_command_prints_its_rows_in_their_order() {
    let pty = Pty::spawn(&DEMO, &[("SSH_TTY", "/dev/pts/9")], SIZE.0, SIZE.1);
    pty.wait_for_text("1–50 of");
    pty.send(":view all-customers\r");
    // The copy is whole before its rows are compared.
    pty.wait_for(
        |screen| screen.contains("details just now") && !screen.contains("syncing"),
        "the whole copy",
    );
    let cases = [
        ("", "company"),
        ("status:active,pending segment:EDU", "-created"),
        ("gmbh", "relevance"),
        ("auto:off renewal:any", "next-renewal,company"),
        ("renewal-state:any,none", "-renewal-state,days-left"),
        ("returnable:any", "returnable-until,-returnable"),
        ("renewal-failed:any,none", "-renewal-failed,-scheduled"),
        ("reseller:hart*", "country,-seats"),
        ("-country:DE gone:any", "-seats,company"),
    ];
    for (query, sort) in cases {
        pty.send(format!("/\x15{query}\r"));
        let typed: Vec<String> = sort
            .split(',')
            .map(|key| key.strip_prefix('-').map_or(key.to_owned(), |key| format!("{key} desc")))
            .collect();
        pty.send(format!(":sort {}\r", typed.join(", ")));
        let (command, screen) = command(&pty, "find", |options| query.is_empty() || options.contains(query));
        let shown = ids(&screen);
        let found = paste(pty.home(), &format!("{command} | head -n 51"));
        let count = shown.len().min(found.len());
        assert!(count > 0, "{command}\n{screen}");
        assert_eq!(
            (&found[..count], found.len() >= shown.len()),
            (&shown[..count], true),
            "{command}\n{screen}"
        );
    }
}
