//! Secrets are nowhere: not on a screen, not in a log, a report, an error, or a file that is not theirs.

use std::process::{Command, Stdio};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::*;

/// A token that a user brings.
const BROUGHT: &str = "brought-T0ken/with+signs&more==";

/// A secret in every form in which it could be met: as it is, percent-encoded, as JSON, and in base64 at each of the
/// three places that it can have in a longer text.
fn forms(secret: &str) -> Vec<String> {
    let percent: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let json = serde_json::to_string(secret).expect("text");
    let mut forms = vec![secret.to_owned(), percent, json.trim_matches('"').to_owned()];
    for before in 0..3 {
        let text = [&"xx"[..before], secret].concat();
        let encoded = STANDARD.encode(&text);
        // Without the ends, which depend on what stands beside the secret.
        forms.push(encoded[if before == 0 { 0 } else { 4 }..encoded.len() - 4].to_owned());
    }
    forms
}

#[track_caller]
fn assert_nowhere(place: &str, bytes: &[u8], secrets: &[&str]) {
    let text = String::from_utf8_lossy(bytes);
    for form in secrets.iter().flat_map(|secret| forms(secret)) {
        assert!(form.len() >= 8, "{form}");
        if let Some(at) = text.find(&form) {
            let around: String =
                text[..at].chars().rev().take(200).collect::<Vec<_>>().into_iter().rev().collect();
            panic!("{form} is in {place}, after: {around}");
        }
    }
}

/// Every file below a folder, but those that are there to hold secrets.
fn assert_not_in_files(folder: &Path, secrets: &[&str]) {
    for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() && !entry.ends_with("secrets") {
            assert_not_in_files(&entry, secrets);
        } else if entry.is_file() {
            assert_nowhere(
                &entry.display().to_string(),
                &std::fs::read(&entry).expect("it can be read"),
                secrets,
            );
        }
    }
}

#[test]
fn the_search_finds_secrets_where_they_are() {
    for text in
        [SECRET.to_owned(), STANDARD.encode(format!("a{SECRET}b")), STANDARD.encode(format!("ab {SECRET}"))]
    {
        let found = std::panic::catch_unwind(|| assert_nowhere("a text", text.as_bytes(), &[SECRET]));
        assert!(found.is_err(), "{text}");
    }
    assert_nowhere("a text", b"nothing", &[SECRET]);
}

/// Opens everything there is to see, and copies everything there is to copy.
fn look_around(pty: &Pty) {
    for (keys, seen) in [
        ("?", "Find:"),
        (ESC, "Enter open"),
        ("i", "Request headers"),
        ("G", "Response headers"),
        ("y", "curl command"),
        (ESC, "Enter open"),
        ("Y", "secrets hidden"),
        ("7", "the request as curl"),
        ("p", "Profiles"),
        ("t", "✓ First page"),
        ("e", "Client ID"),
        (ESC, "✓ First page"),
    ] {
        pty.send(keys);
        if keys == ESC && seen == "✓ First page" {
            break;
        }
        pty.wait_for_text(seen);
    }
    pty.wait_for_text("a add");
    close(pty);
    pty.send(ENTER);
    for tab in ["Overview", "E-mail", "purchased", "of the current term", "\"customerId\""] {
        pty.wait_for_text(tab);
        pty.send("\x1b[C");
    }
    pty.send(ESC);
    pty.wait_for_text("Enter open");
    pty.send("r");
}

#[test]
fn no_screen_log_or_file_holds_a_secret() {
    let served = Served::start();
    for (source, variable, secret) in [
        (format!("client_secret = {{ env = \"{SECRET_VARIABLE}\" }}"), SECRET_VARIABLE, SECRET.to_owned()),
        (format!("client_secret = {}", toml_edit::Value::from(SECRET)), "UNUSED", SECRET.to_owned()),
        (format!("access_token = {{ env = \"{SECRET_VARIABLE}\" }}"), SECRET_VARIABLE, served.issue()),
    ] {
        let user = User::new();
        user.configure(&profile("emea", &served.api(), &served.token(), &source));
        let log = user.folder().join("vipmp.log");
        let log_text = log.to_str().expect("text");
        let pty = user.start(
            &["--log-file", log_text],
            &[(variable, &secret), ("VIPMP_LOG", "trace"), ("SSH_TTY", "/dev/pts/9")],
        );
        pty.wait_for_text(" of 55 ");
        if source.starts_with("client_secret") {
            pty.wait_for_text("There is no keyring here");
            pty.send("y");
            pty.wait_for_text("Access tokens are kept in a file");
        }
        look_around(&pty);
        assert_quits(&pty);
        // The issued token stands in its file, from which the test learns it.
        let issued = std::fs::read_to_string(user.folder().join("data/secrets/emea.issued-token")).ok();
        let issued = issued.map(|text| {
            let kept: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            kept["access_token"].as_str().expect("a token").to_owned()
        });
        assert_eq!(issued.is_some(), source.starts_with("client_secret"));
        let secrets: Vec<&str> = issued.iter().map(String::as_str).chain([secret.as_str()]).collect();
        assert_nowhere("what was written to the terminal", &pty.raw(), &secrets);
        let log = std::fs::read(&log).expect("a log");
        assert!(String::from_utf8_lossy(&log).contains("/customers?status=1000"), "the log says something");
        assert_nowhere("the log", &log, &secrets);
        if !source.starts_with("client_secret = \"") {
            assert_not_in_files(user.folder(), &secrets);
        }
    }
}

