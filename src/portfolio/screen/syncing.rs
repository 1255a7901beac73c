//! Bringing the copy up to date while the screen is open: a sync now, and again and again.

use std::{
    fmt,
    path::PathBuf,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use futures_util::{FutureExt as _, future::BoxFuture};
use tokio::task::AbortHandle;

use super::{
    copy::{CopyState, OnChange, REBUILD},
    reach::Reach,
};
use crate::{
    portfolio::{
        CopyFile,
        sync::{SharedStore, SyncError, SyncJob, SyncProgress, SyncReport, SyncScope, sync},
    },
    text,
};

/// The time from the end of a sync to the next one.
const RESYNC: Duration = Duration::from_mins(30);
/// The time after which the API is tried again when it was out of reach.
const RECONNECT: Duration = Duration::from_secs(30);
/// The time between two looks at whether the file of the copy is in its place.
const LOOK: Duration = Duration::from_secs(10);

/// The words of a copy whose file another program has deleted or replaced.
const LEFT: &str = "Its file was deleted or replaced by another program; what is shown was read before.";

/// The sync that brings a copy up to date.
pub struct SyncPlan {
    /// The sync, without the resellers.
    pub job: SyncJob,
    /// The folder of the copy; `None` if it is in memory.
    pub folder: Option<PathBuf>,
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

/// Syncs in the background, again and again, and says so from time to time.
pub(super) fn begin_sync(
    plan: SyncPlan,
    state: Arc<CopyState>,
    reach: Arc<Reach>,
    on_change: OnChange,
) -> AbortHandle {
    state.is_syncing.store(true, Ordering::Release);
    let task = tokio::spawn(async move {
        loop {
            let KnownResellers { resellers, doubt } = (plan.resellers)().await;
            state.note(|troubles| troubles.doubt = doubt);
            let scope = SyncScope { resellers, ..plan.job.scope.clone() };
            let job = SyncJob { scope, ..plan.job.clone() };
            let outcome = sync_once(job, &state, &reach, &on_change).await;
            let is_offline = matches!(&outcome, Err(SyncError::Api(error)) if error.is_unanswered());
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
            let pause = if is_offline { RECONNECT } else { RESYNC };
            let file = wait_in_place(&plan, pause, &state).await;
            if file == CopyFile::OtherHistory {
                // Nothing of the copy is lost: it is opened again, with the history that is there or a new one.
                let _ = plan
                    .job
                    .store
                    .with(|store| {
                        store.stop_writing();
                        Ok(())
                    })
                    .await;
                state.leave_history();
                on_change();
                return;
            }
            if file != CopyFile::Same {
                state.fail(Some(LEFT.to_owned()));
                state.renew();
                on_change();
                // What somebody deleted is begun anew only if the user wants that, knowing of it.
                let _ = state.sync_wanted().now_or_never();
                state.sync_wanted().await;
                state.outdate();
                on_change();
                return;
            }
            state.is_syncing.store(true, Ordering::Release);
            on_change();
        }
    });
    task.abort_handle()
}

/// Waits until the next sync is due or wanted, or the files of the copy are not in their places any more, which it returns.
async fn wait_in_place(plan: &SyncPlan, pause: Duration, state: &CopyState) -> CopyFile {
    let mut due = std::pin::pin!(tokio::time::sleep(pause));
    let mut is_due = false;
    loop {
        let file = match &plan.folder {
            Some(folder) => file_now(&plan.job.store, folder.clone()).await,
            None => CopyFile::Same,
        };
        if is_due || file != CopyFile::Same {
            return file;
        }
        is_due = tokio::select! {
            () = &mut due => true,
            () = state.sync_wanted() => true,
            () = tokio::time::sleep(LOOK), if plan.folder.is_some() => false,
        };
    }
}

/// Returns what has become of the files of the copy; one of which that cannot be told is missing.
async fn file_now(store: &SharedStore, folder: PathBuf) -> CopyFile {
    let file = store.with(move |store| Ok(store.file_now(&folder))).await;
    file.unwrap_or(CopyFile::Missing)
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
    let (mut answers, mut unanswered) = (0, 0);
    loop {
        tokio::select! {
            outcome = &mut syncing => return outcome,
            () = tokio::time::sleep(REBUILD) => {
                let is_reached = progress.answers() > answers;
                // Whatever the API says, it is there. Its silence is told before the last retry is over.
                reach.note(!is_reached && progress.unanswered() > unanswered, is_reached);
                (answers, unanswered) = (progress.answers(), progress.unanswered());
                state.version.fetch_add(1, Ordering::AcqRel);
                on_change();
            }
        }
    }
}
