//! Runs effects as tasks that report back: the only way from the app to the network, the files and the clipboard.

mod loads;
mod profiles;

use std::{
    collections::HashMap,
    future::Future,
    io,
    panic::AssertUnwindSafe,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU8, Ordering},
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
    app::{Effect, ExportFailed, ExportOrder, KeepCopy, Message, Ticket},
    clipboard::{Clipboard, Surroundings},
    connection::{Connection, PendingConnection},
    exporting::{self, ExportSource},
    local_copy::{CopySettings, KeepDecisions, NotesInMemory, blocking, note_home, open_copy},
    report::Report,
};
use crate::{
    account::{self, Account, AccountId, ProfileDraft, ProfileStore},
    api::{Network, Urgency},
    config::{self, PortfolioSettings},
    demo::DemoOptions,
    portfolio::{FindNotes, Identity, NoteFile, NoteHome, OpenCopy, PortfolioSource, folder_of},
    redact::KnownSecrets,
    source::{CustomerSource, remote::RemoteSource},
    state::{Store, View, ViewChange},
    text,
};

/// The number of remembered tasks above which finished ones are dropped.
const REMEMBERED_TASKS: usize = 64;

/// The paths, settings and network that effects use.
#[derive(Debug, Clone)]
pub(super) struct World {
    /// The paths of the configuration, secrets and state.
    pub(super) home: ProfileStore,
    /// The settings of the demo.
    pub(super) demo: DemoOptions,
    /// The timeouts, retries and limits of requests.
    pub(super) network: Network,
    /// The data folder; `None` if there is none.
    pub(super) data: Option<PathBuf>,
    /// The settings of the local copy.
    pub(super) portfolio: PortfolioSettings,
}

/// A task that has not reported yet.
struct RunningTask {
    handle: AbortHandle,
    urgency: Urgency,
}

/// Turns effects into tasks, and keeps track of those that are running.
pub(super) struct Effects {
    world: World,
    connection: PendingConnection,
    /// The account on screen.
    target: AccountId,
    reports: mpsc::UnboundedSender<Report>,
    tasks: HashMap<Ticket, RunningTask>,
    clipboard: Clipboard,
    /// The account of the profile under test: the steps of a test share one sign-in.
    tested: Arc<Mutex<Option<(ProfileDraft, Account)>>>,
    /// True if the user has been asked what to do without a keyring; the question is asked once.
    asked: Arc<AtomicBool>,
    unkept: PersistWarning,
    /// The API and reseller of the connection, as exports record them.
    place: String,
    /// The decisions of this session about the local copies of profiles.
    decisions: KeepDecisions,
    /// The days between the last change of automatic renewal and the renewal date.
    change_margin: Arc<AtomicU8>,
    /// The notes of this session that are on no disk.
    notes: NotesInMemory,
    /// Stops the running export when it is dropped.
    export: Option<oneshot::Sender<()>>,
}

/// Warns the user once per session if something cannot be saved for the next start, such as when the disk is full.
#[derive(Clone)]
struct PersistWarning {
    reports: mpsc::UnboundedSender<Report>,
    told: Arc<AtomicBool>,
}

impl PersistWarning {
    fn warn(&self, words: String) {
        tracing::warn!(%words, "something was not saved");
        if !self.told.swap(true, Ordering::AcqRel) {
            let _ = self.reports.send(Report::Message(Message::NotKept(words)));
        }
    }
}

impl Effects {
    /// Creates the effects and the receiver of their reports. Nothing is connected before [`Effects::begin`]; `token`
    /// is an access token from the environment, for the first account.
    pub(super) fn new(
        world: World,
        first: &AccountId,
        token: Option<SecretString>,
    ) -> (Self, mpsc::UnboundedReceiver<Report>) {
        let (reports, receiver) = mpsc::unbounded_channel();
        let clipboard = Clipboard::new(Surroundings::detect());
        let (decisions, notes) = (KeepDecisions::default(), NotesInMemory::default());
        let change_margin = Arc::new(AtomicU8::new(world.portfolio.change_margin_days));
        let connection = pending(&world, first, token, (&decisions, &notes), &change_margin, &reports);
        let place = first.place(&world.demo);
        let unkept = PersistWarning { reports: reports.clone(), told: Arc::default() };
        let effects = Self {
            world,
            connection,
            target: first.clone(),
            reports,
            tasks: HashMap::new(),
            clipboard,
            tested: Arc::default(),
            asked: Arc::default(),
            unkept,
            place,
            decisions,
            change_margin,
            notes,
            export: None,
        };
        (effects, receiver)
    }

    /// Applies the network settings of the configuration to later connections.
    pub(super) fn set_network(&mut self, network: config::NetworkSettings) {
        self.world.network = account::network(&network, &self.world.network);
    }

    /// Returns a new connection to an account.
    fn connection_to(&self, target: &AccountId) -> PendingConnection {
        let session = (&self.decisions, &self.notes);
        pending(&self.world, target, None, session, &self.change_margin, &self.reports)
    }

