//! The log file, which is written only if the user asks for it.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tracing::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

use crate::{files, redact::KnownSecrets, text};

/// The environment variable with the levels to log, in the syntax of `EnvFilter` (`vipmp::api=trace,warn`).
pub const FILTER_VARIABLE: &str = "VIPMP_LOG";

const DEFAULT_FILTER: &str = "vipmp=debug,warn";

/// The reason the log could not be started.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The file cannot be created or written.
    #[error("cannot write the log to {}: {source}", text::display_path(path))]
    Open {
        /// The file as given by the user.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The value of `VIPMP_LOG` is invalid.
    #[error(
        "{FILTER_VARIABLE}={filter:?} is not a valid log filter ({source}); an example is {DEFAULT_FILTER:?}"
    )]
    Filter {
        /// The value of the variable.
        filter: String,
        /// The error in it.
        source: ParseError,
    },
    /// The process has a log already.
    #[error("the log has already been started")]
    Started,
}

/// Starts the log, which is appended to `path` until the process ends.
///
/// The file is created if necessary, readable by its owner only. Secrets that are known when a record is written are
/// masked.
///
/// # Errors
/// If the file cannot be written, `VIPMP_LOG` is invalid, or the log has already been started.
pub fn start(path: &Path, known: KnownSecrets) -> Result<(), LogError> {
    let filter = std::env::var_os(FILTER_VARIABLE).map(|value| value.to_string_lossy().into_owned());
    let subscriber = subscriber(RedactedFile { file: open(path)?, known }, filter.as_deref())?;
    tracing::subscriber::set_global_default(subscriber).map_err(|_| LogError::Started)
}

/// The log file, with secrets masked.
struct RedactedFile {
    file: File,
    known: KnownSecrets,
}

impl Write for RedactedFile {
    /// Writes a whole record. The subscriber never splits one.
    fn write(&mut self, record: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(record);
        self.file.write_all(self.known.redactor().mask(&text).as_bytes())?;
        Ok(record.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn open(path: &Path) -> Result<File, LogError> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let opened = files::open(path, &mut options, files::SymlinkPolicy::Follow);
    opened.map_err(|source| LogError::Open { path: path.to_owned(), source })
}

fn subscriber(file: RedactedFile, filter: Option<&str>) -> Result<impl Subscriber + Send + Sync, LogError> {
    let filter = filter.map(str::trim).filter(|filter| !filter.is_empty()).unwrap_or(DEFAULT_FILTER);
    let filter = EnvFilter::try_new(filter)
        .map_err(|source| LogError::Filter { filter: filter.to_owned(), source })?;
    Ok(tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        // A full disk costs the log. A message on standard error would be drawn across the screen.
        .log_internal_errors(false)
        // Each record is one write to a file opened for appending, so instances can share it.
        .with_writer(Mutex::new(file))
        .finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logged(filter: Option<&str>) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vipmp.log");
        std::fs::write(&path, "before\n").unwrap();
        let known = KnownSecrets::default();
        known.learn(&"s3cr3t-x".into());
        let file = RedactedFile { file: open(&path).unwrap(), known };
        let subscriber = subscriber(file, filter).unwrap();
        tracing::subscriber::with_default(subscriber, || {
            tracing::debug!(target: "vipmp::api", rows = 50, "page");
            tracing::debug!(target: "hyper", "connection");
            tracing::warn!(target: "hyper", name = "\x1b[2Jred", "odd s3cr3t-x %73%33cr3t-x");
        });
        std::fs::read_to_string(&path).unwrap()
    }

    #[test]
    fn records_of_vipmp_and_warnings_of_libraries_are_appended() {
        let log = logged(None);
        let lines: Vec<&str> = log.lines().collect();
        assert_eq!(lines.len(), 3, "{log}");
        assert_eq!(lines[0], "before");
        assert!(lines[1].contains("DEBUG vipmp::api: page rows=50"), "{log}");
        assert!(lines[2].contains("WARN hyper: odd •••• ••••"), "{log}");
        assert!(!log.contains('\x1b'), "{log:?}");
    }

    #[test]
    fn the_variable_chooses_what_is_logged() {
        assert_eq!(logged(Some("off")), "before\n");
        assert_eq!(logged(Some("hyper=debug")).lines().count(), 3);
        assert_eq!(logged(Some(" ")).lines().count(), 3);
    }

    #[test]
    fn an_invalid_filter_is_quoted() {
        let file = RedactedFile { file: tempfile::tempfile().unwrap(), known: KnownSecrets::default() };
        let error = subscriber(file, Some("vipmp=loud")).err().unwrap().to_string();
        assert!(error.starts_with("VIPMP_LOG=\"vipmp=loud\" is not a valid log filter ("), "{error}");
    }

    #[test]
    fn a_file_that_cannot_be_opened_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("missing").join("vipmp.log");
        let error = open(&path).unwrap_err().to_string();
        assert!(error.starts_with(&format!("cannot write the log to {}: ", path.display())), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_new_log_is_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vipmp.log");
        let mode = open(&path).unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
