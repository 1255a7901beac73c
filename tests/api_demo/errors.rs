//! Every error of the demo, as the client reports it.

use vipmp::{
    api::{ApiError, ErrorKind, Service},
    demo::{Demo, DemoOptions, RESELLER_ID},
    model::{CustomerQuery, Link, NamePattern, Status},
};

use crate::{
    relay::Relay,
    setup::{FIRST_SAMPLE, Setup, code, list_path, small, with_status},
};

/// Checks that an error has this kind, status, code and start of its text, and the ID of the failed request.
fn check_error(error: &ApiError, kind: ErrorKind, status: u16, with_code: &str, words: &str) {
    assert_eq!((error.kind, error.status, code(error)), (kind, Some(status), with_code), "{error}");
    assert_eq!(error.service, Service::Api);
    let told = error.user_message();
    assert!(told.summary.starts_with(&format!("{status} {words}")), "{told}");
    let exchange = error.exchange.as_deref().expect("a record");
    assert_eq!(error.request_id(), Some(exchange.request_id.as_str()), "the demo gives the id back");
    assert!(told.summary.ends_with(&format!("Request ID {}.", exchange.request_id)), "{told}");
    assert!(!told.hint.is_empty());
}

#[tokio::test]
async fn missing_things_are_named() {
    let Setup { demo, client } = Setup::start(small()).await;
    let error = client.customers("1000000001", &with_status("1000")).await.unwrap_err();
    check_error(&error, ErrorKind::NotFound, 404, "1115", "No reseller 1000000001 for this account (1115).");
    let error = client.reseller("1000000001").await.unwrap_err();
    check_error(&error, ErrorKind::NotFound, 404, "1115", "No reseller 1000000001 for this account (1115).");
    let words = "No customer 1999999999 for this account (1116).";
    let id = "1999999999";
    check_error(&client.customer(id).await.unwrap_err(), ErrorKind::NotFound, 404, "1116", words);
    check_error(&client.subscriptions(id).await.unwrap_err(), ErrorKind::NotFound, 404, "1116", words);
    let error = client.orders(id, &vipmp::api::OrdersQuery::default()).await.unwrap_err();
    check_error(&error, ErrorKind::NotFound, 404, "1116", words);
    assert_eq!(demo.requests(), 6, "none of them is tried twice; one to sign in");

    for odd in ["0", "abc", "1006500792 ", "1006500792?limit=1", "é"] {
        let error = client.customer(odd).await.unwrap_err();
        check_error(&error, ErrorKind::NotFound, 404, "1116", "No customer");
    }
    let before = demo.requests();
    for impossible in ["1006500792/orders", "../resellers", "%2e%2e"] {
        let error = client.customer(impossible).await.unwrap_err();
        assert_eq!((error.kind, error.exchange), (ErrorKind::BadRequest, None), "{impossible}");
    }
    assert_eq!(demo.requests(), before);
    for (uri, with_code, detail) in [
        ("/v3/customers/1999999999", "1116", "Customer ID: 1999999999"),
        ("/v3/customers/1006500792/orders/1", "2115", "Order ID: 1"),
        ("/v3/customers/1006500792/subscriptions/1", "3115", "Subscription ID: 1"),
        ("/v3/nothing", "404", "Path: /v3/nothing"),
    ] {
        let error = client.customer_by_link(&Link::get(uri)).await.unwrap_err();
        check_error(&error, ErrorKind::NotFound, 404, with_code, "No customer behind this link");
        assert_eq!(*error.details, [detail]);
    }
}

#[tokio::test]
async fn wrong_fields_are_named_with_the_allowed_values() {
    let Setup { demo, client } = Setup::start(small()).await;
    let refused = "The API refused a field of the request (1117): ";
    let query = CustomerQuery::new(Status::new("1010"), 20).unwrap();
    let error = client.customers(RESELLER_ID, &query).await.unwrap_err();
    check_error(&error, ErrorKind::BadRequest, 400, "1117", refused);
    assert_eq!(*error.details, ["status must be one of 1000, 1002, 1004, 1026"]);
    // Requests that the types rule out are made through links.
    let orders = format!("/v3/customers/{FIRST_SAMPLE}/orders");
    for (path, query, details) in [
        (list_path(), "limit=0", &["limit must be a number from 1 to 50"][..]),
        (list_path(), "limit=51", &["limit must be a number from 1 to 50"]),
        (list_path(), "limit=ten", &["limit must be a number from 1 to 50"]),
        (list_path(), "offset=-1", &["offset must be a number not less than 0"]),
        (list_path(), "status=all", &["status must be one of 1000, 1002, 1004, 1026"]),
        (list_path(), "sort-by=customerId", &["sort-by must be one of creationDate, companyName"]),
        (list_path(), "order-by=down", &["order-by must be one of desc, asc"]),
        (list_path(), "from-created-date=27.08.2025", &["from-created-date must be a date like 2025-08-27"]),
        (list_path(), "to-created-date=2025-02-30", &["to-created-date must be a date like 2025-08-27"]),
        (
            list_path(),
            "from-created-date=2025-08-02&to-created-date=2025-08-01",
            &["from-created-date is later than to-created-date"],
        ),
        (
            list_path(),
            "limit=0&offset=x",
            &["offset must be a number not less than 0", "limit must be a number from 1 to 50"],
        ),
        (orders.clone(), "limit=0", &["limit must be a number not less than 1"]),
        (
            orders.clone(),
            "start-date=soon",
            &["start-date must be a date like 2025-08-27 or 2025-08-27T12:57:22Z"],
        ),
        (orders, "start-date=2025-02-01&end-date=2025-01-01", &["start-date is later than end-date"]),
    ] {
        let error = client.orders_by_link(&Link::get(format!("{path}?{query}"))).await.unwrap_err();
        check_error(&error, ErrorKind::BadRequest, 400, "1117", &format!("{refused}{}.", details.join("; ")));
        assert_eq!(*error.details, *details, "{query}");
        assert_eq!(error.user_message().hint, "Correct the values named above.");
    }
    assert_eq!(demo.requests(), 16, "none of them is tried twice; one to sign in");
}