    /// Applies the margin of the configuration to later queries.
    pub(super) fn set_change_margin(&self, days: u8) {
        self.change_margin.store(days, Ordering::Relaxed);
    }

    /// Starts to connect, and records that the profile is in use.
    pub(super) fn begin(&self, target: &AccountId) {
        self.connection.begin();
        if let Some(name) = target.name() {
            self.remember(name.to_owned(), None);
        }
    }

    /// Runs an effect, or returns it if only the event loop can run it.
    pub(super) fn run(&mut self, effect: Effect) -> Option<Effect> {
        match effect {
            Effect::LoadRows(..)
            | Effect::LoadCounts(..)
            | Effect::LoadRecord(..)
            | Effect::LoadSubscriptions(..)
            | Effect::LoadOrders(..)
            | Effect::LoadHistory(..)
            | Effect::FindCustomer(..)
            | Effect::LoadFacets(..)
            | Effect::LoadToday(..)
            | Effect::LoadSummary(..)
            | Effect::LoadRenewalWeeks(..)
            | Effect::LoadHeld(..)
            | Effect::LoadNotes(_)
            | Effect::SaveNote(..)
            | Effect::LoadResellers(_)
            | Effect::FetchReseller(_) => self.run_load(effect),
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
            // Dropping the sender stops it.
            Effect::StopExport => self.export = None,
            Effect::Connect(target) => self.connect(&target),
            Effect::SaveView(name, view) => self.remember(name, Some(*view)),
            Effect::CheckProfile(..)
            | Effect::ListResellers(..)
            | Effect::SaveProfile(..)
            | Effect::RemoveProfile(..)
            | Effect::DefaultProfile(..)
            | Effect::KeepTokens(_) => self.run_profile_effect(effect),
            Effect::KeepPortfolio(name, keep) => self.keep_portfolio(name, keep),
            Effect::ChangeViews(name, change, said) => self.change_views(name, change, said),
            Effect::SetMouse(_) | Effect::Suspend | Effect::EditConfig | Effect::Quit => return Some(effect),
        }
        None
    }

    /// Aborts all running tasks.
    pub(super) fn abort_all(&mut self) {
        for (_, task) in self.tasks.drain() {
            task.handle.abort();
        }
    }

    fn connect(&mut self, target: &AccountId) {
        self.abort_all();
        self.target = target.clone();
        self.connection = self.connection_to(target);
        self.place = target.place(&self.world.demo);
        self.begin(target);
    }

    /// Closes the connection and the local copy of a profile, if it is the one on screen, so that its files can be moved or
    /// deleted. What needs them next opens them again.
    fn release(&mut self, profile: &str) {
        if self.target.name() == Some(profile) {
            self.abort_all();
            self.connection = self.connection_to(&self.target);
        }
    }

    /// Runs a task whose result is a message. A panic in it is reported in place of its result, and must not end the
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
                Err(panic) => Message::TaskFailed(ticket, panic_text(&*panic, &known)),
            };
            // The receiver is gone if the program has ended meanwhile.
            let _ = reports.send(Report::Message(message));
        });
        if self.tasks.len() > REMEMBERED_TASKS {
            self.tasks.retain(|_, task| !task.handle.is_finished());
        }
        self.tasks.insert(ticket, RunningTask { handle: task.abort_handle(), urgency });
    }

    /// Records that a profile is in use, and its view.
    fn remember(&self, name: String, view: Option<View>) {
        self.keep(move |store| store.remember(&name, view, Utc::now()));
    }

    /// Remembers how the copy of a profile is kept. One for this session only is not remembered.
    fn keep_portfolio(&self, name: String, keep: KeepCopy) {
        self.decisions.put(name.clone(), keep);
        if keep == KeepCopy::InMemory {
            return;
        }
        self.keep_notes(&name);
        self.keep(move |store| {
            store.update(|state| {
                let of = state.profiles.entry(name).or_default();
                of.keep_portfolio = Some(true);
                of.keep_contacts = Some(keep != KeepCopy::WithoutContacts);
            })
        });
    }

    /// Moves the notes of a session to the disk, now that a copy is kept there. Those that cannot be written stay in memory, and
    /// that is said.
    fn keep_notes(&self, name: &str) {
        let (AccountId::Profile { name: shown, profile }, Some(data)) = (&self.target, &self.world.data)
        else {
            return;
        };
        let notes = self.notes.of(Some(name));
        if shown != name || notes.read().is_empty() {
            return;
        }
        let identity = Identity::new(&profile.client_id, profile.api_url.as_str());
        let home = NoteHome::OnDisk(NoteFile::new(folder_of(data, name), identity));
        let reports = self.reports.clone();
        tokio::task::spawn_blocking(move || {
            // In one message: a later one would take the place of an earlier one.
            let said = notes.move_to(&home, Utc::now());
            if !said.is_empty() {
                let _ = reports.send(Report::Message(Message::NotKept(said.join(" "))));
            }
            let _ = reports.send(Report::Message(Message::PortfolioChanged));
        });
    }

    /// Saves a change of the user's own views, and reports the outcome each time: the user has asked for it.
    fn change_views(&self, name: String, change: ViewChange, said: Option<String>) {
        let (store, reports) = (self.world.home.store.clone(), self.reports.clone());
        tokio::task::spawn_blocking(move || {
            let saved = store.change_views(&name, &[change]).map(|()| said);
            let outcome = saved.map_err(|error| {
                format!("The views are changed for this session only: {}", store.unkept(&error))
            });
            let _ = reports.send(Report::Message(Message::ViewsSaved(outcome)));
        });
    }

    /// Changes the state on the disk; warns if that fails.
    fn keep(&self, change: impl FnOnce(&Store) -> io::Result<()> + Send + 'static) {
        let (store, unkept) = (self.world.home.store.clone(), self.unkept.clone());
        tokio::task::spawn_blocking(move || {
            if let Err(error) = change(&store) {
                unkept.warn(text::capitalized(&store.unkept(&error)));
            }
        });
    }

    /// Runs an export in a task of its own, which continues when the user switches accounts.
    fn export(&mut self, order: ExportOrder) {
        let (stop, stopped) = oneshot::channel();
        self.export = Some(stop);
        let origin = ExportSource {
            connection: self.connection.clone(),
            place: self.place.clone(),
            ahead: 2 * self.world.network.concurrency,
        };
        let (reports, known) = (self.reports.clone(), self.world.network.known.clone());
        tokio::spawn(async move {
            let exporting = exporting::export_to_app(order, origin, stopped, reports.clone());
            if let Err(panic) = AssertUnwindSafe(exporting).catch_unwind().await {
                let words = format!("The export failed: {}.", panic_text(&*panic, &known));
                let _ = reports.send(Report::Message(Message::Exported(Err(ExportFailed::Ended(words)))));
            }
        });
    }

    /// Starts a copy at once, so that copies stay in order, and reports its outcome.
    fn copy(&mut self, text: String) {
        let (copying, reports) = (self.clipboard.copy(text), self.reports.clone());
        tokio::spawn(async move {
            if let Some(copied) = copying.outcome().await {
                let _ = reports.send(Report::Copied(copied));
            }
        });
    }
}

