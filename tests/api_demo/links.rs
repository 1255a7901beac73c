//! Hostile links: links in rows and pages are checked before anything is sent.

use reqwest::header::HeaderName;
use serde_json::{Value, json};
use vipmp::{
    api::{Client, ErrorKind, OrdersQuery},
    demo::{Demo, DemoOptions, RESELLER_ID},
    model::{CustomerPage, CustomerRow, Link, OrderPage},
};

use crate::{
    relay::{PREFIX, Relay},
    setup::{FIRST_SAMPLE, Setup, customers, small, with_status},
};

/// Returns a row as if the server had sent this link with it.
fn with_link(row: &CustomerRow, link: &Value) -> CustomerRow {
    let mut raw = row.raw.clone();
    raw["links"]["self"] = link.clone();
    let body = json!({"totalCount": 1, "count": 1, "offset": 0, "limit": 50, "accounts": [raw]}).to_string();
    let page = CustomerPage::from_slice(with_status("1000"), body.as_bytes()).unwrap();
    customers(page).remove(0)
}

/// Starts another server on this machine.
async fn elsewhere() -> Demo {
    Demo::start(DemoOptions { customers: 2, strict: false, ..small() }).await.unwrap()
}

/// Returns addresses that are not below the API root `root` at `origin`.
fn hostile(origin: &str, root: &str, other: &Demo) -> Vec<String> {
    let at = |url: &str| url.strip_prefix("http://").unwrap().to_owned();
    let (host, other) = (at(origin), at(other.api_url()));
    let port = host.rsplit(':').next().unwrap().to_owned();
    let path = format!("/v3/customers/{FIRST_SAMPLE}");
    let below = root.strip_prefix(origin).unwrap();
    let mut all = vec![
        // Another host, port or scheme.
        format!("http://{other}{path}"),
        format!("http://{other}{below}{path}"),
        format!("https://{host}{below}{path}"),
        format!("ftp://{host}{below}{path}"),
        format!("http://localhost:{port}{below}{path}"),
        format!("http://{host}.evil.example{below}{path}"),
        "javascript:alert(1)".into(),
        "file:///etc/passwd".into(),
        "data:application/json,{}".into(),
        // A user name, or something that looks like one.
        format!("http://user:password@{host}{below}{path}"),
        format!("http://@{host}{below}{path}"),
        format!("http://{host}@{other}{path}"),
        format!("http://{host}:x@{other}{path}"),
        // Relative to the scheme.
        format!("//{other}{path}"),
        format!("///{other}{path}"),
        format!("//{host}{below}{path}"),
        format!("/\\{other}{path}"),
        format!("\\\\{other}{path}"),
        format!("http:\\\\{other}{path}"),
        format!("http:/{other}{path}"),
        format!("http:{path}"),
        // Characters that parsers drop do not open a way out.
        format!("/\t/{other}{path}"),
        format!("ht\ntp://{other}{path}"),
        format!(" http://{other}{path}"),
        // Control characters, plain and encoded: more headers, another request.
        format!("{path}\r\nX-Injected: 1"),
        format!("{path} HTTP/1.1\r\nHost: {other}\r\n\r\nGET /"),
        format!("{path}%0d%0aX-Injected:%201"),
        format!("{path}%250d%250aX-Injected:%201"),
        format!("{path}\0"),
        String::new(),
        "?limit=1".into(),
        format!("/v3/{}", "a".repeat(9000)),
    ];
    // Out of the folder, in plain text and encoded.
    for way in [
        "/../ping",
        "/v3/../ping",
        "/v3/customers/../../../ping",
        "../ping",
        "/v3/./ping",
        "/v3/..;/ping",
        "/v3/..;a=b/ping",
        "/%2e%2e/ping",
        "/v3/%2E./ping",
        "/v3/..%2fping",
        "/v3/..%5cping",
        "/v3%2fcustomers%2f1006500792",
        "/v3/customers%5C1006500792",
        "/v3/%252e%252e/ping",
        "/v3/%25252e%25252e/ping",
        "/v3/%ff",
    ] {
        all.push(way.into());
        all.push(format!("{root}/{}", way.trim_start_matches('/')));
    }
    all
}

async fn refuses(client: &Client, row: &CustomerRow, link: &Value) {
    let hostile = with_link(row, link);
    let read = hostile.link.as_ref().expect("a link was read");
    assert_eq!(read.uri, link["uri"].as_str().unwrap(), "as it was sent");
    let error = client.customer_by_link(read).await.unwrap_err();
    assert_eq!((error.kind, &error.exchange), (ErrorKind::RefusedLink, &None), "{link}");
    let told = error.user_message();
    assert!(told.summary.starts_with("Not followed: the link ") && told.summary.len() < 700, "{told}");
    assert!(told.hint.starts_with("Your credentials are sent only to the configured URLs."), "{told}");
    assert!(!told.summary.contains(char::is_control), "{told}");
    let error = client.orders_by_link(read).await.unwrap_err();
    assert_eq!((error.kind, error.exchange), (ErrorKind::RefusedLink, None), "{link}");
}

async fn sample(client: &Client) -> CustomerRow {
    let page = client.customers(RESELLER_ID, &with_status("1000")).await.unwrap().value;
    customers(page).into_iter().find(|row| row.customer_id == FIRST_SAMPLE).unwrap()
}

