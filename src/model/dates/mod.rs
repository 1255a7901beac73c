//! Dates: as the API sends them, as the screen shows them, and as users type them.

mod coming;
mod timestamp;
mod typed;

use chrono::NaiveDate;

pub use coming::{ComingDayError, parse_coming_day};
pub use timestamp::Timestamp;
pub use typed::{DateError, Edge, parse_date};

/// Formats a day as the screen shows it: `7 Jul 2026`.
pub fn format_date(date: NaiveDate) -> String {
    date.format("%-d %b %Y").to_string()
}
