//! The lists that an account manager works through each morning, as queries of the local copy.
//!
//! Each is an ordinary query, so that it can be opened, changed and saved as a view.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::{
    index::{EntryView, PortfolioIndex, SortKey},
    query::{Query, QueryError},
};
use crate::model::{AsOf, TodayFigures};

/// One of the lists.
#[derive(Debug, Clone, Copy)]
pub struct TodayList {
    /// The name in commands and JSON.
    pub key: &'static str,
    /// The group that it belongs to; lists of one group follow each other.
    pub group: &'static str,
    /// The title.
    pub title: &'static str,
    /// The query.
    pub query: &'static str,
    /// The keys to sort by, the most significant first.
    pub sort: &'static [&'static str],
    /// The keys of the columns that matter, behind the company.
    pub columns: &'static [&'static str],
    /// The unit of the amount, one and several; empty if customers alone are counted.
    unit: (&'static str, &'static str),
    amount: fn(&EntryView<'_>, AsOf) -> Option<i64>,
    day: fn(&EntryView<'_>, AsOf) -> Option<NaiveDate>,
}

/// A customer of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TodayRow {
    /// The customer's ID.
    pub customer_id: String,
    /// The company's name.
    pub company: Option<String>,
    /// The reseller's ID.
    pub reseller_id: String,
    /// What the customer has of the unit of the list.
    pub amount: Option<i64>,
    /// The day that matters.
    pub day: Option<NaiveDate>,
}

const SEATS_TO_RENEW: (&str, &str) = ("seat to renew", "seats to renew");
const LAPSING_SEATS: (&str, &str) = ("lapsing seat", "lapsing seats");
const LICENCES: (&str, &str) = ("licence", "licences");
const SUBSCRIPTIONS: (&str, &str) = ("subscription", "subscriptions");
const NONE: (&str, &str) = ("", "");

