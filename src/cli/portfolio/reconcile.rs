//! `vipmp reconcile`: a list of subscriptions against the local copy.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use clap::{Args, ValueEnum};

use super::open::{detail_doubts, list_doubts, open_to_read, print_age};
use crate::{
    cli::{
        Arguments, TableArgs,
        context::CommandContext,
        exit::{Failure, print_error, print_note, usage},
        output_args::{OutputArgs, write_failure},
        products::{print_report, read_table},
        signals::run_until_signal,
    },
    columns::{Item, RowSchema},
    portfolio::StoredSubscription,
    reconcile::{CopiedSubscription, MatchKey, compare_lists, read_lines},
    text,
};

/// The arguments of `vipmp reconcile`.
#[derive(Debug, Clone, Args)]
pub struct ReconcileArgs {
    /// List of subscriptions, such as an invoice workbook, as CSV or .xlsx
    pub file: PathBuf,

    /// Columns by which lines find their subscriptions; with customer-product, those of a customer for a product are added up
    #[arg(long, value_name = "KEY", value_enum, default_value_t)]
    pub key: KeyColumns,

    /// The options for reading the file.
    #[command(flatten)]
    pub table: TableArgs,

    /// Compare only the subscriptions that the file has
    #[arg(long)]
    pub only_listed: bool,

    /// Exit with 0 or 1 although part of the portfolio or of the file could not be compared
    #[arg(long)]
    pub partial: bool,

    /// The output options.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// The columns by which lines find their subscriptions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum KeyColumns {
    /// The subscription ID.
    #[default]
    SubscriptionId,
    /// The customer ID and the first ten characters of the offer ID.
    CustomerProduct,
}

/// Compares a list with the local copy, and prints what differs.
pub(in crate::cli) async fn reconcile(
    wanted: &ReconcileArgs,
    arguments: &Arguments,
    context: &CommandContext,
) -> ExitCode {
    run_until_signal(context, run(wanted, arguments, context), || ()).await
}

async fn run(wanted: &ReconcileArgs, arguments: &Arguments, context: &CommandContext) -> Result<(), Failure> {
    let columns = wanted.output.columns(RowSchema::Differences).map_err(|error| usage(&error))?;
    wanted.output.check_terminal().map_err(usage)?;
    let key = match wanted.key {
        KeyColumns::SubscriptionId => MatchKey::SubscriptionId,
        KeyColumns::CustomerProduct => MatchKey::CustomerProduct,
    };
    // A file that cannot be read must not look like one that differs.
    let table = read_table(&wanted.file, &wanted.table, &key.wanted_columns()).map_err(|_| Failure::Usage)?;
    let lines = read_lines(table, key);
    let copy = open_to_read(arguments, context).await?;
    let (held, stored) = copy.read(|store| Ok((store.completeness()?, store.subscriptions()?))).await?;
    let copied: Vec<CopiedSubscription> = stored.into_iter().map(copied).collect();
    let differences = compare_lists(&lines, &copied, wanted.only_listed);
    let columns = columns.with_names(Arc::clone(&copy.names));
    let mut out = wanted.output.writer(&columns);
    for difference in &differences {
        out.item(&Item::difference(difference)).map_err(|error| write_failure(&error))?;
    }
    out.finish().map_err(|error| write_failure(&error))?;
    print_report(&lines.report);
    print_age(&held);
    let noun = match key {
        MatchKey::SubscriptionId => ("subscription", "subscriptions"),
        MatchKey::CustomerProduct => ("product of a customer", "products of customers"),
    };
    let listed = text::pluralize(lines.count() as u64, noun.0, noun.1);
    let found = match differences.len() as u64 {
        0 => "no difference".to_owned(),
        count => text::pluralize(count, "difference", "differences"),
    };
    print_note(&format!("{listed} of the file compared: {found}."));
    let mut doubts: Vec<String> =
        copy.doubt.into_iter().chain(list_doubts(&held)).chain(detail_doubts(&held)).collect();
    doubts.extend(without_id(&copied, key));
    doubts.extend(lines.unread.iter().map(|unread| format!("{unread}: not compared.")));
    for doubt in &doubts {
        print_error(doubt);
    }
    match (doubts.is_empty() || wanted.partial, differences.is_empty()) {
        (false, _) => Err(Failure::Partial),
        (true, false) => Err(Failure::Failed),
        (true, true) => Ok(()),
    }
}

/// Returns a stored subscription as far as it is compared.
fn copied(stored: StoredSubscription) -> CopiedSubscription {
    CopiedSubscription {
        subscription_id: stored.subscription_id,
        customer_id: stored.customer_id,
        company: stored.company,
        offer_id: stored.offer_id,
        quantity: stored.quantity,
        renewal_date: stored.renewal_date,
        auto_renewal: stored.auto_renewal,
        status: stored.status,
    }
}

/// Returns how many subscriptions of the copy cannot be compared, in words.
fn without_id(copied: &[CopiedSubscription], key: MatchKey) -> Option<String> {
    let count = copied.iter().filter(|copied| !key.is_known_of(copied)).count() as u64;
    let subscriptions = text::pluralize(count, "subscription", "subscriptions");
    (count > 0).then(|| format!("{subscriptions} of the copy without a readable ID: not compared."))
}
