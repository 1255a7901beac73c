//! A proxy between client and demo that changes headers, as real proxies do.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderName, StatusCode, Uri, header::HOST},
};
use tokio::{net::TcpListener, sync::Semaphore};
use vipmp::{api::Client, demo::Demo};

use crate::setup::{client_at, signing_in};

/// The path below which the relay serves the API, so that the root has a path.
pub(crate) const PREFIX: &str = "/gw/adobe";

/// A running relay, which ends with the test's runtime.
pub(crate) struct Relay {
    shared: Arc<Shared>,
    url: String,
}

struct Shared {
    api_url: String,
    http: reqwest::Client,
    change: Box<dyn Fn(&mut HeaderMap) + Send + Sync>,
    seen: Mutex<Vec<HeaderMap>>,
    finished: AtomicUsize,
    ended: Semaphore,
}

/// Signals the end of a request when dropped, whether it was answered or cancelled.
struct Ending(Arc<Shared>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.ended.add_permits(1);
    }
}

impl Relay {
    /// Starts a relay that passes the headers of each request through `change`.
    pub(crate) async fn start(demo: &Demo, change: impl Fn(&mut HeaderMap) + Send + Sync + 'static) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().expect("a client");
        let shared = Arc::new(Shared {
            api_url: demo.api_url().to_owned(),
            http,
            change: Box::new(change),
            seen: Mutex::default(),
            finished: AtomicUsize::new(0),
            ended: Semaphore::new(0),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(pass_on).with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { shared, url }
    }

    /// Starts a relay that removes a header.
    pub(crate) async fn without(demo: &Demo, name: &'static str) -> Self {
        Self::start(demo, move |headers| drop(headers.remove(name))).await
    }

    /// Starts a relay that sets a header to this value.
    pub(crate) async fn with(demo: &Demo, name: &'static str, value: &'static str) -> Self {
        Self::start(demo, move |headers| {
            headers.insert(name, value.parse().expect("a header's value"));
        })
        .await
    }

    /// Returns a client that reaches the demo only through the relay, but signs in directly.
    pub(crate) fn client(&self, demo: &Demo) -> Client {
        client_at(demo, &self.root(), signing_in(demo))
    }

    /// Returns the API root at the relay.
    pub(crate) fn root(&self) -> String {
        format!("{}{PREFIX}", self.url)
    }

    /// Returns the relay's own address, which is not the API root.
    pub(crate) fn origin(&self) -> &str {
        &self.url
    }

    /// Returns the headers of all requests as the client sent them.
    pub(crate) fn seen(&self) -> Vec<HeaderMap> {
        self.shared.seen.lock().expect("no panic").clone()
    }

    /// Returns the number of answered requests.
    pub(crate) fn finished(&self) -> usize {
        self.shared.finished.load(Ordering::SeqCst)
    }

    /// Waits for the end of a request.
    pub(crate) async fn ended(&self) {
        self.shared.ended.acquire().await.expect("never closed").forget();
    }
}

async fn pass_on(
    State(shared): State<Arc<Shared>>,
    uri: Uri,
    mut headers: HeaderMap,
) -> (StatusCode, HeaderMap, Bytes) {
    let _ending = Ending(Arc::clone(&shared));
    shared.seen.lock().expect("no panic").push(headers.clone());
    headers.remove(HOST);
    (shared.change)(&mut headers);
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let path = path.strip_prefix(PREFIX).expect("nothing but the API is asked for");
    let request = shared.http.get(format!("{}{path}", shared.api_url)).headers(headers);
    let answer = request.send().await.expect("the demo answers");
    let status = answer.status();
    let mut kept = HeaderMap::new();
    for name in ["content-type", "x-request-id", "x-correlation-id"].map(HeaderName::from_static) {
        if let Some(value) = answer.headers().get(&name) {
            kept.insert(name, value.clone());
        }
    }
    let body = answer.bytes().await.expect("a body");
    shared.finished.fetch_add(1, Ordering::SeqCst);
    (status, kept, body)
}
