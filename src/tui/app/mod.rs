//! Every fact that the screen shows, changed only by [`App::update`].
//!
//! Pure state: no I/O, no clock (the time comes with each message), no tasks. What the world has to do is
//! returned as [`Effect`]s; what it did comes back as [`Message`]s.
//!
//! The parts are rooms of their own and know nothing of [`App`]: the `session`, the `table`, the `filter`, the
//! `detail` pane. Dialogs (`overlays`, `profiles`) and keys (`input`) act on all of them.

mod account;
mod answers;
mod banner;
pub(crate) mod commands;
pub(crate) mod compare;
mod comparing;
mod copy;
pub(crate) mod detail;
mod emails;
mod export;
mod extent;
pub(crate) mod filter;
mod followed;
mod footer;
mod input;
pub(crate) mod layout;
pub(crate) mod lines;
pub(crate) mod message;
mod messages;
pub(crate) mod notes;
pub(crate) mod notices;
pub(crate) mod noting;
mod overlays;
mod profiles;
mod reading;
pub(crate) mod records;
pub(crate) mod renewal_strip;
pub(crate) mod session;
#[cfg(test)]
pub(crate) mod stage;
mod summarising;
pub(crate) mod table;
#[cfg(test)]
mod tests;
pub(crate) mod text_field;
pub(crate) mod timing;
pub(crate) mod view_tabs;
mod views;

use std::time::Duration;

pub use message::{
    Configured, Effect, ExportFailed, ExportOrder, KeepCopy, Listed, LoadResult, Message, NotSaved, Now,
    Ticket,
};
#[cfg(test)]
pub(crate) use session::list_options;
pub use session::{AccountKind, Invocation, Setup, Source};

#[cfg(test)]
pub(crate) use banner::banner;
pub(crate) use banner::{detail_waits, list_waits, long_wait};
pub(crate) use copy::Copyable;
pub(crate) use detail::tab_line;
#[cfg(test)]
pub(crate) use detail::{DetailSubject, Tab};
pub(crate) use extent::extent;
pub(crate) use filter::{FIELD_HEADINGS, FIELD_LABEL, FilterField, Preset, summary};
pub(crate) use followed::Followed;
pub(crate) use footer::{Footer, Hint, footer};
#[cfg(test)]
pub(crate) use layout::WidthClass;
pub(crate) use layout::{MIN_SIZE, PANEL_LINES, Pane, box_text, inside};
pub(crate) use lines::Tone;
pub(crate) use message::Remote;
pub(crate) use messages::table_message;
pub(crate) use overlays::{BarFill, DialogView, Overlay, Piece, ViewLine};
pub(crate) use renewal_strip::StripWeek;
pub(crate) use table::{Age, CellLook, MARKER, Marks, Placed, arrow, heading, sort_title};
pub(crate) use text_field::visible_input;
pub(crate) use timing::{PATIENCE, spinner};
pub(crate) use view_tabs::ViewTabs;

use crate::{
    model::{CustomerFilter, NoteChange},
    tui::{action::Scope, keys::KeyMap},
};
use commands::RecentActions;
use compare::Comparison;
use detail::{Detail, Labels};
use emails::Emails;
use export::Exporting;
use filter::{FilterContext, FilterPanel};
use layout::ScreenState;
use message::Outbox;
use notices::Notices;
use overlays::Problems;
use renewal_strip::RenewalStrip;
use session::Session;
use table::{ColumnSets, CustomerTable, TableColumns};

/// The state of the whole program.
pub struct App {
    /// The account on the screen.
    pub(crate) session: Session,
    /// The size of the screen, and the pane that has the focus.
    pub(crate) screen: ScreenState,
    pub(crate) filter: FilterPanel,
    pub(crate) table: CustomerTable,
    /// The columns that the user wants.
    pub(crate) columns: TableColumns,
    /// The name of the view that was opened last, while its query is on the screen.
    opened_view: Option<String>,
    /// The columns of the lists that are not shown now.
    column_sets: ColumnSets,
    /// The bars above the rows of a view of renewals.
    strip: RenewalStrip,
    pub(crate) marks: Marks,
    pub(crate) detail: Detail,
    /// The dialog that is open.
    pub(crate) overlay: Option<Overlay>,
    pub(crate) notices: Notices,
    /// The export that runs.
    exporting: Option<Exporting>,
    /// The e-mail addresses that are being collected.
    pub(crate) emails: Option<Emails>,
    /// The customers that are compared, while the comparison is open.
    pub(crate) comparison: Option<Comparison>,
    /// The note that is being saved.
    saving_note: Option<(Ticket, NoteChange)>,
    /// The text that names a customer, while the local copy is searched for it.
    going_to: Option<(Ticket, String)>,
    /// The description of the text that is being copied.
    copying: Option<String>,
    pub(crate) keys: KeyMap,
    /// True if the terminal reports the mouse.
    pub(crate) mouse: bool,
    /// The time of the last click, and its row.
    last_click: Option<(Duration, u16)>,
    recent: RecentActions,
    /// The time of the last message.
    pub(crate) now: Now,
    out: Outbox,
    dirty: bool,
}

