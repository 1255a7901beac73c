//! `config.toml`: mistakes are reported, and a change leaves the rest of the file alone.

use std::fs;

use crate::{
    served::{SECRET, Served},
    stage::{Stage, profile},
};

/// Returns a configuration with a misspelt key in `[ui]`, another one in a profile, and a profile that works.
fn with_slips(served: &Served) -> String {
    let works = profile("works", served, "client_secret = { env = \"S\" }");
    format!(
        "[ui]\npage_szie = 7\n\n{works}\n[profiles.slip]\nreseler_id = '1'\nclient_id = 'c'\n\
         client_secret = {{ env = 'S' }}\n"
    )
}

#[test]
fn mistakes_are_reported_with_their_location_and_a_suggestion() {
    let (stage, served) = (Stage::new().with("S", SECRET), Served::start());
    stage.write(stage.config(), &with_slips(&served));
    let file = stage.config().display().to_string();
    let ui = format!("{file}:2:1: ui.page_szie: unknown key, did you mean page_size?");
    let slip = format!("{file}:13:1: profiles.slip.reseler_id: unknown key, did you mean reseller_id?");
    let list = stage.run(["profile", "list"]).exits_with(1).prints(&["works"]);
    assert!(!list.out.contains("slip"), "{list:#?}");
    list.warns(&[&ui, &slip, "profiles.slip: reseller_id is missing"]);
    let json = stage.run(["profile", "list", "--json"]).exits_with(1).warns(&[&ui, &slip]);
    assert_eq!(json.json()[0]["name"], "works");
    stage.run(["doctor", "--profile", "works"]).exits_with(1).prints(&[
        "failed   Configuration",
        &ui,
        &slip,
        "its valid settings apply",
        "ok       First page",
    ]);
    let works = stage.run(["profile", "test", "works"]).exits_with(0).prints(&["ok      First page"]);
    works.warns(&[&ui, &slip]);
    let broken = stage.run(["profile", "test", "slip"]).exits_with(1).prints_nothing();
    let broken = broken.warns(&["profile slip cannot be used: ", "reseller_id is missing", &slip, &ui]);
    assert_eq!(broken.err.matches("did you mean reseller_id?").count(), 1, "once: {broken:#?}");
}

#[test]
fn commands_report_wrong_keys_too() {
    let (stage, served) = (Stage::new().with("S", SECRET), Served::start());
    let works = profile("works", &served, "client_secret = { env = \"S\" }");
    stage.write(stage.config(), &format!("{works}\n[keys]\nnext-rwo = 'j'\n"));
    let message =
        format!("{}:10:1: keys.next-rwo: unknown action, did you mean next-row?", stage.config().display());
    stage.run(["profile", "list"]).exits_with(1).prints(&["works"]).warns(&[&message]);
    stage.run(["profile", "test"]).exits_with(0).warns(&[&message]);
    stage.run(["doctor"]).exits_with(1).prints(&["failed   Configuration", &message, "ok       First page"]);
}

#[test]
fn a_profile_with_mistakes_exists_but_cannot_be_used() {
    let (stage, served) = (Stage::new().with("S", SECRET), Served::start());
    stage.write(stage.config(), &with_slips(&served));
    let before = stage.text();
    for words in [
        &["profile", "edit", "slip", "--reseller-id", "1"][..],
        &["profile", "use", "slip"],
        &["profile", "test", "slip"],
    ] {
        let run = stage.run(words).warns(&["profile slip cannot be used: "]);
        assert_eq!(run.code, Some(1), "{run:#?}");
    }
    assert_eq!(stage.text(), before);
    stage.run(["profile", "remove", "slip", "--yes"]).exits_with(0);
    assert!(!stage.text().contains("slip") && stage.text().contains("page_szie = 7"), "{}", stage.text());
}

