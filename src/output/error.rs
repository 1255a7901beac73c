//! The reason why rows could not be written.

use std::{io, path::PathBuf};

use super::xlsx::MAX_ROWS;
use crate::text;

/// The environment variable with the folder of temporary files.
const TEMPORARY_VARIABLE: &str = if cfg!(windows) { "TMP" } else { "TMPDIR" };

/// The reason why rows could not be written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The file, the pipe or the terminal does not take them.
    #[error("cannot write: {0}")]
    Write(#[from] io::Error),
    /// More rows than a sheet of a workbook holds.
    #[error(
        "a sheet of a workbook holds {} rows below its heading, and there are more: narrow the list, or write CSV",
        text::group_digits(MAX_ROWS)
    )]
    TooManyRows,
    /// The rows of a workbook wait in a temporary file until it is complete, and that could not be written.
    #[error(
        "cannot write the temporary file of the workbook in {path}: {source}. \
         Make room there, or set {} to another folder",
        TEMPORARY_VARIABLE, path = text::path(folder)
    )]
    Temporary {
        /// The folder of temporary files.
        folder: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// A workbook could not be made; what its library says.
    #[error("the workbook could not be made: {0}")]
    Workbook(String),
}

impl OutputError {
    /// Returns true if nobody reads any more, as when a pager was left: for a command that prints, that is no fault.
    pub fn is_closed(&self) -> bool {
        matches!(self, Self::Write(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}
