//! The list: loading, paging, merging, caching, stale answers, failures.

use serde_json::json;

use crate::{
    model::{RecordKey, StatusFilter},
    tui::app::{
        Effect, Message, Ticket, banner,
        stage::{Portfolio, Stage, offline, rows, ticket_of},
    },
};

#[test]
fn the_start_asks_for_the_first_page_and_the_reseller_then_for_three_counts() {
    let mut stage = Stage::new(120, 30);
    assert_eq!(stage.queries(), ["status=1000&offset=0&limit=50&sort-by=creationDate&order-by=desc"]);
    assert!(matches!(stage.pending[1], Effect::FetchReseller(_)));
    let page = stage.pending[0].clone();
    stage.answer_one(&page);
    let counts: Vec<String> =
        stage.queries().into_iter().filter(|query| query.contains("limit=1&")).collect();
    assert_eq!(counts.len(), 3, "the page itself tells the fourth");
    assert!(counts.iter().all(|query| !query.starts_with("status=1000")));
    stage.answer();
    let counts: Vec<Option<u64>> =
        stage.app.table.counts.all.iter().map(|count| count.value().copied()).collect();
    assert_eq!(counts, [Some(130), Some(3), Some(60), Some(1)]);
}

#[test]
fn an_answer_to_a_question_that_is_no_longer_asked_is_dropped() {
    let mut stage = Stage::ready(120, 30);
    stage.key("2");
    let pending = stage.pending.clone();
    let old = ticket_of(&pending[0]).unwrap();
    let effects = stage.key("3");
    assert!(effects.contains(&Effect::Abort(old)), "the replaced load is aborted");
    let before = stage.names();
    stage.answer_one(&pending[0]);
    assert_eq!(stage.names(), before);
    assert!(stage.app.table.is_turning());
    stage.answer();
    assert_eq!(stage.app.table.shown().unwrap().total, 60);
}

#[test]
fn what_is_shown_stays_until_better_comes_and_is_marked_stale() {
    let mut stage = Stage::ready(120, 30);
    let before = stage.selected_id().map(str::to_owned);
    stage.key("3");
    assert_eq!((stage.selected_id(), stage.names().len()), (before.as_deref(), 50));
    assert!(stage.app.table.is_stale());
    stage.answer();
    assert_ne!(stage.selected_id(), before.as_deref());
    assert!(!stage.app.table.is_stale());
}

#[test]
fn the_next_page_is_fetched_ahead_once_and_shown_without_a_request() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("end");
    let ahead = "status=1000&offset=50&limit=50&sort-by=creationDate&order-by=desc";
    assert_eq!(stage.queries(), [ahead]);
    stage.keys("up down up");
    assert_eq!(stage.queries(), [ahead], "not asked for twice");
    stage.answer();
    stage.key("]");
    assert_eq!(stage.app.table.shown().unwrap().first, 50);
    assert_eq!(stage.queries(), Vec::<String>::new());
}

#[test]
fn a_page_that_is_being_fetched_ahead_is_waited_for_when_it_is_wanted() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("end ]");
    assert_eq!(stage.queries().len(), 1);
    stage.answer();
    assert_eq!(stage.app.table.shown().unwrap().first, 50);
}

#[test]
fn held_keys_past_the_edge_ask_for_one_page() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("end j j j j");
    assert_eq!(stage.queries().len(), 1, "{:?}", stage.queries());
    stage.answer();
    let at = |stage: &Stage| (stage.app.table.shown().unwrap().first, stage.app.table.selected);
    assert_eq!(at(&stage), (50, 3), "what came meanwhile goes on in the new page");
    stage.keys("end j j");
    stage.pass(400);
    stage.answer();
    assert_eq!(at(&stage), (100, 0), "but not after a wait that was seen");
    stage.keys("[ [ ] ]").answer();
    assert_eq!(stage.app.table.shown().unwrap().first, 100);
    stage.key("]");
    assert_eq!(stage.notice(), "This is the last page.");
}

