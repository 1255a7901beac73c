//! Reading and writing of files: atomic writes, locks, private permissions, and regular files only.
//!
//! Everything that this program stores goes through here: configuration, state, tokens and secrets.

mod atomic;
mod file_or_pipe;
mod identity;
mod lock;
mod privacy;
mod regular;
mod temporary;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

pub use atomic::{Access, check_writable, remove, write, write_with};
pub use file_or_pipe::read_file_or_pipe;
pub use identity::{FileId, is_at};
pub use lock::{Lock, lock, lock_within};
pub use privacy::{create_private_folder, exposure_warning};
pub use regular::{FileKind, SymlinkPolicy, inspect, is_exhausted, open};

/// Expands a path that begins with `~/`; `None` for any other path.
pub fn expand_home(path: &Path) -> Option<PathBuf> {
    let rest = path.strip_prefix("~").ok()?;
    Some(directories::BaseDirs::new()?.home_dir().join(rest))
}

/// Reads a text file of at most `limit` bytes; `None` if there is no such file.
///
/// # Errors
/// If the system reports one, or if the file is not a regular one, too large, or not UTF-8.
pub fn read_text(path: &Path, limit: u64) -> io::Result<Option<String>> {
    regular::read(path, limit)?.map(decode_utf8).transpose()
}

/// Converts the bytes of a file to text.
fn decode_utf8(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text"))
}

/// Follows symbolic links to the file that a path stands for, which need not exist yet.
pub fn resolve_links(path: &Path) -> PathBuf {
    /// The number of links after which they are taken for a loop, and the path is returned as it is.
    const LINKS: usize = 40;
    let mut real = path.to_owned();
    for _ in 0..LINKS {
        let Ok(target) = fs::read_link(&real) else { return real };
        real = parent(&real).join(target);
    }
    path.to_owned()
}

/// Returns the folder of a file.
pub fn parent(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_none_and_a_large_one_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        assert_eq!(read_text(&path, 1024).unwrap(), None);
        std::fs::write(&path, "x".repeat(1024)).unwrap();
        assert_eq!(read_text(&path, 1024).unwrap().map(|text| text.len()), Some(1024));
        std::fs::write(&path, "x".repeat(1025)).unwrap();
        assert_eq!(read_text(&path, 1024).unwrap_err().to_string(), "it is larger than 1 KiB");
        std::fs::write(&path, b"\xff").unwrap();
        assert_eq!(read_text(&path, 1024).unwrap_err().to_string(), "it is not UTF-8 text");
    }
}
