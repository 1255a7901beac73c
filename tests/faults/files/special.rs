//! Named pipes and devices in place of files: the program neither waits for them, nor writes to them, nor replaces them.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::{FileTypeExt as _, symlink},
    path::Path,
};

use super::user::{DEMO_ROWS, ESC, ROWS, TestUser, assert_contains, assert_quits, names, signing_in};
use crate::support::served::{self, SECRET, Served};

const NO_FILE: &str = "it is a named pipe, not a regular file";

/// Replaces a file by a named pipe.
fn pipe(path: &Path) {
    let _ = fs::remove_file(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, path, 0o600.into()).unwrap();
}

#[track_caller]
fn assert_still_pipe(path: &Path) {
    assert!(fs::symlink_metadata(path).unwrap().file_type().is_fifo(), "{}", path.display());
}

#[test]
pub(super) fn configuration() {
    let user = TestUser::new();
    pipe(&user.config());
    let pty = user.start(&[]);
    pty.wait_for_text(NO_FILE);
    pty.send(ESC);
    pty.wait_for_text(DEMO_ROWS);
    assert_quits(&pty);
    let (_, told) = user.run(&["doctor"]);
    assert_contains(&told, &["config.toml: cannot be read: ", NO_FILE]);
    let (code, told) = user.run(&["profile", "use", "demo"]);
    assert_eq!(code, Some(1), "{told}");
    assert_contains(&told, &["config.toml cannot be changed: ", NO_FILE]);
    assert_still_pipe(&user.config());
}

#[test]
pub(super) fn state() {
    let served = Served::start();
    let user = TestUser::with_profile(&served);
    pipe(&user.state());
    let pty = user.start(&[]);
    pty.wait_for_text("state.json cannot be read: it is a named pipe");
    pty.wait_for_text(ROWS);
    pty.send("j");
    pty.wait_for_text("The state cannot be saved: it is a named pipe");
    assert_quits(&pty);
    assert_still_pipe(&user.state());
    user.assert_nothing_left();
}

#[test]
pub(super) fn state_that_leads_to_a_device() {
    let served = Served::start();
    let user = TestUser::with_profile(&served);
    symlink("/dev/null", user.state()).unwrap();
    let pty = user.start(&[]);
    pty.wait_for_text("state.json cannot be read: it is a device, not a regular file");
    pty.wait_for_text(ROWS);
    assert_quits(&pty);
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    assert!(fs::symlink_metadata(user.state()).unwrap().is_symlink());
}

#[test]
pub(super) fn locks() {
    let served = Served::start();
    let user = TestUser::with_profile(&served);
    pipe(&user.path("data/.state.json.lock"));
    pipe(&user.path("config/.config.toml.lock"));
    let pty = user.start(&[]);
    pty.wait_for_text(ROWS);
    pty.wait_for_text("The state cannot be saved: it is a named pipe");
    assert_quits(&pty);
    let (code, told) = user.run(&["profile", "use", "a"]);
    assert_eq!(code, Some(1), "{told}");
    assert_contains(&told, &["config.toml cannot be changed: ", NO_FILE]);
}

#[test]
pub(super) fn kept_token() {
    let served = Served::start();
    let user = TestUser::with_config(signing_in(&served, "a"));
    fs::write(user.state(), "{\"version\": 1, \"tokens_in_files\": true}").unwrap();
    pipe(&user.token());
    let (code, told) = user.run(&["profile", "test"]);
    assert_eq!(code, Some(0), "it costs a sign-in:\n{told}");
    assert_contains(&told, &["The access token is forgotten when vipmp exits: ", NO_FILE]);
    assert_still_pipe(&user.token());
}

#[test]
pub(super) fn secret() {
    let served = Served::start();
    let source = "client_secret = { file = \"secret\" }";
    let user = TestUser::with_config(served::profile("a", &served.api(), &served.token(), source));
    let place = user.path("config/secret");
    pipe(&place);
    let (code, told) = user.run(&["list"]);
    assert_eq!(code, Some(3), "{told}");
    assert_contains(&told, &["secret cannot be read: it is a pipe to which nothing was written within 5 s"]);
    // If another program writes the secret to the pipe, it is read.
    std::thread::scope(|scope| {
        scope.spawn(|| fs::OpenOptions::new().write(true).open(&place)?.write_all(SECRET.as_bytes()));
        let (code, told) = user.run(&["list", "--limit", "1"]);
        assert_eq!(code, Some(0), "{told}");
    });
}

