//! The comparison of marked customers.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use serde_json::json;

use super::{SIZES, at_each_size, buffer, lines, screen};
use crate::{
    model::{CopyFacts, Customer, RecordKey, SubscriptionList, ToOrder},
    source::{CopyOrigin, Fetched, HeldParts, Origin},
    tui::{
        app::{
            Effect, Message,
            stage::{Portfolio, Stage, answer_view_with, fetched, offline, whole},
        },
        ui::Theme,
    },
};

/// Returns a stage on which four customers are compared, each with facts of its own.
fn compared(width: u16, height: u16) -> Stage {
    let mut stage = Stage::ready(width, height);
    // The first one's record is here already, with the stage's facts.
    stage.keys("down space space space space =");
    let segments = ["COM", "EDU", "COM", "GOV"];
    let names = ["Acme Print GmbH", "Blå Havn Studio AS", "株式会社 あさぎり", "Zwölfeichen KG"];
    let (mut records, mut lists) = (0, 0);
    for effect in stage.pending.clone() {
        let answer = match &effect {
            Effect::LoadRecord(ticket, RecordKey::Link(link), _) => {
                let mut body = Portfolio::record(link.uri.rsplit('/').next().unwrap());
                body["companyProfile"]["marketSegment"] = segments[records].into();
                body["companyProfile"]["companyName"] = names[records].into();
                if records == 1 {
                    body["benefits"] = json!([]);
                    body["discounts"] = json!([{"offerType": "LICENSE", "level": "04"}]);
                }
                records += 1;
                Message::Record(*ticket, fetched(Customer::from_slice(body.to_string().as_bytes()).unwrap()))
            }
            Effect::LoadSubscriptions(ticket, ..) => {
                let body = json!({"items": [
                    {"subscriptionId": "1", "offerId": "65304479CA01A12", "currentQuantity": 25, "status": "1000",
                     "autoRenewal": {"enabled": lists != 1}, "renewalDate": "2026-12-07"},
                    {"subscriptionId": "2", "offerId": format!("6532265{lists}CAT1A12"), "status": "1000",
                     "currentQuantity": 4_000, "autoRenewal": {"enabled": true}, "renewalDate": "2026-12-07"}]});
                lists += 1;
                let list = SubscriptionList::from_slice(body.to_string().as_bytes()).unwrap();
                Message::Subscriptions(*ticket, fetched(list))
            }
            other => panic!("{other:?}"),
        };
        stage.settle(&effect, answer);
    }
    stage
}

#[test]
fn four_customers_side_by_side() {
    at_each_size("compare", compared);
}

#[test]
fn only_the_differences() {
    at_each_size("compare_differences", |width, height| {
        let mut stage = compared(width, height);
        stage.keys("right right d");
        stage
    });
}

#[test]
fn parts_on_their_way_and_parts_that_failed() {
    at_each_size("compare_failed", |width, height| {
        let mut stage = Stage::ready(width, height);
        stage.keys("down space space =");
        let effect = stage.pending[0].clone();
        stage.fail_one(&effect, offline("the connection was reset"));
        stage.pass(1_250);
        stage
    });
}

#[test]
fn facts_of_the_local_copy_without_the_api() {
    at_each_size("compare_copy", |width, height| {
        let mut stage = Stage::ready(width, height);
        stage.keys("v down enter");
        let parts = (0..2).map(|id| held(&stage, id)).collect();
        let coverage = whole(&stage);
        answer_view_with(&mut stage, &["Acme", "Birch"], coverage, None, parts);
        stage.keys("space space =");
        stage.fail(&offline("the connection was reset"));
        stage
    });
}

/// Returns the parts of a customer that a copy without contacts read two days ago, or three hours ago.
fn held(stage: &Stage, id: i64) -> HeldParts {
    let origin = Origin {
        at: stage.now.wall - TimeDelta::hours(if id == 0 { 48 } else { 3 }),
        elapsed: Duration::ZERO,
        exchange: None,
        copy: Some(CopyOrigin { keeps_contacts: false }),
    };
    let record = Customer::from_slice(Portfolio::record(&id.to_string()).to_string().as_bytes()).unwrap();
    let items = json!([{"subscriptionId": "1", "offerId": "65304479CA01A12", "currentQuantity": 25 + id,
        "status": "1000", "autoRenewal": {"enabled": true}, "renewalDate": "2026-12-07"}]);
    let body = json!({"totalCount": 1 + id, "items": items}).to_string();
    let list = SubscriptionList::from_slice(body.as_bytes()).unwrap();
    HeldParts {
        record: Some(Fetched { value: Arc::new(record), origin: origin.clone() }),
        subscriptions: Some(Fetched { value: Arc::new(list), origin }),
        facts: CopyFacts {
            to_order: Some(ToOrder {
                licences: id * 3,
                order_by: "2026-12-03".parse().ok().filter(|_| id > 0),
            }),
            ..CopyFacts::default()
        },
        note: None,
    }
}

#[test]
fn differences_can_be_told_in_ascii_and_without_colours() {
    for (width, height) in SIZES {
        let stage = compared(width, height);
        let ascii = lines(&buffer(&stage, Theme::monochrome().in_ascii()));
        let marked = |line: &str, sign: &str, label: &str| line.contains(&format!("{sign} {label}"));
        assert!(ascii.lines().any(|line| marked(line, "#", "Segment")), "{ascii}");
        assert!(ascii.lines().any(|line| marked(line, " ", "Status")), "{ascii}");
        assert!(ascii.contains("rows differ"));
        let usual = screen(&stage);
        assert!(usual.lines().any(|line| marked(line, "≠", "Segment")), "{usual}");
    }
}
