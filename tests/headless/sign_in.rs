//! Every way to sign in: each source of the secret, and each place to store it.

use crate::{
    served::{SECRET, Served},
    stage::{Stage, add, profile},
};

/// Tests the profile `a` and checks that it works.
#[track_caller]
fn assert_works(stage: &Stage) {
    let run = stage.run(["profile", "test", "a"]).exits_with(0);
    run.prints(&["ok      Token", "ok      Ping", "ok      First page", "active customers"]);
}

#[test]
fn a_secret_from_standard_input_is_stored_in_a_private_file() {
    let (stage, served) = (Stage::new(), Served::start());
    let run = stage
        .run_with(&format!("{SECRET}\n"), add("a", &served, &["--client-secret-stdin", "--keep", "file"]))
        .exits_with(0)
        .prints_nothing();
    run.warns(&["Token", "Ping", "First page", "Profile a added and set as the default."]);
    assert_eq!(std::fs::read_to_string(stage.kept("a.client-secret")).unwrap(), SECRET);
    assert!(stage.text().contains("a.client-secret") && !stage.text().contains(SECRET), "{}", stage.text());
    assert_works(&stage);
    stage.assert_private();
}

#[test]
fn a_secret_can_be_in_a_variable() {
    let (stage, served) = (Stage::new().with("EMEA_SECRET", SECRET), Served::start());
    stage.run(add("a", &served, &["--secret-env", "EMEA_SECRET"])).exits_with(0).warns(&["Profile a added"]);
    assert!(stage.text().contains("client_secret = { env = \"EMEA_SECRET\" }"), "{}", stage.text());
    assert_works(&stage);
    let elsewhere = Stage::new();
    elsewhere.write(elsewhere.config(), &stage.text());
    let run = elsewhere.run(["profile", "test"]).exits_with(3).prints(&["failed  Token"]);
    run.warns(&[
        "The environment variable EMEA_SECRET",
        "of a, is not set",
        "Set it before you start vipmp.",
    ]);
}

#[test]
fn a_secret_can_be_in_the_users_own_file() {
    let (stage, served) = (Stage::new(), Served::start());
    stage.write(stage.path("mine/secret"), &format!("{SECRET}\n"));
    stage.run(add("a", &served, &["--secret-file", "mine/secret"])).exits_with(0).warns(&["Profile a added"]);
    let full = stage.path("mine/secret").display().to_string();
    assert!(stage.text().contains(&full), "found from other folders too: {}", stage.text());
    assert_works(&stage);
    stage.run(["profile", "remove", "a", "--yes"]).exits_with(0);
    assert!(stage.path("mine/secret").exists(), "it is not the program's to remove");
}

#[test]
fn a_secret_can_be_the_output_of_a_program() {
    let (stage, served) = (Stage::new(), Served::start());
    stage.write(stage.path("vault.txt"), SECRET);
    let path = stage.path("vault.txt").display().to_string();
    stage
        .run(add("a", &served, &["--secret-command", "cat", &path]))
        .exits_with(0)
        .warns(&["Profile a added"]);
    assert!(stage.text().contains("client_secret = { command = [\"cat\", "), "{}", stage.text());
    assert_works(&stage);
    std::fs::remove_file(&path).unwrap();
    let run = stage.run(["profile", "test", "a"]).exits_with(3);
    run.warns(&["The command cat failed with exit code 1", "Run the command in a terminal"]);
}

#[test]
fn the_arguments_of_a_program_can_start_with_a_hyphen() {
    let (stage, served) = (Stage::new(), Served::start());
    stage.write(stage.path("vault.txt"), SECRET);
    let script = format!("--secret-command=cat '{}'", stage.path("vault.txt").display());
    let words = ["--secret-command=sh", "--secret-command=-c", script.as_str()];
    stage.run(add("a", &served, &words)).exits_with(0).warns(&["Profile a added"]);
    assert_works(&stage);
}

#[test]
fn a_secret_in_the_configuration_works() {
    let (stage, served) = (Stage::new(), Served::start());
    stage.write(stage.config(), &profile("a", &served, &format!("client_secret = \"{SECRET}\"")));
    assert_works(&stage);
    let list = stage.run(["profile", "list"]).exits_with(0);
    list.prints(&["client secret (config.toml)"]);
}

