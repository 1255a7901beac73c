//! Errors of the copy as the screen shows them, and work that blocks.

use crate::{api::ApiError, portfolio::StoreError};

/// Returns an error of the store as one that the screen can show.
pub(super) fn of_store(error: &StoreError) -> ApiError {
    ApiError::internal(&error.to_string())
}

/// Runs work on a thread that may block.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| ApiError::internal(&error.to_string()))
}
