//! What the demo has for being served to others: a limit for each client.

#![allow(clippy::expect_used, reason = "what is expected here and does not come is a failed test")]

mod demo_support;

use std::net::SocketAddr;

use demo_support::{Api, DOCUMENTED, json, sized};
use reqwest::Response;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpSocket,
};
use vipmp::demo::DemoOptions;

const CUSTOMER: &str = "/v3/customers/1006500792";

/// Where a demo listens.
fn bound(api: &Api) -> SocketAddr {
    api.demo.api_url().trim_start_matches("http://").parse().expect("an address")
}

async fn ask(api: &Api, path: &str) -> Response {
    api.request_with(path, &DOCUMENTED).send().await.expect("an answer")
}

/// A demo with this limit. No test waits for a bucket to fill again: that takes a minute and more.
async fn limited(limit: &str) -> Api {
    Api::start(DemoOptions { rate_limit: Some(limit.parse().expect("a limit")), ..sized(5) }).await
}

#[tokio::test]
async fn beyond_its_limit_a_client_is_told_when_to_come_again() {
    let api = limited("0.01").await;
    for path in [CUSTOMER, "/ping", "/no/such/path"] {
        let answer = ask(&api, path).await;
        let wait: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().expect("seconds");
        assert!((50..=100).contains(&wait), "{wait}");
        assert!(answer.headers().contains_key("x-request-id"), "the ids are on every answer");
        let (status, body) = json(answer).await;
        assert_eq!((status, body["code"].as_str()), (429, Some("4118")), "{path}");
    }
    let token = api.token_request(&[]).await;
    assert!(token.headers().contains_key("retry-after"));
    let (status, body) = json(token).await;
    assert_eq!((status, body["error"].as_str()), (429, Some("too_many_requests")));
}

#[tokio::test]
async fn a_client_may_send_a_second_of_requests_at_once() {
    let api = limited("3/s").await;
    let answers = futures_util::future::join_all((0..100).map(|_| ask(&api, CUSTOMER))).await;
    let good = answers.iter().filter(|answer| answer.status() == 200).count();
    // The token took one of three; as many more as seconds went by have come since, on a loaded machine too.
    assert!((2..100).contains(&good) && answers.iter().any(|answer| answer.status() == 429), "{good}");
}

#[tokio::test]
async fn each_client_has_a_limit_of_its_own() {
    let api = limited("0.01").await;
    assert_eq!(ask(&api, CUSTOMER).await.status(), 429);
    // Another address of this machine is another client.
    let socket = TcpSocket::new_v4().expect("a socket");
    let other = socket.bind("127.0.0.2:0".parse().unwrap());
    let Ok(mut stream) = (match other {
        Ok(()) => socket.connect(bound(&api)).await,
        Err(error) => Err(error),
    }) else {
        return;
    };
    let mut answer = String::new();
    let request = format!(
        "GET /ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Api-Key: {}\r\n\r\n",
        api.demo.client_id()
    );
    stream.write_all(request.as_bytes()).await.expect("it reads");
    stream.read_to_string(&mut answer).await.expect("it answers");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}
