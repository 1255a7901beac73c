//! The gate that all requests of an account pass: a few at once, what somebody waits for first.

use std::{
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};

use super::{Urgency, Wait, Waiting, wait::RequestOptions};

/// So many answers in a row without a 429 let one more request run at once.
const CALM: u32 = 10;

/// Lets requests pass. A 429 halves how many may run at once, answers after it bring that back slowly.
#[derive(Debug)]
pub(in crate::api) struct ConcurrencyLimit {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug)]
struct State {
    /// How many may run at once when all is well.
    most: usize,
    /// How many may run at once now.
    limit: usize,
    running: Vec<Running>,
    queue: Vec<Queued>,
    next_id: u64,
    /// Answers since the last change of the limit.
    calm: u32,
    /// The number of times that the limit was halved.
    halvings: u64,
    paused_until: Option<Instant>,
}

#[derive(Debug)]
struct Running {
    id: u64,
    urgency: Urgency,
    leave: Arc<Notify>,
}

#[derive(Debug)]
struct Queued {
    id: u64,
    urgency: Urgency,
}

impl State {
    /// The order of the queue: calls that somebody waits for, and of those the ones that came first.
    fn next(&self) -> Option<u64> {
        self.queue.iter().min_by_key(|queued| (!queued.urgency.is_now(), queued.id)).map(|queued| queued.id)
    }
}

/// The result of an attempt to pass.
enum Passage {
    Open(Arc<Notify>, u64),
    Full,
    Paused(Instant),
}

impl ConcurrencyLimit {
    /// A gate for so many at once; at least one.
    pub(in crate::api) fn new(most: usize) -> Self {
        let most = most.max(1);
        let state = State {
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

    fn lock(&self) -> MutexGuard<'_, State> {
        // What is in there is whole at every moment: a panic elsewhere does not spoil it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for its turn. Dropping the future leaves the queue.
    pub(in crate::api) async fn pass(&self, options: &RequestOptions) -> Permit<'_> {
        let place = self.queue(options.urgency());
        let mut told = false;
        loop {
            // Registered before looking: a change in between is not missed.
            let mut changed = pin!(self.changed.notified());
            changed.as_mut().enable();
            match self.attempt(place.id) {
                Passage::Open(leave, halvings) => {
                    if told {
                        options.waits(None);
                    }
                    return Permit { gate: self, id: place.id, leave, halvings };
                }
                Passage::Full => changed.await,
                Passage::Paused(until) => {
                    let time = until.saturating_duration_since(Instant::now());
                    told = true;
                    options.waits(Some(Wait { waiting: Waiting::Pause, time }));
                    tokio::select! {
                        () = changed => {}
                        () = tokio::time::sleep_until(until) => {}
                    }
                }
            }
        }
    }

    fn queue(&self, urgency: &Urgency) -> Place<'_> {
        let mut state = self.lock();
        state.next_id += 1;
        let id = state.next_id;
        state.queue.push(Queued { id, urgency: urgency.clone() });
        Place { gate: self, id }
    }

    fn attempt(&self, id: u64) -> Passage {
        let mut state = self.lock();
        if let Some(until) = state.paused_until {
            if Instant::now() < until {
                return Passage::Paused(until);
            }
            state.paused_until = None;
        }
        if state.next() != Some(id) {
            return Passage::Full;
        }
        let Some(at) = state.queue.iter().position(|queued| queued.id == id) else { return Passage::Full };
        if state.running.len() >= state.limit {
            // What nobody waits for makes room; it is sent again later.
            if state.queue[at].urgency.is_now()
                && let Some(ahead) = state.running.iter().rev().find(|running| !running.urgency.is_now())
            {
                ahead.leave.notify_one();
            }
            return Passage::Full;
        }
        let Queued { urgency, .. } = state.queue.remove(at);
        let (leave, halvings) = (Arc::new(Notify::new()), state.halvings);
        state.running.push(Running { id, urgency, leave: Arc::clone(&leave) });
        drop(state);
        // There may be room for the next one too.
        self.changed.notify_waiters();
        Passage::Open(leave, halvings)
    }

    /// The server asked for a pause: nothing passes before its end.
    pub(in crate::api) fn pause(&self, time: Duration) {
        let until = Instant::now() + time;
        let mut state = self.lock();
        state.paused_until = Some(state.paused_until.map_or(until, |known| known.max(until)));
        drop(state);
        self.changed.notify_waiters();
    }

    /// How many may run at once now.
    #[cfg(test)]
    fn limit(&self) -> usize {
        self.lock().limit
    }
}

/// A place in the queue.
struct Place<'g> {
    gate: &'g ConcurrencyLimit,
    id: u64,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.gate.lock().queue.retain(|queued| queued.id != self.id);
        self.gate.changed.notify_waiters();
    }
}

/// Leave to send one request.
#[derive(Debug)]
pub(in crate::api) struct Permit<'g> {
    gate: &'g ConcurrencyLimit,
    id: u64,
    leave: Arc<Notify>,
    /// The number of times that the limit had been halved when the request was sent.
    halvings: u64,
}

