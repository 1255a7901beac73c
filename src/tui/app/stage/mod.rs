//! A stage for tests: the app, a clock that moves only when a test moves it, and a fictional portfolio that answers when a
//! test says so.

mod answers;
mod portfolio;
mod samples;
mod summary;
mod view;

pub(crate) use portfolio::{Portfolio, RESELLER, rows};
pub(crate) use samples::{customer, fetched, offline, two_profiles};
pub(crate) use summary::{answer_summary, figures, renewal_weeks};
pub(crate) use view::{answer_view, answer_view_with, today, whole};

use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use futures_util::FutureExt;

use super::{Age, App, Configured, Effect, Message, Now, Setup, Ticket};
use crate::{
    account::AccountId,
    api::{RequestOptions, Urgency},
    model::{CustomerQuery, NoteBook, NotePlace, Order},
    source::{CustomerSource, remote::RemoteRows},
    tui::keys::KeyMap,
};
use portfolio::PortfolioServer;

/// The app with everything around it.
pub(crate) struct Stage {
    pub(crate) app: App,
    pub(crate) now: Now,
    pub(crate) portfolio: Portfolio,
    /// The source of the rows, unless there is another one.
    pub(crate) rows: RemoteRows,
    /// The other source of the rows.
    pub(crate) source: Option<Box<dyn CustomerSource>>,
    /// The user's own notes.
    pub(crate) notes: NoteBook,
    /// Requests that have been neither answered nor aborted.
    pub(crate) pending: Vec<Effect>,
    /// The other effects that the world was asked for.
    pub(crate) asked: Vec<Effect>,
}

impl Stage {
    /// Creates a started app without any answer.
    pub(crate) fn new(width: u16, height: u16) -> Self {
        Self::with_keys(width, height, KeyMap::default())
    }

    /// The same with other keys.
    pub(crate) fn with_keys(width: u16, height: u16, keys: KeyMap) -> Self {
        Self::started(Setup {
            target: AccountId::Demo,
            demo_reseller: RESELLER.to_owned(),
            invocation: crate::tui::app::Invocation::default(),
            configured: Configured { keys, ..Configured::default() },
            size: (width, height),
            stands_in: false,
            mouse: true,
            folder: "/home/mara".into(),
            notice: None,
        })
    }

    /// An app that was started like this.
    pub(crate) fn started(setup: Setup) -> Self {
        let wall: DateTime<FixedOffset> = "2026-11-23T12:57:22+00:00".parse().unwrap();
        let now = Now { mono: Duration::from_secs(1), wall };
        let (app, effects) = App::new(setup, now);
        let mut stage = Self {
            app,
            now,
            portfolio: Portfolio::default(),
            rows: RemoteRows::new(RESELLER),
            source: None,
            notes: NoteBook { place: NotePlace::OnDisk, ..NoteBook::default() },
            pending: Vec::new(),
            asked: Vec::new(),
        };
        stage.sort_out(effects);
        stage
    }

    /// A started app with the profile of this name on the screen.
    pub(crate) fn of_profile(name: &str, configured: Configured, width: u16, height: u16) -> Self {
        let listed = configured.profiles.iter().find(|listed| listed.name == name).unwrap();
        let target =
            AccountId::Profile { name: listed.name.clone(), profile: Box::new(listed.profile.clone()) };
        Self::started(Setup {
            target,
            demo_reseller: RESELLER.to_owned(),
            invocation: crate::tui::app::Invocation::default(),
            configured,
            size: (width, height),
            stands_in: false,
            mouse: true,
            folder: "/home/mara".into(),
            notice: None,
        })
    }

    /// An app in the middle of its work: first page, counts, reseller and the first row's record are here, and
    /// the welcome is gone.
    pub(crate) fn ready(width: u16, height: u16) -> Self {
        Self::new(width, height).settled()
    }

    /// The same with another portfolio.
    pub(crate) fn ready_with(width: u16, height: u16, portfolio: Portfolio) -> Self {
        let mut stage = Self::new(width, height);
        stage.portfolio = portfolio;
        stage.settled()
    }

