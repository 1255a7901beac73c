//! Named pipes and devices in the places of files: nothing waits for them, and nothing is written into them or over them.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::{FileTypeExt as _, symlink},
    path::Path,
};

use super::person::{DEMO_ROWS, ESC, Person, ROWS, assert_contains, assert_quits, names, signing_in};
use crate::support::served::{self, SECRET, Served};

const NO_FILE: &str = "it is a named pipe, not a regular file";

/// Puts a named pipe in the place of whatever is there.
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
    let person = Person::new();
    pipe(&person.config());
    let pty = person.start(&[]);
    pty.wait_for_text(NO_FILE);
    pty.send(ESC);
    pty.wait_for_text(DEMO_ROWS);
    assert_quits(&pty);
    let (_, told) = person.run(&["doctor"]);
    assert_contains(&told, &["config.toml: cannot be read: ", NO_FILE]);
    let (code, told) = person.run(&["profile", "use", "demo"]);
    assert_eq!(code, Some(1), "{told}");
    assert_contains(&told, &["config.toml cannot be changed: ", NO_FILE]);
    assert_still_pipe(&person.config());
}

#[test]
pub(super) fn state() {
    let served = Served::start();
    let person = Person::with_profile(&served);
    pipe(&person.state());
    let pty = person.start(&[]);
    pty.wait_for_text("state.json cannot be read: it is a named pipe");
    pty.wait_for_text(ROWS);
    pty.send("j");
    pty.wait_for_text("vipmp cannot save its state: it is a named pipe");
    assert_quits(&pty);
    assert_still_pipe(&person.state());
    person.assert_nothing_left();
}

#[test]
pub(super) fn state_that_leads_to_a_device() {
    let served = Served::start();
    let person = Person::with_profile(&served);
    symlink("/dev/null", person.state()).unwrap();
    let pty = person.start(&[]);
    pty.wait_for_text("state.json cannot be read: it is a device, not a regular file");
    pty.wait_for_text(ROWS);
    assert_quits(&pty);
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    assert!(fs::symlink_metadata(person.state()).unwrap().is_symlink());
}

#[test]
pub(super) fn locks() {
    let served = Served::start();
    let person = Person::with_profile(&served);
    pipe(&person.path("data/.state.json.lock"));
    pipe(&person.path("config/.config.toml.lock"));
    let pty = person.start(&[]);
    pty.wait_for_text(ROWS);
    pty.wait_for_text("vipmp cannot save its state: it is a named pipe");
    assert_quits(&pty);
    let (code, told) = person.run(&["profile", "use", "a"]);
    assert_eq!(code, Some(1), "{told}");
    assert_contains(&told, &["config.toml cannot be changed: ", NO_FILE]);
}

#[test]
pub(super) fn kept_token() {
    let served = Served::start();
    let person = Person::with_config(signing_in(&served, "a"));
    fs::write(person.state(), "{\"version\": 1, \"tokens_in_files\": true}").unwrap();
    pipe(&person.token());
    let (code, told) = person.run(&["profile", "test"]);
    assert_eq!(code, Some(0), "it costs a sign-in:\n{told}");
    assert_contains(&told, &["The access token is forgotten when vipmp exits: ", NO_FILE]);
    assert_still_pipe(&person.token());
}

#[test]
pub(super) fn secret() {
    let served = Served::start();
    let source = "client_secret = { file = \"secret\" }";
    let person = Person::with_config(served::profile("a", &served.api(), &served.token(), source));
    let place = person.path("config/secret");
    pipe(&place);
    let (code, told) = person.run(&["list"]);
    assert_eq!(code, Some(3), "{told}");
    assert_contains(&told, &["secret cannot be read: it is a pipe to which nothing was written within 5 s"]);
    // Somebody who is asked for it may answer through the same pipe.
    std::thread::scope(|scope| {
        scope.spawn(|| fs::OpenOptions::new().write(true).open(&place)?.write_all(SECRET.as_bytes()));
        let (code, told) = person.run(&["list", "--limit", "1"]);
        assert_eq!(code, Some(0), "{told}");
    });
}

#[test]
pub(super) fn log() {
    let person = Person::new();
    let place = person.path("log");
    pipe(&place);
    for (log, told) in [(place.to_str().unwrap(), NO_FILE), ("/dev/full", "it is a device")] {
        let (code, said) = person.run(&["--log-file", log, "list", "--demo"]);
        assert_eq!(code, Some(1), "{said}");
        assert_contains(&said, &["cannot write the log to ", told]);
        assert_eq!(said.matches(told).count(), 1, "{said}");
    }
}

#[test]
pub(super) fn manual() {
    let person = Person::new();
    let (folder, page) = (person.path("man"), person.path("man/vipmp.1"));
    pipe(&page);
    let out = ["man", "--out", folder.to_str().unwrap()];
    let (code, told) = person.run(&out);
    assert_eq!(code, Some(1), "{told}");
    assert_contains(&told, &["cannot write ", "vipmp.1: ", NO_FILE]);
    fs::remove_file(&page).unwrap();
    assert_eq!(person.run(&out).0, Some(0));
    assert!(names(&folder).iter().all(|name| Path::new(name).extension().is_some_and(|end| end == "1")));
}

#[test]
pub(super) fn export() {
    let person = Person::new();
    let place = |name: &str| person.path(name).display().to_string();
    pipe(&person.path("pipe.csv"));
    pipe(&person.path("some.csv.partial"));
    symlink("/dev/null", person.path("null.csv")).unwrap();
    let pty = person.start(&["--demo"]);
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
    assert_still_pipe(&person.path("pipe.csv"));
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
}

/// The text of a box on the screen, whose lines may be broken anywhere.
fn unwrapped(screen: &str) -> String {
    let words = screen.lines().flat_map(|line| line.split(['│', '|'])).flat_map(str::split_whitespace);
    words.collect::<Vec<_>>().join(" ")
}

#[test]
pub(super) fn foreign_names() {
    let person = Person::new();
    let evil = "a\x1b]0;x\x07\u{202e}b";
    let place = |end: &str| person.path("home").join(format!("{evil}{end}")).display().to_string();
    let (csv, log, none) = (place(".csv"), place("/log"), place("/none.csv"));
    for words in [
        &["export", &csv, "--demo", "--status", "pending"][..],
        &["export", &none, "--demo"],
        &["export", &csv, "--demo", "--resume"],
        &["--log-file", &log, "list", "--demo"],
        &["--config", &csv, "doctor"],
        &["man", "--out", &log],
    ] {
        let (_, told) = person.run(words);
        assert_contains(&told, &["a␛]0;x␇�b"]);
        assert!(!told.contains(['\x1b', '\x07', '\u{202e}']), "{told:?}");
    }
    // What the command line's own reader says leaves such sequences out.
    for words in [&["export", "a.csv", &csv, "--demo"][..], &["list", "--demo", "--order", evil], &[evil]] {
        let (code, told) = person.run(words);
        assert_eq!(code, Some(2), "{told}");
        assert_contains(&told, &["error: ", "a�b"]);
        assert!(!told.contains(['\x1b', '\x07', '\u{202e}']), "{told:?}");
    }
    assert!(Path::new(&csv).exists(), "the file has the name that was given");
}
