//! The last line, as the app says it.

use ratatui::layout::Rect;

use super::{
    super::app::{App, Footer, footer},
    paint::Canvas,
};
use crate::text;

pub(super) fn draw(canvas: &mut Canvas<'_>, app: &App, area: Rect) {
    let theme = canvas.theme;
    canvas.clear(area);
    let width = area.width.saturating_sub(2);
    match footer(app, area.width) {
        Footer::Search(found) => {
            let taken = canvas.put(area.x + 1, area.y, width, "Search: ", theme.accent());
            let found = found.map(|found| format!("{found} found   ")).unwrap_or_default();
            let words = format!("{found}Enter go on   Esc end");
            canvas.put_right(Rect { width: area.width - 1, ..area }, area.y, &words, theme.dim());
            canvas.input(
                area.x + 1 + taken,
                area.y,
                width.saturating_sub(taken + 32),
                &app.detail.search.input,
            );
        }
        Footer::Notice(notice) => {
            canvas.put(area.x + 1, area.y, width, &text::clean(&notice.text), theme.tone(notice.tone));
        }
        Footer::Words(words) => {
            canvas.put(area.x + 1, area.y, width, &words, theme.dim());
        }
        Footer::Export(line, keys) => {
            let taken = u16::try_from(text::width(&keys)).unwrap_or_default();
            let line = text::clean(&line).into_owned();
            canvas.put(area.x + 1, area.y, width.saturating_sub(taken + 2), &line, theme.accent());
            canvas.put_right(
                Rect { width: area.width.saturating_sub(1), ..area },
                area.y,
                &keys,
                theme.dim(),
            );
        }
        Footer::Hints(hints) => {
            for hint in hints {
                let taken = canvas.put(area.x + hint.x, area.y, area.width, &hint.key, theme.accent());
                let x = area.x + hint.x + taken + 1;
                canvas.put(x, area.y, area.right().saturating_sub(x), hint.words, theme.dim());
            }
        }
    }
}
