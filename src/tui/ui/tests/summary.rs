//! The summary in charts.

use super::{SIZES, at_each_size, buffer, lines, screen};
use crate::{
    model::PortfolioSummary,
    tui::{
        app::stage::{Stage, answer_summary, figures, offline},
        ui::Theme,
    },
};

fn summarised(width: u16, height: u16) -> Stage {
    let mut stage = Stage::ready(width, height);
    stage.key("%");
    answer_summary(&mut stage, figures(), |_| {});
    stage
}

#[test]
fn a_summary_of_all_customers() {
    at_each_size("summary", summarised);
}

#[test]
fn the_cursor_on_a_week_and_on_a_month() {
    at_each_size("summary_week", |width, height| {
        let mut stage = summarised(width, height);
        stage.keys("tab tab down down");
        stage
    });
    at_each_size("summary_month", |width, height| {
        let mut stage = summarised(width, height);
        stage.keys("tab left left left");
        stage
    });
}

#[test]
fn a_summary_of_which_a_part_is_not_known() {
    at_each_size("summary_partial", |width, height| {
        let mut stage = Stage::ready(width, height);
        stage.keys(":").typed("find country:DE").key("enter");
        stage.key("%");
        let partial =
            PortfolioSummary { with_record: 1_300, with_subscriptions: 1_204, gone: 2, ..figures() };
        answer_summary(&mut stage, partial, |answer| {
            answer.coverage.offline_since = Some("2026-11-21T09:30:00Z".parse().unwrap());
            answer.complaint = Some("1 customer may match too: their details are not known yet.".to_owned());
        });
        stage
    });
}

#[test]
fn a_summary_that_is_awaited_and_one_that_failed() {
    for (width, height) in [(60, 20), (120, 30)] {
        let mut stage = Stage::ready(width, height);
        stage.key("%");
        insta::assert_snapshot!(format!("summary_awaited_{width}x{height}"), screen(&stage));
        stage.fail(&offline("the copy cannot be read"));
        insta::assert_snapshot!(format!("summary_failed_{width}x{height}"), screen(&stage));
    }
}

#[test]
fn the_charts_in_ascii() {
    for (width, height) in SIZES {
        let mut stage = summarised(width, height);
        stage.keys("tab tab down down");
        let ascii = lines(&buffer(&stage, Theme::monochrome().in_ascii()));
        insta::assert_snapshot!(format!("summary_ascii_{width}x{height}"), ascii);
    }
}

#[test]
fn what_becomes_of_seats_can_be_told_without_colours() {
    let mut stage = summarised(120, 30);
    stage.keys("tab tab down down down");
    for (theme, [lapsing, undecided, renewing]) in
        [(Theme::monochrome(), ["▒", "░", "█"]), (Theme::monochrome().in_ascii(), ["=", ".", "#"])]
    {
        let screen = lines(&buffer(&stage, theme));
        let week = screen.lines().find(|line| line.contains("14 Dec ")).unwrap();
        let bar = &week[week.find(lapsing).unwrap()..];
        let places = [lapsing, undecided, renewing].map(|fill| bar.find(fill).unwrap());
        assert!(places.is_sorted(), "{week}");
        assert!(
            screen.contains(&format!("{lapsing} lapse  {undecided} undecided  {renewing} renew")),
            "{screen}"
        );
    }
}
