//! Fictional customers are never printed in place of real ones: the demo is used automatically only if nothing is
//! configured or named.

use std::{fs, os::unix::fs::symlink};

use crate::{
    served::{SECRET, Served},
    stage::{Run, Stage, profile},
};

const NOTE: &str = "vipmp: no profile is configured, so this is fictional demo data. Add your own with: vipmp profile add NAME\n";

/// Every command that reads customers or resellers, in several formats.
const READERS: [&[&str]; 8] = [
    &["list"],
    &["list", "--json", "--all"],
    &["list", "--output", "csv", "--status", "all"],
    &["show", "1006500792"],
    &["show", "1006500792", "--json"],
    &["export", "out.csv"],
    &["resellers"],
    &["resellers", "--output", "jsonl"],
];

/// Checks that no command prints or writes a row, and that each prints the reason once, with a hint.
#[track_caller]
fn assert_refused(stage: &Stage, options: &[&str], why: &str) {
    for words in READERS {
        let run = stage.run([words, options].concat()).exits_with(2).prints_nothing().warns(&[why, "--demo"]);
        assert_eq!(run.err.matches(why).count(), 1, "once: {run:#?}");
        assert!(!stage.path("out.csv").exists() && !stage.path("out.csv.partial").exists(), "{run:#?}");
    }
    let empty = stage.run_with("", [&["show", "-", "--json"], options].concat());
    empty.exits_with(2).prints_nothing().warns(&[why]);
    let demo = stage.run([&["list", "--demo", "--limit", "1", "--json"], options].concat()).exits_with(0);
    assert_eq!(demo.json().as_array().unwrap().len(), 1, "it was asked for");
    // Commands that help to fix it, and those that read no configuration, still work.
    stage.run([&["profile", "list"], options].concat());
    stage.run([&["doctor", "--json"], options].concat()).exits_with(1).json();
    stage.run([&["man"], options].concat()).exits_with(0);
    stage.run([&["completions", "bash"], options].concat()).exits_with(0);
    stage.run([&["serve", "--openapi"], options].concat()).exits_with(0);
}

/// Returns a stage with these bytes as its configuration.
fn with_config(bytes: &[u8]) -> Stage {
    let stage = Stage::new();
    stage.write(stage.config(), "");
    fs::write(stage.config(), bytes).unwrap();
    stage
}

