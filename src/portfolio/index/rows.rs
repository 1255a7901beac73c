//! Sets of rows.

/// A set of rows, as one bit for each row of the index.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::portfolio) struct RowSet {
    words: Vec<u64>,
    rows: usize,
}

impl RowSet {
    /// The set without a row, for an index of this size.
    pub(super) fn empty(rows: usize) -> Self {
        Self { words: vec![0; rows.div_ceil(64)], rows }
    }

    /// The set of all rows of an index of this size.
    pub(super) fn full(rows: usize) -> Self {
        let mut words = vec![u64::MAX; rows.div_ceil(64)];
        if let Some(last) = words.last_mut()
            && !rows.is_multiple_of(64)
        {
            *last = (1 << (rows % 64)) - 1;
        }
        Self { words, rows }
    }

    /// Adds or removes a row; the set grows by one if the row is the next one.
    pub(super) fn put(&mut self, row: usize, is_in: bool) {
        if row == self.rows {
            self.rows += 1;
            self.words.resize(self.rows.div_ceil(64), 0);
        }
        let bit = 1 << (row % 64);
        if is_in {
            self.words[row / 64] |= bit;
        } else {
            self.words[row / 64] &= !bit;
        }
    }

    /// Returns true if the row is in the set.
    pub(in crate::portfolio) fn contains(&self, row: usize) -> bool {
        self.words.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    /// Returns the number of rows in the set.
    pub(super) fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Keeps the rows that are in the other set too.
    pub(super) fn intersect(&mut self, other: &Self) {
        self.combine(other, |own, other| own & other);
    }

    /// Removes the rows of the other set.
    pub(super) fn subtract(&mut self, other: &Self) {
        self.combine(other, |own, other| own & !other);
    }

    /// Adds the rows of the other set.
    pub(super) fn unite(&mut self, other: &Self) {
        self.combine(other, |own, other| own | other);
    }

    fn combine(&mut self, other: &Self, combined: impl Fn(u64, u64) -> u64) {
        for (own, other) in self.words.iter_mut().zip(&other.words) {
            *own = combined(*own, *other);
        }
    }

    /// Iterates over the rows, the lowest first.
    pub(in crate::portfolio) fn iter(&self) -> impl Iterator<Item = usize> {
        rows_of(&self.words)
    }

    /// Returns the rows for which the predicate is true.
    pub(super) fn filter(&self, mut is_in: impl FnMut(usize) -> bool) -> Self {
        let words = self.words.iter().enumerate().map(|(n, word)| {
            let (mut left, mut kept) = (*word, 0);
            while left != 0 {
                let bit = left.trailing_zeros();
                left &= left - 1;
                kept |= u64::from(is_in(n * 64 + bit as usize)) << bit;
            }
            kept
        });
        Self { words: words.collect(), rows: self.rows }
    }

    /// Returns the bits, 64 rows a word.
    pub(super) fn words(&self) -> &[u64] {
        &self.words
    }

    /// Returns the bits, 64 rows a word.
    pub(super) fn words_mut(&mut self) -> &mut [u64] {
        &mut self.words
    }

    /// Gives back memory that is not needed.
    pub(super) fn shrink(&mut self) {
        self.words.shrink_to_fit();
    }
}

/// Iterates over the rows whose bits are set, the lowest first.
pub(super) fn rows_of(words: &[u64]) -> impl Iterator<Item = usize> {
    words.iter().enumerate().flat_map(|(n, word)| {
        let mut left = *word;
        std::iter::from_fn(move || {
            let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
            left &= left - 1;
            Some(n * 64 + bit)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_its_rows() {
        let mut set = RowSet::default();
        (0..130).for_each(|row| set.put(row, row % 3 == 0));
        assert_eq!(set.iter().collect::<Vec<_>>(), (0..130).step_by(3).collect::<Vec<_>>());
        assert_eq!((set.count(), set.contains(129), set.contains(130)), (44, true, false));
        assert_eq!(RowSet::full(130).filter(|row| row % 3 == 0), set);
        set.put(0, false);
        assert_eq!(set.count(), 43);
        for rows in [0, 1, 63, 64, 65] {
            assert_eq!((RowSet::full(rows).count(), RowSet::empty(rows).count()), (rows, 0));
        }
    }
}
