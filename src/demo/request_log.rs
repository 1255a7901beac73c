//! The log of requests and their outcomes, without secrets.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{body::HttpBody as _, extract::Request, http::Uri, response::Response};
use chrono::{DateTime, Utc};
use percent_encoding::percent_decode_str;

use super::{faults::Switch, server::Shared, tokens::Tokens};

/// The replacement of a secret.
const HIDDEN: &str = "••••";

/// Parts of parameter names whose values are secrets; the API itself has no such parameters.
const SECRET_NAMES: [&str; 8] = ["auth", "token", "secret", "key", "passw", "credential", "session", "jwt"];

/// A request and its outcome. Its texts are as the client sent them, except that they do not contain the server's secrets
/// or the values of parameters whose names suggest a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRecord {
    /// The time of arrival.
    pub at: DateTime<Utc>,
    /// The method.
    pub method: String,
    /// The path with the query.
    pub call: String,
    /// The status of the response; `None` if the client got none because it hung up or the connection was reset.
    pub status: Option<u16>,
    /// The time from the arrival to the response.
    pub elapsed: Duration,
    /// The number of bytes in the response's body.
    pub bytes: u64,
    /// The response's `X-Request-Id`, if there is a response.
    pub request_id: Option<String>,
}

/// A callback for every request. The response waits for it, so it must be fast.
#[derive(Clone)]
pub struct RequestLog(Arc<dyn Fn(&RequestRecord) + Send + Sync>);

impl RequestLog {
    /// Creates a log that calls `log` for each request.
    pub fn new(log: impl Fn(&RequestRecord) + Send + Sync + 'static) -> Self {
        Self(Arc::new(log))
    }

    /// Logs a request.
    pub fn log(&self, record: &RequestRecord) {
        (self.0)(record);
    }
}

impl fmt::Debug for RequestLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RequestLog")
    }
}

/// A request that is being answered. It is logged when this is dropped, even if the client hangs up.
pub(super) struct PendingRecord {
    shared: Arc<Shared>,
    log: RequestLog,
    started: Instant,
    record: RequestRecord,
}

impl PendingRecord {
    /// Starts the record of a request, if requests are logged.
    pub(super) fn start(shared: &Arc<Shared>, request: &Request) -> Option<Self> {
        let log = shared.log.clone()?;
        let record = RequestRecord {
            at: Utc::now(),
            method: request.method().as_str().to_owned(),
            call: shown(request.uri(), &shared.guard.tokens),
            status: None,
            elapsed: Duration::ZERO,
            bytes: 0,
            request_id: None,
        };
        Some(Self { shared: Arc::clone(shared), log, started: Instant::now(), record })
    }

    /// Records the response as far as it gets through.
    pub(super) fn answered(mut self, response: &Response, switch: &Switch) {
        // The demo's bodies are complete in memory.
        let Some(bytes) = switch.passes(response.body().size_hint().lower()) else { return };
        let id = response.headers().get("x-request-id");
        let id = id.map(|id| String::from_utf8_lossy(id.as_bytes()).into_owned());
        self.record.request_id =
            id.map(|id| if self.shared.guard.tokens.are_in(&id) { HIDDEN.to_owned() } else { id });
        self.record.status = Some(response.status().as_u16());
        self.record.bytes = bytes;
    }
}

impl Drop for PendingRecord {
    fn drop(&mut self) {
        self.record.elapsed = self.started.elapsed();
        self.log.log(&self.record);
    }
}

/// Returns a path and its query without secrets.
fn shown(uri: &Uri, tokens: &Tokens) -> String {
    let call = uri.path_and_query().map_or(uri.path(), |call| call.as_str());
    let Some((path, query)) = call.split_once('?') else {
        return if tokens.are_in(call) { format!("/{HIDDEN}") } else { call.to_owned() };
    };
    let shown: Vec<String> = query.split('&').map(|pair| shown_pair(pair, tokens)).collect();
    let shown = format!("{path}?{}", shown.join("&"));
    // A secret may contain a `?` or an `&`.
    if !tokens.are_in(&shown) {
        shown
    } else if tokens.are_in(query) && !tokens.are_in(path) {
        format!("{path}?{HIDDEN}")
    } else {
        format!("/{HIDDEN}")
    }
}

fn shown_pair(pair: &str, tokens: &Tokens) -> String {
    let Some((name, value)) = pair.split_once('=') else { return pair.to_owned() };
    let plain = percent_decode_str(name).decode_utf8_lossy().to_lowercase();
    let secret = SECRET_NAMES.iter().any(|part| plain.contains(part));
    let value = if secret || tokens.are_in(value) { HIDDEN } else { value };
    format!("{name}={value}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "p8e-S3cr3t/+ of=demo&?x";

    fn seen(call: &str) -> String {
        shown(&call.parse().unwrap(), &Tokens::new(false, None, Some(SECRET.into())))
    }

    #[test]
    fn a_call_is_logged_as_it_was_sent() {
        for call in ["/", "/v3/customers/1?limit=2&offset=%200&&a", "/v3/x?", "/%1b%5B2J?company-name=a+b*"] {
            assert_eq!(seen(call), call);
        }
    }

    #[test]
    fn secrets_are_left_out_of_it() {
        for name in ["access_token", "client_secret", "X-Api-Key", "authoriz%61tion", "passwd"] {
            assert_eq!(seen(&format!("/a?x=1&{name}=abc&y=2")), format!("/a?x=1&{name}=••••&y=2"));
        }
        let form: String = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
        let encoded = percent_encoding::utf8_percent_encode(SECRET, percent_encoding::NON_ALPHANUMERIC);
        let twice = form.replace('%', "%25");
        for secret in [form.as_str(), &encoded.to_string(), &twice] {
            assert_eq!(seen(&format!("/a?company-name=b{secret}c&limit=2")), "/a?company-name=••••&limit=2");
            assert_eq!(seen(&format!("/v3/{secret}/b")), "/••••");
            assert_eq!(seen(&format!("/v3/{secret}/b?limit=2")), "/••••");
        }
        assert_eq!(seen("/a?x=p8e-S3cr3t/+%20of=demo&?x&y=1"), "/a?••••", "over several parameters");
        assert_eq!(seen("/p8e-S3cr3t/+%20of=demo&?x"), "/••••", "over path and query");
    }

    #[test]
    fn issued_tokens_are_secrets_too() {
        let tokens = Tokens::new(false, Some("id".into()), Some("a".into()));
        let form = "grant_type=client_credentials&client_id=id&client_secret=a";
        let headers = axum::http::HeaderMap::from_iter([(
            axum::http::header::CONTENT_TYPE,
            "application/x-www-form-urlencoded".parse().unwrap(),
        )]);
        let _ = tokens.grant(&headers, form.as_bytes());
        let token = tokens.newest().unwrap();
        assert_eq!(shown(&format!("/a/{token}").parse().unwrap(), &tokens), "/••••");
        assert_eq!(shown(&"/a/b".parse().unwrap(), &tokens), "/a/b", "too short to be looked for");
    }
}
