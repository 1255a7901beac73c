//! Keys, mouse, pastes and changes of size, read on a thread of its own.
//!
//! While the program is busy, above all while it writes a frame to a slow terminal, the thread goes on reading: so
//! the loop finds everything that has come by then and draws once for all of it. crossterm's `EventStream` polled
//! by the loop itself would hand over one event at a time.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossterm::event::{self, Event, EventStream};
use tokio::sync::mpsc;

/// More than a person can have typed ahead; beyond it, the terminal's own queue holds the rest.
const AHEAD: usize = 1_024;

/// How long the thread waits at a time. It is woken when it is to end, so this may be as long as one likes.
const WAIT: Duration = Duration::from_hours(1);

/// The terminal's events. Reading ends when this is dropped, as it must be before another program gets the terminal.
#[derive(Debug)]
pub struct Input {
    events: mpsc::Receiver<io::Result<Event>>,
    ended: Arc<AtomicBool>,
    /// Never polled: crossterm has no other way to wake a thread that waits for an event than to drop a stream.
    waker: Option<EventStream>,
    #[cfg(unix)]
    _watch: super::hangup::Watch,
}

impl Input {
    /// Starts to read.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start() -> io::Result<Self> {
        let (send, events) = mpsc::channel(AHEAD);
        let ended = Arc::new(AtomicBool::new(false));
        // Before the thread, which will hold the lock that this needs.
        let waker = Some(EventStream::new());
        #[cfg(unix)]
        let watch = {
            let send = send.clone();
            let gone = move || drop(send.blocking_send(Err(io::ErrorKind::UnexpectedEof.into())));
            super::hangup::watch(super::screen::open()?, gone)?
        };
        let end = Arc::clone(&ended);
        std::thread::Builder::new().name("input".to_owned()).spawn(move || read(&send, &end))?;
        Ok(Self {
            events,
            ended,
            waker,
            #[cfg(unix)]
            _watch: watch,
        })
    }

    /// Waits for the next event; `None` once the terminal cannot be read any more, after the error that says why.
    /// Nothing is lost when the wait is cancelled.
    pub async fn next(&mut self) -> Option<io::Result<Event>> {
        self.events.recv().await
    }

    /// The next event if there is one already.
    pub fn try_next(&mut self) -> Option<io::Result<Event>> {
        self.events.try_recv().ok()
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Release);
        drop(self.waker.take());
    }
}

fn read(send: &mpsc::Sender<io::Result<Event>>, ended: &AtomicBool) {
    while !ended.load(Ordering::Acquire) {
        let event = match event::poll(WAIT) {
            Ok(false) => continue,
            Ok(true) => event::read(),
            Err(error) => Err(error),
        };
        let failed = event.is_err();
        if send.blocking_send(event).is_err() || failed {
            return;
        }
    }
}
