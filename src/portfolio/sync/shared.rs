//! A store that async tasks share: its work blocks, so it runs on threads of its own.

use std::sync::{Arc, Mutex, PoisonError};

use crate::portfolio::{PortfolioStore, StoreError};

/// A store shared between tasks.
#[derive(Debug, Clone)]
pub struct SharedStore(Arc<Mutex<PortfolioStore>>);

impl SharedStore {
    /// Shares a store.
    pub fn new(store: PortfolioStore) -> Self {
        Self(Arc::new(Mutex::new(store)))
    }

    /// Runs work on the store, on a thread that may block.
    ///
    /// # Errors
    /// Returns the error of the work.
    pub async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut PortfolioStore) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = Arc::clone(&self.0);
        let task = tokio::task::spawn_blocking(move || {
            // A panic in the midst of a transaction has rolled it back.
            work(&mut store.lock().unwrap_or_else(PoisonError::into_inner))
        });
        task.await.unwrap_or_else(|error| Err(StoreError::Value(error.to_string())))
    }
}
