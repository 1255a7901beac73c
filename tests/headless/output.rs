//! Data is on standard output, in documented formats; everything else is on standard error.

use serde_json::{Value, json};

use crate::{
    served::{SECRET, Served},
    stage::{Stage, profile},
};

/// Returns a stage with the profiles `a`, which works and is the default, and `b`, whose secret is missing.
fn two(served: &Served) -> Stage {
    let stage = Stage::new().with("S", SECRET);
    let a = profile("a", served, "client_secret = { env = \"S\" }");
    let b = profile("b", served, "access_token = { env = \"NOT_SET\" }");
    stage.write(stage.config(), &format!("default_profile = 'a'\n{a}{b}"));
    stage
}

/// Returns the names and states of the checks in a list of findings.
fn states(findings: &Value) -> Vec<(&str, &str)> {
    let all = findings.as_array().expect("a list").iter();
    all.map(|finding| (finding["check"].as_str().unwrap(), finding["state"].as_str().unwrap())).collect()
}

#[test]
fn profiles_are_listed_as_a_table_with_a_hint_if_there_are_none() {
    let empty = Stage::new();
    let run = empty.run(["profile", "list"]).exits_with(0).warns(&["create one with `vipmp profile add`"]);
    assert!(run.out.starts_with("NAME"), "{run:#?}");
    assert_eq!(empty.run(["profile", "list", "--json"]).exits_with(0).json(), json!([]));
    let served = Served::start();
    let stage = two(&served);
    let run = stage.run(["profile", "list"]).exits_with(0);
    let lines: Vec<&str> = run.out.lines().collect();
    assert!(lines[0].starts_with("NAME  ENVIRONMENT  RESELLER    SIGN-IN"), "{run:#?}");
    assert!(lines[1].starts_with("a *   custom       1000396138  client secret (variable S) "), "{run:#?}");
    assert!(
        lines[2].starts_with("b     custom       1000396138  access token (variable NOT_SET) "),
        "{run:#?}"
    );
    assert_eq!((lines.len(), run.err.as_str()), (3, ""));
}

#[test]
fn the_json_list_has_everything_but_secrets() {
    let served = Served::start();
    let run = two(&served).run(["profile", "list", "--json"]).exits_with(0);
    let expected = json!([
        {
            "name": "a", "environment": "custom", "api_url": served.api(), "reseller_id": "1000396138",
            "sign_in": "client_secret", "secret": "variable S", "default": true, "last_used": null,
        },
        {
            "name": "b", "environment": "custom", "api_url": served.api(), "reseller_id": "1000396138",
            "sign_in": "access_token", "secret": "variable NOT_SET", "default": false, "last_used": null,
        },
    ]);
    assert_eq!((run.json(), run.err.as_str()), (expected, ""));
}

#[test]
fn the_json_test_has_every_step() {
    let served = Served::start();
    let stage = two(&served);
    let good = stage.run(["profile", "test", "--json"]).exits_with(0);
    let findings = good.json();
    assert_eq!(states(&findings), [("token", "ok"), ("ping", "ok"), ("first-page", "ok")]);
    assert!(findings[2]["found"].as_str().unwrap().ends_with("active customers"), "{findings}");
    let bad = stage.run(["profile", "test", "b", "--json"]).exits_with(3);
    let findings = bad.json();
    assert_eq!(states(&findings), [("token", "failed"), ("ping", "skipped"), ("first-page", "skipped")]);
    assert!(findings[0]["found"].as_str().unwrap().contains("NOT_SET"), "{findings}");
    assert_eq!((&findings[0]["todo"], bad.err.as_str()), (&json!("Set it before you start vipmp."), ""));
}

#[test]
fn a_json_failure_has_the_request_id() {
    let served = Served::start();
    let stage = two(&served).with("S", "wr0ng-s3cr3t").hiding("wr0ng-s3cr3t");
    let findings = stage.run(["profile", "test", "--json"]).exits_with(3).json();
    assert_eq!(findings[0]["state"], "failed");
    assert_eq!(findings[0]["request_id"].as_str().map(str::len), Some(36), "{findings}");
}

#[test]
fn the_json_doctor_has_every_check() {
    let served = Served::start();
    let stage = two(&served);
    let findings = stage.run(["doctor", "--json"]).exits_with(0).json();
    let expected = [
        ("configuration", "ok"),
        ("permissions", "ok"),
        ("keyring", "warning"),
        ("portfolio", "skipped"),
        ("profile", "ok"),
        ("proxy", "ok"),
        ("certificates", "skipped"),
        ("names", "ok"),
        ("tls", "ok"),
        ("token", "ok"),
        ("ping", "ok"),
        ("first-page", "ok"),
    ];
    assert_eq!(states(&findings), expected);
    for finding in findings.as_array().unwrap() {
        let keys: Vec<&String> = finding.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["check", "state", "found", "todo", "request_id"]);
        assert!(!finding["found"].as_str().unwrap().is_empty(), "{finding}");
    }
}

#[test]
fn messages_are_never_on_standard_output() {
    let served = Served::start();
    let stage = two(&served);
    for words in [
        &["profile", "edit", "a", "--secret-env", "S"][..],
        &["profile", "use", "b"],
        &["profile", "remove", "b", "--yes"],
        &["profile", "remove", "a"],
        &["profile", "test", "no-such"],
        &["profile", "edit", "a", "--api-url", "ftp://x"],
    ] {
        let run = stage.run(words).prints_nothing();
        assert_ne!(run.err, "", "{words:?} says something");
    }
    for words in [&["--help"][..], &["profile", "add", "--help"], &["doctor", "--help"], &["serve", "--help"]]
    {
        let run = stage.run(words).exits_with(0).prints(&["Usage: vipmp"]);
        assert_eq!(run.err, "");
    }
}

#[test]
fn a_closed_pipe_is_a_success() {
    let served = Served::start();
    let stage = two(&served);
    let program = env!("CARGO_BIN_EXE_vipmp");
    let config = stage.config();
    let script = "\"$0\" --config \"$1\" profile list --json 2>&1 1>&- ; echo \"ended with $?\"";
    let output =
        std::process::Command::new("sh").args(["-c", script, program]).arg(config).env_clear().output();
    let output = output.expect("a shell");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "ended with 0\n");
}
