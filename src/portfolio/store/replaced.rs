//! Whether an open file is still the one in its place.

use std::path::Path;

use super::{PortfolioStore, folder};

/// What has become of the file of an open copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyFile {
    /// It is in its place.
    Same,
    /// Another file is in its place.
    Replaced,
    /// Nothing is in its place.
    Missing,
}

/// The identity of a file: its device and its number there. `None` where the system has none or the file is gone.
pub(super) type FileId = Option<(u64, u64)>;

/// Returns the identity of the file at a path.
#[cfg(unix)]
pub(super) fn file_id(path: &Path) -> FileId {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(path).ok().map(|found| (found.dev(), found.ino()))
}

/// Returns none: an open file cannot be replaced here.
#[cfg(not(unix))]
pub(super) fn file_id(_: &Path) -> FileId {
    None
}

impl PortfolioStore {
    /// Returns what has become of the file that is read, if it is that of a folder.
    pub fn file_now(&self, folder: &Path) -> CopyFile {
        let path = folder.join(folder::CACHE);
        match folder::exists(&path) {
            Ok(false) => CopyFile::Missing,
            _ if file_id(&path) == self.file => CopyFile::Same,
            _ => CopyFile::Replaced,
        }
    }
}
