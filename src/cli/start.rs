//! Parses the command line and starts a command or the screen.

use std::{ffi::OsString, process::ExitCode};

use anyhow::Context;
use clap::Parser as _;

use super::{
    Arguments, CliCommand,
    arguments::{DEMO_CUSTOMERS, DEMO_SEED},
    completions,
    context::{CommandContext, demo_options, external_token},
    doctor,
    exit::{Failure, print_error, print_note},
    export, list, machine, man, portfolio, products, profile, resellers, serve, show,
    signals::{self, code_until_signal},
    target_choice::{ChoiceError, TargetChoice},
};
use crate::{
    account::AccountId,
    logging, panic,
    products::ProductFile,
    redact::KnownSecrets,
    text,
    tui::{
        self, ExitReason, ExitReport, Invocation, Look, ScreenOptions,
        terminal::{Signal, Terminal},
    },
};

/// Parses the command line. Prints help, the version or an error.
///
/// # Errors
/// The exit code, if something was printed.
pub fn parse() -> Result<Arguments, ExitCode> {
    Arguments::try_parse().map_err(|error| {
        let is_harmless = |word: OsString| {
            let word = word.to_string_lossy();
            text::clean(&word) == word
        };
        if error.use_stderr() && !std::env::args_os().all(is_harmless) {
            // Without colours, since clap quotes arguments unchanged, and a file name can contain control characters.
            print_note(error.render().to_string().trim_end());
        } else {
            // Help and the version are output like any other: they fail if they cannot be written.
            let printed = error.print();
            if let Err(unwritten) = printed
                && !error.use_stderr()
                && unwritten.kind() != std::io::ErrorKind::BrokenPipe
            {
                print_error(&format!("cannot write to standard output: {unwritten}"));
                return Failure::Failed.into();
            }
        }
        ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
    })
}

/// Runs the command or the screen, and returns the exit code.
pub fn start(arguments: &Arguments) -> ExitCode {
    let is_screen = arguments.command.is_none();
    if is_screen && let Err(reason) = Terminal::check() {
        print_error(&reason.to_string());
        return Failure::Usage.into();
    }
    if let Err(missing) = machine::check() {
        print_error(&missing.to_string());
        return Failure::Failed.into();
    }
    let done = match &arguments.command {
        Some(command) => run(command, arguments),
        None => browse(arguments),
    };
    done.unwrap_or_else(|error| {
        print_error(&format!("{error:#}"));
        ExitCode::FAILURE
    })
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("vipmp-task")
        .enable_all()
        .build()
        .context("cannot start")?;
    machine::outlive_full_files(&runtime);
    Ok(runtime)
}

/// Runs a command that needs no screen.
fn run(command: &CliCommand, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let known = KnownSecrets::default();
    if let Some(path) = &arguments.log_file {
        // The message already contains the error of the system.
        logging::start(path, known.clone()).map_err(|error| anyhow::anyhow!("{error}"))?;
    }
    panic::install(known.clone());
    let runtime = runtime()?;
    let context = || CommandContext::read(arguments.config.as_deref(), &known);
    let warned = || {
        let context = context();
        context.warn_before(arguments);
        context
    };
    let code = runtime.block_on(async {
        match command {
            CliCommand::List(wanted) => list::list(wanted, arguments, &warned()).await,
            CliCommand::Show(wanted) => show::show(wanted, arguments, &warned()).await,
            CliCommand::Export(wanted) => export::export(wanted, arguments, &warned()).await,
            CliCommand::Resellers(wanted) => resellers::resellers(wanted, arguments, &warned()).await,
            CliCommand::Find(wanted) => portfolio::find(wanted, arguments, &warned()).await,
            CliCommand::Today(wanted) => portfolio::today(wanted, arguments, &warned()).await,
            CliCommand::Renewals(wanted) => portfolio::renewals(wanted, arguments, &warned()).await,
            CliCommand::Summary(wanted) => portfolio::summary(wanted, arguments, &warned()).await,
            CliCommand::Report(wanted) => portfolio::report(wanted, arguments, &warned()).await,
            CliCommand::Views(command) => portfolio::views(command, arguments, &warned()).await,
            CliCommand::Sync(wanted) => portfolio::sync(wanted, arguments, &warned()).await,
            CliCommand::Portfolio(command) => portfolio::portfolio(command, arguments, &warned()).await,
            CliCommand::Note(wanted) => portfolio::note(wanted, arguments, &warned()).await,
            CliCommand::Changes(wanted) => portfolio::changes(wanted, arguments, &warned()).await,
            CliCommand::Sql(wanted) => portfolio::sql(wanted, arguments, &warned()).await,
            CliCommand::Reconcile(wanted) => portfolio::reconcile(wanted, arguments, &warned()).await,
            CliCommand::Products(command) => products::products(command, arguments, &context()).await,
            CliCommand::Profile(command) => {
                let context = context();
                code_until_signal(&context, profile::run(command, arguments, &context), || ()).await
            }
            CliCommand::Doctor { json } => {
                let context = context();
                code_until_signal(&context, doctor::run(arguments, &context, *json), || ()).await
            }
            CliCommand::Serve(wanted) => serve::serve(wanted).await,
            CliCommand::Completions { shell } => completions::print(*shell),
            CliCommand::Man { out } => man::run(out.as_deref()),
        }
    });
    runtime.shutdown_background();
    Ok(code)
}

