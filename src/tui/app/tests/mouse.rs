//! The mouse: everything that can be clicked, and the wheel.

use crate::{
    model::{SortBy, SortOrder, Status, StatusFilter},
    tui::app::{
        DetailSubject, Effect, Footer, Message, Overlay, Pane, Tab, WidthClass, filter::FilterField, footer,
        stage::Stage, table_message,
    },
};

/// The row of the table's heading in 120 columns.
const HEADING: u16 = 2;

#[test]
fn a_click_selects_a_second_one_opens() {
    let mut stage = Stage::ready(120, 30);
    stage.click(40, HEADING + 4);
    assert_eq!((stage.app.table.selected, stage.app.screen.focus), (3, Pane::Table));
    stage.pass(100);
    stage.click(40, HEADING + 4);
    assert_eq!(stage.app.screen.focus, Pane::Detail);
    stage.pass(2_000);
    stage.click(40, HEADING + 2);
    stage.pass(1_000);
    stage.click(40, HEADING + 2);
    assert_eq!(stage.app.screen.focus, Pane::Table, "two slow clicks are no double-click");
}

#[test]
fn a_click_on_a_sortable_heading_sorts_a_second_one_reverses() {
    let mut stage = Stage::ready(120, 30);
    let sort = |stage: &Stage| (stage.app.table.filter.sort_by, stage.app.table.filter.order);
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
    assert_eq!(stage.app.table.filter.status, StatusFilter::One(Status::pending()));
    stage.click(5, 9);
    assert_eq!(stage.app.filter.editing.as_ref().unwrap().field, FilterField::Name);
    stage.typed("acme");
    stage.click(50, 10);
    assert!(stage.app.filter.editing.is_none(), "a click elsewhere applies and leaves");
    assert_eq!(stage.app.table.filter.name.as_ref().unwrap().sent(), "acme*");
}

#[test]
fn a_click_on_a_tab_shows_it() {
    let mut stage = Stage::ready(120, 30);
    let detail = stage.app.areas().detail.unwrap();
    let x = detail.x + 2 + 10;
    stage.click(x, detail.y + 1);
    assert_eq!((stage.app.detail.tab, stage.app.screen.focus), (Tab::Contacts, Pane::Detail));
}

#[test]
fn a_click_on_a_hint_does_what_it_says() {
    let mut stage = Stage::ready(160, 30);
    stage.click(hint(&stage, "help"), 29);
    assert!(matches!(stage.app.overlay, Some(Overlay::Help(_))));
    stage.click(60, 10);
    assert!(stage.app.overlay.is_some(), "a click in it does nothing");
    stage.click(1, 1);
    assert!(stage.app.overlay.is_none(), "a click beside it closes it");
    stage.click(hint(&stage, "page"), 29);
    stage.answer();
    assert_eq!(stage.app.table.shown().unwrap().first, 50);
    stage.click(hint(&stage, "sort"), 29);
    assert_eq!(stage.app.table.filter.sort_by, SortBy::CompanyName);
    stage.click(hint(&stage, "status"), 29);
    assert_eq!(stage.app.screen.focus, Pane::Filter);
}

/// Returns the box of the open dialog.
fn dialog_area(stage: &Stage) -> ratatui::layout::Rect {
    stage.app.overlay.as_ref().expect("a dialog is open").dialog().view(&stage.app).area
}

/// Returns the column of a hint.
fn hint(stage: &Stage, words: &str) -> u16 {
    let Footer::Hints(hints) = footer(&stage.app, stage.app.size().0) else { panic!("no hints") };
    hints.into_iter().find(|hint| hint.words == words).unwrap().x
}

#[test]
fn a_click_on_a_notice_is_no_click_on_the_hint_below_it() {
    let mut stage = Stage::ready(120, 30);
    let status = hint(&stage, "status");
    stage.send(Message::Copied(Ok("sent".to_owned())));
    stage.click(status, 29);
    assert_eq!((stage.notice(), stage.app.screen.focus), ("", Pane::Table));
}

