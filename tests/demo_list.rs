//! The customer list and the reseller list of the demo, over real HTTP.

mod demo_support;

use std::collections::HashSet;

use demo_support::{Api, customers, hostile, options, sized, texts};
use serde_json::{Value, json};
use vipmp::demo::DemoOptions;

/// Returns the sample of "Get customer list".
fn samples() -> [Value; 2] {
    let account = |reference: &str, id: &str, name: &str, created: &str| {
        json!({
            "externalReferenceId": reference,
            "customerId": id,
            "resellerId": "1000396138",
            "status": "1000",
            "companyProfile": {"companyName": name},
            "creationDate": created,
            "links": {"self": {"uri": "/v3/customers/1006500792", "method": "GET", "headers": []}}
        })
    };
    [
        account(
            "a19143f0-b5a7-47d3-abf5-bdfd79dc9ef",
            "1006500792",
            "Customer Name 1",
            "2025-08-27T12:57:22Z",
        ),
        account(
            "f0d64802-ebfc-48bb-a3de-d00d67a5b6b",
            "1006500806",
            "Customer Name 2",
            "2025-08-27T12:57:18Z",
        ),
    ]
}

#[tokio::test]
async fn the_sample_accounts_are_there_as_printed() {
    let api = Api::start(options()).await;
    let page = api.list("company-name=Customer%20Name*&limit=2").await;
    let expected =
        json!({"totalCount": 2, "count": 2, "offset": 0, "limit": 2, "accounts": samples()}).to_string();
    assert_eq!(page.to_string(), expected, "the order of the fields too");
}

#[tokio::test]
async fn every_status_has_its_number_of_customers() {
    let api = Api::start(options()).await;
    for (status, total) in [("1000", 1204), ("1002", 12), ("1004", 88), ("1026", 3)] {
        let page = api.list(&format!("status={status}&limit=50")).await;
        assert_eq!(page["totalCount"], json!(total), "{status}");
        assert!(texts(&page["accounts"], "/status").iter().all(|own| *own == status));
    }
    let page = api.list("").await;
    assert_eq!([&page["totalCount"], &page["count"], &page["offset"], &page["limit"]], [1204, 20, 0, 20]);
}

/// Returns all rows of a query, page by page.
async fn all(api: &Api, query: &str, limit: usize) -> Vec<Value> {
    let mut rows = Vec::new();
    loop {
        let page = api.list(&format!("{query}&limit={limit}&offset={}", rows.len())).await;
        let accounts = page["accounts"].as_array().cloned().unwrap_or_default();
        assert_eq!(page["count"], json!(accounts.len()));
        assert_eq!(page["offset"], json!(rows.len()));
        let last = accounts.len() < limit;
        rows.extend(accounts);
        if last {
            assert_eq!(page["totalCount"], json!(rows.len()));
            return rows;
        }
    }
}

#[tokio::test]
async fn the_pages_of_every_order_hold_each_customer_once() {
    let api = Api::start(options()).await;
    let mut sets: Vec<HashSet<String>> = Vec::new();
    for (sort, limit) in [("creationDate", 50), ("companyName", 47)] {
        let mut both = Vec::new();
        for direction in ["asc", "desc"] {
            let rows = all(&api, &format!("sort-by={sort}&order-by={direction}"), limit).await;
            let ids: Vec<String> =
                texts(&Value::Array(rows.clone()), "/customerId").into_iter().map(str::to_owned).collect();
            assert_eq!(ids.len(), 1204);
            sets.push(ids.iter().cloned().collect());
            assert_eq!(sets.last().unwrap().len(), 1204);
            both.push((ids, rows));
        }
        let (ascending, descending) = (&both[0], &both[1]);
        assert!(ascending.0.iter().eq(descending.0.iter().rev()), "the directions mirror each other");
        let keys: Vec<(String, &str)> =
            ascending.1.iter().map(|row| (key(row, sort), row["customerId"].as_str().unwrap())).collect();
        assert!(keys.windows(2).all(|pair| pair[0] < pair[1]), "{sort} is sorted, ids break ties");
    }
    assert!(sets.windows(2).all(|pair| pair[0] == pair[1]));
}

/// Folds a name for comparison: letter by letter, so that a sigma is the same at any position.
fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

fn key(row: &Value, sort: &str) -> String {
    match sort {
        "companyName" => row["companyProfile"]["companyName"].as_str().map(folded).unwrap_or_default(),
        _ => row["creationDate"].as_str().unwrap_or_default().trim_end_matches('Z').to_owned(),
    }
}

