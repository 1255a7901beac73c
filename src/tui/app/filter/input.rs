//! Keys and clicks in the filter panel.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;

use super::{
    super::{App, Pane, layout::inside, wrapped},
    Field,
    advice::{SearchKind, plain},
};
use crate::tui::{
    action::{Action, Scope},
    keys::Chord,
};

impl App {
    pub(in crate::tui::app) fn key_in_field(&mut self, key: KeyEvent) -> bool {
        let Some(editing) = &self.filter.editing else { return false };
        let (from_outside, prompt) = (editing.from_outside, editing.prompt);
        if let Some(id) = self.customer_id_for(key) {
            self.cancel_editing();
            self.leave_filter();
            return self.go_to(&id).is_ok();
        }
        if self.searches_anywhere(key) {
            return self.search_anywhere();
        }
        match key.code {
            KeyCode::Enter => {
                if self.apply_typed() {
                    self.filter.editing = None;
                    self.leave_filter();
                }
            }
            KeyCode::Esc => {
                self.cancel_editing();
                match prompt {
                    Some(prompt) => self.leave_prompt(prompt),
                    None if from_outside => self.leave_filter(),
                    None => {}
                }
            }
            KeyCode::Tab | KeyCode::BackTab | KeyCode::Down | KeyCode::Up => {
                if self.apply_typed() {
                    self.filter.step(matches!(key.code, KeyCode::Tab | KeyCode::Down));
                    if self.filter.field.is_text() && matches!(key.code, KeyCode::Tab | KeyCode::BackTab) {
                        self.edit(self.filter.field);
                    } else {
                        self.filter.editing = None;
                    }
                }
            }
            _ => return self.edit_field(key),
        }
        true
    }

    /// Returns the customer ID that was typed as a name, if this key goes to a customer.
    fn customer_id_for(&self, key: KeyEvent) -> Option<String> {
        let editing = self.filter.editing.as_ref().filter(|editing| editing.field == Field::Name)?;
        let action = self.keys.action(Chord::of(key), |info| info.scope == Scope::Main);
        let text = plain(editing.input.value());
        let is_meant = action == Some(Action::GoToCustomer) && SearchKind::of(text) == SearchKind::CustomerId;
        is_meant.then(|| text.to_owned())
    }

    /// Returns whether a key that could be typed means the offer below: the name has found nothing from its start.
    fn searches_anywhere(&self, key: KeyEvent) -> bool {
        let action = self.keys.action(Chord::of(key), |info| info.scope == Scope::Main);
        let Some(editing) = self.filter.editing.as_ref().filter(|editing| editing.field == Field::Name)
        else {
            return false;
        };
        action == Some(Action::NameAnywhere)
            && editing.apply_at.is_none()
            && !editing.input.value().contains('*')
            && self
                .table
                .answer()
                .is_some_and(|window| window.rows.is_empty() && window.request.filter.name.is_some())
    }

    /// Gives the keys back to the table.
    fn leave_filter(&mut self) {
        if self.filter.open {
            self.filter.open = false;
        } else {
            self.focus = Pane::Table;
        }
    }

    pub(in crate::tui::app) fn leave_editing(&mut self) {
        if self.filter.editing.is_some() && self.apply_typed() {
            self.filter.editing = None;
        }
        self.cancel_editing();
    }

    pub(in crate::tui::app) fn click_field(&mut self, panel: Rect, row: u16) -> bool {
        let inside = inside(panel);
        if row < inside.y || row >= inside.bottom() {
            return true;
        }
        let line = row - inside.y + self.panel_top(inside);
        let Some(field) = Field::at(line) else { return true };
        self.leave_editing();
        self.filter.field = field;
        self.choose_field()
    }

    /// Moves the cursor of the panel, which scrolls a low one. An open field stays where it is.
    pub(in crate::tui::app) fn scroll_panel(&mut self, down: bool) -> bool {
        if self.filter.editing.is_none() {
            self.filter.step(down);
        }
        true
    }

    /// Returns the first visible line of the panel. The field with the cursor is always visible, also above what is wrong
    /// with it.
    pub(crate) fn panel_top(&self, inside: Rect) -> u16 {
        let line = self.filter.field.line();
        let taken = u16::try_from(self.panel_error(inside).len()).unwrap_or(u16::MAX);
        (line + 1).saturating_sub(inside.height.saturating_sub(taken).max(1))
    }

    /// Returns the reason why a text was refused, as lines for the panel.
    pub(crate) fn panel_error(&self, inside: Rect) -> Vec<String> {
        let error = self.filter.editing.as_ref().and_then(|editing| editing.error.as_deref());
        let width = usize::from(inside.width.saturating_sub(2));
        error.map_or(Vec::new(), |error| wrapped(&crate::text::clean(error), width))
    }
}
