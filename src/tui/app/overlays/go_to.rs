//! The prompt for a customer ID.

use tui_input::Input;

use super::{Dialog, DialogView, Then, ViewLine};
use crate::{
    text,
    tui::{
        action::{Action, DialogKind},
        app::{
            App, Tone,
            footer::Wanted,
            layout::{centred, overlay_screen},
            text_field::{self, MAX_INPUT},
        },
        keys::Chord,
    },
};

/// The prompt for a customer ID.
#[derive(Debug, Clone, Default)]
pub(crate) struct GoTo {
    pub(crate) input: Input,
    /// The reason why the ID was refused.
    pub(crate) error: Option<String>,
}

impl Dialog for GoTo {
    fn kind(&self) -> DialogKind {
        DialogKind::GoTo
    }

    fn view(&self, app: &App) -> DialogView {
        let mut view = DialogView::new(centred(overlay_screen(app.areas().screen), 56, 5), "Go to customer");
        let is_in_view = app.table.filter.portfolio.is_some();
        let label = if is_in_view { "Any ID, reference or e-mail: " } else { "Customer ID: " };
        view.head.push(ViewLine::of(Tone::Dim, label).input(&self.input, ""));
        view.head.push(ViewLine::blank());
        let error = self.error.iter().map(|error| ViewLine::of(Tone::Bad, text::clean(error)));
        view.body.extend(error);
        view
    }

    fn hints(&self, _: &App) -> Vec<Wanted> {
        vec![(&[Action::Enter], Action::Enter, "go"), (&[Action::Back], Action::Back, "close")]
    }

    fn act(&mut self, action: Action, _: Option<Chord>, app: &mut App) -> Then {
        match action {
            Action::Back => Then::Close,
            Action::Enter => match app.go_to(self.input.value()) {
                Ok(()) => Then::Close,
                Err(words) => {
                    self.error = Some(words);
                    Then::Stay
                }
            },
            _ => Then::Ignored,
        }
    }

    fn writes(&self) -> bool {
        true
    }

    fn write(&mut self, key: crossterm::event::KeyEvent, _: &mut App) -> Then {
        if text_field::edit(&mut self.input, key, MAX_INPUT) {
            self.error = None;
        }
        Then::Stay
    }

    fn paste(&mut self, pasted: &str, _: &mut App) -> Then {
        text_field::paste(&mut self.input, pasted, MAX_INPUT);
        self.error = None;
        Then::Stay
    }
}