#[test]
pub(super) fn log() {
    let user = TestUser::new();
    let place = user.path("log");
    pipe(&place);
    for (log, told) in [(place.to_str().unwrap(), NO_FILE), ("/dev/full", "it is a device")] {
        let (code, said) = user.run(&["--log-file", log, "list", "--demo"]);
        assert_eq!(code, Some(1), "{said}");
        assert_contains(&said, &["cannot write the log to ", told]);
        assert_eq!(said.matches(told).count(), 1, "{said}");
    }
}

#[test]
pub(super) fn manual() {
    let user = TestUser::new();
    let (folder, page) = (user.path("man"), user.path("man/vipmp.1"));
    pipe(&page);
    let out = ["man", "--out", folder.to_str().unwrap()];
    let (code, told) = user.run(&out);
    assert_eq!(code, Some(1), "{told}");
    assert_contains(&told, &["cannot write ", "vipmp.1: ", NO_FILE]);
    fs::remove_file(&page).unwrap();
    assert_eq!(user.run(&out).0, Some(0));
    assert!(names(&folder).iter().all(|name| Path::new(name).extension().is_some_and(|end| end == "1")));
}

#[test]
pub(super) fn export() {
    let user = TestUser::new();
    let place = |name: &str| user.path(name).display().to_string();
    pipe(&user.path("pipe.csv"));
    pipe(&user.path("some.csv.partial"));
    symlink("/dev/null", user.path("null.csv")).unwrap();
    let pty = user.start(&["--demo"]);
    pty.wait_for_text(DEMO_ROWS);
    for (name, told) in [
        ("pipe.csv", "it is a named pipe"),
        ("null.csv", "it is a link to a device"),
        ("some.csv", "Cannot keep the journal of the export"),
    ] {
        pty.send(format!("e\x15{}\r", place(name)));
        pty.wait_for(|screen| unwrapped(screen).contains(told), told);
        pty.send(ESC);
        pty.wait_for(|screen| !unwrapped(screen).contains(told), "the form is closed");
    }
    assert_quits(&pty);
    assert_still_pipe(&user.path("pipe.csv"));
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
}

/// Joins the lines of a box on the screen, which may be broken anywhere.
fn unwrapped(screen: &str) -> String {
    let words = screen.lines().flat_map(|line| line.split(['│', '|'])).flat_map(str::split_whitespace);
    words.collect::<Vec<_>>().join(" ")
}

#[test]
pub(super) fn foreign_names() {
    let user = TestUser::new();
    let evil = "a\x1b]0;x\x07\u{202e}b";
    let place = |end: &str| user.path("home").join(format!("{evil}{end}")).display().to_string();
    let (csv, log, none) = (place(".csv"), place("/log"), place("/none.csv"));
    for words in [
        &["export", &csv, "--demo", "--status", "pending"][..],
        &["export", &none, "--demo"],
        &["export", &csv, "--demo", "--resume"],
        &["--log-file", &log, "list", "--demo"],
        &["--config", &csv, "doctor"],
        &["man", "--out", &log],
    ] {
        let (_, told) = user.run(words);
        assert_contains(&told, &["a␛]0;x␇�b"]);
        assert!(!told.contains(['\x1b', '\x07', '\u{202e}']), "{told:?}");
    }
    // The argument parser removes such sequences from its messages.
    for words in [&["export", "a.csv", &csv, "--demo"][..], &["list", "--demo", "--order", evil], &[evil]] {
        let (code, told) = user.run(words);
        assert_eq!(code, Some(2), "{told}");
        assert_contains(&told, &["error: ", "a�b"]);
        assert!(!told.contains(['\x1b', '\x07', '\u{202e}']), "{told:?}");
    }
    assert!(Path::new(&csv).exists(), "the file has the name that was given");
}
