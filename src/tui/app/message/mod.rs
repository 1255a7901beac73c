//! The messages to the app, and its requests to the world: both as data.

mod configured;
mod export;
mod outbox;
mod remote;

use std::time::Duration;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime};
use crossterm::event::{KeyEvent, MouseEvent};

pub use configured::{Configured, Listed};
pub use export::{ExportFailed, ExportOrder};
pub(crate) use outbox::Outbox;
pub(crate) use remote::Remote;
pub use remote::Ticket;

use crate::{
    account::{AccountId, ProfileDraft, Resellers, TestStep},
    api::{ApiError, Exchange, Wait},
    model::{
        Customer, CustomerFilter, CustomerHistory, FacetCounts, NoteBook, NoteChange, NoteOutcome, OrderPage,
        OrdersRequest, Priority, RecordKey, RenewalSpan, RenewalWeeks, Reseller, ResellerRow, RowsRequest,
        StatusCounts, SubscriptionList, SummaryAnswer, TodayAnswer,
    },
    source::{Fetched, HeldCustomer, Window},
    state::{View, ViewChange},
};

/// The time of a message: the app reads no clock.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Now {
    /// The time since the program started, which never decreases.
    pub mono: Duration,
    /// The wall-clock time, in the user's time zone.
    pub wall: DateTime<FixedOffset>,
}

impl Now {
    /// Returns today's date in UTC, which the API filters by.
    pub fn today(&self) -> NaiveDate {
        self.wall.to_utc().date_naive()
    }

    /// Returns the time until the next day begins in UTC.
    pub(crate) fn until_tomorrow(&self) -> Option<Duration> {
        let now = self.wall.to_utc().naive_utc();
        let tomorrow = now.date().succ_opt()?.and_time(NaiveTime::MIN);
        (tomorrow - now).to_std().ok()
    }
}

/// A loaded value, or why it could not be loaded.
pub type LoadResult<T> = Result<Box<T>, Box<ApiError>>;

/// The reason why a profile was not saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotSaved {
    /// No keyring is available, in words: a file may hold the secret instead.
    NoKeyring(String),
    /// Another reason, in words.
    Failed(String),
}

/// The decision of a user about the copy of a profile's customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeepCopy {
    /// On disk.
    OnDisk,
    /// On disk, without contacts.
    WithoutContacts,
    /// In memory, for this session.
    InMemory,
}

/// An event for the app.
#[derive(Debug, Clone)]
pub enum Message {
    /// A key.
    Key(KeyEvent),
    /// The mouse.
    Mouse(MouseEvent),
    /// A bracketed paste.
    Paste(String),
    /// The terminal now has this many columns and rows.
    Resize(u16, u16),
    /// The time requested by [`crate::tui::app::App::next_wake`] has come.
    Wake,
    /// Rows of the customer list.
    Rows(Ticket, LoadResult<Window>),
    /// The number of customers with each status.
    Counts(Ticket, StatusCounts<ApiError>),
    /// A customer's record.
    Record(Ticket, LoadResult<Fetched<Customer>>),
    /// A customer's subscriptions.
    Subscriptions(Ticket, LoadResult<Fetched<SubscriptionList>>),
    /// A page of a customer's orders.
    Orders(Ticket, LoadResult<Fetched<OrderPage>>),
    /// The changes of a customer that syncs have seen; `None` if no local copy is open.
    History(Ticket, LoadResult<Option<CustomerHistory>>),
    /// The facets of a view.
    Facets(Ticket, LoadResult<Vec<FacetCounts>>),
    /// The lists of the day.
    Today(Ticket, LoadResult<TodayAnswer>),
    /// The summary of a view.
    Summary(Ticket, LoadResult<SummaryAnswer>),
    /// The seats of a view by week.
    RenewalWeeks(Ticket, LoadResult<RenewalWeeks>),
    /// The parts of some customers that the local copy holds; customers that it does not know are left out.
    Held(Ticket, LoadResult<Vec<HeldCustomer>>),
    /// The user's own notes on customers of the account on the screen.
    Notes(Ticket, LoadResult<NoteBook>),
    /// The outcome of a change of a note.
    NoteSaved(Ticket, LoadResult<NoteOutcome>),
    /// The IDs of the customers of the local copy that a text names, the surest first.
    FoundCustomers(Ticket, LoadResult<Vec<String>>),
    /// A request that was made for the account on the screen, and its response.
    Exchange(Ticket, Box<Exchange>),
    /// The reseller.
    Reseller(Ticket, LoadResult<Reseller>),
    /// The resellers of the account on the screen.
    AccountResellers(Ticket, LoadResult<Resellers>),
    /// The reason why a request is delayed; `None` once it continues.
    Waiting(Ticket, Option<Wait>),
    /// The result of a step of a profile's test, or the reason why it failed.
    Checked(Ticket, Result<String, Box<ApiError>>),
    /// The resellers that may be listed.
    Resellers(Ticket, Result<Vec<ResellerRow>, Box<ApiError>>),
    /// A profile was saved, and what the configuration says now; or why it was not.
    ProfileSaved(Ticket, Result<Box<Configured>, NotSaved>),
    /// A profile was removed or became the default, and what the configuration says now; or why not, in words.
    ProfilesChanged(Ticket, Result<Box<Configured>, String>),
    /// The configuration was read again, or could not be opened, in words.
    Configured(Result<Box<Configured>, String>),
    /// No keyring is available, and an access token waits to be kept somewhere.
    NoKeyring,
    /// The user's own views were saved, and what is said about that; or why they were not, in words.
    ViewsSaved(Result<Option<String>, String>),
    /// Something could not be saved for the next start, in words.
    NotKept(String),
    /// The result of a copy, in words, or why it failed.
    Copied(Result<String, String>),
    /// The progress of an export, in words.
    Exporting(String),
    /// An export came to its end, in words, or why not.
    Exported(Result<String, ExportFailed>),
    /// A task ended without a result because of a bug in vipmp.
    TaskFailed(Ticket, String),
    /// The local copy has changed.
    PortfolioChanged,
    /// Another process asked the program to suspend itself.
    Suspend,
}

