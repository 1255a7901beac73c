//! The user's own note on a customer, at the top of the Overview.

use super::{LineBuilder, Tone};
use crate::{
    model::{CustomerNote, format_date},
    text,
    tui::app::{
        detail::{Detail, DetailSubject},
        notes::KnownNote,
    },
};

/// Adds the note, if there is one, or the reason why it cannot be read.
pub(super) fn note(page: &mut LineBuilder, detail: &Detail, subject: &DetailSubject) {
    let notes = &detail.records.notes;
    let Some(id) = subject.customer_id() else { return };
    match notes.known(id) {
        KnownNote::Here(Some(note)) => {
            if !note.text.is_empty() {
                let day = format_date(note.written_at.date_naive());
                page.toned_field("Note", Tone::Dim, &format!("of {day}"));
                // The whole width: beside a label, a few words would take many lines.
                page.paragraph(Tone::Plain, &note.text);
            }
            if let Some(day) = note.follow_up {
                let words = CustomerNote::day_in_words(day, notes.today);
                if note.is_due(notes.today) {
                    page.toned_field("Follow-up", Tone::Warn, &format!("! {words}"));
                } else {
                    page.field("Follow-up", &words);
                }
            }
            page.blank();
        }
        KnownNote::Failed => {
            let why = notes.error().map(|error| text::sentence(&error.user_message().summary));
            page.paragraph(Tone::Warn, &format!("! Notes cannot be read: {}", why.unwrap_or_default()));
            page.blank();
        }
        KnownNote::Here(None) | KnownNote::Awaited => {}
    }
}
