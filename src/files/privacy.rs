//! Permissions that keep files private.

use std::{fs, io, path::Path};

#[cfg(unix)]
use crate::text;

/// Creates a folder and its missing parents, accessible to the owner only. An existing folder stays as it is.
///
/// # Errors
/// If the system reports one.
pub fn create_private_folder(folder: &Path) -> io::Result<()> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Returns a warning if users other than the owner can access an existing file, with the command that prevents it.
#[cfg(unix)]
pub fn exposure_warning(path: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path).ok()?.permissions().mode();
    (mode & 0o077 != 0).then(|| {
        let path = text::display_path(path).replace('\'', r"'\''");
        format!("others on this machine can read it: chmod 600 '{path}'")
    })
}

/// Returns nothing, since on this system a user's folders are private.
#[cfg(not(unix))]
pub fn exposure_warning(_path: &Path) -> Option<String> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_file_that_others_can_read_gets_a_warning_with_a_command() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("it's.toml");
        assert_eq!(exposure_warning(&path), None);
        fs::write(&path, "").unwrap();
        for (mode, warns) in [(0o600, false), (0o400, false), (0o640, true), (0o604, true), (0o620, true)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(exposure_warning(&path).is_some(), warns, "{mode:o}");
        }
        assert!(
            exposure_warning(&path).unwrap().ends_with(r"/it'\''s.toml'"),
            "{:?}",
            exposure_warning(&path)
        );
    }
}
