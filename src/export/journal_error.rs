//! The reasons why a journal cannot be used.

use std::{io, path::PathBuf};

use crate::text;

/// The reason why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The system's error.
    #[error("cannot use {path}: {source}", path = text::display_path(path))]
    Io {
        /// The journal.
        path: PathBuf,
        /// The text.
        source: io::Error,
    },
    /// One is there already, from an export that did not end.
    #[error("{path} holds an unfinished export: --resume continues it, or remove the file", path = text::display_path(.0))]
    Unfinished(PathBuf),
    /// There is none to go on from.
    #[error("there is no {path} to resume", path = text::display_path(.0))]
    NotFound(PathBuf),
    /// Another export is writing to it.
    #[error("{path} is being written by another export", path = text::display_path(.0))]
    Busy(PathBuf),
    /// It is of something else.
    #[error("{path} is of another export ({what}): use the same options, or remove it", path = text::display_path(path))]
    Other {
        /// The journal.
        path: PathBuf,
        /// The differences.
        what: &'static str,
    },
    /// Something in it is not as it was written.
    #[error(
        "{path} is damaged: line {line} is not as it was written. Remove the file and start the export again",
        path = text::display_path(path)
    )]
    Damaged {
        /// The journal.
        path: PathBuf,
        /// The first such line, from 1.
        line: u64,
    },
    /// It is of an older version of this program.
    #[error(
        "{path} was written by an older version of vipmp, without checksums. \
         Remove the file and start the export again",
        path = text::display_path(.0)
    )]
    Older(PathBuf),
    /// It is of a newer version of this program.
    #[error(
        "{path} was written by a newer version of vipmp. \
         Continue with that version, or remove the file and start the export again",
        path = text::display_path(.0)
    )]
    Newer(PathBuf),
    /// It is none.
    #[error("{path} is not the journal of an export. Move it away, or choose another file name", path = text::display_path(.0))]
    UnknownFormat(PathBuf),
}

impl JournalError {
    /// Says whether the same export can go on from what is in the journal, once what is in the way is gone.
    pub fn can_be_resumed(&self) -> bool {
        matches!(self, Self::Io { .. } | Self::Busy(_) | Self::Unfinished(_))
    }
}