impl Message {
    /// The ticket of an answer that is about the customers of one account.
    pub(crate) fn account_ticket(&self) -> Option<Ticket> {
        match self {
            Self::Rows(ticket, _)
            | Self::Counts(ticket, _)
            | Self::Record(ticket, _)
            | Self::Exchange(ticket, _)
            | Self::Subscriptions(ticket, _)
            | Self::Orders(ticket, _)
            | Self::History(ticket, _)
            | Self::FoundCustomers(ticket, _)
            | Self::Facets(ticket, _)
            | Self::Today(ticket, _)
            | Self::Summary(ticket, _)
            | Self::RenewalWeeks(ticket, _)
            | Self::Held(ticket, _)
            | Self::Notes(ticket, _)
            | Self::NoteSaved(ticket, _)
            | Self::Reseller(ticket, _)
            | Self::AccountResellers(ticket, _)
            | Self::Waiting(ticket, _) => Some(*ticket),
            _ => None,
        }
    }
}

/// A request of the app to the runtime.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Load rows of the customer list; answered by [`Message::Rows`].
    LoadRows(Ticket, RowsRequest, Priority),
    /// Count the customers with each status; answered by [`Message::Counts`].
    LoadCounts(Ticket, CustomerFilter),
    /// Raise the priority of a request: the user now waits for it.
    Hurry(Ticket),
    /// Load a customer's record; answered by [`Message::Record`].
    LoadRecord(Ticket, RecordKey, Priority),
    /// Load a customer's subscriptions; answered by [`Message::Subscriptions`].
    LoadSubscriptions(Ticket, String, Priority),
    /// Load a page of a customer's orders; answered by [`Message::Orders`].
    LoadOrders(Ticket, OrdersRequest),
    /// Read the changes of a customer from the local copy; answered by [`Message::History`].
    LoadHistory(Ticket, String),
    /// Count the values of some fields in a view; answered by [`Message::Facets`].
    LoadFacets(Ticket, CustomerFilter),
    /// Count the lists of the day, and with `true` have the copy brought up to date; answered by [`Message::Today`].
    LoadToday(Ticket, bool),
    /// Compute the summary of a view, and with `true` have the copy brought up to date; answered by [`Message::Summary`].
    LoadSummary(Ticket, CustomerFilter, bool),
    /// Add up the seats of a view by week of a range; answered by [`Message::RenewalWeeks`].
    LoadRenewalWeeks(Ticket, CustomerFilter, RenewalSpan),
    /// Read what the local copy holds of the customers with these IDs; answered by [`Message::Held`].
    LoadHeld(Ticket, Vec<String>),
    /// Read the user's own notes; answered by [`Message::Notes`].
    LoadNotes(Ticket),
    /// Write a note; answered by [`Message::NoteSaved`].
    SaveNote(Ticket, Box<NoteChange>),
    /// Find the customers of the local copy that a text names: an ID, a reference, an e-mail address; answered by
    /// [`Message::FoundCustomers`].
    FindCustomer(Ticket, String),
    /// List the resellers of the account; answered by [`Message::AccountResellers`].
    LoadResellers(Ticket),
    /// Fetch the reseller; answered by [`Message::Reseller`].
    FetchReseller(Ticket),
    /// Connect to this account and abort everything under way for the previous one.
    Connect(AccountId),
    /// Remember what is on the screen of a profile.
    SaveView(String, Box<View>),
    /// Take a step of the test of a profile that need not be saved yet; answered by [`Message::Checked`].
    CheckProfile(Ticket, Box<ProfileDraft>, TestStep),
    /// List the resellers of such a profile; answered by [`Message::Resellers`].
    ListResellers(Ticket, Box<ProfileDraft>),
    /// Save a profile; answered by [`Message::ProfileSaved`].
    SaveProfile(Ticket, Box<ProfileDraft>),
    /// Remove a profile; answered by [`Message::ProfilesChanged`].
    RemoveProfile(Ticket, String),
    /// Make this profile the default; answered by [`Message::ProfilesChanged`].
    DefaultProfile(Ticket, String),
    /// Keep a copy of the portfolio of a profile in this way.
    KeepPortfolio(String, KeepCopy),
    /// Remember a change of the user's own views of a profile, or of the demo.
    ChangeViews(String, ViewChange, Option<String>),
    /// Keep access tokens in files (true) or in memory only, if there is no keyring.
    KeepTokens(bool),
    /// Open the configuration in the user's editor; answered by [`Message::Configured`].
    EditConfig,
    /// Abort a request whose response is no longer needed.
    Abort(Ticket),
    /// Copy this text; answered by [`Message::Copied`].
    Copy(String),
    /// Export rows to a file; answered by any number of [`Message::Exporting`] and one [`Message::Exported`].
    Export(Box<ExportOrder>),
    /// Stop the export that runs.
    StopExport,
    /// Turn mouse reporting on or off.
    SetMouse(bool),
    /// Suspend the program as Ctrl-Z does.
    Suspend,
    /// Quit the program.
    Quit,
}
