//! `vipmp sql`: one SELECT statement on the local copy.

use std::{borrow::Cow, io::Read as _, process::ExitCode, time::Duration};

use clap::{Args, ValueEnum};
use serde_json::{Map, Value};

use super::{
    duration::read_duration,
    open::{LocalCopy, detail_doubts, list_doubts, open_to_read, print_age, print_store_error},
};
use crate::{
    cli::{
        Arguments,
        context::CommandContext,
        exit::{Failure, print, print_error, usage},
        signals::run_until_signal,
    },
    output::csv_text,
    portfolio::{PortfolioStore, SqlError, SqlTable, SqlValue},
    text,
};

/// The longest statement on standard input, in bytes.
const LONGEST: u64 = 1024 * 1024;

/// The time after its limit at which a statement is given up.
const GRACE: Duration = Duration::from_secs(1);

/// What is said where a statement asks for notes that cannot be read.
const NO_NOTES: &str = "notes cannot be read, so there are none here: `vipmp portfolio check` says why.";

/// The arguments of `vipmp sql`.
#[derive(Debug, Clone, Args)]
pub struct SqlArgs {
    /// The statement; read from standard input if omitted or -
    #[arg(value_name = "SELECT …")]
    pub statement: Option<String>,

    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub output: SqlFormat,

    /// Same as --output json
    #[arg(long, conflicts_with = "output")]
    pub json: bool,

    /// Do not escape text that looks like a formula
    #[arg(long)]
    pub raw: bool,

    /// Stop a statement that takes longer than this
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = read_duration)]
    pub timeout: Duration,

    /// Exit with 0 although the lists may be incomplete
    #[arg(long)]
    pub partial: bool,
}

/// The output formats of `vipmp sql`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SqlFormat {
    /// Aligned columns
    Table,
    /// Comma-separated values
    Csv,
    /// An array of objects
    Json,
    /// One object per line
    Jsonl,
}

/// Runs the statement and prints its rows.
pub(in crate::cli) async fn sql(
    wanted: &SqlArgs,
    arguments: &Arguments,
    context: &CommandContext,
) -> ExitCode {
    run_until_signal(context, run(wanted, arguments, context), || ()).await
}

/// Returns true if a statement may be about licences to order, which not every account may read.
fn names_to_order(statement: &str) -> bool {
    let statement = statement.to_lowercase();
    ["to_order", "acquisition"].iter().any(|word| statement.contains(word))
}

async fn run(wanted: &SqlArgs, arguments: &Arguments, context: &CommandContext) -> Result<(), Failure> {
    let statement = match wanted.statement.as_deref() {
        Some(statement) if statement != "-" => statement.to_owned(),
        _ => {
            let mut text = String::new();
            let read = std::io::stdin().lock().take(LONGEST + 1).read_to_string(&mut text);
            if matches!(read, Ok(size) if size as u64 > LONGEST) {
                return Err(usage("the statement is longer than 1 MiB"));
            }
            read.map_err(|error| usage(&format!("cannot read the statement from standard input: {error}")))?;
            text
        }
    };
    let LocalCopy { store, folder, doubt, .. } = open_to_read(arguments, context).await?;
    let limit = wanted.timeout;
    let held = store.with(|store| Ok((store.completeness()?, store.history_extent()?)));
    let (held, extent) = held.await.map_err(|error| print_store_error(&error))?;
    let to_order_doubts = if names_to_order(&statement) { held.to_order.complaints() } else { Vec::new() };
    let running = store.with(move |store| {
        Ok(match folder {
            Some(folder) => PortfolioStore::query(&folder, &statement, limit),
            None => store.query_memory(&statement, limit),
        })
    });
    // Inside a single function, SQLite does not look at the clock.
    let Ok(found) = tokio::time::timeout(limit + GRACE, running).await else {
        print_error(&SqlError::TimedOut(limit).to_string());
        return Err(Failure::Failed);
    };
    let found = found.map_err(|error| print_store_error(&error))?;
    let table = found.map_err(|error| match error {
        SqlError::Store(error) => print_store_error(&error),
        SqlError::TimedOut(_) => {
            print_error(&error.to_string());
            Failure::Failed
        }
        _ => usage(&error.to_string()),
    })?;
    let format = if wanted.json { SqlFormat::Json } else { wanted.output };
    print_table(&table, format, wanted.raw)?;
    print_age(&held);
    let doubts: Vec<String> = doubt
        .into_iter()
        .chain(list_doubts(&held))
        .chain(detail_doubts(&held))
        .chain(to_order_doubts)
        .chain(extent.doubt(None).filter(|_| table.reads_changes))
        .chain(held.lacks_notes.then(|| NO_NOTES.to_owned()).filter(|_| table.reads_notes))
        .collect();
    for doubt in &doubts {
        print_error(doubt);
    }
    if doubts.is_empty() || wanted.partial { Ok(()) } else { Err(Failure::Partial) }
}

