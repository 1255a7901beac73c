//! Ctrl-C and its kin while a command runs without the screen.

use std::{io, process::ExitCode, sync::Arc, time::Duration};

use super::{
    account::keep_quietly,
    exit::{Failure, complain},
    setting::Setting,
};

/// How long a command may take to end once it was asked to.
const PATIENCE: Duration = Duration::from_millis(800);

/// What asks a command to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(windows, expect(dead_code, reason = "there is Ctrl-C alone"))]
pub(super) enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// `kill`.
    Terminate,
    /// The terminal went away.
    Hangup,
}

impl Signal {
    /// As a shell tells it: 128 and the signal's number.
    fn code(self) -> u8 {
        match self {
            Self::Hangup => 129,
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
    }
}

impl From<Signal> for ExitCode {
    fn from(signal: Signal) -> Self {
        Self::from(signal.code())
    }
}

/// The wait for a signal. Signals count from now on, not from when it is awaited.
#[cfg(unix)]
pub(super) fn signal() -> io::Result<impl Future<Output = Signal> + Send> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => Signal::Interrupt,
            _ = terminate.recv() => Signal::Terminate,
            _ = hangup.recv() => Signal::Hangup,
        }
    })
}

/// The wait for Ctrl-C, which counts from now on.
#[cfg(windows)]
pub(super) fn signal() -> io::Result<impl Future<Output = Signal> + Send> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
        Signal::Interrupt
    })
}

/// Runs a command until it is done or a signal asks for its end; `stopped` then says what there is to say. Tokens that were
/// issued meanwhile are kept, however it ends by itself.
pub(super) fn until_signal(
    setting: &Setting,
    work: impl Future<Output = Result<(), Failure>>,
    stopped: impl FnOnce(),
) -> impl Future<Output = ExitCode> {
    let work = Box::pin(async { work.await.err().map_or(ExitCode::SUCCESS, ExitCode::from) });
    code_until_signal(setting, work, stopped)
}

/// Does so with a command that says itself how it ends. Programs that run for a secret end with it.
pub(super) async fn code_until_signal(
    setting: &Setting,
    work: impl Future<Output = ExitCode>,
    stopped: impl FnOnce(),
) -> ExitCode {
    let signal = match signal() {
        Ok(signal) => signal,
        Err(error) => {
            complain(&format!("cannot wait for signals: {error}"));
            return Failure::Failed.into();
        }
    };
    // On a task of its own: who stands in a write that nobody reads cannot look for signals.
    let vault = Arc::clone(&setting.home.vault);
    let mut signal = tokio::spawn(async move {
        let signal = signal.await;
        tokio::spawn(async move {
            tokio::time::sleep(PATIENCE).await;
            vault.end_programs();
            std::process::exit(signal.code().into());
        });
        signal
    });
    let work = async {
        let done = work.await;
        keep_quietly(setting).await;
        done
    };
    let code = tokio::select! {
        code = work => code,
        signal = &mut signal => {
            stopped();
            signal.map_or(Failure::Failed.into(), ExitCode::from)
        }
    };
    setting.home.vault.end_programs();
    code
}
