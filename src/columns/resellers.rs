//! The columns of a reseller.

use super::{Cell, Column, ColumnKind};
use crate::model::EntityKind;

pub(super) static COLUMNS: [Column; 5] = [
    Column::new("reseller-id", "Reseller ID", ColumnKind::Id, |line| {
        Cell::id(line.reseller.map(|reseller| reseller.reseller_id.as_str()))
    }),
    Column::new("company", "Company", ColumnKind::Text, |line| {
        Cell::text(line.reseller.and_then(|reseller| reseller.company_name.as_deref()))
    })
    .shrinks(1, 12),
    Column::new("status", "Status", ColumnKind::Status, |line| {
        Cell::status(line.reseller.map(|reseller| &reseller.status), EntityKind::Account)
    }),
    Column::new("status-code", "Status code", ColumnKind::Id, |line| {
        Cell::code(line.reseller.map(|reseller| &reseller.status))
    }),
    Column::new("distributor-id", "Distributor ID", ColumnKind::Id, |line| {
        Cell::id(line.reseller.and_then(|reseller| reseller.distributor_id.as_deref()))
    }),
];
