//! The error of writing rows.

use std::{io, path::PathBuf};

use super::sheet_table::MAX_ROWS;
use crate::text;

/// The environment variable that sets the folder for temporary files.
const TEMPORARY_VARIABLE: &str = if cfg!(windows) { "TMP" } else { "TMPDIR" };

/// The reason why rows could not be written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The file, pipe or terminal could not be written to.
    #[error("cannot write: {0}")]
    Write(#[from] io::Error),
    /// There are more rows than a sheet of a workbook can hold.
    #[error(
        "a sheet can hold {} rows below its heading, and there are more. Narrow the filter, or use CSV",
        text::group_digits(MAX_ROWS)
    )]
    TooManyRows,
    /// The temporary file that holds the rows of a workbook until it is complete could not be written.
    #[error(
        "cannot write the temporary file of the workbook in {path}: {source}. \
         Free some space there, or set {} to another folder",
        TEMPORARY_VARIABLE, path = text::display_path(folder)
    )]
    Temporary {
        /// The folder of temporary files.
        folder: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The library failed to create the workbook, with its message.
    #[error("the workbook could not be created: {0}")]
    Workbook(String),
}

impl OutputError {
    /// Returns true if the reader has closed the pipe, for example by leaving a pager. For a command that prints, that is
    /// a success.
    pub fn is_closed(&self) -> bool {
        matches!(self, Self::Write(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}
