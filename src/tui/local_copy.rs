//! Opens the local copy of the account on screen: the demo's in memory, a profile's as the user decided.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use chrono::Utc;
use tokio::sync::mpsc;

use super::{
    app::{KeepCopy, Message},
    report::Report,
};
use crate::{
    account::{Account, AccountId, Resellers, write_demo_notes},
    api::{ApiError, RequestOptions, Urgency},
    config::PortfolioSettings,
    demo::Demo,
    portfolio::{
        CopyRole, FindResellers, Identity, KnownResellers, NoteFile, NoteHome, OpenedCopy, OpenedStore,
        PortfolioStore, SessionNotes, StoreError, SyncPlan, folder_of,
        sync::{OrdersScope, SharedStore, SyncJob, SyncScope},
    },
    products::ProductNames,
    source::CustomerSource,
    state::Store,
    text,
};

/// The decisions of this session about the copies of profiles, by the profile's name.
#[derive(Debug, Clone, Default)]
pub(super) struct KeepDecisions(Arc<Mutex<HashMap<String, KeepCopy>>>);

impl KeepDecisions {
    /// Records a decision.
    pub(super) fn put(&self, profile: String, keep: KeepCopy) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(profile, keep);
    }

    fn get(&self, profile: &str) -> Option<KeepCopy> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(profile).copied()
    }
}

/// The notes of this session by their accounts: they outlive each copy in memory. The demo has no name.
#[derive(Debug, Clone, Default)]
pub(super) struct NotesInMemory(Arc<Mutex<HashMap<Option<String>, SessionNotes>>>);

impl NotesInMemory {
    /// Returns the notes of an account.
    pub(super) fn of(&self, account: Option<&str>) -> SessionNotes {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(account.map(str::to_owned)).or_default().clone()
    }

    /// Writes the demo's own notes when it is started for the first time.
    pub(super) fn begin_demo(&self, demo: &Demo) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(None).or_insert_with(|| {
            let notes = SessionNotes::default();
            write_demo_notes(demo, &notes, Utc::now());
            notes
        });
    }
}

/// The settings that opening a copy needs.
#[derive(Debug, Clone)]
pub(super) struct CopySettings {
    /// The data folder; `None` if there is none.
    pub(super) data: Option<PathBuf>,
    /// The settings of the configuration.
    pub(super) portfolio: PortfolioSettings,
    /// The state, in which decisions are remembered.
    pub(super) state: Store,
    /// The decisions of this session.
    pub(super) decisions: KeepDecisions,
    /// The notes of this session.
    pub(super) notes: NotesInMemory,
    /// The customers that are read at once.
    pub(super) at_once: usize,
    /// The place of the demo, in words.
    pub(super) place: String,
    /// The receiver of what has to be said.
    pub(super) reports: mpsc::UnboundedSender<Report>,
}

impl CopySettings {
    /// Returns the decision for a profile; `None` if the user was never asked.
    fn decision(&self, profile: &str) -> Option<KeepCopy> {
        if let Some(decided) = self.decisions.get(profile) {
            return Some(decided);
        }
        let state = self.state.load().state;
        let remembered = state.profiles.get(profile);
        let contacts = remembered.and_then(|of| of.keep_contacts).unwrap_or(self.portfolio.contacts);
        let keep = remembered.and_then(|of| of.keep_portfolio).or(self.portfolio.keep)?;
        keep.then_some(if contacts { KeepCopy::OnDisk } else { KeepCopy::WithoutContacts })
    }
}

/// Returns the place of an account's notes; `None` if the user has not decided yet how a copy is kept.
pub(super) fn note_home(settings: &CopySettings, target: &AccountId) -> Option<NoteHome> {
    let AccountId::Profile { name, profile } = target else {
        return Some(NoteHome::InMemory(settings.notes.of(None)));
    };
    let decision = settings.decision(name)?;
    Some(match &settings.data {
        Some(data) if decision != KeepCopy::InMemory => {
            let identity = Identity::new(&profile.client_id, profile.api_url.as_str());
            NoteHome::OnDisk(NoteFile::new(folder_of(data, name), identity))
        }
        _ => NoteHome::InMemory(settings.notes.of(Some(name))),
    })
}