#[tokio::test]
async fn nothing_is_sent_for_a_hostile_link() {
    let Setup { demo, client } = Setup::start(small()).await;
    let other = elsewhere().await;
    let row = sample(&client).await;
    let before = demo.requests();
    for uri in hostile(demo.api_url(), demo.api_url(), &other) {
        refuses(&client, &row, &json!({"uri": uri, "method": "GET", "headers": []})).await;
    }
    for method in ["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT", "", "GET\r\nX-Injected: 1"]
    {
        let uri = row.link.as_ref().unwrap().uri.as_str();
        refuses(&client, &row, &json!({"uri": uri, "method": method, "headers": []})).await;
    }
    assert_eq!((demo.requests(), other.requests()), (before, 0));
    client.customer_by_link(row.link.as_ref().unwrap()).await.unwrap();
    assert_eq!(demo.requests(), before + 1, "the good link is followed");
    let whole = Link::get(format!("{}/v3/customers/{FIRST_SAMPLE}", demo.api_url()));
    assert!(client.customer_by_link(&whole).await.is_ok(), "a whole address below the root too");
}

#[tokio::test]
async fn a_root_with_a_path_is_not_left() {
    let demo = Demo::start(small()).await.unwrap();
    let other = elsewhere().await;
    let relay = Relay::start(&demo, |_| ()).await;
    let client = relay.client(&demo);
    let row = sample(&client).await;
    let followed = client.customer_by_link(row.link.as_ref().unwrap()).await.unwrap();
    assert_eq!(followed.exchange.url, format!("{}{PREFIX}/v3/customers/{FIRST_SAMPLE}", relay.origin()));
    let before = demo.requests();
    let origin = relay.origin();
    let beside = ["/v3/customers/1006500792", "/gw/adobex/v3/customers/1006500792", "/gw", "/"];
    let beside = beside.iter().map(|path| format!("{origin}{path}"));
    for uri in hostile(origin, &relay.root(), &other).into_iter().chain(beside) {
        refuses(&client, &row, &json!({"uri": uri, "method": "GET", "headers": []})).await;
    }
    assert_eq!((demo.requests(), relay.seen().len(), other.requests()), (before, 2, 0));
}

#[tokio::test]
async fn a_hostile_next_page_ends_the_paging() {
    let Setup { demo, client } = Setup::start(small()).await;
    let other = elsewhere().await;
    let query = OrdersQuery { start_date: "2010-01-01".parse().ok(), ..OrdersQuery::default() };
    let mut raw = client.orders(FIRST_SAMPLE, &query).await.unwrap().value.raw;
    let before = demo.requests();
    let next = raw["links"]["next"]["uri"].as_str().unwrap().to_owned();
    for uri in
        [format!("{}{next}", other.api_url()), format!("//evil.example{next}"), format!("/v3/..{next}")]
    {
        raw["links"]["next"]["uri"] = uri.into();
        let page = OrderPage::from_slice(raw.to_string().as_bytes()).unwrap();
        let error = client.orders_by_link(&page.links.next.unwrap()).await.unwrap_err();
        assert_eq!((error.kind, error.exchange), (ErrorKind::RefusedLink, None));
    }
    assert_eq!((demo.requests(), other.requests()), (before, 0));
}

#[tokio::test]
async fn a_links_harmless_headers_are_sent() {
    let demo = Demo::start(small()).await.unwrap();
    let relay = Relay::start(&demo, |_| ()).await;
    let client = relay.client(&demo);
    let row = sample(&client).await;
    let uri = row.link.as_ref().unwrap().uri.as_str();
    let hostile = json!({"uri": uri, "method": "GET", "headers": [
        {"name": "X-Market", "value": "DE"},
        {"name": "Accept-Language", "value": "de"},
        {"name": "Authorization", "value": "Bearer stolen"},
        {"name": "X-Api-Key", "value": "stolen"},
        {"name": "Host", "value": "evil.example"},
        {"name": "Cookie", "value": "a=b"},
        {"name": "X-Request-Id", "value": "fixed"},
        {"name": "X-Correlation-Id", "value": "fixed"},
        {"name": "X-HTTP-Method-Override", "value": "DELETE"},
        {"name": "X-Original-URL", "value": "/ping"},
        {"name": "Transfer-Encoding", "value": "chunked"},
        {"name": "Content-Length", "value": "40"},
        {"name": "Connection", "value": "x-api-key"},
        {"name": "Proxy-Authorization", "value": "Basic eA=="},
        {"name": "X-Forwarded-Host", "value": "evil.example"},
        {"name": "X-Split", "value": "a\r\nX-Injected: b"},
        {"name": "X-Split-Name: b\r\nX-Injected", "value": "c"},
        {"name": "X Blank", "value": "d"},
        {"name": "", "value": "e"}
    ]});
    let row = with_link(&row, &hostile);
    let link = row.link.as_ref().unwrap();
    assert_eq!(link.headers.len(), 19, "all are read, not all are sent");
    let answer = client.customer_by_link(link).await.unwrap();
    // The demo accepted the request: it came with our own key and token.
    assert_eq!(answer.value.customer_id.as_deref(), Some(FIRST_SAMPLE));
    let seen = relay.seen();
    let (plain, linked) = (&seen[0], &seen[1]);
    let mut added: Vec<&str> =
        linked.keys().filter(|name| !plain.contains_key(*name)).map(HeaderName::as_str).collect();
    added.sort_unstable();
    assert_eq!(added, ["accept-language", "x-market"]);
    assert_eq!(
        (&linked["x-market"], &linked["accept-language"]),
        (&"DE".parse().unwrap(), &"de".parse().unwrap())
    );
    for name in ["authorization", "x-api-key", "host", "accept", "content-type", "user-agent"] {
        assert_eq!(linked.get_all(name).iter().collect::<Vec<_>>(), [&plain[name]], "{name}");
    }
    for name in ["x-request-id", "x-correlation-id"] {
        assert_ne!(linked[name], "fixed");
        assert_eq!(linked.get_all(name).iter().count(), 1);
    }
    let shown = answer.exchange.request_headers;
    assert!(shown.contains(&("x-market".to_owned(), "DE".to_owned())), "{shown:?}");
}
