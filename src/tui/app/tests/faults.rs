//! Answers that fail, lie or come to nothing: nothing is requested without end, nothing is lost or mixed up.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    model::{OrderPage, OrdersRequest},
    tui::app::{
        DetailSubject, Effect, Message, Remote,
        filter::FilterField,
        stage::{Portfolio, Stage, fetched, offline, rows, ticket_of},
    },
};

fn first(stage: &Stage) -> u64 {
    stage.app.table.shown().unwrap().first
}

fn page_request(stage: &Stage) -> Option<Effect> {
    stage.pending.iter().find(|effect| matches!(effect, Effect::LoadRows(..))).cloned()
}

#[test]
fn a_page_fetched_ahead_that_fails_is_not_asked_for_again_until_it_is_wanted() {
    let mut stage = Stage::ready(120, 30);
    stage.key("end");
    let ahead = page_request(&stage).unwrap();
    stage.fail_one(&ahead, offline("gone"));
    stage.keys("up down up");
    assert_eq!(page_request(&stage), None);
    stage.key("]");
    stage.answer();
    assert_eq!(first(&stage), 50);
}

#[test]
fn after_a_page_that_failed_the_same_page_is_next() {
    for keys in ["]", "end j"] {
        let mut stage = Stage::ready(120, 30);
        stage.keys(keys);
        stage.fail(&offline("gone"));
        assert!(stage.app.table.error().is_some());
        stage.keys(keys).answer();
        assert_eq!((first(&stage), stage.app.table.selected), (50, 0), "{keys}");
    }
    let mut merged = Stage::ready(120, 30);
    merged.key("0");
    merged.answer();
    // The first chunks hold more than one page: on to one that needs a request.
    merged.key("]");
    while merged.queries().is_empty() {
        merged.answer().key("]");
    }
    let here = first(&merged);
    merged.fail(&offline("gone"));
    merged.key("]");
    merged.answer();
    assert_eq!(first(&merged), here + 50);
}

#[test]
fn a_refresh_after_a_failure_goes_where_the_page_would_have_gone() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("end ]");
    stage.fail(&offline("gone"));
    stage.key("r");
    stage.answer();
    assert_eq!((first(&stage), stage.app.table.selected), (50, 0));
}

#[test]
fn a_filter_that_failed_has_no_pages_and_escape_goes_back() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("/").typed("zeta").key("enter");
    stage.fail(&offline("gone"));
    stage.key("]");
    assert!(stage.notice().starts_with("Nothing was loaded"), "{}", stage.notice());
    stage.key("esc");
    stage.answer();
    assert_eq!((stage.app.table.filter.name.as_ref(), stage.app.filter.typed.name.as_str()), (None, ""));
    assert!(!stage.app.table.is_stale());
    let counts: Vec<u64> =
        stage.app.table.counts.all.iter().filter_map(|count| count.value().copied()).collect();
    assert_eq!(counts, [130, 3, 60, 1]);
}

#[test]
fn escape_on_a_failed_start_leaves_the_reason() {
    let mut stage = Stage::new(120, 30);
    stage.fail(&offline("no route"));
    stage.key("esc");
    assert!(stage.app.table.error().unwrap().to_string().contains("no route"));
}

#[test]
fn stopping_a_sort_of_all_statuses_stays_on_the_page_and_pages_go_on_from_it() {
    for (key, expected) in [("[", 50), ("]", 150), ("r", 100)] {
        let mut stage = Stage::ready(120, 30);
        stage.key("0");
        stage.answer().key("]");
        stage.answer().key("]");
        stage.answer().keys("s esc");
        assert_eq!(first(&stage), 100);
        stage.key(key);
        stage.answer();
        assert_eq!(first(&stage), expected, "{key}");
    }
}

#[test]
fn escape_from_a_name_goes_back_to_the_page_and_the_row() {
    let mut stage = Stage::ready(120, 30);
    stage.key("]");
    stage.answer().keys("down down down /").typed("acme");
    stage.pass(500);
    stage.answer().key("esc");
    stage.answer();
    assert_eq!((first(&stage), stage.app.table.selected), (50, 3));
}

#[test]
fn presses_of_next_page_that_come_together_all_count_in_the_merged_list_too() {
    for keys in ["S ] ]", "0 ] ]"] {
        let mut stage = Stage::ready(120, 30);
        stage.keys(keys).answer();
        assert_eq!(first(&stage), 100, "{keys}");
    }
}

