//! The strip of bars above the rows of a view of renewals.

use chrono::TimeDelta;
use ratatui::style::Modifier;

use super::{SIZES, at_each_size, buffer, lines, screen};
use crate::{
    model::{CopyFacts, CopyTotals, CustomerRenewal, DatedRenewal},
    source::HeldParts,
    tui::{
        app::{
            Effect, Message,
            stage::{Stage, answer_view_with, offline, renewal_weeks, whole},
        },
        ui::Theme,
    },
};

const NAMES: [&str; 4] = ["Acme Print & Sign", "株式会社 あさぎり", "Birch Optics", "Zwölfeichen KG"];

/// A stage with the view of renewals, whose seats by week are awaited.
fn awaited(width: u16, height: u16) -> Stage {
    let mut stage = Stage::ready(width, height);
    stage.keys(":").typed("view renewals").key("enter");
    answer_rows(&mut stage);
    stage
}

fn answer_rows(stage: &mut Stage) {
    let today = stage.now.today();
    let parts = [-3_i64, 1, 2, 9].map(|days| {
        let renewal = CustomerRenewal {
            dates: vec![DatedRenewal::on(today + TimeDelta::days(days))],
            ..CustomerRenewal::default()
        };
        let totals = Some(CopyTotals { renewal, ..CopyTotals::default() });
        HeldParts { facts: CopyFacts { totals, ..CopyFacts::default() }, ..HeldParts::default() }
    });
    let coverage = whole(stage);
    answer_view_with(stage, &NAMES, coverage, None, parts.to_vec());
}

fn renewals(width: u16, height: u16) -> Stage {
    let mut stage = awaited(width, height);
    let found = stage.pending.iter().find_map(|effect| match effect {
        Effect::LoadRenewalWeeks(ticket, _, span) => Some((*ticket, *span)),
        _ => None,
    });
    if let Some((ticket, span)) = found {
        stage.send(Message::RenewalWeeks(ticket, Ok(Box::new(renewal_weeks(span)))));
    }
    stage
}

#[test]
fn a_view_of_renewals_has_bars_above_its_rows() {
    at_each_size("renewal_strip", renewals);
}

#[test]
fn one_week_of_a_view_of_renewals() {
    at_each_size("renewal_strip_week", |width, height| {
        let mut stage = renewals(width, height);
        stage.keys("> >");
        answer_rows(&mut stage);
        stage
    });
}

#[test]
fn bars_that_are_awaited_and_bars_that_failed() {
    let mut stage = awaited(120, 30);
    insta::assert_snapshot!("renewal_strip_awaited_120x30", screen(&stage));
    stage.fail(&offline("the copy cannot be read"));
    insta::assert_snapshot!("renewal_strip_failed_120x30", screen(&stage));
}

#[test]
fn the_bars_in_ascii() {
    for (width, height) in SIZES {
        let stage = renewals(width, height);
        let ascii = lines(&buffer(&stage, Theme::monochrome().in_ascii()));
        insta::assert_snapshot!(format!("renewal_strip_ascii_{width}x{height}"), ascii);
    }
}

#[test]
fn the_last_row_of_a_week_is_underlined() {
    let stage = renewals(120, 30);
    let (inside, screen) = (stage.app.areas().table_inside().unwrap(), buffer(&stage, Theme::monochrome()));
    let is_underlined = [1, 2, 3, 4]
        .map(|line| screen[(inside.x + 4, inside.y + line)].modifier.contains(Modifier::UNDERLINED));
    assert_eq!(is_underlined, [true, false, true, false]);
}
