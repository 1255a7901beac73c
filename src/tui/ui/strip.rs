//! Draws the strip of bars above the rows of a view of renewals.

use ratatui::layout::Rect;

use super::{
    super::app::{App, Pane, Piece, StripWeek},
    chart::{draw_bar, look},
    paint::Canvas,
};

/// The lines above the bars.
const HEAD: u16 = 2;

pub(super) fn draw(canvas: &mut Canvas<'_>, app: &App) {
    let Some((area, view)) = app.areas().strip.zip(app.strip_view()) else { return };
    let mut x = area.x;
    for piece in &view.legend {
        let rest = Rect { x, width: area.right().saturating_sub(x), height: 1, ..area };
        x += match piece {
            Piece::Bar(parts) => draw_bar(canvas, parts, rest),
            Piece::Text(tone, text) => canvas.put(x, rest.y, rest.width, text, canvas.theme.tone(*tone)),
            _ => 0,
        };
    }
    let (tone, note) = &view.note;
    canvas.put(area.x, area.y + 1, area.width, note, canvas.theme.tone(*tone));
    for week in &view.weeks {
        draw_week(canvas, app, area, week);
    }
}

fn draw_week(canvas: &mut Canvas<'_>, app: &App, area: Rect, week: &StripWeek) {
    let theme = canvas.theme;
    let column = |x: usize| area.x.saturating_add(u16::try_from(x).unwrap_or(u16::MAX));
    let cells = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    let labels = area.bottom().saturating_sub(1);
    for bar in &week.bars {
        let (symbol, style) = look(theme, bar.fill);
        for line in 1..=cells(bar.height).min(area.height.saturating_sub(HEAD + 1)) {
            canvas.put(column(bar.x), labels - line, cells(bar.width), &symbol.repeat(bar.width), style);
        }
    }
    if week.bars.iter().all(|bar| bar.height == 0) {
        canvas.put(column(week.x), labels.saturating_sub(1), 1, "·", theme.dim());
    }
    let mark = if week.is_current { "•" } else { "" };
    let label = format!("{mark}{}", week.label);
    let style = if week.is_current { theme.accent() } else { theme.dim() };
    let wide = canvas.put(column(week.x), labels, area.right().saturating_sub(column(week.x)), &label, style);
    if week.is_selected {
        let place = Rect { x: column(week.x), y: labels, width: wide, height: 1 };
        canvas.restyle(place, theme.selected(app.has_focus(Pane::Table)));
    }
}
