//! The OpenAPI description covers exactly what the demo serves: the demo's responses are compared with it.

#![allow(clippy::expect_used, reason = "what is expected here and does not come is a failed test")]

#[path = "../demo_support/mod.rs"]
mod demo_support;
mod description;

use std::collections::BTreeSet;

use demo_support::{Api, DOCUMENTED, customers, hostile, sized, texts};
use description::{Description, described, seen};
use reqwest::{RequestBuilder, Response};
use serde_json::Value;
use vipmp::demo::{Demo, DemoOptions, FAULT_KINDS, RESELLER_ID};

const CUSTOMER: &str = "/v3/customers/1006500792";
const NOTIFICATIONS: &str = "/v3/notifications";
/// The parameter without which notifications are refused.
const PENDING: &str = "?notification-type=LICENSES_PENDING_PARTNER_ORDER";
const DISCOUNTS: &str = "/v3/flex-discounts";
/// The parameters without which flexible discounts are refused.
const SEGMENT: &str = "?market-segment=COM&country=US";
const TOKEN: &str = "/ims/token/v3";

/// Returns all values with a key of this name, at any depth.
fn find<'v>(value: &'v Value, key: &str, found: &mut Vec<&'v Value>) {
    match value {
        Value::Object(object) => {
            found.extend(object.get(key));
            object.values().for_each(|below| find(below, key, found));
        }
        Value::Array(list) => list.iter().for_each(|below| find(below, key, found)),
        _ => {}
    }
}

async fn send(request: RequestBuilder) -> Response {
    request.send().await.expect("an answer")
}

/// Requests a path with names in braces, with all headers.
fn request(api: &Api, path: &str, ids: &[(&str, &str)]) -> RequestBuilder {
    if path.starts_with("/ims/") {
        return api.http.post(format!("{}{path}", api.demo.api_url())).form(&[
            ("grant_type", "client_credentials"),
            ("client_id", api.demo.client_id()),
            ("client_secret", api.demo.client_secret()),
        ]);
    }
    let query = match path {
        NOTIFICATIONS => PENDING,
        DISCOUNTS => SEGMENT,
        _ => "",
    };
    let path = ids
        .iter()
        .fold(format!("{path}{query}"), |path, (name, id)| path.replace(&format!("{{{name}}}"), id));
    assert!(!path.contains('{'), "{path}");
    api.request_with(&path, &DOCUMENTED)
}

/// Returns the IDs of existing things.
async fn ids(api: &Api) -> Vec<(&'static str, String)> {
    let first = async |list: &str, field: &str| {
        let list = api.ok(&format!("{CUSTOMER}/{list}")).await;
        texts(&list["items"], field)[0].to_owned()
    };
    vec![
        ("reseller-id", RESELLER_ID.to_owned()),
        ("customer-id", "1006500792".to_owned()),
        ("subscription-id", first("subscriptions", "/subscriptionId").await),
        ("order-id", first("orders", "/orderId").await),
    ]
}

#[test]
fn every_path_is_described_and_every_description_is_of_a_path() {
    let description = Description::read();
    let described: BTreeSet<_> =
        description.operations().into_iter().map(|(method, path, _)| (method, path)).collect();
    let served = Demo::paths().into_iter().map(|(method, path)| (method.to_owned(), path.to_owned()));
    assert_eq!(described, served.collect());
}

#[test]
fn the_description_agrees_with_itself() {
    let description = Description::read();
    assert_eq!(description.value["openapi"], "3.1.0");
    assert_eq!(description.value["info"]["version"], env!("CARGO_PKG_VERSION"));
    let (mut references, mut operations, mut targets) = (Vec::new(), Vec::new(), Vec::new());
    find(&description.value, "$ref", &mut references);
    find(&description.value["paths"], "operationId", &mut operations);
    let used: BTreeSet<&str> = references.iter().map(|to| to.as_str().expect("text")).collect();
    for (kind, all) in description.value["components"].as_object().expect("components") {
        for name in all.as_object().expect("names").keys().filter(|_| kind != "securitySchemes") {
            assert!(
                used.contains(format!("#/components/{kind}/{name}").as_str()),
                "{kind}/{name} is not used"
            );
        }
    }
    assert!(used.iter().all(|to| description.value.pointer(&to[1..]).is_some()), "{used:?}");
    find(&description.value["paths"], "links", &mut targets);
    let targets = targets.iter().flat_map(|links| links.as_object().expect("links").values());
    let names: BTreeSet<&str> = description
        .operations()
        .iter()
        .map(|(_, path, operation)| {
            let in_path: BTreeSet<&str> = operation["parameters"]
                .as_array()
                .expect("parameters")
                .iter()
                .map(|parameter| description.resolve(parameter))
                .filter(|parameter| parameter["in"] == "path")
                .map(|parameter| parameter["name"].as_str().expect("a name"))
                .collect();
            let named = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
            assert_eq!(in_path, named.collect(), "{path}");
            operation["operationId"].as_str().expect("a name")
        })
        .collect();
    assert_eq!(names.len(), Demo::paths().len(), "each has a name of its own");
    for target in targets {
        assert!(names.contains(target["operationId"].as_str().expect("a name")), "{target}");
    }
}

