//! The orders that the syncs of a seed read, and whom they have to ask for them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate, Utc};
use vipmp::portfolio::sync::{OrdersScope, SyncReport};

use crate::bookkeeping::Books;

/// The failures in a row after which a sync gives up.
const STREAK: usize = 20;

/// The scopes of a seed's syncs, each with a probability.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Plan {
    Same(OrdersScope),
    Changing,
}

impl Plan {
    /// Draws the scopes of a seed.
    pub(crate) fn draw(rng: &mut fastrand::Rng) -> Self {
        match rng.u8(..8) {
            0 => Self::Same(OrdersScope::Recent(0)),
            1..=3 => Self::Same(recent(rng)),
            4 | 5 => Self::Same(since(rng)),
            _ => Self::Changing,
        }
    }

    /// Returns the scope of the next sync.
    pub(crate) fn next(self, rng: &mut fastrand::Rng) -> OrdersScope {
        match self {
            Self::Same(scope) => scope,
            Self::Changing => match rng.u8(..4) {
                0 => OrdersScope::Recent(0),
                1 | 2 => recent(rng),
                _ => since(rng),
            },
        }
    }
}

fn recent(rng: &mut fastrand::Rng) -> OrdersScope {
    OrdersScope::Recent(*rng.choice(&[30, 400, 1500]).unwrap())
}

fn since(rng: &mut fastrand::Rng) -> OrdersScope {
    OrdersScope::Since(days_ago(*rng.choice(&[0, 30, 400, 5000]).unwrap()))
}

fn days_ago(days: u64) -> NaiveDate {
    Utc::now().date_naive().checked_sub_days(Days::new(days)).unwrap()
}

/// Returns the first day of a scope; `None` if it reads no orders. Where midnight has passed meanwhile, the day is the later
/// one.
pub(crate) fn first_day(scope: OrdersScope) -> Option<NaiveDate> {
    match scope {
        OrdersScope::Recent(0) => None,
        OrdersScope::Recent(days) => Some(days_ago(days.into())),
        OrdersScope::Since(day) => Some(day),
    }
}

/// Writes a scope for another process.
pub(crate) fn to_text(scope: OrdersScope) -> String {
    match scope {
        OrdersScope::Recent(days) => days.to_string(),
        OrdersScope::Since(day) => day.to_string(),
    }
}

/// Reads the scope that another process has written.
pub(crate) fn from_text(text: &str) -> OrdersScope {
    text.parse().map_or_else(|_| OrdersScope::Since(text.parse().unwrap()), OrdersScope::Recent)
}

/// The requests for orders of a sync during which nothing happened.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) scope: OrdersScope,
    /// True if every customer's orders were read too long ago.
    pub(crate) are_all_due: bool,
    pub(crate) report: &'a SyncReport,
    /// The customers that were asked for; true if they were refused.
    pub(crate) customers: &'a BTreeMap<String, bool>,
    /// The customers that are not gone.
    pub(crate) present: BTreeSet<&'a String>,
    /// True if any orders were stored before.
    pub(crate) had_any: bool,
}

impl Asked<'_> {
    /// Checks that each customer whose orders are due was asked for, and that the report tells what was refused.
    pub(crate) fn check(&self, books: &Books, at: &str) {
        let all: BTreeSet<&String> = self.customers.keys().collect();
        if first_day(self.scope).is_none() {
            assert_eq!(all, BTreeSet::new(), "{at}: nobody wants orders");
            return;
        }
        assert!(all.is_subset(&self.present), "{at}: {all:?} of {:?}", self.present);
        let refused = self.customers.values().filter(|is_refused| **is_refused).count();
        let is_regular = matches!(self.scope, OrdersScope::Recent(_));
        if is_regular && !self.had_any && refused == all.len() {
            // The account itself may read none, as far as can be told.
            assert_eq!(self.report.refused_orders.is_some(), refused > 0, "{at}: {:?}", self.report);
            assert_eq!(self.report.failed, 0, "{at}: {:?}", self.report);
            assert!(all == self.present || all.len() >= STREAK, "{at}: {all:?} of {:?}", self.present);
            return;
        }
        assert_eq!(self.report.refused_orders, None, "{at}");
        assert_eq!(self.report.failed, refused as u64, "{at}: {:?}", self.report);
        if self.are_all_due || !is_regular {
            assert_eq!(all, self.present, "{at}: all are due");
        }
        for id in &self.present {
            let is_refused = self.customers.get(*id).copied().unwrap_or_default();
            assert!(books.has(id) || is_refused, "{at}: the orders of {id} were never read");
        }
    }
}
