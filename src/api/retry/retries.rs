//! The retries of one call: which errors are retried, how often, and after which delay.

use std::time::Duration;

use tokio::time::Instant;

use super::{
    super::{
        error::{ApiError, ErrorKind},
        error_text,
        network::Network,
    },
    Wait, WaitReason,
};

/// The maximum number of retries of a call.
const MAX_RETRIES: u32 = 3;
/// The longest delay that this program chooses itself.
const MAX_DELAY: Duration = Duration::from_secs(10);
/// The longest delay that a server may request. Beyond it, the call fails and the user decides.
const MAX_REQUESTED: Duration = Duration::from_mins(1);

/// The retries of one call.
#[derive(Debug, Default)]
pub(in crate::api) struct Retries {
    made: u32,
}

/// Returns true if the failure may be temporary.
fn is_retryable(error: &ApiError) -> bool {
    match error.kind {
        ErrorKind::Offline | ErrorKind::Proxy | ErrorKind::Timeout | ErrorKind::RateLimited => true,
        ErrorKind::Server => error.status.is_none_or(|status| matches!(status, 500 | 502 | 503 | 504)),
        _ => false,
    }
}

impl Retries {
    /// Returns the wait before the next retry, or `None` if the call has failed for good.
    pub(in crate::api) fn next_wait(&mut self, error: &ApiError, network: &Network) -> Option<Wait> {
        if self.made >= MAX_RETRIES || !is_retryable(error) {
            return None;
        }
        let requested = error.retry_after.map(|seconds| Duration::from_secs(seconds.into()));
        if requested.is_some_and(|requested| requested > MAX_REQUESTED)
            || !network.budget.try_take(Instant::now())
        {
            return None;
        }
        let longest = network.retry_base.saturating_mul(1 << self.made).min(MAX_DELAY);
        let drawn = longest.mul_f64(fastrand::f64());
        self.made += 1;
        Some(Wait {
            reason: WaitReason::Retry {
                number: self.made,
                of: MAX_RETRIES,
                because: error_text::without_request_id(error).summary,
            },
            // Not before the time that the server asked for, and not all clients at that very moment.
            time: requested.map_or(drawn, |requested| requested + drawn),
        })
    }

    /// Returns the number of retries so far.
    pub(in crate::api) fn count(&self) -> u32 {
        self.made
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Service;

    fn error(kind: ErrorKind, status: Option<u16>, retry_after: Option<u32>) -> ApiError {
        ApiError { status, retry_after, ..ApiError::new(kind, Service::Api) }
    }

    #[test]
    fn only_temporary_failures_are_retried() {
        use ErrorKind as K;
        for (kind, status, again) in [
            (K::Offline, None, true),
            (K::Timeout, None, true),
            (K::Timeout, Some(408), true),
            (K::RateLimited, Some(429), true),
            (K::Server, Some(500), true),
            (K::Server, Some(504), true),
            (K::Server, Some(501), false),
            (K::Tls, None, false),
            (K::Unauthorized, Some(401), false),
            (K::Forbidden, Some(403), false),
            (K::NotFound, Some(404), false),
            (K::BadRequest, Some(400), false),
            (K::Unreadable, Some(200), false),
            (K::RefusedLink, None, false),
            (K::Internal, None, false),
            (K::Proxy, None, true),
            // The proxy would refuse the next attempt too.
            (K::ProxyDenied, None, false),
            (K::Setting, None, false),
        ] {
            let error = error(kind, status, None);
            assert_eq!(
                Retries::default().next_wait(&error, &Network::default()).is_some(),
                again,
                "{error:?}"
            );
        }
    }

    #[test]
    fn delays_grow_within_their_bounds_and_end_after_three_retries() {
        let network = Network::default();
        for _ in 0..50 {
            let network = Network { budget: std::sync::Arc::default(), ..network.clone() };
            let error = error(ErrorKind::Server, Some(503), None);
            let mut retries = Retries::default();
            for longest in [300, 600, 1200] {
                let wait = retries.next_wait(&error, &network).unwrap();
                assert!(wait.time <= Duration::from_millis(longest), "{wait:?}");
            }
            assert_eq!((retries.next_wait(&error, &network), retries.count()), (None, 3));
        }
    }

    #[test]
    fn no_chosen_delay_is_longer_than_ten_seconds() {
        let network = Network { retry_base: Duration::from_hours(1), ..Network::default() };
        let wait = Retries::default().next_wait(&error(ErrorKind::Offline, None, None), &network).unwrap();
        assert!(wait.time <= MAX_DELAY);
    }

    #[test]
    fn a_delay_requested_by_the_server_is_kept_up_to_a_minute() {
        let network = Network::default();
        let after = |seconds| {
            Retries::default().next_wait(&error(ErrorKind::RateLimited, Some(429), Some(seconds)), &network)
        };
        let wait = after(12).unwrap().time;
        assert!(wait >= Duration::from_secs(12) && wait <= Duration::from_millis(12_300), "{wait:?}");
        assert!(after(60).is_some() && after(61).is_none());
    }

    #[test]
    fn an_empty_budget_ends_all_retries() {
        let network = Network::default();
        let error = error(ErrorKind::Offline, None, None);
        let made = (0..50).filter(|_| Retries::default().next_wait(&error, &network).is_some()).count();
        assert_eq!(made, 20);
    }
}
