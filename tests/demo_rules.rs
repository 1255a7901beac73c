//! The rules of the vendor's documentation, each checked on every customer of the demo. Names such as
//! `renewals/manual-renewals` are pages of that documentation.

mod demo_support;

use std::collections::{BTreeMap, BTreeSet};

use demo_support::{
    Api,
    known::{Known, days_until, number, text},
    options, sized, texts,
};
use serde_json::Value;
use tokio::sync::OnceCell;
use vipmp::demo::DemoOptions;

const TODAY: &str = "2026-03-31";

/// Returns all customers, which are read once for all tests.
async fn all() -> &'static [Known] {
    static ALL: OnceCell<Vec<Known>> = OnceCell::const_new();
    ALL.get_or_init(async || Known::all(&Api::start(options()).await).await).await
}

fn subscriptions(all: &[Known]) -> impl Iterator<Item = (&Known, &Value)> {
    all.iter().flat_map(|known| known.subscriptions.iter().map(move |item| (known, item)))
}

/// `subscription-management/get-details`, `order-management/order-scenarios`: expired subscriptions can be selected for
/// manual renewal; `renewals/manual-renewals`: "typically 14 days".
#[tokio::test]
async fn only_ended_subscriptions_can_be_renewed_late_and_only_for_14_days() {
    let all = all().await;
    let (mut may, mut may_not) = (0, 0);
    for (known, item) in subscriptions(all) {
        let late = -days_until(TODAY, text(item, "renewalDate"));
        let expected =
            item["status"] == "1004" && known.customer["status"] == "1000" && (0..=14).contains(&late);
        let allowed = serde_json::json!(["MANUAL_RENEWAL"]);
        assert_eq!(item.get("allowedActions"), expected.then_some(&allowed), "{item}");
        *if expected { &mut may } else { &mut may_not } += 1;
    }
    assert!(may > 10 && may_not > 1000, "{may} {may_not}");
}

/// `subscription-management/create-subscription`: from 30 to 3 days before the anniversary, no consumables, only new products,
/// and the sample has a `currentQuantity` of 0.
#[tokio::test]
async fn scheduled_subscriptions_have_no_seats_and_renew_at_the_next_anniversary() {
    let all = all().await;
    let mut count = 0;
    for (known, item) in subscriptions(all).filter(|(_, item)| item["status"] == "1009") {
        count += 1;
        assert_eq!((number(item, "currentQuantity"), number(item, "usedQuantity")), (0, 0));
        assert!(
            number(&item["autoRenewal"], "renewalQuantity") > 0 && item["autoRenewal"]["enabled"] == true
        );
        let renewal = text(item, "renewalDate");
        assert!((1..=30).contains(&days_until(TODAY, renewal)), "{item}");
        assert!((3..=30).contains(&days_until(text(item, "creationDate"), renewal)), "{item}");
        let same = |other: &&Value| other["offerId"] == item["offerId"];
        assert_eq!(known.subscriptions.iter().filter(same).count(), 1, "a new product: {item}");
        assert!(text(item, "offerId").contains("CA01"), "no consumable: {item}");
        let id = text(item, "subscriptionId");
        assert!(known.lines().all(|(_, line)| line["subscriptionId"] != *id), "no order made it");
    }
    assert!(count > 2, "{count}");
}

/// `references/resources`: "The base discount level offer id … NOT the discount level".
#[tokio::test]
async fn subscriptions_have_the_base_level_and_orders_the_level_bought() {
    let all = all().await;
    for (_, item) in subscriptions(all) {
        assert!(["01", "T1"].contains(&&text(item, "offerId")[10..12]), "{item}");
    }
    let levels: BTreeSet<&str> =
        all.iter().flat_map(Known::lines).map(|(_, line)| &text(line, "offerId")[10..12]).collect();
    for level in ["01", "02", "03", "04", "06", "12", "13", "14", "T1", "T2", "T3", "TB", "TC"] {
        assert!(levels.contains(level), "{level} of {levels:?}");
    }
    for known in all {
        let owned = texts(&known.customer["discounts"], "/level");
        let active = known.subscriptions.iter().any(|item| item["status"] == "1000");
        assert_eq!(owned.is_empty(), !active, "{}", known.customer);
    }
}

