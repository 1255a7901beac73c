//! Tests of changing, renaming and removing profiles.

use std::{fs, path::PathBuf};

use crate::{
    served::{RESELLER, SECRET, Served},
    stage::{Stage, add, profile},
};

#[test]
fn a_renamed_profile_keeps_its_secret_its_view_and_the_default() {
    let (stage, served) = (Stage::new(), Served::start());
    stage.add("emea", &served);
    let memory = stage.path(".local/share/vipmp/state.json");
    let used = r#"{"version": 1, "profiles": {"emea": {"last_used": "2026-11-23T10:00:00Z"}}}"#;
    stage.write(&memory, used);
    stage
        .run(["profile", "edit", "emea", "--rename", "north"])
        .exits_with(0)
        .warns(&["Profile north changed."]);
    assert!(!stage.kept("emea.client-secret").exists());
    assert_eq!(fs::read_to_string(stage.kept("north.client-secret")).unwrap(), SECRET);
    stage.run(["profile", "test"]).exits_with(0).prints(&["ok      First page"]);
    let list = stage.run(["profile", "list", "--json"]).exits_with(0).json();
    assert_eq!(list[0]["name"], "north");
    assert_eq!((&list[0]["default"], &list[0]["last_used"]), (&true.into(), &"2026-11-23".into()));
    stage.assert_private();
}

#[test]
fn a_taken_or_invalid_name_is_refused() {
    let (stage, served) = (Stage::new().with("S", SECRET), Served::start());
    let source = "client_secret = { env = \"S\" }";
    let text = profile("a", &served, source) + &profile("b", &served, source);
    stage.write(stage.config(), &text);
    let again = stage.run(add("a", &served, &["--secret-env", "S"])).exits_with(2);
    again.warns(&["profile a already exists: change it with `vipmp profile edit a`"]);
    stage
        .run(["profile", "edit", "a", "--rename", "b"])
        .exits_with(2)
        .warns(&["profile b already exists: choose another name"]);
    stage.run(["profile", "edit", "a", "--rename", "../b"]).exits_with(2).warns(&["a name has letters"]);
    stage
        .run(["profile", "edit", "a", "--rename", "demo"])
        .exits_with(2)
        .warns(&["demo is the name of the demo"]);
    assert_eq!(stage.text(), text);
}

#[test]
fn an_edit_keeps_the_other_settings() {
    let (stage, served) = (Stage::new().with("S", SECRET), Served::start());
    stage.add("a", &served);
    stage.run(["profile", "edit", "a", "--reseller-id", "1000000001"]).exits_with(4).warns(&["No reseller"]);
    assert!(stage.text().contains(RESELLER), "nothing is saved that does not work: {}", stage.text());
    stage.run(["profile", "edit", "a", "--reseller-id", "1000000001", "--no-test"]).exits_with(0);
    let expected = format!("reseller_id = \"1000000001\"\nclient_id = \"{}\"\n", crate::served::CLIENT_ID);
    assert!(stage.text().contains(&expected), "{}", stage.text());
    stage.run(["profile", "edit", "a", "--reseller-id", RESELLER, "--secret-env", "S"]).exits_with(0);
    assert!(stage.text().contains("client_secret = { env = \"S\" }"), "{}", stage.text());
    assert!(!stage.kept("a.client-secret").exists(), "an unused secret is not left behind");
}

#[test]
fn an_edit_with_a_wrong_secret_keeps_the_right_one() {
    let (stage, served) = (Stage::new().hiding("wr0ng-s3cr3t"), Served::start());
    stage.add("a", &served);
    let words = ["profile", "edit", "a", "--client-secret-stdin", "--keep", "file"];
    stage.run_with("wr0ng-s3cr3t", words).exits_with(3).warns(&["of profile a"]);
    assert_eq!(fs::read_to_string(stage.kept("a.client-secret")).unwrap(), SECRET);
    stage.run(["profile", "test"]).exits_with(0);
}

#[test]
fn keep_without_a_secret_is_refused() {
    let (stage, served) = (Stage::new().with("S", SECRET), Served::start());
    stage.write(stage.config(), &profile("a", &served, "client_secret = { env = \"S\" }"));
    let before = stage.text();
    let run = stage.run(["profile", "edit", "a", "--keep", "file"]).exits_with(2);
    run.warns(&["--keep works only with a typed or piped secret: --client-secret-stdin"]);
    let words = ["profile", "edit", "a", "--secret-env", "S", "--keep", "file"];
    stage.run(words).exits_with(2).warns(&["--keep works only with a typed or piped secret"]);
    assert_eq!(stage.text(), before);
}

#[test]
fn a_secret_can_be_moved_out_of_the_configuration() {
    let (stage, served) = (Stage::new(), Served::start());
    let literal = format!("client_secret = \"{SECRET}\" # not here");
    stage.write(stage.config(), &profile("a", &served, &literal));
    let warned = stage.run(["profile", "list"]).exits_with(0);
    warned.warns(&[
        "contains the secret of a.",
        "Use `vipmp profile edit a --keep keyring` to move it to the keyring.",
    ]);
    let none = stage.run(["profile", "edit", "a", "--keep", "keyring"]).exits_with(1);
    none.warns(&["cannot be stored in the keyring", "Nothing was saved"]);
    assert!(stage.text().contains(SECRET), "it is not lost: {}", stage.text());
    stage.run(["profile", "edit", "a", "--keep", "file"]).exits_with(0).warns(&["Profile a changed."]);
    assert!(!stage.text().contains(SECRET), "{}", stage.text());
    assert_eq!(fs::read_to_string(stage.kept("a.client-secret")).unwrap(), SECRET);
    let list = stage.run(["profile", "test"]).exits_with(0);
    assert!(!list.err.contains("contains the secret of"), "{list:#?}");
}

