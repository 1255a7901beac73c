//! The cells of a file before anyone asks for their type.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::TableError;

/// The most cells of a file. A list of 100,000 rows has 2.6 million.
const MOST_CELLS: usize = 8_000_000;

/// The most bytes of text in a file, each use of a shared text counted.
const MOST_TEXT: usize = 256 * 1024 * 1024;

/// The most columns of a sheet: the invoice workbook has 66.
const MOST_COLUMNS: usize = 1_024;

/// A cell as the file has it.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum RawCell {
    /// Nothing.
    #[default]
    Empty,
    /// Text; in CSV, anything.
    Text(Box<str>),
    /// A number of a workbook.
    Number(f64),
    /// A number that the workbook shows as a date.
    Date(NaiveDate),
    /// Yes or no of a workbook.
    Flag(bool),
    /// The error of a formula, such as `#REF!`.
    Fault(Box<str>),
}

impl RawCell {
    /// Returns the cell of a text, without the blanks around it.
    pub fn text(text: &str) -> Self {
        match text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}') {
            "" => Self::Empty,
            text => Self::Text(text.into()),
        }
    }

    /// Returns true if there is nothing in the cell.
    pub fn is_empty(&self) -> bool {
        *self == Self::Empty
    }

    /// Returns what a reader of the file sees, roughly.
    pub fn shown(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => "".into(),
            Self::Text(text) | Self::Fault(text) => Cow::Borrowed(text),
            Self::Number(number) => number.to_string().into(),
            Self::Date(day) => day.to_string().into(),
            Self::Flag(flag) => if *flag { "TRUE" } else { "FALSE" }.into(),
        }
    }
}

/// A row with its number in the file, from 1.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RawRow {
    pub(super) number: u32,
    pub(super) cells: Vec<RawCell>,
}

impl RawRow {
    pub(super) fn is_blank(&self) -> bool {
        self.cells.iter().all(RawCell::is_empty)
    }
}

/// A sheet of a workbook, or a whole CSV file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RawSheet {
    /// The name of the sheet; none for CSV.
    pub name: Option<String>,
    pub(super) rows: Vec<RawRow>,
}

/// The contents of a file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RawFile {
    /// The sheets, in their order.
    pub sheets: Vec<RawSheet>,
    /// The form of the file in words, such as `CSV with ";" in UTF-8`.
    pub form: String,
    /// True if the numbers of days count from 1904.
    pub(super) is_1904: bool,
}

impl RawSheet {
    /// Iterates over the cells of all rows.
    pub fn cells(&self) -> impl Iterator<Item = &RawCell> {
        self.rows.iter().flat_map(|row| &row.cells)
    }
}

/// The amount that may still be read before a file counts as too large.
#[derive(Debug)]
pub(super) struct Budget {
    cells: usize,
    text: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { cells: MOST_CELLS, text: MOST_TEXT }
    }
}

impl Budget {
    /// Takes a cell at this place of a row.
    pub(super) fn take(&mut self, column: usize, text: usize) -> Result<(), TableError> {
        if column >= MOST_COLUMNS {
            return Err(TableError::TooMuch("1,024 columns"));
        }
        self.cells = self.cells.checked_sub(1).ok_or(TableError::TooMuch("8,000,000 cells"))?;
        self.text = self.text.checked_sub(text).ok_or(TableError::TooMuch("256 MiB of text"))?;
        Ok(())
    }

    /// Takes several cells that are empty.
    pub(super) fn take_empty(&mut self, cells: usize) -> Result<(), TableError> {
        self.cells = self.cells.checked_sub(cells).ok_or(TableError::TooMuch("8,000,000 cells"))?;
        Ok(())
    }
}
