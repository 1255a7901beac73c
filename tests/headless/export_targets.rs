//! The targets of `vipmp export` (files and links to files only), and the checks of its journal.

use std::{
    fs,
    os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::{
    scripted::Scripted,
    served,
    stage::{Run, Stage},
};

/// A home folder with a profile of a server that counts requests.
struct Counted {
    stage: Stage,
    requests: Arc<AtomicUsize>,
    _server: Scripted,
}

impl Counted {
    fn new() -> Self {
        let requests = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&requests);
        let server = Scripted::answering(move |_| {
            count.fetch_add(1, Ordering::SeqCst);
            (500, "{}".to_owned())
        });
        let stage = Stage::new().with("TEST_SECRET", "none");
        let source = "client_secret = { env = \"TEST_SECRET\" }";
        stage.write(
            ".config/vipmp/config.toml",
            &served::profile("a", &server.url(""), &server.url("/token"), source),
        );
        Self { stage, requests, _server: server }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.stage.path(name)
    }

    /// Checks that an export to this file is refused before any request.
    #[track_caller]
    fn refuses(&self, file: &Path, words: &[&str]) {
        for more in [&[][..], &["--resume"]] {
            let export = ["export", file.to_str().unwrap()];
            self.stage.run([&export, more].concat()).exits_with(2).prints_nothing().warns(words);
        }
        assert_eq!(self.requests.load(Ordering::SeqCst), 0, "{}", file.display());
    }
}

