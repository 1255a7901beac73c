//! Every fact that the screen shows, changed only by [`App::update`].
//!
//! Pure state: no I/O, no clock (the time comes with each message), no tasks. What the world has to do is
//! returned as [`Effect`]s; what it did comes back as [`Message`]s.

mod banner;
mod cells;
mod columns;
mod command;
mod commands;
mod content;
mod copy;
mod detail;
mod emails;
mod export;
mod filter;
mod footer;
mod input;
mod labels;
mod layout;
mod message;
mod mouse;
mod moving;
mod overlays;
mod perform;
mod problems;
mod profiles;
mod remote;
mod resellers;
mod search;
mod setup;
#[cfg(test)]
pub(crate) mod stage;
mod switch;
mod table;
mod tabs;
#[cfg(test)]
mod tests;
mod text_field;
mod timers;
mod view;
mod visible_columns;
mod waits;

use std::{collections::VecDeque, path::PathBuf, sync::Arc, time::Duration};

pub use command::Invocation;
#[cfg(test)]
pub(crate) use command::list_options;
pub use export::{ExportFailed, ExportOrder};
pub use message::{Effect, Message, NotSaved, Now, Outcome};
pub use remote::Ticket;
pub use setup::{Configured, Environment, Listed, Setup, Source};

pub(crate) use cells::CellLook;
pub(crate) use columns::{Placed, TableColumns, heading};
pub(crate) use content::{Tone, wrap as wrapped};
pub(crate) use copy::{Copyable, Marks};
pub(crate) use detail::{Detail, Subject, Tab};
pub(crate) use filter::{FIELD_HEADINGS, FIELD_LABEL, Field, FilterPanel, PANEL_LINES, Preset, summary};
pub(crate) use footer::{Footer, Hint, footer};
pub(crate) use labels::Labels;
pub(crate) use layout::{Areas, MIN_SIZE, WidthClass, box_text, inside};
pub(crate) use mouse::MARKER;
pub(crate) use overlays::{Overlay, Piece, View, ViewLine};
pub(crate) use remote::Remote;
pub(crate) use table::{Age, Bookmark, CustomerTable};
pub(crate) use tabs::tab_line;
pub(crate) use text_field::visible_input;
pub(crate) use timers::{PATIENCE, spinner};

use crate::{
    account::Target,
    api::{ApiError, Exchange},
    model::{CustomerFilter, Reseller, Row, StatusCounts},
    source::Window,
    tui::{
        action::{Action, Scope},
        keys::KeyMap,
    },
};
use emails::Emails;
use export::Exporting;
use message::Outbox;
use overlays::Problems;
use resellers::AccountResellers;
use table::{QueuedKeys, SelectionTarget};
use waits::Waits;

/// The time that a notice stays in the footer.
const NOTICE: Duration = Duration::from_secs(6);
/// Requests kept for the inspector.
const KEPT_REQUESTS: usize = 50;
/// Actions that the palette remembers.
const REMEMBERED: usize = 5;

/// The pane that takes the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pane {
    Filter,
    Table,
    Detail,
}

/// The decision about the place of access tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TokenStoragePrompt {
    /// Somebody has decided, or there is nothing to decide.
    Settled,
    /// The user is to be asked, once nothing else is open.
    ToBeAsked,
}

/// A line in the footer that goes away on its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    pub(crate) text: String,
    pub(crate) tone: Tone,
    pub(crate) until: Option<Duration>,
}

/// The state of the whole program.
pub struct App {
    pub(crate) target: Target,
    pub(crate) source: Source,
    demo_reseller: String,
    invocation: Invocation,
    /// The configuration.
    pub(crate) known: Configured,
    keeping: TokenStoragePrompt,
    /// The notice for the user once nothing else is open.
    pending_notice: Option<String>,
    /// The last ticket of the account before this one: its answers are dropped.
    floor: Ticket,
    pub(crate) reseller: Remote<Reseller>,
    /// The other resellers of the account.
    pub(crate) resellers: AccountResellers,
    pub(crate) keys: KeyMap,
    pub(crate) size: (u16, u16),
    pub(crate) now: Now,
    pub(crate) focus: Pane,
    pub(crate) zoom: bool,
    pub(crate) filter: FilterPanel,
    pub(crate) table: CustomerTable,
    pub(crate) detail: Detail,
    pub(crate) columns: TableColumns,
    pub(crate) marks: Marks,
    pub(crate) overlay: Option<Overlay>,
    exporting: Option<Exporting>,
    /// The e-mail addresses that are being collected.
    pub(crate) emails: Option<Emails>,
    pub(crate) notice: Option<Notice>,
    pub(crate) mouse: bool,
    /// The folder that relative file names belong to.
    folder: PathBuf,
    pub(crate) exchanges: VecDeque<Exchange>,
    waits: Waits,
    /// The text that the clipboard was asked to take, in words.
    copying: Option<String>,
    recent: Vec<Action>,
    last_click: Option<(Duration, u16)>,
    /// The row that was selected before the user went to another one by its customer ID.
    row_before: Option<usize>,
    out: Outbox,
    dirty: bool,
}