#[test]
fn a_press_back_takes_back_one_forward_that_still_waits() {
    for (keys, row) in [
        ("S ] [", 0),
        ("S ] ] [", 50),
        ("S ] [ ]", 50),
        ("S [ ]", 50),
        ("S ] [ r G g", 0),
        ("0 ] [", 0),
        ("0 ] ] ] [", 100),
        ("0 ] [ [", 0),
    ] {
        let mut stage = Stage::ready(120, 30);
        stage.keys(keys).answer();
        assert_eq!(first(&stage), row, "{keys}");
    }
}

#[test]
fn presses_that_waited_for_a_page_do_nothing_where_the_keys_are_elsewhere_by_then() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("end j j j f down").answer();
    assert_eq!((stage.app.filter.field, stage.app.table.selected), (FilterField::Status(1), 0));
}

#[test]
fn counts_of_another_name_are_never_shown_as_those_of_this_one() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("/").typed("zeta").key("enter");
    assert!(stage.app.table.counts.all.iter().all(|count| count.value().is_none()));
    stage.fail(&offline("gone"));
    assert!(stage.app.table.counts.all.iter().all(|count| count.value().is_none()));
}

#[test]
fn a_server_that_sends_fewer_rows_than_it_counts_loses_none_of_them() {
    let mut stage = Stage::ready(120, 30);
    stage.portfolio.body = Some(Arc::new(|query| {
        let total = match query.status().code() {
            "1000" => 130,
            "1002" => 3,
            "1004" => 60,
            _ => 1,
        };
        let offset = usize::try_from(query.offset()).unwrap();
        let list = rows(query.status().code(), total);
        let mut part: Vec<Value> = list.into_iter().skip(offset).take(query.limit().into()).collect();
        if query.status().code() == "1000" && query.limit() > 1 {
            part.pop();
        }
        json!({"totalCount": total, "accounts": part}).to_string()
    }));
    stage.keys("r 0");
    let mut seen = Vec::new();
    for _ in 0..10 {
        stage.answer();
        let shown = stage.app.table.shown().unwrap();
        assert!(shown.complaint.is_some() || shown.first > 50, "told on the pages that it concerns");
        seen.extend(
            (0..shown.len()).map(|row| shown.row(row).unwrap().customer().unwrap().customer_id.clone()),
        );
        let end = shown.first;
        stage.key("]");
        stage.answer();
        if first(&stage) == end {
            break;
        }
    }
    seen.sort();
    seen.dedup();
    // Each of the three chunks of the first list came without its last row.
    assert_eq!(seen.len(), 194 - 3);
}

#[test]
fn a_list_that_became_shorter_ends_on_its_last_page_and_says_so() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("] ]").answer();
    stage.portfolio.lists[0].truncate(60);
    stage.key("r");
    stage.answer();
    let shown = stage.app.table.shown().unwrap();
    assert_eq!((shown.first, shown.len(), shown.total), (50, 10, 60));
    assert_eq!(stage.notice(), "The list is now shorter. This is its last page.");
}

#[test]
fn an_empty_page_from_the_cache_is_as_old_as_it_is() {
    let portfolio =
        Portfolio { lists: [rows("1000", 130), vec![], rows("1004", 60), vec![]], ..Portfolio::default() };
    let mut stage = Stage::ready_with(120, 30, portfolio);
    stage.key("2");
    stage.answer();
    let came = stage.app.table.shown().unwrap().origin.at;
    stage.pass(600_000);
    stage.key("3");
    stage.answer().key("2");
    assert_eq!(stage.app.table.shown().unwrap().origin.at, came);
}

#[test]
fn orders_that_name_a_next_page_for_ever_are_asked_for_once() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("enter right right right");
    let body =
        json!({"totalCount": 5, "count": 0, "items": [], "links": {"next": {"uri": "/orders?offset=0"}}});
    let effect = stage
        .pending
        .iter()
        .find(|effect| matches!(effect, Effect::LoadOrders(_, OrdersRequest::First { .. })))
        .unwrap()
        .clone();
    let page = OrderPage::from_slice(body.to_string().as_bytes()).unwrap();
    stage.settle(&effect, Message::Orders(ticket_of(&effect).unwrap(), fetched(page)));
    stage.answer();
    assert!(stage.app.detail.orders.value().unwrap().page.items.is_empty());
}

