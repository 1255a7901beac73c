//! A running demo and a client for it, with all headers of the documentation.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "what is expected here and does not come is a failed test"
)]
#![allow(dead_code, reason = "each test program uses its own part")]

pub(crate) mod known;

use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;
use uuid::Uuid;
use vipmp::demo::{Demo, DemoOptions, RESELLER_ID};

/// The request headers that the documentation requires.
pub(crate) const DOCUMENTED: [&str; 6] =
    ["X-Request-Id", "X-Correlation-Id", "Accept", "Content-Type", "Authorization", "X-Api-Key"];

/// A demo with a valid token.
pub(crate) struct Api {
    pub(crate) demo: Demo,
    pub(crate) http: Client,
    pub(crate) token: String,
}

/// Returns the default portfolio on a fixed day, so that tests have the same result every day.
pub(crate) fn options() -> DemoOptions {
    DemoOptions { today: "2026-03-31".parse().ok(), ..DemoOptions::default() }
}

/// A number of customers that is enough for most tests.
pub(crate) fn sized(customers: usize) -> DemoOptions {
    DemoOptions { customers, ..options() }
}

/// The default portfolio with its hostile accounts.
pub(crate) fn hostile() -> DemoOptions {
    DemoOptions { faults: "hostile".parse().expect("a kind of fault"), ..options() }
}

impl Api {
    pub(crate) async fn start(options: DemoOptions) -> Self {
        let demo = Demo::start(options).await.expect("a port is free");
        // reqwest wants a cryptography provider even for plain HTTP.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder().no_proxy().tls_certs_only([]).build().expect("a client");
        let mut api = Self { demo, http, token: String::new() };
        let answer = json(api.token_request(&[]).await).await;
        answer.1["access_token"].as_str().expect("a token").clone_into(&mut api.token);
        api
    }

    /// Sends a token request whose fields may be replaced; an empty value leaves the field out.
    pub(crate) async fn token_request(&self, changes: &[(&str, &str)]) -> Response {
        let mut fields = vec![
            ("grant_type", "client_credentials"),
            ("client_id", self.demo.client_id()),
            ("client_secret", self.demo.client_secret()),
            ("scope", "openid,AdobeID,read_organizations"),
        ];
        for (name, value) in changes {
            fields.retain(|(field, _)| field != name);
            if !value.is_empty() {
                fields.push((name, value));
            }
        }
        self.http.post(self.demo.token_url()).form(&fields).send().await.expect("an answer")
    }

    /// Returns the value of a documented header; IDs are new for each call.
    pub(crate) fn header(&self, name: &str) -> String {
        match name {
            "Accept" | "Content-Type" => "application/json".to_owned(),
            "Authorization" => format!("Bearer {}", self.token),
            "X-Api-Key" => self.demo.client_id().to_owned(),
            _ => Uuid::new_v4().to_string(),
        }
    }

    /// Sends a request with only these documented headers.
    pub(crate) fn request_with(&self, path: &str, headers: &[&str]) -> RequestBuilder {
        let request = self.http.request(Method::GET, format!("{}{path}", self.demo.api_url()));
        headers.iter().fold(request, |request, name| request.header(*name, self.header(name)))
    }

    /// Sends a request with all documented headers but one.
    pub(crate) fn request_without(&self, path: &str, missing: &str) -> RequestBuilder {
        let headers: Vec<&str> = DOCUMENTED.into_iter().filter(|name| *name != missing).collect();
        self.request_with(path, &headers)
    }

    /// Returns the status and body of a path, requested with all headers.
    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        json(self.request_with(path, &DOCUMENTED).send().await.expect("an answer")).await
    }

    /// Returns the body of a path that must exist.
    pub(crate) async fn ok(&self, path: &str) -> Value {
        let (status, body) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// Returns the status and code of a path that is refused.
    pub(crate) async fn refused(&self, path: &str) -> (u16, String) {
        let (status, body) = self.get(path).await;
        (status, body["code"].as_str().expect("a code").to_owned())
    }

    /// Requests the customer list of the demo's reseller.
    pub(crate) async fn list(&self, query: &str) -> Value {
        self.ok(&customers(query)).await
    }

    /// Returns the IDs of all customers of the demo's reseller.
    pub(crate) async fn customer_ids(&self) -> Vec<String> {
        let mut all = Vec::new();
        for status in ["1000", "1002", "1004", "1026"] {
            for offset in (0..).step_by(50) {
                let page = self.list(&format!("status={status}&limit=50&offset={offset}")).await;
                let ids = texts(&page["accounts"], "/customerId");
                if ids.is_empty() {
                    break;
                }
                all.extend(ids.into_iter().map(str::to_owned));
            }
        }
        all
    }
}

/// Returns the path of the demo's customer list.
pub(crate) fn customers(query: &str) -> String {
    format!("/v3/resellers/{RESELLER_ID}/customers?{query}")
}

/// Returns the status and body of a response.
pub(crate) async fn json(answer: Response) -> (u16, Value) {
    let status = answer.status().as_u16();
    let kind = answer.headers().get("content-type").and_then(|kind| kind.to_str().ok()).map(str::to_owned);
    let text = answer.text().await.expect("a body");
    assert_eq!(kind.as_deref(), Some("application/json"), "{text}");
    (status, serde_json::from_str(&text).expect("JSON"))
}

/// Returns the texts of one field of all elements; none if there is no list.
pub(crate) fn texts<'v>(list: &'v Value, field: &str) -> Vec<&'v str> {
    let items = list.as_array().into_iter().flatten();
    items.filter_map(|item| item.pointer(field).and_then(Value::as_str)).collect()
}
