//! The end of a session: why the screen was left, and the lines that are printed afterwards.

use std::io;

use crate::tui::terminal::Signal;

/// The outcome of a session, for the lines that are printed after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExitReport {
    /// The reason for the exit.
    pub end: ExitReason,
    /// The warning that something was not saved for the next start, if so.
    pub unkept: Option<String>,
    /// The notice that the exit interrupted an export, if so.
    pub unfinished: Option<String>,
}

/// The reason why the screen was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitReason {
    /// The user quit.
    Quit,
    /// A signal ended it.
    Signal(Signal),
}

/// Returns true if an error means that the terminal is gone: its window was closed or its line hung up.
pub(super) fn is_gone(error: &io::Error) -> bool {
    #[cfg(unix)]
    let hung_up = error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error());
    #[cfg(not(unix))]
    let hung_up = false;
    hung_up || matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_terminal_that_is_gone_counts_as_a_hangup() {
        let errno = |errno: rustix::io::Errno| io::Error::from_raw_os_error(errno.raw_os_error());
        assert!(is_gone(&errno(rustix::io::Errno::IO)) && is_gone(&errno(rustix::io::Errno::PIPE)));
        assert!(!is_gone(&errno(rustix::io::Errno::PERM)));
    }
}
