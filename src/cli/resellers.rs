//! `vipmp resellers`: the active resellers that the account can access.

use std::process::ExitCode;

use clap::Args;

use super::{
    Arguments,
    account::open_named,
    context::CommandContext,
    exit::{Failure, print_api_error, print_error, print_note, report_unreadable, usage},
    output_args::{OutputArgs, write_failure},
    signals::run_until_signal,
};
use crate::{
    collect::ResellerList,
    columns::{Item, RowSchema},
    text,
};

/// The arguments of `vipmp resellers`.
#[derive(Debug, Clone, Args)]
pub struct ResellersArgs {
    /// The output options.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Prints the resellers.
pub(super) async fn resellers(
    wanted: &ResellersArgs,
    arguments: &Arguments,
    context: &CommandContext,
) -> ExitCode {
    run_until_signal(context, print(wanted, arguments, context), || ()).await
}

async fn print(
    wanted: &ResellersArgs,
    arguments: &Arguments,
    context: &CommandContext,
) -> Result<(), Failure> {
    let columns = wanted.output.columns(RowSchema::Resellers).map_err(|error| usage(&error))?;
    wanted.output.check_terminal().map_err(usage)?;
    let (account, _demo) = open_named(arguments, context).await?;
    let mut out = wanted.output.writer(&columns);
    let (mut pages, mut printed) =
        (ResellerList::new(account.client.clone(), 2 * context.network.concurrency), 0);
    loop {
        let rows = match pages.next().await {
            Ok(Some(rows)) => rows,
            Ok(None) => break,
            Err(error) => {
                let failure = print_api_error(&account.error(error));
                if printed == 0 {
                    return Err(failure);
                }
                let _ = out.finish();
                print_note(&format!(
                    "{} rows were printed; the rest are missing.",
                    text::group_digits(printed)
                ));
                return Err(Failure::Partial);
            }
        };
        for row in &rows {
            out.item(&Item::reseller_row(row)).map_err(|error| write_failure(&error))?;
        }
        out.flush().map_err(|error| write_failure(&error))?;
        printed += rows.len() as u64;
    }
    let unreadable = report_unreadable(out.unreadable(), "reseller");
    out.finish().map_err(|error| write_failure(&error))?;
    let stats = pages.stats();
    if let Some(doubt) = stats.incomplete {
        print_error(&format!("the list may be incomplete: {doubt}."));
        return Err(Failure::Partial);
    }
    if stats.total.is_none() {
        print_note("The server sent no usable total; the list was read until a page had no more rows.");
    } else if stats.moved {
        print_note(
            "The list changed while it was being read: resellers found on rereading are last, and resellers who left are still included.",
        );
    }
    unreadable
}