fn utf_16(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

#[test]
fn without_a_configuration_the_demo_is_used_with_a_note() {
    let stage = Stage::new();
    for words in [
        &["list", "--limit", "9999", "--json"][..],
        &["resellers", "--output", "csv"],
        &["export", "out.csv", "--quiet"],
    ] {
        assert_eq!(stage.run(words).exits_with(0).err, NOTE, "{words:?}");
    }
    for text in ["", "\u{feff}\n", "# [profiles.a]\n", "[ui]\nmouse = false\n", "[profiles]\n"] {
        stage.write(stage.config(), text);
        assert_eq!(stage.run(["list", "--all", "--json"]).exits_with(0).err, NOTE, "{text:?}");
        assert_eq!(stage.run(["list", "--all", "--json", "--demo"]).exits_with(0).err, "", "{text:?}");
    }
    stage.write(stage.config(), "[ui]\npage_szie = 7\n");
    let run =
        stage.run(["list", "--all", "--json"]).exits_with(0).warns(&["ui.page_szie: unknown key", NOTE]);
    assert_eq!(run.err.lines().count(), 2, "{run:#?}");
    stage.run(["profile", "test"]).exits_with(0).warns(&[NOTE]);
}

#[test]
fn a_demo_chosen_by_a_variable_or_setting_is_mentioned_too() {
    let stage = Stage::new();
    stage.write(stage.config(), "default_profile = 'demo'\n");
    let run = stage.run(["resellers"]).exits_with(0);
    assert_eq!(run.err, "vipmp: default_profile is set to demo, so this is fictional demo data.\n");
    let stage = Stage::new().with("VIPMP_PROFILE", "demo");
    let run = stage.run(["resellers"]).exits_with(0);
    assert_eq!(run.err, "vipmp: VIPMP_PROFILE is set to demo, so this is fictional demo data.\n");
}

#[test]
fn an_unsupported_encoding_does_not_lead_to_the_demo() {
    let text = "# Zürich\n[profiles.a]\nreseller_id = '1'\nclient_id = 'c'\nclient_secret = { env = 'S' }\n";
    let latin_1: Vec<u8> = text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    for bytes in [latin_1, utf_16(text)] {
        assert_refused(&with_config(&bytes), &[], "config.toml: cannot be read: it is not UTF-8 text");
    }
    let no_mark = &utf_16(&text.replace('ü', "u"))[2..];
    with_config(no_mark).run(["list"]).exits_with(2).prints_nothing().warns(&["no profile can be used: "]);
}

#[test]
fn a_configuration_that_is_not_a_file_does_not_lead_to_the_demo() {
    let stage = Stage::new();
    fs::create_dir_all(stage.config()).unwrap();
    assert_refused(&stage, &[], "config.toml: cannot be read: ");
    let large = with_config("# ".repeat(600_000).as_bytes());
    large.run(["list"]).exits_with(2).prints_nothing().warns(&["it is larger than 1 MiB"]);
}

#[test]
fn a_dangling_link_does_not_lead_to_the_demo() {
    let stage = Stage::new();
    fs::create_dir_all(stage.path(".config")).unwrap();
    symlink(stage.path("dotfiles"), stage.path(".config/vipmp")).unwrap();
    assert_refused(&stage, &[], "dotfiles, which does not exist");
    // Once the link works, the configuration is empty.
    fs::create_dir(stage.path("dotfiles")).unwrap();
    stage.run(["list"]).exits_with(0).warns(&[NOTE]);
}

#[test]
fn a_missing_named_configuration_does_not_lead_to_the_demo() {
    let stage = Stage::new();
    let place = stage.path("x.toml").display().to_string();
    assert_refused(&stage, &["--config", "x.toml"], &format!("{place} does not exist (named by --config)"));
    stage.write("x.toml", "[ui]\nmouse = false\n");
    assert_refused(&stage, &["--config", "x.toml"], &format!("{place} has no profile (named by --config)"));
    let folder = stage.path("nowhere").display().to_string();
    let why = format!("{folder}/config.toml does not exist (named by VIPMP_CONFIG_DIR)");
    let stage = stage.with("VIPMP_CONFIG_DIR", &*folder);
    assert_refused(&stage, &[], &why);
    fs::create_dir(&folder).unwrap();
    assert_refused(&stage, &[], &why);
    stage.run(["list", "--profile", "a"]).exits_with(2).prints_nothing().warns(&[&why]);
}

#[test]
fn a_mistake_that_hides_the_profiles_does_not_lead_to_the_demo() {
    for (text, why) in [
        ("[profile.x]\nreseller_id = '1'\n", "config.toml:1:2: profile: unknown key, did you mean profiles?"),
        ("[ui]\nmouse = = true\n", "config.toml:2:9: "),
        ("[profiles.x\nreseller_id = '1'\n", "config.toml:1:12: "),
        (
            "default_profile = 'x'\n",
            "config.toml:1:19: default_profile: there is no profile \"x\" in this file",
        ),
    ] {
        assert_refused(&with_config(text.as_bytes()), &[], why);
    }
}

#[test]
fn an_unusable_profile_is_reported_with_all_reasons() {
    let text = "[profiles.bad]\nreseler_id = '1'\nclient_id = 7.5\n";
    let stage = with_config(text.as_bytes());
    assert_refused(&stage, &[], "profile bad cannot be used: ");
    for options in [&[][..], &["--profile", "bad"]] {
        let run = stage.run([&["list"], options].concat()).exits_with(2);
        let run = run.warns(&["config.toml:1:11: ", "reseller_id and client_secret are missing"]);
        let run = run.warns(&["config.toml:2:1: ", "did you mean reseller_id?", "config.toml:3:13: "]);
        assert_eq!(run.err.lines().count(), 2, "the reasons and what to do: {run:#?}");
    }
    let default = with_config(format!("default_profile = 'bad'\n{text}").as_bytes());
    assert_refused(&default, &[], "profile bad cannot be used: ");
}

/// Returns a stage with a profile and harmless mistakes beside it.
fn with_slips(served: &Served) -> Stage {
    let stage = Stage::new().with("S", SECRET);
    let works = profile("works", served, "client_secret = { env = \"S\" }");
    let text = format!("[ui]\npage_szie = 7\n[keys]\nnext-rwo = 'j'\n{works}note = 'mine'\n");
    stage.write(stage.config(), &text);
    stage
}

#[track_caller]
fn assert_warned(run: Run) {
    let slips = [
        "ui.page_szie: unknown key, did you mean page_size?",
        "keys.next-rwo: unknown action",
        "works.note: unknown key",
    ];
    let run = run.warns(&slips);
    for slip in slips {
        assert_eq!(run.err.matches(slip).count(), 1, "once: {run:#?}");
        assert!(!run.out.contains(slip), "{run:#?}");
    }
}

#[test]
fn every_command_warns_about_harmless_mistakes() {
    let served = Served::start();
    let stage = with_slips(&served);
    for words in [
        &["list", "--all"][..],
        &["list", "--all", "--json"],
        &["resellers", "--json"],
        &["export", "out.jsonl", "--quiet"],
        &["profile", "test"],
        &["profile", "use", "works"],
        &["profile", "edit", "works", "--secret-env", "S"],
        &["profile", "remove", "works", "--yes"],
    ] {
        assert_warned(stage.run(words).exits_with(0));
    }
    let words = [
        "profile",
        "add",
        "other",
        "--reseller-id",
        "1",
        "--client-id",
        "c",
        "--secret-env",
        "S",
        "--no-test",
    ];
    let run = with_slips(&served)
        .run(words)
        .exits_with(0)
        .warns(&["ui.page_szie: unknown key", "Profile other added"]);
    assert_eq!(run.err.matches("ui.page_szie").count(), 1, "{run:#?}");
}

#[test]
fn a_lost_state_is_reported_if_it_would_decide_the_profile() {
    let served = Served::start();
    let stage = Stage::new().with("S", SECRET);
    let text = |name| profile(name, &served, "client_secret = { env = \"S\" }");
    stage.write(stage.config(), &format!("{}{}", text("a"), text("b")));
    stage.write(".local/share/vipmp/state.json", "{");
    let run = stage.run(["list", "--all", "--json"]).exits_with(0);
    run.warns(&["state.json could not be read", "this is profile a, the first that can be used"]);
}
