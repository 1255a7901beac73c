//! Keys and pastes: which part of the screen takes them.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind};
use tui_input::{Input, InputRequest, backend::crossterm::EventHandler};

use super::{
    App, ExportField, Overlay,
    filter::{Field, TYPING_REST},
};
use crate::{
    text,
    tui::{action::Action, keys::Chord},
};

/// The longest text that a field takes: more than any name, id or date has.
const MAX_INPUT: usize = 250;

impl App {
    pub(super) fn on_key(&mut self, key: KeyEvent) -> bool {
        // Windows and the kitty protocol report releases too.
        if key.kind == KeyEventKind::Release {
            return false;
        }
        // A notice has been read once a key is pressed.
        let had_notice = self.notice.take().is_some();
        self.on_pressed(key) || had_notice
    }

    fn on_pressed(&mut self, key: KeyEvent) -> bool {
        let chord = Chord::of(key);
        // Whatever is open, these two always work.
        if let Some(action @ (Action::Quit | Action::Suspend)) =
            self.keys.action(chord, |scope| self.applies(scope))
            && is_control(key)
        {
            return self.perform(action);
        }
        if self.filter.editing.is_some() && self.in_filter() {
            return self.key_in_field(key);
        }
        if self.detail.search.typing && self.overlay.is_none() {
            return self.key_in_search(key);
        }
        self.key_in_overlay(key, chord)
    }

    pub(super) fn on_paste(&mut self, pasted: &str) -> bool {
        match self.overlay {
            Some(Overlay::ProfileForm(_)) => return self.paste_in_form(pasted),
            // Keys there mean something; a paste does not mean them.
            Some(Overlay::Profiles(_) | Overlay::Problems { .. } | Overlay::KeepTokens) => return false,
            _ => {}
        }
        // Line ends and other controls would act; a pasted list of ids is one line here.
        let pasted: String =
            pasted.chars().take(MAX_INPUT).map(|c| if c.is_control() { ' ' } else { c }).collect();
        let Some(input) = self.input_mut() else { return false };
        let room = MAX_INPUT.saturating_sub(input.value().chars().count());
        for c in pasted.trim().chars().take(room) {
            input.handle(InputRequest::InsertChar(c));
        }
        self.typed();
        true
    }

    /// The text field that takes what is typed, if one does.
    fn input_mut(&mut self) -> Option<&mut Input> {
        match &mut self.overlay {
            Some(Overlay::Help { input, .. } | Overlay::GoTo { input, .. }) => return Some(input),
            Some(Overlay::Palette(palette)) => return Some(&mut palette.input),
            Some(Overlay::Export(form)) if form.field == ExportField::File && !form.asked => {
                return Some(&mut form.file);
            }
            Some(Overlay::Filter) | None => {}
            Some(_) => return None,
        }
        if self.filter.editing.is_some() {
            return self.filter.editing.as_mut().map(|editing| &mut editing.input);
        }
        self.detail.search.typing.then_some(&mut self.detail.search.input)
    }

    /// Draws the conclusions from a changed text field.
    fn typed(&mut self) {
        let apply_at = self.now.mono + TYPING_REST;
        match &mut self.overlay {
            Some(Overlay::Help { top, .. }) => *top = 0,
            Some(Overlay::GoTo { error, .. }) => *error = None,
            Some(Overlay::Palette(palette)) => {
                (palette.selected, palette.chosen) = (0, false);
                (palette.error, palette.hint) = (None, None);
            }
            Some(Overlay::Export(form)) => form.renamed(),
            _ => {
                if let Some(editing) = &mut self.filter.editing {
                    editing.error = None;
                    // A half-typed page size would be a page of that size: only Enter applies it.
                    editing.apply_at = (editing.field != Field::PageSize).then_some(apply_at);
                } else if self.detail.search.typing {
                    self.detail.search.current = 0;
                    self.detail.search.find(&self.detail.lines);
                    self.show_match();
                }
            }
        }
    }

    pub(super) fn edit_input(&mut self, key: KeyEvent) -> bool {
        let Some(input) = self.input_mut() else { return false };
        let before = input.value().to_owned();
        let full = before.chars().count() >= MAX_INPUT;
        if full && matches!(key.code, KeyCode::Char(_)) && !is_control(key) {
            return false;
        }
        input.handle_event(&Event::Key(key));
        if input.value() != before {
            self.typed();
        }
        true
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
            _ => return self.edit_input(key),
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

/// Whether a key carries control or alt: such keys are never text.
fn is_control(key: KeyEvent) -> bool {
    use crossterm::event::KeyModifiers;
    key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
}

/// The part of an input that fits into some columns, and the column of the cursor in it.
pub(crate) fn visible_input(input: &Input, columns: usize) -> (String, usize) {
    let columns = columns.max(1);
    let before: String = input.value().chars().take(input.cursor()).collect();
    let mut cursor = text::width(&text::clean(&before));
    let mut shown = text::clean(input.value()).into_owned();
    // Whole characters leave at the left until the cursor is within the columns.
    while cursor >= columns {
        let Some(first) = shown.chars().next() else { break };
        shown.remove(0);
        cursor = cursor.saturating_sub(text::width(first.encode_utf8(&mut [0; 4])));
    }
    (text::truncate(&shown, columns).into_owned(), cursor.min(columns - 1))
}
