//! Starts the screen: configuration, log, demo API, terminal.

use std::{io::Write, process::ExitCode, sync::Arc, time::Duration};

use anyhow::Context;

use super::Arguments;
use crate::{
    api::{ApiError, Client, ClientConfig, ClientCredentials, TokenConfig},
    config::{self, Loaded},
    demo::{Demo, DemoOptions, RESELLER_ID},
    logging, panic,
    tui::{
        self, Connection, End, Options,
        keys::KeyMap,
        terminal::{Signal, Terminal},
        ui::Theme,
    },
};

/// The exit code for a command line, or a place, that vipmp cannot work with.
const USAGE: u8 = 2;

/// Runs the program as the command line asks, and says how it ended.
pub fn start(arguments: &Arguments) -> ExitCode {
    if let Err(reason) = Terminal::check() {
        complain(&reason.to_string());
        return ExitCode::from(USAGE);
    }
    match browse(arguments) {
        Ok(End::Quit) => ExitCode::SUCCESS,
        // As a shell tells a signal: 128 and its number.
        Ok(End::Signal(Signal::Hangup)) => ExitCode::from(129),
        Ok(End::Signal(Signal::Interrupt)) => ExitCode::from(130),
        Ok(End::Signal(_)) => ExitCode::from(143),
        Err(error) => {
            complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Says something on standard error: before the screen is entered, or after it is left. `eprintln!` would panic where
/// that is closed, as it is when the terminal is gone.
fn complain(words: &str) {
    let _ = writeln!(std::io::stderr(), "vipmp: {words}");
}

fn browse(arguments: &Arguments) -> anyhow::Result<End> {
    if let Some(path) = &arguments.log_file {
        logging::start(path)?;
    }
    let places = config::Places::find(None);
    let loaded = config::load(places.config.as_deref());
    let (keys, problems) = keys_and_problems(&loaded);
    let options = Options {
        reseller_id: RESELLER_ID.to_owned(),
        keys,
        page_size: loaded.config.ui.page_size,
        mouse: loaded.config.ui.mouse,
        theme: Theme::for_no_color(std::env::var("NO_COLOR").ok().as_deref()),
        notice: notice(&problems),
    };
    let demo = DemoOptions {
        customers: usize::try_from(arguments.demo_customers)?,
        seed: arguments.demo_seed,
        latency: Duration::from_millis(arguments.demo_latency),
        ..DemoOptions::default()
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("vipmp-task")
        .enable_all()
        .build()
        .context("cannot start")?;
    panic::install();
    let end = runtime.block_on(tui::run(options, move || connect(demo.clone())));
    // Whatever still runs, a copy waiting for another program for instance, must not keep the person waiting.
    runtime.shutdown_background();
    if problems.len() > 1 {
        for problem in &problems {
            complain(problem);
        }
    }
    end.context("the terminal failed")
}

/// The keys with what the configuration changes, and everything that is wrong with the configuration.
fn keys_and_problems(loaded: &Loaded) -> (KeyMap, Vec<String>) {
    let (keys, wrong_keys) = KeyMap::with(&loaded.config.keys);
    let mut problems: Vec<String> = loaded.problems.iter().map(ToString::to_string).collect();
    problems.extend(
        wrong_keys.into_iter().map(|problem| loaded.problem_with(&problem.key, problem.words).to_string()),
    );
    for problem in &problems {
        tracing::warn!(%problem, "configuration");
    }
    (keys, problems)
}

/// What the footer has room for.
fn notice(problems: &[String]) -> Option<String> {
    match problems {
        [] => None,
        [one] => Some(one.clone()),
        [first, rest @ ..] => Some(format!("{first} (and {} more, told at the end)", rest.len())),
    }
}

/// Starts the demo API and connects to it as to the real one.
async fn connect(options: DemoOptions) -> Result<Connection, ApiError> {
    let demo = Demo::start(options).await.map_err(|error| ApiError::internal(&error.to_string()))?;
    let internal = |error: url::ParseError| ApiError::internal(&error.to_string());
    let tokens = ClientCredentials::new(TokenConfig::new(
        demo.token_url().parse().map_err(internal)?,
        demo.client_id().to_owned(),
        demo.client_secret().to_owned().into(),
    ))?;
    let config = ClientConfig::new(demo.api_url().parse().map_err(internal)?, demo.client_id().to_owned());
    let client = Client::new(config, Arc::new(tokens))?;
    Ok(Connection { client, reseller_id: demo.reseller_id().to_owned(), keep: Some(demo) })
}
