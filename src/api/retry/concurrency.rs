//! The concurrency limit of an account: a few requests at once, foreground ones first.

use std::{
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};

use super::{Urgency, Wait, WaitReason, options::RequestOptions};

/// The number of responses without a 429 in between after which the limit rises by one.
const CALM: u32 = 10;

/// A queue that lets a limited number of requests run at once.
///
/// A 429 halves the limit; responses after it raise it again step by step. If a foreground request waits while the
/// limit is reached, a running background request is revoked.
#[derive(Debug)]
pub(in crate::api) struct ConcurrencyLimit {
    state: Mutex<LimitState>,
    changed: Notify,
}

#[derive(Debug)]
struct LimitState {
    /// The configured limit.
    most: usize,
    /// The limit at present.
    limit: usize,
    running: Vec<RunningRequest>,
    queue: Vec<QueuedRequest>,
    next_id: u64,
    /// The number of responses since the limit last changed.
    calm: u32,
    /// The number of times the limit has been halved.
    halvings: u64,
    paused_until: Option<Instant>,
}

#[derive(Debug)]
struct RunningRequest {
    id: u64,
    urgency: Urgency,
    leave: Arc<Notify>,
}

#[derive(Debug)]
struct QueuedRequest {
    id: u64,
    urgency: Urgency,
}

impl LimitState {
    /// Returns the ID of the next request to run: the oldest foreground one, or else the oldest one.
    fn next(&self) -> Option<u64> {
        self.queue
            .iter()
            .min_by_key(|queued| (!queued.urgency.is_foreground(), queued.id))
            .map(|queued| queued.id)
    }
}

/// The result of an attempt to leave the queue.
enum Admission {
    Open(Arc<Notify>, u64),
    Full,
    Paused(Instant),
}

impl ConcurrencyLimit {
    /// Creates a limit of `most` requests at once, but at least one.
    pub(in crate::api) fn new(most: usize) -> Self {
        let most = most.max(1);
        let state = LimitState {
            most,
            limit: most,
            running: Vec::new(),
            queue: Vec::new(),
            next_id: 0,
            calm: 0,
            halvings: 0,
            paused_until: None,
        };
        Self { state: Mutex::new(state), changed: Notify::new() }
    }

    fn lock(&self) -> MutexGuard<'_, LimitState> {
        // The state is consistent at every moment, so a panic elsewhere does no harm.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for permission to send one request. Dropping the future leaves the queue.
    pub(in crate::api) async fn acquire(&self, options: &RequestOptions) -> Permit<'_> {
        let slot = self.queue(options.urgency());
        let mut has_reported = false;
        loop {
            // Registered before the attempt, so that no change in between is missed.
            let mut changed = pin!(self.changed.notified());
            changed.as_mut().enable();
            match self.attempt(slot.id) {
                Admission::Open(leave, halvings) => {
                    if has_reported {
                        options.report_wait(None);
                    }
                    return Permit { limiter: self, id: slot.id, leave, halvings };
                }
                Admission::Full => changed.await,
                Admission::Paused(until) => {
                    let time = until.saturating_duration_since(Instant::now());
                    has_reported = true;
                    options.report_wait(Some(Wait { reason: WaitReason::Pause, time }));
                    tokio::select! {
                        () = changed => {}
                        () = tokio::time::sleep_until(until) => {}
                    }
                }
            }
        }
    }

    fn queue(&self, urgency: &Urgency) -> QueueSlot<'_> {
        let mut state = self.lock();
        state.next_id += 1;
        let id = state.next_id;
        state.queue.push(QueuedRequest { id, urgency: urgency.clone() });
        QueueSlot { limiter: self, id }
    }

    fn attempt(&self, id: u64) -> Admission {
        let mut state = self.lock();
        if let Some(until) = state.paused_until {
            if Instant::now() < until {
                return Admission::Paused(until);
            }
            state.paused_until = None;
        }
        if state.next() != Some(id) {
            return Admission::Full;
        }
        let Some(at) = state.queue.iter().position(|queued| queued.id == id) else { return Admission::Full };
        if state.running.len() >= state.limit {
            // A background request makes room and is sent again later.
            if state.queue[at].urgency.is_foreground()
                && let Some(ahead) =
                    state.running.iter().rev().find(|running| !running.urgency.is_foreground())
            {
                ahead.leave.notify_one();
            }
            return Admission::Full;
        }
        let QueuedRequest { urgency, .. } = state.queue.remove(at);
        let (leave, halvings) = (Arc::new(Notify::new()), state.halvings);
        state.running.push(RunningRequest { id, urgency, leave: Arc::clone(&leave) });
        drop(state);
        // There may be room for another one.
        self.changed.notify_waiters();
        Admission::Open(leave, halvings)
    }

    /// Holds back all requests for this long, because the server asked for a pause.
    pub(in crate::api) fn pause(&self, time: Duration) {
        let until = Instant::now() + time;
        let mut state = self.lock();
        state.paused_until = Some(state.paused_until.map_or(until, |known| known.max(until)));
        drop(state);
        self.changed.notify_waiters();
    }

    /// Returns the limit at present.
    #[cfg(test)]
    fn limit(&self) -> usize {
        self.lock().limit
    }
}

