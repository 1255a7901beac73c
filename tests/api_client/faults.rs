//! Faults of connections and in responses.

use std::{sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use url::Url;
use vipmp::api::{ApiError, Client, ClientConfig, ErrorKind, FixedToken, MAX_BODY_BYTES};

use crate::{
    gzip::{gzip_bomb, gzip_stored},
    server::{KEY, Reply, Server, TOKEN, network},
};

fn client_at(url: &str, limit: Duration) -> Client {
    let mut config = ClientConfig::new(Url::parse(url).unwrap(), KEY.into(), network());
    config.network.request_limit = limit;
    Client::new(config, Arc::new(FixedToken::new(TOKEN.into()))).unwrap()
}

/// Returns the error of a call to a server that always replies in this way.
async fn error_of(reply: impl Fn() -> Reply + Send + Sync + 'static) -> ApiError {
    let server = Server::start(move |_, _| reply()).await;
    let error = server.client().customer("1006500792").await.unwrap_err();
    let sent = 1 + u32::from(error.retries);
    assert_eq!(server.seen().len(), sent as usize, "{error}");
    let exchange = error.exchange.as_deref().expect("an error of a request has its record");
    assert!(exchange.error.is_some(), "{exchange:?}");
    assert_eq!(exchange.attempts, sent);
    error
}

#[tokio::test]
async fn every_error_status_has_its_kind_and_words() {
    let fields = r#"{"code": "1117", "message": "Invalid fields", "additionalDetails": ["limit"]}"#;
    for (status, headers, body, kind, words) in [
        (400, "", fields, ErrorKind::BadRequest, "400 The API refused a field of the request (1117): limit."),
        (
            400,
            "",
            r#"{"code": "1121", "message": "Unexpected fields", "additionalDetails": ["sort-by"]}"#,
            ErrorKind::BadRequest,
            "400 The API did not expect a field of the request (1121): sort-by.",
        ),
        (403, "", r#"{"code": 4115}"#, ErrorKind::Forbidden, "403 The API key was not accepted (4115)."),
        (
            403,
            "",
            r#"{"code": "4121", "message": "Not allowed"}"#,
            ErrorKind::Forbidden,
            "403 This account is not allowed to do that (4121): Not allowed.",
        ),
        (
            403,
            "",
            r#"{"error_code": "403000", "message": "Api Key is required"}"#,
            ErrorKind::Forbidden,
            "(403000)",
        ),
        (
            404,
            "",
            r#"{"code": "1116"}"#,
            ErrorKind::NotFound,
            "404 No customer 1006500792 for this account (1116).",
        ),
        (404, "", "", ErrorKind::NotFound, "404 No customer 1006500792 found."),
        (408, "", "", ErrorKind::Timeout, "408 The API timed out."),
        (429, "retry-after: 120\r\n", "", ErrorKind::RateLimited, "the server asks you to wait 120 s"),
        (429, "", r#"{"code": "4118"}"#, ErrorKind::RateLimited, "429 Too many requests (4118)."),
        (500, "x-request-id: srv-9\r\n", "", ErrorKind::Server, "Request ID srv-9."),
        (500, "", r#"{"code": 1124}"#, ErrorKind::Server, "500 The API reported an internal error (1124)."),
        (502, "", "<html><title>Bad Gateway</title>", ErrorKind::Server, "a web page: Bad Gateway"),
        (503, "", "busy", ErrorKind::Server, "busy"),
        (504, "", r#"{"error_code": "504", "message": "gateway"}"#, ErrorKind::Server, "(504): gateway"),
    ] {
        let error = error_of(move || Reply::status(status, headers, body)).await;
        assert_eq!((error.kind, error.status), (kind, Some(status)), "{error}");
        assert!(error.user_message().summary.contains(words), "{error}");
    }
}

#[tokio::test]
async fn a_response_that_is_not_json_is_unreadable_and_shown() {
    for (body, words) in [
        ("<!doctype html><html><title>Sign in</title>", "not JSON but a web page: Sign in"),
        ("hello", "not JSON but hello"),
        ("", "not JSON (EOF"),
        ("[1]", "a customer expected, a list found"),
        ("null", "a customer expected, null found"),
    ] {
        let error = error_of(move || Reply::ok(body)).await;
        assert_eq!((error.kind, error.status), (ErrorKind::Unreadable, Some(200)));
        assert!(error.user_message().summary.contains(words), "{error}");
    }
    let deep = "[".repeat(100_000);
    assert_eq!(error_of(move || Reply::ok(&deep)).await.kind, ErrorKind::Unreadable);
}

#[tokio::test]
async fn no_secret_comes_back_in_an_error() {
    let error = error_of(|| {
        let body = format!(r#"{{"code": "1117", "message": "{TOKEN}", "additionalDetails": ["{KEY}"]}}"#);
        Reply::status(400, &format!("x-echo: Bearer {TOKEN}\r\n"), body)
    })
    .await;
    let printed = format!("{error} {error:?}");
    assert!(!printed.contains(TOKEN) && !printed.contains(KEY), "{printed}");
}

#[tokio::test]
async fn a_response_over_the_limit_is_not_read_to_its_end() {
    let announced = error_of(|| {
        Reply::Hold(format!("HTTP/1.1 200 X\r\ncontent-length: {}\r\n\r\n", MAX_BODY_BYTES + 1).into_bytes())
    });
    let chunked = error_of(|| {
        let mut bytes = b"HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
        for _ in 0..17 {
            bytes.extend_from_slice(b"100000\r\n");
            bytes.extend(std::iter::repeat_n(b' ', 0x10_0000));
            bytes.extend_from_slice(b"\r\n");
        }
        Reply::Hold(bytes)
    });
    let bomb = error_of(|| {
        let body = gzip_bomb(MAX_BODY_BYTES + 1_000_000);
        assert!(body.len() < MAX_BODY_BYTES / 50, "small on the way: {}", body.len());
        Reply::status(200, "content-encoding: gzip\r\n", body)
    });
    for error in [announced.await, chunked.await, bomb.await] {
        assert_eq!((error.kind, error.status), (ErrorKind::Unreadable, Some(200)));
        assert!(error.user_message().summary.contains("larger than 16 MiB"), "{error}");
    }
}

#[tokio::test]
async fn a_compressed_response_is_read_and_a_damaged_one_reported() {
    let body = r#"{"customerId": "7"}"#;
    let server =
        Server::start(move |_, _| Reply::status(200, "content-encoding: gzip\r\n", gzip_stored(body))).await;
    let answer = server.client().customer("7").await.unwrap();
    assert_eq!((answer.value.customer_id.as_deref(), answer.exchange.body_bytes), (Some("7"), body.len()));
    let error = error_of(move || Reply::status(200, "content-encoding: gzip\r\n", body)).await;
    assert_eq!(error.kind, ErrorKind::Unreadable);
    assert!(error.user_message().summary.contains("it cannot be decoded"), "{error}");
}

#[tokio::test]
async fn a_truncated_response_is_reported() {
    for start in [
        "HTTP/1.1 200 X\r\ncontent-length: 100\r\n\r\n{\"customerId\"",
        "HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{\"customerId\"",
        "HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"cus\r\n",
    ] {
        let error = error_of(move || Reply::Close(start.into())).await;
        assert_eq!((error.kind, error.status), (ErrorKind::Offline, Some(200)), "{error}");
        assert!(error.user_message().summary.contains("was truncated"), "{error}");
    }
    for start in ["", "HTTP/1.1 200 X\r\ncontent-le"] {
        let error = error_of(move || Reply::Close(start.into())).await;
        assert_eq!((error.kind, error.status), (ErrorKind::Offline, None), "{error}");
    }
}

#[tokio::test]
async fn a_response_that_is_not_http_is_unreadable() {
    for answer in
        ["SSH-2.0-OpenSSH_9.9\r\n\r\n", "HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"]
    {
        let error = error_of(move || Reply::Close(answer.into())).await;
        assert_eq!(error.kind, ErrorKind::Unreadable, "{error:?}");
    }
}

#[tokio::test]
async fn a_refused_connection_is_offline() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let client = client_at(&format!("http://{address}"), Duration::from_secs(30));
    let error = client.reseller("1").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Offline);
    assert_eq!(
        error.user_message().summary,
        format!("Offline: could not reach {address} (connection refused). Tried 4 times.")
    );
    assert_eq!(error.request_id(), None);
}

#[tokio::test]
async fn a_server_that_never_responds_or_never_finishes_times_out() {
    const START: &str = "HTTP/1.1 200 X\r\ncontent-length: 100\r\n\r\n{";
    let replies: [fn() -> Reply; 3] = [
        || Reply::Hold(Vec::new()),
        || Reply::Hold(START.into()),
        // One byte at a time.
        || Reply::Drip(START.into()),
    ];
    for reply in replies {
        let server = Server::start(move |_, _| reply()).await;
        let client = client_at(server.url("").as_str(), Duration::from_millis(300));
        let error = client.customer("1").await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Timeout, "{error}");
        assert!(error.user_message().summary.contains("no complete response within 300 ms"), "{error}");
    }
}

#[tokio::test]
async fn a_port_without_tls_is_a_tls_error() {
    for answer in ["HTTP/1.1 400 Bad Request\r\n\r\n", ""] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut hello = [0; 4096];
                let _ = stream.read(&mut hello).await;
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        let client = client_at(&format!("https://{address}"), Duration::from_secs(30));
        let error = client.customer("1").await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Tls, "{error:?}");
        assert!(
            error
                .user_message()
                .summary
                .starts_with(&format!("Could not establish a secure connection to {address}")),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_connection_that_the_server_closed_is_replaced_silently() {
    // The connection closes during the second request.
    let server =
        Server::start(|_, n| if n == 1 { Reply::Close(Vec::new()) } else { Reply::customer() }).await;
    let client = server.client();
    client.customer("1").await.unwrap();
    let answer = client.customer("2").await.unwrap();
    assert_eq!(answer.exchange.attempts, 2);
    let seen = server.seen();
    assert_eq!((seen[1].connection, seen[2].connection), (0, 1));
    assert_ne!(seen[1].header("x-request-id"), seen[2].header("x-request-id"));
    assert_eq!(seen[1].header("x-correlation-id"), seen[2].header("x-correlation-id"), "no answer came");

    // A server that closes the connection after every response without notice.
    let server = Server::start(|_, _| {
        let Reply::Send(bytes) = Reply::customer() else { unreachable!() };
        Reply::Close(bytes)
    })
    .await;
    let client = server.client();
    for _ in 0..20 {
        client.customer("1").await.unwrap();
    }
}

#[tokio::test]
async fn a_server_that_always_hangs_up_is_reported_in_the_end() {
    let server =
        Server::start(|_, n| if n == 0 { Reply::customer() } else { Reply::Close(Vec::new()) }).await;
    let client = server.client();
    client.customer("1").await.unwrap();
    let error = client.customer("2").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Offline);
    assert_eq!((server.seen().len(), error.exchange.unwrap().attempts), (7, 6));
}

#[tokio::test]
async fn dropping_a_call_hangs_up() {
    let server = Server::start(|_, _| Reply::Hold(Vec::new())).await;
    let client = server.client();
    let call = tokio::spawn(async move { client.customer("1").await });
    while server.seen().is_empty() {
        tokio::task::yield_now().await;
    }
    call.abort();
    server.hung_up().await;
    assert!(call.await.unwrap_err().is_cancelled());
}
