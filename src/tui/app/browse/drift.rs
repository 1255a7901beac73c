//! A portfolio that changes while it is paged: customers that come again on a later page, and totals that move.

use std::collections::{HashMap, HashSet};

use super::shown::{RowRef, Shown};
use crate::{
    model::{CustomerQuery, Kind},
    text,
};

/// Pages whose customers are remembered.
const REMEMBERED: usize = 64;

/// The customers of the pages that were shown, by the place of their first row; of one filter, since the last refresh.
#[derive(Debug, Default)]
pub(super) struct Trail(HashMap<u64, Vec<String>>);

impl Trail {
    /// Forgets them: what follows is another list, or the list anew.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Leaves out the rows of a page whose customers were on pages before it, or in another list of the same page, and
    /// counts them. Where that would leave none, all stay: then it is no change, but a server that does not page.
    pub(super) fn sift(&mut self, shown: &mut Shown) {
        let before = self.0.iter().filter(|(first, _)| **first < shown.first).flat_map(|(_, ids)| ids);
        let known: HashSet<&str> = before.map(String::as_str).collect();
        let mut repeated = vec![false; shown.rows.len()];
        let mut own: HashMap<&str, &RowRef> = HashMap::new();
        for (row, repeated) in shown.rows.iter().zip(&mut repeated) {
            let Some(customer) = row.customer() else { continue };
            let id = customer.customer_id.as_str();
            // Twice in one answer is the server's doing, and shown as sent.
            let in_another_list = own.get(id).is_some_and(|other| !other.is_of_same_answer(row));
            *repeated = known.contains(id) || in_another_list;
            own.entry(id).or_insert(row);
        }
        let count = repeated.iter().filter(|repeated| **repeated).count();
        let all = count == shown.rows.len();
        if count > 0 && !all {
            let mut repeated = repeated.into_iter();
            shown.rows.retain(|_| !repeated.next().unwrap_or_default());
        }
        if count > 0 {
            shown.complaint = Some(complaint(count, all));
        }
        self.remember(shown);
    }

    fn remember(&mut self, shown: &Shown) {
        if self.0.len() >= REMEMBERED {
            self.0.clear();
        }
        let ids = shown.rows.iter().filter_map(RowRef::customer).map(|row| row.customer_id.clone());
        self.0.insert(shown.first, ids.collect());
    }
}

fn complaint(count: usize, all: bool) -> String {
    match (count, all) {
        (1, true) => "The customer of this page was on the pages before: the server may not page.".to_owned(),
        (count, true) => {
            format!("All {count} customers of this page were on the pages before: the server may not page.")
        }
        (1, false) => {
            "The list changed while it was paged: 1 row came again and is left out here.".to_owned()
        }
        (count, false) => {
            format!("The list changed while it was paged: {count} rows came again and are left out here.")
        }
    }
}

/// A list whose total is another one than that of its pages before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Moved {
    /// The page that told it.
    pub(super) query: CustomerQuery,
    /// The total that its other pages told.
    pub(super) before: u64,
    /// The total now.
    pub(super) now: u64,
}

impl Moved {
    /// In words, with what that means for the pages.
    pub(super) fn told(&self) -> String {
        let status = text::clean(self.query.status().label(Kind::Account)).into_owned();
        let (before, now) = (text::grouped(self.before), text::grouped(self.now));
        let rest = if self.now < self.before {
            "rows may have moved to the page before"
        } else {
            "the other pages are fetched anew"
        };
        format!("The list changed while you were paging ({before}, now {now} {status}): {rest}.")
    }
}
