//! The marked rows on their own, whichever pages they are on.

use super::{Dialog, DialogView, Then, ViewLine, move_cursor};
use crate::{
    model::{CustomerRow, EntityKind},
    text,
    tui::{
        action::{Action, DialogKind},
        app::{App, Copyable, Tone, footer::Wanted, layout::menu_box},
        keys::Chord,
    },
};

/// The list of marked rows.
#[derive(Debug, Clone, Default)]
pub(crate) struct MarkedRows {
    pub(crate) selected: usize,
}

impl MarkedRows {
    fn row<'a>(&self, app: &'a App) -> Option<&'a CustomerRow> {
        app.marks.rows().nth(self.selected)
    }

    fn unmark(&mut self, app: &mut App) -> Then {
        let Some(row) = self.row(app).cloned() else { return Then::Ignored };
        app.marks.toggle(&row);
        self.selected = self.selected.min(app.marks.len().saturating_sub(1));
        if app.marks.len() == 0 { Then::Close } else { Then::Stay }
    }

    fn open(&self, app: &mut App) -> Then {
        let Some(id) = self.row(app).map(|row| row.customer_id.clone()) else { return Then::Ignored };
        if let Err(words) = app.go_to(&id) {
            app.warn_now(words);
        }
        Then::Close
    }
}

impl Dialog for MarkedRows {
    fn kind(&self) -> DialogKind {
        DialogKind::Marked
    }

    fn view(&self, app: &App) -> DialogView {
        let foot = app.emails.as_ref().map(|emails| {
            let (done, all) = emails.progress();
            ViewLine::of(Tone::Dim, format!("Loading e-mail addresses: {done} of {all}…"))
        });
        let area = menu_box(app.areas().screen, 76, app.marks.len() + usize::from(foot.is_some()));
        let mut view = DialogView::new(area, "Marked rows");
        view.right = text::group_digits(app.marks.len() as u64);
        let width = view.width();
        let line = |(index, row): (usize, &CustomerRow)| {
            let id = text::clean(&row.customer_id).into_owned();
            let status = row.status.label(EntityKind::Account);
            let right = format!("{id}  {}", text::pad_end(&text::clean(status), 8));
            let room = width.saturating_sub(text::width(&right) + 2);
            let name = row.company_name.as_deref().unwrap_or("(no name)");
            ViewLine::default()
                .put(Tone::Plain, text::truncate(&text::clean(name), room))
                .right(Tone::Dim, right)
                .select(index == self.selected)
        };
        view.body = app.marks.rows().enumerate().map(line).collect();
        view.foot.extend(foot);
        view.keep_visible(self.selected)
    }

    fn hints(&self, _: &App) -> Vec<Wanted> {
        vec![
            (&[Action::Enter], Action::Enter, "open"),
            (&[Action::Mark], Action::Mark, "unmark"),
            (&[Action::Compare], Action::Compare, "compare"),
            (&[Action::CopyEmails], Action::CopyEmails, "copy e-mails"),
            (&[Action::CopyId], Action::CopyId, "copy IDs"),
            (&[Action::Export], Action::Export, "export"),
            (&[Action::ClearMarks], Action::ClearMarks, "unmark all"),
            (&[Action::Back], Action::Back, "close"),
        ]
    }

    fn act(&mut self, action: Action, _: Option<Chord>, app: &mut App) -> Then {
        match action {
            Action::Enter => self.open(app),
            Action::Mark => self.unmark(app),
            Action::CopyEmails => {
                app.copy_emails();
                Then::Stay
            }
            Action::CopyId => {
                app.copy(Copyable::CustomerId);
                Then::Stay
            }
            Action::Export | Action::ClearMarks => {
                app.perform(action);
                Then::Close
            }
            Action::Compare => {
                app.perform(action);
                // A notice says why it cannot be.
                if app.overlay.is_some() { Then::Close } else { Then::Stay }
            }
            Action::Back | Action::Quit | Action::ShowMarked => Then::Close,
            _ if move_cursor(&mut self.selected, app.marks.len(), action) => Then::Stay,
            _ => Then::Ignored,
        }
    }

    fn takes(&self, action: Action) -> bool {
        matches!(
            action,
            Action::Mark
                | Action::Compare
                | Action::CopyId
                | Action::Export
                | Action::ClearMarks
                | Action::ShowMarked
        )
    }

    /// Puts the cursor on a line; a second click there opens the customer.
    fn click(&mut self, line: usize, app: &mut App) -> Then {
        if self.selected == line {
            return self.open(app);
        }
        self.selected = line;
        Then::Stay
    }
}
