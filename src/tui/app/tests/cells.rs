//! Columns that need more than the list: loaded for the visible rows, a few at a time.

use crate::{
    model::{Priority, RecordKey},
    tui::app::{Effect, Message, stage::Stage},
};

/// Shows a column besides those that are shown at first, right after the company.
pub(super) fn show(stage: &mut Stage, key: &str) {
    let all = &mut stage.app.columns.all;
    let at = all.iter().position(|(column, _)| column.key == key).unwrap();
    let (column, _) = all.remove(at);
    all.insert(1, (column, true));
    stage.send(Message::Wake);
}

/// Returns the cells of a column for the first rows.
pub(super) fn cells(stage: &Stage, key: &str, count: usize) -> Vec<String> {
    let (column, _) = stage.app.columns.all.iter().find(|(column, _)| column.key == key).unwrap();
    let window = stage.app.table.shown().unwrap();
    let text = |index| stage.app.cell(column, window.customer(index).unwrap()).text.into_owned();
    (0..count).map(text).collect()
}

fn ahead(stage: &Stage) -> Vec<&RecordKey> {
    let key = |effect| match effect {
        &Effect::LoadRecord(_, ref key, Priority::Prefetch) => Some(key),
        _ => None,
    };
    stage.pending.iter().filter_map(key).collect()
}

#[test]
fn records_are_loaded_for_the_visible_rows_alone_and_a_few_at_a_time() {
    let mut stage = Stage::ready(160, 30);
    show(&mut stage, "anniversary");
    assert_eq!(cells(&stage, "anniversary", 2)[1], "…", "nothing has been requested yet");
    stage.pass(1_000);
    assert_eq!(ahead(&stage).len(), 4);
    let visible = stage.app.visible_rows();
    let mut loaded = 0;
    while let Some(effect) = stage.pending.first().cloned() {
        assert!(ahead(&stage).len() <= 4);
        loaded += usize::from(matches!(effect, Effect::LoadRecord(_, _, Priority::Prefetch)));
        stage.answer_one(&effect);
    }
    // The selected row's record was here for the detail already.
    assert_eq!(loaded, visible - 1);
    assert!(cells(&stage, "anniversary", visible).iter().all(|cell| cell != "…" && cell != "?"));
    assert_eq!(cells(&stage, "anniversary", visible + 1)[visible], "…", "the row below was never asked for");
}

#[test]
fn scrolling_away_gives_up_what_is_no_longer_visible() {
    let mut stage = Stage::ready(160, 30);
    show(&mut stage, "country");
    stage.pass(1_000);
    let first: Vec<RecordKey> = ahead(&stage).into_iter().cloned().collect();
    stage.key("end");
    stage.pass(1_000);
    assert!(ahead(&stage).iter().all(|key| !first.contains(key)), "other rows are loaded now");
}

#[test]
fn a_cell_whose_record_cannot_be_loaded_says_so() {
    let mut stage = Stage::ready(160, 30);
    show(&mut stage, "city");
    stage.pass(1_000);
    let effect =
        stage.pending.iter().find(|effect| matches!(effect, Effect::LoadRecord(_, _, Priority::Prefetch)));
    let effect = effect.unwrap().clone();
    stage.fail_one(&effect, crate::api::ApiError::internal("boom"));
    assert_eq!(cells(&stage, "city", 2)[1], "?");
    assert_eq!(stage.notice(), "Some cells could not be loaded and show ?: [r] retries.");
    stage.answer();
    assert_eq!(cells(&stage, "city", 2)[1], "?", "it is not requested again by itself");
    stage.key("r");
    stage.pass(1_000);
    stage.answer();
    assert_ne!(cells(&stage, "city", 2)[1], "?");
}

#[test]
fn a_record_of_another_customer_fills_no_cell() {
    let mut stage = Stage::ready(160, 30);
    show(&mut stage, "country");
    stage.pass(1_000);
    let effect =
        stage.pending.iter().find(|effect| matches!(effect, Effect::LoadRecord(_, _, Priority::Prefetch)));
    let Some(Effect::LoadRecord(ticket, ..)) = effect.cloned() else { panic!("a record is awaited") };
    let other = serde_json::json!({"customerId": "999", "companyProfile": {"address": {"country": "DE"}}});
    let customer = crate::model::Customer::from_slice(other.to_string().as_bytes()).unwrap();
    let fetched = crate::tui::app::stage::fetched(customer);
    stage.send(Message::Record(ticket, fetched));
    assert_eq!(cells(&stage, "country", 2)[1], "?");
}

#[test]
fn subscriptions_become_one_cell_for_each_customer() {
    let mut stage = Stage::ready(160, 30);
    show(&mut stage, "quantity");
    show(&mut stage, "offer-id");
    stage.pass(1_000);
    stage.answer();
    let quantity: i64 = cells(&stage, "quantity", 1)[0].replace(',', "").parse().unwrap();
    assert!(quantity > 0, "the sum of all subscriptions");
    assert!(!cells(&stage, "offer-id", 1)[0].is_empty());
}

