//! The recording of requests, for the inspector and the log.

use url::Url;

use super::{
    error::Service,
    exchange::Exchange,
    headers::{self, RequestHeaders, RequestIds},
    transport::Outcome,
};
use crate::{redact::Redactor, text::MAX_CLEAN_CHARS};

/// A request as it was sent.
pub(super) struct SentRequest<'a> {
    pub(super) method: &'static str,
    pub(super) service: Service,
    pub(super) url: &'a Url,
    pub(super) headers: &'a RequestHeaders,
    pub(super) ids: &'a RequestIds,
    /// The form fields, with secrets hidden.
    pub(super) form: Vec<(String, String)>,
    /// The number of requests that the call has taken so far, including this one.
    pub(super) attempts: u32,
}

/// Records a request and its outcome, and writes one line to the log.
pub(super) fn record(sent: SentRequest<'_>, outcome: &Outcome, redactor: &Redactor) -> Exchange {
    let head = outcome.head.as_ref();
    let exchange = Exchange {
        method: sent.method,
        url: redactor.sanitize(sent.url.as_str(), MAX_CLEAN_CHARS),
        request_headers: sent.headers.for_inspector(redactor),
        form: sent.form,
        status: head.map(|head| head.status.as_u16()),
        response_headers: head
            .map(|head| headers::response_for_inspector(sent.service, &head.headers, redactor))
            .unwrap_or_default(),
        elapsed: outcome.elapsed,
        body_bytes: outcome.bytes,
        request_id: sent.ids.request.clone(),
        server_request_id: head.and_then(|head| headers::server_request_id(&head.headers, redactor)),
        correlation_id: sent.ids.correlation.clone(),
        attempts: sent.attempts,
        error: None,
    };
    tracing::debug!(
        method = exchange.method,
        url = exchange.url,
        status = exchange.status,
        ms = exchange.elapsed.as_millis(),
        request_id = exchange.request_id,
        server_request_id = exchange.server_request_id,
        correlation_id = exchange.correlation_id,
        "request"
    );
    exchange
}
