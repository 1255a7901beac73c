//! Files that are whole or untouched: written beside their place and renamed into it, for their owner alone.
//!
//! Everything that this program keeps goes through here: configuration, state, tokens and secrets.

mod atomic;
mod lock;
mod privacy;
mod temporary;

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

pub use atomic::{remove, write, write_with};
pub use lock::{Lock, lock};
pub use privacy::{exposure, private_folder};

/// A path that begins with `~/`, which is the home folder; nothing where it begins otherwise.
pub fn at_home(path: &Path) -> Option<PathBuf> {
    let rest = path.strip_prefix("~").ok()?;
    Some(directories::BaseDirs::new()?.home_dir().join(rest))
}

/// Reads a text file of at most `limit` bytes; `None` where there is no such file.
///
/// # Errors
/// What the system says, or that the file is too large or no text.
pub fn read_text(path: &Path, limit: u64) -> io::Result<Option<String>> {
    let opened = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let mut bytes = Vec::new();
    opened.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        let words = format!("it is larger than {}", in_words(limit));
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, words));
    }
    String::from_utf8(bytes)
        .map(Some)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text"))
}

/// The file that a path means: who keeps it elsewhere and links to it means the one there, whether it is there yet or not.
fn real(path: &Path) -> PathBuf {
    /// More links in a row than that lead nowhere.
    const LINKS: usize = 40;
    let mut real = path.to_owned();
    for _ in 0..LINKS {
        let Ok(target) = fs::read_link(&real) else { return real };
        real = parent(&real).join(target);
    }
    path.to_owned()
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn in_words(bytes: u64) -> String {
    if bytes.is_multiple_of(1024 * 1024) {
        format!("{} MiB", bytes / 1024 / 1024)
    } else {
        format!("{} KiB", bytes / 1024)
    }
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
