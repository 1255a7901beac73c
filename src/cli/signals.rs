//! Handles Ctrl-C and similar signals while a command runs without the screen.

use std::{
    io::{self, Write as _},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use super::{
    account::store_tokens_quietly,
    context::CommandContext,
    exit::{Failure, print_error},
};

/// The maximum time that a command may take to end after a signal.
const PATIENCE: Duration = Duration::from_millis(800);

/// A signal that ends a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(windows, expect(dead_code, reason = "there is Ctrl-C alone"))]
pub(super) enum StopSignal {
    /// Ctrl-C.
    Interrupt,
    /// `kill`.
    Terminate,
    /// The terminal went away.
    Hangup,
}

impl StopSignal {
    /// Ends the process with this signal, after everything has been cleaned up.
    ///
    /// A shell continues a loop after any exit code, even 130, and stops only if the command was ended by SIGINT itself.
    /// Shells report 128 plus the number of the signal.
    pub(super) fn end(self) -> ExitCode {
        #[cfg(unix)]
        {
            use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
            let number = match self {
                Self::Hangup => SIGHUP,
                Self::Interrupt => SIGINT,
                Self::Terminate => SIGTERM,
            };
            // Returns only if the system refuses.
            let _ = signal_hook::low_level::emulate_default_handler(number);
        }
        self.code().into()
    }

    /// Returns the exit code that shells use: 128 plus the number of the signal.
    fn code(self) -> u8 {
        match self {
            Self::Hangup => 129,
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
    }
}

/// Returns a future that completes at a signal. Signals are caught from this call on, not from the first poll.
#[cfg(unix)]
pub(super) fn signal() -> io::Result<impl Future<Output = StopSignal> + Send> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => StopSignal::Interrupt,
            _ = terminate.recv() => StopSignal::Terminate,
            _ = hangup.recv() => StopSignal::Hangup,
        }
    })
}

/// Returns a future that completes at Ctrl-C, which is caught from this call on.
#[cfg(windows)]
pub(super) fn signal() -> io::Result<impl Future<Output = StopSignal> + Send> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
        StopSignal::Interrupt
    })
}

/// Runs a command until it is done or a signal arrives, in which case `stopped` is called and the process ends with that
/// signal. Tokens obtained by the command are stored, unless a signal ends it.
pub(super) fn run_until_signal(
    context: &CommandContext,
    work: impl Future<Output = Result<(), Failure>>,
    stopped: impl FnOnce(),
) -> impl Future<Output = ExitCode> {
    let work = Box::pin(async { work.await.err().map_or(ExitCode::SUCCESS, ExitCode::from) });
    code_until_signal(context, work, stopped)
}

/// Does the same for a command that returns an exit code. Ends programs that were started to read a secret.
pub(super) async fn code_until_signal(
    context: &CommandContext,
    work: impl Future<Output = ExitCode>,
    stopped: impl FnOnce(),
) -> ExitCode {
    let signal = match signal() {
        Ok(signal) => signal,
        Err(error) => {
            print_error(&format!("cannot wait for signals: {error}"));
            return Failure::Failed.into();
        }
    };
    // On a task of its own: a command that blocks in a write to a full pipe could not see the signal.
    let vault = Arc::clone(&context.home.vault);
    let mut signal = tokio::spawn(async move {
        let signal = signal.await;
        tokio::spawn(async move {
            tokio::time::sleep(PATIENCE).await;
            vault.end_programs();
            signal.end();
            std::process::exit(signal.code().into());
        });
        signal
    });
    let work = async {
        let done = work.await;
        store_tokens_quietly(context).await;
        done
    };
    let ended = tokio::select! {
        code = work => Ok(code),
        signal = &mut signal => Err(signal),
    };
    context.home.vault.end_programs();
    match ended {
        Ok(code) => code,
        Err(signal) => {
            stopped();
            // Otherwise an incomplete line would stay in the buffer.
            let _ = io::stdout().flush();
            signal.map_or(Failure::Failed.into(), StopSignal::end)
        }
    }
}
