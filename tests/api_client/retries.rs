//! Retries, waits and the concurrency limit.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::{FutureExt, future::join_all};
use tokio::sync::Notify;
use vipmp::api::{
    Client, ClientConfig, ErrorKind, FixedToken, Network, RequestOptions, Urgency, Wait, WaitReason,
};

use crate::server::{KEY, Reply, Server, TOKEN, network};

/// Starts a server that fails this many times and then succeeds.
async fn recovering(failures: usize, failure: impl Fn() -> Reply + Send + Sync + 'static) -> Server {
    Server::start(move |_, n| if n < failures { failure() } else { Reply::customer() }).await
}

/// Creates a client of a server with these network settings.
fn client(server: &Server, network: Network) -> Client {
    let config = ClientConfig::new(server.url("/"), KEY.into(), network);
    Client::new(config, Arc::new(FixedToken::new(TOKEN.into()))).unwrap()
}

#[tokio::test]
async fn temporary_failures_are_retried_up_to_three_times_with_new_ids() {
    for status in [408, 429, 500, 502, 503, 504] {
        let server = recovering(3, move || Reply::status(status, "", "<html>busy</html>")).await;
        let answer = server.client().customer("1").await.unwrap();
        assert_eq!(answer.exchange.attempts, 4, "{status}");
        let seen = server.seen();
        for id in ["x-request-id", "x-correlation-id"] {
            let ids: HashSet<&str> = seen.iter().map(|seen| seen.header(id)).collect();
            assert_eq!(ids.len(), 4, "there was a response each time, so each attempt has a new {id}");
        }
        let server = recovering(4, move || Reply::status(status, "", "")).await;
        let error = server.client().customer("1").await.unwrap_err();
        assert_eq!((error.status, error.retries, server.seen().len()), (Some(status), 3, 4));
        assert!(error.user_message().summary.contains(" Tried 4 times."), "{error}");
    }
}

#[tokio::test]
async fn each_429_is_reported_although_a_retry_succeeds() {
    for (status, expected) in [(429, 2), (503, 0)] {
        let server = recovering(2, move || Reply::status(status, "", "")).await;
        let count = Arc::new(AtomicUsize::new(0));
        let reported = Arc::clone(&count);
        let options = RequestOptions::default().on_rate_limit(move || {
            reported.fetch_add(1, Ordering::Relaxed);
        });
        server.client().with_options(options).customer("1").await.unwrap();
        assert_eq!(count.load(Ordering::Relaxed), expected, "{status}");
    }
}

#[tokio::test]
async fn the_correlation_id_stays_until_there_is_a_response() {
    let server = recovering(3, || Reply::Close(Vec::new())).await;
    server.client().customer("1").await.unwrap();
    let seen = server.seen();
    let ids = |name| seen.iter().map(|seen| seen.header(name)).collect::<HashSet<_>>().len();
    assert_eq!((seen.len(), ids("x-request-id"), ids("x-correlation-id")), (4, 4, 1));
}

#[tokio::test]
async fn a_truncated_response_is_requested_again() {
    let torn = "HTTP/1.1 200 X\r\ncontent-length: 100\r\n\r\n{\"customerId\"";
    for torn in [Reply::Close, Reply::Reset].map(|how| move || how(torn.into())) {
        let server = recovering(1, torn).await;
        assert_eq!(server.client().customer("1").await.unwrap().exchange.attempts, 2);
    }
}

#[tokio::test]
async fn permanent_failures_are_not_retried() {
    for (status, body) in [
        (400, "{\"code\": \"1117\"}"),
        (403, "{\"code\": \"4115\"}"),
        (403, "{\"code\": \"4121\"}"),
        (404, "{\"code\": \"1116\"}"),
        (501, ""),
        (200, "<html>sign in</html>"),
    ] {
        let server = recovering(9, move || Reply::status(status, "", body)).await;
        let error = server.client().customer("1").await.unwrap_err();
        assert_eq!((server.seen().len(), error.retries), (1, 0), "{error}");
        assert!(!error.user_message().summary.contains("Tried"), "{error}");
    }
}