    pub(crate) fn settled(mut self) -> Self {
        self.answer();
        self.pass(7_000);
        self.answer();
        self.asked.clear();
        self
    }

    /// Sends a message; gives back the effects, which are also sorted into `pending` and `asked`. Rows whose pages are all in
    /// the source's cache arrive at once.
    pub(crate) fn send(&mut self, message: Message) -> Vec<Effect> {
        let effects = self.app.update(self.now, message);
        self.sort_out(effects.clone());
        while let Some(cached) = self.pending.iter().find(|effect| self.is_cached(effect)).cloned() {
            self.answer_one(&cached);
        }
        effects
    }

    fn is_cached(&self, effect: &Effect) -> bool {
        self.source.is_none()
            && matches!(effect, Effect::LoadRows(_, request, _) if !request.refresh && request.filter.portfolio.is_none())
            && self.asked_by([effect]).is_empty()
    }

    fn sort_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                // Everything that is under way for the account before is given up.
                Effect::Connect(target) => {
                    self.pending.retain(|effect| !is_of_account(effect));
                    self.rows = RemoteRows::new(RESELLER);
                    self.asked.push(Effect::Connect(target));
                }
                Effect::Abort(ticket) => self.pending.retain(|effect| ticket_of(effect) != Some(ticket)),
                effect if ticket_of(&effect).is_some() => self.pending.push(effect),
                effect => self.asked.push(effect),
            }
        }
    }

    /// Presses one key, in the notation of `[keys]`; releases and other modifiers do not matter here.
    pub(crate) fn key(&mut self, key: &str) -> Vec<Effect> {
        self.send(Message::Key(key_event(key)))
    }

    /// Presses keys one after the other, blanks between them.
    pub(crate) fn keys(&mut self, keys: &str) -> &mut Self {
        for key in keys.split(' ') {
            self.key(key);
        }
        self
    }

    /// Types a text, letter by letter.
    pub(crate) fn typed(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            self.send(Message::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE)));
        }
        self
    }

    pub(crate) fn click(&mut self, column: u16, row: u16) -> Vec<Effect> {
        self.mouse(MouseEventKind::Down(MouseButton::Left), column, row)
    }

    pub(crate) fn wheel(&mut self, down: bool, column: u16, row: u16) -> Vec<Effect> {
        self.mouse(if down { MouseEventKind::ScrollDown } else { MouseEventKind::ScrollUp }, column, row)
    }

    fn mouse(&mut self, kind: MouseEventKind, column: u16, row: u16) -> Vec<Effect> {
        self.send(Message::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }))
    }

    /// Lets time pass, waking the app whenever it asked for it.
    pub(crate) fn pass(&mut self, millis: u64) {
        let end = self.now.mono + Duration::from_millis(millis);
        // A wake that asks for another at once would never end: the clock must move on with each.
        while let Some(wake) = self.app.next_wake().filter(|wake| *wake <= end) {
            self.advance_to(wake.max(self.now.mono + Duration::from_millis(1)).min(end));
            self.send(Message::Wake);
            if self.now.mono == end {
                return;
            }
        }
        self.advance_to(end);
    }

    fn advance_to(&mut self, mono: Duration) {
        let by = mono.saturating_sub(self.now.mono);
        self.now.wall += by;
        self.now.mono = mono;
    }

    /// Returns true if nothing moves: the app is only woken when the age of its rows is another one.
    pub(crate) fn is_still(&self) -> bool {
        let age = self.app.table.age(self.now).and_then(Age::lasts);
        self.app.next_wake() == age.map(|lasts| self.now.mono + lasts)
    }

    /// The customer id of the selected row.
    pub(crate) fn selected_id(&self) -> Option<&str> {
        self.app.table.customer().map(|row| row.customer_id.as_str())
    }

    /// The company names that are on the page.
    pub(crate) fn names(&self) -> Vec<String> {
        let Some(shown) = self.app.table.shown() else { return Vec::new() };
        let name = |index| shown.customer(index)?.company_name.clone();
        (0..shown.len()).map(|index| name(index).unwrap_or_default()).collect()
    }

    /// Returns the footer's notice.
    pub(crate) fn notice(&self) -> &str {
        self.app.notices.shown().map_or("", |notice| notice.text.as_str())
    }

    /// The query strings of the pages that the pending requests ask for first.
    pub(crate) fn queries(&self) -> Vec<String> {
        self.page_queries().iter().map(CustomerQuery::query_string).collect()
    }

    /// The same, read.
    pub(crate) fn page_queries(&self) -> Vec<CustomerQuery> {
        self.asked_by(&self.pending)
    }

    /// The queries that requests send first.
    fn asked_by<'e>(&self, effects: impl IntoIterator<Item = &'e Effect>) -> Vec<CustomerQuery> {
        let server = PortfolioServer::new(&self.portfolio, self.now, false);
        // Nothing that the user should hear is taken for told.
        let options = RequestOptions::new(Urgency::background());
        for effect in effects {
            // Nothing is answered, so none of them ends unless all its pages are here.
            match effect {
                Effect::LoadRows(_, request, _) => {
                    let _ = self.rows.window(&server, request, &options).now_or_never();
                }
                Effect::LoadCounts(_, filter) => {
                    let _ = self.rows.counts(&server, filter, &options).now_or_never();
                }
                _ => {}
            }
        }
        server.asked.into_inner().unwrap()
    }
}

