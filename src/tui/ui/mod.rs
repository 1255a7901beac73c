//! Pure drawing: turns `&App` into a frame and changes nothing.

mod ascii;
mod chart;
mod detail;
mod filter;
mod footer;
mod header;
mod locale;
mod overlay;
mod paint;
mod strip;
mod table;
#[cfg(test)]
mod tests;
mod theme;

use ratatui::{Frame, layout::Rect};

pub use locale::is_utf8;
pub use theme::Theme;

use super::app::{App, MIN_SIZE, Pane};
use crate::text;
use paint::Canvas;

/// Draws the whole screen.
pub fn draw(frame: &mut Frame<'_>, app: &App, theme: &Theme) {
    paint(frame, app, theme);
    if theme.is_ascii() {
        ascii::replace(frame.buffer_mut());
    }
}

fn paint(frame: &mut Frame<'_>, app: &App, theme: &Theme) {
    let areas = app.areas();
    let mut canvas = Canvas { buffer: frame.buffer_mut(), theme, cursor: None };
    if areas.too_small {
        too_small(&mut canvas, app, areas.screen);
        return;
    }
    if let Some(area) = areas.header {
        header::draw(&mut canvas, app, area);
    }
    if let Some(area) = areas.filter_line {
        filter::draw_line(&mut canvas, app, area);
    }
    if let Some(area) = areas.filter {
        filter::draw(&mut canvas, app, area, app.screen.focus == Pane::Filter);
    }
    if let Some(area) = areas.table {
        table::draw(&mut canvas, app, area);
    }
    if let Some(area) = areas.detail {
        detail::draw(&mut canvas, app, area);
    }
    match (areas.filter_line, areas.filter, areas.table) {
        (Some(prompt), _, Some(table)) if app.is_prompting() => {
            filter::draw_query_error(&mut canvas, app, prompt, table);
        }
        (_, Some(_), Some(table)) if app.is_typing_query() => filter::draw_query(&mut canvas, app, table),
        _ => {}
    }
    if let Some(area) = areas.footer {
        footer::draw(&mut canvas, app, area);
    }
    if app.filter.open {
        filter::draw(&mut canvas, app, areas.filter_overlay(), true);
    }
    match &app.overlay {
        None => {}
        Some(overlay) => overlay::draw(&mut canvas, app, overlay),
    }
    // Without a footer, its notices are drawn over the last line.
    if areas.footer.is_none() && (app.notices.shown().is_some() || app.detail.search.typing) {
        let screen = areas.screen;
        footer::draw(&mut canvas, app, Rect { y: screen.height - 1, height: 1, ..screen });
    }
    if let Some(cursor) = canvas.cursor {
        frame.set_cursor_position(cursor);
    }
}

fn too_small(canvas: &mut Canvas<'_>, app: &App, screen: Rect) {
    let (width, height) = MIN_SIZE;
    let size = format!("{}x{} is too small; {width}x{height} is the minimum.", screen.width, screen.height);
    let needed = format!("minimum {width}x{height}");
    let quit = app.blind_quit().map(|chord| chord.to_string());
    let long = quit
        .as_ref()
        .map_or("Make it larger.".to_owned(), |quit| format!("Make it larger, or press {quit} to quit."));
    let short = quit.map_or("enlarge it".to_owned(), |quit| format!("{quit} quits"));
    let words = [["This terminal is too small.", "Too small"], [&size, &needed], [&long, &short]];
    for (y, lines) in (screen.y..screen.bottom()).zip(&words) {
        let line = text::fit(usize::from(screen.width), lines);
        canvas.put(screen.x, y, screen.width, &line, canvas.theme.plain());
    }
}
