//! Secrets that a program prints, such as a password manager; no shell is between.

use std::{path::Path, process::ExitStatus, time::Duration};

use secrecy::{SecretString, zeroize::Zeroizing};
use tokio::process::Command;

use super::{
    MAX_SECRET, SecretError, TOKEN_VARIABLE, Vault,
    text::{SecretFlaw, decode, read_secret},
};
use crate::{redact::Redactor, text};

/// The time that the program may take: it may ask for something, in a window of its own. Once it has the terminal, it may take
/// as long as the user does.
const PATIENCE: Duration = Duration::from_secs(30);

/// The variable that lets an agent ask on the terminal behind our back.
const AGENT_TERMINAL: &str = "GPG_TTY";

/// Words in the output of programs that need a terminal.
const ASKS: [&str; 9] = [
    "/dev/tty",
    "a tty",
    "no tty",
    "terminal",
    "ioctl for device",
    "input/output error",
    "pinentry",
    "interactive",
    "askpass",
];

/// The longest line of the program's own words that is shown, in characters.
const MAX_COMPLAINT: usize = 160;

/// The result of a run.
enum RunOutcome {
    Ended(Ended),
    /// It was ended because it asked for the terminal.
    Asked,
}

/// The outcome of a program.
struct Ended {
    printed: Zeroizing<Vec<u8>>,
    complaints: Vec<u8>,
    status: ExitStatus,
    /// True if the program could have been given the terminal.
    could_ask: bool,
}

impl Ended {
    /// Returns whether the program's words say that it missed a terminal.
    fn misses_terminal(&self) -> bool {
        let said = String::from_utf8_lossy(&self.complaints).to_lowercase();
        ASKS.iter().any(|words| said.contains(words))
    }
}

/// The reason why a program provided no secret, as the end of a sentence that begins with its name, and what to do.
pub(super) struct NotRun {
    what: String,
    todo: Option<&'static str>,
}

impl NotRun {
    fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), todo: None }
    }
}

/// Runs the program in the folder of the configuration and takes the first line that it prints; `noun` is what that is.
///
/// The keys are not for it: it runs in a process group of its own, and gets the terminal only if it asks for it.
pub(super) async fn run(words: &[String], vault: &Vault, noun: &str) -> Result<SecretString, SecretError> {
    let program = words.first().map_or("", String::as_str);
    let shown = text::clean(program).into_owned();
    secret_of(words, vault, noun).await.map_err(|error| {
        let todo = "Run the command in a terminal to see its output, and check it in config.toml.";
        SecretError::new(format!("The command {shown} {}", error.what), error.todo.unwrap_or(todo))
    })
}

async fn secret_of(words: &[String], vault: &Vault, noun: &str) -> Result<SecretString, NotRun> {
    let has_agent = std::env::var_os(AGENT_TERMINAL).is_some();
    let ended = match execute(words, vault, false).await? {
        // An agent that asks on the terminal was not told of it, since it does not stop in the background as programs of
        // ours do; and some programs look for the foreground before they ask. Now they have it.
        RunOutcome::Ended(ended)
            if !ended.status.success() && ended.could_ask && (has_agent || ended.misses_terminal()) =>
        {
            None
        }
        RunOutcome::Ended(ended) => Some(ended),
        // It is run again rather than let go on: by now it knows the modes that the terminal had for the screen.
        RunOutcome::Asked => None,
    };
    let ended = match ended {
        Some(ended) => ended,
        None => match execute(words, vault, true).await? {
            RunOutcome::Ended(ended) => ended,
            RunOutcome::Asked => return Err(NotRun::new("asked for a terminal twice")),
        },
    };
    // First, since such a program may have ended because nobody read on.
    if ended.printed.len() as u64 > MAX_SECRET {
        return Err(NotRun::new("printed too much for a secret"));
    }
    if !ended.status.success() {
        return Err(failed(&ended));
    }
    let text = decode(&ended.printed).ok_or_else(|| NotRun::new("printed something that is not text"))?;
    read_secret(&text, noun == "access token").map_err(|flaw| match flaw {
        SecretFlaw::Empty => NotRun::new("printed nothing"),
        flaw => NotRun { what: format!("printed a line that {}", flaw.words()), todo: Some(flaw.todo()) },
    })
}