#[tokio::test]
async fn all_clients_of_the_process_share_one_budget() {
    let patience = network();
    let server = Server::start(|_, _| Reply::status(503, "", "")).await;
    for _ in 0..10 {
        let one = client(&server, patience.clone());
        assert!(one.customer("1").await.is_err());
    }
    assert_eq!(server.seen().len(), 10 + 20, "ten calls, and the retries in the budget");
    // Successful responses credit retries.
    let well = recovering(0, Reply::customer).await;
    let other = client(&well, patience.clone());
    for _ in 0..2 {
        other.customer("1").await.unwrap();
    }
    assert_eq!(client(&server, patience).customer("1").await.unwrap_err().retries, 1);
}

/// A listener that collects the waits of a call.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<Option<Wait>>>>, Arc<Notify>);

impl Heard {
    fn of(&self, client: &Client) -> Client {
        let heard = self.clone();
        client.with_options(RequestOptions::default().on_wait(move |wait| {
            heard.0.lock().unwrap().push(wait);
            heard.1.notify_one();
        }))
    }

    /// Makes a call and returns its first wait; the call is then dropped.
    async fn first(&self, client: Client) -> Wait {
        let client = self.of(&client);
        tokio::select! {
            answer = client.customer("1") => panic!("{answer:?} came without a wait"),
            () = self.1.notified() => {}
        }
        self.0.lock().unwrap()[0].clone().expect("a wait")
    }
}

#[tokio::test]
async fn a_wait_requested_by_the_server_is_kept_and_reported() {
    let date = "date: Mon, 05 Jan 2026 10:00:00 GMT\r\nretry-after: Mon, 05 Jan 2026 10:00:12 GMT\r\n";
    for headers in ["retry-after: 12\r\n", date] {
        let server = recovering(1, move || Reply::status(429, headers, "")).await;
        let heard = Heard::default();
        let wait = heard.first(server.client()).await;
        assert!(wait.time >= Duration::from_secs(12) && wait.time < Duration::from_secs(13), "{wait:?}");
        let WaitReason::Retry { number: 1, of: 3, because } = wait.reason else { panic!("{wait:?}") };
        assert_eq!(because, "429 Too many requests: the server asks you to wait 12 s.");
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_longer_wait_is_left_to_the_user() {
    let server = recovering(1, || Reply::status(429, "retry-after: 61\r\n", "")).await;
    let error = server.client().customer("1").await.unwrap_err();
    assert_eq!((error.kind, error.retry_after, error.retries), (ErrorKind::RateLimited, Some(61), 0));
    assert!(error.user_message().summary.contains("the server asks you to wait 61 s"), "{error}");
    server.client().customer("1").await.unwrap();
}

#[tokio::test]
async fn a_pause_holds_back_all_requests_of_the_account() {
    let server = recovering(1, || Reply::status(503, "retry-after: 30\r\n", "")).await;
    let client = server.client();
    Heard::default().first(client.clone()).await;
    let wait = Heard::default().first(client).await;
    assert_eq!(wait.reason, WaitReason::Pause);
    assert!(wait.time > Duration::from_secs(25) && wait.time <= Duration::from_secs(30), "{wait:?}");
    assert_eq!(server.seen().len(), 1, "nothing was sent meanwhile");
}

#[tokio::test]
async fn waits_are_reported_in_turn_and_end() {
    let server = recovering(2, || Reply::status(503, "", "")).await;
    let heard = Heard::default();
    heard.of(&server.client()).customer("1").await.unwrap();
    let heard = heard.0.lock().unwrap().clone();
    let numbers: Vec<Option<u32>> = heard
        .iter()
        .map(|wait| match wait.as_ref().map(|wait| &wait.reason) {
            Some(WaitReason::Retry { number, .. }) => Some(*number),
            _ => None,
        })
        .collect();
    assert_eq!(numbers, [Some(1), None, Some(2), None]);
}

#[tokio::test]
async fn every_request_without_an_answer_is_reported_and_an_answer_is_none() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    let cases: [(fn() -> Reply, usize); 3] = [
        (|| Reply::Reset(Vec::new()), 2),
        (|| Reply::status(503, "", ""), 0),
        (|| Reply::status(408, "", ""), 0),
    ];
    for (reply, unanswered) in cases {
        let server = recovering(2, reply).await;
        let heard = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&heard);
        let options = RequestOptions::default().on_no_answer(move || {
            counted.fetch_add(1, Ordering::Relaxed);
        });
        server.client().with_options(options).customer("1").await.unwrap();
        assert_eq!((server.seen().len(), heard.load(Ordering::Relaxed)), (3, unanswered));
    }
}

