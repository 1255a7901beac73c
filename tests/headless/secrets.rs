//! Secrets: which input is accepted as one, and that nothing shows the responses of a token service.

use std::time::{Duration, Instant};

use crate::{
    scripted::Scripted,
    served::{SECRET, Served},
    stage::{Stage, add, profile},
};

/// A token that only the token service knows.
const ISSUED: &str = "eyJhbGciOiJub25lIn0.bm9ib2R5LWF0LWFsbC1pcy1zaWduZWQtaW4.c2lnbmVkLWJ5LW5vYm9keQ";

#[track_caller]
fn assert_no_piece(text: &str) {
    for at in 0..ISSUED.len() - 6 {
        assert!(!text.contains(&ISSUED[at..at + 6]), "{} is in\n{text}", &ISSUED[at..at + 6]);
    }
}

#[test]
fn an_unreadable_token_is_in_no_message_and_no_log() {
    let whole = format!(r#"{{"access_token":"{ISSUED}","token_type":"bearer","expires_in":3599}}"#);
    for (status, kind, body, words) in [
        (200, "application/json", whole[..whole.len() - 30].to_owned(), "HTTP 200 with application/json"),
        (200, "application/json", format!("{whole}}}"), "no readable JSON object"),
        (200, "text/plain", format!("access_token={ISSUED}"), "HTTP 200 with text/plain"),
        (200, "text/html", format!("<title>{ISSUED}</title>"), "HTTP 200 with text/html"),
        (401, "text/html", format!("<title>{ISSUED}</title>"), "is not shown because it may contain a token"),
    ] {
        let service = Scripted::start(status, kind, &body);
        let served = Served::start();
        let stage = Stage::new().with("S", SECRET);
        let text = profile("a", &served, "client_secret = { env = \"S\" }")
            .replace(&served.token(), &service.url("/t"));
        stage.write(stage.config(), &text);
        for command in [&["list"][..], &["profile", "test"], &["doctor"]] {
            let run = stage.run(command.iter().copied());
            let log = std::fs::read_to_string(stage.path("vipmp.log")).unwrap();
            assert_no_piece(&format!("{}{}{log}", run.out, run.err));
            assert!(format!("{}{}", run.out, run.err).contains(words), "{command:?}: {}{}", run.out, run.err);
            assert_ne!(run.code, Some(0));
        }
    }
}

#[test]
fn an_oauth_error_with_status_200_is_a_refused_sign_in() {
    let body = format!(r#"{{"error": "invalid_client", "error_description": "{SECRET} is not the secret"}}"#);
    let service = Scripted::start(200, "application/json", &body);
    let served = Served::start();
    let stage = Stage::new().with("S", SECRET);
    let text =
        profile("a", &served, "client_secret = { env = \"S\" }").replace(&served.token(), &service.url("/t"));
    stage.write(stage.config(), &text);
    let run = stage.run(["list"]).exits_with(3).prints_nothing();
    run.warns(&["did not accept the client ID or the secret (invalid_client): •••• is not the secret."]);
}

#[test]
fn the_first_line_is_the_secret_wherever_it_comes_from() {
    let served = Served::start();
    let text = format!("\u{feff}{SECRET}\u{200b}\r\nlogin: somebody\nurl: https://example.com\n");
    let stage = Stage::new().with("S", &text);
    stage.write(stage.path("mine"), &text);
    let path = stage.path("mine").display().to_string();
    for (name, source) in [
        ("env", &["--secret-env", "S"][..]),
        ("file", &["--secret-file", &path]),
        ("command", &["--secret-command", "cat", &path]),
    ] {
        stage.run(add(name, &served, source)).exits_with(0).warns(&[&format!("Profile {name} added")]);
    }
    stage.run_with(&text, add("stdin", &served, &["--client-secret-stdin", "--keep", "file"])).exits_with(0);
    assert_eq!(std::fs::read_to_string(stage.kept("stdin.client-secret")).unwrap(), SECRET);
}

#[test]
fn bearer_before_a_token_is_removed() {
    let served = Served::start();
    let token = served.issue();
    let stage = Stage::new().hiding(&token).with("TOKEN", format!("bearer {token}\n"));
    stage.run(add("env", &served, &["--secret-env", "TOKEN", "--access-token"])).exits_with(0);
    let words = add("stdin", &served, &["--access-token-stdin", "--keep", "file"]);
    stage.run_with(&format!("Bearer {token}\n"), words).exits_with(0);
    assert_eq!(std::fs::read_to_string(stage.kept("stdin.access-token")).unwrap(), token);
    let brought = Stage::new().hiding(&token).with("VIPMP_ACCESS_TOKEN", format!("Bearer {token}"));
    brought.write(brought.config(), &profile("a", &served, "client_secret = { env = \"NOT_SET\" }"));
    brought.run(["profile", "test"]).exits_with(0).prints(&["ok      First page"]);
}

#[test]
fn quotes_and_json_are_refused_with_a_fix() {
    let served = Served::start();
    for (text, words, todo) in [
        (format!("\"{SECRET}\""), "is in quotation marks", "Remove the quotation marks."),
        (
            format!("{{\n  \"client_secret\": \"{SECRET}\"\n}}"),
            "is JSON, not a bare value",
            "jq -r .client_secret",
        ),
    ] {
        let stage = Stage::new().with("S", &text);
        let words_of = |name: &str| format!("{name} {words}");
        let run = stage
            .run_with(&text, add("a", &served, &["--client-secret-stdin", "--keep", "file"]))
            .exits_with(2);
        run.warns(&[&words_of("the client secret on standard input"), todo]);
        let run = stage.run(add("a", &served, &["--secret-env", "S"])).exits_with(3);
        run.warns(&[&words_of("The client secret of a in the variable S"), todo]);
        stage.write(stage.path("mine"), &text);
        let path = stage.path("mine").display().to_string();
        let run = stage.run(add("a", &served, &["--secret-file", &path])).exits_with(3);
        run.warns(&[&words_of(&format!("The client secret of a in {path}")), todo]);
        let run = stage.run(add("a", &served, &["--secret-command", "cat", &path])).exits_with(3);
        run.warns(&[&format!("The command cat printed a line that {words}"), todo]);
        let brought = Stage::new().with("VIPMP_ACCESS_TOKEN", &text);
        brought.write(brought.config(), &profile("a", &served, "client_secret = { env = \"NOT_SET\" }"));
        let run = brought.run(["list"]).exits_with(3);
        run.warns(&[&words_of("The access token in the variable VIPMP_ACCESS_TOKEN"), todo]);
    }
}

#[test]
fn an_agent_that_a_program_leaves_behind_blocks_nothing() {
    let (stage, served) = (Stage::new(), Served::start());
    let pid = stage.path("pid");
    let script = format!("sleep 1000 & echo $! >>'{}'; echo '{SECRET}'", pid.display());
    let words = ["--secret-command=sh", "--secret-command=-c", &format!("--secret-command={script}")];
    stage.run(add("a", &served, &words)).exits_with(0).warns(&["Profile a added"]);
    // One for each time that the secret was read.
    for number in std::fs::read_to_string(&pid).unwrap().lines() {
        let agent = rustix::process::Pid::from_raw(number.parse().unwrap()).unwrap();
        rustix::process::kill_process(agent, rustix::process::Signal::KILL).expect("it lives on");
    }
}

/// The time within which a program starts, and ends with the command that waits for it.
const LIMIT: Duration = Duration::from_mins(1);

#[test]
fn a_program_that_is_waited_for_ends_with_the_command() {
    let served = Served::start();
    for signal in [rustix::process::Signal::INT, rustix::process::Signal::TERM, rustix::process::Signal::HUP]
    {
        for command in [&["list"][..], &["profile", "test"], &["doctor"]] {
            let stage = Stage::new();
            let pid = stage.path("pid");
            let script = format!("sleep 1000 & echo $! >'{0}.new'; mv '{0}.new' '{0}'; wait", pid.display());
            let words = serde_json::to_string(&["sh", "-c", &script]).unwrap();
            stage.write(
                stage.config(),
                &profile("a", &served, &format!("client_secret = {{ command = {words} }}")),
            );
            let mut child = stage.spawn(command.iter().copied());
            let end = Instant::now() + LIMIT;
            while !pid.exists() {
                assert!(Instant::now() < end, "the program has not started");
                std::thread::yield_now();
            }
            let raw = rustix::process::Pid::from_raw(child.id().try_into().unwrap()).unwrap();
            rustix::process::kill_process(raw, signal).unwrap();
            child.wait().unwrap();
            let number: i32 = std::fs::read_to_string(&pid).unwrap().trim().parse().unwrap();
            let left = rustix::process::Pid::from_raw(number).unwrap();
            while is_running(left) {
                assert!(Instant::now() < end, "{command:?} has left its program behind after {signal:?}");
                std::thread::yield_now();
            }
        }
    }
}

/// Returns true if a process runs. A zombie does not count.
fn is_running(process: rustix::process::Pid) -> bool {
    let state = std::fs::read_to_string(format!("/proc/{}/stat", process.as_raw_nonzero()));
    let is_dead = state.is_ok_and(|text| text.rsplit(") ").next().is_some_and(|rest| rest.starts_with('Z')));
    !is_dead && rustix::process::test_kill_process(process).is_ok()
}
