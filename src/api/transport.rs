//! HTTP as far as this program speaks it: a GET, and the form that asks for a token. Nothing else can be sent.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use reqwest::{
    RequestBuilder, Response, StatusCode,
    header::{ACCEPT_ENCODING, CONTENT_LENGTH, HeaderMap, HeaderValue},
    redirect::Policy,
};
use url::Url;

use super::{
    classify, content,
    error::{ApiError, Service},
    headers::RequestHeaders,
    network::Network,
    proxy::Route,
};

/// The longest answer that is read, in bytes after decompression: 16 MiB.
pub const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;

/// The time limits of every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    /// For the connection.
    pub(super) connect: Duration,
    /// From sending to the last byte of the answer.
    pub(super) request: Duration,
}

/// The only way out of this program to the network.
#[derive(Debug)]
pub(super) struct Transport {
    http: reqwest::Client,
    limits: Limits,
    route: Route,
    /// True if the server has answered before: then a connection of the pool may be one that it closed since.
    answered: AtomicBool,
}

/// The start of an answer.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
}

/// The result of one request.
#[derive(Debug)]
pub(super) struct Outcome {
    /// `None` where no answer came.
    pub(super) head: Option<Head>,
    /// The whole body, decompressed, or why it did not come.
    pub(super) body: Result<Vec<u8>, Fault>,
    /// The number of bytes of the body came, decompressed.
    pub(super) bytes: usize,
    /// From sending to the last byte, or to the fault.
    pub(super) elapsed: Duration,
    /// True if the connection broke before the answer on a transport that had answers before: most likely the
    /// server had closed a connection of the pool.
    pub(super) stale: bool,
}

/// The reason why the body of an answer, or the whole answer, did not come.
#[derive(Debug)]
pub(super) enum Fault {
    /// The HTTP library's own error.
    Http(reqwest::Error),
    /// More than [`MAX_BODY_BYTES`].
    TooLarge,
    /// A content encoding that is unknown, or data that is not what its head says; in words.
    Undecodable(String),
}

impl Transport {
    /// Returns a transport to this origin, through the proxy that the environment names for it. Plain HTTP, which is
    /// for loopback alone, needs no certificates: leaving them out saves the time of loading them.
    pub(super) fn new(origin: &Url, network: &Network) -> Result<Self, ApiError> {
        // The library asks for the process's own provider of cryptography; where one is set already, that one serves.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let limits = network.limits();
        let unusable = |error: &reqwest::Error| {
            let causes = classify::causes(error);
            ApiError::internal(&format!("the network could not be set up ({causes})"))
        };
        let mut builder = reqwest::Client::builder()
            .connect_timeout(limits.connect)
            .timeout(limits.request)
            // Followed by the client itself, which knows where credentials may go.
            .redirect(Policy::none())
            .referer(false)
            // Decoded here: see [`content`].
            .no_gzip()
            .default_headers(HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("gzip"))]));
        let route = network.proxies.route(origin)?;
        // Left to itself, the library would read the variables too, and skip those that it cannot read.
        match &route {
            Route::System => {}
            Route::Direct(_) => builder = builder.no_proxy(),
            Route::Through(proxy) => {
                let proxy = proxy.address.to_proxy().map_err(|error| unusable(&error))?;
                builder = builder.no_proxy().proxy(proxy);
            }
        }
        if origin.scheme() == "http" {
            builder = builder.tls_certs_only([]);
        } else {
            builder = builder.https_only(true);
            if let Some(roots) = network.trust.load()? {
                let certificates = roots.certificates.iter().map(|der| reqwest::Certificate::from_der(der));
                let certificates: Result<Vec<_>, _> = certificates.collect();
                builder = builder.tls_certs_only(certificates.map_err(|error| unusable(&error))?);
            }
        }
        let http = builder.build().map_err(|error| unusable(&error))?;
        Ok(Self { http, limits, route, answered: AtomicBool::new(false) })
    }

    /// Returns the error for a request of this transport whose answer did not come, or not whole.
    pub(super) fn error(&self, service: Service, fault: &Fault) -> ApiError {
        classify::fault(service, fault, self.limits, &self.route)
    }

    /// Sends a GET and reads the whole answer.
    pub(super) async fn get(&self, url: Url, headers: &RequestHeaders) -> Outcome {
        self.send(self.http.get(url).headers(headers.to_map())).await
    }

    /// Sends the form that asks for a token and reads the whole answer.
    pub(super) async fn post_form(
        &self,
        url: Url,
        headers: &RequestHeaders,
        form: &[(&str, &str)],
    ) -> Outcome {
        // The form first: it sets a content type of its own, which ours replaces.
        self.send(self.http.post(url).form(form).headers(headers.to_map())).await
    }

    async fn send(&self, request: RequestBuilder) -> Outcome {
        let start = Instant::now();
        let had_answers = self.answered.load(Ordering::Relaxed);
        match request.send().await {
            Ok(response) => {
                self.answered.store(true, Ordering::Relaxed);
                let head = Head { status: response.status(), headers: response.headers().clone() };
                let (body, bytes) = read_body(response).await;
                let body = match body.and_then(|body| content::decoded(&head, body)) {
                    // The status says what happened, whatever becomes of the words beside it.
                    Err(Fault::Undecodable(words)) if !head.status.is_success() => Ok(words.into_bytes()),
                    body => body,
                };
                let bytes = body.as_ref().map_or(bytes, Vec::len);
                Outcome { head: Some(head), body, bytes, elapsed: start.elapsed(), stale: false }
            }
            Err(error) => {
                let broke =
                    error.is_request() && !error.is_connect() && !error.is_timeout() && !error.is_builder();
                Outcome {
                    head: None,
                    body: Err(Fault::Http(error)),
                    bytes: 0,
                    elapsed: start.elapsed(),
                    stale: broke && had_answers,
                }
            }
        }
    }
}

/// The body as it is sent, piece by piece, and how many bytes of it came.
async fn read_body(mut response: Response) -> (Result<Vec<u8>, Fault>, usize) {
    let announced =
        response.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let announced: usize = announced.unwrap_or(0);
    if announced > MAX_BODY_BYTES {
        return (Err(Fault::TooLarge), 0);
    }
    let mut body = Vec::with_capacity(announced.min(1024 * 1024));
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > MAX_BODY_BYTES => {
                return (Err(Fault::TooLarge), body.len() + chunk.len());
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => {
                let bytes = body.len();
                return (Ok(body), bytes);
            }
            Err(error) => return (Err(Fault::Http(error)), body.len()),
        }
    }
}