#[tokio::test]
async fn newest_first_is_the_default_and_values_may_be_upper_case() {
    let api = Api::start(sized(60)).await;
    let default = api.list("").await;
    assert_eq!(default, api.list("sort-by=creationDate&order-by=desc&offset=0&limit=20&status=1000").await);
    assert_eq!(default, api.list("order-by=DESC&sort-by=CREATIONDATE").await);
    assert_eq!(default, api.list("limit=20&limit=20&unknown=parameter").await, "equal parameters may repeat");
    let ascending = api.list("order-by=ASC&limit=50").await;
    assert_ne!(ascending["accounts"][0], default["accounts"][0]);
}

#[tokio::test]
async fn creation_dates_filter_by_whole_days() {
    let api = Api::start(options()).await;
    let day = api.list("from-created-date=2025-08-27&to-created-date=2025-08-27&limit=50").await;
    let dates = texts(&day["accounts"], "/creationDate");
    assert!(
        dates.contains(&"2025-08-27T12:57:22Z") && dates.iter().all(|date| date.starts_with("2025-08-27"))
    );
    let count = async |query: &str| api.list(query).await["totalCount"].as_u64().unwrap();
    let today = count("from-created-date=2026-03-31").await;
    let month = count("from-created-date=2026-03-01&to-created-date=2026-03-31").await;
    assert!(today >= 3 && month > today, "{today} today, {month} this month");
    let before = count("to-created-date=2026-02-28").await;
    let undated = 1204 - before - month;
    assert_eq!(undated, 0);
    assert_eq!(count("from-created-date=2027-01-01").await, 0);
    assert!(count("to-created-date=2019-12-31").await > 20);
}

#[tokio::test]
async fn a_company_name_is_found_by_wildcards_whatever_its_case() {
    let api = Api::start(hostile()).await;
    let found = api.list("company-name=%3DHYPERLINK*").await;
    assert_eq!(found["totalCount"], 1, "names that are not allowed are found too");
    let api = Api::start(options()).await;
    let total = async |pattern: &str| {
        let pattern: String = url::form_urlencoded::byte_serialize(pattern.as_bytes()).collect();
        api.list(&format!("company-name={pattern}")).await["totalCount"].as_u64().unwrap()
    };
    assert_eq!(total("Customer Name 1").await, 1);
    assert_eq!(total("cUSTOMER nAME 1").await, 1);
    assert_eq!(total("Customer Name").await, 0, "without a star the whole name counts");
    assert_eq!(total("Customer Name*").await, 2);
    assert_eq!(total("*NAME*").await, total("*name*").await);
    assert_eq!(total("*omer*ame 2").await, 1);
    assert_eq!(total("*").await, 1204);
    assert!(total("*gmbh*").await > 5);
    assert!(total("*株式会社*").await > 5);
    assert!(total("*ÉDITION*").await > 0);
    assert_eq!(total("*there is no such name*").await, 0);
    let both = api.list(
        "company-name=customer*&from-created-date=2025-08-27&status=1000&sort-by=companyName&order-by=asc",
    );
    assert_eq!(texts(&both.await["accounts"], "/customerId"), ["1006500792", "1006500806"]);
}

#[tokio::test]
async fn wrong_parameters_are_named() {
    let api = Api::start(sized(10)).await;
    let wrong = [
        ("limit=0", "limit"),
        ("limit=51", "limit"),
        ("limit=-1", "limit"),
        ("limit=ten", "limit"),
        ("limit=", "limit"),
        ("limit=99999999999999999999999", "limit"),
        ("offset=-1", "offset"),
        ("offset=x", "offset"),
        ("offset=99999999999999999999999", "offset"),
        ("status=1010", "status"),
        ("status=", "status"),
        ("status=1000&status=1002", "status"),
        ("sort-by=customerId", "sort-by"),
        ("order-by=down", "order-by"),
        ("from-created-date=27.08.2025", "from-created-date"),
        ("from-created-date=2025-02-30", "from-created-date"),
        ("to-created-date=2025-8-1", "to-created-date"),
        ("from-created-date=2025-08-02&to-created-date=2025-08-01", "from-created-date"),
    ];
    for (query, name) in wrong {
        let (status, body) = api.get(&customers(query)).await;
        assert_eq!((status, &body["code"]), (400, &json!("1117")), "{query}");
        let details = body["additionalDetails"].to_string();
        assert!(details.contains(name), "{query}: {details}");
    }
    let (_, body) = api.get(&customers("limit=0&status=7&order-by=up")).await;
    assert_eq!(body["additionalDetails"].as_array().unwrap().len(), 3, "all mistakes at once");
    let long = "x".repeat(251);
    for query in ["company-name=".to_owned(), format!("company-name={long}")] {
        assert_eq!(api.refused(&customers(&query)).await, (400, "1132".to_owned()));
    }
    assert_eq!(api.refused("/v3/resellers/1/customers").await, (404, "1115".to_owned()));
}

