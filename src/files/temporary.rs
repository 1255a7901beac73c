//! The file that is written before it comes into its place, and what becomes of one whose writer was killed.
//!
//! It lies beside that place under a name of its own. Its writer locks it as long as it lives: the system lets go of the
//! lock when a process ends, however it ends, so that the next writer can tell what is left over from what is under way.

use std::{
    ffi::{OsStr, OsString},
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use uuid::Uuid;

/// A file beside its place. It is removed again where it does not come into it.
pub(super) struct Temporary {
    path: PathBuf,
    pub(super) file: File,
    placed: bool,
}

impl Temporary {
    /// A new one with this mode beside this path.
    pub(super) fn beside(path: &Path, mode: u32) -> io::Result<Self> {
        loop {
            let path = path.with_file_name(name_beside(path));
            let file = create(&path, mode)?;
            let temporary = Self { path, file, placed: false };
            if hold(&temporary.file) {
                return Ok(temporary);
            }
            // Another writer took it for one that was left over, before it was locked: its name is gone.
        }
    }

    /// Brings it into its place.
    pub(super) fn place(mut self, path: &Path) -> io::Result<()> {
        fs::rename(&self.path, path)?;
        // There is nothing left to remove under that name.
        self.placed = true;
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.placed {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Removes what killed writers of this file have left beside it. What cannot be removed stays: it costs some room.
pub(super) fn sweep(path: &Path) {
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

/// A name of its own, so that two writers do not write into one file: `.state.json.`, 32 hexadecimal digits, `.tmp`.
fn name_beside(path: &Path) -> OsString {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}{END}", Uuid::new_v4().simple()));
    name
}

/// Returns true if `found` is such a name for a file called `name`.
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

/// Locks a new file. Says whether it is still there and nobody else's.
#[cfg(unix)]
fn hold(file: &File) -> bool {
    use std::{fs::TryLockError, os::unix::fs::MetadataExt as _};
    match file.try_lock() {
        Ok(()) => !file.metadata().is_ok_and(|metadata| metadata.nlink() == 0),
        Err(TryLockError::WouldBlock) => false,
        // Where a file system knows no locks, nobody takes it for left over either.
        Err(TryLockError::Error(_)) => true,
    }
}

#[cfg(unix)]
fn remove_abandoned(path: &Path) {
    // Held until it is removed. A name is never used twice: what is removed is what was locked.
    let Ok(file) = super::open(path, OpenOptions::new().write(true), super::Links::Refuse) else { return };
    if file.try_lock().is_ok() {
        let _ = fs::remove_file(path);
    }
}

/// A lock there would keep others from reading the file once it is in its place.
#[cfg(not(unix))]
fn hold(_file: &File) -> bool {
    true
}

/// Its age has to do there: no writer takes that long.
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
    fn only_what_its_writer_has_left_is_swept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        let left = path.with_file_name(name_beside(&path));
        let alive = Temporary::beside(&path, 0o600).unwrap();
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
        sweep(&path);
        assert!(!left.exists());
        for path in others.iter().chain([&path, &alive.path, &link]) {
            assert!(path.exists(), "{}", path.display());
        }
        alive.place(&path).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"");
    }

    #[test]
    fn what_is_removed_takes_along_what_was_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("emea.issued-token");
        fs::write(path.with_file_name(name_beside(&path)), "half a t0k").unwrap();
        assert!(!super::super::remove(&path).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_file_that_was_swept_before_it_was_locked_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        let new = path.with_file_name(name_beside(&path));
        let file = create(&new, 0o600).unwrap();
        let sweeper = OpenOptions::new().write(true).open(&new).unwrap();
        sweeper.try_lock().unwrap();
        assert!(!hold(&file), "the sweeper has it");
        drop(sweeper);
        sweep(&path);
        assert!(!hold(&file), "its name is gone");
    }

    #[test]
    fn many_that_write_at_once_sweep_nothing_of_each_other() {
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
