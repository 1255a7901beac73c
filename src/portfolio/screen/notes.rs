//! The user's own notes: they need no copy, but one that is open is told of what has changed.

use std::sync::Arc;

use chrono::Utc;

use super::{
    PortfolioSource,
    errors::{blocking, of_store},
};
use crate::{
    api::ApiError,
    model::{NoteBook, NoteChange, NoteOutcome},
    portfolio::NoteHome,
};

/// A function that finds the place of the notes; there is none before the user has decided how a copy is kept. Blocks.
pub type FindNotes = Arc<dyn Fn() -> Option<NoteHome> + Send + Sync>;

impl PortfolioSource {
    /// Takes the notes from the place that this finds.
    #[must_use]
    pub fn with_notes(self, find: FindNotes) -> Self {
        Self { find_notes: find, ..self }
    }

    /// Returns all notes of the account.
    ///
    /// # Errors
    /// Fails if they cannot be read.
    pub async fn notes(&self) -> Result<NoteBook, ApiError> {
        let find = Arc::clone(&self.find_notes);
        let read = blocking(move || find().map_or_else(|| Ok(NoteBook::default()), |home| home.read()));
        read.await?.map_err(|error| of_store(&error))
    }

    /// Writes a note.
    ///
    /// # Errors
    /// Fails if it cannot be written. Nothing is changed then.
    pub async fn put_note(&self, change: NoteChange) -> Result<NoteOutcome, ApiError> {
        let find = Arc::clone(&self.find_notes);
        let written = blocking(move || {
            let Some(home) = find() else { return Ok(None) };
            home.put(&change, Utc::now()).map(Some)
        });
        let outcome = written.await?.map_err(|error| of_store(&error))?.ok_or_else(|| {
            ApiError::internal(
                "notes are kept beside a local copy, which has been deleted: a view begins a new one",
            )
        })?;
        if outcome.is_kept() {
            if let Some(copy) = self.copy.current() {
                copy.state.renew();
            }
            (self.on_change)();
        }
        Ok(outcome)
    }
}
