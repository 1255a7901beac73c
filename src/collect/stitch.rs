//! Joining pages: which rows of a page are new, and whether anything may lie between it and what came before.

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use serde_json::Value;

use crate::model::{CustomerPage, Row};

/// How many of the last rows are remembered as those to join to.
const TAIL: usize = 50;

/// What a row is known again by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowKey {
    /// Its customer's id.
    Customer(String),
    /// What was sent instead of a customer, as a hash of it. Several rows may have the same.
    Unreadable(u64),
}

impl RowKey {
    /// Of this row.
    pub fn of(row: &Row) -> Self {
        match row {
            Row::Customer(customer) => Self::Customer(customer.customer_id.clone()),
            Row::Unreadable { raw, .. } => Self::unreadable(raw),
        }
    }

    /// Of what is no customer.
    pub fn unreadable(raw: &Value) -> Self {
        let mut hasher = DefaultHasher::new();
        raw.to_string().hash(&mut hasher);
        Self::Unreadable(hasher.finish())
    }
}

/// What came so far, as far as joining needs it.
#[derive(Debug, Default)]
pub(super) struct Seam {
    /// All customers that came.
    seen: HashSet<String>,
    /// The last rows of the pages up to now, new ones or not; the very last one at the end.
    tail: Vec<RowKey>,
}

/// What joining a page to what came before has brought.
#[derive(Debug, PartialEq)]
pub(super) struct Joined {
    /// The rows that did not come before.
    pub(super) rows: Vec<Row>,
    /// Rows of customers that came on a page before.
    pub(super) repeated: u64,
    /// Rows of customers that are on this page twice.
    pub(super) doubled: u64,
}

impl Seam {
    /// Behind these rows, where somebody goes on.
    pub(super) fn behind(rows: impl IntoIterator<Item = RowKey>) -> Self {
        let mut seam = Self::default();
        for key in rows {
            if let RowKey::Customer(id) = &key {
                seam.seen.insert(id.clone());
            }
            seam.tail.push(key);
            if seam.tail.len() >= 2 * TAIL {
                seam.cut();
            }
        }
        seam.cut();
        seam
    }

    /// Begins at the front again: what comes next joins to nothing, and is new only where it did not come before.
    pub(super) fn rewind(&mut self) {
        self.tail.clear();
    }

    /// Whether a page goes on without a gap: nothing came before it, it is empty, or it shares one of the last rows.
    pub(super) fn meets(&self, page: &CustomerPage) -> bool {
        self.tail.is_empty() || page.rows.is_empty() || self.shared(&keys(page)) > 0
    }

    /// How many rows at the start of a page belong to what came before: up to the last customer that both have, and
    /// what is no customer behind it as far as it is the same. Where they share no customer, as many rows as are the
    /// same at the end of the one and the start of the other.
    fn shared(&self, page: &[RowKey]) -> usize {
        let customers = |key: &&RowKey| matches!(key, RowKey::Customer(_));
        let last = page.iter().rposition(|key| customers(&key) && self.tail.contains(key));
        let Some(last) = last else {
            let most = page.len().min(self.tail.len());
            return (1..=most).rev().find(|n| self.tail.ends_with(&page[..*n])).unwrap_or_default();
        };
        let behind = self.tail.iter().rposition(|key| *key == page[last]).map_or(0, |place| place + 1);
        let same = self.tail[behind..].iter().zip(&page[last + 1..]).take_while(|(one, other)| one == other);
        last + 1 + same.count()
    }

    /// Takes the rows of a page that are new. What is no customer is taken where it stands behind the rows that both
    /// pages have.
    pub(super) fn join(&mut self, page: CustomerPage) -> Joined {
        let keys = keys(&page);
        let shared = self.shared(&keys);
        let mut joined = Joined { rows: Vec::with_capacity(page.rows.len()), repeated: 0, doubled: 0 };
        for (place, (row, key)) in page.rows.into_iter().zip(&keys).enumerate() {
            let is_new = match key {
                RowKey::Customer(id) => self.seen.insert(id.clone()),
                RowKey::Unreadable(_) => place >= shared,
            };
            if is_new {
                joined.rows.push(row);
            } else if keys[..place].contains(key) {
                joined.doubled += 1;
            } else if place >= shared {
                joined.repeated += 1;
            }
            if is_new || place >= shared {
                self.tail.push(key.clone());
            }
        }
        self.cut();
        joined
    }

