//! The prompt for a name, one line above the table if there is no room for the panel.

use super::{FilterContext, FilterField};
use crate::tui::app::layout::{Pane, WidthClass};

/// The screen that comes back when the prompt is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Prompt {
    focus: Pane,
    zoom: bool,
}

impl FilterContext<'_> {
    /// Begins to edit the name: in the panel beside the table, or in a prompt above it.
    pub(crate) fn edit_name(&mut self) -> bool {
        if self.screen.class() == WidthClass::Wide || self.has_keys() {
            return self.edit(FilterField::Name);
        }
        let prompt = Prompt { focus: self.screen.focus, zoom: self.screen.zoom };
        self.screen.focus = Pane::Table;
        let back = self.table.bookmark();
        let filter = self.table.filter.clone();
        self.filter.edit(FilterField::Name, &filter, true);
        if let Some(editing) = &mut self.filter.editing {
            (editing.back, editing.prompt) = (back, Some(prompt));
        }
        true
    }

    /// Leaves the prompt for the pane that had the focus before.
    pub(super) fn leave_prompt(&mut self, prompt: Prompt) {
        (self.screen.focus, self.screen.zoom) = (prompt.focus, prompt.zoom);
    }

    /// Keeps the focus and the open field possible after the size of the screen has changed.
    pub(crate) fn refit(&mut self) {
        let wide = self.screen.class() == WidthClass::Wide;
        if wide && self.filter.open {
            self.filter.open = false;
            self.screen.focus = Pane::Filter;
        } else if !wide && self.screen.focus == Pane::Filter {
            (self.screen.focus, self.screen.zoom) = (Pane::Table, false);
            if self.filter.editing.as_ref().is_some_and(|editing| editing.field != FilterField::Name) {
                self.filter.open = true;
            }
        }
        self.refit_editing();
    }

    /// Moves an open field to where there is room for it at the new screen size.
    fn refit_editing(&mut self) {
        let wide = self.screen.class() == WidthClass::Wide;
        let over = self.filter.open;
        let Some(editing) = &mut self.filter.editing else { return };
        if wide && editing.prompt.take().is_some() {
            self.screen.focus = Pane::Filter;
        } else if !wide
            && !over
            && !self.is_covered
            && editing.field == FilterField::Name
            && editing.prompt.is_none()
        {
            editing.prompt = Some(Prompt { focus: Pane::Table, zoom: false });
        }
    }
}
