//! Round trips: the JSON that commands write is exactly what the server sent. Responses of `vipmp serve` and of the fixed
//! portfolio, requested without the program, are compared with the output of commands.

use std::fs;

use crate::{
    api,
    json::Json,
    served::{RESELLER, SECRET, Served},
    stage::{Stage, profile},
};

/// Starts a demo server with sixty customers, and returns it with a stage whose profile uses it.
pub(crate) fn served() -> (Served, Stage) {
    let served = Served::start();
    let stage = Stage::new().with("S", SECRET);
    stage.write(stage.config(), &profile("served", &served, "client_secret = { env = \"S\" }"));
    (served, stage)
}

/// Returns the rows of all statuses as the server sends them, status by status, newest first.
pub(crate) fn rows(served: &Served) -> Vec<Json> {
    let mut rows = Vec::new();
    for status in ["1000", "1002", "1004", "1026"] {
        let path = |offset: usize| {
            format!("/v3/resellers/{RESELLER}/customers?status={status}&limit=50&offset={offset}")
        };
        for offset in [0, 50] {
            rows.extend_from_slice(Json::read(&served.read(&path(offset))).get("accounts").items());
        }
    }
    assert_eq!(rows.len(), 60);
    rows
}

/// Returns the record behind a row's link.
pub(crate) fn record(served: &Served, row: &Json) -> Json {
    Json::read(&served.read(row.get("links").get("self").get("uri").text()))
}

/// Returns the items of a customer's resource, such as subscriptions.
pub(crate) fn items(served: &Served, id: &str, of: &str) -> Vec<Json> {
    Json::read(&served.read(&format!("/v3/customers/{id}/{of}"))).get("items").items().to_vec()
}

/// Returns all orders of a customer, read page by page.
fn orders(served: &Served, id: &str) -> Vec<Json> {
    let mut all = Vec::new();
    loop {
        let page = format!("orders?start-date=2015-01-01&limit=100&offset={}", all.len());
        let page = items(served, id, &page);
        let is_last = page.len() < 100;
        all.extend(page);
        if is_last {
            return all;
        }
    }
}

/// Checks that the values are the same and in the same order, and reports the first difference.
#[track_caller]
fn assert_same(came: &[Json], sent: &[Json], of: &str) {
    for (came, sent) in came.iter().zip(sent) {
        assert!(came == sent, "{of}\ncame: {came}\nsent: {sent}");
    }
    assert_eq!(came.len(), sent.len(), "{of}");
}

/// Parses JSON Lines.
fn lines(text: &str) -> Vec<Json> {
    text.lines().map(Json::read).collect()
}

/// Sorts values into an order that does not depend on how lists are merged.
fn sorted(mut all: Vec<Json>) -> Vec<Json> {
    all.sort_by_key(ToString::to_string);
    all
}

#[test]
fn lists_are_what_the_server_sent() {
    let (served, stage) = served();
    let expected = rows(&served);
    let list =
        |form: &str| stage.run(["list", "--all", "--status", "all", "--output", form]).exits_with(0).out;
    let json = Json::read(&list("json"));
    assert_same(&lines(&list("jsonl")), json.items(), "jsonl and json");
    assert_same(&sorted(json.items().to_vec()), &sorted(expected.clone()), "json");
    for name in ["all.json", "all.jsonl"] {
        stage.run(["export", name, "--status", "all"]).exits_with(0);
        let text = fs::read_to_string(stage.path(name)).unwrap();
        let exported = if name == "all.json" { Json::read(&text).items().to_vec() } else { lines(&text) };
        assert_same(&exported, &expected, name);
    }
    let sent = Json::read(&served.read("/v3/resellers?limit=50&offset=0&sort-by=companyName&order-by=asc"));
    let resellers = Json::read(&stage.run(["resellers", "--output", "json"]).exits_with(0).out);
    assert_eq!(&resellers, sent.get("accounts"));
}

#[test]
fn records_subscriptions_and_orders_are_what_the_server_sent() {
    let (served, stage) = served();
    let rows = rows(&served);
    // The link of one customer leads to a different one.
    stage
        .run(["export", "all.jsonl", "--status", "all", "--details", "--subscriptions"])
        .exits_with(5)
        .warns(&["customer 1006500806: the details are those of customer 1006500792.\n"]);
    let exported = lines(&fs::read_to_string(stage.path("all.jsonl")).unwrap());
    assert_eq!(exported.len(), rows.len());
    for (line, row) in exported.iter().zip(&rows) {
        let id = row.get("customerId").text();
        let sent = [row.clone(), record(&served, row)];
        assert_same(&[line.get("customer").clone(), line.get("details").clone()], &sent, id);
        assert_same(line.get("subscriptions").items(), &items(&served, id, "subscriptions"), id);
    }
    let ids: Vec<String> = rows.iter().map(|row| row.get("customerId").text().to_owned()).collect();
    let words = ["show", "-", "--subscriptions", "--orders", "--since", "2015", "--output", "jsonl"];
    let shown = lines(&stage.run_with(&ids.join("\n"), words).exits_with(0).out);
    assert_eq!(shown.len(), ids.len());
    let mut most = 0;
    for (line, id) in shown.iter().zip(&ids) {
        let customer = Json::read(&served.read(&format!("/v3/customers/{id}")));
        assert_same(&[line.get("customer").clone()], &[customer], id);
        assert_same(line.get("subscriptions").items(), &items(&served, id, "subscriptions"), id);
        let orders = orders(&served, id);
        assert_same(line.get("orders").items(), &orders, id);
        most = most.max(orders.len());
    }
    assert!(most > 100, "somebody has more orders than a page: {most}");
}

#[test]
fn numbers_keep_their_digits() {
    let portfolio = Json::read(api::PORTFOLIO);
    let (_api, stage) = api::start();
    let first = &portfolio.get("customers").items()[0];
    let row = Json::read(&stage.run(["list", "--limit", "1", "--output", "jsonl"]).exits_with(0).out);
    assert_eq!(&row, first.get("row"));
    assert_eq!(row.get("weight").to_string(), "1.50");
    let words = ["show", "1006500792", "--subscriptions", "--orders", "--output", "jsonl"];
    let shown = Json::read(&stage.run(words).exits_with(0).out);
    for (name, sent) in [("customer", "record"), ("subscriptions", "subscriptions"), ("orders", "orders")] {
        assert_eq!(shown.get(name), first.get(sent));
    }
}
