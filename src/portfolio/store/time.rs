//! Times as they are stored: text in UTC, to the second, which sorts by time.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};

/// Writes a time.
pub(super) fn to_text(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Reads a time; `None` if there is none or the text has another form.
pub(super) fn from_text(text: Option<&str>) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text?).ok().map(|time| time.with_timezone(&Utc))
}

/// Reads a day.
pub(super) fn day_from_text(text: Option<&str>) -> Option<NaiveDate> {
    text?.parse().ok()
}
