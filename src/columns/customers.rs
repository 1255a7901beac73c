//! The columns of a row of the customer list.

use super::{Cell, Column, ColumnKind};
use crate::model::Kind;

pub(super) static COLUMNS: [Column; 8] = [
    Column::new("customer-id", "Customer ID", ColumnKind::Id, |record| Cell::id(record.customer_id())),
    Column::new("company", "Company", ColumnKind::Text, |record| Cell::text(record.company())).shrinks(2, 12),
    Column::new("status", "Status", ColumnKind::Status, |record| {
        Cell::status(record.status(), Kind::Account)
    }),
    Column::new("status-code", "Status code", ColumnKind::Id, |record| Cell::code(record.status())),
    Column::new("created", "Created", ColumnKind::Moment, |record| Cell::moment(record.created())),
    // The partner's own ids, often all digits.
    Column::new("reference", "Reference", ColumnKind::Id, |record| Cell::id(record.reference()))
        .shrinks(1, 9),
    Column::new("reseller-id", "Reseller ID", ColumnKind::Id, |record| Cell::id(record.reseller_id())),
    Column::new("link", "Link", ColumnKind::Text, |record| Cell::text(record.link())),
];
