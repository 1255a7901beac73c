//! Draws the last line: hints, notices and progress.

use ratatui::layout::Rect;

use super::{
    super::app::{App, Footer, Hint, footer},
    paint::Canvas,
};
use crate::text;

pub(super) fn draw(canvas: &mut Canvas<'_>, app: &App, area: Rect) {
    let theme = canvas.theme;
    canvas.clear(area);
    let width = area.width.saturating_sub(2);
    match footer(app, area.width) {
        Footer::Search(found, hints) => {
            let taken = canvas.put(area.x + 1, area.y, width, "Search: ", theme.accent());
            let found = found.map(|found| format!("{found} found")).unwrap_or_default();
            let end = hints.first().map_or(area.right(), |hint| area.x + hint.x);
            let room = Rect { width: end.saturating_sub(area.x + 3), ..area };
            let counted = canvas.put_right(room, area.y, &found, theme.dim());
            let x = area.x + 1 + taken;
            canvas.input(x, area.y, room.right().saturating_sub(x + counted + 1), &app.detail.search.input);
            draw_hints(canvas, &hints, area);
        }
        Footer::Notice(notice) => {
            canvas.put(area.x + 1, area.y, width, &text::clean(&notice.text), theme.tone(notice.tone));
        }
        Footer::Export(line, hints) => {
            let end = hints.first().map_or(area.right(), |hint| area.x + hint.x);
            let line = text::clean(&line).into_owned();
            canvas.put(area.x + 1, area.y, end.saturating_sub(area.x + 3), &line, theme.accent());
            draw_hints(canvas, &hints, area);
        }
        Footer::Hints(hints) => draw_hints(canvas, &hints, area),
    }
}

fn draw_hints(canvas: &mut Canvas<'_>, hints: &[Hint], area: Rect) {
    let theme = canvas.theme;
    for hint in hints {
        let taken = canvas.put(area.x + hint.x, area.y, area.width, &hint.key, theme.accent());
        let x = area.x + hint.x + taken + 1;
        canvas.put(x, area.y, area.right().saturating_sub(x), hint.words, theme.dim());
    }
}
