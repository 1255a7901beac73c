//! Copying: which rows, which texts, and what is said when there is nothing.

use serde_json::json;

use crate::tui::app::{
    Effect, Message,
    stage::{Portfolio, Stage},
};

fn copied(stage: &mut Stage, keys: &str) -> Option<String> {
    stage.asked.clear();
    stage.keys(keys);
    match &stage.asked[..] {
        [Effect::Copy(text)] => Some(text.clone()),
        [] => None,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_entry_of_the_menu_copies_what_it_says() {
    let mut stage = Stage::ready(120, 30);
    assert_eq!(copied(&mut stage, "Y 1").as_deref(), Some("1000000500"));
    assert_eq!(copied(&mut stage, "Y 2").as_deref(), Some("Acme Print GmbH"));
    assert_eq!(copied(&mut stage, "Y down down enter").as_deref(), Some("ref-1000-00000"));
    assert_eq!(copied(&mut stage, "Y 4").as_deref(), Some("ada.muster@example.com"));
    let row: serde_json::Value = serde_json::from_str(&copied(&mut stage, "Y 5").unwrap()).unwrap();
    assert_eq!(row, stage.portfolio.lists[0][0]);
    let record: serde_json::Value = serde_json::from_str(&copied(&mut stage, "Y 6").unwrap()).unwrap();
    assert_eq!(record, Portfolio::record("1000000500"));
    let curl = copied(&mut stage, "Y 7").unwrap();
    assert!(curl.starts_with("curl ") && curl.contains("$VIPMP_ACCESS_TOKEN"), "{curl}");
    let command = copied(&mut stage, "Y 8").unwrap();
    assert_eq!(command, "vipmp --demo list --status active");
    stage.keys("] S").answer();
    assert_eq!(copied(&mut stage, "Y 8").unwrap(), "vipmp --demo list --status active --order asc");
    assert!(stage.app.overlay.is_none());
}

#[test]
fn marked_rows_are_copied_instead_of_the_selected_one_over_pages() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("space space ]").answer();
    stage.keys("space");
    assert_eq!(copied(&mut stage, "y").as_deref(), Some("1000000500\n1000000501\n1000000550"));
    assert_eq!(copied(&mut stage, "Y 5").unwrap().matches("customerId").count(), 3);
    stage.keys("u");
    assert_eq!(copied(&mut stage, "y").as_deref(), Some("1000000551"));
}

#[test]
fn a_mark_goes_where_it_came_from() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("space up space");
    assert_eq!(stage.app.marks.len(), 0);
}

#[test]
fn copied_names_carry_no_control_characters() {
    let mut portfolio = Portfolio::default();
    portfolio.lists[0][0]["companyProfile"]["companyName"] = json!("Evil\u{1b}]52;c;aGk=\u{7}\nrm -rf");
    let mut stage = Stage::ready_with(120, 30, portfolio);
    let text = copied(&mut stage, "Y 2").unwrap();
    assert!(!text.chars().any(char::is_control), "{text:?}");
}

#[test]
fn copied_json_is_exact_and_carries_no_control_characters() {
    let mut portfolio = Portfolio::default();
    portfolio.lists[0][0]["companyProfile"]["companyName"] = json!("\u{9b}2J\u{7f}\u{202e}txt.exe");
    let mut stage = Stage::ready_with(120, 30, portfolio);
    let text = copied(&mut stage, "Y 5").unwrap();
    assert!(text.contains("\\u009b2J\\u007f\\u202etxt.exe"), "{text}");
    let row: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(row, stage.portfolio.lists[0][0]);
}

#[test]
fn nothing_to_copy_is_said() {
    let mut portfolio = Portfolio::default();
    portfolio.lists[0][0]["externalReferenceId"] = json!(null);
    let mut stage = Stage::ready_with(120, 30, portfolio);
    assert_eq!(copied(&mut stage, "Y 3"), None);
    assert_eq!(stage.notice(), "Nothing to copy here: Reference.");
}

#[test]
fn the_notice_says_what_was_copied_and_where_to() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("space space Y 3");
    stage.send(Message::Copied(Ok("copied to the clipboard".to_owned())));
    assert_eq!(stage.notice(), "Copied 2 references to the clipboard.");
    stage.keys("u y");
    stage.send(Message::Copied(Ok("sent to the terminal's clipboard".to_owned())));
    let id = stage.selected_id().unwrap();
    assert_eq!(stage.notice(), format!("Sent customer ID {id} to the terminal's clipboard."));
    stage.keys("Y 8");
    stage.send(Message::Copied(Ok("copied to the clipboard".to_owned())));
    assert_eq!(stage.notice(), "Copied the vipmp list command to the clipboard.");
    // An entry without a reference counts too.
    stage.keys("space space Y 5");
    stage.send(Message::Copied(Ok("copied to the clipboard".to_owned())));
    assert_eq!(stage.notice(), "Copied 2 list entries to the clipboard.");
}

#[test]
fn the_e_mail_line_of_the_menu_copies_those_of_all_marked_rows() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("space space space").asked.clear();
    stage.keys("Y 4");
    assert!(stage.app.emails.is_some(), "{:?}", stage.app.overlay);
    stage.answer();
    let addresses: Vec<&Effect> =
        stage.asked.iter().filter(|effect| matches!(effect, Effect::Copy(_))).collect();
    let expected = ["ada.muster@example.com"; 3].join("\n");
    assert_eq!(addresses, [&Effect::Copy(expected)]);
}

#[test]
fn the_notice_says_what_the_clipboard_said() {
    let mut stage = Stage::ready(120, 30);
    stage.send(Message::Copied(Ok("Copied to the clipboard.".to_owned())));
    assert_eq!(stage.notice(), "Copied to the clipboard.");
    stage.send(Message::Copied(Err("No clipboard was found.".to_owned())));
    assert_eq!(stage.notice(), "No clipboard was found.");
    stage.pass(7_000);
    assert_eq!(stage.notice(), "", "notices go away by themselves");
}

#[test]
fn the_request_in_the_inspector_is_copied_as_curl() {
    let mut stage = Stage::ready(120, 30);
    let curl = copied(&mut stage, "i y").unwrap();
    assert!(curl.contains("x-request-id: $(uuidgen)"), "{curl}");
}
