//! The user's own notes on the customers of the account, as far as they are known on the screen.

use chrono::NaiveDate;

use super::message::{LoadResult, Remote, Ticket};
use crate::{
    api::ApiError,
    model::{CustomerNote, NoteBook, NoteChange, NotePlace},
};

/// The notes of the account on the screen.
#[derive(Debug, Default)]
pub(crate) struct CustomerNotes {
    book: Remote<NoteBook>,
    /// The day, for what is due.
    pub(crate) today: NaiveDate,
}

/// What is known of a customer's note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KnownNote<'a> {
    /// Notes have not arrived yet.
    Awaited,
    /// Notes cannot be read.
    Failed,
    /// The note, if there is one.
    Here(Option<&'a CustomerNote>),
}

impl CustomerNotes {
    /// Returns true if the notes have to be requested.
    pub(crate) fn are_wanted(&self) -> bool {
        self.book.is_wanted()
    }

    /// Notes the request for them.
    pub(crate) fn load(&mut self, ticket: Ticket) {
        self.book.load(ticket);
    }

    /// Has them be read again.
    pub(crate) fn outdate(&mut self) {
        // An answer that is on its way may be older than what has changed.
        self.book.outdate();
    }

    /// Takes the notes; returns true if they were awaited.
    pub(crate) fn settle(&mut self, ticket: Ticket, outcome: LoadResult<NoteBook>) -> bool {
        self.book.settle(ticket, outcome.map(|book| *book).map_err(|error| *error))
    }

    /// Returns the note on a customer, as it was read last.
    pub(crate) fn of(&self, customer_id: &str) -> Option<&CustomerNote> {
        self.book.value()?.notes.get(customer_id)
    }

    /// Returns what is known of the note on a customer.
    pub(crate) fn known(&self, customer_id: &str) -> KnownNote<'_> {
        match (self.book.error(), self.book.value()) {
            (Some(_), _) => KnownNote::Failed,
            (None, Some(book)) => KnownNote::Here(book.notes.get(customer_id)),
            (None, None) => KnownNote::Awaited,
        }
    }

    /// Returns the reason why notes cannot be read.
    pub(crate) fn error(&self) -> Option<&ApiError> {
        self.book.error()
    }

    /// Returns the place where notes are kept, once it is known.
    pub(crate) fn place(&self) -> Option<NotePlace> {
        self.book.value().map(|book| book.place)
    }

    /// Shows a change that was written, until the notes are read again.
    pub(crate) fn put(&mut self, change: &NoteChange, written_at: chrono::DateTime<chrono::Utc>) {
        // Without one, their place is not known either.
        let Some(mut book) = self.book.take_value() else { return };
        if change.is_deletion() {
            book.notes.remove(&change.customer_id);
        } else {
            let note = CustomerNote { text: change.text.clone(), follow_up: change.follow_up, written_at };
            book.notes.insert(change.customer_id.clone(), note);
        }
        self.book = Remote::Stale(book);
    }
}
