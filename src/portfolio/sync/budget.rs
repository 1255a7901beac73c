//! The limit of requests per minute.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// The time for which the rate is halved after the server asked to wait.
const SLOW: Duration = Duration::from_mins(1);

/// A limit of requests per minute: each request has its turn, evenly spaced.
#[derive(Debug)]
pub struct RequestBudget {
    interval: Duration,
    turns: Mutex<Turns>,
}

#[derive(Debug)]
struct Turns {
    /// The time of the next turn.
    next: Instant,
    /// The time until which the rate is halved.
    slow_until: Option<Instant>,
}

impl RequestBudget {
    /// Creates a limit; `None` limits nothing.
    pub fn new(per_minute: Option<u32>) -> Self {
        let interval = per_minute.map_or(Duration::ZERO, |count| Duration::from_mins(1) / count.max(1));
        Self { interval, turns: Mutex::new(Turns { next: Instant::now(), slow_until: None }) }
    }

    /// Waits for the turns of this many requests.
    pub async fn spend(&self, requests: u64) {
        if requests > 0 {
            tokio::time::sleep_until(self.reserve(requests)).await;
        }
    }

    /// Reserves turns; returns the time of the first one.
    fn reserve(&self, requests: u64) -> Instant {
        let now = Instant::now();
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        let is_slow = turns.slow_until.is_some_and(|until| now < until);
        let interval = if is_slow { self.interval * 2 } else { self.interval };
        // Turns that nobody took are lost: there is no burst after a pause.
        let turn = turns.next.max(now);
        turns.next = turn + interval * u32::try_from(requests).unwrap_or(u32::MAX);
        turn
    }

    /// Halves the rate for a minute, because the server has asked to wait.
    pub fn slow_down(&self) {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        turns.slow_until = Some(Instant::now() + SLOW);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the seconds after which ten requests have had their turns.
    async fn seconds_for_ten(budget: &RequestBudget) -> u64 {
        let start = Instant::now();
        for _ in 0..10 {
            budget.spend(1).await;
        }
        start.elapsed().as_secs()
    }

    #[tokio::test(start_paused = true)]
    async fn requests_are_spaced_and_twice_as_far_after_a_refusal() {
        let budget = RequestBudget::new(Some(60));
        assert_eq!(seconds_for_ten(&budget).await, 9);
        budget.slow_down();
        assert_eq!(seconds_for_ten(&budget).await, 19);
        tokio::time::advance(SLOW).await;
        assert_eq!(seconds_for_ten(&budget).await, 9);
    }

    #[tokio::test(start_paused = true)]
    async fn no_limit_never_waits() {
        assert_eq!(seconds_for_ten(&RequestBudget::new(None)).await, 0);
    }
}
