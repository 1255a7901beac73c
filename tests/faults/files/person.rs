//! A user with a home, a configuration and a data folder of their own.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use crate::support::{
    pty::Pty,
    served::{self, SECRET, Served},
};

/// The words on the screen once the first page of the served API is there.
pub(super) const ROWS: &str = " of 55 ";

/// The words on the screen once the demo's first page is there.
pub(super) const DEMO_ROWS: &str = "1–50 of 1,204";

pub(super) const ESC: &str = "\x1b";

/// Starts a program on a disk on which no file grows any more.
const FULL_DISK: &str = "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\"";

const PROGRAM: &str = env!("CARGO_BIN_EXE_vipmp");

pub(super) struct Person {
    folder: tempfile::TempDir,
    /// The ready token that a profile made by [`Person::with_profile`] brings.
    token: String,
    full: bool,
}

impl Person {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["home", "config", "data"] {
            fs::create_dir(folder.path().join(name)).expect("it can be made");
        }
        Self { folder, token: String::new(), full: false }
    }

    /// One with this configuration.
    pub(super) fn with_config(text: impl AsRef<[u8]>) -> Self {
        let person = Self::new();
        fs::write(person.config(), text).expect("it can be written");
        person
    }

    /// One with a profile `a` that brings a ready token, of which nothing is kept.
    pub(super) fn with_profile(served: &Served) -> Self {
        let mut person = Self::with_config(ready(served, "a"));
        person.token = served.issue();
        person
    }

    /// Gives them another configuration.
    pub(super) fn configure(&self, text: &str) {
        fs::write(self.config(), text).expect("it can be written");
    }

    /// The same on a disk that is full from now on.
    pub(super) fn on_a_full_disk(mut self) -> Self {
        self.full = true;
        self
    }

    pub(super) fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    pub(super) fn config(&self) -> PathBuf {
        self.path("config/config.toml")
    }

    pub(super) fn state(&self) -> PathBuf {
        self.path("data/state.json")
    }

    /// The file of the token that was issued for the profile `a`.
    pub(super) fn token(&self) -> PathBuf {
        self.path("data/secrets/a.issued-token")
    }

    fn env(&self) -> Vec<(&'static str, String)> {
        let place = |below: &str| self.path(below).display().to_string();
        vec![
            ("HOME", place("home")),
            ("VIPMP_CONFIG_DIR", place("config")),
            ("VIPMP_DATA_DIR", place("data")),
            ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent".to_owned()),
            ("TEST_TOKEN", self.token.clone()),
            ("TEST_SECRET", SECRET.to_owned()),
        ]
    }

    /// The program and its arguments.
    fn words<'a>(&self, args: &[&'a str]) -> Vec<&'a str> {
        let start: &[&str] = if self.full { &["sh", "-c", FULL_DISK, PROGRAM] } else { &[PROGRAM] };
        [start, args].concat()
    }

    /// Starts a session.
    pub(super) fn start(&self, args: &[&str]) -> Pty {
        let (env, words) = (self.env(), self.words(args));
        let env: Vec<(&str, &str)> = env.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Pty::spawn_program(words[0], &words[1..], &env, 30, 160)
    }

    /// A command.
    pub(super) fn command(&self, args: &[&str]) -> Command {
        let words = self.words(args);
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).env_clear().envs(self.env());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs a command: its exit code, and everything that it says.
    pub(super) fn run(&self, args: &[&str]) -> (Option<i32>, String) {
        let mut child = self.command(args).spawn().expect("it starts");
        // Whoever reads no secret closes its input.
        let _ = child.stdin.take().expect("its input").write_all(SECRET.as_bytes());
        let Output { status, stdout, stderr } = child.wait_with_output().expect("it ends");
        (status.code(), String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned())
    }

    /// Keeps everybody from writing to a folder, and says what the system will say. Modes are nothing to root, for whom a
    /// folder stands where the lock of its file would be.
    pub(super) fn close(&self, folder: &str, file: &str) -> &'static str {
        let folder = self.path(folder);
        set_mode(&folder, 0o555);
        if !is_root() {
            return "Permission denied";
        }
        fs::create_dir(folder.join(format!(".{file}.lock"))).expect("it can be made");
        "it is a folder, not a regular file"
    }

    /// Checks that nothing half-written is anywhere.
    #[track_caller]
    pub(super) fn assert_nothing_left(&self) {
        for folder in ["config", "data", "data/secrets"].map(|below| self.path(below)) {
            assert_eq!(temporaries(&folder), Vec::<String>::new(), "{}", folder.display());
        }
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        for below in ["config", "data"] {
            if self.path(below).is_dir() {
                set_mode(&self.path(below), 0o700);
            }
        }
    }
}

/// Keeps everybody from reading a file, and says what the system will say. Modes are nothing to root, for whom a folder is
/// in its place.
pub(super) fn hide(file: &Path) -> &'static str {
    if !is_root() {
        set_mode(file, 0o000);
        return "Permission denied";
    }
    fs::remove_file(file).expect("it is there");
    fs::create_dir(file).expect("it can be made");
    "it is a folder, not a regular file"
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is ours");
}

/// The names in a folder; none where there is no such folder.
pub(super) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The temporary files in a folder.
pub(super) fn temporaries(folder: &Path) -> Vec<String> {
    let is_temporary = |name: &String| Path::new(name).extension().is_some_and(|end| end == "tmp");
    names(folder).into_iter().filter(is_temporary).collect()
}

/// A profile that brings a ready token.
pub(super) fn ready(served: &Served, name: &str) -> String {
    served::profile(name, &served.api(), &served.token(), "access_token = { env = \"TEST_TOKEN\" }")
}

/// A profile whose token is issued, and kept.
pub(super) fn signing_in(served: &Served, name: &str) -> String {
    served::profile(name, &served.api(), &served.token(), "client_secret = { env = \"TEST_SECRET\" }")
}

#[track_caller]
pub(super) fn assert_quits(pty: &Pty) {
    pty.send("q");
    assert_eq!(pty.wait_exit().exit_code(), 0, "{}", pty.screen());
    assert!(pty.modes_restored(), "{:?}", pty.modes_left_on());
}

#[track_caller]
pub(super) fn assert_contains(text: &str, all: &[&str]) {
    for words in all {
        assert!(text.contains(words), "{words:?} is not in\n{text}");
    }
}

/// Waits until something is so.
#[track_caller]
pub(super) fn until(is_so: impl Fn() -> bool, what: &str) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(Instant::now() < deadline, "waited in vain for: {what}");
        // What is so when the program says so could be waited for; this is a file.
        std::thread::sleep(Duration::from_millis(1));
    }
}
