//! The ends of commands: exit codes, and errors on standard error.

use std::{io::Write as _, process::ExitCode};

use crate::{
    api::{ApiError, ErrorKind},
    text,
};

/// The end of a command that did not do what it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// It failed.
    Failed,
    /// It cannot be asked for like that, or in this environment.
    Usage,
    /// The credentials were not accepted, or could not be loaded.
    Authentication,
    /// The thing asked for does not exist.
    NotFound,
    /// Some of it came, and some is missing.
    Partial,
    /// Nobody reads the output any more, which is no fault.
    Closed,
    /// Ctrl-C was pressed at a question.
    Interrupted,
}

impl Failure {
    /// Of this error.
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

/// Says something on standard error. `eprintln!` would panic where that is closed, as it is when the terminal is gone.
///
/// Whatever the words quote, an argument or the name of a file for instance, cannot act on the terminal.
pub(super) fn print_error(words: &str) {
    let _ = writeln!(std::io::stderr(), "vipmp: {}", sanitize(words));
}

/// Words without anything that acts on a terminal; their lines stay lines.
fn sanitize(words: &str) -> String {
    let lines: Vec<_> = words.split('\n').map(text::clean).collect();
    lines.join("\n")
}

/// Returns the fault in the command line.
pub(super) fn usage(words: &str) -> Failure {
    print_error(words);
    Failure::Usage
}

/// Says something on standard error without the program's name before it.
pub(super) fn print_note(words: &str) {
    let _ = writeln!(std::io::stderr(), "{}", sanitize(words));
}

/// Prints a line of a command's output. Where nobody reads it any more, that is no fault.
pub(super) fn print(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Tells an error in its two lines, and how the command ends.
pub(super) fn print_api_error(error: &ApiError) -> Failure {
    let told = error.tell();
    print_error(&told.what);
    if !told.todo.is_empty() {
        print_note(&told.todo);
    }
    Failure::of(error)
}
