//! The prompt for a name, one line above the table if there is no room for the panel.

use super::{
    super::{App, Pane, WidthClass},
    Field,
};

/// The screen that comes back when the prompt is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Prompt {
    focus: Pane,
    zoom: bool,
}

impl App {
    /// Begins to edit the name: in the panel beside the table, or in a prompt above it.
    pub(in crate::tui::app) fn edit_name(&mut self) -> bool {
        if self.areas().class == WidthClass::Wide || self.in_filter() {
            return self.edit(Field::Name);
        }
        let prompt = Prompt { focus: self.focus, zoom: self.zoom };
        self.focus = Pane::Table;
        let back = self.table.bookmark();
        let filter = self.table.filter.clone();
        self.filter.edit(Field::Name, &filter, true);
        if let Some(editing) = &mut self.filter.editing {
            (editing.back, editing.prompt) = (back, Some(prompt));
        }
        true
    }

    /// Returns whether the name is edited in the prompt.
    pub(crate) fn is_prompting(&self) -> bool {
        self.overlay.is_none() && self.filter.editing.as_ref().is_some_and(|editing| editing.prompt.is_some())
    }

    /// Leaves the prompt for the pane that had the focus before.
    pub(super) fn leave_prompt(&mut self, prompt: Prompt) {
        (self.focus, self.zoom) = (prompt.focus, prompt.zoom);
    }

    /// Moves an open field to where the new size of the screen has room for it.
    pub(in crate::tui::app) fn refit_editing(&mut self) {
        let wide = self.areas().class == WidthClass::Wide;
        let over = self.filter.open;
        let Some(editing) = &mut self.filter.editing else { return };
        if wide && editing.prompt.take().is_some() {
            self.focus = Pane::Filter;
        } else if !wide
            && !over
            && self.overlay.is_none()
            && editing.field == Field::Name
            && editing.prompt.is_none()
        {
            editing.prompt = Some(Prompt { focus: Pane::Table, zoom: false });
        }
    }
}
