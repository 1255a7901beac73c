//! Ctrl-C and its kin while a command runs without the screen.

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

/// The time that a command may take to end once it was asked to.
const PATIENCE: Duration = Duration::from_millis(800);

/// The signals that ask a command to end.
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
    /// Ends the process by this signal, once everything is cleaned up. A shell that runs a loop goes on with it after any
    /// exit code, 130 too, and stops only if the command itself has ended by SIGINT. Shells report 128 and the number.
    pub(super) fn end(self) -> ExitCode {
        #[cfg(unix)]
        {
            use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
            let number = match self {
                Self::Hangup => SIGHUP,
                Self::Interrupt => SIGINT,
                Self::Terminate => SIGTERM,
            };
            // Comes back only if the system refuses.
            let _ = signal_hook::low_level::emulate_default_handler(number);
        }
        self.code().into()
    }

    /// 128 and the signal's number.
    fn code(self) -> u8 {
        match self {
            Self::Hangup => 129,
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
    }
}

/// The wait for a signal. Signals count from now on, not from when it is awaited.
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

/// The wait for Ctrl-C, which counts from now on.
#[cfg(windows)]
pub(super) fn signal() -> io::Result<impl Future<Output = StopSignal> + Send> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
        StopSignal::Interrupt
    })
}

/// Runs a command until it is done or a signal asks for its end; `stopped` then says what there is to say, and the process
/// ends by that signal. Tokens that were issued meanwhile are kept, however it ends on its own.
pub(super) fn run_until_signal(
    context: &CommandContext,
    work: impl Future<Output = Result<(), Failure>>,
    stopped: impl FnOnce(),
) -> impl Future<Output = ExitCode> {
    let work = Box::pin(async { work.await.err().map_or(ExitCode::SUCCESS, ExitCode::from) });
    code_until_signal(context, work, stopped)
}

/// Does so with a command that says itself how it ends. Programs that run for a secret end with it.
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
    // On a task of its own: who stands in a write that nobody reads cannot look for signals.
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
            // A line that was not written to its end stays in the buffer otherwise.
            let _ = io::stdout().flush();
            signal.map_or(Failure::Failed.into(), StopSignal::end)
        }
    }
}
