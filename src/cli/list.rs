//! `vipmp list`: customers on standard output, as a table, JSON, JSON Lines, CSV or a workbook.

use std::{io::IsTerminal as _, process::ExitCode};

use chrono::Utc;
use clap::Args;

use super::{
    Arguments,
    account::open_named,
    context::CommandContext,
    exit::{Failure, print_api_error, print_error, print_note, report_unreadable, usage},
    filter_args::FilterArgs,
    list_notes::{other_statuses_note, partial_list_note},
    output_args::{OutputArgs, StdoutWriter, write_failure},
    row_stream::{Range, RowStream, choose_resellers, source_of},
    signals::run_until_signal,
};
use crate::{
    api::ApiError,
    columns::{Item, RowSchema},
    output::Format,
    text,
};

/// The number of rows without `--limit` or `--all`.
const DEFAULT_LIMIT: u64 = 50;

/// The arguments of `vipmp list`.
#[derive(Debug, Clone, Args)]
pub struct ListArgs {
    /// The filter and sorting.
    #[command(flatten)]
    pub filter: FilterArgs,

    /// Skip the first N rows
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub offset: u64,

    /// Print at most N rows [default: 50]
    #[arg(long, value_name = "N", conflicts_with = "all")]
    pub limit: Option<u64>,

    /// Print all rows, with several requests in parallel
    #[arg(long)]
    pub all: bool,

    /// The output options.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Prints the matching customers.
pub(super) async fn list(wanted: &ListArgs, arguments: &Arguments, context: &CommandContext) -> ExitCode {
    run_until_signal(context, print(wanted, arguments, context), || ()).await
}

async fn print(wanted: &ListArgs, arguments: &Arguments, context: &CommandContext) -> Result<(), Failure> {
    let filter = wanted.filter.customer_filter(Utc::now().date_naive()).map_err(|error| usage(&error))?;
    let statuses = wanted.filter.statuses().map_err(|error| usage(&error))?;
    let mut columns = wanted.output.columns(RowSchema::LIST).map_err(|error| usage(&error))?;
    let instead = |words: &str| usage(&format!("{words}, or use `vipmp export FILE.xlsx`"));
    wanted.output.check_terminal().map_err(instead)?;
    let range = Range {
        offset: wanted.offset,
        limit: if wanted.all { None } else { Some(wanted.limit.unwrap_or(DEFAULT_LIMIT)) },
    };
    let (account, _demo) = open_named(arguments, context).await?;
    let resellers = choose_resellers(&account, &wanted.filter.resellers)
        .await
        .map_err(|error| print_api_error(&error))?;
    let concurrency = context.network.concurrency;
    let source = source_of(&account);
    let (mut rows, mut passed) =
        RowStream::new(&*source, &resellers.ids, &filter, &statuses, range, concurrency)
            .map_err(|error| usage(&error.to_string()))?;
    if resellers.ids.len() > 1 && wanted.output.columns.is_none() {
        columns = columns.with_reseller();
    }
    let mut out = wanted.output.writer(&columns);
    let (mut left, mut printed) = (range.limit.unwrap_or(u64::MAX), 0);
    while left > 0 {
        let batch = match rows.next().await {
            Ok(Some(batch)) => batch,
            Ok(None) => break,
            Err(error) => {
                let failure = print_api_error(&account.error(error));
                return Err(if printed > 0 { report_partial(printed, out) } else { failure });
            }
        };
        for row in batch {
            if passed > 0 {
                passed -= 1;
            } else if left > 0 {
                out.item(&Item::row(&row)).map_err(|error| write_failure(&error))?;
                left -= 1;
                printed += 1;
            }
        }
        out.flush().map_err(|error| write_failure(&error))?;
    }
    // A total that equals the rows printed is believed only once the server has sent nothing after them.
    let is_whole =
        left > 0 || (range.offset.saturating_add(printed) >= rows.stats().total.unwrap_or_default());
    let more = is_whole
        && left == 0
        && has_more(&mut rows).await.map_err(|error| print_api_error(&account.error(error)))?;
    let unreadable = out.unreadable();
    out.finish().map_err(|error| write_failure(&error))?;
    let done = print_notes(wanted, range, printed, &rows, is_whole, more)
        .and(report_unreadable(unreadable, "customer"));
    if let Some(words) = other_statuses_note(&*source, &wanted.filter, &filter, &resellers.ids).await {
        print_note(&words);
    }
    done.and_then(|()| resellers.report_doubt())
}

/// Returns true if there are more rows. If not, the statistics are those of the whole list.
async fn has_more(rows: &mut RowStream) -> Result<bool, ApiError> {
    while let Some(batch) = rows.next().await? {
        if !batch.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Prints notes about the rows on standard error.
///
/// # Errors
/// [`Failure::Partial`] if the list may be incomplete.
fn print_notes(
    wanted: &ListArgs,
    range: Range,
    printed: u64,
    rows: &RowStream,
    is_whole: bool,
    more: bool,
) -> Result<(), Failure> {
    let stats = rows.stats();
    let is_for_reading = wanted.output.format() == Format::Table && std::io::stdout().is_terminal();
    // Of several lists, one may have ended early although the rows printed are not all.
    if let Some(doubt) = stats.incomplete {
        print_error(&format!("the list may be incomplete: {doubt}."));
        return Err(Failure::Partial);
    }
    if is_whole && !more {
        if stats.total.is_none() {
            print_note("The server sent no usable total; the list was read until a page had no more rows.");
        } else if stats.moved {
            print_note(
                "The list changed while it was being read: customers found on rereading are last, and customers who left are still included.",
            );
        }
    }
    // A total that proved too low is not shown.
    let is_all = is_whole && !more && range.offset == 0;
    if !is_all && let Some(words) = partial_list_note(range, printed, stats.total.filter(|_| !more), more) {
        print_note(&words);
    }
    if is_for_reading && printed == 0 && stats.total == Some(0) {
        print_note("No matching customers.");
    }
    Ok(())
}

/// Ends the output after an error and reports that rows are missing.
fn report_partial(printed: u64, out: StdoutWriter<'_>) -> Failure {
    let _ = out.finish();
    print_note(&format!("{} rows were printed; the rest are missing.", text::group_digits(printed)));
    Failure::Partial
}
