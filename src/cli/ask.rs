//! Asking on the terminal: questions go to standard error, secrets are typed without echo.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _};

use secrecy::{SecretString, zeroize::Zeroizing};

/// More than this on standard input is no secret.
const MAX_SECRET: u64 = 64 * 1024;

/// Whether somebody is there to be asked.
pub(super) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks for a line; an empty one stands for `default`. `None` at the end of input.
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

/// Asks a question that is answered with yes or no; no where nothing is said.
pub(super) fn yes(question: &str) -> io::Result<bool> {
    let answer = line(&format!("{question} [y/N]"), None)?.unwrap_or_default();
    Ok(matches!(answer.to_lowercase().as_str(), "y" | "yes"))
}

/// Asks for a secret without echo; `None` where nothing is typed.
pub(super) fn secret(question: &str) -> io::Result<Option<SecretString>> {
    let typed = Zeroizing::new(rpassword::prompt_password(format!("{question} (not shown): "))?);
    let typed = typed.trim();
    Ok((!typed.is_empty()).then(|| typed.into()))
}

/// Reads a secret from standard input: typed without echo on a terminal, else all there is.
pub(super) fn secret_from_stdin(noun: &str) -> io::Result<SecretString> {
    let none =
        || io::Error::new(io::ErrorKind::InvalidInput, format!("there is no {noun} on standard input"));
    if io::stdin().is_terminal() {
        let sentence = noun.chars().take(1).flat_map(char::to_uppercase).chain(noun.chars().skip(1));
        return secret(&sentence.collect::<String>())?.ok_or_else(none);
    }
    let mut text = Zeroizing::new(String::new());
    io::stdin().lock().take(MAX_SECRET).read_to_string(&mut text)?;
    let text = text.trim();
    if text.is_empty() { Err(none()) } else { Ok(text.into()) }
}
