//! What each action does.

use super::{
    App, Copyable, Overlay, PATIENCE, Pane, Subject, Tab, WidthClass,
    browse::{Land, Turned},
    filter::Field,
    message::Effect,
    palette::{Command, Palette},
};
use crate::{
    model::{CustomerFilter, Row, SortBy, SortOrder, Status, StatusFilter},
    tui::action::{Action, Scope},
};

impl App {
    /// Whether actions of this scope apply now.
    pub(crate) fn applies(&self, scope: Scope) -> bool {
        let detail = self.areas().detail.is_some() && self.detail.subject.is_some();
        match scope {
            Scope::Main => true,
            Scope::Detail => detail,
            Scope::Orders => detail && self.detail.tab == Tab::Orders,
            Scope::Raw => detail && self.focus == Pane::Detail && self.detail.tab == Tab::Raw,
        }
    }

    /// Does what the person wants; says whether anything visible may have changed.
    pub(crate) fn perform(&mut self, action: Action) -> bool {
        use Action as A;
        match action {
            A::NextRow | A::PreviousRow => self.step(action == A::NextRow),
            A::FirstRow => self.jump(0),
            A::LastRow => self.jump(usize::MAX),
            A::HalfScreenDown => self.glide(self.screenful() / 2, true, false),
            A::HalfScreenUp => self.glide(self.screenful() / 2, false, false),
            A::ScreenDown => self.glide(self.screenful(), true, true),
            A::ScreenUp => self.glide(self.screenful(), false, true),
            A::NextPage | A::PreviousPage if self.areas().table.is_none() => {
                let back = self.keys.label(Action::Back);
                self.note(format!("Pages are the table's: [{back}] goes back to it."))
            }
            A::NextPage => self.turn(true, Land::First),
            A::PreviousPage => self.turn(false, Land::First),
            A::NextPane | A::PreviousPane => self.cycle(action == A::NextPane),
            A::Enter => self.enter(),
            A::Back => self.back(),
            A::NextTab | A::PreviousTab => {
                self.detail.switch(self.detail.tab.step(action == A::NextTab));
                true
            }
            A::Zoom => {
                self.zoom = !self.zoom;
                true
            }
            A::SearchRaw => {
                self.detail.search.typing = true;
                true
            }
            A::NextMatch | A::PreviousMatch => self.next_match(action == A::NextMatch),
            A::OwnRecord => self.own_record(),
            A::OrderTerm => {
                self.detail.switch_term(&mut self.out);
                true
            }
            A::EditName => self.edit(Field::Name),
            A::FilterPanel => self.filter_panel(),
            A::StatusActive => self.show_status(StatusFilter::One(Status::active())),
            A::StatusPending => self.show_status(StatusFilter::One(Status::pending())),
            A::StatusInactive => self.show_status(StatusFilter::One(Status::inactive())),
            A::Status1026 => self.show_status(StatusFilter::One(Status::new(Status::LISTED[3]))),
            A::StatusAll => self.show_status(StatusFilter::All),
            A::NextSort => self.next_sort(),
            A::ReverseSort => {
                self.sort(self.browse.filter.sort_by, Some(self.browse.filter.order.reversed()))
            }
            A::ClearFilters => self.clear_filters(),
            A::Refresh => self.refresh(),
            A::GoToCustomer => self.open(Overlay::go_to()),
            A::Mark => self.mark(),
            A::ClearMarks => self.clear_marks(),
            A::Columns => self.open(Overlay::Columns { selected: 0 }),
            A::CopyId => self.copy(Copyable::CustomerId),
            A::CopyMenu => self.open(Overlay::CopyMenu { selected: 0 }),
            A::Inspector => self.open(Overlay::Inspector { index: 0, top: 0 }),
            A::Mouse => self.toggle_mouse(),
            A::Palette => self.open(Overlay::Palette(Palette::default())),
            A::Help => self.open(Overlay::help()),
            A::Suspend => {
                self.out.send(Effect::Suspend);
                false
            }
            A::Quit => {
                self.out.send(Effect::Quit);
                false
            }
        }
    }

