//! The subscriptions of the local copy, as far as they are compared.

use chrono::NaiveDate;

/// A subscription of the local copy, with its customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedSubscription {
    /// The subscription.
    pub subscription_id: Option<String>,
    /// The customer's ID.
    pub customer_id: String,
    /// The customer's name.
    pub company: Option<String>,
    /// The offer.
    pub offer_id: Option<String>,
    /// The number of licences.
    pub quantity: Option<i64>,
    /// The day on which it renews.
    pub renewal_date: Option<NaiveDate>,
    /// True if it renews automatically.
    pub auto_renewal: Option<bool>,
    /// The status code.
    pub status: String,
}

impl CopiedSubscription {
    /// Returns true if it is active.
    pub(super) fn is_active(&self) -> bool {
        self.status == "1000"
    }

    /// Returns true if it has come to its end.
    pub(super) fn has_ended(&self) -> bool {
        self.status == "1004"
    }
}
