//! A user with their own home, configuration and data folders.

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

/// The text on the screen when the first page of the served API has loaded.
pub(crate) const ROWS: &str = " of 55 ";

/// The text on the screen when the first page of the demo has loaded.
pub(crate) const DEMO_ROWS: &str = "1–50 of 1,204";

pub(crate) const ESC: &str = "\x1b";

/// A script that starts a program on a full disk.
const FULL_DISK: &str = "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\"";

const PROGRAM: &str = env!("CARGO_BIN_EXE_vipmp");

pub(crate) struct TestUser {
    folder: tempfile::TempDir,
    /// The access token of the profile created by [`TestUser::with_profile`].
    token: String,
    full: bool,
    /// Further variables of the environment.
    variables: Vec<(&'static str, String)>,
}

impl TestUser {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["home", "config", "data"] {
            fs::create_dir(folder.path().join(name)).expect("it can be made");
        }
        Self { folder, token: String::new(), full: false, variables: Vec::new() }
    }

    /// Creates a user with this configuration.
    pub(crate) fn with_config(text: impl AsRef<[u8]>) -> Self {
        let user = Self::new();
        fs::write(user.config(), text).expect("it can be written");
        user
    }

    /// Creates a user with a profile `a` that has an access token in the environment.
    pub(crate) fn with_profile(served: &Served) -> Self {
        let mut user = Self::with_config(ready(served, "a"));
        user.token = served.issue();
        user
    }

    /// Replaces the configuration.
    pub(crate) fn configure(&self, text: &str) {
        fs::write(self.config(), text).expect("it can be written");
    }

    /// Makes the disk of the user full from now on.
    pub(crate) fn on_a_full_disk(mut self) -> Self {
        self.full = true;
        self
    }

    /// Adds a variable to the environment.
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.variables.push((name, value.to_owned()));
        self
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.path("config/config.toml")
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.path("data/state.json")
    }

    /// Returns the token file of the profile `a`.
    pub(crate) fn token(&self) -> PathBuf {
        self.path("data/secrets/a.issued-token")
    }

    fn env(&self) -> Vec<(&'static str, String)> {
        let place = |below: &str| self.path(below).display().to_string();
        let mut env = vec![
            ("HOME", place("home")),
            ("VIPMP_CONFIG_DIR", place("config")),
            ("VIPMP_DATA_DIR", place("data")),
            ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent".to_owned()),
            ("TEST_TOKEN", self.token.clone()),
            ("TEST_SECRET", SECRET.to_owned()),
        ];
        env.extend(self.variables.iter().cloned());
        env
    }

    /// Returns the program and its arguments.
    fn words<'a>(&self, args: &[&'a str]) -> Vec<&'a str> {
        let start: &[&str] = if self.full { &["sh", "-c", FULL_DISK, PROGRAM] } else { &[PROGRAM] };
        [start, args].concat()
    }

    /// Starts a session.
    pub(crate) fn start(&self, args: &[&str]) -> Pty {
        let (env, words) = (self.env(), self.words(args));
        let env: Vec<(&str, &str)> = env.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Pty::spawn_program(words[0], &words[1..], &env, 30, 160)
    }

    /// Prepares a command.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let words = self.words(args);
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).env_clear().envs(self.env());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs a command, and returns its exit code and all of its output.
    pub(crate) fn run(&self, args: &[&str]) -> (Option<i32>, String) {
        let mut child = self.command(args).spawn().expect("it starts");
        // This fails for commands that do not read a secret.
        let _ = child.stdin.take().expect("its input").write_all(SECRET.as_bytes());
        let Output { status, stdout, stderr } = child.wait_with_output().expect("it ends");
        (status.code(), String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned())
    }

    /// Prevents writing to a file in a folder, and returns the error to expect. Root ignores permissions, so for root a
    /// folder takes the place of the lock file.
    pub(crate) fn close(&self, folder: &str, file: &str) -> &'static str {
        let folder = self.path(folder);
        set_mode(&folder, 0o555);
        if !is_root() {
            return "Permission denied";
        }
        fs::create_dir(folder.join(format!(".{file}.lock"))).expect("it can be made");
        "it is a folder, not a regular file"
    }

    /// Checks that no temporary files are left.
    #[track_caller]
    pub(crate) fn assert_nothing_left(&self) {
        for folder in ["config", "data", "data/secrets"].map(|below| self.path(below)) {
            assert_eq!(temporaries(&folder), Vec::<String>::new(), "{}", folder.display());
        }
    }
}

impl Drop for TestUser {
    fn drop(&mut self) {
        for below in ["config", "data"] {
            if self.path(below).is_dir() {
                set_mode(&self.path(below), 0o700);
            }
        }
    }
}

/// Prevents reading a file, and returns the error to expect. Root ignores permissions, so for root a folder takes the
/// place of the file.
pub(crate) fn hide(file: &Path) -> &'static str {
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

/// Returns the names in a folder, or none if it does not exist.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Returns the names of the temporary files in a folder.
pub(crate) fn temporaries(folder: &Path) -> Vec<String> {
    let is_temporary = |name: &String| Path::new(name).extension().is_some_and(|end| end == "tmp");
    names(folder).into_iter().filter(is_temporary).collect()
}

/// Formats a profile with an access token in the environment.
pub(crate) fn ready(served: &Served, name: &str) -> String {
    served::profile(name, &served.api(), &served.token(), "access_token = { env = \"TEST_TOKEN\" }")
}

/// Formats a profile that signs in, so that its token is issued and kept.
pub(crate) fn signing_in(served: &Served, name: &str) -> String {
    served::profile(name, &served.api(), &served.token(), "client_secret = { env = \"TEST_SECRET\" }")
}

#[track_caller]
pub(crate) fn assert_quits(pty: &Pty) {
    pty.send("q");
    assert_eq!(pty.wait_exit().exit_code(), 0, "{}", pty.screen());
    assert!(pty.modes_restored(), "{:?}", pty.modes_left_on());
}

#[track_caller]
pub(crate) fn assert_contains(text: &str, all: &[&str]) {
    for words in all {
        assert!(text.contains(words), "{words:?} is not in\n{text}");
    }
}

/// Waits until a condition is true.
#[track_caller]
pub(crate) fn until(is_so: impl Fn() -> bool, what: &str) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(Instant::now() < deadline, "waited in vain for: {what}");
        // The condition is about a file, for which there is no event to wait for.
        std::thread::sleep(Duration::from_millis(1));
    }
}
