//! The comparison of marked customers: what it loads and shows, and answers that come when nobody awaits them any more.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    model::{CopyFacts, Customer, Priority, RecordKey, Row, SubscriptionList, ToOrder},
    source::{CopyOrigin, Fetched, HeldCustomer, HeldParts, Origin},
    tui::{
        action::Action,
        app::{
            Effect, Message, Overlay, Piece,
            compare::{ComparedRow, Verdict},
            overlays::DialogView,
            stage::{Portfolio, Stage, answer_view_with, fetched, offline, whole},
        },
    },
};

/// Proves that a key of the comparison does what its help says.
pub(super) fn prove(action: Action, key: &str) {
    let mut stage = compared(60, 20, 4);
    match action {
        Action::OnlyDifferences => {
            assert!(text(&stage).contains("Status"));
            stage.key(key);
            assert!(!text(&stage).contains("Status") && text(&stage).contains("Customer ID"));
            stage.key(key);
            assert!(text(&stage).contains("Status"));
        }
        Action::CompareLeft | Action::CompareRight => {
            assert_eq!(view(&stage).right, "‹ 1–2 of 4 ›");
            stage.keys("right right right").key(key);
            let expected =
                if action == Action::CompareLeft { "‹ 2–3 of 4 ›" } else { "‹ 3–4 of 4 ›" };
            assert_eq!(view(&stage).right, expected);
        }
        _ => {
            stage.asked.clear();
            stage.key(key);
            assert!(matches!(&stage.asked[..], [Effect::Copy(text)] if text.contains("\nStatus\t")));
        }
    }
}

/// A stage on which some customers are compared, and everything has arrived.
fn compared(width: u16, height: u16, customers: usize) -> Stage {
    let mut stage = Stage::ready(width, height);
    stage.keys(vec!["space"; customers].join(" ").as_str()).key("=");
    stage.answer();
    stage
}

fn view(stage: &Stage) -> DialogView {
    stage.app.overlay.as_ref().expect("a dialog").dialog().view(&stage.app)
}

/// Returns all lines of the dialog.
fn text(stage: &Stage) -> String {
    let view = view(stage);
    let lines = view.head.iter().chain(&view.body).chain(&view.foot);
    let text = |piece: &Piece| if let Piece::Text(_, text) = piece { text.clone() } else { String::new() };
    lines.map(|line| line.pieces.iter().map(text).collect::<String>() + "\n").collect()
}

/// Returns a row of the comparison.
fn row(stage: &Stage, label: &str) -> ComparedRow {
    let comparison = stage.app.comparison.as_ref().expect("a comparison");
    let rows = stage.app.compared_rows(comparison);
    rows.iter().find(|row| row.label == label).unwrap_or_else(|| panic!("{label} in {rows:?}")).clone()
}

/// Returns the facts of a row in words.
fn facts(stage: &Stage, label: &str) -> Vec<String> {
    row(stage, label).facts.iter().map(|fact| fact.text().into_owned()).collect()
}

/// Returns the ID that a request for a record is about.
fn id_of(key: &RecordKey) -> String {
    match key {
        RecordKey::Id(id) => id.clone(),
        RecordKey::Link(link) => link.uri.rsplit('/').next().unwrap_or_default().to_owned(),
    }
}

fn record(body: &Value) -> Customer {
    Customer::from_slice(body.to_string().as_bytes()).unwrap()
}

fn list(items: &Value) -> SubscriptionList {
    SubscriptionList::from_slice(json!({ "items": items }).to_string().as_bytes()).unwrap()
}

/// Answers every request with other facts for each customer: the segment and the seats.
fn answer_each(stage: &mut Stage) {
    for (place, effect) in stage.pending.clone().into_iter().enumerate() {
        let number = i64::try_from(place / 2).unwrap();
        let answer = match &effect {
            Effect::LoadRecord(ticket, key, _) => {
                let mut body = Portfolio::record(&id_of(key));
                body["companyProfile"]["marketSegment"] = if number == 0 { "COM" } else { "EDU" }.into();
                Message::Record(*ticket, fetched(record(&body)))
            }
            Effect::LoadSubscriptions(ticket, ..) => {
                let items = json!([{"subscriptionId": "1", "offerId": "65304479CA01A12", "status": "1000",
                    "currentQuantity": 10 + number, "autoRenewal": {"enabled": number == 0},
                    "renewalDate": "2026-12-07"}]);
                Message::Subscriptions(*ticket, fetched(list(&items)))
            }
            other => panic!("{other:?}"),
        };
        stage.settle(&effect, answer);
    }
}

