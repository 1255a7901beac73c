//! `vipmp report`: a workbook with a summary and the lists of the day, which is written completely or not at all.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use clap::Args;

use super::{
    find_doubts::{add_doubts, query_doubts, today_doubts},
    open::{age_of_copy, details_doubt, list_doubts, open_to_read, print_age, print_store_error},
    report_rows::{FillError, FilledReport, fill},
    views::find_view,
};
use crate::{
    account::AccountId,
    cli::{
        Arguments,
        account::select_target,
        context::CommandContext,
        exit::{Failure, print_error, print_note, usage},
        signals::run_until_signal,
    },
    export::look_at,
    files::{Access, write_with},
    model::format_date,
    output::{Format, OutputError},
    portfolio::query::Query,
    report::{Cover, ReportScope},
    text,
};

/// The arguments of `vipmp report`.
#[derive(Debug, Clone, Args)]
pub struct ReportArgs {
    /// File to write, with the extension .xlsx; a file that is there is replaced
    #[arg(value_name = "FILE.xlsx")]
    pub file: PathBuf,

    /// Narrow every list to the customers of this view
    #[arg(long, value_name = "NAME", conflicts_with = "query")]
    pub view: Option<String>,

    /// Narrow every list to these customers, as in `vipmp find`
    #[arg(long, value_name = "QUERY")]
    pub query: Option<String>,

    /// Narrow renewals, lapsing licences and the ends of 3YC to this month: 2026-12
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<String>,

    /// Exit with 0 although the report rests on part of the portfolio
    #[arg(long)]
    pub partial: bool,
}

/// Writes the report.
pub(in crate::cli) async fn report(
    wanted: &ReportArgs,
    arguments: &Arguments,
    context: &CommandContext,
) -> ExitCode {
    run_until_signal(context, run(wanted, arguments, context), || ()).await
}

async fn run(wanted: &ReportArgs, arguments: &Arguments, context: &CommandContext) -> Result<(), Failure> {
    check_file(wanted)?;
    let target = select_target(arguments, context)?;
    let scope = read_scope(wanted, &target, context)?;
    let query = Query::read(&scope.query, context.as_of()).map_err(|error| usage(&error.to_string()))?;
    let copy = open_to_read(arguments, context).await?;
    let (names, of_scope, customers) = (Arc::clone(&copy.names), scope.clone(), query.clone());
    let read = copy.read(move |store| match fill(store, &names, &of_scope, &customers) {
        Err(FillError::PortfolioStore(error)) => Err(error),
        filled => Ok(filled),
    });
    let filled = read.await?.map_err(|error| fill_failure(&error))?;
    let doubts: Vec<String> = copy.doubt.into_iter().chain(doubts(&filled, &query, context)).collect();
    let FilledReport { book, lists, figures, held, .. } = filled;
    let cover = Cover {
        title: scope.title(),
        lines: vec![
            match &target {
                AccountId::Demo => "The built-in demo: fictional data".to_owned(),
                AccountId::Profile { name, .. } => format!("Profile {name}"),
            },
            format!("As of {} (UTC)", format_date(query.as_of.today)),
            covered(wanted, &scope),
            age_of_copy(&held),
        ],
        doubts,
    };
    let written = write_with(&wanted.file, Access::Preserve, |file| -> Result<(), OutputError> {
        book.save(&cover, &figures, &lists, std::io::BufWriter::new(file))
    });
    written.map_err(|error| {
        print_error(&format!("cannot write {}: {error}", text::display_path(&wanted.file)));
        Failure::Failed
    })?;
    print_note(&format!(
        "Report on {} written to {}",
        text::pluralize(figures.customers, "customer", "customers"),
        text::display_path(&wanted.file)
    ));
    print_age(&held);
    for doubt in &cover.doubts {
        print_error(doubt);
    }
    if cover.doubts.is_empty() || wanted.partial { Ok(()) } else { Err(Failure::Partial) }
}

/// Checks that the report can be written there, before anything is read.
fn check_file(wanted: &ReportArgs) -> Result<(), Failure> {
    let shown = text::display_path(&wanted.file);
    if !matches!(Format::of_file(&wanted.file), Ok(Format::Xlsx)) {
        return Err(usage(&format!("{shown}: a report is a workbook, whose name ends in .xlsx")));
    }
    if wanted.file.is_symlink() {
        return Err(usage(&format!("{shown} is a link: a report is written only to a file itself")));
    }
    look_at(&wanted.file).map(drop).map_err(|error| usage(&error.to_string()))
}

fn read_scope(
    wanted: &ReportArgs,
    target: &AccountId,
    context: &CommandContext,
) -> Result<ReportScope, Failure> {
    let query = match &wanted.view {
        Some(name) => find_view(name, target, context)?.query,
        None => wanted.query.clone().unwrap_or_default(),
    };
    let refused =
        |month: &String| usage(&format!("--month {}: a month is written as 2026-12", text::clean(month)));
    let month = match &wanted.month {
        Some(month) => Some(ReportScope::parse_month(month).ok_or_else(|| refused(month))?),
        None => None,
    };
    Ok(ReportScope { query: query.trim().to_owned(), month })
}

/// Returns which customers and months the report is about, in words.
fn covered(wanted: &ReportArgs, scope: &ReportScope) -> String {
    let mut words = match (&wanted.view, scope.query.as_str()) {
        (None, "") => "All customers".to_owned(),
        (Some(view), "") => format!("All customers (view {view})"),
        (Some(view), query) => format!("Customers of the view {view}: {query}"),
        (None, query) => format!("Customers found by {query}"),
    };
    if let Some(month) = scope.month {
        let month = month.format("%B %Y");
        words = format!(
            "{words}; renewals, lapsing licences and ends of 3YC of {month}, other lists as of today"
        );
    }
    words
}

/// Returns what may be wrong or missing, in words.
fn doubts(filled: &FilledReport, query: &Query, context: &CommandContext) -> Vec<String> {
    let FilledReport { lists, figures, held, printed, history, history_doubt, .. } = filled;
    let mut doubts = list_doubts(held);
    doubts.extend(details_doubt(figures.with_record.min(figures.with_subscriptions), figures.customers));
    doubts.extend(query_doubts(query, figures.unknown, held, *history, context));
    add_doubts(&mut doubts, today_doubts(lists.iter().map(|list| &list.figures), held, context));
    doubts.extend(printed.doubts(false, None));
    add_doubts(&mut doubts, history_doubt.clone());
    doubts
}

fn fill_failure(error: &FillError) -> Failure {
    match error {
        FillError::PortfolioStore(error) => print_store_error(error),
        FillError::Output(_) | FillError::Query { .. } => {
            print_error(&error.to_string());
            Failure::Failed
        }
    }
}
