//! A change of a customer that was observed between two readings.

use chrono::{DateTime, NaiveDate, Utc};
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

/// The changes of a customer that were observed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerHistory {
    /// The known changes, the oldest first.
    pub changes: Vec<ObservedChange>,
    /// The extent of what is known of all that was observed.
    pub extent: HistoryExtent,
}

/// The day on which automatic renewal of a customer's subscriptions was last seen to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AutoChanged {
    /// It is not known: the history is lost, or the subscriptions have not been read yet.
    #[default]
    Unknown,
    /// No change was seen.
    Never,
    /// A change was seen on this day, in UTC, and none later.
    On(NaiveDate),
}

impl AutoChanged {
    /// Returns the day; `None` if there is none, or if it is not known.
    pub fn day(self) -> Option<NaiveDate> {
        match self {
            Self::On(day) => Some(day),
            Self::Unknown | Self::Never => None,
        }
    }
}

/// The extent of what is known of the changes that were observed since the local copy was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HistoryExtent {
    /// All of them.
    #[default]
    Whole,
    /// Those observed since this time; earlier ones were lost, wholly or in part.
    Since(DateTime<Utc>),
    /// None: there is no history.
    Missing,
    /// None: the history is damaged.
    Damaged,
    /// None: the history is another account's.
    OtherAccount,
    /// Those before a backup of the history was made.
    Older,
}

impl HistoryExtent {
    /// What has to be said once a missing history has been begun again.
    pub const BEGUN_AGAIN: &str = "The history of changes was missing, and a new one was begun: earlier changes and notes are not known.";

    /// Returns true if there is no history that can be read.
    pub fn is_lost(self) -> bool {
        matches!(self, Self::Missing | Self::Damaged | Self::OtherAccount)
    }

    /// Returns why changes of a period may not be known, in words; `None` if all of them are. Without a beginning, the period
    /// is all the time since the copy was begun.
    pub fn doubt(self, since: Option<DateTime<Utc>>) -> Option<String> {
        let what = match self {
            Self::Whole => return None,
            Self::Since(known) if since.is_some_and(|since| since >= known) => return None,
            Self::Since(known) => {
                let known = known.format("%Y-%m-%d %H:%M:%S UTC");
                return Some(format!(
                    "changes are known only since {known}: the history before that was lost."
                ));
            }
            Self::Missing => "missing",
            Self::Damaged => "damaged",
            Self::OtherAccount => "of another account",
            Self::Older => "older than the copy",
        };
        Some(format!("the history of changes is {what}: not all that was seen is known."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_that_begins_before_what_is_known_is_in_doubt() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let known = HistoryExtent::Since(at("2026-03-02T12:00:00Z"));
        let words = "changes are known only since 2026-03-02 12:00:00 UTC: the history before that was lost.";
        for since in [None, Some(at("2026-03-02T11:59:59Z"))] {
            assert_eq!(known.doubt(since).as_deref(), Some(words));
        }
        assert_eq!(known.doubt(Some(at("2026-03-02T12:00:00Z"))), None);
        assert_eq!(HistoryExtent::Whole.doubt(None), None);
        let damaged = HistoryExtent::Damaged.doubt(Some(at("2030-01-01T00:00:00Z")));
        let words = "the history of changes is damaged: not all that was seen is known.";
        assert_eq!(damaged.as_deref(), Some(words), "what was seen then is not known either");
    }
}
