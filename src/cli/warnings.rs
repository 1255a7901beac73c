//! Warnings about single rows on standard error, since JSON and tables have no `problem` column.

use super::exit::{print_error, print_note};
use crate::{columns::Item, text};

/// The maximum number of rows with a warning of their own.
const MAX_LINES: u64 = 10;

/// The maximum width of a warning in columns.
const MAX_WIDTH: usize = 400;

/// A counter of warnings, so that only the first few are printed.
#[derive(Debug, Default)]
pub(super) struct Warnings {
    count: u64,
}

impl Warnings {
    /// Warns if the server's JSON for an item was damaged.
    pub(super) fn damage(&mut self, item: &Item<'_>) {
        let mut damage = item.damage();
        if let Some(first) = damage.next() {
            let more = match damage.count() {
                0 => String::new(),
                more => format!(" (and {})", text::pluralize(more as u64, "more field", "more fields")),
            };
            self.warn(&format!("{}: {first}{more}.", item.name()));
        }
    }

    /// Prints a warning, which should name its row.
    pub(super) fn warn(&mut self, words: &str) {
        self.count += 1;
        if self.count <= MAX_LINES {
            print_error(&text::truncate(words, MAX_WIDTH));
        }
    }

    /// Prints the number of warnings that were left out.
    pub(super) fn finish(&self) {
        if self.count > MAX_LINES {
            print_note(&format!(
                "{} with similar problems.",
                text::pluralize(self.count - MAX_LINES, "more row", "more rows")
            ));
        }
    }
}
