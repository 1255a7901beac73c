//! Where the notes of an account are: in the history on disk, or in memory for as long as the program runs.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Utc};

use super::{
    StoreError,
    store::{NoteFile, Notes},
};
use crate::{
    model::{CustomerNote, HistoryExtent, NoteBook, NoteChange, NoteOutcome, NotePlace},
    text,
};

/// A note, and what is kept beside it for those who read it without the customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteEntry {
    /// The note.
    pub note: CustomerNote,
    /// The company's name.
    pub company: Option<String>,
    /// The reseller's ID.
    pub reseller_id: Option<String>,
}

#[derive(Debug, Default)]
struct SessionState {
    notes: BTreeMap<String, NoteEntry>,
    version: i64,
}

/// The notes of an account that keeps nothing on disk. Clones are about the same notes.
#[derive(Debug, Clone, Default)]
pub struct SessionNotes(Arc<Mutex<SessionState>>);

impl SessionNotes {
    fn state(&self) -> MutexGuard<'_, SessionState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns all notes.
    pub fn read(&self) -> Notes {
        self.state().notes.iter().map(|(id, entry)| (id.clone(), entry.note.clone())).collect()
    }

    /// Returns all notes with what is kept beside them, by the IDs of their customers.
    pub(super) fn entries(&self) -> BTreeMap<String, NoteEntry> {
        self.state().notes.clone()
    }

    /// Returns a number that is another one after a change.
    pub(super) fn version(&self) -> i64 {
        self.state().version
    }

    /// Writes a note, unless somebody has changed it meanwhile.
    pub fn put(&self, change: &NoteChange, now: DateTime<Utc>) -> NoteOutcome {
        let mut state = self.state();
        let known = state.notes.get(&change.customer_id).map(|entry| &entry.note);
        if change.is_said_by(known) {
            return NoteOutcome::Kept;
        }
        if known != change.replaces.as_ref() {
            return NoteOutcome::Conflict(known.cloned());
        }
        if change.is_deletion() {
            state.notes.remove(&change.customer_id);
        } else {
            let note =
                CustomerNote { text: change.text.clone(), follow_up: change.follow_up, written_at: now };
            let (company, reseller_id) = (change.company.clone(), change.reseller_id.clone());
            state.notes.insert(change.customer_id.clone(), NoteEntry { note, company, reseller_id });
        }
        state.version += 1;
        NoteOutcome::Kept
    }

    /// Moves all notes to another place. Those that cannot be written there stay here. Returns what has to be said of that, as
    /// sentences. Blocks.
    pub fn move_to(&self, home: &NoteHome, now: DateTime<Utc>) -> Vec<String> {
        let mut said = Vec::new();
        for (customer_id, entry) in self.entries() {
            let NoteEntry { note, company, reseller_id } = entry;
            let (text, follow_up) = (note.text.clone(), note.follow_up);
            let change = NoteChange { customer_id, company, reseller_id, text, follow_up, replaces: None };
            let why = match home.put(&change, now) {
                Ok(outcome @ (NoteOutcome::Kept | NoteOutcome::KeptInNewHistory)) => {
                    let begun_again = outcome == NoteOutcome::KeptInNewHistory;
                    said.extend(begun_again.then(|| HistoryExtent::BEGUN_AGAIN.to_owned()));
                    said.extend(self.remove_moved(&change, note, now));
                    continue;
                }
                Ok(NoteOutcome::Conflict(_)) => "there is another one already".to_owned(),
                Err(error) => error.to_string(),
            };
            let words = format!("The note on {} is in memory only: {why}", name_of(&change));
            said.push(text::sentence(&words));
        }
        said
    }

    /// Removes a note that was moved, unless it was changed meanwhile: then returns that in words.
    fn remove_moved(&self, moved: &NoteChange, note: CustomerNote, now: DateTime<Utc>) -> Option<String> {
        let removal =
            NoteChange { text: String::new(), follow_up: None, replaces: Some(note), ..moved.clone() };
        let name = name_of(moved);
        if !self.state().notes.contains_key(&moved.customer_id) {
            return Some(format!(
                "The note on {name} was deleted while it was moved to the disk: it is still there."
            ));
        }
        match self.put(&removal, now) {
            NoteOutcome::Conflict(Some(_)) => Some(format!(
                "The note on {name} was changed while it was moved to the disk: the newer one is in memory only."
            )),
            _ => None,
        }
    }
}

/// Returns the company's name, or the customer's ID, clean.
fn name_of(change: &NoteChange) -> String {
    text::clean(change.company.as_deref().unwrap_or(&change.customer_id)).into_owned()
}

/// The place of an account's notes.
#[derive(Debug, Clone)]
pub enum NoteHome {
    /// The history on disk.
    OnDisk(NoteFile),
    /// Memory.
    InMemory(SessionNotes),
}

impl NoteHome {
    /// Reads all notes. Blocks.
    ///
    /// # Errors
    /// Fails if they are on disk and cannot be read.
    pub fn read(&self) -> Result<NoteBook, StoreError> {
        Ok(match self {
            Self::OnDisk(file) => NoteBook { notes: file.read()?, place: NotePlace::OnDisk },
            Self::InMemory(notes) => NoteBook { notes: notes.read(), place: NotePlace::InMemory },
        })
    }

    /// Reads the note on a customer, with what is kept beside it. Blocks.
    ///
    /// # Errors
    /// Fails if notes are on disk and cannot be read.
    pub fn find(&self, customer_id: &str) -> Result<Option<NoteEntry>, StoreError> {
        match self {
            Self::OnDisk(file) => file.find(customer_id),
            Self::InMemory(notes) => Ok(notes.entries().remove(customer_id)),
        }
    }

    /// Writes a note. Blocks.
    ///
    /// # Errors
    /// Fails if notes are on disk and cannot be written. Nothing is changed then.
    pub fn put(&self, change: &NoteChange, now: DateTime<Utc>) -> Result<NoteOutcome, StoreError> {
        match self {
            Self::OnDisk(file) => file.put(change, now),
            Self::InMemory(notes) => Ok(notes.put(change, now)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(text: &str, replaces: Option<CustomerNote>) -> NoteChange {
        NoteChange {
            customer_id: "1".to_owned(),
            company: Some("Acme".to_owned()),
            reseller_id: None,
            text: text.to_owned(),
            follow_up: None,
            replaces,
        }
    }

    #[test]
    fn a_note_that_is_changed_while_it_is_moved_stays_and_that_is_said() {
        let now = "2026-03-01T12:00:00Z".parse().unwrap();
        let notes = SessionNotes::default();
        let stored = |notes: &SessionNotes| notes.read().get("1").cloned();
        assert_eq!(notes.put(&change("call", None), now), NoteOutcome::Kept);
        let moved = stored(&notes);
        assert_eq!(notes.put(&change("called", moved.clone()), now), NoteOutcome::Kept);
        let said = notes.remove_moved(&change("call", None), moved.clone().unwrap(), now);
        let words =
            "The note on Acme was changed while it was moved to the disk: the newer one is in memory only.";
        assert_eq!(said.as_deref(), Some(words));
        let newer = stored(&notes);
        assert_eq!(newer.as_ref().map(|note| note.text.as_str()), Some("called"));
        assert_eq!(notes.remove_moved(&change("called", None), newer.unwrap(), now), None);
        assert_eq!(stored(&notes), None);
        let said = notes.remove_moved(&change("call", None), moved.unwrap(), now);
        let words = "The note on Acme was deleted while it was moved to the disk: it is still there.";
        assert_eq!(said.as_deref(), Some(words));
    }
}
