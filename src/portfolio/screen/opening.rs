//! Opening the local copy when it is first needed, and again when another process has left it or replaced it.

use std::sync::{Arc, PoisonError, RwLock};

use futures_util::future::BoxFuture;

use super::{
    copy::{LocalData, OnChange, OpenedCopy},
    reach::Reach,
};
use crate::api::ApiError;

/// What is said for as long as a copy stays open that was opened again with another history.
const OTHER_HISTORY: &str = "The history of changes was deleted or replaced by another program while it was open: changes and \
                             notes are those of the file that is there now.";

/// The way to open the local copy.
pub type OpenCopy = Box<dyn Fn() -> BoxFuture<'static, Result<OpenedCopy, ApiError>> + Send + Sync>;

/// The local copy of the account, which may not be open yet.
pub(super) struct Opening {
    open: OpenCopy,
    on_change: OnChange,
    reach: Arc<Reach>,
    current: RwLock<Option<Arc<LocalData>>>,
    /// Held while the copy is being opened.
    turn: tokio::sync::Mutex<()>,
}

impl Opening {
    pub(super) fn new(open: OpenCopy, on_change: OnChange, reach: Arc<Reach>) -> Self {
        Self { open, on_change, reach, current: RwLock::default(), turn: tokio::sync::Mutex::default() }
    }

    /// Returns the copy if it was opened before.
    pub(super) fn current(&self) -> Option<Arc<LocalData>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the copy; opens it if it is not open, or if the one that is open has been left or replaced.
    ///
    /// # Errors
    /// Fails if it cannot be opened. One that was open before is used on.
    pub(super) async fn get(&self) -> Result<Arc<LocalData>, ApiError> {
        let usable = || self.current().filter(|copy| !copy.state.is_outdated());
        if let Some(copy) = usable() {
            return Ok(copy);
        }
        let _turn = self.turn.lock().await;
        if let Some(copy) = usable() {
            return Ok(copy);
        }
        let history = self.current().and_then(|copy| {
            let replaced = copy.state.has_other_history().then_some(OTHER_HISTORY);
            replaced.or(copy.state.troubles().history)
        });
        match (self.open)().await {
            Ok(opened) => {
                let copy =
                    Arc::new(LocalData::start(opened, Arc::clone(&self.reach), Arc::clone(&self.on_change)));
                copy.state.note(|troubles| troubles.history = history);
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&copy));
                Ok(copy)
            }
            Err(error) => {
                let copy = self.current().ok_or_else(|| error.clone())?;
                tracing::warn!(%error, "the copy could not be opened again");
                copy.state.fail(Some(error.user_message().summary));
                Ok(copy)
            }
        }
    }
}
