//! A portfolio that changes while it is paged, and requests that wait for another try.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    api::{Wait, WaitReason},
    model::Priority,
    tui::app::{
        Effect, Message, banner, detail_waits, list_waits,
        stage::{Portfolio, Stage, rows, ticket_of},
    },
};

fn ids(stage: &Stage) -> Vec<String> {
    let shown = stage.app.table.shown().unwrap();
    let id = |row| Some(shown.row(row)?.customer()?.customer_id.clone());
    (0..shown.len()).filter_map(id).collect()
}

/// A customer that is newer than all others.
fn newcomer(id: &str) -> Value {
    let mut row = rows("1000", 1).remove(0);
    row["customerId"] = id.into();
    row["creationDate"] = "2027-01-01T00:00:00Z".into();
    row
}

/// The banner's first line.
fn banner_words(stage: &Stage) -> String {
    banner(&stage.app).map(|(_, what, _)| what).unwrap_or_default()
}

#[test]
fn a_customer_that_joins_while_paging_comes_once_and_is_told() {
    let mut stage = Stage::ready(120, 30);
    let first = ids(&stage);
    stage.portfolio.lists[0].push(newcomer("1999999999"));
    stage.key("]");
    stage.answer();
    let second = ids(&stage);
    assert_eq!(second.len(), 49, "the last row of the first page came again");
    assert!(second.iter().all(|id| !first.contains(id)));
    assert_eq!(
        banner_words(&stage),
        "The list changed while it was paged: 1 row came again and is left out here."
    );
    assert_eq!(
        stage.notice(),
        "The list changed while you were paging (130, now 131 Active): the other pages are loaded again."
    );
    stage.key("[");
    assert!(
        stage.queries().iter().any(|query| query.contains("offset=0&")),
        "the first page is asked for anew"
    );
    stage.answer();
    assert_eq!(ids(&stage)[0], "1999999999");
    stage.key("]");
    stage.answer();
    assert_eq!(
        (ids(&stage).len(), banner_words(&stage).as_str()),
        (50, ""),
        "now both pages are of one time"
    );
}

#[test]
fn a_customer_that_leaves_while_paging_is_told_and_no_row_is_missed() {
    let mut stage = Stage::ready(120, 30);
    let before = ids(&stage);
    let leaves = before[10].clone();
    stage.portfolio.lists[0].retain(|row| row["customerId"] != leaves.as_str());
    stage.key("]");
    stage.answer();
    let second = ids(&stage);
    assert_eq!(
        stage.notice(),
        "The list changed while you were paging (130, now 129 Active): rows may have moved to the page before."
    );
    stage.key("[");
    stage.answer();
    let first = ids(&stage);
    let moved: Vec<&String> = first.iter().filter(|id| !before.contains(id)).collect();
    assert_eq!(moved.len(), 1, "the row that moved is on the page that was fetched anew");
    assert!(!second.contains(moved[0]) && !first.contains(&leaves));
}

#[test]
fn a_customer_that_changes_its_status_between_two_lists_comes_once() {
    let mut stage = Stage::ready(120, 30);
    let newest = ids(&stage)[0].clone();
    let moves = stage.portfolio.lists[0].iter().find(|row| row["customerId"] == newest.as_str());
    let moves = moves.cloned().unwrap();
    stage.portfolio.lists[2].push(moves.clone());
    stage.key("0");
    stage.answer();
    let ids = ids(&stage);
    let id = moves["customerId"].as_str().unwrap();
    assert_eq!(ids.iter().filter(|known| *known == id).count(), 1);
    assert!(banner_words(&stage).contains("1 row came again"), "{}", banner_words(&stage));
}

#[test]
fn a_server_that_does_not_page_is_told_and_its_rows_are_shown() {
    let mut stage = Stage::ready(120, 30);
    let first = ids(&stage);
    stage.key("]");
    let rows: Vec<Value> = first.iter().map(|id| json!({"customerId": id})).collect();
    let body = json!({"totalCount": 130, "accounts": rows}).to_string();
    stage.portfolio.body = Some(Arc::new(move |_| body.clone()));
    stage.answer();
    assert_eq!(ids(&stage), first);
    assert_eq!(
        banner_words(&stage),
        "All 50 customers of this page were on the pages before: the server may not page."
    );
}

