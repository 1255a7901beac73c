//! Help, palette, columns, inspector and prompts.

use crate::{
    api::ApiError,
    tui::{
        action::Action,
        app::{
            Message, Overlay, Pane, Tab,
            overlays::{KeyList, Requests},
            stage::Stage,
        },
        keys::KeyMap,
    },
};

#[test]
fn help_narrows_as_one_types_and_closes() {
    let mut stage = Stage::ready(120, 30);
    stage.key("?");
    stage.typed("quit");
    let Some(Overlay::Help(KeyList { input, .. })) = &stage.app.overlay else { panic!("help is open") };
    assert_eq!(input.value(), "quit", "letters are text here, q does not quit");
    assert!(stage.asked.is_empty());
    stage.key("esc");
    assert!(stage.app.overlay.is_none());
}

#[test]
fn scrolling_past_the_end_of_an_overlay_goes_nowhere() {
    for open in ["?", "i"] {
        let mut stage = Stage::ready(120, 20);
        stage.key(open);
        let top = |stage: &Stage| match &stage.app.overlay {
            Some(Overlay::Help(KeyList { top, .. }) | Overlay::Requests(Requests { top, .. })) => *top,
            other => panic!("{other:?}"),
        };
        for _ in 0..200 {
            stage.key("down");
        }
        let end = top(&stage);
        stage.key("down");
        assert_eq!(top(&stage), end, "with {open} open there is an end");
        stage.key("up");
        assert_eq!(top(&stage), end.saturating_sub(1), "with {open} open one key up is one line up");
    }
}

#[test]
fn the_palette_runs_actions_and_remembers_them() {
    let mut stage = Stage::ready(120, 30);
    stage.key(":");
    stage.typed("zoo").key("enter");
    assert!(stage.app.screen.zoom && stage.app.overlay.is_none());
    stage.key(":");
    stage.key("enter");
    assert!(!stage.app.screen.zoom, "the last one is the first in the list");
    assert_eq!(stage.app.recent.all(), [Action::Zoom]);
}

#[test]
fn the_palette_completes_and_complains() {
    let mut stage = Stage::ready(120, 30);
    stage.key(":");
    stage.typed("page-si").key("tab");
    let input = |stage: &Stage| match &stage.app.overlay {
        Some(Overlay::Palette(palette)) => palette.input.value().to_owned(),
        other => panic!("{other:?}"),
    };
    assert_eq!(input(&stage), "page-size ");
    stage.key("enter");
    let Some(Overlay::Palette(palette)) = &stage.app.overlay else { panic!("it stays open") };
    assert_eq!(palette.error.as_deref(), Some("Use: page-size 1-50: rows per page"));
    stage.key("esc");
    stage.key(":");
    stage.typed("qqqqqqq").key("enter");
    let Some(Overlay::Palette(palette)) = &stage.app.overlay else { panic!("it stays open") };
    assert_eq!(palette.error.as_deref(), Some("Unknown command"));
}

#[test]
fn an_action_out_of_its_place_is_refused_in_the_palette() {
    let mut stage = Stage::ready(120, 30);
    stage.key(":");
    stage.typed("order-term").key("enter");
    let Some(Overlay::Palette(palette)) = &stage.app.overlay else { panic!("it stays open") };
    assert!(palette.error.as_ref().unwrap().contains("detail pane"));
}

#[test]
fn columns_are_hidden_moved_and_brought_back() {
    let mut stage = Stage::ready(160, 45);
    let shown = |stage: &Stage| -> Vec<&'static str> {
        stage.app.columns.place(100).iter().map(|placed| placed.column.key).collect()
    };
    let all = shown(&stage);
    stage.keys("c down down space");
    assert!(!shown(&stage).contains(&"customer-id"));
    stage.keys("down J");
    assert_eq!(shown(&stage)[2..4], ["created", "status"]);
    stage.key("0");
    assert_eq!(shown(&stage), all);
    stage.key("c");
    assert!(stage.app.overlay.is_none(), "the key that opens it closes it");
}

#[test]
fn who_reads_an_older_request_keeps_reading_it_while_newer_ones_come() {
    let mut stage = Stage::ready(120, 30);
    stage.key("3");
    let page = stage.pending[0].clone();
    stage.keys("i left left left");
    assert!(matches!(stage.app.overlay, Some(Overlay::Requests(Requests { index: 3, .. }))));
    let count = stage.app.session.exchanges.len();
    stage.answer_one(&page);
    assert_eq!(stage.app.session.exchanges.len(), count + 1);
    assert!(matches!(stage.app.overlay, Some(Overlay::Requests(Requests { index: 4, .. }))));
    stage.keys("right");
    assert!(matches!(stage.app.overlay, Some(Overlay::Requests(Requests { index: 3, .. }))));
    stage.key("i");
    assert!(stage.app.overlay.is_none());
}

#[test]
fn requests_that_failed_before_they_left_are_not_in_the_inspector() {
    let mut stage = Stage::new(120, 30);
    stage.fail(&ApiError::internal("no connection"));
    assert!(stage.app.session.exchanges.is_empty());
    stage.keys("i y");
    assert_eq!(stage.notice(), "No request was sent yet.");
}

#[test]
fn a_notice_without_an_end_goes_with_the_next_key() {
    let mut stage = Stage::new(120, 30);
    stage.answer();
    assert!(stage.notice().starts_with("Demo data"));
    stage.key("j");
    assert_eq!(stage.notice(), "", "it has been read once a key is pressed");
}

#[test]
fn other_keys_do_what_the_configuration_says() {
    let changes =
        [("quit".to_owned(), vec!["f10".to_owned()]), ("next-row".to_owned(), vec!["n".to_owned()])];
    let (keys, problems) = KeyMap::with(&changes.into_iter().collect());
    assert!(problems.is_empty());
    let mut stage = Stage::with_keys(120, 30, keys);
    stage.answer();
    stage.keys("n n q");
    assert_eq!(stage.app.table.selected, 2);
    assert!(stage.asked.is_empty(), "q is no key any more");
}

#[test]
fn suspending_from_outside_asks_the_loop() {
    let mut stage = Stage::ready(120, 30);
    stage.send(Message::Suspend);
    assert_eq!(stage.asked, [crate::tui::app::Effect::Suspend]);
}

#[test]
fn a_narrow_screen_opens_the_detail_over_the_table_and_comes_back() {
    let mut stage = Stage::ready(80, 24);
    assert!(stage.app.areas().detail.is_none());
    stage.key("enter");
    assert!(stage.app.areas().table.is_none() && stage.app.screen.focus == Pane::Detail);
    stage.key("right");
    assert_eq!(stage.app.detail.tab, Tab::Contacts);
    stage.key("esc");
    assert!(stage.app.areas().detail.is_none());
}
