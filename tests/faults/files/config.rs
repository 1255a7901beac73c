//! Configurations that are missing, wrong or unreadable, none of which prevents the demo.

use std::fs;

use super::user::{DEMO_ROWS, ESC, ROWS, TestUser, assert_contains, assert_quits, hide, names, ready};
use crate::support::served::Served;

/// The header if the demo was started without being requested.
const STANDS_IN: &str = "DEMO   fictional data, not your customers";

/// Checks that a session shows the demo because something is missing, and that commands do not.
#[track_caller]
fn assert_demo(user: &TestUser, why: &str) {
    let pty = user.start(&[]);
    let screen = pty.wait_for_text(DEMO_ROWS);
    assert_contains(&screen, &[STANDS_IN, "Demo data. Press p to add your own profile. ", why]);
    assert_quits(&pty);
    assert_contains(&pty.screen(), &[why]);
    assert_no_demo_in_commands(user, why);
}

/// Checks that commands print no customers of the demo, and say why.
#[track_caller]
fn assert_no_demo_in_commands(user: &TestUser, why: &str) {
    for words in [&["list", "--json"][..], &["show", "1006500792"], &["resellers"]] {
        let (code, told) = user.run(words);
        assert_eq!(code, Some(2), "{words:?}: {told}");
        assert!(told.starts_with("vipmp: "), "{words:?} prints no data: {told}");
        assert_contains(&told, &[why, "--demo"]);
    }
}

/// Checks that a session reports these mistakes and shows the demo, and that they are printed again when it has ended.
#[track_caller]
fn assert_demo_with_mistakes(user: &TestUser, mistakes: &[&str]) {
    let pty = user.start(&[]);
    for mistake in mistakes {
        pty.wait_for_text(mistake);
    }
    pty.send(ESC);
    let is_shown = |screen: &str| screen.contains(DEMO_ROWS) && !screen.contains(mistakes[0]);
    let screen = pty.wait_for(is_shown, "the demo's rows");
    assert_contains(&screen, &[STANDS_IN]);
    assert_quits(&pty);
    assert_contains(&pty.screen(), mistakes);
    assert_no_demo_in_commands(user, mistakes[0]);
}

#[test]
pub(super) fn missing() {
    let user = TestUser::new();
    assert_demo(&user, "config.toml does not exist (named by VIPMP_CONFIG_DIR)");
    let (code, told) = user.run(&["profile", "list"]);
    assert_eq!(code, Some(0));
    assert_contains(&told, &["No profile yet"]);
    for folder in ["config", "data"] {
        assert_eq!(names(&user.path(folder)), Vec::<String>::new(), "nobody asked for anything in {folder}");
    }
}

#[test]
pub(super) fn empty() {
    let user = TestUser::with_config("");
    assert_demo(&user, "config.toml has no profile (named by VIPMP_CONFIG_DIR)");
    assert_eq!(user.run(&["profile", "list"]).0, Some(0));
    assert_eq!(fs::read_to_string(user.config()).unwrap(), "");
}

#[test]
pub(super) fn malformed() {
    let text = "[ui]\nmouse = = true\n";
    let user = TestUser::with_config(text);
    assert_demo_with_mistakes(&user, &["config.toml:2:9"]);
    let (code, told) = user.run(&["profile", "use", "demo"]);
    assert_eq!(code, Some(1));
    assert_contains(&told, &["config.toml has mistakes, so it was not changed. Fix them first (line 2: "]);
    assert_eq!(fs::read_to_string(user.config()).unwrap(), text);
}

#[test]
pub(super) fn misspelt_heading() {
    let user = TestUser::with_config("[profile.a]\nreseller_id = '1'\n");
    assert_demo_with_mistakes(&user, &["config.toml:1:2: profile: unknown key, did you mean profiles?"]);
}

#[test]
pub(super) fn no_usable_profile() {
    let user = TestUser::with_config("[profiles.a]\nreseler_id = '1'\nclient_id = 7.5\n");
    let mistakes = [
        "config.toml:1:11: profiles.a: reseller_id and client_secret are missing",
        "config.toml:2:1: profiles.a.reseler_id: unknown key, did you mean reseller_id?",
        "config.toml:3:13: profiles.a.client_id: must be an ID in quotes",
    ];
    assert_demo_with_mistakes(&user, &mistakes);
    let (_, told) = user.run(&["list"]);
    assert_contains(&told, &mistakes);
    assert_contains(&told, &["profile a cannot be used: "]);
}

#[test]
pub(super) fn missing_default() {
    let served = Served::start();
    let user = TestUser::with_profile(&served);
    user.configure(&format!("default_profile = 'b'\n{}", ready(&served, "a")));
    assert_demo_with_mistakes(&user, &["config.toml:1:19: default_profile: there is no profile \"b\""]);
}

#[test]
pub(super) fn dangling_link() {
    let user = TestUser::new();
    std::os::unix::fs::symlink(user.path("elsewhere.toml"), user.config()).unwrap();
    assert_demo_with_mistakes(&user, &["elsewhere.toml, which does not exist"]);
}

/// Checks that with these wrong lines in the configuration, the mistakes are reported and the profile works.
#[track_caller]
fn assert_used_without(lines: &str, mistakes: &[&str]) {
    let served = Served::start();
    let user = TestUser::with_profile(&served);
    user.configure(&format!("{lines}\n{}", ready(&served, "a")));
    let pty = user.start(&[]);
    for mistake in mistakes {
        pty.wait_for_text(mistake);
    }
    pty.send(ESC);
    pty.wait_for_text(ROWS);
    assert_quits(&pty);
    assert_contains(&pty.screen(), mistakes);
    let (code, told) = user.run(&["profile", "list"]);
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
    let user = TestUser::with_config("[ui]\n");
    let why = hide(&user.config());
    assert_demo_with_mistakes(&user, &[&format!("config.toml: cannot be read: {why}")]);
    let (code, told) = user.run(&["profile", "use", "a"]);
    assert_eq!(code, Some(1));
    assert_contains(&told, &["cannot be read", why]);
}

#[test]
pub(super) fn not_text() {
    let bytes = b"[ui]\ntheme = '\xff\xfe\x00'\n";
    let user = TestUser::with_config(bytes);
    assert_demo_with_mistakes(&user, &["config.toml: cannot be read: it is not UTF-8 text"]);
    assert_eq!(fs::read(user.config()).unwrap(), bytes);
}

#[test]
pub(super) fn too_large() {
    let user = TestUser::with_config("# ".repeat(600_000));
    assert_demo_with_mistakes(&user, &["config.toml: cannot be read: it is larger than 1 MiB"]);
}

#[test]
pub(super) fn in_an_unwritable_folder() {
    let served = Served::start();
    let user = TestUser::with_profile(&served);
    let (before, why) = (fs::read(user.config()).unwrap(), user.close("config", "config.toml"));
    let pty = user.start(&[]);
    pty.wait_for_text(ROWS);
    pty.send("p");
    pty.wait_for_text("s set as default");
    pty.send("s");
    pty.wait_for_text(&format!("config.toml cannot be changed: {why}"));
    pty.send(ESC);
    pty.wait_for_text("? help");
    assert_quits(&pty);
    let (code, told) = user.run(&["profile", "use", "a"]);
    assert_eq!(code, Some(1));
    assert_contains(&told, &["config.toml cannot be changed: ", why]);
    assert_eq!(fs::read(user.config()).unwrap(), before);
    user.assert_nothing_left();
}
