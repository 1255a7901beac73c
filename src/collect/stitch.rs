//! Joining pages: which rows of a page are new, and whether anything may lie between it and what came before.

use std::collections::HashSet;

use crate::model::{CustomerPage, Row};

/// How many of the last customers are remembered as those to join to.
const TAIL: usize = 50;

/// What came so far, as far as joining needs it.
#[derive(Debug, Default)]
pub(super) struct Seam {
    /// All customers that came.
    seen: HashSet<String>,
    /// The last customers of the pages up to now, new ones or not; the very last one at the end.
    tail: Vec<String>,
}

/// What joining a page to what came before has brought.
#[derive(Debug, PartialEq)]
pub(super) struct Joined {
    /// The rows that did not come before.
    pub(super) rows: Vec<Row>,
    /// Rows that came before.
    pub(super) repeated: u64,
}

impl Seam {
    /// What came up to a place at which somebody goes on.
    pub(super) fn new(seen: HashSet<String>, tail: Vec<String>) -> Self {
        Self { seen, tail }
    }

    /// Begins at the front again: what comes next joins to nothing, and is new only where it did not come before.
    pub(super) fn rewind(&mut self) {
        self.tail.clear();
    }

    /// Whether a page goes on without a gap: nothing came before it, it is empty, or it shares one of the last customers.
    pub(super) fn meets(&self, page: &CustomerPage) -> bool {
        self.tail.is_empty() || page.rows.is_empty() || self.last_shared(page).is_some()
    }

    /// The last row of a page that is one of the last customers.
    fn last_shared(&self, page: &CustomerPage) -> Option<usize> {
        page.rows
            .iter()
            .rposition(|row| row.customer().is_some_and(|customer| self.tail.contains(&customer.customer_id)))
    }

    /// Takes the rows of a page that are new. What cannot be read has no id: it is taken where it stands behind the rows
    /// that both pages have.
    pub(super) fn join(&mut self, page: CustomerPage) -> Joined {
        let shared = if self.tail.is_empty() { None } else { self.last_shared(&page) };
        let mut joined = Joined { rows: Vec::with_capacity(page.rows.len()), repeated: 0 };
        for (index, row) in page.rows.into_iter().enumerate() {
            // What both pages have.
            if shared.is_some_and(|shared| index <= shared)
                && row.customer().is_none_or(|customer| self.seen.contains(&customer.customer_id))
            {
                continue;
            }
            let Some(id) = row.customer().map(|customer| customer.customer_id.clone()) else {
                joined.rows.push(row);
                continue;
            };
            self.tail.push(id.clone());
            if self.seen.insert(id) {
                joined.rows.push(row);
            } else {
                joined.repeated += 1;
            }
        }
        if self.tail.len() > TAIL {
            self.tail.drain(..self.tail.len() - TAIL);
        }
        joined
    }
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
        assert_eq!((ids(&joined), joined.repeated), (vec!["4"], 0));
        let joined = seam.join(page(&[4, 9, 2]));
        assert_eq!((ids(&joined), joined.repeated), (vec!["9"], 0));
        seam.rewind();
        let joined = seam.join(page(&[1, 8, 2]));
        assert_eq!(ids(&joined), ["8"], "a second walk brings what is new alone");
    }

    #[test]
    fn rows_that_cannot_be_read_come_once() {
        let mut seam = Seam::default();
        assert_eq!(ids(&seam.join(page(&[1, 0, 3]))), ["1", "?", "3"]);
        assert_eq!(
            ids(&seam.join(page(&[0, 3, 0, 4]))),
            ["?", "4"],
            "only what is behind the shared row is new"
        );
    }
}