/// Returns true if a request is about the customers of the account on the screen.
fn is_of_account(effect: &Effect) -> bool {
    !matches!(
        effect,
        Effect::CheckProfile(..)
            | Effect::ListResellers(..)
            | Effect::SaveProfile(..)
            | Effect::RemoveProfile(..)
            | Effect::DefaultProfile(..)
    )
}

/// The ticket of a request.
pub(crate) fn ticket_of(effect: &Effect) -> Option<Ticket> {
    match effect {
        Effect::LoadRows(ticket, ..)
        | Effect::LoadCounts(ticket, _)
        | Effect::LoadRecord(ticket, _, _)
        | Effect::LoadSubscriptions(ticket, _, _)
        | Effect::LoadOrders(ticket, _)
        | Effect::LoadHistory(ticket, _)
        | Effect::FindCustomer(ticket, _)
        | Effect::LoadFacets(ticket, _)
        | Effect::LoadToday(ticket, _)
        | Effect::LoadSummary(ticket, ..)
        | Effect::LoadRenewalWeeks(ticket, ..)
        | Effect::LoadHeld(ticket, _)
        | Effect::LoadNotes(ticket)
        | Effect::SaveNote(ticket, _)
        | Effect::LoadResellers(ticket)
        | Effect::FetchReseller(ticket)
        | Effect::CheckProfile(ticket, ..)
        | Effect::ListResellers(ticket, _)
        | Effect::SaveProfile(ticket, _)
        | Effect::RemoveProfile(ticket, _)
        | Effect::DefaultProfile(ticket, _) => Some(*ticket),
        _ => None,
    }
}

/// A key event as terminals send it for a key in the notation of `[keys]`.
pub(crate) fn key_event(key: &str) -> KeyEvent {
    let (modifiers, name) = match key.rsplit_once('-') {
        Some((modifier, name)) if !name.is_empty() => (modifier, name),
        _ => ("", key),
    };
    let code = match name {
        "down" => KeyCode::Down,
        "up" => KeyCode::Up,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "pageup" => KeyCode::PageUp,
        "pagedown" => KeyCode::PageDown,
        "tab" if modifiers == "shift" => KeyCode::BackTab,
        "tab" => KeyCode::Tab,
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "space" => KeyCode::Char(' '),
        "backspace" => KeyCode::Backspace,
        one => KeyCode::Char(one.chars().next().unwrap()),
    };
    let modifiers = match modifiers {
        "ctrl" => KeyModifiers::CONTROL,
        "alt" => KeyModifiers::ALT,
        "shift" => KeyModifiers::SHIFT,
        _ => KeyModifiers::NONE,
    };
    KeyEvent::new(code, modifiers)
}

/// The orders that the detail holds.
pub(crate) fn orders_of(app: &App) -> Vec<Order> {
    app.detail.orders.value().map_or(Vec::new(), |orders| orders.page.items.clone())
}
