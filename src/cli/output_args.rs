//! The data of a command on standard output: the options, and the writer that follows from them.

use std::io::IsTerminal as _;

use clap::Args;

use super::{
    exit::{Failure, print_error},
    warnings::Warnings,
};
use crate::columns::{Columns, Item, RowSchema};
use crate::output::{Format, Options, OutputError, Sink, default_columns};

/// The options for rows on standard output.
#[derive(Debug, Clone, Args)]
pub struct OutputArgs {
    /// Output format: table, json, jsonl, csv or xlsx
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub output: Format,

    /// Same as --output json
    #[arg(long, conflicts_with = "output")]
    pub json: bool,

    /// Columns of a table, CSV file or workbook, in this order
    #[arg(long, value_name = "NAME,NAME")]
    pub columns: Option<String>,

    /// Do not escape text that looks like a formula
    #[arg(long)]
    pub raw: bool,
}

impl OutputArgs {
    /// The form that is asked for.
    pub(super) fn format(&self) -> Format {
        if self.json { Format::Json } else { self.output }
    }

    /// The columns, or what is wrong with those that are asked for.
    pub(super) fn columns(&self, schema: RowSchema) -> Result<Columns, String> {
        match &self.columns {
            Some(text) => Columns::parse(schema, text).map_err(|error| format!("--columns: {error}")),
            None => Ok(default_columns(schema, self.format())),
        }
    }

    /// Standard output in this form.
    pub(super) fn writer<'a>(&'a self, columns: &'a Columns) -> StdoutWriter<'a> {
        StdoutWriter { args: self, columns, sink: None, warnings: Warnings::default() }
    }

    /// The options for writing to standard output.
    pub(super) fn options(&self) -> Options {
        let to_person = std::io::stdout().is_terminal();
        Options {
            width: to_person.then(width),
            colour: colour(to_person),
            raw: self.raw,
            ..Options::default()
        }
    }

    /// Returns true if a workbook would be written to a terminal.
    pub(super) fn is_workbook_to_terminal(&self) -> bool {
        self.format() == Format::Xlsx && std::io::stdout().is_terminal()
    }
}

/// Standard output, to which nothing is written before the first item is there: what fails at once leaves no beginning of
/// a JSON array and no heading behind.
pub(super) struct StdoutWriter<'a> {
    args: &'a OutputArgs,
    columns: &'a Columns,
    sink: Option<Sink<'static>>,
    warnings: Warnings,
}

impl StdoutWriter<'_> {
    fn begun(&mut self) -> Result<&mut Sink<'static>, OutputError> {
        match &mut self.sink {
            Some(sink) => Ok(sink),
            none => {
                let sink =
                    Sink::new(self.args.format(), self.columns, self.args.options(), std::io::stdout())?;
                Ok(none.insert(sink))
            }
        }
    }

    /// Writes one item, and tells on standard error what of it was not valid as it was sent.
    pub(super) fn item(&mut self, item: &Item<'_>) -> Result<(), OutputError> {
        self.begun()?.item(item)?;
        self.warnings.damage(item);
        Ok(())
    }

    /// Hands on what was written so far.
    pub(super) fn flush(&mut self) -> Result<(), OutputError> {
        self.sink.as_mut().map_or(Ok(()), Sink::flush)
    }

    /// Ends it. Where there was no item, it is an empty list all the same.
    pub(super) fn finish(mut self) -> Result<(), OutputError> {
        self.begun()?;
        self.warnings.finish();
        self.sink.map_or(Ok(()), |sink| sink.finish().map(drop))
    }
}

/// The columns of the terminal that standard output is; none where it is no terminal.
pub(super) fn terminal_columns() -> Option<usize> {
    std::io::stdout().is_terminal().then(width)
}

fn width() -> usize {
    crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns).max(20))
}

/// Returns true if colours are used: on a terminal, unless `NO_COLOR` says no; elsewhere where `CLICOLOR_FORCE` says so.
fn colour(to_person: bool) -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) && (to_person || set("CLICOLOR_FORCE"))
}

/// Standard output takes no more. That nobody reads any more is no fault.
pub(super) fn write_failure(error: &OutputError) -> Failure {
    if error.is_closed() {
        return Failure::Closed;
    }
    print_error(&error.to_string());
    Failure::Failed
}
