//! The question whether a running export is to stop.

use super::{Dialog, DialogView, Then, ViewLine};
use crate::{
    text,
    tui::{
        action::{Action, DialogKind},
        app::{App, Tone, footer::Wanted, layout::question_box},
        keys::Chord,
    },
};

/// The question; it has no state.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StopExport;

impl Dialog for StopExport {
    fn kind(&self) -> DialogKind {
        DialogKind::Exporting
    }

    fn view(&self, app: &App) -> DialogView {
        let mut view = DialogView::new(question_box(app.areas().screen), "Export");
        let words = app.export_line().unwrap_or_default();
        let lines = text::wrap(&text::clean(&words), view.width()).into_iter();
        view.body = lines.map(|line| ViewLine::of(Tone::Plain, line)).collect();
        view.answer_with(app, self.hints(app))
    }

    fn hints(&self, _: &App) -> Vec<Wanted> {
        vec![(&[Action::StopExport], Action::StopExport, "stop"), (&[Action::Back], Action::Back, "continue")]
    }

    fn act(&mut self, action: Action, _: Option<Chord>, app: &mut App) -> Then {
        match action {
            Action::StopExport => {
                app.stop_export();
                Then::Close
            }
            Action::Back | Action::Enter | Action::Quit | Action::Export => Then::Close,
            _ => Then::Ignored,
        }
    }

    fn takes(&self, action: Action) -> bool {
        action == Action::Export
    }
}
