//! The options for reading a table that others have made.

use std::path::Path;

use clap::Args;

use crate::{
    cli::exit::{Failure, print_error, print_note, usage},
    tables::{
        ColumnChoice, DateOrder, FoundTable, ReadOptions, TableReport, WantedColumns, find_table, read_file,
    },
    text,
};

/// The options for reading a table that others have made.
#[derive(Debug, Clone, Args)]
pub struct TableArgs {
    /// Order of day and month in dates such as 05/06/2026: dmy or mdy
    #[arg(long, value_name = "ORDER")]
    pub dates: Option<DateOrder>,

    /// Use this heading for a column, such as quantity="My seats"; can be repeated
    #[arg(long = "heading", value_name = "KEY=HEADING")]
    pub headings: Vec<ColumnChoice>,
}

/// Reads the table of a file.
///
/// # Errors
/// The failure, once the reason has been printed.
pub(in crate::cli) fn read_table(
    path: &Path,
    options: &TableArgs,
    wanted: &WantedColumns<'_>,
) -> Result<FoundTable, Failure> {
    let options = ReadOptions { dates: options.dates, columns: options.headings.clone() };
    let known = wanted.meanings();
    if let Some(choice) = options.columns.iter().find(|choice| !known.contains(&choice.meaning)) {
        let keys: Vec<&str> = known.iter().map(|meaning| meaning.key()).collect();
        let words = format!(
            "--heading: {} is not read by this command: the keys are {}",
            choice.meaning,
            keys.join(", ")
        );
        return Err(usage(&words));
    }
    read_file(path).and_then(|file| find_table(file, wanted, &options)).map_err(|error| {
        print_error(&format!("{}: {error}.", text::display_path(path)));
        Failure::Failed
    })
}

/// Prints what was understood of a file.
pub(in crate::cli) fn print_report(report: &TableReport) {
    report.lines().iter().for_each(|line| print_note(line));
}
