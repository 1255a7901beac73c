//! The open local copy: its state and its index.

use std::{
    fmt,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::task::AbortHandle;

use super::{
    errors::of_store,
    following::{FollowedCopy, follow, watch_notes},
    reach::Reach,
    summary::LoadedLedger,
    syncing::{SyncPlan, begin_sync},
};
use crate::{
    api::ApiError,
    model::FieldValues,
    portfolio::{Completeness, Revision, ShownRows, index::PortfolioIndex, load_index, sync::SharedStore},
    products::ProductNames,
};

/// The shortest time between two readings of the whole store while it changes.
pub(super) const REBUILD: Duration = Duration::from_millis(500);
/// Reading the store takes at most one part in this many of the time.
const REBUILD_SHARE: u32 = 10;

/// An opened copy.
#[derive(Debug)]
pub struct OpenedCopy {
    /// The store.
    pub store: SharedStore,
    /// The part of this process.
    pub role: CopyRole,
    /// The names of products.
    pub names: Arc<ProductNames>,
}

/// The part of a process in keeping a copy up to date.
#[derive(Debug)]
pub enum CopyRole {
    /// It syncs.
    Writer(Box<SyncPlan>),
    /// It only reads.
    Reader {
        /// The folder of the copy.
        folder: PathBuf,
        /// The reason why it cannot be written, as a sentence; `None` if another process brings it up to date.
        obstacle: Option<String>,
    },
}

/// Is called when the copy has changed.
pub type OnChange = Arc<dyn Fn() + Send + Sync>;

/// The local copy, once it is open.
pub(super) struct LocalData {
    pub(super) store: SharedStore,
    pub(super) state: Arc<CopyState>,
    /// True if this process brings the copy up to date.
    pub(super) is_writer: bool,
    /// Is called when a fresh answer has changed the copy.
    pub(super) on_change: OnChange,
    pub(super) names: Arc<ProductNames>,
    /// The tasks that sync, or that look for what another process has changed.
    tasks: Vec<AbortHandle>,
    index: tokio::sync::Mutex<Option<LoadedIndex>>,
    /// The seats by week and product, once a summary has been wanted.
    pub(super) ledger: tokio::sync::Mutex<LoadedLedger>,
    /// True once an index has been read.
    has_index: AtomicBool,
    /// The rows that were remembered last, and the customers in them.
    pub(super) shown_rows: Mutex<Option<(String, ShownRows)>>,
}

impl LocalData {
    /// Takes an opened copy, and begins to keep it up to date or to follow what another process does.
    pub(super) fn start(opened: OpenedCopy, reach: Arc<Reach>, on_change: OnChange) -> Self {
        let OpenedCopy { store, role, names } = opened;
        let state = Arc::new(CopyState::default());
        let is_writer = matches!(role, CopyRole::Writer(_));
        let tasks = match role {
            CopyRole::Writer(plan) => vec![
                begin_sync(*plan, Arc::clone(&state), reach, Arc::clone(&on_change)),
                watch_notes(store.clone(), Arc::clone(&state), Arc::clone(&on_change)),
            ],
            CopyRole::Reader { folder, obstacle } => {
                let followed =
                    FollowedCopy { store: store.clone(), folder, is_left_alone: obstacle.is_some() };
                state.fail(obstacle);
                vec![follow(followed, Arc::clone(&state), reach, Arc::clone(&on_change))]
            }
        };
        Self {
            store,
            state,
            is_writer,
            on_change,
            names,
            tasks,
            index: tokio::sync::Mutex::default(),
            ledger: tokio::sync::Mutex::default(),
            has_index: AtomicBool::default(),
            shown_rows: Mutex::default(),
        }
    }
}

impl fmt::Debug for LocalData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalData")
            .field("store", &self.store)
            .field("state", &self.state)
            .field("is_writer", &self.is_writer)
            .finish_non_exhaustive()
    }
}

impl Drop for LocalData {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

/// What has to be said of a copy, each as a sentence.
#[derive(Debug, Clone, Default)]
pub(super) struct Troubles {
    /// The reason why the last sync ended early, or why the copy is no longer read.
    pub(super) failure: Option<String>,
    /// The reason why resellers may be missing.
    pub(super) doubt: Option<String>,
    /// The reason why the account may read no orders.
    pub(super) refused_orders: Option<String>,
    /// What has become of the history while the copy was open.
    pub(super) history: Option<&'static str>,
}

#[derive(Debug, Default)]
pub(super) struct CopyState {
    /// Grows with each change of the store.
    pub(super) version: AtomicU64,
    /// The version of the last great change, such as the end of a sync: older indexes are not used any more.
    least: AtomicU64,
    /// Wakes the syncing task, because the user wants a sync now.
    wanted: tokio::sync::Notify,
    pub(super) is_syncing: AtomicBool,
    troubles: RwLock<Troubles>,
    /// The process that brings the copy up to date, if another one does; 0 if none is known.
    synced_by: AtomicU32,
    /// True once another process has left or replaced the copy: it has to be opened again.
    is_outdated: AtomicBool,
    /// True if that is so because the history is another file.
    has_other_history: AtomicBool,
}

/// The index of the store as it was at a version.
#[derive(Debug, Clone)]
pub(super) struct LoadedIndex {
    version: u64,
    at: Instant,
    /// The time that reading took.
    took: Duration,
    /// The facts that it was built from: as long as there are no others, it is not built again.
    revision: Revision,
    pub(super) index: Arc<PortfolioIndex>,
    pub(super) held: Completeness,
    /// The values in the fields of queries.
    pub(super) values: Arc<FieldValues>,
}

impl CopyState {
    /// Asks for a sync. One that is asked for while another runs follows it.
    pub(super) fn ask_for_sync(&self) {
        self.wanted.notify_one();
    }

