//! The program's needs of the machine, checked before it starts: otherwise whatever failed first would be blamed.

use std::{io, time::SystemTime};

/// Files and connections that may be open at once: those of sixteen requests to the demo, at both ends, and what the
/// program itself takes.
const OPEN_FILES: usize = 96;

/// Something that the program needs and this machine lacks.
#[derive(Debug, thiserror::Error)]
pub(super) enum MachineError {
    /// The clock is not set: no certificate could be checked, and no token have an end.
    #[error("the clock of this machine shows a time before 1970. Set it, then start vipmp again")]
    Clock,
    /// Too few files may be open at once.
    #[error(
        "only {0} files may be open at once (ulimit -n), and vipmp needs up to {OPEN_FILES}. \
         Raise the limit with ulimit -n 1024, then start vipmp again"
    )]
    OpenFiles(u64),
    /// Other files are open.
    #[error(
        "too many files are open already ({0}). \
         Close some, or raise the limit with ulimit -n, then start vipmp again"
    )]
    Exhausted(#[source] io::Error),
}

/// Checks that there is what the program needs.
pub(super) fn check() -> Result<(), MachineError> {
    check_clock(SystemTime::now())?;
    check_files(OPEN_FILES)
}

fn check_clock(now: SystemTime) -> Result<(), MachineError> {
    if now < SystemTime::UNIX_EPOCH { Err(MachineError::Clock) } else { Ok(()) }
}

/// Opens so many files at once, for a moment: the limit alone does not say how many are open already.
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

/// There is no such limit to meet there.
#[cfg(not(unix))]
fn check_files(_wanted: usize) -> Result<(), MachineError> {
    Ok(())
}

/// Turns the limit of a file's size (`ulimit -f`) into an error of the write; otherwise it would end the process, which would
/// not give the terminal back.
#[cfg(unix)]
pub(super) fn outlive_full_files(runtime: &tokio::runtime::Runtime) {
    use tokio::signal::unix::{SignalKind, signal};
    let _inside = runtime.enter();
    // The handler stays when nobody listens any more; programs that are started do not inherit it.
    let _ = signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw()));
}

/// There is no such signal there.
#[cfg(not(unix))]
pub(super) fn outlive_full_files(_runtime: &tokio::runtime::Runtime) {}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_clock_before_1970_is_named() {
        let just_before = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
        let told = check_clock(just_before).unwrap_err().to_string();
        assert!(told.contains("shows a time before 1970"), "{told}");
        check_clock(SystemTime::UNIX_EPOCH).unwrap();
        check().unwrap();
    }
}
