//! The products of compared customers: a row for each, with seats and auto-renewal.

use std::collections::{BTreeMap, BTreeSet};

use super::{ComparedCustomer, ComparedRow, Fact};
use crate::{
    model::{EntityKind, OfferKind, Subscription},
    products::{ProductNames, base_of},
    text,
    tui::app::records::Cached,
};

/// Returns a row for each product that one of the customers has: licences first, then by name.
pub(super) fn product_rows(customers: &[ComparedCustomer], names: &ProductNames) -> Vec<ComparedRow> {
    let mut products: BTreeMap<(u8, String), BTreeSet<&str>> = BTreeMap::new();
    for customer in customers {
        if let Cached::Here(list) = customer.known_subscriptions() {
            for item in &list.items {
                let offers = products.entry(product_of(item, names)).or_default();
                offers.extend(item.offer_id.as_deref());
            }
        }
    }
    let row = |(product, offers): ((u8, String), BTreeSet<&str>)| {
        let fact = |customer: &ComparedCustomer| {
            Fact::of_list(customer, |list| {
                let of_product = |item: &&Subscription| product_of(item, names) == product;
                in_words(&list.items.iter().filter(of_product).collect::<Vec<_>>())
            })
        };
        // A product without a name shows its offer ID, as long as there is one.
        let only = offers.first().filter(|offer| offers.len() == 1 && names.name_of(offer).is_none());
        let label = only.copied().unwrap_or(&product.1);
        ComparedRow::of_product(label, customers.iter().map(fact).collect())
    };
    products.into_iter().map(row).collect()
}

/// Returns the name of a subscription's product, or else the base of its offer ID, which its level does not change, with its
/// place in the order of kinds.
fn product_of(item: &Subscription, names: &ProductNames) -> (u8, String) {
    let kind = match item.offer_kind() {
        OfferKind::Licence => 0,
        OfferKind::Consumable => 1,
        OfferKind::Unknown => 2,
    };
    let offer_id = item.offer_id.as_deref();
    let base = offer_id.and_then(base_of);
    let name = offer_id.and_then(|offer_id| names.name_of(offer_id)).or(base.as_deref()).or(offer_id);
    (kind, name.unwrap_or("without an offer ID").to_owned())
}

/// Returns the seats of one product and their auto-renewal: `25 · auto-renews`. Subscriptions that are not active have no seats,
/// only their status.
fn in_words(items: &[&Subscription]) -> String {
    let active: Vec<&Subscription> = items.iter().copied().filter(|item| item.is_active()).collect();
    if active.is_empty() {
        let mut labels: Vec<&str> =
            items.iter().map(|item| item.status.label(EntityKind::Subscription)).collect();
        labels.sort_unstable();
        labels.dedup();
        return labels.join(", ");
    }
    let seats = |renews: Option<Option<bool>>| -> i128 {
        let wanted = active.iter().filter(|item| renews.is_none_or(|on| item.auto_renewal.enabled == on));
        wanted.filter_map(|item| item.current_quantity).map(i128::from).sum()
    };
    let has = |on: Option<bool>| active.iter().any(|item| item.auto_renewal.enabled == on);
    let all = text::group_digits(seats(None));
    let unreadable = if active.iter().any(|item| item.current_quantity.is_none()) { " ?" } else { "" };
    let renewal = match (has(Some(true)), has(Some(false)), has(None)) {
        (true, false, false) => "auto-renews".to_owned(),
        (false, true, false) => "auto-renewal off".to_owned(),
        (true, true, false) => {
            format!("auto-renewal off for {}", text::group_digits(seats(Some(Some(false)))))
        }
        _ => "auto-renewal unknown".to_owned(),
    };
    format!("{all}{unreadable} · {renewal}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SubscriptionList;

    fn words(items: &serde_json::Value) -> String {
        let body = serde_json::json!({ "items": items }).to_string();
        let list = SubscriptionList::from_slice(body.as_bytes()).unwrap();
        in_words(&list.items.iter().collect::<Vec<_>>())
    }

    #[test]
    fn the_level_of_an_offer_makes_it_no_other_product() {
        let body =
            serde_json::json!({"items": [{"offerId": "65304479CA01A12"}, {"offerId": "65304479ca14B12"},
            {"offerId": "65304480CA01A12"}, {"offerId": "odd"}, {}]})
            .to_string();
        let list = SubscriptionList::from_slice(body.as_bytes()).unwrap();
        let products: Vec<String> =
            list.items.iter().map(|item| product_of(item, &ProductNames::default()).1).collect();
        assert_eq!(products, ["65304479CA", "65304479CA", "65304480CA", "odd", "without an offer ID"]);
    }

    #[test]
    fn seats_are_those_of_active_subscriptions() {
        let item = |seats: i64, on: Option<bool>, status: &str| {
            serde_json::json!({"offerId": "65304479CA01A12", "currentQuantity": seats, "status": status,
                "autoRenewal": on.map(|on| serde_json::json!({"enabled": on}))})
        };
        let (on, off) = (Some(true), Some(false));
        for (items, expected) in [
            (vec![], ""),
            (vec![item(25, on, "1000")], "25 · auto-renews"),
            (vec![item(1_005, off, "1000"), item(3, on, "1004")], "1,005 · auto-renewal off"),
            (vec![item(25, on, "1000"), item(5, off, "1000")], "30 · auto-renewal off for 5"),
            (vec![item(25, on, "1000"), item(5, None, "1000")], "30 · auto-renewal unknown"),
            (vec![item(25, on, "1004"), item(5, on, "1004")], "Inactive"),
        ] {
            assert_eq!(words(&items.into()), expected);
        }
        let nameless = serde_json::json!([{"status": "1000", "autoRenewal": {"enabled": true}}]);
        assert_eq!(words(&nameless), "0 ? · auto-renews");
    }
}