fn pipe(path: &Path) {
    rustix::fs::mkfifoat(rustix::fs::CWD, path, 0o600.into()).unwrap();
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Exports the demo's pending customers to this file.
fn export(stage: &Stage, file: &Path, more: &[&str]) -> Run {
    stage.run([&["export", file.to_str().unwrap(), "--demo", "--status", "pending"], more].concat())
}

#[test]
fn anything_but_a_regular_file_is_refused_before_any_request() {
    let counted = Counted::new();
    pipe(&counted.path("pipe.csv"));
    symlink("pipe.csv", counted.path("to-pipe.csv")).unwrap();
    symlink("/dev/null", counted.path("to-null.csv")).unwrap();
    symlink("/dev/full", counted.path("to-full.csv")).unwrap();
    symlink("loop.csv", counted.path("loop.csv")).unwrap();
    let socket = counted.path("socket.csv");
    drop(std::os::unix::net::UnixListener::bind(&socket).unwrap());
    fs::create_dir(counted.path("folder.csv")).unwrap();
    symlink("folder.csv", counted.path("to-folder.csv")).unwrap();
    for (name, words) in [
        ("pipe.csv", "pipe.csv: it is a named pipe. An export must be a regular file"),
        ("to-pipe.csv", "to-pipe.csv: it is a link to a named pipe."),
        ("to-null.csv", "to-null.csv: it is a link to a device."),
        ("to-full.csv", "to-full.csv: it is a link to a device."),
        ("socket.csv", "socket.csv: it is a socket."),
        ("folder.csv", "folder.csv: it is a folder. Choose a name for the file in it"),
        ("to-folder.csv", "to-folder.csv: it is a link to a folder."),
        ("loop.csv", "cannot read"),
        ("new.csv/", "new.csv/: it is a folder."),
    ] {
        counted.refuses(&counted.path(name), &[words]);
        assert!(!counted.path(&format!("{name}.partial")).exists());
    }
    let long = format!("{}.csv", "n".repeat(240));
    counted.refuses(&counted.path(&long), &["nnn.csv is too long. Choose a shorter one"]);
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
}

#[test]
fn an_unwritable_folder_is_refused_before_any_request() {
    let counted = Counted::new();
    let none = counted.path("none/a.csv");
    counted.refuses(&none, &["there is no folder ", "none. Create it first, or choose another one"]);
    symlink("none/a.csv", counted.path("link.csv")).unwrap();
    counted.refuses(&counted.path("link.csv"), &["there is no folder "]);
    fs::write(counted.path("file"), "").unwrap();
    counted.refuses(&counted.path("file/a.csv"), &["file: it is not a folder"]);
    // Only root can write there.
    fs::create_dir(counted.path("closed")).unwrap();
    set_mode(&counted.path("closed"), 0o555);
    if !rustix::process::geteuid().is_root() {
        counted.refuses(&counted.path("closed/a.csv"), &["cannot write to the folder "]);
    }
}

#[test]
fn a_read_only_file_is_refused_with_a_fix_that_works() {
    let counted = Counted::new();
    let file = counted.path("it's mine.csv");
    fs::write(&file, "mine").unwrap();
    set_mode(&file, 0o444);
    counted.refuses(&file, &["it's mine.csv: it is read-only. To have it replaced, run: chmod u+w "]);
    let message = counted.stage.run(["export", file.to_str().unwrap()]).err;
    let (_, command) = message.trim_end().split_once(", run: ").unwrap();
    assert!(std::process::Command::new("sh").args(["-c", command]).status().unwrap().success());
    export(&counted.stage, &file, &[]).exits_with(0);
    assert_ne!(fs::read_to_string(&file).unwrap(), "mine");
}

#[test]
fn a_journal_must_be_a_separate_file() {
    let counted = Counted::new();
    let (file, journal) = (counted.path("a.csv"), counted.path("a.csv.partial"));
    let mine = counted.path("mine");
    fs::write(&mine, "mine").unwrap();
    for target in ["mine", "nothing", "/dev/null"] {
        symlink(target, &journal).unwrap();
        counted.refuses(&file, &["a.csv.partial is a symbolic link. Remove it, or choose another file"]);
        fs::remove_file(&journal).unwrap();
    }
    assert_eq!(fs::read_to_string(&mine).unwrap(), "mine");
    pipe(&journal);
    counted.refuses(&file, &["a.csv.partial is a named pipe. Remove it"]);
    fs::remove_file(&journal).unwrap();
    fs::create_dir(&journal).unwrap();
    counted.refuses(&file, &["a.csv.partial is a folder. Remove it"]);
    fs::remove_dir(&journal).unwrap();
    symlink("a.csv.partial", &file).unwrap();
    counted.refuses(&file, &["it is a link to ", "the name for its own journal"]);
    assert!(!counted.path("nothing").exists());
}

#[test]
fn a_link_is_followed_and_a_replaced_file_keeps_its_mode() {
    let stage = Stage::new();
    fs::create_dir(stage.path("elsewhere")).unwrap();
    let (real, link) = (stage.path("elsewhere/real.csv"), stage.path("link.csv"));
    symlink("elsewhere/real.csv", &link).unwrap();
    export(&stage, &link, &[]).exits_with(0);
    let whole = fs::read_to_string(&real).unwrap();
    assert!(whole.lines().count() > 10);
    assert_eq!(fs::metadata(&real).unwrap().mode() & 0o777, 0o600, "a new file is for its owner alone");
    for mode in [0o644, 0o664, 0o640] {
        fs::write(&real, "old").unwrap();
        set_mode(&real, mode);
        export(&stage, &link, &[]).exits_with(0);
        assert_eq!(fs::read_to_string(&real).unwrap(), whole);
        assert_eq!(fs::metadata(&real).unwrap().mode() & 0o777, mode);
    }
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read_dir(stage.path("elsewhere")).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn a_damaged_journal_is_refused_with_the_line_and_a_hint() {
    let stage = Stage::new();
    let (file, journal) = (stage.path("a.jsonl"), stage.path("a.jsonl.partial"));
    let words = ["--demo-customers", "40", "--demo-faults", "total:1"];
    // The journal remains because the server's total differs.
    let left = || export(&stage, &file, &words).exits_with(5);
    left().warns(&["a.jsonl.partial: --resume rereads the affected lists"]);
    let whole = fs::read(&journal).unwrap();
    let second = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let row = second + whole[second..].windows(5).position(|bytes| bytes == b"\"100\"").unwrap_or(40);
    let mut damaged = whole.clone();
    damaged[row] ^= 1;
    fs::write(&journal, &damaged).unwrap();
    let resumed = export(&stage, &file, &[&words[..], &["--resume", "--anyway"]].concat()).exits_with(1);
    let message = "a.jsonl.partial is damaged: line 2 is not as it was written. Remove the file and start the export again";
    resumed.warns(&[message]);
    assert_eq!(fs::read(&journal).unwrap(), damaged, "it is not touched");
    assert!(!file.exists());
    fs::remove_file(&journal).unwrap();
    left();
    assert_eq!(fs::read(&journal).unwrap().len(), whole.len());
    export(&stage, &file, &[&words[..], &["--resume", "--anyway"]].concat()).exits_with(5);
    assert!(file.exists() && !journal.exists());
}

#[test]
fn an_empty_journal_is_started_afresh_and_one_of_an_older_version_is_refused() {
    let stage = Stage::new();
    let (file, journal) = (stage.path("a.jsonl"), stage.path("a.jsonl.partial"));
    for blank in ["", "{\"vipmp_exp", "{\"vipmp_export\":2,\"plan\":{\"api\":\"dem"] {
        fs::write(&journal, blank).unwrap();
        let run = export(&stage, &file, &["--resume"]).exits_with(0);
        run.warns(&["a.jsonl.partial holds no rows yet, so the export starts from the beginning."]);
        assert!(file.exists() && !journal.exists());
    }
    fs::write(&journal, "{\"vipmp_export\":1,\"plan\":{}}\n").unwrap();
    let message =
        "a.jsonl.partial was written by an older version of vipmp, without checksums. Remove the file";
    export(&stage, &file, &["--resume"]).exits_with(1).warns(&[message]);
    export(&stage, &file, &[]).exits_with(1).warns(&[message]);
    assert!(journal.exists());
}
