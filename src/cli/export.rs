//! `vipmp export FILE`: all matching customers in a file, which is written completely or not at all.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use chrono::Utc;
use clap::{Args, value_parser};

use super::{
    Arguments,
    account::{open, product_names, select_target},
    context::{CommandContext, demo_options},
    exit::{Failure, print_api_error, print_error, print_note, usage},
    filter_args::FilterArgs,
    list_notes::other_statuses_note,
    progress::{clear, show},
    row_stream::{ChosenResellers, choose_resellers, source_of},
    signals::run_until_signal,
};
use crate::{
    account::Account,
    api::RequestOptions,
    collect::ListStats,
    columns::{Columns, RowSchema},
    export::{
        ExistingJournal, ExportError, ExportJob, Exported, FetchError, FetchJob, Plan, Progress, Written,
        export_to_file, journal_of, look_at, remove_empty_journal,
    },
    output::{Format, Options, default_columns},
    text,
};

/// The arguments of `vipmp export`.
#[derive(Debug, Clone, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub struct ExportArgs {
    /// File to write; the extension sets the format: .csv, .xlsx, .json or .jsonl
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// The filter and sorting.
    #[command(flatten)]
    pub filter: FilterArgs,

    /// Include each customer's details: anniversary, segment, discounts, 3YC, address, first admin
    #[arg(long)]
    pub details: bool,

    /// Include subscriptions: one row each, or nested in JSON
    #[arg(long)]
    pub subscriptions: bool,

    /// Columns to write, in this order
    #[arg(long, value_name = "NAME,NAME")]
    pub columns: Option<String>,

    /// Parallel requests (1–16), halved for a while after a 429 [default: 4]
    #[arg(long, value_name = "N", value_parser = value_parser!(u8).range(1..=16))]
    pub concurrency: Option<u8>,

    /// Resume an interrupted export
    #[arg(long)]
    pub resume: bool,

    /// Write the file even if it may be incomplete; the exit status is then 5
    #[arg(long)]
    pub anyway: bool,

    /// Do not escape text that looks like a formula
    #[arg(long)]
    pub raw: bool,

    /// Write a byte order mark, so that Excel reads a CSV file as UTF-8
    #[arg(long)]
    pub bom: bool,

    /// Show no progress
    #[arg(long, short)]
    pub quiet: bool,
}

/// Runs the export and returns the exit code.
pub(super) async fn export(wanted: &ExportArgs, arguments: &Arguments, context: &CommandContext) -> ExitCode {
    let progress = Arc::new(Progress::default());
    let stopped = || {
        clear();
        remove_empty_journal(&wanted.file, existing_journal(wanted), &progress);
        print_note(&format!("Stopped. {}", resume_hint(wanted, &progress)));
    };
    run_until_signal(context, run(wanted, arguments, context, &progress), stopped).await
}

async fn run(
    wanted: &ExportArgs,
    arguments: &Arguments,
    context: &CommandContext,
    progress: &Arc<Progress>,
) -> Result<(), Failure> {
    let format = Format::of_file(&wanted.file).map_err(|error| usage(&error.to_string()))?;
    let filter = wanted.filter.customer_filter(Utc::now().date_naive()).map_err(|error| usage(&error))?;
    let statuses = wanted.filter.statuses().map_err(|error| usage(&error))?;
    let schema = RowSchema::Customers { details: wanted.details, subscriptions: wanted.subscriptions };
    let columns = match &wanted.columns {
        Some(text) => Columns::parse(schema, text).map_err(|error| usage(&format!("--columns: {error}")))?,
        None => default_columns(schema, format),
    };
    let mut network = context.network.clone();
    if let Some(concurrency) = wanted.concurrency {
        network.concurrency = concurrency.into();
    }
    let ahead = 2 * network.concurrency;
    // Before any request: an obstacle now would still be one at the end.
    let file = look_at(&wanted.file).map_err(|error| usage(&error.to_string()))?;
    let target = select_target(arguments, context)?;
    let api = target.place(&demo_options(arguments));
    let (account, _demo) = open(&target, arguments, context, &network).await?;
    let resellers = choose_resellers(&account, &wanted.filter.resellers)
        .await
        .map_err(|error| print_api_error(&error))?;
    let plan =
        Plan::of(&filter, &statuses, resellers.ids.clone(), &api).with(wanted.details, wanted.subscriptions);
    let source = source_of(&account);
    let rows = FetchJob {
        source: Arc::clone(&source),
        options: RequestOptions::default(),
        plan,
        picked: Vec::new(),
        journal: journal_of(&wanted.file),
        begin: existing_journal(wanted),
        ahead,
    };
    if wanted.resume && file.has_blank_journal {
        let journal = text::display_path(&journal_of(&wanted.file));
        print_note(&format!("{journal} holds no rows yet, so the export starts from the beginning."));
    }
    let job = ExportJob {
        rows,
        file: wanted.file.clone(),
        format,
        columns: columns.with_names(product_names(&target, context)),
        options: Options { raw: wanted.raw, bom: wanted.bom, ..Options::default() },
        may_lack_lists: resellers.doubt.is_some(),
        anyway: wanted.anyway,
    };
    let exporting = export_to_file(job, Arc::clone(progress));
    let exported = tokio::select! {
        exported = exporting => exported,
        never = show(progress, wanted.quiet) => match never {},
    };
    clear();
    let Exported { lists, written } = match exported {
        Ok(exported) => exported,
        Err(error) => return Err(report_failure(error, &account, &resellers, wanted, progress)),
    };
    let judged = report_doubts(&lists).and(resellers.report_doubt());
    let Written { summary, without, doubts, damage, journal_left } = written;
    if let Some(error) = journal_left {
        print_note(&error.to_string());
    }
    if !wanted.quiet {
        print_note(&format!(
            "Exported {} to {}",
            text::pluralize(summary.lines, "row", "rows"),
            text::display_path(&wanted.file)
        ));
    }
    if !wanted.quiet
        && let Some(words) = other_statuses_note(&*source, &wanted.filter, &filter, &resellers.ids).await
    {
        print_note(&words);
    }
    for problems in [&doubts, &damage] {
        for words in &problems.first {
            print_error(&format!("{words}."));
        }
        let more = problems.count - problems.first.len() as u64;
        if more > 0 {
            print_note(&format!("{} with problems.", text::pluralize(more, "more row", "more rows")));
        }
    }
    if without > 0 {
        let customers = text::pluralize(without, "customer", "customers");
        print_note(&format!(
            "The details of {customers} could not be fetched; the `problem` column says why."
        ));
        return Err(Failure::Partial);
    }
    if summary.unreadable > 0 {
        let lines = text::pluralize(summary.unreadable, "line", "lines");
        print_error(&format!(
            "{lines} could not be read as customers or subscriptions: see the column problem."
        ));
        return Err(Failure::Partial);
    }
    if doubts.count > 0 { Err(Failure::Partial) } else { judged }
}

