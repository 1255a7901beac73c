//! Actions that filter and sort, and how typed values are applied.

use super::{
    super::{App, Pane, WidthClass},
    Field, Typed,
};
use crate::model::{CustomerFilter, SortBy, SortOrder, Status, StatusFilter};

impl App {
    /// Chooses what the filter panel's cursor is on.
    pub(crate) fn choose_field(&mut self) -> bool {
        match self.filter.field {
            Field::Status(index) => self.show_status(StatusFilter::One(Status::new(Status::LISTED[index]))),
            Field::AllStatuses => self.show_status(StatusFilter::All),
            Field::Preset(preset) => self.choose_preset(preset),
            Field::Sort => self.next_sort(),
            field => self.edit(field),
        }
    }

    pub(in crate::tui::app) fn filter_panel(&mut self) -> bool {
        if self.areas().class == WidthClass::Wide {
            self.focus = if self.focus == Pane::Filter { Pane::Table } else { Pane::Filter };
            self.zoom = false;
        } else {
            self.filter.open = !self.filter.open;
        }
        true
    }

    /// Begins to edit a text field of the filter, opening the panel where it is folded.
    pub(crate) fn edit(&mut self, field: Field) -> bool {
        // From one field to the next, the way back stays the same.
        let from_outside =
            !self.in_filter() || self.filter.editing.as_ref().is_some_and(|it| it.from_outside);
        if self.areas().class == WidthClass::Wide {
            self.focus = Pane::Filter;
            self.zoom = false;
        } else {
            self.filter.open = true;
        }
        let filter = self.table.filter.clone();
        let back = match self.filter.editing.take() {
            Some(editing) => editing.back,
            None => self.table.bookmark(),
        };
        self.filter.edit(field, &filter, from_outside);
        if let Some(editing) = &mut self.filter.editing {
            editing.back = back;
        }
        true
    }

    /// Ends editing without what was typed, and goes back to where the list was.
    pub(crate) fn cancel_editing(&mut self) {
        let back = self.filter.editing.as_mut().and_then(|editing| editing.back.take());
        let Some(filter) = self.filter.cancel() else { return };
        match back {
            _ if filter == self.table.filter => {}
            Some(bookmark) if bookmark.filter == filter => {
                self.table.go_back(bookmark, self.now, &mut self.out);
            }
            _ => {
                self.show(filter);
            }
        }
    }

    /// Applies what is being typed; says whether it could be.
    pub(crate) fn apply_typed(&mut self) -> bool {
        let filter = self.table.filter.clone();
        match self.filter.apply(&filter, self.now.today()) {
            Ok(filter) => {
                self.show(filter);
                true
            }
            Err(_) => false,
        }
    }

    /// Shows the first page of a filter, unless it is the one that is in force.
    pub(crate) fn show(&mut self, filter: CustomerFilter) -> bool {
        if filter != self.table.filter {
            self.row_before = None;
            self.leave_id();
            self.table.apply(filter, self.now, &mut self.out);
        }
        true
    }

    pub(in crate::tui::app) fn show_status(&mut self, status: StatusFilter) -> bool {
        self.filter.point_at(&status);
        self.show(CustomerFilter { status, ..self.table.filter.clone() })
    }

    pub(in crate::tui::app) fn next_sort(&mut self) -> bool {
        let (all, current) = (self.table.sortable(), self.table.filter.sort_by);
        let next = all.iter().position(|by| *by == current).map_or(0, |index| index + 1);
        let by = all.get(next).or(all.first()).copied().unwrap_or(current);
        self.sort(by, None)
    }

    /// Sorts by a column; a new column starts in the direction that people expect of it.
    pub(crate) fn sort(&mut self, sort_by: SortBy, order: Option<SortOrder>) -> bool {
        if !self.table.sortable().contains(&sort_by) {
            let titles: Vec<&str> = self.table.sortable().iter().map(|by| by.title()).collect();
            return self.note(format!("The API sorts by {} only.", titles.join(" or ")));
        }
        let order = order.unwrap_or(sort_by.natural_order());
        self.show(CustomerFilter { sort_by, order, ..self.table.filter.clone() })
    }

    pub(in crate::tui::app) fn clear_filters(&mut self) -> bool {
        if !self.table.filter.is_narrowed() && self.filter.typed == Typed::default() {
            return self.note("No name and no dates are set.");
        }
        self.filter.clear();
        self.show(CustomerFilter { name: None, from: None, to: None, ..self.table.filter.clone() })
    }
}
