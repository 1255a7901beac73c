//! Warnings about single rows, on standard error: JSON has no column `problem`, and a table on the screen does not show it.

use super::exit::{print_error, print_note};
use crate::{columns::Item, text};

/// Rows that are told of one by one.
const MAX_TOLD: u64 = 10;

/// Columns of one line.
const MAX_COLUMNS: usize = 400;

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
            self.tell(&format!("{}: {first}{more}.", item.name()));
        }
    }

    /// Tells a line that names its row.
    pub(super) fn tell(&mut self, words: &str) {
        self.count += 1;
        if self.count <= MAX_TOLD {
            print_error(&text::truncate(words, MAX_COLUMNS));
        }
    }

    /// Tells how many more there were.
    pub(super) fn finish(&self) {
        if self.count > MAX_TOLD {
            print_note(&format!(
                "{} with such problems.",
                text::pluralize(self.count - MAX_TOLD, "more row", "more rows")
            ));
        }
    }
}
