//! The columns that are worth their room.

use crate::tui::app::stage::{Portfolio, Stage};

fn shown(stage: &Stage) -> Vec<&'static str> {
    let inside = stage.app.areas().table_inside().unwrap();
    let placed = stage.app.placed_columns(inside.width);
    let last = placed.last().unwrap();
    assert!(last.x + last.width < inside.width - 2, "a blank is left before the border");
    placed.iter().map(|placed| placed.column.key).collect()
}

#[test]
fn one_status_needs_no_column_and_a_reference_waits_for_a_wide_screen() {
    for (width, height) in [(60, 20), (80, 24), (120, 30), (160, 45), (179, 45)] {
        let mut stage = Stage::ready(width, height);
        assert_eq!(shown(&stage), ["company", "customer-id", "created"], "{width}");
        stage.key("0");
        stage.answer();
        let all = ["company", "customer-id", "status", "created"];
        assert_eq!(shown(&stage), all, "{width}");
    }
    let mut stage = Stage::ready(180, 45);
    assert_eq!(shown(&stage).last(), Some(&"reference"));
    stage.key("0");
    stage.answer();
    assert_eq!(shown(&stage), ["company", "customer-id", "status", "created", "reference"]);
}

#[test]
fn a_row_with_another_status_than_was_asked_for_brings_the_column_back() {
    let mut portfolio = Portfolio::default();
    portfolio.lists[0][3]["status"] = "1004".into();
    assert!(shown(&Stage::ready_with(120, 30, portfolio)).contains(&"status"));
}

#[test]
fn a_column_that_is_the_only_wanted_one_stays() {
    let mut stage = Stage::ready(120, 30);
    for (column, wanted) in &mut stage.app.columns.all {
        *wanted = column.key == "status";
    }
    assert_eq!(shown(&stage), ["status"]);
}

fn command(stage: &mut Stage, text: &str) -> String {
    stage.key(":");
    stage.typed(text);
    stage.key("enter");
    stage.notice().to_owned()
}

#[test]
fn a_typed_command_shows_and_hides_a_column_and_says_if_it_cannot_be_seen() {
    let mut stage = Stage::ready(160, 45);
    assert_eq!(command(&mut stage, "show city"), "");
    assert!(shown(&stage).contains(&"city"));
    assert_eq!(command(&mut stage, "hide City"), "");
    assert!(!shown(&stage).contains(&"city"));
    assert_eq!(command(&mut stage, "show status"), "Status is shown with all statuses.");
    let mut stage = Stage::ready(60, 20);
    assert_eq!(command(&mut stage, "show city"), "");
    let notice = command(&mut stage, "show region");
    assert_eq!(notice, "There is no room for City here: [c] hides others or moves it left.");
}

#[test]
fn a_typed_command_chooses_a_range_of_creation_dates() {
    let mut stage = Stage::ready(120, 30);
    let today = stage.app.now.today();
    for (typed, from) in [
        ("created this-month", chrono::Datelike::with_day(&today, 1)),
        ("created last 30 days", Some(today - chrono::Days::new(30))),
        // Twice is no toggle.
        ("joined last-30-days", Some(today - chrono::Days::new(30))),
        ("created any", None),
    ] {
        command(&mut stage, typed);
        assert_eq!(stage.app.table.filter.from, from, "{typed}");
    }
}
