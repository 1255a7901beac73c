//! The errors of reading a table, in words for the user.

use std::io;

use super::Meaning;
use crate::text::clean;

/// The reason why a file could not be read as a table. What it quotes of the file is made printable.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// There is no such file.
    #[error("there is no such file")]
    Missing,
    /// The system could not read the file, or it is too large.
    #[error("{0}")]
    Read(#[from] io::Error),
    /// The file is neither CSV nor a workbook of the current form.
    #[error("it is {0}. Save it as .xlsx or .csv and try again")]
    Kind(&'static str),
    /// The workbook is damaged.
    #[error("the workbook cannot be read: {}. Open it in a spreadsheet, save it as .xlsx and try again", clean(.0))]
    Workbook(String),
    /// The text is in an unknown encoding.
    #[error("its text is {0}. Save it as \"CSV UTF-8\" or as .xlsx and try again")]
    Encoding(&'static str),
    /// There is more in the file than a table can have.
    #[error("it holds more than {0}. Remove what is not needed, or split it")]
    TooMuch(&'static str),
    /// No row has the needed headings.
    #[error(
        "no row has a heading for {}{}. Name yours with --heading {}=\"…\"",
        listed(missing), nearest(near), missing.first().map_or("KEY", |meaning| meaning.key())
    )]
    NoHeadings {
        /// The meanings without a heading.
        missing: Vec<Meaning>,
        /// The headings of the row that has the most of them.
        near: Vec<String>,
    },
    /// A heading that the user gave is not in the file.
    #[error("--heading {}=\"{}\": no row has this heading{}", meaning.key(), clean(heading), nearest(near))]
    NoSuchHeading {
        /// Its meaning.
        meaning: Meaning,
        /// The heading as given.
        heading: String,
        /// The headings of the row that has the most of the others.
        near: Vec<String>,
    },
    /// Dates of a column may have the day or the month first.
    #[error(
        "row {row}: {} below \"{}\" may have the day or the month first{}. Use --dates dmy or --dates mdy",
        clean(value), clean(heading),
        if *is_mixed { ", and other rows contradict each other" } else { "" }
    )]
    AmbiguousDates {
        /// The number of the first such row.
        row: u32,
        /// Its value.
        value: String,
        /// The heading of the column.
        heading: String,
        /// True if some rows of the column have the day first and others the month.
        is_mixed: bool,
    },
}

fn listed(missing: &[Meaning]) -> String {
    missing.iter().map(|meaning| meaning.key()).collect::<Vec<_>>().join(", ")
}

fn nearest(near: &[String]) -> String {
    if near.is_empty() { String::new() } else { format!("; there are \"{}\"", clean(&near.join("\", \""))) }
}

/// The reason why the value of one cell could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// A program has stored an ID as a number and lost digits.
    #[error("{} has lost digits, since it was stored as a number: format the column as text", clean(.0))]
    LostDigits(String),
    /// An error of a formula, such as `#REF!`.
    #[error("the cell holds the error {}", clean(.0))]
    Formula(String),
    /// Not a date in a form that is known.
    #[error("{} is not a date", clean(.0))]
    NotADate(String),
    /// A date that may have the day or the month first.
    #[error("{} may have the day or the month first", clean(.0))]
    AmbiguousDate(String),
    /// Not a number.
    #[error("{} is not a whole number", clean(.0))]
    NotANumber(String),
    /// A number such as `1.000`, which is a thousand or one.
    #[error("{} may be a thousand or a fraction", clean(.0))]
    AmbiguousNumber(String),
    /// Neither yes nor no.
    #[error("{} is neither yes nor no", clean(.0))]
    NotAFlag(String),
}
