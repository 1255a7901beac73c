//! The last line: the keys that matter here, or what just happened, or a prompt.

use ratatui::layout::Rect;

use super::{
    super::app::{App, Overlay, hints},
    paint::Canvas,
};
use crate::text;

pub(super) fn draw(canvas: &mut Canvas<'_>, app: &App, area: Rect) {
    let theme = canvas.theme;
    canvas.clear(area);
    let width = area.width.saturating_sub(2);
    if app.detail.search.typing && app.overlay.is_none() {
        let taken = canvas.put(area.x + 1, area.y, width, "Search: ", theme.accent());
        let found = app.detail.search.matches.len();
        let words = format!("{found} found   Enter go on   Esc end");
        canvas.put_right(Rect { width: area.width - 1, ..area }, area.y, &words, theme.dim());
        canvas.input(area.x + 1 + taken, area.y, width.saturating_sub(taken + 32), &app.detail.search.input);
        return;
    }
    if let Some(notice) = &app.notice {
        canvas.put(area.x + 1, area.y, width, &text::clean(&notice.text), theme.tone(notice.tone));
        return;
    }
    if app.filter.editing.is_some() && app.in_filter() {
        let words = "Enter apply   Esc back to what was   Tab next field";
        canvas.put(area.x + 1, area.y, width, words, theme.dim());
        return;
    }
    let words = match &app.overlay {
        Some(Overlay::Help { .. }) => "type to narrow   ↑↓ scroll   Esc close",
        Some(Overlay::Palette(_)) => "↑↓ choose   Tab complete   Enter run   Esc close",
        Some(Overlay::GoTo { .. }) => "Enter go   Esc close",
        Some(Overlay::CopyMenu { .. }) => "↑↓ choose   Enter or its number copies   Esc close",
        Some(Overlay::Columns { .. }) => "Space show or hide   J K move   0 default   Esc close",
        Some(Overlay::Inspector { .. }) => "→ ← earlier, later   ↑↓ scroll   y copy as curl   Esc close",
        Some(Overlay::Filter) => "↑↓ move   Enter edit or choose   Esc close",
        None => {
            for hint in hints(app, area.width) {
                let taken = canvas.put(area.x + hint.x, area.y, area.width, &hint.key, theme.accent());
                let x = area.x + hint.x + taken + 1;
                canvas.put(x, area.y, area.right().saturating_sub(x), hint.words, theme.dim());
            }
            return;
        }
    };
    canvas.put(area.x + 1, area.y, width, words, theme.dim());
}
