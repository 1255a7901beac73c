//! True if a server can be reached at all: a request without credentials, whose answer does not matter.

use std::time::Duration;

use url::Url;

use super::{
    error::{ApiError, Service},
    headers::{Ids, RequestHeaders, new_id},
    network::Network,
    record::{Sent, record},
    root::check_origin,
    transport::Transport,
};
use crate::redact::Redactor;

/// Sends a GET without credentials, and says how long it took until there was an answer: any answer proves that the
/// name, the connection and, with `https`, the certificate are in order. It is sent once.
///
/// # Errors
/// Why there was none.
pub async fn probe(url: &Url, service: Service, network: &Network) -> Result<Duration, ApiError> {
    check_origin(url).map_err(|refused| ApiError::internal(&refused.to_string()))?;
    let transport = Transport::new(url, network)?;
    let ids = Ids { request: new_id(), correlation: None };
    let headers = RequestHeaders::without_credentials(&ids);
    let outcome = transport.get(url.clone(), &headers).await;
    let sent =
        Sent { method: "GET", service, url, headers: &headers, ids: &ids, form: Vec::new(), attempts: 1 };
    let redactor = Redactor::default();
    let exchange = record(sent, &outcome, &redactor);
    match (&outcome.head, &outcome.body) {
        (None, Err(fault)) => Err(transport.error(service, fault).recorded(exchange, &redactor)),
        _ => Ok(outcome.elapsed),
    }
}
