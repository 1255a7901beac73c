//! The date of a list, by which the newest wins.

use chrono::{Datelike as _, NaiveDate};

use crate::tables::{FoundTable, Meaning, find_month};

/// The place that a list's date comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateSource {
    /// The user's option.
    Option,
    /// A column or a title of the file.
    Contents,
    /// The newest order in the file.
    Orders,
    /// The name of the file.
    FileName,
    /// The time at which the file was last changed.
    Modified,
}

/// The date of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListDate {
    /// The day; the first one of a month.
    pub day: NaiveDate,
    /// The place that it comes from.
    pub source: DateSource,
}

/// Reads a month such as `202601` or `2026-01`.
///
/// # Errors
/// A message for the user.
pub fn parse_month(text: &str) -> Result<NaiveDate, String> {
    find_month(text.trim())
        .filter(|_| text.trim().len() <= 7)
        .ok_or_else(|| "write the month as 202601 or 2026-01".to_owned())
}

impl ListDate {
    /// Returns the date of a list: as the user says, as the file says, or that of its last change. A date after today is none:
    /// it would win for ever.
    pub(super) fn of(
        table: &FoundTable,
        chosen: Option<NaiveDate>,
        file_name: &str,
        modified: NaiveDate,
        today: NaiveDate,
    ) -> Self {
        let has_come = |day: &NaiveDate| (day.year(), day.month()) <= (today.year(), today.month());
        let of_column = || {
            table.rows().filter_map(|row| find_month(&row.text(Meaning::ListMonth))).filter(has_come).max()
        };
        let of_titles = || table.titles.iter().filter_map(|title| find_month(title)).find(has_come);
        let of_orders = || {
            table.rows().filter_map(|row| row.date(Meaning::OrderDate).ok().flatten()).filter(has_come).max()
        };
        let found = |day: Option<NaiveDate>, source| day.map(|day| Self { day, source });
        found(chosen, DateSource::Option)
            .or_else(|| found(of_column().or_else(of_titles), DateSource::Contents))
            .or_else(|| found(of_orders(), DateSource::Orders))
            .or_else(|| found(find_month(file_name).filter(has_come), DateSource::FileName))
            .unwrap_or(Self { day: modified.min(today), source: DateSource::Modified })
    }

    /// Returns the date and its source in words.
    pub fn in_words(self) -> String {
        let day = self.day;
        let source = match self.source {
            DateSource::Option => "as --month says",
            DateSource::Contents => "as the file says",
            DateSource::Orders => "the newest order in it",
            DateSource::FileName => "as the name of the file says",
            DateSource::Modified => "when the file was last changed; --month names another month",
        };
        match self.source {
            DateSource::Orders | DateSource::Modified => format!("{day} ({source})"),
            _ => format!("{} ({source})", day.format("%Y-%m")),
        }
    }
}
