//! Faults of time: expiry, delays and floods.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use serde_json::Value;
use tokio::sync::Notify;

use super::super::{
    catalogue::{Case, case},
    server::Reply,
    stage::{ESC, Stage, assert_works, documented_reply, is_list, page, parameter, row, sees},
};

pub(crate) const CASES: &[Case] = &[
    case!(token_expires_during_the_session, "the token expires during the session"),
    case!(clock_an_hour_off, "the clock is an hour off"),
    case!(token_service_down, "the token service is down"),
    case!(token_service_slow, "the token service is slow"),
    case!(token_service_refuses, "the token service refuses"),
    case!(token_service_responds_with_html, "the token service responds with HTML"),
    case!(token_is_truncated, "the token service responds with a truncated token"),
    case!(token_service_refuses_with_200, "the token service responds with 200 and an error"),
    case!(token_service_down_for_a_moment, "the token service is down for a moment"),
    case!(stale_response, "a stale response arrives after a newer request"),
    case!(three_hundred_keys, "300 keys at once, while everything loads"),
    case!(switched_while_loading, "the profile is switched while loading"),
    case!(quit_while_loading, "the user quits while loading"),
];

fn sign_ins(stage: &Stage) -> usize {
    stage.server.seen().iter().filter(|seen| seen.method == "POST").count()
}

