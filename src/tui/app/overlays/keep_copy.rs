//! The question whether a copy of a profile's customers is kept.

use super::{Dialog, DialogView, Then, ViewLine};
use crate::{
    state::SavedView,
    text,
    tui::{
        action::{Action, DialogKind},
        app::{App, Tone, footer::Wanted, layout::question_box, message::KeepCopy},
        keys::Chord,
    },
};

/// The question, and the view that it is asked for.
#[derive(Debug, Clone)]
pub(crate) struct KeepCopyQuestion {
    view: SavedView,
}

impl KeepCopyQuestion {
    /// Returns the question that is asked before a view is shown.
    pub(crate) fn new(view: SavedView) -> Self {
        Self { view }
    }
}

impl Dialog for KeepCopyQuestion {
    fn kind(&self) -> DialogKind {
        DialogKind::KeepCopy
    }

    fn view(&self, app: &App) -> DialogView {
        let mut view = DialogView::new(question_box(app.areas().screen), "Local copy");
        let words = "Searching everything, sorting by any column and working offline need a copy of all customers of this \
                     profile. Keep one on this disk, in files that only you can read?";
        let lines = text::wrap(words, view.width()).into_iter();
        view.body = lines.map(|line| ViewLine::of(Tone::Plain, line)).collect();
        view.answer_with(app, self.hints(app))
    }

    fn hints(&self, _: &App) -> Vec<Wanted> {
        vec![
            (&[Action::KeepOnDisk], Action::KeepOnDisk, "keep"),
            (&[Action::KeepWithoutContacts], Action::KeepWithoutContacts, "without contacts"),
            (&[Action::KeepInMemory], Action::KeepInMemory, "this session only"),
            (&[Action::Back], Action::Back, "not now"),
        ]
    }

    fn act(&mut self, action: Action, _: Option<Chord>, app: &mut App) -> Then {
        let keep = match action {
            Action::KeepOnDisk => KeepCopy::OnDisk,
            Action::KeepWithoutContacts => KeepCopy::WithoutContacts,
            Action::KeepInMemory => KeepCopy::InMemory,
            Action::Back => return Then::Close,
            _ => return Then::Ignored,
        };
        app.keep_copy(keep, self.view.clone());
        Then::Close
    }
}
