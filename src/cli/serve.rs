//! `vipmp serve`: the demo API as a process of its own, and a profile for it.

use std::{io, process::ExitCode};

use super::{
    arguments::Serve,
    exit::{Failure, complain, print},
};
use crate::{
    config::check_id,
    demo::{Demo, DemoOptions},
    text,
};

/// The environment variable that the printed profile takes the secret from.
const SECRET_VARIABLE: &str = "VIPMP_SERVE_SECRET";

/// Serves until a signal asks for the end.
pub(super) async fn serve(wanted: &Serve) -> ExitCode {
    if let Some(why) = wanted.client_id.as_deref().and_then(|id| check_id(id).err()) {
        complain(&format!("--client-id: {why}"));
        return Failure::Usage.into();
    }
    let unfit =
        |secret: &str| secret.is_empty() || secret.trim() != secret || secret.contains(char::is_control);
    if wanted.client_secret.as_deref().is_some_and(unfit) {
        complain(
            "--client-secret: it cannot be empty, nor have blanks at its ends or control characters in it",
        );
        return Failure::Usage.into();
    }
    let options = DemoOptions {
        customers: usize::try_from(wanted.customers).unwrap_or(usize::MAX),
        seed: wanted.seed,
        faults: wanted.faults.clone().unwrap_or_default(),
        port: wanted.port,
        client_id: wanted.client_id.clone(),
        client_secret: wanted.client_secret.clone().map(Into::into),
        ..DemoOptions::default()
    };
    let customers = options.customers;
    let demo = match Demo::start(options).await {
        Ok(demo) => demo,
        Err(error) => {
            complain(&error.to_string());
            if wanted.port != 0 {
                super::exit::remark("--port 0 takes a port that is free.");
            }
            return Failure::Failed.into();
        }
    };
    let ended = match end() {
        Ok(ended) => ended,
        Err(error) => {
            complain(&format!("cannot wait for signals: {error}"));
            return Failure::Failed.into();
        }
    };
    // Whoever reads the profile may send a signal at once.
    if let Some(faults) = &wanted.faults {
        print(&format!("# Faults on purpose, with seed {}: {faults}", wanted.seed));
    }
    for line in profile(&demo, customers) {
        print(&line);
    }
    ended.await
}

/// A profile for the server, which can be added to `config.toml` as it is, with the secret in a comment.
fn profile(demo: &Demo, customers: usize) -> Vec<String> {
    let customers = text::grouped(i128::try_from(customers).unwrap_or(i128::MAX));
    let secret = demo.client_secret().replace('\'', r"'\''");
    let mut lines = vec![
        format!("# The demo API with {customers} invented customers, at {} until Ctrl-C.", demo.api_url()),
        "# A profile for it, for config.toml:".to_owned(),
        String::new(),
        "[profiles.local]".to_owned(),
    ];
    let mut table = toml_edit::Table::new();
    for (key, value) in [
        ("environment", "custom"),
        ("api_url", demo.api_url()),
        ("token_url", demo.token_url()),
        ("reseller_id", demo.reseller_id()),
        ("client_id", demo.client_id()),
    ] {
        table.insert(key, toml_edit::value(value));
    }
    lines.extend(table.to_string().lines().map(str::to_owned));
    lines.extend([
        format!("client_secret = {{ env = \"{SECRET_VARIABLE}\" }}"),
        String::new(),
        "# The secret, for the shell that starts vipmp:".to_owned(),
        format!("# export {SECRET_VARIABLE}='{secret}'"),
    ]);
    lines
}

/// The wait for Ctrl-C, or for being asked to end. Signals count from now on, not from when it is awaited.
#[cfg(unix)]
fn end() -> io::Result<impl Future<Output = ExitCode>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => ExitCode::SUCCESS,
            _ = terminate.recv() => ExitCode::from(143),
            _ = hangup.recv() => ExitCode::from(129),
        }
    })
}

/// The wait for Ctrl-C, which counts from now on.
#[cfg(windows)]
fn end() -> io::Result<impl Future<Output = ExitCode>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
        ExitCode::SUCCESS
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config;

    #[tokio::test]
    async fn what_is_printed_is_a_profile_without_mistakes() {
        let options = DemoOptions {
            customers: 60,
            client_id: Some("id-1".into()),
            client_secret: Some("it's s3cr3t".into()),
            ..DemoOptions::default()
        };
        let demo = Demo::start(options).await.unwrap();
        let text = profile(&demo, 60).join("\n");
        let loaded = config::parse(&text, Path::new("config.toml"));
        assert_eq!(loaded.problems, [], "{text}");
        let profile = &loaded.config.profiles["local"];
        assert_eq!((profile.client_id.as_str(), profile.reseller_id.as_str()), ("id-1", demo.reseller_id()));
        assert_eq!(profile.token_url.as_str(), demo.token_url());
        assert!(text.contains(r"export VIPMP_SERVE_SECRET='it'\''s s3cr3t'"), "{text}");
    }
}
