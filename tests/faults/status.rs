//! Faults reported by an HTTP status.

use super::super::{
    catalogue::{Case, case},
    server::Reply,
    stage::{ESC, SignIn, Stage, assert_works, is_list, list_is, recovers_silently, sees},
};

pub(crate) const CASES: &[Case] = &[
    case!(field_refused, "400 with details"),
    case!(request_id_used, "400 for a request ID that was used before (4120), once"),
    case!(token_refused_once, "401 once"),
    case!(token_refused_always, "401 always"),
    case!(forbidden_by_key, "403 because of the key"),
    case!(forbidden_by_token, "403 because of the token"),
    case!(forbidden_by_right, "403 because of missing permissions"),
    case!(not_found, "404"),
    case!(request_timeout, "408"),
    case!(too_many_with_seconds, "429 with `Retry-After` in seconds"),
    case!(too_many_with_a_date, "429 with `Retry-After` as a date"),
    case!(too_many_without_a_delay, "429 without `Retry-After`"),
    case!(too_many_for_long, "429 with `Retry-After` of more than a minute"),
    case!(a_long_pause_is_stopped, "429 with `Retry-After`, and the user stops the wait"),
    case!(failed_with_body, "500 with a body"),
    case!(failed_without_body, "500 without a body"),
    case!(bad_gateway_with_html, "502 with HTML"),
    case!(unavailable_with_html, "503 with HTML"),
    case!(gateway_timeout_with_html, "504 with HTML"),
    case!(failed_once, "each of 408, 429, 500, 502, 503 and 504 once"),
    case!(redirect_within_the_origin, "a redirect within the origin"),
    case!(redirect_to_another_origin, "a redirect to another origin"),
    case!(html_for_a_response, "200 with HTML"),
];

const HTML: &str = "<html><body><h1>Gateway</h1></body></html>";

fn status(status: u16, headers: &'static str, body: &'static str) -> impl Fn() -> Reply + Send + Sync {
    move || Reply::status(status, headers, body)
}

#[test]
fn field_refused() {
    let body = r#"{"code": "1117", "message": "Invalid Fields", "additionalDetails": ["limit has to be 1"]}"#;
    list_is(
        status(400, "x-request-id: srv-1\r\n", body),
        &["400 The API refused a field of the request (1117): limit has to be 1. Request ID srv-1."],
        1,
    );
}

