//! The privacy of files: who else can read one, and folders that nobody else can look into.

use std::{fs, io, path::Path};

#[cfg(unix)]
use crate::text;

/// Makes a folder, and those above it that are missing, for its owner alone. One that is there stays as it is.
///
/// # Errors
/// What the system says.
pub fn private_folder(folder: &Path) -> io::Result<()> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Says that others than the owner can read or change a file that is there, and the command that mends it.
#[cfg(unix)]
pub fn exposure(path: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path).ok()?.permissions().mode();
    (mode & 0o077 != 0).then(|| {
        let path = text::path(path).replace('\'', r"'\''");
        format!("others on this machine can read it: chmod 600 '{path}'")
    })
}

/// The folders of a user are for that user alone there.
#[cfg(not(unix))]
pub fn exposure(_path: &Path) -> Option<String> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_others_can_read_is_told_with_what_mends_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("it's.toml");
        assert_eq!(exposure(&path), None);
        fs::write(&path, "").unwrap();
        for (mode, told) in [(0o600, false), (0o400, false), (0o640, true), (0o604, true), (0o620, true)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(exposure(&path).is_some(), told, "{mode:o}");
        }
        assert!(exposure(&path).unwrap().ends_with(r"/it'\''s.toml'"), "{:?}", exposure(&path));
    }
}
