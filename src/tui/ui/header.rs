//! Draws the first line: the source of the data, its reseller, and the age of the rows.

use ratatui::layout::Rect;

use super::{
    super::app::{Age, App, PATIENCE, extent, spinner},
    paint::Canvas,
};
use crate::text;

pub(super) fn draw(canvas: &mut Canvas<'_>, app: &App, area: Rect) {
    let mut x = area.x + 1;
    let theme = canvas.theme;
    x += canvas.put(x, area.y, 6, "vipmp", theme.strong()) + 2;
    if !app.session.source.profile.is_empty() {
        x += canvas.put(x, area.y, 20, &text::clean(&app.session.source.profile), theme.plain()) + 2;
    }
    let environment = app.session.source.environment;
    let badge = format!(" {} ", environment.badge());
    x += canvas.put(x, area.y, 12, &badge, theme.environment(environment)) + 2;
    let room = usize::from(area.right().saturating_sub(x + 2));
    let forms = freshness(app);
    let forms: Vec<&str> = forms.iter().map(String::as_str).collect();
    let right = text::fit(room, &forms).into_owned();
    let wide = u16::try_from(text::width(&right)).unwrap_or(0) + 1;
    let room = area.right().saturating_sub(x + wide + 2);
    let name = app.session.reseller.value().and_then(|reseller| reseller.company_name.as_deref());
    let id = &app.session.source.reseller_id;
    let whole = match name {
        _ if app.table.filter.portfolio.is_some() && app.other_resellers().is_none() => String::new(),
        _ if app.other_resellers().is_some() => app.other_resellers().unwrap_or_default(),
        Some(name) => format!("{} · {id}", text::clean(name)),
        None => format!("reseller {id}"),
    };
    if app.session.source.stands_in {
        let shown = text::fit(usize::from(room), &["fictional data, not your customers", "not your data"]);
        canvas.put(x, area.y, room, &shown, theme.warn());
    } else {
        let shown = text::fit(usize::from(room), &[whole.as_str(), id.as_str()]);
        canvas.put(x, area.y, room, &shown, theme.plain());
    }
    let is_old = app.table.age(app.now).is_some_and(Age::is_old);
    let is_cut_off = app.table.filter.portfolio.is_none() && app.session.has_no_response();
    let style = if is_old || is_cut_off || app.table.is_stale() { theme.warn() } else { theme.dim() };
    canvas.put_right(Rect { width: area.width - 1, ..area }, area.y, &right, style);
}

/// Returns the age of the rows and the time they took to load, after a spinner while newer ones are loading; shorter forms
/// follow.
fn freshness(app: &App) -> Vec<String> {
    let waiting = app.waiting_since().map(|since| app.now.mono.saturating_sub(since));
    let spin = waiting.filter(|waited| *waited >= PATIENCE).map(|waited| format!("{} ", spinner(waited)));
    let forms = match app.table.shown().zip(app.table.age(app.now)) {
        Some((shown, age)) => {
            if let Some(coverage) = &shown.coverage {
                extent(coverage, app.now)
            } else {
                let live = format!("Live · {}", age.in_words());
                let more = if app.session.has_no_response() {
                    "API out of reach".to_owned()
                } else {
                    format!("{} ms", shown.origin.elapsed.as_millis())
                };
                vec![format!("{live} · {more}"), live]
            }
        }
        None if waiting.is_some() => vec!["loading".to_owned()],
        None => vec![String::new()],
    };
    let spin = spin.unwrap_or_default();
    forms.into_iter().map(|words| format!("{spin}{words}")).collect()
}
