//! Unusable state files: the program starts without its state, and keeps the file.

use std::fs;

use serde_json::Value;

use super::user::{DEMO_ROWS, ESC, ROWS, TestUser, assert_contains, assert_quits, hide, names};
use crate::support::served::Served;

/// Returns the current state of the profile `a`.
#[track_caller]
fn remembered(user: &TestUser) -> Value {
    let text = fs::read_to_string(user.state()).expect("a state");
    let state: Value = serde_json::from_str(&text).expect("a whole state");
    state["profiles"]["a"].clone()
}

#[test]
pub(super) fn truncated() {
    let served = Served::start();
    let user = TestUser::with_profile(&served);
    let pty = user.start(&[]);
    pty.wait_for_text(ROWS);
    assert_quits(&pty);
    let whole = fs::read(user.state()).unwrap();
    let half = &whole[..whole.len() / 2];
    fs::write(user.state(), half).unwrap();

    let aside = user.path("data/state.json.broken");
    let pty = user.start(&[]);
    pty.wait_for_text(&format!("state.json could not be read. It was renamed to {}", aside.display()));
    pty.wait_for_text(ROWS);
    assert_quits(&pty);
    assert_eq!(fs::read(&aside).unwrap(), half);
    assert_eq!(remembered(&user)["view"]["status"], "1000", "it is begun anew");
}

#[test]
pub(super) fn garbage() {
    let served = Served::start();
    let user = TestUser::with_profile(&served);
    let nested = "[".repeat(100_000);
    let huge = " ".repeat(5 * 1024 * 1024);
    for bytes in [
        &b""[..],
        b"\x00\x00\x00\x00",
        b"\xff\xfe{\x00}\x00",
        b"null",
        b"[1, 2]",
        b"{\"version\": \"one\"}",
        b"{\"version\": 1, \"profiles\": [7]}",
        b"{\"version\": 1} and more",
        nested.as_bytes(),
        huge.as_bytes(),
    ] {
        fs::write(user.state(), bytes).unwrap();
        let (code, told) = user.run(&["profile", "list"]);
        assert_eq!(code, Some(0), "{told}");
        assert_contains(&told, &["state.json could not be read. It was renamed to "]);
        assert_eq!(names(&user.path("data")), [".state.json.lock", "state.json.broken"]);
        assert_eq!(fs::read(user.path("data/state.json.broken")).unwrap(), bytes);
    }
}

#[test]
pub(super) fn broken_beside_a_broken_configuration() {
    let user = TestUser::with_config("[ui]\nmouse = = true\n");
    fs::write(user.state(), "{").unwrap();
    let pty = user.start(&[]);
    pty.wait_for_text("config.toml:2:9");
    pty.send(ESC);
    let screen = pty.wait_for_text("state.json could not be read. It was renamed to ");
    assert!(!screen.contains("config.toml:2:9"), "one after the other:\n{screen}");
    pty.wait_for_text(DEMO_ROWS);
    assert_quits(&pty);
}

#[test]
pub(super) fn of_a_newer_version() {
    let served = Served::start();
    let user = TestUser::with_profile(&served);
    let newer = "{\"version\": 2, \"profiles\": {\"a\": \"in another form\"}}";
    fs::write(user.state(), newer).unwrap();
    let pty = user.start(&[]);
    pty.wait_for_text(
        "state.json was written by a newer version of vipmp, so it is neither read nor changed.",
    );
    pty.wait_for_text(ROWS);
    assert_quits(&pty);
    for command in [&["profile", "use", "a"][..], &["profile", "edit", "a", "--rename", "b", "--no-test"]] {
        let (code, told) = user.run(command);
        assert_eq!(code, Some(0), "{told}");
    }
    assert_eq!(fs::read_to_string(user.state()).unwrap(), newer);
    assert_eq!(names(&user.path("data")), [".state.json.lock", "state.json"]);
}

#[test]
pub(super) fn unreadable() {
    let served = Served::start();
    let user = TestUser::with_profile(&served);
    fs::write(user.state(), "{\"version\": 1}").unwrap();
    let why = hide(&user.state());
    let pty = user.start(&[]);
    pty.wait_for_text(&format!("state.json cannot be read: {why}"));
    pty.wait_for_text(ROWS);
    pty.send("j");
    pty.wait_for_text(&format!("The state cannot be saved: {why}"));
    assert_quits(&pty);
    assert_contains(&pty.screen(), &[&format!("vipmp: the state cannot be saved: {why}")]);
    assert_eq!(names(&user.path("data")), [".state.json.lock", "state.json"]);
}
