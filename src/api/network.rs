//! The network settings that all clients of the process share.

use std::{ffi::OsString, sync::Arc, time::Duration};

use super::{proxy::ProxySettings, retry::RetryBudget, transport::Timeouts, trust::TrustSettings};
use crate::redact::KnownSecrets;

/// Timeouts, concurrency, retries, proxies and certificates.
///
/// Clones share the retry budget and the known secrets, so the process needs only one.
#[derive(Debug, Clone)]
pub struct Network {
    /// The time limit for a connection.
    pub connect_limit: Duration,
    /// The time limit for one request, from sending to the last byte of the response.
    pub request_limit: Duration,
    /// The maximum number of concurrent requests of one account.
    pub concurrency: usize,
    /// The longest delay before the first retry; it doubles with each further one.
    pub retry_base: Duration,
    /// The proxies, and the hosts that are reached directly.
    pub proxies: Arc<ProxySettings>,
    /// The trusted root certificates.
    pub trust: Arc<TrustSettings>,
    /// The secrets that are masked in everything that is written.
    pub known: KnownSecrets,
    pub(super) budget: Arc<RetryBudget>,
}

impl Network {
    /// Creates the default settings with the proxies and certificates from the environment.
    pub fn from_env(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        Self {
            proxies: Arc::new(ProxySettings::read(&variable)),
            trust: Arc::new(TrustSettings::read(&variable)),
            ..Self::default()
        }
    }

    pub(super) fn timeouts(&self) -> Timeouts {
        Timeouts { connect: self.connect_limit, request: self.request_limit }
    }
}

impl Default for Network {
    /// Returns 5 s for a connection, 30 s for a response, 4 requests at once, retries after 300 ms or more, and a full
    /// budget. Environment variables are ignored.
    fn default() -> Self {
        Self {
            connect_limit: Duration::from_secs(5),
            request_limit: Duration::from_secs(30),
            concurrency: 4,
            retry_base: Duration::from_millis(300),
            proxies: Arc::default(),
            trust: Arc::default(),
            known: KnownSecrets::default(),
            budget: Arc::default(),
        }
    }
}
