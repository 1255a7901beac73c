//! The comparison of marked customers: a column for each, and a row for each fact.

mod copying;
mod lines;

use super::{Dialog, DialogView, Then, ViewLine, largest_box, scroll};
use crate::tui::{
    action::{Action, DialogKind},
    app::{
        App, PATIENCE, Tone,
        compare::{ComparedRow, Comparison, Verdict, comparison_notes},
        footer::Wanted,
        layout::{box_text, centred, overlay_screen},
        spinner,
    },
    keys::Chord,
};
use copying::as_text;
use lines::{CompareColumns, foot, heading, note_lines, row_lines};

/// The comparison as far as the user has moved in it.
#[derive(Debug, Clone, Default)]
pub(crate) struct CompareTable {
    top: usize,
    /// The first customer that is shown, if not all fit.
    first: usize,
    only_differences: bool,
}

impl CompareTable {
    /// Returns the rows that are shown.
    fn shown(&self, rows: Vec<ComparedRow>) -> Vec<ComparedRow> {
        let is_shown = |row: &ComparedRow| !self.only_differences || row.verdict() == Verdict::Different;
        rows.into_iter().filter(is_shown).collect()
    }

    /// Returns the layout of the table.
    fn columns(&self, app: &App, rows: &[ComparedRow], comparison: &Comparison) -> CompareColumns {
        let room = usize::from(box_text(largest_box(app)).width);
        CompareColumns::of(rows, comparison.customers().len(), self.first, room)
    }

    /// Shows other customers, if not all fit.
    fn step(&mut self, right: bool, app: &App) -> Then {
        let Some(comparison) = &app.comparison else { return Then::Ignored };
        let columns = self.columns(app, &app.compared_rows(comparison), comparison);
        let first = if right { columns.first + 1 } else { columns.first.saturating_sub(1) };
        self.first = first.min(comparison.customers().len().saturating_sub(columns.shown));
        if self.first == columns.first { Then::Ignored } else { Then::Stay }
    }

    fn copy(&self, app: &mut App) {
        let Some(comparison) = &app.comparison else { return };
        let rows = self.shown(app.compared_rows(comparison));
        let text = as_text(comparison, &rows);
        app.copy_text(text, "the comparison".to_owned());
    }

    /// Returns the lines of the rows.
    fn body(
        &self,
        app: &App,
        comparison: &Comparison,
        rows: Vec<ComparedRow>,
        columns: &CompareColumns,
        width: usize,
    ) -> Vec<ViewLine> {
        let mut body = note_lines(&comparison_notes(comparison, &app.detail.labels), width);
        let shown = self.shown(rows);
        if shown.is_empty() {
            body.push(ViewLine::of(Tone::Dim, "No differences in what is known."));
        }
        let mut is_among_products = false;
        for row in &shown {
            if row.is_product && !std::mem::replace(&mut is_among_products, true) {
                body.extend([ViewLine::blank(), ViewLine::of(Tone::Accent, "Products")]);
            }
            body.extend(row_lines(row, columns));
        }
        body
    }
}

/// Returns the title, with the time and the reason of a visible wait.
fn title(app: &App, comparison: &Comparison) -> String {
    let title = format!("Compare {} customers", comparison.customers().len());
    let waited = comparison.waiting_since().map(|since| app.now.mono.saturating_sub(since));
    let Some(waited) = waited.filter(|waited| *waited >= PATIENCE) else { return title };
    let reason = app.session.waits.briefly(comparison.awaited(), app.now.mono);
    let reason = reason.map(|reason| format!(" · {reason}")).unwrap_or_default();
    format!("{} {title}{reason}", spinner(waited))
}

impl Dialog for CompareTable {
    fn kind(&self) -> DialogKind {
        DialogKind::Compare
    }

    fn view(&self, app: &App) -> DialogView {
        let largest = largest_box(app);
        let Some(comparison) = &app.comparison else { return DialogView::new(largest, "Compare") };
        let customers = comparison.customers();
        let rows = app.compared_rows(comparison);
        let columns = self.columns(app, &rows, comparison);
        // A border and a blank at each side.
        let width = u16::try_from(columns.total() + 4).unwrap_or(u16::MAX).min(largest.width);
        let area = centred(overlay_screen(app.areas().screen), width.max(56), largest.height);
        let mut view = DialogView::new(area, title(app, comparison));
        if columns.shown < customers.len() {
            let last = columns.first + columns.shown;
            view.right = match columns.shown {
                1 => format!("‹ {last} of {} ›", customers.len()),
                _ => format!("‹ {}–{last} of {} ›", columns.first + 1, customers.len()),
            };
        }
        let width = view.width();
        view.head = heading(customers, &columns, app.now);
        view.foot = foot(&rows, customers, width);
        view.body = self.body(app, comparison, rows, &columns, width);
        view.top = self.top;
        view
    }

    fn hints(&self, app: &App) -> Vec<Wanted> {
        use Action as A;
        let words = if self.only_differences { "all rows" } else { "only differences" };
        let mut hints: Vec<Wanted> = vec![
            (&[A::OnlyDifferences], A::OnlyDifferences, words),
            (&[A::CopyComparison], A::CopyComparison, "copy"),
            (&[A::PreviousRow, A::NextRow], A::NextRow, "scroll"),
            (&[A::Refresh], A::Refresh, "refresh"),
            (&[A::Back], A::Back, "close"),
        ];
        if let Some(comparison) = &app.comparison
            && self.columns(app, &app.compared_rows(comparison), comparison).shown
                < comparison.customers().len()
        {
            hints.insert(1, (&[A::CompareLeft, A::CompareRight], A::CompareRight, "customers"));
        }
        hints
    }

    fn act(&mut self, action: Action, _: Option<Chord>, app: &mut App) -> Then {
        match action {
            Action::OnlyDifferences => {
                (self.only_differences, self.top) = (!self.only_differences, 0);
            }
            Action::CompareLeft | Action::CompareRight => {
                return self.step(action == Action::CompareRight, app);
            }
            Action::CopyComparison => self.copy(app),
            Action::Refresh => app.refresh_comparison(),
            // The next steps that errors name.
            Action::Inspector | Action::Profiles => {
                app.perform(action);
                return Then::Close;
            }
            Action::Back | Action::Quit | Action::Compare | Action::Enter => return Then::Close,
            _ if scroll(&mut self.top, action) => {}
            _ => return Then::Ignored,
        }
        Then::Stay
    }

    fn takes(&self, action: Action) -> bool {
        matches!(action, Action::Compare | Action::Refresh | Action::Inspector | Action::Profiles)
    }

    /// Presses the key that a note names where it was clicked.
    fn click_at(&mut self, line: usize, column: usize, app: &mut App) -> Then {
        self.press_named(line, column, app)
    }

    fn top(&mut self) -> Option<&mut usize> {
        Some(&mut self.top)
    }
}
