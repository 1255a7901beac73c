//! Connections that can be torn: a listener whose streams have a switch that the handlers of their requests can reach.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll, ready},
};

use super::super::deadline::{Deadlines, Progress};

use axum::{extract::connect_info::Connected, serve::IncomingStream, serve::Listener};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, Sleep, sleep_until},
};

/// How many connections that are open at once; more wait until one ends.
const MAX_CONNECTIONS: usize = 512;

/// Listens like the listener in it, to a bounded number of connections.
pub(in crate::demo) struct Listening {
    listener: TcpListener,
    deadlines: Deadlines,
    room: Arc<Semaphore>,
}

impl Listening {
    /// Listens for connections with these time limits.
    pub(in crate::demo) fn new(listener: TcpListener, deadlines: Deadlines) -> Self {
        Self { listener, deadlines, room: Arc::new(Semaphore::new(MAX_CONNECTIONS)) }
    }
}

impl Listener for Listening {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        // It is never closed, so there is always a permit in the end.
        let permit = Arc::clone(&self.room).acquire_owned().await.ok();
        let (stream, address) = Listener::accept(&mut self.listener).await;
        // Small answers leave at once; where that cannot be set they still leave.
        let _ = stream.set_nodelay(true);
        let progress = Progress::new(self.deadlines);
        let (switch, passed) = (Switch::default(), Passed::default());
        (Connection { stream, switch, passed, progress, alarm: None, _permit: permit }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// The place where a connection is torn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tear {
    /// Before the first byte of the answer.
    Before,
    /// After so many bytes of the answer's body.
    Within(usize),
}

/// The switch of a connection: once it is turned, the connection ends with the answer that is being made.
#[derive(Debug, Clone, Default)]
pub(in crate::demo) struct Switch(Arc<OnceLock<Tear>>);

impl Switch {
    /// Tears the connection with the answer that comes next. The first word counts.
    pub(super) fn tear(&self, tear: Tear) {
        let _ = self.0.set(tear);
    }

    /// Closes the connection instead of an answer.
    pub(in crate::demo) fn close(&self) {
        self.tear(Tear::Before);
    }

    /// How many bytes of a body get through: all, or those before the place where the connection is torn; none where no
    /// answer gets through at all.
    pub(in crate::demo) fn passes(&self, body: u64) -> Option<u64> {
        match self.0.get() {
            None => Some(body),
            Some(Tear::Before) => None,
            Some(Tear::Within(most)) => Some(body.min(u64::try_from(*most).unwrap_or(u64::MAX))),
        }
    }
}

/// The address that a request comes from.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Peer {
    pub(in crate::demo) address: IpAddr,
    pub(in crate::demo) switch: Switch,
    pub(in crate::demo) progress: Progress,
}

impl Connected<IncomingStream<'_, Listening>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Listening>) -> Self {
        Self {
            address: stream.remote_addr().ip().to_canonical(),
            switch: stream.io().switch.clone(),
            progress: stream.io().progress.clone(),
        }
    }
}

/// A connection; while its switch is not turned and it is not too late, it is its stream and nothing else.
pub(in crate::demo) struct Connection {
    stream: TcpStream,
    switch: Switch,
    passed: Passed,
    progress: Progress,
    /// Wakes the reader at the deadline that was last asked for.
    alarm: Option<Pin<Box<Sleep>>>,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Connection {
    /// Closes with a reset instead of an orderly end, where the system knows how to.
    fn torn(&self) -> io::Error {
        let _ = self.stream.set_zero_linger();
        io::ErrorKind::ConnectionReset.into()
    }

    /// Returns whether the time for what is waited for is over; wakes the reader when it is.
    fn is_late(&mut self, cx: &mut Context<'_>, deadline: Instant) -> bool {
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if alarm.deadline() != deadline {
            alarm.as_mut().reset(deadline);
        }
        alarm.as_mut().poll(cx).is_ready()
    }
}

impl AsyncWrite for Connection {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.progress.sent();
        let Some(tear) = this.switch.0.get() else {
            return Pin::new(&mut this.stream).poll_write(cx, bytes);
        };
        let allowed = this.passed.allowed(*tear, bytes);
        if allowed == 0 && !bytes.is_empty() {
            return Poll::Ready(Err(this.torn()));
        }
        let written = ready!(Pin::new(&mut this.stream).poll_write(cx, &bytes[..allowed]))?;
        bytes[..written].iter().for_each(|byte| this.passed.pass(*byte));
        Poll::Ready(Ok(written))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.switch.0.get().is_none() {
            self.progress.sent();
            return Pin::new(&mut self.get_mut().stream).poll_write_vectored(cx, parts);
        }
        let first = parts.iter().find(|part| !part.is_empty());
        self.poll_write(cx, first.map_or(&[], |part| part))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        // Judged before the read: a byte that is always there would keep the connection for ever.
        if let Some(deadline) = this.progress.deadline_for(cx.waker())
            && this.is_late(cx, deadline)
        {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        let before = buffer.filled().len();
        let read = ready!(Pin::new(&mut this.stream).poll_read(cx, buffer));
        if buffer.filled().len() > before {
            this.progress.received(&buffer.filled()[before..]);
        }
        Poll::Ready(read)
    }
}

/// The bytes that end the head of an answer.
const END_OF_HEAD: &[u8] = b"\r\n\r\n";

/// How much of the answer has passed since the switch was turned.
#[derive(Debug, Clone, Copy, Default)]
struct Passed {
    /// How much of [`END_OF_HEAD`] the last bytes are; all of it once the head is over.
    ending: usize,
    body: usize,
}

impl Passed {
    fn pass(&mut self, byte: u8) {
        if self.ending == END_OF_HEAD.len() {
            self.body += 1;
        } else if byte == END_OF_HEAD[self.ending] {
            self.ending += 1;
        } else {
            self.ending = usize::from(byte == END_OF_HEAD[0]);
        }
    }

    /// How many of the bytes may pass before the connection is torn.
    fn allowed(mut self, tear: Tear, bytes: &[u8]) -> usize {
        let Tear::Within(most) = tear else { return 0 };
        let over = bytes.iter().position(|byte| {
            let over = self.ending == END_OF_HEAD.len() && self.body >= most;
            self.pass(*byte);
            over
        });
        over.unwrap_or(bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_passes_whole_and_so_much_of_the_body() {
        let answer = b"HTTP/1.1 200 OK\r\na: \r\r\nb: c\r\n\r\n0123456789";
        let head = answer.len() - 10;
        for most in [0, 1, 7, 10, 11] {
            for piece in [1, 2, 3, 5, 1000] {
                let mut passed = Passed::default();
                let mut count = 0;
                for bytes in answer.chunks(piece) {
                    let allowed = passed.allowed(Tear::Within(most), bytes);
                    bytes[..allowed].iter().for_each(|byte| passed.pass(*byte));
                    count += allowed;
                    if allowed < bytes.len() {
                        break;
                    }
                }
                assert_eq!(count, head + most.min(10), "{most} in pieces of {piece}");
            }
        }
        assert_eq!(Passed::default().allowed(Tear::Before, answer), 0);
    }
}
