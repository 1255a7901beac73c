//! Checks of the machine before the program starts. Otherwise whatever fails first would be blamed.

use std::{io, time::SystemTime};

/// The number of files that must be able to be open at once: both ends of sixteen connections to the demo, and what the
/// program itself needs.
const OPEN_FILES: usize = 96;

/// A requirement that this machine does not meet.
#[derive(Debug, thiserror::Error)]
pub(super) enum MachineError {
    /// The clock is not set: certificates and the lifetime of tokens could not be checked.
    #[error("the clock of this machine is set to a time before 1970. Set it, then start vipmp again")]
    Clock,
    /// The limit of open files is too low.
    #[error(
        "only {0} files may be open at once (ulimit -n), and vipmp needs up to {OPEN_FILES}. \
         Raise the limit with ulimit -n 1024, then start vipmp again"
    )]
    OpenFiles(u64),
    /// Too many files are open already.
    #[error(
        "too many files are open already ({0}). \
         Close some, or raise the limit with ulimit -n, then start vipmp again"
    )]
    Exhausted(#[source] io::Error),
}

/// Checks that the machine meets the requirements.
pub(super) fn check() -> Result<(), MachineError> {
    check_clock(SystemTime::now())?;
    check_files(OPEN_FILES)
}

fn check_clock(now: SystemTime) -> Result<(), MachineError> {
    if now < SystemTime::UNIX_EPOCH { Err(MachineError::Clock) } else { Ok(()) }
}

/// Opens that many files for a moment: the limit alone does not say how many are open already.
#[cfg(unix)]
fn check_files(wanted: usize) -> Result<(), MachineError> {
    use std::fs::File;
    let opened: io::Result<Vec<File>> = (0..wanted).map(|_| File::open("/dev/null")).collect();
    match opened {
        Err(error) if crate::files::is_exhausted(&error) => {
            let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
            let low = limit.filter(|limit| *limit <= wanted as u64 + 3);
            Err(low.map_or(MachineError::Exhausted(error), MachineError::OpenFiles))
        }
        _ => Ok(()),
    }
}

/// Does nothing: there is no such limit outside Unix.
#[cfg(not(unix))]
fn check_files(_wanted: usize) -> Result<(), MachineError> {
    Ok(())
}

/// Makes writes beyond the file size limit (`ulimit -f`) fail with an error. By default, the signal would end the process
/// without restoring the terminal.
#[cfg(unix)]
pub(super) fn outlive_full_files(runtime: &tokio::runtime::Runtime) {
    use tokio::signal::unix::{SignalKind, signal};
    let _inside = runtime.enter();
    // The handler stays after the stream is dropped, and child processes do not inherit it.
    let _ = signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw()));
}

/// Does nothing: there is no such signal outside Unix.
#[cfg(not(unix))]
pub(super) fn outlive_full_files(_runtime: &tokio::runtime::Runtime) {}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_clock_before_1970_is_reported() {
        let just_before = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
        let message = check_clock(just_before).unwrap_err().to_string();
        assert!(message.contains("is set to a time before 1970"), "{message}");
        check_clock(SystemTime::UNIX_EPOCH).unwrap();
        check().unwrap();
    }
}
