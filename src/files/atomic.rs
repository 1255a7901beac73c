//! Atomic writes: a kill at any moment leaves either the old file or the new one, never a part.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::Path,
};

use super::{
    SymlinkPolicy, inspect, parent, resolve_links,
    temporary::{TemporaryFile, remove_leftovers},
};

/// The permissions of a file that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Only the owner can read the file.
    Private,
    /// The file keeps the permissions of the one it replaces; a new one is private.
    Preserve,
    /// The file keeps the permissions of the one it replaces; a new one gets the default ones (`umask`).
    PreserveOrUmask,
}

/// Writes a private file. Missing folders are created, and leftovers of killed writers are removed.
///
/// If the path is a symbolic link, it stays one, and the file that it leads to is replaced.
///
/// # Errors
/// If the system reports one, or if something other than a regular file is in the way, which then stays as it was.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_with(path, Access::Private, |file| file.write_all(bytes))
}

/// Writes a file piece by piece: `fill` writes the contents, and its result is returned after the file is in place.
///
/// # Errors
/// If `fill` or the system reports one, or if something other than a regular file is in the way, which then stays as it
/// was.
pub fn write_with<T, E: From<io::Error>>(
    path: &Path,
    access: Access,
    fill: impl FnOnce(&mut File) -> Result<T, E>,
) -> Result<T, E> {
    let target = resolve_links(path);
    // A rename would replace a device or a pipe that other programs use.
    let replaced = inspect(&target, SymlinkPolicy::Follow)?;
    let folder = parent(&target);
    super::create_private_folder(folder)?;
    // First, since it frees space.
    remove_leftovers(&target);
    let mode = if access == Access::PreserveOrUmask { 0o666 } else { 0o600 };
    let mut temporary = TemporaryFile::create_beside(&target, mode)?;
    let filled = fill(&mut temporary.file)?;
    if let Some(replaced) = replaced.filter(|_| access != Access::Private) {
        keep_access(&temporary.file, &replaced)?;
    }
    temporary.file.sync_all()?;
    temporary.persist(&target)?;
    sync(folder)?;
    Ok(filled)
}

/// Checks that a file can be written at a path, by creating and removing the temporary file for it.
///
/// # Errors
/// If the folder is not writable, the name is too long, or the like.
pub fn check_writable(path: &Path) -> io::Result<()> {
    TemporaryFile::create_beside(&resolve_links(path), 0o600).map(drop)
}

/// Gives a file the owner, group and mode of another one.
#[cfg(unix)]
fn keep_access(file: &File, other: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
    let mut mode = other.mode() & 0o777;
    let is = file.metadata()?;
    let belongs = (is.uid(), is.gid()) == (other.uid(), other.gid());
    if !belongs && fchown(file, Some(other.uid()), Some(other.gid())).is_err() {
        // Only root can change the owner. The group alone may work; if not, another group gets no permissions.
        let is_kept = is.gid() == other.gid() || fchown(file, None, Some(other.gid())).is_ok();
        mode &= if is_kept { 0o777 } else { 0o707 };
    }
    if is.mode() & 0o777 == mode {
        return Ok(());
    }
    match file.set_permissions(fs::Permissions::from_mode(mode)) {
        // The file is ours, so only a file system without modes refuses.
        Err(error)
            if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::Unsupported) =>
        {
            Ok(())
        }
        done => done,
    }
}

/// Does nothing, since on this system a file inherits the permissions of its folder.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the others can fail")]
fn keep_access(_file: &File, _other: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

/// Removes a file and leftovers of killed writers. Returns false if there was no such file.
///
/// # Errors
/// If the system reports one.
pub fn remove(path: &Path) -> io::Result<bool> {
    remove_leftovers(path);
    match fs::remove_file(path) {
        Ok(()) => sync(parent(path)).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Flushes a folder to disk, so that a new name in it survives a power failure.
#[cfg(unix)]
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Does nothing, since on this system folders cannot be opened.
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
    fn a_file_is_replaced_completely_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/er/file.toml");
        write(&path, b"one").unwrap();
        write(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(names(path.parent().unwrap()), ["file.toml"]);
        assert!(remove(&path).unwrap() && !remove(&path).unwrap());
    }

    #[test]
    fn a_failed_write_leaves_the_old_file() {
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
    fn files_and_new_folders_are_private() {
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
    fn a_replaced_file_keeps_its_mode_on_request() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o7777;
        let put = |access| {
            write_with::<(), io::Error>(&path, access, |file| file.write_all(b"one")).unwrap();
            mode()
        };
        assert_eq!(put(Access::Preserve), 0o600, "a new one is private");
        for kept in [0o644, 0o664, 0o640, 0o600] {
            fs::set_permissions(&path, fs::Permissions::from_mode(kept)).unwrap();
            assert_eq!(put(Access::Preserve), kept);
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(put(Access::PreserveOrUmask), 0o644);
        assert_eq!(put(Access::Private), 0o600);
        fs::remove_file(&path).unwrap();
        assert_eq!(put(Access::PreserveOrUmask) & 0o600, 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn only_a_regular_file_is_replaced() {
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
    fn a_link_stays_a_link_even_if_its_target_does_not_exist_yet() {
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
