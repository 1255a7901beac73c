//! `vipmp renewals`: the renewals of the next days, for a terminal, a mail, a script or a calendar.

use std::{process::ExitCode, sync::Arc};

use chrono::{Days, NaiveDate};
use clap::Args;
use serde_json::{Value, json};

use super::{
    deadlines::{DeadlineFormat, write_calendar},
    find_doubts::query_doubts,
    open::{details_doubt, list_doubts, open_to_read, print_age},
    views::read_query,
};
use crate::{
    calendar::CalendarEvent,
    cli::{
        Arguments,
        context::CommandContext,
        exit::{Failure, print, print_error, print_note},
        signals::run_until_signal,
    },
    model::{AsOf, RenewalState, format_date},
    portfolio::{CustomerRenewalDate, DatedConsumables, SeatLedger, UpcomingRenewals, load_index, upcoming},
    text,
};

/// The most days that can be looked ahead: five years, longer than any term.
const MOST_DAYS: u32 = 1_826;

/// The arguments of `vipmp renewals`.
#[derive(Debug, Clone, Args)]
pub struct RenewalsArgs {
    /// The customers, as in `vipmp find`; all of them if there is none
    #[arg(value_name = "QUERY")]
    pub query: Vec<String>,

    /// Begin with the query of this view
    #[arg(long, value_name = "NAME")]
    pub view: Option<String>,

    /// Look so far ahead: days or weeks, such as 30d or 6w
    #[arg(long, value_name = "TIME", default_value = "30d", value_parser = read_days)]
    pub within: u32,

    /// Output format: table, json or ics, a calendar
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub output: DeadlineFormat,

    /// In a calendar, remind at 9 o'clock so many days before
    #[arg(long, value_name = "DAYS")]
    pub alarm: Option<u8>,

    /// Exit with 0 although the result rests on part of the portfolio
    #[arg(long)]
    pub partial: bool,
}

/// Reads a number of days such as `30d`, `6w` or `30`.
fn read_days(text: &str) -> Result<u32, String> {
    let forms = || format!("write days or weeks, such as 30d or 6w, up to {MOST_DAYS}d");
    let (number, unit) = match text.strip_suffix(['d', 'w']) {
        Some(number) if text.ends_with('w') => (number, 7),
        Some(number) => (number, 1),
        None => (text, 1),
    };
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let days = number.parse::<u32>().ok().filter(|_| is_number).and_then(|number| number.checked_mul(unit));
    days.filter(|days| *days <= MOST_DAYS).ok_or_else(forms)
}

/// Prints the renewals.
pub(in crate::cli) async fn renewals(
    wanted: &RenewalsArgs,
    arguments: &Arguments,
    context: &CommandContext,
) -> ExitCode {
    run_until_signal(context, run(wanted, arguments, context), || ()).await
}

async fn run(wanted: &RenewalsArgs, arguments: &Arguments, context: &CommandContext) -> Result<(), Failure> {
    wanted.output.check_alarm(wanted.alarm)?;
    let query = read_query(&wanted.query, wanted.view.as_deref(), arguments, context)?;
    let as_of = query.as_of;
    let last = as_of.today.checked_add_days(Days::new(wanted.within.into())).unwrap_or(NaiveDate::MAX);
    let copy = open_to_read(arguments, context).await?;
    let (names, of_rows) = (Arc::clone(&copy.names), query.clone());
    let read = copy.read(move |store| {
        let (index, held) = load_index(store, &names)?;
        let ledger = SeatLedger::read(store, &index, &names)?;
        Ok((upcoming(&index, &ledger, &of_rows, as_of.today..=last), held, index.history()))
    });
    let (found, held, history) = read.await?;
    let UpcomingRenewals { renewals, customers, with_subscriptions, unknown } = found;
    match wanted.output {
        DeadlineFormat::Table => lines(&renewals, as_of).iter().try_for_each(|line| print(line))?,
        DeadlineFormat::Json => {
            print(&serde_json::to_string_pretty(&as_json(&renewals, as_of, last)).unwrap_or_default())?;
        }
        DeadlineFormat::Ics => {
            let events: Vec<CalendarEvent> = renewals.iter().map(|renewal| event(renewal, as_of)).collect();
            write_calendar("Renewals (vipmp)", &events, wanted.alarm)?;
        }
    }
    print_age(&held);
    if renewals.is_empty() {
        print_note(&format!("No renewal until {}.", format_date(last)));
    }
    let mut doubts: Vec<String> = copy.doubt.into_iter().chain(list_doubts(&held)).collect();
    doubts.extend(details_doubt(with_subscriptions, customers));
    doubts.extend(query_doubts(&query, unknown, &held, history, context));
    for doubt in &doubts {
        print_error(doubt);
    }
    if doubts.is_empty() || wanted.partial { Ok(()) } else { Err(Failure::Partial) }
}

