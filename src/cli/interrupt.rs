//! Ctrl-C and its kin while a command runs without the screen.

use std::process::ExitCode;

/// Waits until the command is to end, and says with which code: as a shell tells a signal, 128 and its number.
#[cfg(unix)]
pub(super) async fn interrupted() -> ExitCode {
    use tokio::signal::unix::{SignalKind, signal};
    let wait = async |kind| match signal(kind) {
        Ok(mut signal) => drop(signal.recv().await),
        // Then the system's own way of ending it stays.
        Err(_) => std::future::pending().await,
    };
    tokio::select! {
        () = wait(SignalKind::interrupt()) => ExitCode::from(130),
        () = wait(SignalKind::terminate()) => ExitCode::from(143),
        () = wait(SignalKind::hangup()) => ExitCode::from(129),
    }
}

/// Waits until the command is to end.
#[cfg(not(unix))]
pub(super) async fn interrupted() -> ExitCode {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
    ExitCode::from(130)
}
