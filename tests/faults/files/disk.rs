//! Disks that cannot be written to: the session continues with a notice, but its state is not saved.

use std::fs;

use super::user::{ROWS, TestUser, assert_contains, assert_quits, names};
use crate::support::{pty::Pty, served::Served};

const STATE: &str = "{\"version\": 1, \"profiles\": {\"a\": {\"note\": \"kept\"}}}";

/// Checks that a session that cannot save its state says so once, continues, and says so again at its end.
#[track_caller]
fn assert_continues(pty: &Pty, why: &str) {
    let told = format!("The state cannot be saved: {why}");
    pty.wait_for_text(ROWS);
    pty.wait_for_text(&told);
    pty.send("j");
    pty.wait_for(|screen| screen.contains("? help") && !screen.contains(&told), "the keys in the footer");
    pty.send("?");
    pty.wait_for_text("Find:");
    pty.send("\x1b");
    pty.wait_for_text("? help");
    // Switching the account and back saves nothing either, and is not reported again.
    pty.send(":");
    pty.wait_for_text("Enter run");
    pty.send("profile demo\r");
    pty.wait_for_text("1–50 of 1,204");
    // What was asked for is reported all the same.
    for (command, shows) in
        [("find a", "Portfolio · "), ("save Big", "The views are changed for this session only")]
    {
        pty.send(":");
        pty.wait_for_text("Enter run");
        pty.send(format!("{command}\r"));
        let screen = pty.wait_for_text(shows);
        assert!(!screen.contains("View Big saved"), "{screen}");
    }
    pty.send(":");
    pty.wait_for_text("Enter run");
    pty.send("profile a\r");
    let screen = pty.wait_for_text(ROWS);
    assert!(!screen.contains(&told), "once:\n{screen}");
    assert_quits(pty);
    assert_contains(&pty.screen(), &[&format!("vipmp: the state cannot be saved: {why}")]);
}

#[test]
pub(super) fn full() {
    let served = Served::start();
    let user = TestUser::with_profile(&served).on_a_full_disk();
    fs::write(user.state(), STATE).unwrap();
    let log = user.path("vipmp.log").display().to_string();
    assert_continues(&user.start(&["--log-file", &log]), "File too large (os error 27)");
    assert_eq!(fs::read_to_string(user.state()).unwrap(), STATE);
    assert_eq!(fs::read(log).unwrap(), b"", "the log is full too");
    user.assert_nothing_left();
}

#[test]
pub(super) fn full_for_a_command() {
    let served = Served::start();
    let user = TestUser::with_profile(&served).on_a_full_disk();
    fs::write(user.state(), STATE).unwrap();
    // Without the profile, there is still something to write.
    let before = [&fs::read(user.config()).unwrap()[..], b"[ui]\nmouse = false\n"].concat();
    fs::write(user.config(), &before).unwrap();
    let add = ["profile", "add", "b", "--reseller-id", "1", "--client-id", "c", "--no-test"];
    for (words, told) in [
        (
            &[&add[..], &["--client-secret-stdin", "--keep", "file"]].concat()[..],
            "b.client-secret cannot be written",
        ),
        (&[&add[..], &["--secret-env", "X"]].concat(), "config.toml cannot be changed"),
        (&["profile", "use", "a"], "config.toml cannot be changed"),
        (&["profile", "remove", "a", "--yes"], "config.toml cannot be changed"),
    ] {
        let (code, said) = user.run(words);
        assert_eq!(code, Some(1), "{said}");
        assert_contains(&said, &[told, "File too large"]);
        assert_eq!(fs::read(user.config()).unwrap(), before, "{words:?}");
    }
    assert_eq!(fs::read_to_string(user.state()).unwrap(), STATE);
    assert_eq!(names(&user.path("data/secrets")), Vec::<String>::new());
    user.assert_nothing_left();
}

#[test]
pub(super) fn read_only() {
    let served = Served::start();
    let user = TestUser::with_profile(&served);
    fs::write(user.state(), STATE).unwrap();
    let why = user.close("data", "state.json");
    assert_continues(&user.start(&[]), why);
    assert_eq!(fs::read_to_string(user.state()).unwrap(), STATE);
    user.assert_nothing_left();
}

#[test]
pub(super) fn no_folder() {
    let served = Served::start();
    let user = TestUser::with_profile(&served);
    fs::remove_dir(user.path("data")).unwrap();
    fs::write(user.path("data"), "a file in its place").unwrap();
    let pty = user.start(&[]);
    pty.wait_for_text("state.json cannot be read: Not a directory");
    pty.wait_for_text(ROWS);
    pty.send("j");
    pty.wait_for_text("The state cannot be saved: ");
    assert_quits(&pty);
    assert_contains(&pty.screen(), &["vipmp: the state cannot be saved: "]);
    assert_eq!(fs::read_to_string(user.path("data")).unwrap(), "a file in its place");
}
