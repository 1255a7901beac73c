//! Locks between processes: while a file is changed, a lock file beside it is held.

use std::{
    ffi::OsString,
    fs::{File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// A lock on a file, held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Waits until no other process is changing the file at `path`, and locks it. Links to the same file share the lock.
///
/// This blocks, so async code must call it in a blocking task.
///
/// # Errors
/// If the lock file cannot be created or locked, for example in a folder that is not writable.
pub fn lock(path: &Path) -> io::Result<Lock> {
    let file = open_lock_file(&lock_file_of(path))?;
    file.lock()?;
    Ok(Lock { _file: file })
}

/// Locks the file at `path` as [`lock`] does, but waits only so long; returns `None` if another process has it even then. The lock
/// file may be deleted while it is locked.
///
/// This blocks, so async code must call it in a blocking task.
///
/// # Errors
/// If the lock file cannot be created or locked, for example in a folder that is not writable.
pub fn lock_within(path: &Path, longest: Duration) -> io::Result<Option<Lock>> {
    /// The pause between two attempts.
    const PAUSE: Duration = Duration::from_millis(10);
    let path = lock_file_of(path);
    let begun = Instant::now();
    loop {
        let file = open_lock_file(&path)?;
        match file.try_lock() {
            Ok(()) if super::is_at(&file, &path) => return Ok(Some(Lock { _file: file })),
            // It was deleted before it was locked, so that others lock another one.
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        if begun.elapsed() >= longest {
            return Ok(None);
        }
    }
}

/// Returns the path of the lock file of the file at a path.
fn lock_file_of(path: &Path) -> PathBuf {
    let path = super::resolve_links(path);
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".lock");
    path.with_file_name(name)
}

fn open_lock_file(path: &Path) -> io::Result<File> {
    super::create_private_folder(super::parent(path))?;
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    super::open(path, &mut options, super::SymlinkPolicy::Refuse)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// Checks that locking `wanted` waits while `held` is locked.
    fn assert_waits(held: &Path, wanted: &Path) {
        let first = lock(held).unwrap();
        let (sender, events) = mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                sender.send("waiting").unwrap();
                let _second = lock(wanted).unwrap();
                sender.send("held").unwrap();
            });
            assert_eq!(events.recv().unwrap(), "waiting");
            assert!(events.try_recv().is_err());
            drop(first);
            assert_eq!(events.recv().unwrap(), "held");
        });
    }

    #[test]
    fn a_second_lock_waits_for_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        assert_waits(&path, &path);
    }

    #[test]
    fn a_lock_that_is_not_free_in_time_is_not_had() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.sqlite");
        let first = lock_within(&path, Duration::ZERO).unwrap();
        assert!(first.is_some());
        assert!(lock_within(&path, Duration::ZERO).unwrap().is_none());
        drop(first);
        assert!(lock_within(&path, Duration::ZERO).unwrap().is_some());
    }

    #[cfg(unix)]
    #[test]
    fn who_waits_for_a_lock_file_that_is_deleted_holds_the_one_that_others_see() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.sqlite");
        let first = lock(&path).unwrap();
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| lock_within(&path, Duration::from_mins(1)).unwrap());
            std::fs::remove_file(lock_file_of(&path)).unwrap();
            drop(first);
            let held = waiter.join().unwrap();
            assert!(held.is_some());
            assert!(lock_within(&path, Duration::ZERO).unwrap().is_none());
        });
    }

    #[cfg(unix)]
    #[test]
    fn a_lock_through_a_link_waits_too() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("deep/real.toml"), folder.path().join("config.toml"));
        std::os::unix::fs::symlink("deep/real.toml", &link).unwrap();
        assert_waits(&real, &link);
        assert_waits(&link, &real);
    }
}
