//! `vipmp resellers`: the active resellers that the account has access to.

use std::process::ExitCode;

use clap::Args;

use super::{
    Arguments,
    account::named,
    exit::{Failure, print_error, print_note, tell, usage},
    form::{Form, unwritten},
    setting::CommandContext,
    signals::until_signal,
};
use crate::{
    collect::ResellerList,
    columns::{Item, RowSchema},
    text,
};

/// `vipmp resellers`.
#[derive(Debug, Clone, Args)]
pub struct Resellers {
    /// The output options
    #[command(flatten)]
    pub form: Form,
}

/// Prints the resellers.
pub(super) async fn resellers(
    wanted: &Resellers,
    arguments: &Arguments,
    setting: &CommandContext,
) -> ExitCode {
    until_signal(setting, print(wanted, arguments, setting), || ()).await
}

async fn print(wanted: &Resellers, arguments: &Arguments, setting: &CommandContext) -> Result<(), Failure> {
    let columns = wanted.form.columns(RowSchema::Resellers).map_err(|error| usage(&error))?;
    if wanted.form.is_for_no_terminal() {
        return Err(usage("a workbook cannot be shown in a terminal: redirect it to a file"));
    }
    let (account, _demo) = named(arguments, setting).await?;
    let mut out = wanted.form.out(&columns);
    let (mut pages, mut printed) =
        (ResellerList::new(account.client.clone(), 2 * setting.network.concurrency), 0);
    loop {
        let rows = match pages.next().await {
            Ok(Some(rows)) => rows,
            Ok(None) => break,
            Err(error) => {
                let failure = tell(&account.error(error));
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
            out.item(&Item::reseller_row(row)).map_err(|error| unwritten(&error))?;
        }
        out.flush().map_err(|error| unwritten(&error))?;
        printed += rows.len() as u64;
    }
    out.finish().map_err(|error| unwritten(&error))?;
    let tally = pages.tally();
    if let Some(doubt) = tally.doubt {
        print_error(&format!("the list may be incomplete: {doubt}."));
        return Err(Failure::Partial);
    }
    if tally.total.is_none() {
        print_note("The server sent no usable total; the list was read until a page had no more rows.");
    } else if tally.moved {
        print_note(
            "The list changed while it was being read: resellers found on rereading are last, and resellers who left are still included.",
        );
    }
    Ok(())
}
