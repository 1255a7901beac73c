//! Parts of the local copy: cells and the detail pane show them at once, with their age, until the current ones are here.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use serde_json::Value;

use super::cells::{cells, show};
use crate::{
    model::{
        AutoChanged, CopyFacts, CopyTotals, Coverage, Customer, CustomerRenewal, DatedRenewal, Priority,
        ReturnableOrder, Returns, SubscriptionList, ToOrder, format_date,
    },
    source::{CopyOrigin, Fetched, HeldParts, Origin},
    tui::app::{
        Effect, Message, Remote, Ticket,
        stage::{Portfolio, Stage, answer_view_with, fetched, offline, whole},
    },
};

/// What a copy read three hours ago holds of the stage's customers.
fn held(stage: &Stage, record: &Value, keeps_contacts: bool) -> HeldParts {
    let origin = Origin {
        at: stage.now.wall - TimeDelta::hours(3),
        elapsed: Duration::ZERO,
        exchange: None,
        copy: Some(CopyOrigin { keeps_contacts }),
    };
    let record = Customer::from_slice(record.to_string().as_bytes()).unwrap();
    let list =
        br#"{"totalCount": 1, "items": [{"subscriptionId": "1", "currentQuantity": 7, "status": "1000"}]}"#;
    let list = SubscriptionList::from_slice(list).unwrap();
    HeldParts {
        record: Some(Fetched { value: Arc::new(record), origin: origin.clone() }),
        subscriptions: Some(Fetched { value: Arc::new(list), origin }),
        facts: CopyFacts::default(),
        note: None,
    }
}

/// A stage on a view with one customer, whose record the copy holds with another town.
fn on_view(keeps_contacts: bool) -> Stage {
    let mut stage = Stage::ready(160, 45);
    stage.keys("v down enter");
    let mut old = Portfolio::record("0");
    old["companyProfile"]["address"]["city"] = "Altenhafen".into();
    if !keeps_contacts {
        old["companyProfile"].as_object_mut().unwrap().remove("contacts");
    }
    let (coverage, parts) = (whole(&stage), held(&stage, &old, keeps_contacts));
    answer_view_with(&mut stage, &["Acme"], coverage, None, vec![parts]);
    stage
}

fn text(stage: &Stage) -> String {
    stage.app.detail.lines.iter().map(|line| line.text() + "\n").collect()
}

fn highlighted(stage: &Stage) -> Vec<String> {
    stage
        .app
        .detail
        .lines
        .iter()
        .filter(|line| line.is_new)
        .map(|line| line.text().trim().to_owned())
        .collect()
}

/// Takes the request for the record.
fn record_request(stage: &mut Stage) -> Ticket {
    let place = stage.pending.iter().position(|effect| matches!(effect, Effect::LoadRecord(..)));
    let Effect::LoadRecord(ticket, ..) = stage.pending.remove(place.unwrap()) else { unreachable!() };
    ticket
}

/// Answers the request for the record.
fn answer_record(stage: &mut Stage, answer: &Value) {
    let ticket = record_request(stage);
    let record = Customer::from_slice(answer.to_string().as_bytes()).unwrap();
    stage.send(Message::Record(ticket, fetched(record)));
}

#[test]
fn the_copy_is_shown_at_once_and_what_the_current_record_changes_is_highlighted() {
    let mut stage = on_view(true);
    assert!(text(&stage).contains("Altenhafen"), "before anything is asked: {}", text(&stage));
    let note = stage.app.detail.copy_note().unwrap();
    assert_eq!((stage.now.wall - note.held.at, note.is_loading), (TimeDelta::hours(3), true));
    assert_eq!(highlighted(&stage), Vec::<String>::new());
    stage.pass(200);
    answer_record(&mut stage, &Portfolio::record("0"));
    assert_eq!(stage.app.detail.copy_note(), None);
    let changed = highlighted(&stage);
    assert!(!changed.is_empty() && changed.iter().all(|line| line.contains("Lindenhafen")), "{changed:?}");
    stage.pass(4_900);
    assert_eq!(highlighted(&stage), changed);
    stage.pass(200);
    assert_eq!(highlighted(&stage), Vec::<String>::new());
}

#[test]
fn a_record_that_has_not_changed_is_not_highlighted() {
    let mut stage = on_view(true);
    stage.pass(200);
    let mut same = Portfolio::record("0");
    same["companyProfile"]["address"]["city"] = "Altenhafen".into();
    answer_record(&mut stage, &same);
    assert_eq!((highlighted(&stage), stage.app.detail.copy_note()), (Vec::new(), None));
}

