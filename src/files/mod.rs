//! Files that are whole or untouched: written beside their place and renamed into it, for their owner alone.
//!
//! Everything that this program keeps goes through here: configuration, state, tokens and secrets.

mod atomic;
mod given;
mod lock;
mod privacy;
mod regular;
mod temporary;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

pub use atomic::{Access, check_writable, remove, write, write_with};
pub use given::read_given;
pub use lock::{Lock, lock};
pub use privacy::{exposure, private_folder};
pub use regular::{Kind, Links, inspect, is_exhausted, open};

/// A path that begins with `~/`, which is the home folder; nothing where it begins otherwise.
pub fn at_home(path: &Path) -> Option<PathBuf> {
    let rest = path.strip_prefix("~").ok()?;
    Some(directories::BaseDirs::new()?.home_dir().join(rest))
}

/// Reads a text file of at most `limit` bytes; `None` if there is no such file.
///
/// # Errors
/// What the system says, or that it is not a regular file, too large, or no text.
pub fn read_text(path: &Path, limit: u64) -> io::Result<Option<String>> {
    regular::read(path, limit)?.map(text).transpose()
}

/// The bytes of a file as text.
fn text(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text"))
}

/// The file that a path means: who keeps it elsewhere and links to it means the one there, whether it is there yet or not.
pub fn real(path: &Path) -> PathBuf {
    /// More links in a row than that lead nowhere.
    const LINKS: usize = 40;
    let mut real = path.to_owned();
    for _ in 0..LINKS {
        let Ok(target) = fs::read_link(&real) else { return real };
        real = parent(&real).join(target);
    }
    path.to_owned()
}

/// The folder that a file is in.
pub fn parent(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_none_and_a_large_one_is_told() {
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
