//! Prompts on the terminal: questions go to standard error, and secrets are typed without echo.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _};

use secrecy::{ExposeSecret as _, SecretString, zeroize::Zeroizing};

use crate::secrets::{SecretFlaw, decode, read_secret};

/// The reason why a prompt got no usable answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum PromptError {
    /// Something is missing or wrong in the options.
    #[error("{0}")]
    Usage(String),
    /// The terminal or standard input failed.
    #[error("cannot ask: {0}")]
    Io(io::Error),
    /// The input ended before the last answer.
    #[error("cancelled: nothing was changed")]
    Stopped,
    /// Ctrl-C was pressed.
    #[error("cancelled: nothing was changed")]
    Interrupted,
}

impl From<io::Error> for PromptError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::Interrupted => Self::Interrupted,
            io::ErrorKind::UnexpectedEof => Self::Stopped,
            _ => Self::Io(error),
        }
    }
}

/// The maximum size of a secret on standard input, in bytes.
const MAX_SECRET: u64 = 64 * 1024;

/// Returns true if a user at a terminal can answer questions.
pub(super) fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Prompts for a line. An empty line means `default`; the end of input is `None`.
pub(super) fn line(question: &str, default: Option<&str>) -> io::Result<Option<String>> {
    let mut err = io::stderr();
    match default {
        Some(default) => write!(err, "{question} [{default}]: ")?,
        None => write!(err, "{question}: ")?,
    }
    err.flush()?;
    let mut answer = String::new();
    if io::stdin().lock().read_line(&mut answer)? == 0 {
        return Ok(None);
    }
    let answer = answer.trim();
    Ok(Some(if answer.is_empty() { default.unwrap_or_default().to_owned() } else { answer.to_owned() }))
}

/// Asks a yes-or-no question. Anything but yes, even an empty line, means no.
pub(super) fn confirm(question: &str) -> io::Result<bool> {
    let answer = line(&format!("{question} [y/N]"), None)?.unwrap_or_default();
    Ok(matches!(answer.to_lowercase().as_str(), "y" | "yes"))
}

/// Prompts for a secret without echo; returns `None` if nothing is typed.
///
/// # Errors
/// `Interrupted` for Ctrl-C, `UnexpectedEof` for Ctrl-D, or whatever the terminal reports.
pub(super) fn secret(question: &str) -> io::Result<Option<SecretString>> {
    let typed = Zeroizing::new(hidden(&format!("{question} (not shown): "))?);
    let typed = typed.trim();
    Ok((!typed.is_empty()).then(|| typed.into()))
}

/// Prompts with the echo off.
///
/// The echo is turned off before the question appears, so that fast typing is not shown either, and restored however
/// the answer ends.
#[cfg(unix)]
fn hidden(question: &str) -> io::Result<String> {
    let quiet = NoEcho::begin()?;
    let mut err = io::stderr();
    write!(err, "{question}")?;
    err.flush()?;
    let keys = rpassword::ConfigBuilder::new().input_reader(Keys).output_discard().build();
    let typed = rpassword::read_password_with_config(keys);
    drop(quiet);
    writeln!(err)?;
    typed.map_err(|error| match error.kind() {
        CTRL_C_ERROR => io::ErrorKind::Interrupted.into(),
        _ => error,
    })
}

#[cfg(not(unix))]
fn hidden(question: &str) -> io::Result<String> {
    rpassword::prompt_password(question)
}

/// A guard that turns off echo, line editing and signal keys, and restores the terminal when dropped.
#[cfg(unix)]
struct NoEcho(rustix::termios::Termios);

#[cfg(unix)]
impl NoEcho {
    fn begin() -> io::Result<Self> {
        use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr};
        let before = tcgetattr(io::stdin())?;
        let mut quiet = before.clone();
        quiet.local_modes -= LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG;
        quiet.special_codes[SpecialCodeIndex::VMIN] = 1;
        quiet.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(io::stdin(), OptionalActions::Now, &quiet)?;
        Ok(Self(before))
    }
}

#[cfg(unix)]
impl Drop for NoEcho {
    fn drop(&mut self) {
        // If that fails, the terminal is gone.
        let _ = rustix::termios::tcsetattr(io::stdin(), rustix::termios::OptionalActions::Now, &self.0);
    }
}

/// The error that stands for Ctrl-C. The library treats other kinds as the end of input, or retries.
#[cfg(unix)]
const CTRL_C_ERROR: io::ErrorKind = io::ErrorKind::ConnectionAborted;

/// A reader of keys that reports Ctrl-C as an error. The library would end the process before the echo is restored.
#[cfg(unix)]
struct Keys;

#[cfg(unix)]
impl io::Read for Keys {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        const CTRL_C: u8 = 3;
        let count = io::stdin().lock().read(buffer)?;
        if buffer[..count].contains(&CTRL_C) { Err(CTRL_C_ERROR.into()) } else { Ok(count) }
    }
}

/// Reads a secret from standard input: typed without echo on a terminal, otherwise up to the end of input.
pub(super) fn secret_from_stdin(noun: &str) -> Result<SecretString, PromptError> {
    let none = || PromptError::Usage(format!("no {noun} on standard input"));
    if io::stdin().is_terminal() {
        let sentence = noun.chars().take(1).flat_map(char::to_uppercase).chain(noun.chars().skip(1));
        return typed_secret(&sentence.collect::<String>(), noun)?.ok_or_else(none);
    }
    let mut bytes = Zeroizing::new(Vec::new());
    // One byte beyond the limit, so that a secret that is too long is refused instead of cut.
    io::stdin().lock().take(MAX_SECRET + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_SECRET {
        return Err(PromptError::Usage(format!(
            "standard input holds more than the {noun}: it is larger than 64 KiB"
        )));
    }
    let text = decode(&bytes)
        .ok_or_else(|| PromptError::Usage(format!("the {noun} on standard input is not text")))?;
    match read_secret(&text, noun == "access token") {
        Err(SecretFlaw::Empty) => Err(none()),
        read => read.map_err(|flaw| flawed(noun, "on standard input ", flaw)),
    }
}

/// Prompts for a secret and checks it; returns `None` if nothing is typed.
pub(super) fn typed_secret(question: &str, noun: &str) -> Result<Option<SecretString>, PromptError> {
    let Some(typed) = secret(question)? else { return Ok(None) };
    let read = read_secret(typed.expose_secret(), noun == "access token");
    read.map(Some).map_err(|flaw| flawed(noun, "", flaw))
}

fn flawed(noun: &str, place: &str, flaw: SecretFlaw) -> PromptError {
    PromptError::Usage(format!("the {noun} {place}{}. {}", flaw.words(), flaw.todo()))
}
