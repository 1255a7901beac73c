//! The rows that a result has so far, over all its lists and all walks through them.

use std::collections::{HashMap, hash_map::Entry};

use super::RowKey;

/// A walk through one of the lists of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WalkId {
    /// The list's place in the result.
    pub(super) part: usize,
    /// How many walks through this list came before.
    pub(super) walk: u32,
}

/// The rows of a result. A row without an id is told apart by its content, and belongs to the list that sent it.
#[derive(Debug, Default)]
pub struct Known {
    /// Ids, each with the walk that met it last.
    ids: HashMap<String, WalkId>,
    unreadable: HashMap<(usize, u64), Copies>,
}

/// Equal rows without an id in one list.
#[derive(Debug, Default)]
struct Copies {
    /// How many the result has.
    known: u64,
    /// The walk that met some last, and how many it met.
    walk: u32,
    met: u64,
}

/// The relation of a row to the result and to the walk that meets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meeting {
    /// The result does not have it yet.
    New,
    /// The result has it, from an earlier walk through the same list.
    Known,
    /// The result has it, from another list.
    Elsewhere,
    /// This walk has met it already.
    Repeated,
}

impl Known {
    /// Notes that a walk meets a row.
    pub(super) fn meet(&mut self, at: WalkId, key: &RowKey) -> Meeting {
        match key {
            RowKey::Id(id) => match self.ids.entry(id.clone()) {
                Entry::Vacant(new) => {
                    new.insert(at);
                    Meeting::New
                }
                Entry::Occupied(mut known) => {
                    let before = known.insert(at);
                    if before == at {
                        Meeting::Repeated
                    } else if before.part == at.part {
                        Meeting::Known
                    } else {
                        Meeting::Elsewhere
                    }
                }
            },
            RowKey::Unreadable(hash) => {
                let copies = self.unreadable.entry((at.part, *hash)).or_default();
                if copies.walk != at.walk {
                    (copies.walk, copies.met) = (at.walk, 0);
                }
                copies.met += 1;
                if copies.met <= copies.known {
                    return Meeting::Known;
                }
                copies.known += 1;
                Meeting::New
            }
        }
    }

    /// Returns whether the last walk to meet this row went through this list.
    pub(super) fn is_of(&self, part: usize, key: &RowKey) -> bool {
        match key {
            RowKey::Id(id) => self.ids.get(id).is_some_and(|last| last.part == part),
            RowKey::Unreadable(hash) => self.unreadable.contains_key(&(part, *hash)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(part: usize, walk: u32) -> WalkId {
        WalkId { part, walk }
    }

    #[test]
    fn an_id_belongs_to_the_list_that_sent_it_last() {
        let (mut known, acme) = (Known::default(), RowKey::Id("acme".to_owned()));
        assert_eq!(known.meet(at(0, 0), &acme), Meeting::New);
        assert_eq!(known.meet(at(0, 0), &acme), Meeting::Repeated);
        assert_eq!(known.meet(at(0, 1), &acme), Meeting::Known);
        assert_eq!(known.meet(at(1, 0), &acme), Meeting::Elsewhere);
        assert!(known.is_of(1, &acme) && !known.is_of(0, &acme));
    }

    #[test]
    fn equal_rows_without_an_id_are_counted_in_each_walk() {
        let (mut known, row) = (Known::default(), RowKey::Unreadable(7));
        assert_eq!([known.meet(at(0, 0), &row), known.meet(at(0, 0), &row)], [Meeting::New; 2]);
        assert_eq!([known.meet(at(0, 1), &row), known.meet(at(0, 1), &row)], [Meeting::Known; 2]);
        assert_eq!(known.meet(at(0, 1), &row), Meeting::New, "a third one");
        assert_eq!(known.meet(at(1, 0), &row), Meeting::New, "a row of another list");
    }
}
