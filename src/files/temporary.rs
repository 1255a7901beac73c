//! Temporary files for atomic writes, and the removal of those whose writers were killed.
//!
//! A temporary file is in the folder of its target, under a unique name. Its writer keeps it locked. The system releases
//! the lock when the process exits, however it exits, so the next writer can distinguish a leftover from a file in use.

use std::{
    ffi::{OsStr, OsString},
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use uuid::Uuid;

/// A temporary file beside its target, which is removed when dropped unless it has been persisted.
pub(super) struct TemporaryFile {
    path: PathBuf,
    pub(super) file: File,
    persisted: bool,
}

impl TemporaryFile {
    /// Creates a temporary file with this mode beside `path`.
    pub(super) fn create_beside(path: &Path, mode: u32) -> io::Result<Self> {
        loop {
            let path = path.with_file_name(name_beside(path));
            let file = create(&path, mode)?;
            let temporary = Self { path, file, persisted: false };
            if lock_new(&temporary.file) {
                return Ok(temporary);
            }
            // Before it was locked, another writer took it for a leftover and removed it.
        }
    }

    /// Renames the file to its target.
    pub(super) fn persist(mut self, path: &Path) -> io::Result<()> {
        fs::rename(&self.path, path)?;
        // Nothing is left to remove under the temporary name.
        self.persisted = true;
        Ok(())
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        if !self.persisted {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Removes what killed writers of a file have left beside it. What cannot be removed stays, and only takes space.
pub(super) fn remove_leftovers(path: &Path) {
    let Some(name) = path.file_name() else { return };
    let Ok(entries) = fs::read_dir(super::parent(path)) else { return };
    for entry in entries.flatten() {
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_file && is_beside(name, &entry.file_name()) {
            remove_abandoned(&entry.path());
        }
    }
}

const END: &str = ".tmp";

/// Creates a unique name, so that no two writers use the same file: `.state.json.`, 32 hexadecimal digits, `.tmp`.
fn name_beside(path: &Path) -> OsString {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}{END}", Uuid::new_v4().simple()));
    name
}

/// Returns true if `found` is the name of a temporary file for the file `name`.
fn is_beside(name: &OsStr, found: &OsStr) -> bool {
    let rest = found.as_encoded_bytes().strip_prefix(b".");
    let rest = rest.and_then(|rest| rest.strip_prefix(name.as_encoded_bytes())?.strip_prefix(b"."));
    let digits = rest.and_then(|rest| rest.strip_suffix(END.as_bytes()));
    digits.is_some_and(|digits| digits.len() == 32 && digits.iter().all(u8::is_ascii_hexdigit))
}

#[cfg_attr(not(unix), expect(unused_variables, reason = "files have no modes there"))]
fn create(path: &Path, mode: u32) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    options.open(path)
}

/// Locks a new file. Returns false if another writer has locked or removed it.
#[cfg(unix)]
fn lock_new(file: &File) -> bool {
    use std::{fs::TryLockError, os::unix::fs::MetadataExt as _};
    match file.try_lock() {
        Ok(()) => !file.metadata().is_ok_and(|metadata| metadata.nlink() == 0),
        Err(TryLockError::WouldBlock) => false,
        // On a file system without locks, no writer takes it for a leftover.
        Err(TryLockError::Error(_)) => true,
    }
}

#[cfg(unix)]
fn remove_abandoned(path: &Path) {
    // Locked until it is removed. A name is never used twice, so the file that is removed is the one that was locked.
    let Ok(file) = super::open(path, OpenOptions::new().write(true), super::SymlinkPolicy::Refuse) else {
        return;
    };
    if file.try_lock().is_ok() {
        let _ = fs::remove_file(path);
    }
}

/// Does not lock the file, since on this system a lock would prevent others from reading it afterwards.
#[cfg(not(unix))]
fn lock_new(_file: &File) -> bool {
    true
}

/// Judges a leftover by its age, since there is no lock on this system. No writer takes ten minutes.
#[cfg(not(unix))]
fn remove_abandoned(path: &Path) {
    const LONG: std::time::Duration = std::time::Duration::from_mins(10);
    let modified = fs::metadata(path).and_then(|metadata| metadata.modified());
    if modified.is_ok_and(|time| time.elapsed().is_ok_and(|age| age > LONG)) {
        let _ = fs::remove_file(path);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn only_leftovers_of_the_same_file_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        let left = path.with_file_name(name_beside(&path));
        let alive = TemporaryFile::create_beside(&path, 0o600).unwrap();
        let others = [
            folder.path().join(".state.json.lock"),
            folder.path().join(".state.json.mine.tmp"),
            folder.path().join(format!(".state.json.{}.tmp", "g".repeat(32))),
            folder.path().join(name_beside(&folder.path().join("other.json"))),
        ];
        for path in others.iter().chain([&left, &path]) {
            fs::write(path, "{").unwrap();
        }
        let elsewhere = tempfile::tempdir().unwrap();
        let link = path.with_file_name(name_beside(&path));
        std::os::unix::fs::symlink(elsewhere.path(), &link).unwrap();
        remove_leftovers(&path);
        assert!(!left.exists());
        for path in others.iter().chain([&path, &alive.path, &link]) {
            assert!(path.exists(), "{}", path.display());
        }
        alive.persist(&path).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"");
    }

    #[test]
    fn removing_a_file_removes_its_leftovers() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("emea.issued-token");
        fs::write(path.with_file_name(name_beside(&path)), "half a t0k").unwrap();
        assert!(!super::super::remove(&path).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_file_that_was_removed_before_it_was_locked_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        let new = path.with_file_name(name_beside(&path));
        let file = create(&new, 0o600).unwrap();
        let other = OpenOptions::new().write(true).open(&new).unwrap();
        other.try_lock().unwrap();
        assert!(!lock_new(&file), "another writer has it");
        drop(other);
        remove_leftovers(&path);
        assert!(!lock_new(&file), "its name is gone");
    }

    #[test]
    fn concurrent_writers_remove_nothing_of_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        super::super::write(&path, b"whole").unwrap();
                    }
                });
            }
        });
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