#[test]
fn a_click_on_a_line_of_a_menu_takes_it() {
    let mut stage = Stage::ready(120, 30);
    stage.key("Y");
    let area = dialog_area(&stage);
    stage.click(area.x + 5, area.y + 2);
    assert_eq!(stage.asked, [Effect::Copy("Acme Print GmbH".to_owned())]);
    assert!(stage.app.overlay.is_none());
    stage.key("c");
    let area = dialog_area(&stage);
    stage.click(area.x + 5, area.y + 5);
    assert!(!stage.app.columns.all[4].1);
    stage.keys("esc :").typed("zoom");
    let area = dialog_area(&stage);
    stage.click(area.x + 5, area.y + 3);
    assert!(stage.app.screen.zoom && stage.app.overlay.is_none());
}

#[test]
fn a_click_on_a_row_brings_the_detail_back_to_the_table() {
    let mut stage = Stage::ready(120, 30);
    stage.key("#");
    stage.typed("4242").key("enter");
    stage.answer();
    stage.click(40, HEADING + 4);
    assert!(matches!(stage.app.detail.subject, Some(DetailSubject::Row(_))));
    stage.keys("#").typed("4242").key("enter");
    stage.answer();
    stage.wheel(true, 40, 10);
    assert!(matches!(stage.app.detail.subject, Some(DetailSubject::Row(_))));
}

#[test]
fn a_low_panel_scrolls_to_its_cursor_and_its_border_is_no_field() {
    let mut stage = Stage::ready(120, 10);
    assert_eq!(stage.app.areas().class, WidthClass::Wide);
    let panel = stage.app.areas().filter.unwrap();
    stage.click(5, panel.bottom() - 1);
    assert!(stage.app.filter.editing.is_none());
    stage.keys("end");
    stage.click(5, panel.bottom() - 2);
    assert_eq!(
        stage.app.filter.editing.as_ref().unwrap().field,
        FilterField::PageSize,
        "the last line is the last field"
    );
}

#[test]
fn the_wheel_scrolls_what_is_under_it_and_turns_pages_at_the_edges() {
    let mut stage = Stage::ready(120, 30);
    stage.wheel(true, 40, 10);
    assert_eq!(stage.app.table.selected, 3);
    stage.keys("end");
    stage.answer();
    stage.wheel(true, 40, 10);
    assert_eq!(stage.app.table.shown().unwrap().first, 50);
    stage.wheel(false, 40, 10);
    assert_eq!((stage.app.table.shown().unwrap().first, stage.app.table.selected), (0, 49));
    stage.keys("left").pass(1_000);
    stage.answer();
    let selected = stage.app.table.selected;
    stage.wheel(true, 100, 10);
    assert_eq!((stage.app.detail.top, stage.app.table.selected), (3, selected));
}

#[test]
fn the_folded_filter_line_opens_the_panel() {
    let mut stage = Stage::ready(80, 24);
    stage.click(10, 1);
    assert!(stage.app.filter.open);
    stage.click(70, 20);
    assert!(!stage.app.filter.open);
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
            let len = stage.app.table.shown().map_or(0, crate::source::Window::len);
            assert!(stage.app.table.selected < len.max(1));
        }
    }
}

#[test]
fn of_a_terminal_that_is_larger_than_the_screen_only_the_screen_can_be_clicked() {
    let mut stage = Stage::ready(1_000, 500);
    stage.click(500, HEADING + 4);
    let seen = |stage: &Stage| {
        let app = &stage.app;
        (
            app.table.selected,
            app.screen.focus,
            app.overlay.is_some(),
            app.filter.editing.is_some(),
            app.detail.top,
        )
    };
    let before = seen(&stage);
    for (column, row) in [(u16::MAX, u16::MAX), (1_000, 5), (500, 500), (u16::MAX, 2), (0, u16::MAX)] {
        assert!(stage.click(column, row).is_empty(), "{column}, {row}");
        assert!(stage.wheel(true, column, row).is_empty(), "{column}, {row}");
        assert_eq!(seen(&stage), before, "{column}, {row}");
    }
}

#[test]
fn each_key_of_a_paired_hint_does_its_own() {
    let mut stage = Stage::ready(160, 45);
    let hints = |stage: &Stage| match footer(&stage.app, 160) {
        Footer::Hints(hints) => hints,
        other => panic!("{other:?}"),
    };
    let first = |stage: &Stage| stage.app.table.shown().unwrap().first;
    let at = |stage: &Stage, words: &str, column: u16| {
        hints(stage).into_iter().find(|hint| hint.words == words).unwrap().x + column
    };
    // `] [ page`: the first key, a blank, the second key, and the words, which turn on.
    for (column, expected) in [(0, 50), (2, 0), (0, 50), (5, 100), (2, 50)] {
        let x = at(&stage, "page", column);
        stage.click(x, 44);
        stage.answer();
        assert_eq!(first(&stage), expected, "column {column}");
    }
    let order = stage.app.table.filter.order;
    let x = at(&stage, "sort", 2);
    stage.click(x, 44);
    stage.answer();
    assert_ne!(stage.app.table.filter.order, order);
}

