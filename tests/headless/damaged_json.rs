//! Responses with a bad byte: every row is printed, the field is flagged, and standard error names the customer.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use serde_json::Value;

use crate::{scripted::Scripted, show::at};

/// The fault in the second customer's name, as it is reported.
const WORDS: &str =
    "companyProfile.companyName: an invalid character (half a surrogate pair) was replaced with U+FFFD";

/// Returns a page of three customers, followed by `behind`. The name of the second has half a surrogate pair.
fn page(behind: &[u8]) -> Vec<u8> {
    let page = br#"{"totalCount": 3, "count": 3, "accounts": [
        {"customerId": "1", "status": "1000", "companyProfile": {"companyName": "Lake Print"}},
        {"customerId": "2", "status": "1000", "companyProfile": {"companyName": "Acme \ud83d"}, "price": 1.50},
        {"customerId": "3", "status": "1000", "companyProfile": {"companyName": "Moon Press"}}]}"#;
    [page, behind].concat()
}

fn api() -> Scripted {
    Scripted::sending("application/json", |path| {
        let path = path.split('?').next().unwrap_or_default();
        match path.rsplit('/').next().unwrap_or_default() {
            "customers" => (200, page(b"")),
            "resellers" => (
                200,
                b"{\"totalCount\": 1, \"accounts\": [{\"resellerId\": \"9\", \"companyProfile\": {\"companyName\": \"N\x01\"}}]}"
                    .to_vec(),
            ),
            "subscriptions" => (200, b"{\"totalCount\": 1, \"items\": [{\"subscriptionId\": \"s\", \"offerId\": \"o\xff\"}]}".to_vec()),
            "orders" => (200, b"{\"totalCount\": 1, \"items\": [{\"orderId\": \"o\", \"source\": \"\xff\"}]}\0\0".to_vec()),
            id => (200, format!("{{\"customerId\": \"{id}\", \"status\": \"1000\", \"status\": \"1002\"}}").into_bytes()),
        }
    })
}

#[test]
fn a_list_has_every_row_and_flags_the_field_in_each_format() {
    let api = api();
    let stage = at(&api);
    let message = format!("vipmp: customer 2: {WORDS}.\n");
    for words in [&["list"][..], &["list", "--all"]] {
        let json = stage.run([words, &["--output", "json"]].concat()).exits_with(0);
        assert_eq!(json.err, message);
        let rows = json.json();
        assert_eq!(rows.as_array().unwrap().len(), 3);
        assert_eq!(rows[1]["companyProfile"]["companyName"], "Acme \u{fffd}");
        assert!(json.out.contains("\"price\":1.50"), "numbers stay as they were sent: {json:#?}");
        let csv = stage.run([words, &["--output", "csv"]].concat()).exits_with(0);
        assert_eq!(csv.err, message);
        let mut reader = csv::Reader::from_reader(csv.out.as_bytes());
        let problem = reader.headers().unwrap().iter().position(|name| name == "problem").unwrap();
        let problems: Vec<String> = reader.records().map(|row| row.unwrap()[problem].to_owned()).collect();
        assert_eq!(problems, ["", WORDS, ""]);
        let table = stage.run(words).exits_with(0);
        assert_eq!(table.err, message);
        table.prints(&["Lake Print", "Acme \u{fffd}", "Moon Press"]);
    }
}

#[test]
fn bytes_after_the_end_cost_no_row_and_are_reported() {
    let api = Scripted::sending("application/json", |_| (200, page(b"\0")));
    let run = at(&api).run(["list", "--output", "json"]).exits_with(0);
    assert_eq!(run.json().as_array().unwrap().len(), 3);
    run.warns(&["customer 3: the page, after the end: 1 byte that is not part of the answer was ignored."]);
}