/// Describes how a program failed, in its own words but without its output.
fn failed(ended: &Ended) -> NotRun {
    let said = String::from_utf8_lossy(&ended.complaints);
    let printed = Zeroizing::new(String::from_utf8_lossy(&ended.printed).into_owned());
    let secrets: Vec<SecretString> = printed.split(char::is_whitespace).map(Into::into).collect();
    let whole = printed.lines().map(str::trim).map(SecretString::from);
    let redactor = Redactor::new(&secrets).with_secrets(&whole.collect::<Vec<_>>());
    let first = said.lines().map(str::trim).find(|line| !line.is_empty());
    let first = first.map(|line| format!(": {}", redactor.sanitize(line, MAX_COMPLAINT))).unwrap_or_default();
    if !ended.could_ask && ended.misses_terminal() {
        return NotRun {
            what: format!("asked for a terminal, but there is none{first}"),
            todo: Some("Start vipmp in a terminal, or unlock what the command needs first."),
        };
    }
    let code = ended.status.code();
    let how = code.map_or("was killed".to_owned(), |code| format!("failed with exit code {code}"));
    NotRun::new(format!("{how}{first}"))
}

/// The program with its arguments, as it is run in any case.
fn command(words: &[String], vault: &Vault) -> Command {
    let mut command = Command::new(words.first().map_or("", String::as_str));
    command.args(words.get(1..).unwrap_or_default()).env_remove(TOKEN_VARIABLE).kill_on_drop(true);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    if let Some(folder) = vault.config.as_deref().filter(|folder: &&Path| folder.is_dir()) {
        command.current_dir(folder);
    }
    command
}

#[cfg(not(unix))]
async fn execute(words: &[String], vault: &Vault, _: bool) -> Result<RunOutcome, NotRun> {
    use tokio::io::AsyncReadExt as _;
    let mut command = command(words, vault);
    command.stdin(std::process::Stdio::null());
    let mut child = command.spawn().map_err(|error| NotRun::new(format!("cannot be started: {error}")))?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let work = async {
        let printed = async {
            let mut bytes = Zeroizing::new(Vec::new());
            if let Some(pipe) = out {
                let _ = pipe.take(MAX_SECRET + 1).read_to_end(&mut bytes).await;
            }
            bytes
        };
        let complaints = async {
            let mut bytes = Vec::new();
            if let Some(pipe) = err {
                let _ = pipe.take(MAX_SECRET).read_to_end(&mut bytes).await;
            }
            bytes
        };
        let (printed, complaints) = tokio::join!(printed, complaints);
        (printed, complaints, child.wait().await)
    };
    let (printed, complaints, status) = tokio::time::timeout(PATIENCE, work).await.map_err(|_| too_slow())?;
    let status = status.map_err(|error| NotRun::new(format!("cannot be waited for: {error}")))?;
    Ok(RunOutcome::Ended(Ended { printed, complaints, status, could_ask: false }))
}

fn too_slow() -> NotRun {
    NotRun::new(format!("did not finish within {} s", PATIENCE.as_secs()))
}

#[cfg(unix)]
use unix::execute;

#[cfg(unix)]
mod unix {
    use std::{
        fs::File,
        io::{self, Read as _},
        os::fd::OwnedFd,
        process::Stdio,
    };

