//! Why a secret could not be had or kept, in two sentences.

use crate::api::ApiError;

/// A secret that could not be had or kept: what happened, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}. {todo}")]
pub struct SecretError {
    /// What happened, without a full stop.
    pub what: String,
    /// What to do about it.
    pub todo: String,
}

impl SecretError {
    pub(super) fn new(what: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { what: what.into(), todo: todo.into() }
    }
}

impl From<SecretError> for ApiError {
    fn from(error: SecretError) -> Self {
        Self::credentials(&error.what, &error.todo)
    }
}
