//! Signing in: once for all calls that need a token, and again before it expires.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, join_all},
};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::{
    net::TcpListener,
    sync::Notify,
    task::yield_now,
    time::{advance, pause, resume},
};
use url::Url;
use vipmp::api::{
    AccessToken, ApiError, CachedToken, ClientCredentials, ErrorKind, HIDDEN, SecretProvider, Service,
    TokenCache, TokenConfig, TokenFuture, TokenProvider,
};

use crate::server::{Reply, Server, network};

const SECRET: &str = "p8e-s3cr3t/with+signs";

fn credentials_at(url: Url) -> ClientCredentials {
    ClientCredentials::new(TokenConfig::new(url, "client-77".into(), SECRET.into(), network())).unwrap()
}

fn credentials(server: &Server) -> Arc<ClientCredentials> {
    Arc::new(credentials_at(server.url("/ims/token/v3")))
}

/// Starts a token service that issues `t0`, `t1` and so on.
async fn token_service(expires_in: u64) -> Server {
    Server::start(move |_, n| {
        Reply::ok(format!(
            r#"{{"access_token": "t{n}", "token_type": "bearer", "expires_in": {expires_in}}}"#
        ))
    })
    .await
}

/// Starts an API that accepts tokens from this number on.
async fn api(first_good: usize) -> Server {
    Server::start(move |seen, _| {
        let number = seen.header("authorization").strip_prefix("Bearer t").unwrap();
        if number.parse::<usize>().unwrap() < first_good {
            Reply::status(401, "", r#"{"code": "4116"}"#)
        } else {
            Reply::customer()
        }
    })
    .await
}

/// Requests tokens until there is one other than this.
async fn another_than(first: &AccessToken, tokens: &ClientCredentials) -> AccessToken {
    loop {
        let token = tokens.token().await.unwrap();
        if token != *first {
            return token;
        }
        yield_now().await;
    }
}

async fn step(seconds: u64) {
    pause();
    advance(Duration::from_secs(seconds)).await;
    resume();
}

#[tokio::test]
async fn the_token_request_is_a_form_with_the_documented_fields() {
    let ims = token_service(86_399).await;
    credentials(&ims).token().await.unwrap();
    let seen = &ims.seen()[0];
    assert_eq!((seen.method.as_str(), seen.target.as_str()), ("POST", "/ims/token/v3"));
    assert_eq!(seen.header("content-type"), "application/x-www-form-urlencoded");
    assert_eq!(seen.header("accept"), "application/json");
    assert_eq!(
        seen.body,
        "grant_type=client_credentials&client_id=client-77&client_secret=p8e-s3cr3t%2Fwith%2Bsigns\
         &scope=openid%2CAdobeID%2Cread_organizations"
    );
    assert!(!seen.headers.iter().any(|(name, _)| name == "authorization" || name == "x-api-key"));
}

#[tokio::test]
async fn ten_calls_without_a_token_sign_in_once() {
    let (ims, api) = (token_service(86_399).await, api(0).await);
    let client = api.client_with(credentials(&ims));
    let answers = join_all((0..10).map(|_| client.customer("1"))).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!((ims.seen().len(), api.seen().len()), (1, 10));
}

#[tokio::test]
async fn ten_calls_with_a_refused_token_renew_it_once() {
    let (ims, api) = (token_service(86_399).await, api(1).await);
    let tokens = credentials(&ims);
    tokens.token().await.unwrap();
    let client = api.client_with(tokens);
    let answers = join_all((0..10).map(|_| client.customer("1"))).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!((ims.seen().len(), api.seen().len()), (2, 20));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn calls_on_several_threads_renew_a_refused_token_once() {
    for _ in 0..20 {
        let (ims, api) = (token_service(86_399).await, api(1).await);
        let tokens = credentials(&ims);
        tokens.token().await.unwrap();
        let client = api.client_with(tokens);
        let calls = (0..10).map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.customer("1").await })
        });
        for answer in join_all(calls).await {
            assert!(answer.unwrap().is_ok());
        }
        assert_eq!(ims.seen().len(), 2);
    }
}

#[tokio::test]
async fn a_token_that_is_always_refused_is_renewed_once_per_call() {
    let (ims, api) = (token_service(86_399).await, api(usize::MAX).await);
    let error = api.client_with(credentials(&ims)).customer("1").await.unwrap_err();
    assert_eq!((error.kind, error.service), (ErrorKind::Unauthorized, Service::Api));
    assert_eq!((ims.seen().len(), api.seen().len()), (2, 2));
}

