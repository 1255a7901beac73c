//! The resellers that an account may list, page by page.

use serde_json::Value;

use crate::{
    api::{ApiError, Client},
    model::ResellerRow,
};

/// The list of resellers: active ones, by name.
#[derive(Debug)]
pub struct ResellerList {
    client: Client,
    offset: u64,
    ended: bool,
}

impl ResellerList {
    /// The list from its start.
    pub fn new(client: Client) -> Self {
        Self { client, offset: 0, ended: false }
    }

    /// The next rows, as sent where there is no id; nothing at the end.
    ///
    /// # Errors
    /// Why a page did not come.
    pub async fn next(&mut self) -> Result<Option<Vec<Result<ResellerRow, Value>>>, ApiError> {
        if self.ended {
            return Ok(None);
        }
        let page = self.client.resellers(self.offset).await?.value;
        self.offset += page.rows.len() as u64;
        self.ended = page.rows.is_empty() || page.total_count.is_none_or(|total| self.offset >= total);
        Ok((!page.rows.is_empty()).then_some(page.rows))
    }
}
