//! Customers that leave their lists, and come back, while the lists are paged.

use std::{
    collections::HashSet,
    sync::{PoisonError, RwLock, RwLockReadGuard},
};

/// How many customers of one list come and go at most; they are spread over it evenly, so that every part of a long list
/// has some.
const POOL: usize = 24;

/// The customers that are in no list at the moment, by their places among all records.
#[derive(Debug, Default)]
pub(super) struct Gone(RwLock<HashSet<u32>>);

impl Gone {
    /// Those that are gone, and stay so while this is held.
    pub(super) fn read(&self) -> RwLockReadGuard<'_, HashSet<u32>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets one of a list leave, where `drawn` is any number, or come back where it had left. What is gone after several of
    /// these does not depend on their order.
    pub(super) fn toggle(&self, list: &[u32], drawn: usize) -> bool {
        let pool = list.len().min(POOL);
        let Some(place) = drawn.checked_rem(pool) else { return false };
        let at = list[place * list.len() / pool];
        let mut gone = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if !gone.remove(&at) {
            gone.insert(at);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_leaves_and_comes_back() {
        let gone = Gone::default();
        assert!(gone.toggle(&[5, 6, 7], 1) && gone.read().contains(&6));
        assert!(gone.toggle(&[5, 6, 7], 4) && gone.read().is_empty());
        assert!(!gone.toggle(&[], 1), "an empty list has none that could leave");
    }

    #[test]
    fn few_leave_and_they_are_spread_over_the_list() {
        let list: Vec<u32> = (0..1000).collect();
        let gone = Gone::default();
        for drawn in 0..POOL {
            gone.toggle(&list, drawn);
        }
        let gone = gone.read();
        assert_eq!(gone.len(), POOL);
        assert!((0..10).all(|part| gone.iter().any(|at| at / 100 == part)), "{gone:?}");
    }
}
