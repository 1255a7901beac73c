//! Keys and pastes: which part of the screen takes them.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind};
use tui_input::{Input, InputRequest, backend::crossterm::EventHandler};

use super::{
    App, Copyable, Overlay,
    filter::{Field, TYPING_REST},
    palette::{Command, Palette, bare_form, items, parse},
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
                palette.error = None;
            }
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

    fn edit_input(&mut self, key: KeyEvent) -> bool {
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

    fn key_in_field(&mut self, key: KeyEvent) -> bool {
        let from_outside = self.filter.editing.as_ref().is_some_and(|editing| editing.from_outside);
        match key.code {
            KeyCode::Enter => {
                if self.apply_typed() {
                    self.filter.editing = None;
                    self.leave_filter();
                }
            }
            KeyCode::Esc => {
                self.cancel_editing();
                if from_outside {
                    self.leave_filter();
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
            _ => return self.edit_input(key),
        }
        true
    }

    /// Gives the keys back to the table.
    fn leave_filter(&mut self) {
        if matches!(self.overlay, Some(Overlay::Filter)) {
            self.overlay = None;
        } else {
            self.focus = super::Pane::Table;
        }
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

    /// A key for whatever is open over the main screen, or for the main screen itself.
    fn key_in_overlay(&mut self, key: KeyEvent, chord: Chord) -> bool {
        match &mut self.overlay {
            None | Some(Overlay::Filter) => match self.keys.action(chord, |scope| self.applies(scope)) {
                Some(action) => self.perform(action),
                None => false,
            },
            Some(Overlay::Help { top, .. }) => {
                match (key.code, arrow_step(key, chord)) {
                    (KeyCode::Esc | KeyCode::Enter, _) => self.overlay = None,
                    (_, Some(by)) => *top = top.saturating_add_signed(by),
                    _ => return self.edit_input(key),
                }
                true
            }
            Some(Overlay::Palette(_)) => self.key_in_palette(key, chord),
            Some(Overlay::GoTo { input, .. }) => {
                let id = input.value().to_owned();
                match key.code {
                    KeyCode::Esc => self.overlay = None,
                    KeyCode::Enter => match self.go_to(&id) {
                        Ok(()) => self.overlay = None,
                        Err(words) => {
                            if let Some(Overlay::GoTo { error, .. }) = &mut self.overlay {
                                *error = Some(words);
                            }
                        }
                    },
                    _ => return self.edit_input(key),
                }
                true
            }
            Some(_) => self.key_in_menu(key, chord),
        }
    }

    fn key_in_palette(&mut self, key: KeyEvent, chord: Chord) -> bool {
        let recent = self.recent().to_vec();
        let Some(Overlay::Palette(palette)) = &mut self.overlay else { return false };
        let found = items(palette.input.value(), &recent);
        let item = found.get(palette.selected).cloned();
        match key.code {
            KeyCode::Esc => self.overlay = None,
            KeyCode::Tab => {
                if let Some(item) = item {
                    complete(palette, item.name, item.action.is_some());
                }
            }
            KeyCode::Enter => return self.run_palette(),
            _ => match arrow_step(key, chord) {
                Some(by) => {
                    let last = found.len().saturating_sub(1);
                    palette.selected = palette.selected.saturating_add_signed(by).min(last);
                    palette.chosen = true;
                }
                None => return self.edit_input(key),
            },
        }
        true
    }

    /// Runs what the palette's person means: the line that was chosen, else what is typed, else the best match.
    pub(super) fn run_palette(&mut self) -> bool {
        let recent = self.recent().to_vec();
        let Some(Overlay::Palette(palette)) = &mut self.overlay else { return false };
        let typed = palette.input.value().to_owned();
        let item = items(&typed, &recent).get(palette.selected).cloned();
        let chosen =
            item.as_ref().filter(|item| palette.chosen && (item.action.is_some() || !typed.contains(' ')));
        let command = match (chosen, bare_form(&typed), parse(&typed), &item) {
            (None, Some(form), ..) => {
                complete(palette, form, false);
                return true;
            }
            (None, None, Some(Ok(command)), _) => command,
            (None, None, Some(Err(words)), _) => {
                palette.error = Some(words);
                return true;
            }
            (Some(item), ..) | (None, None, None, Some(item)) => {
                let Some(action) = item.action else {
                    // A form without its argument is written out, with room for it.
                    complete(palette, item.name, false);
                    return true;
                };
                Command::Action(action)
            }
            (None, None, None, None) => {
                palette.error = Some("no such command".to_owned());
                return true;
            }
        };
        let open = self.overlay.take();
        if let Err(words) = self.run(command) {
            self.overlay = open;
            if let Some(Overlay::Palette(palette)) = &mut self.overlay {
                palette.error = Some(words);
            }
        }
        true
    }

    /// Copies what the copy menu has in this line.
    pub(super) fn copy_choice(&mut self, index: usize) -> bool {
        let Some(choice) = Copyable::MENU.get(index) else { return true };
        self.overlay = None;
        self.copy(*choice);
        true
    }

    /// A key in a menu without a text field: copy, columns, inspector.
    fn key_in_menu(&mut self, key: KeyEvent, chord: Chord) -> bool {
        let action = self.keys.action(chord, |_| true);
        let same_key_closes = match &self.overlay {
            Some(Overlay::CopyMenu { .. }) => Action::CopyMenu,
            Some(Overlay::Columns { .. }) => Action::Columns,
            _ => Action::Inspector,
        };
        if matches!(action, Some(Action::Back | Action::Quit))
            || action == Some(same_key_closes)
            || key.code == KeyCode::Esc
        {
            self.overlay = None;
            return true;
        }
        let step = list_step(chord, &self.keys);
        match &mut self.overlay {
            Some(Overlay::CopyMenu { selected }) => {
                let digit = match key.code {
                    KeyCode::Char(c) => c.to_digit(10).and_then(|digit| (digit as usize).checked_sub(1)),
                    _ => None,
                };
                if let Some(by) = step {
                    *selected = selected.saturating_add_signed(by).min(Copyable::MENU.len() - 1);
                } else if let Some(index) = digit.or((key.code == KeyCode::Enter).then_some(*selected)) {
                    return self.copy_choice(index);
                }
            }
            Some(Overlay::Columns { selected }) => {
                let shift = matches!(key.code, KeyCode::Char('J' | 'K' | '<' | '>'))
                    || key.modifiers.contains(crossterm::event::KeyModifiers::SHIFT)
                        && matches!(key.code, KeyCode::Up | KeyCode::Down);
                match key.code {
                    KeyCode::Char('J' | '>') | KeyCode::Down if shift => {
                        *selected = self.columns.shift(*selected, true);
                    }
                    KeyCode::Char('K' | '<') | KeyCode::Up if shift => {
                        *selected = self.columns.shift(*selected, false);
                    }
                    KeyCode::Char(' ' | 'x') => self.columns.toggle(*selected),
                    KeyCode::Char('0') | KeyCode::Backspace => self.columns = super::Columns::default(),
                    KeyCode::Enter => self.overlay = None,
                    _ => {
                        if let Some(by) = step {
                            *selected = selected.saturating_add_signed(by).min(self.columns.all.len() - 1);
                        }
                    }
                }
            }
            Some(Overlay::Inspector { index, top }) => match (action, step) {
                (Some(Action::PreviousTab), _) => {
                    (*index, *top) = ((*index + 1).min(self.exchanges.len().saturating_sub(1)), 0);
                }
                (Some(Action::NextTab), _) => (*index, *top) = (index.saturating_sub(1), 0),
                (Some(Action::CopyId | Action::CopyMenu), _) => {
                    return match self.exchanges.get(*index).map(crate::api::Exchange::as_curl) {
                        Some(curl) => self.copy_text(curl, "curl command".to_owned()),
                        None => self.warn_now("No request was sent yet."),
                    };
                }
                (_, Some(by)) => *top = top.saturating_add_signed(by),
                _ => return false,
            },
            _ => return false,
        }
        true
    }
}

/// Writes the words of a palette line into its input: a name whole, a form up to its argument.
fn complete(palette: &mut Palette, name: &str, whole: bool) {
    let word = if whole { name.to_owned() } else { format!("{} ", name.split(' ').next().unwrap_or(name)) };
    palette.input = word.into();
    (palette.selected, palette.chosen) = (0, false);
    palette.error = None;
}

/// How far a key moves in a list: the keys of the table that move rows.
fn list_step(chord: Chord, keys: &crate::tui::keys::KeyMap) -> Option<isize> {
    const SCREEN: isize = 10;
    let moves = [
        (Action::NextRow, 1),
        (Action::PreviousRow, -1),
        (Action::HalfScreenDown, SCREEN / 2),
        (Action::HalfScreenUp, -SCREEN / 2),
        (Action::ScreenDown, SCREEN),
        (Action::ScreenUp, -SCREEN),
        (Action::FirstRow, isize::MIN / 2),
        (Action::LastRow, isize::MAX / 2),
    ];
    moves.into_iter().find(|(action, _)| keys.chords(*action).contains(&chord)).map(|(_, by)| by)
}

/// How far a key moves in a list below a text field, where letters are text.
fn arrow_step(key: KeyEvent, chord: Chord) -> Option<isize> {
    match key.code {
        KeyCode::Down => Some(1),
        KeyCode::Up => Some(-1),
        KeyCode::PageDown => Some(10),
        KeyCode::PageUp => Some(-10),
        _ if chord.to_string() == "Ctrl-n" => Some(1),
        _ if chord.to_string() == "Ctrl-p" => Some(-1),
        _ => None,
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
