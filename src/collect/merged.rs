//! Several lists as one, in the order in which the screen shows them.

use std::{cmp::Ordering, collections::VecDeque};

use super::{CustomerPages, ListStats, Lists};
use crate::{
    api::ApiError,
    model::{CustomerFilter, Row, compare},
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
#[derive(Debug)]
pub struct Merged {
    filter: CustomerFilter,
    lists: Lists<CustomerPages>,
    heads: Vec<Head>,
    begun: bool,
}

impl Merged {
    /// Merges these lists, whose rows are in the order of the filter.
    pub fn new(filter: CustomerFilter, lists: Lists<CustomerPages>) -> Self {
        let heads = (0..lists.len()).map(|_| Head::default()).collect();
        Self { filter, lists, heads, begun: false }
    }

    /// Returns what is known of all lists together.
    pub fn tally(&self) -> ListStats {
        self.lists.tally()
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
            let heads = self.heads.iter_mut().filter(|head| !head.rows.is_empty());
            let first = heads.reduce(|first, other| match (first.rows.front(), other.rows.front()) {
                (Some(a), Some(b)) if compare(&self.filter, a, b) == Ordering::Greater => other,
                _ => first,
            });
            let Some(row) = first.and_then(|head| head.rows.pop_front()) else { break };
            rows.push(row);
        }
        if rows.is_empty() {
            return Ok(self.lists.settle().await?.map(|(_, rows)| rows));
        }
        Ok(Some(rows))
    }
}
