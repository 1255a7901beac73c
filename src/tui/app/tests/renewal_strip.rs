//! The strip of bars above the rows of a view of renewals, and the step to one week.

use chrono::TimeDelta;

use crate::{
    model::{CopyFacts, CopyTotals, CustomerFilter, CustomerRenewal, DatedRenewal, RenewalSpan},
    source::HeldParts,
    tui::{
        action::Action,
        app::{
            Effect, Message, Piece,
            stage::{Stage, answer_view, answer_view_with, offline, renewal_weeks, whole},
        },
    },
};

const RENEWALS: &str = "renewal:-14d..30d";

/// Proves that a key of the strip does what its help says.
pub(super) fn prove(action: Action, key: &str) {
    let mut stage = viewed("view renewals", 36);
    stage.key(key);
    assert_eq!(query(&stage), "renewal:2026-11-23..2026-11-29");
    stage.key(key);
    let next = if action == Action::NextWeek { "30..2026-12-06" } else { "16..2026-11-22" };
    assert_eq!(query(&stage), format!("renewal:2026-11-{next}"));
}

/// A stage with a view that a command opens.
fn viewed(command: &str, height: u16) -> Stage {
    let mut stage = Stage::ready(120, height);
    stage.keys(":").typed(command).key("enter");
    let coverage = whole(&stage);
    answer_view(&mut stage, &["Acme", "Birch"], coverage, None);
    stage
}

fn query(stage: &Stage) -> &str {
    stage.app.table.filter.portfolio.as_deref().unwrap()
}

/// Returns the requests for figures that wait for their answer.
fn asked(stage: &Stage) -> Vec<(CustomerFilter, RenewalSpan)> {
    let asked = stage.pending.iter().filter_map(|effect| match effect {
        Effect::LoadRenewalWeeks(_, filter, span) => Some((filter.clone(), *span)),
        _ => None,
    });
    asked.collect()
}

/// Answers the request for figures.
fn answer(stage: &mut Stage) {
    let asked = |effect: &Effect| matches!(effect, Effect::LoadRenewalWeeks(..));
    let at = stage.pending.iter().position(asked).unwrap();
    let Effect::LoadRenewalWeeks(ticket, _, span) = stage.pending.remove(at) else { panic!("it is one") };
    stage.send(Message::RenewalWeeks(ticket, Ok(Box::new(renewal_weeks(span)))));
}

/// Returns the two lines above the bars.
fn head(stage: &Stage) -> (String, String) {
    let view = stage.app.strip_view().unwrap();
    let text = |piece: &Piece| match piece {
        Piece::Text(_, text) => text.clone(),
        _ => "#".to_owned(),
    };
    (view.legend.iter().map(text).collect::<String>().trim_end().to_owned(), view.note.1)
}

#[test]
fn a_view_of_renewals_has_a_strip_and_others_have_none() {
    for command in ["view renewals", "view lapsing", "find renewal:2027", "find renewal:30d acme"] {
        let stage = viewed(command, 36);
        assert!(stage.app.areas().strip.is_some(), "{command}");
        assert_eq!(asked(&stage).len(), 1, "{command}");
    }
    for command in ["view 3YC", "find renewal:any", "find acme", "find renewal:7d,2027"] {
        let stage = viewed(command, 36);
        assert!(stage.app.areas().strip.is_none() && asked(&stage).is_empty(), "{command}");
    }
    // Where there is no room, nothing is asked for either.
    let mut stage = viewed("view renewals", 17);
    assert!(stage.app.areas().strip.is_none() && asked(&stage).is_empty());
    stage.send(Message::Resize(120, 36));
    assert_eq!(asked(&stage).len(), 1);
    stage.key("L");
    assert!(stage.app.areas().strip.is_none());
}

#[test]
fn the_rows_are_below_the_strip() {
    let mut stage = viewed("view renewals", 36);
    let (inside, strip) = (stage.app.areas().table_inside().unwrap(), stage.app.areas().strip.unwrap());
    assert_eq!(inside.y, strip.bottom());
    assert_eq!(usize::from(inside.height), stage.app.visible_rows() + 1);
    stage.click(inside.x + 5, inside.y + 2);
    assert_eq!(stage.app.table.selected, 1);
    // A click on a week shows it alone.
    answer(&mut stage);
    stage.click(strip.x, strip.y + 4);
    assert_eq!(query(&stage), "renewal:2026-11-09..2026-11-15");
}

#[test]
fn the_figures_are_those_of_the_view_whatever_its_order() {
    let mut stage = viewed("find renewal:-14d..30d acme", 36);
    let (filter, span) = asked(&stage).remove(0);
    assert_eq!(filter.portfolio.as_deref(), Some("renewal:-14d..30d acme"));
    assert_eq!((span.first_day.to_string(), span.weeks()), ("2026-11-09".to_owned(), 7));
    assert_eq!(head(&stage).0, "Counting seats by week …");
    answer(&mut stage);
    let (legend, note) = head(&stage);
    assert_eq!(legend, "Seats  # 713 lapse  # 90 undecided  # ~2,217 renew");
    assert_eq!(note, "7 weeks · other seats: 12 past, 1,204 later · < > by week");
    stage.keys("s");
    assert!(asked(&stage).is_empty());
    // Only some statuses are other customers.
    stage.keys("1");
    assert_eq!(asked(&stage).len(), 1);
}

