//! The requests that are sent, and the results of successful responses.

use std::{
    collections::HashSet,
    io,
    sync::{Arc, Mutex},
};

use vipmp::{
    api::{ErrorKind, HIDDEN, OrdersQuery},
    collect::ResellerList,
    model::{CustomerQuery, Link, Status},
};

use crate::server::{KEY, Reply, Server, TOKEN, TokenList};

const CUSTOMER: &str =
    r#"{"customerId": "1006500792", "companyProfile": {"companyName": "Acme Print GmbH"}}"#;

fn query() -> CustomerQuery {
    CustomerQuery::new(Status::active(), 50).unwrap()
}

#[tokio::test]
async fn the_list_of_resellers_includes_all_pages() {
    let all: Vec<usize> = (0..1_234).collect();
    let server = Server::start(move |seen, _| {
        let offset = seen.target.split("offset=").nth(1).unwrap().split('&').next().unwrap();
        let page = all.iter().skip(offset.parse().unwrap()).take(50);
        // One row has no ID. It counts, and stays in its place.
        let row = |n: &usize| if *n == 77 { "{}".to_owned() } else { format!(r#"{{"resellerId": "{n}"}}"#) };
        let rows: Vec<String> = page.map(row).collect();
        Reply::ok(format!(r#"{{"totalCount": {}, "accounts": [{}]}}"#, all.len(), rows.join(",")))
    })
    .await;
    let mut list = ResellerList::new(server.client(), 4);
    let mut came = Vec::new();
    while let Some(rows) = list.next().await.unwrap() {
        came.extend(rows.into_iter().map(|row| row.ok().map(|row| row.reseller_id)));
    }
    let expected = (0..1_234).map(|n| (n != 77).then(|| n.to_string()));
    assert_eq!(came, expected.collect::<Vec<_>>());
    assert_eq!((list.stats().total, list.stats().incomplete), (Some(1_234), None));
    assert_eq!(server.seen().len(), 26, "pages overlap by a row");
}

#[tokio::test]
async fn every_method_requests_its_own_resource() {
    let server = Server::start(|seen, _| {
        Reply::ok(if seen.target.contains("/customers?") {
            r#"{"totalCount": 1, "count": 1, "accounts": [{"customerId": "1"}]}"#
        } else if ["/subscriptions", "/orders", "/notifications"]
            .iter()
            .any(|part| seen.target.contains(part))
        {
            r#"{"totalCount": 0, "items": []}"#
        } else if seen.target.ends_with("/open-acquisitions") {
            r#"{"licenseCount": 0, "unpaidLicenses": []}"#
        } else {
            CUSTOMER
        })
    })
    .await;
    let client = server.client();
    assert_eq!(client.customers("10", &query()).await.unwrap().value.rows.len(), 1);
    assert_eq!(client.customer("a?b c").await.unwrap().value.customer_id.as_deref(), Some("1006500792"));
    assert!(client.customer_by_link(&Link::get("/v3/customers/7?x=1#y")).await.is_ok());
    assert_eq!(client.subscriptions("1").await.unwrap().value.total_count, Some(0));
    assert_eq!(client.orders("1", &OrdersQuery::default()).await.unwrap().value.total_count, Some(0));
    assert!(client.orders_by_link(&Link::get("/v3/customers/1/orders?offset=100")).await.is_ok());
    assert!(client.reseller("10").await.is_ok());
    assert_eq!(client.notifications("10", 50).await.unwrap().value.total_count, Some(0));
    assert_eq!(client.acquisitions("1").await.unwrap().value.licences(), Some(0));
    assert!(client.acquisitions_by_link(&Link::get("/v3/customers/7/open-acquisitions")).await.is_ok());
    let seen = server.seen();
    let targets: Vec<&str> = seen.iter().map(|seen| seen.target.as_str()).collect();
    assert_eq!(
        targets,
        [
            &format!("/v3/resellers/10/customers?{}", query().query_string()),
            "/v3/customers/a%3Fb%20c",
            "/v3/customers/7?x=1",
            "/v3/customers/1/subscriptions",
            "/v3/customers/1/orders?limit=100&offset=0",
            "/v3/customers/1/orders?offset=100",
            "/v3/resellers/10",
            "/v3/notifications?notification-type=LICENSES_PENDING_PARTNER_ORDER&reseller-id=10&limit=50&offset=50",
            "/v3/customers/1/open-acquisitions",
            "/v3/customers/7/open-acquisitions",
        ]
    );
    assert!(seen.iter().all(|seen| seen.method == "GET" && seen.body.is_empty()));
}

#[tokio::test]
async fn every_request_carries_the_headers_and_ids_of_its_own() {
    let server = Server::start(|_, _| Reply::ok(CUSTOMER)).await;
    let client = server.client();
    for _ in 0..3 {
        client.customer("1").await.unwrap();
    }
    let seen = server.seen();
    let mut ids = HashSet::new();
    for seen in &seen {
        assert_eq!(seen.header("accept"), "application/json");
        assert_eq!(seen.header("content-type"), "application/json");
        assert_eq!(seen.header("authorization"), format!("Bearer {TOKEN}"));
        assert_eq!(seen.header("x-api-key"), KEY);
        assert_eq!(seen.header("user-agent"), format!("vipmp/{}", env!("CARGO_PKG_VERSION")));
        assert_eq!(seen.header("accept-encoding"), "gzip");
        for name in ["x-request-id", "x-correlation-id"] {
            let id = seen.header(name);
            assert_eq!((id.len(), &id[14..15]), (36, "4"), "a UUID v4: {id}");
            ids.insert(id.to_owned());
        }
    }
    assert_eq!(ids.len(), 6, "no id is used twice");
}

#[tokio::test]
async fn the_exchange_has_everything_but_secrets() {
    let server = Server::start(|_, _| {
        let headers = format!("x-request-id: srv-7\r\nset-cookie: sid=abc\r\nx-echo: {TOKEN} {KEY}\r\n");
        Reply::status(200, &headers, CUSTOMER)
    })
    .await;
    let answer = server.client().customer("1").await.unwrap();
    let exchange = answer.exchange;
    assert_eq!((exchange.method, exchange.status, exchange.attempts), ("GET", Some(200), 1));
    assert_eq!(exchange.url, server.url("/v3/customers/1").as_str());
    assert_eq!(exchange.body_bytes, CUSTOMER.len());
    assert_eq!(exchange.server_request_id.as_deref(), Some("srv-7"));
    let seen = &server.seen()[0];
    assert_eq!(exchange.request_id, seen.header("x-request-id"));
    assert_eq!(exchange.correlation_id.as_deref(), Some(seen.header("x-correlation-id")));
    assert!(exchange.request_headers.contains(&("authorization".into(), HIDDEN.into())));
    assert!(exchange.response_headers.contains(&("set-cookie".into(), HIDDEN.into())));
    assert!(exchange.response_headers.contains(&("x-echo".into(), format!("{HIDDEN} {HIDDEN}"))));
    let printed = format!("{exchange:?}");
    assert!(!printed.contains(TOKEN) && !printed.contains(KEY), "{printed}");
}

#[tokio::test]
async fn the_path_of_the_root_is_part_of_every_url() {
    let server = Server::start(|_, _| Reply::ok(CUSTOMER)).await;
    let client = server.client_at("/gw/adobe/");
    client.customer("1").await.unwrap();
    client.customer_by_link(&Link::get("/v3/customers/2")).await.unwrap();
    let targets: Vec<String> = server.seen().into_iter().map(|seen| seen.target).collect();
    assert_eq!(targets, ["/gw/adobe/v3/customers/1", "/gw/adobe/v3/customers/2"]);
}

#[tokio::test]
async fn a_link_adds_headers_but_replaces_none() {
    let server = Server::start(|_, _| Reply::ok(CUSTOMER)).await;
    let mut link = Link::get("/v3/customers/1");
    for (name, value) in [
        ("X-Market", "DE"),
        ("authorization", "Bearer stolen"),
        ("X-API-KEY", "other"),
        ("Host", "evil.example"),
        ("X-Request-Id", "fixed"),
        ("Cookie", "a=b"),
        ("Connection", "close"),
        ("bad name", "x"),
        ("X-Split", "a\r\nX-Injected: b"),
        ("X-HTTP-Method-Override", "DELETE"),
    ] {
        link.headers.push((name.into(), value.into()));
    }
    server.client().customer_by_link(&link).await.unwrap();
    let seen = &server.seen()[0];
    assert_eq!(seen.header("x-market"), "DE");
    assert_eq!(seen.header("authorization"), format!("Bearer {TOKEN}"));
    assert_eq!(seen.header("x-api-key"), KEY);
    assert!(seen.header("host").starts_with("127.0.0.1:"));
    assert_ne!(seen.header("x-request-id"), "fixed");
    for (name, _) in &seen.headers {
        assert!(
            !["cookie", "connection", "x-split", "x-injected", "x-http-method-override"]
                .contains(&name.as_str())
        );
    }
}

#[tokio::test]
async fn the_full_url_of_a_long_link_is_recorded() {
    let server = Server::start(|_, _| Reply::ok(CUSTOMER)).await;
    let uri = format!("/v3/customers/1?x={}", "a".repeat(8_000));
    let answer = server.client().customer_by_link(&Link::get(uri.as_str())).await.unwrap();
    assert_eq!(answer.exchange.url, server.url(&uri).as_str());
}

#[tokio::test]
async fn nothing_is_sent_for_a_refused_link_or_an_impossible_id() {
    let server = Server::start(|_, _| Reply::ok(CUSTOMER)).await;
    let client = server.client();
    for uri in ["//evil.example/v3/customers/1", "https://evil.example/", "/../x", "/v3/%2e%2e/x"] {
        let error = client.customer_by_link(&Link::get(uri)).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::RefusedLink, "{uri}");
        assert!(error.user_message().summary.contains(uri), "{error}");
    }
    let link = Link { method: "DELETE".into(), ..Link::get("/v3/customers/1/orders") };
    assert_eq!(client.orders_by_link(&link).await.unwrap_err().kind, ErrorKind::RefusedLink);
    for id in ["..", "../../x", "..;x", "..%2Fx", "..\\x", "1\n"] {
        for error in [
            client.customer(id).await.unwrap_err(),
            client.subscriptions(id).await.unwrap_err(),
            client.orders(id, &OrdersQuery::default()).await.unwrap_err(),
            client.reseller(id).await.unwrap_err(),
            client.customers(id, &query()).await.unwrap_err(),
        ] {
            assert_eq!(error.kind, ErrorKind::BadRequest, "{id:?}");
        }
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_token_in_a_link_is_never_shown() {
    let server = Server::start(|seen, _| {
        if seen.header("authorization") == "Bearer first-token" {
            Reply::status(401, "", "")
        } else if seen.target.contains("missing") {
            Reply::status(404, "", "")
        } else {
            Reply::ok(CUSTOMER)
        }
    })
    .await;
    let client = server.client_with(TokenList::new(&["first-token", TOKEN]));
    client.customer("1").await.unwrap();
    for secret in [TOKEN, "first-token", KEY] {
        let link = Link::get(format!("//evil.example/{}{secret}", "x".repeat(90)));
        let refused = client.customer_by_link(&link).await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::RefusedLink);
        assert!(refused.user_message().summary.contains(HIDDEN), "{refused}");
        let link = Link { method: secret.into(), ..Link::get("/v3/customers/1") };
        let method = client.orders_by_link(&link).await.unwrap_err();

        let mut link = Link::get(format!("/v3/customers/1?t={secret}"));
        link.headers.push(("X-Note".into(), format!("Bearer {secret}")));
        link.headers.push((format!("X-{secret}"), "1".into()));
        let exchange = client.customer_by_link(&link).await.unwrap().exchange;
        assert!(exchange.request_headers.contains(&("x-note".into(), format!("Bearer {HIDDEN}"))));
        let curl = exchange.as_curl();
        assert!(curl.contains(&format!("'x-note: Bearer {HIDDEN}'")), "{curl}");

        let impossible = client.customer(&format!("{secret}/x")).await.unwrap_err();
        let missing = client.customer(&format!("missing-{secret}")).await.unwrap_err();
        let printed = format!(
            "{refused} {refused:?} {method} {method:?} {exchange:?} {curl} {impossible:?} {missing:?}"
        );
        assert!(!printed.contains(secret), "{printed}");
    }
}

#[tokio::test]
async fn a_used_request_id_is_replaced_once() {
    let taken = r#"{"code": "4120", "message": "Duplicate request id"}"#;
    let server =
        Server::start(move |_, n| if n == 0 { Reply::status(400, "", taken) } else { Reply::ok(CUSTOMER) })
            .await;
    let answer = server.client().customer("1").await.unwrap();
    assert_eq!(answer.exchange.attempts, 2);
    let seen = server.seen();
    assert_ne!(seen[0].header("x-request-id"), seen[1].header("x-request-id"));
    // After a response, a new correlation ID is needed: with the same one, the API would repeat its response.
    assert_ne!(seen[0].header("x-correlation-id"), seen[1].header("x-correlation-id"));

    let server = Server::start(move |_, _| Reply::status(400, "", taken)).await;
    let error = server.client().customer("1").await.unwrap_err();
    assert_eq!((error.kind, server.seen().len()), (ErrorKind::BadRequest, 2));
    assert_eq!(error.code.as_deref(), Some("4120"));
}

#[tokio::test]
async fn a_refused_token_is_renewed_once() {
    let refused = r#"{"code": "4116", "message": "Invalid token"}"#;
    let server = Server::start(move |seen, _| {
        if seen.header("authorization") == "Bearer second" {
            Reply::ok(CUSTOMER)
        } else {
            Reply::status(401, "", refused)
        }
    })
    .await;
    let client = server.client_with(TokenList::new(&["first", "second"]));
    assert_eq!(client.customer("1").await.unwrap().exchange.attempts, 2);
    let error = server.client_with(TokenList::new(&["a", "b", "c"])).customer("1").await.unwrap_err();
    assert_eq!((error.kind, error.status), (ErrorKind::Unauthorized, Some(401)));
    assert!(
        error.user_message().summary.starts_with("401 The access token was not accepted (4116)."),
        "{error}"
    );
    assert_eq!(server.seen().len(), 4);
}

#[tokio::test]
async fn an_expired_external_token_is_explained() {
    let server = Server::start(|_, _| Reply::status(401, "", "")).await;
    let error = server.client().customer("1").await.unwrap_err();
    assert_eq!((error.kind, server.seen().len()), (ErrorKind::Unauthorized, 1));
    let told = error.user_message();
    assert!(told.summary.contains("cannot be renewed") && told.hint.contains("provide a new one"), "{told}");
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_has_a_line_for_each_request_and_no_secret() {
    let server = Server::start(|_, _| Reply::ok(CUSTOMER)).await;
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    server.client().customer("1").await.unwrap();
    drop(guard);
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let lines = text.lines().filter(|line| line.contains("vipmp::api"));
    let lines: Vec<&str> = lines.collect();
    assert_eq!(lines.len(), 1, "{text}");
    assert!(lines[0].contains("/v3/customers/1") && lines[0].contains("status=200"), "{text}");
    assert!(!text.contains(TOKEN) && !text.contains(KEY), "{text}");
}
