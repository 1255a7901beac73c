//! `vipmp serve`: runs the demo API as a server and prints a profile for it.

use std::{io, process::ExitCode, time::Duration};

use super::{
    arguments::ServeArgs,
    exit::{Failure, print, print_error, print_note},
    serve_log::RequestLogWriter,
    serve_profile::{profile, warning},
    signals::signal,
    stdout::write,
};
use crate::{
    config::check_id,
    demo::{Demo, DemoError, DemoOptions, OPENAPI, RequestLog},
};

/// Serves until a signal ends the process.
pub(super) async fn serve(wanted: &ServeArgs) -> ExitCode {
    if wanted.openapi {
        return write(OPENAPI.as_bytes());
    }
    if let Err(why) = check(wanted) {
        print_error(&why);
        return Failure::Usage.into();
    }
    let lines = match (!wanted.quiet).then(|| RequestLogWriter::new(io::stderr())).transpose() {
        Ok(lines) => lines,
        Err(error) => {
            print_error(&format!("cannot log the requests: {error}"));
            return Failure::Failed.into();
        }
    };
    let demo = match Demo::start(options(wanted, lines.as_ref().map(RequestLogWriter::log))).await {
        Ok(demo) => demo,
        Err(error) => {
            print_error(&error.to_string());
            if let Some(help) = help(&error) {
                print_note(help);
            }
            return Failure::Failed.into();
        }
    };
    let ended = match signal() {
        Ok(ended) => ended,
        Err(error) => {
            print_error(&format!("cannot wait for signals: {error}"));
            return Failure::Failed.into();
        }
    };
    if let Some(warning) = warning(demo.bound()) {
        print_error(&warning);
    }
    // Signals are handled before the profile is printed: a script may send one as soon as it has read it.
    if let Err(failure) = print(&profile(&demo, wanted)) {
        return failure.into();
    }
    let ended = ended.await;
    drop(demo);
    if let Some(lines) = lines {
        lines.finish();
    }
    ended.end()
}

/// Returns a hint for an error of listening.
fn help(error: &DemoError) -> Option<&'static str> {
    match error {
        DemoError::Listen { source, .. } if source.kind() == io::ErrorKind::AddrNotAvailable => {
            Some("Use an address of this computer for --bind, or 0.0.0.0 for all of them.")
        }
        DemoError::Listen { port: 1.., .. } => Some("Use --port 0 for any free port."),
        _ => None,
    }
}

/// Checks the credentials.
///
/// # Errors
/// A message that names the option.
fn check(wanted: &ServeArgs) -> Result<(), String> {
    if let Some(why) = wanted.client_id.as_deref().and_then(|id| check_id(id).err()) {
        return Err(format!("--client-id: {why}"));
    }
    let unfit =
        |secret: &str| secret.is_empty() || secret.trim() != secret || secret.contains(char::is_control);
    if wanted.client_secret.as_deref().is_some_and(unfit) {
        return Err(
            "--client-secret: must not be empty, start or end with a blank, or contain control characters"
                .to_owned(),
        );
    }
    Ok(())
}

fn options(wanted: &ServeArgs, log: Option<RequestLog>) -> DemoOptions {
    DemoOptions {
        customers: usize::try_from(wanted.customers).unwrap_or(usize::MAX),
        seed: wanted.seed,
        latency: Duration::from_millis(wanted.latency),
        faults: wanted.faults.clone().unwrap_or_default(),
        rate_limit: wanted.rate_limit,
        address: wanted.bind,
        port: wanted.port,
        client_id: wanted.client_id.clone(),
        client_secret: wanted.client_secret.clone().map(Into::into),
        log,
        ..DemoOptions::default()
    }
}
