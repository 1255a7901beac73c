//! The report of what was understood of a file.

use super::Meaning;

/// The rows that were left out for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The reason, such as `no offer-id`.
    pub reason: String,
    /// Their number.
    pub count: u64,
    /// The numbers of the first of them in the file.
    pub first: Vec<u32>,
}

/// The report of what was understood of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TableReport {
    /// The form of the file, such as `CSV with ";" in UTF-8`.
    pub form: String,
    /// The name of the sheet; none for CSV.
    pub sheet: Option<String>,
    /// The number of the row of headings.
    pub heading_row: u32,
    /// The headings that were understood, with their meanings.
    pub columns: Vec<(String, Meaning)>,
    /// Further headings of a meaning that another column has.
    pub repeated: Vec<(String, Meaning)>,
    /// The headings that were left out.
    pub unused: Vec<String>,
    /// The number of rows that were read.
    pub rows: u64,
    /// The number of the first of them.
    pub first_row: Option<u32>,
    /// The rows that were left out, by reason.
    pub left_out: Vec<LeftOut>,
}

/// The rows that are named for each reason.
const NAMED: usize = 5;

/// The reasons that are told apart; a file of nothing but mistakes has more.
const REASONS: usize = 20;

impl TableReport {
    /// Adds a row that was left out.
    pub fn leave_out(&mut self, row: u32, reason: impl Into<String>) {
        let reason = reason.into();
        let is_known = self.left_out.iter().any(|left_out| left_out.reason == reason);
        let reason =
            if is_known || self.left_out.len() < REASONS { reason } else { "other reasons".to_owned() };
        let place =
            self.left_out.iter().position(|left_out| left_out.reason == reason).unwrap_or_else(|| {
                self.left_out.push(LeftOut { reason, count: 0, first: Vec::new() });
                self.left_out.len() - 1
            });
        let left_out = &mut self.left_out[place];
        left_out.count += 1;
        if left_out.first.len() < NAMED {
            left_out.first.push(row);
        }
    }

    /// Returns the number of rows that were left out.
    pub fn rows_left_out(&self) -> u64 {
        self.left_out.iter().map(|left_out| left_out.count).sum()
    }

    /// Returns the report in lines. Texts of the file are not cleaned.
    pub fn lines(&self) -> Vec<String> {
        let sheet = self.sheet.as_ref().map(|name| format!(", sheet \"{name}\"")).unwrap_or_default();
        let mut lines =
            vec![format!("Read as {}{sheet}, with headings in row {}:", self.form, self.heading_row)];
        let named = |(heading, meaning): &(String, Meaning)| format!("  \"{heading}\" is {meaning}");
        lines.extend(self.columns.iter().map(named));
        let again = |(heading, meaning): &(String, Meaning)| {
            format!("  \"{heading}\" is {meaning} too and was not used")
        };
        lines.extend(self.repeated.iter().map(again));
        if !self.unused.is_empty() {
            let quoted: Vec<String> = self.unused.iter().map(|heading| format!("\"{heading}\"")).collect();
            lines.push(format!("Headings left out: {}.", quoted.join(", ")));
        }
        let first = self.first_row.map(|row| format!(", the first in row {row}")).unwrap_or_default();
        lines.push(format!("{} read{first}.", crate::text::pluralize(self.rows, "row", "rows")));
        for left_out in &self.left_out {
            let rows: Vec<String> = left_out.first.iter().map(ToString::to_string).collect();
            let more = if left_out.count > rows.len() as u64 { ", …" } else { "" };
            lines.push(format!(
                "{} left out: {} (row {}{more}).",
                crate::text::pluralize(left_out.count, "row", "rows"),
                left_out.reason,
                rows.join(", "),
            ));
        }
        lines
    }
}
