//! Keys for the form of an export, and what is heard of one under way.

use crossterm::event::{KeyCode, KeyEvent};

use super::{
    App, Effect, ExportFailed, Overlay,
    export::{ExportField, ExportForm, Exporting, Leftover},
};
use crate::{text, tui::action::Action};

impl App {
    fn export_form(&mut self) -> Option<&mut ExportForm> {
        match &mut self.overlay {
            Some(Overlay::Export(form)) => Some(form),
            _ => None,
        }
    }

    pub(super) fn key_in_export(&mut self, key: KeyEvent) -> bool {
        let marks = self.marks.len() > 0;
        let Some(form) = self.export_form() else { return false };
        // What was asked for is not changed before it is answered.
        if form.asked && key.code != KeyCode::Esc {
            return false;
        }
        let types = form.field == ExportField::File;
        match key.code {
            KeyCode::Esc => self.overlay = None,
            KeyCode::Enter => return self.ask_to_export(),
            KeyCode::Tab | KeyCode::Down => form.step(true),
            KeyCode::BackTab | KeyCode::Up => form.step(false),
            KeyCode::Left if !types => form.choose(marks, false),
            KeyCode::Right | KeyCode::Char(' ') if !types => form.choose(marks, true),
            _ if types => return self.edit_input(key),
            _ => return false,
        }
        true
    }

    /// Chooses in the line that was clicked.
    pub(super) fn click_export(&mut self, line: usize) -> bool {
        let marks = self.marks.len() > 0;
        let Some(form) = self.export_form() else { return false };
        if let Some(field) = form.fields().nth(line).filter(|_| !form.asked) {
            form.field = field;
            form.choose(marks, true);
        }
        true
    }

    fn ask_to_export(&mut self) -> bool {
        let Some(Overlay::Export(form)) = &self.overlay else { return false };
        if form.asked {
            return false;
        }
        let order = self.export_order(form);
        let Some(form) = self.export_form() else { return false };
        match order {
            Ok(order) => {
                (form.asked, form.error) = (true, None);
                self.exporting = Some(Exporting {
                    file: text::clean(&order.file).into_owned(),
                    told: String::new(),
                    since: self.now.mono,
                    stopping: false,
                });
                self.out.send(Effect::Export(Box::new(order)));
            }
            Err(words) => form.error = Some(words),
        }
        true
    }

    pub(super) fn key_in_exporting(&mut self, key: KeyEvent, action: Option<Action>) -> bool {
        match key.code {
            KeyCode::Char('s') => {
                if let Some(exporting) = &mut self.exporting {
                    exporting.stopping = true;
                    self.out.send(Effect::StopExport);
                }
                self.overlay = None;
                true
            }
            KeyCode::Esc | KeyCode::Enter => {
                self.overlay = None;
                true
            }
            _ if matches!(action, Some(Action::Export | Action::Back | Action::Quit)) => {
                self.overlay = None;
                true
            }
            _ => false,
        }
    }

    /// It goes on.
    pub(super) fn on_exporting(&mut self, words: String) -> bool {
        if self.export_form().is_some_and(|form| form.asked) {
            self.overlay = None;
        }
        let Some(exporting) = &mut self.exporting else { return false };
        let changed = exporting.told != words;
        exporting.told = words;
        changed
    }

    /// It is at its end.
    pub(super) fn on_exported(&mut self, outcome: Result<String, ExportFailed>) -> bool {
        let Some(exporting) = self.exporting.take() else { return false };
        if matches!(self.overlay, Some(Overlay::Exporting)) {
            self.overlay = None;
        }
        let asked = self.export_form().filter(|form| form.asked);
        match (outcome, asked) {
            (Ok(words), form) => {
                if form.is_some() {
                    self.overlay = None;
                }
                self.note(words)
            }
            (Err(ExportFailed::Ended(words)), form) => {
                if form.is_some() {
                    self.overlay = None;
                }
                self.warn(words);
                true
            }
            (Err(failed), Some(form)) => {
                form.asked = false;
                let file = exporting.file;
                form.error = Some(match failed {
                    ExportFailed::Exists => {
                        form.replace = true;
                        format!("{file} is there already: Enter once more replaces it.")
                    }
                    ExportFailed::Left => {
                        (form.left, form.field) = (Some(Leftover::GoOn), ExportField::Left);
                        format!("An export to {file} did not end: go on from it?")
                    }
                    ExportFailed::Refused(words) | ExportFailed::Ended(words) => words,
                });
                true
            }
            // The person has closed the form meanwhile.
            (Err(ExportFailed::Refused(words)), None) => self.warn_now(words),
            (Err(ExportFailed::Exists), None) => {
                self.warn_now(format!("{} is there already: nothing was exported.", exporting.file))
            }
            (Err(ExportFailed::Left), None) => {
                self.warn_now(format!("An export to {} did not end: nothing was exported.", exporting.file))
            }
        }
    }

    /// What the footer says of an export under way.
    pub(crate) fn export_line(&self) -> Option<String> {
        let exporting = self.exporting.as_ref()?;
        let file = &exporting.file;
        Some(if exporting.stopping {
            format!("Stopping the export to {file} …")
        } else if exporting.told.is_empty() {
            format!("Exporting to {file} …")
        } else {
            format!("Exporting {} · {file}", exporting.told)
        })
    }

    /// What is to be said of an export that the end of the program ends.
    pub(crate) fn unfinished_export(&self) -> Option<String> {
        let exporting = self.exporting.as_ref()?;
        let file = text::clean(&exporting.file);
        Some(format!(
            "the export to {file} did not end; {file}.partial holds what came, and the key {} goes on from it",
            self.keys.label(Action::Export)
        ))
    }
}
