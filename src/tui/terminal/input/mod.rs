//! Keys, mouse events and pastes, read on a thread of its own.
//!
//! While the program is busy, above all while it writes a frame to a slow terminal, the thread goes on reading. The loop
//! then finds everything that has arrived by then and draws once for all of it.

#[cfg(windows)]
mod console;
#[cfg(unix)]
mod tty;

use std::io;

use crossterm::event::Event;
use tokio::sync::mpsc;

use super::Background;
#[cfg(windows)]
use console::Reader;
#[cfg(unix)]
use tty::Reader;

/// More than anybody can have typed ahead; beyond it, the terminal's own queue holds the rest.
const AHEAD: usize = 1_024;

/// The terminal's events. Reading ends when this is dropped, as it must be before another program gets the terminal.
#[derive(Debug)]
pub struct Input {
    // Dropped first: a thread that waits for room here would never end.
    events: mpsc::Receiver<io::Result<Event>>,
    _reader: Reader,
}

impl Input {
    /// Starts to read. What the terminal answers about its background goes to `backgrounds`.
    ///
    /// # Errors
    /// When the terminal cannot be opened or no thread can be started.
    pub fn start(backgrounds: mpsc::Sender<Background>) -> io::Result<Self> {
        let (send, events) = mpsc::channel(AHEAD);
        Ok(Self { events, _reader: Reader::start(send, backgrounds)? })
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
