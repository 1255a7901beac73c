//! The notifications of the demo: the customers with licences that nobody has ordered yet.

mod demo_support;

use std::collections::BTreeSet;

use demo_support::{Api, options, sized, texts};
use serde_json::Value;
use vipmp::demo::{DemoOptions, RESELLER_ID};

const PENDING: &str = "/v3/notifications?notification-type=LICENSES_PENDING_PARTNER_ORDER";

/// Returns the IDs on all pages of a list.
async fn all(api: &Api, path: &str) -> Vec<String> {
    let (mut ids, mut page) = (Vec::new(), api.ok(path).await);
    loop {
        assert_eq!(page["offset"], ids.len());
        ids.extend(texts(&page["items"], "/customerId").into_iter().map(str::to_owned));
        match page["links"]["next"]["uri"].as_str() {
            Some(next) => page = api.ok(next).await,
            None => break,
        }
    }
    assert_eq!(page["totalCount"], ids.len());
    ids
}

/// Returns the IDs of the customers of the demo's reseller that have open acquisitions.
async fn with_licences(api: &Api) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for id in api.customer_ids().await {
        let open = api.ok(&format!("/v3/customers/{id}/open-acquisitions")).await;
        if open["licenseCount"].as_u64() > Some(0) {
            found.insert(id);
        }
    }
    found
}

#[tokio::test]
async fn they_name_exactly_the_customers_with_open_acquisitions() {
    let api = Api::start(options()).await;
    let path = format!("{PENDING}&reseller-id={RESELLER_ID}");
    let ids = all(&api, &path).await;
    assert_eq!(ids.iter().cloned().collect::<BTreeSet<_>>(), with_licences(&api).await);
    assert!((12..=30).contains(&ids.len()), "about one in a hundred: {}", ids.len());
    assert_eq!(all(&api, &format!("{path}&limit=3")).await, ids);
    // The sample of `notification-management`.
    let page = api.ok(&path).await;
    assert!(texts(&page["items"], "/resellerId").iter().all(|id| *id == RESELLER_ID), "{page}");
    let kinds = texts(&page["items"], "/notificationType");
    assert!(kinds.len() == ids.len() && kinds.iter().all(|kind| *kind == "LICENSES_PENDING_PARTNER_ORDER"));
    let of_all = all(&api, &format!("{PENDING}&limit=7")).await;
    assert!(
        of_all.len() > ids.len() && ids.iter().all(|id| of_all.contains(id)),
        "other resellers have some"
    );
}

#[tokio::test]
async fn links_lead_to_licences_of_the_last_seven_days() {
    for today in ["2026-03-31", "2024-02-29"] {
        let api = Api::start(DemoOptions { today: today.parse().ok(), ..sized(400) }).await;
        let list = api.ok(&format!("{PENDING}&limit=100")).await;
        for item in list["items"].as_array().into_iter().flatten() {
            let open = api.ok(item["links"]["self"]["uri"].as_str().unwrap()).await;
            assert!(open["licenseCount"].as_u64() > Some(0), "{item}");
            for licence in open["unpaidLicenses"].as_array().into_iter().flatten() {
                let at = |field: &str| -> chrono::DateTime<chrono::Utc> {
                    licence[field].as_str().unwrap().parse().unwrap()
                };
                assert_eq!((at("expiryDate") - at("creationDate")).num_days(), 7);
                let age = (today.parse::<chrono::NaiveDate>().unwrap() - at("creationDate").date_naive())
                    .num_days();
                assert!((0..=7).contains(&age), "{today}: {licence}");
            }
        }
    }
}

#[tokio::test]
async fn the_same_seed_names_the_same_customers() {
    let of = async |seed| all(&Api::start(DemoOptions { seed, ..options() }).await, PENDING).await;
    let first = of(7).await;
    assert_eq!(of(7).await, first);
    assert_ne!(of(8).await, first);
}

#[tokio::test]
async fn bad_parameters_are_refused_like_those_of_other_lists() {
    let api = Api::start(sized(60)).await;
    let details = async |path: &str| {
        let (status, body) = api.get(path).await;
        assert_eq!((status, &body["code"]), (400, &"1117".into()), "{path}");
        body["additionalDetails"].as_array().map(|all| all.iter().map(Value::to_string).collect::<String>())
    };
    for (path, detail) in [
        ("/v3/notifications".to_owned(), "notification-type is missing"),
        ("/v3/notifications?notification-type=OTHER".to_owned(), "LICENSES_PENDING_PARTNER_ORDER"),
        (format!("{PENDING}&limit=0"), "limit must be a number"),
        (format!("{PENDING}&offset=-1"), "offset must be a number"),
        (format!("{PENDING}&reseller-id=1&reseller-id=2"), "reseller-id is given more than once"),
    ] {
        let said = details(&path).await.unwrap_or_default();
        assert!(said.contains(detail), "{path}: {said}");
    }
    assert_eq!(api.refused(&format!("{PENDING}&reseller-id=1")).await, (404, "1115".to_owned()));
    assert_eq!(api.refused(&format!("{PENDING}&offset=9999")).await, (400, "1133".to_owned()));
    let most = api.ok(&format!("{PENDING}&limit=5000")).await;
    assert_eq!(most["limit"], 100);
}
