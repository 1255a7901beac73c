//! The copy menu: everything else that can be copied.

use super::{Dialog, DialogView, Then, ViewLine, move_cursor};
use crate::{
    text,
    tui::{
        action::{Action, DialogKind},
        app::{App, Copyable, Tone, footer::Wanted, layout::menu_box},
        keys::Chord,
    },
};

/// The copy menu.
#[derive(Debug, Clone, Default)]
pub(crate) struct CopyMenu {
    pub(crate) selected: usize,
}

impl CopyMenu {
    fn copy(index: usize, app: &mut App) -> Then {
        let Some(choice) = Copyable::MENU.get(index) else { return Then::Stay };
        app.copy(*choice);
        Then::Close
    }
}

impl Dialog for CopyMenu {
    fn kind(&self) -> DialogKind {
        DialogKind::Copy
    }

    fn view(&self, app: &App) -> DialogView {
        let mut view = DialogView::new(menu_box(app.areas().screen, 72, Copyable::MENU.len()), "Copy");
        let width = view.width();
        let line = |(index, choice): (usize, &Copyable)| {
            let line =
                ViewLine::of(Tone::Accent, format!("{} ", index + 1)).put(Tone::Plain, choice.label(app));
            let sample = choice.sample(app).unwrap_or_else(|| "—".to_owned());
            let room = width.saturating_sub(line.width() + 2);
            let sample = text::truncate(&sample, room).into_owned();
            line.right(Tone::Dim, sample).select(index == self.selected)
        };
        view.body = Copyable::MENU.iter().enumerate().map(line).collect();
        view.keep_visible(self.selected)
    }

    fn hints(&self, _: &App) -> Vec<Wanted> {
        vec![
            (&[Action::Enter], Action::Enter, "copy"),
            (&[Action::CopyNumber], Action::CopyNumber, "copy that line"),
            (&[Action::PreviousRow, Action::NextRow], Action::NextRow, "move"),
            (&[Action::Back], Action::Back, "close"),
        ]
    }

    fn act(&mut self, action: Action, chord: Option<Chord>, app: &mut App) -> Then {
        match action {
            Action::Enter => Self::copy(self.selected, app),
            Action::CopyNumber => match chord.and_then(Chord::digit).and_then(|digit| digit.checked_sub(1)) {
                Some(index) => Self::copy(index, app),
                None => Self::copy(self.selected, app),
            },
            Action::Back | Action::Quit | Action::CopyMenu => Then::Close,
            _ if move_cursor(&mut self.selected, Copyable::MENU.len(), action) => Then::Stay,
            _ => Then::Ignored,
        }
    }

    fn takes(&self, action: Action) -> bool {
        action == Action::CopyMenu
    }

    fn click(&mut self, line: usize, app: &mut App) -> Then {
        Self::copy(line, app)
    }
}
