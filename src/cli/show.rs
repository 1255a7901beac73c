//! `vipmp show`: customers by ID, with subscriptions and orders.

use std::{io::Write as _, process::ExitCode};

use chrono::{NaiveDate, Utc};
use clap::Args;
use futures_util::{StreamExt as _, stream};

use super::{
    Arguments,
    account::{open, product_names, select_target},
    context::CommandContext,
    exit::{Failure, print_error, print_note, usage},
    ids::read_ids,
    output_args::{OutputArgs, StdoutWriter, write_failure},
    row_stream::source_of,
    show_record::{FoundCustomer, RequestedParts, fetch_customer},
    signals::run_until_signal,
    warnings::Warnings,
};
use crate::{
    api::ApiError,
    columns::{Columns, Item, RowSchema},
    model::{Edge, parse_date},
    output::{Format, OutputError, RecordWriter},
    text,
};

/// The arguments of `vipmp show`.
#[derive(Debug, Clone, Args)]
pub struct ShowArgs {
    /// Customer IDs; read from standard input, one per line, if omitted or -
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,

    /// Include subscriptions
    #[arg(long)]
    pub subscriptions: bool,

    /// Include orders of the current term
    #[arg(long)]
    pub orders: bool,

    /// Include orders since this day instead: 2026-11-01, 2026-11, 2026, today, yesterday, -30d, -2w, -3m or -1y
    #[arg(long, value_name = "DATE", allow_hyphen_values = true, requires = "orders")]
    pub since: Option<String>,

    /// The output options.
    #[command(flatten)]
    pub output: OutputArgs,
}

impl ShowArgs {
    fn since(&self, today: NaiveDate) -> Result<Option<NaiveDate>, String> {
        let Some(text) = self.since.as_deref() else { return Ok(None) };
        parse_date(text, today, Edge::From)
            .map(Some)
            .map_err(|error| format!("--since {}: {error}", text::clean(text)))
    }

    fn set(&self) -> RowSchema {
        RowSchema::Customers { details: true, subscriptions: self.subscriptions }
    }

    /// Checks that the options can be combined.
    ///
    /// # Errors
    /// A message that names the way that works.
    fn check(&self) -> Result<(), &'static str> {
        if self.orders && matches!(self.output.format(), Format::Csv | Format::Xlsx) {
            return Err("orders do not fit in one table with customers: use --output table, json or jsonl");
        }
        self.output.check_terminal()
    }
}

/// Prints the requested customers.
pub(super) async fn show(wanted: &ShowArgs, arguments: &Arguments, context: &CommandContext) -> ExitCode {
    run_until_signal(context, print(wanted, arguments, context), || ()).await
}

async fn print(wanted: &ShowArgs, arguments: &Arguments, context: &CommandContext) -> Result<(), Failure> {
    let since = wanted.since(Utc::now().date_naive()).map_err(|error| usage(&error))?;
    let columns = wanted.output.columns(wanted.set()).map_err(|error| usage(&error))?;
    wanted.check().map_err(usage)?;
    let ids = read_ids(&wanted.ids).await?;
    // Checked even without IDs: the command before in a pipe may have sent none because of the same error.
    let target = select_target(arguments, context)?;
    let columns = columns.with_names(product_names(&target, context));
    let mut printer = Printer::new(wanted, &columns);
    if ids.is_empty() {
        // The reader gets an empty list in its format.
        return printer.finish().map_err(|error| write_failure(&error));
    }
    let (account, _demo) = open(&target, arguments, context, &context.network).await?;
    let parts = RequestedParts { subscriptions: wanted.subscriptions, orders: wanted.orders, since };
    let source = source_of(&account);
    let source = source.as_ref();
    let count = ids.len();
    let mut records = stream::iter(ids)
        .map(|id| async { (id.clone(), fetch_customer(source, id, parts).await) })
        .buffered(context.network.concurrency.max(1));
    let (mut outcome, mut answered) = (ShowOutcome::default(), 0);
    while let Some((id, record)) = records.next().await {
        answered += 1;
        let errors = match record {
            Ok(found) => {
                let item = item(&found, parts);
                printer.print(&item).map_err(|error| write_failure(&error))?;
                outcome.shown += 1;
                outcome.report_doubts(&item);
                if let Some(other) = &found.other {
                    outcome.wrong_customer(&id, other);
                }
                found.errors
            }
            Err(error) => vec![error],
        };
        let is_over = errors.iter().any(ApiError::is_account_wide);
        for error in errors {
            outcome.report(&account.error(error));
        }
        if is_over {
            break;
        }
    }
    drop(records);
    // If no customer was found, not even an empty list is written.
    if outcome.shown > 0 {
        printer.finish().map_err(|error| write_failure(&error))?;
    }
    if answered < count {
        let (left, count) = (text::group_digits((count - answered) as u64), text::group_digits(count as u64));
        print_note(&format!("{left} of {count} customers were skipped because of this error."));
    }
    outcome.failure().map_or(Ok(()), Err)
}

