//! Whether an open file is still the one in its place.

use std::path::Path;

use super::{PortfolioStore, folder};
use crate::files::FileId;

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

impl PortfolioStore {
    /// Returns what has become of the file that is read, if it is that of a folder.
    pub fn file_now(&self, folder: &Path) -> CopyFile {
        let path = folder.join(folder::CACHE);
        match folder::exists(&path) {
            Ok(false) => CopyFile::Missing,
            _ if FileId::at(&path).ok() == self.file => CopyFile::Same,
            _ => CopyFile::Replaced,
        }
    }
}
