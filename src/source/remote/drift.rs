//! Offset drift: customers that repeat across pages, and totals that change, while a portfolio is being paged.

use std::collections::{HashMap, HashSet, VecDeque};

use super::{chunk::PageKey, pages::Assembled};
use crate::{
    model::{EntityKind, Row},
    text,
};

/// The number of windows whose customers are remembered.
const REMEMBERED: usize = 64;

/// Removes customers from a window that were in earlier windows.
///
/// It remembers the customers of each window by the number of its first row, for one filter since the latest refresh.
#[derive(Debug, Default)]
pub(super) struct DuplicateFilter {
    windows: HashMap<u64, Vec<String>>,
    /// The windows, oldest first.
    order: VecDeque<u64>,
}

impl DuplicateFilter {
    /// Forgets all windows: another list follows, or the same list read again.
    pub(super) fn clear(&mut self) {
        self.windows.clear();
        self.order.clear();
    }

    /// Removes the rows whose customers were in earlier windows or in another list of this window, and notes their
    /// number in the window. If that would remove all rows, they stay: the list has not changed, but the server does
    /// not page.
    pub(super) fn remove_duplicates(&mut self, assembled: &mut Assembled) {
        let Assembled { window, answers, missing } = assembled;
        let before = self.windows.iter().filter(|(first, _)| **first < window.first);
        let known: HashSet<&str> = before.flat_map(|(_, ids)| ids).map(String::as_str).collect();
        let mut repeated = vec![false; window.rows.len()];
        let mut own: HashMap<&str, usize> = HashMap::new();
        for ((row, answer), repeated) in window.rows.iter().zip(answers.iter()).zip(&mut repeated) {
            let Some(customer) = row.customer() else { continue };
            let id = customer.customer_id.as_str();
            // A customer that is sent twice in one response is shown twice, as sent.
            let in_another_list = own.get(id).is_some_and(|other| other != answer);
            *repeated = known.contains(id) || in_another_list;
            own.entry(id).or_insert(*answer);
        }
        let count = repeated.iter().filter(|repeated| **repeated).count();
        let all = count == window.rows.len();
        if count > 0 && !all {
            let mut repeated = repeated.into_iter();
            window.rows.retain(|_| !repeated.next().unwrap_or_default());
        }
        // Rows that were not sent explain why others come again.
        if count > 0 && *missing == 0 {
            window.complaint = Some(complaint(count, all));
        }
        let ids = window.rows.iter().filter_map(|row| Row::customer(row));
        self.remember(window.first, ids.map(|row| row.customer_id.clone()).collect());
    }

    fn remember(&mut self, first: u64, ids: Vec<String>) {
        if self.windows.insert(first, ids).is_none() {
            self.order.push_back(first);
        }
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.windows.remove(&oldest);
        }
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

/// A list whose total differs from the total of its other pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TotalChanged {
    /// The page with the new total.
    pub(super) key: PageKey,
    /// The total of the other pages.
    pub(super) before: u64,
    /// The new total.
    pub(super) now: u64,
}

impl TotalChanged {
    /// Describes the change, and its consequence for the pages.
    pub(super) fn in_words(&self) -> String {
        let status = text::clean(self.key.query.status().label(EntityKind::Account)).into_owned();
        let (before, now) = (text::group_digits(self.before), text::group_digits(self.now));
        let rest = if self.now < self.before {
            "rows may have moved to the page before"
        } else {
            "the other pages are loaded again"
        };
        format!("The list changed while you were paging ({before}, now {now} {status}): {rest}.")
    }
}
