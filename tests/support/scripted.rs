//! A server that answers as a test says, whatever that is.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// The server; ended when dropped.
pub(crate) struct Scripted {
    address: SocketAddr,
    done: Arc<AtomicBool>,
}

impl Scripted {
    /// Answers every request with this.
    pub(crate) fn start(status: u16, kind: &'static str, body: &str) -> Self {
        let body = body.to_owned();
        Self::serving(kind, move |_| (status, body.clone()))
    }

    /// Answers each path, with its query, with a status and JSON. Requests that come at once are answered at once.
    pub(crate) fn answering(answer: impl Fn(&str) -> (u16, String) + Send + Sync + 'static) -> Self {
        Self::serving("application/json", answer)
    }

    /// The same with any bytes and any content type.
    pub(crate) fn sending(
        kind: &'static str,
        answer: impl Fn(&str) -> (u16, Vec<u8>) + Send + Sync + 'static,
    ) -> Self {
        Self::serving(kind, answer)
    }

    fn serving<B: Into<Vec<u8>>>(
        kind: &'static str,
        answer: impl Fn(&str) -> (u16, B) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its port");
        let done = Arc::new(AtomicBool::new(false));
        let (ended, answer) = (Arc::clone(&done), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if ended.load(Ordering::Acquire) {
                    return;
                }
                let answer = Arc::clone(&answer);
                // Whoever hangs up early has what it wanted.
                std::thread::spawn(move || {
                    let answer = |path: &str| {
                        let (status, body) = answer(path);
                        (status, body.into())
                    };
                    stream.and_then(|stream| serve(stream, kind, &answer))
                });
            }
        });
        Self { address, done }
    }

    /// An address on it.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

/// Reads one request to its end, so that the answer is not lost in a reset, and answers it.
fn serve(mut stream: TcpStream, kind: &str, answer: &dyn Fn(&str) -> (u16, Vec<u8>)) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut first, mut line, mut length) = (String::new(), String::new(), 0);
    reader.read_line(&mut first)?;
    while reader.read_line(&mut line)? > 2 {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        line.clear();
    }
    reader.take(length).read_to_end(&mut Vec::new())?;
    let (status, body) = answer(first.split(' ').nth(1).unwrap_or_default());
    let head = format!("HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {}", body.len());
    stream.write_all(format!("{head}\r\nConnection: close\r\n\r\n").as_bytes())?;
    stream.write_all(&body)
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Release);
        // The thread waits for a connection; this is one.
        let _ = TcpStream::connect(self.address);
    }
}