/// `subscription-management/get-details-for-customers`: only before a High Growth Offer; `customer-account/high-growth`: under
/// 3YC, at most 50, 125 or 250 seats, and a committed minimum of at least the offer's.
#[tokio::test]
async fn renewal_codes_are_those_of_growth_offers_under_a_commit() {
    let all = all().await;
    let mut codes = BTreeSet::new();
    for (known, item) in subscriptions(all) {
        let Some(code) = item["autoRenewal"]["renewalCode"].as_str() else { continue };
        let most = BTreeMap::from([("MOQ_100", 50), ("MOQ_250", 125), ("MOQ_500", 250)]);
        let offer: i64 = code[4..].parse().unwrap();
        assert!(number(item, "currentQuantity") <= most[code], "{item}");
        assert!(
            number(&item["autoRenewal"], "renewalQuantity") >= offer && item["status"] == "1000",
            "{item}"
        );
        let commit = known.commit().unwrap();
        let minimum = |part: &str| number(&commit[part]["minimumQuantities"][0], "quantity");
        assert!(minimum("commitment").max(minimum("commitmentRequest")) >= offer, "{commit}");
        codes.insert(code);
    }
    assert_eq!(codes, BTreeSet::from(["MOQ_100", "MOQ_250", "MOQ_500"]));
}

/// `references/resources`: "API: Order placed through APIs", "System: Order generated by the system".
#[tokio::test]
async fn orders_come_from_the_api_or_the_system_and_name_their_customer() {
    let all = all().await;
    let mut kinds = BTreeSet::new();
    for known in all {
        for order in &known.orders {
            assert_eq!(text(order, "customerId"), known.id());
            let kind = (text(order, "source"), text(order, "orderType") == "RENEWAL");
            assert!(kind.0 == "API" || kind == ("System", true), "{order}");
            kinds.insert(kind);
        }
    }
    assert_eq!(kinds.len(), 3, "{kinds:?}: renewals by partners too");
}

/// `order-management/order-scenarios`: lines of orders that made or changed a subscription name it.
#[tokio::test]
async fn lines_name_the_subscription_that_they_made() {
    let all = all().await;
    for known in all {
        let own: BTreeSet<&str> =
            known.subscriptions.iter().map(|item| text(item, "subscriptionId")).collect();
        for (order, line) in known.lines() {
            let failed = !["1000", "1002", "1008"].contains(&text(order, "status"));
            match line["subscriptionId"].as_str() {
                Some(id) => assert!(own.contains(id), "{order}"),
                None => assert!(failed, "{order}"),
            }
        }
        for item in known.subscriptions.iter().filter(|item| item["status"] != "1009") {
            let id = text(item, "subscriptionId");
            assert!(known.lines().any(|(_, line)| line["subscriptionId"] == *id), "each was bought: {item}");
        }
    }
}

