//! The figures of a summary: what some customers of a local copy add up to, by status, country, month, week and product.

use chrono::{NaiveDate, TimeDelta};

use super::{Coverage, FacetCounts};

/// The figures of the customers that a query finds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PortfolioSummary {
    /// The day from which weeks and months are counted, in UTC.
    pub today: NaiveDate,
    /// The customers that the query finds.
    pub customers: u64,
    /// The customers that may match too, of whom not enough is known to say so.
    pub unknown: u64,
    /// The customers that match and are gone, which are left out; 0 if the query is about such customers.
    pub gone: u64,
    /// Those of the customers found whose record is known.
    pub with_record: u64,
    /// Those of the customers found whose subscriptions are known.
    pub with_subscriptions: u64,
    /// The customers by status, segment, country, discount level and reseller, in this order.
    pub groups: Vec<SummaryGroup>,
    /// The customers that joined in each month, the current one last.
    pub months: Vec<MonthCount>,
    /// The customers that joined before these months.
    pub joined_before: u64,
    /// The customers that joined after these months, or of whom it is not known when.
    pub joined_otherwise: u64,
    /// The seats that renew or end in each of the coming weeks.
    pub weeks: Vec<SummaryWeek>,
    /// The seats whose renewal date is in none of these weeks.
    pub other_seats: OtherSeats,
    /// The products with the most seats, the greatest first.
    pub products: Vec<ProductSeats>,
    /// The products that are left out of these.
    pub other_products: u64,
    /// The seats of those, and of subscriptions that have no offer ID.
    pub other_product_seats: u64,
}

/// The customers by the values of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SummaryGroup {
    /// The values as they were sent. A customer counts once for each of its values.
    pub counts: FacetCounts,
    /// The customers that are known to have none.
    pub without: u64,
}

/// The customers that joined in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthCount {
    /// Its first day.
    pub first_day: NaiveDate,
    /// The customers.
    pub customers: u64,
}

/// A week of a summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SummaryWeek {
    /// Its seats.
    pub renewals: RenewalWeek,
    /// The customers that a query for its days finds: those of whom anything renews or ends in it, be it consumables alone.
    pub found: u64,
}

/// The seats of active subscriptions whose renewal date is in one week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RenewalWeek {
    /// Its first day.
    pub first_day: NaiveDate,
    /// The seats that renew automatically.
    pub renewing: u64,
    /// The seats that end, because automatic renewal is off.
    pub lapsing: u64,
    /// The seats of which it is not known whether they renew.
    pub undecided: u64,
    /// The customers that have any of these seats.
    pub customers: u64,
    /// True if the server's numbers do not say exactly how many renew.
    pub is_approximate: bool,
}

impl RenewalWeek {
    /// Returns the week that begins on a day, without any seats.
    pub fn empty(first_day: NaiveDate) -> Self {
        Self { first_day, renewing: 0, lapsing: 0, undecided: 0, customers: 0, is_approximate: false }
    }

    /// Returns its last day.
    pub fn last_day(&self) -> NaiveDate {
        self.first_day.checked_add_signed(TimeDelta::days(6)).unwrap_or(NaiveDate::MAX)
    }

    /// Returns all of its seats.
    pub fn seats(&self) -> u64 {
        self.renewing.saturating_add(self.lapsing).saturating_add(self.undecided)
    }
}

/// The seats of active subscriptions whose renewal date is in none of some weeks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OtherSeats {
    /// Those whose date is before the weeks.
    pub earlier: u64,
    /// Those whose date is after the weeks.
    pub later: u64,
    /// Those without a date that can be read.
    pub undated: u64,
}

/// The seats of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductSeats {
    /// Its name if it is known, or its offer ID.
    pub product: String,
    /// The seats of active subscriptions.
    pub seats: u64,
    /// The customers that have the product in any state, which a query can find.
    pub customers: u64,
}

/// A summary with what has to be said of the copy that it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SummaryAnswer {
    /// The figures.
    pub figures: PortfolioSummary,
    /// The extent and the age of the copy.
    pub coverage: Coverage,
    /// What has to be said of the figures, if anything has.
    pub complaint: Option<String>,
}