/// Returns a note about the saved rows and how to resume the export.
fn resume_hint(wanted: &ExportArgs, progress: &Progress) -> String {
    let journal = journal_of(&wanted.file);
    if !journal.exists() {
        return "No rows were saved.".to_owned();
    }
    format!(
        "{} are saved in {}: run the same command with --resume to continue.",
        progress.amount(),
        text::display_path(&journal)
    )
}

/// Returns how to treat a journal that already exists.
fn existing_journal(wanted: &ExportArgs) -> ExistingJournal {
    if wanted.resume { ExistingJournal::Resume } else { ExistingJournal::Fail }
}

/// Prints why there is no file and whether the export can be resumed, and returns the failure.
fn report_failure(
    error: ExportError,
    account: &Account,
    resellers: &ChosenResellers,
    wanted: &ExportArgs,
    progress: &Progress,
) -> Failure {
    match error {
        ExportError::Fetch(FetchError::Api(error)) => {
            let failure = print_api_error(&account.error(*error));
            if remove_empty_journal(&wanted.file, existing_journal(wanted), progress) {
                return failure;
            }
            print_note(&resume_hint(wanted, progress));
            Failure::Partial
        }
        ExportError::Fetch(FetchError::Journal(error)) => {
            print_error(&error.to_string());
            if progress.rows() == 0 || !error.can_be_resumed() {
                return Failure::Failed;
            }
            // For example a full disk: the export can be resumed once there is space.
            print_note(&resume_hint(wanted, progress));
            Failure::Partial
        }
        ExportError::Fetch(FetchError::Filter(error)) => usage(&error.to_string()),
        ExportError::Write(error) => {
            print_error(&error.to_string());
            if error.can_be_resumed() {
                print_note(&resume_hint(wanted, progress));
            }
            Failure::Failed
        }
        ExportError::Doubtful(lists) => {
            let doubts = report_doubts(&lists).and(resellers.report_doubt());
            print_note(&format!(
                "The rows so far are in {}: --resume rereads the affected lists, and --resume --anyway writes the file as it is.",
                text::display_path(&journal_of(&wanted.file))
            ));
            doubts.err().unwrap_or(Failure::Partial)
        }
        ExportError::Task(error) => {
            print_error(&error.to_string());
            Failure::Failed
        }
    }
}

/// Prints doubts and notes about the lists.
///
/// # Errors
/// [`Failure::Partial`] if a list may be incomplete.
fn report_doubts(lists: &[(String, ListStats)]) -> Result<(), Failure> {
    let mut doubtful = false;
    for (name, stats) in lists {
        if let Some(doubt) = stats.incomplete {
            doubtful = true;
            print_error(&format!("{name}: the list may be incomplete: {doubt}."));
        } else if stats.total.is_none() {
            print_note(&format!(
                "{name}: the server sent no usable total; the list was read until a page had no more rows."
            ));
        } else if stats.moved {
            print_note(&format!(
                "{name}: the list changed while it was being read: customers found on rereading are last, and customers who left are still included."
            ));
        }
    }
    if doubtful { Err(Failure::Partial) } else { Ok(()) }
}
