//! Customers that leave their lists, and return, while the lists are paged.

use std::{
    collections::HashSet,
    sync::{PoisonError, RwLock, RwLockReadGuard},
};

/// The most customers of a list that come and go. They are spread evenly, so that every part of a long list has some.
const POOL: usize = 24;

/// The customers that are in no list at the moment, by their index among all records.
#[derive(Debug, Default)]
pub(super) struct Gone(RwLock<HashSet<u32>>);

impl Gone {
    /// Returns the missing customers, which do not change while this guard is held.
    pub(super) fn read(&self) -> RwLockReadGuard<'_, HashSet<u32>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the customer of a list that `drawn` selects leave, or return if it had left. The result of several calls does
    /// not depend on their order.
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
        assert!(!gone.toggle(&[], 1), "no customer can leave an empty list");
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
