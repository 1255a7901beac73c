//! The user's own notes on customers: a short text, and the day on which the customer is to be looked at again.
//!
//! They are the user's, never the API's: nothing of them is ever sent.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::format_date;
use crate::text;

/// A note on a customer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CustomerNote {
    /// The text, on one line; empty if there is only a day.
    pub text: String,
    /// The day on which the customer is to be looked at again.
    pub follow_up: Option<NaiveDate>,
    /// The time at which it was written, or last changed.
    pub written_at: DateTime<Utc>,
}

impl CustomerNote {
    /// The most characters of a text.
    pub const MAX_CHARS: usize = 300;

    /// Returns a text as it is stored: on one line, without control characters, which would act in a terminal, and without
    /// blanks at its ends.
    pub fn stored_text(typed: &str) -> String {
        let plain: String = typed.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        plain.trim().to_owned()
    }

    /// Returns the day of a follow-up, with its distance from today: `3 Dec 2026 · in 10 days`.
    pub fn day_in_words(day: NaiveDate, today: NaiveDate) -> String {
        let distance = match (day - today).num_days() {
            0 => "today".to_owned(),
            1 => "tomorrow".to_owned(),
            -1 => "overdue since yesterday".to_owned(),
            days if days > 0 => format!("in {} days", text::group_digits(days)),
            days => format!("overdue by {} days", text::group_digits(days.unsigned_abs())),
        };
        format!("{} · {distance}", format_date(day))
    }

    /// Returns true if the day of the follow-up is today or over.
    pub fn is_due(&self, today: NaiveDate) -> bool {
        self.follow_up.is_some_and(|day| day <= today)
    }
}

/// The place where notes are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NotePlace {
    /// The history of a local copy on disk.
    OnDisk,
    /// Memory, until the program ends.
    #[default]
    InMemory,
}

/// All notes of an account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NoteBook {
    /// The notes by the IDs of their customers.
    pub notes: HashMap<String, CustomerNote>,
    /// The place where they are kept.
    pub place: NotePlace,
}

/// A note as it is to be from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteChange {
    /// The customer's ID.
    pub customer_id: String,
    /// The company's name, kept beside the note for those who read it without the customer.
    pub company: Option<String>,
    /// The reseller's ID, kept likewise.
    pub reseller_id: Option<String>,
    /// The text; empty for none.
    pub text: String,
    /// The day of the follow-up.
    pub follow_up: Option<NaiveDate>,
    /// The note that this one replaces, as it was read: if another one is there by now, nothing is changed.
    pub replaces: Option<CustomerNote>,
}

impl NoteChange {
    /// Returns true if nothing is to be left of the note.
    pub fn is_deletion(&self) -> bool {
        self.text.is_empty() && self.follow_up.is_none()
    }

    /// Returns true if a note says the same already.
    pub fn is_said_by(&self, note: Option<&CustomerNote>) -> bool {
        match note {
            Some(note) => note.text == self.text && note.follow_up == self.follow_up,
            None => self.is_deletion(),
        }
    }
}

/// The outcome of a change that did not fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoteOutcome {
    /// The note is as it was to be.
    Kept,
    /// Likewise, in a new history: the one that was beside the copy is missing, with the notes in it.
    KeptInNewHistory,
    /// Somebody has changed it meanwhile, so it was left as it is: this is the note now, if there is one.
    Conflict(Option<CustomerNote>),
}

impl NoteOutcome {
    /// Returns true if the note is as it was to be.
    pub fn is_kept(&self) -> bool {
        matches!(self, Self::Kept | Self::KeptInNewHistory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_stored_on_one_line_and_without_control_characters() {
        for (typed, stored) in [
            ("  call Petra\r\nabout 20 seats ", "call Petra  about 20 seats"),
            ("\u{1b}[31mred\u{7f}\t", "[31mred"),
            ("Ωμέγα — 株式会社", "Ωμέγα — 株式会社"),
            ("\n\t ", ""),
        ] {
            assert_eq!(CustomerNote::stored_text(typed), stored, "{typed:?}");
        }
    }

    #[test]
    fn a_follow_up_is_due_from_its_day_on() {
        let today = "2026-11-23".parse().unwrap();
        let due = |day: Option<&str>| {
            let follow_up = day.map(|day| day.parse().unwrap());
            CustomerNote { follow_up, ..CustomerNote::default() }.is_due(today)
        };
        let days = [None, Some("2026-11-24"), Some("2026-11-23"), Some("2025-01-01")];
        assert_eq!(days.map(due), [false, false, true, true]);
        for (day, words) in [
            ("2026-11-23", "23 Nov 2026 · today"),
            ("2026-11-24", "24 Nov 2026 · tomorrow"),
            ("2026-12-03", "3 Dec 2026 · in 10 days"),
            ("2026-11-22", "22 Nov 2026 · overdue since yesterday"),
            ("2020-11-23", "23 Nov 2020 · overdue by 2,191 days"),
        ] {
            assert_eq!(CustomerNote::day_in_words(day.parse().unwrap(), today), words);
        }
    }
}
