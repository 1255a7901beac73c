//! The output options of a command, and the writer of rows on standard output.

use std::io::IsTerminal as _;

use clap::Args;

use super::{
    exit::{Failure, print_error},
    warnings::Warnings,
};
use crate::columns::{Columns, Item, RowSchema};
use crate::output::{Format, Options, OutputError, Sink, default_columns};

/// The output options.
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
    /// Returns the output format.
    pub(super) fn format(&self) -> Format {
        if self.json { Format::Json } else { self.output }
    }

    /// Returns the chosen columns, or those that the format has by default.
    ///
    /// # Errors
    /// A message about `--columns`.
    pub(super) fn columns(&self, schema: RowSchema) -> Result<Columns, String> {
        match &self.columns {
            Some(text) => Columns::parse(schema, text).map_err(|error| format!("--columns: {error}")),
            None => Ok(default_columns(schema, self.format())),
        }
    }

    /// Returns a writer of rows on standard output.
    pub(super) fn writer<'a>(&'a self, columns: &'a Columns) -> StdoutWriter<'a> {
        StdoutWriter { args: self, columns, sink: None, warnings: Warnings::default(), unreadable: 0 }
    }

    /// Returns the format's options for standard output: width and colour if it is a terminal.
    pub(super) fn options(&self) -> Options {
        let is_terminal = std::io::stdout().is_terminal();
        Options {
            width: is_terminal.then(width),
            colour: has_colour(is_terminal),
            raw: self.raw,
            ..Options::default()
        }
    }

    /// Checks that no workbook is to be written to a terminal.
    ///
    /// # Errors
    /// What to do instead, in words.
    pub(super) fn check_terminal(&self) -> Result<(), &'static str> {
        if self.format() == Format::Xlsx && std::io::stdout().is_terminal() {
            return Err("a workbook cannot be shown in a terminal: redirect it to a file");
        }
        Ok(())
    }
}

/// A writer of rows on standard output.
///
/// It writes nothing before the first row, so that a command that fails at once leaves no heading or half a JSON array.
pub(super) struct StdoutWriter<'a> {
    args: &'a OutputArgs,
    columns: &'a Columns,
    sink: Option<Sink<'static>>,
    warnings: Warnings,
    /// The number of items that could not be read.
    unreadable: u64,
}

impl StdoutWriter<'_> {
    fn open(&mut self) -> Result<&mut Sink<'static>, OutputError> {
        match &mut self.sink {
            Some(sink) => Ok(sink),
            none => {
                let sink =
                    Sink::new(self.args.format(), self.columns, self.args.options(), std::io::stdout())?;
                Ok(none.insert(sink))
            }
        }
    }

    /// Writes one item, and warns on standard error if the server's JSON for it was damaged.
    pub(super) fn item(&mut self, item: &Item<'_>) -> Result<(), OutputError> {
        self.open()?.item(item)?;
        self.warnings.damage(item);
        self.unreadable += u64::from(item.is_unreadable());
        Ok(())
    }

    /// Returns the number of items so far that could not be read; they are written as they were sent.
    pub(super) fn unreadable(&self) -> u64 {
        self.unreadable
    }

    /// Flushes standard output, so that a reader gets the rows so far.
    pub(super) fn flush(&mut self) -> Result<(), OutputError> {
        self.sink.as_mut().map_or(Ok(()), Sink::flush)
    }

    /// Writes the end of the format; without any item, an empty list.
    pub(super) fn finish(mut self) -> Result<(), OutputError> {
        self.open()?;
        self.warnings.finish();
        self.sink.map_or(Ok(()), |sink| sink.finish().map(drop))
    }
}

/// Returns the width of the terminal, or `None` if standard output is not a terminal.
pub(super) fn terminal_columns() -> Option<usize> {
    std::io::stdout().is_terminal().then(width)
}

fn width() -> usize {
    crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns).max(20))
}

/// Returns true if output is coloured: on a terminal unless `NO_COLOR` is set, and elsewhere if `CLICOLOR_FORCE` is set.
fn has_colour(is_terminal: bool) -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        && (is_terminal || set("CLICOLOR_FORCE"))
}

/// Returns the failure for an error on standard output, and prints it unless the reader has closed the pipe.
pub(super) fn write_failure(error: &OutputError) -> Failure {
    if error.is_closed() {
        return Failure::Closed;
    }
    print_error(&error.to_string());
    Failure::Failed
}
