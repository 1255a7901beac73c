//! The lists that an account manager works through each morning, as queries of the local copy.
//!
//! Each is an ordinary query, so that it can be opened, changed and saved as a view.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::{
    index::{EntryView, PortfolioIndex, SortKey, WantedDates},
    query::{Query, QueryError},
};
use crate::model::{AsOf, DatedRenewal, TodayFigures};

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
    /// True if it is a list of renewal dates, of which a customer has as many in it as the query asks for. It is sorted by them
    /// first.
    pub by_date: bool,
    amount: fn(&ListedCustomer<'_>) -> Option<i64>,
    day: fn(&ListedCustomer<'_>) -> Option<NaiveDate>,
}

/// A customer that a list has found.
struct ListedCustomer<'a> {
    view: EntryView<'a>,
    as_of: AsOf,
    /// The renewal dates that the query asks for.
    dates: Vec<DatedRenewal>,
}

impl ListedCustomer<'_> {
    /// Adds up what is on the dates.
    fn sum(&self, of: fn(&DatedRenewal) -> i64) -> i64 {
        self.dates.iter().map(of).fold(0, i64::saturating_add)
    }

    /// Returns the first of the dates.
    fn first(&self) -> Option<NaiveDate> {
        self.dates.first().map(|date| date.day)
    }
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
        by_date: false,
        amount: |_| None,
        day: |found| found.view.note()?.follow_up,
    },
    TodayList {
        key: "to-order",
        group: "To order",
        title: "Licences to order",
        query: "to-order:any",
        sort: &["to-order-by"],
        columns: &["to-order", "to-order-by", "to-order-products"],
        unit: LICENCES,
        by_date: false,
        amount: |found| Some(found.view.to_order()?.licences),
        day: |found| found.view.to_order()?.order_by,
    },
    TodayList {
        key: "lapsing",
        group: "Lapsing",
        title: "Lapsing within 45 days",
        query: "lapses:..45d",
        sort: &["lapses", "-lapsing-seats"],
        columns: &["lapses", "lapsing-seats", "next-renewal"],
        unit: LAPSING_SEATS,
        by_date: true,
        amount: |found| Some(found.sum(|date| date.lapsing_seats)),
        day: |found| found.first(),
    },
    TodayList {
        key: "auto-off",
        group: "Lapsing",
        title: "Auto-renewal switched off since yesterday",
        query: "turned-off:1d auto:off",
        sort: &["lapses", "-lapsing-seats"],
        columns: &["turned-off", "lapses", "lapsing-seats"],
        unit: LAPSING_SEATS,
        by_date: false,
        amount: |found| found.view.lapsing_seats(),
        day: |found| found.view.renewal().lapses(),
    },
    TodayList {
        key: "renewals",
        group: "Renewals",
        title: "Renewals within 30 days",
        query: "renewal:today..30d",
        sort: &["next-renewal", "-seats"],
        columns: &["next-renewal", "renewal-state", "to-renew", "lapsing-seats", "renewal-change"],
        unit: SEATS_TO_RENEW,
        by_date: true,
        amount: |found| Some(found.sum(|date| date.to_renew)),
        day: |found| found.first(),
    },
    TodayList {
        key: "locked",
        group: "Renewals",
        title: "Auto-renewal can no longer be changed",
        query: "renewal-state:locked,today",
        sort: &["next-renewal", "-seats"],
        columns: &["next-renewal", "renewal-state", "to-renew", "lapsing-seats"],
        unit: SEATS_TO_RENEW,
        by_date: true,
        amount: |found| Some(found.sum(|date| date.to_renew)),
        day: |found| found.first(),
    },
    TodayList {
        key: "late",
        group: "Renewals",
        title: "Late renewal still possible",
        query: "late-renewals:any",
        sort: &["late-since"],
        columns: &["late-since", "late-renewals"],
        unit: SUBSCRIPTIONS,
        by_date: false,
        amount: |found| Some(found.view.renewal().late_count),
        day: |found| found.view.renewal().late_since,
    },
    TodayList {
        key: "3yc-requested",
        group: "3YC",
        title: "3YC requests, which lapse after 7 days",
        query: "3yc-request:requested",
        sort: &["company"],
        columns: &["3yc-request", "3yc-status", "seats"],
        unit: NONE,
        by_date: false,
        amount: |_| None,
        day: |_| None,
    },
    TodayList {
        key: "3yc-short",
        group: "3YC",
        title: "3YC accepted, short of the minimum",
        query: "3yc:accepted 3yc-short:any",
        sort: &["-3yc-short"],
        columns: &["3yc-short", "seats", "3yc-licences"],
        unit: LICENCES,
        by_date: false,
        amount: |found| found.view.commitment_shortfall(),
        day: |_| None,
    },
    TodayList {
        key: "3yc-ending",
        group: "3YC",
        title: "3YC in the last term, not renewed",
        query: "3yc:committed,active 3yc-end:today..1y -3yc-renewal:requested,accepted,committed,active",
        sort: &["3yc-end"],
        columns: &["3yc-end", "3yc-status", "seats"],
        unit: NONE,
        by_date: false,
        amount: |_| None,
        day: |found| found.view.commitment_end(),
    },
    TodayList {
        key: "returnable",
        group: "Returns",
        title: "Orders that can still be returned",
        query: "returnable-until:today..",
        sort: &["returnable-until"],
        columns: &["returnable-until", "returnable"],
        unit: LICENCES,
        by_date: false,
        amount: |found| Some(found.view.returns()?.on(found.as_of.today)?.licences),
        day: |found| found.view.returns()?.on(found.as_of.today)?.until,
    },
    TodayList {
        key: "renewal-failed",
        group: "Orders",
        title: "Renewal orders that failed within 14 days",
        query: "renewal-failed:14d",
        sort: &["-renewal-failed"],
        columns: &["renewal-failed", "next-renewal", "renewal-state"],
        unit: NONE,
        by_date: false,
        amount: |_| None,
        day: |found| found.view.renewal_failed(),
    },
    TodayList {
        key: "scheduled",
        group: "Orders",
        title: "Scheduled subscriptions",
        query: "scheduled:any",
        sort: &["anniversary"],
        columns: &["anniversary", "scheduled"],
        unit: SUBSCRIPTIONS,
        by_date: false,
        amount: |found| found.view.scheduled(),
        day: |found| found.view.anniversary(),
    },
];

