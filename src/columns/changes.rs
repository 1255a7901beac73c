//! The columns of an observed change.

use super::{Cell, Column, ColumnKind};
use crate::model::ObservedChange;

pub(super) static COLUMNS: [Column; 8] = [
    Column::new("at", "Observed", ColumnKind::Moment, |line| {
        line.change.map_or(Cell::Empty, |change| Cell::Moment(change.at))
    }),
    Column::new("customer-id", "Customer ID", ColumnKind::Id, |line| {
        Cell::id(line.change.map(|change| change.customer_id.as_str()))
    }),
    Column::new("company", "Company", ColumnKind::Text, |line| {
        Cell::text(line.change.and_then(|change| change.company.as_deref()))
    })
    .shrinks(2, 12),
    Column::new("reseller-id", "Reseller ID", ColumnKind::Id, |line| {
        Cell::id(line.change.map(|change| change.reseller_id.as_str()))
    }),
    Column::new("subscription-id", "Subscription ID", ColumnKind::Id, |line| {
        Cell::id(line.change.and_then(|change| change.subscription_id.as_deref()))
    })
    .shrinks(1, 8),
    Column::new("field", "Change", ColumnKind::Text, |line| {
        Cell::text(line.change.map(|change| change.field.as_str()))
    }),
    Column::new("before", "Before", ColumnKind::Text, |line| value(line.change, |change| &change.before)),
    Column::new("after", "After", ColumnKind::Text, |line| value(line.change, |change| &change.after)),
];

fn value(change: Option<&ObservedChange>, value: fn(&ObservedChange) -> &Option<String>) -> Cell<'_> {
    Cell::text(change.and_then(|change| value(change).as_deref()))
}
