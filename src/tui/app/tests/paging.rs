//! Pages by their number: keys, the typed command, and a click on the count.

use super::super::Overlay;
use crate::tui::app::stage::{Portfolio, Stage, offline, rows};

fn command(stage: &mut Stage, text: &str) {
    stage.key(":");
    stage.typed(text);
    stage.key("enter");
}

fn first(stage: &Stage) -> u64 {
    stage.app.table.shown().unwrap().first
}

fn error(stage: &Stage) -> &str {
    let Some(Overlay::Palette(palette)) = &stage.app.overlay else { panic!("the palette is open") };
    palette.error.as_deref().unwrap_or_default()
}

#[test]
fn a_page_is_gone_to_by_its_number_without_the_pages_between() {
    let mut stage = Stage::ready(120, 30);
    command(&mut stage, "page 3");
    assert_eq!(stage.queries().len(), 1, "{:?}", stage.queries());
    stage.answer();
    assert_eq!((first(&stage), stage.app.table.selected), (100, 0));
    command(&mut stage, "page 1");
    stage.answer();
    assert_eq!(first(&stage), 0);
    command(&mut stage, "page 4");
    assert_eq!(error(&stage), "There are only 3 pages.");
    stage.key("esc");
    assert_eq!(first(&stage), 0);
}

#[test]
fn pages_of_a_merged_list_are_walked_to_and_back_exactly() {
    let mut stage = Stage::ready(120, 30);
    stage.key("0");
    stage.answer();
    let mut firsts = vec![first(&stage)];
    while firsts.len() < 4 {
        stage.key("]");
        stage.answer();
        firsts.push(first(&stage));
    }
    for page in [1, 4, 2, 3, 1] {
        command(&mut stage, &format!("page {page}"));
        stage.answer();
        assert_eq!(first(&stage), firsts[page - 1], "page {page}");
    }
    stage.key("}");
    stage.answer();
    assert_eq!(first(&stage), 150);
}

#[test]
fn a_merged_list_says_that_a_far_page_needs_one_status() {
    let portfolio =
        Portfolio { lists: [rows("1000", 3_000), vec![], vec![], rows("1026", 1)], ..Portfolio::default() };
    let mut stage = Stage::ready_with(120, 30, portfolio);
    stage.key("0");
    stage.answer().key("}");
    assert!(stage.notice().contains("show one status of one reseller"), "{}", stage.notice());
    stage.key("1");
    stage.answer().key("}");
    stage.answer();
    assert_eq!(first(&stage), 2_950);
}

#[test]
fn a_click_on_the_count_asks_for_a_page() {
    let mut stage = Stage::ready(120, 30);
    let area = stage.app.areas().table.unwrap();
    stage.click(area.right() - 4, area.y);
    assert!(matches!(stage.app.overlay, Some(Overlay::Palette(_))));
    stage.typed("2");
    stage.key("enter");
    stage.answer();
    assert_eq!(first(&stage), 50);
    stage.click(area.x + 3, area.y);
    assert!(stage.app.overlay.is_none(), "the title is no count");
}

#[test]
fn pages_turn_from_every_pane() {
    for keys in ["tab ]", "shift-tab ]", "enter z ]"] {
        let mut stage = Stage::ready(120, 30);
        stage.keys(keys);
        stage.answer();
        assert_eq!(first(&stage), 50, "{keys}");
    }
}

#[test]
fn a_page_that_does_not_come_leaves_the_one_that_is_shown() {
    let mut stage = Stage::ready(120, 30);
    stage.key("}");
    stage.fail(&offline("gone"));
    assert_eq!(first(&stage), 0);
    stage.key("r");
    stage.answer();
    assert_eq!(first(&stage), 100);
}