    fn cut(&mut self) {
        self.tail.drain(..self.tail.len().saturating_sub(TAIL));
    }
}

fn keys(page: &CustomerPage) -> Vec<RowKey> {
    page.rows.iter().map(RowKey::of).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::model::{CustomerQuery, Status};

    fn page(ids: &[u32]) -> CustomerPage {
        let row = |id: &u32| if *id == 0 { Value::Null } else { json!({"customerId": id}) };
        let body = json!({"accounts": ids.iter().map(row).collect::<Vec<_>>()}).to_string();
        CustomerPage::from_slice(CustomerQuery::new(Status::active(), 50).unwrap(), body.as_bytes()).unwrap()
    }

    fn ids(joined: &Joined) -> Vec<&str> {
        joined.rows.iter().map(|row| row.customer().map_or("?", |row| row.customer_id.as_str())).collect()
    }

    #[test]
    fn pages_that_share_a_customer_are_joined_there() {
        let mut seam = Seam::default();
        assert!(seam.meets(&page(&[1, 2, 3])));
        assert_eq!(ids(&seam.join(page(&[1, 2, 3]))), ["1", "2", "3"]);
        assert!(seam.meets(&page(&[3, 4])) && !seam.meets(&page(&[4, 5])) && seam.meets(&page(&[])));
        let joined = seam.join(page(&[3, 4, 5]));
        assert_eq!((ids(&joined), joined.repeated), (vec!["4", "5"], 0), "the overlap is no repetition");
    }

    #[test]
    fn what_comes_again_elsewhere_is_left_out_and_counted() {
        let mut seam = Seam::default();
        seam.join(page(&[1, 2, 3]));
        let joined = seam.join(page(&[3, 4, 1]));
        // The last one that both have is the last one of the page: nothing of it lies behind.
        assert_eq!((ids(&joined), joined.repeated, joined.doubled), (vec!["4"], 0, 0));
        let joined = seam.join(page(&[4, 9, 9, 8]));
        assert_eq!((ids(&joined), joined.repeated, joined.doubled), (vec!["9", "8"], 0, 1));
        let far: Vec<u32> = (100..160).collect();
        seam.join(page(&[&[8], &far[..]].concat()));
        let joined = seam.join(page(&[159, 1, 160]));
        assert_eq!((ids(&joined), joined.repeated, joined.doubled), (vec!["160"], 1, 0));
        seam.rewind();
        let joined = seam.join(page(&[1, 8, 2]));
        assert_eq!(ids(&joined), Vec::<&str>::new(), "a second walk brings what is new alone");
        assert_eq!(joined.repeated, 3, "and meets the rest again");
    }

    #[test]
    fn rows_that_cannot_be_read_come_once() {
        let mut seam = Seam::default();
        assert_eq!(ids(&seam.join(page(&[1, 0, 3]))), ["1", "?", "3"]);
        let joined = seam.join(page(&[0, 3, 0, 4, 0]));
        assert_eq!(ids(&joined), ["?", "4", "?"], "only what is behind the shared row is new");
        assert!(seam.meets(&page(&[0, 5])), "they join too where they are the last ones");
        assert_eq!(ids(&seam.join(page(&[0, 5, 0, 0]))), ["5", "?", "?"]);
        assert_eq!(
            ids(&seam.join(page(&[5, 0, 0, 6]))),
            ["6"],
            "behind the shared row as far as they are the same"
        );
    }

    #[test]
    fn who_goes_on_joins_to_the_last_rows() {
        let came = page(&(1..=120).chain([0]).collect::<Vec<_>>());
        let mut seam = Seam::behind(came.rows.iter().map(RowKey::of));
        assert!(seam.meets(&page(&[0])) && seam.meets(&page(&[120, 7])) && !seam.meets(&page(&[5, 0])));
        let joined = seam.join(page(&[0, 3, 121]));
        assert_eq!((ids(&joined), joined.repeated), (vec!["121"], 1));
    }
}
