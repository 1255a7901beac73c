//! The detail pane: when records are asked for, which answers count, tabs, orders in pages, links that lead elsewhere.

use std::sync::Arc;

use serde_json::json;

use crate::{
    model::{OrderPage, OrdersRequest, Priority, RecordKey, SubscriptionList},
    tui::app::{
        DetailSubject, Effect, Message, Pane, Remote, Tab,
        stage::{Portfolio, RESELLER, Stage, customer, fetched, offline, orders_of, ticket_of},
    },
};

fn text(stage: &Stage) -> String {
    stage.app.detail.lines.iter().map(|line| line.text() + "\n").collect()
}

#[test]
fn a_record_is_asked_for_once_the_selection_has_rested() {
    let mut stage = Stage::ready(120, 30);
    for _ in 0..5 {
        stage.key("j");
        stage.pass(50);
    }
    assert!(stage.pending.is_empty(), "not while the selection moves");
    stage.pass(80);
    let uri = format!("/v3/customers/{}", stage.selected_id().unwrap());
    assert!(
        matches!(&stage.pending[..], [Effect::LoadRecord(_, RecordKey::Link(link), _)] if link.uri == uri)
    );
    assert!(text(&stage).contains(stage.selected_id().unwrap()), "the row's own facts are there at once");
}

#[test]
fn a_record_that_is_no_longer_wanted_is_given_up_and_its_answer_dropped() {
    let mut stage = Stage::ready(120, 30);
    stage.key("j");
    stage.pass(150);
    let old = ticket_of(&stage.pending[0]).unwrap();
    let effects = stage.key("j");
    assert!(effects.contains(&Effect::Abort(old)));
    stage.send(Message::Record(old, fetched(customer(&Portfolio::record("1")))));
    assert_eq!(stage.app.detail.customer, Remote::Idle);
}

#[test]
fn a_record_seen_before_comes_from_the_cache() {
    let mut stage = Stage::ready(120, 30);
    stage.key("j");
    stage.pass(150);
    stage.answer().key("k");
    stage.pass(1_000);
    assert!(stage.pending.is_empty());
    assert!(matches!(stage.app.detail.customer, Remote::Ready(_)));
}

#[test]
fn nothing_is_asked_for_while_the_detail_is_not_on_the_screen() {
    let mut stage = Stage::ready(80, 24);
    stage.key("j");
    stage.pass(1_000);
    assert!(stage.pending.is_empty());
    stage.key("enter");
    assert!(matches!(stage.pending[..], [Effect::LoadRecord(_, RecordKey::Link(_), _)]));
}

#[test]
fn each_tab_asks_for_its_own_part_once() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("right right");
    assert!(matches!(stage.pending[..], [Effect::LoadSubscriptions(..)]));
    stage.answer().key("right");
    assert!(matches!(stage.pending[..], [Effect::LoadOrders(_, OrdersRequest::First { since: None, .. })]));
    stage.answer().keys("left left left right right");
    assert!(stage.pending.is_empty());
    assert!(text(&stage).contains("65304479CA01A12"));
}

#[test]
fn orders_come_page_by_page_as_one_scrolls() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("enter right right right").answer();
    assert_eq!(orders_of(&stage.app).len(), 100);
    stage.keys("end");
    assert!(
        matches!(&stage.pending[..], [Effect::LoadOrders(_, OrdersRequest::Next(link))] if link.uri == "/orders?offset=100")
    );
    stage.answer();
    assert_eq!(orders_of(&stage.app).len(), 130);
    stage.keys("end");
    assert!(stage.pending.is_empty(), "the last page has no next");
}

#[test]
fn further_orders_that_do_not_come_leave_those_that_are_here() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("enter right right right").answer();
    stage.keys("end");
    stage.fail(&offline("boom"));
    assert_eq!(orders_of(&stage.app).len(), 100);
    let shown = text(&stage).replace('\n', " ");
    assert!(
        shown.contains("100 of 130") && shown.contains("! Offline: could not reach"),
        "{}",
        &shown[..300]
    );
    stage.keys("r").answer();
    stage.keys("end").answer();
    assert_eq!(orders_of(&stage.app).len(), 130, "a refresh asks again");
}

#[test]
fn a_list_that_is_not_what_the_server_counts_says_so() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("right right");
    let effect = stage.pending[0].clone();
    let body = br#"{"totalCount": 9, "items": [{"subscriptionId": "a", "offerId": "65304479CA01A12"}]}"#;
    let list = fetched(SubscriptionList::from_slice(body).unwrap());
    stage.settle(&effect, Message::Subscriptions(ticket_of(&effect).unwrap(), list));
    let shown = text(&stage).replace('\n', " ");
    assert!(
        shown.contains("! This may not be all: the server counts 9 subscriptions but sent 1."),
        "{shown}"
    );
    stage.key("right");
    let effect = stage.pending[0].clone();
    let body = br#"{"totalCount": 1, "items": [{"orderId": "a"}, {"orderId": "b"}]}"#;
    let page = fetched(OrderPage::from_slice(body).unwrap());
    stage.settle(&effect, Message::Orders(ticket_of(&effect).unwrap(), page));
    let shown = text(&stage).replace('\n', " ");
    assert!(shown.contains("! This may not be all: the server counts 1 order but sent 2."), "{shown}");
}