    /// Runs a command of the palette.
    pub(crate) fn run(&mut self, command: Command) -> Result<(), String> {
        match command {
            Command::Action(action) if self.applies(action.info().scope) => {
                self.remember_action(action);
                self.perform(action);
            }
            Command::Action(action) => {
                return Err(format!("{} applies in the detail pane only", action.info().name));
            }
            Command::Status(status) => {
                self.show_status(status);
            }
            Command::Sort(by, order) => {
                self.sort(by, order);
            }
            Command::Customer(id) => self.go_to(&id)?,
            Command::Field(field, text) => {
                let filter = self.browse.filter.clone();
                self.filter.edit(field, &filter, false);
                if let Some(editing) = &mut self.filter.editing {
                    editing.input = text.into();
                }
                let applied = self.filter.apply(&filter, self.now.today());
                match applied {
                    Ok(filter) => {
                        self.filter.editing = None;
                        self.show(filter);
                    }
                    Err(error) => {
                        self.filter.cancel();
                        return Err(error);
                    }
                }
            }
        }
        Ok(())
    }

    fn open(&mut self, overlay: Overlay) -> bool {
        self.overlay = Some(overlay);
        true
    }

    fn screenful(&self) -> usize {
        if self.focus == Pane::Detail { self.detail_height() } else { self.visible_rows() }.max(1)
    }

    fn step(&mut self, down: bool) -> bool {
        match self.focus {
            _ if self.in_filter() => self.filter.step(down),
            Pane::Detail => self.detail.scroll(if down { 1 } else { -1 }, self.detail_height()),
            _ => return self.glide(1, down, true),
        }
        true
    }

    /// Moves the selection by some rows; past the edge, to the next page if `onwards`.
    pub(super) fn glide(&mut self, by: usize, down: bool, onwards: bool) -> bool {
        if self.in_filter() {
            return self.jump(if down { usize::MAX } else { 0 });
        }
        if self.focus == Pane::Detail {
            let by = isize::try_from(by).unwrap_or(isize::MAX);
            self.detail.scroll(if down { by } else { -by }, self.detail_height());
            return true;
        }
        let len = self.browse.shown().map_or(0, super::Shown::len);
        let selected = self.browse.selected;
        if onwards && (down && selected + 1 >= len || !down && selected == 0) {
            return self.pass_edge(down);
        }
        self.select_row(if down { selected + by } else { selected.saturating_sub(by) })
    }

    fn jump(&mut self, index: usize) -> bool {
        match self.focus {
            _ if self.in_filter() => {
                self.filter.field = if index == 0 { Field::ALL[0] } else { Field::PageSize };
            }
            Pane::Detail => self.detail.scroll_to(index, self.detail_height()),
            _ => return self.select_row(index),
        }
        true
    }

    /// Selects a row of the table; the detail follows it again.
    pub(crate) fn select_row(&mut self, index: usize) -> bool {
        self.leave_id();
        let visible = self.visible_rows();
        self.browse.select(index, visible);
        true
    }

    /// Goes past the last row or the first one. Of a held key, what comes while the page is on its way goes on in it; but
    /// not where the wait was long enough to be seen.
    pub(crate) fn pass_edge(&mut self, down: bool) -> bool {
        if self.browse.is_turning() {
            self.browse.queue_row(down);
            return false;
        }
        self.turn(down, if down { Land::First } else { Land::Last })
    }

    /// Goes to another page; from the page that is on its way, where there is one.
    pub(crate) fn turn(&mut self, forward: bool, land: Land) -> bool {
        self.leave_id();
        match self.browse.turn(forward, land, self.now, &mut self.out) {
            Turned::Yes => true,
            Turned::Edge if forward => self.note("This is the last page."),
            Turned::Edge => self.note("This is the first page."),
            Turned::Lost => {
                let refresh = self.keys.label(Action::Refresh);
                self.warn_now(format!(
                    "What was asked for did not come: [{refresh}] tries again, [Esc] goes back."
                ))
            }
        }
    }

    fn cycle(&mut self, forward: bool) -> bool {
        let panes: &[Pane] = match self.areas().class {
            WidthClass::Wide => &[Pane::Filter, Pane::Table, Pane::Detail],
            _ => &[Pane::Table, Pane::Detail],
        };
        let index = panes.iter().position(|pane| *pane == self.focus).unwrap_or_default();
        let count = panes.len();
        self.focus = panes[(index + if forward { 1 } else { count - 1 }) % count];
        true
    }

