//! The mouse: everything that can be clicked, and the wheel.

use crate::{
    model::{SortBy, SortOrder, Status, StatusFilter},
    tui::app::{Overlay, Pane, Tab, filter::Field, hints, stage::Stage},
};

/// Where the table's heading is in 120 columns.
const HEADING: u16 = 2;

#[test]
fn a_click_selects_a_second_one_opens() {
    let mut stage = Stage::ready(120, 30);
    stage.click(40, HEADING + 4);
    assert_eq!((stage.app.browse.selected, stage.app.focus), (3, Pane::Table));
    stage.pass(100);
    stage.click(40, HEADING + 4);
    assert_eq!(stage.app.focus, Pane::Detail);
    stage.pass(2_000);
    stage.click(40, HEADING + 2);
    stage.pass(1_000);
    stage.click(40, HEADING + 2);
    assert_eq!(stage.app.focus, Pane::Table, "two slow clicks are no double-click");
}

#[test]
fn a_click_on_a_sortable_heading_sorts_a_second_one_reverses() {
    let mut stage = Stage::ready(120, 30);
    let sort = |stage: &Stage| (stage.app.browse.filter.sort_by, stage.app.browse.filter.order);
    stage.click(30, HEADING);
    assert_eq!(sort(&stage), (SortBy::CompanyName, SortOrder::Ascending));
    stage.click(30, HEADING);
    assert_eq!(sort(&stage), (SortBy::CompanyName, SortOrder::Descending));
    stage.answer();
    let inside = stage.app.areas().table_inside().unwrap();
    for x in inside.x..inside.right() {
        stage.click(x, HEADING);
        stage.answer();
    }
    assert_eq!(sort(&stage).0, SortBy::CreationDate, "the last sortable heading is Created");
}

#[test]
fn clicks_in_the_filter_panel_choose_and_edit() {
    let mut stage = Stage::ready(120, 30);
    stage.click(5, 4);
    assert_eq!(stage.app.browse.filter.status, StatusFilter::One(Status::pending()));
    stage.click(5, 9);
    assert_eq!(stage.app.filter.editing.as_ref().unwrap().field, Field::Name);
    stage.typed("acme");
    stage.click(50, 10);
    assert!(stage.app.filter.editing.is_none(), "a click elsewhere applies and leaves");
    assert_eq!(stage.app.browse.filter.name.as_ref().unwrap().sent(), "acme*");
}

#[test]
fn a_click_on_a_tab_shows_it() {
    let mut stage = Stage::ready(120, 30);
    let detail = stage.app.areas().detail.unwrap();
    let x = detail.x + 2 + 10;
    stage.click(x, detail.y + 1);
    assert_eq!((stage.app.detail.tab, stage.app.focus), (Tab::Contacts, Pane::Detail));
}

#[test]
fn a_click_on_a_hint_does_what_it_says() {
    let mut stage = Stage::ready(120, 30);
    let help = hints(&stage.app, 120).into_iter().find(|hint| hint.words == "help").unwrap();
    stage.click(help.x, 29);
    assert!(matches!(stage.app.overlay, Some(Overlay::Help { .. })));
    stage.click(1, 1);
    assert!(stage.app.overlay.is_none(), "a click closes what is open");
}

#[test]
fn the_wheel_scrolls_what_is_under_it_and_turns_pages_at_the_edges() {
    let mut stage = Stage::ready(120, 30);
    stage.wheel(true, 40, 10);
    assert_eq!(stage.app.browse.selected, 3);
    stage.keys("end");
    stage.answer();
    stage.wheel(true, 40, 10);
    assert_eq!(stage.app.browse.shown().unwrap().first, 50);
    stage.wheel(false, 40, 10);
    assert_eq!((stage.app.browse.shown().unwrap().first, stage.app.browse.selected), (0, 49));
    stage.keys("left").pass(1_000);
    stage.answer();
    let selected = stage.app.browse.selected;
    stage.wheel(true, 100, 10);
    assert_eq!((stage.app.detail.top, stage.app.browse.selected), (3, selected));
}

#[test]
fn the_folded_filter_line_opens_the_panel() {
    let mut stage = Stage::ready(80, 24);
    stage.click(10, 1);
    assert!(matches!(stage.app.overlay, Some(Overlay::Filter)));
    stage.click(70, 20);
    assert!(stage.app.overlay.is_none());
}

#[test]
fn clicks_everywhere_at_every_size_break_nothing() {
    for (width, height) in [(120, 30), (95, 25), (60, 20), (59, 9), (1, 1)] {
        for open in ["", "?", ":", "Y", "c", "i", "f", "#"] {
            let mut stage = Stage::ready(width, height);
            for row in 0..=height {
                for column in (0..=width).step_by(7) {
                    if !open.is_empty() {
                        stage.key(open);
                    }
                    stage.click(column, row);
                    stage.wheel(true, column, row);
                    stage.wheel(false, column, row);
                }
            }
            stage.answer();
            let len = stage.app.browse.shown().map_or(0, super::super::Shown::len);
            assert!(stage.app.browse.selected < len.max(1));
        }
    }
}
