//! The progress of an export, for whoever watches it.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::Duration,
};

use crate::collect::ListStats;

/// The progress of an export. Shared between the one who gathers and those who watch.
#[derive(Debug, Default)]
pub struct Progress {
    rows: AtomicU64,
    /// Rows of parts that are whole.
    whole: AtomicU64,
    total: AtomicU64,
    pages: AtomicU64,
    /// True if the total is known: the server has sent one, or the rows were picked.
    counted: AtomicBool,
    began: AtomicBool,
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

    /// Returns the rows that are in the journal and the server's count in words: `1,250 of 9,801 rows`, without a count
    /// if the server sent none.
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

    /// In a few words: `1,250 of 9,801 rows · 26 pages · 412/s · 21 s left`, after so much time since `rows` were there.
    pub fn told(&self, since: u64, elapsed: Duration) -> String {
        let (rows, total) = (self.rows(), self.total());
        let mut words = self.amount();
        // Rows that were picked come without pages.
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

    /// Returns true if there is a journal of this export by now.
    pub fn began(&self) -> bool {
        self.began.load(Ordering::Relaxed)
    }

    /// Notes what is there from the start: rows of an earlier run, and how many there will be if that is known.
    pub(super) fn begin(&self, rows: u64, total: Option<u64>) {
        self.began.store(true, Ordering::Relaxed);
        self.rows.store(rows, Ordering::Relaxed);
        self.whole.store(rows, Ordering::Relaxed);
        self.total.store(total.unwrap_or(rows), Ordering::Relaxed);
        self.counted.store(total.is_some(), Ordering::Relaxed);
    }

    /// Notes what is to be expected of the part under way, and how many pages have arrived of all parts.
    pub(super) fn expect(&self, tally: ListStats, pages: u64) {
        self.pages.store(pages, Ordering::Relaxed);
        let Some(total) = tally.total else { return };
        let whole = self.whole.load(Ordering::Relaxed);
        self.total.fetch_max(whole.saturating_add(total), Ordering::Relaxed);
        self.counted.store(true, Ordering::Relaxed);
    }

    /// The part of the list under way that is in the journal.
    pub(super) fn part(&self, tally: ListStats) {
        let whole = self.whole.load(Ordering::Relaxed);
        self.rows.store(whole.saturating_add(tally.rows), Ordering::Relaxed);
    }

    /// So many of the rows that were picked are gathered.
    pub(super) fn picked(&self, rows: u64) {
        self.rows.store(rows, Ordering::Relaxed);
    }

    /// Notes rows that were found when parts were read again.
    pub(super) fn found(&self, rows: u64, pages: u64) {
        self.rows.fetch_add(rows, Ordering::Relaxed);
        self.pages.store(pages, Ordering::Relaxed);
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
        progress.begin(0, Some(9_801));
        assert_eq!(progress.told(0, Duration::ZERO), "0 of 9,801 rows");
        let uncounted = Progress::default();
        uncounted.begin(0, None);
        uncounted.part(ListStats { rows: 50, ..ListStats::default() });
        assert_eq!(uncounted.told(0, Duration::from_secs(1)), "50 rows · 50/s", "no total that nobody sent");
        let tally = ListStats { rows: 1_250, pages: 26, total: Some(9_801), ..ListStats::default() };
        progress.expect(tally, 26);
        assert_eq!((progress.rows(), progress.pages()), (0, 26));
        progress.part(tally);
        let told = progress.told(0, Duration::from_secs(3));
        assert_eq!(told, "1,250 of 9,801 rows · 26 pages · 416/s · 20 s left");
        progress.part_done();
        let tally = ListStats { rows: 50, pages: 1, total: Some(9_000), ..ListStats::default() };
        progress.expect(tally, 27);
        progress.part(tally);
        assert_eq!((progress.rows(), progress.total(), progress.pages()), (1_300, 10_250, 27));
        assert_eq!(time_left(61), "1 min 1 s left");
        assert_eq!(time_left(7_322), "2 h 2 min left");
    }
}