#[tokio::test]
async fn a_token_is_renewed_four_minutes_before_it_expires() {
    let ims = token_service(1000).await;
    let tokens = credentials(&ims);
    let first = tokens.token().await.unwrap();
    step(755).await;
    assert_eq!(tokens.token().await.unwrap(), first);
    assert_eq!(ims.seen().len(), 1);
    step(6).await;
    assert_eq!(tokens.token().await.unwrap(), first, "handed out while the next one is asked for");
    let second = another_than(&first, &tokens).await;
    assert_eq!(tokens.token().await.unwrap(), second);
    assert_eq!(ims.seen().len(), 2);
}

#[tokio::test]
async fn a_short_lived_token_is_used_for_half_its_life() {
    let ims = token_service(60).await;
    let tokens = credentials(&ims);
    let first = tokens.token().await.unwrap();
    step(25).await;
    assert_eq!(tokens.token().await.unwrap(), first);
    assert_eq!(ims.seen().len(), 1);
    step(6).await;
    another_than(&first, &tokens).await;
    assert_eq!(ims.seen().len(), 2);
}

#[tokio::test]
async fn a_token_service_that_hangs_delays_no_call_while_the_token_is_valid() {
    let ims = Server::start(|_, n| {
        if n == 0 {
            Reply::ok(r#"{"access_token": "t0", "expires_in": 1000}"#)
        } else {
            Reply::Hold(Vec::new())
        }
    })
    .await;
    let tokens = credentials(&ims);
    let first = tokens.token().await.unwrap();
    step(800).await;
    // The first poll returns it, so there was no wait.
    assert_eq!(tokens.token().now_or_never(), Some(Ok(first.clone())));
    while ims.seen().len() < 2 {
        assert_eq!(tokens.token().now_or_never(), Some(Ok(first.clone())));
        yield_now().await;
    }
    step(20).await;
    let many = join_all((0..10).map(|_| tokens.token())).now_or_never().unwrap();
    assert!(many.into_iter().all(|token| token == Ok(first.clone())));
    assert_eq!(ims.seen().len(), 2, "one request, however many want it");
    // When that request times out, the next attempt is made, again in the background.
    step(31).await;
    ims.hung_up().await;
    while ims.seen().len() < 3 {
        assert_eq!(tokens.token().now_or_never(), Some(Ok(first.clone())));
        yield_now().await;
    }
}

#[tokio::test]
async fn a_call_after_the_expiry_joins_the_renewal_in_the_background() {
    let go = Arc::new(Notify::new());
    let told = Arc::clone(&go);
    let ims = Server::start(move |_, n| {
        let answer = Reply::ok(format!(r#"{{"access_token": "t{n}", "expires_in": 1000}}"#));
        match answer {
            Reply::Send(bytes) if n > 0 => Reply::After(Arc::clone(&told), bytes),
            first => first,
        }
    })
    .await;
    let tokens = credentials(&ims);
    let first = tokens.token().await.unwrap();
    step(990).await;
    assert_eq!(tokens.token().await.unwrap(), first);
    while ims.seen().len() < 2 {
        yield_now().await;
    }
    step(11).await;
    let mut waiting = tokens.token();
    assert!(futures_util::poll!(&mut waiting).is_pending());
    go.notify_one();
    assert_ne!(waiting.await.unwrap(), first);
    assert_eq!(ims.seen().len(), 2);
}

#[tokio::test]
async fn a_valid_token_is_used_while_the_token_service_is_down() {
    let ims = Server::start(|_, n| {
        if n == 0 {
            Reply::ok(r#"{"access_token": "t0", "expires_in": 1000}"#)
        } else {
            // Not retried within the sign-in, so that each request is another sign-in.
            Reply::status(501, "", "")
        }
    })
    .await;
    let tokens = credentials(&ims);
    let first = tokens.token().await.unwrap();
    step(800).await;
    for requests in [2, 3] {
        while ims.seen().len() < requests {
            assert_eq!(tokens.token().await.unwrap(), first);
            yield_now().await;
        }
        for _ in 0..100 {
            assert_eq!(tokens.token().await.unwrap(), first);
            yield_now().await;
        }
        assert_eq!(ims.seen().len(), requests, "the service is left alone for a while");
        step(31).await;
    }
    step(200).await;
    let error = tokens.token().await.unwrap_err();
    assert_eq!((error.kind, error.service), (ErrorKind::Server, Service::TokenService));
}

#[tokio::test]
async fn ten_calls_share_the_failure_of_one_sign_in() {
    let ims = Server::start(|_, _| Reply::status(500, "x-request-id: ims-1\r\n", "")).await;
    let tokens = credentials(&ims);
    let answers = join_all((0..10).map(|_| tokens.token())).await;
    assert_eq!(ims.seen().len(), 4, "one sign-in with its retries");
    for answer in answers {
        let error = answer.unwrap_err();
        assert_eq!((error.kind, error.status, error.retries), (ErrorKind::Server, Some(500), 3));
        assert!(error.user_message().summary.contains("ims-1"), "{error}");
    }
    assert!(tokens.token().await.is_err());
    assert_eq!(ims.seen().len(), 8, "the next one who asks tries again");
}

#[tokio::test]
async fn a_sign_in_continues_when_the_call_that_started_it_is_dropped() {
    let go = Arc::new(Notify::new());
    let told = Arc::clone(&go);
    let ims = Server::start(move |_, _| {
        let Reply::Send(bytes) = Reply::ok(r#"{"access_token": "t0", "expires_in": 1000}"#) else {
            unreachable!()
        };
        Reply::After(Arc::clone(&told), bytes)
    })
    .await;
    let tokens = credentials(&ims);
    let mut first = tokens.token();
    // Polled once, so that it starts the sign-in, and then dropped.
    assert!(futures_util::poll!(&mut first).is_pending());
    let second = tokio::spawn({
        let tokens = Arc::clone(&tokens);
        async move { tokens.token().await }
    });
    while ims.seen().is_empty() {
        assert!(futures_util::poll!(&mut first).is_pending());
        yield_now().await;
    }
    drop(first);
    go.notify_one();
    assert!(second.await.unwrap().is_ok());
    assert_eq!(ims.seen().len(), 1);
}

#[tokio::test]
async fn a_sign_in_that_no_call_waits_for_is_cancelled() {
    let ims =
        Server::start(
            |_, n| {
                if n == 0 { Reply::Hold(Vec::new()) } else { Reply::ok(r#"{"access_token": "t1"}"#) }
            },
        )
        .await;
    let tokens = credentials(&ims);
    let waiting = tokio::spawn({
        let tokens = Arc::clone(&tokens);
        async move { tokens.token().await }
    });
    while ims.seen().is_empty() {
        yield_now().await;
    }
    waiting.abort();
    ims.hung_up().await;
    assert!(tokens.token().await.is_ok());
}

#[tokio::test]
async fn errors_of_the_token_service_are_reported_without_the_secret() {
    for (status, body, kind, words) in [
        (
            400,
            format!(r#"{{"error": "invalid_client", "error_description": "no {SECRET} for client-77"}}"#),
            ErrorKind::Unauthorized,
            "did not accept the client ID or the secret (invalid_client)",
        ),
        (401, format!("client_secret=p8e-s3cr3t%2Fwith%2Bsigns {SECRET}"), ErrorKind::Unauthorized, "401"),
        (502, format!("<html><title>{SECRET}</title></html>"), ErrorKind::Server, "unavailable"),
        (
            200,
            format!("<html><title>Sign in {SECRET}</title>"),
            ErrorKind::Unreadable,
            "no readable JSON object",
        ),
        (200, r#"{"token": "t-other-name"}"#.into(), ErrorKind::Unreadable, "no usable access_token"),
        (429, String::new(), ErrorKind::RateLimited, "Too many requests"),
    ] {
        let ims =
            Server::start(move |_, _| Reply::status(status, &format!("x-echo: {SECRET}\r\n"), &body)).await;
        let error = credentials(&ims).token().await.unwrap_err();
        assert_eq!((error.kind, error.service), (kind, Service::TokenService), "{error}");
        assert!(error.user_message().summary.contains(words), "{error}");
        let printed = format!("{error} {error:?}");
        for secret in [SECRET, "p8e-s3cr3t", "client-77", "t-other-name"] {
            assert!(!printed.contains(secret), "{printed}");
        }
        let exchange = error.exchange.unwrap();
        assert_eq!((exchange.method, exchange.correlation_id), ("POST", None));
        assert!(exchange.form.contains(&("client_secret".into(), HIDDEN.into())));
        assert!(exchange.form.contains(&("grant_type".into(), "client_credentials".into())));
    }
}

#[tokio::test]
async fn a_secret_does_not_follow_a_redirect() {
    let other = token_service(1000).await;
    let location = format!("location: {}\r\n", other.url("/ims/token/v3"));
    let ims = Server::start(move |_, _| Reply::status(307, &location, "")).await;
    let error = credentials(&ims).token().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::RefusedLink);
    let origin = other.url("").origin().ascii_serialization();
    assert!(error.user_message().summary.contains(&format!("the redirect to {origin} would")), "{error}");
    assert!(other.seen().is_empty());
}

#[tokio::test]
async fn a_token_service_that_is_down_is_named_in_the_error_of_the_call() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let api = api(0).await;
    let tokens = credentials_at(Url::parse(&format!("http://{address}/ims/token/v3")).unwrap());
    let error = api.client_with(Arc::new(tokens)).customer("1").await.unwrap_err();
    assert_eq!((error.kind, error.service), (ErrorKind::Offline, Service::TokenService));
    let words = format!("could not reach the token service {address} (connection refused)");
    assert!(error.user_message().summary.contains(&words), "{error}");
    assert_eq!(error.resource.as_deref(), Some("customer 1"));
    assert!(api.seen().is_empty());
}

/// A token cache in memory.
#[derive(Debug, Default)]
struct Cache {
    held: Mutex<Option<CachedToken>>,
    stored: AtomicUsize,
}

impl Cache {
    /// Creates a cache with the token `t0`. Its receipt and its expiry are given in seconds from now.
    fn holding(received: i64, ends: i64) -> Arc<Self> {
        let at = |seconds: i64| {
            let distance = Duration::from_secs(seconds.unsigned_abs());
            if seconds < 0 { SystemTime::now() - distance } else { SystemTime::now() + distance }
        };
        let token = AccessToken::new("t0".into());
        let held = CachedToken { token, received_at: at(received), expires_at: at(ends) };
        Arc::new(Self { held: Mutex::new(Some(held)), ..Self::default() })
    }
}

impl TokenCache for Cache {
    fn load(&self) -> BoxFuture<'_, Option<CachedToken>> {
        std::future::ready(self.held.lock().unwrap().clone()).boxed()
    }

    fn store(&self, token: CachedToken) {
        *self.held.lock().unwrap() = Some(token);
        self.stored.fetch_add(1, Ordering::SeqCst);
    }
}

fn cached(ims: &Server, cache: &Arc<Cache>) -> Arc<ClientCredentials> {
    let mut config = TokenConfig::new(ims.url("/ims/token/v3"), "client-77".into(), SECRET.into(), network());
    config.cache = Some(Arc::clone(cache) as Arc<dyn TokenCache>);
    Arc::new(ClientCredentials::new(config).unwrap())
}

/// Starts a token service that issues `t1`, `t2` and so on.
async fn next_tokens() -> Server {
    Server::start(|_, n| {
        Reply::ok(format!(r#"{{"access_token": "t{}", "token_type": "bearer", "expires_in": 86399}}"#, n + 1))
    })
    .await
}

#[tokio::test]
async fn a_token_of_the_last_start_is_used_without_signing_in() {
    let (ims, api) = (next_tokens().await, api(0).await);
    let cache = Cache::holding(-3600, 3600);
    let client = api.client_with(cached(&ims, &cache));
    let answers = join_all((0..10).map(|_| client.customer("1"))).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!((ims.seen().len(), api.seen().len()), (0, 10));
    assert_eq!(api.seen()[0].header("authorization"), "Bearer t0");
}

#[tokio::test]
async fn a_token_that_has_expired_or_comes_from_the_future_is_not_used() {
    for (received, ends) in [(-7200, -1), (-7200, 100), (600, 7200)] {
        let (ims, api) = (next_tokens().await, api(0).await);
        let cache = Cache::holding(received, ends);
        let client = api.client_with(cached(&ims, &cache));
        client.customer("1").await.unwrap();
        assert_eq!(api.seen()[0].header("authorization"), "Bearer t1", "{received} {ends}");
        assert_eq!(
            (ims.seen().len(), cache.stored.load(Ordering::SeqCst)),
            (1, 1),
            "and the new one is kept"
        );
    }
}

#[tokio::test]
async fn a_revoked_token_of_the_last_start_costs_one_sign_in() {
    let (ims, api) = (next_tokens().await, api(1).await);
    let cache = Cache::holding(-3600, 3600);
    let client = api.client_with(cached(&ims, &cache));
    let answers = join_all((0..10).map(|_| client.customer("1"))).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!((ims.seen().len(), api.seen().len()), (1, 20));
    let held = cache.held.lock().unwrap().clone().unwrap();
    let life = held.expires_at.duration_since(held.received_at).unwrap();
    assert_eq!(
        life,
        Duration::from_secs(86_399),
        "from the moment of receipt, whatever clock the service has"
    );
}

/// A secret that differs each time it is read.
#[derive(Debug, Default)]
struct Changing(AtomicUsize);

impl SecretProvider for Changing {
    fn secret(&self) -> TokenFuture<'_, SecretString> {
        let number = self.0.fetch_add(1, Ordering::SeqCst);
        std::future::ready(match number {
            1 => Err(ApiError::credentials("The keyring is locked", "Unlock it.")),
            number => Ok(format!("secret-{number}").into()),
        })
        .boxed()
    }
}

#[tokio::test]
async fn the_secret_is_read_again_for_each_sign_in() {
    let ims = Server::start(|seen, _| {
        if seen.body.contains("secret-2") {
            Reply::ok(r#"{"access_token": "t", "expires_in": 86399}"#)
        } else {
            Reply::status(401, "", r#"{"error": "invalid_client"}"#)
        }
    })
    .await;
    let mut config = TokenConfig::new(ims.url("/ims/token/v3"), "client-77".into(), SECRET.into(), network());
    config.client_secret = Arc::new(Changing::default());
    let tokens = ClientCredentials::new(config).unwrap();
    assert_eq!(tokens.token().await.unwrap_err().kind, ErrorKind::Unauthorized);
    let error = tokens.token().await.unwrap_err();
    assert_eq!(
        (error.kind, ims.seen().len()),
        (ErrorKind::Credentials, 1),
        "nothing is sent without a secret"
    );
    assert_eq!(error.to_string(), "The keyring is locked. Unlock it.");
    assert!(tokens.token().await.is_ok());
}

/// A token known only to the token service.
const ISSUED: &str = "eyJhbGciOiJub25lIn0.bm9ib2R5LWF0LWFsbC1pcy1zaWduZWQtaW4.c2lnbmVkLWJ5LW5vYm9keQ";

/// Returns true if a text contains a piece of the token of six characters or more.
fn holds_piece(text: &str) -> bool {
    let pieces: Vec<&[u8]> = ISSUED.as_bytes().windows(6).collect();
    text.as_bytes().windows(6).any(|six| pieces.contains(&six))
}

#[tokio::test]
async fn no_error_and_no_exchange_contains_a_body_of_the_token_service() {
    let whole = format!(r#"{{"access_token":"{ISSUED}","token_type":"bearer","expires_in":3599}}"#);
    let utf_16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(whole.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for body in [
        whole.as_bytes()[..whole.len() - 25].to_vec(),
        format!("{whole}}}").into(),
        format!("{{\"a\": 1}}{whole}").into(),
        format!("access_token={ISSUED}&expires_in=3599").into(),
        format!("<html><head><title>{ISSUED}</title></head></html>").into(),
        format!("\"{ISSUED}\"").into(),
        format!(r#"{{"message": "{ISSUED}", "code": "{ISSUED}", "additionalDetails": ["{ISSUED}"]}}"#).into(),
        format!(r#"{{"error": "{ISSUED}", "error_description": "keep {ISSUED}"}}"#).into(),
        format!(
            r#"{{"error": "invalid_client", "error_description": "{ISSUED}", "access_token": "{ISSUED}"}}"#
        )
        .into(),
        utf_16,
    ] {
        for status in [200, 206, 302, 400, 401, 403, 404, 429, 500, 502] {
            for more in ["", "content-type: application/json\r\n", "content-encoding: gzip\r\n"] {
                let (body, headers) =
                    (body.clone(), format!("location: /x?t={ISSUED}\r\nx-token: {ISSUED}\r\n{more}"));
                let ims = Server::start(move |_, _| Reply::status(status, &headers, &body)).await;
                let error = credentials(&ims).token().await.unwrap_err();
                let exchange = error.exchange.as_deref().expect("a request was sent");
                let printed = format!("{error} {error:?} {}", exchange.as_curl());
                assert!(!holds_piece(&printed), "{status}: {printed}");
            }
        }
    }
}

#[tokio::test]
async fn a_byte_order_mark_before_and_blanks_after_the_json_are_ignored() {
    let ims =
        Server::start(|_, _| Reply::ok("\u{feff}{\"access_token\": \"t0\", \"expires_in\": 60}\r\n \0"))
            .await;
    assert_eq!(credentials(&ims).token().await.unwrap().secret().expose_secret(), "t0");
}
