//! The account on the screen: whose customers are shown, what the configuration says, and what its requests are doing.
//!
//! Everything here belongs to one account, except the configuration, and is replaced when another account is opened.

mod invocation;
mod resellers;
mod saved_view;
mod setup;
mod waits;

use std::{collections::VecDeque, path::PathBuf};

pub use invocation::Invocation;
#[cfg(test)]
pub(crate) use invocation::list_options;
pub(crate) use invocation::with_panel;
pub(crate) use resellers::{AccountResellers, ResellerChoice};
pub(crate) use saved_view::{columns_of, filter_of, view_of};
pub use setup::{AccountKind, Setup, Source};
pub(crate) use waits::Waits;

use crate::{
    account::AccountId,
    api::Exchange,
    config,
    model::Reseller,
    state::{SavedView, View, ViewChange},
    tui::{
        action::Action,
        app::message::{Configured, Effect, Listed, Outbox, Remote, Ticket},
        keys::KeyMap,
    },
};

/// Requests kept for the inspector.
const KEPT_REQUESTS: usize = 50;

/// The decision about where access tokens are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenStoragePrompt {
    /// The user has decided, or there is nothing to decide.
    Settled,
    /// The user is to be asked, once nothing else is open.
    ToBeAsked,
}

/// The account on the screen.
#[derive(Debug)]
pub(crate) struct Session {
    /// The account.
    pub(crate) target: AccountId,
    /// The account as the header shows it.
    pub(crate) source: Source,
    /// The configuration.
    pub(crate) configuration: Configured,
    /// The decision about where access tokens are kept.
    pub(crate) token_storage: TokenStoragePrompt,
    /// The reseller that the account belongs to.
    pub(crate) reseller: Remote<Reseller>,
    /// The other resellers of the account.
    pub(crate) resellers: AccountResellers,
    /// The last requests, the newest first.
    pub(crate) exchanges: VecDeque<Exchange>,
    /// The requests that wait for a retry or a pause.
    pub(crate) waits: Waits,
    /// The start of a command that shows the same as the screen.
    pub(crate) invocation: Invocation,
    /// The ID of the demo's reseller.
    pub(crate) demo_reseller: String,
    /// The folder that relative file names belong to.
    pub(crate) folder: PathBuf,
    /// The last ticket of the account before this one: its answers are dropped.
    last_of_previous: Ticket,
}

impl Session {
    /// Makes the session of the account that the program starts with. Nothing is requested yet.
    pub(crate) fn new(setup: &Setup) -> Self {
        Self {
            target: setup.target.clone(),
            source: Source::of(&setup.target, &setup.demo_reseller),
            configuration: setup.configured.clone(),
            token_storage: TokenStoragePrompt::Settled,
            reseller: Remote::Idle,
            resellers: AccountResellers::default(),
            exchanges: VecDeque::new(),
            waits: Waits::default(),
            invocation: setup.invocation.clone(),
            demo_reseller: setup.demo_reseller.clone(),
            folder: setup.folder.clone(),
            last_of_previous: Ticket(0),
        }
    }

    /// Connects to another account, or to the same one again. Answers to what was requested before are dropped from now on.
    pub(crate) fn connect(&mut self, target: AccountId, out: &mut Outbox) {
        self.last_of_previous = out.ticket();
        out.send(Effect::Connect(target.clone()));
        self.target = target;
    }

    /// Forgets what is known of the account, and requests its reseller; also the names of the others if `needs_names`.
    pub(crate) fn begin(&mut self, needs_names: bool, out: &mut Outbox) {
        self.source = Source::of(&self.target, &self.demo_reseller);
        self.exchanges.clear();
        self.resellers = AccountResellers::default();
        self.reseller = Remote::Idle;
        if needs_names {
            self.load_resellers(out);
        }
        self.load_reseller(out);
    }

    /// Requests the account's reseller.
    fn load_reseller(&mut self, out: &mut Outbox) {
        let ticket = out.ask(Effect::FetchReseller);
        self.reseller.load(ticket);
    }