/// `order-management/get-order`: "the quantity available after any returns and mid-term switch plan cancellations", on NEW and
/// RENEWAL orders; `order-management/order-scenarios`: 14 days, 1008 once all is returned, no consumables.
#[tokio::test]
async fn returns_and_switches_lower_what_remains() {
    let all = all().await;
    let (mut partial, mut complete, mut twice, mut switched, mut later) = (0, 0, 0, 0, 0);
    for known in all {
        let mut taken: BTreeMap<(&str, i64), Vec<i64>> = BTreeMap::new();
        for (order, line) in known.lines().filter(|(order, _)| order["orderType"] == "RETURN") {
            let bought = known.order(text(order, "referenceOrderId")).unwrap();
            assert!(["NEW", "RENEWAL"].contains(&text(bought, "orderType")), "{bought}");
            let days = days_until(text(bought, "creationDate"), text(order, "creationDate"));
            assert!((0..=14).contains(&days) && line.get("remainingQuantity").is_none(), "{order}");
            let place = (text(order, "referenceOrderId"), number(line, "extLineItemNumber"));
            taken.entry(place).or_default().push(number(line, "quantity"));
        }
        for (order, line) in known.lines() {
            let has_remainder = matches!(text(order, "orderType"), "NEW" | "RENEWAL");
            let Some(remaining) = line["remainingQuantity"].as_i64() else {
                assert!(
                    !has_remainder
                        || !["1000", "1008"].contains(&text(line, "status"))
                        || text(order, "status") == "1008"
                );
                continue;
            };
            assert!(has_remainder, "{order}");
            let place = (text(order, "orderId"), number(line, "extLineItemNumber"));
            let returned = taken.get(&place).map_or(0, |all| all.iter().sum());
            let left = number(line, "quantity") - returned;
            // A switch takes more, and only that.
            assert!(remaining == left || (0 < remaining && remaining < left), "{order} {returned}");
            switched += usize::from(remaining < left);
            assert_eq!(text(line, "status"), if remaining == 0 { "1008" } else { "1000" }, "{order}");
            partial += usize::from(returned > 0 && remaining > 0);
            complete += usize::from(returned > 0 && remaining == 0);
            twice += usize::from(taken.get(&place).is_some_and(|all| all.len() > 1));
        }
        for order in known.orders.iter().filter(|order| order["orderType"] == "SWITCH") {
            let (from, to) = (&order["cancellingItems"][0], &order["lineItems"][0]);
            assert_eq!(from["quantity"], to["quantity"]);
            let is_source = |line: &Value| {
                ["offerId", "subscriptionId"].into_iter().all(|field| line[field] == from[field])
                    && line["extLineItemNumber"] == from["referenceLineItemNumber"]
            };
            assert!(known.lines().any(|(_, line)| is_source(line)), "{order}");
            later += usize::from(number(from, "referenceLineItemNumber") > 1);
            assert_ne!(text(from, "offerId")[..10], text(to, "offerId")[..10], "{order}");
        }
    }
    assert!(
        partial > 5 && complete > 5 && twice > 0 && switched > 20 && later > 0,
        "{partial} {complete} {twice} {switched} {later}"
    );
}

/// `renewals/manual-renewals`: an early renewal moves the anniversary date by a year and not the renewal date.
#[tokio::test]
async fn an_early_renewal_moves_the_anniversary_and_no_renewal_date() {
    let all = all().await;
    let (mut complete, mut partial, mut returned, mut alone) = (0, 0, 0, 0);
    for (known, item) in subscriptions(all).filter(|(_, item)| item["status"] == "1000") {
        let (renewal, coterm) = (text(item, "renewalDate"), known.coterm().unwrap());
        let months = days_until(renewal, coterm);
        if text(item, "offerId").starts_with("65305024CA") {
            alone += usize::from(renewal != coterm);
            assert_eq!(text(item, "creationDate")[5..10], renewal[5..], "a year from its own order: {item}");
            continue;
        }
        let Some(renewed) = item["renewedQuantity"].as_i64() else {
            assert!(months == 0 || (365..=366).contains(&months), "{item} {coterm}");
            continue;
        };
        assert!((365..=366).contains(&months), "{item} {coterm}");
        assert!((1..=30).contains(&days_until(TODAY, renewal)), "{item}");
        let id = text(item, "subscriptionId");
        let early = known.lines().filter(|(order, line)| {
            line["subscriptionId"] == *id
                && order["orderType"] == "RENEWAL"
                && (1..=30).contains(&days_until(text(order, "creationDate"), renewal))
        });
        let remaining: i64 = early.map(|(_, line)| number(line, "remainingQuantity")).sum();
        assert_eq!(remaining, renewed, "{item}");
        match number(item, "currentQuantity") - renewed {
            0 => complete += 1,
            _ if renewed == 0 => returned += 1,
            _ => partial += 1,
        }
    }
    assert!(
        complete > 2 && partial > 2 && returned > 0 && alone > 10,
        "{complete} {partial} {returned} {alone}"
    );
}

