//! Draws the detail pane: tabs above the lines that the app has made for the current one.

use ratatui::layout::Rect;

use super::{
    super::app::{Age, App, PATIENCE, Pane, detail_waits, spinner, tab_line},
    paint::{Canvas, waited},
};
use crate::text;

pub(super) fn draw(canvas: &mut Canvas<'_>, app: &App, area: Rect) {
    let focused = app.has_focus(Pane::Detail);
    let inside = canvas.frame(area, &title(app), &position(app), focused);
    if inside.height == 0 {
        return;
    }
    draw_copy_note(canvas, app, area);
    draw_tabs(canvas, app, Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside });
    let Some(place) = app.areas().detail_text() else { return };
    let detail = &app.detail;
    let shown = detail.lines.iter().enumerate().skip(detail.top).take(usize::from(place.height));
    for ((index, line), y) in shown.zip(place.y..) {
        let mut x = place.x;
        for (tone, text) in &line.spans {
            x += canvas.put(x, y, place.right().saturating_sub(x), text, canvas.theme.tone(*tone));
        }
        if line.is_new {
            canvas.restyle(Rect { x: place.x, y, width: x - place.x, height: 1 }, canvas.theme.changed());
        }
        for (part, current) in detail.search.on(index) {
            let column =
                |column: usize| place.x.saturating_add(u16::try_from(column).unwrap_or(u16::MAX)).min(x);
            let (from, to) = (column(part.from), column(part.to));
            canvas.restyle(Rect { x: from, y, width: to - from, height: 1 }, canvas.theme.found(current));
        }
    }
}

/// Says on the lower border that what is shown comes from the local copy, and how old it is.
fn draw_copy_note(canvas: &mut Canvas<'_>, app: &App, area: Rect) {
    let Some(note) = app.detail.copy_note() else { return };
    let age = Age::new(note.held.at, app.now.wall).in_words();
    let width = area.width.saturating_sub(6);
    let (words, style) = if note.is_loading {
        (vec![format!("local copy · {age}")], canvas.theme.dim())
    } else {
        let words = [
            format!("local copy · {age} · not the current state"),
            format!("copy · {age} · not current"),
            format!("{age} · not current"),
        ];
        (words.to_vec(), canvas.theme.warn())
    };
    // The longest that fits; the colour says the rest.
    let fits = |words: &&String| text::width(words) <= usize::from(width);
    let words = words.iter().find(fits).cloned().unwrap_or(format!("copy · {age}"));
    canvas.put(area.x + 2, area.bottom() - 1, area.width.saturating_sub(4), &format!(" {words} "), style);
}

fn title(app: &App) -> String {
    let detail = &app.detail;
    let name = detail
        .customer
        .value()
        .and_then(|customer| customer.company_name.as_deref())
        .filter(|_| detail.led_elsewhere().is_none())
        .or_else(|| detail.subject.as_ref()?.row()?.customer()?.company_name.as_deref());
    let mut title = match (&detail.subject, name) {
        (Some(_), Some(name)) => text::clean(name).into_owned(),
        (Some(subject), None) => match subject.customer_id() {
            Some(id) => format!("Customer {}", text::clean(id)),
            None => "Detail".to_owned(),
        },
        (None, _) => "Detail".to_owned(),
    };
    let wait = detail.waiting_since.map(|since| app.now.mono.saturating_sub(since));
    if let Some(wait) = wait.filter(|wait| *wait >= PATIENCE && detail.is_loading()) {
        let reason = detail_waits(app).map(|reason| format!(" · {reason} ·")).unwrap_or_default();
        title = format!("{} {}{reason} {title}", spinner(wait), waited(wait));
    }
    title
}

/// Returns the range of visible lines if not all fit, or the position in a search.
fn position(app: &App) -> String {
    let search = &app.detail.search;
    if search.needle().is_some() && !search.typing {
        return match search.matches.len() {
            0 => "no match".to_owned(),
            count => format!("match {} of {count}", search.current + 1),
        };
    }
    let (lines, height) = (app.detail.lines.len(), app.detail_height());
    if lines <= height {
        return String::new();
    }
    let last = (app.detail.top + height).min(lines);
    format!("{}–{}/{}", app.detail.top + 1, last, text::group_digits(lines as u64))
}

fn draw_tabs(canvas: &mut Canvas<'_>, app: &App, area: Rect) {
    let theme = canvas.theme;
    let line = tab_line(app.detail.tabs(), app.detail.tab, area.width);
    if line.before {
        canvas.put(area.x, area.y, 1, "‹", theme.dim());
    }
    for (tab, x) in &line.tabs {
        let current = *tab == app.detail.tab;
        let style = if current { theme.accent().patch(theme.strong()).underlined() } else { theme.plain() };
        canvas.put(area.x + x, area.y, area.width.saturating_sub(*x), tab.title(), style);
    }
    if line.after {
        canvas.put_right(area, area.y, "›", theme.dim());
    }
}
