//! A table whose headings are understood.

use std::{borrow::Cow, collections::BTreeMap};

use chrono::NaiveDate;

use super::{
    Meaning, RawCell, TableReport, ValueError, dates::DateRules, flags::read_flag, ids::read_id,
    quantities::QuantityRules, raw::RawRow,
};

/// A column whose meaning is known.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct FoundColumn {
    pub(super) place: usize,
    pub(super) dates: DateRules,
    pub(super) quantities: QuantityRules,
}

/// A table whose headings are understood.
#[derive(Debug)]
pub struct FoundTable {
    /// The report of what was understood.
    pub report: TableReport,
    /// Texts above the headings, and the name of the sheet.
    pub titles: Vec<String>,
    pub(super) columns: BTreeMap<Meaning, FoundColumn>,
    pub(super) rows: Vec<RawRow>,
}

impl FoundTable {
    /// Returns true if a column has this meaning.
    pub fn has(&self, meaning: Meaning) -> bool {
        self.columns.contains_key(&meaning)
    }

    /// Iterates over the rows.
    pub fn rows(&self) -> impl Iterator<Item = FoundRow<'_>> {
        self.rows.iter().map(|row| FoundRow { columns: &self.columns, row })
    }
}

/// A row of a table. Its cells get a type when they are asked for; a column that is not there is empty.
#[derive(Debug, Clone, Copy)]
pub struct FoundRow<'t> {
    columns: &'t BTreeMap<Meaning, FoundColumn>,
    row: &'t RawRow,
}

impl<'t> FoundRow<'t> {
    /// Returns its number in the file, from 1.
    pub fn number(self) -> u32 {
        self.row.number
    }

    fn cell(self, meaning: Meaning) -> (&'t RawCell, FoundColumn) {
        static EMPTY: RawCell = RawCell::Empty;
        let column = self.columns.get(&meaning);
        let cell = column.and_then(|column| self.row.cells.get(column.place));
        (cell.unwrap_or(&EMPTY), column.copied().unwrap_or_default())
    }

    /// Returns the text of a cell as a reader sees it, empty if there is none.
    pub fn text(self, meaning: Meaning) -> Cow<'t, str> {
        match self.cell(meaning).0 {
            RawCell::Fault(_) => "".into(),
            cell => cell.shown(),
        }
    }

    /// Returns a word that decides something, empty if there is none.
    ///
    /// # Errors
    /// If the cell has the error of a formula.
    pub fn word(self, meaning: Meaning) -> Result<Option<Cow<'t, str>>, ValueError> {
        match self.cell(meaning).0 {
            RawCell::Fault(fault) => Err(ValueError::Formula(fault.to_string())),
            cell => Ok(Some(cell.shown())),
        }
    }

    /// Returns an ID.
    ///
    /// # Errors
    /// If it has lost digits.
    pub fn id(self, meaning: Meaning) -> Result<Option<Cow<'t, str>>, ValueError> {
        read_id(self.cell(meaning).0)
    }

    /// Returns a date.
    ///
    /// # Errors
    /// If it is none.
    pub fn date(self, meaning: Meaning) -> Result<Option<NaiveDate>, ValueError> {
        let (cell, column) = self.cell(meaning);
        column.dates.read(cell)
    }

    /// Returns a whole number.
    ///
    /// # Errors
    /// If it is none, or may be a thousand or one.
    pub fn quantity(self, meaning: Meaning) -> Result<Option<i64>, ValueError> {
        let (cell, column) = self.cell(meaning);
        column.quantities.read(cell)
    }

    /// Returns yes or no.
    ///
    /// # Errors
    /// If it is neither.
    pub fn flag(self, meaning: Meaning) -> Result<Option<bool>, ValueError> {
        read_flag(self.cell(meaning).0)
    }
}
