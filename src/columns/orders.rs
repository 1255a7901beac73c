//! The columns of an order and of each of its lines.

use super::{Cell, Column, ColumnKind};
use crate::model::Kind;

pub(super) static COLUMNS: [Column; 16] = [
    Column::new("customer-id", "Customer ID", ColumnKind::Id, |record| Cell::id(record.customer_id())),
    Column::new("order-id", "Order ID", ColumnKind::Id, |record| {
        Cell::id(record.order.and_then(|order| order.order_id.as_deref()))
    }),
    Column::new("type", "Type", ColumnKind::Id, |record| {
        Cell::id(record.order.and_then(|order| order.order_type.as_deref()))
    }),
    Column::new("status", "Status", ColumnKind::Status, |record| {
        Cell::status(record.order.map(|order| &order.status), Kind::Order)
    }),
    Column::new("status-code", "Status code", ColumnKind::Id, |record| {
        Cell::code(record.order.map(|order| &order.status))
    }),
    Column::new("created", "Created", ColumnKind::Moment, |record| {
        Cell::moment(record.order.and_then(|order| order.creation_date.as_ref()))
    }),
    Column::new("reference", "Reference", ColumnKind::Id, |record| {
        Cell::id(record.order.and_then(|order| order.external_reference_id.as_deref()))
    })
    .shrinks(2, 8),
    Column::new("refers-to", "Refers to order", ColumnKind::Id, |record| {
        Cell::id(record.order.and_then(|order| order.reference_order_id.as_deref()))
    }),
    Column::new("source", "Source", ColumnKind::Id, |record| {
        Cell::id(record.order.and_then(|order| order.source.as_deref()))
    }),
    Column::new("currency", "Currency", ColumnKind::Id, |record| {
        Cell::id(record.order.and_then(|order| order.currency_code.as_deref()))
    }),
    Column::new("line", "Line", ColumnKind::Number, |record| {
        Cell::number(record.line.and_then(|line| line.ext_line_item_number))
    }),
    Column::new("offer-id", "Offer ID", ColumnKind::Id, |record| {
        Cell::id(record.line.and_then(|line| line.offer_id.as_deref()))
    }),
    Column::new("quantity", "Quantity", ColumnKind::Number, |record| {
        Cell::number(record.line.and_then(|line| line.quantity))
    }),
    Column::new("line-status", "Line status", ColumnKind::Status, |record| {
        Cell::status(record.line.map(|line| &line.status), Kind::Order)
    }),
    Column::new("line-status-code", "Line status code", ColumnKind::Id, |record| {
        Cell::code(record.line.map(|line| &line.status))
    }),
    Column::new("subscription-id", "Subscription ID", ColumnKind::Id, |record| {
        Cell::id(record.line.and_then(|line| line.subscription_id.as_deref()))
    }),
];
