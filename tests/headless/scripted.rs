//! A server that answers everything in the same way, whatever that is.

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
    pub(crate) fn start(status: u16, kind: &str, body: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its port");
        let done = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&done);
        let answer = format!(
            "HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if ended.load(Ordering::Acquire) {
                    return;
                }
                // Whoever hangs up early has what it wanted.
                let _ = stream.and_then(|stream| serve(stream, &answer));
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
fn serve(mut stream: TcpStream, answer: &str) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut line, mut length) = (String::new(), 0);
    while reader.read_line(&mut line)? > 2 {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        line.clear();
    }
    reader.take(length).read_to_end(&mut Vec::new())?;
    stream.write_all(answer.as_bytes())
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Release);
        // The thread waits for a connection; this is one.
        let _ = TcpStream::connect(self.address);
    }
}