#[test]
fn token_expires_during_the_session() {
    let ended = Arc::new(AtomicBool::new(false));
    let has_ended = Arc::clone(&ended);
    let stage = Stage::new(move |seen, _| {
        if seen.target.starts_with("/ims/") {
            let token = if has_ended.load(Ordering::SeqCst) { "tok-2" } else { "tok-1" };
            return Some(Reply::ok(format!(r#"{{"access_token": "{token}", "expires_in": 86399}}"#)));
        }
        let old = seen.header("authorization") == "Bearer tok-1";
        (old && has_ended.load(Ordering::SeqCst)).then(|| Reply::status(401, "", r#"{"code": "4116"}"#))
    });
    let pty = stage.signing_in();
    sees(&pty, &["1–50 of 120"]);
    ended.store(true, Ordering::SeqCst);
    pty.send("r");
    stage.wait_for(2, |seen| seen.method == "POST");
    pty.send("]");
    let screen = sees(&pty, &["51–100 of 120"]);
    assert!(!screen.contains("401"), "{screen}");
    // If the refresh cancels the only call that waits for a sign-in, the sign-in starts again.
    assert!((2..=3).contains(&sign_ins(&stage)), "{}", sign_ins(&stage));
    assert_works(&pty);
}

#[test]
fn clock_an_hour_off() {
    // The server's clock is years ahead, so its dates are relative to its own `Date`.
    let headers = "date: Sat, 01 Jan 2050 10:00:00 GMT\r\nretry-after: Sat, 01 Jan 2050 10:00:01 GMT\r\n";
    let stage = Stage::failing(1, move || Reply::status(503, headers, ""));
    let pty = stage.user();
    sees(&pty, &["503 The API is unavailable", "Retrying in"]);
    sees(&pty, &["1–50 of 120"]);
    assert_works(&pty);
}

fn token_service(reply: impl Fn() -> Reply + Send + Sync + 'static) -> Stage {
    Stage::new(move |seen, _| seen.target.starts_with("/ims/").then(&reply))
}

fn sign_in_fails(reply: impl Fn() -> Reply + Send + Sync + 'static, texts: &[&str], asked: usize) {
    let stage = token_service(reply);
    let pty = stage.signing_in();
    sees(&pty, texts);
    assert!(stage.lists().is_empty(), "without a token nothing is asked of the API");
    // The requests for counts and the reseller share this sign-in, or the next one.
    assert!(sign_ins(&stage) >= asked, "{}", sign_ins(&stage));
    assert_works(&pty);
}

#[test]
fn token_service_down() {
    sign_in_fails(
        || Reply::status(503, "", ""),
        &["503 The token service is unavailable", "Tried 4 times."],
        4,
    );
}

#[test]
fn token_service_slow() {
    let stage = token_service(|| Reply::Hold(Vec::new()));
    let pty = stage.signing_in();
    pty.wait_for(|screen| screen.contains("Customers ⠋") || screen.contains("0.5 s"), "the wait");
    pty.send(ESC);
    sees(&pty, &["Stopped"]);
    assert!(stage.lists().is_empty());
    assert_works(&pty);
}

#[test]
fn token_service_refuses() {
    sign_in_fails(
        || Reply::status(400, "", r#"{"error": "invalid_client"}"#),
        &["The token service did not accept the client ID or the secret (invalid_client)", "[p] profiles"],
        1,
    );
}

#[test]
fn token_service_responds_with_html() {
    sign_in_fails(
        || Reply::status(200, "content-type: text/html\r\n", "<html>Welcome</html>"),
        &["The response was not what the token service documents", "HTTP 200 with text/html, 20 bytes"],
        1,
    );
}

#[test]
fn token_is_truncated() {
    const BODY: &str = "{\"access_token\": \"eyJhbGciOiJub25lIn0.bm9ib2R5LWF0LWFsbA.c2lnbmVkLWJ5LW5vYm9keQ";
    let stage = token_service(|| Reply::status(200, "content-type: application/json\r\n", BODY));
    let pty = stage.signing_in();
    sees(&pty, &["HTTP 200 with application/json, 79 bytes, no readable JSON object"]);
    pty.send("i");
    let screen = sees(&pty, &["POST"]);
    assert!(!screen.contains("eyJh"), "{screen}");
    let raw = String::from_utf8_lossy(&pty.raw()).into_owned();
    for piece in ["eyJhbG", "bm9ib2", "c2lnbm", "LWFsbA", "b25lIn"] {
        assert!(!raw.contains(piece), "{piece} was on the screen");
    }
    pty.send(ESC);
    sees(&pty, &["? help"]);
    assert_works(&pty);
}

#[test]
fn token_service_refuses_with_200() {
    sign_in_fails(
        || Reply::ok(r#"{"error": "invalid_client", "error_description": "no such client"}"#),
        &["did not accept the client ID or the secret (invalid_client): no such client", "[p] profiles"],
        1,
    );
}

#[test]
fn token_service_down_for_a_moment() {
    let stage = {
        let left = std::sync::Mutex::new(2);
        Stage::new(move |seen, _| {
            let mut left = left.lock().unwrap();
            let fails = seen.target.starts_with("/ims/") && *left > 0;
            *left -= i32::from(fails);
            fails.then(|| Reply::status(502, "", "<html>"))
        })
    };
    let pty = stage.signing_in();
    let screen = sees(&pty, &["1–50 of 120"]);
    assert!(!screen.contains("502"), "{screen}");
    assert_eq!(sign_ins(&stage), 3);
    assert_works(&pty);
}

#[test]
fn stale_response() {
    let late = Arc::new(Notify::new());
    let told = Arc::clone(&late);
    let stage = Stage::new(move |seen, _| {
        if is_list(seen) && seen.target.contains("sort-by=companyName") {
            let Reply::Send(bytes) = documented_reply(seen) else { unreachable!() };
            return Some(Reply::After(Arc::clone(&told), bytes));
        }
        if seen.target.contains("status=1002") && parameter(seen, "limit") > 1 {
            return Some(page(&[row(700)], 1, 0));
        }
        None
    });
    let pty = stage.user();
    sees(&pty, &["1–50 of 120"]);
    pty.send("s");
    stage.wait_for_lists(2);
    pty.send("2");
    sees(&pty, &["Company 700", "1–1 of 1"]);
    late.notify_waiters();
    pty.send("?");
    sees(&pty, &["Find:"]);
    pty.send(ESC);
    sees(&pty, &["Company 700", "1–1 of 1"]);
    assert_works(&pty);
}

#[test]
fn three_hundred_keys() {
    let stage =
        Stage::new(|seen, _| (seen.target.starts_with("/v3/customers/")).then(|| Reply::Hold(Vec::new())));
    let pty = stage.user();
    sees(&pty, &["1–50 of 120"]);
    pty.send("jk".repeat(140) + &"j".repeat(20));
    pty.wait_for(
        |screen| screen.lines().any(|line| line.contains('▌') && line.contains("Company 20 ")),
        "the row that the keys lead to",
    );
    let records = stage.server.seen().iter().filter(|seen| seen.target.starts_with("/v3/customers/")).count();
    assert!(records <= 4, "{records} records were asked for while the selection moved");
    assert_works(&pty);
}

#[test]
fn switched_while_loading() {
    let late = Arc::new(Notify::new());
    let told = Arc::clone(&late);
    let stage = Stage::list(move || {
        let rows: Vec<Value> = (800..810).map(row).collect();
        let Reply::Send(bytes) = page(&rows, 10, 0) else { unreachable!() };
        Reply::After(Arc::clone(&told), bytes)
    });
    let pty = stage.user();
    stage.wait_for_lists(1);
    pty.send(":");
    pty.send("profile demo\r");
    let screen = sees(&pty, &["DEMO", "1–50 of"]);
    assert!(!screen.contains("Company 80"), "{screen}");
    late.notify_waiters();
    pty.send("?");
    sees(&pty, &["Find:"]);
    pty.send(ESC);
    let screen = sees(&pty, &["DEMO", "1–50 of", "? help"]);
    assert!(!screen.contains("Company 80"), "{screen}");
    assert_works(&pty);
}

#[test]
fn quit_while_loading() {
    let stage = Stage::new(|_, _| Some(Reply::Hold(Vec::new())));
    let pty = stage.user();
    stage.wait_for_lists(1);
    pty.send("q");
    assert_eq!(pty.wait_exit().exit_code(), 0);
    assert!(pty.modes_restored(), "{:?}", pty.modes_left_on());
    stage.runtime.block_on(stage.server.hung_up());
}