/// The dates before which automatic renewal can be changed, which are no list of their own: what renews is in another one.
pub const CHANGE_BY: TodayList = TodayList {
    key: "change-by",
    group: "Renewals",
    title: "Last day to change auto-renewal",
    query: "change-by:today..30d",
    sort: &["change-by", "-seats"],
    columns: &["change-by", "to-renew", "lapsing-seats"],
    unit: SEATS_TO_RENEW,
    by_date: true,
    amount: |found| Some(found.sum(|date| date.to_renew)),
    day: |found| found.first(),
};

/// The follow-ups of all days: a calendar also has those that are not due yet.
pub const FOLLOW_UPS: TodayList = TodayList {
    key: "follow-up",
    group: "Follow up",
    title: "Follow-ups",
    query: "follow:any gone:any",
    sort: &["follow-up"],
    columns: &["follow-up", "note"],
    unit: NONE,
    by_date: false,
    amount: |_| None,
    day: |found| found.view.note()?.follow_up,
};

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
        let dates = WantedDates::of(&query);
        let row = |number| {
            let found = self.look_at(index.view(number)?, &dates, as_of);
            Some(TodayRow {
                customer_id: found.view.customer_id().into_owned(),
                company: found.view.company_name().map(Cow::into_owned),
                reseller_id: found.view.reseller_id().to_owned(),
                amount: self.unit().and_then(|_| (self.amount)(&found)),
                day: (self.day)(&found),
            })
        };
        let found = self.found_by(&query, index).into_iter();
        if !self.by_date {
            return Ok(found.take(most).filter_map(row).collect());
        }
        // A customer is at the first date that the list asks for, whatever else renews before.
        let mut rows: Vec<TodayRow> = found.filter_map(row).collect();
        rows.sort_by_key(|row| row.day);
        rows.truncate(most);
        Ok(rows)
    }

    /// Returns the rows of the index that a query finds, in the order of the list, with their renewal dates that another one, such
    /// as that of the list, asks for if the list is one of dates. Then a row is there for each of them, by date.
    pub fn lines_by(
        &self,
        query: &Query,
        of_dates: &Query,
        index: &PortfolioIndex,
    ) -> Vec<(u32, Option<DatedRenewal>)> {
        let found = self.found_by(query, index).into_iter();
        if !self.by_date {
            return found.map(|row| (row, None)).collect();
        }
        let wanted = WantedDates::of(of_dates);
        let mut lines = Vec::new();
        for row in found {
            let dates = index.view(row).into_iter().flat_map(|view| dates_of(view, &wanted));
            lines.extend(dates.map(|date| (row, Some(date))));
        }
        lines.sort_by_key(|(_, date)| date.map(|date| date.day));
        lines
    }

    fn look_at<'a>(&self, view: EntryView<'a>, wanted: &WantedDates, as_of: AsOf) -> ListedCustomer<'a> {
        let dates = if self.by_date { dates_of(view, wanted) } else { Vec::new() };
        ListedCustomer { view, as_of, dates }
    }

    /// Returns the rows of the index that a query finds, in the order of the list; by the keys behind the date if it is one of
    /// dates.
    fn found_by(&self, query: &Query, index: &PortfolioIndex) -> Vec<u32> {
        let keys = self.sort.iter().skip(usize::from(self.by_date));
        // A test proves that each of the keys is one.
        let sort: Vec<SortKey> = keys.filter_map(|key| SortKey::parse(key).ok()).collect();
        index.search(query, &sort, 0..usize::MAX).rows
    }

    /// Computes its figures.
    ///
    /// # Errors
    /// As [`Self::query_on`].
    pub fn figures(&self, index: &PortfolioIndex, as_of: AsOf) -> Result<TodayFigures, QueryError> {
        let query = self.query_on(as_of)?;
        Ok(self.figures_by(&query, &query, index))
    }

    /// Computes the figures of the customers that a query finds, which may narrow that of the list, on the renewal dates that another
    /// one asks for.
    pub fn figures_by(&self, query: &Query, of_dates: &Query, index: &PortfolioIndex) -> TodayFigures {
        let (found, dates) = (index.matched(query), WantedDates::of(of_dates));
        let (mut amount, mut is_approximate, mut first) =
            (self.unit().map(|_| 0_i64), false, None::<NaiveDate>);
        for view in found.views() {
            let one = self.look_at(view, &dates, query.as_of);
            if let (Some(sum), Some(more)) = (amount.as_mut(), (self.amount)(&one)) {
                *sum = sum.saturating_add(more);
                is_approximate |=
                    self.unit == SEATS_TO_RENEW && more > 0 && one.view.is_to_renew_approximate();
            }
            if let Some(day) = (self.day)(&one) {
                first = Some(first.map_or(day, |first| first.min(day)));
            }
        }
        TodayFigures {
            key: self.key,
            customers: found.count() as u64,
            unknown: found.unknown() as u64,
            amount,
            is_approximate,
            first,
        }
    }
}