fn print_table(table: &SqlTable, format: SqlFormat, raw: bool) -> Result<(), Failure> {
    match format {
        SqlFormat::Json => {
            let all: Vec<Value> = table.rows.iter().map(|row| object(&table.columns, row)).collect();
            print(&serde_json::to_string_pretty(&all).unwrap_or_default())
        }
        SqlFormat::Jsonl => {
            table.rows.iter().try_for_each(|row| print(&object(&table.columns, row).to_string()))
        }
        SqlFormat::Csv => {
            let text = as_csv(table, raw).map_err(|error| {
                print_error(&error.to_string());
                Failure::Failed
            })?;
            // The last line feed comes from printing.
            print(text.strip_suffix('\n').unwrap_or(&text))
        }
        SqlFormat::Table => {
            let rows: Vec<Vec<String>> =
                table.rows.iter().map(|row| row.iter().map(shown).collect()).collect();
            let heading: Vec<String> =
                table.columns.iter().map(|name| text::clean(name).into_owned()).collect();
            let width = |index: usize| {
                let cells = rows.iter().map(|row| text::width(&row[index]));
                cells.chain([text::width(&heading[index])]).max().unwrap_or_default()
            };
            let widths: Vec<usize> = (0..heading.len()).map(width).collect();
            let line = |cells: &[String]| {
                let padded: Vec<String> =
                    cells.iter().zip(&widths).map(|(cell, width)| text::pad_end(cell, *width)).collect();
                padded.join("  ").trim_end().to_owned()
            };
            print(&line(&heading))?;
            rows.iter().try_for_each(|row| print(&line(row)))
        }
    }
}

fn object(columns: &[String], row: &[SqlValue]) -> Value {
    let value = |value: &SqlValue| match value {
        SqlValue::Null => Value::Null,
        SqlValue::Integer(number) => (*number).into(),
        SqlValue::Real(number) => (*number).into(),
        SqlValue::Text(text) => text.as_str().into(),
        SqlValue::Blob(_) => shown(value).into(),
    };
    let mut object = Map::new();
    for (column, cell) in columns.iter().zip(row) {
        // Columns of the same name stay apart: `a`, `a_2`.
        let names = std::iter::once(column.clone()).chain((2..).map(|number| format!("{column}_{number}")));
        if let Some(name) = names.take(columns.len()).find(|name| !object.contains_key(name)) {
            object.insert(name, value(cell));
        }
    }
    Value::Object(object)
}

/// Returns a value for reading. A missing one is empty.
fn shown(value: &SqlValue) -> String {
    match value {
        SqlValue::Null => String::new(),
        SqlValue::Integer(number) => number.to_string(),
        SqlValue::Real(number) => number.to_string(),
        SqlValue::Text(text) => text::clean(text).into_owned(),
        SqlValue::Blob(size) => format!("({size} bytes)"),
    }
}

fn csv_cell(value: &SqlValue, raw: bool) -> Cow<'_, str> {
    match value {
        SqlValue::Text(text) => csv_text(text, raw),
        other => shown(other).into(),
    }
}

/// Returns the rows as CSV, with CRLF as in all CSV files of vipmp.
fn as_csv(table: &SqlTable, raw: bool) -> Result<String, csv::Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(&table.columns)?;
    for row in &table.rows {
        writer.write_record(row.iter().map(|value| csv_cell(value, raw).into_owned().into_bytes()))?;
    }
    let bytes = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_and_no_formula() {
        let cells = vec![
            SqlValue::Text("a,\"b\"".into()),
            SqlValue::Text("=1+1".into()),
            SqlValue::Integer(-3),
            SqlValue::Null,
        ];
        let columns = ["a", "b", "c", "d"].map(str::to_owned).to_vec();
        let table = SqlTable { columns, rows: vec![cells], ..SqlTable::default() };
        assert_eq!(as_csv(&table, false).unwrap(), "a,b,c,d\r\n\"a,\"\"b\"\"\",'=1+1,-3,\r\n");
        assert_eq!(as_csv(&table, true).unwrap(), "a,b,c,d\r\n\"a,\"\"b\"\"\",=1+1,-3,\r\n");
    }

    #[test]
    fn objects_keep_the_kinds_of_values() {
        let columns = ["n", "x", "t", "none"].map(str::to_owned);
        let row = [SqlValue::Integer(1), SqlValue::Real(1.5), SqlValue::Text("é".into()), SqlValue::Null];
        assert_eq!(object(&columns, &row).to_string(), r#"{"n":1,"x":1.5,"t":"é","none":null}"#);
    }
}