/// Returns the renewals as lines for people, under a heading for each day.
fn lines(renewals: &[CustomerRenewalDate], as_of: AsOf) -> Vec<String> {
    let mut lines = Vec::new();
    let mut day = None;
    for renewal in renewals {
        if day != Some(renewal.seats.day) {
            day = Some(renewal.seats.day);
            if !lines.is_empty() {
                lines.push(String::new());
            }
            lines.push(day_heading(renewal.seats.day, as_of));
        }
        let company = renewal.company.as_deref().unwrap_or("(no name)");
        lines.push(format!(
            "  {} · {}: {}",
            text::clean(company),
            text::clean(&renewal.customer_id),
            seats_in_words(renewal)
        ));
    }
    lines
}

/// Returns a day with how far away it is, and what can still be done.
fn day_heading(day: NaiveDate, as_of: AsOf) -> String {
    let left = match (day - as_of.today).num_days() {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        days => format!("in {days} days"),
    };
    let state = RenewalState::of_date(day, as_of.today, as_of.change_margin);
    let state = state.words().filter(|_| state != RenewalState::Today);
    let state = state.map(|words| format!(" · {words}")).unwrap_or_default();
    format!("{} · {left}{state}", format_date(day))
}

/// Returns what becomes of the seats and consumables, such as `12 seats renew, 3 seats lapse`.
fn seats_in_words(renewal: &CustomerRenewalDate) -> String {
    let seats = &renewal.seats;
    let about = if seats.is_approximate { "about " } else { "" };
    let DatedConsumables { renewing, lapsing, undecided } = seats.consumables;
    let parts = [
        (seats.renewing, about, "seat renews", "seats renew"),
        (seats.lapsing, "", "seat lapses", "seats lapse"),
        (seats.undecided, "", "seat undecided", "seats undecided"),
        (renewing, about, "consumable renews", "consumables renew"),
        (lapsing, "", "consumable lapses", "consumables lapse"),
        (undecided, "", "consumable undecided", "consumables undecided"),
    ];
    let parts = parts.into_iter().filter(|(count, ..)| *count > 0);
    let words =
        parts.map(|(count, about, one, more)| format!("{about}{}", text::pluralize(count, one, more)));
    let words = words.collect::<Vec<_>>().join(", ");
    // A renewal quantity of 0 may be fixed.
    if words.is_empty() { "nothing renews".to_owned() } else { words }
}

/// Returns a renewal as an event of a calendar.
fn event(renewal: &CustomerRenewalDate, as_of: AsOf) -> CalendarEvent {
    let CustomerRenewalDate { customer_id, company, reseller_id, seats } = renewal;
    let company = company.as_deref().unwrap_or(customer_id);
    let DatedConsumables { renewing, undecided, .. } = seats.consumables;
    let only_lapses = (seats.renewing, seats.undecided, renewing, undecided) == (0, 0, 0, 0);
    let kind = if only_lapses { "Lapse" } else { "Renewal" };
    let change_by = seats.day.checked_sub_days(Days::new(as_of.change_margin.into()));
    let change_by = match change_by {
        Some(day) if day >= as_of.today => {
            format!("\nAuto-renewal can be changed until {}", format_date(day))
        }
        Some(day) => format!("\nAuto-renewal could be changed until {}", format_date(day)),
        None => String::new(),
    };
    CalendarEvent {
        uid: format!("renewal-{customer_id}-{}@vipmp", seats.day.format("%Y%m%d")),
        day: seats.day,
        summary: format!("{kind}: {company}, {}", seats_in_words(renewal)),
        description: format!("Customer {customer_id}\nReseller {reseller_id}{change_by}"),
    }
}