#[tokio::test]
async fn an_offset_at_or_past_the_end_gives_an_empty_page() {
    let api = Api::start(sized(10)).await;
    let total = api.list("").await["totalCount"].as_u64().unwrap();
    for offset in [total, total + 1, 1_000_000_000_000] {
        let page = api.list(&format!("offset={offset}")).await;
        assert_eq!([&page["totalCount"], &page["count"], &page["offset"]], [total, 0, offset]);
        assert_eq!(page["accounts"], json!([]));
    }
}

#[tokio::test]
async fn there_are_other_resellers_with_customers_of_their_own() {
    let api = Api::start(options()).await;
    let list = api.ok("/v3/resellers?limit=50").await;
    let ids = texts(&list["accounts"], "/resellerId");
    assert!(ids.contains(&"1000396138") && ids.len() >= 5);
    assert_eq!(texts(&list["accounts"], "/distributorId").len(), ids.len());
    for id in &ids {
        let own = api.ok(&format!("/v3/resellers/{id}/customers?limit=1")).await;
        assert!(texts(&own["accounts"], "/resellerId").iter().all(|owner| owner == id));
        let resource = api.ok(&format!("/v3/resellers/{id}")).await;
        assert_eq!(resource["resellerId"], **id);
        assert!(resource["companyProfile"]["contacts"][0]["email"].as_str().unwrap().contains('@'));
    }
    let inactive = api.ok("/v3/resellers?status=1004").await;
    assert_eq!(inactive["totalCount"], 1);
    assert_eq!(api.ok("/v3/resellers/1000417748").await["status"], "1010");
    let sorted = api.ok("/v3/resellers?sort-by=companyName&order-by=asc&company-name=*a*").await;
    let names = texts(&sorted["accounts"], "/companyProfile/companyName");
    assert!(names.len() > 1 && names.windows(2).all(|pair| folded(pair[0]) < folded(pair[1])));
    assert_eq!(api.refused("/v3/resellers?limit=51").await, (400, "1117".to_owned()));
    assert_eq!(api.refused("/v3/resellers/1").await, (404, "1115".to_owned()));
}

#[tokio::test]
async fn the_same_seed_gives_the_same_bytes_and_another_seed_other_names() {
    let page = async |seed| {
        let api = Api::start(DemoOptions { seed, ..sized(300) }).await;
        let mut text = api.list("limit=50").await.to_string();
        for path in ["/v3/customers/1006500792", "/v3/customers/1006500792/orders?limit=100"] {
            text += &api.ok(path).await.to_string();
        }
        text
    };
    let (first, again, other) = (page(1).await, page(1).await, page(2).await);
    assert_eq!(first, again);
    assert_ne!(first, other);
}

#[tokio::test]
async fn a_large_portfolio_gives_the_same_answers() {
    let api = Api::start(sized(25_000)).await;
    let newest = api.list("limit=50").await;
    assert_eq!((&newest["totalCount"], &newest["count"]), (&23_030.into(), &50.into()));
    let found = api.list("company-name=customer*&sort-by=companyName&order-by=asc").await;
    assert_eq!(found["accounts"], json!(samples()));
    assert_eq!(api.refused(&customers("limit=0")).await, (400, "1117".to_owned()));
}

#[tokio::test]
async fn any_number_of_customers_works() {
    for customers in [0, 1, 2, 3, 30] {
        let api = Api::start(sized(customers)).await;
        let mut total = 0;
        for status in ["1000", "1002", "1004", "1026"] {
            total += api.list(&format!("status={status}")).await["totalCount"].as_u64().unwrap();
        }
        assert_eq!(total, customers as u64);
        let found = api.get("/v3/customers/1006500792").await.0;
        assert_eq!(found, if customers == 0 { 404 } else { 200 });
    }
}
