//! The form of an export, and the question whether one is to stop.

use ratatui::layout::Rect;

use super::{
    super::app::{App, ExportField, ExportForm, wrapped},
    overlay::open,
    paint::Canvas,
};
use crate::text;

/// Columns of what stands before a line.
const LABEL: u16 = 11;

pub(super) fn form(canvas: &mut Canvas<'_>, app: &App, form: &ExportForm, area: Rect) {
    let inside = open(canvas, area, "Export", "");
    let theme = canvas.theme;
    let mut y = inside.y;
    for field in form.fields() {
        let active = field == form.field;
        let style = if active { theme.accent() } else { theme.dim() };
        canvas.put(inside.x, y, LABEL - 1, ExportForm::label(field), style);
        let (x, room) = (inside.x + LABEL, inside.width.saturating_sub(LABEL));
        match form.choice(field, app) {
            Some(choice) => {
                let words = if active { format!("‹ {choice} ›") } else { choice };
                canvas.put(x, y, room, &words, theme.plain());
            }
            None if active => {
                canvas.input(x, y, room, &form.file);
            }
            None => {
                canvas.put(x, y, room, &text::clean(form.file.value()), theme.plain());
            }
        }
        y += 1;
    }
    let (words, style) = match (&form.error, form.field) {
        (Some(error), _) => {
            (error.as_str(), if form.left.is_some() || form.replace { theme.warn() } else { theme.bad() })
        }
        (None, ExportField::File) => ("Its name says what it is: .csv, .xlsx, .json or .jsonl.", theme.dim()),
        (None, ExportField::Details) => (
            "Anniversary, segment, discounts, 3YC, address, first contact: a request for each customer.",
            theme.dim(),
        ),
        (None, ExportField::Subscriptions) => ("A request for each customer.", theme.dim()),
        (None, _) => ("", theme.dim()),
    };
    let lines = wrapped(&text::clean(words), inside.width.into());
    for (line, y) in lines.iter().zip(y + 1..inside.bottom()) {
        canvas.put(inside.x, y, inside.width, line, style);
    }
}

pub(super) fn stop(canvas: &mut Canvas<'_>, app: &App, area: Rect) {
    let inside = open(canvas, area, "Export", "");
    let theme = canvas.theme;
    let words = app.export_line().unwrap_or_default();
    let lines = wrapped(&text::clean(&words), inside.width.into());
    for (line, y) in lines.iter().zip(inside.y..inside.bottom().saturating_sub(1)) {
        canvas.put(inside.x, y, inside.width, line, theme.plain());
    }
    let answers = "[s] stop   [Esc] let it go on";
    canvas.put(inside.x, inside.bottom().saturating_sub(1), inside.width, answers, theme.accent());
}
