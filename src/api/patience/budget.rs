//! The number of retries the process may still make.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// The budget at the start, and the most that is saved up, in hundredths of a retry.
const FULL: u32 = 20_00;
/// The credit that an answer brings.
const ANSWER: u32 = 50;
/// The time that it takes until a retry is there again without any answer.
const REFILL: Duration = Duration::from_secs(10);

/// The retries that are left. Answers bring some back, time brings few: whoever fails all the time ends up with one
/// retry every ten seconds, whoever fails now and then never notices.
#[derive(Debug)]
pub(in crate::api) struct RetryBudget(Mutex<State>);

#[derive(Debug)]
struct State {
    /// In hundredths of a retry.
    left: u32,
    /// Up to when time was counted; from the first retry on.
    counted: Option<Instant>,
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self(Mutex::new(State { left: FULL, counted: None }))
    }
}

impl RetryBudget {
    /// Takes a retry; says whether there was one.
    pub(super) fn take(&self, now: Instant) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let since = *state.counted.get_or_insert(now);
        let refills = now.saturating_duration_since(since).as_millis() / REFILL.as_millis();
        let refills = u32::try_from(refills).unwrap_or(FULL).min(FULL);
        state.counted = Some(if refills == FULL { now } else { since + REFILL * refills });
        state.left = (state.left + refills * 100).min(FULL);
        let there = state.left >= 100;
        if there {
            state.left -= 100;
        }
        there
    }

    /// An answer came.
    pub(in crate::api) fn answered(&self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.left = (state.left + ANSWER).min(FULL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_dead_server_gets_few_retries_and_answers_bring_them_back() {
        let budget = RetryBudget::default();
        let count = |now| (0..100).filter(|_| budget.take(now)).count();
        let start = Instant::now();
        assert_eq!(count(start), 20);
        assert_eq!(count(start + Duration::from_secs(9)), 0);
        assert_eq!(count(start + Duration::from_secs(35)), 3);
        budget.answered();
        assert_eq!(count(start + Duration::from_secs(35)), 0);
        budget.answered();
        assert_eq!(count(start + Duration::from_secs(35)), 1);
        assert_eq!(count(start + Duration::from_hours(48)), 20, "no more than a full one is saved up");
    }
}
