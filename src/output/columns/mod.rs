//! The columns that there are: what each is called, what it holds, and how it is read out of a record.
//!
//! A column is one line in one of the tables beside this file; everything else, from `--columns` to the widths of a
//! workbook, follows from it.

mod choice;
mod customers;
mod details;
mod orders;
mod resellers;
mod set;
mod subscriptions;

pub use choice::{Columns, ColumnsError};
pub use set::Set;

use std::fmt;

use super::{cell::Cell, record::Record};

/// What a column holds.
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

/// How a column behaves where a terminal is too narrow for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// It keeps what its cells need.
    Keeps,
    /// It gives way, the lowest turn first, down to this many columns.
    Gives {
        /// When: those with a lower turn before those with a higher one.
        turn: u8,
        /// What it keeps.
        least: u16,
    },
}

/// The turns of [`Room::Gives`].
pub(super) const TURNS: u8 = 2;

/// One column.
pub struct Column {
    /// Its name on the command line and at the top of CSV, for example `customer-id`.
    pub key: &'static str,
    /// Its name for a person, for example `Customer ID`.
    pub title: &'static str,
    /// What it holds.
    pub kind: ColumnKind,
    /// How it behaves in little room.
    pub(super) room: Room,
    read: Reader,
}

/// Reads a column's value out of a record.
type Reader = for<'a> fn(&Record<'a>) -> Cell<'a>;

impl Column {
    const fn new(key: &'static str, title: &'static str, kind: ColumnKind, read: Reader) -> Self {
        let room = match kind {
            ColumnKind::Text => Room::Gives { turn: TURNS, least: 8 },
            _ => Room::Keeps,
        };
        Self { key, title, kind, room, read }
    }

    /// The column, when it gives way down to `least` in this turn.
    const fn gives(self, turn: u8, least: u16) -> Self {
        Self { room: Room::Gives { turn, least }, ..self }
    }

    /// The value of this column.
    pub(super) fn read<'a>(&self, record: &Record<'a>) -> Cell<'a> {
        (self.read)(record)
    }
}

impl fmt::Debug for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key)
    }
}

/// What is to be told of a line: that it could not be read and what was sent, or what in it is not as documented.
static PROBLEM: Column = Column::new("problem", "Problem", ColumnKind::Text, |record| {
    if record.problem.is_empty() {
        return Cell::Empty;
    }
    Cell::Text(record.problem.clone().into())
});
