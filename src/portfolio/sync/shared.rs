//! A store that async tasks share: its work blocks, so it runs on a thread of its own.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError, mpsc},
};

use tokio::sync::oneshot;

use crate::portfolio::{PortfolioStore, StoreError};

type StoreWork = Box<dyn FnOnce() + Send>;

/// A store shared between tasks.
///
/// All its work is done by one thread: on many, the memory that reading a whole portfolio takes for a moment would be kept
/// by each of them.
#[derive(Debug, Clone)]
pub struct SharedStore {
    store: Arc<Mutex<PortfolioStore>>,
    jobs: mpsc::Sender<StoreWork>,
}

impl SharedStore {
    /// Shares a store.
    pub fn new(store: PortfolioStore) -> Self {
        let (jobs, todo) = mpsc::channel::<StoreWork>();
        let thread = std::thread::Builder::new().name("portfolio".to_owned());
        let started = thread.spawn(move || {
            for job in todo {
                // A panic in the midst of a transaction has rolled it back, and whoever waits gets an error.
                let _ = catch_unwind(AssertUnwindSafe(job));
            }
        });
        if let Err(error) = started {
            tracing::warn!(%error, "no thread for the portfolio");
        }
        Self { store: Arc::new(Mutex::new(store)), jobs }
    }

    /// Runs work on the store, on its thread.
    ///
    /// # Errors
    /// Returns the error of the work. Fails if the work panics, or if the system gave the store no thread.
    pub async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut PortfolioStore) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = Arc::clone(&self.store);
        let (answer, answered) = oneshot::channel();
        let job = move || {
            let outcome = work(&mut store.lock().unwrap_or_else(PoisonError::into_inner));
            // Whoever gets the answer may be the last to hold the store, and closes it.
            drop(store);
            let _ = answer.send(outcome);
        };
        let ended = || Err(StoreError::Value("the thread of the portfolio has ended".to_owned()));
        if self.jobs.send(Box::new(job)).is_err() {
            return ended();
        }
        answered.await.unwrap_or_else(|_| ended())
    }
}