/// Opens the screen and runs it until it ends.
fn browse(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let known = KnownSecrets::default();
    if let Some(path) = &arguments.log_file {
        // The message already contains the error of the system.
        logging::start(path, known.clone()).map_err(|error| anyhow::anyhow!("{error}"))?;
    }
    let context = CommandContext::read(arguments.config.as_deref(), &known);
    let (target, instead) = match context.choose(arguments) {
        Ok(TargetChoice { target, .. }) => (target, None),
        Err(ChoiceError::Unknown(why)) => {
            print_error(&why);
            return Ok(Failure::Usage.into());
        }
        // The screen shows the problem, with the demo in the meantime.
        Err(error) => (AccountId::Demo, Some(error.to_string())),
    };
    let products = ProductFile::new(context.data.as_deref()).load();
    let configured = tui::configured(&context.loaded, &context.state, products.names);
    let ui = &context.loaded.config.ui;
    let mut problems = configured.problems.clone();
    let mut notices = context.notices;
    notices.extend(products.notice);
    if let Some(why) = &instead {
        // The reason is often one of the problems that are shown anyway.
        if !problems.iter().any(|problem| why.contains(problem)) {
            notices.insert(0, why.clone());
            problems.push(why.clone());
        }
    }
    let options = ScreenOptions {
        token: external_token().filter(|_| target != AccountId::Demo),
        target,
        home: context.home,
        network: context.network,
        demo: demo_options(arguments),
        data: context.data,
        portfolio: context.loaded.config.portfolio,
        invocation: invocation(arguments),
        configured,
        mouse: ui.mouse,
        look: Look::new(ui, |name| std::env::var(name).ok()),
        time_zone: ui.time_zone,
        stands_in: instead.is_some(),
        notice: notice(&notices),
    };
    let runtime = runtime()?;
    panic::install(known.clone());
    let left = runtime.block_on(tui::run(options));
    // Tasks that still run, such as a copy that waits for another program, must not delay the exit.
    runtime.shutdown_background();
    for problem in &problems {
        print_error(problem);
    }
    let ExitReport { end, unkept, unfinished } = left.context("the terminal failed")?;
    for words in unkept.iter().chain(&unfinished) {
        print_error(words);
    }
    Ok(match end {
        ExitReason::Quit => ExitCode::SUCCESS,
        ExitReason::Signal(Signal::Hangup) => signals::StopSignal::Hangup.end(),
        ExitReason::Signal(Signal::Interrupt) => signals::StopSignal::Interrupt.end(),
        // The code that shells report for SIGQUIT, but without a core dump, which would contain secrets.
        ExitReason::Signal(Signal::Quit) => ExitCode::from(131),
        ExitReason::Signal(_) => signals::StopSignal::Terminate.end(),
    })
}

/// Returns the configuration and demo options for commands that show the same data.
fn invocation(arguments: &Arguments) -> Invocation {
    let mut invocation = Invocation::default();
    if let Some(config) = &arguments.config {
        invocation.program.extend(["--config".to_owned(), config.display().to_string()]);
    }
    let mut demo = |option: &str, value: String| invocation.demo.extend([option.to_owned(), value]);
    if arguments.demo_customers != DEMO_CUSTOMERS {
        demo("--demo-customers", arguments.demo_customers.to_string());
    }
    if arguments.demo_seed != DEMO_SEED {
        demo("--demo-seed", arguments.demo_seed.to_string());
    }
    invocation
}

/// Returns one notice for the footer: the first, and the number of others.
fn notice(all: &[String]) -> Option<String> {
    match all {
        [] => None,
        [one] => Some(one.clone()),
        [first, rest @ ..] => Some(format!("(and {} more: vipmp doctor) {first}", rest.len())),
    }
}
