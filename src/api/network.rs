//! The network settings of all clients of the process: how long they wait, how much they ask at once, how often they try again.

use std::{ffi::OsString, sync::Arc, time::Duration};

use super::{patience::RetryBudget, proxy::ProxySettings, transport::Limits, trust::Trust};
use crate::redact::KnownSecrets;

/// The patience with the servers. Clones share the budget of retries and the known secrets: make one
/// for the process.
#[derive(Debug, Clone)]
pub struct Network {
    /// The time limit for a connection.
    pub connect_limit: Duration,
    /// The time limit of one request, from sending to the last byte.
    pub request_limit: Duration,
    /// How many requests of one account run at once, at most.
    pub concurrency: usize,
    /// The longest wait before the first retry; it doubles with each further one.
    pub retry_base: Duration,
    /// The proxies on the way to the servers.
    pub proxies: Arc<ProxySettings>,
    /// The certificates that servers are judged by.
    pub trust: Arc<Trust>,
    /// The secrets that were met so far: whatever is written is written without them.
    pub known: KnownSecrets,
    pub(super) budget: Arc<RetryBudget>,
}

impl Network {
    /// The default, with the proxies and certificates that the environment names.
    pub fn in_environment(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        Self {
            proxies: Arc::new(ProxySettings::read(&variable)),
            trust: Arc::new(Trust::read(&variable)),
            ..Self::default()
        }
    }

    pub(super) fn limits(&self) -> Limits {
        Limits { connect: self.connect_limit, request: self.request_limit }
    }
}

impl Default for Network {
    /// 5 s for a connection, 30 s for an answer, 4 requests at once, retries from 300 ms on, and a full budget. No
    /// variable of the environment is taken into account.
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
