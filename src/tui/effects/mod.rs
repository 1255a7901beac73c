//! Effects become tasks, and tasks report back: the only way from the app to the network, the files and the clipboard.

use std::{
    collections::HashMap,
    future::Future,
    panic::AssertUnwindSafe,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use chrono::Utc;
use futures_util::FutureExt;
use secrecy::SecretString;
use tokio::{
    sync::{mpsc, oneshot},
    task::AbortHandle,
};

use super::{
    app::{Configured, Effect, ExportFailed, ExportOrder, LoadResult, Message, NotSaved, Ticket},
    clipboard::{Clipboard, Copied, Surroundings},
    connection::{Connection, Pending},
    exporting::{self, Origin},
    load,
};
use crate::{
    account::{self, Account, ChangeError, Credentials, Draft, Home, Target},
    api::{ApiError, Network, RequestOptions, Urgency},
    config::{self, InlineSecret},
    demo::DemoOptions,
    model::{Priority, StatusCounts},
    redact::KnownSecrets,
    secrets::Keep,
    source::{CustomerSource, remote::RemoteSource},
    state::View,
    text::sentence,
};

/// Finished tasks are forgotten when more than this many are remembered.
const REMEMBERED_TASKS: usize = 64;

/// The report of a task.
#[derive(Debug)]
pub(super) enum Report {
    /// A result for the app.
    Message(Message),
    /// The result of a copy; the terminal may have to write it.
    Copied(Copied),
}

/// The world of effects.
#[derive(Debug, Clone)]
pub(super) struct World {
    /// The places of configuration, secrets and state.
    pub(super) home: Home,
    /// The settings of the demo.
    pub(super) demo: DemoOptions,
    /// The patience with servers.
    pub(super) network: Network,
}

/// A task under way.
struct Running {
    handle: AbortHandle,
    urgency: Urgency,
}

/// Runs effects.
pub(super) struct Effects {
    world: World,
    connection: Pending,
    reports: mpsc::UnboundedSender<Report>,
    tasks: HashMap<Ticket, Running>,
    clipboard: Clipboard,
    /// The account of the profile that is being tested: its steps share one sign-in.
    tested: Arc<Mutex<Option<(Draft, Account)>>>,
    /// True if the user was told that no keyring is available: once is enough.
    asked: Arc<AtomicBool>,
    unkept: PersistWarning,
    /// Returns the place of the customers that the connection leads to.
    place: String,
    /// Stops the export under way, also by going away.
    export: Option<oneshot::Sender<()>>,
}

/// Tells the user once that something cannot be kept from one start to the next: a disk that is full stays so.
#[derive(Clone)]
struct PersistWarning {
    reports: mpsc::UnboundedSender<Report>,
    told: Arc<AtomicBool>,
}

impl PersistWarning {
    fn tell(&self, words: String) {
        tracing::warn!(%words, "something was not saved");
        if !self.told.swap(true, Ordering::AcqRel) {
            let _ = self.reports.send(Report::Message(Message::NotKept(words)));
        }
    }
}

impl Effects {
    /// Effects that report to the receiver that comes with them. Nothing is connected to before [`Effects::begin`]; `token`
    /// is one that the environment brings for the first account.
    pub(super) fn new(
        world: World,
        first: &Target,
        token: Option<SecretString>,
    ) -> (Self, mpsc::UnboundedReceiver<Report>) {
        let (reports, receiver) = mpsc::unbounded_channel();
        let clipboard = Clipboard::new(Surroundings::detect());
        let connection = pending(&world, first, token);
        let place = first.place(&world.demo);
        let unkept = PersistWarning { reports: reports.clone(), told: Arc::default() };
        let effects = Self {
            world,
            connection,
            reports,
            tasks: HashMap::new(),
            clipboard,
            tested: Arc::default(),
            asked: Arc::default(),
            unkept,
            place,
            export: None,
        };
        (effects, receiver)
    }

    /// Asks as patiently as the configuration says, from the next connection on.
    pub(super) fn set_network(&mut self, network: config::Network) {
        self.world.network = account::network(&network, &self.world.network);
    }

    /// Begins to connect.
    pub(super) fn begin(&self, target: &Target) {
        self.connection.begin();
        if let Some(name) = target.name() {
            self.remember(name.to_owned(), None);
        }
    }

    /// Runs one effect; gives back those that only the loop can run.
    pub(super) fn run(&mut self, effect: Effect) -> Option<Effect> {
        match effect {
            Effect::LoadRows(..)
            | Effect::LoadCounts(..)
            | Effect::LoadRecord(..)
            | Effect::LoadSubscriptions(..)
            | Effect::LoadOrders(..)
            | Effect::LoadResellers(_)
            | Effect::FetchReseller(_) => self.load_for(effect),
            Effect::Hurry(ticket) => {
                if let Some(task) = self.tasks.get(&ticket) {
                    task.urgency.raise();
                }
            }
            Effect::Abort(ticket) => {
                if let Some(task) = self.tasks.remove(&ticket) {
                    task.handle.abort();
                }
            }
            Effect::Copy(text) => self.copy(text),
            Effect::Export(order) => self.export(*order),
            // Whoever goes stops it.
            Effect::StopExport => self.export = None,
            Effect::Connect(target) => self.connect(&target),
            Effect::SaveView(name, view) => self.remember(name, Some(*view)),
            Effect::CheckProfile(ticket, draft, step) => {
                let account = self.tested_account(&draft);
                self.task(ticket, async move {
                    let found = match account {
                        Ok(account) => account.check(step).await,
                        Err(error) => Err(error),
                    };
                    Message::Checked(ticket, found.map_err(Box::new))
                });
            }
            Effect::ListResellers(ticket, draft) => {
                let account = self.tested_account(&draft);
                self.task(ticket, async move {
                    let found = match account {
                        Ok(account) => account.resellers(account::RESELLERS_TO_CHOOSE).await,
                        Err(error) => Err(error),
                    };
                    let found = found.map(|resellers| resellers.rows);
                    Message::Resellers(ticket, found.map_err(Box::new))
                });
            }
            Effect::SaveProfile(ticket, draft) => {
                self.change(
                    ticket,
                    move |home| home.save(&draft),
                    |ticket, outcome| {
                        let outcome = outcome.map_err(|error| match error {
                            ChangeError::NoKeyring(why) => NotSaved::NoKeyring(why.to_string()),
                            other => NotSaved::Failed(sentence(&other.to_string())),
                        });
                        Message::ProfileSaved(ticket, outcome)
                    },
                );
            }
            Effect::RemoveProfile(ticket, name) => {
                self.change(ticket, move |home| home.remove(&name), changed);
            }
            Effect::DefaultProfile(ticket, name) => {
                self.change(ticket, move |home| home.set_default(&name), changed);
            }
            Effect::KeepTokens(in_files) => self.keep_tokens(in_files),
            Effect::SetMouse(_) | Effect::Suspend | Effect::EditConfig | Effect::Quit => return Some(effect),
        }
        None
    }

    /// Runs an effect that loads something for the account on the screen.
    fn load_for(&mut self, effect: Effect) {
        match effect {
            Effect::LoadRows(ticket, request, priority) => {
                self.load(ticket, urgency(priority), Message::Rows, async move |source, options| {
                    source.rows(request, options).await
                });
            }
            Effect::LoadCounts(ticket, filter) => {
                let counted = |ticket, outcome: LoadResult<StatusCounts<ApiError>>| {
                    let counts = outcome.map_or_else(|error| StatusCounts::failed(&*error), |counts| *counts);
                    Message::Counts(ticket, counts)
                };
                self.load(ticket, Urgency::background(), counted, async move |source, options| {
                    Ok(source.counts(filter, options).await)
                });
            }
            Effect::LoadRecord(ticket, key, priority) => {
                self.load(ticket, urgency(priority), Message::Record, async move |source, options| {
                    source.customer(key, options).await
                });
            }
            Effect::LoadSubscriptions(ticket, id, priority) => {
                self.load(ticket, urgency(priority), Message::Subscriptions, async move |source, options| {
                    source.subscriptions(id, options).await
                });
            }
            Effect::LoadOrders(ticket, request) => {
                self.load(ticket, Urgency::foreground(), Message::Orders, async move |source, options| {
                    source.orders(request, options).await
                });
            }
            Effect::LoadResellers(ticket) => {
                self.fetch(
                    ticket,
                    Urgency::foreground(),
                    Message::AccountResellers,
                    async move |connection, options| {
                        connection.account.with(options).resellers(usize::MAX).await
                    },
                );
            }
            Effect::FetchReseller(ticket) => {
                self.fetch(
                    ticket,
                    Urgency::background(),
                    Message::Reseller,
                    async move |connection, options| {
                        let account = &connection.account;
                        let answer =
                            account.client.with_options(options).reseller(&account.reseller_id).await?;
                        Ok(answer.value)
                    },
                );
            }
            _ => {}
        }
    }

    /// Gives up everything that is under way.
    pub(super) fn abort_all(&mut self) {
        for (_, task) in self.tasks.drain() {
            task.handle.abort();
        }
    }

    fn connect(&mut self, target: &Target) {
        self.abort_all();
        self.connection = pending(&self.world, target, None);
        self.place = target.place(&self.world.demo);
        self.begin(target);
    }

    /// Loads something from the source of the account.
    fn load<T, F, R>(
        &mut self,
        ticket: Ticket,
        urgency: Urgency,
        wrap: fn(Ticket, LoadResult<T>) -> Message,
        request: F,
    ) where
        T: Send + 'static,
        F: FnOnce(Arc<dyn CustomerSource>, RequestOptions) -> R + Send + 'static,
        R: Future<Output = Result<T, ApiError>> + Send,
    {
        self.fetch(ticket, urgency, wrap, async move |connection, options| {
            request(Arc::clone(&connection.source), options).await
        });
    }

    fn fetch<T, F, R>(
        &mut self,
        ticket: Ticket,
        urgency: Urgency,
        wrap: fn(Ticket, LoadResult<T>) -> Message,
        request: F,
    ) where
        T: Send + 'static,
        F: FnOnce(Arc<Connection>, RequestOptions) -> R + Send + 'static,
        R: Future<Output = Result<T, ApiError>> + Send,
    {
        let connection = self.connection.clone();
        let (reports, asked, vault) =
            (self.reports.clone(), Arc::clone(&self.asked), Arc::clone(&self.world.home.vault));
        let unkept = self.unkept.clone();
        let (waits, exchanges) = (self.reports.clone(), self.reports.clone());
        let options = RequestOptions::new(urgency.clone())
            .on_wait(move |wait| {
                let _ = waits.send(Report::Message(Message::Waiting(ticket, wait)));
            })
            .on_exchange(move |exchange| {
                let exchange = Box::new(exchange.clone());
                let _ = exchanges.send(Report::Message(Message::Exchange(ticket, exchange)));
            });
        self.hurried_task(ticket, urgency, async move {
            force_panic_if_asked();
            let outcome = match connection.ready().await {
                // The connection is held as long as its request runs: the demo's server ends with it.
                Ok(connection) => request(Arc::clone(&connection), options)
                    .await
                    .map_err(|error| connection.account.error(error)),
                Err(error) => Err(error),
            };
            if outcome.is_ok() && !asked.load(Ordering::Acquire) {
                tokio::spawn(async move {
                    vault.settle().await;
                    if let Some(error) = vault.take_unkept() {
                        unkept.tell(error.to_string());
                    }
                    if vault.is_asking() && !asked.swap(true, Ordering::AcqRel) {
                        let _ = reports.send(Report::Message(Message::NoKeyring));
                    }
                });
            }
            wrap(ticket, outcome.map(Box::new).map_err(Box::new))
        });
    }

    /// Runs a task whose result is a message. A fault in it is told where its result would have been; it must not end the
    /// program.
    fn task(&mut self, ticket: Ticket, work: impl Future<Output = Message> + Send + 'static) {
        self.hurried_task(ticket, Urgency::foreground(), work);
    }

    fn hurried_task(
        &mut self,
        ticket: Ticket,
        urgency: Urgency,
        work: impl Future<Output = Message> + Send + 'static,
    ) {
        let (reports, known) = (self.reports.clone(), self.world.network.known.clone());
        let task = tokio::spawn(async move {
            let message = match AssertUnwindSafe(work).catch_unwind().await {
                Ok(message) => message,
                Err(panic) => Message::TaskFailed(ticket, words_of(&*panic, &known)),
            };
            // Nobody listens any more where the program has ended meanwhile.
            let _ = reports.send(Report::Message(message));
        });
        if self.tasks.len() > REMEMBERED_TASKS {
            self.tasks.retain(|_, task| !task.handle.is_finished());
        }
        self.tasks.insert(ticket, Running { handle: task.abort_handle(), urgency });
    }

    /// Changes the configuration on a blocking thread, and reads it again.
    fn change(
        &mut self,
        ticket: Ticket,
        change: impl FnOnce(&Home) -> Result<(), ChangeError> + Send + 'static,
        wrap: impl FnOnce(Ticket, Result<Box<Configured>, ChangeError>) -> Message + Send + 'static,
    ) {
        let (home, reports) = (self.world.home.clone(), self.reports.clone());
        // Not aborted with the rest: half a change is none.
        tokio::task::spawn_blocking(move || {
            let outcome = change(&home).map(|()| Box::new(load::read(&home).0));
            let _ = reports.send(Report::Message(wrap(ticket, outcome)));
        });
    }

    /// The account of a profile that need not be saved yet. Steps of one test share it, and with it the sign-in.
    fn tested_account(&self, draft: &Draft) -> Result<Account, ApiError> {
        let mut tested = self.tested.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((held, account)) = &*tested
            && same_credentials(held, draft)
        {
            return Ok(account.for_reseller(&draft.profile.reseller_id));
        }
        // What is kept is kept under the name up to now.
        let name = draft.former.as_deref().unwrap_or(&draft.name);
        let typed = draft.typed.as_ref().map(InlineSecret::secret).cloned();
        let credentials = typed.map_or(Credentials::Fresh, Credentials::Typed);
        let world = &self.world;
        let account = Account::open(name, &draft.profile, credentials, &world.home.vault, &world.network)?;
        *tested = Some((draft.clone(), account.clone()));
        Ok(account)
    }

    /// Remembers that a profile is in use, and what is on its screen.
    fn remember(&self, name: String, view: Option<View>) {
        let (store, unkept) = (self.world.home.store.clone(), self.unkept.clone());
        tokio::task::spawn_blocking(move || {
            if let Err(error) = store.remember(&name, view, Utc::now()) {
                unkept.tell(store.unkept(&error));
            }
        });
    }

    fn keep_tokens(&self, in_files: bool) {
        let (home, reports) = (self.world.home.clone(), self.reports.clone());
        tokio::task::spawn_blocking(move || {
            let kept = home.vault.decide(if in_files { Keep::InFiles } else { Keep::InMemory });
            let remembered = home.store.update(|state| state.tokens_in_files = Some(in_files));
            let failed = kept.err().map(|error| error.to_string());
            let failed = failed.or_else(|| remembered.err().map(|error| error.to_string()));
            if let Some(words) = failed {
                let _ = reports.send(Report::Message(Message::Configured(Err(words))));
            }
        });
    }

    /// Exports on a task of its own, which goes on when another account is chosen.
    fn export(&mut self, order: ExportOrder) {
        let (stop, stopped) = oneshot::channel();
        self.export = Some(stop);
        let origin = Origin {
            connection: self.connection.clone(),
            place: self.place.clone(),
            ahead: 2 * self.world.network.concurrency,
        };
        let (reports, known) = (self.reports.clone(), self.world.network.known.clone());
        tokio::spawn(async move {
            let exporting = exporting::export(order, origin, stopped, reports.clone());
            if let Err(panic) = AssertUnwindSafe(exporting).catch_unwind().await {
                let words = format!("The export failed: {}.", words_of(&*panic, &known));
                let _ = reports.send(Report::Message(Message::Exported(Err(ExportFailed::Ended(words)))));
            }
        });
    }

    /// Begins to copy at once, so that copies keep their order, and reports what becomes of it.
    fn copy(&mut self, text: String) {
        let (copying, reports) = (self.clipboard.copy(text), self.reports.clone());
        tokio::spawn(async move {
            if let Some(copied) = copying.outcome().await {
                let _ = reports.send(Report::Copied(copied));
            }
        });
    }
}

/// A connection to a target that nobody has begun to make yet.
fn pending(world: &World, target: &Target, token: Option<SecretString>) -> Pending {
    let (world, target) = (world.clone(), target.clone());
    Pending::new(move || {
        let (world, target, token) = (world.clone(), target.clone(), token.clone());
        async move {
            let (account, keep) = target.open(token, &world.home.vault, world.demo, &world.network).await?;
            let source = Arc::new(RemoteSource::new(account.client.clone(), &account.reseller_id));
            Ok(Connection { account, source, _keep: keep })
        }
    })
}

/// Returns true if two drafts sign in alike at the same place.
fn same_credentials(one: &Draft, other: &Draft) -> bool {
    one.former == other.former
        && one.name == other.name
        && one.typed == other.typed
        && one.profile.api_url == other.profile.api_url
        && one.profile.token_url == other.profile.token_url
        && one.profile.client_id == other.profile.client_id
        && one.profile.sign_in == other.profile.sign_in
}

fn changed(ticket: Ticket, outcome: Result<Box<Configured>, ChangeError>) -> Message {
    Message::ProfilesChanged(ticket, outcome.map_err(|error| sentence(&error.to_string())))
}

fn words_of(panic: &(dyn std::any::Any + Send), known: &KnownSecrets) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
    known.redactor().mask(text).into_owned()
}

/// Lets tests see what a fault in a task looks like; not in release builds.
fn force_panic_if_asked() {
    assert!(!super::runtime::forced_panic("task"), "forced in a task");
}

/// Returns the place of a request in the queue.
fn urgency(priority: Priority) -> Urgency {
    match priority {
        Priority::Visible => Urgency::foreground(),
        Priority::Prefetch => Urgency::background(),
    }
}
