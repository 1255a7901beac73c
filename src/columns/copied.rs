//! The columns that a local copy adds to a customer: sums over its subscriptions, and what was observed.

use super::{Cell, Column, ColumnKind, TableLine};
use crate::model::CopyTotals;

pub(super) static COLUMNS: [Column; 6] = [
    Column::of_copy("next-renewal", "Next renewal", ColumnKind::Date, |line| {
        totals(line).and_then(|totals| totals.next_renewal).map_or(Cell::Empty, Cell::Date)
    }),
    Column::of_copy("seats", "Seats", ColumnKind::Number, |line| number(line, |totals| totals.seats)),
    Column::of_copy("consumables", "Consumables", ColumnKind::Number, |line| {
        number(line, |totals| totals.consumables)
    }),
    Column::of_copy("lapsing-seats", "Lapsing seats", ColumnKind::Number, |line| {
        number(line, |totals| totals.lapsing_seats)
    }),
    Column::of_copy("changed-at", "Changed", ColumnKind::Moment, |line| {
        line.copy.and_then(|facts| facts.changed_at).map_or(Cell::Empty, Cell::Moment)
    }),
    Column::of_copy("gone-at", "Gone", ColumnKind::Moment, |line| {
        line.copy.and_then(|facts| facts.gone_at).map_or(Cell::Empty, Cell::Moment)
    }),
];

fn totals(line: &TableLine<'_>) -> Option<CopyTotals> {
    line.copy.and_then(|facts| facts.totals)
}

fn number<'a>(line: &TableLine<'a>, read: fn(CopyTotals) -> i64) -> Cell<'a> {
    totals(line).map_or(Cell::Empty, |totals| Cell::Number(read(totals)))
}
