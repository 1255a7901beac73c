//! The value of a cell, independent of the output format.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};

use crate::model::{EntityKind, Status, Timestamp};

/// A value of a row. Texts are as the server sent them; each format escapes them in its own way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell<'a> {
    /// Nothing was sent.
    Empty,
    /// Text.
    Text(Cow<'a, str>),
    /// An ID, a code or a phone number: text even if it is all digits, so that `0012` keeps its zeros.
    Id(Cow<'a, str>),
    /// A day.
    Date(NaiveDate),
    /// A day that stands for one that there is none of: in parentheses where people read it.
    OtherDate(NaiveDate),
    /// A point in time.
    Moment(DateTime<Utc>),
    /// A whole number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// A status, and the kind of entity that has it, which decides its label.
    Status(&'a Status, EntityKind),
}

impl<'a> Cell<'a> {
    /// Returns a text cell, or an empty cell if there is no text.
    pub(crate) fn text(text: Option<&'a str>) -> Self {
        text.filter(|text| !text.is_empty()).map_or(Self::Empty, |text| Self::Text(Cow::Borrowed(text)))
    }

    /// Returns a cell with several texts, separated by commas.
    pub(crate) fn list(texts: &[String]) -> Self {
        if texts.is_empty() { Self::Empty } else { Self::Text(Cow::Owned(texts.join(", "))) }
    }

    /// Returns an ID cell, or an empty cell if there is no ID.
    pub(crate) fn id(id: Option<&'a str>) -> Self {
        id.filter(|id| !id.is_empty()).map_or(Self::Empty, |id| Self::Id(Cow::Borrowed(id)))
    }

    /// Returns a number cell.
    pub(crate) fn number(number: Option<i64>) -> Self {
        number.map_or(Self::Empty, Self::Number)
    }

    /// Returns a cell with a day.
    pub(crate) fn date(day: Option<NaiveDate>) -> Self {
        day.map_or(Self::Empty, Self::Date)
    }

    /// Returns a yes-or-no cell.
    pub(crate) fn flag(flag: Option<bool>) -> Self {
        flag.map_or(Self::Empty, Self::Flag)
    }

    /// Returns the day of a time, or the text as sent if it cannot be parsed.
    pub(crate) fn day(time: Option<&'a Timestamp>) -> Self {
        let Some(time) = time else { return Self::Empty };
        time.date().map_or_else(|| Self::text(Some(time.text())), Self::Date)
    }

    /// Returns a point in time, a day if no time of day was sent, or the text as sent if it cannot be parsed.
    pub(crate) fn moment(time: Option<&'a Timestamp>) -> Self {
        match time {
            Some(time) if !time.is_plain_date() => {
                time.at().map_or_else(|| Self::text(Some(time.text())), Self::Moment)
            }
            other => Self::day(other),
        }
    }

    /// Returns a status cell, or an empty cell if no status was sent.
    pub(crate) fn status(status: Option<&'a Status>, kind: EntityKind) -> Self {
        let sent = status.filter(|status| !status.code().is_empty());
        sent.map_or(Self::Empty, |status| Self::Status(status, kind))
    }

    /// Returns the code of a status as an ID cell.
    pub(crate) fn code(status: Option<&'a Status>) -> Self {
        Self::id(status.map(Status::code))
    }

    /// Returns the value as text for programs: dates and times in ISO 8601, numbers in plain digits.
    pub(crate) fn plain(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) | Self::Id(text) => Cow::Borrowed(text),
            Self::Date(day) | Self::OtherDate(day) => Cow::Owned(day.to_string()),
            Self::Moment(at) => Cow::Owned(at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Flag(flag) => Cow::Borrowed(if *flag { "true" } else { "false" }),
            Self::Status(status, kind) => Cow::Borrowed(status.label(*kind)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_plain_text_for_programs() {
        let sent =
            ["2025-08-27T12:57:22Z", "2024-07-17T03:47:35.5", "2026-07-07", "soon"].map(Timestamp::new);
        let plain = |cell: Cell<'_>| cell.plain().into_owned();
        let moments: Vec<String> = sent.iter().map(|time| plain(Cell::moment(Some(time)))).collect();
        assert_eq!(moments, ["2025-08-27T12:57:22Z", "2024-07-17T03:47:35.500Z", "2026-07-07", "soon"]);
        let days: Vec<String> = sent.iter().map(|time| plain(Cell::day(Some(time)))).collect();
        assert_eq!(days, ["2025-08-27", "2024-07-17", "2026-07-07", "soon"]);
        assert_eq!(plain(Cell::number(Some(-1_204))), "-1204");
        assert_eq!(
            plain(Cell::OtherDate("2026-07-07".parse().unwrap())),
            "2026-07-07",
            "programs have a column that says so"
        );
        assert_eq!(plain(Cell::flag(Some(false))), "false");
        assert_eq!(plain(Cell::list(&["a".into(), "b".into()])), "a, b");
    }

    #[test]
    fn missing_values_are_empty() {
        let blank = Status::new("");
        let cells = [
            Cell::text(None),
            Cell::date(None),
            Cell::text(Some("")),
            Cell::id(Some("")),
            Cell::moment(None),
            Cell::day(None),
            Cell::list(&[]),
            Cell::status(Some(&blank), EntityKind::Account),
            Cell::code(Some(&blank)),
        ];
        assert!(cells.iter().all(|cell| *cell == Cell::Empty && cell.plain().is_empty()), "{cells:?}");
    }

    #[test]
    fn a_status_without_a_label_is_its_code() {
        let statuses = ["1000", "1026"].map(Status::new);
        let labels = statuses.each_ref().map(|status| {
            (
                Cell::status(Some(status), EntityKind::Account).plain().into_owned(),
                Cell::status(Some(status), EntityKind::Order).plain().into_owned(),
            )
        });
        assert_eq!(labels[0], ("Active".into(), "Complete".into()));
        assert_eq!(labels[1], ("1026".into(), "Failed: customer ID invalid".into()));
    }
}
