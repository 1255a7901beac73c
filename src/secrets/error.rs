//! The reason why a secret could not be loaded or kept, in two sentences.

use std::{io, path::Path};

use crate::{api::ApiError, text};

/// A secret that could not be loaded or kept: what happened, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}. {todo}")]
pub struct SecretError {
    /// The event, without a full stop.
    pub what: String,
    /// The next step for it.
    pub todo: String,
}

impl SecretError {
    pub(super) fn new(what: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { what: what.into(), todo: todo.into() }
    }

    /// Of a file with a secret that cannot be read.
    pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Self {
        Self::new(
            format!("{} cannot be read: {error}", text::display_path(path)),
            "Check the path and its permissions.",
        )
    }
}

impl From<SecretError> for ApiError {
    fn from(error: SecretError) -> Self {
        Self::credentials(&error.what, &error.todo)
    }
}