    /// Returns what has to be said of the copy. While a sync is under way, the end of the last one is left out.
    pub(super) fn troubles(&self) -> Troubles {
        let troubles = self.troubles.read().unwrap_or_else(PoisonError::into_inner).clone();
        let is_syncing = self.is_syncing.load(Ordering::Acquire);
        Troubles { failure: troubles.failure.filter(|_| !is_syncing), ..troubles }
    }

    pub(super) fn note(&self, change: impl FnOnce(&mut Troubles)) {
        change(&mut self.troubles.write().unwrap_or_else(PoisonError::into_inner));
    }

    /// Records why the copy is not up to date; `None` if it is.
    pub(super) fn fail(&self, failure: Option<String>) {
        self.note(|troubles| troubles.failure = failure);
    }

    /// Waits until a sync is asked for.
    pub(super) async fn sync_wanted(&self) {
        self.wanted.notified().await;
    }

    /// Returns the other process that brings the copy up to date, if one does.
    pub(super) fn synced_by(&self) -> Option<u32> {
        Some(self.synced_by.load(Ordering::Acquire)).filter(|process| *process != 0)
    }

    /// Records the other process that brings the copy up to date; returns true if it is a new one.
    pub(super) fn set_synced_by(&self, process: Option<u32>) -> bool {
        let process = process.unwrap_or_default();
        self.synced_by.swap(process, Ordering::AcqRel) != process
    }

    /// Returns true if the copy has to be opened again.
    pub(super) fn is_outdated(&self) -> bool {
        self.is_outdated.load(Ordering::Acquire)
    }

    /// Has the copy be opened again before the next answer; returns true if nothing had before.
    pub(super) fn outdate(&self) -> bool {
        !self.is_outdated.swap(true, Ordering::AcqRel)
    }

    /// Has the copy be opened again because its history is another file; returns true if nothing had before.
    pub(super) fn leave_history(&self) -> bool {
        self.has_other_history.store(true, Ordering::Release);
        self.outdate()
    }

    /// Returns true if the copy has to be opened again because its history is another file.
    pub(super) fn has_other_history(&self) -> bool {
        self.has_other_history.load(Ordering::Acquire)
    }

    /// Has the index be read again before the next answer.
    pub(super) fn renew(&self) {
        let version = self.version.fetch_add(1, Ordering::AcqRel) + 1;
        self.least.store(version, Ordering::Release);
    }
}

impl LocalData {
    /// Returns true once an index has been read.
    pub(super) fn has_index(&self) -> bool {
        self.has_index.load(Ordering::Acquire)
    }

    /// Returns the index of the store as it is, or as it was a moment ago.
    pub(super) async fn loaded(&self) -> Result<LoadedIndex, ApiError> {
        let mut loaded = self.index.lock().await;
        let version = self.state.version.load(Ordering::Acquire);
        if let Some(loaded) = &*loaded {
            let is_recent = loaded.at.elapsed() < REBUILD.max(loaded.took * REBUILD_SHARE);
            let is_usable = loaded.version >= self.state.least.load(Ordering::Acquire);
            if loaded.version == version || is_usable && is_recent {
                return Ok(loaded.clone());
            }
        }
        let begun = Instant::now();
        let (known, names) = (loaded.clone(), Arc::clone(&self.names));
        let read = self.store.with(move |store| {
            let revision = store.revision()?;
            if let Some(known) = known.filter(|known| known.revision == revision) {
                return Ok(LoadedIndex { held: store.completeness()?, ..known });
            }
            let (index, held) = load_index(store, &names)?;
            let values = Arc::new(index.values());
            let index = Arc::new(index);
            Ok(LoadedIndex { version, at: begun, took: begun.elapsed(), revision, index, held, values })
        });
        let read = read.await.map_err(|error| of_store(&error))?;
        let found = LoadedIndex { version, at: Instant::now(), ..read };
        *loaded = Some(found.clone());
        self.has_index.store(true, Ordering::Release);
        Ok(found)
    }
}
