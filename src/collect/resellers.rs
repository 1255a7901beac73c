//! The resellers of an account.

use serde_json::Value;

use super::{List, ListStats, Lists, ResellerPages};
use crate::{
    api::{ApiError, Client},
    model::ResellerRow,
};

/// The list of active resellers, by name, each once.
#[derive(Debug)]
pub struct ResellerList(Lists<ResellerPages>);

impl ResellerList {
    /// Creates the list, which sends `ahead` requests before their answers are needed.
    pub fn new(client: Client, ahead: usize) -> Self {
        Self(Lists::one(List::new(ResellerPages::new(client), ahead)))
    }

    /// Returns the next rows, or `None` at the end. A row without an ID is returned as it was sent.
    ///
    /// # Errors
    /// Fails if a page does not arrive.
    pub async fn next(&mut self) -> Result<Option<Vec<Result<ResellerRow, Value>>>, ApiError> {
        while let Some(batch) = self.0.next(0).await? {
            if !batch.rows.is_empty() {
                return Ok(Some(batch.rows));
            }
        }
        Ok(None)
    }

    /// Returns the statistics so far.
    pub fn stats(&self) -> ListStats {
        self.0.stats()
    }
}
