//! The renewals of some customers in a range of days, one for each customer and date.

use std::{borrow::Cow, ops::RangeInclusive};

use chrono::NaiveDate;

use super::{
    index::PortfolioIndex,
    ledger::{DatedSeats, SeatLedger},
    query::Query,
};

/// The seats of a customer that have one renewal date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerRenewalDate {
    /// The customer's ID.
    pub customer_id: String,
    /// The company's name.
    pub company: Option<String>,
    /// The reseller's ID.
    pub reseller_id: String,
    /// The date and the seats.
    pub seats: DatedSeats,
}

/// Renewals, and of how many customers they are known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UpcomingRenewals {
    /// The renewals, by date.
    pub renewals: Vec<CustomerRenewalDate>,
    /// The customers that were found.
    pub customers: u64,
    /// Those of them whose subscriptions are known.
    pub with_subscriptions: u64,
    /// The customers that may match too, of which not enough is known.
    pub unknown: u64,
}

/// Returns the renewals of the customers that a query finds in a range of days.
pub fn upcoming(
    index: &PortfolioIndex,
    ledger: &SeatLedger,
    query: &Query,
    days: RangeInclusive<NaiveDate>,
) -> UpcomingRenewals {
    let matched = index.matched(query);
    let dates = ledger.renewals.dates(days, matched.rows()).into_iter();
    let of_customer = |(row, seats): (u32, DatedSeats)| {
        let view = index.view(row)?;
        Some(CustomerRenewalDate {
            customer_id: view.customer_id().into_owned(),
            company: view.company_name().map(Cow::into_owned),
            reseller_id: view.reseller_id().to_owned(),
            seats,
        })
    };
    UpcomingRenewals {
        renewals: dates.filter_map(of_customer).collect(),
        customers: matched.count() as u64,
        with_subscriptions: matched.with_subscriptions() as u64,
        unknown: matched.unknown() as u64,
    }
}