/// `customer-account/linked-membership`: "mutually exclusive"; `lga/create` and `lga/convert`: the benefit has a status, the
/// membership a country and benefit types; `lga/index`: no LGA under 3YC.
#[tokio::test]
async fn memberships_agencies_and_commits_exclude_each_other() {
    let all = all().await;
    let (mut members, mut statuses) = (0, BTreeSet::new());
    for known in all {
        let membership = known.customer.get("linkedMembership");
        let agency = known.benefit("LARGE_GOVERNMENT_AGENCY");
        assert!(known.commit().is_none() || (membership.is_none() && agency.is_none()), "{}", known.customer);
        members += usize::from(membership.is_some());
        let status = agency.map(|benefit| text(benefit, "status"));
        statuses.extend(status);
        if let Some(membership) = membership {
            let of_agency = membership.get("country").is_some()
                && membership["benefitTypes"][0] == "LARGE_GOVERNMENT_AGENCY";
            assert_eq!(of_agency, status == Some("ACTIVE"), "{membership}");
        } else {
            assert_ne!(status, Some("ACTIVE"), "each agency has a membership");
        }
    }
    assert!(members > 20, "{members}");
    assert_eq!(statuses, BTreeSet::from(["ACTIVE", "PENDING_UPGRADE"]));
}

/// The rule in `renewals.md` of this project: under 3YC, auto-renewal cannot go off before the last term.
#[tokio::test]
async fn a_commit_keeps_auto_renewal_on_until_its_last_term() {
    let all = all().await;
    let mut checked = 0;
    for (known, item) in subscriptions(all).filter(|(_, item)| item["status"] == "1000") {
        let Some(commitment) = known.commit().and_then(|commit| commit.get("commitment")) else { continue };
        let in_force = ["COMMITTED", "ACTIVE"].contains(&text(commitment, "status"));
        if in_force && text(commitment, "endDate") > text(item, "renewalDate") {
            assert_eq!(item["autoRenewal"]["enabled"], true, "{item}");
            checked += 1;
        }
    }
    assert!(checked > 50, "{checked}");
}

/// `order-management/get-order`: prices come only with `fetch-price=true`, on completed orders since March 2026.
#[tokio::test]
async fn prices_come_only_on_request_and_on_completed_recent_orders() {
    let api = Api::start(DemoOptions { today: "2026-11-28".parse().ok(), ..sized(400) }).await;
    let all = Known::all(&api).await;
    let (mut priced, mut prorated) = (0, 0);
    for order in all.iter().flat_map(|known| &known.orders) {
        let expected = order["status"] == "1000" && text(order, "creationDate") >= "2026-03-23";
        assert_eq!(order.get("pricingSummary").is_some(), expected, "{order}");
        let lines = order["lineItems"].as_array().unwrap();
        let price = |line: &Value| line["pricing"]["lineItemPartnerPrice"].as_f64().unwrap_or_default();
        if expected {
            let sum: f64 = lines.iter().map(price).sum();
            let total = order["pricingSummary"][0]["totalLineItemPartnerPrice"].as_f64().unwrap();
            assert!((sum - total).abs() < 0.001 && total > 0.0, "{order}");
            priced += 1;
            prorated += lines.iter().filter(|line| number(line, "proratedDays") < 365).count();
        } else {
            assert!(
                lines.iter().all(|line| line.get("pricing").is_none() && line.get("proratedDays").is_none())
            );
        }
    }
    assert!(priced > 150 && prorated > 30, "{priced} {prorated}");
    let known = all
        .iter()
        .find(|known| known.orders.iter().any(|order| order.get("pricingSummary").is_some()))
        .unwrap();
    let order = known.orders.iter().find(|order| order.get("pricingSummary").is_some()).unwrap();
    let path = format!("/v3/customers/{}/orders/{}", known.id(), text(order, "orderId"));
    assert_eq!(api.ok(&format!("{path}?fetch-price=true")).await, *order);
    assert!(api.ok(&path).await.get("pricingSummary").is_none());
    assert_eq!(api.refused(&format!("{path}?fetch-price=1")).await, (400, "1117".to_owned()));
}
