//! What all clients of the process go by: how long they wait, how much they ask at once, and how often they try again.

use std::{sync::Arc, time::Duration};

use super::{patience::RetryBudget, transport::Limits};

/// How patiently the servers are asked. Clones share the budget of retries: make one for the process.
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
    pub(super) budget: Arc<RetryBudget>,
}

impl Network {
    pub(super) fn limits(&self) -> Limits {
        Limits { connect: self.connect_limit, request: self.request_limit }
    }
}

impl Default for Network {
    /// 5 s for a connection, 30 s for an answer, 4 requests at once, retries from 300 ms on, and a full budget.
    fn default() -> Self {
        Self {
            connect_limit: Duration::from_secs(5),
            request_limit: Duration::from_secs(30),
            concurrency: 4,
            retry_base: Duration::from_millis(300),
            budget: Arc::default(),
        }
    }
}
