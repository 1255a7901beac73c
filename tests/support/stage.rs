//! A home folder and the program in it. Every run is searched for secrets: none may be printed or logged.

use std::{
    ffi::OsStr,
    fs,
    io::Write as _,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::served::{self, CLIENT_ID, RESELLER, SECRET, Served};

/// Switches off the keyring, so that tests never touch the one of the user who runs them.
pub(crate) const NO_KEYRING: (&str, &str) = ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");

/// The time limit of a run, longer than any of the program's own waits.
const DEADLINE: Duration = Duration::from_mins(3);

/// A home folder for one test.
pub(crate) struct Stage {
    home: tempfile::TempDir,
    /// The texts that no run may print or log.
    secrets: Vec<String>,
    env: Vec<(String, String)>,
}

/// The result of a run.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// Checks the exit status; a failure shows the whole output.
    #[track_caller]
    pub(crate) fn exits_with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    /// Checks that standard error contains each of these texts.
    #[track_caller]
    pub(crate) fn warns(self, words: &[&str]) -> Self {
        for word in words {
            assert!(self.err.contains(word), "{word:?} is not in {self:#?}");
        }
        self
    }

    /// Checks that standard output contains each of these texts.
    #[track_caller]
    pub(crate) fn prints(self, words: &[&str]) -> Self {
        for word in words {
            assert!(self.out.contains(word), "{word:?} is not in {self:#?}");
        }
        self
    }

    /// Checks that standard output is empty.
    #[track_caller]
    pub(crate) fn prints_nothing(self) -> Self {
        assert_eq!(self.out, "", "{self:#?}");
        self
    }

    /// Returns standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }
}

impl Stage {
    pub(crate) fn new() -> Self {
        let secrets = vec![SECRET.to_owned()];
        Self { home: tempfile::tempdir().expect("a home folder"), secrets, env: Vec::new() }
    }

    /// Adds a variable to the environment of every run.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.env.push((name.to_owned(), value.into()));
        self
    }

    /// Adds a text that no run may print or log.
    pub(crate) fn hiding(mut self, secret: &str) -> Self {
        self.secrets.push(secret.to_owned());
        self
    }

    /// Returns a path in the home folder.
    pub(crate) fn path(&self, below: impl AsRef<Path>) -> PathBuf {
        self.home.path().join(below)
    }

    /// Returns the path of the configuration.
    pub(crate) fn config(&self) -> PathBuf {
        self.path(".config/vipmp/config.toml")
    }

    /// Returns the program's file for a secret or token: `emea.client-secret`.
    pub(crate) fn kept(&self, name: &str) -> PathBuf {
        self.path(".local/share/vipmp/secrets").join(name)
    }

    /// Writes a file that only its owner can read, with its parent folders.
    pub(crate) fn write(&self, path: impl AsRef<Path>, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    }

    /// Returns the present configuration.
    pub(crate) fn text(&self) -> String {
        fs::read_to_string(self.config()).unwrap_or_default()
    }

    /// Adds lines to the end of the configuration.
    pub(crate) fn configured(self, lines: &str) -> Self {
        self.write(self.config(), &(self.text() + lines));
        self
    }

    /// Returns all files of the program, relative to the home folder, except for the log of the tests.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let (mut files, mut folders) = (Vec::new(), vec![self.path(".config"), self.path(".local")]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { files.push(path) }
            }
        }
        files
    }

    /// Runs the program without input.
    #[track_caller]
    pub(crate) fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Run {
        self.run_with("", args)
    }

    /// Runs the program with this text on standard input.
    #[track_caller]
    pub(crate) fn run_with<S: AsRef<OsStr>>(&self, input: &str, args: impl IntoIterator<Item = S>) -> Run {
        let log = self.path("vipmp.log");
        let mut command = self.command();
        command.arg("--log-file").arg(&log).args(args).env("VIPMP_LOG", "trace");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        // A program that does not read its input closes it.
        let _ = child.stdin.take().expect("its input").write_all(input.as_bytes());
        let pid = Pid::from_raw(child.id().try_into().expect("a process id")).expect("a process");
        let (ended, waits) = mpsc::channel::<()>();
        let watch = std::thread::spawn(move || {
            // A program that hangs must fail the test, not block it.
            if waits.recv_timeout(DEADLINE) == Err(mpsc::RecvTimeoutError::Timeout) {
                let _ = kill_process(pid, Signal::KILL);
            }
        });
        let output = child.wait_with_output().expect("the program ends");
        drop(ended);
        watch.join().expect("the watch ends");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let run = Run { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) };
        let logged = fs::read_to_string(&log).unwrap_or_default();
        self.assert_hidden(&format!("{}\n{}\n{logged}", run.out, run.err));
        run
    }

    /// Starts the program and leaves it running.
    pub(crate) fn spawn<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Child {
        let mut command = self.command();
        command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("the program starts")
    }

    /// Returns the command of the program in this home folder, with a clean environment.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vipmp"));
        command.env_clear().current_dir(self.home.path()).env("HOME", self.home.path());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("LANG", "C.UTF-8");
        command.envs([NO_KEYRING]);
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Checks that no secret is in a text, in any of the encodings in which one is sent.
    #[track_caller]
    pub(crate) fn assert_hidden(&self, text: &str) {
        let kept = fs::read_dir(self.kept("")).into_iter().flatten();
        let issued = kept.filter_map(|entry| fs::read_to_string(entry.unwrap().path()).ok());
        // A token file holds JSON, of which only the token is secret.
        let issued = issued.filter_map(|text| {
            let value: Value = serde_json::from_str(&text).ok()?;
            Some(value.get("access_token")?.as_str()?.to_owned())
        });
        for secret in self.secrets.iter().cloned().chain(issued) {
            let encoded = percent_encoding::utf8_percent_encode(&secret, percent_encoding::NON_ALPHANUMERIC);
            let form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
            for form in [secret.clone(), encoded.to_string(), form, BASE64_STANDARD.encode(&secret)] {
                assert!(!text.contains(&form), "{form} was printed in\n{text}");
            }
        }
    }

    /// Checks that only the owner can read the program's files.
    #[track_caller]
    pub(crate) fn assert_private(&self) {
        let files = self.files();
        assert!(!files.is_empty(), "something was written");
        for path in files.iter().chain([&self.path("vipmp.log")]) {
            let mode = fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{}", path.display());
        }
    }

    /// Adds a profile of a served API whose secret is stored in a file.
    #[track_caller]
    pub(crate) fn add(&self, name: &str, served: &Served) {
        let run = self.run_with(SECRET, add(name, served, &["--client-secret-stdin", "--keep", "file"]));
        run.exits_with(0).warns(&[&format!("Profile {name} added")]);
    }
}

/// Returns the words of `vipmp profile add` for a served API, followed by these.
pub(crate) fn add(name: &str, served: &Served, more: &[&str]) -> Vec<String> {
    let (api, token) = (served.api(), served.token());
    let words = ["profile", "add", name, "--environment", "custom", "--api-url", &api, "--token-url", &token];
    let ids = ["--reseller-id", RESELLER, "--client-id", CLIENT_ID];
    words.iter().chain(&ids).chain(more).map(|word| (*word).to_owned()).collect()
}

/// Returns a profile for `config.toml` that signs in with this source.
pub(crate) fn profile(name: &str, served: &Served, source: &str) -> String {
    served::profile(name, &served.api(), &served.token(), source)
}
