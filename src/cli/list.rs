//! `vipmp list`: customers as a table, JSON, JSON Lines, CSV or a workbook, on standard output.

use std::{io::IsTerminal as _, process::ExitCode};

use chrono::Utc;
use clap::Args;

use super::{
    Arguments,
    account::named,
    exit::{Failure, print_error, print_note, tell, usage},
    form::{Form, Out, unwritten},
    rows::{Range, Rows, resellers, source_of},
    setting::CommandContext,
    shown::{elsewhere, part},
    signals::until_signal,
    which::FilterArgs,
};
use crate::{
    api::ApiError,
    columns::{Item, RowSchema},
    output::Format,
    text,
};

/// Rows where neither `--limit` nor `--all` says how many.
const USUAL: u64 = 50;

/// `vipmp list`.
#[derive(Debug, Clone, Args)]
pub struct ListCustomers {
    /// The filter.
    #[command(flatten)]
    pub which: FilterArgs,

    /// Skip the first N rows
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub offset: u64,

    /// Print at most N rows [default: 50]
    #[arg(long, value_name = "N", conflicts_with = "all")]
    pub limit: Option<u64>,

    /// Print all rows, with several requests in parallel
    #[arg(long)]
    pub all: bool,

    /// The output options
    #[command(flatten)]
    pub form: Form,
}

/// Prints the customers that are asked for.
pub(super) async fn list(
    wanted: &ListCustomers,
    arguments: &Arguments,
    setting: &CommandContext,
) -> ExitCode {
    until_signal(setting, print(wanted, arguments, setting), || ()).await
}

async fn print(
    wanted: &ListCustomers,
    arguments: &Arguments,
    setting: &CommandContext,
) -> Result<(), Failure> {
    let filter = wanted.which.filter(Utc::now().date_naive()).map_err(|error| usage(&error))?;
    let statuses = wanted.which.statuses().map_err(|error| usage(&error))?;
    let mut columns = wanted.form.columns(RowSchema::LIST).map_err(|error| usage(&error))?;
    if wanted.form.is_for_no_terminal() {
        return Err(usage(
            "a workbook cannot be shown in a terminal: redirect it to a file, or use vipmp export FILE.xlsx",
        ));
    }
    let range = Range {
        offset: wanted.offset,
        limit: if wanted.all { None } else { Some(wanted.limit.unwrap_or(USUAL)) },
    };
    let (account, _demo) = named(arguments, setting).await?;
    let resellers = resellers(&account, &wanted.which).await.map_err(|error| tell(&error))?;
    let concurrency = setting.network.concurrency;
    let (mut rows, mut passed) =
        Rows::new(&*source_of(&account), &resellers.ids, &filter, &statuses, range, concurrency)
            .map_err(|error| usage(&error.to_string()))?;
    if resellers.ids.len() > 1 && wanted.form.columns.is_none() {
        columns = columns.with_reseller();
    }
    let mut out = wanted.form.out(&columns);
    let (mut left, mut printed) = (range.limit.unwrap_or(u64::MAX), 0);
    while left > 0 {
        let batch = match rows.next().await {
            Ok(Some(batch)) => batch,
            Ok(None) => break,
            Err(error) => {
                let failure = tell(&account.error(error));
                return Err(if printed > 0 { partial(printed, out) } else { failure });
            }
        };
        for row in batch {
            if passed > 0 {
                passed -= 1;
            } else if left > 0 {
                out.item(&Item::row(&row)).map_err(|error| unwritten(&error))?;
                left -= 1;
                printed += 1;
            }
        }
        out.flush().map_err(|error| unwritten(&error))?;
    }
    // A count that ends with the last row printed is not believed before the server has shown nothing behind it.
    let is_whole =
        left > 0 || (range.offset.saturating_add(printed) >= rows.tally().total.unwrap_or_default());
    let more = is_whole && left == 0 && any(&mut rows).await.map_err(|error| tell(&account.error(error)))?;
    out.finish().map_err(|error| unwritten(&error))?;
    let done = finish(wanted, range, printed, &rows, is_whole, more);
    if let Some(words) = elsewhere(&account.client, &wanted.which, &filter, &resellers.ids).await {
        print_note(&words);
    }
    done.and_then(|()| resellers.judge())
}

/// Returns whether there are any more rows. If there are none, the tally is that of the whole list.
async fn any(rows: &mut Rows) -> Result<bool, ApiError> {
    while let Some(batch) = rows.next().await? {
        if !batch.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns the remarks behind the rows, for standard error.
fn finish(
    wanted: &ListCustomers,
    range: Range,
    printed: u64,
    rows: &Rows,
    is_whole: bool,
    more: bool,
) -> Result<(), Failure> {
    let tally = rows.tally();
    let to_person = wanted.form.format() == Format::Table && std::io::stdout().is_terminal();
    if is_whole && !more {
        if let Some(doubt) = tally.doubt {
            print_error(&format!("the list may be incomplete: {doubt}."));
            return Err(Failure::Partial);
        }
        if tally.total.is_none() {
            print_note("The server sent no usable total; the list was read until a page had no more rows.");
        } else if tally.moved {
            print_note(
                "The list changed while it was being read: customers found on rereading are last, and customers who left are still included.",
            );
        }
    }
    // A count that is too low is not repeated.
    let is_all = is_whole && !more && range.offset == 0;
    if !is_all && let Some(words) = part(range, printed, tally.total.filter(|_| !more), more) {
        print_note(&words);
    }
    if to_person && printed == 0 && tally.total == Some(0) {
        print_note("No matching customers.");
    }
    Ok(())
}

/// Some rows are out, and the rest did not come.
fn partial(printed: u64, out: Out<'_>) -> Failure {
    let _ = out.finish();
    print_note(&format!("{} rows were printed; the rest are missing.", text::group_digits(printed)));
    Failure::Partial
}
