//! Views of the local copy.

use chrono::TimeDelta;

use super::at_each_size;
use crate::{
    model::{CopyFacts, Coverage, FacetCounts},
    source::HeldParts,
    tui::app::{
        Effect, Message,
        stage::{Stage, answer_view_with, today, two_profiles, whole},
    },
};

const NAMES: [&str; 4] =
    ["Acme Print & Sign", "Jägerquell Fördertechnik GmbH & Co. KG", "株式会社 あさぎり", "Zwölfeichen KG"];

/// Returns a stage on the view of all customers, of whom the last one is gone.
fn on_view(width: u16, height: u16, coverage: Coverage) -> Stage {
    let mut stage = Stage::ready(width, height);
    stage.keys("v down enter");
    let coverage = Coverage { customers: 50_112, detailed: 48_210, ..coverage };
    let gone_at = Some(stage.now.wall.to_utc() - TimeDelta::days(2));
    let mut parts = vec![HeldParts::default(); NAMES.len()];
    parts[NAMES.len() - 1].facts = CopyFacts { gone_at, ..CopyFacts::default() };
    answer_view_with(&mut stage, &NAMES, coverage, None, parts);
    stage
}

fn synced(width: u16, height: u16) -> Stage {
    let coverage = whole(&Stage::ready(width, height));
    on_view(width, height, coverage)
}

#[test]
fn a_view_with_its_tabs_its_extent_and_its_age() {
    at_each_size("view", synced);
}

#[test]
fn a_view_whose_copy_has_not_been_read_yet() {
    at_each_size("view_as_last_shown", |width, height| {
        on_view(width, height, Coverage { is_from_last_time: true, ..Coverage::default() })
    });
}

#[test]
fn a_view_without_the_api_for_two_days() {
    at_each_size("view_offline", |width, height| {
        let stage = Stage::ready(width, height);
        let since = stage.now.wall.to_utc() - TimeDelta::days(2);
        let coverage = Coverage { offline_since: Some(since), listed_at: Some(since), ..whole(&stage) };
        on_view(width, height, coverage)
    });
}

#[test]
fn a_view_sorted_by_columns_of_which_one_is_not_chosen() {
    at_each_size("view_sorted", |width, height| {
        let mut stage = synced(width, height);
        stage.keys(":").typed("sort country desc, name").key("enter");
        let coverage = whole(&stage);
        answer_view_with(&mut stage, &NAMES, coverage, None, Vec::new());
        stage
    });
}

#[test]
fn a_query_that_is_none_is_explained_below_it() {
    at_each_size("query_refused", |width, height| {
        let mut stage = synced(width, height);
        stage.keys("/").typed("status:foo").pass(1_000);
        stage
    });
}

#[test]
fn a_query_is_typed_beside_the_number_of_its_matches() {
    at_each_size("query", |width, height| {
        let mut stage = synced(width, height);
        stage.keys("/").typed("acme country:DE status:pend").key("tab");
        stage
    });
}

#[test]
fn the_facets_of_a_view() {
    at_each_size("facets", |width, height| {
        let mut stage = synced(width, height);
        stage.key("F");
        let Some(Effect::LoadFacets(ticket, _)) = stage.pending.last().cloned() else { panic!("counts") };
        let counts = vec![
            FacetCounts { field: "status", values: vec![("1000".into(), 1_204), ("1002".into(), 12)] },
            FacetCounts { field: "country", values: vec![("DE".into(), 311), ("JP".into(), 87)] },
            FacetCounts {
                field: "renewal-state",
                values: vec![("not-due".into(), 980), ("early".into(), 71)],
            },
        ];
        stage.send(Message::Facets(ticket, Ok(Box::new(counts))));
        stage
    });
}

#[test]
fn the_lists_of_the_day() {
    at_each_size("today", |width, height| {
        let mut stage = synced(width, height);
        stage.key("T");
        let Some(Effect::LoadToday(ticket, _)) = stage.pending.last().cloned() else { panic!("figures") };
        stage.send(Message::Today(ticket, Ok(Box::new(today(&stage)))));
        stage.key("down");
        stage
    });
}

#[test]
fn the_list_of_views_and_the_question_before_the_first() {
    at_each_size("views", |width, height| {
        let mut stage = Stage::ready(width, height);
        stage.key("v");
        stage
    });
    at_each_size("keep_copy", |width, height| {
        let mut stage = Stage::of_profile("apac", two_profiles(), width, height);
        stage.answer().keys("v down enter");
        stage
    });
}