impl App {
    /// The app as it starts, and the first things that it asks of the world.
    pub fn new(setup: Setup, now: Now) -> (Self, Vec<Effect>) {
        let mut app = Self {
            source: Source::of(&setup.target, &setup.demo_reseller),
            target: setup.target,
            demo_reseller: setup.demo_reseller,
            invocation: setup.invocation,
            keys: setup.configured.keys.clone(),
            known: setup.configured,
            keeping: TokenStoragePrompt::Settled,
            pending_notice: None,
            floor: Ticket(0),
            reseller: Remote::Idle,
            resellers: AccountResellers::default(),
            size: setup.size,
            now,
            focus: Pane::Table,
            zoom: false,
            filter: FilterPanel::new(),
            table: CustomerTable::new(CustomerFilter::default()),
            detail: Detail::new(),
            columns: TableColumns::default(),
            marks: Marks::default(),
            overlay: None,
            exporting: None,
            emails: None,
            notice: None,
            mouse: setup.mouse,
            folder: setup.folder,
            exchanges: VecDeque::new(),
            waits: Waits::default(),
            copying: None,
            recent: Vec::new(),
            last_click: None,
            row_before: None,
            out: Outbox::default(),
            dirty: true,
        };
        app.open_account();
        app.source.stands_in = setup.stands_in;
        if !app.known.problems.is_empty() {
            app.overlay = Some(Overlay::Problems(Problems::default()));
            // The footer says what the keys do there.
            app.notice = None;
            app.pending_notice = setup.notice;
        } else if let Some(words) = setup.notice {
            app.warn(if setup.stands_in { format!("{} {words}", app.demo_words()) } else { words });
        }
        app.settle();
        let effects = std::mem::take(&mut app.out.effects);
        (app, effects)
    }

    /// Takes one message; returns what the world has to do for it.
    pub fn update(&mut self, now: Now, message: Message) -> Vec<Effect> {
        self.now = now;
        self.dirty |= self.take(message);
        self.settle();
        std::mem::take(&mut self.out.effects)
    }

    /// Returns true if anything visible may have changed since this was asked last.
    pub fn take_dirty(&mut self) -> bool {
        std::mem::take(&mut self.dirty)
    }

    /// Columns and rows that the screen is laid out for.
    pub fn size(&self) -> (u16, u16) {
        self.size
    }

    /// Returns true if customers are on the screen.
    pub fn has_rows(&self) -> bool {
        self.table.shown().is_some_and(|window| !window.is_empty())
    }

    /// Returns the places of everything on the screen.
    pub(crate) fn areas(&self) -> Areas {
        Areas::of(self.size, self.focus, self.zoom, self.panel_width())
    }

    /// Rows of the table that fit on the screen.
    pub(crate) fn visible_rows(&self) -> usize {
        let banner = u16::try_from(self.banner_lines().len()).unwrap_or_default();
        self.areas().visible_rows(banner)
    }

    /// Lines of the detail that fit on the screen.
    pub(crate) fn detail_height(&self) -> usize {
        self.areas().detail_text().map_or(0, |area| usize::from(area.height))
    }

