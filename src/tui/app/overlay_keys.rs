//! Keys for what is open over the main screen.

use crossterm::event::{KeyCode, KeyEvent};

use super::{
    App, Copyable, Overlay,
    commands::{self, Command, parse},
    palette::{Palette, bare_form, items},
};
use crate::tui::{action::Action, keys::Chord};

impl App {
    /// A key for whatever is open over the main screen, or for the main screen itself.
    pub(super) fn key_in_overlay(&mut self, key: KeyEvent, chord: Chord) -> bool {
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
            Some(Overlay::ProfileForm(_)) => self.key_in_form(key),
            Some(Overlay::Profiles(_)) => self.key_in_profiles(key, chord),
            Some(Overlay::Export(_)) => self.key_in_export(key),
            Some(Overlay::Exporting) => {
                let action = self.keys.action(chord, |_| true);
                self.key_in_exporting(key, action)
            }
            Some(Overlay::KeepTokens) => match key.code {
                KeyCode::Char('y' | 'Y') => self.keep_tokens(true),
                KeyCode::Char('n' | 'N') => self.keep_tokens(false),
                // Asked again at the next token.
                KeyCode::Esc => {
                    self.overlay = None;
                    true
                }
                _ => false,
            },
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

    /// A key in the list of profiles.
    fn key_in_profiles(&mut self, key: KeyEvent, chord: Chord) -> bool {
        let removing = matches!(&self.overlay, Some(Overlay::Profiles(menu)) if menu.removing);
        if removing {
            return match key.code {
                KeyCode::Char('y' | 'Y') => self.remove_profile(true),
                _ => self.move_in_profiles(0),
            };
        }
        if let Some(by) = list_step(chord, &self.keys) {
            return self.move_in_profiles(by);
        }
        let action = self.keys.action(chord, |_| true);
        match key.code {
            KeyCode::Enter => self.choose_profile(),
            KeyCode::Char('a') => self.add_profile(),
            KeyCode::Char('e') => self.edit_profile(),
            KeyCode::Char('t') => self.test_profile(),
            KeyCode::Char('d') | KeyCode::Delete => self.remove_profile(false),
            KeyCode::Char('s') => self.default_profile(),
            _ if key.code == KeyCode::Esc
                || matches!(action, Some(Action::Back | Action::Quit | Action::Profiles)) =>
            {
                self.stop_test();
                self.overlay = None;
                true
            }
            _ if action == Some(Action::EditConfig) => self.perform(Action::EditConfig),
            _ => false,
        }
    }

    pub(super) fn key_in_palette(&mut self, key: KeyEvent, chord: Chord) -> bool {
        let recent = self.recent().to_vec();
        let completed = match &self.overlay {
            Some(Overlay::Palette(palette)) if key.code == KeyCode::Tab => {
                commands::complete(self, palette.input.value())
            }
            _ => None,
        };
        let Some(Overlay::Palette(palette)) = &mut self.overlay else { return false };
        let found = items(palette.input.value(), &recent);
        let item = found.get(palette.selected).cloned();
        match key.code {
            KeyCode::Esc => self.overlay = None,
            KeyCode::Tab => {
                if let Some((text, words)) = completed {
                    palette.input = text.into();
                    palette.error = None;
                    palette.hint = (words.len() > 1).then(|| words.join("  "));
                } else if let Some(item) = item {
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
        let chosen = item
            .as_ref()
            .filter(|item| palette.chosen && (item.action.is_some() || !typed.contains(char::is_whitespace)));
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
                palette.error = Some("Unknown command".to_owned());
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
    pub(super) fn key_in_menu(&mut self, key: KeyEvent, chord: Chord) -> bool {
        let action = self.keys.action(chord, |_| true);
        let same_key_closes = match &self.overlay {
            Some(Overlay::CopyMenu { .. }) => Action::CopyMenu,
            Some(Overlay::Columns { .. }) => Action::Columns,
            Some(Overlay::Problems { .. }) if action == Some(Action::EditConfig) => {
                return self.perform(Action::EditConfig);
            }
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
            Some(Overlay::Problems { top }) => match step {
                Some(by) => *top = top.saturating_add_signed(by),
                None => return false,
            },
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
    (palette.error, palette.hint) = (None, None);
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