#[test]
fn what_was_not_valid_in_the_row_is_told_beside_the_record() {
    let mut stage = Stage::ready(120, 30);
    let effect = stage
        .key("r")
        .into_iter()
        .find(|effect| matches!(effect, Effect::LoadRows(_, _, Priority::Visible)))
        .unwrap();
    let body = r#"{"totalCount": 1, "accounts": [{"customerId": "1", "companyProfile": {"companyName": "Acme \ud83d"}}]}"#;
    stage.portfolio.body = Some(Arc::new(|_| body.to_owned()));
    stage.answer_one(&effect);
    stage.portfolio.body = None;
    let words = "an invalid character (half a surrogate pair) was replaced with U+FFFD";
    let complaint = stage.app.table.shown().unwrap().complaint.clone().unwrap();
    assert_eq!(
        complaint,
        "The response was not what the API documents (row 1: companyProfile.companyName is damaged). 1 of 1 rows read."
    );
    stage.key("enter");
    stage.answer();
    let shown = text(&stage).replace('\n', " ");
    assert!(shown.contains("Not as documented") && shown.contains(words), "{shown}");
}

#[test]
fn orders_of_all_time_and_of_the_term_are_two_lists() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("enter right right right").answer();
    stage.key("t");
    let [Effect::LoadOrders(_, OrdersRequest::First { since, .. })] = &stage.pending[..] else {
        panic!("{:?}", stage.pending)
    };
    assert_eq!(since.unwrap().to_string(), "2026-11-23");
    stage.answer().key("t");
    assert!(stage.pending.is_empty(), "the term's orders are in the cache");
}

#[test]
fn a_link_that_leads_to_another_customer_is_told_with_the_key_for_the_own_record() {
    let mut portfolio = Portfolio::default();
    portfolio.lists[0][0]["links"]["self"]["uri"] = json!("/v3/customers/777");
    let mut stage = Stage::ready_with(120, 30, portfolio);
    let id = stage.selected_id().unwrap().to_owned();
    let warning = format!("! links.self leads to customer 777, this row is {id}.");
    let shown = text(&stage).replace('\n', " ");
    assert!(shown.contains(&warning) && shown.contains("[o]"), "{shown}");
    stage.key("o");
    assert!(matches!(&stage.pending[..], [Effect::LoadRecord(_, RecordKey::Id(asked), _)] if *asked == id));
    stage.answer();
    assert!(!text(&stage).contains("leads to"));
    stage.keys("enter esc");
    assert!(
        matches!(stage.app.detail.subject, Some(DetailSubject::Row(_))),
        "Esc goes back to the link's record"
    );
}

#[test]
fn a_customer_of_another_reseller_is_told() {
    let mut stage = Stage::ready(120, 30);
    stage.key("#");
    stage.typed("555").key("enter");
    let effect = stage.pending[0].clone();
    let mut record = Portfolio::record("555");
    record["resellerId"] = json!("1000400000");
    let ticket = ticket_of(&effect).unwrap();
    stage.settle(&effect, Message::Record(ticket, fetched(customer(&record))));
    assert_ne!(RESELLER, "1000400000");
    assert!(text(&stage).replace('\n', " ").contains("another reseller: 1000400000"));
}

#[test]
fn going_to_an_id_selects_its_row_where_it_is_on_the_page_else_asks_for_it() {
    let mut stage = Stage::ready(120, 30);
    stage.key("#");
    stage.typed("1000000507").key("enter");
    assert_eq!((stage.app.table.selected, stage.selected_id()), (7, Some("1000000507")));
    assert!(!stage.pending.iter().any(|effect| matches!(effect, Effect::LoadRecord(_, RecordKey::Id(_), _))));
    stage.key("#");
    stage.typed("4242").key("enter");
    assert!(matches!(stage.app.detail.subject, Some(DetailSubject::Id(_))));
    stage.answer();
    stage.key("esc");
    assert!(matches!(stage.app.detail.subject, Some(DetailSubject::Row(_))), "Esc goes back to the row");
    stage.key("#");
    stage.typed("no id").key("enter");
    assert!(stage.app.overlay.is_some(), "what is no id is refused in place");
}

