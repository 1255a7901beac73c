//! Failures with their exit codes and messages.

use crate::{
    scripted::Scripted,
    served::{self, CLIENT_ID, RESELLER, SECRET, Served},
    stage::{Run, Stage, add, profile},
};

/// Returns the arguments of `vipmp profile add` for these URLs, with a secret in the variable `S`.
fn add_at(api: &str, token: &str, client_id: &str, reseller: &str) -> Vec<String> {
    let words = ["profile", "add", "a", "--environment", "custom", "--api-url", api, "--token-url", token];
    let ids = ["--client-id", client_id, "--reseller-id", reseller, "--secret-env", "S"];
    words.iter().chain(&ids).map(|word| (*word).to_owned()).collect()
}

/// Checks that nothing was saved.
#[track_caller]
fn assert_nothing_saved(stage: &Stage, run: Run) -> Run {
    assert_eq!(stage.files(), Vec::<std::path::PathBuf>::new());
    run.prints_nothing()
}

#[test]
fn a_wrong_secret_is_a_failed_sign_in() {
    let (stage, served) = (Stage::new().hiding("wr0ng-s3cr3t"), Served::start());
    let words = add("a", &served, &["--client-secret-stdin", "--keep", "file"]);
    let run = assert_nothing_saved(&stage, stage.run_with("wr0ng-s3cr3t", words).exits_with(3));
    run.warns(&["401 The token service did not accept the client ID or the secret", "of profile a"]);
}

#[test]
fn a_wrong_client_id_is_a_failed_sign_in() {
    let (stage, served) = (Stage::new().with("S", SECRET), Served::start());
    let words = add_at(&served.api(), &served.token(), "client-of-another", RESELLER);
    let run = assert_nothing_saved(&stage, stage.run(words).exits_with(3));
    run.warns(&["400 The token service did not accept the client ID or the secret", "of profile a"]);
}

