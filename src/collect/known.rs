//! The rows of a result so far, over all its lists and all walks through them.

use std::collections::{HashMap, hash_map::Entry};

use super::RowKey;

/// A walk through one of the lists of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WalkId {
    /// The list's index in the result.
    pub(super) part: usize,
    /// The number of earlier walks through this list.
    pub(super) walk: u32,
}

/// The rows of a result. A row without an ID is identified by its content, and belongs to the list that sent it.
#[derive(Debug, Default)]
pub struct KnownRows {
    /// The IDs, each with the latest walk that saw it.
    ids: HashMap<String, WalkId>,
    unreadable: HashMap<(usize, u64), Copies>,
}

/// The equal rows without an ID in one list.
#[derive(Debug, Default)]
struct Copies {
    /// The number of them in the result.
    known: u64,
    /// The latest walk that saw some, and the number it saw.
    walk: u32,
    seen: u64,
}

/// The relation of a row to the result and to the current walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meeting {
    /// The result does not have it yet.
    New,
    /// The result has it, from an earlier walk through the same list.
    Known,
    /// The result has it, from another list.
    Elsewhere,
    /// This walk has already seen it.
    Repeated,
}

impl KnownRows {
    /// Records that a walk sees a row.
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
                    (copies.walk, copies.seen) = (at.walk, 0);
                }
                copies.seen += 1;
                if copies.seen <= copies.known {
                    return Meeting::Known;
                }
                copies.known += 1;
                Meeting::New
            }
        }
    }

    /// Returns true if the latest walk that saw this row went through this list.
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
        let (mut known, acme) = (KnownRows::default(), RowKey::Id("acme".to_owned()));
        assert_eq!(known.meet(at(0, 0), &acme), Meeting::New);
        assert_eq!(known.meet(at(0, 0), &acme), Meeting::Repeated);
        assert_eq!(known.meet(at(0, 1), &acme), Meeting::Known);
        assert_eq!(known.meet(at(1, 0), &acme), Meeting::Elsewhere);
        assert!(known.is_of(1, &acme) && !known.is_of(0, &acme));
    }

    #[test]
    fn equal_rows_without_an_id_are_counted_in_each_walk() {
        let (mut known, row) = (KnownRows::default(), RowKey::Unreadable(7));
        assert_eq!([known.meet(at(0, 0), &row), known.meet(at(0, 0), &row)], [Meeting::New; 2]);
        assert_eq!([known.meet(at(0, 1), &row), known.meet(at(0, 1), &row)], [Meeting::Known; 2]);
        assert_eq!(known.meet(at(0, 1), &row), Meeting::New, "a third one");
        assert_eq!(known.meet(at(1, 0), &row), Meeting::New, "a row of another list");
    }
}
