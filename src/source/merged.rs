//! Merges several lists into one, in the order of the screen.

use std::collections::VecDeque;

use super::RowWalk;
use crate::{
    api::ApiError,
    collect::ListStats,
    model::{CustomerFilter, Row, first_in_order},
};

/// The most rows in a batch.
const BATCH: usize = 50;

/// The rows of one list that were not handed out yet.
#[derive(Debug, Default)]
struct PendingRows {
    rows: VecDeque<Row>,
    ended: bool,
}

/// Lists merged by their next rows. Each list keeps the server's own order, so that a collation that differs from ours
/// never loses or repeats a row. Rows found by reading lists again come last.
pub struct MergedWalk {
    filter: CustomerFilter,
    lists: Box<dyn RowWalk>,
    heads: Vec<PendingRows>,
    begun: bool,
}

impl MergedWalk {
    /// Merges these lists, whose rows are in the order of the filter.
    pub fn new(filter: CustomerFilter, lists: Box<dyn RowWalk>) -> Self {
        let heads = (0..lists.lists()).map(|_| PendingRows::default()).collect();
        Self { filter, lists, heads, begun: false }
    }

    /// Returns the statistics of all lists together.
    pub fn stats(&self) -> ListStats {
        self.lists.stats()
    }

    /// Returns the next rows, or `None` at the end.
    ///
    /// # Errors
    /// Fails if a page does not arrive.
    pub async fn next(&mut self) -> Result<Option<Vec<Row>>, ApiError> {
        if !std::mem::replace(&mut self.begun, true) {
            (0..self.heads.len()).for_each(|part| self.lists.begin(part));
        }
        let mut rows = Vec::new();
        while rows.len() < BATCH {
            for (part, head) in self.heads.iter_mut().enumerate() {
                while head.rows.is_empty() && !head.ended {
                    match self.lists.next(part).await? {
                        Some(batch) => head.rows.extend(batch.rows),
                        None => head.ended = true,
                    }
                }
            }
            let first = first_in_order(&self.filter, self.heads.iter_mut(), |head| head.rows.front());
            let Some(row) = first.and_then(|head| head.rows.pop_front()) else { break };
            rows.push(row);
        }
        if rows.is_empty() {
            return Ok(self.lists.settle().await?.map(|(_, rows)| rows));
        }
        Ok(Some(rows))
    }
}
