//! Writing a file so that a kill at any moment leaves the old one or the new one, never a part.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::Path,
};

use super::{
    Links, inspect, parent, real,
    temporary::{Temporary, sweep},
};

/// The access that others have to a file that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Its owner alone may read it.
    Private,
    /// It stays as it is with the file that is replaced; a new one is private.
    Kept,
    /// The same, but a new one is as the files of other programs are (`umask`).
    Usual,
}

/// Writes the whole of a file that is for its owner alone; folders that are missing are made. What killed writers of it
/// have left beside it is removed.
///
/// A link to a file stays one: the file that it leads to is replaced.
///
/// # Errors
/// What the system says, or that something else than a regular file is in its place; that is then as it was.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_with(path, Access::Private, |file| file.write_all(bytes))
}

/// The same for a file that is made piece by piece: `fill` writes it, and what it returns is returned once the file is in
/// its place.
///
/// # Errors
/// What `fill` or the system says, or that something else than a regular file is in its place; that is then as it was.
pub fn write_with<T, E: From<io::Error>>(
    path: &Path,
    access: Access,
    fill: impl FnOnce(&mut File) -> Result<T, E>,
) -> Result<T, E> {
    let target = real(path);
    // A rename would put a file in the place of a device or a pipe that others use.
    let replaced = inspect(&target, Links::Follow)?;
    let folder = parent(&target);
    super::private_folder(folder)?;
    // First, for the room that it makes.
    sweep(&target);
    let mode = if access == Access::Usual { 0o666 } else { 0o600 };
    let mut temporary = Temporary::beside(&target, mode)?;
    let filled = fill(&mut temporary.file)?;
    if let Some(replaced) = replaced.filter(|_| access != Access::Private) {
        keep_access(&temporary.file, &replaced)?;
    }
    temporary.file.sync_all()?;
    temporary.place(&target)?;
    sync(folder)?;
    Ok(filled)
}

/// Checks that a file can be written at a path: makes the temporary file that writing it begins with, and removes it.
///
/// # Errors
/// What the system says: that the folder takes no files, for instance, or that the name is too long.
pub fn check_writable(path: &Path) -> io::Result<()> {
    Temporary::beside(&real(path), 0o600).map(drop)
}

/// Gives a file the owner, the group and the mode of another one.
#[cfg(unix)]
fn keep_access(file: &File, other: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
    let mut mode = other.mode() & 0o777;
    let is = file.metadata()?;
    let belongs = (is.uid(), is.gid()) == (other.uid(), other.gid());
    if !belongs && fchown(file, Some(other.uid()), Some(other.gid())).is_err() {
        // Only root gives files away. A group of one's own is tried alone; one that differs gets no rights.
        let is_kept = is.gid() == other.gid() || fchown(file, None, Some(other.gid())).is_ok();
        mode &= if is_kept { 0o777 } else { 0o707 };
    }
    if is.mode() & 0o777 == mode {
        return Ok(());
    }
    match file.set_permissions(fs::Permissions::from_mode(mode)) {
        // The file is ours: whoever refuses that is a file system without modes.
        Err(error)
            if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::Unsupported) =>
        {
            Ok(())
        }
        done => done,
    }
}

/// On this system, the permissions of a file come from its folder.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the others can fail")]
fn keep_access(_file: &File, _other: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

/// Removes a file, and what killed writers of it have left; one that is not there is no error. Says whether it was there.
///
/// # Errors
/// What the system says.
pub fn remove(path: &Path) -> io::Result<bool> {
    sweep(path);
    match fs::remove_file(path) {
        Ok(()) => sync(parent(path)).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Makes the new name of a file survive the loss of power.
#[cfg(unix)]
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Folders cannot be opened there.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the others can fail")]
fn sync(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_whole_and_nothing_stays_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/er/file.toml");
        write(&path, b"one").unwrap();
        write(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(names(path.parent().unwrap()), ["file.toml"]);
        assert!(remove(&path).unwrap() && !remove(&path).unwrap());
    }

    #[test]
    fn what_cannot_be_written_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("taken");
        fs::create_dir(&path).unwrap();
        fs::write(path.join("x"), "").unwrap();
        assert!(write(&path, b"one").is_err());
        assert_eq!((names(folder.path()), names(&path)), (vec!["taken".to_owned()], vec!["x".to_owned()]));
        assert!(write(&path.join("x/y"), b"one").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn files_and_new_folders_are_for_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/file");
        write(&path, b"one").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        write(&path, b"two").unwrap();
        assert_eq!(mode(&path), 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_is_replaced_keeps_its_mode_where_that_is_asked() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o7777;
        let put = |access| {
            write_with::<(), io::Error>(&path, access, |file| file.write_all(b"one")).unwrap();
            mode()
        };
        assert_eq!(put(Access::Kept), 0o600, "a new one is private");
        for kept in [0o644, 0o664, 0o640, 0o600] {
            fs::set_permissions(&path, fs::Permissions::from_mode(kept)).unwrap();
            assert_eq!(put(Access::Kept), kept);
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(put(Access::Usual), 0o644);
        assert_eq!(put(Access::Private), 0o600);
        fs::remove_file(&path).unwrap();
        assert_eq!(put(Access::Usual) & 0o600, 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_not_a_regular_file_is_not_replaced() {
        use std::os::unix::fs::FileTypeExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (pipe, link) = (folder.path().join("pipe"), folder.path().join("link"));
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, 0o600.into()).unwrap();
        std::os::unix::fs::symlink("pipe", &link).unwrap();
        for path in [&pipe, &link] {
            let error = write(path, b"one").unwrap_err();
            assert_eq!(error.to_string(), "it is a named pipe, not a regular file");
        }
        assert!(fs::metadata(&link).unwrap().file_type().is_fifo());
        assert_eq!(names(folder.path()), ["link", "pipe"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_even_to_a_file_that_is_not_there_yet() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        std::os::unix::fs::symlink("real", &link).unwrap();
        for text in [b"old", b"new"] {
            write(&link, text).unwrap();
            assert_eq!(fs::read(&real).unwrap(), text);
            assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        }
        assert_eq!(names(folder.path()), ["link", "real"]);
    }
}
