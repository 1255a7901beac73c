//! The effects of actions.

use super::super::{
    App, Overlay,
    commands::Command,
    copy::Copyable,
    detail::{DetailSubject, NoOwnRecord},
    filter::customer_id_not_found,
    layout::Pane,
    message::Effect,
    overlays::{ColumnChooser, CommandPalette, CopyMenu, GoTo, KeyList, MarkedRows, Requests, ViewList},
    table::{SelectionTarget, heading},
};
use crate::{columns::Column, tui::action::Action};

impl App {
    /// Does what the user wants; says whether anything visible may have changed.
    #[expect(clippy::too_many_lines, reason = "one arm for each action, so that none can be forgotten")]
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
            A::NextPane | A::PreviousPane => {
                self.screen.cycle(action == A::NextPane);
                true
            }
            A::Enter => self.enter(),
            A::Back => self.back(),
            A::NextTab
            | A::PreviousTab
            | A::SearchRaw
            | A::NextMatch
            | A::PreviousMatch
            | A::OwnRecord
            | A::OrderTerm => self.perform_in_detail(action),
            A::Zoom => {
                self.screen.zoom = !self.screen.zoom;
                true
            }
            A::EditName
            | A::NameAnywhere
            | A::FilterPanel
            | A::StatusActive
            | A::StatusPending
            | A::StatusInactive
            | A::Status1026
            | A::StatusAll
            | A::NextSort
            | A::ReverseSort
            | A::ClearFilters => self.filtering().perform(action),
            A::Refresh => self.refresh(),
            A::GoToCustomer
            | A::Profiles
            | A::Columns
            | A::Export
            | A::CopyMenu
            | A::Inspector
            | A::Palette
            | A::Help
            | A::ShowMarked
            | A::Views
            | A::Facets
            | A::Today
            | A::Summary => self.open_dialog(action),
            A::EditConfig => {
                self.out.send(Effect::EditConfig);
                false
            }
            A::Mark => self.mark(),
            A::ClearMarks => self.clear_marks(),
            A::Compare => self.open_comparison(),
            A::Note => self.open_note(),
            A::CopyId => self.copy(Copyable::CustomerId),
            A::Mouse => self.toggle_mouse(),
            A::Suspend => {
                self.out.send(Effect::Suspend);
                false
            }
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
            | A::CopyEmails
            | A::DeleteView
            | A::ViewLater
            | A::ViewEarlier
            | A::KeepOnDisk
            | A::KeepWithoutContacts
            | A::KeepInMemory
            | A::OnlyDifferences
            | A::CompareLeft
            | A::CompareRight
            | A::CopyComparison
            | A::SummaryLeft
            | A::SummaryRight
            | A::DeleteNote => self.act_in_dialog(action),
            A::Live => self.show_live(),
            A::NextView | A::PreviousView => self.step_view(action == A::NextView),
            A::NextWeek | A::PreviousWeek => self.step_week(action == A::NextWeek),
            A::Quit => {
                self.out.send(Effect::Quit);
                false
            }
        }
    }

    /// Does an action of the detail pane.
    fn perform_in_detail(&mut self, action: Action) -> bool {
        use Action as A;
        match action {
            A::NextTab | A::PreviousTab => {
                self.detail.switch(self.detail.next_tab(action == A::NextTab));
                true
            }
            A::SearchRaw => {
                self.detail.search.typing = true;
                true
            }
            A::NextMatch | A::PreviousMatch => {
                let found = self.detail.next_match(action == A::NextMatch, self.detail_height());
                self.say_no_match(found)
            }
            A::OwnRecord => self.own_record(),
            A::OrderTerm => {
                self.detail.switch_term(&mut self.out);
                true
            }
            _ => false,
        }
    }

    /// Opens the dialog of an action.
    fn open_dialog(&mut self, action: Action) -> bool {
        let overlay = match action {
            Action::GoToCustomer => match customer_id_not_found(&self.table).map(str::to_owned) {
                Some(id) => return self.go_to(&id).is_ok(),
                None => Overlay::GoTo(GoTo::default()),
            },
            Action::Columns => Overlay::Columns(ColumnChooser::default()),
            Action::CopyMenu => Overlay::CopyMenu(CopyMenu::default()),
            Action::Inspector => Overlay::Requests(Requests::default()),
            Action::Palette => Overlay::Palette(CommandPalette::default()),
            Action::Help => Overlay::Help(KeyList::default()),
            Action::Views => Overlay::Views(ViewList::new(self)),
            Action::Facets => return self.open_facets(),
            Action::Today => return self.open_today(),
            Action::Summary => return self.open_summary(),
            Action::Profiles => return self.open_profiles(),
            Action::Export => return self.open_export(),
            Action::ShowMarked => return self.show_marked(),
            _ => return false,
        };
        self.open(overlay)
    }

    /// Runs a command of the palette.
    pub(crate) fn run(&mut self, command: Command) -> Result<(), String> {
        match command {
            Command::Action(action) if self.applies(action.info().scope) => {
                self.recent.remember(action);
                self.perform(action);
            }
            Command::Action(action) => {
                return Err(format!("{} applies in the detail pane only", action.info().name));
            }
            Command::Status(status) => {
                self.filtering().show_status(status);
            }
            Command::Sort(columns) => {
                self.filtering().sort_by_all(&columns);
            }
            Command::Profile(name) => {
                let Some(target) = self.session.target_of(&name) else {
                    let known = self.session.configuration.profiles.iter().map(|listed| listed.name.as_str());
                    let near = crate::text::did_you_mean(&name, known.chain([crate::config::DEMO]));
                    let near = near.map(|near| format!(", did you mean {near}")).unwrap_or_default();
                    return Err(format!("there is no profile {name}{near}?"));
                };
                if target != self.session.target {
                    self.switch_to(target);
                }
            }
            Command::Customer(id) => self.go_to(&id)?,
            Command::Page(number) => self.go_to_page(number)?,
            Command::Created(range) => {
                self.filtering().show_created(range);
            }
            Command::Column(column, shown) => self.show_column(column, shown)?,
            Command::Find(query) => self.find(&query)?,
            Command::View(name) => self.open_named_view(&name)?,
            Command::SaveView(name) => self.save_view(&name)?,
            Command::Resellers(typed) => self.choose_resellers(&typed)?,
            Command::Field(field, text) => {
                self.filtering().set_field(field, text)?;
            }
        }
        Ok(())
    }

    /// Shows or hides a column. Says so if it cannot be seen, or if another one gave way to it.
    fn show_column(&mut self, column: &'static Column, shown: bool) -> Result<(), String> {
        let inside = self.areas().table_inside();
        let placed = |app: &Self| inside.map(|inside| app.placed_columns(inside.width)).unwrap_or_default();
        let before: Vec<&Column> = placed(self).iter().map(|placed| placed.column).collect();
        if !self.columns.show(column, shown) {
            return Err("the last column cannot be hidden".to_owned());
        }
        let after = placed(self);
        let is_lost = |known: &&Column| !after.iter().any(|placed| placed.column == *known);
        if let Some(when) = self.why_hidden(column).filter(|_| shown) {
            self.warn_now(format!("{} is shown {when}.", heading(column)));
        } else if let Some(lost) = before.into_iter().chain([column]).find(is_lost).filter(|_| shown) {
            let (name, key) = (heading(lost), self.keys.label(Action::Columns));
            self.warn_now(format!(
                "There is no room for {name} here: [{key}] hides others or moves it left."
            ));
        }
        Ok(())
    }

    /// Says which of the wanted columns cannot be seen for want of room.
    pub(crate) fn name_columns_without_room(&mut self) {
        let Some(inside) = self.areas().table_inside() else { return };
        let placed = self.placed_columns(inside.width);
        let is_lost = |column: &&'static Column| {
            !placed.iter().any(|placed| placed.column == *column) && self.why_hidden(column).is_none()
        };
        let lost: Vec<&str> = self.columns.wanted().filter(is_lost).map(heading).collect();
        let names = match lost.as_slice() {
            [] => return,
            [one] => (*one).to_owned(),
            [one, other] => format!("{one} and {other}"),
            [one, rest @ ..] => format!("{one} and {} others", rest.len()),
        };
        self.warn_now(format!("No room here for {names}."));
    }

    fn own_record(&mut self) -> bool {
        match self.detail.open_own_record(self.now, &mut self.out) {
            Ok(()) => true,
            Err(NoOwnRecord::IsShown) => self.note("This is the row's own record."),
            Err(NoOwnRecord::NoCustomerId) => self.warn_now("This row has no customer ID."),
        }
    }

    fn refresh(&mut self) -> bool {
        self.table.refresh(self.now, &mut self.out);
        self.strip.outdate();
        self.detail.refresh(self.now, &mut self.out);
        self.detail.records.notes.outdate();
        self.session.refresh(&mut self.out);
        let coverage = self.table.shown().and_then(|window| window.coverage.as_ref());
        match coverage.and_then(|coverage| coverage.synced_by) {
            Some(process) => {
                self.note(format!("Process {process} syncs this copy: what it has stored is read again."))
            }
            None => true,
        }
    }

    fn mark(&mut self) -> bool {
        if self.in_filter() {
            return self.filtering().choose_field();
        }
        if self.refuses_previous_rows() {
            return true;
        }
        let Some(row) = self.table.customer() else {
            return self.warn_now("Only customers can be marked.");
        };
        self.marks.toggle(row);
        // In the table, on to the next one, for several in a row.
        self.screen.focus != Pane::Table || self.select_row(self.table.selected + 1)
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
        if what == Copyable::Email && self.marks.len() > 0 {
            return self.copy_emails();
        }
        let copied = what.noun(self);
        match what.text(self) {
            Some(text) => self.copy_text(text, copied),
            None => self.warn_now(format!("Nothing to copy here: {}.", what.label(self))),
        }
    }

    /// Copies a text; the notice will say that `what` was copied.
    pub(crate) fn copy_text(&mut self, text: String, what: String) -> bool {
        self.copying = Some(what);
        self.out.send(Effect::Copy(text));
        false
    }

    fn toggle_mouse(&mut self) -> bool {
        self.mouse = !self.mouse;
        self.out.send(Effect::SetMouse(self.mouse));
        self.note(if self.mouse { "Mouse on" } else { "Mouse off: select text as usual." })
    }

    /// Returns true, with a notice, if what is selected belongs to a previous question: it cannot be copied or marked.
    pub(in crate::tui::app) fn refuses_previous_rows(&mut self) -> bool {
        if matches!(self.detail.subject, Some(DetailSubject::Id(_))) {
            return false;
        }
        let Some(what) = self.table.previous_question() else { return false };
        let back = self.keys.label(Action::Back);
        self.warn_now(format!("These rows are of the previous {what}: [{back}] goes back to it."))
    }
}
