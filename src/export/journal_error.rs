//! The errors of journals.

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
        /// The system's error.
        source: io::Error,
    },
    /// An unfinished export has left a journal.
    #[error("{path} holds an unfinished export: --resume continues it, or remove the file", path = text::display_path(.0))]
    Unfinished(PathBuf),
    /// There is no journal to resume from.
    #[error("there is no {path} to resume: run the export without --resume", path = text::display_path(.0))]
    NotFound(PathBuf),
    /// Another export is writing to it.
    #[error("{path} is being written by another export", path = text::display_path(.0))]
    Busy(PathBuf),
    /// The journal belongs to a different export.
    #[error("{path} is of another export ({what}): use the same options, or remove it", path = text::display_path(path))]
    Other {
        /// The journal.
        path: PathBuf,
        /// The first difference.
        what: &'static str,
    },
    /// A line has been changed.
    #[error(
        "{path} is damaged: line {line} is not as it was written. Remove the file and start the export again",
        path = text::display_path(path)
    )]
    Damaged {
        /// The journal.
        path: PathBuf,
        /// The first such line, counted from 1.
        line: u64,
    },
    /// An older version of vipmp wrote the journal.
    #[error(
        "{path} was written by an older version of vipmp, without checksums. \
         Remove the file and start the export again",
        path = text::display_path(.0)
    )]
    Older(PathBuf),
    /// A newer version of vipmp wrote the journal.
    #[error(
        "{path} was written by a newer version of vipmp. \
         Continue with that version, or remove the file and start the export again",
        path = text::display_path(.0)
    )]
    Newer(PathBuf),
    /// The file is not a journal.
    #[error("{path} is not the journal of an export. Move it away, or choose another file name", path = text::display_path(.0))]
    UnknownFormat(PathBuf),
}

impl JournalError {
    /// Returns true if the export can be resumed from its journal once the obstacle is removed.
    pub fn can_be_resumed(&self) -> bool {
        matches!(self, Self::Io { .. } | Self::Busy(_) | Self::Unfinished(_))
    }
}