#[test]
fn two_to_four_marked_customers_can_be_compared() {
    let mut stage = Stage::ready(120, 30);
    let mut notice = |keys: &str| {
        stage.keys(keys);
        assert!(stage.app.overlay.is_none() && stage.pending.is_empty());
        stage.notice().to_owned()
    };
    assert_eq!(notice("="), "No customer is marked: Space marks two to four.");
    assert_eq!(notice("space ="), "One customer is marked: Space marks another.");
    assert_eq!(notice("space space space space ="), "Four at most can be compared: M lists the 5 marked.");
    stage.keys("M = space =");
    assert!(matches!(stage.app.overlay, Some(Overlay::Compare(_))), "from the list of marked rows too");
    stage.key("=");
    assert!(stage.app.overlay.is_none(), "the key that opens it closes it");
    stage.keys(":").typed("compare").key("enter");
    assert!(matches!(stage.app.overlay, Some(Overlay::Compare(_))));
}

#[test]
fn what_is_not_here_is_loaded_by_link_and_cells_say_so_until_it_is() {
    let mut stage = Stage::ready(120, 36);
    stage.keys("down space space =");
    let record =
        |effect: &&Effect| matches!(effect, Effect::LoadRecord(_, RecordKey::Link(_), Priority::Visible));
    let subscriptions = |effect: &&Effect| matches!(effect, Effect::LoadSubscriptions(..));
    let count = |stage: &Stage| {
        (stage.pending.iter().filter(record).count(), stage.pending.iter().filter(subscriptions).count())
    };
    assert_eq!(count(&stage), (2, 2));
    assert_eq!(facts(&stage, "Segment"), ["…", "…"]);
    assert_eq!(facts(&stage, "Seats"), ["…", "…"]);
    assert_eq!(row(&stage, "Seats").verdict(), Verdict::Undecided);
    assert_eq!(row(&stage, "Status").verdict(), Verdict::Same, "the list entries say it");
    answer_each(&mut stage);
    assert_eq!(facts(&stage, "Segment"), ["Commercial", "Education"]);
    assert_eq!(facts(&stage, "Seats"), ["10", "11"]);
    assert_eq!(facts(&stage, "65304479CA01A12"), ["10 · auto-renews", "11 · auto-renewal off"]);
    assert_eq!(facts(&stage, "Next renewal"), ["7 Dec 2026"; 2]);
    assert_eq!(facts(&stage, "Lapsing seats"), ["0", "11"]);
    assert_eq!(facts(&stage, "Licences to order"), ["not known"; 2]);
    assert_eq!(facts(&stage, "Contacts"), ["Ada Muster, ada.muster@example.com"; 2]);
    let verdict = |label: &str| row(&stage, label).verdict();
    assert_eq!((verdict("Seats"), verdict("Country")), (Verdict::Different, Verdict::Same));
    stage.keys("esc =");
    assert!(stage.pending.is_empty(), "what has arrived is kept");
    assert_eq!(facts(&stage, "Seats"), ["10", "11"]);
}

#[test]
fn failures_are_told_in_place_and_a_key_retries() {
    let mut stage = Stage::ready(120, 36);
    stage.keys("down space space =");
    stage.fail(&offline("no route"));
    let told = text(&stage);
    let of_all = told.lines().filter(|line| line.starts_with("! Offline: ")).count();
    assert!(of_all == 1 && told.contains("[r] retry") && told.contains("incomplete"), "{told}");
    assert_eq!(facts(&stage, "Segment"), ["?", "?"]);
    stage.key("r");
    assert_eq!(stage.pending.len(), 4);
    let first = stage.pending[0].clone();
    stage.fail_one(&first, offline("no route"));
    let name = stage.app.marks.as_slice()[0].company_name.clone().unwrap();
    assert!(text(&stage).contains(&format!("! {name}: Offline: ")), "{}", text(&stage));
    stage.key("r");
    stage.answer();
    assert_eq!(facts(&stage, "Segment"), ["Commercial", "Commercial"]);
    assert!(!text(&stage).contains('!'), "{}", text(&stage));
}

#[test]
fn the_next_step_of_a_failure_can_be_clicked() {
    let mut stage = Stage::ready(120, 36);
    stage.keys("down space space =");
    stage.fail(&offline("no route"));
    let view = view(&stage);
    let is_step = |line: &&super::super::ViewLine| {
        line.pieces.iter().any(|piece| matches!(piece, Piece::Text(_, text) if text.contains("[r] retry")))
    };
    let line = view.body.iter().position(|line| is_step(&line)).unwrap();
    let Piece::Text(_, words) = &view.body[line].pieces[0] else { panic!("text") };
    let column = crate::text::width(&words[..words.find("[r]").unwrap()]);
    let rows = view.rows();
    stage.click(rows.x + u16::try_from(column).unwrap() + 1, rows.y + u16::try_from(line).unwrap());
    assert_eq!(stage.pending.len(), 4, "{words}");
}

