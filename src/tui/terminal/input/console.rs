//! The reader of a Windows console, which hands over events rather than bytes.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use crossterm::event::{self, Event, EventStream};
use tokio::sync::mpsc;

use super::Background;

/// The interval at which the thread wakes up. It is woken when it should end, so any length will do.
const WAIT: Duration = Duration::from_hours(1);

/// The thread that reads; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Reader {
    ended: Arc<AtomicBool>,
    /// Never polled: crossterm has no other way to wake a thread that waits for an event than to drop a stream.
    waker: Option<EventStream>,
}

impl Reader {
    pub(super) fn start(
        send: mpsc::Sender<io::Result<Event>>,
        _backgrounds: mpsc::Sender<Background>,
    ) -> io::Result<Self> {
        let ended = Arc::new(AtomicBool::new(false));
        // Before the thread, which will hold the lock that this needs.
        let waker = Some(EventStream::new());
        let end = Arc::clone(&ended);
        std::thread::Builder::new().name("input".to_owned()).spawn(move || read(&send, &end))?;
        Ok(Self { ended, waker })
    }
}

impl Drop for Reader {
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
