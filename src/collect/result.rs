//! Several lists as one result: every customer once, though customers move from one list to another meanwhile.
//!
//! Each list is walked until a walk is complete. A customer that moves from a list that is still to be read to one that
//! was read already is in neither walk; so at the end, the first page of each list is fetched again. Lists in which
//! anything has changed are walked again, together with the other lists of their group, until one round meets nothing
//! that is new and nothing that has moved. A group is the lists between which customers move: those of one reseller.

use std::collections::{BTreeSet, VecDeque};

use futures_util::future::try_join_all;

use super::{Batch, Doubt, Known, List, ListStats, Pages, RowKey, known::WalkId};
use crate::api::ApiError;

/// The most rounds in which a group is walked again.
const ROUNDS: u32 = 3;

/// The state of a result.
#[derive(Debug)]
enum Stage {
    /// The lists are read for the first time.
    Reading,
    /// Groups that were doubtful are read again.
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
    known: Known,
    /// Groups whose lists may have missed somebody.
    doubtful: BTreeSet<usize>,
    stage: Stage,
}

impl<P: Pages> Lists<P> {
    /// Makes a result of lists, each with its group.
    pub fn new(lists: impl IntoIterator<Item = (usize, List<P>)>) -> Self {
        let (groups, parts) = lists.into_iter().unzip();
        Self { parts, groups, known: Known::default(), doubtful: BTreeSet::new(), stage: Stage::Reading }
    }

    /// Makes a result of one list.
    pub fn one(list: List<P>) -> Self {
        Self::new([(0, list)])
    }

    /// Adds rows that an earlier run has read from a list.
    pub fn remember(&mut self, part: usize, rows: impl IntoIterator<Item = RowKey>) {
        for key in rows {
            self.known.meet(WalkId { part, walk: 0 }, &key);
        }
    }

    /// Puts in a list that an earlier run has walked to its end. Since then, anything may have changed: it is read again.
    pub fn finish(&mut self, part: usize, tally: ListStats) {
        let Some(list) = self.parts.get_mut(part) else { return };
        list.finish(tally);
        self.doubtful.insert(self.groups[part]);
    }

    /// Returns how many lists there are.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// Returns whether there is no list.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Returns one of the lists.
    pub fn list(&self, part: usize) -> &List<P> {
        &self.parts[part]
    }

    /// Sends the first requests of all lists in the group of this one: what they count is then known from one moment.
    pub fn begin(&mut self, part: usize) {
        let group = self.groups[part];
        for (list, _) in self.parts.iter_mut().zip(&self.groups).filter(|(_, of)| **of == group) {
            list.begin();
        }
    }

    /// Returns what is known of all lists together.
    pub fn tally(&self) -> ListStats {
        self.parts.iter().map(List::tally).reduce(ListStats::and).unwrap_or_default()
    }

    /// Returns the next rows of one list; nothing at its end.
    ///
    /// # Errors
    /// Fails if a page does not arrive.
    pub async fn next(&mut self, part: usize) -> Result<Option<Batch<P::Row>>, ApiError> {
        let was_open = !self.parts[part].has_ended();
        let batch = self.parts[part].next(part, &mut self.known).await?;
        if was_open && self.parts[part].has_ended() {
            let group = self.groups[part];
            let (tally, ended) = (self.parts[part].tally(), self.parts[part].ended());
            if ended.crossed || (tally.moved && self.is_shared(group)) {
                self.doubtful.insert(group);
            }
        }
        Ok(batch)
    }

    /// Once every list was read: checks them against the server, and returns the rows that are found by reading some
    /// again, with their list; nothing once the result is settled. What stays doubtful is in the tallies.
    ///
    /// # Errors
    /// Fails if a page does not arrive.
    pub async fn settle(&mut self) -> Result<Option<(usize, Vec<P::Row>)>, ApiError> {
        loop {
            match &mut self.stage {
                Stage::Settled => return Ok(None),
                Stage::Reading => {
                    self.check().await?;
                    let doubtful = std::mem::take(&mut self.doubtful);
                    self.stage = self.round(1, &doubtful);
                }
                Stage::Again { round, lists, doubtful } => {
                    let Some(part) = lists.front().copied() else {
                        let (round, doubtful) = (*round, std::mem::take(doubtful));
                        self.stage = self.end_round(round, &doubtful);
                        continue;
                    };
                    let batch = self.parts[part].next(part, &mut self.known).await?;
                    match batch {
                        Some(batch) if !batch.rows.is_empty() => return Ok(Some((part, batch.rows))),
                        Some(_) => {}
                        None => {
                            let (ended, group) = (self.parts[part].ended(), self.groups[part]);
                            let is_shared = self.is_shared(group);
                            let Stage::Again { lists, doubtful, .. } = &mut self.stage else { continue };
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

    /// Returns whether a group has several lists.
    fn is_shared(&self, group: usize) -> bool {
        self.groups.iter().filter(|of| **of == group).count() > 1
    }

    /// Compares the lists of groups that are not doubtful with the server. A single list needs no comparison: its walk
    /// was complete on its own.
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
    fn round(&mut self, round: u32, groups: &BTreeSet<usize>) -> Stage {
        if groups.is_empty() {
            return Stage::Settled;
        }
        let lists: VecDeque<usize> =
            (0..self.parts.len()).filter(|part| groups.contains(&self.groups[*part])).collect();
        for part in &lists {
            self.parts[*part].walk_again();
        }
        Stage::Again { round, lists, doubtful: BTreeSet::new() }
    }

    fn end_round(&mut self, round: u32, doubtful: &BTreeSet<usize>) -> Stage {
        if round < ROUNDS {
            return self.round(round + 1, doubtful);
        }
        for group in doubtful {
            let members =
                || self.groups.iter().enumerate().filter(|(_, of)| *of == group).map(|(part, _)| part);
            // A list with a reason of its own says more than the others can.
            if members().all(|part| self.parts[part].tally().doubt.is_none()) {
                for part in members().collect::<Vec<_>>() {
                    self.parts[part].doubt(Doubt::Crossing);
                }
            }
        }
        Stage::Settled
    }
}
