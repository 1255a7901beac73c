//! Shows the progress of an export on one line of standard error.

use std::{
    convert::Infallible,
    io::{self, IsTerminal as _, Write as _},
    time::{Duration, Instant},
};

use crate::{export::Progress, text};

/// The interval between updates.
pub(super) const BEAT: Duration = Duration::from_millis(200);
/// The width of the bar in columns.
const BAR: usize = 20;
/// The minimum width of the terminal for a bar; below it, only the figures are shown.
const WITH_BAR: usize = 70;

/// Shows the progress until dropped. Shows nothing if `quiet`, or if standard error is not a terminal.
pub(super) async fn show(progress: &Progress, quiet: bool) -> Infallible {
    if quiet || !io::stderr().is_terminal() {
        return std::future::pending().await;
    }
    let start = Instant::now();
    let mut first = None;
    loop {
        tokio::time::sleep(BEAT).await;
        // Rows from before the export was resumed do not count towards the speed.
        let first = *first.get_or_insert(progress.rows());
        let columns = crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns));
        let line = line(progress, first, start.elapsed(), columns);
        let _ = write!(io::stderr(), "\r\x1b[K{line}");
    }
}

/// Clears the line.
pub(super) fn clear() {
    if io::stderr().is_terminal() {
        let _ = write!(io::stderr(), "\r\x1b[K");
    }
}

/// Formats the line: `[=======>            ] 1,250 of 9,801 rows · 26 pages · 412/s · 21 s left`.
///
/// It is always narrower than the terminal, because a wrapped line could not be overwritten.
fn line(progress: &Progress, first: u64, elapsed: Duration, columns: usize) -> String {
    let told = progress.summary(first, elapsed);
    let line =
        if columns >= WITH_BAR { format!("{} {told}", bar(progress.rows(), progress.total())) } else { told };
    text::truncate(&line, columns.saturating_sub(1)).into_owned()
}

/// Draws a bar of what is done.
pub(super) fn bar(rows: u64, total: u64) -> String {
    let done = u128::from(rows) * BAR as u128 / u128::from(total.max(1));
    let done = usize::try_from(done).unwrap_or(BAR).min(BAR);
    let head = if done < BAR { ">" } else { "" };
    format!("[{}{head}{}]", "=".repeat(done), " ".repeat(BAR - done - head.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_grows_with_the_rows() {
        assert_eq!(bar(0, 0), "[>                   ]");
        assert_eq!(bar(5, 10), "[==========>         ]");
        assert_eq!(bar(999, 1_000), "[===================>]");
        assert_eq!(bar(10, 10), "[====================]");
        assert_eq!(bar(u64::MAX, 1), "[====================]");
    }

    #[test]
    fn the_line_never_wraps() {
        let progress = Progress::default();
        for columns in [0, 1, 10, 40, 69, 70, 120] {
            let line = line(&progress, 0, Duration::from_secs(3), columns);
            assert!(text::width(&line) < columns.max(1), "{columns}: {line}");
            assert_eq!(line.starts_with('['), columns >= WITH_BAR, "{columns}: {line}");
        }
    }
}
