//! Opens the configuration in the user's editor, which gets the terminal while this program waits.

use std::{
    io,
    path::{Path, PathBuf},
};

use tokio::process::Command;

use super::terminal::{Signal, Signals, Terminal};
use crate::{files, secrets::TOKEN_VARIABLE, text};

/// The content of a new `config.toml`: every setting, explained.
const EXAMPLE: &str = include_str!("../../config.example.toml");

/// The result of editing.
#[derive(Debug)]
pub(super) enum Edited {
    /// The editor has exited, and the configuration may have changed.
    Done,
    /// The editor could not be started or reported a failure, in words.
    Failed(String),
    /// A signal asked this program to exit meanwhile.
    Ended(Signal),
}

/// Returns the words of the editor's command line: `$VISUAL`, else `$EDITOR`, else the system's default.
fn command_words() -> Result<Vec<String>, String> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    let Some(line) = set("VISUAL").or_else(|| set("EDITOR")) else {
        let default = if cfg!(windows) { "notepad" } else { "vi" };
        return Ok(vec![default.to_owned()]);
    };
    let words = shlex::split(&line).filter(|words| !words.is_empty());
    words.ok_or_else(|| {
        format!("Cannot read the editor command {line}: check the quotes in $VISUAL or $EDITOR.")
    })
}

/// Creates the file if it is missing, releases the terminal, and waits for the editor. The caller has stopped reading
/// keys, and takes the terminal back afterwards.
pub(super) async fn edit(file: &Path, terminal: &mut Terminal, signals: &mut Signals) -> io::Result<Edited> {
    let words = match command_words() {
        Ok(words) => words,
        Err(words) => return Ok(Edited::Failed(words)),
    };
    if let Err(error) = create_if_missing(file.to_owned()).await {
        return Ok(Edited::Failed(format!("Cannot create {}: {error}.", text::display_path(file))));
    }
    terminal.leave()?;
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).arg(file).env_remove(TOKEN_VARIABLE);
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            return Ok(Edited::Failed(format!(
                "Cannot start {}: {error}. Set $VISUAL or $EDITOR to your editor.",
                words[0]
            )));
        }
    };
    loop {
        tokio::select! {
            status = child.wait() => {
                return Ok(match status? {
                    status if status.success() => Edited::Done,
                    status => Edited::Failed(format!("{} failed ({status}).", words[0])),
                });
            }
            signal = signals.next() => match signal {
                // Signals from keys are for the editor; the terminal sends them to every program that runs in it.
                Signal::Interrupt | Signal::Quit | Signal::Continue | Signal::Resize => {}
                Signal::Suspend => terminal.stop_beside(signals).await?,
                Signal::Terminate | Signal::Hangup => return Ok(Edited::Ended(signal)),
            },
        }
    }
}

async fn create_if_missing(file: PathBuf) -> io::Result<()> {
    let made = tokio::task::spawn_blocking(move || {
        if file.exists() {
            return Ok(());
        }
        // Another instance may be creating it, with a profile in it.
        let _lock = files::lock(&file)?;
        if file.exists() { Ok(()) } else { files::write(&file, EXAMPLE.as_bytes()) }
    });
    made.await.unwrap_or_else(|error| Err(io::Error::other(error)))
}