#[test]
fn moving_up_from_the_first_row_lands_on_the_last_row_of_the_page_before() {
    let mut stage = Stage::ready(120, 30);
    stage.key("]");
    stage.answer().key("up");
    assert_eq!((stage.app.table.shown().unwrap().first, stage.app.table.selected), (0, 49));
}

#[test]
fn all_statuses_are_merged_in_sort_order_both_ways_with_every_customer_once() {
    for keys in ["0", "0 S", "0 s", "0 s S"] {
        let mut stage = Stage::ready(120, 30);
        stage.keys(keys).answer();
        let mut seen = Vec::new();
        let mut firsts = Vec::new();
        loop {
            let shown = stage.app.table.shown().unwrap();
            firsts.push(shown.first);
            let ids = (0..shown.len()).map(|index| shown.row(index).unwrap().customer().unwrap().clone());
            seen.extend(ids);
            if seen.len() as u64 >= shown.total {
                break;
            }
            stage.key("]");
            stage.answer();
        }
        assert_eq!(seen.len(), 194);
        let mut ids: Vec<&str> = seen.iter().map(|row| row.customer_id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 194);
        for pair in seen.windows(2) {
            let key = |index: usize| match keys {
                "0" | "0 S" => pair[index].creation_date.as_ref().unwrap().text().to_owned(),
                _ => pair[index].company_name.as_ref().unwrap().to_lowercase(),
            };
            let (a, b) = if matches!(keys, "0" | "0 s S") { (key(1), key(0)) } else { (key(0), key(1)) };
            assert!(a <= b, "{keys}: {a} before {b}");
        }
        // And back again, over the same pages.
        for first in firsts.iter().rev().skip(1) {
            stage.key("[");
            stage.answer();
            assert_eq!(stage.app.table.shown().unwrap().first, *first);
        }
    }
}

#[test]
fn the_merged_first_page_fetches_only_what_it_shows() {
    let mut stage = Stage::ready(120, 30);
    stage.key("r");
    stage.answer().key("0");
    let asked = stage.queries();
    assert_eq!(asked.len(), 3, "the page of the active ones is here already: {asked:?}");
    assert!(asked.iter().all(|query| query.contains("offset=0")));
    stage.answer();
    assert_eq!(stage.app.table.filter.status, StatusFilter::All);
    assert_eq!(stage.queries(), Vec::<String>::new());
}

#[test]
fn a_refresh_asks_again_and_keeps_the_customer_selected() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("down down down");
    let id = stage.selected_id().unwrap().to_owned();
    let newcomer = rows("1002", 1)[0].clone();
    stage.portfolio.lists[0].insert(0, newcomer);
    stage.key("r");
    stage.answer();
    assert_eq!(stage.app.table.shown().unwrap().total, 131);
    assert_eq!(stage.selected_id(), Some(id.as_str()));
    assert_eq!(stage.app.table.selected, 4);
}

#[test]
fn a_failed_load_keeps_the_rows_and_says_what_to_press() {
    let mut stage = Stage::ready(120, 30);
    let before = stage.names();
    stage.key("3");
    stage.fail(&offline("boom"));
    assert_eq!(stage.names(), before);
    let (_, what, todo) = banner(&stage.app).unwrap();
    assert!(what.contains("boom"), "{what}");
    assert!(todo.contains("[r]"), "{todo}");
    stage.key("r");
    stage.answer();
    assert_eq!(banner(&stage.app), None);
    assert_eq!(stage.app.table.shown().unwrap().total, 60);
}

#[test]
fn escape_stops_a_load_and_goes_back_to_what_was_shown() {
    let mut stage = Stage::ready(120, 30);
    stage.key("3");
    let ticket = ticket_of(&stage.pending[0]).unwrap();
    let effects = stage.key("esc");
    assert!(effects.contains(&Effect::Abort(ticket)));
    assert_eq!(stage.app.table.filter.status, StatusFilter::default());
    assert!(!stage.app.table.is_stale());
    let mut empty = Stage::new(120, 30);
    empty.key("esc");
    assert!(empty.app.table.error().is_some());
}