#[test]
fn no_error_and_no_report_holds_a_secret() {
    let served = Served::start();
    let user = User::new();
    let wrong = "wr0ng/S3cret+that is refused&";
    user.configure(&with_secret_in(&served, "emea"));
    let pty = user.start(&[], &[(SECRET_VARIABLE, wrong)]);
    pty.wait_for_text("[p] profiles");
    pty.send("i");
    pty.wait_for_text("Request headers");
    pty.send("y");
    pty.wait_for(|screen| screen.contains("curl") || screen.contains("clipboard"), "what became of the copy");
    close(&pty);
    assert_quits(&pty);
    assert_nowhere("what was written to the terminal", &pty.raw(), &[wrong]);

    user.configure(&profile(
        "emea",
        &served.api(),
        &served.token(),
        "access_token = { env = \"TEST_SECRET\" }",
    ));
    let pty = user.start(&[], &[(SECRET_VARIABLE, BROUGHT)]);
    pty.wait_for_text("provide a new one");
    assert_quits(&pty);
    assert_nowhere("what was written to the terminal", &pty.raw(), &[BROUGHT]);

    if cfg!(debug_assertions) {
        user.configure(&with_secret_in(&served, "emea"));
        for place in ["draw", "task"] {
            let env = [(SECRET_VARIABLE, SECRET), ("VIPMP_FORCE_PANIC", place), ("RUST_BACKTRACE", "full")];
            let pty = user.start(&[], &env);
            if place == "draw" {
                assert_eq!(pty.wait_exit().exit_code(), 101);
            } else {
                pty.wait_for_text("orced in a task");
                assert_quits(&pty);
            }
            assert_nowhere("the report of a fault", &pty.raw(), &[SECRET]);
        }
    }
}

#[test]
fn no_command_prints_a_secret() {
    let served = Served::start();
    let user = User::new();
    user.configure(&with_secret_in(&served, "emea"));
    let run = |args: &[&str], env: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vipmp"));
        command.args(args).env_clear().stdin(Stdio::null());
        command.env("HOME", user.folder()).env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
        command.env("VIPMP_CONFIG_DIR", user.folder().join("config")).env("VIPMP_LOG", "trace");
        command.envs(env.iter().copied());
        let output = command.output().expect("it runs");
        let text = [output.stdout, output.stderr].concat();
        assert!(!text.is_empty(), "{args:?}");
        (args.join(" "), text)
    };
    let log = user.folder().join("commands.log");
    let log = log.to_str().expect("text");
    for (args, variable) in [
        (&["profile", "list"][..], SECRET_VARIABLE),
        (&["profile", "list", "--json"], SECRET_VARIABLE),
        (&["profile", "test", "--log-file", log], SECRET_VARIABLE),
        (&["profile", "test", "--json"], SECRET_VARIABLE),
        (&["doctor", "--log-file", log], SECRET_VARIABLE),
        (&["doctor", "--json"], SECRET_VARIABLE),
        (&["profile", "test"], "VIPMP_ACCESS_TOKEN"),
        (&["doctor"], "VIPMP_ACCESS_TOKEN"),
        (&["profile", "remove", "emea", "--yes"], SECRET_VARIABLE),
    ] {
        for secret in [SECRET, BROUGHT] {
            if args.contains(&"remove") && secret == BROUGHT {
                continue;
            }
            let (place, text) = run(args, &[(variable, secret)]);
            assert_nowhere(&place, &text, &[secret]);
        }
    }
    assert_not_in_files(user.folder(), &[SECRET, BROUGHT]);
}