    /// Says whether anything visible may have changed.
    fn take(&mut self, message: Message) -> bool {
        if message.account_ticket().is_some_and(|ticket| ticket <= self.floor) {
            return false;
        }
        match message {
            Message::Key(key) => self.on_key(key),
            Message::Mouse(event) => self.on_mouse(event),
            Message::Paste(text) => self.on_paste(&text),
            Message::Resize(width, height) => {
                self.size = (width, height);
                self.refit_panes();
                true
            }
            Message::Wake => self.on_wake(),
            Message::Rows(ticket, outcome) => self.on_rows(ticket, outcome),
            Message::Counts(ticket, counts) => self.table.on_counts(ticket, &counts),
            Message::Record(ticket, outcome) => {
                self.on_record_for_emails(ticket, &outcome)
                    || self.on_record_for_cells(ticket, &outcome)
                    || self.detail.on_customer(ticket, outcome)
            }
            Message::Subscriptions(ticket, outcome) => {
                self.on_subscriptions_for_cells(ticket, &outcome)
                    || self.detail.on_subscriptions(ticket, outcome)
            }
            Message::Orders(ticket, outcome) => self.detail.on_orders(ticket, outcome),
            Message::Reseller(ticket, outcome) => {
                self.reseller.settle(ticket, outcome.map(|value| *value).map_err(|error| *error))
            }
            Message::AccountResellers(ticket, outcome) => self.on_account_resellers(ticket, outcome),
            Message::Exchange(_, exchange) => {
                self.keep_exchange(Some(&exchange));
                true
            }
            Message::Waiting(ticket, wait) => {
                self.waits.tell(ticket, wait, self.now.mono);
                true
            }
            Message::Checked(ticket, found) => {
                if let Err(error) = &found {
                    self.keep_exchange(error.exchange.as_deref());
                }
                self.on_checked(ticket, found)
            }
            Message::Resellers(ticket, found) => self.on_resellers(ticket, found),
            Message::ProfileSaved(ticket, outcome) => self.on_profile_saved(ticket, outcome),
            Message::ProfilesChanged(ticket, outcome) => self.on_profiles_changed(ticket, outcome),
            Message::Configured(outcome) => self.on_configured(outcome),
            Message::NoKeyring => self.on_no_keyring(),
            Message::NotKept(words) => {
                self.pending_notice = Some(words);
                true
            }
            Message::Copied(Ok(words)) => match self.copying.take() {
                Some(what) => self.note(format!("{what}: {words}.")),
                None => self.note(words),
            },
            Message::Copied(Err(words)) => self.warn_now(words),
            Message::Exporting(words) => self.on_exporting(words),
            Message::Exported(outcome) => self.on_exported(outcome),
            Message::TaskFailed(ticket, words) => self.on_task_failed(ticket, &words),
            Message::Suspend => {
                self.out.send(Effect::Suspend);
                false
            }
        }
    }

    /// A task that ended without a result still answers for its ticket, or its place would load for ever.
    fn on_task_failed(&mut self, ticket: Ticket, words: &str) -> bool {
        let error = Box::new(ApiError::internal(words));
        if self.table.awaits(ticket) {
            return self.on_rows(ticket, Err(error.clone()))
                || self.table.on_counts(ticket, &StatusCounts::failed(&error));
        }
        if self.on_record_for_emails(ticket, &Err(error.clone()))
            || self.on_record_for_cells(ticket, &Err(error.clone()))
            || self.on_subscriptions_for_cells(ticket, &Err(error.clone()))
        {
            return true;
        }
        if self.detail.awaits(ticket) {
            return self.detail.on_customer(ticket, Err(error.clone()))
                || self.detail.on_subscriptions(ticket, Err(error.clone()))
                || self.detail.on_orders(ticket, Err(error));
        }
        if self.reseller.settle(ticket, Err(*error.clone())) {
            return true;
        }
        self.on_account_resellers(ticket, Err(error.clone()))
            || self.on_checked(ticket, Err(error))
            || self.on_resellers(ticket, Err(Box::new(ApiError::canceled())))
            || self.on_profile_saved(ticket, Err(NotSaved::Failed(words.to_owned())))
    }

    /// Takes rows, or why they did not arrive; returns true if they were awaited.
    fn on_rows(&mut self, ticket: Ticket, outcome: Outcome<Window>) -> bool {
        let arrived = self.table.on_rows(ticket, outcome, self.now, &mut self.out);
        if let Some(news) = arrived.news {
            self.warn_now(news);
        }
        self.press_queued(arrived.due);
        arrived.awaited
    }

    /// Presses the keys that waited for a page: those past its other edge wait for the next one.
    fn press_queued(&mut self, due: QueuedKeys) {
        // They were meant for the table: whoever went elsewhere meanwhile does not want them there.
        if self.focus != Pane::Table || self.overlay.is_some() || self.filter.open {
            return;
        }
        for _ in 0..due.rows {
            self.move_selection(1, due.down, true);
        }
        for _ in 0..due.pages {
            self.turn(true, SelectionTarget::First);
        }
    }

    fn on_wake(&mut self) -> bool {
        let now = self.now.mono;
        if self.notice.as_ref().is_some_and(|notice| notice.until.is_some_and(|until| until <= now)) {
            self.notice = None;
        }
        if self.filter.editing.as_ref().is_some_and(|editing| editing.apply_at.is_some_and(|at| at <= now)) {
            self.apply_typed();
        }
        true
    }

    /// Keeps a request for the inspector.
    fn keep_exchange(&mut self, exchange: Option<&Exchange>) {
        let Some(exchange) = exchange else { return };
        self.exchanges.push_front(exchange.clone());
        self.exchanges.truncate(KEPT_REQUESTS);
        if let Some(Overlay::Requests(requests)) = &mut self.overlay {
            requests.on_exchange(self.exchanges.len());
        }
    }

