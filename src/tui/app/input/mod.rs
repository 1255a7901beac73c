//! Keys and pastes: the part of the screen that takes them.

mod mouse;
mod navigation;
mod perform;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind};

use super::{App, detail::NoMatch, filter::TypedKey, text_field::is_control};
use crate::tui::{action::Action, keys::Chord};

/// The text field of the main screen that has the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TextField {
    Filter,
    Search,
}

impl App {
    pub(super) fn on_key(&mut self, key: KeyEvent) -> bool {
        // Windows and the kitty protocol report releases too.
        if key.kind == KeyEventKind::Release {
            return false;
        }
        if self.areas().too_small {
            return self.key_in_small_window(key);
        }
        // A notice has been read once a key is pressed.
        let had_notice = self.notices.dismiss();
        let action = self.keys.action(Chord::of(key), |info| self.applies(info.scope));
        let changed = match (action, self.text_field()) {
            // Whatever is open, these two always work.
            (Some(action @ (Action::Quit | Action::Suspend)), _) if is_control(key) => self.perform(action),
            _ if self.overlay.is_some() => self.key_in_dialog(key),
            (_, Some(field)) => self.key_in_field(field, key),
            (Some(action), None) => self.perform(action),
            (None, None) => false,
        };
        changed || had_notice
    }

    /// Takes a key in a window in which nothing is shown but how to leave it: what nobody sees is not changed.
    fn key_in_small_window(&mut self, key: KeyEvent) -> bool {
        let chord = Chord::of(key);
        match self.keys.action(chord, |info| self.applies(info.scope)) {
            Some(Action::Quit) if self.quits_blindly(chord) => self.perform(Action::Quit),
            Some(Action::Suspend) if is_control(key) => self.perform(Action::Suspend),
            _ => false,
        }
    }

    /// Returns the key that quits in a window that is too small for anything else.
    pub(crate) fn blind_quit(&self) -> Option<Chord> {
        self.keys.chords(Action::Quit).iter().copied().find(|chord| self.quits_blindly(*chord))
    }

    /// Returns true if a key that quits does so here, too: in a dialog or a text field a letter would be text.
    fn quits_blindly(&self, chord: Chord) -> bool {
        chord.is_control() || self.overlay.is_none() && self.text_field().is_none()
    }

    /// Does an action as its key would where the user is: in a dialog, in a text field, on the main screen.
    pub(super) fn press(&mut self, action: Action) -> bool {
        if self.overlay.is_some() {
            return self.act_in_dialog(action);
        }
        match (action, self.text_field()) {
            (Action::Enter, Some(field)) => self.key_in_field(field, KeyCode::Enter.into()),
            (Action::Back, Some(field)) => self.key_in_field(field, KeyCode::Esc.into()),
            (Action::NextPane, Some(field)) => self.key_in_field(field, KeyCode::Tab.into()),
            _ => self.perform(action),
        }
    }

    pub(super) fn on_paste(&mut self, pasted: &str) -> bool {
        if self.areas().too_small {
            return false;
        }
        if self.overlay.is_some() {
            return self.paste_in_dialog(pasted);
        }
        match self.text_field() {
            Some(TextField::Filter) => self.filter.paste(pasted, self.now),
            Some(TextField::Search) => self.detail.paste_in_search(pasted, self.detail_height()),
            None => return false,
        }
        true
    }

    /// Returns the text field that has the cursor.
    fn text_field(&self) -> Option<TextField> {
        if self.filter.editing.is_some() && self.in_filter() {
            Some(TextField::Filter)
        } else if self.detail.search.typing {
            Some(TextField::Search)
        } else {
            None
        }
    }

    fn key_in_field(&mut self, field: TextField, key: KeyEvent) -> bool {
        match field {
            TextField::Filter => match self.filtering().key_in_field(key) {
                TypedKey::Ignored => false,
                TypedKey::Taken => true,
                TypedKey::GoTo(id) => self.go_to(&id).is_ok(),
            },
            TextField::Search => {
                let found = self.detail.key_in_search(key, self.detail_height());
                self.say_no_match(found)
            }
        }
    }

    /// Says that a search has found nothing.
    fn say_no_match(&mut self, found: Result<(), NoMatch>) -> bool {
        match found {
            Ok(()) => true,
            Err(NoMatch) => self.warn_now("No match."),
        }
    }
}
