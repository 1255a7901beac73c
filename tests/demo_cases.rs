//! The demo has every case of the renewal rules, on any day and for any seed.

mod demo_support;

use demo_support::{
    Api,
    known::{Known, days_until, number, text},
    options,
};
use serde_json::Value;
use vipmp::demo::DemoOptions;

/// Today, for the cases.
type Day<'d> = &'d str;
/// A test of one customer.
type Finds = fn(Day, &Known) -> bool;

fn has(known: &Known, fits: impl Fn(&Value) -> bool) -> bool {
    known.subscriptions.iter().any(fits)
}

/// Returns true for an active subscription that renews in so many days.
fn is_due(today: Day, item: &Value, days: i64) -> bool {
    item["status"] == "1000" && days_until(today, text(item, "renewalDate")) == days
}

/// Returns true for a subscription that ended so many days ago, with or without a possible late renewal.
fn is_lapsed(today: Day, item: &Value, days: i64, renewable: bool) -> bool {
    item["status"] == "1004"
        && days_until(today, text(item, "renewalDate")) == -days
        && item.get("allowedActions").is_some() == renewable
}

/// Returns the difference of the fixed renewal quantity to the current one, while auto-renewal is on.
fn grows(item: &Value) -> Option<i64> {
    let (on, active) = (item["autoRenewal"]["enabled"] == true, item["status"] == "1000");
    (on && active).then(|| number(&item["autoRenewal"], "renewalQuantity") - number(item, "currentQuantity"))
}

fn commit<'k>(known: &'k Known, part: &str) -> Option<&'k Value> {
    known.commit()?.get(part)
}

fn seats(known: &Known) -> i64 {
    let active = known.subscriptions.iter().filter(|item| item["status"] == "1000");
    active
        .filter(|item| !text(item, "offerId").contains("CAT"))
        .map(|item| number(item, "currentQuantity"))
        .sum()
}

const WINDOWS: [(&str, Finds); 9] = [
    ("AD-31", |day, known| has(known, |item| is_due(day, item, 31))),
    ("AD-30, the first day of early renewals", |day, known| has(known, |item| is_due(day, item, 30))),
    ("AD-4", |day, known| has(known, |item| is_due(day, item, 4))),
    ("AD-3, the last day of changes", |day, known| has(known, |item| is_due(day, item, 3))),
    ("AD-1, the last day of early renewals", |day, known| has(known, |item| is_due(day, item, 1))),
    ("AD", |day, known| has(known, |item| is_due(day, item, 0))),
    ("AD+1", |day, known| has(known, |item| is_lapsed(day, item, 1, true))),
    ("AD+14, the last day of late renewals", |day, known| has(known, |item| is_lapsed(day, item, 14, true))),
    ("AD+15", |day, known| has(known, |item| is_lapsed(day, item, 15, false))),
];

const QUANTITIES: [(&str, Finds); 7] = [
    // Both look alike when they are read.
    ("no fixed quantity, or as many", |_, known| has(known, |item| grows(item) == Some(0))),
    ("fixed to more", |_, known| has(known, |item| grows(item) > Some(0))),
    ("fixed to fewer", |_, known| has(known, |item| grows(item).is_some_and(|more| more < 0))),
    ("auto-renewal off", |_, known| {
        has(known, |item| item["status"] == "1000" && item["autoRenewal"]["enabled"] == false)
    }),
    ("10 now, 5 at renewal, 5 renewed early", |_, known| {
        has(known, |item| {
            number(item, "currentQuantity") == 10
                && number(&item["autoRenewal"], "renewalQuantity") == 5
                && number(item, "renewedQuantity") == 5
        })
    }),
    ("all renewed early", |_, known| {
        has(known, |item| {
            item.get("renewedQuantity").is_some() && item["renewedQuantity"] == item["currentQuantity"]
        })
    }),
    ("renewed early and returned", |_, known| has(known, |item| item["renewedQuantity"] == 0)),
];

