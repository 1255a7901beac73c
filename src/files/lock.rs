//! One writer at a time: a file beside the one that is changed is locked as long as that takes.

use std::{
    ffi::OsString,
    fs::{File, OpenOptions},
    io,
    path::Path,
};

/// A lock that is held until this is dropped.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Waits until no other process changes `path`, and keeps others from it. Whoever reaches the same file by a link waits
/// too. Blocks: for a blocking task.
///
/// # Errors
/// What the system says, for instance where the folder cannot be written to.
pub fn lock(path: &Path) -> io::Result<Lock> {
    let path = super::real(path);
    super::private_folder(super::parent(&path))?;
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".lock");
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = super::open(&path.with_file_name(name), &mut options, super::Links::Refuse)?;
    file.lock()?;
    Ok(Lock { _file: file })
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// Locks one path while another one is locked, and says that it had to wait.
    fn assert_waits(held: &Path, wanted: &Path) {
        let first = lock(held).unwrap();
        let (tell, told) = mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                tell.send("waiting").unwrap();
                let _second = lock(wanted).unwrap();
                tell.send("held").unwrap();
            });
            assert_eq!(told.recv().unwrap(), "waiting");
            assert!(told.try_recv().is_err());
            drop(first);
            assert_eq!(told.recv().unwrap(), "held");
        });
    }

    #[test]
    fn the_second_waits_for_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        assert_waits(&path, &path);
    }

    #[cfg(unix)]
    #[test]
    fn whoever_comes_by_a_link_waits_too() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("deep/real.toml"), folder.path().join("config.toml"));
        std::os::unix::fs::symlink("deep/real.toml", &link).unwrap();
        assert_waits(&real, &link);
        assert_waits(&link, &real);
    }
}