#[test]
fn an_export_flags_the_field_and_its_json_is_only_the_row() {
    let api = api();
    let stage = at(&api);
    let csv = stage.path("a.csv");
    let run = stage.run(["export", csv.to_str().unwrap()]).exits_with(0);
    run.warns(&[&format!("vipmp: customer 2: {WORDS}.")]);
    assert!(std::fs::read_to_string(&csv).unwrap().contains(WORDS));
    let json = stage.path("a.jsonl");
    stage
        .run(["export", json.to_str().unwrap()])
        .exits_with(0)
        .warns(&[&format!("vipmp: customer 2: {WORDS}.")]);
    let text = std::fs::read_to_string(&json).unwrap();
    let second: Value = serde_json::from_str(text.lines().nth(1).unwrap()).unwrap();
    assert_eq!(second["companyProfile"]["companyName"], "Acme \u{fffd}");
    assert_eq!(second.as_object().unwrap().len(), 4, "{second}");
    let whole = stage.path("b.jsonl");
    let run = stage.run(["export", whole.to_str().unwrap(), "--details", "--subscriptions"]).exits_with(0);
    run.warns(&["customer 1: status: sent twice (the last value is used)"]);
    let text = std::fs::read_to_string(&whole).unwrap();
    for row in text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        let problem = row["problem"].as_str().unwrap();
        assert!(problem.contains("status: sent twice (the last value is used)"), "{row}");
        assert!(problem.contains("items[0].offerId: an invalid character"), "{row}");
        assert!(row["customer"]["customerId"].is_string(), "{row}");
    }
}

#[test]
fn records_subscriptions_orders_and_resellers_are_read_and_flagged() {
    let api = api();
    let stage = at(&api);
    let words = ["show", "1", "--subscriptions", "--orders"];
    let run = stage.run([&words[..], &["--output", "jsonl"]].concat()).exits_with(0);
    let run =
        run.warns(&["vipmp: customer 1: status: sent twice (the last value is used) (and 3 more fields)."]);
    let row = run.json();
    assert_eq!(
        (&row["customer"]["status"], &row["orders"][0]["source"]),
        (&"1002".into(), &"\u{fffd}".into())
    );
    let problem = row["problem"].as_str().unwrap();
    for part in ["status: sent twice", "items[0].offerId: ", "items[0].source: ", "after the end: 2 bytes"] {
        assert!(problem.contains(part), "{problem}");
    }
    stage
        .run(words)
        .exits_with(0)
        .prints(&["Problem", "sent twice"])
        .warns(&["customer 1: status: sent twice"]);
    let run = stage.run(["resellers", "--output", "csv"]).exits_with(0);
    run.prints(&["N\u{fffd}", "a raw control character"])
        .warns(&["vipmp: reseller 9: companyProfile.companyName: "]);
}

#[test]
fn the_first_of_many_damaged_rows_are_reported() {
    let rows: Vec<String> =
        (0..30).map(|id| format!("{{\"customerId\": \"{id}\", \"status\": \"1000\u{1}\"}}")).collect();
    let body = format!("{{\"totalCount\": 30, \"accounts\": [{}]}}", rows.join(","));
    let api = Scripted::answering(move |_| (200, body.clone()));
    let run = at(&api).run(["list", "--output", "jsonl"]).exits_with(0);
    assert_eq!((run.out.lines().count(), run.err.lines().count()), (30, 11), "{run:#?}");
    run.warns(&["20 more rows with similar problems."]);
}

#[test]
fn a_flag_stays_with_its_row_over_a_resumed_export() {
    let is_open = Arc::new(AtomicBool::new(false));
    let opened = Arc::clone(&is_open);
    let api = Scripted::sending("application/json", move |path| {
        let offset = path.split(['?', '&']).find_map(|pair| pair.strip_prefix("offset="));
        let offset: usize = offset.and_then(|offset| offset.parse().ok()).unwrap_or(0);
        if offset > 0 && !is_open.load(Ordering::Acquire) {
            return (404, Vec::new());
        }
        let row = |id: usize| {
            format!("{{\"customerId\": \"{id}\", \"companyProfile\": {{\"companyName\": \"N{id}\"}}}}")
        };
        let rows: Vec<String> = (offset..(offset + 50).min(60)).map(row).collect();
        let body =
            format!("{{\"totalCount\": 60, \"count\": {}, \"accounts\": [{}]}}", rows.len(), rows.join(","));
        (200, body.replace("\"N2\"", "\"Acme \\ud83d\"").into_bytes())
    });
    let stage = at(&api);
    let file = stage.path("a.csv");
    stage.run(["export", file.to_str().unwrap()]).exits_with(5);
    assert!(!file.exists() && stage.path("a.csv.partial").exists());
    opened.store(true, Ordering::Release);
    let run = stage.run(["export", file.to_str().unwrap(), "--resume"]).exits_with(0);
    run.warns(&[&format!("vipmp: customer 2: {WORDS}.")]);
    let mut reader = csv::Reader::from_path(&file).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 60, "each row is there once");
    let flagged: Vec<&str> =
        rows.iter().filter(|row| row.iter().any(|cell| cell == WORDS)).map(|row| &row[0]).collect();
    assert_eq!(flagged, ["2"]);
}
