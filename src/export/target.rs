//! Checks the paths of an export's file and journal before anything is requested from a server.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::{JournalError, is_blank, journal_of};
use crate::{
    files::{self, FileKind},
    text,
};

/// The reason why an export cannot be written to a file of this name.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// The path is something other than a file.
    #[error("cannot export to {}: it is {}. {}", text::display_path(path), led(*linked, *what), instead(*what))]
    Kind {
        /// The file, as it was named.
        path: PathBuf,
        /// The kind of thing at the path.
        what: FileKind,
        /// True if a link at the path leads to it.
        linked: bool,
    },
    /// The file is read-only.
    #[error(
        "cannot export to {path}: it is read-only. To have it replaced, run: chmod u+w {quoted}",
        path = text::display_path(.0), quoted = quoted(.0)
    )]
    ReadOnly(PathBuf),
    /// The folder does not exist.
    #[error("there is no folder {}. Create it first, or choose another one", text::display_path(.0))]
    NoFolder(PathBuf),
    /// The parent of the file is not a folder.
    #[error("cannot export to a file in {}: it is not a folder. Choose another one", text::display_path(.0))]
    NotAFolder(PathBuf),
    /// The folder cannot be written to.
    #[error("cannot write to the folder {path} ({source}). Choose another one", path = text::display_path(path))]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The name is too long for the folder.
    #[error("the name {} is too long. Choose a shorter one", text::display_path(.0))]
    LongName(PathBuf),
    /// The path is a link to the file's own journal.
    #[error(
        "cannot export to {path}: it is a link to {journal}, the name for its own journal. Choose another name",
        path = text::display_path(path), journal = text::display_path(journal)
    )]
    OwnJournal {
        /// The file, as it was named.
        path: PathBuf,
        /// The journal.
        journal: PathBuf,
    },
    /// Something other than a file is in the place of the journal.
    #[error(
        "cannot keep the journal of the export: {} is {what}. Remove it, or choose another file",
        text::display_path(path)
    )]
    Journal {
        /// The journal.
        path: PathBuf,
        /// The kind of thing at the path.
        what: FileKind,
    },
    /// The journal is read-only.
    #[error(
        "cannot keep the journal of the export: {path} is read-only. To have it changed, run: chmod u+w {quoted}",
        path = text::display_path(.0), quoted = quoted(.0)
    )]
    JournalReadOnly(PathBuf),
    /// The file belongs to another user, who does not let others write to it.
    #[error("cannot write to {}: permission denied. Choose another file", text::display_path(.0))]
    Denied(PathBuf),
    /// The system's error.
    #[error("cannot read {path}: {source}", path = text::display_path(path))]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

fn led(linked: bool, what: FileKind) -> String {
    if linked { format!("a link to {what}") } else { what.to_string() }
}

/// Returns the advice for an export to something other than a file.
fn instead(what: FileKind) -> &'static str {
    match what {
        FileKind::Folder => "Choose a name for the file in it",
        _ => {
            "An export must be a regular file, because it is written in one piece. \
             Choose another name, or print to it with vipmp list --all"
        }
    }
}

/// Quotes a path for a shell's command line.
fn quoted(path: &Path) -> String {
    let shown = text::display_path(path);
    shlex::try_quote(&shown).map_or_else(|_| shown.clone(), std::borrow::Cow::into_owned)
}

/// A file that an export can be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// True if a file exists there and would be replaced.
    pub is_there: bool,
    /// True if its journal has not even a first line, as an export leaves it that was killed at once.
    pub has_blank_journal: bool,
}

