//! The open local copy: its index, and the task that keeps it up to date.

use std::{
    fmt,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::future::BoxFuture;
use tokio::task::AbortHandle;

use super::{
    errors::{is_unreachable, of_store},
    following::follow,
    reach::Reach,
};
use crate::{
    api::ApiError,
    model::FieldValues,
    portfolio::{
        Completeness, Revision, ShownRows,
        index::PortfolioIndex,
        load_index,
        sync::{SharedStore, SyncError, SyncJob, SyncProgress, SyncReport, SyncScope, sync},
    },
    products::ProductNames,
    text,
};

/// The shortest time between two readings of the whole store while it changes.
const REBUILD: Duration = Duration::from_millis(500);
/// Reading the store takes at most one part in this many of the time.
const REBUILD_SHARE: u32 = 10;
/// The time from the end of a sync to the next one while the screen is open.
const RESYNC: Duration = Duration::from_mins(30);
/// The time after which the API is tried again when it was out of reach.
const RECONNECT: Duration = Duration::from_secs(30);

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
    /// It reads what another process brings up to date in this folder.
    Reader(PathBuf),
}

/// The sync that brings a copy up to date.
pub struct SyncPlan {
    /// The sync, without the resellers.
    pub job: SyncJob,
    /// Finds the resellers before each sync: what is in the copy is shown without waiting for that.
    pub resellers: FindResellers,
}

/// A function that finds the resellers of an account.
pub type FindResellers = Box<dyn Fn() -> BoxFuture<'static, KnownResellers> + Send + Sync>;

/// The resellers that are synced.
#[derive(Debug, Clone, Default)]
pub struct KnownResellers {
    /// Their IDs, and their names if they are known.
    pub resellers: Vec<(String, Option<String>)>,
    /// The reason why some may be missing, as a sentence.
    pub doubt: Option<String>,
}

impl KnownResellers {
    /// Adds those that are not among them.
    pub fn add(&mut self, others: impl IntoIterator<Item = (String, Option<String>)>) {
        for other in others {
            if self.resellers.iter().all(|(id, _)| *id != other.0) {
                self.resellers.push(other);
            }
        }
    }
}

impl fmt::Debug for SyncPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SyncPlan").field("job", &self.job).finish_non_exhaustive()
    }
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
    names: Arc<ProductNames>,
    /// The task that syncs, or that looks for what another process has changed.
    task: AbortHandle,
    index: tokio::sync::Mutex<Option<LoadedIndex>>,
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
        let task = match role {
            CopyRole::Writer(plan) => begin_sync(*plan, Arc::clone(&state), reach, Arc::clone(&on_change)),
            CopyRole::Reader(folder) => {
                follow(store.clone(), folder, Arc::clone(&state), reach, Arc::clone(&on_change))
            }
        };
        Self {
            store,
            state,
            is_writer,
            on_change,
            names,
            task,
            index: tokio::sync::Mutex::default(),
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
        self.task.abort();
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

/// Syncs in the background, again and again, and says so from time to time.
fn begin_sync(plan: SyncPlan, state: Arc<CopyState>, reach: Arc<Reach>, on_change: OnChange) -> AbortHandle {
    state.is_syncing.store(true, Ordering::Release);
    let task = tokio::spawn(async move {
        loop {
            let KnownResellers { resellers, doubt } = (plan.resellers)().await;
            state.note(|troubles| troubles.doubt = doubt);
            let scope = SyncScope { resellers, ..plan.job.scope.clone() };
            let job = SyncJob { scope, ..plan.job.clone() };
            let outcome = sync_once(job, &state, &reach, &on_change).await;
            let is_offline = matches!(&outcome, Err(SyncError::Api(error)) if is_unreachable(error));
            reach.note(is_offline, outcome.is_ok());
            if let Ok(report) = &outcome {
                state.note(|troubles| troubles.refused_orders.clone_from(&report.refused_orders));
            }
            let failure = outcome.err().map(|error| match error {
                SyncError::Api(error) => error.user_message().summary,
                SyncError::PortfolioStore(error) => text::sentence(&error.to_string()),
            });
            state.fail(failure);
            state.is_syncing.store(false, Ordering::Release);
            state.renew();
            on_change();
            tokio::select! {
                () = tokio::time::sleep(if is_offline { RECONNECT } else { RESYNC }) => {}
                () = state.sync_wanted() => {}
            }
            state.is_syncing.store(true, Ordering::Release);
            on_change();
        }
    });
    task.abort_handle()
}

/// Runs one sync, and says from time to time that the copy has changed.
async fn sync_once(
    job: SyncJob,
    state: &CopyState,
    reach: &Reach,
    on_change: &OnChange,
) -> Result<SyncReport, SyncError> {
    let progress = Arc::new(SyncProgress::default());
    let mut syncing = std::pin::pin!(sync(job, Arc::clone(&progress)));
    let mut answers = 0;
    loop {
        tokio::select! {
            outcome = &mut syncing => return outcome,
            () = tokio::time::sleep(REBUILD) => {
                // Whatever the API says, it is there.
                if progress.answers() > answers {
                    reach.note(false, true);
                }
                answers = progress.answers();
                state.version.fetch_add(1, Ordering::AcqRel);
                on_change();
            }
        }
    }
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

    fn note(&self, change: impl FnOnce(&mut Troubles)) {
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
