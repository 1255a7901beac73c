//! How far an export is, for whoever watches it.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use crate::collect::Tally;

/// How far an export is. Shared between the one who gathers and those who watch.
#[derive(Debug, Default)]
pub struct Progress {
    rows: AtomicU64,
    /// Rows of parts that are whole.
    whole: AtomicU64,
    total: AtomicU64,
    pages: AtomicU64,
}

impl Progress {
    /// Rows that are in the journal.
    pub fn rows(&self) -> u64 {
        self.rows.load(Ordering::Relaxed)
    }

    /// Rows that there will be, as far as is known.
    pub fn total(&self) -> u64 {
        self.total.load(Ordering::Relaxed).max(self.rows())
    }

    /// Pages that came.
    pub fn pages(&self) -> u64 {
        self.pages.load(Ordering::Relaxed)
    }

    /// In a few words: `1,250 of 9,801 rows · 26 pages · 412/s · 21 s left`, after so much time since `rows` were there.
    pub fn told(&self, since: u64, elapsed: Duration) -> String {
        let (rows, total) = (self.rows(), self.total());
        let mut words = format!("{} of {} rows", crate::text::grouped(rows), crate::text::grouped(total));
        // Rows that were picked come without pages.
        if self.pages() > 0 {
            let _ = write!(words, " · {} pages", crate::text::grouped(self.pages()));
        }
        let fresh = rows.saturating_sub(since);
        let millis = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        if fresh > 0 && millis >= 500 {
            let left = u128::from(total - rows) * u128::from(millis) / u128::from(fresh) / 1000;
            let rate = crate::text::grouped(fresh * 1000 / millis);
            let _ = write!(words, " · {rate}/s · {}", time_left(left));
        }
        words
    }

    pub(super) fn begin(&self, rows: u64, total: u64) {
        self.rows.store(rows, Ordering::Relaxed);
        self.whole.store(rows, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    /// What is known of the part under way.
    pub(super) fn part(&self, tally: Tally, pages_before: u64) {
        let whole = self.whole.load(Ordering::Relaxed);
        self.rows.store(whole + tally.rows, Ordering::Relaxed);
        self.pages.store(pages_before + tally.pages, Ordering::Relaxed);
        let known = whole + tally.total.unwrap_or_default();
        self.total.fetch_max(known, Ordering::Relaxed);
    }

    /// So many of the rows that were picked are gathered.
    pub(super) fn picked(&self, rows: u64) {
        self.rows.store(rows, Ordering::Relaxed);
    }

    /// A part is whole.
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
    fn progress_is_told_with_its_rate_and_the_time_that_is_left() {
        let progress = Progress::default();
        progress.begin(0, 9_801);
        assert_eq!(progress.told(0, Duration::ZERO), "0 of 9,801 rows");
        progress.part(Tally { rows: 1_250, pages: 26, total: Some(9_801), ..Tally::default() }, 0);
        let told = progress.told(0, Duration::from_secs(3));
        assert_eq!(told, "1,250 of 9,801 rows · 26 pages · 416/s · 20 s left");
        progress.part_done();
        progress.part(Tally { rows: 50, pages: 1, total: Some(9_000), ..Tally::default() }, 26);
        assert_eq!((progress.rows(), progress.total(), progress.pages()), (1_300, 10_250, 27));
        assert_eq!(time_left(61), "1 min 1 s left");
        assert_eq!(time_left(7_322), "2 h 2 min left");
    }
}
