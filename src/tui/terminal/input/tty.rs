//! The reader of a terminal: its bytes go through the [`Parser`], and its end is noticed.
//!
//! When a window is closed or a line hangs up, a signal (SIGHUP) says so to those whom the terminal controls, unless a
//! shell keeps it to itself. So the reader also watches the other end of the terminal that is drawn on.

use std::{
    fs::{File, OpenOptions},
    io::{self, IsTerminal as _, PipeReader, PipeWriter, Read},
    os::fd::{AsFd, BorrowedFd},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crossterm::event::Event;
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
};
use tokio::sync::mpsc;

use super::super::{Background, parser::Parser, screen};

/// The time for which a lone Esc byte waits for the rest of a sequence. Terminals send both at once.
const ESCAPE_WAIT: Duration = Duration::from_millis(25);

/// The same over SSH, where the two may travel in different packets.
const ESCAPE_WAIT_REMOTE: Duration = Duration::from_millis(50);

/// The maximum number of bytes that are read at once.
const BUFFER: usize = 4_096;

type Sender = mpsc::Sender<io::Result<Event>>;

/// The thread that reads. It has ended, and has left all further bytes to others, when this was dropped.
#[derive(Debug)]
pub(super) struct Reader {
    /// Held for its end, which wakes the thread.
    alive: Option<PipeWriter>,
    thread: Option<JoinHandle<()>>,
}

impl Reader {
    /// Starts to read standard input or, if that is something else, the controlling terminal.
    pub(super) fn start(send: Sender, backgrounds: mpsc::Sender<Background>) -> io::Result<Self> {
        let stdin = io::stdin();
        let tty = if stdin.is_terminal() {
            File::from(stdin.as_fd().try_clone_to_owned()?)
        } else {
            OpenOptions::new().read(true).write(true).open("/dev/tty")?
        };
        let parser =
            Parser::new(escape_wait(|name| std::env::var_os(name).is_some_and(|set| !set.is_empty())));
        Self::on(tty, screen::open()?, parser, send, backgrounds)
    }

