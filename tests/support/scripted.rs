//! A server whose responses a test defines.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// The server; stopped when dropped.
pub(crate) struct Scripted {
    address: SocketAddr,
    done: Arc<AtomicBool>,
}

impl Scripted {
    /// Answers every request with this response.
    pub(crate) fn start(status: u16, kind: &'static str, body: &str) -> Self {
        let body = body.to_owned();
        Self::serving(kind, move |_| (status, body.clone()))
    }

    /// Answers each path, with its query, with a status and JSON. Concurrent requests are answered concurrently.
    pub(crate) fn answering(answer: impl Fn(&str) -> (u16, String) + Send + Sync + 'static) -> Self {
        Self::serving("application/json", answer)
    }

    /// Answers each path with a status, any bytes and any content type.
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
                // A client that hangs up early has what it wanted.
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

    /// Returns a URL on the server.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

/// Reads a request to its end, so that the response is not lost in a reset, and answers it.
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
        // Wakes the thread, which waits for a connection.
        let _ = TcpStream::connect(self.address);
    }
}
