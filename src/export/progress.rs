//! The progress of an export, shared by the task that runs it and the places that show it.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::Duration,
};

use crate::collect::ListStats;

/// The progress of an export, shared by the task that runs it and the places that show it.
#[derive(Debug, Default)]
pub struct Progress {
    rows: AtomicU64,
    /// The rows of completed lists.
    whole: AtomicU64,
    total: AtomicU64,
    pages: AtomicU64,
    /// True if the total is known: the server has sent one, or the rows were picked.
    counted: AtomicBool,
    began: AtomicBool,
    writing: AtomicBool,
}

impl Progress {
    /// Returns the number of rows in the journal.
    pub fn rows(&self) -> u64 {
        self.rows.load(Ordering::Relaxed)
    }

    /// Returns the expected number of rows, as far as it is known.
    pub fn total(&self) -> u64 {
        self.total.load(Ordering::Relaxed).max(self.rows())
    }

    /// Returns the number of pages that have arrived.
    pub fn pages(&self) -> u64 {
        self.pages.load(Ordering::Relaxed)
    }

    /// Returns the number of rows in the journal and the expected number: `1,250 of 9,801 rows`, or the former alone if
    /// the server sent no count.
    pub fn amount(&self) -> String {
        if !self.counted.load(Ordering::Relaxed) {
            return crate::text::pluralize(self.rows(), "row", "rows");
        }
        format!(
            "{} of {} rows",
            crate::text::group_digits(self.rows()),
            crate::text::group_digits(self.total())
        )
    }

    /// Summarises the progress and its rate since there were `since` rows, `elapsed` ago:
    /// `1,250 of 9,801 rows · 26 pages · 412/s · 21 s left`.
    pub fn summary(&self, since: u64, elapsed: Duration) -> String {
        let (rows, total) = (self.rows(), self.total());
        let mut words = self.amount();
        // Marked rows come without pages.
        if self.pages() > 0 {
            let _ = write!(words, " · {}", crate::text::pluralize(self.pages(), "page", "pages"));
        }
        let fresh = rows.saturating_sub(since);
        let millis = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        if fresh > 0 && millis >= 500 {
            let rate = crate::text::group_digits(fresh * 1000 / millis);
            let _ = write!(words, " · {rate}/s");
            if self.counted.load(Ordering::Relaxed) {
                let left = u128::from(total - rows) * u128::from(millis) / u128::from(fresh) / 1000;
                let _ = write!(words, " · {}", time_left(left));
            }
        }
        words
    }

    /// Returns true if the export has created or opened its journal.
    pub fn began(&self) -> bool {
        self.began.load(Ordering::Relaxed)
    }

    /// Returns true once all rows are here and the file is being written, which cannot be stopped any more.
    pub fn is_writing(&self) -> bool {
        self.writing.load(Ordering::Acquire)
    }

    /// Notes that the file is being written.
    pub(super) fn begin_writing(&self) {
        self.writing.store(true, Ordering::Release);
    }

    /// Notes the rows of an earlier run, and the expected number if it is known.
    pub fn begin(&self, rows: u64, total: Option<u64>) {
        self.began.store(true, Ordering::Relaxed);
        self.rows.store(rows, Ordering::Relaxed);
        self.whole.store(rows, Ordering::Relaxed);
        self.total.store(total.unwrap_or(rows), Ordering::Relaxed);
        self.counted.store(total.is_some(), Ordering::Relaxed);
    }

    /// Notes the expected number of rows of the current list, and the number of pages that have arrived of all lists.
    pub(super) fn expect(&self, stats: ListStats, pages: u64) {
        self.pages.store(pages, Ordering::Relaxed);
        let Some(total) = stats.total else { return };
        let whole = self.whole.load(Ordering::Relaxed);
        self.total.fetch_max(whole.saturating_add(total), Ordering::Relaxed);
        self.counted.store(true, Ordering::Relaxed);
    }

    /// Notes the rows of the current list that are in the journal.
    pub(super) fn part(&self, stats: ListStats) {
        let whole = self.whole.load(Ordering::Relaxed);
        self.rows.store(whole.saturating_add(stats.rows), Ordering::Relaxed);
    }

    /// Notes that this many marked rows are in the journal.
    pub fn picked(&self, rows: u64) {
        self.rows.store(rows, Ordering::Relaxed);
    }

    /// Notes rows that were found when lists were read again.
    pub(super) fn found(&self, rows: u64, pages: u64) {
        self.rows.fetch_add(rows, Ordering::Relaxed);
        self.pages.store(pages, Ordering::Relaxed);
    }

    /// Notes that the current list is complete.
    pub(super) fn part_done(&self) {
        self.whole.store(self.rows(), Ordering::Relaxed);
    }
}

fn time_left(seconds: u128) -> String {
    match seconds {
        0..60 => format!("{seconds} s left"),
        60..3600 => format!("{} min {} s left", seconds / 60, seconds % 60),
        _ => format!("{} h {} min left", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_includes_the_rate_and_the_remaining_time() {
        let progress = Progress::default();
        progress.begin(0, Some(9_801));
        assert_eq!(progress.summary(0, Duration::ZERO), "0 of 9,801 rows");
        let uncounted = Progress::default();
        uncounted.begin(0, None);
        uncounted.part(ListStats { rows: 50, ..ListStats::default() });
        assert_eq!(
            uncounted.summary(0, Duration::from_secs(1)),
            "50 rows · 50/s",
            "without a total if the server sent none"
        );
        let stats = ListStats { rows: 1_250, pages: 26, total: Some(9_801), ..ListStats::default() };
        progress.expect(stats, 26);
        assert_eq!((progress.rows(), progress.pages()), (0, 26));
        progress.part(stats);
        let summary = progress.summary(0, Duration::from_secs(3));
        assert_eq!(summary, "1,250 of 9,801 rows · 26 pages · 416/s · 20 s left");
        progress.part_done();
        let stats = ListStats { rows: 50, pages: 1, total: Some(9_000), ..ListStats::default() };
        progress.expect(stats, 27);
        progress.part(stats);
        assert_eq!((progress.rows(), progress.total(), progress.pages()), (1_300, 10_250, 27));
        assert_eq!(time_left(61), "1 min 1 s left");
        assert_eq!(time_left(7_322), "2 h 2 min left");
    }
}
