//! Exit codes of commands, and messages on standard error.

use std::{io::Write as _, process::ExitCode};

use crate::{
    api::{ApiError, ErrorKind},
    text,
};

/// The reason why a command did not succeed, which sets its exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// Any other failure.
    Failed,
    /// The command line or the configuration cannot be used.
    Usage,
    /// The credentials were rejected or could not be loaded.
    Authentication,
    /// The customer, reseller or profile does not exist.
    NotFound,
    /// Part of the data is missing.
    Partial,
    /// The reader of the output has closed it, which is a success.
    Closed,
    /// Ctrl-C was pressed at a prompt.
    Interrupted,
}

impl Failure {
    /// Returns the failure that an API error leads to.
    pub(super) fn of(error: &ApiError) -> Self {
        match error.kind {
            ErrorKind::Unauthorized | ErrorKind::Forbidden | ErrorKind::Credentials => Self::Authentication,
            ErrorKind::NotFound => Self::NotFound,
            ErrorKind::Setting => Self::Usage,
            _ => Self::Failed,
        }
    }
}

impl From<Failure> for ExitCode {
    fn from(failure: Failure) -> Self {
        Self::from(match failure {
            Failure::Failed => 1,
            Failure::Usage => 2,
            Failure::Authentication => 3,
            Failure::NotFound => 4,
            Failure::Partial => 5,
            Failure::Closed => 0,
            Failure::Interrupted => 130,
        })
    }
}

/// Prints an error on standard error, after the program's name.
///
/// `eprintln!` would panic if standard error is closed, as it is when the terminal is gone. Control characters, for
/// example in a quoted file name, are made visible.
pub(super) fn print_error(words: &str) {
    let _ = writeln!(std::io::stderr(), "vipmp: {}", sanitize(words));
}

/// Makes control characters other than line breaks visible.
fn sanitize(words: &str) -> String {
    let lines: Vec<_> = words.split('\n').map(text::clean).collect();
    lines.join("\n")
}

/// Prints an error about the command line and returns the failure.
pub(super) fn usage(words: &str) -> Failure {
    print_error(words);
    Failure::Usage
}

/// Prints a note on standard error, without the program's name.
pub(super) fn print_note(words: &str) {
    let _ = writeln!(std::io::stderr(), "{}", sanitize(words));
}

/// Prints a line on standard output. A closed pipe is a success.
///
/// # Errors
/// [`Failure::Failed`] if it cannot be written, for example because the disk is full; the error has been printed.
pub(super) fn print(line: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{line}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            print_error(&format!("cannot write to standard output: {error}"));
            Err(Failure::Failed)
        }
        _ => Ok(()),
    }
}

/// Prints how many rows could not be read.
///
/// # Errors
/// [`Failure::Partial`] if any could not.
pub(super) fn report_unreadable(count: u64, noun: &str) -> Result<(), Failure> {
    if count == 0 {
        return Ok(());
    }
    let rows = text::pluralize(count, "row", "rows");
    print_error(&format!("{rows} without a readable {noun} ID: what they stand for is missing."));
    Err(Failure::Partial)
}

/// Prints an API error and its hint, and returns the failure that it leads to.
pub(super) fn print_api_error(error: &ApiError) -> Failure {
    let told = error.user_message();
    print_error(&told.summary);
    if !told.hint.is_empty() {
        print_note(&told.hint);
    }
    Failure::of(error)
}
