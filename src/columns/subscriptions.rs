//! The columns of a customer's subscription.

use super::{Cell, Column, ColumnKind};
use crate::model::Kind;

pub(super) static COLUMNS: [Column; 12] = [
    Column::new("subscription-id", "Subscription ID", ColumnKind::Id, |record| {
        Cell::id(record.subscription.and_then(|item| item.subscription_id.as_deref()))
    }),
    Column::new("offer-id", "Offer ID", ColumnKind::Id, |record| {
        Cell::id(record.subscription.and_then(|item| item.offer_id.as_deref()))
    }),
    Column::new("quantity", "Quantity", ColumnKind::Number, |record| {
        Cell::number(record.subscription.and_then(|item| item.current_quantity))
    }),
    Column::new("used", "Used", ColumnKind::Number, |record| {
        Cell::number(record.subscription.and_then(|item| item.used_quantity))
    }),
    Column::new("subscription-status", "Subscription status", ColumnKind::Status, |record| {
        Cell::status(record.subscription.map(|item| &item.status), Kind::Subscription)
    }),
    Column::new("subscription-status-code", "Subscription status code", ColumnKind::Id, |record| {
        Cell::code(record.subscription.map(|item| &item.status))
    }),
    Column::new("subscription-created", "Subscription created", ColumnKind::Moment, |record| {
        Cell::moment(record.subscription.and_then(|item| item.creation_date.as_ref()))
    }),
    Column::new("renewal-date", "Renewal date", ColumnKind::Date, |record| {
        Cell::day(record.subscription.and_then(|item| item.renewal_date.as_ref()))
    }),
    Column::new("auto-renewal", "Auto-renewal", ColumnKind::Flag, |record| {
        Cell::flag(record.subscription.and_then(|item| item.auto_renewal.enabled))
    }),
    Column::new("renewal-quantity", "Renewal quantity", ColumnKind::Number, |record| {
        Cell::number(record.subscription.and_then(|item| item.auto_renewal.renewal_quantity))
    }),
    Column::new("currency", "Currency", ColumnKind::Id, |record| {
        Cell::id(record.subscription.and_then(|item| item.currency_code.as_deref()))
    }),
    Column::new("deployment-id", "Deployment ID", ColumnKind::Id, |record| {
        Cell::id(record.subscription.and_then(|item| item.deployment_id.as_deref()))
    }),
];
