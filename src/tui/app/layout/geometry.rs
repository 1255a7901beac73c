//! Rectangles inside and around each other.

use ratatui::layout::{Position, Rect};

/// Returns the area inside a border of one cell.
pub(crate) fn inside(area: Rect) -> Rect {
    Rect {
        x: area.x + 1.min(area.width),
        y: area.y + 1.min(area.height),
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(2),
    }
}

/// A box of at most this size in the middle of the screen.
pub(crate) fn centred(screen: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(screen.width), height.min(screen.height));
    Rect { x: (screen.width - width) / 2, y: (screen.height - height) / 2, width, height }
}

/// Returns whether a cell of the screen is in an area.
pub(crate) fn hits(area: Option<Rect>, column: u16, row: u16) -> bool {
    area.is_some_and(|area| area.contains(Position::new(column, row)))
}
