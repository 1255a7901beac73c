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

/// Waits until no other process changes `path`, and keeps others from it. Blocks: for a blocking task.
///
/// # Errors
/// What the system says, for instance where the folder cannot be written to.
pub fn lock(path: &Path) -> io::Result<Lock> {
    if let Some(folder) = path.parent() {
        super::private_folder(folder)?;
    }
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".lock");
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path.with_file_name(name))?;
    file.lock()?;
    Ok(Lock { _file: file })
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn the_second_waits_for_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        let first = lock(&path).unwrap();
        let (tell, told) = mpsc::channel();
        let waiting = std::thread::spawn({
            let path = path.clone();
            move || {
                tell.send("waiting").unwrap();
                let _second = lock(&path).unwrap();
                tell.send("held").unwrap();
            }
        });
        assert_eq!(told.recv().unwrap(), "waiting");
        assert!(told.try_recv().is_err());
        drop(first);
        assert_eq!(told.recv().unwrap(), "held");
        waiting.join().unwrap();
    }
}
