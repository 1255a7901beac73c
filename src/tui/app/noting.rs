//! Writing notes: opening the dialog for a customer, saving what it says, and what becomes of that.

use super::{
    App, Overlay,
    detail::DetailSubject,
    layout::Pane,
    message::{Effect, LoadResult, Ticket},
    overlays::{KeepCopyQuestion, NoteForm, WantedOfCopy, below_help},
};
use crate::{
    account::AccountId,
    model::{CustomerNote, CustomerRow, HistoryExtent, NoteBook, NoteChange, NoteOutcome, NotePlace},
    text,
};

/// The customer that a note is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NoteSubject {
    pub(crate) customer_id: String,
    pub(crate) company: Option<String>,
    pub(crate) reseller_id: Option<String>,
}

impl NoteSubject {
    fn of_row(row: &CustomerRow) -> Self {
        Self {
            customer_id: row.customer_id.clone(),
            company: row.company_name.clone(),
            reseller_id: row.reseller_id.clone(),
        }
    }

    /// Returns the company's name, or the customer's ID, clean.
    pub(crate) fn name(&self) -> String {
        name_of(self.company.as_deref(), &self.customer_id)
    }
}

fn name_of(company: Option<&str>, id: &str) -> String {
    text::clean(company.filter(|name| !name.trim().is_empty()).unwrap_or(id)).into_owned()
}

impl App {
    /// Returns the customer that the user is looking at.
    fn note_subject(&self) -> Option<NoteSubject> {
        let row = self.table.customer().map(NoteSubject::of_row);
        if self.screen.focus != Pane::Detail && row.is_some() {
            return row;
        }
        match &self.detail.subject {
            Some(DetailSubject::Id(id)) => {
                let record = self.detail.customer.value();
                let record = record.filter(|record| record.customer_id.as_deref() == Some(id));
                Some(NoteSubject {
                    customer_id: id.clone(),
                    company: record.and_then(|record| record.company_name.clone()),
                    reseller_id: record.and_then(|record| record.reseller_id.clone()),
                })
            }
            Some(DetailSubject::Row(shown) | DetailSubject::Own(shown)) => {
                shown.customer().map(NoteSubject::of_row)
            }
            None => row,
        }
    }

    /// Opens the dialog for the note on the selected customer.
    pub(crate) fn open_note(&mut self) -> bool {
        if self.refuses_previous_rows() {
            return true;
        }
        match self.note_subject() {
            Some(subject) => self.open_note_on(subject),
            None => self.warn_now("Only customers can have a note."),
        }
    }

    /// Opens the dialog for the note on a customer; asks first if the user has not decided yet whether a copy is kept, since notes
    /// are kept beside it.
    pub(crate) fn open_note_on(&mut self, subject: NoteSubject) -> bool {
        if self.has_to_ask_for_copy() {
            let question = KeepCopyQuestion::new(WantedOfCopy::Note(subject));
            return self.open(Overlay::KeepCopy(Box::new(question)));
        }
        // Somebody else may have changed it.
        self.detail.records.notes.outdate();
        let note = self.detail.records.notes.of(&subject.customer_id).cloned();
        self.open(Overlay::Note(Box::new(NoteForm::new(subject, note))))
    }

    /// Requests the notes if they are not known, or no longer.
    pub(super) fn load_notes(&mut self) {
        let may_have_some = self.session.target == AccountId::Demo || self.keeps_copy();
        if may_have_some && self.detail.records.notes.are_wanted() {
            let ticket = self.out.ask(Effect::LoadNotes);
            self.detail.records.notes.load(ticket);
        }
    }

    /// Takes the notes; returns true if they were awaited.
    pub(super) fn on_notes(&mut self, ticket: Ticket, outcome: LoadResult<NoteBook>) -> bool {
        if !self.detail.records.notes.settle(ticket, outcome) {
            return false;
        }
        self.detail.show_notes();
        if let Some(Overlay::Note(form)) = below_help(&mut self.overlay) {
            form.take_stored(self.detail.records.notes.of(&form.subject.customer_id));
        }
        true
    }

    /// Asks the world to save a note.
    pub(crate) fn save_note(&mut self, change: NoteChange) -> Ticket {
        let asked_for = Box::new(change.clone());
        let ticket = self.out.ask(|ticket| Effect::SaveNote(ticket, asked_for));
        self.saving_note = Some((ticket, change));
        ticket
    }

    /// Takes the outcome of saving a note; returns true if it was awaited. What was typed stays in the dialog unless it is saved.
    pub(super) fn on_note_saved(&mut self, ticket: Ticket, outcome: LoadResult<NoteOutcome>) -> bool {
        let Some((_, change)) = self.saving_note.take_if(|(saving, _)| *saving == ticket) else {
            return false;
        };
        let name = name_of(change.company.as_deref(), &change.customer_id);
        let left = |why: &str| format!("The note on {name} was not saved: {why}");
        match outcome.map(|outcome| *outcome) {
            Ok(outcome @ (NoteOutcome::Kept | NoteOutcome::KeptInNewHistory)) => {
                self.detail.records.notes.put(&change, self.now.wall.to_utc());
                self.detail.show_notes();
                if self.open_form(ticket).is_some() {
                    self.overlay = None;
                }
                let words = self.saved_words(&change);
                if outcome == NoteOutcome::KeptInNewHistory {
                    self.notices.warn(format!("{words} {}", HistoryExtent::BEGUN_AGAIN));
                    return true;
                }
                return self.note(words);
            }
            Ok(NoteOutcome::Conflict(stored)) => match self.open_form(ticket) {
                Some(form) => form.on_conflict(stored),
                None => self.notices.warn_later(left("it was changed elsewhere meanwhile.")),
            },
            Err(error) => {
                let why = text::sentence(&error.user_message().summary);
                match self.open_form(ticket) {
                    Some(form) => form.on_failed(&why),
                    None => self.notices.warn_later(left(&why)),
                }
            }
        }
        self.detail.records.notes.outdate();
        true
    }

    /// Returns the dialog that waits for this ticket.
    fn open_form(&mut self, ticket: Ticket) -> Option<&mut NoteForm> {
        match self.dialog_below_help()? {
            Overlay::Note(form) if form.saving == Some(ticket) => Some(form),
            _ => None,
        }
    }

    fn saved_words(&self, change: &NoteChange) -> String {
        let name = name_of(change.company.as_deref(), &change.customer_id);
        if change.is_deletion() {
            return format!("Note on {name} deleted.");
        }
        let day = change.follow_up.map(|day| CustomerNote::day_in_words(day, self.now.today()));
        let day = day.map(|words| format!(" Follow-up {words}.")).unwrap_or_default();
        let place = match self.detail.records.notes.place() {
            Some(NotePlace::InMemory) => " It is kept for this session only.",
            _ => "",
        };
        format!("Note on {name} saved.{day}{place}")
    }
}
