//! Fault injection of the demo: each kind as it reaches a client, on real connections.

#![allow(clippy::expect_used, reason = "what is expected here and does not come is a failed test")]

mod demo_support;

use std::{collections::BTreeSet, fmt::Write as _, path::Path, time::Duration};

use demo_support::{Api, DOCUMENTED, customers, json, options, sized, texts};
use reqwest::{Response, StatusCode, header};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::Instant,
};
use vipmp::demo::{DemoOptions, FAULT_KINDS};

const CUSTOMER: &str = "/v3/customers/1006500792";

/// Starts a demo that injects this fault once a token was issued.
async fn faulty(spec: &str) -> Api {
    let api = Api::start(sized(300)).await;
    fail(&api, spec);
    api
}

fn fail(api: &Api, spec: &str) {
    api.demo.set_faults(spec.parse().expect("a specification"));
}

async fn ask(api: &Api, path: &str) -> Response {
    api.request_with(path, &DOCUMENTED).send().await.expect("an answer")
}

/// Reads a connection of its own until it ends; returns the bytes, and true if it was reset.
async fn raw(api: &Api, path: &str) -> (String, bool) {
    let address = api.demo.api_url().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).await.expect("it listens");
    let mut request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    for name in DOCUMENTED {
        let _ = write!(request, "{name}: {}\r\n", api.header(name));
    }
    stream.write_all(format!("{request}\r\n").as_bytes()).await.expect("it reads");
    let mut bytes = Vec::new();
    let torn = stream.read_to_end(&mut bytes).await.is_err();
    (String::from_utf8_lossy(&bytes).into_owned(), torn)
}

/// Returns the rows of a list.
fn rows(list: &Value) -> &Vec<Value> {
    list["accounts"].as_array().expect("rows")
}

/// Returns all IDs of a list, page by page.
async fn all_ids(api: &Api, query: &str) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    loop {
        let page = api.list(&format!("{query}&limit=50&offset={}", ids.len())).await;
        ids.extend(texts(&page["accounts"], "/customerId").into_iter().map(str::to_owned));
        if page["totalCount"] == ids.len() || rows(&page).is_empty() {
            assert_eq!(page["totalCount"], ids.len(), "{query}");
            return ids;
        }
    }
}

#[tokio::test]
async fn statuses_of_the_api_come_with_its_codes() {
    let api = faulty("400:1").await;
    for (kind, status, code) in [
        ("400", 400, "1117"),
        ("401", 401, "4116"),
        ("403", 403, "4121"),
        ("404", 404, "1115"),
        ("408", 408, "408"),
        ("429", 429, "4118"),
    ] {
        fail(&api, &format!("{kind}:1"));
        let (answered, body) = json(ask(&api, &customers("")).await).await;
        assert_eq!((answered, body["code"].as_str()), (status, Some(code)), "{kind}");
    }
    fail(&api, "404:1");
    assert_eq!(api.refused(CUSTOMER).await, (404, "1116".to_owned()));
    fail(&api, "400:1");
    assert!(api.get(CUSTOMER).await.1["additionalDetails"].is_array());
}

#[tokio::test]
async fn gateway_errors_have_html_pages() {
    let api = faulty("502:1").await;
    for status in [502, 503, 504] {
        fail(&api, &format!("{status}:1"));
        let answer = ask(&api, CUSTOMER).await;
        assert_eq!(answer.status().as_u16(), status);
        assert!(answer.headers().contains_key("x-request-id"), "the ids are on every answer");
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
        assert!(answer.text().await.unwrap().contains(&format!("<h1>{status} ")));
    }
}

#[tokio::test]
async fn too_many_requests_has_a_retry_time_in_every_format() {
    let api = faulty("429:1").await;
    let mut forms = BTreeSet::new();
    for number in 0..60 {
        let answer = ask(&api, &format!("/v3/customers/{number}")).await;
        assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
        let after = answer.headers().get(header::RETRY_AFTER).map(|value| value.to_str().unwrap());
        forms.insert(match after {
            None => "none",
            Some("1" | "2") => "seconds",
            Some(date) => {
                let at = chrono::DateTime::parse_from_rfc2822(date).expect("a date");
                let wait = at.to_utc() - chrono::Utc::now();
                assert!(wait < chrono::TimeDelta::seconds(4), "{date}");
                "date"
            }
        });
    }
    assert_eq!(forms, BTreeSet::from(["none", "seconds", "date"]));
}