#[test]
fn a_server_that_counts_anew_each_time_is_not_asked_without_end() {
    let portfolio =
        Portfolio { lists: [rows("1000", 400), vec![], rows("1004", 60), vec![]], ..Portfolio::default() };
    let mut stage = Stage::ready_with(120, 30, portfolio);
    stage.key("0");
    stage.answer();
    // Each answer of the first list has another total.
    let total = AtomicUsize::new(400);
    let asked = Arc::new(AtomicUsize::new(0));
    let (all, active, counted) = (Portfolio::default().lists, rows("1000", 400), Arc::clone(&asked));
    stage.portfolio.body = Some(Arc::new(move |query| {
        let is_active = query.status().code() == "1000";
        let list =
            if is_active { &active } else { &all[if query.status().code() == "1004" { 2 } else { 3 }] };
        counted.fetch_add(1, Ordering::Relaxed);
        let offset = usize::try_from(query.offset()).unwrap();
        let rows: Vec<&Value> = list.iter().skip(offset).take(query.limit().into()).collect();
        let total = if is_active { total.fetch_sub(1, Ordering::Relaxed) } else { list.len() };
        json!({"totalCount": total, "accounts": rows}).to_string()
    }));
    for _ in 0..6 {
        stage.key("]");
        stage.answer();
    }
    assert!(asked.load(Ordering::Relaxed) < 60, "asked without end");
    assert!(stage.app.table.shown().unwrap().first >= 250);
}

#[test]
fn a_page_that_is_on_its_way_already_is_hurried_once_it_is_wanted() {
    let mut stage = Stage::ready(120, 30);
    stage.key("end");
    let ahead =
        stage.pending.iter().find(|effect| matches!(effect, Effect::LoadRows(_, _, Priority::Prefetch)));
    let ticket = ticket_of(ahead.unwrap()).unwrap();
    let effects = stage.key("]");
    assert_eq!(effects, [Effect::Hurry(ticket)]);
}

fn retry(number: u32, millis: u64) -> Wait {
    let because = "503 The API is unavailable.".to_owned();
    Wait { reason: WaitReason::Retry { number, of: 3, because }, time: Duration::from_millis(millis) }
}

#[test]
fn a_wait_is_told_where_the_data_will_be_and_escape_stops_it() {
    let mut stage = Stage::ready(120, 30);
    stage.key("]");
    let ticket = ticket_of(&stage.pending[0]).unwrap();
    stage.send(Message::Waiting(ticket, Some(retry(2, 4_000))));
    stage.pass(1_100);
    assert_eq!(list_waits(&stage.app).as_deref(), Some("retry 2 of 3 in 3 s"));
    let (_, what, next) = banner(&stage.app).unwrap();
    assert_eq!(what, "503 The API is unavailable.");
    assert_eq!(next, "Retrying in 3 s (2 of 3).  [Esc] stop");
    let effects = stage.key("esc");
    assert!(effects.contains(&Effect::Abort(ticket)), "{effects:?}");
    assert_eq!((list_waits(&stage.app), banner(&stage.app)), (None, None));
    // A late word of a request that nobody awaits any more is dropped.
    stage.send(Message::Waiting(ticket, Some(retry(3, 4_000))));
    assert_eq!(list_waits(&stage.app), None);
}

#[test]
fn a_short_wait_moves_no_rows_and_a_detail_tells_its_own() {
    let mut stage = Stage::ready(120, 30);
    stage.key("down");
    stage.pass(200);
    let ticket = ticket_of(&stage.pending[0]).unwrap();
    stage.send(Message::Waiting(ticket, Some(retry(1, 250))));
    assert_eq!(detail_waits(&stage.app).as_deref(), Some("retry 1 of 3 in 1 s"));
    assert_eq!((list_waits(&stage.app), banner(&stage.app)), (None, None));
    stage.send(Message::Waiting(ticket, None));
    assert_eq!(detail_waits(&stage.app), None);
}