#[tokio::test]
async fn every_path_answers_as_described() {
    let (api, mut description) = (Api::start(sized(60)).await, Description::read());
    let ids = ids(&api).await;
    let ids: Vec<(&str, &str)> = ids.iter().map(|(name, id)| (*name, id.as_str())).collect();
    for (_, path) in Demo::paths() {
        let answer = send(request(&api, path, &ids)).await;
        assert_eq!(answer.status(), 200, "{path}");
        description.check(path, answer).await;
    }
}

#[tokio::test]
async fn every_error_that_is_described_is_served_as_described() {
    let (api, mut description) = (Api::start(sized(60)).await, Description::read());
    let ids = ids(&api).await;
    let ids: Vec<(&str, &str)> = ids.iter().map(|(name, id)| (*name, id.as_str())).collect();
    let operations: Vec<(String, Vec<String>)> = description
        .operations()
        .into_iter()
        .map(|(_, path, operation)| {
            let statuses = operation["responses"].as_object().expect("responses").keys();
            (path, statuses.filter(|status| *status != "200").cloned().collect())
        })
        .collect();
    for (path, statuses) in operations {
        for status in statuses {
            let answer = if path.starts_with("/ims/") && status.starts_with('4') && status != "429" {
                send(refused_token(&api, &path, &status)).await
            } else {
                api.demo.set_faults(format!("{status}:1").parse().expect("a kind of fault"));
                let answer = send(request(&api, &path, &ids)).await;
                api.demo.set_faults("hang:0".parse().expect("none"));
                answer
            };
            assert_eq!(answer.status().as_str(), status, "{path}");
            description.check(&path, answer).await;
        }
        // Conversely, every path that is served is described.
        for kind in FAULT_KINDS.iter().filter(|kind| kind.name.parse::<u16>().is_ok()) {
            api.demo.set_faults(format!("{}:1", kind.name).parse().expect("a kind of fault"));
            description.check(&path, send(request(&api, &path, &ids)).await).await;
        }
        api.demo.set_faults("hang:0".parse().expect("none"));
    }
}

/// Checks that a token request is refused like this.
fn refused_token(api: &Api, path: &str, status: &str) -> RequestBuilder {
    let request = api.http.post(format!("{}{path}", api.demo.api_url()));
    let (id, kind) = (api.demo.client_id(), "client_credentials");
    match status {
        "400" => request.form(&[("grant_type", "password")]),
        "401" => request.form(&[("grant_type", kind), ("client_id", id), ("client_secret", "x")]),
        "413" => request.form(&[("grant_type", "x".repeat(3 << 20))]),
        _ => panic!("{status} is not known here"),
    }
}

#[tokio::test]
async fn every_code_is_served_as_described() {
    let (api, mut description) = (Api::start(sized(60)).await, Description::read());
    let list = "/v3/resellers/{reseller-id}/customers";
    let orders = "/v3/customers/{customer-id}/orders";
    let customer = "/v3/customers/{customer-id}";
    let with = |path: &str| api.request_with(path, &DOCUMENTED);
    let without = |path: &str, header: &str| api.request_without(path, header);
    let below = |rest: &str| format!("{CUSTOMER}/{rest}");
    let used = api.request_with(&customers(""), &["Authorization", "X-Api-Key"]).header("X-Request-Id", "r");
    assert_eq!(send(used.try_clone().expect("no body")).await.status(), 200);
    let mut seen = BTreeSet::new();
    for (path, request, code) in [
        (list, with(&customers("limit=51&status=7")), "1117"),
        (list, with(&customers("company-name=")), "1132"),
        (orders, with(&below("orders?offset=9999")), "1133"),
        (customer, without(CUSTOMER, "X-Correlation-Id"), "4119"),
        (list, used, "4120"),
        (customer, without(CUSTOMER, "Authorization").header("Authorization", "Bearer x"), "4116"),
        ("/ping", without("/ping", "X-Api-Key"), "4115"),
        (customer, without(CUSTOMER, "Authorization"), "4117"),
        (list, with("/v3/resellers/1/customers"), "1115"),
        (NOTIFICATIONS, with(&format!("{NOTIFICATIONS}{PENDING}&reseller-id=1")), "1115"),
        (NOTIFICATIONS, with(NOTIFICATIONS), "1117"),
        (DISCOUNTS, with(DISCOUNTS), "1117"),
        (DISCOUNTS, with(&format!("{DISCOUNTS}{SEGMENT}&limit=51")), "1117"),
        (DISCOUNTS, with(&format!("{DISCOUNTS}{SEGMENT}&offset=99")), "1133"),
        (customer, with("/v3/customers/1"), "1116"),
        ("/v3/customers/{customer-id}/orders/{order-id}", with(&below("orders/1")), "2115"),
        (
            "/v3/customers/{customer-id}/subscriptions/{subscription-id}",
            with(&below("subscriptions/1")),
            "3115",
        ),
    ] {
        let body = description.check(path, send(request).await).await;
        assert_eq!(body["code"], code, "{path}");
        seen.insert(code.to_owned());
    }
    for (kind, code) in [("403", "4121"), ("404", "404"), ("408", "408"), ("429", "4118")] {
        api.demo.set_faults(format!("{kind}:1").parse().expect("a kind of fault"));
        let body = description.check("/ping", send(with("/ping")).await).await;
        assert_eq!(body["code"], code);
        seen.insert(code.to_owned());
    }
    api.demo.set_faults("500:1".parse().expect("a kind of fault"));
    for number in 0..20 {
        let body = description.check(customer, send(with(&format!("/v3/customers/{number}"))).await).await;
        seen.extend(body["code"].as_str().map(str::to_owned));
    }
    let responses = description.value["components"]["responses"].as_object().expect("responses").values();
    let codes = responses.filter_map(|response| {
        response.pointer("/content/application~1json/schema/properties/code/enum")?.as_array()
    });
    let described: BTreeSet<String> =
        codes.flatten().map(|code| code.as_str().expect("text").to_owned()).collect();
    assert_eq!(seen, described);
}

