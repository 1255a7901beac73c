//! Connections that can be reset: a listener whose streams have a switch that the handlers of their requests can reach.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll, ready},
};

use super::super::deadline::{ConnectionProgress, Deadlines};

use axum::{extract::connect_info::Connected, serve::IncomingStream, serve::Listener};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, Sleep, sleep_until},
};

/// The most connections that are open at once; more wait until one closes.
const MAX_CONNECTIONS: usize = 512;

/// A listener that accepts a limited number of connections.
pub(in crate::demo) struct Listening {
    listener: TcpListener,
    deadlines: Deadlines,
    room: Arc<Semaphore>,
}

impl Listening {
    /// Creates a listener whose connections have these time limits.
    pub(in crate::demo) fn new(listener: TcpListener, deadlines: Deadlines) -> Self {
        Self { listener, deadlines, room: Arc::new(Semaphore::new(MAX_CONNECTIONS)) }
    }
}

impl Listener for Listening {
    type Io = DemoConnection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (DemoConnection, SocketAddr) {
        // The semaphore is never closed, so a permit always becomes available.
        let permit = Arc::clone(&self.room).acquire_owned().await.ok();
        let (stream, address) = Listener::accept(&mut self.listener).await;
        // Small responses should leave at once; if this cannot be set, they still leave.
        let _ = stream.set_nodelay(true);
        let progress = ConnectionProgress::new(self.deadlines);
        let (switch, passed) = (Switch::default(), Passed::default());
        (DemoConnection { stream, switch, passed, progress, alarm: None, _permit: permit }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// The place at which a connection is reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tear {
    /// Before the first byte of the response.
    Before,
    /// After this many bytes of the response's body.
    Within(usize),
}

/// The switch of a connection: once it is set, the connection ends with the current response.
#[derive(Debug, Clone, Default)]
pub(in crate::demo) struct Switch(Arc<OnceLock<Tear>>);

impl Switch {
    /// Resets the connection at this place of the next response. The first call counts.
    pub(super) fn tear(&self, tear: Tear) {
        let _ = self.0.set(tear);
    }

    /// Closes the connection instead of responding.
    pub(in crate::demo) fn close(&self) {
        self.tear(Tear::Before);
    }

    /// Returns the number of bytes of a body that get through: all, or those before the place of the reset; `None` if no
    /// part of the response gets through.
    pub(in crate::demo) fn passes(&self, body: u64) -> Option<u64> {
        match self.0.get() {
            None => Some(body),
            Some(Tear::Before) => None,
            Some(Tear::Within(most)) => Some(body.min(u64::try_from(*most).unwrap_or(u64::MAX))),
        }
    }
}

/// The client of a request, and the switch of its connection.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Peer {
    pub(in crate::demo) address: IpAddr,
    pub(in crate::demo) switch: Switch,
    pub(in crate::demo) progress: ConnectionProgress,
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

/// A connection that behaves like its stream until its switch is set or a deadline has passed.
pub(in crate::demo) struct DemoConnection {
    stream: TcpStream,
    switch: Switch,
    passed: Passed,
    progress: ConnectionProgress,
    /// Wakes the reader at the latest deadline.
    alarm: Option<Pin<Box<Sleep>>>,
    _permit: Option<OwnedSemaphorePermit>,
}

impl DemoConnection {
    /// Closes with a reset instead of an orderly end, if the system supports that.
    fn torn(&self) -> io::Error {
        let _ = self.stream.set_zero_linger();
        io::ErrorKind::ConnectionReset.into()
    }

    /// Returns true if the deadline has passed; otherwise the reader is woken when it does.
    fn is_late(&mut self, cx: &mut Context<'_>, deadline: Instant) -> bool {
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if alarm.deadline() != deadline {
            alarm.as_mut().reset(deadline);
        }
        alarm.as_mut().poll(cx).is_ready()
    }
}

impl AsyncWrite for DemoConnection {
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

impl AsyncRead for DemoConnection {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        // Checked before the read: a client that always has another byte would keep the connection open for ever.
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

/// The bytes that end the head of a response.
const END_OF_HEAD: &[u8] = b"\r\n\r\n";

/// The part of the response that has passed since the switch was set.
#[derive(Debug, Clone, Copy, Default)]
struct Passed {
    /// The number of latest bytes that match the start of [`END_OF_HEAD`]; its length once the head is complete.
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

    /// Returns the number of bytes that may pass before the connection is reset.
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
    fn the_whole_head_and_part_of_the_body_pass() {
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