    /// Requests the account's reseller again if it could not be loaded.
    pub(crate) fn refresh(&mut self, out: &mut Outbox) {
        if self.reseller.error().is_some() {
            self.load_reseller(out);
        }
    }

    /// Returns true if a ticket is of the account before this one.
    pub(crate) fn is_of_previous_account(&self, ticket: Ticket) -> bool {
        ticket <= self.last_of_previous
    }

    /// Keeps an exchange for the inspector.
    pub(crate) fn keep_exchange(&mut self, exchange: Exchange) {
        self.exchanges.push_front(exchange);
        self.exchanges.truncate(KEPT_REQUESTS);
    }

    /// Returns true if the last request had no response at all.
    pub(crate) fn has_no_response(&self) -> bool {
        self.exchanges.front().is_some_and(|exchange| exchange.status.is_none())
    }

    /// Returns the account with this name: a profile that can be used, or the demo.
    pub(crate) fn target_of(&self, name: &str) -> Option<AccountId> {
        if name == config::DEMO {
            return Some(AccountId::Demo);
        }
        let listed = self.configuration.profiles.iter().find(|listed| listed.name == name)?;
        Some(AccountId::Profile { name: listed.name.clone(), profile: Box::new(listed.profile.clone()) })
    }

    /// Returns what the configuration says of the profile on the screen.
    pub(crate) fn listed(&self) -> Option<&Listed> {
        let name = self.target.name()?;
        self.configuration.profiles.iter().find(|listed| listed.name == name)
    }

    /// Returns what the configuration says of the profile on the screen, to be changed.
    pub(crate) fn listed_mut(&mut self) -> Option<&mut Listed> {
        let name = self.target.name()?;
        self.configuration.profiles.iter_mut().find(|listed| listed.name == name)
    }

    /// Returns the last view of the profile on the screen, if there is one.
    pub(crate) fn last_view(&self) -> Option<&View> {
        self.listed()?.view.as_ref()
    }

    /// Returns the user's own views of the account on the screen.
    pub(crate) fn own_views(&self) -> &[SavedView] {
        match self.target {
            AccountId::Demo => &self.configuration.demo_views,
            AccountId::Profile { .. } => self.listed().map_or(&[], |listed| &listed.views),
        }
    }

    /// Changes the user's own views of the account on the screen, and saves that; `said` is said once it is saved. Returns
    /// false if there is nothing to change.
    pub(crate) fn change_views(
        &mut self,
        change: ViewChange,
        said: Option<String>,
        out: &mut Outbox,
    ) -> bool {
        let views = match self.target {
            AccountId::Demo => Some(&mut self.configuration.demo_views),
            AccountId::Profile { .. } => self.listed_mut().map(|listed| &mut listed.views),
        };
        let is_changed = views.is_some_and(|views| change.apply(views));
        if is_changed {
            let name = self.target.name().unwrap_or(config::DEMO).to_owned();
            out.send(Effect::ChangeViews(name, change, said));
        }
        is_changed
    }

    /// Takes over what the configuration says now. Views of this run are newer than those of the file.
    pub(crate) fn configure(&mut self, configured: Configured) {
        let before = std::mem::replace(&mut self.configuration, configured);
        for listed in &mut self.configuration.profiles {
            let held = before.profiles.iter().find(|held| held.name == listed.name);
            if let Some(view) = held.and_then(|held| held.view.clone()) {
                listed.view = Some(view);
            }
        }
    }

    /// Returns true if the profile on the screen is no longer in the configuration.
    pub(crate) fn has_lost_its_profile(&self) -> bool {
        let name = self.target.name();
        name.is_some_and(|name| !self.configuration.names.iter().any(|known| known == name))
    }

    /// Returns what the demo says of itself.
    pub(crate) fn demo_notice(&self, keys: &KeyMap) -> String {
        let profiles = keys.label(Action::Profiles);
        if self.configuration.names.is_empty() {
            format!("Demo data. Press {profiles} to add your own profile.")
        } else {
            format!("Demo data. {profiles} goes to your own profiles.")
        }
    }
}
