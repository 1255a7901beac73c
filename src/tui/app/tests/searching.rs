//! Typing a query: what is searched, completed and gone to.

use std::sync::Arc;

use super::views::query;
use crate::{
    model::Coverage,
    tui::app::{
        Effect, Message,
        stage::{Stage, answer_view as answer, whole},
    },
};

/// Returns the text of the search box.
fn typed(stage: &Stage) -> String {
    stage.app.filter.editing.as_ref().map(|editing| editing.input.value().to_owned()).unwrap_or_default()
}

#[test]
fn tab_completes_what_the_copy_holds_and_never_leaves_a_query() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("v down enter");
    let values = Arc::new([("city", vec!["Bad Lindenhafen".to_owned(), "Berlin".to_owned()])].into());
    let coverage = Coverage { values, ..whole(&stage) };
    answer(&mut stage, &["Acme"], coverage, None);
    stage.keys("/").typed("city:be").key("tab");
    assert_eq!(typed(&stage), "city:Berlin");
    stage.typed(" zz").key("tab");
    stage.typed("x");
    assert_eq!(typed(&stage), "city:Berlin zzx", "nothing completes it, and it is still edited");
    stage.keys("enter /");
    assert_eq!(typed(&stage), "city:Berlin zzx ", "the next word is another one");
}

#[test]
fn rows_beside_the_beginning_of_a_query_are_not_taken_for_its_answer() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("v down enter");
    let coverage = whole(&stage);
    answer(&mut stage, &["Acme"], coverage, None);
    stage.keys("/").typed("prod");
    stage.pass(1);
    assert!(!stage.app.has_faulty_query());
    stage.typed("uct:");
    stage.pass(1);
    assert!(stage.app.has_faulty_query());
    assert_eq!(stage.app.filter.editing.as_ref().unwrap().error, None, "it is not wrong");
    stage.typed("a");
    stage.pass(1);
    assert!(!stage.app.has_faulty_query());
}

#[test]
fn what_is_typed_is_searched_at_once_and_a_mistake_is_said_beside_it() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("v down enter /").typed("acme status:pend");
    stage.pass(1);
    assert_eq!(query(&stage), Some("acme status:pend"), "a beginning of a status is one");
    stage.typed("x");
    stage.pass(1);
    assert_eq!(query(&stage), Some("acme status:pend"), "the rows before stay");
    let error = stage.app.filter.editing.as_ref().unwrap().error.clone().unwrap();
    assert!(error.contains("pendx"), "{error}");
    assert!(stage.app.has_faulty_query());
    stage.keys("backspace backspace backspace backspace backspace");
    stage.pass(1);
    assert_eq!(stage.app.filter.editing.as_ref().unwrap().error, None, "an empty value is not wrong yet");
    stage.key("esc");
    assert_eq!(query(&stage), Some(""), "Esc brings back what was");
}

#[test]
fn the_command_that_shows_the_same_is_find() {
    let mut stage = Stage::ready(120, 30);
    stage.keys(":").typed("find acme seats:>5").key("enter");
    let coverage = whole(&stage);
    answer(&mut stage, &["Acme"], coverage, None);
    let shown = stage.app.table.shown().unwrap();
    let command = stage.app.command_of(shown);
    assert_eq!(command, "vipmp --demo find '--sort=relevance' -- 'acme seats:>5'");
}

#[test]
fn tab_completes_fields_and_values_and_lists_several() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("v down enter /").typed("acme statu").key("tab");
    let typed = |stage: &Stage| stage.app.filter.editing.as_ref().unwrap().input.value().to_owned();
    assert_eq!(typed(&stage), "acme status:");
    stage.typed("p").key("tab");
    assert_eq!(typed(&stage).trim_end(), "acme status:pending");
    stage.typed(" auto:").key("tab");
    let advice = stage.app.filter.name_advice(&stage.app.keys).unwrap();
    assert!(advice.contains("on") && advice.contains("off"), "{advice}");
    stage.typed("x");
    assert_eq!(stage.app.filter.name_advice(&stage.app.keys), None, "the list goes with the next key");
}

#[test]
fn anything_that_names_a_customer_is_gone_to() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("#").typed("ada@example.com").key("enter");
    assert_eq!(query(&stage), Some("\"ada@example.com\""));
    let coverage = whole(&stage);
    answer(&mut stage, &["Acme"], coverage, None);
    let go = |stage: &mut Stage, text: &str, found: &[&str]| {
        stage.keys("#").typed(text).key("enter");
        let find = stage.pending.iter().find(|effect| matches!(effect, Effect::FindCustomer(..))).cloned();
        let Some(Effect::FindCustomer(ticket, asked)) = find.clone() else { panic!("{:?}", stage.pending) };
        assert_eq!(asked, text);
        let found = found.iter().map(|&id| id.to_owned()).collect();
        stage.settle(&find.unwrap(), Message::FoundCustomers(ticket, Ok(Box::new(found))));
    };
    // A subscription or an order of the customer in the list, of one that is not, and of several.
    go(&mut stage, "8675309", &["0"]);
    assert_eq!((stage.selected_id(), query(&stage)), (Some("0"), Some("\"ada@example.com\"")));
    go(&mut stage, "ref-7", &["4711"]);
    assert_eq!(stage.app.detail.subject.as_ref().unwrap().customer_id(), Some("4711"));
    stage.key("esc");
    go(&mut stage, "9000000001", &[]);
    assert_eq!(
        stage.app.detail.subject.as_ref().unwrap().customer_id(),
        Some("9000000001"),
        "the API may know it"
    );
    stage.key("esc");
    go(&mut stage, "ref-8", &["0", "1"]);
    assert_eq!(query(&stage), Some("\"ref-8\""));
    let coverage = whole(&stage);
    answer(&mut stage, &["Acme"], coverage, None);
    go(&mut stage, "nobody", &[]);
    assert_eq!(query(&stage), Some("\"nobody\""), "the closest words are suggested there");
}
