//! A slow demo, one that stops, and calls that are cancelled.

use std::{sync::Arc, time::Duration};

use tokio::time::timeout;
use vipmp::{
    api::{
        Client, ClientConfig, ClientCredentials, ErrorKind, FixedToken, Service, TokenConfig, TokenProvider,
    },
    demo::{Demo, DemoOptions},
};

use crate::{
    relay::Relay,
    setup::{FIRST_SAMPLE, Setup, TOKEN_PATH, client_at, network, small},
};

/// Longer than any test: a response that arrives is a failure.
const NEVER: Duration = Duration::from_hours(1);
/// The time limit after which a test counts as hanging.
const HANGS: Duration = Duration::from_mins(1);

async fn slow(latency: Duration) -> Demo {
    Demo::start(DemoOptions { latency, ..small() }).await.unwrap()
}

fn brought() -> Arc<dyn TokenProvider> {
    Arc::new(FixedToken::new("demo-invented".into()))
}

fn host(demo: &Demo) -> &str {
    demo.api_url().strip_prefix("http://").unwrap()
}

#[tokio::test]
async fn a_timeout_is_reported_with_the_limit() {
    let demo = slow(NEVER).await;
    let mut config = ClientConfig::new(demo.api_url().parse().unwrap(), demo.client_id().into(), network());
    config.network.request_limit = Duration::from_millis(50);
    let client = Client::new(config.clone(), brought()).unwrap();
    let error = timeout(HANGS, client.customer(FIRST_SAMPLE)).await.unwrap().unwrap_err();
    assert_eq!((error.kind, error.service, error.status), (ErrorKind::Timeout, Service::Api, None));
    let told = error.user_message();
    let words = format!("{} did not respond in time (no complete response within 50 ms).", host(&demo));
    assert_eq!(told.summary, format!("{words} Tried 4 times."), "no answer, no request id");
    assert_eq!(told.hint, "The server may be busy or the network slow: try again later.");
    assert!(error.exchange.unwrap().elapsed >= Duration::from_millis(50));

    let url = demo.token_url().parse().unwrap();
    let mut sign_in = TokenConfig::new(url, demo.client_id().into(), demo.client_secret().into(), network());
    sign_in.network.request_limit = Duration::from_millis(70);
    let client = Client::new(config, Arc::new(ClientCredentials::new(sign_in).unwrap())).unwrap();
    let error = timeout(HANGS, client.customer(FIRST_SAMPLE)).await.unwrap().unwrap_err();
    assert_eq!((error.kind, error.service), (ErrorKind::Timeout, Service::TokenService));
    let words = format!(
        "The token service {} did not respond in time (no complete response within 70 ms)",
        host(&demo)
    );
    assert!(error.user_message().summary.starts_with(&words), "{error}");
    assert!(error.user_message().summary.ends_with("Tried 4 times."), "{error}");
}

#[tokio::test]
async fn a_response_within_the_limit_is_awaited_and_timed() {
    let latency = Duration::from_millis(30);
    let setup = Setup::start(DemoOptions { latency, ..small() }).await;
    let answer = setup.client.customer(FIRST_SAMPLE).await.unwrap();
    assert!(answer.exchange.elapsed >= latency, "{:?}", answer.exchange.elapsed);
}

#[tokio::test]
async fn a_demo_that_ended_is_offline() {
    let Setup { demo, client } = Setup::start(small()).await;
    client.customer(FIRST_SAMPLE).await.unwrap();
    let words = format!("Offline: could not reach {} (", host(&demo));
    drop(demo);
    // The server ends a moment later, in a task of its own.
    let ended = async {
        loop {
            match client.customer(FIRST_SAMPLE).await {
                Ok(_) => tokio::task::yield_now().await,
                Err(error) => break error,
            }
        }
    };
    let error = timeout(HANGS, ended).await.unwrap();
    assert_eq!((error.kind, error.service, error.status), (ErrorKind::Offline, Service::Api, None));
    let told = error.user_message();
    assert!(told.summary.starts_with(&words), "{told}");
    assert_eq!(told.hint, "Check the network, the VPN and the proxy.");
    assert_eq!(error.request_id(), None);
}

#[tokio::test]
async fn a_sign_in_at_a_demo_that_ended_names_the_token_service() {
    let demo = Demo::start(small()).await.unwrap();
    let client = client_at(&demo, demo.api_url(), crate::setup::signing_in(&demo));
    let address = host(&demo).to_owned();
    drop(demo);
    let closed = async { while tokio::net::TcpStream::connect(&address).await.is_ok() {} };
    timeout(HANGS, closed).await.unwrap();
    let error = client.customer(FIRST_SAMPLE).await.unwrap_err();
    assert_eq!((error.kind, error.service), (ErrorKind::Offline, Service::TokenService));
    let words =
        format!("Offline: could not reach the token service {address} (connection refused). Tried 4 times.");
    assert_eq!(error.user_message().summary, words);
}

/// Waits until the demo has received this number of requests.
async fn requests(demo: &Demo, count: u64) {
    let came = async {
        while demo.requests() < count {
            tokio::task::yield_now().await;
        }
    };
    timeout(HANGS, came).await.unwrap();
}

#[tokio::test]
async fn dropping_a_call_cancels_its_request_and_the_next_works() {
    let demo = slow(NEVER).await;
    let relay = Relay::start(&demo, |_| ()).await;
    let client = client_at(&demo, &relay.root(), brought());
    let call = {
        let client = client.clone();
        tokio::spawn(async move { client.customer(FIRST_SAMPLE).await })
    };
    requests(&demo, 1).await;
    call.abort();
    timeout(HANGS, relay.ended()).await.unwrap();
    assert!(call.await.unwrap_err().is_cancelled());
    assert_eq!((relay.finished(), relay.seen().len()), (0, 1), "given up, not answered");
    let next = tokio::spawn(async move { client.customer(FIRST_SAMPLE).await });
    requests(&demo, 2).await;
    assert_eq!(relay.seen().len(), 2);
    next.abort();
}

#[tokio::test]
async fn dropping_a_call_cancels_its_sign_in() {
    let demo = slow(NEVER).await;
    let client = client_at(&demo, demo.api_url(), crate::setup::signing_in(&demo));
    for round in 1..=3 {
        let client = client.clone();
        let call = tokio::spawn(async move { client.customer(FIRST_SAMPLE).await });
        requests(&demo, round).await;
        call.abort();
        assert!(call.await.unwrap_err().is_cancelled());
    }
    // If the sign-in had continued, the next call would have joined it.
    assert_eq!(demo.requests_by_path().into_iter().collect::<Vec<_>>(), [(TOKEN_PATH.to_owned(), 3)]);
}
