//! The program with a real keyring: a Secret Service on a bus of its own, with a home of its own.
//!
//! Only other processes see that bus and that home, so nobody's own keyring is ever asked. Where there is no
//! `dbus-daemon` or no `gnome-keyring-daemon`, that is printed and nothing is tested.

#![cfg(target_os = "linux")]
#![allow(clippy::expect_used, reason = "what is expected here and does not come is a failed test")]

use std::fs::{self, DirBuilder, File};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

/// Generous, since several test programs may share a small machine; less than a user gets for unlocking a keyring.
const DEADLINE: Duration = Duration::from_secs(30);

const PASSWORD: &str = "opens the keyring of a test";
const CLIENT_ID: &str = "keyring-test-id";
const SECRET: &str = "keyring-test-secret";

/// A bus without services that it could start on its own, above all none that asks on a screen.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=FOLDER</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// A process that ends with its owner.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The end of a command.
#[derive(Debug)]
struct Ended {
    code: Option<i32>,
    out: String,
    err: String,
}

/// A session of a user who has nothing but a bus and, where it was started, a keyring.
struct Session {
    // Dropped in this order: the folder is the last to go.
    keyring: Option<Process>,
    _bus: Process,
    address: String,
    home: TempDir,
}

impl Session {
    /// A session without a keyring yet; `None` where it cannot be had, which is then printed.
    fn start() -> Option<Self> {
        let home = tempfile::tempdir().expect("a folder");
        DirBuilder::new().mode(0o700).create(home.path().join("run")).expect("a folder");
        let config = home.path().join("bus.conf");
        let folder = home.path().to_str().expect("a path that is text");
        fs::write(&config, BUS.replace("FOLDER", folder)).expect("written");
        let mut command = Command::new("dbus-daemon");
        command.arg("--config-file").arg(&config).args(["--nofork", "--print-address=1"]);
        let log = home.path().join("bus.log");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(File::create(&log).expect("a file"));
        let mut bus = there(&mut command)?;
        // Asked now, so that whoever has only one of the two is told at once.
        there(Command::new("gnome-keyring-daemon").arg("--version").stdout(Stdio::null()))?;
        let mut address = String::new();
        let out = bus.0.stdout.take().expect("piped");
        BufReader::new(out).read_line(&mut address).expect("the bus says where it is");
        let address = address.trim().to_owned();
        assert!(address.starts_with("unix:"), "the bus does not start: {:?}", fs::read_to_string(log));
        Some(Self { keyring: None, _bus: bus, address, home })
    }

    /// The same with a keyring that is unlocked.
    fn start_unlocked() -> Option<Self> {
        let mut session = Self::start()?;
        session.start_keyring(true);
        Some(session)
    }