#[test]
fn the_record_of_another_customer_fills_no_cell() {
    let mut stage = Stage::ready(120, 36);
    stage.keys("down space space =");
    let effect =
        stage.pending.iter().find(|effect| matches!(effect, Effect::LoadRecord(..))).cloned().unwrap();
    let Effect::LoadRecord(ticket, ..) = effect else { unreachable!() };
    stage.settle(&effect, Message::Record(ticket, fetched(record(&Portfolio::record("77")))));
    stage.answer();
    assert_eq!(facts(&stage, "Segment"), ["?", "Commercial"]);
    assert!(text(&stage).contains("leads to customer 77, this row is"), "{}", text(&stage));
}

#[test]
fn answers_after_it_was_closed_change_nothing_and_are_no_longer_asked_for() {
    let mut stage = Stage::ready(120, 36);
    stage.keys("down space space =");
    let asked = stage.pending.clone();
    stage.key("esc");
    assert!(stage.pending.is_empty(), "all are aborted: {:?}", stage.pending);
    // They were on their way already.
    for effect in &asked {
        stage.answer_one(effect);
    }
    assert!(stage.app.comparison.is_none() && stage.app.overlay.is_none());
    // Other marks, another comparison: it takes no answer of the first one.
    stage.keys("u end space up space =");
    for effect in &asked {
        stage.answer_one(effect);
    }
    assert_eq!(facts(&stage, "Segment"), ["…", "…"]);
    let ids = facts(&stage, "Customer ID");
    stage.answer();
    assert_eq!(facts(&stage, "Segment"), ["Commercial", "Commercial"]);
    assert_eq!(facts(&stage, "Customer ID"), ids);
}

#[test]
fn answers_arrive_behind_the_list_of_keys_and_another_account_ends_the_comparison() {
    let mut stage = Stage::ready(120, 36);
    stage.keys("down space space = ?");
    answer_each(&mut stage);
    stage.key("esc");
    assert_eq!(facts(&stage, "Seats"), ["10", "11"]);
    stage.key("r");
    let asked = stage.pending.clone();
    stage.app.switch_to(crate::account::AccountId::Demo);
    stage.send(Message::Wake);
    assert!(stage.app.comparison.is_none() && stage.app.overlay.is_none());
    for effect in &asked {
        stage.answer_one(effect);
    }
    assert!(stage.app.comparison.is_none());
}

#[test]
fn a_wait_is_shown_and_its_reason_too() {
    let mut stage = Stage::ready(120, 36);
    stage.keys("down space space =");
    assert_eq!(view(&stage).title, "Compare 2 customers");
    stage.pass(1_250);
    assert!(view(&stage).title.ends_with(" Compare 2 customers"), "{}", view(&stage).title);
    let ticket = super::super::stage::ticket_of(&stage.pending[0]).unwrap();
    let because = "503 Out of order.".to_owned();
    let reason = crate::api::WaitReason::Retry { number: 1, of: 3, because };
    let wait = crate::api::Wait { reason, time: Duration::from_secs(4) };
    stage.send(Message::Waiting(ticket, Some(wait)));
    assert!(view(&stage).title.ends_with("· retry 1 of 3 in 4 s"), "{}", view(&stage).title);
    stage.answer();
    assert_eq!(view(&stage).title, "Compare 2 customers");
    stage.pass(10_000);
    assert!(stage.is_still());
}

/// Returns the parts of a customer that a copy read three hours ago.
fn held(stage: &Stage, id: &str, seats: i64) -> HeldParts {
    let origin = Origin {
        at: stage.now.wall - TimeDelta::hours(3),
        elapsed: Duration::ZERO,
        exchange: None,
        copy: Some(CopyOrigin { keeps_contacts: false }),
    };
    let mut body = Portfolio::record(id);
    body["companyProfile"].as_object_mut().unwrap().remove("contacts");
    let items = json!([{"subscriptionId": "1", "offerId": "65304479CA01A12", "status": "1000",
        "currentQuantity": seats, "autoRenewal": {"enabled": true}}]);
    HeldParts {
        record: Some(Fetched { value: Arc::new(record(&body)), origin: origin.clone() }),
        subscriptions: Some(Fetched { value: Arc::new(list(&items)), origin }),
        facts: CopyFacts {
            to_order: Some(ToOrder { licences: seats, order_by: "2026-12-03".parse().ok() }),
            ..CopyFacts::default()
        },
        note: None,
    }
}

/// A stage on a view in which two customers are marked and compared, before any answer.
fn on_view() -> Stage {
    let mut stage = Stage::ready(120, 36);
    stage.keys("v down enter");
    let (coverage, parts) = (whole(&stage), vec![held(&stage, "0", 5), held(&stage, "1", 7)]);
    answer_view_with(&mut stage, &["Acme", "Birch"], coverage, None, parts);
    stage.keys("space space =");
    stage
}

