//! Deadlines as a calendar that other programs import (RFC 5545): all-day events that block no time.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use icalendar::{Alarm, Calendar, Component as _, Event, EventLike as _, Property, Trigger};

use crate::text;

/// The hour of the local day at which an alarm goes off.
const ALARM_HOUR: i64 = 9;

/// An all-day event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarEvent {
    /// The ID, which is the same each time the deadline is exported, so that an import replaces the event.
    pub uid: String,
    /// The day.
    pub day: NaiveDate,
    /// The event in one line.
    pub summary: String,
    /// More about it, in lines.
    pub description: String,
}

/// Returns a calendar of these events as text, with an alarm so many days before each if one is wanted. `at` is the time at
/// which they were known.
pub fn to_text(name: &str, events: &[CalendarEvent], alarm_days: Option<u8>, at: DateTime<Utc>) -> String {
    let mut calendar = Calendar::empty();
    let properties = [("VERSION", "2.0"), ("PRODID", "-//vipmp//deadlines//EN"), ("CALSCALE", "GREGORIAN")];
    for (key, value) in properties {
        calendar.append_property(Property::new(key, value));
    }
    calendar.name(&text::clean(name));
    for event in events {
        calendar.push(to_event(event, alarm_days, at));
    }
    calendar.to_string()
}

fn to_event(event: &CalendarEvent, alarm_days: Option<u8>, at: DateTime<Utc>) -> Event {
    let summary = text::clean(&event.summary);
    let mut made = Event::new();
    made.uid(&event.uid).timestamp(at).starts(event.day).summary(&summary);
    // The end of an all-day event is the day after it.
    if let Some(next) = event.day.checked_add_days(Days::new(1)) {
        made.ends(next);
    }
    let lines: Vec<_> = event.description.lines().map(text::clean).collect();
    made.description(&lines.join("\n")).add_property("TRANSP", "TRANSPARENT");
    if let Some(days) = alarm_days {
        let before = TimeDelta::hours(ALARM_HOUR) - TimeDelta::days(days.into());
        // The library would give it an ID and a time of its own, so that no two exports are equal.
        let mut alarm = Alarm::display(&summary, Trigger::from(before));
        made.alarm(alarm.uid(&format!("alarm-{}", event.uid)).timestamp(at).done());
    }
    made
}

#[cfg(test)]
mod tests {
    use calcard::icalendar::{ICalendar, ICalendarComponentType, ICalendarProperty, ICalendarValue};

    use super::*;

    fn event(number: u32, summary: &str) -> CalendarEvent {
        CalendarEvent {
            uid: format!("renewal-{number}@vipmp"),
            day: NaiveDate::from_ymd_opt(2028, 2, 28 + number).unwrap(),
            summary: summary.to_owned(),
            description: "12 seats renew; 3 lapse\nCustomer 1000000001".to_owned(),
        }
    }

    fn at() -> DateTime<Utc> {
        "2026-11-28T08:00:00Z".parse().unwrap()
    }

    /// Reads a calendar with another library; returns each event's value of a property.
    fn read(calendar: &str, property: &ICalendarProperty) -> Vec<String> {
        let read = ICalendar::parse(calendar).expect("a calendar");
        let events =
            read.components.iter().filter(|part| part.component_type == ICalendarComponentType::VEvent);
        let value = |part: &calcard::icalendar::ICalendarComponent| {
            let entry = part.entries.iter().find(|entry| entry.name == *property)?;
            entry.values.first()?.as_text().map(str::to_owned)
        };
        events.filter_map(value).collect()
    }

    #[test]
    fn another_library_reads_every_event_as_it_was_meant() {
        let names = [
            "Renewal: Acme, Ltd; 12 seats".to_owned(),
            format!("Renewal: {}", "株式会社 あさぎり ".repeat(20).trim_end()),
        ];
        let events: Vec<_> = (0..).zip(&names).map(|(number, name)| event(number, name)).collect();
        let calendar = to_text("Renewals of Emea", &events, None, at());
        assert_eq!(read(&calendar, &ICalendarProperty::Summary), names);
        assert_eq!(read(&calendar, &ICalendarProperty::Uid), ["renewal-0@vipmp", "renewal-1@vipmp"]);
        let description = "12 seats renew; 3 lapse\nCustomer 1000000001";
        assert_eq!(read(&calendar, &ICalendarProperty::Description), [description, description]);
        for line in [
            "DTSTART;VALUE=DATE:20280228\r\n",
            "DTEND;VALUE=DATE:20280229\r\n",
            "DTSTART;VALUE=DATE:20280229\r\n",
            "DTEND;VALUE=DATE:20280301\r\n",
            "DTSTAMP:20261128T080000Z\r\n",
            "TRANSP:TRANSPARENT\r\n",
        ] {
            assert!(calendar.contains(line), "{line:?}: {calendar}");
        }
        let longest = calendar.split("\r\n").map(str::len).max();
        assert!(longest <= Some(76), "{longest:?}: lines are folded");
    }

    #[test]
    fn nothing_in_a_name_begins_a_line_of_its_own() {
        let name = "A\r\nEND:VEVENT\nBEGIN:VALARM\u{1b}[31m";
        let calendar = to_text(name, &[event(0, name)], None, at());
        assert_eq!(calendar.matches("\r\nEND:VEVENT").count(), 1, "{calendar}");
        assert!(!calendar.contains('\u{1b}') && !calendar.replace("\r\n", "").contains('\n'), "{calendar:?}");
        assert_eq!(read(&calendar, &ICalendarProperty::Summary), [text::clean(name)]);
    }

    #[test]
    fn an_alarm_goes_off_in_the_morning_so_many_days_before() {
        for (days, hours) in [(0, 9), (1, 9 - 24), (3, 9 - 72)] {
            let calendar = to_text("x", &[event(0, "Renewal")], Some(days), at());
            let read = ICalendar::parse(&calendar).expect("a calendar");
            let alarm =
                read.components.iter().find(|part| part.component_type == ICalendarComponentType::VAlarm);
            let trigger = alarm.unwrap().property(&ICalendarProperty::Trigger).unwrap();
            let Some(ICalendarValue::Duration(duration)) = trigger.values.first() else {
                panic!("{trigger:?}")
            };
            assert_eq!(duration.as_seconds(), i64::from(hours) * 3_600, "{days}");
            assert_eq!(
                calendar,
                to_text("x", &[event(0, "Renewal")], Some(days), at()),
                "each export is the same"
            );
        }
    }
}
