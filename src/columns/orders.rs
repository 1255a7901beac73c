//! The columns of an order and its line items.

use super::{Cell, Column, ColumnKind, OFFER_ID, SHRINK_TURNS};
use crate::model::EntityKind;

pub(super) static COLUMNS: [Column; 17] = [
    Column::new("customer-id", "Customer ID", ColumnKind::Id, |line| Cell::id(line.customer_id())),
    Column::new("order-id", "Order ID", ColumnKind::Id, |line| {
        Cell::id(line.order.and_then(|order| order.order_id.as_deref()))
    }),
    Column::new("type", "Type", ColumnKind::Id, |line| {
        Cell::id(line.order.and_then(|order| order.order_type.as_deref()))
    }),
    Column::new("status", "Status", ColumnKind::Status, |line| {
        Cell::status(line.order.map(|order| &order.status), EntityKind::Order)
    }),
    Column::new("status-code", "Status code", ColumnKind::Id, |line| {
        Cell::code(line.order.map(|order| &order.status))
    }),
    Column::new("created", "Created", ColumnKind::Moment, |line| {
        Cell::moment(line.order.and_then(|order| order.creation_date.as_ref()))
    }),
    Column::new("reference", "Reference", ColumnKind::Id, |line| {
        Cell::id(line.order.and_then(|order| order.external_reference_id.as_deref()))
    })
    .shrinks(2, 8),
    Column::new("refers-to", "Refers to order", ColumnKind::Id, |line| {
        Cell::id(line.order.and_then(|order| order.reference_order_id.as_deref()))
    }),
    Column::new("source", "Source", ColumnKind::Id, |line| {
        Cell::id(line.order.and_then(|order| order.source.as_deref()))
    }),
    Column::new("currency", "Currency", ColumnKind::Id, |line| {
        Cell::id(line.order.and_then(|order| order.currency_code.as_deref()))
    }),
    Column::new("line", "Line", ColumnKind::Number, |line| {
        Cell::number(line.line_item.and_then(|line| line.ext_line_item_number))
    }),
    Column::new("offer-id", "Offer ID", ColumnKind::Id, |line| {
        Cell::id(line.line_item.and_then(|line| line.offer_id.as_deref()))
    }),
    Column::new("product", "Product", ColumnKind::Text, |line| Cell::text(line.product_or_offer()))
        .shrinks(SHRINK_TURNS, OFFER_ID),
    Column::new("quantity", "Quantity", ColumnKind::Number, |line| {
        Cell::number(line.line_item.and_then(|line| line.quantity))
    }),
    Column::new("line-status", "Line status", ColumnKind::Status, |line| {
        Cell::status(line.line_item.map(|line| &line.status), EntityKind::Order)
    }),
    Column::new("line-status-code", "Line status code", ColumnKind::Id, |line| {
        Cell::code(line.line_item.map(|line| &line.status))
    }),
    Column::new("subscription-id", "Subscription ID", ColumnKind::Id, |line| {
        Cell::id(line.line_item.and_then(|line| line.subscription_id.as_deref()))
    }),
];
