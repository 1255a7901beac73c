//! The request log of `vipmp serve` on standard error.

use std::{
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use crate::{
    demo::{RequestLog, RequestRecord},
    text,
};

/// The number of lines that can wait for a reader. A client that never reads them must not block the server.
const QUEUE: usize = 10_000;
/// The maximum time to write the last lines when the server ends.
const PATIENCE: Duration = Duration::from_secs(1);
/// The interval at which the end of the log is queued again while the queue is full.
const PAUSE: Duration = Duration::from_millis(5);
/// The maximum number of logged characters of a text that a client sent.
const MAX_CHARS: usize = 500;

enum LogMessage {
    Line(String),
    End,
}

/// A writer of log lines on a thread of its own.
pub(super) struct RequestLogWriter {
    sender: SyncSender<LogMessage>,
    lost: Arc<AtomicU64>,
    ended: Receiver<()>,
}

impl RequestLogWriter {
    /// Starts the thread, which writes to `out`.
    ///
    /// # Errors
    /// If the thread cannot be started.
    pub(super) fn new(out: impl Write + Send + 'static) -> io::Result<Self> {
        let (sender, lines) = sync_channel(QUEUE);
        let (end, ended) = sync_channel(1);
        let lost = Arc::new(AtomicU64::new(0));
        let missing = Arc::clone(&lost);
        thread::Builder::new().name("vipmp-log".to_owned()).spawn(move || {
            write(&lines, &missing, out);
            let _ = end.send(());
        })?;
        Ok(Self { sender, lost, ended })
    }

    /// Returns a log for the server that queues one line per request, and counts those that do not fit.
    pub(super) fn log(&self) -> RequestLog {
        let (sender, lost) = (self.sender.clone(), Arc::clone(&self.lost));
        RequestLog::new(move |record| {
            if sender.try_send(LogMessage::Line(line(record))).is_err() {
                lost.fetch_add(1, Ordering::Relaxed);
            }
        })
    }

    /// Waits up to [`PATIENCE`] for the queued lines.
    pub(super) fn finish(self) {
        let until = Instant::now() + PATIENCE;
        // If the queue is full, the end waits for a free place.
        while let Err(TrySendError::Full(_)) = self.sender.try_send(LogMessage::End) {
            if Instant::now() >= until {
                return;
            }
            thread::sleep(PAUSE);
        }
        let _ = self.ended.recv_timeout(until.saturating_duration_since(Instant::now()));
    }
}

fn write(lines: &Receiver<LogMessage>, lost: &AtomicU64, mut out: impl Write) {
    while let Ok(LogMessage::Line(line)) = lines.recv() {
        let missing = match lost.swap(0, Ordering::Relaxed) {
            0 => String::new(),
            lost => {
                format!(
                    "vipmp: {lost} requests are missing here, because standard error was not being read\n"
                )
            }
        };
        // A single write keeps the line whole if others write too. A closed pipe is ignored.
        let _ = out.write_all(format!("{missing}{line}\n").as_bytes());
    }
}

/// Formats a request: `2026-03-31T12:00:00.123Z GET /v3/resellers?limit=5 200 3ms 1834B 6f1c…`.
///
/// The fields are time, method, path with query, status, duration, bytes of the body and request ID; `-` means none.
fn line(record: &RequestRecord) -> String {
    let dash = || "-".to_owned();
    format!(
        "{} {} {} {} {}ms {}B {}",
        record.at.format("%Y-%m-%dT%H:%M:%S%.3fZ"),
        sanitize(&record.method),
        sanitize(&record.call),
        record.status.map_or_else(dash, |status| status.to_string()),
        record.elapsed.as_millis(),
        record.bytes,
        record.request_id.as_deref().map_or_else(dash, sanitize),
    )
}

/// Limits the length of a text that a client sent, and makes control characters visible.
fn sanitize(sent: &str) -> String {
    let cleaned = text::clean(sent);
    match cleaned.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", &cleaned[..end]),
        None => cleaned.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};

    use super::*;

    fn record() -> RequestRecord {
        RequestRecord {
            at: "2026-03-31T12:00:00.0056Z".parse().unwrap(),
            method: "GET".into(),
            call: "/v3/resellers?limit=5".into(),
            status: Some(200),
            elapsed: Duration::from_micros(3_999),
            bytes: 1834,
            request_id: Some("r-1".into()),
        }
    }

    #[test]
    fn a_line_has_time_request_and_result() {
        assert_eq!(line(&record()), "2026-03-31T12:00:00.005Z GET /v3/resellers?limit=5 200 3ms 1834B r-1");
        let torn = RequestRecord { status: None, bytes: 0, request_id: None, ..record() };
        assert_eq!(line(&torn), "2026-03-31T12:00:00.005Z GET /v3/resellers?limit=5 - 3ms 0B -");
    }

    #[test]
    fn hostile_text_stays_on_one_harmless_line() {
        let nasty = "/\u{1b}]52;c;eA==\u{7}\u{9b}2J\r\n\u{202e}x";
        let hostile = RequestRecord { call: nasty.into(), request_id: Some(nasty.into()), ..record() };
        let written = line(&hostile);
        assert!(written.contains("GET /␛]52;c;eA==␇‹9b›2J␍␊�x 200"), "{written}");
        assert!(!written.contains(char::is_control), "{written:?}");
        let long = RequestRecord { call: "é".repeat(60_000), ..record() };
        assert!(line(&long).chars().count() < MAX_CHARS + 100);
    }

    /// A writer that blocks until it is released, then passes on what is written.
    struct Slow {
        start: Receiver<()>,
        written: Sender<String>,
    }

    impl Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.start.recv();
            let _ = self.written.send(String::from_utf8_lossy(bytes).into_owned());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn an_unread_log_blocks_nothing_and_counts_the_missing_lines() {
        let ((start, started), (written, lines)) = (channel(), channel());
        let log = RequestLogWriter::new(Slow { start: started, written }).unwrap();
        let requests = log.log();
        // One line is being written, the queue is full, and five or six lines do not fit.
        let logged = QUEUE + 6;
        for _ in 0..logged {
            requests.log(&record());
        }
        drop(start);
        let mut first: Vec<String> = vec![lines.recv().unwrap(), lines.recv().unwrap()];
        requests.log(&record());
        log.finish();
        drop(requests);
        first.extend(lines.iter());
        let missing: Vec<&String> =
            first.iter().filter(|line| line.contains("requests are missing here")).collect();
        assert!(missing.len() == 1 && missing[0].starts_with("vipmp: "), "{missing:?}");
        let count: usize = missing[0].split(' ').nth(1).unwrap().parse().unwrap();
        assert!((5..=6).contains(&count) && first.len() + count == logged + 1, "{count} and {}", first.len());
    }
}
