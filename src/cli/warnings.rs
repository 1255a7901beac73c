//! Warnings about single rows, on standard error: JSON has no column `problem`, and a table on the screen does not show it.

use super::exit::{print_error, print_note};
use crate::{columns::Item, text};

/// Rows that are told of one by one.
const MAX_LINES: u64 = 10;

/// Columns of one line.
const MAX_WIDTH: usize = 400;

/// Rows that are told of so far.
#[derive(Debug, Default)]
pub(super) struct Warnings {
    count: u64,
}

impl Warnings {
    /// Tells what of an item was not valid as it was sent.
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

    /// Tells a line that names its row.
    pub(super) fn warn(&mut self, words: &str) {
        self.count += 1;
        if self.count <= MAX_LINES {
            print_error(&text::truncate(words, MAX_WIDTH));
        }
    }

    /// Tells how many more there were.
    pub(super) fn finish(&self) {
        if self.count > MAX_LINES {
            print_note(&format!(
                "{} with such problems.",
                text::pluralize(self.count - MAX_LINES, "more row", "more rows")
            ));
        }
    }
}
