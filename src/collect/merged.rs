//! Several lists as one, in the order in which the screen shows them.

use std::{
    cmp::Ordering,
    collections::{HashSet, VecDeque},
};

use super::{List, Tally};
use crate::{
    api::ApiError,
    model::{CustomerFilter, Row, compare},
};

/// Rows of a batch at most.
const BATCH: usize = 50;

/// One of the lists, and its rows that were not handed out yet.
#[derive(Debug)]
struct Source {
    list: List,
    rows: VecDeque<Row>,
    ended: bool,
}

/// Lists merged by their heads. Each is taken in the server's own order, so that another collation than ours never loses
/// or doubles a row.
#[derive(Debug)]
pub struct Merged {
    filter: CustomerFilter,
    sources: Vec<Source>,
    /// Who came: a customer whose status changes meanwhile is in two lists.
    seen: HashSet<String>,
    /// Rows handed out.
    rows: u64,
}

impl Merged {
    /// These lists, whose rows are in the order of the filter.
    pub fn new(filter: CustomerFilter, lists: Vec<List>) -> Self {
        let source = |list| Source { list, rows: VecDeque::new(), ended: false };
        Self { filter, sources: lists.into_iter().map(source).collect(), seen: HashSet::new(), rows: 0 }
    }

    /// What is known of all lists together.
    pub fn tally(&self) -> Tally {
        let tallies = self.sources.iter().map(|source| source.list.tally());
        Tally { rows: self.rows, ..tallies.reduce(Tally::and).unwrap_or_default() }
    }

    /// The next rows; nothing at the end.
    ///
    /// # Errors
    /// Why a page did not come.
    pub async fn next(&mut self) -> Result<Option<Vec<Row>>, ApiError> {
        let mut rows = Vec::new();
        while rows.len() < BATCH {
            for source in &mut self.sources {
                while source.rows.is_empty() && !source.ended {
                    match source.list.next().await? {
                        Some(batch) => source.rows.extend(batch.rows),
                        None => source.ended = true,
                    }
                }
            }
            let heads = self.sources.iter_mut().filter(|source| !source.rows.is_empty());
            let first = heads.reduce(|first, other| match (first.rows.front(), other.rows.front()) {
                (Some(a), Some(b)) if compare(&self.filter, a, b) == Ordering::Greater => other,
                _ => first,
            });
            let Some(row) = first.and_then(|source| source.rows.pop_front()) else { break };
            let known = row.customer().is_some_and(|row| !self.seen.insert(row.customer_id.clone()));
            if !known || self.sources.len() == 1 {
                rows.push(row);
            }
        }
        self.rows += rows.len() as u64;
        Ok((!rows.is_empty()).then_some(rows))
    }
}
