//! Shows the progress of a sync on one line of standard error.

use std::{
    convert::Infallible,
    fmt::Write as _,
    io::{self, IsTerminal as _, Write as _},
    time::{Duration, Instant},
};

use crate::{
    cli::progress::{BEAT, bar},
    portfolio::sync::{SyncProgress, SyncStage},
    text,
};

/// Shows the progress until dropped. Shows nothing if standard error is not a terminal.
pub(super) async fn show(progress: &SyncProgress, quiet: bool) -> Infallible {
    if quiet || !io::stderr().is_terminal() {
        return std::future::pending().await;
    }
    let mut begun: Option<(SyncStage, u64, Instant)> = None;
    loop {
        tokio::time::sleep(BEAT).await;
        let (stage, done, total) = progress.current();
        let (_, first, start) = match begun {
            Some(begun) if begun.0 == stage => begun,
            _ => *begun.insert((stage, done, Instant::now())),
        };
        let columns = crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns));
        let line = line(stage, done, total, done.saturating_sub(first), start.elapsed(), columns);
        let _ = write!(io::stderr(), "\r\x1b[K{line}");
    }
}

/// Formats the line: `Customers [====>     ] 812 of 1,307 · 9.8/s · 50 s left`.
///
/// It is always narrower than the terminal, because a wrapped line could not be overwritten.
fn line(stage: SyncStage, done: u64, total: u64, since: u64, elapsed: Duration, columns: usize) -> String {
    let mut words = format!("{stage} {} {}", bar(done, total.max(done)), text::group_digits(done));
    if total > 0 {
        let _ = write!(words, " of {}", text::group_digits(total.max(done)));
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate is no exact number")]
    let rate = since as f64 / elapsed.as_secs_f64().max(0.001);
    if since > 0 && elapsed >= Duration::from_secs(1) {
        let _ = write!(words, " · {rate:.1}/s");
        #[expect(clippy::cast_precision_loss, reason = "an estimate is no exact number")]
        let left = Duration::try_from_secs_f64(total.saturating_sub(done) as f64 / rate).unwrap_or_default();
        let _ = write!(words, " · {} left", in_words(left));
    }
    text::truncate(&words, columns.saturating_sub(1)).into_owned()
}

fn in_words(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7_200 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3_600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_what_is_done_and_left_and_how_fast() {
        let line = |done, total, seconds| {
            line(SyncStage::Records, done, total, done, Duration::from_secs(seconds), 120)
        };
        assert_eq!(line(0, 0, 0), "Customers [>                   ] 0");
        assert_eq!(
            line(500, 1_307, 50),
            "Customers [=======>            ] 500 of 1,307 · 10.0/s · 80 s left"
        );
        assert_eq!(
            line(1_307, 1_000, 10),
            "Customers [====================] 1,307 of 1,307 · 130.7/s · 0 s left"
        );
    }

    #[test]
    fn the_line_never_wraps() {
        for columns in [0, 1, 10, 40, 80] {
            let line = line(SyncStage::Lists, 1_000_000, 9_000_000, 1_000, Duration::from_secs(9), columns);
            assert!(text::width(&line) < columns.max(1), "{columns}: {line}");
        }
    }
}
