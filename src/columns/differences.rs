//! The columns of a difference between a list and the local copy.

use super::{Cell, Column, ColumnKind, OFFER_ID, SHRINK_TURNS, TableLine};

pub(super) static COLUMNS: [Column; 9] = [
    Column::new("customer-id", "Customer ID", ColumnKind::Id, |line| {
        Cell::id(line.difference.and_then(|difference| difference.customer_id.as_deref()))
    }),
    Column::new("company", "Company", ColumnKind::Text, |line| {
        Cell::text(line.difference.and_then(|difference| difference.company.as_deref()))
    })
    .shrinks(1, 8),
    Column::new("subscription-id", "Subscription ID", ColumnKind::Id, |line| {
        Cell::id(line.difference.and_then(|difference| difference.subscription_id.as_deref()))
    }),
    Column::new("offer-id", "Offer ID", ColumnKind::Id, |line| Cell::id(line.offer_id())),
    Column::new("product", "Product", ColumnKind::Text, |line| Cell::text(line.product_or_offer()))
        .shrinks(SHRINK_TURNS, OFFER_ID),
    Column::new("difference", "Difference", ColumnKind::Id, |line| {
        Cell::id(line.difference.map(|difference| difference.difference.name()))
    }),
    Column::new("in-file", "In the file", ColumnKind::Text, |line| {
        Cell::text(line.difference.and_then(|difference| difference.in_file.as_deref()))
    }),
    Column::new("in-copy", "In the copy", ColumnKind::Text, |line| {
        Cell::text(line.difference.and_then(|difference| difference.in_copy.as_deref()))
    }),
    Column::new("rows", "Rows", ColumnKind::Text, rows),
];

fn rows<'a>(line: &TableLine<'a>) -> Cell<'a> {
    let rows = line.difference.map(|difference| difference.rows.as_slice()).unwrap_or_default();
    Cell::list(&rows.iter().map(ToString::to_string).collect::<Vec<_>>())
}
