//! What a local copy derives of a customer, or remembers about it.

use chrono::{DateTime, NaiveDate, Utc};

/// What a local copy derives of a customer's subscriptions, and remembers about the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CopyFacts {
    /// The time at which it was found to be gone.
    pub gone_at: Option<DateTime<Utc>>,
    /// The time at which a change of it was last observed.
    pub changed_at: Option<DateTime<Utc>>,
    /// What its subscriptions add up to; `None` if they are not in the copy yet.
    pub totals: Option<CopyTotals>,
    /// The licences that nobody has ordered yet; `None` if they are not known.
    pub to_order: Option<ToOrder>,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CopyTotals {
    /// The next day on which a subscription renews.
    pub next_renewal: Option<NaiveDate>,
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
    /// The ended subscriptions that can still be renewed.
    pub late_renewals: i64,
    /// The licences that are missing for the minimum of the three-year commitment, approximately; `None` without one.
    pub commitment_shortfall: Option<i64>,
}

/// The values of a field of the query language among some customers, with their counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetCounts {
    /// The field's name in queries, such as `country`.
    pub field: &'static str,
    /// The values as they were sent, the most frequent first. A customer may have several, or none that is known.
    pub values: Vec<(String, u64)>,
}
