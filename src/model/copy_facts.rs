//! What a local copy derives of a customer, or remembers about it.

use chrono::{DateTime, NaiveDate, Utc};

use super::{AsOf, AutoChanged, CustomerRenewal, DatedRenewal, RenewalBasis, Returns, ReturnsOnDay};

/// What a local copy derives of a customer's subscriptions and orders, and remembers about the customer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CopyFacts {
    /// The time at which it was found to be gone.
    pub gone_at: Option<DateTime<Utc>>,
    /// The time at which a change of it was last observed.
    pub changed_at: Option<DateTime<Utc>>,
    /// True if its record is in the copy.
    pub has_record: bool,
    /// The statuses of the requests for a three-year commitment, separated by commas, which are in its record.
    pub commitment_request: Option<String>,
    /// The anniversary date, which is in its record.
    pub anniversary: Option<NaiveDate>,
    /// What its subscriptions add up to; `None` if they are not in the copy yet.
    pub totals: Option<CopyTotals>,
    /// The licences that nobody has ordered yet; `None` if they are not known.
    pub to_order: Option<ToOrder>,
    /// The products of these licences, with their numbers: `8 Photo editing, 3 Acrobat Pro`; `None` if there are none. An index
    /// does not know them.
    pub to_order_products: Option<String>,
    /// What can be returned of its orders; `None` if none were read.
    pub returns: Option<Returns>,
    /// The day of the latest renewal order that failed, among the orders that were read.
    pub renewal_failed: Option<NaiveDate>,
    /// The day on which automatic renewal was last seen to change.
    pub auto_changed: AutoChanged,
    /// The day on which automatic renewal was last seen to be switched off.
    pub turned_off: Option<NaiveDate>,
}

/// The part of a customer in a local copy that something is derived of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CopyPart {
    /// What was observed about it.
    Observed,
    /// The record.
    Record,
    /// The subscriptions.
    Subscriptions,
    /// The subscriptions, and the record if nothing is left to renew.
    NextRenewal,
    /// The subscriptions and the record.
    Details,
    /// The licences that nobody has ordered yet.
    ToOrder,
    /// What can be returned of the orders.
    Returns,
    /// The orders of the days in which they can be returned.
    RecentOrders,
    /// The user's own note. Notes that cannot be read are reported for all customers at once.
    Note,
    /// The history of observed changes.
    History,
}

impl CopyFacts {
    /// Returns true if a part is known.
    pub fn knows(&self, part: CopyPart, as_of: AsOf) -> bool {
        match part {
            CopyPart::Observed | CopyPart::Note => true,
            CopyPart::Record => self.has_record,
            CopyPart::Subscriptions => self.totals.is_some(),
            CopyPart::NextRenewal => {
                let renewal = self.renewal();
                renewal.is_some_and(|renewal| self.has_record || renewal.date().is_some())
            }
            CopyPart::Details => self.totals.is_some() && self.has_record,
            CopyPart::ToOrder => self.to_order.is_some(),
            CopyPart::Returns => self.returns_on(as_of.today).is_some(),
            CopyPart::RecentOrders => self.knows_orders(as_of.today),
            CopyPart::History => self.auto_changed != AutoChanged::Unknown,
        }
    }

    /// Returns the renewals of the subscriptions, if they are known.
    pub fn renewal(&self) -> Option<&CustomerRenewal> {
        self.totals.as_ref().map(|totals| &totals.renewal)
    }

    /// Narrows the renewals to one of their dates.
    pub fn narrow_to(&mut self, date: DatedRenewal) {
        if let Some(totals) = &mut self.totals {
            totals.renewal = CustomerRenewal { dates: vec![date], ..CustomerRenewal::default() };
            totals.lapsing_seats = date.lapsing_seats;
            totals.to_renew = date.to_renew;
            totals.renewal_change = date.change;
        }
    }

    /// Returns the date that stands for the next renewal, and which one it is.
    pub fn next_renewal(&self) -> Option<(NaiveDate, RenewalBasis)> {
        self.renewal()?.with_basis(self.anniversary)
    }

    /// Returns what can be returned on a day, if that is known.
    pub fn returns_on(&self, today: NaiveDate) -> Option<ReturnsOnDay> {
        self.returns.as_ref()?.on(today)
    }

    /// Returns the day of the latest renewal order that failed, if the orders of the last days are known.
    pub fn renewal_failed_on(&self, today: NaiveDate) -> Option<NaiveDate> {
        self.renewal_failed.filter(|_| self.knows_orders(today))
    }

    /// Returns true if the orders were read that can be returned on a day.
    fn knows_orders(&self, today: NaiveDate) -> bool {
        self.returns.as_ref().is_some_and(|returns| returns.reach_back(today))
    }
}

/// The licences of a customer that are in use although nobody has ordered them yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ToOrder {
    /// Their number; 0 if there are none.
    pub licences: i64,
    /// The day on which the first of them end unless they are ordered.
    pub order_by: Option<NaiveDate>,
}

/// What the subscriptions of a customer add up to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CopyTotals {
    /// The renewals.
    pub renewal: CustomerRenewal,
    /// The licences of active subscriptions.
    pub seats: i64,
    /// The consumables of active subscriptions.
    pub consumables: i64,
    /// The licences that will not renew.
    pub lapsing_seats: i64,
    /// The licences that renew automatically.
    pub to_renew: i64,
    /// True if the server's numbers do not say exactly how many renew.
    pub is_to_renew_approximate: bool,
    /// The licences that are added (above 0) or dropped (below 0) when subscriptions renew.
    pub renewal_change: i64,
    /// The licences that are missing for the minimum of the three-year commitment, approximately; `None` without one.
    pub commitment_shortfall: Option<i64>,
    /// The scheduled subscriptions.
    pub scheduled: i64,
}

/// The values of a field of the query language among some customers, with their counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetCounts {
    /// The field's name in queries, such as `country`.
    pub field: &'static str,
    /// The values as they were sent, the most frequent first. A customer may have several, or none that is known.
    pub values: Vec<(String, u64)>,
}