#[test]
fn a_copy_is_never_taken_for_the_current_state() {
    let mut stage = on_view(true);
    stage.pass(200);
    let ticket = record_request(&mut stage);
    stage.send(Message::Record(ticket, Err(Box::new(offline("no route")))));
    assert!(text(&stage).contains("Altenhafen"));
    assert!(!stage.app.detail.copy_note().unwrap().is_loading, "it is all there is for now");
    // The source of the screen answers with the copy itself where the API is out of reach.
    stage.key("r");
    stage.pass(200);
    let ticket = record_request(&mut stage);
    let parts = held(&stage, &Portfolio::record("0"), true);
    let record = parts.record.unwrap();
    let value = (*record.value).clone();
    stage.send(Message::Record(ticket, Ok(Box::new(Fetched { value, origin: record.origin }))));
    assert!(matches!(stage.app.detail.customer, Remote::Ready(_)));
    assert!(!stage.app.detail.copy_note().unwrap().is_loading);
    assert_eq!(highlighted(&stage), Vec::<String>::new(), "a copy is no news");
}

#[test]
fn cells_of_a_view_come_from_the_copy_without_any_request() {
    let mut stage = on_view(true);
    show(&mut stage, "city");
    show(&mut stage, "quantity");
    stage.pass(1_000);
    assert_eq!((cells(&stage, "city", 1), cells(&stage, "quantity", 1)), (texts("Altenhafen"), texts("7 ?")));
    let for_cells = |effect: &&Effect| {
        matches!(
            effect,
            Effect::LoadRecord(_, _, Priority::Prefetch)
                | Effect::LoadSubscriptions(_, _, Priority::Prefetch)
        )
    };
    assert_eq!(stage.pending.iter().find(for_cells), None);
    answer_record(&mut stage, &Portfolio::record("0"));
    assert_eq!(cells(&stage, "city", 1), texts("Lindenhafen"), "the current record is the better one");
}

#[test]
fn contacts_that_the_copy_leaves_out_are_not_said_to_be_missing() {
    let mut stage = on_view(false);
    stage.keys("enter right");
    assert_eq!(text(&stage).trim(), "Contacts are left out of the local copy.");
    show(&mut stage, "admin-email");
    show(&mut stage, "city");
    assert_eq!(
        (cells(&stage, "admin-email", 1), cells(&stage, "city", 1)),
        (texts("?"), texts("Altenhafen"))
    );
    stage.pass(200);
    answer_record(&mut stage, &Portfolio::record("0"));
    assert_eq!(cells(&stage, "admin-email", 1), texts("ada.muster@example.com"));
    assert!(text(&stage).contains("ada.muster@example.com"));
}

fn texts(one: &str) -> Vec<String> {
    vec![one.to_owned()]
}

#[test]
fn what_the_copy_knows_alone_is_in_columns_and_a_customer_that_is_gone_looks_so() {
    let mut stage = Stage::ready(160, 45);
    stage.keys(":").typed("view gone").key("enter");
    let coverage = whole(&stage);
    let known = CopyFacts {
        gone_at: Some("2026-11-12T08:00:00Z".parse().unwrap()),
        totals: Some(CopyTotals { seats: 1_025, ..CopyTotals::default() }),
        to_order: Some(ToOrder { licences: 7, order_by: "2026-11-20".parse().ok() }),
        ..CopyFacts::default()
    };
    let parts = [known, CopyFacts::default()].map(|facts| HeldParts { facts, ..HeldParts::default() });
    answer_view_with(&mut stage, &["Acme", "Zeta"], coverage, None, parts.to_vec());
    assert_eq!(cells(&stage, "gone-at", 2), ["12 Nov 2026", "—"]);
    assert_eq!(cells(&stage, "status", 2), ["Gone", "● Active"]);
    show(&mut stage, "seats");
    assert_eq!(cells(&stage, "seats", 2), ["1,025", "…"], "not known is not none");
    assert!(text(&stage).contains("Gone since 12 Nov 2026"), "{}", text(&stage));
    show(&mut stage, "to-order");
    assert_eq!(cells(&stage, "to-order", 2), ["7", "?"], "not every account may read them");
    show(&mut stage, "to-order-by");
    assert_eq!(cells(&stage, "to-order-by", 2), ["20 Nov 2026", "?"]);
    // The columns of the view are not those of live lists.
    let wanted = |stage: &Stage| stage.app.columns.wanted().map(|column| column.key).collect::<Vec<_>>();
    assert!(wanted(&stage).contains(&"gone-at"));
    stage.key("L");
    stage.answer();
    assert_eq!(wanted(&stage), ["company", "reseller-id", "customer-id", "status", "created", "reference"]);
    assert!(!text(&stage).contains("Gone since"));
}