/// The lists: what the user wanted to be reminded of, then the others in the order of urgency (`renewals.md`, deadlines).
pub const TODAY: [TodayList; 13] = [
    TodayList {
        key: "follow-up",
        group: "Follow up",
        title: "Follow-ups due",
        query: "follow:..today gone:any",
        sort: &["follow-up"],
        columns: &["follow-up", "note"],
        unit: NONE,
        amount: |_, _| None,
        day: |view, _| view.note()?.follow_up,
    },
    TodayList {
        key: "to-order",
        group: "To order",
        title: "Licences to order",
        query: "to-order:any",
        sort: &["to-order-by"],
        columns: &["to-order", "to-order-by"],
        unit: LICENCES,
        amount: |view, _| Some(view.to_order()?.licences),
        day: |view, _| view.to_order()?.order_by,
    },
    TodayList {
        key: "lapsing",
        group: "Lapsing",
        title: "Lapsing within 45 days",
        query: "lapses:..45d",
        sort: &["lapses", "-lapsing-seats"],
        columns: &["lapses", "lapsing-seats", "next-renewal"],
        unit: LAPSING_SEATS,
        amount: |view, _| view.lapsing_seats(),
        day: |view, _| view.renewal().lapses,
    },
    TodayList {
        key: "auto-off",
        group: "Lapsing",
        title: "Auto-renewal off, changed since yesterday",
        query: "auto-changed:1d auto:off",
        sort: &["next-renewal", "-lapsing-seats"],
        columns: &["auto-changed", "next-renewal", "lapsing-seats", "change-by"],
        unit: LAPSING_SEATS,
        amount: |view, _| view.lapsing_seats(),
        day: |view, _| view.renewal().next,
    },
    TodayList {
        key: "renewals",
        group: "Renewals",
        title: "Renewals within 30 days",
        query: "renewal:today..30d",
        sort: &["next-renewal", "-seats"],
        columns: &["next-renewal", "renewal-state", "to-renew", "lapsing-seats", "renewal-change"],
        unit: SEATS_TO_RENEW,
        amount: |view, _| view.to_renew(),
        day: |view, _| view.renewal().next,
    },
    TodayList {
        key: "locked",
        group: "Renewals",
        title: "Auto-renewal can no longer be changed",
        query: "renewal-state:locked,today",
        sort: &["next-renewal", "-seats"],
        columns: &["next-renewal", "renewal-state", "to-renew", "lapsing-seats"],
        unit: SEATS_TO_RENEW,
        amount: |view, _| view.to_renew(),
        day: |view, _| view.renewal().next,
    },
    TodayList {
        key: "late",
        group: "Renewals",
        title: "Late renewal still possible",
        query: "late-renewals:any",
        sort: &["late-since"],
        columns: &["late-since", "late-renewals"],
        unit: SUBSCRIPTIONS,
        amount: |view, _| Some(view.renewal().late_count),
        day: |view, _| view.renewal().late_since,
    },
    TodayList {
        key: "3yc-requested",
        group: "3YC",
        title: "3YC requests, which lapse after 7 days",
        query: "3yc:requested",
        sort: &["company"],
        columns: &["3yc-status", "seats"],
        unit: NONE,
        amount: |_, _| None,
        day: |_, _| None,
    },
    TodayList {
        key: "3yc-short",
        group: "3YC",
        title: "3YC accepted, short of the minimum",
        query: "3yc:accepted 3yc-short:any",
        sort: &["-3yc-short"],
        columns: &["3yc-short", "seats", "3yc-licences"],
        unit: LICENCES,
        amount: |view, _| view.commitment_shortfall(),
        day: |_, _| None,
    },
    TodayList {
        key: "3yc-ending",
        group: "3YC",
        title: "3YC in the last term, not renewed",
        query: "3yc:committed,active 3yc-end:today..1y -3yc-renewal:requested,accepted,committed,active",
        sort: &["3yc-end"],
        columns: &["3yc-end", "3yc-status", "seats"],
        unit: NONE,
        amount: |_, _| None,
        day: |view, _| view.commitment_end(),
    },
    TodayList {
        key: "returnable",
        group: "Returns",
        title: "Orders that can still be returned",
        query: "returnable-until:today..",
        sort: &["returnable-until"],
        columns: &["returnable-until", "returnable"],
        unit: LICENCES,
        amount: |view, as_of| Some(view.returns()?.on(as_of.today)?.licences),
        day: |view, as_of| view.returns()?.on(as_of.today)?.until,
    },
    TodayList {
        key: "renewal-failed",
        group: "Orders",
        title: "Renewal orders that failed within 14 days",
        query: "renewal-failed:14d",
        sort: &["-renewal-failed"],
        columns: &["renewal-failed", "next-renewal", "renewal-state"],
        unit: NONE,
        amount: |_, _| None,
        day: |view, _| view.renewal_failed(),
    },
    TodayList {
        key: "scheduled",
        group: "Orders",
        title: "Scheduled subscriptions",
        query: "scheduled:any",
        sort: &["anniversary"],
        columns: &["anniversary", "scheduled"],
        unit: SUBSCRIPTIONS,
        amount: |view, _| view.scheduled(),
        day: |view, _| view.anniversary(),
    },
];

