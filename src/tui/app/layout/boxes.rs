//! The boxes of overlays.

use ratatui::layout::Rect;

use super::{
    super::{Column, Copyable},
    geometry::{centred, inside},
};

/// The part of the screen that overlays may cover: not the footer, which explains their keys.
pub(super) fn overlay_screen(screen: Rect) -> Rect {
    Rect { height: screen.height.saturating_sub(1), ..screen }
}

/// The box of the help.
pub(crate) fn help_box(screen: Rect) -> Rect {
    // All there is below the header, which stays.
    let screen = overlay_screen(screen);
    let top = 1.min(screen.height);
    Rect { y: screen.y + top, height: screen.height - top, ..centred(screen, 84, screen.height) }
}

/// Lines of the help that fit below its text field.
pub(crate) fn help_height(screen: Rect) -> usize {
    usize::from(inside(help_box(screen)).height.saturating_sub(2))
}

/// The box of the prompt for a customer id.
pub(crate) fn go_to_box(screen: Rect) -> Rect {
    centred(overlay_screen(screen), 56, 5)
}

/// The box of the copy menu.
pub(crate) fn copy_box(screen: Rect) -> Rect {
    menu_box(screen, 72, Copyable::MENU.len())
}

/// The box of an export's form.
pub(crate) fn export_box(screen: Rect) -> Rect {
    centred(overlay_screen(screen), 72, 10)
}

/// The box of the column menu.
pub(crate) fn columns_box(screen: Rect) -> Rect {
    menu_box(screen, 40, Column::ALL.len())
}

fn menu_box(screen: Rect, width: u16, lines: usize) -> Rect {
    centred(overlay_screen(screen), width, u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(2))
}

/// The box of the palette with this many lines: a text field, a line for complaints, the lines.
pub(crate) fn palette_box(screen: Rect, lines: usize) -> Rect {
    let screen = overlay_screen(screen);
    let height = u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(4).clamp(6, 18);
    Rect { y: screen.y + 2.min(screen.height / 4), ..centred(screen, 76, height) }.intersection(screen)
}

/// The first line of the palette that is shown when `rows` of them fit.
pub(crate) fn palette_top(selected: usize, rows: usize) -> usize {
    (selected + 1).saturating_sub(rows)
}

/// The box of the request inspector.
pub(crate) fn inspector_box(screen: Rect) -> Rect {
    let screen = overlay_screen(screen);
    centred(screen, screen.width.saturating_sub(6).min(110), screen.height.saturating_sub(2))
}

/// The place of the text in a box: a border and a blank on each side.
pub(crate) fn box_text(area: Rect) -> Rect {
    let inside = inside(area);
    Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside }
}

/// The box of the profiles, and of the form of one.
pub(crate) fn profiles_box(screen: Rect) -> Rect {
    let screen = overlay_screen(screen);
    centred(screen, screen.width.saturating_sub(4).min(96), screen.height.saturating_sub(2).min(26))
}

/// The box of the list of so many profiles, with room for a test below them.
pub(crate) fn profile_list_box(screen: Rect, profiles: usize) -> Rect {
    let height = u16::try_from(profiles).unwrap_or(u16::MAX).saturating_add(10);
    let full = profiles_box(screen);
    Rect { height: full.height.min(height), ..full }
}

/// The box of the configuration's mistakes.
pub(crate) fn problems_box(screen: Rect) -> Rect {
    inspector_box(screen)
}

/// The box of the question whether a file may hold access tokens.
pub(crate) fn keep_box(screen: Rect) -> Rect {
    centred(overlay_screen(screen), 64, 8)
}