#[test]
fn weeks_are_stepped_through_and_left() {
    let mut stage = viewed("view renewals", 36);
    answer(&mut stage);
    stage.keys("> >");
    assert_eq!(query(&stage), "renewal:2026-11-30..2026-12-06");
    assert_eq!(stage.app.filter.typed.name, query(&stage));
    let (legend, note) = head(&stage);
    assert_eq!(legend, "Seats  # 124 lapse  # 0 undecided  # 804 renew");
    assert_eq!(note, "30 Nov–6 Dec 2026 · < > by week, Esc all");
    assert!(asked(&stage).is_empty(), "the bars are still those of the view");
    // The last week ends with the range.
    stage.keys("> > >");
    assert_eq!(query(&stage), "renewal:2026-12-21..2026-12-23");
    stage.key(">");
    assert_eq!(stage.notice(), "This is the last week of the view.");
    stage.keys("< < < < < <");
    assert_eq!(query(&stage), "renewal:2026-11-09..2026-11-15");
    stage.key("<");
    assert_eq!(stage.notice(), "This is the first week of the view.");
    let coverage = whole(&stage);
    answer_view(&mut stage, &["Acme"], coverage, None);
    stage.key("esc");
    assert_eq!(query(&stage), RENEWALS);
    assert_eq!(stage.app.view_name().as_deref(), Some("Renewals"));
    let coverage = whole(&stage);
    answer_view(&mut stage, &["Acme"], coverage, None);
    stage.key("esc");
    assert_eq!((query(&stage), stage.notice()), (RENEWALS, "q quits."));
}

#[test]
fn another_query_is_about_weeks_of_its_own() {
    let mut stage = viewed("view renewals", 36);
    answer(&mut stage);
    stage.key(">");
    stage.keys(":").typed("find renewal:2027-01").key("enter");
    let coverage = whole(&stage);
    answer_view(&mut stage, &["Acme"], coverage, None);
    assert_eq!(asked(&stage)[0].1.weeks(), 5);
    // Today is in none of them: the first one comes first.
    stage.key(">");
    assert_eq!(query(&stage), "renewal:2027-01-01..2027-01-07");
    stage.keys(":").typed("find acme").key("enter");
    stage.key(">");
    assert_eq!(stage.notice(), "Only views of renewals have weeks: [v] lists the views.");
}

#[test]
fn the_figures_follow_the_copy_and_the_day() {
    let mut stage = viewed("view renewals", 36);
    // What changes while they are on their way is read after them.
    stage.send(Message::PortfolioChanged);
    assert_eq!(asked(&stage).len(), 1);
    answer(&mut stage);
    assert_eq!(asked(&stage).len(), 1);
    answer(&mut stage);
    assert!(asked(&stage).is_empty());
    stage.send(Message::PortfolioChanged);
    assert_eq!(asked(&stage).len(), 1);
    assert!(head(&stage).0.starts_with("Seats  # 713 lapse"), "the figures from before stay until then");
    answer(&mut stage);
    stage.now.wall += TimeDelta::days(1);
    stage.send(Message::Wake);
    assert_eq!(asked(&stage)[0].1.first_day.to_string(), "2026-11-10");
}

#[test]
fn figures_that_cannot_be_read_are_asked_for_again_by_a_refresh() {
    let mut stage = viewed("view renewals", 36);
    stage.fail(&offline("the copy cannot be read"));
    let view = stage.app.strip_view().unwrap();
    assert!(view.weeks.is_empty() && !head(&stage).0.starts_with("Counting"), "{view:?}");
    assert!(asked(&stage).is_empty());
    stage.key("r");
    assert_eq!(asked(&stage).len(), 1);
}

#[test]
fn the_last_row_of_a_week_is_set_off_in_rows_by_renewal() {
    let mut stage = Stage::ready(120, 36);
    stage.keys(":").typed("view renewals").key("enter");
    let today = stage.now.today();
    let parts = [-10_i64, -9, 0, 6, 7].map(|days| {
        let renewal = CustomerRenewal {
            dates: vec![DatedRenewal::on(today + TimeDelta::days(days))],
            ..CustomerRenewal::default()
        };
        let totals = Some(CopyTotals { renewal, ..CopyTotals::default() });
        let facts = CopyFacts { totals, ..CopyFacts::default() };
        HeldParts { facts, ..HeldParts::default() }
    });
    let coverage = whole(&stage);
    answer_view_with(&mut stage, &["A", "B", "C", "D", "E"], coverage.clone(), None, parts.to_vec());
    let ends = |stage: &Stage| [0, 1, 2, 3, 4].map(|index| stage.app.ends_week(index));
    assert_eq!(ends(&stage), [false, true, false, true, false]);
    stage.keys(":").typed("sort name").key("enter");
    answer_view_with(&mut stage, &["A", "B", "C", "D", "E"], coverage, None, parts.to_vec());
    assert_eq!(ends(&stage), [false; 5]);
}