/// Checks that an export can be written to a file of this name. Blocks.
///
/// A link is followed, even to a file that does not exist yet: the file is written where it leads, and the link stays.
/// The journal is beside the given name, and must not be a link.
///
/// # Errors
/// Fails if something prevents the export.
pub fn look_at(file: &Path) -> Result<Target, TargetError> {
    let is_folder_by_name =
        file.as_os_str().as_encoded_bytes().last().is_some_and(|byte| is_separator(*byte));
    if is_folder_by_name {
        return Err(TargetError::Kind { path: file.to_owned(), what: FileKind::Folder, linked: false });
    }
    let real = files::resolve_links(file);
    let found = match std::fs::metadata(&real) {
        Ok(found) => Some(found),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => None,
        Err(source) => return Err(TargetError::Io { path: file.to_owned(), source }),
    };
    if let Some(what) = found.as_ref().and_then(|found| FileKind::of(found.file_type())) {
        return Err(TargetError::Kind { path: file.to_owned(), what, linked: real != file });
    }
    let journal = journal_of(file);
    check_folder(&real)?;
    if real != file {
        check_folder(&journal)?;
    }
    if let Some(found) = &found {
        check_access(&real, found, TargetError::ReadOnly)?;
    }
    if is_same(&real, &journal) {
        return Err(TargetError::OwnJournal { path: file.to_owned(), journal });
    }
    let has_blank_journal = look_at_journal(&journal)?;
    Ok(Target { is_there: found.is_some(), has_blank_journal })
}

