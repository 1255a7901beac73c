//! The renewal dates of a customer as they are stored: in JSON, where the sums over all subscriptions do not tell what is on which.

use chrono::NaiveDate;
use rusqlite::types::Type;

use crate::model::DatedRenewal;

/// A date: the day, licences that renew, licences that end, licences that are added or dropped, and whether something ends.
type StoredDate = (NaiveDate, i64, i64, i64, bool);

/// Writes renewal dates.
pub(super) fn to_text(dates: &[DatedRenewal]) -> String {
    let stored: Vec<StoredDate> = dates
        .iter()
        .map(|date| (date.day, date.to_renew, date.lapsing_seats, date.change, date.lapses))
        .collect();
    serde_json::json!(stored).to_string()
}

/// Reads the renewal dates in a column of a row, or takes the only one.
///
/// # Errors
/// Fails if the column cannot be read.
pub(super) fn of_row(
    row: &rusqlite::Row<'_>,
    column: usize,
    only: Option<DatedRenewal>,
) -> Result<Vec<DatedRenewal>, rusqlite::Error> {
    let Some(text) = row.get_ref(column)?.as_str_or_null()? else { return Ok(only.into_iter().collect()) };
    let stored: Vec<StoredDate> = serde_json::from_str(text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)))?;
    let date = |(day, to_renew, lapsing_seats, change, lapses)| DatedRenewal {
        day,
        to_renew,
        lapsing_seats,
        change,
        lapses,
    };
    Ok(stored.into_iter().map(date).collect())
}