#[test]
fn a_failed_record_keeps_the_rows_facts_and_can_be_tried_again() {
    let mut stage = Stage::ready(120, 30);
    stage.key("j");
    stage.pass(150);
    stage.fail(&offline("boom"));
    assert!(text(&stage).contains("boom") && text(&stage).contains(stage.selected_id().unwrap()));
    stage.pass(5_000);
    assert!(stage.pending.is_empty(), "not asked for again by itself");
    stage.key("r");
    stage.answer();
    assert!(matches!(stage.app.detail.customer, Remote::Ready(_)));
}

#[test]
fn an_unreadable_row_is_shown_raw_and_nothing_is_asked_for() {
    let mut portfolio = Portfolio::default();
    portfolio.lists[0] = vec![json!({"status": "1000", "surprise": 7})];
    let mut stage = Stage::ready_with(120, 30, portfolio);
    assert!(text(&stage).contains("no customerId"), "{}", text(&stage));
    stage.keys("enter left");
    assert_eq!(stage.app.detail.tab, Tab::Raw);
    assert!(text(&stage).contains("\"surprise\": 7"));
    stage.pass(1_000);
    assert!(stage.pending.is_empty());
}

#[test]
fn the_raw_tab_shows_every_field_as_sent() {
    let mut stage = Stage::ready(120, 30);
    stage.key("j");
    stage.pass(150);
    let effect = stage.pending[0].clone();
    let mut record = Portfolio::record("1");
    record["newField"] = json!({"deep": [1.50, "x"]});
    let ticket = ticket_of(&effect).unwrap();
    stage.settle(&effect, Message::Record(ticket, fetched(customer(&record))));
    stage.keys("enter left");
    assert!(text(&stage).contains("\"newField\": {") && text(&stage).contains("\"deep\": ["));
}

#[test]
fn lines_that_get_fewer_out_of_sight_take_the_scrolling_with_them() {
    let mut stage = Stage::ready(80, 24);
    stage.keys("enter left").answer();
    stage.keys("end r esc");
    assert!(stage.app.areas().detail.is_none() && stage.app.detail.top > 10);
    let effects = stage.pending.clone();
    for effect in
        effects.iter().filter(|effect| matches!(effect, Effect::LoadRecord(_, RecordKey::Link(_), _)))
    {
        let ticket = ticket_of(effect).unwrap();
        stage.settle(effect, Message::Record(ticket, fetched(customer(&json!({"customerId": "1"})))));
    }
    assert!(stage.app.detail.top < stage.app.detail.lines.len());
}

#[test]
fn escape_stops_a_record_that_does_not_come() {
    let mut stage = Stage::ready(120, 30);
    stage.key("j");
    stage.pass(130);
    stage.keys("enter esc");
    assert_eq!(
        (stage.notice(), stage.app.screen.focus),
        ("", Pane::Table),
        "a wait that is not visible yet is not stopped"
    );
    stage.pass(400);
    stage.key("enter");
    let ticket = ticket_of(&stage.pending[0]).unwrap();
    let effects = stage.key("esc");
    assert!(effects.contains(&Effect::Abort(ticket)));
    assert_eq!(stage.notice(), "Stopped.");
    stage.pass(10_000);
    assert!(stage.is_still());
}

#[test]
fn the_other_terms_orders_stay_while_these_are_loading_and_escape_goes_back_to_them() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("enter right right right").answer();
    stage.key("t");
    assert!(text(&stage).replace('\n', " ").contains("of the current term"));
    stage.pass(400);
    stage.key("esc");
    assert!(!stage.app.detail.all_orders && matches!(stage.app.detail.orders, Remote::Ready(_)));
    stage.pass(5_000);
    assert!(stage.pending.is_empty());
}

#[test]
fn the_detail_can_be_stopped_and_left_from_the_table_too() {
    let mut stage = Stage::ready(120, 30);
    stage.key("j");
    stage.pass(600);
    stage.key("esc");
    assert_eq!((stage.notice(), stage.pending.len()), ("Stopped.", 0));
    let mut portfolio = Portfolio::default();
    portfolio.lists[0][0]["links"]["self"]["uri"] = json!("/v3/customers/777");
    let mut own = Stage::ready_with(120, 30, portfolio);
    own.key("o");
    own.answer().key("esc");
    assert!(matches!(own.app.detail.subject, Some(DetailSubject::Row(_))));
}

#[test]
fn a_history_whose_rest_could_not_be_loaded_is_asked_for_again() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("enter left left");
    stage.pass(1_000);
    stage.answer();
    while stage.app.detail.orders.value().is_some_and(|orders| orders.next.is_some()) {
        stage.keys("end");
        let Some(effect) = stage.pending.first().cloned() else { break };
        stage.fail_one(&effect, crate::api::ApiError::internal("boom"));
    }
    assert!(stage.app.detail.orders.value().unwrap().failed.is_some());
    stage.keys("esc down up");
    stage.pass(1_000);
    assert!(
        stage.pending.iter().any(|effect| matches!(effect, Effect::LoadOrders(..))),
        "what failed is not taken for the whole history"
    );
}
