//! The deadlines of the day as events of a calendar.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate, Utc};
use clap::ValueEnum;

use crate::{
    calendar::{self, CalendarEvent},
    cli::{
        exit::{Failure, usage},
        stdout,
    },
    model::{AsOf, DatedRenewal, format_date},
    portfolio::{
        CHANGE_BY, TodayList, TodayRow,
        index::{EntryView, PortfolioIndex},
        query::QueryError,
    },
    text,
};

/// The form in which deadlines are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DeadlineFormat {
    /// Lines for people.
    Table,
    /// JSON.
    Json,
    /// A calendar file with an all-day event for each of them.
    Ics,
}

impl DeadlineFormat {
    /// Checks that an alarm is wanted only for a calendar.
    pub(super) fn check_alarm(self, alarm: Option<u8>) -> Result<(), Failure> {
        match alarm {
            Some(_) if self != Self::Ics => Err(usage("--alarm needs --output ics")),
            _ => Ok(()),
        }
    }
}

/// Prints a calendar of these events.
pub(super) fn write_calendar(name: &str, events: &[CalendarEvent], alarm: Option<u8>) -> Result<(), Failure> {
    stdout::write_all(calendar::to_text(name, events, alarm, Utc::now()).as_bytes())
}

/// The lists whose dates are deadlines, and what has to be done by then. What renews or lapses is in the calendar of
/// `vipmp renewals`.
const DEADLINES: [(&str, &str); 4] = [
    ("follow-up", "Follow up"),
    ("to-order", "Order"),
    ("3yc-ending", "3YC ends"),
    ("scheduled", "Subscription begins"),
];

/// Returns the deadlines in a list as events; none of a list that has no deadlines.
pub(super) fn events_of(list: &TodayList, rows: &[TodayRow]) -> Vec<CalendarEvent> {
    let Some((key, action)) = DEADLINES.iter().find(|(key, _)| *key == list.key) else { return Vec::new() };
    let first = if *key == "to-order" { "\nThe first of these licences end then" } else { "" };
    let event = |row: &TodayRow| {
        let day = row.day?;
        let amount = list.unit().zip(row.amount).map(|((one, several), amount)| {
            format!(", {}", text::pluralize(amount.max(0).unsigned_abs(), one, several))
        });
        let company = row.company.as_deref().unwrap_or(&row.customer_id);
        // A follow-up that is put off is the same one.
        let of_day = if *key == "follow-up" { String::new() } else { format!("-{}", day.format("%Y%m%d")) };
        Some(CalendarEvent {
            uid: format!("{key}-{}{of_day}@vipmp", row.customer_id),
            day,
            summary: format!("{action}: {company}{}", amount.unwrap_or_default()),
            description: format!("Customer {}\nReseller {}{first}", row.customer_id, row.reseller_id),
        })
    };
    rows.iter().filter_map(event).collect()
}

/// Returns the last days on which orders can be returned as events, with the licences of each day.
///
/// # Errors
/// None that a test would let pass.
pub(super) fn last_returns(index: &PortfolioIndex, as_of: AsOf) -> Result<Vec<CalendarEvent>, QueryError> {
    let Some(list) = TodayList::named("returnable") else { return Ok(Vec::new()) };
    let query = list.query_on(as_of)?;
    let mut events = Vec::new();
    for view in list.lines_by(&query, &query, index).iter().filter_map(|(row, _)| index.view(*row)) {
        let mut by_day = BTreeMap::<NaiveDate, i64>::new();
        for order in view.returns().into_iter().flat_map(|returns| returns.orders) {
            let licences = order.licences.unwrap_or_default();
            if order.until >= as_of.today && licences > 0 {
                let sum = by_day.entry(order.until).or_default();
                *sum = sum.saturating_add(licences);
            }
        }
        let id = view.customer_id();
        let company = view.company_name().unwrap_or_else(|| id.clone());
        events.extend(by_day.into_iter().map(|(day, licences)| CalendarEvent {
            uid: format!("returnable-{id}-{}@vipmp", day.format("%Y%m%d")),
            day,
            summary: format!(
                "Last day to return: {company}, {}",
                text::pluralize(licences.unsigned_abs(), "licence", "licences")
            ),
            description: format!("Customer {id}\nReseller {}", view.reseller_id()),
        }));
    }
    Ok(events)
}

/// Returns the last days on which automatic renewal can be changed as events.
///
/// # Errors
/// None that a test would let pass.
pub(super) fn last_changes(index: &PortfolioIndex, as_of: AsOf) -> Result<Vec<CalendarEvent>, QueryError> {
    let query = CHANGE_BY.query_on(as_of)?;
    let lines = CHANGE_BY.lines_by(&query, &query, index).into_iter();
    let event = |(row, date): (u32, Option<DatedRenewal>)| last_change(&index.view(row)?, date?, as_of);
    Ok(lines.filter_map(event).collect())
}

fn last_change(view: &EntryView<'_>, date: DatedRenewal, as_of: AsOf) -> Option<CalendarEvent> {
    let day: NaiveDate = date.day.checked_sub_days(Days::new(as_of.change_margin.into()))?;
    let (id, renews_on) = (view.customer_id(), format_date(date.day));
    let company = view.company_name().unwrap_or_else(|| id.clone());
    let seats = |count: i64, one, several| {
        (count > 0).then(|| format!(", {}", text::pluralize(count.unsigned_abs(), one, several)))
    };
    let (renewing, lapsing) = (
        seats(date.to_renew, "seat renews", "seats renew"),
        seats(date.lapsing_seats, "seat lapses", "seats lapse"),
    );
    Some(CalendarEvent {
        uid: format!("change-by-{id}-{}@vipmp", date.day.format("%Y%m%d")),
        day,
        summary: format!(
            "{}: {company}{}{}",
            CHANGE_BY.title,
            renewing.unwrap_or_default(),
            lapsing.unwrap_or_default()
        ),
        description: format!(
            "Customer {id}\nReseller {}\nThe renewal date is {renews_on}",
            view.reseller_id()
        ),
    })
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::{
        model::{ReturnableOrder, Returns},
        portfolio::entry::Entry,
    };

    #[test]
    fn each_day_on_which_orders_can_last_be_returned_is_an_event_of_its_own() {
        let as_of = AsOf::on("2026-11-28".parse().unwrap());
        let order = |(days, licences): (i64, Option<i64>)| ReturnableOrder {
            until: as_of.today + TimeDelta::days(days),
            licences,
        };
        let with = |id: &str, orders: &[(i64, Option<i64>)]| {
            let orders = orders.iter().copied().map(order).collect();
            Entry { returns: Some(Returns { since: None, orders }), ..Entry::listed(id) }
        };
        let index = PortfolioIndex::new(vec![
            with("1", &[(9, Some(10)), (3, Some(5)), (-1, Some(7)), (9, Some(2))]),
            with("2", &[(0, Some(1))]),
            with("3", &[(-1, Some(4))]),
        ]);
        let events = last_returns(&index, as_of).unwrap();
        let mut found: Vec<(String, &str)> =
            events.iter().map(|event| (event.uid.clone(), event.summary.as_str())).collect();
        found.sort();
        let uid = |text: &str| format!("returnable-{text}@vipmp");
        assert_eq!(
            found,
            [
                (uid("1-20261201"), "Last day to return: 1, 5 licences"),
                (uid("1-20261207"), "Last day to return: 1, 12 licences"),
                (uid("2-20261128"), "Last day to return: 2, 1 licence"),
            ]
        );
        assert!(events.iter().all(|event| event.uid.contains(&event.day.format("%Y%m%d").to_string())));
    }
}