    /// Of this session and of nothing else.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("HOME", self.home.path()).env("XDG_RUNTIME_DIR", self.path("run"));
        command.env("DBUS_SESSION_BUS_ADDRESS", &self.address).current_dir(self.home.path());
        command
    }

    /// Starts the keyring, or starts it again; one that is unlocked is made first if need be.
    fn start_keyring(&mut self, unlocked: bool) {
        if self.keyring.take().is_some() {
            self.wait_for_keyring("warning");
        }
        let mut command = self.command("gnome-keyring-daemon");
        command.args(["--foreground", "--components=secrets"]).args(unlocked.then_some("--unlock"));
        let complaints = File::create(self.path("keyring.log")).expect("a file");
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(complaints);
        let mut keyring = Process(command.spawn().expect("it was there a moment ago"));
        let mut input = keyring.0.stdin.take().expect("piped");
        if unlocked {
            input.write_all(PASSWORD.as_bytes()).expect("the password is read");
        }
        drop(input);
        self.keyring = Some(keyring);
        self.wait_for_keyring("ok");
    }

    /// Returns the finding of `doctor` about the keyring: its state, and in words.
    fn keyring(&self) -> (String, String) {
        let ended = self.vipmp(&["doctor", "--demo", "--json"], "");
        let findings: Value = serde_json::from_str(&ended.out).expect("JSON");
        let all = findings.as_array().expect("a list");
        let keyring = all.iter().find(|finding| finding["check"] == "keyring").expect("the keyring's");
        let word = |key: &str| keyring[key].as_str().expect("text").to_owned();
        (word("state"), word("found"))
    }

    #[track_caller]
    fn wait_for_keyring(&self, state: &str) {
        let start = Instant::now();
        loop {
            let found = self.keyring();
            if found.0 == state {
                return;
            }
            let log = || fs::read_to_string(self.path("keyring.log")).unwrap_or_default();
            assert!(start.elapsed() < DEADLINE, "not {state}: {found:?}\n{}", log());
        }
    }

    fn path(&self, relative: &str) -> PathBuf {
        self.home.path().join(relative)
    }

    /// The text of `config.toml`.
    fn config(&self) -> String {
        fs::read_to_string(self.path(".config/vipmp/config.toml")).expect("a configuration")
    }

    /// Runs the program with this input to its end, which has to come in time.
    #[track_caller]
    fn vipmp(&self, args: &[&str], input: &str) -> Ended {
        let mut command = self.command(env!("CARGO_BIN_EXE_vipmp"));
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let pid = Pid::from_child(&child);
        // One that reads no input may have closed it.
        let _ = child.stdin.take().expect("piped").write_all(input.as_bytes());
        let (tell, told) = mpsc::channel();
        let wait = std::thread::spawn(move || tell.send(child.wait_with_output()));
        let Ok(output) = told.recv_timeout(DEADLINE) else {
            let _ = kill_process(pid, Signal::KILL);
            let _ = wait.join();
            panic!("vipmp {args:?} did not finish within {} s", DEADLINE.as_secs());
        };
        let output = output.expect("waited for");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        Ended { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// The same for a command that succeeds.
    #[track_caller]
    fn succeed(&self, args: &[&str], input: &str) {
        let ended = self.vipmp(args, input);
        assert_eq!(ended.code, Some(0), "{args:?}: {ended:?}");
    }

    /// Tests a profile, successfully, and says whether it signed in at the token service for that.
    #[track_caller]
    fn signs_in_anew(&self, profile: &str) -> bool {
        let path = self.path("vipmp.log");
        self.succeed(&["profile", "test", profile, "--log-file", path.to_str().expect("text")], "");
        let log = fs::read_to_string(&path).expect("a log");
        fs::remove_file(&path).expect("removed");
        assert!(log.contains("/partnerservice/ping"), "requests are logged: {log}");
        log.contains("/ims/token")
    }
}

/// A process of a program that may not be there; then that is printed.
fn there(command: &mut Command) -> Option<Process> {
    match command.spawn() {
        Ok(child) => Some(Process(child)),
        Err(error) => {
            let program = command.get_program().display().to_string();
            // Not with `println!`: what a test prints that passes, nobody would see.
            let _ = writeln!(io::stderr(), "skipped: no real keyring, {program} cannot be started: {error}");
            None
        }
    }
}

/// The demo API as a process of its own.
struct Served {
    _process: Process,
    lines: Vec<String>,
}

impl Served {
    fn start(session: &Session) -> Self {
        let mut command = session.command(env!("CARGO_BIN_EXE_vipmp"));
        command.args(["serve", "--port", "0", "--client-id", CLIENT_ID, "--client-secret", SECRET]);
        let mut process = Process(command.stdout(Stdio::piped()).spawn().expect("the program starts"));
        let out = BufReader::new(process.0.stdout.take().expect("piped"));
        let lines = out.lines().map(|line| line.expect("text"));
        // The last line of the profile; what follows is of no use here.
        let lines = lines.take_while(|line| !line.starts_with("client_secret")).collect();
        Self { _process: process, lines }
    }

    fn value(&self, key: &str) -> &str {
        let values = self.lines.iter().filter_map(|line| line.split_once(" = "));
        let value = values.filter(|(name, _)| *name == key).map(|(_, value)| value.trim_matches('"')).next();
        value.expect("a value of the printed profile")
    }
}

/// The words that add a profile whose secret comes through standard input.
fn adding<'a>(name: &'a str, api_url: &'a str, token_url: &'a str, reseller: &'a str) -> Vec<&'a str> {
    let mut words = vec!["profile", "add", name, "--environment", "custom", "--client-secret-stdin"];
    words.extend(["--api-url", api_url, "--token-url", token_url]);
    words.extend(["--reseller-id", reseller, "--client-id", CLIENT_ID]);
    words
}

/// All files below a folder that have this text in them.
fn files_with(folder: &Path, text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let kind = entry.file_type().expect("a type");
        if kind.is_dir() {
            found.extend(files_with(&entry.path(), text));
        } else if kind.is_file() {
            let bytes = fs::read(entry.path()).expect("read");
            if bytes.windows(text.len()).any(|window| window == text.as_bytes()) {
                found.push(entry.path());
            }
        }
    }
    found
}