#[tokio::test]
async fn an_internal_error_comes_with_a_body_and_without() {
    let api = faulty("500:1").await;
    let mut bodies = BTreeSet::new();
    for number in 0..40 {
        let answer = ask(&api, &format!("/v3/customers/{number}")).await;
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        bodies.insert(answer.text().await.unwrap());
    }
    let bodies: Vec<String> = bodies.into_iter().collect();
    assert!(bodies.len() == 2 && bodies[0].is_empty() && bodies[1].contains("\"1124\""), "{bodies:?}");
}

#[tokio::test]
async fn a_reset_comes_before_any_byte() {
    let api = faulty("reset:1").await;
    for path in [CUSTOMER, "/ping", "/no/such/path"] {
        assert_eq!(raw(&api, path).await, (String::new(), true), "{path}");
    }
    fail(&api, "hang:0");
    assert_eq!(api.get(CUSTOMER).await.0, 200, "and other connections work");
}

#[tokio::test]
async fn a_cut_comes_in_the_middle_of_the_body() {
    let api = faulty("cut:1").await;
    for path in [CUSTOMER, &customers("limit=50"), "/ping", "/no/such/path"] {
        let (answer, torn) = raw(&api, path).await;
        let (head, body) = answer.split_once("\r\n\r\n").expect("the whole head");
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
        let length: usize = length.parse().unwrap();
        assert!(torn && body.len() == length / 2, "{path}: {} of {length}", body.len());
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_answer_takes_half_a_second_to_three() {
    let api = faulty("slow:1").await;
    let mut waits = Vec::new();
    for number in 0..20 {
        let asked = Instant::now();
        let answer = ask(&api, &customers(&format!("offset={number}"))).await;
        assert_eq!(answer.status(), StatusCode::OK);
        waits.push(asked.elapsed());
    }
    let (low, high) = (Duration::from_millis(500), Duration::from_millis(3100));
    assert!(waits.iter().all(|wait| (low..high).contains(wait)), "{waits:?}");
    assert!(waits.iter().any(|wait| *wait > 3 * low), "{waits:?}");
}

#[tokio::test(start_paused = true)]
async fn a_hanging_request_has_no_answer_and_ends_with_the_demo() {
    let api = faulty("hang:1").await;
    let hour = Duration::from_hours(1);
    assert!(tokio::time::timeout(hour, raw(&api, CUSTOMER)).await.is_err());
    assert_eq!(api.demo.fault_counts()["hang"], 1);
    let address = api.demo.api_url().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    while api.demo.fault_counts()["hang"] < 2 {
        tokio::task::yield_now().await;
    }
    drop(api);
    let mut bytes = Vec::new();
    assert!(stream.read_to_end(&mut bytes).await.is_err() && bytes.is_empty(), "torn without an answer");
}

#[tokio::test]
async fn an_html_page_replaces_the_response() {
    let api = faulty("html:1").await;
    for path in [CUSTOMER, "/partnerservice/ping"] {
        let answer = ask(&api, path).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
        assert!(answer.text().await.unwrap().starts_with("<!DOCTYPE html>"));
    }
}

#[tokio::test]
async fn truncated_json_is_not_json() {
    let api = faulty("badjson:1").await;
    for number in 0..20 {
        let answer = ask(&api, &customers(&format!("offset={number}"))).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/json");
        let body = answer.bytes().await.unwrap();
        assert!(body.starts_with(b"{") && serde_json::from_slice::<Value>(&body).is_err());
    }
    assert_eq!(api.refused("/v3/customers/1").await, (404, "1116".to_owned()), "refusals stay whole");
}

#[tokio::test]
async fn one_row_of_a_list_is_not_a_row() {
    let api = faulty("badrow:1").await;
    for list in
        [customers("limit=7"), format!("{CUSTOMER}/subscriptions"), "/v3/resellers?limit=5".to_owned()]
    {
        let answer = api.ok(&list).await;
        let id = if list.contains("subscriptions") {
            "subscriptionId"
        } else if list.contains("customers") {
            "customerId"
        } else {
            "resellerId"
        };
        let rows = answer["items"].as_array().or(answer["accounts"].as_array()).expect("rows");
        assert_eq!(rows.iter().filter(|row| row.get(id).is_none()).count(), 1, "{answer}");
    }
    let record = api.ok(CUSTOMER).await;
    fail(&api, "hang:0");
    assert_eq!(record, api.ok(CUSTOMER).await, "a record has no rows");
}

#[tokio::test]
async fn one_field_of_a_row_or_a_record_has_a_wrong_type() {
    let api = Api::start(sized(300)).await;
    let types = |value: &Value| {
        let mut types = Vec::new();
        let mut open = vec![value];
        while let Some(value) = open.pop() {
            types.push(std::mem::discriminant(value));
            open.extend(value.as_object().into_iter().flat_map(serde_json::Map::values));
            open.extend(value.as_array().into_iter().flatten());
        }
        types
    };
    let (list, record) = (api.list("limit=7").await, api.ok(CUSTOMER).await);
    fail(&api, "badfield:1");
    let (broken_list, broken_record) = (api.list("limit=7").await, api.ok(CUSTOMER).await);
    assert_ne!(types(&record), types(&broken_record));
    let broken = rows(&list).iter().zip(rows(&broken_list)).filter(|(whole, broken)| whole != broken);
    assert_eq!(broken.count(), 1, "{broken_list}");
    assert_eq!(list["totalCount"], broken_list["totalCount"]);
}

#[tokio::test]
async fn a_row_comes_twice_and_none_is_missing() {
    let api = Api::start(sized(300)).await;
    let whole = api.list("limit=7").await;
    fail(&api, "twice:1");
    let doubled = api.list("limit=7").await;
    let (ids, more) = (texts(&whole["accounts"], "/customerId"), texts(&doubled["accounts"], "/customerId"));
    assert_eq!((more.len(), &doubled["count"]), (8, &Value::from(8)));
    assert_eq!(more.iter().collect::<BTreeSet<_>>(), ids.iter().collect());
    assert_eq!(doubled["totalCount"], whole["totalCount"]);
}

#[tokio::test]
async fn a_total_lies_by_a_few() {
    let api = Api::start(sized(300)).await;
    let right = api.list("").await["totalCount"].as_i64().unwrap();
    fail(&api, "total:1");
    for offset in 0..20 {
        let counted = api.list(&format!("offset={offset}")).await["totalCount"].as_i64().unwrap();
        assert!((1..=3).contains(&(counted - right).abs()), "{counted} for {right}");
    }
}

#[tokio::test]
async fn customers_leave_and_come_back_and_all_lists_agree() {
    let api = Api::start(options()).await;
    let whole: BTreeSet<String> = all_ids(&api, "status=1000").await.into_iter().collect();
    fail(&api, "drift:1");
    let (mut fewest, mut returned) = (whole.len(), false);
    let mut last = whole.len();
    for number in 0..150 {
        let total = api.list(&format!("limit=1&offset={number}")).await["totalCount"].as_u64().unwrap();
        let total = usize::try_from(total).unwrap();
        assert_eq!(total.abs_diff(last), 1, "one leaves or comes back with each request");
        returned |= total > last;
        fewest = fewest.min(total);
        last = total;
    }
    assert!(fewest < whole.len() && returned && fewest + 30 > whole.len(), "{fewest} of {}", whole.len());
    assert_eq!(api.demo.fault_counts()["drift"], 150);
    fail(&api, "hang:0");
    let by_date = all_ids(&api, "status=1000").await;
    let left: BTreeSet<String> = by_date.iter().cloned().collect();
    assert!(by_date.len() == last && left.len() == last && left.is_subset(&whole));
    let by_name: BTreeSet<String> =
        all_ids(&api, "status=1000&sort-by=companyName&order-by=asc").await.into_iter().collect();
    let filtered: BTreeSet<String> =
        all_ids(&api, "status=1000&company-name=*&from-created-date=2000-01-01").await.into_iter().collect();
    assert_eq!(by_name, left);
    // The filter by date leaves out the customer without a date.
    assert!(filtered.is_subset(&left) && filtered.len() + 1 >= left.len());
    let gone = whole.difference(&left).next().expect("one that has left");
    assert_eq!(api.ok(&format!("/v3/customers/{gone}")).await["customerId"], gone.as_str());
    let others = all_ids(&api, "status=1004").await;
    assert_eq!(others.len(), 88, "the lists of other statuses were not asked for");
}

#[tokio::test]
async fn the_token_service_has_only_faults_of_networks_and_gateways() {
    let api = faulty("503:1").await;
    let page = api.token_request(&[]).await;
    assert_eq!(
        (page.status().as_u16(), &page.headers()[header::CONTENT_TYPE]),
        (503, &"text/html; charset=utf-8".parse().unwrap())
    );
    fail(&api, "429:1");
    let (status, body) = json(api.token_request(&[]).await).await;
    assert_eq!((status, body["error"].as_str()), (429, Some("too_many_requests")));
    fail(&api, "reset:1");
    let form = [("grant_type", "client_credentials")];
    assert!(api.http.post(api.demo.token_url()).form(&form).send().await.is_err());
    for kind in ["400", "401", "403", "404", "408", "html", "cut", "badjson", "badfield"] {
        fail(&api, &format!("{kind}:1"));
        let (status, body) = json(api.token_request(&[]).await).await;
        assert!(status == 200 && body["access_token"].is_string(), "{kind}: {body}");
    }
}

/// Returns the fault that each of many concurrent requests met, sorted by path.
async fn storm(seed: u64) -> Vec<(String, String, bool)> {
    let api = Api::start(DemoOptions { seed, ..sized(60) }).await;
    fail(&api, "429:0.2,500:0.2,reset:0.2,cut:0.2");
    let paths = (0..120).map(|number| customers(&format!("limit=3&offset={}", number % 12)));
    let asked = paths.map(|path| {
        let api = &api;
        async move {
            let (answer, torn) = raw(api, &path).await;
            (path, answer.lines().next().unwrap_or_default().to_owned(), torn)
        }
    });
    let mut met = futures_util::future::join_all(asked).await;
    met.sort();
    met
}

#[tokio::test]
async fn a_run_is_replayed_by_its_seed_although_its_requests_are_concurrent() {
    let first = storm(1).await;
    assert_eq!(first, storm(1).await);
    assert_ne!(first, storm(2).await);
    let seen: BTreeSet<_> = first.iter().map(|(_, status, torn)| (status.as_str(), *torn)).collect();
    let wanted = [
        ("", true),
        ("HTTP/1.1 200 OK", false),
        ("HTTP/1.1 200 OK", true),
        ("HTTP/1.1 429 Too Many Requests", false),
        ("HTTP/1.1 500 Internal Server Error", false),
    ];
    assert_eq!(seen, wanted.into());
}

#[tokio::test]
async fn faults_are_there_from_the_start_and_can_be_switched_off() {
    let faults = "500:1".parse().unwrap();
    let demo = vipmp::demo::Demo::start(DemoOptions { faults, ..sized(5) }).await.unwrap();
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let ping = || http.get(format!("{}/ping", demo.api_url())).header("X-Api-Key", demo.client_id()).send();
    assert_eq!(ping().await.unwrap().status(), 500);
    demo.set_faults(vipmp::demo::Faults::default());
    assert_eq!(ping().await.unwrap().status(), 200);
    assert_eq!(demo.fault_counts(), [("500", 1)].into());
}

/// `UPDATE_CONTRIBUTING=1` rewrites the table.
#[test]
fn contributing_lists_all_kinds() {
    const BEGIN: &str = "<!-- kinds of faults -->\n";
    const END: &str = "<!-- /kinds of faults -->";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("CONTRIBUTING.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("a place for the table");
    let (_, after) = rest.split_once(END).expect("an end of the table");
    let mut table = "\n| kind | default | effect |\n|---|---|---|\n".to_owned();
    for kind in FAULT_KINDS {
        writeln!(table, "| `{}` | {} | {} |", kind.name, kind.probability, kind.effect).unwrap();
    }
    let wanted = format!("{before}{BEGIN}{table}\n{END}{after}");
    if std::env::var_os("UPDATE_CONTRIBUTING").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    } else {
        assert_eq!(text, wanted, "UPDATE_CONTRIBUTING=1 cargo test --test demo_faults rewrites it");
    }
}