#[test]
fn a_file_with_broken_syntax_is_reported_and_never_changed() {
    let (stage, served) = (Stage::new().with("S", SECRET), Served::start());
    let works = profile("works", &served, "client_secret = { env = \"S\" }");
    let text = format!("{works}\n[ui]\nmouse = = true\n");
    stage.write(stage.config(), &text);
    let place = format!("{}:10:9", stage.config().display());
    stage.run(["profile", "list"]).exits_with(1).prints(&["works"]).warns(&[&place]);
    stage.run(["profile", "test", "works"]).exits_with(0).warns(&[&place]);
    stage.run(["doctor"]).exits_with(1).prints(&[&place, "ok       First page"]);
    for words in [
        &["profile", "use", "works"][..],
        &["profile", "remove", "works", "--yes"],
        &["profile", "edit", "works", "--reseller-id", "1000396138"],
    ] {
        stage
            .run(words)
            .exits_with(1)
            .warns(&["has mistakes, so it was not changed. Fix them first (line 10: "]);
    }
    assert_eq!(stage.text(), text);
}

#[test]
fn an_unreadable_file_is_not_reported_as_a_missing_profile() {
    let stage = Stage::new();
    fs::create_dir_all(stage.config()).unwrap();
    let message = format!("{}: cannot be read", stage.config().display());
    stage.run(["profile", "list"]).exits_with(1).warns(&[&message]);
    for words in [&["profile", "test", "a"][..], &["profile", "use", "a"], &["profile", "edit", "a"]] {
        let run = stage.run(words).exits_with(1).warns(&[&message]);
        assert!(!run.err.contains("profile add"), "{run:#?}");
    }
    stage.run(["doctor"]).exits_with(1).prints(&["failed   Configuration", &message]);
}

#[test]
fn a_change_keeps_the_comments_and_the_order_of_the_file() {
    let (stage, served) = (Stage::new().with("S", SECRET), Served::start());
    let text = format!(
        "# mine\ndefault_profile = 'a' # the usual\n\n[ui]\nmouse  =  false # no\n\n# of the north\n{}\n\
         # of the south\n{}\n[keys]\nquit = 'Q' # capital\n",
        profile("a", &served, "client_secret = { env = \"S\" } # from the shell"),
        profile("b", &served, "client_secret = { env = \"S\" }"),
    );
    stage.write(stage.config(), &text);
    stage.run(["profile", "edit", "a", "--secret-env", "S"]).exits_with(0).warns(&["Profile a changed."]);
    assert_eq!(stage.text(), text, "a setting that is already there changes nothing");
    stage.run(["profile", "edit", "a", "--rename", "north", "--no-test"]).exits_with(0);
    let expected = text.replace("'a'", "\"north\"").replace("[profiles.a]", "[profiles.north]");
    assert_eq!(stage.text(), expected);
    stage.run(["profile", "use", "b"]).exits_with(0).warns(&["Profile b is now the default."]);
    assert_eq!(stage.text(), expected.replace("\"north\"", "\"b\""));
    stage.run(["profile", "remove", "north", "--yes"]).exits_with(0).warns(&["Profile north removed."]);
    let left = stage.text();
    assert!(left.contains("# of the south\n[profiles.b]") && !left.contains("profiles.north"), "{left}");
    assert!(left.contains("default_profile = \"b\" # the usual") && left.contains("# capital"), "{left}");
    stage.assert_private();
}

#[test]
fn a_byte_order_mark_and_windows_lines_are_accepted() {
    let (stage, served) = (Stage::new().with("S", SECRET), Served::start());
    let text = profile("a", &served, "client_secret = { env = \"S\" }").replace('\n', "\r\n");
    stage.write(stage.config(), &format!("\u{feff}{text}"));
    stage.run(["profile", "list"]).exits_with(0).prints(&["a ", "custom"]);
    stage.run(["profile", "use", "a"]).exits_with(0);
    stage.run(["profile", "test"]).exits_with(0).prints(&["ok      First page"]);
}

#[test]
fn an_unreadable_state_is_set_aside_and_reported() {
    let (stage, served) = (Stage::new().with("S", SECRET), Served::start());
    stage.write(stage.config(), &profile("a", &served, "client_secret = { env = \"S\" }"));
    let memory = stage.path(".local/share/vipmp/state.json");
    for words in [&["profile", "list"][..], &["profile", "use", "a"]] {
        stage.write(&memory, "{");
        stage.run(words).exits_with(0).warns(&["state.json could not be read. It was renamed to "]);
        assert!(!memory.exists() && memory.with_extension("json.broken").exists());
    }
}