#[test]
fn columns_of_the_list_alone_load_nothing() {
    let mut stage = Stage::ready(160, 30);
    show(&mut stage, "link");
    stage.pass(1_000);
    assert!(ahead(&stage).is_empty());
}

#[test]
fn another_account_forgets_what_was_loaded() {
    let mut stage = Stage::of_profile("apac", crate::tui::app::stage::two_profiles(), 160, 30);
    stage.answer();
    show(&mut stage, "country");
    stage.pass(1_000);
    stage.answer();
    assert_ne!(cells(&stage, "country", 2)[1], "…");
    stage.keys("p down enter");
    stage.answer();
    show(&mut stage, "country");
    assert_eq!(cells(&stage, "country", 2)[1], "…");
}

#[test]
fn a_rest_that_is_over_wakes_nobody_again() {
    // The table alone is on the screen: the detail, which rests too, loads nothing.
    let mut stage = Stage::ready(80, 24);
    show(&mut stage, "country");
    stage.key("down");
    assert!(stage.app.next_wake().is_some(), "the rest of the selection");
    stage.pass(1_000);
    stage.answer();
    let wake = stage.app.next_wake();
    assert!(wake.is_none_or(|at| at > stage.now.mono), "{wake:?}");
    assert_ne!(cells(&stage, "country", 2)[1], "…");
}

#[test]
fn a_record_that_the_detail_loads_is_not_requested_for_a_cell_too() {
    let mut stage = Stage::ready(160, 30);
    show(&mut stage, "country");
    stage.key("end");
    stage.pass(1_000);
    let id = stage.app.table.row().unwrap().customer().unwrap().customer_id.clone();
    let keys: Vec<&RecordKey> = stage
        .pending
        .iter()
        .filter_map(|effect| if let Effect::LoadRecord(_, key, _) = effect { Some(key) } else { None })
        .collect();
    let own = crate::tui::app::records::record_key(stage.app.table.customer().unwrap());
    assert_eq!(keys.iter().filter(|key| ***key == own).count(), 1, "{id} in {keys:?}");
    stage.answer();
    assert_ne!(cells(&stage, "country", 50)[stage.app.table.selected], "…", "the cell has it too");
}

#[test]
fn only_the_first_of_many_cells_that_fail_is_a_notice() {
    let mut stage = Stage::ready(160, 30);
    show(&mut stage, "city");
    stage.pass(1_000);
    let fail_one = |stage: &mut Stage| {
        let effect = stage
            .pending
            .iter()
            .find(|effect| matches!(effect, Effect::LoadRecord(_, _, Priority::Prefetch)))
            .cloned()
            .unwrap();
        stage.fail_one(&effect, crate::api::ApiError::internal("boom"));
    };
    fail_one(&mut stage);
    assert!(stage.notice().starts_with("Some cells could not be loaded"));
    stage.key("f12");
    assert_eq!(stage.notice(), "");
    fail_one(&mut stage);
    assert_eq!(stage.notice(), "", "it is said once");
    stage.key("r");
    stage.pass(1_000);
    fail_one(&mut stage);
    assert!(stage.notice().starts_with("Some cells could not be loaded"), "a refresh begins again");
}

#[test]
fn addresses_that_are_known_are_copied_without_a_request() {
    let mut stage = Stage::ready(160, 30);
    stage.pass(1_000);
    stage.answer();
    let before = stage.asked.len();
    stage.keys("space M @");
    let asked = &stage.asked[before..];
    assert!(
        asked.iter().all(|effect| !matches!(effect, Effect::LoadRecord(_, _, Priority::Visible))),
        "{asked:?}"
    );
    assert!(asked.iter().any(|effect| matches!(effect, Effect::Copy(_))), "{asked:?}");
}

#[test]
fn a_record_is_not_shown_beside_rows_that_are_much_newer() {
    for (minutes, is_shown) in [(14, true), (16, false)] {
        let mut stage = Stage::ready(160, 30);
        show(&mut stage, "country");
        stage.pass(1_000);
        stage.answer();
        let before = cells(&stage, "country", 3);
        assert!(before.iter().all(|cell| cell != "…"));
        stage.pass(minutes * 60_000);
        for key in ["]", "["] {
            stage.key(key);
            while let Some(rows) =
                stage.pending.iter().find(|effect| matches!(effect, Effect::LoadRows(..))).cloned()
            {
                stage.answer_one(&rows);
            }
        }
        let shown = cells(&stage, "country", 3);
        let expected = if is_shown { before } else { vec!["…".to_owned(); 3] };
        assert_eq!(shown, expected, "after {minutes} minutes");
    }
}
