//! The columns that a local copy adds to a customer: sums over its subscriptions, licences to order, and what was observed.

use super::{Cell, Column, ColumnKind, TableLine};
use crate::model::{CopyTotals, ToOrder};

pub(super) static COLUMNS: [Column; 13] = [
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
    Column::of_copy("to-renew", "To renew", ColumnKind::Number, |line| {
        number(line, |totals| totals.to_renew)
    }),
    Column::of_copy("to-renew-approximate", "To renew is approximate", ColumnKind::Flag, |line| {
        Cell::flag(totals(line).map(|totals| totals.is_to_renew_approximate))
    }),
    Column::of_copy("renewal-change", "Change at renewal", ColumnKind::Number, |line| {
        number(line, |totals| totals.renewal_change)
    }),
    Column::of_copy("late-renewals", "Late renewals", ColumnKind::Number, |line| {
        number(line, |totals| totals.late_renewals)
    }),
    Column::of_copy("3yc-short", "Short of 3YC", ColumnKind::Number, |line| {
        Cell::number(totals(line).and_then(|totals| totals.commitment_shortfall))
    }),
    Column::of_copy("to-order", "Licences to order", ColumnKind::Number, |line| {
        to_order(line).map_or(Cell::Empty, |to_order| Cell::Number(to_order.licences))
    }),
    Column::of_copy("to-order-by", "To order by", ColumnKind::Date, |line| {
        to_order(line).and_then(|to_order| to_order.order_by).map_or(Cell::Empty, Cell::Date)
    }),
    Column::of_copy("changed-at", "Changed", ColumnKind::Moment, |line| {
        line.copy.and_then(|facts| facts.changed_at).map_or(Cell::Empty, Cell::Moment)
    }),
    Column::of_copy("gone-at", "Gone", ColumnKind::Moment, |line| {
        line.copy.and_then(|facts| facts.gone_at).map_or(Cell::Empty, Cell::Moment)
    }),
];

fn to_order(line: &TableLine<'_>) -> Option<ToOrder> {
    line.copy.and_then(|facts| facts.to_order)
}

fn totals(line: &TableLine<'_>) -> Option<CopyTotals> {
    line.copy.and_then(|facts| facts.totals)
}

fn number<'a>(line: &TableLine<'a>, read: fn(CopyTotals) -> i64) -> Cell<'a> {
    totals(line).map_or(Cell::Empty, |totals| Cell::Number(read(totals)))
}
