//! The columns of a product whose name is known.

use super::{Cell, Column, ColumnKind};
use crate::products::{KnownProduct, ListKind};

pub(super) static COLUMNS: [Column; 6] = [
    Column::new("offer-id", "Offer ID", ColumnKind::Id, |line| {
        Cell::id(line.product.map(|product| product.offer_id.as_str()))
    }),
    Column::new("name", "Name", ColumnKind::Text, |line| {
        Cell::text(line.product.map(|product| product.name.as_str()))
    }),
    Column::new("details", "Details", ColumnKind::Text, |line| line.product.map_or(Cell::Empty, details))
        .shrinks(1, 8),
    Column::new("listed", "Listed", ColumnKind::Date, |line| {
        line.product.and_then(|product| product.listed).map_or(Cell::Empty, Cell::Date)
    }),
    Column::new("source", "Source", ColumnKind::Id, |line| {
        Cell::id(line.product.map(|product| match product.kind {
            ListKind::PriceList => "price list",
            ListKind::Invoices => "invoices",
            ListKind::BuiltIn => "built in",
        }))
    }),
    Column::new("file", "File", ColumnKind::Text, |line| {
        Cell::text(line.product.map(|product| product.file.as_str()))
    }),
];

fn details(product: &KnownProduct) -> Cell<'_> {
    let texts: Vec<String> = product.details.iter().map(|(key, value)| format!("{key}: {value}")).collect();
    Cell::list(&texts)
}