    /// Starts to read `tty`, and to watch `output`.
    fn on(
        tty: impl Read + AsFd + Send + 'static,
        output: impl AsFd + Send + 'static,
        parser: Parser,
        send: Sender,
        backgrounds: mpsc::Sender<Background>,
    ) -> io::Result<Self> {
        let (woken, alive) = io::pipe()?;
        let read = move || {
            if let Err(error) = read(tty, &output, &woken, parser, (&send, &backgrounds)) {
                // Nobody may listen any more.
                let _ = send.blocking_send(Err(error));
            }
        };
        let thread = thread::Builder::new().name("input".to_owned()).spawn(read)?;
        Ok(Self { alive: Some(alive), thread: Some(thread) })
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        drop(self.alive.take());
        // Or the thread might still take the first key of the program that gets the terminal next.
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn escape_wait(is_set: impl Fn(&str) -> bool) -> Duration {
    if is_set("SSH_CONNECTION") || is_set("SSH_TTY") { ESCAPE_WAIT_REMOTE } else { ESCAPE_WAIT }
}

/// The result of a wait.
enum WaitResult {
    Bytes,
    Silence,
    End,
}

/// Reads until the receiver is gone. Fails if the terminal is gone.
fn read(
    mut tty: impl Read + AsFd,
    output: &impl AsFd,
    woken: &PipeReader,
    mut parser: Parser,
    (send, backgrounds): (&Sender, &mpsc::Sender<Background>),
) -> io::Result<()> {
    let mut buffer = [0; BUFFER];
    loop {
        let events = match wait(tty.as_fd(), output.as_fd(), woken.as_fd(), parser.deadline())? {
            WaitResult::End => return Ok(()),
            WaitResult::Silence => parser.expire(Instant::now()),
            WaitResult::Bytes => match tty.read(&mut buffer) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(read) => parser.feed(buffer.get(..read).unwrap_or_default(), Instant::now()),
                Err(error)
                    if matches!(error.kind(), io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock) =>
                {
                    continue;
                }
                Err(error) => return Err(error),
            },
        };
        if let Some(background) = parser.take_background() {
            // A second answer before the first was looked at says nothing new.
            let _ = backgrounds.try_send(background);
        }
        for event in events {
            if send.blocking_send(Ok(event)).is_err() {
                return Ok(());
            }
        }
    }
}

/// Waits for bytes, for the deadline, or for the end.
fn wait(
    tty: BorrowedFd<'_>,
    output: BorrowedFd<'_>,
    woken: BorrowedFd<'_>,
    deadline: Option<Instant>,
) -> io::Result<WaitResult> {
    let nothing = PollFlags::empty();
    let mut ends = [
        PollFd::from_borrowed_fd(tty, PollFlags::IN),
        // Nothing is asked of these: that they have hung up is reported in any case.
        PollFd::from_borrowed_fd(output, nothing),
        PollFd::from_borrowed_fd(woken, nothing),
    ];
    let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    let left = left.and_then(|left| Timespec::try_from(left).ok());
    match poll(&mut ends, left.as_ref()) {
        Err(Errno::INTR) => return Ok(WaitResult::Silence),
        Err(error) => return Err(error.into()),
        Ok(_) => {}
    }
    let [tty, output, woken] = ends.map(|end| end.revents());
    if !woken.is_empty() {
        Ok(WaitResult::End)
    } else if output.intersects(PollFlags::HUP | PollFlags::ERR) {
        Err(io::ErrorKind::UnexpectedEof.into())
    } else if tty.is_empty() {
        Ok(WaitResult::Silence)
    } else {
        Ok(WaitResult::Bytes)
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::KeyCode;

    use super::*;

    struct Stage {
        keys: Option<PipeWriter>,
        /// The other end of the output.
        other: Option<PipeReader>,
        events: mpsc::Receiver<io::Result<Event>>,
        backgrounds: mpsc::Receiver<Background>,
        reader: Reader,
        /// The further input of the reader.
        tty: File,
    }

    fn stage() -> Stage {
        let (tty, keys) = io::pipe().unwrap();
        let (other, output) = io::pipe().unwrap();
        let (send, events) = mpsc::channel(4);
        let same = File::from(tty.as_fd().try_clone_to_owned().unwrap());
        let (answer, backgrounds) = mpsc::channel(1);
        let reader = Reader::on(tty, output, Parser::new(ESCAPE_WAIT), send, answer).unwrap();
        Stage { keys: Some(keys), other: Some(other), events, backgrounds, reader, tty: same }
    }

    fn key(code: KeyCode) -> Event {
        Event::Key(code.into())
    }

    impl Stage {
        fn send(&mut self, bytes: &[u8]) {
            io::Write::write_all(self.keys.as_mut().unwrap(), bytes).unwrap();
        }

        #[track_caller]
        fn next(&mut self) -> Event {
            self.events.blocking_recv().unwrap().unwrap()
        }

        #[track_caller]
        fn assert_gone(&mut self) {
            let error = self.events.blocking_recv().unwrap().unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
            assert!(self.events.blocking_recv().is_none());
        }
    }

    #[test]
    fn a_lone_escape_becomes_a_key_and_the_beginning_of_another_does_not() {
        let mut stage = stage();
        stage.send(b"\x1b");
        assert_eq!(stage.next(), key(KeyCode::Esc));
        stage.send(b"\x1b[A");
        assert_eq!(stage.next(), key(KeyCode::Up));
    }

    #[test]
    fn an_answer_about_the_background_is_no_key() {
        let mut stage = stage();
        stage.send(b"a\x1b]11;rgb:ffff/ff");
        assert_eq!(stage.next(), key(KeyCode::Char('a')));
        stage.send(b"ff/ffff\x1b\\b");
        assert_eq!(stage.next(), key(KeyCode::Char('b')));
        assert_eq!(stage.backgrounds.blocking_recv(), Some(Background::Light));
    }

    #[test]
    fn over_ssh_a_lone_escape_waits_longer() {
        assert_eq!(escape_wait(|_| false).as_millis(), 25);
        for name in ["SSH_CONNECTION", "SSH_TTY"] {
            assert_eq!(escape_wait(|set| set == name).as_millis(), 50);
        }
    }

    #[test]
    fn a_reader_that_is_dropped_leaves_the_next_bytes_alone() {
        let mut stage = stage();
        // More than there is room for: the thread waits for room when it is to end.
        stage.send(b"abcdefgh");
        assert_eq!(stage.next(), key(KeyCode::Char('a')));
        drop(stage.events);
        drop(stage.reader);
        io::Write::write_all(stage.keys.as_mut().unwrap(), b"editor").unwrap();
        drop(stage.keys);
        let mut left = String::new();
        stage.tty.read_to_string(&mut left).unwrap();
        assert_eq!(left, "editor");
    }

    #[test]
    fn the_end_of_the_input_is_reported_after_the_last_key() {
        let mut stage = stage();
        stage.send(b"q");
        stage.keys = None;
        assert_eq!(stage.next(), key(KeyCode::Char('q')));
        stage.assert_gone();
    }

    #[test]
    fn the_end_of_the_output_is_reported_while_no_key_comes() {
        let mut stage = stage();
        stage.other = None;
        stage.assert_gone();
    }
}
