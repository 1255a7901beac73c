//! Keys and clicks in the filter panel.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;
use tui_input::Input;

use super::{
    FilterContext, FilterField, FilterPanel, TYPING_REST,
    advice::{SearchKind, plain},
    panel::Editing,
};
use crate::{
    portfolio::query::{self, Completion},
    text::{self, wrap},
    tui::{
        action::{Action, Scope},
        app::{
            layout::inside,
            message::Now,
            text_field::{self, MAX_INPUT},
        },
        keys::Chord,
    },
};

/// The consequence of a key in a text field.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum TypedKey {
    /// There is no open field.
    Ignored,
    /// The field has taken it.
    Taken,
    /// It goes to the customer with this ID.
    GoTo(String),
}

impl FilterContext<'_> {
    /// Gives a key to the open field.
    pub(crate) fn key_in_field(&mut self, key: KeyEvent) -> TypedKey {
        let Some(editing) = &self.filter.editing else { return TypedKey::Ignored };
        let (from_outside, prompt) = (editing.from_outside, editing.prompt);
        if let Some(id) = self.customer_id_for(key) {
            self.cancel_editing();
            self.leave_filter();
            return TypedKey::GoTo(id);
        }
        if self.searches_anywhere(key) {
            self.search_anywhere();
            return TypedKey::Taken;
        }
        if key.code == KeyCode::Tab && self.filter.complete_query(self.now) {
            return TypedKey::Taken;
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
            _ => self.filter.type_key(key, self.now),
        }
        TypedKey::Taken
    }

    /// Returns the customer ID that was typed as a name, if this key goes to a customer.
    fn customer_id_for(&self, key: KeyEvent) -> Option<String> {
        let editing = self.filter.editing.as_ref().filter(|editing| editing.field == FilterField::Name)?;
        let action = self.keys.action(Chord::of(key), |info| info.scope == Scope::Main);
        let text = plain(editing.input.value());
        let is_meant = editing.before.1.portfolio.is_none()
            && action == Some(Action::GoToCustomer)
            && SearchKind::of(text) == SearchKind::CustomerId;
        is_meant.then(|| text.to_owned())
    }

    /// Returns whether a key that could be typed means the offer below: the name has found nothing from its start.
    fn searches_anywhere(&self, key: KeyEvent) -> bool {
        let action = self.keys.action(Chord::of(key), |info| info.scope == Scope::Main);
        let Some(editing) = self.filter.editing.as_ref().filter(|editing| editing.field == FilterField::Name)
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

    pub(crate) fn leave_editing(&mut self) {
        if self.filter.editing.is_some() && self.apply_typed() {
            self.filter.editing = None;
        }
        self.cancel_editing();
    }

    pub(crate) fn click_field(&mut self, panel: Rect, row: u16) -> bool {
        let inside = inside(panel);
        if row < inside.y || row >= inside.bottom() {
            return true;
        }
        let line = row - inside.y + self.filter.top(inside);
        let Some(field) = FilterField::at(line) else { return true };
        self.leave_editing();
        self.filter.field = field;
        self.choose_field()
    }

    /// Moves the cursor of the panel, which scrolls if it is low. An open field stays where it is.
    pub(crate) fn scroll_panel(&mut self, down: bool) -> bool {
        if self.filter.editing.is_none() {
            self.filter.step(down);
        }
        true
    }
}

impl FilterPanel {
    /// Edits the text of the open field.
    fn type_key(&mut self, key: KeyEvent, now: Now) {
        if let Some(editing) = &mut self.editing
            && text_field::edit(&mut editing.input, key, MAX_INPUT)
        {
            editing.on_typed(now);
        }
    }

    /// Completes the word of a query that is typed; returns false if nothing completes it.
    fn complete_query(&mut self, now: Now) -> bool {
        /// The most words that are listed.
        const LISTED: usize = 12;
        let Some(editing) = &mut self.editing else { return false };
        if editing.field != FilterField::Name || editing.before.1.portfolio.is_none() {
            return false;
        }
        let text = editing.input.value().to_owned();
        let cursor = text.char_indices().nth(editing.input.cursor()).map_or(text.len(), |(at, _)| at);
        let Completion { span, candidates } = query::complete(&text, cursor, &|field, typed| {
            let typed = text::fold_case(typed);
            let known = self.values.get(field.name()).into_iter().flatten();
            known.filter(|value| text::fold_case(value).starts_with(&*typed)).cloned().collect()
        });
        let words: Vec<&str> = candidates.iter().map(|candidate| candidate.insert.as_str()).collect();
        let Some(common) = common_start(&words) else {
            // Tab would leave the query for a field that is not on the screen.
            editing.hint = Some("nothing to complete here".to_owned());
            return true;
        };
        // Several words without more in common are listed.
        let listed = || words.iter().take(LISTED).map(|word| word.trim()).collect::<Vec<_>>().join("  ");
        let more = if words.len() > LISTED { "  …" } else { "" };
        let hint = (words.len() > 1).then(|| format!("{}{more}", listed()));
        if common.len() > span.len() || words.len() == 1 {
            let completed = format!("{}{common}{}", &text[..span.start], &text[span.end..]);
            let cursor = text[..span.start].chars().count() + common.chars().count();
            editing.input = Input::new(completed).with_cursor(cursor);
            editing.on_typed(now);
        }
        editing.hint = hint;
        true
    }

    /// Pastes into the open field.
    pub(crate) fn paste(&mut self, pasted: &str, now: Now) {
        if let Some(editing) = &mut self.editing
            && text_field::paste(&mut editing.input, pasted, MAX_INPUT)
        {
            editing.on_typed(now);
        }
    }

    /// Returns the first visible line of the panel. The field with the cursor is always visible, also above the reason why
    /// its text was refused.
    pub(crate) fn top(&self, inside: Rect) -> u16 {
        let line = self.field.line();
        let taken = u16::try_from(self.error_lines(inside).len()).unwrap_or(u16::MAX);
        (line + 1).saturating_sub(inside.height.saturating_sub(taken).max(1))
    }

    /// Returns the reason why a text was refused, as lines for the panel.
    pub(crate) fn error_lines(&self, inside: Rect) -> Vec<String> {
        let error = self.editing.as_ref().and_then(|editing| editing.error.as_deref());
        let width = usize::from(inside.width.saturating_sub(2));
        error.map_or(Vec::new(), |error| wrap(&text::clean(error), width))
    }
}

impl Editing {
    /// Forgets the error, and has the text applied once no more is typed.
    fn on_typed(&mut self, now: Now) {
        (self.error, self.hint) = (None, None);
        // A half-typed page size would be a page of that size: only Enter applies it.
        let rest = if self.before.1.portfolio.is_some() && self.field == FilterField::Name {
            // The local copy answers at once.
            Duration::ZERO
        } else {
            TYPING_REST
        };
        self.apply_at = (self.field != FilterField::PageSize).then_some(now.mono + rest);
    }
}

/// Returns the start that all words have in common; `None` if there are no words.
fn common_start(words: &[&str]) -> Option<String> {
    let (first, others) = words.split_first()?;
    let shared = |word: &str| first.chars().zip(word.chars()).take_while(|(one, other)| one == other).count();
    let length = others.iter().map(|word| shared(word)).min().unwrap_or(first.chars().count());
    Some(first.chars().take(length).collect())
}
