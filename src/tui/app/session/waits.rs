//! Delays of requests: a retry, or a pause that the server asked for.

use std::{collections::HashMap, time::Duration};

use crate::{
    api::{Wait, WaitReason},
    tui::app::message::Ticket,
};

/// The delay from which lines of their own describe it. Lines that appear only briefly would make the rows jump.
const WORTH_LINES: Duration = Duration::from_secs(1);

/// The delays of the requests under way.
#[derive(Debug, Default)]
pub(crate) struct Waits(HashMap<Ticket, TimedWait>);

#[derive(Debug)]
struct TimedWait {
    reason: WaitReason,
    /// The whole delay.
    time: Duration,
    /// The time when it ends, as time since the program started.
    ends: Duration,
}

impl Waits {
    /// Notes that a request is delayed, or that it continues.
    pub(crate) fn tell(&mut self, ticket: Ticket, wait: Option<Wait>, now: Duration) {
        match wait {
            Some(Wait { reason, time }) => {
                self.0.insert(ticket, TimedWait { reason, time, ends: now + time });
            }
            None => {
                self.0.remove(&ticket);
            }
        }
    }

    /// Removes the delays of requests that are no longer awaited.
    pub(crate) fn keep(&mut self, awaited: impl Fn(Ticket) -> bool) {
        self.0.retain(|ticket, _| awaited(*ticket));
    }

    /// Returns the longest delay of these requests.
    fn longest(&self, tickets: impl IntoIterator<Item = Ticket>) -> Option<&TimedWait> {
        tickets.into_iter().filter_map(|ticket| self.0.get(&ticket)).max_by_key(|known| known.ends)
    }

    /// Describes the longest delay of these requests briefly: `retry 2 of 3 in 4 s`.
    pub(crate) fn briefly(&self, tickets: impl IntoIterator<Item = Ticket>, now: Duration) -> Option<String> {
        let known = self.longest(tickets)?;
        let left = seconds(known.ends.saturating_sub(now));
        Some(match &known.reason {
            WaitReason::Retry { number, of, .. } => format!("retry {number} of {of} in {left}"),
            WaitReason::Pause => format!("continuing in {left}"),
        })
    }

    /// Describes the longest delay of these requests, if it is long: what happened, and what happens next.
    pub(crate) fn at_length(
        &self,
        tickets: impl IntoIterator<Item = Ticket>,
        now: Duration,
    ) -> Option<(String, String)> {
        let known = self.longest(tickets).filter(|known| known.time >= WORTH_LINES)?;
        let left = seconds(known.ends.saturating_sub(now));
        Some(match &known.reason {
            WaitReason::Retry { number, of, because } => {
                (because.clone(), format!("Retrying in {left} ({number} of {of})."))
            }
            WaitReason::Pause => {
                ("The server asked for a pause.".to_owned(), format!("The request is sent in {left}."))
            }
        })
    }
}

/// Formats whole seconds of a countdown: the last one is `1 s`.
fn seconds(left: Duration) -> String {
    format!("{} s", left.as_millis().div_ceil(1000).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retry(number: u32, millis: u64) -> Wait {
        let because = "503 The API is unavailable.".to_owned();
        Wait { reason: WaitReason::Retry { number, of: 3, because }, time: Duration::from_millis(millis) }
    }

    #[test]
    fn a_wait_counts_down_and_ends() {
        let mut waits = Waits::default();
        let at = Duration::from_millis;
        waits.tell(Ticket(1), Some(retry(2, 3_400)), at(10_000));
        let briefly = |waits: &Waits, now| waits.briefly([Ticket(1), Ticket(2)], now);
        assert_eq!(briefly(&waits, at(10_000)).as_deref(), Some("retry 2 of 3 in 4 s"));
        assert_eq!(briefly(&waits, at(12_500)).as_deref(), Some("retry 2 of 3 in 1 s"));
        assert_eq!(briefly(&waits, at(20_000)).as_deref(), Some("retry 2 of 3 in 1 s"));
        let (what, next) = waits.at_length([Ticket(1)], at(10_000)).unwrap();
        assert_eq!(what, "503 The API is unavailable.");
        assert_eq!(next, "Retrying in 4 s (2 of 3).");
        waits.tell(Ticket(1), None, at(13_400));
        assert_eq!(briefly(&waits, at(13_400)), None);
    }

    #[test]
    fn short_waits_are_told_briefly_and_the_longest_counts() {
        let mut waits = Waits::default();
        waits.tell(Ticket(1), Some(retry(1, 300)), Duration::ZERO);
        assert_eq!(waits.at_length([Ticket(1)], Duration::ZERO), None);
        let pause = Wait { reason: WaitReason::Pause, time: Duration::from_secs(12) };
        waits.tell(Ticket(2), Some(pause), Duration::ZERO);
        let both = [Ticket(1), Ticket(2)];
        assert_eq!(waits.briefly(both, Duration::ZERO).as_deref(), Some("continuing in 12 s"));
        assert!(waits.at_length(both, Duration::ZERO).unwrap().0.contains("asked for a pause"));
        waits.keep(|ticket| ticket == Ticket(1));
        assert_eq!(waits.briefly(both, Duration::ZERO).as_deref(), Some("retry 1 of 3 in 1 s"));
    }
}