#[test]
fn an_external_token_is_stored_in_a_file_and_needs_no_token_service() {
    let served = Served::start();
    let token = served.issue();
    let stage = Stage::new().hiding(&token);
    let api = served.api();
    let words = ["profile", "add", "a", "--environment", "custom", "--api-url", &api, "--reseller-id"];
    let rest = [crate::served::RESELLER, "--client-id", crate::served::CLIENT_ID, "--access-token-stdin"];
    let words = words.iter().chain(&rest).chain(&["--keep", "file"]);
    stage.run_with(&token, words).exits_with(0).warns(&["Profile a added"]);
    assert_eq!(std::fs::read_to_string(stage.kept("a.access-token")).unwrap(), token);
    assert!(stage.text().contains("access_token = { file = "), "{}", stage.text());
    assert_works(&stage);
    stage.assert_private();
}

#[test]
fn an_external_token_can_be_in_a_variable_a_file_or_the_output_of_a_program() {
    let served = Served::start();
    let token = served.issue();
    let stage = Stage::new().hiding(&token).with("TOKEN", &token);
    stage.write(stage.path("token"), &token);
    let path = stage.path("token").display().to_string();
    for (name, source) in [
        ("env", &["--secret-env", "TOKEN", "--access-token"][..]),
        ("file", &["--secret-file", &path, "--access-token"]),
        ("command", &["--access-token", "--secret-command", "cat", &path]),
    ] {
        stage.run(add(name, &served, source)).exits_with(0).warns(&[&format!("Profile {name} added")]);
        assert!(stage.text().contains(&format!("access_token = {{ {name} = ")), "{}", stage.text());
        stage.run(["profile", "test", name]).exits_with(0).prints(&["ok      First page"]);
    }
    assert!(!stage.text().contains("client_secret"), "{}", stage.text());
}

#[test]
fn a_token_in_the_environment_replaces_the_secret_for_one_run() {
    let served = Served::start();
    let token = served.issue();
    let stage = Stage::new().hiding(&token);
    stage.write(stage.config(), &profile("a", &served, "client_secret = { env = \"NOT_SET\" }"));
    stage.run(["profile", "test"]).exits_with(3);
    let stage = stage.with("VIPMP_ACCESS_TOKEN", &token);
    stage.run(["profile", "test"]).exits_with(0).prints(&["ok      First page"]);
    stage.run(["doctor"]).exits_with(0).prints(&["ok       First page"]);
    let ended = "tok-that-has-ended-0123";
    let stage = stage.hiding(ended).with("VIPMP_ACCESS_TOKEN", ended);
    let run = stage.run(["profile", "test"]).exits_with(3);
    run.warns(&["401 The access token was not accepted (4116)", "provide a new one"]);
    assert_eq!(stage.files(), [stage.config()], "it is kept nowhere");
}

#[test]
fn without_keyring_and_terminal_nothing_is_saved_and_a_hint_is_printed() {
    let (stage, served) = (Stage::new(), Served::start());
    let run =
        stage.run_with(SECRET, add("a", &served, &["--client-secret-stdin"])).exits_with(1).prints_nothing();
    run.warns(&[
        "cannot be stored in the keyring: no keyring is available",
        "Nothing was saved",
        "--keep file",
    ]);
    assert!(!stage.config().exists() && !stage.kept("a.client-secret").exists(), "{:?}", stage.files());
}

#[test]
fn without_keyring_and_terminal_tokens_stay_in_memory_with_a_note() {
    let (stage, served) = (Stage::new().with("S", SECRET), Served::start());
    stage.write(stage.config(), &profile("a", &served, "client_secret = { env = \"S\" }"));
    let message = "No keyring is available, so the access token is forgotten when this command exits.";
    stage.run(["profile", "test"]).exits_with(0).warns(&[message]);
    stage.run(["doctor"]).exits_with(0).warns(&[message]);
    stage.run(["doctor", "--json"]).exits_with(0).warns(&[message]);
    assert!(!stage.kept("a.issued-token").exists());
}

#[test]
fn tokens_are_stored_in_a_file_if_the_user_has_agreed() {
    let (stage, served) = (Stage::new().with("S", SECRET), Served::start());
    stage.write(stage.config(), &profile("a", &served, "client_secret = { env = \"S\" }"));
    stage.write(stage.path(".local/share/vipmp/state.json"), r#"{"version": 1, "tokens_in_files": true}"#);
    let run = stage.run(["doctor", "--json"]).exits_with(0);
    assert_eq!(run.err, "");
    let kept = std::fs::read_to_string(stage.kept("a.issued-token")).unwrap();
    stage.run(["profile", "test"]).exits_with(0);
    let again = std::fs::read_to_string(stage.kept("a.issued-token")).unwrap();
    assert_eq!(kept, again, "one token for both");
    stage.assert_private();
    stage.run(["profile", "remove", "a", "--yes"]).exits_with(0);
    assert!(!stage.kept("a.issued-token").exists());
}
