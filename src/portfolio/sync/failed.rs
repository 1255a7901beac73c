//! The reasons why a part of a customer, or of a list, could not be read.

use super::{SyncError, ends_sync};
use crate::api::ApiError;

/// The reason why something could not be read.
pub(super) enum Failed {
    Api(ApiError),
    /// Answers that cannot be stored as what was asked for.
    Answer(String),
}

impl Failed {
    /// Returns the reason in words.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Api(error) => error.user_message().summary,
            Self::Answer(words) => words.clone(),
        }
    }

    /// Returns the error of the server, if it is one.
    ///
    /// # Errors
    /// Returns the error if everything would fail like this.
    pub(super) fn of_server(self) -> Result<Option<ApiError>, SyncError> {
        match self {
            Self::Api(error) if ends_sync(&error) => Err(error.into()),
            Self::Api(error) => Ok(Some(error)),
            Self::Answer(_) => Ok(None),
        }
    }
}
