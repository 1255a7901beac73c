//! `vipmp today` and `vipmp renewals`: for people, as JSON and as a calendar.

use chrono::{NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::{
    scripted::Scripted,
    small_portfolio::{customer, small_api, staged},
};

/// Returns the day so many days from today.
fn day(days: i64) -> NaiveDate {
    Utc::now().date_naive() + TimeDelta::days(days)
}

/// Starts an API with four customers: one lapses in ten days, one renews in two, one renews in 31 and has a scheduled subscription,
/// and the subscriptions of the last are refused.
fn api() -> Scripted {
    let listed =
        || (1..=4).map(|number| customer(&number.to_string(), &format!("Company {number}"))).collect();
    small_api(listed, |path| {
        let list = |quantity: u64, auto: bool, days: i64| {
            let item = json!({"subscriptionId": "s", "offerId": "65304479CA01A12", "status": "1000",
                "currentQuantity": quantity, "autoRenewal": {"enabled": auto}, "renewalDate": day(days)});
            Some((200, json!({"totalCount": 1, "items": [item]}).to_string()))
        };
        match path {
            "/v3/customers/1/subscriptions" => list(12, false, 10),
            "/v3/customers/2/subscriptions" => list(30, true, 2),
            "/v3/customers/3/subscriptions" => {
                let item = |id: &str, status: &str| {
                    json!({"subscriptionId": id, "offerId": "65304479CA01A12", "status": status,
                        "currentQuantity": 7, "autoRenewal": {"enabled": true}, "renewalDate": day(31)})
                };
                let items = [item("s", "1000"), item("t", "1009")];
                Some((200, json!({"totalCount": 2, "items": items}).to_string()))
            }
            "/v3/customers/4/subscriptions" => {
                Some((404, json!({"code": "1116", "message": "not found"}).to_string()))
            }
            _ => None,
        }
    })
}

/// Returns the IDs in a list of the JSON.
fn ids(answer: &Value, key: &str) -> Vec<String> {
    let lists = answer["lists"].as_array().unwrap();
    let list = lists.iter().find(|list| list["key"] == key).unwrap();
    let customers = list["customers"].as_array().unwrap();
    assert_eq!(list["count"], customers.len());
    customers.iter().map(|customer| customer["customer_id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_lists_of_the_day_for_people_and_as_json() {
    let api = api();
    let stage = staged(&api);
    stage.run(["sync", "--keep"]).exits_with(5);
    let words = "details of 3 of 4 customers are known.";
    let printed = stage.run(["today"]).exits_with(5).warns(&[words]);
    assert!(!printed.out.contains("Late renewal"), "an empty list is left out: {}", printed.out);
    printed.prints(&[
        "Today · ",
        "Lapsing within 45 days: 1 customer, 12 lapsing seats\n",
        "       12  Company 1 · 1\n",
        "Renewals within 30 days: 2 customers, 30 seats to renew\n",
        "Auto-renewal can no longer be changed: 1 customer, 30 seats to renew\n",
    ]);
    let limited = stage.run(["today", "--limit", "1", "--partial"]).exits_with(0).warns(&[words]);
    limited
        .prints(&["  and 1 more; all of them: vipmp find 'renewal:today..30d' --sort=next-renewal,-seats\n"]);
    let named = stage.run(["today", "--limit", "1", "--partial", "--profile", "a"]).exits_with(0);
    named.prints(&[
        "  and 1 more; all of them: vipmp --profile 'a' find 'renewal:today..30d' --sort=next-renewal,-seats\n",
    ]);
    stage.run(["note", "3", "Wants a quote", "--follow-up", "today"]).exits_with(0);
    stage.run(["note", "2", "Later", "--follow-up", "tomorrow"]).exits_with(0);
    let answer = stage.run(["today", "--json", "--partial"]).exits_with(0).json();
    assert_eq!(ids(&answer, "follow-up"), ["3"], "tomorrow is not due");
    assert_eq!(ids(&answer, "scheduled"), ["3"]);
    assert_eq!(answer["date"], json!(day(0)));
    assert_eq!(ids(&answer, "lapsing"), ["1"]);
    assert_eq!(ids(&answer, "renewals"), ["2", "1"]);
    assert_eq!(ids(&answer, "locked"), ["2"]);
    assert_eq!(ids(&answer, "late"), Vec::<String>::new());
    let lapsing = answer["lists"].as_array().unwrap().iter().find(|list| list["key"] == "lapsing").unwrap();
    assert_eq!((&lapsing["amount"], &lapsing["unit"]), (&json!(12), &json!("lapsing seats")));
    assert_eq!((&lapsing["first_date"], &lapsing["may_match"]), (&json!(day(10)), &json!(1)));
    assert_eq!(lapsing["customers"][0]["date"], json!(day(10)));
}

/// Returns the summaries and the days of a calendar's events, as another library reads them.
fn events(written: &str) -> Vec<(String, String)> {
    use calcard::icalendar::{ICalendar, ICalendarProperty};
    let calendar = ICalendar::parse(written).expect("a calendar");
    let event = |part: &calcard::icalendar::ICalendarComponent| {
        let summary = part.property(&ICalendarProperty::Summary)?.values.first()?.as_text()?.to_owned();
        let start = part.property(&ICalendarProperty::Dtstart)?.values.first()?;
        let calcard::icalendar::ICalendarValue::PartialDateTime(start) = start else { return None };
        let (year, month, day) = (start.year?, start.month?, start.day?);
        Some((format!("{year:04}-{month:02}-{day:02}"), summary))
    };
    calendar.components.iter().filter_map(event).collect()
}

#[test]
fn the_deadlines_of_the_day_as_a_calendar() {
    let api = api();
    let stage = staged(&api);
    stage.run(["sync", "--keep"]).exits_with(5);
    stage.run(["note", "3", "Wants a quote", "--follow-up", "today"]).exits_with(0);
    stage.run(["note", "2", "Call", "--follow-up", "tomorrow"]).exits_with(0);
    let ics = ["today", "--output", "ics", "--alarm", "7"];
    let written = stage.run(ics).exits_with(5).warns(&["details of 3 of 4 customers are known."]).out;
    let expected = [
        (day(0), "Follow up: Company 3"),
        (day(1), "Follow up: Company 2"),
        (day(7), "Last day to change auto-renewal: Company 1, 12 seats lapse"),
        (day(28), "Last day to change auto-renewal: Company 3, 7 seats renew"),
    ];
    assert_eq!(events(&written), expected.map(|(day, summary)| (day.to_string(), summary.to_owned())));
    for uid in [
        "follow-up-3@vipmp".to_owned(),
        format!("change-by-1-{}@vipmp", day(10).format("%Y%m%d")),
        format!("change-by-3-{}@vipmp", day(31).format("%Y%m%d")),
    ] {
        assert_eq!(written.matches(&format!("\nUID:{uid}\r\n")).count(), 1, "{uid}: {written}");
    }
    assert_eq!(written.matches("BEGIN:VALARM").count(), 4);
    stage.run(["today", "--alarm", "7"]).exits_with(2).warns(&["--alarm needs --output ics"]);
    stage.run(["today", "--output", "ics", "--limit", "7"]).exits_with(2).warns(&["--limit is for lines"]);
}

#[test]
fn the_renewals_of_the_next_days_for_people_as_json_and_as_a_calendar() {
    use calcard::icalendar::{ICalendar, ICalendarProperty};
    let api = api();
    let stage = staged(&api);
    stage.run(["sync", "--keep"]).exits_with(5);
    let words = "details of 3 of 4 customers are known.";
    stage.run(["renewals"]).exits_with(5).warns(&[words]).prints(&[
        "in 2 days · auto-renewal can no longer be changed\n  Company 2 · 2: 30 seats renew\n",
        "in 10 days · early renewal possible\n  Company 1 · 1: 12 seats lapse\n",
    ]);
    let answer =
        stage.run(["renewals", "--within", "5w", "--output", "json", "--partial"]).exits_with(0).json();
    let found: Vec<(&str, &Value, &Value)> = answer["renewals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|renewal| (renewal["customer_id"].as_str().unwrap(), &renewal["days_left"], &renewal["lapsing"]))
        .collect();
    assert_eq!(
        found,
        [("2", &json!(2), &json!(0)), ("1", &json!(10), &json!(12)), ("3", &json!(31), &json!(0))]
    );
    let ics = ["renewals", "--within", "31d", "--output", "ics", "--alarm", "7", "--partial"];
    let written = stage.run(ics).exits_with(0).out;
    assert_eq!(
        written.matches('\n').count(),
        written.matches("\r\n").count(),
        "each line ends as RFC 5545 asks"
    );
    assert!(written.ends_with("END:VCALENDAR\r\n"), "{written}");
    let calendar = ICalendar::parse(&written).expect("a calendar");
    let summaries: Vec<&str> = calendar
        .components
        .iter()
        .filter_map(|part| part.property(&ICalendarProperty::Summary)?.values.first()?.as_text())
        .collect();
    assert_eq!(
        summaries,
        [
            "Renewal: Company 2, 30 seats renew",
            "Lapse: Company 1, 12 seats lapse",
            "Renewal: Company 3, 7 seats renew"
        ]
    );
    stage.run(["renewals", "id:3", "--within", "30d"]).exits_with(0).warns(&["No renewal until "]);
    stage.run(["renewals", "--alarm", "7"]).exits_with(2).warns(&["--alarm needs --output ics"]);
}
