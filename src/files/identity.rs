//! Which file a path leads to, and which one is open.

use std::{fs::File, io, path::Path};

/// The identity of a file: its device and its number there. On systems that have none, all files are the same, which does no
/// harm: there, an open file can be neither deleted nor replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileId {
    #[cfg(unix)]
    place: (u64, u64),
}

impl FileId {
    /// Returns the identity of an open file.
    ///
    /// # Errors
    /// Fails if the system does not say.
    pub fn of(file: &File) -> io::Result<Self> {
        file.metadata().map(|found| Self::from_metadata(&found))
    }

    /// Returns the identity of what is at a path. A link is not followed.
    ///
    /// # Errors
    /// Fails if nothing is there.
    pub fn at(path: &Path) -> io::Result<Self> {
        path.symlink_metadata().map(|found| Self::from_metadata(&found))
    }

    #[cfg(unix)]
    fn from_metadata(found: &std::fs::Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self { place: (found.dev(), found.ino()) }
    }

    #[cfg(not(unix))]
    fn from_metadata(_: &std::fs::Metadata) -> Self {
        Self {}
    }
}

/// Returns true if an open file is the one that a path leads to.
pub fn is_at(file: &File, path: &Path) -> bool {
    FileId::of(file).is_ok_and(|open| FileId::at(path).is_ok_and(|there| open == there))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_at_its_path_until_another_or_none_is() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("a"), folder.path().join("b"));
        let file = File::create(&path).unwrap();
        assert!(is_at(&file, &path));
        assert!(!is_at(&file, &other), "nothing is there");
        #[cfg(unix)]
        {
            File::create(&other).unwrap();
            assert!(!is_at(&file, &other));
            std::fs::rename(&other, &path).unwrap();
            assert!(!is_at(&file, &path), "another file");
            let link = folder.path().join("link");
            std::os::unix::fs::symlink(&path, &link).unwrap();
            assert!(!is_at(&File::open(&path).unwrap(), &link), "a link is not the file");
        }
    }
}
