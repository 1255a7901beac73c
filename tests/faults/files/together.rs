//! Concurrent writers, none of which loses the changes of another.

use std::fs;

use serde_json::Value;

use super::user::{ROWS, TestUser, assert_contains, ready};
use crate::support::served::Served;

#[test]
pub(super) fn sessions() {
    let served = Served::start();
    let user = TestUser::with_profile(&served);
    user.configure(&[ready(&served, "a"), ready(&served, "b")].concat());
    let sessions = ["a", "b"].map(|name| (name, user.start(&["--profile", name])));
    for (name, pty) in &sessions {
        pty.wait_for_text(ROWS);
        let row = if *name == "a" { 1 } else { 2 };
        pty.send("j".repeat(row));
        let marked = |screen: &str| screen.lines().nth(3 + row).is_some_and(|line| line.contains('▌'));
        pty.wait_for(marked, "the mark in that row");
    }
    for (_, pty) in &sessions {
        pty.send("q");
    }
    for (_, pty) in &sessions {
        assert_eq!(pty.wait_exit().exit_code(), 0);
    }
    let state: Value = serde_json::from_slice(&fs::read(user.state()).unwrap()).expect("a whole state");
    for (name, row) in [("a", 1), ("b", 2)] {
        assert_eq!(state["profiles"][name]["view"]["row"], row, "{state}");
    }
    user.assert_nothing_left();
}

#[test]
pub(super) fn commands() {
    let user = TestUser::with_config("[ui]\nmouse = true # mine\n");
    let names = ["a", "b", "c", "d", "e", "f"];
    let add = |name| {
        ["profile", "add", name, "--reseller-id", "1", "--client-id", "c", "--secret-env", "X", "--no-test"]
    };
    let children = names.map(|name| user.command(&add(name)).spawn().expect("it starts"));
    for mut child in children {
        assert!(child.wait().expect("it ends").success());
    }
    let (code, told) = user.run(&["profile", "list"]);
    assert_eq!(code, Some(0), "{told}");
    assert_contains(&told, &names.map(|name| format!("\n{name}")).each_ref().map(String::as_str));
    let text = fs::read_to_string(user.config()).unwrap();
    assert!(text.contains("[ui]\nmouse = true # mine\n"), "{text}");
    user.assert_nothing_left();
}
