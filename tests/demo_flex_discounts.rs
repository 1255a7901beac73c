//! The flexible discounts of the demo (`flex-discounts/apis` of the vendor's documentation).

mod demo_support;

use std::collections::BTreeSet;

use demo_support::{Api, known::Known, options, sized, texts};
use serde_json::Value;

const LIST: &str = "/v3/flex-discounts?market-segment=COM&country=US";
const REUSABLE: &str = "include-eligible-reusable-discounts=true";

fn codes(list: &Value) -> Vec<&str> {
    texts(&list["flexDiscounts"], "/code")
}

#[tokio::test]
async fn those_that_are_on_offer_or_will_be_are_active() {
    let api = Api::start(sized(5)).await;
    let list = api.ok(LIST).await;
    let statuses: BTreeSet<&str> = texts(&list["flexDiscounts"], "/status").into_iter().collect();
    assert_eq!(statuses, BTreeSet::from(["ACTIVE"]));
    let starts = texts(&list["flexDiscounts"], "/startDate");
    assert!(starts.iter().any(|start| *start > "2026-04-01"), "some begin later: {starts:?}");
    let kinds: BTreeSet<&str> = texts(&list["flexDiscounts"], "/outcomes/0/type").into_iter().collect();
    assert_eq!(kinds, BTreeSet::from(["FIXED_DISCOUNT", "FIXED_PRICE", "PERCENTAGE_DISCOUNT"]));
    let more = api.ok(&format!("{LIST}&{REUSABLE}")).await;
    let ended: Vec<&Value> = more["flexDiscounts"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|own| own["status"] == "REUSABLE")
        .collect();
    assert!(!ended.is_empty() && ended.iter().all(|own| own["discountLockEndDate"].is_string()), "{more}");
    let live = api.ok(&format!("{LIST}&start-date=2026-03-31&end-date=2026-03-31")).await;
    let (all, now) = (codes(&list), codes(&live));
    assert!(now.len() < all.len() && now.iter().all(|code| all.contains(code)), "{now:?} of {all:?}");
}

#[tokio::test]
async fn they_are_filtered_by_segment_country_product_category_code_and_id() {
    let api = Api::start(sized(5)).await;
    let list = api.ok(LIST).await;
    let count = |list: &Value| codes(list).len();
    let edu = api.ok("/v3/flex-discounts?market-segment=edu&country=US").await;
    assert_ne!(codes(&edu), codes(&list));
    let there = api.ok("/v3/flex-discounts?market-segment=COM&country=JP").await;
    assert!(count(&there) < count(&list), "amounts are for some countries");
    let intro = api.ok(&format!("{LIST}&categories=INTRO")).await;
    assert_eq!(codes(&intro), ["PHOTO_INTRO"]);
    assert_eq!(codes(&api.ok(&format!("{LIST}&categories=INTRO,STANDARD")).await), codes(&list));
    let offer = intro["flexDiscounts"][0]["qualification"]["baseOfferIds"][0].as_str().unwrap();
    let for_offer = api.ok(&format!("{LIST}&offer-ids={}04A12", &offer[..10])).await;
    assert!(codes(&for_offer).contains(&"PHOTO_INTRO") && count(&for_offer) < count(&list));
    assert_eq!(codes(&api.ok(&format!("{LIST}&flex-discount-code=TEAMS_10")).await), ["TEAMS_10"]);
    let id = list["flexDiscounts"][0]["id"].as_str().unwrap();
    assert_eq!(count(&api.ok(&format!("{LIST}&flex-discount-id={id}")).await), 1);
    for wrong in [
        "/v3/flex-discounts?market-segment=COM",
        "/v3/flex-discounts?country=US",
        "/v3/flex-discounts?market-segment=COM&country=us",
        "/v3/flex-discounts?market-segment=ALL&country=US",
        &format!("{LIST}&categories=OTHER"),
        &format!("{LIST}&limit=51"),
    ] {
        assert_eq!(api.refused(wrong).await, (400, "1117".to_owned()), "{wrong}");
    }
}

#[tokio::test]
async fn pages_are_linked() {
    let api = Api::start(sized(5)).await;
    let all = api.ok(&format!("{LIST}&{REUSABLE}")).await;
    let mut page = api.ok(&format!("{LIST}&{REUSABLE}&limit=2")).await;
    let mut found: Vec<String> = codes(&page).into_iter().map(str::to_owned).collect();
    while let Some(next) = page["links"]["next"]["uri"].as_str() {
        page = api.ok(next).await;
        found.extend(codes(&page).into_iter().map(str::to_owned));
    }
    assert_eq!(found, codes(&all));
    assert_eq!(api.refused(&format!("{LIST}&offset=99")).await, (400, "1133".to_owned()));
}

#[tokio::test]
async fn a_customer_has_the_reusable_ones_that_it_uses() {
    let api = Api::start(options()).await;
    let (mut with, mut lines) = (0, 0);
    for known in Known::all(&api).await {
        let list = api.ok(&format!("/v3/customers/{}/flex-discounts", known.id())).await;
        let used: BTreeSet<&str> = known
            .subscriptions
            .iter()
            .filter_map(|item| item["autoRenewal"]["flexDiscountCodes"][0].as_str())
            .collect();
        let reusable: BTreeSet<&str> = used.iter().copied().filter(|code| code.contains("LOCK")).collect();
        assert_eq!(codes(&list).into_iter().collect::<BTreeSet<_>>(), reusable, "{}", known.id());
        with += usize::from(!reusable.is_empty());
        for (order, line) in known.lines() {
            let Some(own) = line["flexDiscounts"].as_array() else { continue };
            assert_eq!((own[0]["result"].as_str(), own.len()), (Some("SUCCESS"), 1), "{order}");
            assert!(own[0]["code"].as_str().is_some_and(|code| used.contains(code)), "{order}");
            lines += 1;
        }
    }
    assert!(with > 10 && lines > 30, "{with} {lines}");
    assert_eq!(api.refused("/v3/customers/1/flex-discounts").await, (404, "1116".to_owned()));
}
