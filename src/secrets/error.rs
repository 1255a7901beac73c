//! The error of a secret that could not be loaded or stored.

use std::{io, path::Path};

use crate::{api::ApiError, text};

/// A secret that could not be loaded or kept: what happened, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}. {todo}")]
pub struct SecretError {
    /// What happened, without a full stop.
    pub what: String,
    /// The next step for the user.
    pub todo: String,
}

impl SecretError {
    pub(super) fn new(what: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { what: what.into(), todo: todo.into() }
    }

    /// Creates the error for a file with a secret that cannot be read.
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