#[test]
fn a_task_that_fails_without_an_answer_ends_its_load() {
    let mut stage = Stage::new(120, 30);
    let tickets: Vec<Ticket> = stage.pending.iter().filter_map(ticket_of).collect();
    for ticket in tickets {
        stage.send(Message::TaskFailed(ticket, "index out of bounds".to_owned()));
    }
    assert!(stage.app.table.error().is_some());
    assert!(stage.app.session.reseller.error().is_some());
    stage.key("r");
    stage.pending.retain(|effect| !matches!(effect, Effect::LoadRecord(_, RecordKey::Link(_), _)));
    stage.answer();
    assert_eq!(stage.names().len(), 50);
    assert!(stage.app.session.reseller.value().is_some());
}

#[test]
fn a_count_that_fails_is_a_question_mark_and_nothing_more() {
    let mut stage = Stage::new(120, 30);
    let page = stage.pending[0].clone();
    stage.answer_one(&page);
    stage.fail(&offline("boom"));
    assert_eq!(stage.names().len(), 50);
    assert!(stage.app.table.counts.all[1].error().is_some());
    assert_eq!(banner(&stage.app), None);
}

#[test]
fn rows_that_cannot_be_read_are_rows_and_are_told() {
    let mut portfolio = Portfolio::default();
    portfolio.lists[0][1] = json!({"status": "1000", "companyProfile": {"companyName": "No Id Ltd"}});
    portfolio.lists[0].truncate(5);
    let stage = Stage::ready_with(120, 30, portfolio);
    let shown = stage.app.table.shown().unwrap();
    assert_eq!(shown.len(), 5);
    let (_, what, _) = banner(&stage.app).unwrap();
    assert!(what.contains("has no customerId") && what.contains("4 of 5 rows read"), "{what}");
}

#[test]
fn a_spinner_is_only_asked_for_while_something_loads_for_longer_than_150_ms() {
    let mut stage = Stage::ready(120, 30);
    assert!(stage.is_still(), "nothing moves while nothing loads");
    stage.key("3");
    let begun = stage.now.mono;
    assert_eq!(stage.app.next_wake(), Some(begun + super::super::PATIENCE));
    stage.pass(400);
    assert!(stage.app.next_wake().unwrap() > stage.now.mono);
    stage.answer();
    stage.pass(10_000);
    stage.answer();
    stage.pass(10_000);
    assert!(stage.is_still());
}

#[test]
fn the_cache_of_pages_is_bounded() {
    let portfolio =
        Portfolio { lists: [rows("1000", 2_500), vec![], vec![], vec![]], ..Portfolio::default() };
    let mut stage = Stage::ready_with(120, 30, portfolio);
    for _ in 0..45 {
        stage.key("]");
        stage.answer();
    }
    assert_eq!(stage.app.table.shown().unwrap().first, 45 * 50);
    assert!(stage.rows.cached_pages() <= 32);
}

#[test]
fn an_empty_list_has_no_selection() {
    let portfolio = Portfolio { lists: [vec![], vec![], vec![], vec![]], ..Portfolio::default() };
    let mut stage = Stage::ready_with(120, 30, portfolio);
    stage.keys("down end enter y space ] [");
    assert_eq!(stage.selected_id(), None);
    assert!(stage.app.detail.subject.is_none());
    assert!(stage.asked.is_empty());
}

#[test]
fn a_resize_keeps_the_selection_on_the_screen() {
    let mut stage = Stage::ready(120, 50);
    stage.keys("end");
    for (width, height) in [(60, 20), (160, 45), (80, 10), (20, 5), (1, 1), (120, 36)] {
        stage.send(Message::Resize(width, height));
        let (top, selected) = (stage.app.table.top, stage.app.table.selected);
        assert_eq!(selected, 49);
        let visible = stage.app.visible_rows().max(1);
        assert!(top <= selected && selected < top + visible, "{width}x{height}: {top} {selected} {visible}");
    }
}