#[test]
fn request_id_used() {
    recovers_silently(status(400, "", r#"{"code": "4120", "message": "Duplicate X-Request-Id"}"#));
}

#[test]
fn token_refused_once() {
    let stage = Stage::failing(1, status(401, "", r#"{"code": "4116"}"#));
    let pty = stage.signing_in();
    let screen = sees(&pty, &["1–50 of 120"]);
    assert!(!screen.contains("401"), "{screen}");
    let sign_ins = stage.server.seen().iter().filter(|seen| seen.method == "POST").count();
    assert_eq!((stage.lists().len(), sign_ins), (2, 2));
    assert_works(&pty);
}

#[test]
fn token_refused_always() {
    let stage = Stage::list(status(401, "", r#"{"code": "4116"}"#));
    let pty = stage.signing_in();
    sees(
        &pty,
        &[
            "401 The access token was not accepted (4116). Signed in again, still refused.",
            "Check the client ID and secret of profile emea",
            "[p] profiles [r] retry",
        ],
    );
    assert_eq!(stage.lists().len(), 2, "one fresh token, one retry");
    assert_works(&pty);
}

#[test]
fn forbidden_by_key() {
    list_is(
        status(403, "", r#"{"code": "4115", "message": "Api Key is invalid or missing"}"#),
        &["403 The API key was not accepted (4115).", "The client ID of profile emea", "[p] profiles"],
        1,
    );
}

#[test]
fn forbidden_by_token() {
    list_is(
        status(403, "", r#"{"code": "4117", "message": "Oauth token is missing"}"#),
        &["403 The API received no access token (4117).", "A proxy in between"],
        1,
    );
}

#[test]
fn forbidden_by_right() {
    list_is(
        status(403, "", r#"{"code": "4121", "message": "Not allowed"}"#),
        &["403 This account is not allowed to do that (4121)", "Ask your distributor or Adobe"],
        1,
    );
}

#[test]
fn not_found() {
    list_is(
        status(404, "", r#"{"code": "1115", "message": "Invalid Reseller"}"#),
        &["404 No reseller 1000396138 for this account (1115).", "Check the reseller ID of profile emea"],
        1,
    );
}

#[test]
fn request_timeout() {
    list_is(status(408, "", ""), &["408 The API timed out. Tried 4 times."], 4);
}

/// Checks that if the server asks for a pause of a second, the user sees the reason and the request is retried.
fn assert_pause_is_shown(headers: &'static str) {
    let stage = Stage::failing(1, status(429, headers, r#"{"code": "4118"}"#));
    let pty = stage.user();
    sees(
        &pty,
        &[
            "429 Too many requests (4118): the server asks you to wait 1 s.",
            "Retrying in",
            "(1 of 3). [Esc] stop",
        ],
    );
    sees(&pty, &["1–50 of 120"]);
    let lists = stage.lists();
    assert_eq!(lists.len(), 2);
    assert_ne!(lists[0].header("x-request-id"), lists[1].header("x-request-id"));
    assert_works(&pty);
}

#[test]
fn too_many_with_seconds() {
    assert_pause_is_shown("retry-after: 1\r\n");
}

#[test]
fn too_many_with_a_date() {
    assert_pause_is_shown(
        "date: Mon, 05 Jan 2026 10:00:00 GMT\r\nretry-after: Mon, 05 Jan 2026 10:00:01 GMT\r\n",
    );
}

#[test]
fn too_many_without_a_delay() {
    list_is(status(429, "", ""), &["429 Too many requests. Tried 4 times."], 4);
}

#[test]
fn too_many_for_long() {
    list_is(
        status(429, "retry-after: 300\r\n", ""),
        &["429 Too many requests: the server asks you to wait 300 s.", "Try again after that.", "[r] retry"],
        1,
    );
}

#[test]
fn a_long_pause_is_stopped() {
    let stage = Stage::failing(1, status(429, "retry-after: 50\r\n", ""));
    let pty = stage.user();
    sees(&pty, &["the server asks you to wait 50 s.", "[Esc] stop"]);
    pty.send(ESC);
    sees(&pty, &["Stopped"]);
    assert_eq!(stage.lists().len(), 1);
    assert_works(&pty);
}

#[test]
fn failed_with_body() {
    list_is(
        status(500, "", r#"{"code": "1124", "message": "Internal Server Error"}"#),
        &[
            "500 The API reported an internal error (1124)",
            "Tried 4 times.",
            "give the request ID to Adobe's support",
        ],
        4,
    );
}

#[test]
fn failed_without_body() {
    list_is(status(500, "", ""), &["500 The API is unavailable. Tried 4 times."], 4);
}

fn out_of_order(code: u16) {
    let told = format!("{code} The API is unavailable");
    list_is(status(code, "content-type: text/html\r\n", HTML), &[&told, "Tried 4 times."], 4);
}

#[test]
fn bad_gateway_with_html() {
    out_of_order(502);
}

#[test]
fn unavailable_with_html() {
    out_of_order(503);
}

#[test]
fn gateway_timeout_with_html() {
    out_of_order(504);
}

#[test]
fn failed_once() {
    for code in [408, 429, 500, 502, 503, 504] {
        recovers_silently(status(code, "", HTML));
    }
}

#[test]
fn redirect_within_the_origin() {
    let stage = Stage::new(|seen, _| {
        let (path, query) = seen.target.split_once('?')?;
        let moved = is_list(seen) && !path.starts_with("/moved");
        moved.then(|| Reply::status(307, &format!("location: /moved{path}?{query}\r\n"), ""))
    });
    let pty = stage.user();
    sees(&pty, &["1–50 of 120"]);
    let lists = stage.lists();
    assert_eq!(lists.len(), 2);
    assert_eq!(lists[0].header("authorization"), lists[1].header("authorization"));
    assert_works(&pty);
}

#[test]
fn redirect_to_another_origin() {
    let elsewhere = Stage::new(|_, _| None);
    let to = elsewhere.server.url("/v3/customers");
    let stage = Stage::list(move || Reply::status(302, &format!("location: {to}\r\n"), ""));
    let pty = stage.user_with(SignIn::Secret, stage.server.url("").as_str(), "", &[]);
    sees(
        &pty,
        &[
            "Not followed: the redirect to http://127.0.0.1",
            "leads to another host, port or scheme",
            "Your credentials are sent only to",
        ],
    );
    assert_eq!(stage.lists().len(), 1);
    assert!(elsewhere.server.seen().is_empty(), "nothing is sent there");
    assert_works(&pty);
}

#[test]
fn html_for_a_response() {
    list_is(
        status(200, "content-type: text/html\r\n", HTML),
        &[
            "The response was not what the API documents: not JSON but",
            "A gateway or proxy in between",
            "[i] see",
        ],
        1,
    );
}
