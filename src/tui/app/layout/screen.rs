//! The size of the screen, and which pane of it has the focus.

use super::{Areas, Pane, WidthClass};

/// The screen as the user has arranged it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ScreenState {
    /// Columns and rows.
    pub(crate) size: (u16, u16),
    /// The pane that takes the keys.
    pub(crate) focus: Pane,
    /// True if that pane takes all the room.
    pub(crate) zoom: bool,
}

impl ScreenState {
    /// Makes a screen with the focus on the table.
    pub(crate) fn new(size: (u16, u16)) -> Self {
        Self { size, focus: Pane::Table, zoom: false }
    }

    /// Lays the screen out, with a filter panel of `panel` columns.
    pub(crate) fn areas(self, panel: u16) -> Areas {
        Areas::of(self.size, self.focus, self.zoom, panel)
    }

    /// Returns how many panes are side by side.
    pub(crate) fn class(self) -> WidthClass {
        WidthClass::of(self.size.0)
    }

    /// Moves the focus to the next pane or the one before, around the ends.
    pub(crate) fn cycle(&mut self, forward: bool) {
        let panes: &[Pane] = match self.class() {
            WidthClass::Wide => &[Pane::Filter, Pane::Table, Pane::Detail],
            WidthClass::Medium | WidthClass::Narrow => &[Pane::Table, Pane::Detail],
        };
        let index = panes.iter().position(|pane| *pane == self.focus).unwrap_or_default();
        let count = panes.len();
        self.focus = panes[(index + if forward { 1 } else { count - 1 }) % count];
    }
}
