//! The views: live lists, views of the local copy, and what adds them up: the lists of the day and the summary.

use super::{Dialog, DialogView, Then, ViewLine, move_cursor};
use crate::{
    state::{LIVE, SavedView},
    text,
    tui::{
        action::{Action, DialogKind},
        app::{App, Tone, footer::Wanted, layout::menu_box},
        keys::Chord,
    },
};

/// The lines behind the views, with the actions that open what they name.
const BEHIND: [(&str, &str, Action); 2] = [
    ("Today", "what needs attention, in lists", Action::Today),
    ("Summary", "counts and renewals in charts", Action::Summary),
];

/// The list of views.
#[derive(Debug, Clone)]
pub(crate) struct ViewList {
    selected: usize,
    /// The view that is deleted if the user says so once more.
    deleting: Option<String>,
}

impl ViewList {
    /// Returns the list with the cursor on the view on screen.
    pub(crate) fn new(app: &App) -> Self {
        let name = app.view_name();
        let at = name.and_then(|name| app.views().iter().position(|view| view.is_named(&name)));
        Self { selected: at.map_or(0, |at| at + 1), deleting: None }
    }

    fn view(&self, app: &App) -> Option<SavedView> {
        app.views().get(self.selected.checked_sub(1)?).cloned()
    }

    fn open(&self, app: &mut App) -> Then {
        let behind = self.selected.checked_sub(app.views().len() + 1).and_then(|line| BEHIND.get(line));
        match (self.view(app), behind) {
            (Some(view), _) => app.open_view(view),
            (None, Some((_, _, action))) => app.perform(*action),
            (None, None) => app.show_live(),
        };
        Then::Close
    }
}

impl Dialog for ViewList {
    fn kind(&self) -> DialogKind {
        DialogKind::Views
    }

    fn view(&self, app: &App) -> DialogView {
        /// Columns of a name.
        const NAME: usize = 22;
        let all = app.views();
        let area = menu_box(app.areas().screen, 76, 1 + all.len() + BEHIND.len());
        let mut view = DialogView::new(area, "Views");
        let width = view.width();
        let live = std::iter::once((LIVE.to_owned(), "lists of the API, as they are now".to_owned()));
        let others = all.into_iter().map(|view| {
            let query =
                if view.query.is_empty() { "everything in the local copy".to_owned() } else { view.query };
            (view.name, query)
        });
        let behind = BEHIND.map(|(name, words, _)| (name.to_owned(), words.to_owned()));
        let drawn = |(index, (name, query)): (usize, (String, String))| {
            let room = width.saturating_sub(NAME + 1);
            let (tone, words) = match &self.deleting {
                Some(deleting) if *deleting == name => {
                    (Tone::Warn, format!("press {} again to delete it", app.keys.label(Action::DeleteView)))
                }
                _ => (Tone::Dim, text::clean(&query).into_owned()),
            };
            ViewLine::default()
                .cell(Tone::Plain, &text::clean(&name), NAME)
                .put(tone, text::truncate(&words, room))
                .select(index == self.selected)
        };
        view.body = live.chain(others).chain(behind).enumerate().map(drawn).collect();
        view.keep_visible(self.selected)
    }

    fn hints(&self, app: &App) -> Vec<Wanted> {
        let mut hints: Vec<Wanted> = vec![(&[Action::Enter], Action::Enter, "open")];
        let is_own = self.view(app).is_some_and(|view| app.session.own_views().contains(&view));
        if is_own {
            hints.push((&[Action::DeleteView], Action::DeleteView, "delete"));
            hints.push((&[Action::ViewLater, Action::ViewEarlier], Action::ViewLater, "move"));
        }
        hints.push((&[Action::Back], Action::Back, "close"));
        hints
    }

    fn act(&mut self, action: Action, _: Option<Chord>, app: &mut App) -> Then {
        let named = self.view(app).map(|view| view.name);
        // Any other key keeps the view.
        let deleting = self.deleting.take();
        match (action, named) {
            (Action::Enter, _) => self.open(app),
            (Action::DeleteView, Some(name))
                if deleting.as_ref() != Some(&name)
                    && app.session.own_views().iter().any(|view| view.name == name) =>
            {
                self.deleting = Some(name);
                Then::Stay
            }
            (Action::DeleteView, Some(name)) => {
                app.delete_view(&name);
                self.selected = self.selected.min(app.views().len());
                Then::Stay
            }
            (Action::ViewLater | Action::ViewEarlier, Some(name)) => {
                let down = action == Action::ViewLater;
                if app.move_view(&name, down)
                    && let Some(at) = app.views().iter().position(|view| view.is_named(&name))
                {
                    self.selected = at + 1;
                }
                Then::Stay
            }
            (Action::Back | Action::Quit | Action::Views, _) => Then::Close,
            _ if move_cursor(&mut self.selected, 1 + app.views().len() + BEHIND.len(), action) => Then::Stay,
            _ => Then::Ignored,
        }
    }

    fn takes(&self, action: Action) -> bool {
        action == Action::Views
    }

    /// Puts the cursor on a line; a second click there opens the view.
    fn click(&mut self, line: usize, app: &mut App) -> Then {
        if self.selected == line {
            return self.open(app);
        }
        (self.selected, self.deleting) = (line, None);
        Then::Stay
    }
}
