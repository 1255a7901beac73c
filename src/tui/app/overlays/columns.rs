//! The choice of columns, and their order.

use super::{Dialog, DialogView, Then, ViewLine, move_cursor};
use crate::{
    columns::Needs,
    tui::{
        action::{Action, DialogKind},
        app::{App, TableColumns, Tone, footer::Wanted, heading, layout::menu_box},
        keys::Chord,
    },
};

/// The choice of columns.
#[derive(Debug, Clone, Default)]
pub(crate) struct ColumnChooser {
    pub(crate) selected: usize,
}

impl Dialog for ColumnChooser {
    fn kind(&self) -> DialogKind {
        DialogKind::Columns
    }

    fn view(&self, app: &App) -> DialogView {
        let screen = app.areas().screen;
        // The header and some rows stay in sight.
        let lines = app.columns.all.len().min(usize::from(screen.height.saturating_sub(8)));
        let mut view = DialogView::new(menu_box(screen, 56, lines), "Columns");
        let placed =
            app.areas().table_inside().map(|inside| app.placed_columns(inside.width)).unwrap_or_default();
        let line = |(index, (column, wanted)): (usize, &(&'static crate::columns::Column, bool))| {
            let line = ViewLine::of(Tone::Accent, if *wanted { "[x] " } else { "[ ] " })
                .put(Tone::Plain, heading(column))
                .select(index == self.selected);
            if let Some(reason) = app.why_hidden(column).filter(|_| *wanted) {
                line.right(Tone::Dim, reason)
            } else if *wanted && !placed.iter().any(|placed| placed.column == *column) {
                line.right(Tone::Warn, "no room here")
            } else if app.table.sortable().contains(&column.sort()) {
                line.right(Tone::Dim, "sortable")
            } else {
                match column.needs() {
                    Needs::Row | Needs::Copy(_) => line,
                    _ if app.table.filter.portfolio.is_some() => line,
                    Needs::Record | Needs::Subscriptions => line.right(Tone::Dim, "1 request per row"),
                }
            }
        };
        view.body = app.columns.all.iter().enumerate().map(line).collect();
        view.keep_visible(self.selected)
    }

    fn hints(&self, _: &App) -> Vec<Wanted> {
        vec![
            (&[Action::ToggleColumn], Action::ToggleColumn, "show or hide"),
            (&[Action::ColumnLater], Action::ColumnLater, "right"),
            (&[Action::ColumnEarlier], Action::ColumnEarlier, "left"),
            (&[Action::DefaultColumns], Action::DefaultColumns, "defaults"),
            (&[Action::Back], Action::Back, "close"),
        ]
    }

    fn act(&mut self, action: Action, _: Option<Chord>, app: &mut App) -> Then {
        match action {
            Action::ColumnLater => self.selected = app.columns.shift(self.selected, true),
            Action::ColumnEarlier => self.selected = app.columns.shift(self.selected, false),
            Action::ToggleColumn => app.columns.toggle(self.selected),
            Action::DefaultColumns => app.columns = TableColumns::default(),
            Action::Back | Action::Quit | Action::Columns | Action::Enter => {
                app.name_columns_without_room();
                return Then::Close;
            }
            _ if move_cursor(&mut self.selected, app.columns.all.len(), action) => {}
            _ => return Then::Ignored,
        }
        Then::Stay
    }

    fn takes(&self, action: Action) -> bool {
        action == Action::Columns
    }

    fn click(&mut self, line: usize, app: &mut App) -> Then {
        self.selected = line;
        app.columns.toggle(line);
        Then::Stay
    }
}
