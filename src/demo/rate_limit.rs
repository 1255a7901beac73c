//! Limits the request rate of each client with a token bucket for each address.

use std::{
    collections::HashMap,
    fmt,
    net::{IpAddr, Ipv6Addr},
    str::FromStr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderValue, header},
    middleware::Next,
    response::Response,
};
use tokio::time::Instant;

use super::{errors, faults::Peer, server::Shared};

/// The number of clients with buckets of their own; further clients share one.
const CLIENTS: usize = 10_000;
/// The smallest and the greatest number of requests per second that a limit can allow.
const LEAST: f64 = 0.01;
const MOST: f64 = 1_000_000.0;

/// The number of requests per second allowed to each client. As text: `5/s`, `0.5/s`, or a plain number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateLimit(f64);

/// The error of a text that is not a limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a limit: use the requests per second for each client, such as 5/s, from 0.01 to 1000000"
)]
pub struct RateLimitError(String);

impl FromStr for RateLimit {
    type Err = RateLimitError;

    fn from_str(text: &str) -> Result<Self, RateLimitError> {
        let number = text.strip_suffix("/s").unwrap_or(text).trim();
        // Only digits and a point: Rust would also parse `1e3`, `inf` and `nan`.
        let plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let read = number.parse().ok().filter(|number| plain && (LEAST..=MOST).contains(number));
        read.map(Self).ok_or_else(|| RateLimitError(text.to_owned()))
    }
}

impl fmt::Display for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/s", self.0)
    }
}

/// The buckets of all clients. A full bucket holds the requests of one second, and at least one.
#[derive(Debug)]
pub(super) struct Buckets {
    limit: RateLimit,
    clients: Mutex<HashMap<IpAddr, Bucket>>,
}

/// The requests that a client may still send.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    at: Instant,
}

impl Buckets {
    pub(super) fn new(limit: RateLimit) -> Self {
        Self { limit, clients: Mutex::default() }
    }

    fn capacity(&self) -> f64 {
        self.limit.0.max(1.0)
    }

    /// Returns the present contents of a bucket.
    fn left(&self, bucket: &Bucket, now: Instant) -> f64 {
        let passed = now.saturating_duration_since(bucket.at).as_secs_f64();
        (bucket.left + passed * self.limit.0).min(self.capacity())
    }

    /// Takes a request from a client's bucket, or returns the time until there is one.
    fn take(&self, client: IpAddr, now: Instant) -> Result<(), Duration> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if clients.len() >= CLIENTS && !clients.contains_key(&client) {
            // A full bucket need not be stored.
            clients.retain(|_, bucket| self.left(bucket, now) < self.capacity());
        }
        let own = clients.len() < CLIENTS || clients.contains_key(&client);
        let client = if own { client } else { Ipv6Addr::UNSPECIFIED.into() };
        let bucket = clients.entry(client).or_insert(Bucket { left: self.capacity(), at: now });
        *bucket = Bucket { left: self.left(bucket, now), at: now.max(bucket.at) };
        if bucket.left >= 1.0 {
            bucket.left -= 1.0;
            return Ok(());
        }
        Err(Duration::from_secs_f64((1.0 - bucket.left) / self.limit.0))
    }
}

/// Lets a request through, or refuses it with the time after which the next one is allowed.
pub(super) async fn limit(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
    next: Next,
) -> Response {
    let taken = shared.buckets.as_ref().map_or(Ok(()), |buckets| buckets.take(peer.address, Instant::now()));
    let Err(wait) = taken else { return next.run(request).await };
    let mut response = errors::too_many(request.uri());
    response.headers_mut().insert(header::RETRY_AFTER, whole_seconds(wait));
    response
}

/// Rounds a wait up to seconds, so that a client that waits for that long is let through.
fn whole_seconds(wait: Duration) -> HeaderValue {
    HeaderValue::from(wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(text: &str) -> RateLimit {
        text.parse().unwrap()
    }

    fn address(number: u32) -> IpAddr {
        IpAddr::V4(number.into())
    }

    #[test]
    fn a_limit_is_a_number_with_or_without_its_unit() {
        for (text, shown) in [("5/s", "5/s"), ("5", "5/s"), ("0.5/s", "0.5/s"), ("1000000", "1000000/s")] {
            assert_eq!(limit(text).to_string(), shown);
        }
        for wrong in ["", "/s", "0", "-1", "5/m", "5/s/s", "1e3", "inf", "nan", "0.009", "1000001", "5 /h"] {
            let message = wrong.parse::<RateLimit>().unwrap_err().to_string();
            assert!(message.starts_with(&format!("{wrong:?} is not a limit")), "{message}");
        }
    }

    #[test]
    fn a_second_of_requests_comes_at_once_and_then_one_at_a_time() {
        let (buckets, start) = (Buckets::new(limit("4/s")), Instant::now());
        let take = |client: u32, ms: u64| buckets.take(address(client), start + Duration::from_millis(ms));
        for _ in 0..4 {
            assert_eq!(take(1, 0), Ok(()));
        }
        assert_eq!(take(1, 0), Err(Duration::from_millis(250)));
        assert_eq!(take(2, 0), Ok(()), "another client has its own");
        assert_eq!(take(1, 125), Err(Duration::from_millis(125)), "what was refused costs nothing");
        assert_eq!((take(1, 250), take(1, 250).is_err()), (Ok(()), true));
        for _ in 0..4 {
            assert_eq!(take(1, 60_000), Ok(()));
        }
        assert!(take(1, 60_000).is_err(), "no more than a second of requests is saved up");
        assert!(take(1, 0).is_err(), "a clock that goes back gives nothing");
    }

    #[test]
    fn less_than_one_a_second_allows_one_and_then_a_long_wait() {
        let (buckets, now) = (Buckets::new(limit("0.1/s")), Instant::now());
        assert_eq!(buckets.take(address(1), now), Ok(()));
        assert_eq!(buckets.take(address(1), now).map_err(whole_seconds), Err(HeaderValue::from(10)));
        assert_eq!(whole_seconds(Duration::from_millis(1)), "1");
    }

    #[test]
    fn many_clients_do_not_fill_the_memory() {
        let (buckets, start) = (Buckets::new(limit("1/s")), Instant::now());
        let most = u32::try_from(CLIENTS).unwrap();
        for client in 0..most + 2 {
            assert_eq!(buckets.take(address(client), start).is_ok(), client <= most, "{client}");
        }
        assert_eq!(buckets.clients.lock().unwrap().len(), CLIENTS + 1, "the last two share one");
        assert_eq!(buckets.take(address(most + 5), start + Duration::from_secs(2)), Ok(()));
        assert_eq!(buckets.clients.lock().unwrap().len(), 1, "those that are full again are forgotten");
    }
}