#[test]
fn rows_of_a_previous_filter_are_never_the_answer() {
    let mut stage = Stage::ready(120, 30);
    stage.key("3");
    assert_eq!(stage.app.table.previous_rows_title(stage.app.now), None, "a short wait changes no title");
    stage.keys("y space Y");
    stage.typed("6");
    assert!(stage.asked.is_empty(), "nothing of the old rows is copied: {:?}", stage.asked);
    assert_eq!(stage.app.marks.len(), 0);
    assert_eq!(stage.notice(), "These rows are of the previous filter: [Esc] goes back to it.");
    stage.pass(200);
    assert_eq!(
        stage.app.table.previous_rows_title(stage.app.now).as_deref(),
        Some("rows of the previous filter (Active)")
    );
    stage.fail(&offline("boom"));
    stage.key("e");
    let Some(crate::tui::app::Overlay::Export(form)) = &stage.app.overlay else { panic!("the export form") };
    assert!(form.file.value().starts_with("customers-inactive-"), "{}", form.file.value());
    let view = stage.app.overlay.as_ref().map(|overlay| overlay.dialog().view(&stage.app));
    let text = format!("{view:?}");
    assert!(text.contains("all matching\"") && !text.contains("all matching ·"), "no count of other rows");
    stage.keys("esc r").answer();
    assert_eq!(stage.app.table.previous_rows_title(stage.app.now), None);
    stage.keys("y");
    assert!(matches!(&stage.asked[..], [.., Effect::Copy(_)]), "{:?}", stage.asked);
}

#[test]
fn rows_in_a_previous_order_and_escape_back_to_them() {
    let mut stage = Stage::ready(120, 30);
    stage.key("s");
    stage.fail(&offline("boom"));
    assert_eq!(
        stage.app.table.previous_rows_title(stage.app.now).as_deref(),
        Some("rows in the previous order")
    );
    stage.key("esc");
    assert_eq!(stage.app.table.previous_rows_title(stage.app.now), None);
    stage.key("space");
    assert_eq!(stage.app.marks.len(), 1);
}

#[test]
fn a_refresh_of_the_same_question_keeps_its_rows_as_the_answer() {
    let mut stage = Stage::ready(120, 30);
    stage.key("r");
    stage.pass(500);
    assert_eq!(stage.app.table.previous_rows_title(stage.app.now), None);
    stage.key("space");
    assert_eq!(stage.app.marks.len(), 1);
}

#[test]
fn a_refresh_says_who_has_gone_and_who_is_new() {
    let mut stage = Stage::ready(120, 30);
    stage.key("r");
    stage.answer();
    assert_eq!(stage.notice(), "", "nothing has changed");
    let list = &mut stage.portfolio.lists[0];
    list.remove(4);
    let newcomers = rows("1002", 2);
    list.splice(0..0, newcomers);
    stage.key("r");
    stage.answer();
    assert_eq!(stage.notice(), "Refreshed: 1 gone, 2 new.");
    // A row that only moved to the next page has not gone.
    stage.portfolio.lists[0].insert(0, rows("1026", 1)[0].clone());
    stage.key("r");
    stage.answer();
    assert_eq!(stage.notice(), "Refreshed: 1 new.");
}

#[test]
fn the_age_of_rows_is_kept_current_by_one_timer() {
    let mut stage = Stage::ready(120, 30);
    stage.pass(60_000);
    let words = |stage: &Stage| stage.app.table.age(stage.now).unwrap().in_words();
    assert_eq!(words(&stage), "1 min ago");
    let mut wakes = 0;
    let end = stage.now.mono + std::time::Duration::from_mins(10);
    while let Some(wake) = stage.app.next_wake().filter(|wake| *wake <= end) {
        let by = wake.saturating_sub(stage.now.mono);
        stage.pass(u64::try_from(by.as_millis()).unwrap());
        wakes += 1;
    }
    assert_eq!((words(&stage).as_str(), wakes), ("11 min ago", 10));
    stage.pass(5 * 60_000);
    assert!(stage.app.table.age(stage.now).unwrap().is_old());
    stage.key("r");
    stage.answer();
    assert_eq!(words(&stage), "just now");
}
