//! Keys and pastes: the part of the screen that takes them.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind};

use super::{
    App,
    filter::{Field, TYPING_REST},
    text_field::{self, MAX_INPUT, is_control},
};
use crate::tui::{action::Action, keys::Chord};

impl App {
    pub(super) fn on_key(&mut self, key: KeyEvent) -> bool {
        // Windows and the kitty protocol report releases too.
        if key.kind == KeyEventKind::Release {
            return false;
        }
        // A notice has been read once a key is pressed.
        let had_notice = self.notice.take().is_some();
        let action = self.keys.action(Chord::of(key), |info| self.applies(info.scope));
        let changed = match action {
            // Whatever is open, these two always work.
            Some(action @ (Action::Quit | Action::Suspend)) if is_control(key) => self.perform(action),
            _ if self.overlay.is_some() => self.key_in_dialog(key),
            _ if self.filter.editing.is_some() && self.in_filter() => self.key_in_field(key),
            _ if self.detail.search.typing => self.key_in_search(key),
            Some(action) => self.perform(action),
            None => false,
        };
        changed || had_notice
    }

    /// Does an action as its key would where the user is: in a dialog, in a text field, on the main screen.
    pub(super) fn press(&mut self, action: Action) -> bool {
        let code = match action {
            Action::Enter => KeyCode::Enter,
            Action::Back => KeyCode::Esc,
            Action::NextPane => KeyCode::Tab,
            _ if self.overlay.is_some() => return self.act_in_dialog(action),
            _ => return self.perform(action),
        };
        if self.overlay.is_some() {
            self.act_in_dialog(action)
        } else if self.filter.editing.is_some() && self.in_filter() {
            self.key_in_field(code.into())
        } else if self.detail.search.typing {
            self.key_in_search(code.into())
        } else {
            self.perform(action)
        }
    }

    pub(super) fn on_paste(&mut self, pasted: &str) -> bool {
        if self.overlay.is_some() {
            return self.paste_in_dialog(pasted);
        }
        if let Some(editing) = &mut self.filter.editing {
            if text_field::paste(&mut editing.input, pasted, MAX_INPUT) {
                self.typed_in_field();
            }
        } else if self.detail.search.typing {
            if text_field::paste(&mut self.detail.search.input, pasted, MAX_INPUT) {
                self.typed_in_search();
            }
        } else {
            return false;
        }
        true
    }

    /// Edits the open field of the filter.
    pub(super) fn edit_field(&mut self, key: KeyEvent) -> bool {
        let Some(editing) = &mut self.filter.editing else { return false };
        if text_field::edit(&mut editing.input, key, MAX_INPUT) {
            self.typed_in_field();
        }
        true
    }

    fn typed_in_field(&mut self) {
        let apply_at = self.now.mono + TYPING_REST;
        if let Some(editing) = &mut self.filter.editing {
            editing.error = None;
            // A half-typed page size would be a page of that size: only Enter applies it.
            editing.apply_at = (editing.field != Field::PageSize).then_some(apply_at);
        }
    }

    fn typed_in_search(&mut self) {
        self.detail.search.current = 0;
        self.detail.search.find(&self.detail.lines);
        self.show_match();
    }

    fn key_in_search(&mut self, key: KeyEvent) -> bool {
        match key.code {
            KeyCode::Enter => {
                self.detail.search.typing = false;
                if self.detail.search.needle().is_some() && self.detail.search.matches.is_empty() {
                    return self.warn_now("No match.");
                }
                self.show_match();
            }
            KeyCode::Esc => self.detail.search = super::search::Search::default(),
            _ => {
                if text_field::edit(&mut self.detail.search.input, key, MAX_INPUT) {
                    self.typed_in_search();
                }
            }
        }
        true
    }

    fn show_match(&mut self) {
        if let Some(line) = self.detail.search.line() {
            let height = self.detail_height();
            self.detail.scroll_to(line.saturating_sub(height / 2), height);
        }
    }
}
