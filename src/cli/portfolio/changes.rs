//! `vipmp changes`: the changes that syncs have observed.

use std::process::ExitCode;

use chrono::{NaiveTime, Utc};
use clap::Args;

use super::open::{detail_doubts, list_doubts, open_to_read, print_age};
use crate::{
    cli::{
        Arguments,
        context::CommandContext,
        exit::{Failure, print_error, print_note, usage},
        output_args::{OutputArgs, write_failure},
        signals::run_until_signal,
    },
    columns::{Item, RowSchema},
    model::{Edge, parse_date},
    portfolio::ChangeFilter,
    text,
};

/// The arguments of `vipmp changes`.
#[derive(Debug, Clone, Args)]
pub struct ChangesArgs {
    /// Observed on this day or later: 2026-11-01, 2026-11, today, yesterday, -7d, -2w or -3m
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    pub since: Option<String>,

    /// Only those of this customer
    #[arg(long, value_name = "ID")]
    pub customer: Option<String>,

    /// Exit with 0 although the lists may be incomplete
    #[arg(long)]
    pub partial: bool,

    /// The output options.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Prints observed changes.
pub(in crate::cli) async fn changes(
    wanted: &ChangesArgs,
    arguments: &Arguments,
    context: &CommandContext,
) -> ExitCode {
    run_until_signal(context, run(wanted, arguments, context), || ()).await
}

async fn run(wanted: &ChangesArgs, arguments: &Arguments, context: &CommandContext) -> Result<(), Failure> {
    let columns = wanted.output.columns(RowSchema::Changes).map_err(|error| usage(&error))?;
    wanted.output.check_terminal().map_err(usage)?;
    let today = Utc::now().date_naive();
    let since = match wanted.since.as_deref() {
        Some(text) => {
            let refused = |why: &str| usage(&format!("--since {}: {why}", text::clean(text)));
            let day = parse_date(text, today, Edge::From).map_err(|error| refused(&error.to_string()))?;
            if day > today {
                return Err(refused("this day has not come yet"));
            }
            Some(day.and_time(NaiveTime::MIN).and_utc())
        }
        None => None,
    };
    let copy = open_to_read(arguments, context).await?;
    let filter = ChangeFilter { since, customer_id: wanted.customer.clone() };
    let (found, held, extent) = copy
        .read(move |store| Ok((store.changes(&filter)?, store.completeness()?, store.history_extent()?)))
        .await?;
    let history_doubt = extent.doubt(since);
    let mut out = wanted.output.writer(&columns);
    for change in &found {
        out.item(&Item::change(change)).map_err(|error| write_failure(&error))?;
    }
    out.finish().map_err(|error| write_failure(&error))?;
    if copy.folder.is_none() {
        print_note("The demo has been read once, so no changes have been observed.");
    } else if found.is_empty() && history_doubt.is_none() {
        print_note("No changes were observed.");
    }
    print_age(&held);
    let doubts: Vec<String> = copy
        .doubt
        .into_iter()
        .chain(list_doubts(&held))
        .chain(detail_doubts(&held))
        .chain(history_doubt)
        .collect();
    for doubt in &doubts {
        print_error(doubt);
    }
    if doubts.is_empty() || wanted.partial { Ok(()) } else { Err(Failure::Partial) }
}
