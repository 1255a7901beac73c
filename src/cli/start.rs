//! Starts what the command line asks for: a command, or the screen.

use std::process::ExitCode;

use anyhow::Context;

use super::{
    Arguments, Command, doctor,
    exit::{Failure, complain},
    profile, serve,
    setting::{NoTarget, Setting, demo_options},
};
use crate::{
    account::Target,
    api::ApiError,
    config::Loaded,
    demo::RESELLER_ID,
    logging, panic,
    tui::{
        self, Connection, End, Options,
        keys::KeyMap,
        terminal::{Signal, Terminal},
        ui::Theme,
    },
};

/// Runs the program as the command line asks, and says how it ended.
pub fn start(arguments: &Arguments) -> ExitCode {
    let is_screen = arguments.command.is_none();
    if is_screen && let Err(reason) = Terminal::check() {
        complain(&reason.to_string());
        return Failure::Usage.into();
    }
    let done = match &arguments.command {
        Some(command) => run(command, arguments),
        None => browse(arguments),
    };
    done.unwrap_or_else(|error| {
        complain(&format!("{error:#}"));
        ExitCode::FAILURE
    })
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("vipmp-task")
        .enable_all()
        .build()
        .context("cannot start")
}

/// Runs a command without the screen.
fn run(command: &Command, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if let Some(path) = &arguments.log_file {
        logging::start(path)?;
    }
    panic::install();
    let runtime = runtime()?;
    let code = runtime.block_on(async {
        match command {
            Command::Serve(wanted) => serve::serve(wanted).await,
            Command::Profile(command) => {
                let setting = Setting::read(arguments.config.as_deref());
                profile::run(command, arguments, &setting).await
            }
            Command::Doctor { json } => {
                let setting = Setting::read(arguments.config.as_deref());
                doctor::run(arguments, &setting, *json).await
            }
        }
    });
    runtime.shutdown_background();
    Ok(code)
}

/// Shows the screen.
fn browse(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if let Some(path) = &arguments.log_file {
        logging::start(path)?;
    }
    let setting = Setting::read(arguments.config.as_deref());
    let target = match setting.target(arguments) {
        Ok(target) => target,
        Err(NoTarget::Unknown(why)) => {
            complain(&why);
            return Ok(Failure::Usage.into());
        }
        // What is wrong is shown, and the demo works meanwhile.
        Err(NoTarget::Broken(_)) => Target::Demo,
    };
    let (keys, problems) = keys_and_problems(&setting.loaded);
    let options = Options {
        reseller_id: RESELLER_ID.to_owned(),
        keys,
        page_size: setting.loaded.config.ui.page_size,
        mouse: setting.loaded.config.ui.mouse,
        theme: Theme::for_no_color(std::env::var("NO_COLOR").ok().as_deref()),
        notice: notice(&problems),
    };
    let demo = demo_options(arguments);
    let runtime = runtime()?;
    panic::install();
    let vault = setting.home.vault.clone();
    let connect = move || {
        let (target, vault, demo) = (target.clone(), vault.clone(), demo.clone());
        async move {
            let (account, keep) = target.open(None, &vault, demo).await?;
            Ok::<_, ApiError>(Connection { client: account.client, reseller_id: account.reseller_id, keep })
        }
    };
    let end = runtime.block_on(tui::run(options, connect));
    // Whatever still runs, a copy waiting for another program for instance, must not keep the person waiting.
    runtime.shutdown_background();
    if problems.len() > 1 {
        for problem in &problems {
            complain(problem);
        }
    }
    Ok(match end.context("the terminal failed")? {
        End::Quit => ExitCode::SUCCESS,
        // As a shell tells a signal: 128 and its number.
        End::Signal(Signal::Hangup) => ExitCode::from(129),
        End::Signal(Signal::Interrupt) => ExitCode::from(130),
        End::Signal(_) => ExitCode::from(143),
    })
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