#[test]
fn a_key_that_a_message_names_is_pressed_by_a_click_on_it() {
    let mut stage = Stage::ready(120, 30);
    // An empty list names keys that clear the search or show all statuses.
    stage.keys("/").typed("nobody").key("enter");
    stage.pass(1_000);
    stage.answer();
    let place = |stage: &Stage, words: &str| {
        let lines = table_message(&stage.app);
        let words = words.replace(' ', "\u{a0}");
        let line = lines.iter().find(|line| line.text.contains(&words)).expect("the key is named");
        let before = &line.text[..line.text.find(&words).unwrap()];
        (line.x + u16::try_from(crate::text::width(before)).unwrap(), line.y)
    };
    let (x, y) = place(&stage, "[x] clear");
    stage.click(x.saturating_sub(2), y);
    assert!(stage.app.table.filter.name.is_some(), "beside it is no click on it");
    stage.click(x + 5, y);
    assert!(stage.app.table.filter.name.is_none());
    stage.answer();
    // So does the text of a record.
    stage.keys("enter");
    stage.app.detail.switch(Tab::Orders);
    stage.pass(1_000);
    stage.answer();
    assert!(!stage.app.detail.all_orders);
    let area = stage.app.areas().detail_text().unwrap();
    let line = stage.app.detail.lines.iter().position(|line| line.text().contains("[t]")).unwrap();
    let row = area.y + u16::try_from(line - stage.app.detail.top).unwrap();
    let text = stage.app.detail.lines[line].text();
    let column = area.x + u16::try_from(crate::text::width(&text[..text.find("[t]").unwrap()])).unwrap();
    stage.click(column + 1, row);
    assert!(stage.app.detail.all_orders);
}

#[test]
fn a_list_that_a_record_covers_is_where_it_was_afterwards() {
    let mut stage = Stage::ready(80, 24);
    stage.keys("down down down down down down");
    assert_eq!((stage.app.table.top, stage.app.table.selected), (0, 6));
    stage.key("enter");
    assert!(stage.app.areas().table.is_none(), "the record fills the screen");
    stage.key("esc");
    assert_eq!((stage.app.table.top, stage.app.table.selected), (0, 6));
}

#[test]
fn the_arrows_around_a_choice_go_either_way() {
    let mut stage = Stage::ready(120, 30);
    stage.key("e");
    let format = |stage: &Stage| match &stage.app.overlay {
        Some(Overlay::Export(form)) => form.file.value().rsplit('.').next().unwrap().to_owned(),
        other => panic!("{other:?}"),
    };
    let at = |stage: &Stage, mark: char| {
        let Some(overlay) = &stage.app.overlay else { panic!("no dialog") };
        let view = overlay.dialog().view(&stage.app);
        let text = |line: &crate::tui::app::ViewLine| -> String {
            let piece = |piece: &crate::tui::app::Piece| match piece {
                crate::tui::app::Piece::Text(_, text) | crate::tui::app::Piece::Badge(_, text) => {
                    text.clone()
                }
                _ => String::new(),
            };
            line.pieces.iter().map(piece).collect()
        };
        let lines: Vec<String> = view.body.iter().map(text).collect();
        let row = lines.iter().position(|line| line.starts_with("Format")).unwrap();
        let column = lines[row].find(mark).map(|at| crate::text::width(&lines[row][..at]));
        let rows = view.rows();
        (rows.x + u16::try_from(column.unwrap_or(19)).unwrap(), rows.y + u16::try_from(row).unwrap())
    };
    assert_eq!(format(&stage), "xlsx");
    let (x, y) = at(&stage, '‹');
    stage.click(x, y);
    assert_eq!(format(&stage), "csv", "the first click chooses the field and its next value");
    let (x, y) = at(&stage, '‹');
    stage.click(x, y);
    assert_eq!(format(&stage), "xlsx");
    let (x, y) = at(&stage, '›');
    stage.click(x, y);
    assert_eq!(format(&stage), "csv");
}
