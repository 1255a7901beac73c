//! Opening of regular files only.
//!
//! A named pipe, a socket or a device in place of a file is an error. Opening it could block for ever, and writing to a
//! device could do harm.

use std::{
    fmt,
    fs::{File, FileType, Metadata, OpenOptions},
    io::{self, Read as _},
    path::Path,
};

/// The kind of a file that is not a regular one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A folder.
    Folder,
    /// A named pipe.
    Pipe,
    /// A socket.
    Socket,
    /// A character or block device.
    Device,
    /// A symbolic link.
    Link,
    /// Another kind that the platform supports.
    Other,
}

impl FileKind {
    /// Returns the kind of a file, or `None` if it is a regular one.
    pub fn of(found: FileType) -> Option<Self> {
        if found.is_file() {
            return None;
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::FileTypeExt as _;
            if found.is_fifo() {
                return Some(Self::Pipe);
            }
            if found.is_socket() {
                return Some(Self::Socket);
            }
            if found.is_char_device() || found.is_block_device() {
                return Some(Self::Device);
            }
        }
        Some(if found.is_dir() {
            Self::Folder
        } else if found.is_symlink() {
            Self::Link
        } else {
            Self::Other
        })
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Folder => "a folder",
            Self::Pipe => "a named pipe",
            Self::Socket => "a socket",
            Self::Device => "a device",
            Self::Link => "a symbolic link",
            Self::Other => "a special file",
        })
    }
}

/// The error inside an [`io::Error`] for a file that is not a regular one.
#[derive(Debug, thiserror::Error)]
#[error("it is {0}, not a regular file")]
struct NotRegular(FileKind);

impl From<NotRegular> for io::Error {
    fn from(error: NotRegular) -> Self {
        Self::new(io::ErrorKind::InvalidInput, error)
    }
}

/// The treatment of a symbolic link in place of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SymlinkPolicy {
    /// Opens the file that the link leads to.
    Follow,
    /// Treats the link as not a regular file.
    Refuse,
}

/// Returns the metadata of a regular file, or `None` if there is no file.
///
/// # Errors
/// If the system reports one, or if the file is not a regular one.
pub fn inspect(path: &Path, links: SymlinkPolicy) -> io::Result<Option<Metadata>> {
    let found = match links {
        SymlinkPolicy::Follow => std::fs::metadata(path),
        SymlinkPolicy::Refuse => std::fs::symlink_metadata(path),
    };
    match found {
        Ok(found) => match FileKind::of(found.file_type()) {
            None => Ok(Some(found)),
            Some(kind) => Err(NotRegular(kind).into()),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Opens a regular file without ever blocking on a named pipe. The necessary flags are added to the options.
///
/// The kind is checked before opening, since opening a device can have side effects, and again afterwards, since the file
/// may have been replaced in between.
///
/// # Errors
/// If the system reports one, or if the file is not a regular one.
pub fn open(path: &Path, options: &mut OpenOptions, links: SymlinkPolicy) -> io::Result<File> {
    inspect(path, links)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        let mut flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
        flags.set(rustix::fs::OFlags::NOFOLLOW, links == SymlinkPolicy::Refuse);
        options.custom_flags(flags.bits().cast_signed());
    }
    let file = options.open(path)?;
    match FileKind::of(file.metadata()?.file_type()) {
        None => Ok(file),
        Some(kind) => Err(NotRegular(kind).into()),
    }
}

/// Reads a regular file of at most `limit` bytes; `None` if there is no such file.
///
/// # Errors
/// If the system reports one, or if the file is not a regular one or too large.
pub(super) fn read(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let file = match open(path, OpenOptions::new().read(true), SymlinkPolicy::Follow) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(too_large(limit)) } else { Ok(Some(bytes)) }
}

/// Returns true if a file could not be opened because the process or the machine has too many open files.
pub fn is_exhausted(error: &io::Error) -> bool {
    #[cfg(unix)]
    {
        use rustix::io::Errno;
        let codes = [Errno::MFILE, Errno::NFILE].map(Errno::raw_os_error);
        error.raw_os_error().is_some_and(|code| codes.contains(&code))
    }
    #[cfg(not(unix))]
    {
        // ERROR_TOO_MANY_OPEN_FILES and WSAEMFILE.
        matches!(error.raw_os_error(), Some(4 | 10024))
    }
}

/// Creates the error for a file of more than `limit` bytes.
pub(super) fn too_large(limit: u64) -> io::Error {
    let words = if limit.is_multiple_of(1024 * 1024) {
        format!("it is larger than {} MiB", limit / 1024 / 1024)
    } else {
        format!("it is larger than {} KiB", limit / 1024)
    };
    io::Error::new(io::ErrorKind::FileTooLarge, words)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::{os::unix::net::UnixListener, path::PathBuf};

    use super::*;

    /// Returns a path for each kind of file that is not a regular one, with the expected error.
    fn irregular(folder: &Path) -> Vec<(PathBuf, &'static str)> {
        let (pipe, socket, null) = (folder.join("pipe"), folder.join("socket"), folder.join("null"));
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, 0o600.into()).unwrap();
        drop(UnixListener::bind(&socket).unwrap());
        std::os::unix::fs::symlink("/dev/null", &null).unwrap();
        vec![
            (pipe, "it is a named pipe, not a regular file"),
            (socket, "it is a socket, not a regular file"),
            (null, "it is a device, not a regular file"),
            ("/dev/full".into(), "it is a device, not a regular file"),
            (folder.to_owned(), "it is a folder, not a regular file"),
        ]
    }

    #[test]
    fn anything_but_a_regular_file_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        for (path, expected) in irregular(folder.path()) {
            assert_eq!(read(&path, 10).unwrap_err().to_string(), expected, "{}", path.display());
            let mut options = OpenOptions::new();
            let error = open(&path, options.append(true).create(true), SymlinkPolicy::Follow).unwrap_err();
            assert_eq!(error.to_string(), expected, "{}", path.display());
        }
    }

    #[test]
    fn a_link_is_followed_or_refused_as_asked() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        std::os::unix::fs::symlink("real", &link).unwrap();
        assert_eq!(read(&link, 10).unwrap(), None, "it leads nowhere yet");
        std::fs::write(&real, "text").unwrap();
        assert_eq!(read(&link, 10).unwrap().as_deref(), Some(&b"text"[..]));
        let error = open(&link, OpenOptions::new().read(true), SymlinkPolicy::Refuse).unwrap_err();
        assert_eq!(error.to_string(), "it is a symbolic link, not a regular file");
    }

    #[test]
    fn a_file_is_read_up_to_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "12345").unwrap();
        assert_eq!(read(&path, 5).unwrap().map(|bytes| bytes.len()), Some(5));
        assert_eq!(read(&path, 4).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
    }
}
