//! Summaries: what the customers that a query finds add up to. The figures come from the index and the ledger alone.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};

use super::{
    index::PortfolioIndex,
    ledger::{SeatLedger, WeekRange},
    query::{Condition, Field, Query, Term, Test, TextMatch},
};
use crate::model::{FacetCounts, MonthCount, PortfolioSummary, ProductSeats, SummaryGroup, SummaryWeek};

/// The months of a summary, the current one among them.
const MONTHS: i32 = 24;
/// The weeks of a summary.
const WEEKS: usize = 12;
/// The most products of a summary.
const MOST_PRODUCTS: usize = 20;

/// The fields by whose values customers are counted.
const GROUPS: [Field; 5] = [Field::Status, Field::Segment, Field::Country, Field::Level, Field::Reseller];

/// Computes the summary of the customers that a query finds, on a day. Customers that are gone are left out, unless the query is
/// about them; what is not known of the others is in no sum, and the figures say of how many that is true.
pub fn summarise(
    index: &PortfolioIndex,
    ledger: &SeatLedger,
    query: &Query,
    today: NaiveDate,
) -> PortfolioSummary {
    let found = index.matched(query);
    let customers = found.count();
    let group = |field: Field| {
        let values = found.values(field).into_iter().map(|(value, count)| (value, count as u64)).collect();
        let without = found.count_with(field, Test::Missing) as u64;
        SummaryGroup { counts: FacetCounts { field: field.name(), values }, without }
    };
    let range = WeekRange::of(today, WEEKS);
    let weeks = ledger.renewals.weeks(range, found.rows()).into_iter().map(|renewals| {
        let days = Test::Days(Some(renewals.first_day), Some(renewals.last_day()));
        SummaryWeek { renewals, found: found.count_with(Field::Renewal, days) as u64 }
    });
    let seats = ledger.products.seats(found.rows());
    let (named, nameless): (Vec<_>, Vec<_>) = seats.into_iter().partition(|(product, _)| !product.is_empty());
    let (top, rest) = named.split_at(named.len().min(MOST_PRODUCTS));
    let products = top.iter().map(|(product, seats)| {
        let is_it = Test::Text(TextMatch::Whole, (*product).to_owned());
        ProductSeats {
            product: (*product).to_owned(),
            seats: *seats,
            customers: found.count_with(Field::Product, is_it) as u64,
        }
    });
    let other_product_seats = rest.iter().chain(&nameless).map(|(_, seats)| seats);
    let joined = JoinedMonths::of(today, found.joined());
    PortfolioSummary {
        today,
        customers: customers as u64,
        unknown: found.unknown() as u64,
        gone: gone(index, query),
        with_record: found.with_record() as u64,
        with_subscriptions: found.with_subscriptions() as u64,
        groups: GROUPS.into_iter().map(group).collect(),
        joined_before: joined.before,
        joined_otherwise: joined.otherwise,
        months: joined.months,
        weeks: weeks.collect(),
        other_seats: ledger.renewals.outside(range, found.rows()),
        products: products.collect(),
        other_products: rest.len() as u64,
        other_product_seats: other_product_seats.fold(0, |sum, seats| sum.saturating_add(*seats)),
    }
}

/// Returns the number of customers that match and are gone; 0 if the query is about such customers.
fn gone(index: &PortfolioIndex, query: &Query) -> u64 {
    if query.fields().any(|field| field == Field::Gone) {
        return 0;
    }
    let is_gone = Condition::Field(Field::Gone, vec![Test::Flag(true)]);
    let query = query.clone().with(Term { is_negated: false, condition: is_gone });
    index.matched(&query).count() as u64
}

/// The customers by the month in which they joined.
struct JoinedMonths {
    months: Vec<MonthCount>,
    before: u64,
    otherwise: u64,
}

impl JoinedMonths {
    fn of(today: NaiveDate, joined: impl Iterator<Item = Option<NaiveDate>>) -> Self {
        let last = month_number(today);
        let mut counts: BTreeMap<i32, u64> = (0..MONTHS).map(|ago| (last - ago, 0)).collect();
        let (mut before, mut otherwise) = (0, 0);
        for day in joined {
            match day.map(month_number) {
                Some(month) if month <= last - MONTHS => before += 1,
                month => *month.and_then(|month| counts.get_mut(&month)).unwrap_or(&mut otherwise) += 1,
            }
        }
        let months = counts.into_iter().filter_map(|(month, customers)| {
            let number = u32::try_from(month.rem_euclid(12)).ok()?;
            let first_day = NaiveDate::from_ymd_opt(month.div_euclid(12), number + 1, 1)?;
            Some(MonthCount { first_day, customers })
        });
        Self { months: months.collect(), before, otherwise }
    }
}

/// Returns the number of a day's month, counted from the year 0.
fn month_number(day: NaiveDate) -> i32 {
    day.year() * 12 + i32::try_from(day.month0()).unwrap_or_default()
}