    use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, waitid};
    use tokio::{
        io::{AsyncRead, AsyncReadExt as _},
        process::{ChildStderr, ChildStdout},
        signal::unix::{SignalKind, signal},
    };

    use super::{
        AGENT_TERMINAL, Ended, MAX_SECRET, NotRun, PATIENCE, RunOutcome, Vault, Zeroizing, command, text,
        too_slow,
    };
    use crate::secrets::terminal::{ControllingTerminal, Foreground, WritesStop};

    /// A pipe from the program, and what came of it.
    struct Pipe<P> {
        pipe: Option<P>,
        bytes: Zeroizing<Vec<u8>>,
    }

    impl<P: AsyncRead + Unpin> Pipe<P> {
        fn new(pipe: Option<P>) -> Self {
            // Growing would leave the shorter text behind in memory.
            Self { pipe, bytes: Zeroizing::new(Vec::with_capacity(4096)) }
        }

        /// Reads a piece, and says where it begins; never returns if there is nothing more to come.
        async fn read(&mut self) -> usize {
            let start = self.bytes.len();
            if let Some(pipe) = &mut self.pipe {
                match pipe.read_buf(&mut *self.bytes).await {
                    Ok(1..) => return start,
                    Ok(0) | Err(_) => self.pipe = None,
                }
            }
            std::future::pending().await
        }

        fn is_too_long(&self) -> bool {
            self.bytes.len() as u64 > MAX_SECRET
        }

        /// Keeps no more than anybody reads.
        fn forget_excess(&mut self) {
            self.bytes.truncate(usize::try_from(MAX_SECRET).unwrap_or(usize::MAX));
        }

        /// Reads what is in the pipe at this moment. What the program has left behind may hold it open for ever.
        fn drain(&mut self, owned: impl FnOnce(P) -> io::Result<OwnedFd>) {
            let Some(Ok(pipe)) = self.pipe.take().map(owned) else { return };
            if rustix::io::ioctl_fionbio(&pipe, true).is_err() {
                return;
            }
            let mut pipe = File::from(pipe).take(MAX_SECRET + 1);
            let mut piece = Zeroizing::new([0; 4096]);
            while let Ok(count @ 1..) = pipe.read(&mut *piece) {
                self.bytes.extend_from_slice(&piece[..count]);
            }
        }
    }

    /// Runs the program until it ends, and takes what it prints until then.
    ///
    /// It runs in the foreground of the terminal, or else in the background until it asks for it.
    pub(super) async fn execute(
        words: &[String],
        vault: &Vault,
        foreground: bool,
    ) -> Result<RunOutcome, NotRun> {
        let terminal = ControllingTerminal::open();
        let name = text::clean(words.first().map_or("", String::as_str)).into_owned();
        let mut command = command(words, vault);
        let input = terminal.as_ref().and_then(|terminal| terminal.input().ok());
        command.stdin(input.map_or_else(Stdio::null, Stdio::from)).process_group(0);
        if !foreground {
            command.env_remove(AGENT_TERMINAL);
        }
        let failed = |what: &str, error: &io::Error| NotRun::new(format!("{what}: {error}"));
        let mut changes =
            signal(SignalKind::child()).map_err(|error| failed("cannot be waited for", &error))?;
        let lease = if foreground { vault.owner.borrow().await } else { None };
        let prepare = || terminal.as_ref().filter(|_| !foreground).and_then(WritesStop::begin);
        let (mut child, running) = vault
            .programs
            .start(&mut command, prepare)
            .map_err(|error| failed("cannot be started", &error))?;
        let group = running.group();
        if let Some(terminal) = terminal.as_ref().filter(|_| foreground) {
            terminal.show(format!("vipmp: the command {name} asks for something.\n").as_bytes());
            let given = Foreground::give(terminal, group);
            running.has_terminal(given.map_err(|error| failed("cannot use the terminal", &error))?);
        }
        let mut out: Pipe<ChildStdout> = Pipe::new(child.stdout.take());
        let mut err: Pipe<ChildStderr> = Pipe::new(child.stderr.take());
        let patience = tokio::time::sleep(PATIENCE);
        let waiting = child.wait();
        tokio::pin!(patience, waiting);
        let status = loop {
            tokio::select! {
                biased;
                status = &mut waiting => break status.map_err(|error| failed("cannot be waited for", &error))?,
                _ = out.read() => {}
                start = err.read() => if let Some(terminal) = terminal.as_ref().filter(|_| foreground) {
                    terminal.show(&err.bytes[start..]);
                },
                _ = changes.recv() => match stopped(group) {
                    // Ctrl-Z, most likely: there is no shell that it could go back to.
                    Some(_) if foreground => running.go_on(),
                    Some(Signal::TTIN | Signal::TTOU) if terminal.is_some() => return Ok(RunOutcome::Asked),
                    Some(Signal::TTIN | Signal::TTOU) => return Err(NotRun {
                        what: "asked for the terminal, but vipmp runs in the background".to_owned(),
                        todo: Some("Start vipmp in the foreground, or unlock what the command needs first."),
                    }),
                    _ => {}
                },
                () = &mut patience, if !foreground => return Err(too_slow()),
            }
            err.forget_excess();
            if out.is_too_long() {
                return Err(NotRun::new("printed too much for a secret"));
            }
        };
        running.has_ended();
        drop(lease);
        out.drain(ChildStdout::into_owned_fd);
        err.drain(ChildStderr::into_owned_fd);
        let complaints = err.bytes.to_vec();
        Ok(RunOutcome::Ended(Ended { printed: out.bytes, complaints, status, could_ask: terminal.is_some() }))
    }

    /// Returns the signal that has just stopped a child, if one has.
    fn stopped(child: Pid) -> Option<Signal> {
        let status = waitid(WaitId::Pid(child), WaitIdOptions::STOPPED | WaitIdOptions::NOHANG);
        let signal = status.ok().flatten()?.stopping_signal()?;
        [Signal::TTIN, Signal::TTOU, Signal::TSTP, Signal::STOP]
            .into_iter()
            .find(|one| one.as_raw() == signal)
    }
}

#[cfg(all(test, unix))]
mod tests;
