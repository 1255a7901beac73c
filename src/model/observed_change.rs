//! A change of a customer that was observed between two readings.

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};

/// A change of a customer that was observed between two readings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObservedChange {
    /// The time at which it was observed; it happened between the reading before and this one.
    #[serde(serialize_with = "seconds")]
    pub at: DateTime<Utc>,
    /// The customer's ID.
    pub customer_id: String,
    /// The reseller's ID.
    pub reseller_id: String,
    /// The company's name at that time.
    pub company: Option<String>,
    /// The subscription's ID, if the field is one of a subscription.
    pub subscription_id: Option<String>,
    /// The field, or an event such as `joined`.
    pub field: String,
    /// The value before.
    pub before: Option<String>,
    /// The value after.
    pub after: Option<String>,
}

fn seconds<S: Serializer>(at: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
}
