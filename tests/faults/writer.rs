//! A process that writes a file again and again with the functions of the program, until it is killed.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, mpsc},
    time::{Duration, SystemTime},
};

use secrecy::ExposeSecret as _;
use vipmp::{
    api::{AccessToken, CachedToken, TokenCache as _},
    config::{self, Change, Profile},
    secrets::{NoKeyring, ProfileTokens, TokenStorage, Vault},
    state::{Store, View},
};

/// The kind of file that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    State,
    Config,
    Token,
}

impl Kind {
    const ALL: [Self; 3] = [Self::State, Self::Config, Self::Token];
}

/// A file in a folder, whose value is a number.
pub(crate) struct Numbered {
    kind: Kind,
    folder: PathBuf,
    profile: Profile,
    runtime: tokio::runtime::Runtime,
}

const BEGIN: &str = "# begin\n";
const END: &str = "# end\n";

impl Numbered {
    pub(crate) fn new(kind: Kind, folder: &Path) -> Self {
        let text = "[profiles.a]\nreseller_id = '1'\nclient_id = 'c'\nclient_secret = { env = 'X' }\n";
        let mut profiles = config::parse(text, Path::new("config.toml")).config.profiles;
        Self {
            kind,
            folder: folder.to_owned(),
            profile: profiles.remove("a").expect("a profile"),
            runtime: tokio::runtime::Builder::new_current_thread().build().expect("a runtime"),
        }
    }

    /// Returns the folder and the name of the file.
    pub(crate) fn place(&self) -> (PathBuf, &'static str) {
        match self.kind {
            Kind::State => (self.folder.clone(), "state.json"),
            Kind::Config => (self.folder.clone(), "config.toml"),
            Kind::Token => (self.folder.join("secrets"), "a.issued-token"),
        }
    }

    fn store(&self) -> Store {
        Store::new(Some(self.folder.clone()))
    }

    fn tokens(&self) -> (Arc<Vault>, ProfileTokens) {
        let vault = Arc::new(Vault::new(Arc::new(NoKeyring), Some(self.folder.clone()), None));
        vault.decide(TokenStorage::InFiles).expect("nothing waits");
        (Arc::clone(&vault), ProfileTokens::new(vault, "a", &self.profile))
    }

    /// Writes the file as the program does.
    pub(crate) fn write(&self, number: u64) {
        let (folder, name) = self.place();
        match self.kind {
            Kind::State => {
                let row = usize::try_from(number).expect("a small number");
                let view = View { row, name: "acme*".to_owned(), ..View::default() };
                self.store().remember("a", Some(view), SystemTime::now().into()).expect("it is written");
            }
            Kind::Config => {
                let file = folder.join(name);
                if !file.exists() {
                    // The text around the profile shows whether the file is complete.
                    fs::write(&file, format!("{BEGIN}[profiles.a]\n\n{END}")).expect("it is written");
                }
                let profile = Profile { client_id: format!("c-{number}"), ..self.profile.clone() };
                let put = Change::Put { former: None, name: "a", profile: &profile };
                config::edit(&file, &[put]).expect("it is written");
            }
            Kind::Token => {
                let (vault, tokens) = self.tokens();
                let now = SystemTime::now();
                let token = AccessToken::new(format!("t-{number}").as_str().into());
                self.runtime.block_on(async {
                    let expires_at = now + Duration::from_hours(24);
                    tokens.store(CachedToken { token, received_at: now, expires_at });
                    vault.settle().await;
                });
                assert_eq!(vault.take_unkept(), None);
            }
        }
    }

    /// Reads the file as the program does, and checks that it is complete.
    #[track_caller]
    pub(crate) fn read(&self) -> u64 {
        let (folder, name) = self.place();
        match self.kind {
            Kind::State => {
                let recalled = self.store().load();
                assert_eq!(recalled.notice, None);
                recalled.state.profiles["a"].view.as_ref().expect("a view").row as u64
            }
            Kind::Config => {
                let text = fs::read_to_string(folder.join(name)).expect("it is there");
                assert!(text.starts_with(BEGIN) && text.ends_with(END), "{text:?}");
                let loaded = config::parse(&text, Path::new(name));
                assert_eq!(loaded.problems, []);
                number(&loaded.config.profiles["a"].client_id)
            }
            Kind::Token => {
                let (_, tokens) = self.tokens();
                let kept = self.runtime.block_on(tokens.load()).expect("a whole token");
                number(kept.token.secret().expose_secret())
            }
        }
    }
}

fn number(text: &str) -> u64 {
    text.split_once('-').and_then(|(_, number)| number.parse().ok()).expect("a number at its end")
}

/// A running writer.
pub(crate) struct Writer {
    child: Child,
    written: mpsc::Receiver<String>,
}

/// The environment variable that tells the process which kind of file to write.
const KIND: &str = "VIPMP_TEST_WRITER";
const FOLDER: &str = "VIPMP_TEST_FOLDER";

impl Writer {
    /// Starts a writer, which continues from the number in the file.
    pub(crate) fn start(kind: Kind, folder: &Path) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.args(["--exact", "--ignored", "writer::writes_until_it_is_killed"]);
        command.env(KIND, format!("{kind:?}")).env(FOLDER, folder);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts");
        let lines = BufReader::new(child.stderr.take().expect("its output")).lines();
        let (tell, written) = mpsc::channel();
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| tell.send(line)));
        Self { child, written }
    }

    /// Waits for the first number that the writer has written.
    #[track_caller]
    pub(crate) fn first(&self) -> u64 {
        let line = self.written.recv_timeout(Duration::from_secs(20)).expect("nothing keeps it from writing");
        line.parse().unwrap_or_else(|_| panic!("{line}\n{}", self.rest().join("\n")))
    }

    /// Kills the writer, and returns the last number that it reported.
    #[track_caller]
    pub(crate) fn kill(mut self) -> Option<u64> {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
        let rest = self.rest();
        // The last line may be incomplete.
        rest.iter().rev().find_map(|line| line.parse().ok())
    }

    fn rest(&self) -> Vec<String> {
        self.written.iter().collect()
    }
}

#[test]
#[ignore = "what the cases of kills start, and kill"]
fn writes_until_it_is_killed() {
    let (Ok(kind), Some(folder)) = (std::env::var(KIND), std::env::var_os(FOLDER)) else { return };
    let kind = Kind::ALL.into_iter().find(|known| format!("{known:?}") == kind).expect("a kind");
    let file = Numbered::new(kind, Path::new(&folder));
    for number in file.read() + 1.. {
        file.write(number);
        // Without a reader, nothing would kill the process either.
        std::io::stderr().write_all(format!("{number}\n").as_bytes()).expect("somebody listens");
    }
}
