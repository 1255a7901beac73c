//! The retry budget of the process.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// The initial and maximum budget, in hundredths of a retry.
const FULL: u32 = 20_00;
/// The credit for each response, in hundredths of a retry.
const RESPONSE_CREDIT: u32 = 50;
/// The time in which one retry is credited even without a response.
const REFILL: Duration = Duration::from_secs(10);

/// The number of retries that the process may still make.
///
/// Each response credits half a retry, and time credits one every ten seconds. Occasional failures never exhaust the
/// budget; a server that always fails gets one retry every ten seconds.
#[derive(Debug)]
pub(in crate::api) struct RetryBudget(Mutex<BudgetState>);

#[derive(Debug)]
struct BudgetState {
    /// In hundredths of a retry.
    left: u32,
    /// The moment up to which time has been credited; `None` before the first retry.
    counted: Option<Instant>,
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self(Mutex::new(BudgetState { left: FULL, counted: None }))
    }
}

impl RetryBudget {
    /// Takes one retry from the budget. Returns false if none is left.
    pub(super) fn try_take(&self, now: Instant) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let since = *state.counted.get_or_insert(now);
        let refills = now.saturating_duration_since(since).as_millis() / REFILL.as_millis();
        let refills = u32::try_from(refills).unwrap_or(FULL).min(FULL);
        state.counted = Some(if refills == FULL { now } else { since + REFILL * refills });
        state.left = (state.left + refills * 100).min(FULL);
        let is_left = state.left >= 100;
        if is_left {
            state.left -= 100;
        }
        is_left
    }

    /// Credits a response.
    pub(in crate::api) fn record_response(&self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.left = (state.left + RESPONSE_CREDIT).min(FULL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_dead_server_gets_few_retries_and_responses_restore_them() {
        let budget = RetryBudget::default();
        let count = |now| (0..100).filter(|_| budget.try_take(now)).count();
        let start = Instant::now();
        assert_eq!(count(start), 20);
        assert_eq!(count(start + Duration::from_secs(9)), 0);
        assert_eq!(count(start + Duration::from_secs(35)), 3);
        budget.record_response();
        assert_eq!(count(start + Duration::from_secs(35)), 0);
        budget.record_response();
        assert_eq!(count(start + Duration::from_secs(35)), 1);
        assert_eq!(count(start + Duration::from_hours(48)), 20, "no more than a full one is saved up");
    }
}
