//! The question whether a file may hold access tokens if there is no keyring.

use super::{Dialog, DialogView, Then, ViewLine};
use crate::text;
use crate::tui::{
    action::{Action, DialogKind},
    app::{App, Tone, footer::Wanted, layout::question_box, message::Effect},
    keys::Chord,
};

/// The question; it has no state.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeepTokens;

impl Dialog for KeepTokens {
    fn kind(&self) -> DialogKind {
        DialogKind::Question
    }

    fn view(&self, app: &App) -> DialogView {
        let mut view = DialogView::new(question_box(app.areas().screen), "Access tokens");
        let words = "There is no keyring here, so you would sign in again next time. Keep the access token in a file that \
                     only you can read until it expires?";
        let lines = text::wrap(words, view.width()).into_iter();
        view.body = lines.map(|line| ViewLine::of(Tone::Plain, line)).collect();
        view.answer_with(app, self.hints(app))
    }

    fn hints(&self, _: &App) -> Vec<Wanted> {
        vec![
            (&[Action::Accept], Action::Accept, "in a file"),
            (&[Action::Decline], Action::Decline, "in memory only"),
            (&[Action::Back], Action::Back, "ask later"),
        ]
    }

    fn act(&mut self, action: Action, _: Option<Chord>, app: &mut App) -> Then {
        match action {
            Action::Accept | Action::Decline => {
                let in_files = action == Action::Accept;
                app.out.send(Effect::KeepTokens(in_files));
                app.note(if in_files {
                    "Access tokens are kept in a file that only you can read."
                } else {
                    "Access tokens are forgotten when you quit."
                });
                Then::Close
            }
            // Asked again at the next token.
            Action::Back => Then::Close,
            _ => Then::Ignored,
        }
    }
}
