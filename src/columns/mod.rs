//! The table of columns for the screen, commands and exports: key, title, kind, and how to read a cell.
//!
//! A column is one line in one of the tables beside this file. Everything else follows from it: `--columns`, the widths of
//! a workbook, the columns that the screen offers, and the data to fetch for them ([`Needs`]).

mod cell;
mod changes;
mod copied;
mod customers;
mod details;
mod differences;
mod item;
mod orders;
mod products;
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
pub(crate) use table_line::{CopyLine, TableLine};

use std::fmt;

use crate::model::{CopyPart, SortBy};

/// The part of a customer that a column is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needs {
    /// The list entry: no further request.
    Row,
    /// The full record: one request per customer.
    Record,
    /// The subscriptions: one request per customer.
    Subscriptions,
    /// A local copy, and a part of it: nothing that can be requested.
    Copy(CopyPart),
}

/// The kind of values in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text.
    Text,
    /// IDs, codes and phone numbers: text even if all digits.
    Id,
    /// Days.
    Date,
    /// Points in time.
    Moment,
    /// Whole numbers.
    Number,
    /// Yes or no.
    Flag,
    /// Statuses, shown by label.
    Status,
}

/// The behaviour of a column on a terminal that is too narrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WidthRule {
    /// It keeps the width that its cells need.
    Fixed,
    /// It shrinks to a minimum width.
    Shrinks {
        /// The order of shrinking: columns with a lower turn shrink first.
        turn: u8,
        /// The minimum width in terminal columns.
        min: u16,
    },
}

/// The highest turn of [`WidthRule::Shrinks`]; the lowest is 1.
pub(crate) const SHRINK_TURNS: u8 = 2;

/// The width of an offer ID, below which the column that may show one is not cut.
const OFFER_ID: u16 = 15;

/// A column of tables, files and the screen.
pub struct Column {
    /// The name on the command line and in the heading of CSV files, such as `customer-id`.
    pub key: &'static str,
    /// The heading for users, such as `Customer ID`.
    pub title: &'static str,
    /// The kind of values.
    pub kind: ColumnKind,
    /// The behaviour on a narrow terminal.
    pub(crate) width: WidthRule,
    needs: Needs,
    read: ReadCell,
}

/// A function that reads a column's cell from a line.
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

    /// Makes a column that only a local copy has.
    const fn of_copy(
        (key, title): (&'static str, &'static str),
        kind: ColumnKind,
        part: CopyPart,
        read: ReadCell,
    ) -> Self {
        Self { needs: Needs::Copy(part), ..Self::new(key, title, kind, read) }
    }

    /// Makes the column shrink down to `min` in this turn.
    const fn shrinks(self, turn: u8, min: u16) -> Self {
        Self { width: WidthRule::Shrinks { turn, min }, ..self }
    }

    /// Returns the part of a customer that the column is read from.
    pub fn needs(&self) -> Needs {
        self.needs
    }

    /// Returns the part of a local copy that the column is derived of; `None` if not only a local copy has it.
    pub fn copy_part(&self) -> Option<CopyPart> {
        match self.needs {
            Needs::Copy(part) => Some(part),
            Needs::Row | Needs::Record | Needs::Subscriptions => None,
        }
    }

    /// Returns true if the column is about contacts, which a local copy may leave out.
    pub fn is_of_contacts(&self) -> bool {
        matches!(self.key, "admin" | "admin-email" | "admin-phone")
    }

    /// Returns the sort field for this column. Few sources can sort by every column.
    pub fn sort(&self) -> SortBy {
        match self.key {
            "company" => SortBy::CompanyName,
            "created" => SortBy::CreationDate,
            // What sums are made of is sorted by the sums.
            "seats" => SortBy::Column("quantity"),
            "next-renewal" => SortBy::Column("renewal-date"),
            "lapsing-seats" => SortBy::Column("lapsing"),
            "changed-at" => SortBy::Column("changed"),
            "gone-at" => SortBy::Column("gone"),
            key => SortBy::Column(key),
        }
    }

    /// Returns the cell of a line in this column.
    pub(crate) fn read<'a>(&self, line: &TableLine<'a>) -> Cell<'a> {
        (self.read)(line)
    }
}

/// Columns are equal if their keys are.
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

/// The last column: why a line could not be read and what was sent, or which fields are not as documented.
static PROBLEM: Column = Column::new("problem", "Problem", ColumnKind::Text, |line| {
    if line.problem.is_empty() {
        return Cell::Empty;
    }
    Cell::Text(line.problem.clone().into())
});
