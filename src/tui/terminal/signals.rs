//! The signals that reach the program, as things that the event loop can wait for.

use std::io;

/// The signals that the program handles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// End (SIGTERM; on Windows: the system shuts down or the user signs out).
    Terminate,
    /// The terminal is gone (SIGHUP; on Windows: its window was closed). Writing to it will fail.
    Hangup,
    /// End, from the keyboard of another terminal (SIGINT; on Windows: Ctrl-Break). Ctrl-C in ours is a key.
    Interrupt,
    /// End at once (SIGQUIT from outside; Ctrl-\ in ours is a key).
    Quit,
    /// Stop for a while (SIGTSTP from outside). Ctrl-Z in ours is a key.
    Suspend,
    /// SIGCONT after a stop without warning: the terminal must be entered again.
    Continue,
    /// The window has another size (SIGWINCH; a Windows console sends an event instead).
    Resize,
}

#[cfg(unix)]
pub use self::unix::Signals;
#[cfg(unix)]
pub(super) use self::unix::has_job_control;

#[cfg(not(unix))]
pub use self::windows::Signals;
#[cfg(not(unix))]
pub(super) use self::windows::has_job_control;

#[cfg(unix)]
mod unix {
    use std::time::Duration;

    use rustix::process::{Signal as Raw, getpgrp, getsid, kill_current_process_group};
    use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

    use super::{Signal, io};

    /// The time that the news of having been continued may take to arrive.
    const CONTINUE_WITHIN: Duration = Duration::from_millis(500);

    /// The signals, from the moment that this was made.
    #[derive(Debug)]
    pub struct Signals {
        terminate: Stream,
        hangup: Stream,
        interrupt: Stream,
        quit: Stream,
        suspend: Stream,
        resume: Stream,
        resize: Stream,
    }

    impl Signals {
        /// Catches the signals from now on, to the end of the process. Needs a tokio runtime.
        ///
        /// # Errors
        /// When the system refuses a handler.
        pub fn new() -> io::Result<Self> {
            Ok(Self {
                terminate: signal(SignalKind::terminate())?,
                hangup: signal(SignalKind::hangup())?,
                interrupt: signal(SignalKind::interrupt())?,
                quit: signal(SignalKind::quit())?,
                suspend: signal(SignalKind::from_raw(Raw::TSTP.as_raw()))?,
                resume: signal(SignalKind::from_raw(Raw::CONT.as_raw()))?,
                resize: signal(SignalKind::window_change())?,
            })
        }

        /// Waits for the next signal. Nothing is lost when the wait is cancelled.
        pub async fn next(&mut self) -> Signal {
            tokio::select! {
                biased;
                _ = self.terminate.recv() => Signal::Terminate,
                _ = self.hangup.recv() => Signal::Hangup,
                _ = self.interrupt.recv() => Signal::Interrupt,
                _ = self.quit.recv() => Signal::Quit,
                // What stopped the program lies before what may ask it to stop again.
                _ = self.resume.recv() => Signal::Continue,
                _ = self.suspend.recv() => Signal::Suspend,
                _ = self.resize.recv() => Signal::Resize,
            }
        }

        /// Stops the job that this program belongs to and comes back when it has been continued.
        ///
        /// SIGSTOP, as SIGTSTP is ours now and would be caught. The whole process group, as the terminal's driver
        /// does for Ctrl-Z: a shell takes its terminal back only when no part of the job (`make run`, `time vipmp`)
        /// runs on.
        pub(in super::super) async fn stop(&mut self) -> io::Result<()> {
            kill_current_process_group(Raw::STOP)?;
            // Its own SIGCONT is swallowed here, or the loop would take it for an unannounced stop and paint twice.
            // It is also the proof that the stop took place, which another thread of this process might have been
            // told of first.
            let _ = tokio::time::timeout(CONTINUE_WITHIN, self.resume.recv()).await;
            Ok(())
        }
    }

    /// Returns true if a shell is there to continue a stopped job.
    ///
    /// A shell with job control gives each job a process group of its own. In the session leader's own group
    /// (`xterm -e vipmp`, `ssh -t host vipmp`, a container) nobody is: the kernel ignores Ctrl-Z there, while the
    /// SIGSTOP that this program must use would stop it for good.
    pub(in super::super) fn has_job_control() -> bool {
        getsid(None).is_ok_and(|session| session != getpgrp())
    }
}

#[cfg(not(unix))]
mod windows {
    use tokio::signal::windows::{CtrlBreak, CtrlClose, CtrlShutdown, ctrl_break, ctrl_close, ctrl_shutdown};

    use super::{Signal, io};

    /// The console's control events, from the moment that this was made.
    #[derive(Debug)]
    pub struct Signals {
        interrupt: CtrlBreak,
        hangup: CtrlClose,
        terminate: CtrlShutdown,
    }

    impl Signals {
        /// Catches the events from now on, to the end of the process. Needs a tokio runtime.
        ///
        /// # Errors
        /// When the system refuses a handler.
        pub fn new() -> io::Result<Self> {
            Ok(Self { interrupt: ctrl_break()?, hangup: ctrl_close()?, terminate: ctrl_shutdown()? })
        }

        /// Waits for the next event. Nothing is lost when the wait is cancelled.
        pub async fn next(&mut self) -> Signal {
            tokio::select! {
                biased;
                _ = self.terminate.recv() => Signal::Terminate,
                _ = self.hangup.recv() => Signal::Hangup,
                _ = self.interrupt.recv() => Signal::Interrupt,
            }
        }

        /// Never called: there is no job control.
        #[allow(clippy::unused_async, reason = "the same signature as where there is something to wait for")]
        pub(in super::super) async fn stop(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Windows has no job control.
    pub(in super::super) fn has_job_control() -> bool {
        false
    }
}
