//! Why rows could not be written.

use std::io;

/// Why rows could not be written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The file, the pipe or the terminal does not take them.
    #[error("cannot write: {0}")]
    Write(#[from] io::Error),
}

impl OutputError {
    /// Whether nobody reads any more, as when a pager was left: for a command that prints, that is no fault.
    pub fn is_closed(&self) -> bool {
        matches!(self, Self::Write(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}