    fn enter(&mut self) -> bool {
        if self.in_filter() {
            return self.choose_field();
        }
        if self.focus == Pane::Table && (self.browse.row().is_some() || self.detail.subject.is_some()) {
            self.focus = Pane::Detail;
        }
        true
    }

    /// Chooses what the filter panel's cursor is on.
    pub(crate) fn choose_field(&mut self) -> bool {
        match self.filter.field {
            Field::Status(index) => self.show_status(StatusFilter::One(Status::new(Status::LISTED[index]))),
            Field::AllStatuses => self.show_status(StatusFilter::All),
            Field::Sort => self.next_sort(),
            field => self.edit(field),
        }
    }

    /// One step back, from the innermost thing out.
    fn back(&mut self) -> bool {
        if matches!(self.overlay, Some(Overlay::Filter)) {
            self.overlay = None;
        } else if self.focus == Pane::Detail && self.detail.search.needle().is_some() {
            self.detail.search = super::search::Search::default();
        } else if self.focus == Pane::Table && self.browse.stop(&mut self.out) {
            self.filter.follow(&self.browse.filter.clone(), self.now.today());
            let words =
                if self.browse.shown().is_some() { " What is shown is what was there before." } else { "" };
            return self.note(format!("Stopped.{words}"));
        } else if self.focus == Pane::Detail && self.detail_is_awaited() && self.detail.stop(&mut self.out) {
            return self.note("Stopped.");
        } else if self.zoom {
            self.zoom = false;
        } else if matches!(self.detail.subject, Some(Subject::Id(_))) {
            self.leave_id();
            self.focus = Pane::Table;
        } else if let (Pane::Detail, Some(Subject::Own(row))) = (self.focus, &self.detail.subject) {
            let row = row.clone();
            self.detail.show(Some(Subject::Row(row)), self.now, &mut self.out);
        } else if self.focus == Pane::Table {
            return self.note(format!("{} quits.", self.keys.label(Action::Quit)));
        } else {
            self.focus = Pane::Table;
        }
        true
    }

    /// Whether the wait for the detail is visible: before that, Esc means the step back.
    fn detail_is_awaited(&self) -> bool {
        let since = self.detail.waiting_since;
        since.is_some_and(|since| self.now.mono.saturating_sub(since) >= PATIENCE)
    }

    /// Goes back from a customer that was asked for by id to the selected row.
    fn leave_id(&mut self) {
        if matches!(self.detail.subject, Some(Subject::Id(_))) {
            self.detail.show(None, self.now, &mut self.out);
        }
    }

    fn next_match(&mut self, forward: bool) -> bool {
        match self.detail.search.step(forward) {
            Some(line) => {
                let height = self.detail_height();
                self.detail.scroll_to(line.saturating_sub(height / 2), height);
                true
            }
            None => self.warn_now("No match."),
        }
    }

    fn own_record(&mut self) -> bool {
        let Some(Subject::Row(row)) = &self.detail.subject else {
            return self.note("This is the row's own record.");
        };
        if row.customer().is_none() {
            return self.warn_now("This row has no customer id.");
        }
        let subject = Subject::Own(row.clone());
        self.detail.show(Some(subject), self.now, &mut self.out);
        self.detail.rest_until = None;
        true
    }

    /// Shows a customer by its id: the row of the page, where it is there, else its record alone.
    pub(crate) fn go_to(&mut self, id: &str) -> Result<(), String> {
        let id = id.trim();
        if id.is_empty() || id.chars().any(|c| !c.is_ascii_alphanumeric() && c != '-' && c != '_') {
            return Err("letters and digits, for example 1006500792".to_owned());
        }
        let is_it = |row: &Row| row.customer().is_some_and(|row| row.customer_id == id);
        let place = self
            .browse
            .shown()
            .and_then(|shown| (0..shown.len()).find(|index| shown.row(*index).is_some_and(is_it)));
        if let Some(index) = place {
            self.select_row(index);
        } else {
            self.detail.show(Some(Subject::Id(id.to_owned())), self.now, &mut self.out);
            self.detail.rest_until = None;
        }
        self.focus = Pane::Detail;
        Ok(())
    }

