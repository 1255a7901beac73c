//! The user's editor, for the configuration: it gets the terminal, and this program waits.

use std::{
    io,
    path::{Path, PathBuf},
};

use tokio::process::Command;

use super::terminal::{Signal, Signals, Terminal};
use crate::{files, secrets::TOKEN_VARIABLE, text};

/// The template of a configuration that does not exist yet: every setting, with what it does.
const EXAMPLE: &str = include_str!("../../config.example.toml");

/// The result of editing.
#[derive(Debug)]
pub(super) enum Edited {
    /// The editor has ended, and the configuration may have changed.
    Done,
    /// It could not be started, or says that it failed, in words.
    Failed(String),
    /// A signal asked this program to end meanwhile.
    Ended(Signal),
}

/// The words of the editor's command line: `$VISUAL`, else `$EDITOR`, else what the system has.
fn command() -> Result<Vec<String>, String> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    let Some(line) = set("VISUAL").or_else(|| set("EDITOR")) else {
        let usual = if cfg!(windows) { "notepad" } else { "vi" };
        return Ok(vec![usual.to_owned()]);
    };
    let words = shlex::split(&line).filter(|words| !words.is_empty());
    words.ok_or_else(|| format!("$EDITOR cannot be read: {line}"))
}

/// Makes the file where it is not there, gives the terminal back, and waits for the editor. The caller has stopped
/// reading keys, and takes the terminal again afterwards.
pub(super) async fn edit(file: &Path, terminal: &mut Terminal, signals: &mut Signals) -> io::Result<Edited> {
    let words = match command() {
        Ok(words) => words,
        Err(words) => return Ok(Edited::Failed(words)),
    };
    if let Err(error) = make(file.to_owned()).await {
        return Ok(Edited::Failed(format!("{} cannot be made: {error}", text::display_path(file))));
    }
    terminal.leave()?;
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).arg(file).env_remove(TOKEN_VARIABLE);
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return Ok(Edited::Failed(format!("{} cannot be started: {error}", words[0]))),
    };
    loop {
        tokio::select! {
            status = child.wait() => {
                return Ok(match status? {
                    status if status.success() => Edited::Done,
                    status => Edited::Failed(format!("{} ended with {status}", words[0])),
                });
            }
            signal = signals.next() => match signal {
                // Keys in the editor, which knows what they mean; the terminal sends them to all that run in it.
                Signal::Interrupt | Signal::Quit | Signal::Continue | Signal::Resize => {}
                Signal::Suspend => terminal.stop_beside(signals).await?,
                Signal::Terminate | Signal::Hangup => return Ok(Edited::Ended(signal)),
            },
        }
    }
}

async fn make(file: PathBuf) -> io::Result<()> {
    let made = tokio::task::spawn_blocking(move || {
        if file.exists() {
            return Ok(());
        }
        // Another instance may be making it, with a profile in it.
        let _lock = files::lock(&file)?;
        if file.exists() { Ok(()) } else { files::write(&file, EXAMPLE.as_bytes()) }
    });
    made.await.unwrap_or_else(|error| Err(io::Error::other(error)))
}
