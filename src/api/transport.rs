//! The HTTP that this program needs: a GET and the form of the token request. Nothing else can be sent.

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

/// The longest response body that is read, in bytes after decompression: 16 MiB.
pub const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;

/// The time limits of every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Timeouts {
    /// The limit for the connection.
    pub(super) connect: Duration,
    /// The limit from sending to the last byte of the response.
    pub(super) request: Duration,
}

/// A connection pool to one origin, and the only code of this program that sends HTTP requests.
#[derive(Debug)]
pub(super) struct Transport {
    http: reqwest::Client,
    limits: Timeouts,
    route: Route,
    /// True once the server has responded: from then on, the pool may hold connections that it has closed.
    answered: AtomicBool,
}

/// The status and headers of a response.
#[derive(Debug)]
pub(super) struct ResponseHead {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
}

/// The result of one request.
#[derive(Debug)]
pub(super) struct Outcome {
    /// The status and headers; `None` if there was no response.
    pub(super) head: Option<ResponseHead>,
    /// The complete body, decompressed, or the error.
    pub(super) body: Result<Vec<u8>, TransportError>,
    /// The number of bytes received, decompressed if the body is complete.
    pub(super) bytes: usize,
    /// The time from sending to the last byte, or to the error.
    pub(super) elapsed: Duration,
    /// True if the connection broke before the response although the server has responded earlier: most likely it had
    /// closed a connection of the pool.
    pub(super) stale: bool,
}

/// The reason a response, or its body, could not be received.
#[derive(Debug)]
pub(super) enum TransportError {
    /// An error of the HTTP library.
    Http(reqwest::Error),
    /// A body of more than [`MAX_BODY_BYTES`].
    TooLarge,
    /// A content encoding that is unknown, or data that does not match it, described in words.
    Undecodable(String),
}

impl Transport {
    /// Creates a transport to this origin, through the proxy that the environment names for it.
    ///
    /// Plain HTTP, which is for loopback only, needs no certificates; not loading them saves time.
    pub(super) fn new(origin: &Url, network: &Network) -> Result<Self, ApiError> {
        // The library needs a crypto provider of the process. If one is installed already, that one is used.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let limits = network.timeouts();
        let unusable = |error: &reqwest::Error| {
            let causes = classify::describe_cause(error);
            ApiError::internal(&format!("the network could not be set up ({causes})"))
        };
        let mut builder = reqwest::Client::builder()
            .connect_timeout(limits.connect)
            .timeout(limits.request)
            // Redirects are followed by the client, which knows where credentials may go.
            .redirect(Policy::none())
            .referer(false)
            // `content` decodes the body.
            .no_gzip()
            .default_headers(HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("gzip"))]));
        let route = network.proxies.route(origin)?;
        // By default the library would read the variables too, and skip those that it cannot parse.
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

    /// Classifies a transport error of this origin.
    pub(super) fn classify(&self, service: Service, fault: &TransportError) -> ApiError {
        classify::transport_error(service, fault, self.limits, &self.route)
    }

    /// Sends a GET and reads the whole response.
    pub(super) async fn get(&self, url: Url, headers: &RequestHeaders) -> Outcome {
        self.send(self.http.get(url).headers(headers.to_map())).await
    }

    /// Sends the form of the token request and reads the whole response.
    pub(super) async fn post_form(
        &self,
        url: Url,
        headers: &RequestHeaders,
        form: &[(&str, &str)],
    ) -> Outcome {
        // The form comes first, since it sets a content type, which ours replaces.
        self.send(self.http.post(url).form(form).headers(headers.to_map())).await
    }

    async fn send(&self, request: RequestBuilder) -> Outcome {
        let start = Instant::now();
        let had_answers = self.answered.load(Ordering::Relaxed);
        match request.send().await {
            Ok(response) => {
                self.answered.store(true, Ordering::Relaxed);
                let head = ResponseHead { status: response.status(), headers: response.headers().clone() };
                let (body, bytes) = read_body(response).await;
                let body = match body.and_then(|body| content::decode(&head, body)) {
                    // An error status says what happened even if its body is unreadable.
                    Err(TransportError::Undecodable(words)) if !head.status.is_success() => {
                        Ok(words.into_bytes())
                    }
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
                    body: Err(TransportError::Http(error)),
                    bytes: 0,
                    elapsed: start.elapsed(),
                    stale: broke && had_answers,
                }
            }
        }
    }
}

/// Reads the body as sent, and counts the bytes received.
async fn read_body(mut response: Response) -> (Result<Vec<u8>, TransportError>, usize) {
    let announced =
        response.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let announced: usize = announced.unwrap_or(0);
    if announced > MAX_BODY_BYTES {
        return (Err(TransportError::TooLarge), 0);
    }
    let mut body = Vec::with_capacity(announced.min(1024 * 1024));
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > MAX_BODY_BYTES => {
                return (Err(TransportError::TooLarge), body.len() + chunk.len());
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => {
                let bytes = body.len();
                return (Ok(body), bytes);
            }
            Err(error) => return (Err(TransportError::Http(error)), body.len()),
        }
    }
}
