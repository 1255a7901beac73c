//! Writes the whole output of a command to standard output.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use super::exit::{Failure, print_error};

/// Writes the data and returns the exit code. A closed pipe, as `head` leaves it, is a success; a full disk is a failure.
pub(super) fn write(data: &[u8]) -> ExitCode {
    write_all(data).map_or_else(ExitCode::from, |()| ExitCode::SUCCESS)
}

/// Writes the data as it is. A closed pipe is a success.
///
/// # Errors
/// [`Failure::Failed`] if it cannot be written; the error has been printed.
pub(super) fn write_all(data: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(data).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            print_error(&format!("cannot write to standard output: {error}"));
            Err(Failure::Failed)
        }
        _ => Ok(()),
    }
}
