//! Noticing that the terminal's other end is gone: its window was closed, its line has hung up.
//!
//! A signal (SIGHUP) says so to whom the terminal controls, unless a shell keeps it to itself. To crossterm, the end of
//! the input looks like keys that have not come yet: it asks for them again and again, at full speed, for ever.

use std::{
    io::{self, PipeReader, PipeWriter},
    os::fd::AsFd,
    thread,
};

use rustix::{
    event::{PollFd, PollFlags, poll},
    io::Errno,
};

/// The watch, on a thread of its own; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Watch {
    /// Held for its end: the thread waits for that of either of the two.
    _alive: PipeWriter,
}

/// Calls `gone` once nobody is at the other end of `terminal` any more.
///
/// # Errors
/// When no thread can be started.
pub(super) fn watch(
    terminal: impl AsFd + Send + 'static,
    gone: impl FnOnce() + Send + 'static,
) -> io::Result<Watch> {
    let (ended, alive) = io::pipe()?;
    let wait = move || {
        if is_gone(&terminal, &ended) {
            gone();
        }
    };
    thread::Builder::new().name("hangup".to_owned()).spawn(wait)?;
    Ok(Watch { _alive: alive })
}

/// Waits for the end of either. Nothing is asked of them: that they have hung up is told unasked.
fn is_gone(terminal: &impl AsFd, ended: &PipeReader) -> bool {
    let mut ends = [PollFd::new(terminal, PollFlags::empty()), PollFd::new(ended, PollFlags::empty())];
    loop {
        match poll(&mut ends, None) {
            Err(Errno::INTR) => {}
            // Where a terminal cannot be watched, its signal has to do.
            Err(_) => return false,
            Ok(_) => return ends[0].revents().intersects(PollFlags::HUP | PollFlags::ERR),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn the_end_of_the_other_side_is_told() {
        let (terminal, other) = io::pipe().unwrap();
        let (tell, told) = mpsc::channel();
        let watch = watch(terminal, move || tell.send("gone").unwrap()).unwrap();
        drop(other);
        assert_eq!(told.recv(), Ok("gone"));
        drop(watch);
    }

    #[test]
    fn a_watch_that_is_dropped_ends_and_tells_nothing() {
        let (terminal, _other) = io::pipe().unwrap();
        let (tell, told) = mpsc::channel();
        drop(watch(terminal, move || tell.send("gone").unwrap()).unwrap());
        // The thread has let go of its end of the channel without a word.
        assert_eq!(told.recv(), Err(mpsc::RecvError));
    }
}
