//! `vipmp list`: customers as a table, JSON, JSON Lines, CSV or a workbook, on standard output.

use std::{io::IsTerminal as _, process::ExitCode};

use chrono::Utc;
use clap::Args;

use super::{
    Arguments,
    account::{keep_quietly, open, target},
    exit::{Failure, complain, remark, tell, usage},
    rows::{Range, Rows, resellers},
    setting::Setting,
    signals::until_signal,
    which::Which,
};
use crate::{
    model::Row,
    output::{Columns, Format, Item, Options, OutputError, Set, Sink},
    text,
};

/// Rows where neither `--limit` nor `--all` says how many.
const USUAL: u64 = 50;

/// `vipmp list`.
#[derive(Debug, Clone, Args)]
pub struct ListCustomers {
    /// Which customers.
    #[command(flatten)]
    pub which: Which,

    /// Pass over so many rows
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub offset: u64,

    /// Print so many rows at most [default: 50]
    #[arg(long, value_name = "N", conflicts_with = "all")]
    pub limit: Option<u64>,

    /// Print all rows, with several requests at once
    #[arg(long)]
    pub all: bool,

    /// How they are written
    #[command(flatten)]
    pub form: Form,
}

/// How rows are written to standard output.
#[derive(Debug, Clone, Args)]
pub struct Form {
    /// The form: table, json, jsonl, csv or xlsx
    #[arg(long, value_name = "FORM", default_value = "table")]
    pub output: Format,

    /// The columns of a table, CSV or workbook, in this order, by their names
    #[arg(long, value_name = "NAME,NAME")]
    pub columns: Option<String>,

    /// Leave texts as they are that a spreadsheet would take for formulas
    #[arg(long)]
    pub raw: bool,
}

impl Form {
    /// The columns, or what is wrong with those that are asked for.
    pub(super) fn columns(&self, set: Set) -> Result<Columns, String> {
        match &self.columns {
            Some(text) => Columns::parse(set, text).map_err(|error| format!("--columns: {error}")),
            None => Ok(Columns::usual(set, self.output)),
        }
    }

    /// A writer to standard output.
    pub(super) fn sink(&self, columns: &Columns) -> Result<Sink<'static>, OutputError> {
        let out = std::io::stdout();
        let to_person = out.is_terminal();
        let options = Options {
            width: to_person.then(width),
            colour: colour(to_person),
            raw: self.raw,
            ..Options::default()
        };
        Sink::new(self.output, columns, options, out)
    }

    /// Whether a workbook would be written to a terminal.
    pub(super) fn is_for_no_terminal(&self) -> bool {
        self.output == Format::Xlsx && std::io::stdout().is_terminal()
    }
}

/// The columns of the terminal.
fn width() -> usize {
    crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns).max(20))
}

/// Whether to use colours: on a terminal, unless `NO_COLOR` says no; elsewhere where `CLICOLOR_FORCE` says so.
fn colour(to_person: bool) -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) && (to_person || set("CLICOLOR_FORCE"))
}

/// Prints the customers that are asked for.
pub(super) async fn list(wanted: &ListCustomers, arguments: &Arguments, setting: &Setting) -> ExitCode {
    until_signal(print(wanted, arguments, setting), || ()).await
}

async fn print(wanted: &ListCustomers, arguments: &Arguments, setting: &Setting) -> Result<(), Failure> {
    let filter = wanted.which.filter(Utc::now().date_naive()).map_err(|error| usage(&error))?;
    let statuses = wanted.which.statuses().map_err(|error| usage(&error))?;
    let columns = wanted.form.columns(Set::LIST).map_err(|error| usage(&error))?;
    if wanted.form.is_for_no_terminal() {
        return Err(usage(
            "a workbook is nothing for a terminal: redirect it, or use vipmp export FILE.xlsx",
        ));
    }
    let range = Range {
        offset: wanted.offset,
        limit: if wanted.all { None } else { Some(wanted.limit.unwrap_or(USUAL)) },
    };
    let target = target(arguments, setting)?;
    let (account, _demo) = open(&target, arguments, setting, &setting.network).await?;
    let resellers = resellers(&account, &wanted.which).await.map_err(|error| tell(&error))?;
    let concurrency = setting.network.concurrency;
    let (mut rows, mut passed) = Rows::new(&account, &resellers, &filter, &statuses, range, concurrency)
        .map_err(|error| usage(&error.to_string()))?;
    let mut sink = wanted.form.sink(&columns).map_err(|error| unwritten(&error))?;
    let (mut left, mut printed) = (range.limit.unwrap_or(u64::MAX), 0);
    while left > 0 {
        let batch = match rows.next().await {
            Ok(Some(batch)) => batch,
            Ok(None) => break,
            Err(error) => {
                let failure = tell(&account.error(error));
                return Err(if printed > 0 { partial(printed, sink) } else { failure });
            }
        };
        for row in batch {
            if passed > 0 {
                passed -= 1;
            } else if left > 0 {
                write(&mut sink, &row)?;
                left -= 1;
                printed += 1;
            }
        }
        sink.flush().map_err(|error| unwritten(&error))?;
    }
    sink.finish().map_err(|error| unwritten(&error))?;
    keep_quietly(setting).await;
    finish(wanted, range, printed, &rows)
}

fn write(sink: &mut Sink<'_>, row: &Row) -> Result<(), Failure> {
    sink.item(&Item::row(row)).map_err(|error| unwritten(&error))
}

/// What is to be said behind the rows, on standard error.
fn finish(wanted: &ListCustomers, range: Range, printed: u64, rows: &Rows) -> Result<(), Failure> {
    let tally = rows.tally();
    let total = tally.total.unwrap_or_default();
    if range.limit.is_none() {
        if let Some(doubt) = tally.doubt {
            complain(&format!("this may not be all: {doubt}."));
            return Err(Failure::Partial);
        }
    } else if wanted.form.output == Format::Table
        && std::io::stdout().is_terminal()
        && range.offset + printed < total
    {
        let (printed, total) = (text::grouped(printed), text::grouped(total));
        remark(&format!("{printed} of {total}. --all prints all, --offset and --limit another part."));
    }
    Ok(())
}

/// Some rows are out, and the rest did not come.
fn partial(printed: u64, sink: Sink<'_>) -> Failure {
    let _ = sink.finish();
    remark(&format!("{} rows were printed, the rest is missing.", text::grouped(printed)));
    Failure::Partial
}

/// Standard output takes no more. That nobody reads any more is no fault.
pub(super) fn unwritten(error: &OutputError) -> Failure {
    if error.is_closed() {
        return Failure::Closed;
    }
    complain(&error.to_string());
    Failure::Failed
}