/// Checks that an export can keep its journal there; returns true if there is a blank one.
fn look_at_journal(journal: &Path) -> Result<bool, TargetError> {
    let io = |source| TargetError::Io { path: journal.to_owned(), source };
    match std::fs::symlink_metadata(journal) {
        Ok(found) => match FileKind::of(found.file_type()) {
            Some(what) => return Err(TargetError::Journal { path: journal.to_owned(), what }),
            None => check_access(journal, &found, TargetError::JournalReadOnly)?,
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(source) => return Err(io(source)),
    }
    match is_blank(journal) {
        Ok(is_blank) => Ok(is_blank),
        Err(JournalError::Io { source, .. }) => Err(io(source)),
        // Opening the journal reports the problem.
        Err(_) => Ok(false),
    }
}

fn is_separator(byte: u8) -> bool {
    std::path::is_separator(byte.into())
}

/// Checks that files can be created in the folder of this one.
fn check_folder(file: &Path) -> Result<(), TargetError> {
    let folder = files::parent(file);
    match std::fs::metadata(folder) {
        Ok(found) if found.is_dir() => {}
        Ok(_) => return Err(TargetError::NotAFolder(folder.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(TargetError::NoFolder(folder.to_owned()));
        }
        Err(source) => return Err(TargetError::Folder { path: folder.to_owned(), source }),
    }
    // Only an attempt shows if a file system is read-only, is full, or rejects the name.
    files::check_writable(file).map_err(|source| match source.kind() {
        io::ErrorKind::InvalidFilename => TargetError::LongName(file.to_owned()),
        _ => TargetError::Folder { path: folder.to_owned(), source },
    })
}

/// Checks that a file may be changed. A mode without any write permission also counts for root, whom the system lets
/// write to any file.
fn check_access(
    path: &Path,
    found: &std::fs::Metadata,
    read_only: impl FnOnce(PathBuf) -> TargetError,
) -> Result<(), TargetError> {
    if found.permissions().readonly() {
        return Err(read_only(path.to_owned()));
    }
    #[cfg(unix)]
    if rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_err() {
        return Err(TargetError::Denied(path.to_owned()));
    }
    Ok(())
}

/// Returns true if two paths name the same place.
fn is_same(one: &Path, other: &Path) -> bool {
    let place = |path: &Path| {
        let folder = std::fs::canonicalize(files::parent(path)).ok()?;
        Some((folder, path.file_name()?.to_owned()))
    };
    place(one).is_some_and(|one| place(other) == Some(one))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::{
        fs,
        os::unix::fs::{PermissionsExt as _, symlink},
    };

    use super::*;

    fn refusal(file: &Path) -> String {
        look_at(file).unwrap_err().to_string()
    }

    fn pipe(path: &Path) {
        rustix::fs::mkfifoat(rustix::fs::CWD, path, 0o600.into()).unwrap();
    }

    #[test]
    fn a_file_can_be_created_or_replaced_even_through_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("a.csv"), folder.path().join("link.csv"));
        symlink("a.csv", &link).unwrap();
        for is_there in [false, true] {
            for path in [&file, &link] {
                assert_eq!(look_at(path).unwrap(), Target { is_there, has_blank_journal: false });
            }
            fs::write(&file, "").unwrap();
        }
        fs::write(journal_of(&file), "{\"vipmp_expo").unwrap();
        assert!(look_at(&file).unwrap().has_blank_journal && !look_at(&link).unwrap().has_blank_journal);
    }

    #[test]
    fn the_kind_of_a_target_that_is_not_a_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        pipe(&path("pipe.csv"));
        symlink("pipe.csv", path("link.csv")).unwrap();
        symlink("/dev/null", path("null.csv")).unwrap();
        symlink("loop.csv", path("loop.csv")).unwrap();
        fs::create_dir(path("folder.csv")).unwrap();
        for (name, words) in [
            ("pipe.csv", "pipe.csv: it is a named pipe. An export must be a regular file, because"),
            ("link.csv", "link.csv: it is a link to a named pipe. An"),
            ("null.csv", "null.csv: it is a link to a device. An"),
            ("folder.csv", "folder.csv: it is a folder. Choose a name for the file in it"),
            ("loop.csv", "cannot read"),
        ] {
            assert!(refusal(&path(name)).contains(words), "{}", refusal(&path(name)));
        }
        assert!(matches!(
            look_at(Path::new("/dev/full")),
            Err(TargetError::Kind { what: FileKind::Device, .. })
        ));
    }

    #[test]
    fn a_read_only_file_is_refused_for_every_user() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("it's.csv");
        fs::write(&file, "").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o444)).unwrap();
        let words = refusal(&file);
        assert!(words.contains("it is read-only. To have it replaced, run: chmod u+w \""), "{words}");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        look_at(&file).unwrap();
        fs::write(journal_of(&file), "").unwrap();
        fs::set_permissions(journal_of(&file), fs::Permissions::from_mode(0o400)).unwrap();
        assert!(
            refusal(&file).contains("it's.csv.partial is read-only. To have it changed, run: chmod u+w ")
        );
    }

    #[test]
    fn its_folder_must_exist() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        assert!(refusal(&path("none/a.csv")).ends_with("none. Create it first, or choose another one"));
        symlink("none/a.csv", path("link.csv")).unwrap();
        assert!(refusal(&path("link.csv")).contains("there is no folder"));
        fs::write(path("file"), "").unwrap();
        assert!(refusal(&path("file/a.csv")).ends_with("file: it is not a folder. Choose another one"));
        for name in ["new.csv/", "new.csv//"] {
            assert!(refusal(&path(name)).ends_with("it is a folder. Choose a name for the file in it"));
        }
        let long = format!("{}.csv", "n".repeat(240));
        assert!(refusal(&path(&long)).ends_with("nnn.csv is too long. Choose a shorter one"));
        assert!(matches!(look_at(Path::new("/proc/a.csv")), Err(TargetError::Folder { .. })));
    }

    #[test]
    fn its_journal_must_be_a_file_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.csv");
        let journal = journal_of(&file);
        symlink("a.csv.partial", &file).unwrap();
        assert!(refusal(&file).contains("the name for its own journal"), "{}", refusal(&file));
        fs::remove_file(&file).unwrap();
        symlink("elsewhere", &journal).unwrap();
        assert!(
            refusal(&file).contains("a.csv.partial is a symbolic link. Remove it, or choose another file")
        );
        fs::remove_file(&journal).unwrap();
        pipe(&journal);
        assert!(refusal(&file).contains("a.csv.partial is a named pipe. Remove it"));
    }
}