#[test]
fn in_a_view_the_copy_is_shown_at_once_with_its_age_until_the_current_facts_are_here() {
    let mut stage = on_view();
    assert_eq!(facts(&stage, "Seats"), ["5", "7"]);
    assert_eq!(facts(&stage, "Licences to order"), ["5 · by 3 Dec 2026", "7 · by 3 Dec 2026"]);
    assert_eq!(facts(&stage, "Contacts"), ["left out of the local copy"; 2]);
    let told = text(&stage);
    assert!(told.contains("copy · 3 h ago") && told.contains("on their way"), "{told}");
    stage.pending.retain(|effect| !matches!(effect, Effect::LoadRows(..) | Effect::LoadCounts(..)));
    stage.answer();
    assert_eq!(facts(&stage, "Seats"), ["25", "25"]);
    assert_eq!(facts(&stage, "Contacts"), ["Ada Muster, ada.muster@example.com"; 2]);
    let told = text(&stage);
    assert!(!told.contains("copy") && told.contains("live"), "{told}");
}

#[test]
fn without_the_api_the_copy_stays_and_says_that_it_is_not_current() {
    let mut stage = on_view();
    stage.fail(&offline("no route"));
    assert_eq!(facts(&stage, "Seats"), ["5", "7"]);
    let told = text(&stage);
    assert!(told.contains("copy · 3 h ago") && told.contains("not the current state"), "{told}");
    assert!(told.contains("[r] retry"), "{told}");
}

#[test]
fn what_the_copy_holds_of_customers_on_other_pages_is_read_from_it() {
    let mut stage = on_view();
    stage.key("esc");
    let (coverage, parts) = (whole(&stage), vec![held(&stage, "0", 5)]);
    stage.key("r");
    answer_view_with(&mut stage, &["Acme"], coverage, None, parts);
    stage.key("=");
    let effect = stage.pending.iter().find(|effect| matches!(effect, Effect::LoadHeld(..))).cloned().unwrap();
    let Effect::LoadHeld(ticket, ids) = &effect else { unreachable!() };
    assert_eq!(ids, &["1"]);
    assert_eq!(facts(&stage, "Licences to order"), ["5 · by 3 Dec 2026", "…"]);
    let raw = json!({"customerId": "1", "status": "1000", "companyProfile": {"companyName": "Birch"}});
    let customer = HeldCustomer { row: Arc::new(Row::read(0, raw)), parts: held(&stage, "1", 9) };
    stage.settle(&effect, Message::Held(*ticket, Ok(Box::new(vec![customer]))));
    assert_eq!(facts(&stage, "Licences to order"), ["5 · by 3 Dec 2026", "9 · by 3 Dec 2026"]);
    assert_eq!(facts(&stage, "Seats"), ["5", "9"]);
    assert!(stage.app.comparison.as_ref().unwrap().waiting_since().is_some(), "current facts are coming");
}

#[test]
fn what_is_shown_is_copied_as_a_table_that_spreadsheets_do_not_calculate() {
    let mut portfolio = Portfolio::default();
    portfolio.lists[0][0]["companyProfile"]["companyName"] = "=1+2".into();
    let mut stage = Stage::ready_with(120, 36, portfolio);
    stage.keys("space space =");
    stage.fail(&offline("no route"));
    stage.asked.clear();
    stage.keys("d y");
    let [Effect::Copy(text)] = &stage.asked[..] else { panic!("{:?}", stage.asked) };
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split('\t').collect()).collect();
    assert!(lines.iter().all(|line| line.len() == 3), "{text}");
    assert!(text.lines().any(|line| line.starts_with("Customer ID\t")) && !text.contains("Status"), "{text}");
    assert!(!text.contains("\t=1+2"), "{text}");
    stage.send(Message::Copied(Ok("Copied to the clipboard".to_owned())));
    assert_eq!(stage.notice(), "Copied the comparison to the clipboard.");
}

#[test]
fn it_scrolls_with_keys_and_the_wheel_and_follows_the_size_of_the_screen() {
    let mut stage = compared(60, 20, 4);
    let end = view(&stage).max_top();
    assert!(end > 0);
    stage.wheel(true, 30, 10);
    assert_eq!(view(&stage).top, 3);
    stage.key("end");
    assert_eq!(view(&stage).top, end);
    stage.keys("right right");
    assert_eq!(view(&stage).right, "‹ 3–4 of 4 ›");
    stage.send(Message::Resize(160, 45));
    assert_eq!(view(&stage).right, "", "all fit");
    assert!(view(&stage).top <= view(&stage).max_top());
    stage.send(Message::Resize(60, 20));
    stage.key("left");
    assert_eq!(view(&stage).right, "‹ 2–3 of 4 ›");
}