/// Returns the renewals as JSON.
fn as_json(renewals: &[CustomerRenewalDate], as_of: AsOf, last: NaiveDate) -> Value {
    let one = |CustomerRenewalDate { customer_id, company, reseller_id, seats }: &CustomerRenewalDate| {
        json!({
            "date": seats.day,
            "days_left": (seats.day - as_of.today).num_days(),
            "state": RenewalState::of_date(seats.day, as_of.today, as_of.change_margin).code(),
            "customer_id": customer_id,
            "company": company,
            "reseller_id": reseller_id,
            "renewing": seats.renewing,
            "renewing_is_approximate": seats.is_approximate,
            "lapsing": seats.lapsing,
            "undecided": seats.undecided,
            "consumables_renewing": seats.consumables.renewing,
            "consumables_lapsing": seats.consumables.lapsing,
            "consumables_undecided": seats.consumables.undecided,
        })
    };
    let renewals: Vec<Value> = renewals.iter().map(one).collect();
    json!({ "from": as_of.today, "to": last, "renewals": renewals })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portfolio::DatedSeats;

    fn renewal(day: &str, renewing: u64, lapsing: u64, undecided: u64) -> CustomerRenewalDate {
        let day = day.parse().unwrap();
        CustomerRenewalDate {
            customer_id: "7".into(),
            company: Some("Acme".into()),
            reseller_id: "1".into(),
            seats: DatedSeats {
                day,
                renewing,
                lapsing,
                undecided,
                is_approximate: false,
                consumables: DatedConsumables::default(),
            },
        }
    }

    fn as_of() -> AsOf {
        AsOf { today: "2026-11-28".parse().unwrap(), change_margin: 3 }
    }

    #[test]
    fn days_and_weeks_are_read_and_nothing_else_is() {
        for (text, days) in [("30d", 30), ("6w", 42), ("0d", 0), ("14", 14), ("1826d", 1_826)] {
            assert_eq!(read_days(text), Ok(days), "{text}");
        }
        for text in ["", "d", "-1d", "+1d", "1.5d", "30 d", "30m", "1827d", "99999999999w", "3ü"] {
            assert!(read_days(text).is_err(), "{text}");
        }
    }

    #[test]
    fn renewals_are_lines_below_their_days() {
        let renewals = [
            renewal("2026-11-28", 10, 0, 0),
            renewal("2026-11-29", 1, 2, 0),
            renewal("2026-11-29", 0, 0, 1_200),
            renewal("2026-12-20", 0, 5, 0),
        ];
        assert_eq!(
            lines(&renewals, as_of()),
            [
                "28 Nov 2026 · today",
                "  Acme · 7: 10 seats renew",
                "",
                "29 Nov 2026 · tomorrow · auto-renewal can no longer be changed",
                "  Acme · 7: 1 seat renews, 2 seats lapse",
                "  Acme · 7: 1,200 seats undecided",
                "",
                "20 Dec 2026 · in 22 days · early renewal possible",
                "  Acme · 7: 5 seats lapse",
            ]
        );
    }

    #[test]
    fn consumables_are_renewals_too() {
        let mut renewal = renewal("2026-12-20", 0, 0, 0);
        renewal.seats.consumables = DatedConsumables { renewing: 19_100, lapsing: 200, undecided: 0 };
        let words = "19,100 consumables renew, 200 consumables lapse";
        assert_eq!(lines(&[renewal.clone()], as_of())[1], format!("  Acme · 7: {words}"));
        assert_eq!(event(&renewal, as_of()).summary, format!("Renewal: Acme, {words}"));
        let answer = as_json(&[renewal], as_of(), as_of().today);
        assert_eq!(answer["renewals"][0]["consumables_renewing"], 19_100);
    }

    #[test]
    fn an_event_says_what_becomes_of_the_seats_and_until_when_that_can_be_changed() {
        let CalendarEvent { uid, summary, description, .. } =
            event(&renewal("2026-12-20", 10, 2, 0), as_of());
        assert_eq!(uid, "renewal-7-20261220@vipmp");
        assert_eq!(summary, "Renewal: Acme, 10 seats renew, 2 seats lapse");
        assert_eq!(description, "Customer 7\nReseller 1\nAuto-renewal can be changed until 17 Dec 2026");
        assert!(event(&renewal("2026-12-20", 0, 2, 0), as_of()).summary.starts_with("Lapse: Acme"));
        for (day, words) in
            [("2026-12-01", "can be changed until 28 Nov"), ("2026-11-30", "could be changed until 27 Nov")]
        {
            let CalendarEvent { description, .. } = event(&renewal(day, 10, 0, 0), as_of());
            assert!(description.contains(words), "{description}");
        }
    }
}