impl App {
    /// Makes the app as it starts. Returns it with the first things that it asks of the world.
    pub fn new(setup: Setup, now: Now) -> (Self, Vec<Effect>) {
        let keys = setup.configured.keys.clone();
        let mut app = Self {
            session: Session::new(&setup),
            screen: ScreenState::new(setup.size),
            filter: FilterPanel::new(),
            table: CustomerTable::new(CustomerFilter::default()),
            columns: TableColumns::default(),
            column_sets: ColumnSets::default(),
            opened_view: None,
            strip: RenewalStrip::default(),
            marks: Marks::default(),
            detail: Detail::new(Labels::of(&keys)),
            overlay: None,
            notices: Notices::default(),
            exporting: None,
            emails: None,
            comparison: None,
            saving_note: None,
            going_to: None,
            copying: None,
            keys,
            mouse: setup.mouse,
            last_click: None,
            recent: RecentActions::default(),
            now,
            out: Outbox::default(),
            dirty: true,
        };
        app.open_account();
        app.session.source.stands_in = setup.stands_in;
        if !app.session.configuration.problems.is_empty() {
            app.overlay = Some(Overlay::Problems(Problems::default()));
            // The footer says what the keys do there.
            app.notices.dismiss();
            if let Some(words) = setup.notice {
                app.notices.warn_later(words);
            }
        } else if let Some(words) = setup.notice {
            let demo = setup.stands_in.then(|| app.session.demo_notice(&app.keys));
            app.notices.warn(demo.into_iter().chain([words]).collect::<Vec<_>>().join(" "));
        }
        app.settle();
        let effects = std::mem::take(&mut app.out.effects);
        (app, effects)
    }

    /// Takes one message; returns what the world has to do for it.
    pub fn update(&mut self, now: Now, message: Message) -> Vec<Effect> {
        let is_new_day = now.today() != self.now.today();
        self.now = now;
        self.dirty |= self.take(message);
        if is_new_day {
            // What is due, and what a query such as `renewal:30d` finds, is something else than yesterday.
            self.on_portfolio_changed();
            self.dirty = true;
        }
        self.settle();
        std::mem::take(&mut self.out.effects)
    }

    /// Returns true if anything visible may have changed since the last call.
    pub fn take_dirty(&mut self) -> bool {
        std::mem::take(&mut self.dirty)
    }

    /// Gives a message to the part that it is for; returns true if anything visible may have changed.
    fn take(&mut self, message: Message) -> bool {
        match message {
            Message::Key(key) => self.on_key(key),
            Message::Mouse(event) => self.on_mouse(event),
            Message::Paste(text) => self.on_paste(&text),
            Message::Resize(width, height) => {
                self.screen.size = (width, height);
                self.filtering().refit();
                true
            }
            Message::Wake => self.on_wake(),
            Message::Suspend => {
                self.out.send(Effect::Suspend);
                false
            }
            answer => self.on_answer(answer),
        }
    }

    fn on_wake(&mut self) -> bool {
        self.notices.expire(self.now);
        self.detail.expire_differences(self.now);
        self.filtering().apply_if_due();
        true
    }

    /// Brings the parts up to date with each other after a message.
    fn settle(&mut self) {
        self.settle_comparison();
        let (table, detail, comparison) = (&self.table, &self.detail, self.comparison.as_ref());
        self.session.waits.keep(|ticket| {
            table.awaits(ticket)
                || detail.awaits(ticket)
                || comparison.is_some_and(|comparison| comparison.awaits(ticket))
        });
        self.settle_strip();
        // A table that the record covers stays where it is.
        if self.areas().table.is_some() {
            self.table.scroll_to_selection(self.visible_rows());
        }
        self.load_notes();
        self.settle_detail();
        self.ask_to_keep();
        self.show_pending_notice();
        self.bound_dialog();
        self.table.look_ahead(&mut self.out);
    }

    /// Has the detail pane follow the selection, and requests what it and the visible cells need.
    fn settle_detail(&mut self) {
        self.detail.today = self.now.today();
        self.detail.records.notes.today = self.now.today();
        self.detail.change_margin = self.session.configuration.portfolio.change_margin_days;
        self.detail.name_products(self.session.configuration.products_of(&self.session.target));
        self.detail.set_has_copy(self.table.filter.portfolio.is_some());
        self.detail.resellers = match self.table.filter.resellers.as_slice() {
            // The local copy has customers of every reseller.
            [] if self.table.filter.portfolio.is_some() => {
                self.table.customer().and_then(|row| row.reseller_id.clone()).into_iter().collect()
            }
            [] => vec![self.session.source.reseller_id.clone()],
            others => others.to_vec(),
        };
        self.detail.follow(self.table.row(), self.now, &mut self.out);
        if self.detail.search.typing && !self.applies(Scope::Raw) {
            self.detail.search.typing = false;
        }
        let name = self.detail.reseller_id().and_then(|id| {
            let name = self.session.reseller_name(id);
            (name != id).then(|| name.into_owned())
        });
        self.detail.set_reseller_name(name);
        let areas = self.areas();
        self.detail.load(areas.detail.is_some(), self.now, &mut self.out);
        if matches!(self.overlay, Some(Overlay::CopyMenu(_))) {
            self.detail.load_record(self.now, &mut self.out);
        }
        let wanted = self.parts_needed();
        self.detail.load_parts(wanted, self.now, &mut self.out);
        self.detail.settle(areas.detail_text(), self.now, &mut self.out);
    }

    /// Returns the filter with what its actions reach.
    pub(crate) fn filtering(&mut self) -> FilterContext<'_> {
        FilterContext {
            filter: &mut self.filter,
            table: &mut self.table,
            detail: &mut self.detail,
            screen: &mut self.screen,
            notices: &mut self.notices,
            out: &mut self.out,
            keys: &self.keys,
            now: self.now,
            is_covered: self.overlay.is_some(),
        }
    }

    /// Says something in the footer for a while. Returns true: the screen has changed.
    pub(crate) fn note(&mut self, text: impl Into<String>) -> bool {
        self.notices.note(text, self.now);
        true
    }

    /// Says in the footer for a while that something cannot be done. Returns true: the screen has changed.
    pub(crate) fn warn_now(&mut self, text: impl Into<String>) -> bool {
        self.notices.warn_now(text, self.now);
        true
    }
}