#[test]
fn changing_the_term_twice_at_once_leaves_nothing_waiting() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("enter right right right").answer();
    stage.keys("t t");
    stage.pass(10_000);
    assert!(stage.pending.is_empty());
    assert!(stage.is_still());
}

#[test]
fn what_is_copied_is_what_the_detail_is_about() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("#").typed("4242").key("enter");
    stage.answer();
    stage.asked.clear();
    stage.keys("y Y 2 Y 6");
    let record = serde_json::to_string_pretty(&Portfolio::record("4242")).unwrap();
    let copied = [Effect::Copy("4242".into()), Effect::Copy("Acme Print GmbH".into()), Effect::Copy(record)];
    assert_eq!(stage.asked, copied);
    stage.asked.clear();
    stage.keys("Y 5");
    assert_eq!((stage.asked.len(), stage.notice()), (0, "Nothing to copy here: List entry as JSON."));
}

#[test]
fn the_record_of_another_customer_is_not_copied_for_marked_rows_and_says_whose_it_is() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("space down down space").pass(200);
    stage.answer();
    stage.asked.clear();
    stage.keys("Y 4");
    assert!(stage.asked.is_empty());
    let mut portfolio = Portfolio::default();
    portfolio.lists[0][0]["links"]["self"]["uri"] = json!("/v3/customers/777");
    let stage = Stage::ready_with(120, 30, portfolio);
    assert_eq!(super::super::Copyable::Record.label(&stage.app), "Full record of 777 as JSON");
}

#[test]
fn the_copied_request_is_that_of_the_page_that_is_shown() {
    let mut stage = Stage::ready(120, 30);
    stage.key("end");
    let ahead = page_request(&stage).unwrap();
    stage.portfolio.url = "http://127.0.0.1/ahead";
    stage.answer_one(&ahead);
    stage.asked.clear();
    stage.keys("Y 7");
    assert!(
        matches!(&stage.asked[..], [Effect::Copy(curl)] if !curl.contains("/ahead")),
        "{:?}",
        stage.asked
    );
}

#[test]
fn a_refresh_keeps_the_place_in_the_record() {
    let mut stage = Stage::ready(120, 20);
    stage.keys("enter left").answer();
    stage.keys("pagedown");
    let top = stage.app.detail.top;
    stage.keys("r").answer();
    assert!(top > 0);
    assert_eq!(stage.app.detail.top, top);
    assert!(matches!(stage.app.detail.customer, Remote::Ready(_)));
}

#[test]
fn the_own_record_of_a_row_without_an_id_is_refused() {
    let mut portfolio = Portfolio::default();
    portfolio.lists[0] = vec![json!({"surprise": 1})];
    let mut stage = Stage::ready_with(120, 30, portfolio);
    stage.key("o");
    assert!(matches!(stage.app.detail.subject, Some(DetailSubject::Row(_))));
    assert_eq!(stage.notice(), "This row has no customer ID.");
}

#[test]
fn names_of_megabytes_do_not_hold_up_the_keys() {
    let mut portfolio = Portfolio::default();
    portfolio.lists[0][1]["companyProfile"]["companyName"] = json!("株".repeat(1_000_000));
    let mut stage = Stage::ready_with(120, 30, portfolio);
    stage.keys("j left").pass(500);
    stage.answer();
    // Bounded by what is shown of it, not by its length; times are measured in the benches.
    assert!(stage.app.detail.lines.len() < 2_000, "{}", stage.app.detail.lines.len());
    stage.keys("0 s").answer();
    assert!(!stage.app.table.is_stale());
}

#[test]
fn a_search_ends_when_the_keys_go_elsewhere() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("enter left /").typed("na");
    stage.click(40, 3);
    stage.key("j");
    assert_eq!((stage.app.detail.search.typing, stage.app.table.selected), (false, 1));
}

#[test]
fn the_palettes_chosen_line_counts_more_than_what_is_typed() {
    let mut stage = Stage::ready(120, 30);
    stage.keys(":").typed("to");
    stage.keys("down up enter");
    assert!(
        !matches!(&stage.app.overlay, Some(crate::tui::app::Overlay::Palette(palette)) if palette.error.is_some())
    );
    let mut bare = Stage::ready(120, 30);
    bare.keys(":").typed("to").key("enter");
    let Some(crate::tui::app::Overlay::Palette(palette)) = &bare.app.overlay else {
        panic!("it waits for the date")
    };
    assert_eq!(palette.input.value(), "to ");
}
