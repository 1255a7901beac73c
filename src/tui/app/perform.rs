//! The effects of actions.

use super::{
    App, Copyable, Overlay, Pane, Subject, Tab,
    commands::Command,
    message::Effect,
    overlays::{ColumnChooser, CopyMenu, GoTo, Help, MarkedRows, Palette, Requests},
    table::SelectionTarget,
};
use crate::{
    model::{Status, StatusFilter},
    tui::action::{Action, Scope},
};

impl App {
    /// Returns true if actions of this scope apply now.
    pub(crate) fn applies(&self, scope: Scope) -> bool {
        let detail = self.areas().detail.is_some() && self.detail.subject.is_some();
        match scope {
            Scope::Main => true,
            Scope::Detail => detail,
            Scope::Orders => detail && self.detail.tab == Tab::Orders,
            Scope::Raw => detail && self.focus == Pane::Detail && self.detail.tab == Tab::Raw,
            Scope::Overlay(kind) => {
                self.overlay.as_ref().is_some_and(|overlay| overlay.dialog().kind() == kind)
            }
        }
    }

    /// Does what the user wants; says whether anything visible may have changed.
    pub(crate) fn perform(&mut self, action: Action) -> bool {
        use Action as A;
        match action {
            A::NextRow | A::PreviousRow => self.move_selection(1, action == A::NextRow, true),
            A::FirstRow => self.jump(0),
            A::LastRow => self.jump(usize::MAX),
            A::HalfScreenDown => self.move_selection(self.screenful() / 2, true, false),
            A::HalfScreenUp => self.move_selection(self.screenful() / 2, false, false),
            A::ScreenDown => self.move_selection(self.screenful(), true, true),
            A::ScreenUp => self.move_selection(self.screenful(), false, true),
            A::FirstPage | A::LastPage => {
                let number = if action == A::FirstPage { 1 } else { u64::MAX };
                if let Err(words) = self.go_to_page(number) {
                    self.warn_now(crate::text::sentence(&words));
                }
                true
            }
            A::NextPage => self.turn(true, SelectionTarget::First),
            A::PreviousPage => self.turn(false, SelectionTarget::First),
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
            A::EditName => self.edit_name(),
            A::NameAnywhere => self.search_anywhere(),
            A::FilterPanel => self.filter_panel(),
            A::StatusActive => self.show_status(StatusFilter::One(Status::active())),
            A::StatusPending => self.show_status(StatusFilter::One(Status::pending())),
            A::StatusInactive => self.show_status(StatusFilter::One(Status::inactive())),
            A::Status1026 => self.show_status(StatusFilter::One(Status::new(Status::LISTED[3]))),
            A::StatusAll => self.show_status(StatusFilter::All),
            A::NextSort => self.next_sort(),
            A::ReverseSort => self.sort(self.table.filter.sort_by, Some(self.table.filter.order.reversed())),
            A::ClearFilters => self.clear_filters(),
            A::Refresh => self.refresh(),
            A::GoToCustomer => match self.customer_id_not_found_by_name() {
                Some(id) => self.go_to(&id).is_ok(),
                None => self.open(Overlay::GoTo(GoTo::default())),
            },
            A::Profiles => self.open_profiles(),
            A::EditConfig => {
                self.out.send(Effect::EditConfig);
                false
            }
            A::Mark => self.mark(),
            A::ClearMarks => self.clear_marks(),
            A::Columns => self.open(Overlay::Columns(ColumnChooser::default())),
            A::Export => self.open_export(),
            A::CopyId => self.copy(Copyable::CustomerId),
            A::CopyMenu => self.open(Overlay::CopyMenu(CopyMenu::default())),
            A::Inspector => self.open(Overlay::Requests(Requests::default())),
            A::Mouse => self.toggle_mouse(),
            A::Palette => self.open(Overlay::Palette(Palette::default())),
            A::Help => self.open(Overlay::Help(Help::default())),
            A::Suspend => {
                self.out.send(Effect::Suspend);
                false
            }
            A::ShowMarked => self.show_marked(),
            // The keys of dialogs: only the open dialog knows what they mean.
            A::Complete
            | A::CopyNumber
            | A::ToggleColumn
            | A::ColumnLater
            | A::ColumnEarlier
            | A::DefaultColumns
            | A::EarlierRequest
            | A::LaterRequest
            | A::CopyRequest
            | A::AddProfile
            | A::EditProfile
            | A::TestProfile
            | A::RemoveProfile
            | A::DefaultProfile
            | A::NextChoice
            | A::PreviousChoice
            | A::StopExport
            | A::Accept
            | A::Decline
            | A::CopyEmails => self.act_in_dialog(action),
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
            Command::Profile(name) => {
                let Some(target) = self.target_of(&name) else {
                    let known = self.known.profiles.iter().map(|listed| listed.name.as_str());
                    let near = crate::text::did_you_mean(&name, known.chain([crate::config::DEMO]));
                    let near = near.map(|near| format!(", did you mean {near}")).unwrap_or_default();
                    return Err(format!("there is no profile {name}{near}?"));
                };
                if target != self.target {
                    self.switch_to(target);
                }
            }
            Command::Customer(id) => self.go_to(&id)?,
            Command::Page(number) => self.go_to_page(number)?,
            Command::Resellers(typed) => self.choose_resellers(&typed)?,
            Command::Field(field, text) => {
                let filter = self.table.filter.clone();
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
            return self.warn_now("This row has no customer ID.");
        }
        let subject = Subject::Own(row.clone());
        self.detail.show(Some(subject), self.now, &mut self.out);
        self.detail.rest_until = None;
        true
    }

    fn refresh(&mut self) -> bool {
        self.table.refresh(self.now, &mut self.out);
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
        if self.refuses_previous_rows() {
            return true;
        }
        let Some(row) = self.table.customer() else {
            return self.warn_now("Only customers can be marked.");
        };
        self.marks.toggle(row);
        // In the table, on to the next one, for several in a row.
        self.focus != Pane::Table || self.select_row(self.table.selected + 1)
    }

    fn show_marked(&mut self) -> bool {
        if self.marks.len() == 0 {
            return self.note(format!("No row is marked: {} marks one.", self.keys.label(Action::Mark)));
        }
        self.open(Overlay::Marked(MarkedRows::default()))
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
        if self.marks.len() == 0 && self.refuses_previous_rows() {
            return true;
        }
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
        self.note(if self.mouse { "Mouse on" } else { "Mouse off: select text as usual" })
    }
}