/// Returns the renewal dates of a customer that a query asks for.
fn dates_of(view: EntryView<'_>, wanted: &WantedDates) -> Vec<DatedRenewal> {
    view.renewal_dates().filter(|date| wanted.has(*date)).collect()
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
    use chrono::TimeDelta;

    use super::*;
    use crate::{
        model::CustomerRenewal,
        portfolio::entry::{Entry, SubscriptionFacts},
    };

    #[test]
    fn every_list_is_a_query_with_an_order_and_columns_that_exist() {
        for list in TODAY.iter().chain([&CHANGE_BY, &FOLLOW_UPS]) {
            assert!(list.query_on(AsOf::default()).is_ok(), "{}", list.query);
            for key in list.sort {
                assert!(SortKey::parse(key).is_ok(), "{}: {key}", list.key);
            }
        }
        assert!(
            TODAY
                .iter()
                .all(|list| TodayList::named(list.key).is_some_and(|found| found.title == list.title))
        );
        let places: Vec<usize> = TODAY
            .iter()
            .map(|list| TODAY.iter().position(|other| other.group == list.group).unwrap())
            .collect();
        assert!(places.is_sorted(), "the lists of a group follow each other");
    }

    /// Renewal dates: days from now, and licences that renew and that lapse.
    type Dates = &'static [(i64, i64, i64)];

    /// Makes an index of customers with these renewal dates.
    fn index(customers: &[(&str, Dates)], today: NaiveDate) -> PortfolioIndex {
        let entry = |(id, dates): &(&str, Dates)| {
            let date = |(days, to_renew, lapsing_seats): &(i64, i64, i64)| DatedRenewal {
                to_renew: *to_renew,
                lapsing_seats: *lapsing_seats,
                lapses: *lapsing_seats > 0,
                ..DatedRenewal::on(today + TimeDelta::days(*days))
            };
            let dates: Vec<DatedRenewal> = dates.iter().map(date).collect();
            let facts = SubscriptionFacts {
                to_renew: dates.iter().map(|date| date.to_renew).sum(),
                lapsing_seats: dates.iter().map(|date| date.lapsing_seats).sum(),
                renewal: CustomerRenewal { dates, ..CustomerRenewal::default() },
                ..SubscriptionFacts::default()
            };
            Entry { subscriptions: Some(facts), ..Entry::listed(id) }
        };
        PortfolioIndex::new(customers.iter().map(entry).collect())
    }

    #[test]
    fn a_list_of_dates_counts_what_is_on_its_days_alone() {
        let as_of = AsOf::on("2026-11-28".parse().unwrap());
        let customers: [(&str, Dates); 4] = [
            ("1", &[(-1, 5, 0), (2, 60, 50)]),
            ("2", &[(12, 0, 5), (100, 0, 70)]),
            ("3", &[(5, 5, 0), (200, 1_000, 0)]),
            ("4", &[(10, 0, 3), (20, 2, 0), (300, 0, 500)]),
        ];
        let index = index(&customers, as_of.today);
        let list = |key: &str| {
            let list = TodayList::named(key).unwrap();
            let rows = list.rows(&index, as_of, 9).unwrap().into_iter();
            let left = |day: NaiveDate| (day - as_of.today).num_days();
            let row = |row: TodayRow| (row.customer_id, row.day.map(left), row.amount.unwrap());
            let figures = list.figures(&index, as_of).unwrap();
            let query = list.query_on(as_of).unwrap();
            let lines = list.lines_by(&query, &query, &index).into_iter();
            let line = |(row, date): (u32, Option<DatedRenewal>)| (row + 1, left(date.unwrap().day));
            (rows.map(row).collect::<Vec<_>>(), figures.amount, lines.map(line).collect::<Vec<_>>())
        };
        let row = |id: &str, day, amount| (id.to_owned(), Some(day), amount);
        assert_eq!(
            list("renewals"),
            (
                vec![row("1", 2, 60), row("3", 5, 5), row("4", 10, 2), row("2", 12, 0)],
                Some(67),
                vec![(1, 2), (3, 5), (4, 10), (2, 12), (4, 20)]
            )
        );
        assert_eq!(list("locked"), (vec![row("1", 2, 60)], Some(60), vec![(1, 2)]));
        assert_eq!(
            list("lapsing"),
            (
                vec![row("1", 2, 50), row("4", 10, 3), row("2", 12, 5)],
                Some(58),
                vec![(1, 2), (4, 10), (2, 12)]
            )
        );
    }

    #[test]
    fn a_query_narrows_the_dates_of_a_list() {
        let as_of = AsOf::on("2026-11-28".parse().unwrap());
        let index = index(&[("1", &[(12, 7, 5), (100, 9, 70)])], as_of.today);
        let amounts = |query: &str| {
            let query = Query::read(query, as_of).unwrap();
            let list = |key| TodayList::named(key).unwrap();
            ["renewals", "lapsing"].map(|key| list(key).figures_by(&query, &query, &index).amount)
        };
        assert_eq!(amounts("renewal:2026-12"), [Some(7), Some(5)]);
        assert_eq!(amounts("renewal:2027-03"), [Some(9), Some(70)]);
        assert_eq!(amounts("lapses:any -renewal:2027-04"), [Some(16), Some(75)]);
        assert_eq!(amounts("renewal:2027-03 renewal:2026-12"), [Some(0), Some(0)], "no date is in both");
        assert_eq!(amounts("renewal:2027-04"), [Some(0), Some(0)]);
        let read = |query| Query::read(query, as_of).unwrap();
        let list = TodayList::named("renewals").unwrap();
        let figures =
            list.figures_by(&read("renewal:today..30d renewal:2027-03"), &read("renewal:today..30d"), &index);
        assert_eq!(
            (figures.customers, figures.amount),
            (1, Some(7)),
            "customers of March, and what they renew soon"
        );
    }
}