#[tokio::test]
async fn the_wait_of_a_sign_in_is_reported_to_the_calls_that_need_it() {
    use vipmp::api::{ClientCredentials, TokenConfig};
    let ims = Server::start(|_, _| Reply::status(503, "retry-after: 9\r\n", "")).await;
    let config = TokenConfig::new(ims.url("/ims/token/v3"), "c".into(), "s".into(), network());
    let api = recovering(0, Reply::customer).await;
    let client = api.client_with(Arc::new(ClientCredentials::new(config).unwrap()));
    let wait = Heard::default().first(client).await;
    let WaitReason::Retry { number: 1, because, .. } = wait.reason else { panic!("{wait:?}") };
    assert!(because.starts_with("503 The token service is unavailable"), "{because}");
    assert_eq!((ims.seen().len(), api.seen().len()), (1, 0));
}

/// Waits until a server has received this many requests.
async fn wait_for_requests(server: &Server, count: usize) {
    while server.seen().len() < count {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn no_more_requests_run_at_once_than_the_limit_allows() {
    let open = Arc::new(Notify::new());
    let gate = Arc::clone(&open);
    let Reply::Send(answer) = Reply::customer() else { unreachable!() };
    let server = Server::start(move |_, _| Reply::After(Arc::clone(&gate), answer.clone())).await;
    let mut patience = network();
    patience.concurrency = 2;
    let client = client(&server, patience);
    let mut calls = Box::pin(join_all((0..6).map(|_| client.customer("1"))));
    for round in 1..=3 {
        tokio::select! {
            _ = &mut calls => panic!("they wait for the server"),
            () = wait_for_requests(&server, round * 2) => {}
        }
        // Any further request would have been sent by now.
        for _ in 0..100 {
            assert!((&mut calls).now_or_never().is_none());
            tokio::task::yield_now().await;
        }
        assert_eq!(server.seen().len(), round * 2);
        open.notify_one();
        open.notify_one();
    }
    assert!(calls.await.iter().all(Result::is_ok));
}

#[tokio::test]
async fn a_background_request_makes_room_and_is_sent_again() {
    let server = Server::start(|seen, n| {
        if n == 0 && seen.target.ends_with("/ahead") { Reply::Hold(Vec::new()) } else { Reply::customer() }
    })
    .await;
    let mut patience = network();
    patience.concurrency = 1;
    let client = client(&server, patience);
    let ahead = client.with_options(RequestOptions::new(Urgency::background()));
    let prefetch = tokio::spawn(async move { ahead.customer("ahead").await });
    wait_for_requests(&server, 1).await;
    client.customer("wanted").await.unwrap();
    server.hung_up().await;
    prefetch.await.unwrap().unwrap();
    let seen = server.seen();
    let asked: Vec<&str> = seen.iter().filter_map(|seen| seen.target.rsplit('/').next()).collect();
    assert_eq!(asked, ["ahead", "wanted", "ahead"]);
    assert_eq!(
        seen[0].header("x-correlation-id"),
        seen[2].header("x-correlation-id"),
        "there was no response"
    );
}
