//! The demo as a server for others: a rate limit for each client, a log of requests, an address.

#![allow(clippy::expect_used, reason = "what is expected here and does not come is a failed test")]

mod demo_support;

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use demo_support::{Api, DOCUMENTED, json, sized};
use reqwest::Response;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
};
use vipmp::demo::{Deadlines, Demo, DemoOptions, RequestLog, RequestRecord};

const CUSTOMER: &str = "/v3/customers/1006500792";

async fn ask(api: &Api, path: &str) -> Response {
    api.request_with(path, &DOCUMENTED).send().await.expect("an answer")
}

/// Returns a demo with this limit. No test waits for a bucket to refill, which takes more than a minute.
async fn limited(limit: &str) -> Api {
    Api::start(DemoOptions { rate_limit: Some(limit.parse().expect("a limit")), ..sized(5) }).await
}

#[tokio::test]
async fn beyond_its_limit_a_client_is_told_when_to_retry() {
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
    // The token took one of three; one more has come for each second that went by, even on a busy machine.
    assert!((2..100).contains(&good) && answers.iter().any(|answer| answer.status() == 429), "{good}");
}

#[tokio::test]
async fn each_client_has_a_limit_of_its_own() {
    let api = limited("0.01").await;
    assert_eq!(ask(&api, CUSTOMER).await.status(), 429);
    // Another address of this machine counts as another client.
    let socket = TcpSocket::new_v4().expect("a socket");
    let other = socket.bind("127.0.0.2:0".parse().unwrap());
    let Ok(mut stream) = (match other {
        Ok(()) => socket.connect(api.demo.bound()).await,
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

/// Returns a demo that logs its requests, and the log. The token request is not in it.
async fn logged(options: DemoOptions) -> (Api, Receiver<RequestRecord>) {
    let (sender, records) = channel();
    let log = RequestLog::new(move |record| {
        let _ = sender.send(record.clone());
    });
    let api = Api::start(DemoOptions { log: Some(log), ..options }).await;
    let token = records.recv().expect("the token request");
    assert_eq!(
        (token.method.as_str(), token.call.as_str(), token.status),
        ("POST", "/ims/token/v3", Some(200))
    );
    (api, records)
}

#[tokio::test]
async fn every_request_is_logged_with_its_outcome() {
    let (api, records) = logged(sized(5)).await;
    for (path, status) in [(format!("{CUSTOMER}/orders?limit=2"), 200), ("/v3/nothing".to_owned(), 404)] {
        let answer = api.request_with(&path, &DOCUMENTED).send().await.unwrap();
        assert_eq!(answer.status(), status);
        let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
        let length = answer.bytes().await.unwrap().len() as u64;
        let record = records.recv().expect("a record");
        assert_eq!((record.method.as_str(), &record.call, record.status), ("GET", &path, Some(status)));
        assert_eq!((record.bytes, record.request_id), (length, Some(id)));
        assert!((chrono::Utc::now() - record.at).num_minutes() < 5);
    }
    let call = format!("/v3/resellers?limit=2&company-name={0}&access_token={0}", api.token);
    api.request_with(&call, &["Authorization", "X-Api-Key"])
        .header("X-Request-Id", &api.token)
        .send()
        .await
        .unwrap();
    let record = records.recv().expect("a record");
    assert_eq!(record.call, "/v3/resellers?limit=2&company-name=••••&access_token=••••");
    assert_eq!(record.request_id.as_deref(), Some("••••"), "the mark that replaces it");
    let api = Api { token: "x".into(), ..api };
    assert_eq!(ask(&api, CUSTOMER).await.status(), 401);
    assert_eq!(records.recv().unwrap().status, Some(401));
}

#[tokio::test]
async fn the_logged_time_includes_the_latency() {
    let latency = Duration::from_millis(40);
    let (api, records) = logged(DemoOptions { latency, ..sized(5) }).await;
    ask(&api, CUSTOMER).await;
    assert!(records.recv().unwrap().elapsed >= latency);
}

#[tokio::test]
async fn responses_that_did_not_get_through_are_logged_as_such() {
    let (api, records) = logged(sized(5)).await;
    api.demo.set_faults("reset:1".parse().unwrap());
    assert!(api.request_with(CUSTOMER, &DOCUMENTED).send().await.is_err());
    let record = records.recv().unwrap();
    assert_eq!((record.status, record.bytes, record.request_id), (None, 0, None), "torn before the answer");
    api.demo.set_faults("cut:1".parse().unwrap());
    let answer = ask(&api, CUSTOMER).await;
    let length = answer.content_length().expect("a length");
    assert!(answer.bytes().await.is_err());
    let record = records.recv().unwrap();
    assert_eq!((record.status, record.bytes), (Some(200), length / 2), "torn in the middle");
    api.demo.set_faults("hang:1".parse().unwrap());
    let mut client = TcpStream::connect(api.demo.bound()).await.unwrap();
    client.write_all(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    while !api.demo.fault_counts().contains_key("hang") {
        tokio::task::yield_now().await;
    }
    drop(client);
    let record = tokio::task::spawn_blocking(move || records.recv_timeout(Duration::from_secs(20)));
    let record = record.await.unwrap().expect("a record of a client that hung up");
    assert_eq!((record.call.as_str(), record.status, record.request_id), ("/a", None, None));
}

#[tokio::test]
async fn all_addresses_are_reached_at_one_that_can_be_connected_to() {
    let address = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let api = Api::start(DemoOptions { address, ..sized(5) }).await;
    assert!(api.demo.api_url().starts_with("http://127.0.0.1:"), "{}", api.demo.api_url());
    assert_eq!((api.demo.bound().ip(), ask(&api, CUSTOMER).await.status().as_u16()), (address, 200));
}

#[tokio::test]
async fn an_address_of_another_machine_is_refused() {
    let address = "203.0.113.77".parse().unwrap();
    let message = Demo::start(DemoOptions { address, ..sized(5) }).await.unwrap_err().to_string();
    assert!(message.starts_with("the demo cannot listen on port 0 of 203.0.113.77: "), "{message}");
}

/// Returns a demo with short deadlines for slow requests and idle connections.
async fn impatient(request: Duration, idle: Duration) -> Api {
    Api::start(DemoOptions { deadlines: Deadlines { request, idle }, ..sized(5) }).await
}

/// Sends this, and returns everything received until the server closed the connection.
async fn closed_after(api: &Api, sent: &str) -> String {
    let mut client = TcpStream::connect(api.demo.bound()).await.expect("it listens");
    client.write_all(sent.as_bytes()).await.expect("it reads");
    let mut bytes = Vec::new();
    // A reset is an end, too.
    let _ = client.read_to_end(&mut bytes).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

const LONG: Duration = Duration::from_hours(1);
const SHORT: Duration = Duration::from_millis(50);

#[tokio::test]
async fn half_a_request_is_not_awaited_for_ever() {
    let api = impatient(SHORT, LONG).await;
    let post =
        "POST /ims/token/v3 HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    for half in [
        "G".to_owned(),
        "GET /ping HTTP/1.1\r\n".to_owned(),
        "GET /ping HTTP/1.1\r\nHost: x\r\nX-Api-Key: ".to_owned(),
        format!("{post}Content-Length: 100\r\n\r\n"),
        format!("{post}Content-Length: 100\r\n\r\ngrant_type="),
        format!("{post}Transfer-Encoding: chunked\r\n\r\n5\r\ngra"),
    ] {
        assert_eq!(closed_after(&api, &half).await, "", "{half:?}");
    }
    let whole = "GET /ping HTTP/1.1\r\nHost: x\r\n\r\n";
    let answer = closed_after(&api, &format!("{whole}GET /ping")).await;
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "the whole one is answered: {answer}");
}

#[tokio::test]
async fn a_request_sent_byte_by_byte_has_the_same_deadline() {
    let api = impatient(SHORT, LONG).await;
    let mut client = TcpStream::connect(api.demo.bound()).await.unwrap();
    client.write_all(b"GET /ping HTTP/1.1\r\nX-Slow: ").await.unwrap();
    // Far more bytes than there is time for, unless the server hangs up.
    let mut sent = 0;
    while client.write_all(b"x").await.is_ok() && sent < 50_000_000 {
        sent += 1;
        tokio::time::timeout(Duration::from_millis(5), client.readable()).await.ok();
    }
    assert!(sent < 50_000_000);
}

#[tokio::test]
async fn an_idle_connection_is_closed_and_a_patient_one_is_kept() {
    let api = impatient(LONG, SHORT).await;
    assert_eq!(closed_after(&api, "").await, "", "nothing was ever sent");
    let answer = closed_after(&api, "GET /ping HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    let api = impatient(LONG, LONG).await;
    let mut client = TcpStream::connect(api.demo.bound()).await.unwrap();
    for part in ["GET /ping HT", "TP/1.1\r\nHost: x\r\n", "\r\n", "GET /ping HTTP/1.1\r\nHost: x\r\n\r\n"] {
        client.write_all(part.as_bytes()).await.unwrap();
        client.flush().await.unwrap();
        tokio::task::yield_now().await;
    }
    let mut answers = String::new();
    while answers.matches("HTTP/1.1 403 ").count() < 2 {
        let mut bytes = [0; 4096];
        let read = client.read(&mut bytes).await.unwrap();
        assert!(read > 0, "it stays open: {answers}");
        answers.push_str(&String::from_utf8_lossy(&bytes[..read]));
    }
}

#[tokio::test]
async fn a_slow_response_is_not_a_slow_request() {
    let deadlines = Deadlines { request: SHORT, idle: LONG };
    let api = Api::start(DemoOptions { deadlines, latency: 3 * SHORT, ..sized(5) }).await;
    assert_eq!(ask(&api, CUSTOMER).await.status(), 200);
}