    /// Brings what follows from the rest up to date: scrolling, the detail's subject, what is fetched for it.
    fn settle(&mut self) {
        let (table, detail) = (&self.table, &self.detail);
        self.waits.keep(|ticket| table.awaits(ticket) || detail.awaits(ticket));
        let visible = self.visible_rows();
        self.table.scroll_to_selection(visible);
        self.detail.today = self.now.today();
        self.detail.resellers = match self.table.filter.resellers.as_slice() {
            [] => vec![self.source.reseller_id.clone()],
            others => others.to_vec(),
        };
        if !matches!(self.detail.subject, Some(Subject::Id(_))) {
            self.follow_selection();
        }
        if self.detail.search.typing && !self.applies(Scope::Raw) {
            self.detail.search.typing = false;
        }
        let on_screen = self.areas().detail.is_some();
        self.detail.load(on_screen, self.now, &mut self.out);
        if matches!(self.overlay, Some(Overlay::CopyMenu(_))) {
            self.detail.load_record(self.now, &mut self.out);
        }
        self.load_cells();
        self.detail.notice_wait(self.now);
        if let Some(area) = self.areas().detail_text() {
            self.detail.fit(area.width);
            let height = usize::from(area.height);
            self.detail.scroll(0, height);
            self.detail.load_more_orders(height, &mut self.out);
        } else {
            self.detail.scroll(0, 1);
        }
        self.ask_to_keep();
        self.show_pending_notice();
        self.bound_dialog();
        self.table.look_ahead(&mut self.out);
    }

    fn follow_selection(&mut self) {
        match (self.table.row(), self.detail.subject.as_ref().and_then(Subject::shared_row)) {
            (None, None) => {}
            (Some(row), Some(shown)) if Arc::ptr_eq(row, shown) => {}
            (Some(row), Some(shown)) if is_same_entry(row, shown) => self.detail.renew_row(row.clone()),
            (row, _) => {
                let subject = row.cloned().map(Subject::Row);
                self.detail.show(subject, self.now, &mut self.out);
            }
        }
    }

    /// Says something in the footer for a while.
    pub(crate) fn note(&mut self, text: impl Into<String>) -> bool {
        let until = Some(self.now.mono + NOTICE);
        self.notice = Some(Notice { text: text.into(), tone: Tone::Good, until });
        true
    }

    /// Says in the footer for a while that something cannot be done.
    pub(crate) fn warn_now(&mut self, text: impl Into<String>) -> bool {
        let until = Some(self.now.mono + NOTICE);
        self.notice = Some(Notice { text: text.into(), tone: Tone::Warn, until });
        true
    }

    /// Says something in the footer until a key is pressed.
    pub(super) fn warn(&mut self, text: String) {
        self.notice = Some(Notice { text, tone: Tone::Warn, until: None });
    }

    /// Actions run from the palette, the last one at the end.
    pub(crate) fn recent(&self) -> &[Action] {
        &self.recent
    }

    fn remember_action(&mut self, action: Action) {
        self.recent.retain(|known| *known != action);
        self.recent.push(action);
        if self.recent.len() > REMEMBERED {
            self.recent.remove(0);
        }
    }

    /// Keeps focus and overlay possible after the size changed.
    fn refit_panes(&mut self) {
        let wide = self.areas().class == WidthClass::Wide;
        if wide && self.filter.open {
            self.filter.open = false;
            self.focus = Pane::Filter;
        } else if !wide && self.focus == Pane::Filter {
            self.focus = Pane::Table;
            self.zoom = false;
            if self.filter.editing.as_ref().is_some_and(|editing| editing.field != Field::Name) {
                self.filter.open = true;
            }
        }
        self.refit_editing();
    }

    /// Returns true if a pane has the keys: no dialog and no panel is open over it.
    pub(crate) fn has_focus(&self, pane: Pane) -> bool {
        self.focus == pane && self.overlay.is_none() && !self.filter.open
    }

    /// Returns true if keys go to the filter panel.
    pub(crate) fn in_filter(&self) -> bool {
        self.overlay.is_none() && (self.filter.open || self.focus == Pane::Filter || self.is_prompting())
    }
}

/// Returns true if both rows are about the same customer with the same link, perhaps from different answers.
fn is_same_entry(a: &Row, b: &Row) -> bool {
    match (a.customer(), b.customer()) {
        (Some(a), Some(b)) => a.customer_id == b.customer_id && a.link == b.link,
        _ => false,
    }
}