#[tokio::test]
async fn a_client_that_asks_too_often_is_refused_as_described() {
    let limit = "0.01/s".parse().ok();
    let api = Api::start(DemoOptions { rate_limit: limit, ..sized(5) }).await;
    let mut description = Description::read();
    let ids = ["reseller-id", "customer-id", "subscription-id", "order-id"].map(|name| (name, "1"));
    for (_, path) in Demo::paths() {
        let answer = send(request(&api, path, &ids)).await;
        assert!(answer.status() == 429 && answer.headers().contains_key("retry-after"), "{path}");
        description.check(path, answer).await;
    }
}

#[tokio::test]
async fn every_answer_of_a_portfolio_is_as_described_and_has_every_field_that_is() {
    // Hostile accounts are described too: their tags mark them.
    let options = DemoOptions { customers: 400, ..hostile() };
    let (api, mut description) = (Api::start(options).await, Description::read());
    let mut wanted = BTreeSet::new();
    for (name, schema) in description.value["components"]["schemas"].as_object().expect("schemas") {
        // The formats of requests and errors are checked above.
        if !["TokenRequest", "Error", "TokenError"].contains(&name.as_str()) {
            described(name, schema, &mut wanted);
        }
    }
    let mut met = BTreeSet::new();
    let mut ask = async |path: &str, url: &str, met: &mut BTreeSet<String>| {
        let answer = if path == TOKEN {
            api.token_request(&[]).await
        } else {
            send(api.request_with(url, &DOCUMENTED)).await
        };
        assert_eq!(answer.status(), 200, "{url}");
        let body = description.check(path, answer).await;
        let method = if path == TOKEN { "post" } else { "get" };
        let answers = &description.value["paths"][path][method]["responses"];
        let schema = &answers["200"]["content"]["application/json"]["schema"];
        seen(&description, "", schema, &body, met);
        body
    };
    ask(TOKEN, "", &mut met).await;
    let resellers = ask("/v3/resellers", "/v3/resellers?limit=50", &mut met).await;
    for id in texts(&resellers["accounts"], "/resellerId") {
        ask("/v3/resellers/{reseller-id}", &format!("/v3/resellers/{id}"), &mut met).await;
    }
    ask(NOTIFICATIONS, &format!("{NOTIFICATIONS}{PENDING}&limit=1&offset=1"), &mut met).await;
    let reusable = "include-eligible-reusable-discounts=true";
    ask(DISCOUNTS, &format!("{DISCOUNTS}{SEGMENT}&{reusable}&limit=2&offset=2"), &mut met).await;
    ask(DISCOUNTS, &format!("{DISCOUNTS}{SEGMENT}&{reusable}"), &mut met).await;
    let mut customer_ids = Vec::new();
    for status in ["1000", "1002", "1004", "1026"] {
        for offset in (0..400).step_by(50) {
            let url = customers(&format!("limit=50&status={status}&offset={offset}"));
            let page = ask("/v3/resellers/{reseller-id}/customers", &url, &mut met).await;
            customer_ids.extend(texts(&page["accounts"], "/customerId").into_iter().map(str::to_owned));
        }
    }
    assert_eq!(customer_ids.len(), 400);
    for id in customer_ids {
        let lists =
            ["", "/subscriptions", "/orders", "/deployments", "/open-acquisitions", "/flex-discounts"];
        for below in lists {
            let path = format!("/v3/customers/{{customer-id}}{below}");
            let priced = "?start-date=2000-01-01&limit=15&offset=1&fetch-price=true";
            let query = if below == "/orders" { priced } else { "" };
            let url = format!("/v3/customers/{id}{below}{query}");
            if below == "/orders"
                && api.ok(&format!("/v3/customers/{id}/orders?start-date=2000-01-01")).await["totalCount"]
                    == 0
            {
                continue;
            }
            ask(&path, &url, &mut met).await;
        }
    }
    let missing: Vec<&String> = wanted.difference(&met).collect();
    assert!(missing.is_empty(), "described and never served: {missing:?}");
}
