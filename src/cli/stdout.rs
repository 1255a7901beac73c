//! A command's data as a whole on standard output.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use super::exit::{Failure, print_error};

/// Writes all of it, and says how the command ends. Whoever stops reading, as `head` does, has what was wanted; a disk that
/// is full is a failure.
pub(super) fn write(data: &[u8]) -> ExitCode {
    let mut out = io::stdout().lock();
    match out.write_all(data).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            print_error(&format!("cannot write to standard output: {error}"));
            Failure::Failed.into()
        }
        _ => ExitCode::SUCCESS,
    }
}
