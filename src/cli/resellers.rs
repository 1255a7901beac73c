//! `vipmp resellers`: the active resellers that the account may list.

use std::process::ExitCode;

use clap::Args;

use super::{
    Arguments,
    account::named,
    exit::{Failure, remark, tell, usage},
    form::{Form, unwritten},
    setting::Setting,
    signals::until_signal,
};
use crate::{
    output::{Item, Set},
    text,
};

/// `vipmp resellers`.
#[derive(Debug, Clone, Args)]
pub struct Resellers {
    /// How they are written
    #[command(flatten)]
    pub form: Form,
}

/// Prints the resellers.
pub(super) async fn resellers(wanted: &Resellers, arguments: &Arguments, setting: &Setting) -> ExitCode {
    until_signal(setting, print(wanted, arguments, setting), || ()).await
}

async fn print(wanted: &Resellers, arguments: &Arguments, setting: &Setting) -> Result<(), Failure> {
    let columns = wanted.form.columns(Set::Resellers).map_err(|error| usage(&error))?;
    if wanted.form.is_for_no_terminal() {
        return Err(usage("a workbook is nothing for a terminal: redirect it"));
    }
    let (account, _demo) = named(arguments, setting).await?;
    let mut out = wanted.form.out(&columns);
    let mut offset = 0;
    loop {
        let answer = account.client.resellers(offset).await;
        let page = match answer {
            Ok(answer) => answer.value,
            Err(error) => {
                let failure = tell(&account.error(error));
                if offset == 0 {
                    return Err(failure);
                }
                let _ = out.finish();
                remark(&format!("{} rows were printed, the rest is missing.", text::grouped(offset)));
                return Err(Failure::Partial);
            }
        };
        for row in &page.rows {
            out.item(&Item::reseller_row(row)).map_err(|error| unwritten(&error))?;
        }
        offset += page.rows.len() as u64;
        if page.rows.is_empty() || page.total_count.is_none_or(|total| offset >= total) {
            break;
        }
    }
    out.finish().map_err(|error| unwritten(&error))?;
    Ok(())
}
