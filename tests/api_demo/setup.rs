//! A running demo with a client that signs in to it.

use std::{sync::Arc, time::Duration};

use vipmp::{
    api::{ApiError, Client, ClientConfig, ClientCredentials, Network, TokenConfig, TokenProvider},
    demo::{Demo, DemoOptions, RESELLER_ID},
    model::{CustomerPage, CustomerQuery, CustomerRow, Row, Status},
};

/// The first account of the documentation's sample response; it has 230 orders.
pub(crate) const FIRST_SAMPLE: &str = "1006500792";

/// The path of the token service.
pub(crate) const TOKEN_PATH: &str = "/ims/token/v3";

/// Returns the default portfolio on a fixed day, so that tests have the same result every day; strict, and with hostile
/// accounts, which a client must bear.
pub(crate) fn options() -> DemoOptions {
    let faults = "hostile".parse().expect("a kind of fault");
    DemoOptions { today: "2026-03-31".parse().ok(), strict: true, faults, ..DemoOptions::default() }
}

/// Returns a small portfolio for tests of single customers.
pub(crate) fn small() -> DemoOptions {
    DemoOptions { customers: 60, ..options() }
}

/// Returns the default timeouts and retries, with very short waits between retries.
pub(crate) fn network() -> Network {
    let mut network = Network::default();
    network.retry_base = Duration::from_millis(2);
    network
}

/// A demo and a client for it.
pub(crate) struct Setup {
    pub(crate) demo: Demo,
    pub(crate) client: Client,
}

/// Signs in to the demo.
pub(crate) fn signing_in(demo: &Demo) -> Arc<dyn TokenProvider> {
    signing_in_as(demo, demo.client_id(), demo.client_secret())
}

pub(crate) fn signing_in_as(demo: &Demo, id: &str, secret: &str) -> Arc<dyn TokenProvider> {
    let url = demo.token_url().parse().expect("a URL");
    Arc::new(
        ClientCredentials::new(TokenConfig::new(url, id.into(), secret.into(), network()))
            .expect("a safe address"),
    )
}

/// Returns a client with the demo's key for the API root `url`.
pub(crate) fn client_at(demo: &Demo, url: &str, tokens: Arc<dyn TokenProvider>) -> Client {
    let config = ClientConfig::new(url.parse().expect("a URL"), demo.client_id().into(), network());
    Client::new(config, tokens).expect("a client")
}

impl Setup {
    pub(crate) async fn start(options: DemoOptions) -> Self {
        let demo = Demo::start(options).await.expect("a port is free");
        let client = client_at(&demo, demo.api_url(), signing_in(&demo));
        Self { demo, client }
    }

    /// Reads one page and checks that it is as documented.
    pub(crate) async fn page(&self, query: &CustomerQuery) -> CustomerPage {
        let answer = self.client.customers(RESELLER_ID, query).await.expect("a page");
        assert_eq!((answer.exchange.status, answer.exchange.attempts), (Some(200), 1));
        assert_eq!(answer.value.problems, [], "{}", query.query_string());
        answer.value
    }

    /// Reads all rows of a query, page by page.
    pub(crate) async fn all(&self, query: &CustomerQuery) -> Vec<CustomerRow> {
        let mut rows = Vec::new();
        loop {
            let page = self.page(&query.clone().at(rows.len() as u64)).await;
            let total = page.total_count.expect("a total");
            let left = total - rows.len() as u64;
            assert_eq!(page.rows.len() as u64, left.min(query.limit().into()), "only the last page is short");
            rows.extend(customers(page));
            if rows.len() as u64 == total {
                return rows;
            }
        }
    }

    /// Returns the number of requests for a path.
    pub(crate) fn count(&self, path: &str) -> u64 {
        self.demo.requests_by_path().get(path).copied().unwrap_or_default()
    }
}

/// Returns the path of the demo's customer list.
pub(crate) fn list_path() -> String {
    format!("/v3/resellers/{RESELLER_ID}/customers")
}

/// Returns a query for pages of 50 with this status.
pub(crate) fn with_status(status: &str) -> CustomerQuery {
    CustomerQuery::new(Status::new(status), 50).expect("a good limit")
}

/// Returns the rows of a page, all of which must be valid customers.
pub(crate) fn customers(page: CustomerPage) -> Vec<CustomerRow> {
    let rows = page.rows.into_iter().map(|row| match row {
        Row::Customer(row) if row.problems.is_empty() => *row,
        other => panic!("not as documented: {other:?}"),
    });
    rows.collect()
}

pub(crate) fn ids<'r>(rows: impl IntoIterator<Item = &'r CustomerRow>) -> Vec<&'r str> {
    rows.into_iter().map(|row| row.customer_id.as_str()).collect()
}

/// Returns the code of an error, which must have one.
pub(crate) fn code(error: &ApiError) -> &str {
    error.code.as_deref().unwrap_or_else(|| panic!("no code: {error}"))
}