impl Permit<'_> {
    /// Waits until the request has to make room for one that somebody waits for.
    pub(in crate::api) async fn revoked(&self) {
        self.leave.notified().await;
    }

    /// There were too many requests: fewer run at once from now on.
    pub(in crate::api) fn crowded(self) {
        let mut state = self.gate.lock();
        // Requests that were sent side by side are told so side by side: that is one reason, not several.
        if state.halvings == self.halvings {
            state.limit = (state.limit / 2).max(1);
            state.halvings += 1;
            state.calm = 0;
        }
    }

    /// An answer came.
    pub(in crate::api) fn answered(self) {
        let mut state = self.gate.lock();
        state.calm += 1;
        if state.calm >= CALM && state.limit < state.most {
            state.limit += 1;
            state.calm = 0;
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.gate.lock().running.retain(|running| running.id != self.id);
        self.gate.changed.notify_waiters();
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
        RequestOptions::new(Urgency::ahead())
    }

    /// A permit that is to be had at once.
    fn passes<'g>(gate: &'g ConcurrencyLimit, options: &RequestOptions) -> Option<Permit<'g>> {
        gate.pass(options).now_or_never()
    }

    #[tokio::test]
    async fn so_many_run_at_once_and_the_others_wait_their_turn() {
        let gate = ConcurrencyLimit::new(2);
        let first = passes(&gate, &now()).unwrap();
        let second = passes(&gate, &now()).unwrap();
        assert!(passes(&gate, &now()).is_none());
        let options = now();
        let mut third = pin!(gate.pass(&options));
        assert!(poll!(&mut third).is_pending());
        drop(first);
        assert!(poll!(&mut third).is_ready());
        drop(second);
    }

    #[tokio::test]
    async fn what_somebody_waits_for_comes_before_what_came_earlier() {
        let gate = ConcurrencyLimit::new(1);
        let running = passes(&gate, &now()).unwrap();
        let (early, late) = (ahead(), now());
        let mut prefetch = pin!(gate.pass(&early));
        assert!(poll!(&mut prefetch).is_pending());
        let mut wanted = pin!(gate.pass(&late));
        assert!(poll!(&mut wanted).is_pending());
        drop(running);
        assert!(poll!(&mut prefetch).is_pending(), "it is not its turn");
        let Some(permit) = wanted.as_mut().now_or_never() else { panic!("it was the next one") };
        drop(permit);
        assert!(poll!(&mut prefetch).is_ready());
    }

    #[tokio::test]
    async fn what_nobody_waits_for_makes_room() {
        let gate = ConcurrencyLimit::new(1);
        let running = passes(&gate, &ahead()).unwrap();
        let mut revoked = Box::pin(running.revoked());
        assert!(poll!(&mut revoked).is_pending());
        let (options, other) = (now(), ahead());
        let mut not_urgent = pin!(gate.pass(&other));
        assert!(poll!(&mut not_urgent).is_pending() && poll!(&mut revoked).is_pending());
        let mut wanted = pin!(gate.pass(&options));
        assert!(poll!(&mut wanted).is_pending());
        assert!(poll!(&mut revoked).is_ready());
        drop(revoked);
        drop(running);
        assert!(poll!(&mut wanted).is_ready());
    }

    #[tokio::test]
    async fn what_becomes_urgent_is_let_pass_first_and_keeps_its_room() {
        let gate = ConcurrencyLimit::new(1);
        let running = passes(&gate, &now()).unwrap();
        let (first, second) = (ahead(), ahead());
        let mut one = pin!(gate.pass(&first));
        let mut other = pin!(gate.pass(&second));
        assert!(poll!(&mut one).is_pending() && poll!(&mut other).is_pending());
        second.urgency().hurry();
        drop(running);
        assert!(poll!(&mut one).is_pending());
        let Some(permit) = other.as_mut().now_or_never() else { panic!("it is urgent") };
        let options = now();
        let mut wanted = pin!(gate.pass(&options));
        assert!(poll!(&mut wanted).is_pending());
        assert!(permit.revoked().now_or_never().is_none(), "somebody waits for it by now");
    }

    #[tokio::test]
    async fn a_429_halves_the_limit_once_for_all_that_ran_beside_it_and_answers_bring_it_back() {
        let gate = ConcurrencyLimit::new(4);
        let permits: Vec<Permit<'_>> = (0..4).map(|_| passes(&gate, &now()).unwrap()).collect();
        permits.into_iter().for_each(Permit::crowded);
        assert_eq!(gate.limit(), 2);
        passes(&gate, &now()).unwrap().crowded();
        passes(&gate, &now()).unwrap().crowded();
        assert_eq!(gate.limit(), 1, "never none");
        for answers in 1..=40 {
            passes(&gate, &now()).unwrap().answered();
            assert_eq!(gate.limit(), (1 + answers / 10).min(4));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_passes_during_a_pause_and_the_wait_is_told() {
        let gate = ConcurrencyLimit::new(4);
        gate.pause(Duration::from_secs(2));
        let told = Arc::new(Mutex::new(Vec::new()));
        let hears = Arc::clone(&told);
        let options = RequestOptions::default().on_wait(move |wait| hears.lock().unwrap().push(wait));
        let start = Instant::now();
        drop(gate.pass(&options).await);
        assert_eq!(start.elapsed(), Duration::from_secs(2));
        let wait = Wait { waiting: Waiting::Pause, time: Duration::from_secs(2) };
        assert_eq!(*told.lock().unwrap(), [Some(wait), None]);
    }

    #[tokio::test]
    async fn who_leaves_the_queue_holds_up_nobody() {
        let gate = ConcurrencyLimit::new(1);
        let running = passes(&gate, &now()).unwrap();
        let (one, other) = (now(), now());
        let mut first = Box::pin(gate.pass(&one));
        let mut second = pin!(gate.pass(&other));
        assert!(poll!(&mut first).is_pending() && poll!(&mut second).is_pending());
        drop(running);
        drop(first);
        assert!(poll!(&mut second).is_ready());
    }
}