#[tokio::test]
async fn a_name_that_cannot_be_searched_for_is_reported() {
    let Setup { demo, client } = Setup::start(small()).await;
    let named = |text: String| with_status("1000").named(NamePattern::parse(&text));
    let error = client.customers(RESELLER_ID, &named("x".repeat(250))).await.unwrap_err();
    let words = "The API cannot search for this value (1132): company-name has more than 250 characters.";
    check_error(&error, ErrorKind::BadRequest, 400, "1132", words);
    assert!(client.customers(RESELLER_ID, &named("ü".repeat(249))).await.is_ok(), "characters, not bytes");
    assert_eq!(demo.requests(), 3);
}

async fn demo(options: DemoOptions) -> Demo {
    Demo::start(options).await.expect("a port is free")
}

#[tokio::test]
async fn headers_that_a_proxy_removes_are_named() {
    let demo = demo(small()).await;
    for (name, kind, status, with_code, words) in [
        ("authorization", ErrorKind::Forbidden, 403, "4117", "The API received no access token (4117)."),
        (
            "x-correlation-id",
            ErrorKind::BadRequest,
            400,
            "4119",
            "The API received no correlation ID (4119).",
        ),
        ("x-api-key", ErrorKind::Forbidden, 403, "4115", "The API key was not accepted (4115)."),
    ] {
        let relay = Relay::without(&demo, name).await;
        let error = relay.client(&demo).customer(FIRST_SAMPLE).await.unwrap_err();
        check_error(&error, kind, status, with_code, words);
        assert_eq!(relay.seen().len(), 1, "{name}: not tried again");
    }
    for (name, detail) in [
        ("accept", "Accept must be application/json"),
        ("content-type", "Content-Type must be application/json"),
        ("x-request-id", "X-Request-Id is missing"),
    ] {
        let relay = Relay::without(&demo, name).await;
        let error = relay.client(&demo).customers(RESELLER_ID, &with_status("1000")).await.unwrap_err();
        assert_eq!((error.kind, code(&error)), (ErrorKind::BadRequest, "1117"), "{name}");
        assert_eq!(*error.details, [detail]);
        assert!(error.user_message().summary.contains(&format!("(1117): {detail}.")), "{error}");
    }
}

#[tokio::test]
async fn the_lenient_demo_does_not_need_optional_headers() {
    let demo = demo(DemoOptions { strict: false, ..small() }).await;
    for name in ["accept", "content-type"] {
        let relay = Relay::without(&demo, name).await;
        assert!(relay.client(&demo).customer(FIRST_SAMPLE).await.is_ok(), "{name}");
    }
    let relay = Relay::without(&demo, "x-request-id").await;
    let exchange = relay.client(&demo).customer(FIRST_SAMPLE).await.unwrap().exchange;
    let made = exchange.server_request_id.as_deref().expect("the server makes an id");
    assert_ne!(made, exchange.request_id);
    assert_eq!(exchange.support_id(), Some(made), "the server's id is the one that support knows");
    let relay = Relay::without(&demo, "x-correlation-id").await;
    assert!(relay.client(&demo).customers(RESELLER_ID, &with_status("1000")).await.is_ok(), "a list");
    let error = relay.client(&demo).customer(FIRST_SAMPLE).await.unwrap_err();
    assert_eq!(code(&error), "4119", "but for a list");
}

#[tokio::test]
async fn a_request_id_that_a_proxy_repeats_is_retried_once_and_reported() {
    let demo = demo(small()).await;
    let relay = Relay::with(&demo, "x-request-id", "fixed-by-the-proxy").await;
    let client = relay.client(&demo);
    assert!(client.customer(FIRST_SAMPLE).await.is_ok(), "the first use is good");
    let error = client.subscriptions(FIRST_SAMPLE).await.unwrap_err();
    assert_eq!((error.kind, error.status, code(&error)), (ErrorKind::BadRequest, Some(400), "4120"));
    assert_eq!(error.exchange.as_ref().map(|exchange| exchange.attempts), Some(2));
    assert_eq!(error.request_id(), Some("fixed-by-the-proxy"), "as the server knows it");
    assert!(
        error
            .user_message()
            .summary
            .starts_with("400 The API reported twice that this request ID had been used before"),
        "{error}"
    );
    let seen = relay.seen();
    let id = |place: usize| seen[place]["x-request-id"].clone();
    assert!(seen.len() == 3 && id(0) != id(1) && id(1) != id(2), "each had an id of its own");
}
