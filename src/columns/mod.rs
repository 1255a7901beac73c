//! The one table of columns, for the screen, commands and exports: key, title, kind, and how each is read from a record.
//!
//! A column is one line in one of the tables beside this file; everything else follows from it: `--columns`, the widths of a
//! workbook, the columns that the screen offers, and what has to be loaded for them ([`Needs`]).

mod cell;
mod customers;
mod details;
mod item;
mod orders;
mod resellers;
#[cfg(test)]
pub(crate) mod sample;
mod schema;
mod selection;
mod subscriptions;
mod table_line;

pub use item::Item;
pub(crate) use item::Orders;
pub use schema::RowSchema;
pub use selection::{Columns, ColumnsError};

pub(crate) use cell::Cell;
pub(crate) use table_line::TableLine;

use std::fmt;

use crate::model::SortBy;

/// The part of a customer that a column is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needs {
    /// The row of the list.
    Row,
    /// The customer's record: one request per customer.
    Record,
    /// The customer's subscriptions: one request per customer.
    Subscriptions,
}

/// The kind of value in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Texts.
    Text,
    /// Ids, codes, phone numbers: texts, though they may be all digits.
    Id,
    /// Days.
    Date,
    /// Points in time.
    Moment,
    /// Whole numbers.
    Number,
    /// Yes or no.
    Flag,
    /// Statuses, in words.
    Status,
}

/// The behaviour of a column on a terminal that is too narrow for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WidthRule {
    /// It keeps what its cells need.
    Fixed,
    /// It gives way, the lowest turn first, down to this many columns.
    Shrinks {
        /// The turn: columns with a lower one give way before those with a higher one.
        turn: u8,
        /// The columns that it keeps.
        min: u16,
    },
}

/// The turns of [`WidthRule::Shrinks`].
pub(crate) const SHRINK_TURNS: u8 = 2;

/// One column.
pub struct Column {
    /// Its name on the command line and at the top of CSV, for example `customer-id`.
    pub key: &'static str,
    /// Its name for a user, for example `Customer ID`.
    pub title: &'static str,
    /// The kind of its values.
    pub kind: ColumnKind,
    /// Its behaviour in little room.
    pub(crate) width: WidthRule,
    needs: Needs,
    read: ReadCell,
}

/// Reads a column's value out of a record.
type ReadCell = for<'a> fn(&TableLine<'a>) -> Cell<'a>;

impl Column {
    const fn new(key: &'static str, title: &'static str, kind: ColumnKind, read: ReadCell) -> Self {
        let width = match kind {
            ColumnKind::Text => WidthRule::Shrinks { turn: SHRINK_TURNS, min: 8 },
            _ => WidthRule::Fixed,
        };
        Self { key, title, kind, width, needs: Needs::Row, read }
    }

    /// Makes a column that is read from the customer's record.
    const fn of_record(key: &'static str, title: &'static str, kind: ColumnKind, read: ReadCell) -> Self {
        Self { needs: Needs::Record, ..Self::new(key, title, kind, read) }
    }

    /// Makes a column that is read from a subscription of the customer.
    const fn of_subscription(
        key: &'static str,
        title: &'static str,
        kind: ColumnKind,
        read: ReadCell,
    ) -> Self {
        Self { needs: Needs::Subscriptions, ..Self::new(key, title, kind, read) }
    }

    /// The column, when it gives way down to `least` in this turn.
    const fn shrinks(self, turn: u8, min: u16) -> Self {
        Self { width: WidthRule::Shrinks { turn, min }, ..self }
    }

    /// Returns the part of a customer that it is read from.
    pub fn needs(&self) -> Needs {
        self.needs
    }

    /// Returns the sort of a list by this column; few sources can sort by all of them.
    pub fn sort(&self) -> SortBy {
        match self.key {
            "company" => SortBy::CompanyName,
            "created" => SortBy::CreationDate,
            key => SortBy::Column(key),
        }
    }

    /// Returns the value of this column.
    pub(crate) fn read<'a>(&self, record: &TableLine<'a>) -> Cell<'a> {
        (self.read)(record)
    }
}

/// Columns are the same if their keys are.
impl PartialEq for Column {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Column {}

impl fmt::Debug for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key)
    }
}

/// The remark about a line: that it could not be read and what was sent, or what in it is not as documented.
static PROBLEM: Column = Column::new("problem", "Problem", ColumnKind::Text, |record| {
    if record.problem.is_empty() {
        return Cell::Empty;
    }
    Cell::Text(record.problem.clone().into())
});
