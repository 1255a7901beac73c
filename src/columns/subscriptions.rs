//! The columns of a subscription.

use super::{Cell, Column, ColumnKind, OFFER_ID, SHRINK_TURNS};
use crate::model::EntityKind;

pub(super) static COLUMNS: [Column; 13] = [
    Column::of_subscription("subscription-id", "Subscription ID", ColumnKind::Id, |line| {
        Cell::id(line.subscription.and_then(|item| item.subscription_id.as_deref()))
    }),
    Column::of_subscription("offer-id", "Offer ID", ColumnKind::Id, |line| {
        Cell::id(line.subscription.and_then(|item| item.offer_id.as_deref()))
    }),
    Column::of_subscription("product", "Product", ColumnKind::Text, |line| {
        Cell::text(line.product_or_offer())
    })
    .shrinks(SHRINK_TURNS, OFFER_ID),
    Column::of_subscription("quantity", "Quantity", ColumnKind::Number, |line| {
        Cell::number(line.subscription.and_then(|item| item.current_quantity))
    }),
    Column::of_subscription("used", "Used", ColumnKind::Number, |line| {
        Cell::number(line.subscription.and_then(|item| item.used_quantity))
    }),
    Column::of_subscription("subscription-status", "Subscription status", ColumnKind::Status, |line| {
        Cell::status(line.subscription.map(|item| &item.status), EntityKind::Subscription)
    }),
    Column::of_subscription("subscription-status-code", "Subscription status code", ColumnKind::Id, |line| {
        Cell::code(line.subscription.map(|item| &item.status))
    }),
    Column::of_subscription("subscription-created", "Subscription created", ColumnKind::Moment, |line| {
        Cell::moment(line.subscription.and_then(|item| item.creation_date.as_ref()))
    }),
    Column::of_subscription("renewal-date", "Renewal date", ColumnKind::Date, |line| {
        Cell::day(line.subscription.and_then(|item| item.renewal_date.as_ref()))
    }),
    Column::of_subscription("auto-renewal", "Auto-renewal", ColumnKind::Flag, |line| {
        Cell::flag(line.subscription.and_then(|item| item.auto_renewal.enabled))
    }),
    Column::of_subscription("renewal-quantity", "Renewal quantity", ColumnKind::Number, |line| {
        Cell::number(line.subscription.and_then(|item| item.auto_renewal.renewal_quantity))
    }),
    Column::of_subscription("currency", "Currency", ColumnKind::Id, |line| {
        Cell::id(line.subscription.and_then(|item| item.currency_code.as_deref()))
    }),
    Column::of_subscription("deployment-id", "Deployment ID", ColumnKind::Id, |line| {
        Cell::id(line.subscription.and_then(|item| item.deployment_id.as_deref()))
    }),
];
