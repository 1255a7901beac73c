//! Time limits of a connection, so that it does not wait for ever for half a request, or for the next one.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Waker,
    time::Duration,
};

use futures_util::task::AtomicWaker;
use tokio::time::Instant;

/// The time limits of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// The time from the first byte of a request to the last byte of its body.
    pub request: Duration,
    /// The time from a response to the first byte of the next request, and from the connection to the first request.
    pub idle: Duration,
}

impl Default for Deadlines {
    /// Returns 10 s for a request and 60 s until the next one begins.
    fn default() -> Self {
        Self { request: Duration::from_secs(10), idle: Duration::from_mins(1) }
    }
}

const END_OF_HEAD: &[u8] = b"\r\n\r\n";

/// The phase of a connection, shared by its stream, which sees bytes, and its handlers, which see requests.
#[derive(Debug, Clone)]
pub(super) struct ConnectionProgress {
    deadlines: Deadlines,
    phase: Arc<Mutex<Phase>>,
    /// The reader that started to wait while there was no deadline.
    reader: Arc<AtomicWaker>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Between two requests.
    Idle { until: Instant },
    /// A request has begun to arrive. `ending` is the number of latest bytes that match the start of [`END_OF_HEAD`], its
    /// length once the head is complete; `more` is true if bytes follow the head.
    Receiving { until: Instant, ending: usize, more: bool },
    /// The head of a request is complete, and its response is not.
    Answering { until: Instant, more: bool },
}

impl ConnectionProgress {
    /// Creates the phase of a new connection.
    pub(super) fn new(deadlines: Deadlines) -> Self {
        let phase = Phase::Idle { until: Instant::now() + deadlines.idle };
        Self { deadlines, phase: Arc::new(Mutex::new(phase)), reader: Arc::default() }
    }

    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the time at which the stream stops waiting for bytes, or `None` while a response is being made. The
    /// reader is woken when that changes.
    pub(super) fn deadline_for(&self, reader: &Waker) -> Option<Instant> {
        self.reader.register(reader);
        self.deadline()
    }

    fn deadline(&self) -> Option<Instant> {
        match *self.phase() {
            Phase::Idle { until } | Phase::Receiving { until, .. } => Some(until),
            Phase::Answering { .. } => None,
        }
    }

    /// Records that these bytes arrived. Those that continue a request do not move its deadline.
    pub(super) fn received(&self, bytes: &[u8]) {
        let mut phase = self.phase();
        if let Phase::Idle { .. } = *phase {
            *phase = self.receiving();
        }
        match &mut *phase {
            Phase::Receiving { ending, more, .. } => {
                for byte in bytes {
                    if *ending == END_OF_HEAD.len() {
                        *more = true;
                    } else if *byte == END_OF_HEAD[*ending] {
                        *ending += 1;
                    } else {
                        *ending = usize::from(*byte == END_OF_HEAD[0]);
                    }
                }
            }
            Phase::Answering { more, .. } => *more = true,
            Phase::Idle { .. } => {}
        }
    }

    fn receiving(&self) -> Phase {
        Phase::Receiving { until: Instant::now() + self.deadlines.request, ending: 0, more: false }
    }

    /// Records that bytes of a response were sent.
    pub(super) fn sent(&self) {
        if let Phase::Idle { until } = &mut *self.phase() {
            *until = Instant::now() + self.deadlines.idle;
        }
    }

    /// Records that the head of a request is complete.
    pub(super) fn begins(&self) {
        let mut phase = self.phase();
        *phase = match *phase {
            Phase::Receiving { until, more, .. } => Phase::Answering { until, more },
            // It arrived together with the request before.
            Phase::Idle { .. } | Phase::Answering { .. } => {
                Phase::Answering { until: Instant::now() + self.deadlines.request, more: true }
            }
        };
    }

    /// Returns the deadline for the body of the current request.
    pub(super) fn body_deadline(&self) -> Instant {
        match *self.phase() {
            Phase::Idle { until } | Phase::Receiving { until, .. } | Phase::Answering { until, .. } => until,
        }
    }

    /// Records that a response was made. Bytes after the request may be half of the next one.
    pub(super) fn answered(&self) {
        let mut phase = self.phase();
        *phase = match *phase {
            Phase::Answering { more: true, .. } => self.receiving(),
            _ => Phase::Idle { until: Instant::now() + self.deadlines.idle },
        };
        drop(phase);
        self.reader.wake();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn a_byte_at_a_time_does_not_move_the_deadline() {
        let progress = ConnectionProgress::new(Deadlines::default());
        let begin = Instant::now();
        assert_eq!(progress.deadline(), Some(begin + 60 * SECOND));
        tokio::time::advance(5 * SECOND).await;
        for _ in 0..9 {
            progress.received(b"x");
            tokio::time::advance(SECOND).await;
        }
        assert_eq!(progress.deadline(), Some(begin + 15 * SECOND));
        progress.begins();
        assert_eq!(progress.deadline(), None, "an answer may take its time");
        assert_eq!(progress.body_deadline(), begin + 15 * SECOND, "the body has the rest of the time");
    }

    #[tokio::test(start_paused = true)]
    async fn the_next_request_may_begin_later_and_a_long_answer_keeps_the_connection() {
        let progress = ConnectionProgress::new(Deadlines::default());
        progress.received(b"GET / HTTP/1.1\r\n\r");
        progress.received(b"\n");
        progress.begins();
        tokio::time::advance(100 * SECOND).await;
        progress.answered();
        assert_eq!(progress.deadline(), Some(Instant::now() + 60 * SECOND));
        tokio::time::advance(50 * SECOND).await;
        progress.sent();
        assert_eq!(progress.deadline(), Some(Instant::now() + 60 * SECOND));
    }

    #[tokio::test(start_paused = true)]
    async fn half_a_request_after_another_keeps_its_own_deadline() {
        for parts in [&[&b"GET / HTTP/1.1\r\n\r\nG"[..]][..], &[b"GET / HTTP/1.1\r\n\r\n", b"G"]] {
            let progress = ConnectionProgress::new(Deadlines::default());
            progress.received(parts[0]);
            progress.begins();
            for part in &parts[1..] {
                progress.received(part);
            }
            progress.answered();
            assert_eq!(progress.deadline(), Some(Instant::now() + 10 * SECOND), "{parts:?}");
        }
    }
}
