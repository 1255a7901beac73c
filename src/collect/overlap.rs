//! The overlap of two pages: joins a page to the rows before it, and tells which of its rows both have.

use super::RowKey;

/// The most rows that are remembered.
const TAIL: usize = 50;

/// The relation of a page to the rows before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// The page begins with the row that came last: nothing has shifted.
    Exact,
    /// The page has one of the last rows, in another position: rows have shifted, and none is missing in between.
    Shifted,
    /// The page has none of the last rows: rows may be missing in between.
    Apart,
}

/// Joins pages by the last rows of a walk.
#[derive(Debug, Default)]
pub(super) struct PageJoiner {
    /// The last rows of the pages so far, new or not; the latest is at the end.
    tail: Vec<RowKey>,
}

impl PageJoiner {
    /// Creates a joiner for the page that follows these rows.
    pub(super) fn behind(rows: impl IntoIterator<Item = RowKey>) -> Self {
        let mut joiner = Self::default();
        for key in rows {
            joiner.push(key);
        }
        joiner.cut();
        joiner
    }

    /// Returns the relation of a page to the rows before it. An empty page, and the first one of a walk, fit exactly.
    pub(super) fn fit(&self, page: &[RowKey]) -> Fit {
        match (self.tail.last(), page.first()) {
            (None, _) | (_, None) => Fit::Exact,
            (Some(last), Some(first)) if last == first => Fit::Exact,
            _ if self.shared(page) > 0 => Fit::Shifted,
            _ => Fit::Apart,
        }
    }

    /// Returns the number of rows at the start of a page that repeat the rows before it: up to the last ID that both
    /// have, and any equal rows without an ID after that. If they share no ID, the rows count that are equal at the end
    /// of the one and at the start of the other.
    pub(super) fn shared(&self, page: &[RowKey]) -> usize {
        let last = page.iter().rposition(|key| matches!(key, RowKey::Id(_)) && self.tail.contains(key));
        let Some(last) = last else {
            let most = page.len().min(self.tail.len());
            return (1..=most).rev().find(|n| self.tail.ends_with(&page[..*n])).unwrap_or_default();
        };
        let behind = self.tail.iter().rposition(|key| *key == page[last]).map_or(0, |place| place + 1);
        let same = self.tail[behind..].iter().zip(&page[last + 1..]).take_while(|(one, other)| one == other);
        last + 1 + same.count()
    }

    /// Appends a row.
    pub(super) fn push(&mut self, key: RowKey) {
        self.tail.push(key);
        if self.tail.len() >= 2 * TAIL {
            self.cut();
        }
    }

    fn cut(&mut self) {
        self.tail.drain(..self.tail.len().saturating_sub(TAIL));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns keys of these customers; 0 is a row without an ID.
    fn keys(ids: &[u32]) -> Vec<RowKey> {
        let key = |id: &u32| if *id == 0 { RowKey::Unreadable(0) } else { RowKey::Id(id.to_string()) };
        ids.iter().map(key).collect()
    }

    fn behind(ids: &[u32]) -> PageJoiner {
        PageJoiner::behind(keys(ids))
    }

    #[test]
    fn a_page_fits_if_it_begins_with_the_last_row() {
        let fit = |page: &[u32]| behind(&[1, 2, 3]).fit(&keys(page));
        assert_eq!([fit(&[3, 4]), fit(&[]), PageJoiner::default().fit(&keys(&[9]))], [Fit::Exact; 3]);
        assert_eq!([fit(&[2, 3, 4]), fit(&[9, 3]), fit(&[1, 4])], [Fit::Shifted; 3]);
        assert_eq!([fit(&[4, 5]), fit(&[0, 4])], [Fit::Apart; 2]);
    }

    #[test]
    fn shared_rows_end_with_the_last_id_that_both_have() {
        let shared = |tail: &[u32], page: &[u32]| behind(tail).shared(&keys(page));
        assert_eq!(shared(&[1, 2, 3], &[3, 4, 1]), 3);
        assert_eq!(shared(&[1, 2, 3], &[4, 5]), 0);
        assert_eq!(shared(&[1, 0, 3], &[0, 3, 0, 4]), 2, "rows after the last shared ID are new");
        assert_eq!(shared(&[3, 4, 0], &[0, 5]), 1, "rows without an ID are shared at the end");
        assert_eq!(shared(&[5, 0, 0], &[5, 0, 0, 0, 6]), 3, "and after a shared ID while they are equal");
    }

    #[test]
    fn only_the_last_rows_are_remembered() {
        let joiner = behind(&(1..=120).chain([0]).collect::<Vec<_>>());
        assert_eq!(joiner.fit(&keys(&[0])), Fit::Exact);
        assert_eq!(joiner.fit(&keys(&[120, 7])), Fit::Shifted);
        assert_eq!(joiner.fit(&keys(&[5, 7])), Fit::Apart);
    }
}
