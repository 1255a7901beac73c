//! The order histories of the demo: pages, filters, and consistency with the subscriptions.

mod demo_support;

use std::collections::{BTreeSet, HashSet};

use demo_support::{Api, options, sized, texts};
use serde_json::Value;
use vipmp::demo::DemoOptions;
use vipmp::model::OrderPage;

const ORDERS: &str = "/v3/customers/1006500792/orders";

fn uri<'v>(page: &'v Value, link: &str) -> Option<&'v str> {
    page["links"][link]["uri"].as_str()
}

#[tokio::test]
async fn the_links_lead_through_all_230_orders_and_back() {
    let api = Api::start(options()).await;
    let mut page = api.ok(&format!("{ORDERS}?start-date=2020-01-01&end-date=2026-03-31T23:59:59Z")).await;
    let (mut seen, mut dates, mut pages) = (HashSet::new(), Vec::new(), Vec::new());
    assert!(uri(&page, "prev").is_none());
    loop {
        assert_eq!((&page["totalCount"], &page["limit"]), (&230.into(), &25.into()));
        seen.extend(texts(&page["items"], "/orderId").into_iter().map(str::to_owned));
        dates.extend(texts(&page["items"], "/creationDate").into_iter().map(str::to_owned));
        assert_eq!(api.ok(uri(&page, "self").unwrap()).await, page);
        pages.push(page.clone());
        match uri(&page, "next") {
            // A client may add its own parameters to those of the link.
            Some(next) => page = api.ok(&format!("{next}&start-date=2020-01-01&limit=25")).await,
            None => break,
        }
    }
    assert_eq!((seen.len(), dates.len(), pages.len()), (230, 230, 10));
    assert!(dates.windows(2).all(|pair| pair[0] >= pair[1]), "newest first");
    let last = pages.pop().unwrap();
    assert_eq!(api.ok(uri(&last, "prev").unwrap()).await["items"], pages.pop().unwrap()["items"]);
}

#[tokio::test]
async fn only_the_current_term_is_shown_by_default() {
    let api = Api::start(sized(300)).await;
    let coterm = api.ok("/v3/customers/1006500792").await["cotermDate"].as_str().unwrap().to_owned();
    let mut fewer = 0;
    let list = api.list("order-by=asc&limit=50").await;
    for id in texts(&list["accounts"], "/customerId") {
        let path = format!("/v3/customers/{id}");
        let customer = api.ok(&path).await;
        let Some(coterm) = customer["cotermDate"].as_str().filter(|date| !date.is_empty()) else {
            assert_eq!(api.ok(&format!("{path}/orders?start-date=2000-01-01")).await["totalCount"], 0);
            continue;
        };
        let subscriptions = api.ok(&format!("{path}/subscriptions")).await;
        let (year, rest) = coterm.split_at(4);
        // After an early renewal, the term ends a year before the anniversary date.
        let early = subscriptions["items"].to_string().contains("renewedQuantity");
        let start = format!("{}{rest}", year.parse::<i32>().unwrap() - if early { 2 } else { 1 });
        let start = if start.as_str() > "2026-03-31" { "2000-01-01".to_owned() } else { start };
        let term = api.ok(&format!("{path}/orders?limit=100")).await;
        assert!(texts(&term["items"], "/creationDate").iter().all(|date| date[..10] >= *start), "{path}");
        let all = api.ok(&format!("{path}/orders?limit=100&start-date=2000-01-01")).await;
        fewer += usize::from(term["totalCount"].as_u64() < all["totalCount"].as_u64());
        let own = texts(&subscriptions["items"], "/subscriptionId");
        let created = customer["creationDate"].as_str().unwrap_or_default();
        for order in all["items"].as_array().into_iter().flatten() {
            assert!(created.is_empty() || order["creationDate"].as_str() >= Some(created));
            assert!(order["creationDate"].as_str() <= Some("2026-03-31T23:59:59Z"));
            let lines = texts(&order["lineItems"], "/subscriptionId");
            assert!(lines.iter().all(|line| own.contains(line)), "{order}");
            if let Some(reference) = order["referenceOrderId"].as_str() {
                assert_eq!(order["orderType"], "RETURN");
                assert_eq!(api.ok(&format!("{path}/orders/{reference}")).await["orderId"], *reference);
            }
        }
        let scheduled = subscriptions["items"].as_array().into_iter().flatten();
        let scheduled: Vec<&Value> = scheduled.filter(|item| item["status"] == "1009").collect();
        for line in own {
            if scheduled.iter().any(|item| item["subscriptionId"] == *line) {
                continue;
            }
            let bought = format!("{path}/orders?start-date=2000-01-01&subscription-id={line}");
            assert!(api.ok(&bought).await["totalCount"].as_u64() > Some(0), "each was bought");
        }
    }
    assert!(fewer > 30, "{fewer} have older orders, and {coterm} is the first customer's");
}