/// The result so far: customers shown and failures.
#[derive(Debug, Default)]
struct ShowOutcome {
    shown: usize,
    failures: Vec<Failure>,
    /// The hint of the previous error.
    todo: String,
}

impl ShowOutcome {
    /// Prints an error and, unless it was just printed, its hint.
    fn report(&mut self, error: &ApiError) {
        let told = error.user_message();
        print_error(&told.summary);
        if !told.hint.is_empty() && told.hint != self.todo {
            print_note(&told.hint);
        }
        self.todo = told.hint;
        let failure = Failure::of(error);
        if !self.failures.contains(&failure) {
            self.failures.push(failure);
        }
    }

    /// Reports that the server returned a different customer than requested.
    fn wrong_customer(&mut self, id: &str, other: &str) {
        let (id, other) = (text::clean(id), text::clean(other));
        print_error(&format!("the server returned customer {other} when asked for customer {id}."));
        self.failures.push(Failure::Partial);
    }

    /// Reports which data of a customer may be missing.
    fn report_doubts(&mut self, item: &Item<'_>) {
        for doubt in item.doubts() {
            print_error(&format!("{}: {doubt}.", item.name()));
            self.failures.push(Failure::Partial);
        }
    }

    /// Returns the failure to exit with: partial if any customer was shown, otherwise the most serious one.
    fn failure(&self) -> Option<Failure> {
        if self.shown > 0 {
            return (!self.failures.is_empty()).then_some(Failure::Partial);
        }
        let by_weight = [Failure::Authentication, Failure::Failed, Failure::NotFound];
        by_weight.into_iter().find(|failure| self.failures.contains(failure))
    }
}

/// Writes customers to standard output, each as soon as it arrives.
enum Printer<'w> {
    Records(RecordWriter, Warnings),
    Rows(StdoutWriter<'w>),
}

impl<'w> Printer<'w> {
    fn new(wanted: &'w ShowArgs, columns: &'w Columns) -> Self {
        if wanted.output.format() != Format::Table {
            return Self::Rows(wanted.output.writer(columns));
        }
        let chosen = wanted.output.columns.is_some().then_some(columns);
        let writer = RecordWriter::new(wanted.subscriptions, chosen, wanted.output.options());
        let writer = writer.with_names(columns.names());
        Self::Records(writer, Warnings::default())
    }

    fn print(&mut self, item: &Item<'_>) -> Result<(), OutputError> {
        match self {
            Self::Records(writer, warnings) => {
                // In a single write, so that a reader never sees half a record.
                let mut whole = Vec::new();
                writer.write(item, &mut whole)?;
                let mut out = std::io::stdout().lock();
                out.write_all(&whole)?;
                out.flush()?;
                warnings.damage(item);
                Ok(())
            }
            Self::Rows(out) => {
                out.item(item)?;
                out.flush()
            }
        }
    }

    fn finish(self) -> Result<(), OutputError> {
        match self {
            Self::Rows(out) => out.finish(),
            Self::Records(_, warnings) => {
                warnings.finish();
                Ok(())
            }
        }
    }
}

fn item(found: &FoundCustomer, parts: RequestedParts) -> Item<'_> {
    let mut item = Item::customer(&found.customer);
    if let Some(list) = &found.subscriptions {
        item = item.with_subscriptions(list);
    }
    if parts.orders {
        item = item.with_orders(found.orders.as_ref(), parts.since);
    }
    let other = found.other.as_ref().map(|_| "the server returned a different customer".to_owned());
    let why: Vec<String> =
        other.into_iter().chain(found.errors.iter().map(|error| error.user_message().summary)).collect();
    if why.is_empty() { item } else { item.with_problem(why.join(" ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(shown: usize, failures: &[Failure]) -> Option<Failure> {
        ShowOutcome { shown, failures: failures.to_vec(), todo: String::new() }.failure()
    }

    #[test]
    fn the_most_serious_failure_sets_the_exit_code_unless_the_result_is_partial() {
        let (not_found, failed, refused) = (Failure::NotFound, Failure::Failed, Failure::Authentication);
        assert_eq!(outcome(2, &[]), None);
        assert_eq!(outcome(0, &[not_found]), Some(not_found));
        assert_eq!(outcome(0, &[not_found, failed]), Some(failed));
        assert_eq!(outcome(0, &[failed, not_found, refused]), Some(refused));
        for failure in [not_found, failed, refused] {
            assert_eq!(outcome(1, &[failure]), Some(Failure::Partial));
        }
    }
}
