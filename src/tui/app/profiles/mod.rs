//! Profiles on the screen: the list that one switches by, and the form that adds and changes them.

mod answers;
mod checks;
mod form;
mod form_keys;
mod form_lines;
mod hidden;
mod menu;
mod refused;

use ratatui::layout::Rect;

use super::{
    App,
    layout::{centred, overlay_screen},
    lines::Tone,
    overlays::ViewLine,
    timing::spinner,
};
use crate::{account::TestStep, text};

pub(crate) use checks::{Check, Checks};
pub(crate) use form::{FormField, ProfileForm, StorageChoice, Warned};
pub(crate) use form_lines::{FormLine, form_lines};
pub(crate) use menu::Menu;
pub(crate) use refused::Typing;

/// Returns the box of the form.
fn form_box(screen: Rect) -> Rect {
    let screen = overlay_screen(screen);
    centred(screen, screen.width.saturating_sub(4).min(96), screen.height.saturating_sub(2).min(26))
}

/// Returns the line of a step of a profile's test.
fn step_line(app: &App, checks: &Checks, step: TestStep) -> ViewLine {
    let title = text::pad_end(step.title(), form_lines::LABEL - 2);
    match checks.state(step) {
        Check::Open => ViewLine::of(Tone::Dim, format!("  {title}")),
        Check::Running(_) => {
            let waited = checks.since.map(|since| app.now.mono.saturating_sub(since)).unwrap_or_default();
            ViewLine::of(Tone::Plain, format!("{} {title}", spinner(waited)))
        }
        Check::Good(found) => ViewLine::of(Tone::Good, format!("✓ {title}{}", text::clean(found))),
        Check::Bad(_) => ViewLine::of(Tone::Bad, format!("✕ {title}")),
    }
}
