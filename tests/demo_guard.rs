//! The demo's checks: keys, tokens, IDs, strict mode; and the start and stop of the server.

#![allow(clippy::expect_used, reason = "what is expected here and does not come is a failed test")]

mod demo_support;

use std::time::{Duration, Instant};

use demo_support::{Api, DOCUMENTED, customers, json, options, sized};
use reqwest::{Method, StatusCode};
use serde_json::json;
use vipmp::demo::{Demo, DemoOptions};

const CUSTOMER: &str = "/v3/customers/1006500792";

/// Returns the status and code of a response.
async fn refusal(request: reqwest::RequestBuilder) -> (u16, String) {
    let (status, body) = json(request.send().await.expect("an answer")).await;
    (status, body["code"].as_str().unwrap_or_default().to_owned())
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn key_and_token_are_required_everywhere() {
    let api = Api::start(sized(5)).await;
    for path in ["/v3/resellers", &customers(""), CUSTOMER, &format!("{CUSTOMER}/orders")] {
        assert_eq!(refusal(api.request_without(path, "X-Api-Key")).await, refused(403, "4115"));
        let wrong = api.request_without(path, "X-Api-Key").header("X-Api-Key", "another");
        assert_eq!(refusal(wrong).await, refused(403, "4115"));
        assert_eq!(refusal(api.request_without(path, "Authorization")).await, refused(403, "4117"));
        for token in ["Bearer nonsense", "Bearer ", "Basic dTpw", &format!("Bearer {}x", api.token)] {
            let answer =
                refusal(api.request_without(path, "Authorization").header("Authorization", token)).await;
            assert_eq!(answer, refused(401, "4116"), "{token}");
        }
    }
}

#[tokio::test]
async fn a_correlation_id_is_required_except_on_lists_and_pings() {
    let api = Api::start(sized(5)).await;
    let missing = |path: &str| api.request_without(path, "X-Correlation-Id").send();
    for path in ["/v3/resellers", &customers(""), "/ping", "/partnerservice/ping"] {
        assert_eq!(missing(path).await.unwrap().status(), 200, "{path}");
    }
    for path in [CUSTOMER, "/v3/resellers/1000396138", &format!("{CUSTOMER}/subscriptions")] {
        assert_eq!(json(missing(path).await.unwrap()).await.1["code"], "4119", "{path}");
    }
}

#[tokio::test]
async fn by_default_the_service_is_more_lenient_than_its_documentation() {
    let api = Api::start(sized(5)).await;
    let needed = ["Authorization", "X-Api-Key"];
    assert_eq!(api.request_with(&customers(""), &needed).send().await.unwrap().status(), 200);
    let odd =
        api.request_with(&customers(""), &needed).header("Accept", "text/html").header("X-Unknown", "1");
    assert_eq!(odd.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn strict_mode_requires_every_documented_header() {
    let api = Api::start(DemoOptions { strict: true, ..sized(5) }).await;
    for path in ["/v3/resellers", &customers(""), CUSTOMER] {
        assert_eq!(api.get(path).await.0, 200);
    }
    for path in ["/ping", "/partnerservice/ping"] {
        assert_eq!(api.request_with(path, &DOCUMENTED).send().await.unwrap().status(), 200);
    }
    let codes = ["1117", "4119", "1117", "1117", "4117", "4115"];
    for (missing, code) in DOCUMENTED.into_iter().zip(codes) {
        for path in ["/v3/resellers", &customers(""), CUSTOMER, "/ping", "/partnerservice/ping"] {
            assert_eq!(refusal(api.request_without(path, missing)).await.1, code, "{path} without {missing}");
        }
    }
    for name in ["Accept", "Content-Type"] {
        let other = api.request_without(CUSTOMER, name).header(name, "application/json; charset=utf-8");
        assert_eq!(refusal(other).await, refused(400, "1117"), "{name}");
    }
    let token = api.token_request(&[("scope", "")]).await;
    assert_eq!(json(token).await.1["error"], "invalid_scope");
}

#[tokio::test]
async fn a_request_id_is_used_once_but_repetitions_get_their_answer_again() {
    let api = Api::start(sized(60)).await;
    let ask = async |path: &str, request: &str, correlation: &str| {
        let mut call =
            api.request_with(path, &["Authorization", "X-Api-Key"]).header("X-Request-Id", request);
        if !correlation.is_empty() {
            call = call.header("X-Correlation-Id", correlation);
        }
        json(call.send().await.unwrap()).await
    };
    let first = ask(CUSTOMER, "r1", "c1").await;
    assert_eq!(first.0, 200);
    assert_eq!(ask(CUSTOMER, "r1", "c1").await, first, "the same pair again");
    assert_eq!(ask(CUSTOMER, "r2", "c1").await, first, "a retry with a new request id");
    let duplicate = ask(CUSTOMER, "r1", "c2").await;
    assert_eq!((duplicate.0, &duplicate.1["code"]), (400, &json!("4120")));
    assert_eq!(ask(CUSTOMER, "r3", "c2").await, first, "one retry with a new request ID succeeds");
    let page =
        async |offset: usize| ask(&customers(&format!("limit=5&offset={offset}")), "list", "pages").await;
    let (one, two) = (page(0).await, page(5).await);
    assert_eq!((one.0, two.0), (200, 200), "one pair of ids for all pages");
    assert_ne!(one.1["accounts"], two.1["accounts"], "each page is its own page");
    assert_eq!(ask(&customers(""), "alone", "").await.0, 200);
    assert_eq!(ask(&customers(""), "alone", "").await.1["code"], "4120");
}

#[tokio::test]
async fn the_ids_come_back_on_every_answer() {
    let api = Api::start(sized(5)).await;
    for path in [CUSTOMER, "/v3/customers/1", "/no/such/path", "/ping"] {
        let request = api.request_with(path, &["Authorization", "X-Api-Key"]);
        let request = request.header("X-Request-Id", format!("r{path}")).header("X-Correlation-Id", "c");
        let answer = request.send().await.unwrap();
        assert_eq!(answer.headers()["x-request-id"], format!("r{path}").as_str());
        assert_eq!(answer.headers()["x-correlation-id"], "c");
    }
    let generated = api.request_with("/ping", &["X-Api-Key"]).send().await.unwrap();
    let id = generated.headers()["x-request-id"].to_str().unwrap().to_owned();
    assert!(uuid::Uuid::parse_str(&id).is_ok(), "{id}");
    assert!(!generated.headers().contains_key("x-correlation-id"));
    assert!(api.token_request(&[]).await.headers().contains_key("x-request-id"));
}

#[tokio::test]
async fn pings_need_the_key_and_the_second_checks_a_token() {
    let api = Api::start(sized(5)).await;
    for path in ["/ping", "/partnerservice/ping"] {
        let answer = api.request_with(path, &["X-Api-Key"]).send().await.unwrap();
        assert_eq!((answer.status(), answer.text().await.unwrap().as_str()), (StatusCode::OK, "pong"));
        assert_eq!(refusal(api.request_with(path, &["Authorization"])).await, refused(403, "4115"));
    }
    let wrong = |path| api.request_with(path, &["X-Api-Key"]).header("Authorization", "Bearer nonsense");
    assert_eq!(wrong("/ping").send().await.unwrap().status(), 200);
    assert_eq!(refusal(wrong("/partnerservice/ping")).await, refused(401, "4116"));
}

#[tokio::test]
async fn other_methods_and_paths_are_refused_in_the_error_shape() {
    let api = Api::start(sized(5)).await;
    for path in [CUSTOMER, "/v3/resellers", "/ping"] {
        for method in [Method::POST, Method::PATCH, Method::PUT, Method::DELETE, Method::OPTIONS] {
            let request = api.http.request(method.clone(), format!("{}{path}", api.demo.api_url()));
            assert_eq!(refusal(request).await, refused(405, "405"), "{method} {path}");
        }
    }
    for path in ["/", "/v3", "/v3/customers", "/v3/customers/1/2/3", "/v3/customers/", "/v4/resellers"] {
        assert_eq!(api.refused(path).await, refused(404, "404"), "{path}");
    }
    for path in ["/v3/customers/1", "/v3/customers/%FF%FE", "/v3/customers/10065007920/orders"] {
        assert_eq!(api.refused(path).await, refused(404, "1116"), "{path}");
    }
    let get = api.http.get(api.demo.token_url());
    assert_eq!(refusal(get).await, refused(405, "405"));
}

#[tokio::test]
async fn the_token_service_issues_tokens_only_for_the_right_secret() {
    let api = Api::start(sized(5)).await;
    assert_eq!(api.demo.token_url(), format!("{}/ims/token/v3", api.demo.api_url()));
    let (status, body) = json(api.token_request(&[]).await).await;
    assert_eq!((status, &body["expires_in"], &body["token_type"]), (200, &json!(86_399), &json!("bearer")));
    assert_ne!(body["access_token"], api.token, "each token is its own");
    assert_eq!(api.get(CUSTOMER).await.0, 200, "and the earlier one is still good");
    let wrong = [
        ("grant_type", "password", 400, "unsupported_grant_type"),
        ("grant_type", "", 400, "unsupported_grant_type"),
        ("client_id", "another", 400, "invalid_client"),
        ("client_id", "", 400, "invalid_client"),
        ("client_secret", "another", 401, "invalid_client"),
        ("client_secret", "", 401, "invalid_client"),
    ];
    for (field, value, status, error) in wrong {
        let answer = json(api.token_request(&[(field, value)]).await).await;
        assert_eq!((answer.0, &answer.1["error"]), (status, &json!(error)), "{field}={value}");
        assert!(answer.1["error_description"].is_string());
    }
    let text = api.http.post(api.demo.token_url()).body("grant_type=client_credentials").send().await;
    assert_eq!(json(text.unwrap()).await.1["error"], "invalid_request");
    let older = format!("{}/ims/token/v2", api.demo.api_url());
    assert_eq!(json(api.http.post(older).form(&[("grant_type", "x")]).send().await.unwrap()).await.0, 400);
}

#[tokio::test]
async fn expired_tokens_are_refused_and_new_ones_accepted() {
    let mut api = Api::start(sized(5)).await;
    assert_eq!(api.get(CUSTOMER).await.0, 200);
    api.demo.expire_tokens();
    assert_eq!(api.refused(CUSTOMER).await, refused(401, "4116"));
    let answer = json(api.token_request(&[]).await).await.1;
    answer["access_token"].as_str().unwrap().clone_into(&mut api.token);
    assert_eq!(api.get(CUSTOMER).await.0, 200);
}

#[tokio::test]
async fn requests_are_counted_by_path() {
    let api = Api::start(sized(5)).await;
    assert_eq!(api.demo.requests(), 1, "the token");
    for _ in 0..3 {
        api.list("limit=1").await;
    }
    api.refused("/v3/customers/1").await;
    let counts = api.demo.requests_by_path();
    assert_eq!(counts["/v3/resellers/1000396138/customers"], 3);
    assert_eq!((counts["/v3/customers/1"], counts["/ims/token/v3"]), (1, 1));
    assert_eq!(api.demo.requests(), 5);
}

#[tokio::test]
async fn every_response_is_delayed_by_the_latency() {
    let latency = Duration::from_millis(60);
    let started = Instant::now();
    let api = Api::start(DemoOptions { latency, ..sized(5) }).await;
    assert!(started.elapsed() >= latency, "the token service too");
    for path in [CUSTOMER, "/no/such/path"] {
        let asked = Instant::now();
        api.get(path).await;
        assert!(asked.elapsed() >= latency, "{path}");
    }
}

#[tokio::test]
async fn each_start_has_its_own_port_key_and_secret_and_shows_none() {
    let (one, other) = (Demo::start(options()).await.unwrap(), Demo::start(options()).await.unwrap());
    assert_ne!(one.api_url(), other.api_url());
    assert!(one.api_url().starts_with("http://127.0.0.1:"));
    assert_ne!(one.client_id(), other.client_id());
    assert_ne!(one.client_secret(), other.client_secret());
    let shown = format!("{one:?}");
    assert!(!shown.contains(one.client_id()) && !shown.contains(one.client_secret()), "{shown}");
    assert_eq!(one.reseller_id(), "1000396138");
    let port = one.api_url().rsplit(':').next().unwrap().parse().unwrap();
    let taken = Demo::start(DemoOptions { port, ..options() }).await.unwrap_err().to_string();
    assert!(taken.starts_with(&format!("the demo cannot listen on port {port} of 127.0.0.1: ")), "{taken}");
}

#[tokio::test]
async fn the_server_ends_with_the_demo() {
    let api = Api::start(sized(5)).await;
    assert_eq!(api.get(CUSTOMER).await.0, 200);
    let url = format!("{}{CUSTOMER}", api.demo.api_url());
    let Api { demo, http, .. } = api;
    drop(demo);
    // The idle connection is closed, and no new one is accepted.
    let ended = async {
        while http.get(&url).send().await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), ended).await.expect("the server ends");
}