#[test]
fn values_of_a_day_follow_the_day_and_another_date_than_a_renewal_looks_so() {
    let mut stage = Stage::ready(160, 45);
    stage.keys(":").typed("view all-customers").key("enter");
    let coverage = whole(&stage);
    let today = stage.now.today();
    let day = |days: i64| today + TimeDelta::days(days);
    let with = |renewal| CopyFacts {
        has_record: true,
        anniversary: Some(day(40)),
        totals: Some(CopyTotals { renewal, ..CopyTotals::default() }),
        ..CopyFacts::default()
    };
    let late = CustomerRenewal { late_since: Some(day(-5)), late_count: 1, ..CustomerRenewal::default() };
    let order = ReturnableOrder { until: day(1), licences: Some(7) };
    let returns = Returns { since: Some(day(-14)), orders: vec![order] };
    let renews = CustomerRenewal { dates: vec![DatedRenewal::on(day(3))], ..CustomerRenewal::default() };
    let known = [
        CopyFacts {
            returns: Some(returns),
            renewal_failed: Some(day(-8)),
            auto_changed: AutoChanged::On(day(-1)),
            ..with(renews)
        },
        CopyFacts {
            returns: Some(Returns { since: Some(day(-13)), orders: Vec::new() }),
            renewal_failed: Some(day(-6)),
            auto_changed: AutoChanged::Never,
            ..with(late)
        },
        with(CustomerRenewal::default()),
        CopyFacts { has_record: false, anniversary: None, ..with(CustomerRenewal::default()) },
    ];
    let parts = known.map(|facts| HeldParts { facts, ..HeldParts::default() });
    answer_view_with(&mut stage, &["Acme", "Beta", "Gamma", "Zeta"], coverage, None, parts.to_vec());
    let of = |stage: &Stage, key: &str| cells(stage, key, 4);
    let words = |days: i64| format_date(day(days));
    let next = [words(3), format!("({})", words(-5)), format!("({})", words(40)), "…".to_owned()];
    assert_eq!(of(&stage, "next-renewal"), next, "without its record, the anniversary is not known");
    assert_eq!(of(&stage, "renewal-basis"), ["subscription", "late", "anniversary", "…"]);
    assert_eq!(of(&stage, "days-left"), ["3", "-5", "—", "—"]);
    assert_eq!(of(&stage, "change-by"), [words(0), "—".to_owned(), "—".to_owned(), "—".to_owned()]);
    assert_eq!(of(&stage, "renewal-state"), ["early", "late", "—", "—"]);
    assert_eq!(of(&stage, "returnable"), ["7", "?", "?", "?"], "what was not read is not none");
    let unknown = || "?".to_owned();
    assert_eq!(of(&stage, "renewal-failed"), [words(-8), unknown(), unknown(), unknown()]);
    assert_eq!(of(&stage, "auto-changed"), [words(-1), "—".to_owned(), unknown(), unknown()]);
    assert_eq!(of(&stage, "scheduled"), ["0", "0", "0", "0"]);
    stage.now.wall += TimeDelta::days(1);
    assert_eq!(of(&stage, "days-left")[0], "3");
    stage.send(Message::Wake);
    assert_eq!(of(&stage, "days-left"), ["2", "-6", "—", "—"], "the copy was not read again");
    assert_eq!(of(&stage, "renewal-state"), ["locked", "late", "—", "—"]);
    assert_eq!(
        of(&stage, "returnable"),
        ["7", "0", "?", "?"],
        "the orders of the day before are known by now"
    );
    assert_eq!(of(&stage, "renewal-failed")[1], words(-6));
    stage.now.wall += TimeDelta::days(1);
    stage.send(Message::Wake);
    assert_eq!(of(&stage, "returnable"), ["0", "0", "?", "?"]);
    assert_eq!(of(&stage, "returnable-until")[0], "—");
    let mut configured = stage.app.session.configuration.clone();
    configured.portfolio.change_margin_days = 0;
    stage.send(Message::Configured(Ok(Box::new(configured))));
    assert_eq!(
        (of(&stage, "renewal-state")[0].as_str(), of(&stage, "change-by")[0].clone()),
        ("early", words(3))
    );
}

#[test]
fn a_record_that_was_read_before_the_api_went_away_is_not_current_until_it_is_back() {
    let mut stage = on_view(true);
    stage.pass(200);
    answer_record(&mut stage, &Portfolio::record("0"));
    assert_eq!(stage.app.detail.copy_note(), None);
    let parts = held(&stage, &Portfolio::record("0"), true);
    let again = |stage: &mut Stage, offline_since| {
        stage.send(Message::PortfolioChanged);
        let coverage = Coverage { offline_since, ..whole(stage) };
        answer_view_with(stage, &["Acme"], coverage, None, vec![parts.clone()]);
    };
    let now = stage.now.wall.to_utc();
    again(&mut stage, Some(now));
    let note = stage.app.detail.copy_note().unwrap();
    assert!(!note.is_loading, "nothing better is on its way");
    again(&mut stage, None);
    stage.pass(200);
    assert!(stage.app.detail.copy_note().unwrap().is_loading, "it is asked for again by itself");
    answer_record(&mut stage, &Portfolio::record("0"));
    assert_eq!(stage.app.detail.copy_note(), None);
}
