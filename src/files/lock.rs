//! Locks between processes: while a file is changed, a lock file beside it is held.

use std::{
    ffi::OsString,
    fs::{File, OpenOptions},
    io,
    path::Path,
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
    let path = super::resolve_links(path);
    super::create_private_folder(super::parent(&path))?;
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".lock");
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = super::open(&path.with_file_name(name), &mut options, super::SymlinkPolicy::Refuse)?;
    file.lock()?;
    Ok(Lock { _file: file })
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