const OTHERS: [(&str, Finds); 20] = [
    ("renewed early by two orders", |_, known| {
        let early = |order: &&Value| order["orderType"] == "RENEWAL" && order["source"] == "API";
        known.orders.iter().filter(early).count() == 2
            && has(known, |item| item.get("renewedQuantity").is_some())
    }),
    ("renewed late", |day, known| {
        known.orders.iter().any(|order| {
            order["orderType"] == "RENEWAL"
                && order["source"] == "API"
                && order["status"] == "1000"
                && known.coterm().is_some_and(|coterm| days_until(text(order, "creationDate"), coterm) > 340)
                && days_until(text(order, "creationDate"), day) < 15
        })
    }),
    ("a renewal that failed", |_, known| {
        let failed = known.orders.iter().any(|order| {
            order["orderType"] == "RENEWAL" && order["source"] == "System" && order["status"] == "1004"
        });
        failed
            && has(known, |item| {
                item["autoRenewal"]["enabled"] == true && item.get("allowedActions").is_some()
            })
    }),
    ("a scheduled subscription", |_, known| has(known, |item| item["status"] == "1009")),
    ("a commit in its last term", |day, known| {
        commit(known, "commitment").is_some_and(|own| {
            let ends = text(own, "endDate");
            own["status"] == "COMMITTED" && ends > day && known.coterm().is_some_and(|coterm| ends < coterm)
        }) && commit(known, "recommitmentRequest").is_none()
    }),
    ("a recommitment that was requested", |_, known| {
        commit(known, "recommitmentRequest").is_some_and(|own| own["status"] == "REQUESTED")
    }),
    ("an accepted commit, short of the minimum", |day, known| {
        commit(known, "commitmentRequest").is_some_and(|own| {
            own["status"] == "ACCEPTED"
                && days_until(text(own, "startDate"), day) <= 30
                && number(&own["minimumQuantities"][0], "quantity") > seats(known)
        })
    }),
    ("a commit for consumables and a request for licences", |_, known| {
        let of = |part: &str| commit(known, part).map(|own| &own["minimumQuantities"][0]["offerType"]);
        of("commitment").is_some_and(|kind| kind == "CONSUMABLES")
            && of("commitmentRequest").is_some_and(|kind| kind == "LICENSE")
            && known.customer["discounts"][1]["level"] == "TB"
    }),
    ("a requested commit", |day, known| {
        commit(known, "commitmentRequest")
            .is_some_and(|own| own["status"] == "REQUESTED" && days_until(text(own, "startDate"), day) < 7)
    }),
    ("only one-off products, with an anniversary long past", |day, known| {
        known.customer["status"] == "1000"
            && known.coterm().is_some_and(|coterm| days_until(coterm, day) > 30)
            && known.subscriptions.iter().all(|item| text(item, "offerId").contains("CAT1"))
    }),
    ("never ordered, without an anniversary", |_, known| {
        known.customer["status"] == "1000"
            && known.customer.get("cotermDate").is_none()
            && known.orders.is_empty()
    }),
    ("never ordered, with an empty anniversary", |_, known| {
        known.customer["cotermDate"] == "" && known.orders.is_empty() && known.subscriptions.is_empty()
    }),
    ("a first term of 36 months", |_, known| {
        let first = known.orders.last().map(|order| text(order, "creationDate"));
        first.zip(known.coterm()).is_some_and(|(first, coterm)| days_until(first, coterm) >= 1094)
            && known.orders.iter().all(|order| order["orderType"] != "RENEWAL")
            && known.subscriptions.iter().any(|item| item["status"] == "1000")
    }),
    ("a returned part, twice", |_, known| {
        known
            .lines()
            .any(|(_, line)| number(line, "quantity") == 70 && number(line, "remainingQuantity") == 55)
    }),
    ("a returned order", |_, known| {
        known.orders.iter().any(|order| {
            order["status"] == "1008"
                && order["orderType"] == "NEW"
                && number(&order["lineItems"][0], "quantity") == 70
        })
    }),
    ("an order that can still be returned", |day, known| {
        known.orders.iter().any(|order| {
            order["orderType"] == "NEW"
                && days_until(text(order, "creationDate"), day) <= 14
                && number(&order["lineItems"][0], "remainingQuantity") > 0
        })
    }),
    ("a growth offer", |_, known| has(known, |item| item["autoRenewal"].get("renewalCode").is_some())),
    ("a renewal date of its own", |day, known| {
        has(known, |item| {
            item["status"] == "1000"
                && text(item, "offerId").starts_with("65305024CA")
                && text(item, "renewalDate") > day
                && Some(text(item, "renewalDate")) != known.coterm()
        })
    }),
    ("a large agency", |_, known| {
        known.benefit("LARGE_GOVERNMENT_AGENCY").is_some_and(|own| own["status"] == "ACTIVE")
            && known.customer["discounts"][0]["level"] == "06"
    }),
    ("an agency from the next anniversary on", |_, known| {
        known.benefit("LARGE_GOVERNMENT_AGENCY").is_some_and(|own| own["status"] == "PENDING_UPGRADE")
    }),
];

async fn check(seed: u64, today: &str) {
    let options = DemoOptions { seed, today: today.parse().ok(), ..options() };
    let all = Known::all(&Api::start(options).await).await;
    let cases = WINDOWS.iter().chain(&QUANTITIES).chain(&OTHERS);
    let missing: Vec<&str> = cases
        .filter(|(_, finds)| !all.iter().any(|known| finds(today, known)))
        .map(|(name, _)| *name)
        .collect();
    assert!(missing.is_empty(), "seed {seed}, {today}: {missing:?}");
}

#[tokio::test]
async fn the_same_seed_and_day_give_the_same_answers_and_others_do_not() {
    let answers = async |seed: u64, today: &str| {
        let options = DemoOptions { seed, today: today.parse().ok(), customers: 150, ..options() };
        let all = Known::all(&Api::start(options).await).await;
        let texts = all
            .iter()
            .map(|known| format!("{} {:?} {:?}", known.customer, known.subscriptions, known.orders));
        texts.collect::<Vec<_>>()
    };
    let first = answers(1, "2026-03-31").await;
    assert!(first == answers(1, "2026-03-31").await);
    assert!(first != answers(2, "2026-03-31").await && first != answers(1, "2026-04-01").await);
}

#[tokio::test]
async fn every_case_is_there_on_the_day_of_the_other_tests() {
    check(1, "2026-03-31").await;
}

#[tokio::test]
async fn every_case_is_there_on_a_leap_day_with_another_seed() {
    check(7, "2028-02-29").await;
}

#[tokio::test]
async fn every_case_is_there_at_the_end_of_a_year() {
    check(3, "2026-12-31").await;
}
