//! Searching in the Raw tab with keys: typing what is searched for, and going from match to match.

use crossterm::event::{KeyCode, KeyEvent};

use super::{Detail, Search};
use crate::tui::app::text_field::{self, MAX_INPUT};

/// Nothing was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoMatch;

impl Detail {
    /// Gives a key to the search that is being typed, in a pane of this height.
    ///
    /// # Errors
    /// Fails if the search is finished and has found nothing.
    pub(crate) fn key_in_search(&mut self, key: KeyEvent, height: usize) -> Result<(), NoMatch> {
        match key.code {
            KeyCode::Enter => {
                self.search.typing = false;
                if self.search.needle().is_some() && self.search.matches.is_empty() {
                    return Err(NoMatch);
                }
                self.show_match(height);
            }
            KeyCode::Esc => self.search = Search::default(),
            _ => {
                if text_field::edit(&mut self.search.input, key, MAX_INPUT) {
                    self.on_typed_in_search(height);
                }
            }
        }
        Ok(())
    }

    /// Pastes into the search that is being typed.
    pub(crate) fn paste_in_search(&mut self, pasted: &str, height: usize) {
        if text_field::paste(&mut self.search.input, pasted, MAX_INPUT) {
            self.on_typed_in_search(height);
        }
    }

    fn on_typed_in_search(&mut self, height: usize) {
        self.search.current = 0;
        self.search.find(&self.lines);
        self.show_match(height);
    }

    /// Goes to the next match or the one before.
    ///
    /// # Errors
    /// Fails if there is none.
    pub(crate) fn next_match(&mut self, forward: bool, height: usize) -> Result<(), NoMatch> {
        self.search.step(forward).ok_or(NoMatch)?;
        self.show_match(height);
        Ok(())
    }

    /// Scrolls the current match to the middle.
    fn show_match(&mut self, height: usize) {
        if let Some(line) = self.search.line() {
            self.scroll_to(line.saturating_sub(height / 2), height);
        }
    }
}