/// Opens the copy of an account, and prepares the sync that brings it up to date.
pub(super) async fn open_copy(
    settings: CopySettings,
    target: AccountId,
    account: Account,
    live: Arc<dyn CustomerSource>,
    names: Arc<ProductNames>,
) -> Result<OpenedCopy, ApiError> {
    let failed = |error: StoreError| ApiError::internal(&error.to_string());
    let (name, profile) = match &target {
        AccountId::Demo => {
            let identity = Identity::new("demo", &settings.place);
            let store = PortfolioStore::in_memory(&identity, true, Utc::now()).map_err(failed)?;
            let store = store.with_notes(settings.notes.of(None));
            return Ok(opened(&settings, (store, None), live, account, None, names));
        }
        AccountId::Profile { name, profile } => (name, profile),
    };
    let identity = Identity::new(&profile.client_id, profile.api_url.as_str());
    let decision = settings.decision(name).ok_or_else(|| {
        ApiError::internal("no copy of this profile's customers is kept, and nobody has been asked")
    })?;
    let per_minute = Some(settings.portfolio.requests_per_minute.into());
    let contacts = decision != KeepCopy::WithoutContacts;
    let (Some(data), false) = (&settings.data, decision == KeepCopy::InMemory) else {
        let store = PortfolioStore::in_memory(&identity, contacts, Utc::now()).map_err(failed)?;
        let store = store.with_notes(settings.notes.of(Some(name)));
        return Ok(opened(&settings, (store, None), live, account, per_minute, names));
    };
    let folder = folder_of(data, name);
    let opening = {
        let (folder, identity, reports) = (folder.clone(), identity.clone(), settings.reports.clone());
        move || {
            let opened = PortfolioStore::open(&folder, &identity, contacts, Utc::now());
            // It is said here, since nobody may wait for the copy any more once it is open.
            for notice in opened.iter().flat_map(|opened| &opened.notices) {
                let _ = reports.send(Report::Message(Message::NotKept(notice.clone())));
            }
            opened
        }
    };
    match blocking(opening).await? {
        Ok(OpenedStore { store, .. }) => {
            Ok(opened(&settings, (store, Some(folder)), live, account, per_minute, names))
        }
        // Another vipmp brings it up to date.
        Err(StoreError::Busy(_)) => {
            let store = to_read(&folder, &identity).await?.map_err(failed)?;
            Ok(OpenedCopy { store, role: CopyRole::Reader { folder, obstacle: None }, names })
        }
        // A copy that cannot be written can still be read: on a full or read-only disk, or where another user owns it.
        Err(error) => match to_read(&folder, &identity).await? {
            Ok(store) => {
                let obstacle = Some(text::sentence(&error.to_string()));
                Ok(OpenedCopy { store, role: CopyRole::Reader { folder, obstacle }, names })
            }
            Err(_) => Err(failed(error)),
        },
    }
}

/// Opens the copy in a folder for reading only.
async fn to_read(folder: &Path, identity: &Identity) -> Result<Result<SharedStore, StoreError>, ApiError> {
    let (folder, identity) = (folder.to_owned(), identity.clone());
    blocking(move || PortfolioStore::open_to_read(&folder, Some(&identity)).map(SharedStore::new)).await
}

/// Returns the resellers that the account lists, and its own. Where it cannot say, or not surely, those in the copy are
/// among them: offline, they are known, and an account without the right to list resellers has its own.
async fn known_resellers(account: Account, store: SharedStore) -> KnownResellers {
    let listed = account.resellers(usize::MAX).await.ok();
    let mut known = listed.map(of_list).unwrap_or_default();
    if known.resellers.is_empty() || known.doubt.is_some() {
        match store.with(|store| store.resellers()).await {
            Ok(stored) => known.add(stored),
            Err(error) => tracing::warn!(%error, "the resellers of the copy cannot be read"),
        }
    }
    known.add([(account.reseller_id, None)]);
    known
}

/// Takes the resellers that the account lists.
fn of_list(found: Resellers) -> KnownResellers {
    let doubt = found.doubt_words().map(|words| text::sentence(&words));
    let resellers = found.rows.into_iter().map(|row| (row.reseller_id, row.company_name));
    KnownResellers { resellers: resellers.collect(), doubt }
}

fn opened(
    settings: &CopySettings,
    (store, folder): (PortfolioStore, Option<PathBuf>),
    live: Arc<dyn CustomerSource>,
    account: Account,
    per_minute: Option<u32>,
    names: Arc<ProductNames>,
) -> OpenedCopy {
    let store = SharedStore::new(store);
    let orders = OrdersScope::Recent(settings.portfolio.orders_days);
    let job = SyncJob {
        source: live,
        options: RequestOptions::new(Urgency::background()),
        store: store.clone(),
        scope: SyncScope { resellers: Vec::new(), is_all: false, orders },
        at_once: settings.at_once,
        per_minute,
    };
    let of_copy = store.clone();
    let resellers: FindResellers =
        Box::new(move || Box::pin(known_resellers(account.clone(), of_copy.clone())));
    OpenedCopy { store, role: CopyRole::Writer(Box::new(SyncPlan { job, folder, resellers })), names }
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| ApiError::internal(&error.to_string()))
}