/// Returns a connection that is made on first use.
fn pending(
    world: &World,
    target: &AccountId,
    token: Option<SecretString>,
    (decisions, notes): (&KeepDecisions, &NotesInMemory),
    change_margin: &Arc<AtomicU8>,
    reports: &mpsc::UnboundedSender<Report>,
) -> PendingConnection {
    let (world, target, reports) = (world.clone(), target.clone(), reports.clone());
    let change_margin = Arc::clone(change_margin);
    let settings = CopySettings {
        data: world.data.clone(),
        portfolio: world.portfolio,
        state: world.home.store.clone(),
        decisions: decisions.clone(),
        notes: notes.clone(),
        at_once: target.concurrency(&world.network),
        place: target.place(&world.demo),
        reports: reports.clone(),
    };
    PendingConnection::new(move || {
        let (world, target, token) = (world.clone(), target.clone(), token.clone());
        let (settings, reports) = (settings.clone(), reports.clone());
        let change_margin = Arc::clone(&change_margin);
        async move {
            let is_demo = matches!(target, AccountId::Demo);
            let opened = target.open(token, &world.home.vault, world.demo, &world.network).await?;
            let (account, keep) = opened;
            if let Some(demo) = &keep {
                settings.notes.begin_demo(demo);
            }
            let (account_id, data) = (target.clone(), settings.data.clone());
            // What is wrong with the names is said at the start.
            let names =
                blocking(move || account_id.product_names(data.as_deref()).names).await.map(Arc::new)?;
            let live: Arc<dyn CustomerSource> =
                Arc::new(RemoteSource::new(account.client.clone(), &account.reseller_id));
            let (of_copy, reader, of_products) = (account.clone(), Arc::clone(&live), Arc::clone(&names));
            let (of_notes, owner) = (settings.clone(), target.clone());
            let find_notes: FindNotes = Arc::new(move || note_home(&of_notes, &owner));
            let open: OpenCopy = Box::new(move || {
                let (reader, names) = (Arc::clone(&reader), Arc::clone(&of_products));
                Box::pin(open_copy(settings.clone(), target.clone(), of_copy.clone(), reader, names))
            });
            let on_change = Arc::new(move || {
                let _ = reports.send(Report::Message(Message::PortfolioChanged));
            });
            let source = PortfolioSource::new(live, open, on_change);
            let source = Arc::new(source.with_change_margin(change_margin).with_notes(find_notes));
            // Whoever tries the program out has all of it at hand; a profile's customers are copied when they are wanted.
            if is_demo {
                source.open_after_first_rows();
            }
            Ok(Connection { account, source, names, _keep: keep })
        }
    })
}

fn panic_text(panic: &(dyn std::any::Any + Send), known: &KnownSecrets) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
    known.redactor().mask(text).into_owned()
}
