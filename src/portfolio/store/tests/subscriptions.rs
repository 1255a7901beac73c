//! All subscriptions at once.

use serde_json::json;

use super::{Place, noon, row, subscriptions, walk};
use crate::portfolio::StoredSubscription;

#[test]
fn subscriptions_come_with_their_customers_unless_these_are_gone() {
    let place = Place::new();
    place.fill(&["1", "2"]);
    let mut store = place.open();
    let list = subscriptions(&[
        json!({"subscriptionId": "s1", "offerId": "65304966CA01A12", "currentQuantity": 7, "status": "1000",
            "renewalDate": "2026-11-30", "autoRenewal": {"enabled": true}}),
        json!({"status": "1004"}),
    ]);
    store.put_subscriptions("1", &list, noon()).unwrap();
    let of_gone = subscriptions(&[json!({"subscriptionId": "s2", "status": "1000"})]);
    store.put_subscriptions("2", &of_gone, noon()).unwrap();
    walk(&mut store, &[row("1", "Company 1", "1000")]);
    store.mark_gone("2", noon()).unwrap();
    let first = StoredSubscription {
        customer_id: "1".to_owned(),
        company: Some("Company 1".to_owned()),
        subscription_id: Some("s1".to_owned()),
        offer_id: Some("65304966CA01A12".to_owned()),
        quantity: Some(7),
        status: "1000".to_owned(),
        renewal_date: "2026-11-30".parse().ok(),
        auto_renewal: Some(true),
    };
    let second = StoredSubscription {
        subscription_id: None,
        offer_id: None,
        quantity: None,
        status: "1004".to_owned(),
        renewal_date: None,
        auto_renewal: None,
        ..first.clone()
    };
    assert_eq!(store.subscriptions().unwrap(), [first, second]);
}
