//! Profiles in the whole program: added from nothing, switched, remembered; and their secrets, which are nowhere.

#![cfg(unix)]
#![allow(clippy::expect_used, reason = "what is expected here and does not come is a failed test")]

mod asking;
mod certificates;
mod files;
mod nowhere;
mod offline;
mod proxy;
mod relay;
mod screen;
#[path = "../support/mod.rs"]
mod support;

use std::path::{Path, PathBuf};

use support::{
    pty::Pty,
    served::{CLIENT_ID, RESELLER, SECRET, Served, profile},
};

const ENTER: &str = "\r";
const ESC: &str = "\x1b";
const UP: &str = "\x1b[A";
const DOWN: &str = "\x1b[B";
const LEFT: &str = "\x1b[D";

/// The places of one user, over several starts.
struct User {
    folder: tempfile::TempDir,
}

impl User {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("config/config.toml")
    }

    fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes the configuration.
    fn configure(&self, text: &str) {
        std::fs::create_dir_all(self.config().parent().expect("a folder")).expect("it can be made");
        std::fs::write(self.config(), text).expect("it can be written");
    }

    /// Starts the program for this user.
    fn start(&self, args: &[&str], env: &[(&str, &str)]) -> Pty {
        let config = self.folder().join("config");
        let data = self.folder().join("data");
        let mut all = vec![
            ("VIPMP_CONFIG_DIR", config.to_str().expect("text")),
            ("VIPMP_DATA_DIR", data.to_str().expect("text")),
        ];
        all.extend_from_slice(env);
        Pty::spawn(args, &all, 36, 120)
    }
}

/// The environment with the secret of a profile made by [`with_secret_in`].
const SECRET_VARIABLE: &str = "TEST_SECRET";

/// A profile that takes its secret from the environment.
fn with_secret_in(served: &Served, name: &str) -> String {
    profile(
        name,
        &served.api(),
        &served.token(),
        &format!("client_secret = {{ env = \"{SECRET_VARIABLE}\" }}"),
    )
}

#[track_caller]
fn assert_quits(pty: &Pty) {
    pty.send("q");
    assert_eq!(pty.wait_exit().exit_code(), 0);
    assert!(pty.modes_restored(), "{:?}", pty.modes_left_on());
}

/// Closes what is open over the main screen. A key that followed at once would be read as Alt and that key.
#[track_caller]
fn close(pty: &Pty) {
    pty.send(ESC);
    pty.wait_for(|screen| screen.contains("? help"), "the main screen");
}
