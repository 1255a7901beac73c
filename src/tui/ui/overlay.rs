//! Draws dialogs: a box with the lines that each dialog lays out.

use ratatui::layout::Rect;
use tui_input::Input;

use super::{
    super::app::{App, DialogView, Overlay, Piece, ViewLine, box_text},
    chart,
    paint::Canvas,
};
use crate::text;

pub(super) fn draw(canvas: &mut Canvas<'_>, app: &App, overlay: &Overlay) {
    let view = overlay.dialog().view(app);
    canvas.clear(view.area);
    canvas.frame(view.area, &view.title, &view.right, true);
    let inside = box_text(view.area);
    for (line, y) in view.head.iter().zip(inside.y..inside.bottom()) {
        draw_line(canvas, line, Rect { y, height: 1, ..inside });
    }
    let rows = view.rows();
    let top = view.top.min(view.max_top());
    for (line, y) in view.body.iter().skip(top).zip(rows.y..rows.bottom()) {
        draw_line(canvas, line, Rect { y, height: 1, ..rows });
    }
    for (line, y) in view.foot.iter().zip(rows.bottom()..inside.bottom()) {
        draw_line(canvas, line, Rect { y, height: 1, ..inside });
    }
    draw_answers(canvas, &view);
    more(canvas, view.area, top > 0, top < view.max_top());
}

fn draw_line(canvas: &mut Canvas<'_>, line: &ViewLine, area: Rect) {
    let theme = canvas.theme;
    let mut x = area.x;
    for piece in &line.pieces {
        let room = area.right().saturating_sub(x);
        x += match piece {
            Piece::Text(tone, text) => canvas.put(x, area.y, room, text, theme.tone(*tone)),
            Piece::Badge(environment, text) => {
                canvas.put(x, area.y, room, text, theme.environment(*environment))
            }
            Piece::Input(input, example) => {
                draw_input(canvas, input, example, Rect { x, width: room, ..area })
            }
            Piece::Bar(parts) => chart::draw_bar(canvas, parts, Rect { x, width: room, ..area }),
            Piece::Sparkline(heights) => {
                chart::draw_sparkline(canvas, heights, Rect { x, width: room, ..area })
            }
        };
    }
    if let Some((tone, text)) = &line.right {
        let room = area.right().saturating_sub(x);
        let text = text::truncate(text, usize::from(room));
        canvas.put_right(Rect { x, width: room, ..area }, area.y, &text, theme.tone(*tone));
    }
    if line.is_focused_button {
        canvas.restyle(Rect { width: x - area.x, ..area }, theme.selected(true));
    }
    if line.selected {
        canvas.restyle(area, theme.selected(true));
    }
}

fn draw_input(canvas: &mut Canvas<'_>, input: &Input, example: &str, area: Rect) -> u16 {
    if input.value().is_empty() {
        let taken = canvas.put(area.x, area.y, area.width, example, canvas.theme.dim());
        canvas.cursor_at(area.x, area.y, 0);
        return taken;
    }
    canvas.input(area.x, area.y, area.width, input)
}

fn draw_answers(canvas: &mut Canvas<'_>, view: &DialogView) {
    let Some(line) = view.answer_line() else { return };
    let theme = canvas.theme;
    for hint in &view.answers {
        let x = line.x + hint.x;
        let taken = canvas.put(x, line.y, line.right().saturating_sub(x), &hint.key, theme.accent());
        let x = x + taken + 1;
        canvas.put(x, line.y, line.right().saturating_sub(x), hint.words, theme.plain());
    }
}

/// Shows at the edges of a box that it continues above or below.
pub(super) fn more(canvas: &mut Canvas<'_>, area: Rect, above: bool, below: bool) {
    if area.width < 2 || area.height < 4 {
        return;
    }
    if above {
        canvas.put(area.right() - 1, area.y + 1, 1, "↑", canvas.theme.accent());
    }
    if below {
        canvas.put(area.right() - 1, area.bottom() - 2, 1, "↓", canvas.theme.accent());
    }
}
