//! Actions that filter and sort, and how typed values are applied.

use super::{FilterContext, FilterField, Typed};
use crate::{
    model::{CustomerFilter, SortBy, SortOrder, SortRule, Status, StatusFilter},
    tui::{
        action::Action,
        app::layout::{Pane, WidthClass},
    },
};

impl FilterContext<'_> {
    /// Does an action of the filter; returns true if anything visible may have changed.
    pub(crate) fn perform(&mut self, action: Action) -> bool {
        match action {
            Action::EditName => self.edit_name(),
            Action::NameAnywhere => self.search_anywhere(),
            Action::FilterPanel => self.filter_panel(),
            Action::StatusActive => self.show_status(StatusFilter::One(Status::active())),
            Action::StatusPending => self.show_status(StatusFilter::One(Status::pending())),
            Action::StatusInactive => self.show_status(StatusFilter::One(Status::inactive())),
            Action::Status1026 => self.show_status(StatusFilter::One(Status::new(Status::LISTED[3]))),
            Action::StatusAll => self.show_status(StatusFilter::All),
            Action::NextSort => self.next_sort(),
            Action::ReverseSort => {
                let order = self.table.filter.order.reversed();
                self.show(CustomerFilter { order, ..self.table.filter.clone() })
            }
            Action::ClearFilters => self.clear_filters(),
            _ => false,
        }
    }

    /// Chooses or edits the field under the panel's cursor.
    pub(crate) fn choose_field(&mut self) -> bool {
        match self.filter.field {
            FilterField::Status(index) => {
                self.show_status(StatusFilter::One(Status::new(Status::LISTED[index])))
            }
            FilterField::AllStatuses => self.show_status(StatusFilter::All),
            FilterField::Preset(preset) => self.choose_preset(preset),
            FilterField::Sort => self.next_sort(),
            field => self.edit(field),
        }
    }

    pub(crate) fn filter_panel(&mut self) -> bool {
        if self.screen.class() == WidthClass::Wide {
            self.screen.focus = if self.screen.focus == Pane::Filter { Pane::Table } else { Pane::Filter };
            self.screen.zoom = false;
        } else {
            self.filter.open = !self.filter.open;
        }
        true
    }

    /// Begins to edit a text field of the filter, and opens the panel if it is collapsed.
    pub(crate) fn edit(&mut self, field: FilterField) -> bool {
        // From one field to the next, the way back stays the same.
        let from_outside = !self.has_keys() || self.filter.editing.as_ref().is_some_and(|it| it.from_outside);
        if self.screen.class() == WidthClass::Wide {
            self.screen.focus = Pane::Filter;
            self.screen.zoom = false;
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

    /// Cancels editing and returns the list to where it was.
    pub(crate) fn cancel_editing(&mut self) {
        let back = self.filter.editing.as_mut().and_then(|editing| editing.back.take());
        let Some(filter) = self.filter.cancel() else { return };
        match back {
            _ if filter == self.table.filter => {}
            Some(bookmark) if bookmark.filter == filter => {
                self.table.go_back(bookmark, self.now, self.out);
            }
            _ => {
                self.show(filter);
            }
        }
    }

    /// Applies the text of the open field; returns false if it is invalid.
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

    pub(crate) fn show_status(&mut self, status: StatusFilter) -> bool {
        self.filter.point_at(&status);
        self.show(CustomerFilter { status, ..self.table.filter.clone() })
    }

    pub(crate) fn next_sort(&mut self) -> bool {
        let (all, current) = (self.table.sortable(), self.table.filter.sort_by);
        let next = all.iter().position(|by| *by == current).map_or(0, |index| index + 1);
        let by = all.get(next).or(all.first()).copied().unwrap_or(current);
        self.sort(by, None)
    }

    /// Sorts by a column; a new column starts in the direction that people expect of it.
    pub(crate) fn sort(&mut self, sort_by: SortBy, order: Option<SortOrder>) -> bool {
        self.sort_by_all(&[(sort_by, order)])
    }

    /// Sorts by several columns, the most significant first.
    pub(crate) fn sort_by_all(&mut self, columns: &[(SortBy, Option<SortOrder>)]) -> bool {
        let is_local = self.table.filter.portfolio.is_some();
        let titles = || self.table.sortable().iter().map(|by| by.title()).collect::<Vec<_>>().join(" or ");
        if columns.iter().any(|(by, _)| !self.table.sortable().contains(by)) {
            return self.note(if is_local {
                "The local copy cannot be sorted by this column.".to_owned()
            } else {
                format!("The API sorts by {} only.", titles())
            });
        }
        if columns.len() > 1 && !is_local {
            return self.note(format!("The API sorts by one column: {}.", titles()));
        }
        let rule = |&(by, order): &(SortBy, Option<SortOrder>)| SortRule {
            by,
            order: order.unwrap_or(by.natural_order()),
        };
        let rules: Vec<SortRule> = columns.iter().map(rule).collect();
        self.show(self.table.filter.clone().sorted(&rules))
    }

    /// Has a column decide between equal values of those that the table is sorted by; reverses it if it does already.
    pub(crate) fn add_sort(&mut self, by: SortBy) -> bool {
        let mut columns: Vec<(SortBy, Option<SortOrder>)> =
            self.table.filter.sort_rules().map(|rule| (rule.by, Some(rule.order))).collect();
        match columns.iter_mut().find(|(known, _)| *known == by) {
            Some((_, order)) => *order = order.map(SortOrder::reversed),
            None => columns.push((by, None)),
        }
        self.sort_by_all(&columns)
    }

    pub(crate) fn clear_filters(&mut self) -> bool {
        if !self.table.filter.is_narrowed() && self.filter.typed == Typed::default() {
            return self.note("No name and no dates are set.");
        }
        self.filter.clear();
        let portfolio = self.table.filter.portfolio.as_ref().map(|_| String::new());
        self.show(CustomerFilter { name: None, from: None, to: None, portfolio, ..self.table.filter.clone() })
    }

    /// Fills in a text field and applies it.
    ///
    /// # Errors
    /// Returns the reason why the text was refused; the filter stays as it was.
    pub(crate) fn set_field(&mut self, field: FilterField, text: String) -> Result<(), String> {
        let before = self.table.filter.clone();
        self.filter.edit(field, &before, false);
        if let Some(editing) = &mut self.filter.editing {
            editing.input = text.into();
        }
        match self.filter.apply(&before, self.now.today()) {
            Ok(filter) => {
                self.filter.editing = None;
                self.show(filter);
                Ok(())
            }
            Err(error) => {
                self.filter.cancel();
                Err(error)
            }
        }
    }

    /// Applies the open field if its text has rested.
    pub(crate) fn apply_if_due(&mut self) {
        let due = self.filter.editing.as_ref().and_then(|editing| editing.apply_at);
        if due.is_some_and(|at| at <= self.now.mono) {
            self.apply_typed();
        }
    }
}
