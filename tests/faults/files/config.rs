//! A configuration that is not there, not right, or not to be had: it never stops the demo.

use std::fs;

use super::person::{DEMO_ROWS, ESC, Person, ROWS, assert_contains, assert_quits, hide, names, ready};
use crate::support::served::Served;

/// A session on the demo, whatever is configured.
#[track_caller]
fn assert_demo(person: &Person) {
    let pty = person.start(&[]);
    pty.wait_for_text(DEMO_ROWS);
    assert_quits(&pty);
}

/// A session that tells these mistakes, on the demo; they stand on the terminal once more when it has ended.
#[track_caller]
fn assert_demo_with_mistakes(person: &Person, mistakes: &[&str]) {
    let pty = person.start(&[]);
    for mistake in mistakes {
        pty.wait_for_text(mistake);
    }
    pty.send(ESC);
    pty.wait_for(|screen| screen.contains(DEMO_ROWS) && !screen.contains(mistakes[0]), "the demo's rows");
    assert_quits(&pty);
    assert_contains(&pty.screen(), mistakes);
}

#[test]
pub(super) fn missing() {
    let person = Person::new();
    assert_demo(&person);
    let (code, told) = person.run(&["profile", "list"]);
    assert_eq!(code, Some(0));
    assert_contains(&told, &["No profile yet"]);
    for folder in ["config", "data"] {
        assert_eq!(
            names(&person.path(folder)),
            Vec::<String>::new(),
            "nobody asked for anything in {folder}"
        );
    }
}

#[test]
pub(super) fn empty() {
    let person = Person::with_config("");
    assert_demo(&person);
    assert_eq!(person.run(&["profile", "list"]).0, Some(0));
    assert_eq!(fs::read_to_string(person.config()).unwrap(), "");
}

#[test]
pub(super) fn malformed() {
    let text = "[ui]\nmouse = = true\n";
    let person = Person::with_config(text);
    assert_demo_with_mistakes(&person, &["config.toml:2:9"]);
    let (code, told) = person.run(&["profile", "use", "demo"]);
    assert_eq!(code, Some(1));
    assert_contains(&told, &["config.toml has mistakes, so it was not changed: mend them first (line 2: "]);
    assert_eq!(fs::read_to_string(person.config()).unwrap(), text);
}

/// A session with the profile beside these lines, which are mistakes: the mistakes are told, and the profile works.
#[track_caller]
fn assert_used_without(lines: &str, mistakes: &[&str]) {
    let served = Served::start();
    let person = Person::with_profile(&served);
    person.configure(&format!("{lines}\n{}", ready(&served, "a")));
    let pty = person.start(&[]);
    for mistake in mistakes {
        pty.wait_for_text(mistake);
    }
    pty.send(ESC);
    pty.wait_for_text(ROWS);
    assert_quits(&pty);
    assert_contains(&pty.screen(), mistakes);
    let (code, told) = person.run(&["profile", "list"]);
    assert_eq!(code, Some(1));
    assert_contains(&told, mistakes);
    assert_contains(&told, &["a ", "custom"]);
}

#[test]
pub(super) fn unknown_keys() {
    assert_used_without(
        "colour = 'red'\n[ui]\npage_szie = 7\n[keys]\nnext-rwo = 'j'\n[server]\nport = 1",
        &[
            "config.toml:1:1: colour: unknown key",
            "config.toml:3:1: ui.page_szie: unknown key, did you mean page_size?",
            "config.toml:5:1: keys.next-rwo",
            "did you mean next-row?",
            "config.toml:6:2: server: unknown key",
        ],
    );
}

#[test]
pub(super) fn wrong_types() {
    assert_used_without(
        "default_profile = 3\n[ui]\nmouse = 'yes'\npage_size = 'many'\ntheme = ['dark']\n[keys]\nquit = 1.5\n\
         [profiles.b]\nreseller_id = [7]\nclient_id = true\nclient_secret = { env = ['X'] }",
        &[
            "config.toml:1:19: default_profile: ",
            "config.toml:3:9: ui.mouse: ",
            "config.toml:4:13: ui.page_size: ",
            "config.toml:5:9: ui.theme: ",
            "config.toml:7:8: keys.quit: ",
            "profiles.b.reseller_id: ",
            "profiles.b.client_id: ",
            "profiles.b.client_secret",
        ],
    );
}

#[test]
pub(super) fn unreadable() {
    let person = Person::with_config("[ui]\n");
    let why = hide(&person.config());
    assert_demo_with_mistakes(&person, &[&format!("config.toml: cannot be read: {why}")]);
    let (code, told) = person.run(&["profile", "use", "a"]);
    assert_eq!(code, Some(1));
    assert_contains(&told, &["cannot be read", why]);
}

#[test]
pub(super) fn not_text() {
    let bytes = b"[ui]\ntheme = '\xff\xfe\x00'\n";
    let person = Person::with_config(bytes);
    assert_demo_with_mistakes(&person, &["config.toml: cannot be read: it is not UTF-8 text"]);
    assert_eq!(fs::read(person.config()).unwrap(), bytes);
}

#[test]
pub(super) fn too_large() {
    let person = Person::with_config("# ".repeat(600_000));
    assert_demo_with_mistakes(&person, &["config.toml: cannot be read: it is larger than 1 MiB"]);
}

#[test]
pub(super) fn in_an_unwritable_folder() {
    let served = Served::start();
    let person = Person::with_profile(&served);
    let (before, why) = (fs::read(person.config()).unwrap(), person.close("config", "config.toml"));
    let pty = person.start(&[]);
    pty.wait_for_text(ROWS);
    pty.send("p");
    pty.wait_for_text("s start with it");
    pty.send("s");
    pty.wait_for_text(&format!("config.toml cannot be changed: {why}"));
    pty.send(ESC);
    pty.wait_for_text("? help");
    assert_quits(&pty);
    let (code, told) = person.run(&["profile", "use", "a"]);
    assert_eq!(code, Some(1));
    assert_contains(&told, &["config.toml cannot be changed: ", why]);
    assert_eq!(fs::read(person.config()).unwrap(), before);
    person.assert_nothing_left();
}