#[tokio::test]
async fn filters_may_repeat_and_then_mean_any_of_them() {
    let api = Api::start(options()).await;
    let count = async |query: &str| {
        api.ok(&format!("{ORDERS}?start-date=2020-01-01&{query}")).await["totalCount"].as_u64().unwrap()
    };
    let all = api.ok(&format!("{ORDERS}?start-date=2020-01-01&limit=100")).await;
    let more = api.ok(&format!("{ORDERS}?start-date=2020-01-01&limit=100&offset=100")).await;
    let rest = api.ok(&format!("{ORDERS}?start-date=2020-01-01&limit=100&offset=200")).await;
    let orders: Vec<&Value> =
        [&all, &more, &rest].into_iter().filter_map(|page| page["items"].as_array()).flatten().collect();
    for (field, filter) in [("orderType", "order-type"), ("status", "status")] {
        let values: BTreeSet<&str> = orders.iter().filter_map(|order| order[field].as_str()).collect();
        assert!(values.len() >= 3, "{values:?}");
        let mut sum = 0;
        for value in &values {
            let expected = orders.iter().filter(|order| order[field] == **value).count();
            let found = count(&format!("{filter}={value}")).await;
            assert_eq!(found, expected as u64, "{value}");
            sum += found;
        }
        assert_eq!(sum, 230);
        let any = values.iter().map(|value| format!("{filter}={value}")).collect::<Vec<_>>().join("&");
        assert_eq!(count(&any).await, 230);
    }
    let returned = orders.iter().find(|order| order.get("referenceOrderId").is_some()).unwrap();
    let reference = returned["referenceOrderId"].as_str().unwrap();
    assert_eq!(count(&format!("reference-order-id={reference}")).await, 1);
    let offer = returned["lineItems"][0]["offerId"].as_str().unwrap();
    assert!(count(&format!("offer-id={offer}")).await >= 2);
    assert_eq!(count("order-type=PREVIEW").await, 0, "previews are never stored");
    let newest = orders[0]["creationDate"].as_str().unwrap();
    assert_eq!(count(&format!("end-date={newest}")).await, 230);
    let day = &newest[..10];
    let of_day = orders.iter().filter(|order| order["creationDate"].as_str() >= Some(day)).count();
    let since = api.ok(&format!("{ORDERS}?start-date={day}")).await;
    assert_eq!(since["totalCount"], of_day);
}

#[tokio::test]
async fn limits_and_offsets_have_their_rules() {
    let api = Api::start(options()).await;
    let all = format!("{ORDERS}?start-date=2020-01-01");
    let most = api.ok(&format!("{all}&limit=5000")).await;
    assert_eq!((&most["limit"], &most["count"]), (&100.into(), &100.into()));
    assert_eq!(api.ok(&format!("{all}&limit=99999999999999999999")).await["count"], 100);
    let end = api.ok(&format!("{all}&offset=230")).await;
    assert_eq!((&end["count"], uri(&end, "next")), (&0.into(), None));
    assert_eq!(api.refused(&format!("{all}&offset=231")).await, (400, "1133".to_owned()));
    for wrong in ["limit=0", "limit=x", "offset=-1", "end-date=soon", "start-date=2020-01-02"] {
        assert_eq!(api.refused(&format!("{all}&{wrong}")).await, (400, "1117".to_owned()), "{wrong}");
    }
    let reversed = format!("{ORDERS}?start-date=2026-01-02&end-date=2026-01-01");
    assert_eq!(api.refused(&reversed).await, (400, "1117".to_owned()));
    assert_eq!(api.refused(&format!("{ORDERS}/1")).await, (404, "2115".to_owned()));
    assert_eq!(api.refused("/v3/customers/1/orders").await, (404, "1116".to_owned()));
    let first = &most["items"][0];
    assert_eq!(api.ok(&format!("{ORDERS}/{}", first["orderId"].as_str().unwrap())).await, *first);
}

#[tokio::test]
async fn histories_hold_every_type_and_status() {
    let api = Api::start(sized(400)).await;
    let (mut kinds, mut statuses) = (BTreeSet::new(), BTreeSet::new());
    for offset in (0..350).step_by(50) {
        let list = api.list(&format!("limit=50&offset={offset}")).await;
        for id in texts(&list["accounts"], "/customerId") {
            let path = format!("/v3/customers/{id}/orders?start-date=2000-01-01&limit=100");
            let body = api.ok(&path).await;
            kinds.extend(texts(&body["items"], "/orderType").into_iter().map(str::to_owned));
            statuses.extend(texts(&body["items"], "/status").into_iter().map(str::to_owned));
            let page = OrderPage::from_slice(body.to_string().as_bytes()).unwrap();
            assert_eq!(page.problems, []);
        }
    }
    let list = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(list(&kinds), "NEW RENEWAL RETURN SWITCH TRANSFER");
    assert_eq!(list(&statuses), "1000 1002 1004 1008 1020 1022 1024 1026");
}

#[tokio::test]
async fn the_longest_history_goes_back_before_the_current_term() {
    for today in ["2026-11-24", "2027-12-01", "2028-03-31"] {
        let api = Api::start(DemoOptions { today: today.parse().ok(), ..options() }).await;
        let all = &api.ok(&format!("{ORDERS}?start-date=2020-01-01")).await["totalCount"];
        let term = api.ok(ORDERS).await["totalCount"].as_u64().unwrap();
        assert_eq!(*all, 230, "{today}");
        assert!((101..200).contains(&term), "{today}: {term}");
    }
}
