//! Writing a file so that a kill at any moment leaves the old one or the new one, never a part.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::Path,
};

use super::{
    parent, real,
    temporary::{Temporary, sweep},
};

/// Writes the whole of a file that is for its owner alone; folders that are missing are made. What killed writers of it
/// have left beside it is removed.
///
/// A link to a file stays one: the file that it leads to is replaced.
///
/// # Errors
/// What the system says; the file is then as it was.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_with(path, |file| file.write_all(bytes))
}

/// The same for a file that is made piece by piece: `fill` writes it, and what it returns is returned once the file is in
/// its place.
///
/// # Errors
/// What `fill` or the system says; the file is then as it was.
pub fn write_with<T, E: From<io::Error>>(
    path: &Path,
    fill: impl FnOnce(&mut File) -> Result<T, E>,
) -> Result<T, E> {
    let target = real(path);
    let folder = parent(&target);
    super::private_folder(folder)?;
    // First, for the room that it makes.
    sweep(&target);
    let mut temporary = Temporary::beside(&target)?;
    let filled = fill(&mut temporary.file)?;
    temporary.file.sync_all()?;
    temporary.place(&target)?;
    sync(folder)?;
    Ok(filled)
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