#[test]
fn a_real_keyring_keeps_the_secret_and_the_token_of_a_profile_for_as_long_as_it_lives() {
    let Some(session) = Session::start_unlocked() else { return };
    let home = session.home.path();
    assert_eq!(session.keyring(), ("ok".to_owned(), "it responds".to_owned()));
    let served = Served::start(&session);
    let [api, token, reseller] = ["api_url", "token_url", "reseller_id"].map(|key| served.value(key));

    session.succeed(&adding("emea", api, token, reseller), SECRET);
    assert!(session.config().contains("client_secret = { keyring = true }"), "{}", session.config());
    assert_eq!(files_with(home, SECRET), Vec::<PathBuf>::new());
    assert_eq!(files_with(home, CLIENT_ID), [session.path(".config/vipmp/config.toml")], "the search finds");

    assert!(session.signs_in_anew("emea"), "the secret comes from the keyring");
    assert!(!session.signs_in_anew("emea"), "and then the token");
    assert!(!session.path(".local/share/vipmp/secrets").exists(), "no file stands in for the keyring");

    session.succeed(&["profile", "edit", "emea", "--rename", "north", "--no-test"], "");
    let config = session.config();
    assert!(config.contains("[profiles.north]") && !config.contains("emea"), "{config}");
    assert!(session.signs_in_anew("north"), "with the secret, which has come along");
    assert!(!session.signs_in_anew("north"));

    session.succeed(&["profile", "remove", "north", "--yes"], "");
    assert!(!session.config().contains("north"), "{}", session.config());
    // Were a token left under a name, the test would pass with it; were a secret left, it would sign in.
    for name in ["emea", "north"] {
        let again = config.replace("north", name);
        fs::write(session.path(".config/vipmp/config.toml"), again).expect("written");
        let ended = session.vipmp(&["profile", "test", name], "");
        assert_eq!(ended.code, Some(3), "{ended:?}");
        let words = format!("vipmp: The keyring has no client secret of {name}.\n");
        assert!(ended.err.contains(&words), "{ended:?}");
    }
}

#[test]
fn a_keyring_that_refuses_is_told_in_plain_words_and_nothing_is_lost() {
    let Some(mut session) = Session::start() else { return };
    // Nothing answers there; nothing asks there either, as the secret is needed first.
    let url = "http://127.0.0.1:9";
    let add = |name| {
        let mut words = adding(name, url, url, "1000396138");
        words.push("--no-test");
        words
    };
    let refuses = |session: &Session, args: &[&str], code: i32, words: &str| {
        let ended = session.vipmp(args, SECRET);
        assert_eq!(ended.code, Some(code), "{args:?}: {ended:?}");
        assert!(ended.err.contains(words), "{args:?}: {words:?} is not in {ended:?}");
    };
    refuses(
        &session,
        &add("emea"),
        1,
        "the secret cannot be stored in the keyring: no keyring is available (",
    );

    session.start_keyring(false);
    refuses(&session, &add("emea"), 1, "it has no default keyring yet: create one first");
    assert!(!session.path(".config/vipmp/config.toml").exists());

    session.start_keyring(true);
    session.succeed(&add("emea"), SECRET);
    let config = session.config();

    session.start_keyring(false);
    let locked = "the keyring refused (it is locked and was not unlocked)";
    let words = format!("vipmp: The client secret of emea is in the keyring, but {locked}.\n");
    refuses(&session, &["profile", "test", "emea"], 3, &words);
    let rename = ["profile", "edit", "emea", "--rename", "north", "--no-test"];
    refuses(&session, &rename, 1, locked);
    refuses(&session, &add("south"), 1, &format!("the secret cannot be stored in the keyring: {locked}."));
    assert_eq!(session.config(), config);

    session.start_keyring(true);
    session.succeed(&rename, "");
    // It has its secret, and gets as far as the network with it.
    let ended = session.vipmp(&["profile", "test", "north"], "");
    assert!(!ended.err.contains("keyring") && ended.err.contains("127.0.0.1"), "{ended:?}");
}
