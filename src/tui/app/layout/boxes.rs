//! The boxes of dialogs.

use ratatui::layout::Rect;

use super::geometry::{centred, inside};

/// Returns the part of the screen that dialogs may cover: not the footer, which shows their keys.
pub(crate) fn overlay_screen(screen: Rect) -> Rect {
    Rect { height: screen.height.saturating_sub(1), ..screen }
}

/// Returns the box of a menu with this many lines.
pub(crate) fn menu_box(screen: Rect, width: u16, lines: usize) -> Rect {
    centred(overlay_screen(screen), width, u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(2))
}

/// Returns the box of long texts.
pub(crate) fn large_box(screen: Rect) -> Rect {
    let screen = overlay_screen(screen);
    centred(screen, screen.width.saturating_sub(6).min(110), screen.height.saturating_sub(2))
}

/// Returns the box of a question.
pub(crate) fn question_box(screen: Rect) -> Rect {
    centred(overlay_screen(screen), 64, 8)
}

/// Returns the place of the text in a box: within the border and a blank on each side.
pub(crate) fn box_text(area: Rect) -> Rect {
    let inside = inside(area);
    Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside }
}
