//! Secrets that a program prints, such as a password manager; no shell is between.

use std::{path::Path, process::Stdio, time::Duration};

use secrecy::{SecretString, zeroize::Zeroizing};
use tokio::{io::AsyncReadExt as _, process::Command};

use super::{MAX_SECRET, SecretError, TOKEN_VARIABLE, tidy};
use crate::text;

/// How long the program may take: it may ask the person for something, in a window of its own.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs the program in `folder` and takes what it prints.
///
/// It gets no input and a process group of its own where the screen is ours (`apart`): the keys are not for it.
pub(super) async fn run(
    words: &[String],
    folder: Option<&Path>,
    apart: bool,
) -> Result<SecretString, SecretError> {
    let program = words.first().map_or("", String::as_str);
    let shown = text::clean(program).into_owned();
    let todo = "Run the command in a terminal to see what it says, and check it in config.toml.";
    let failed = |what: String| SecretError::new(format!("The command {shown} {what}"), todo);
    let mut command = Command::new(program);
    command.args(words.get(1..).unwrap_or_default());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command.env_remove(TOKEN_VARIABLE);
    if let Some(folder) = folder.filter(|folder| folder.is_dir()) {
        command.current_dir(folder);
    }
    #[cfg(unix)]
    if apart {
        command.process_group(0);
    }
    #[cfg(not(unix))]
    let _ = apart;
    let mut child = command.spawn().map_err(|error| failed(format!("cannot be started: {error}")))?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let work = async {
        let read = async |pipe: Option<_>| {
            let mut bytes = Zeroizing::new(Vec::new());
            if let Some(pipe) = pipe {
                let _ = tokio::io::AsyncReadExt::take(pipe, MAX_SECRET + 1).read_to_end(&mut bytes).await;
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
        let (printed, complaints) = tokio::join!(read(out), complaints);
        (printed, complaints, child.wait().await)
    };
    let (printed, complaints, status) = tokio::time::timeout(PATIENCE, work)
        .await
        .map_err(|_| failed(format!("did not end within {} s", PATIENCE.as_secs())))?;
    let status = status.map_err(|error| failed(format!("cannot be waited for: {error}")))?;
    // First, since such a program may have ended because nobody read on.
    if printed.len() as u64 > MAX_SECRET {
        return Err(failed("printed more than a secret".to_owned()));
    }
    if !status.success() {
        let complaints = String::from_utf8_lossy(&complaints);
        let first = complaints.lines().map(str::trim).find(|line| !line.is_empty());
        let first = first.map(|line| format!(": {}", text::truncate(&text::clean(line), 160)));
        let how =
            status.code().map_or("was killed".to_owned(), |code| format!("failed with exit code {code}"));
        return Err(failed(format!("{how}{}", first.unwrap_or_default())));
    }
    let text = std::str::from_utf8(&printed).map_err(|_| failed("printed no text".to_owned()))?;
    tidy(text).ok_or_else(|| failed("printed nothing".to_owned()))
}

#[cfg(all(test, unix))]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    async fn sh(script: &str) -> Result<String, String> {
        let words = ["sh", "-c", script].map(str::to_owned);
        let secret = run(&words, None, true).await;
        secret.map(|secret| secret.expose_secret().to_owned()).map_err(|error| error.what)
    }

    #[tokio::test]
    async fn what_is_printed_is_the_secret_without_its_line_end() {
        assert_eq!(sh("printf 's3 cr3t\\r\\n'; echo asking >&2").await.unwrap(), "s3 cr3t");
        assert_eq!(sh("cat").await.unwrap_err(), "The command sh printed nothing");
    }

    #[tokio::test]
    async fn failures_are_told_with_the_programs_own_words() {
        assert_eq!(
            sh("printf 'lo\\033ck\\nmore' >&2; echo s3cr3t; exit 3").await.unwrap_err(),
            "The command sh failed with exit code 3: lo␛ck"
        );
        assert_eq!(sh("kill -9 $$").await.unwrap_err(), "The command sh was killed");
        assert_eq!(
            sh("head -c 100000 /dev/zero").await.unwrap_err(),
            "The command sh printed more than a secret"
        );
        assert_eq!(sh("printf '\\377'").await.unwrap_err(), "The command sh printed no text");
        let error = run(&["/no/such".to_owned()], None, false).await.unwrap_err();
        assert!(error.what.starts_with("The command /no/such cannot be started: "), "{error}");
    }
}