#[test]
fn an_unknown_reseller_is_not_found() {
    let (stage, served) = (Stage::new().with("S", SECRET), Served::start());
    // With tokens in files, the token of an unsaved profile must not stay behind either.
    stage.write(stage.path(".local/share/vipmp/state.json"), r#"{"version": 1, "tokens_in_files": true}"#);
    let before = stage.files();
    let run = stage.run(add_at(&served.api(), &served.token(), CLIENT_ID, "1000000001")).exits_with(4);
    run.prints_nothing().warns(&["404 No reseller 1000000001 for this account (1115)", "Request ID"]);
    assert_eq!(stage.files(), before);
}

#[test]
fn a_server_that_is_down_is_reported() {
    let (stage, mut served) = (Stage::new().with("S", SECRET), Served::start());
    served.end(rustix::process::Signal::KILL);
    let words = add_at(&served.api(), &served.token(), CLIENT_ID, RESELLER);
    let run = assert_nothing_saved(&stage, stage.run(words).exits_with(1));
    run.warns(&["Offline: could not reach", served.port(), "Check the network"]);
}

#[test]
fn an_unexpected_response_of_the_token_service_is_reported() {
    let (stage, served) = (Stage::new().with("S", SECRET), Served::start());
    for (status, kind, body, message) in [
        (200, "text/html", "<html><title>Welcome</title></html>", "not what the token service documents"),
        (200, "application/json", "{}", "not what the token service documents"),
        (200, "application/json", "", "not what the token service documents"),
        (500, "text/plain", "", "500 The token service is unavailable"),
        (500, "application/json", r#"{"error":"server_error"}"#, "500 The token service"),
        (404, "text/html", "<h1>Not Found</h1>", "404 The token URL was not found"),
    ] {
        let service = Scripted::start(status, kind, body);
        let words = add_at(&served.api(), &service.url("/ims/token/v3"), CLIENT_ID, RESELLER);
        let run = stage.run(words).warns(&[message]).prints_nothing();
        assert_eq!(run.code, Some(if status == 404 { 4 } else { 1 }), "{run:#?}");
        assert_eq!(stage.files(), Vec::<std::path::PathBuf>::new());
    }
}

#[test]
fn an_unexpected_response_of_the_api_is_reported() {
    let (stage, served) = (Stage::new().with("S", SECRET), Served::start());
    for (status, body) in [(200, "<html>Log in to the network</html>"), (502, "<html>Bad gateway</html>")] {
        let api = Scripted::start(status, "text/html", body);
        let text = served::profile("a", &api.url("/"), &served.token(), "client_secret = { env = \"S\" }");
        stage.write(stage.config(), &text);
        let run = stage.run(["profile", "test"]).exits_with(1).prints(&["ok      Token", "failed  "]);
        assert!(run.err.contains("gateway") || run.err.contains("unavailable"), "{run:#?}");
    }
}

#[test]
fn missing_and_wrong_options_are_exit_code_2() {
    let stage = Stage::new();
    for (words, message) in [
        (&["profile", "add"][..], "the name of the profile is missing"),
        (&["profile", "add", "a"], "--client-id is missing"),
        (&["profile", "add", "a", "--client-id", "c"], "the source of the secret is missing"),
        (&["profile", "add", "a", "--client-id", "c", "--secret-env", "S"], "--reseller-id is missing"),
        (&["profile", "add", "a", "--environment", "custom", "--client-id", "c"], "--api-url is missing"),
        (
            &["profile", "add", "a", "--api-url", "https://x.example"],
            "--api-url works only with --environment custom",
        ),
        (&["profile", "add", "a b"], "a name has letters"),
        (&["profile", "add", "demo"], "demo is the name of the demo"),
        (&["profile", "add", "a", "--secret-env", "S", "--secret-file", "f"], "cannot be used with"),
        (&["profile", "add", "a", "--client-secret", "x"], "unexpected argument"),
        (
            &["profile", "add", "a", "--client-id", "a b", "--secret-env", "S"],
            "--client-id: an ID consists of letters",
        ),
        (&["profile", "add", "a", "--environment", "staging"], "invalid value"),
        (&["profile", "frobnicate"], "unrecognized subcommand"),
        (&["doctor", "--demo", "--profile", "a"], "cannot be used with"),
    ] {
        let run = stage.run(words).warns(&[message]).prints_nothing();
        assert_eq!(run.code, Some(2), "{run:#?}");
    }
    let custom = ["profile", "add", "a", "--environment", "custom", "--client-id", "c", "--secret-env", "S"];
    let run = stage.run(custom.iter().chain(&["--api-url", "http://api.example.com"])).exits_with(2);
    run.warns(&["--api-url: "]);
    assert_eq!(stage.files(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn a_missing_secret_is_exit_code_2() {
    let (stage, served) = (Stage::new(), Served::start());
    let words = || add("a", &served, &["--client-secret-stdin", "--keep", "file"]);
    for input in ["", " \n"] {
        let run = assert_nothing_saved(&stage, stage.run_with(input, words()).exits_with(2));
        assert_eq!(run.err, "vipmp: no client secret on standard input\n");
    }
    let long = "x".repeat(64 * 1024 + 1);
    let run = assert_nothing_saved(&stage, stage.run_with(&long, words()).exits_with(2));
    run.warns(&["standard input holds more than the client secret: it is larger than 64 KiB"]);
}

#[test]
fn an_unknown_profile_is_exit_code_4_with_a_suggestion() {
    let (stage, served) = (Stage::new(), Served::start());
    let none = stage.run(["profile", "test", "emea"]).exits_with(4);
    none.warns(&["there is no profile emea: create it with `vipmp profile add emea`"]);
    stage.write(stage.config(), &profile("emea-prod", &served, "client_secret = { env = \"S\" }"));
    let before = stage.text();
    for words in [
        &["profile", "test", "emea-pord"][..],
        &["profile", "edit", "emea-pord", "--reseller-id", "1"],
        &["profile", "remove", "emea-pord", "--yes"],
        &["profile", "use", "emea-pord"],
        &["profile", "test", "--profile", "emea-pord"],
    ] {
        let run = stage.run(words).prints_nothing();
        let run = run.warns(&["vipmp: there is no profile emea-pord, did you mean emea-prod?"]);
        assert_eq!(run.code, Some(4), "{words:?} {run:#?}");
    }
    assert_eq!(stage.text(), before);
}

#[test]
fn an_added_profile_is_tested_with_its_own_secret_not_with_a_stored_token() {
    let (stage, served) = (Stage::new().with("S", SECRET), Served::start());
    stage.write(stage.path(".local/share/vipmp/state.json"), r#"{"version": 1, "tokens_in_files": true}"#);
    stage.write(stage.config(), &profile("a", &served, "client_secret = { env = \"S\" }"));
    stage.run(["profile", "test"]).exits_with(0);
    assert!(stage.kept("a.issued-token").exists());
    let before = stage.text();
    let run = stage.run(["profile", "edit", "a", "--secret-env", "NOT_SET"]).exits_with(3);
    run.warns(&["The environment variable NOT_SET"]);
    assert_eq!(stage.text(), before);
}
