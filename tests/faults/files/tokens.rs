//! Unusable token files, which cost a sign-in.

use std::{fs, os::unix::fs::PermissionsExt as _};

use serde_json::Value;

use super::user::{ROWS, TestUser, assert_contains, assert_quits, signing_in, until};
use crate::support::served::Served;

/// Creates a user whose tokens are kept in files, with one that was issued.
fn with_token(served: &Served) -> TestUser {
    let user = TestUser::with_config(signing_in(served, "a"));
    fs::write(user.state(), "{\"version\": 1, \"tokens_in_files\": true}").unwrap();
    let (code, told) = user.run(&["profile", "test"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(kept(&user).is_some());
    user
}

/// Returns the token in the file if it is complete.
fn kept(user: &TestUser) -> Option<String> {
    let kept: Value = serde_json::from_slice(&fs::read(user.token()).ok()?).ok()?;
    Some(kept["access_token"].as_str()?.to_owned())
}

#[track_caller]
fn assert_whole_and_private(user: &TestUser) {
    assert!(kept(user).is_some());
    assert_eq!(fs::metadata(user.token()).unwrap().permissions().mode() & 0o777, 0o600);
    user.assert_nothing_left();
}

#[test]
pub(super) fn truncated() {
    let served = Served::start();
    let user = with_token(&served);
    let whole = fs::read(user.token()).unwrap();
    for length in [0, 1, whole.len() / 2, whole.len() - 1] {
        fs::write(user.token(), &whole[..length]).unwrap();
        let pty = user.start(&[]);
        let screen = pty.wait_for_text(ROWS);
        assert!(!screen.contains("token"), "that is nothing to tell:\n{screen}");
        until(|| kept(&user).is_some(), "a whole token");
        assert_quits(&pty);
        assert_whole_and_private(&user);
    }
}

#[test]
pub(super) fn garbage() {
    let served = Served::start();
    let user = with_token(&served);
    let long = "x".repeat(100_000);
    for bytes in [
        &b"\xff\x00"[..],
        b"null",
        b"{}",
        b"{\"version\": 2, \"access_token\": 7}",
        b"{\"version\": 1, \"issued_for\": \"\", \"received_at\": -1, \"ends_at\": 1e99, \"access_token\": \"\"}",
        long.as_bytes(),
    ] {
        fs::write(user.token(), bytes).unwrap();
        let (code, told) = user.run(&["profile", "test"]);
        assert_eq!(code, Some(0), "{told}");
        assert_whole_and_private(&user);
    }
}

#[test]
pub(super) fn no_place() {
    let served = Served::start();
    let user = with_token(&served);
    fs::remove_dir_all(user.path("data/secrets")).unwrap();
    fs::write(user.path("data/secrets"), "in its place").unwrap();
    let why = "The access token is forgotten when vipmp exits: ";
    let pty = user.start(&[]);
    pty.wait_for_text(ROWS);
    pty.wait_for_text(why);
    assert_quits(&pty);
    let (code, told) = user.run(&["profile", "test"]);
    assert_eq!(code, Some(0), "{told}");
    assert_contains(&told, &[why, "a.issued-token cannot be written"]);
    assert_eq!(fs::read_to_string(user.path("data/secrets")).unwrap(), "in its place");
}