#[test]
fn a_profile_is_removed_with_its_secret_and_state() {
    let (stage, served) = (Stage::new(), Served::start());
    stage.add("a", &served);
    let memory = stage.path(".local/share/vipmp/state.json");
    stage.write(&memory, r#"{"version": 1, "profiles": {"a": {"last_used": "2026-11-23T10:00:00Z"}}}"#);
    let asked = stage.run(["profile", "remove", "a"]).exits_with(2).prints_nothing();
    asked.warns(&["removing a profile needs a confirmation: add --yes"]);
    assert!(stage.kept("a.client-secret").exists() && stage.text().contains("[profiles.a]"));
    stage
        .run(["profile", "remove", "a", "--yes"])
        .exits_with(0)
        .prints_nothing()
        .warns(&["Profile a removed."]);
    assert!(!stage.kept("a.client-secret").exists());
    assert_eq!(stage.text().trim(), "");
    assert!(!fs::read_to_string(&memory).unwrap().contains("2026-11-23"));
    stage.run(["profile", "remove", "a", "--yes"]).exits_with(4).warns(&["there is no profile a"]);
}

#[test]
fn the_first_profile_is_the_default_and_others_on_request() {
    let (stage, served) = (Stage::new().with("S", SECRET), Served::start());
    let added = |name: &str, more: &[&str]| {
        let words = [&["--secret-env", "S", "--no-test"], more].concat();
        stage.run(add(name, &served, &words)).exits_with(0).err
    };
    assert!(added("a", &[]).contains("set as the default"));
    assert!(!added("b", &[]).contains("set as the default"));
    assert!(stage.text().starts_with("default_profile = \"a\"\n"), "{}", stage.text());
    assert!(added("c", &["--default"]).contains("set as the default"));
    assert!(stage.text().starts_with("default_profile = \"c\"\n"), "{}", stage.text());
    stage.run(["profile", "use", "demo"]).exits_with(0);
    assert!(stage.text().starts_with("default_profile = \"demo\"\n"), "{}", stage.text());
    stage.run(["doctor"]).exits_with(0).prints(&["Profile          the demo"]);
}

#[test]
fn without_a_test_no_request_is_sent() {
    let (stage, mut served) = (Stage::new(), Served::start());
    served.end(rustix::process::Signal::KILL);
    let run = stage.run(add("a", &served, &["--secret-env", "NOT_SET", "--no-test"])).exits_with(0);
    assert!(!run.err.contains("Token"), "{run:#?}");
    stage.run(["profile", "edit", "a", "--reseller-id", "1", "--no-test"]).exits_with(0);
}

#[test]
fn a_path_in_the_home_folder_keeps_its_tilde() {
    let (stage, served) = (Stage::new(), Served::start());
    stage.write(stage.path("mine/secret"), SECRET);
    stage.run(add("a", &served, &["--secret-file=~/mine/secret"])).exits_with(0);
    assert!(stage.text().contains("{ file = \"~/mine/secret\" }"), "{}", stage.text());
}

#[test]
fn replacing_an_external_token_by_a_secret_needs_a_token_url() {
    let served = Served::start();
    let token = served.issue();
    let stage = Stage::new().hiding(&token).with("T", &token).with("S", SECRET);
    let text = profile("a", &served, "access_token = { env = \"T\" }");
    let without: Vec<&str> = text.lines().filter(|line| !line.starts_with("token_url")).collect();
    stage.write(stage.config(), &without.join("\n"));
    stage.run(["profile", "edit", "a", "--reseller-id", RESELLER]).exits_with(0);
    assert!(!stage.text().contains("token_url"), "{}", stage.text());
    let edit = ["profile", "edit", "a", "--secret-env", "S"];
    stage.run(edit).exits_with(2).warns(&["--token-url is missing"]);
    stage.run(edit.iter().chain(&["--token-url", &served.token()])).exits_with(0);
    assert_eq!(stage.files().iter().filter(|path| path.ends_with("config.toml")).count(), 1);
    assert!(
        stage.text().contains("token_url = ") && !stage.text().contains("access_token"),
        "{}",
        stage.text()
    );
}

#[test]
fn no_temporary_file_stays_behind() {
    let (stage, served) = (Stage::new(), Served::start());
    stage.add("a", &served);
    stage.run(["profile", "edit", "a", "--rename", "b"]).exits_with(0);
    stage.run(["profile", "remove", "b", "--yes"]).exits_with(0);
    let left: Vec<PathBuf> =
        stage.files().into_iter().filter(|path| path.to_string_lossy().ends_with("tmp")).collect();
    assert_eq!(left, Vec::<PathBuf>::new());
}
