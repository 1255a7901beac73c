//! Draws the bars and sparklines of dialogs, with the widgets of ratatui.

use ratatui::{
    layout::{Direction, Rect},
    style::Style,
    symbols::bar::{NINE_LEVELS, Set},
    widgets::{Bar, BarChart, BarGroup, Sparkline, Widget as _},
};

use super::{super::app::BarFill, Theme, paint::Canvas};

/// The eighths of a cell.
const EIGHTHS: u64 = 8;

/// Draws the parts of a bar one behind the other, as far as there is room. Returns the columns used.
pub(super) fn draw_bar(canvas: &mut Canvas<'_>, parts: &[(BarFill, usize)], area: Rect) -> u16 {
    let mut x = area.x;
    for (fill, columns) in parts {
        let room = area.right().saturating_sub(x);
        let width = u16::try_from(*columns).unwrap_or(u16::MAX).min(room);
        let (full, style) = look(canvas.theme, *fill);
        // A bar of this length alone. What it counts is beside it, as text.
        let bar = Bar::default().value(1).text_value("");
        let chart = BarChart::default()
            .direction(Direction::Horizontal)
            .data(BarGroup::default().bars(&[bar]))
            .max(1)
            .bar_set(Set { full, ..NINE_LEVELS })
            .bar_style(style);
        let place = Rect { x, width, height: 1, ..area }.intersection(canvas.buffer.area);
        chart.render(place, canvas.buffer);
        x += width;
    }
    x - area.x
}

/// Draws a line of a sparkline. Returns the columns used.
pub(super) fn draw_sparkline(canvas: &mut Canvas<'_>, heights: &[u64], area: Rect) -> u16 {
    let width = u16::try_from(heights.len()).unwrap_or(u16::MAX).min(area.width);
    let place = Rect { width, height: 1, ..area }.intersection(canvas.buffer.area);
    let line = Sparkline::default().data(heights).max(EIGHTHS).style(canvas.theme.accent());
    line.render(place, canvas.buffer);
    width
}

/// Returns the symbol that fills a part of a bar, and its style: without colours, the symbol alone tells them apart.
pub(super) fn look(theme: &Theme, fill: BarFill) -> (&'static str, Style) {
    match fill {
        BarFill::Plain => ("█", theme.accent()),
        BarFill::Renewing => ("█", theme.good()),
        BarFill::Lapsing => ("▒", theme.warn()),
        BarFill::Undecided => ("░", theme.plain()),
    }
}
