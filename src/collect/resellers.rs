//! The resellers that an account may list.

use serde_json::Value;

use super::{List, ListStats, Lists, ResellerPages};
use crate::{
    api::{ApiError, Client},
    model::ResellerRow,
};

/// The list of resellers: active ones, by name, every one once.
#[derive(Debug)]
pub struct ResellerList(Lists<ResellerPages>);

impl ResellerList {
    /// Makes the list, which sends `ahead` requests before their answers are needed.
    pub fn new(client: Client, ahead: usize) -> Self {
        Self(Lists::one(List::new(ResellerPages::new(client), ahead)))
    }

    /// Returns the next rows, as sent where there is no id; nothing at the end.
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

    /// Returns what is known of the list so far.
    pub fn tally(&self) -> ListStats {
        self.0.tally()
    }
}
