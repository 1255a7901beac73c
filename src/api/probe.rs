//! A test of whether a server can be reached, by a request without credentials.

use std::time::Duration;

use url::Url;

use super::{
    error::{ApiError, Service},
    headers::{RequestHeaders, RequestIds, new_id},
    network::Network,
    record::{SentRequest, record},
    root::check_origin,
    transport::Transport,
};
use crate::redact::Redactor;

/// Sends one GET without credentials, and returns the time to the response.
///
/// Any response proves that DNS, the connection and, for `https`, the certificate work. There are no retries.
///
/// # Errors
/// If there is no response.
pub async fn probe(url: &Url, service: Service, network: &Network) -> Result<Duration, ApiError> {
    check_origin(url).map_err(|refused| ApiError::internal(&refused.to_string()))?;
    let transport = Transport::new(url, network)?;
    let ids = RequestIds { request: new_id(), correlation: None };
    let headers = RequestHeaders::without_credentials(&ids);
    let outcome = transport.get(url.clone(), &headers).await;
    let sent = SentRequest {
        method: "GET",
        service,
        url,
        headers: &headers,
        ids: &ids,
        form: Vec::new(),
        attempts: 1,
    };
    let redactor = Redactor::default();
    let exchange = record(sent, &outcome, &redactor);
    match (&outcome.head, &outcome.body) {
        (None, Err(fault)) => Err(transport.classify(service, fault).with_exchange(exchange, &redactor)),
        _ => Ok(outcome.elapsed),
    }
}
