//! Reads several lists as one result: every customer once, though customers move between lists meanwhile.
//!
//! Each list is walked until a walk is complete. A customer that moves from a list still to be read to one already read
//! is in neither walk. So at the end, the first page of each list is fetched again. Lists that changed are walked again,
//! together with the other lists of their group, until a round finds nothing new and nothing moved. A group is the lists
//! between which customers move: those of one reseller.

use std::collections::{BTreeSet, VecDeque};

use futures_util::future::try_join_all;

use super::{Batch, Incomplete, KnownRows, List, ListStats, Pages, RowKey, known::WalkId};
use crate::api::ApiError;

/// The most rounds in which a group is walked again.
const ROUNDS: u32 = 3;

/// The progress of a result.
#[derive(Debug)]
enum ResultPhase {
    /// The lists are being read for the first time.
    Reading,
    /// Doubtful groups are being read again.
    Again { round: u32, lists: VecDeque<usize>, doubtful: BTreeSet<usize> },
    /// Nothing is left to do.
    Settled,
}

/// Lists that make up one result.
#[derive(Debug)]
pub struct Lists<P: Pages> {
    parts: Vec<List<P>>,
    /// The group of each list.
    groups: Vec<usize>,
    known: KnownRows,
    /// The groups whose lists may have missed a customer.
    doubtful: BTreeSet<usize>,
    phase: ResultPhase,
}

impl<P: Pages> Lists<P> {
    /// Creates a result of lists, each with its group.
    pub fn new(lists: impl IntoIterator<Item = (usize, List<P>)>) -> Self {
        let (groups, parts) = lists.into_iter().unzip();
        Self {
            parts,
            groups,
            known: KnownRows::default(),
            doubtful: BTreeSet::new(),
            phase: ResultPhase::Reading,
        }
    }

    /// Creates a result of one list.
    pub fn one(list: List<P>) -> Self {
        Self::new([(0, list)])
    }

    /// Adds rows that an earlier run read from a list.
    pub fn remember(&mut self, part: usize, rows: impl IntoIterator<Item = RowKey>) {
        for key in rows {
            self.known.meet(WalkId { part, walk: 0 }, &key);
        }
    }

    /// Marks a list as walked to its end by an earlier run. It is read again, since anything may have changed.
    pub fn finish(&mut self, part: usize, stats: ListStats) {
        let Some(list) = self.parts.get_mut(part) else { return };
        list.finish(stats);
        self.doubtful.insert(self.groups[part]);
    }

    /// Returns the number of lists.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// Returns true if there are no lists.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Returns one of the lists.
    pub fn list(&self, part: usize) -> &List<P> {
        &self.parts[part]
    }

    /// Sends the first requests of all lists in the group of this one, so that their counts are of the same moment.
    pub fn begin(&mut self, part: usize) {
        let group = self.groups[part];
        for (list, _) in self.parts.iter_mut().zip(&self.groups).filter(|(_, of)| **of == group) {
            list.begin();
        }
    }

    /// Returns the statistics of all lists together.
    pub fn stats(&self) -> ListStats {
        self.parts.iter().map(List::stats).reduce(ListStats::and).unwrap_or_default()
    }

    /// Returns the next rows of one list, or `None` at its end.
    ///
    /// # Errors
    /// Fails if a page does not arrive.
    pub async fn next(&mut self, part: usize) -> Result<Option<Batch<P::Row>>, ApiError> {
        let was_open = !self.parts[part].has_ended();
        let batch = self.parts[part].next(part, &mut self.known).await?;
        if was_open && self.parts[part].has_ended() {
            let group = self.groups[part];
            let (stats, ended) = (self.parts[part].stats(), self.parts[part].ended());
            if ended.crossed || (stats.moved && self.is_shared(group)) {
                self.doubtful.insert(group);
            }
        }
        Ok(batch)
    }

    /// Checks the lists against the server after all were read. Returns rows found by reading some again, with the
    /// index of their list, and `None` once the result is settled. What remains doubtful is in the statistics.
    ///
    /// # Errors
    /// Fails if a page does not arrive.
    pub async fn settle(&mut self) -> Result<Option<(usize, Vec<P::Row>)>, ApiError> {
        loop {
            match &mut self.phase {
                ResultPhase::Settled => return Ok(None),
                ResultPhase::Reading => {
                    self.check().await?;
                    let doubtful = std::mem::take(&mut self.doubtful);
                    self.phase = self.round(1, &doubtful);
                }
                ResultPhase::Again { round, lists, doubtful } => {
                    let Some(part) = lists.front().copied() else {
                        let (round, doubtful) = (*round, std::mem::take(doubtful));
                        self.phase = self.end_round(round, &doubtful);
                        continue;
                    };
                    let batch = self.parts[part].next(part, &mut self.known).await?;
                    match batch {
                        Some(batch) if !batch.rows.is_empty() => return Ok(Some((part, batch.rows))),
                        Some(_) => {}
                        None => {
                            let (ended, group) = (self.parts[part].ended(), self.groups[part]);
                            let is_shared = self.is_shared(group);
                            let ResultPhase::Again { lists, doubtful, .. } = &mut self.phase else {
                                continue;
                            };
                            lists.pop_front();
                            if !ended.complete || (is_shared && (ended.crossed || ended.found)) {
                                doubtful.insert(group);
                            }
                        }
                    }
                }
            }
        }
    }

    /// Returns true if a group has several lists.
    fn is_shared(&self, group: usize) -> bool {
        self.groups.iter().filter(|of| **of == group).count() > 1
    }

    /// Compares the lists of groups that are not doubtful with the server. A single list needs no comparison: its own
    /// walk was complete.
    async fn check(&mut self) -> Result<(), ApiError> {
        if self.parts.len() < 2 {
            return Ok(());
        }
        let this = &*self;
        let trusted = (0..this.parts.len()).filter(|part| !this.doubtful.contains(&this.groups[*part]));
        let checks = trusted.map(|part| async move {
            let agrees = this.parts[part].agrees(part, &this.known).await?;
            Ok::<_, ApiError>((this.groups[part], agrees))
        });
        let checked = try_join_all(checks).await?;
        self.doubtful.extend(checked.into_iter().filter(|(_, agrees)| !agrees).map(|(group, _)| group));
        Ok(())
    }

    /// Starts a round through all lists of these groups.
    fn round(&mut self, round: u32, groups: &BTreeSet<usize>) -> ResultPhase {
        if groups.is_empty() {
            return ResultPhase::Settled;
        }
        let lists: VecDeque<usize> =
            (0..self.parts.len()).filter(|part| groups.contains(&self.groups[*part])).collect();
        for part in &lists {
            self.parts[*part].walk_again();
        }
        ResultPhase::Again { round, lists, doubtful: BTreeSet::new() }
    }

    fn end_round(&mut self, round: u32, doubtful: &BTreeSet<usize>) -> ResultPhase {
        if round < ROUNDS {
            return self.round(round + 1, doubtful);
        }
        for group in doubtful {
            let members =
                || self.groups.iter().enumerate().filter(|(_, of)| *of == group).map(|(part, _)| part);
            // A reason of a list's own says more than the reason that applies to its group.
            if members().all(|part| self.parts[part].stats().incomplete.is_none()) {
                for part in members().collect::<Vec<_>>() {
                    self.parts[part].mark_incomplete(Incomplete::Crossing);
                }
            }
        }
        ResultPhase::Settled
    }
}
