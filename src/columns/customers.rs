//! The columns of a list entry of a customer.

use super::{Cell, Column, ColumnKind};
use crate::model::EntityKind;

pub(super) static COLUMNS: [Column; 8] = [
    Column::new("customer-id", "Customer ID", ColumnKind::Id, |line| Cell::id(line.customer_id())),
    Column::new("company", "Company", ColumnKind::Text, |line| Cell::text(line.company())).shrinks(2, 12),
    Column::new("status", "Status", ColumnKind::Status, |line| {
        Cell::status(line.status(), EntityKind::Account)
    }),
    Column::new("status-code", "Status code", ColumnKind::Id, |line| Cell::code(line.status())),
    Column::new("created", "Created", ColumnKind::Moment, |line| Cell::moment(line.created())),
    // An ID, because references are often all digits.
    Column::new("reference", "Reference", ColumnKind::Id, |line| Cell::id(line.reference())).shrinks(1, 9),
    Column::new("reseller-id", "Reseller ID", ColumnKind::Id, |line| Cell::id(line.reseller_id())),
    Column::new("link", "Link", ColumnKind::Text, |line| Cell::text(line.link())),
];