/// A place in the queue, given up when dropped.
struct QueueSlot<'g> {
    limiter: &'g ConcurrencyLimit,
    id: u64,
}

impl Drop for QueueSlot<'_> {
    fn drop(&mut self) {
        self.limiter.lock().queue.retain(|queued| queued.id != self.id);
        self.limiter.changed.notify_waiters();
    }
}

/// Permission to send one request.
#[derive(Debug)]
pub(in crate::api) struct Permit<'g> {
    limiter: &'g ConcurrencyLimit,
    id: u64,
    leave: Arc<Notify>,
    /// The number of times the limit had been halved when the request was sent.
    halvings: u64,
}

impl Permit<'_> {
    /// Waits until the request must make room for a foreground one.
    pub(in crate::api) async fn revoked(&self) {
        self.leave.notified().await;
    }

    /// Halves the limit after a 429.
    pub(in crate::api) fn record_rate_limit(self) {
        let mut state = self.limiter.lock();
        // Requests that ran side by side get their 429s together: that counts once.
        if state.halvings == self.halvings {
            state.limit = (state.limit / 2).max(1);
            state.halvings += 1;
            state.calm = 0;
        }
    }

    /// Counts a response, which may raise the limit.
    pub(in crate::api) fn record_response(self) {
        let mut state = self.limiter.lock();
        state.calm += 1;
        if state.calm >= CALM && state.limit < state.most {
            state.limit += 1;
            state.calm = 0;
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.limiter.lock().running.retain(|running| running.id != self.id);
        self.limiter.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{FutureExt, poll};

    use super::*;

    fn now() -> RequestOptions {
        RequestOptions::default()
    }

    fn ahead() -> RequestOptions {
        RequestOptions::new(Urgency::background())
    }

    /// Returns a permit if one is available at once.
    fn try_acquire<'g>(limiter: &'g ConcurrencyLimit, options: &RequestOptions) -> Option<Permit<'g>> {
        limiter.acquire(options).now_or_never()
    }

    #[tokio::test]
    async fn requests_beyond_the_limit_wait_their_turn() {
        let limiter = ConcurrencyLimit::new(2);
        let first = try_acquire(&limiter, &now()).unwrap();
        let second = try_acquire(&limiter, &now()).unwrap();
        assert!(try_acquire(&limiter, &now()).is_none());
        let options = now();
        let mut third = pin!(limiter.acquire(&options));
        assert!(poll!(&mut third).is_pending());
        drop(first);
        assert!(poll!(&mut third).is_ready());
        drop(second);
    }

    #[tokio::test]
    async fn a_foreground_request_overtakes_earlier_background_requests() {
        let limiter = ConcurrencyLimit::new(1);
        let running = try_acquire(&limiter, &now()).unwrap();
        let (early, late) = (ahead(), now());
        let mut prefetch = pin!(limiter.acquire(&early));
        assert!(poll!(&mut prefetch).is_pending());
        let mut wanted = pin!(limiter.acquire(&late));
        assert!(poll!(&mut wanted).is_pending());
        drop(running);
        assert!(poll!(&mut prefetch).is_pending(), "it is not its turn");
        let Some(permit) = wanted.as_mut().now_or_never() else { panic!("it was the next one") };
        drop(permit);
        assert!(poll!(&mut prefetch).is_ready());
    }

    #[tokio::test]
    async fn a_background_request_makes_room() {
        let limiter = ConcurrencyLimit::new(1);
        let running = try_acquire(&limiter, &ahead()).unwrap();
        let mut revoked = Box::pin(running.revoked());
        assert!(poll!(&mut revoked).is_pending());
        let (options, other) = (now(), ahead());
        let mut not_urgent = pin!(limiter.acquire(&other));
        assert!(poll!(&mut not_urgent).is_pending() && poll!(&mut revoked).is_pending());
        let mut wanted = pin!(limiter.acquire(&options));
        assert!(poll!(&mut wanted).is_pending());
        assert!(poll!(&mut revoked).is_ready());
        drop(revoked);
        drop(running);
        assert!(poll!(&mut wanted).is_ready());
    }

    #[tokio::test]
    async fn a_request_that_becomes_urgent_goes_first_and_is_not_revoked() {
        let limiter = ConcurrencyLimit::new(1);
        let running = try_acquire(&limiter, &now()).unwrap();
        let (first, second) = (ahead(), ahead());
        let mut one = pin!(limiter.acquire(&first));
        let mut other = pin!(limiter.acquire(&second));
        assert!(poll!(&mut one).is_pending() && poll!(&mut other).is_pending());
        second.urgency().raise();
        drop(running);
        assert!(poll!(&mut one).is_pending());
        let Some(permit) = other.as_mut().now_or_never() else { panic!("it is urgent") };
        let options = now();
        let mut wanted = pin!(limiter.acquire(&options));
        assert!(poll!(&mut wanted).is_pending());
        assert!(permit.revoked().now_or_never().is_none(), "the user waits for it by now");
    }

    #[tokio::test]
    async fn a_429_halves_the_limit_once_for_concurrent_requests_and_responses_restore_it() {
        let limiter = ConcurrencyLimit::new(4);
        let permits: Vec<Permit<'_>> = (0..4).map(|_| try_acquire(&limiter, &now()).unwrap()).collect();
        permits.into_iter().for_each(Permit::record_rate_limit);
        assert_eq!(limiter.limit(), 2);
        try_acquire(&limiter, &now()).unwrap().record_rate_limit();
        try_acquire(&limiter, &now()).unwrap().record_rate_limit();
        assert_eq!(limiter.limit(), 1, "never zero");
        for answers in 1..=40 {
            try_acquire(&limiter, &now()).unwrap().record_response();
            assert_eq!(limiter.limit(), (1 + answers / 10).min(4));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_runs_during_a_pause_and_the_wait_is_reported() {
        let limiter = ConcurrencyLimit::new(4);
        limiter.pause(Duration::from_secs(2));
        let reported = Arc::new(Mutex::new(Vec::new()));
        let listener = Arc::clone(&reported);
        let options = RequestOptions::default().on_wait(move |wait| listener.lock().unwrap().push(wait));
        let start = Instant::now();
        drop(limiter.acquire(&options).await);
        assert_eq!(start.elapsed(), Duration::from_secs(2));
        let wait = Wait { reason: WaitReason::Pause, time: Duration::from_secs(2) };
        assert_eq!(*reported.lock().unwrap(), [Some(wait), None]);
    }

    #[tokio::test]
    async fn a_request_that_leaves_the_queue_holds_up_no_other() {
        let limiter = ConcurrencyLimit::new(1);
        let running = try_acquire(&limiter, &now()).unwrap();
        let (one, other) = (now(), now());
        let mut first = Box::pin(limiter.acquire(&one));
        let mut second = pin!(limiter.acquire(&other));
        assert!(poll!(&mut first).is_pending() && poll!(&mut second).is_pending());
        drop(running);
        drop(first);
        assert!(poll!(&mut second).is_ready());
    }
}
