//! Whether the open files are still those in their places.

use std::path::Path;

use super::{
    PortfolioStore, folder,
    restored::{self, Ages},
};
use crate::{files::FileId, portfolio::StoreError};

/// What has become of the files of an open copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyFile {
    /// They are in their places.
    Same,
    /// Another copy is in its place.
    Replaced,
    /// Nothing is in its place.
    Missing,
    /// The copy is in its place, but the history is another file or missing.
    OtherHistory,
}

/// The files of an open copy when it was opened; `None` for one that was not there, and for a copy in memory.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct OpenFiles {
    /// That of the cache.
    pub(super) cache: Option<FileId>,
    /// That of the history.
    pub(super) history: Option<FileId>,
}

impl OpenFiles {
    /// Looks at the files of a folder.
    pub(super) fn of(folder: &Path) -> Self {
        let file = |name| FileId::at(&folder.join(name)).ok();
        Self { cache: file(folder::CACHE), history: file(folder::HISTORY) }
    }
}

impl PortfolioStore {
    /// Returns what has become of the files that are read, if they are those of a folder.
    pub fn file_now(&self, folder: &Path) -> CopyFile {
        let now = OpenFiles::of(folder);
        match folder::exists(&folder.join(folder::CACHE)) {
            Ok(false) => CopyFile::Missing,
            _ if now.cache != self.files.cache => CopyFile::Replaced,
            _ if now.history != self.files.history || self.has_older_history() => CopyFile::OtherHistory,
            _ => CopyFile::Same,
        }
    }

    /// Returns true if the history lacks changes that it was handed since it was opened: an older copy was written over it.
    fn has_older_history(&self) -> bool {
        let ages = restored::compare(&self.cache, &self.history, &self.portfolio);
        self.lost_history.is_none() && ages.is_ok_and(|ages| ages == Ages::OlderHistory)
    }

    /// Checks that what is written to the history is not lost with a file that was deleted or replaced.
    ///
    /// # Errors
    /// [`StoreError::HistoryReplaced`] if it would be.
    pub(super) fn check_history(&self) -> Result<(), StoreError> {
        let path = self.history.path().filter(|_| self.files.history.is_some()).map(Path::new);
        match path {
            Some(path) if FileId::at(path).ok() != self.files.history => {
                Err(StoreError::HistoryReplaced(path.to_owned()))
            }
            Some(path) if self.has_older_history() => Err(StoreError::HistoryReplaced(path.to_owned())),
            _ => Ok(()),
        }
    }
}