    fn filter_panel(&mut self) -> bool {
        match (self.areas().class, &self.overlay) {
            (WidthClass::Wide, _) => {
                self.focus = if self.focus == Pane::Filter { Pane::Table } else { Pane::Filter };
                self.zoom = false;
            }
            (_, Some(Overlay::Filter)) => self.overlay = None,
            _ => self.overlay = Some(Overlay::Filter),
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
            self.overlay = Some(Overlay::Filter);
        }
        let filter = self.browse.filter.clone();
        let back = match self.filter.editing.take() {
            Some(editing) => editing.back,
            None => self.browse.bookmark(),
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
            _ if filter == self.browse.filter => {}
            Some(bookmark) if bookmark.filter == filter => {
                self.browse.go_back(bookmark, self.now, &mut self.out);
            }
            _ => {
                self.show(filter);
            }
        }
    }

    /// Applies what is being typed; says whether it could be.
    pub(crate) fn apply_typed(&mut self) -> bool {
        let filter = self.browse.filter.clone();
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
        if filter != self.browse.filter {
            self.leave_id();
            self.browse.apply(filter, self.now, &mut self.out);
        }
        true
    }

    fn show_status(&mut self, status: StatusFilter) -> bool {
        self.filter.field = match &status {
            StatusFilter::All => Field::AllStatuses,
            StatusFilter::One(status) => Field::Status(
                Status::LISTED.iter().position(|code| *code == status.code()).unwrap_or_default(),
            ),
        };
        self.show(CustomerFilter { status, ..self.browse.filter.clone() })
    }

    fn next_sort(&mut self) -> bool {
        let by = match self.browse.filter.sort_by {
            SortBy::CreationDate => SortBy::CompanyName,
            SortBy::CompanyName => SortBy::CreationDate,
        };
        self.sort(by, None)
    }

    /// Sorts by a column; a new column starts in the direction that people expect of it.
    pub(crate) fn sort(&mut self, sort_by: SortBy, order: Option<SortOrder>) -> bool {
        let natural = match sort_by {
            SortBy::CreationDate => SortOrder::Descending,
            SortBy::CompanyName => SortOrder::Ascending,
        };
        let order = order.unwrap_or(natural);
        self.show(CustomerFilter { sort_by, order, ..self.browse.filter.clone() })
    }

    fn clear_filters(&mut self) -> bool {
        if !self.browse.filter.is_narrowed() && self.filter.typed == super::filter::Typed::default() {
            return self.note("No name and no dates are set.");
        }
        self.filter.clear();
        self.show(CustomerFilter { name: None, from: None, to: None, ..self.browse.filter.clone() })
    }

    fn refresh(&mut self) -> bool {
        self.browse.refresh(self.now, &mut self.out);
        self.detail.refresh(self.now, &mut self.out);
        if self.reseller.error().is_some() {
            let ticket = self.out.ask(Effect::FetchReseller);
            self.reseller.load(ticket);
        }
        true
    }

    fn mark(&mut self) -> bool {
        if self.in_filter() {
            return self.choose_field();
        }
        let Some(row) = self.browse.customer() else {
            return self.warn_now("Only customers can be marked.");
        };
        self.marks.toggle(row);
        // In the table, on to the next one, for several in a row.
        self.focus != Pane::Table || self.select_row(self.browse.selected + 1)
    }

    fn clear_marks(&mut self) -> bool {
        let count = self.marks.len();
        self.marks.clear();
        match count {
            0 => self.note("No row is marked."),
            1 => self.note("1 row unmarked."),
            count => self.note(format!("{count} rows unmarked.")),
        }
    }

    /// Copies something, or says that there is none.
    pub(crate) fn copy(&mut self, what: Copyable) -> bool {
        let told = what.told(self);
        match what.text(self) {
            Some(text) => self.copy_text(text, told),
            None => self.warn_now(format!("Nothing to copy here: {}.", what.label(self))),
        }
    }

    pub(crate) fn copy_text(&mut self, text: String, told: String) -> bool {
        self.copying = Some(told);
        self.out.send(Effect::Copy(text));
        false
    }

    fn toggle_mouse(&mut self) -> bool {
        self.mouse = !self.mouse;
        self.out.send(Effect::SetMouse(self.mouse));
        self.note(if self.mouse {
            "The mouse works here: click, double-click, wheel."
        } else {
            "The mouse is the terminal's: select text as usual."
        })
    }
}
