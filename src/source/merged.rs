//! Several lists as one, in the order in which the screen shows them.

use std::collections::VecDeque;

use super::RowWalk;
use crate::{
    api::ApiError,
    collect::ListStats,
    model::{CustomerFilter, Row, first_in_order},
};

/// Rows of a batch at most.
const BATCH: usize = 50;

/// Rows of one list that were not handed out yet.
#[derive(Debug, Default)]
struct Head {
    rows: VecDeque<Row>,
    ended: bool,
}

/// Lists merged by their heads. Each is taken in the server's own order, so that another collation than ours never loses
/// or doubles a row. Rows that turn up when lists are read again come last.
pub struct MergedWalk {
    filter: CustomerFilter,
    lists: Box<dyn RowWalk>,
    heads: Vec<Head>,
    begun: bool,
}

impl MergedWalk {
    /// Merges these lists, whose rows are in the order of the filter.
    pub fn new(filter: CustomerFilter, lists: Box<dyn RowWalk>) -> Self {
        let heads = (0..lists.lists()).map(|_| Head::default()).collect();
        Self { filter, lists, heads, begun: false }
    }

    /// Returns what is known of all lists together.
    pub fn stats(&self) -> ListStats {
        self.lists.stats()
    }

    /// Returns the next rows; nothing at the end.
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