impl TodayList {
    /// Returns the list with this key.
    pub fn named(key: &str) -> Option<&'static Self> {
        TODAY.iter().find(|list| list.key == key)
    }

    /// Reads its query on a day.
    ///
    /// # Errors
    /// None that a test would let pass.
    pub fn query_on(&self, as_of: AsOf) -> Result<Query, QueryError> {
        Query::read(self.query, as_of)
    }

    /// Returns true if the list rests on the latest orders, which not every copy has.
    pub fn tests_orders(&self) -> bool {
        self.query_on(AsOf::default()).is_ok_and(|query| query.tests_orders())
    }

    /// Returns true if the list rests on the history of observed changes.
    pub fn tests_history(&self) -> bool {
        self.query_on(AsOf::default()).is_ok_and(|query| query.tests_history())
    }

    /// Returns the unit of an amount; `None` if customers alone are counted.
    pub fn unit(&self) -> Option<(&'static str, &'static str)> {
        Some(self.unit).filter(|(one, _)| !one.is_empty())
    }

    /// Returns the first customers of the list, in its order.
    ///
    /// # Errors
    /// As [`Self::query_on`].
    pub fn rows(
        &self,
        index: &PortfolioIndex,
        as_of: AsOf,
        most: usize,
    ) -> Result<Vec<TodayRow>, QueryError> {
        let query = self.query_on(as_of)?;
        let row = |view: EntryView<'_>| TodayRow {
            customer_id: view.customer_id().into_owned(),
            company: view.company_name().map(Cow::into_owned),
            reseller_id: view.reseller_id().to_owned(),
            amount: self.unit().and_then(|_| (self.amount)(&view, as_of)),
            day: (self.day)(&view, as_of),
        };
        let found = self.found_by(&query, index, most);
        Ok(found.into_iter().filter_map(|number| index.view(number)).map(row).collect())
    }

    /// Returns the first rows of the index that a query finds, in the order of the list.
    pub fn found_by(&self, query: &Query, index: &PortfolioIndex, most: usize) -> Vec<u32> {
        // A test proves that each of the keys is one.
        let sort: Vec<SortKey> = self.sort.iter().filter_map(|key| SortKey::parse(key).ok()).collect();
        index.search(query, &sort, 0..most).rows
    }

    /// Computes its figures.
    ///
    /// # Errors
    /// As [`Self::query_on`].
    pub fn figures(&self, index: &PortfolioIndex, as_of: AsOf) -> Result<TodayFigures, QueryError> {
        Ok(self.figures_by(&self.query_on(as_of)?, index))
    }

    /// Computes the figures of the customers that a query finds, which may narrow that of the list.
    pub fn figures_by(&self, query: &Query, index: &PortfolioIndex) -> TodayFigures {
        let (found, as_of) = (index.matched(query), query.as_of);
        let (mut amount, mut first) = (self.unit().map(|_| 0_i64), None::<NaiveDate>);
        for view in found.views() {
            if let (Some(sum), Some(more)) = (amount.as_mut(), (self.amount)(&view, as_of)) {
                *sum = sum.saturating_add(more);
            }
            if let Some(day) = (self.day)(&view, as_of) {
                first = Some(first.map_or(day, |first| first.min(day)));
            }
        }
        TodayFigures {
            key: self.key,
            customers: found.count() as u64,
            unknown: found.unknown() as u64,
            amount,
            first,
        }
    }
}

/// Computes the figures of every list.
///
/// # Errors
/// As [`TodayList::query_on`].
pub fn today(index: &PortfolioIndex, as_of: AsOf) -> Result<Vec<TodayFigures>, QueryError> {
    TODAY.iter().map(|list| list.figures(index, as_of)).collect()
}

/// Returns why lists may lack customers whose changes of auto-renewal are not all known, in words.
pub fn history_doubt(index: &PortfolioIndex, as_of: AsOf) -> Option<String> {
    let doubt = |list: &TodayList| list.query_on(as_of).ok()?.history_doubt(index.history());
    TODAY.iter().find_map(doubt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_a_query_with_an_order_and_columns_that_exist() {
        for list in &TODAY {
            assert!(list.query_on(AsOf::default()).is_ok(), "{}", list.query);
            for key in list.sort {
                assert!(SortKey::parse(key).is_ok(), "{}: {key}", list.key);
            }
            assert!(TodayList::named(list.key).is_some_and(|found| found.title == list.title));
        }
        let places: Vec<usize> = TODAY
            .iter()
            .map(|list| TODAY.iter().position(|other| other.group == list.group).unwrap())
            .collect();
        assert!(places.is_sorted(), "the lists of a group follow each other");
    }
}
