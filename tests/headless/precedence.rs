//! Precedence: options, then the environment, then the file.

use crate::{
    served::{SECRET, Served},
    stage::{Stage, profile},
};

const TWO: &str = "[profiles.north]\nreseller_id = '1'\nclient_id = 'c'\nclient_secret = { env = 'NOT_SET' }\n\
                   [profiles.south]\nreseller_id = '2'\nclient_id = 'c'\nclient_secret = { env = 'NOT_SET' }\n";

/// Returns the profile that `vipmp profile test` chooses, from the message that its secret is missing.
#[track_caller]
fn chosen(stage: &Stage, words: &[&str]) -> String {
    let run = stage.run(["profile", "test"].iter().chain(words)).exits_with(3);
    let (_, rest) =
        run.err.split_once("which should contain the client secret of ").expect("the profile's name");
    rest.split(',').next().unwrap().to_owned()
}

#[test]
fn options_override_the_environment_which_overrides_the_file() {
    let stage = Stage::new();
    stage.write(stage.config(), &format!("default_profile = 'north'\n{TWO}"));
    assert_eq!(chosen(&stage, &[]), "north");
    let stage = stage.with("VIPMP_PROFILE", "south");
    assert_eq!(chosen(&stage, &[]), "south");
    assert_eq!(chosen(&stage, &["--profile", "north"]), "north");
    assert_eq!(chosen(&stage, &["north"]), "north", "and a name as an argument");
    stage
        .run(["profile", "test", "--demo"])
        .exits_with(0)
        .prints(&["ok      First page", "1,204 active customers"]);
    stage.run(["profile", "test", "--profile", "demo"]).exits_with(0).prints(&["1,204 active customers"]);
    stage.run(["--demo", "doctor"]).exits_with(0).prints(&["Profile          the demo"]);
}

#[test]
fn an_empty_variable_counts_as_unset() {
    let stage = Stage::new().with("VIPMP_PROFILE", "").with("VIPMP_CONFIG_DIR", "");
    let stage = stage.with("VIPMP_DATA_DIR", "").with("VIPMP_ACCESS_TOKEN", " ");
    stage.write(stage.config(), TWO);
    assert_eq!(chosen(&stage, &[]), "north");
}

#[test]
fn an_unknown_profile_in_the_environment_is_reported() {
    let stage = Stage::new().with("VIPMP_PROFILE", "soutj");
    stage.write(stage.config(), TWO);
    stage.run(["profile", "test"]).exits_with(4).warns(&["there is no profile soutj, did you mean south?"]);
}

#[test]
fn the_config_option_overrides_the_config_folder_variable() {
    let stage = Stage::new();
    stage.write(
        stage.config(),
        "[profiles.home]\nreseller_id = '1'\nclient_id = 'c'\nclient_secret = { env = 'X' }\n",
    );
    stage.write(stage.path("work/config.toml"), TWO);
    let name = |stage: &Stage, words: &[&str]| {
        let run = stage.run(["profile", "list", "--json"].iter().chain(words)).exits_with(0);
        run.json()[0]["name"].as_str().unwrap().to_owned()
    };
    assert_eq!(name(&stage, &[]), "home");
    let folder = stage.path("work").display().to_string();
    let stage = stage.with("VIPMP_CONFIG_DIR", folder);
    assert_eq!(name(&stage, &[]), "north");
    assert_eq!(name(&stage, &["--config", ".config/vipmp/config.toml"]), "home");
}

#[test]
fn a_variable_sets_the_folder_of_secrets() {
    let (stage, served) = (Stage::new(), Served::start());
    let data = stage.path("kept here").display().to_string();
    let stage = stage.with("VIPMP_DATA_DIR", data);
    stage.add("a", &served);
    let secret = stage.path("kept here/secrets/a.client-secret");
    assert_eq!(std::fs::read_to_string(&secret).unwrap(), SECRET);
    stage.run(["profile", "test"]).exits_with(0).prints(&["ok      First page"]);
    stage.run(["profile", "remove", "a", "--yes"]).exits_with(0);
    assert!(!secret.exists());
}

#[test]
fn an_external_token_overrides_a_stored_secret() {
    let served = Served::start();
    let ended = "tok-that-has-ended-4567";
    let stage = Stage::new().hiding(ended).with("S", SECRET);
    stage.write(stage.config(), &profile("a", &served, "client_secret = { env = \"S\" }"));
    stage.run(["profile", "test"]).exits_with(0);
    let stage = stage.with("VIPMP_ACCESS_TOKEN", ended);
    stage.run(["profile", "test"]).exits_with(3).warns(&["401 The access token was not accepted"]);
}
