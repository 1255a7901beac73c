//! The summary in charts: what it shows, where the cursor goes, and which customers a bar opens.

use super::views::query;
use crate::{
    model::{CustomerFilter, PortfolioSummary, SortBy, Status, StatusFilter},
    tui::{
        action::Action,
        app::{
            Effect, Message, Overlay, Pane, Piece, Tone,
            overlays::DialogView,
            stage::{Stage, answer_summary, answer_view, figures, offline, two_profiles, whole},
        },
    },
};

/// Proves that a key of the summary does what its help says.
pub(super) fn prove(action: Action, key: &str) {
    let mut stage = summarised(120, 36);
    stage.key("tab");
    let at = |stage: &Stage| foot(stage)[0].clone();
    assert_eq!(at(&stage), "Nov 2026: 0 new customers so far");
    if action == Action::SummaryRight {
        stage.keys("left left");
    }
    stage.key(key);
    assert_eq!(at(&stage), "Oct 2026: 7 new customers");
}

/// A stage with the summary of all customers, over live lists.
fn summarised(width: u16, height: u16) -> Stage {
    let mut stage = Stage::ready(width, height);
    stage.key("%");
    answer_summary(&mut stage, figures(), |_| {});
    stage
}

/// A stage with a view of the local copy that a query finds.
fn viewed(query: &str) -> Stage {
    let mut stage = Stage::ready(120, 36);
    stage.keys(":").typed(&format!("find {query}")).key("enter");
    let coverage = whole(&stage);
    answer_view(&mut stage, &["Acme", "Birch"], coverage, None);
    stage
}

fn view(stage: &Stage) -> DialogView {
    let Some(overlay @ Overlay::Summary(_)) = &stage.app.overlay else { panic!("no summary is open") };
    overlay.dialog().view(&stage.app)
}

fn words<'a>(pieces: impl IntoIterator<Item = &'a Piece>) -> String {
    let text = |piece: &'a Piece| if let Piece::Text(_, text) = piece { text.as_str() } else { "" };
    pieces.into_iter().map(text).collect()
}

/// Returns the lines below the charts that are not blank.
fn foot(stage: &Stage) -> Vec<String> {
    view(stage).foot.iter().map(|line| words(&line.pieces)).filter(|line| !line.is_empty()).collect()
}

/// Returns everything that the dialog says.
fn text(stage: &Stage) -> String {
    let view = view(stage);
    let lines = view.head.iter().chain(&view.body).chain(&view.foot);
    lines.map(|line| words(&line.pieces) + "\n").collect()
}

/// Returns the text that the cursor is on.
fn selected(stage: &Stage) -> String {
    let view = view(stage);
    let mut pieces = view.body.iter().flat_map(|line| &line.pieces);
    let found = pieces.find_map(|piece| match piece {
        Piece::Text(Tone::Selected, text) => Some(text.split_whitespace().collect::<Vec<_>>().join(" ")),
        _ => None,
    });
    found.unwrap_or_default()
}

/// Returns the filter of the summary that is requested, and whether the copy is to be brought up to date.
fn asked(stage: &Stage) -> Option<(CustomerFilter, bool)> {
    stage.pending.iter().rev().find_map(|effect| match effect {
        Effect::LoadSummary(_, filter, refresh) => Some((filter.clone(), *refresh)),
        _ => None,
    })
}

#[test]
fn the_summary_is_of_all_customers_over_live_lists_and_of_the_view_otherwise() {
    let mut stage = Stage::ready(120, 36);
    stage.keys("3 %");
    let (filter, refresh) = asked(&stage).unwrap();
    assert_eq!((filter.portfolio.as_deref(), filter.status, refresh), (Some(""), StatusFilter::All, false));
    assert!(text(&stage).contains("Counting …"));
    assert_eq!(view(&stage).title, "Summary · All customers");
    let mut stage = viewed("country:DE");
    stage.keys("2 %");
    let (filter, _) = asked(&stage).unwrap();
    assert_eq!(filter, stage.app.table.filter);
    assert_eq!(filter.status, StatusFilter::One(Status::pending()));
    answer_summary(&mut stage, figures(), |_| {});
    assert_eq!(view(&stage).title, "Summary · Find country:DE");
    assert!(text(&stage).contains("Query  country:DE status:1002\n"), "{}", text(&stage));
}

#[test]
fn each_bar_opens_its_customers() {
    for (keys, expected) in [
        ("enter", "status:active"),
        ("down down enter", "status:pending"),
        ("tab enter", "joined:2026-11"),
        ("tab left left enter", "joined:2026-09"),
        ("tab tab enter", "renewal:2026-11-23..2026-11-29"),
        ("tab tab down down enter", "renewal:2026-12-07..2026-12-13"),
        ("tab tab tab enter", "segment:COM"),
        ("tab tab tab down down enter", "segment:none"),
        ("tab tab tab tab enter", "country:AX"),
        ("tab tab tab tab tab enter", "level:01"),
        ("shift-tab shift-tab enter", "reseller:1000396138"),
        ("shift-tab enter", "product:=\"Lantern Pro for teams, all apps\""),
        ("end enter", "product:=65304480CA01A12"),
    ] {
        let mut stage = summarised(120, 36);
        stage.keys(keys);
        assert!(stage.app.overlay.is_none(), "{keys}");
        assert_eq!((query(&stage), stage.notice()), (Some(expected), ""), "{keys}");
        assert_eq!(stage.app.filter.typed.name, expected);
    }
}

#[test]
fn a_bar_narrows_the_query_on_the_screen() {
    for (before, keys, expected) in [
        ("acme", "enter", "acme status:active"),
        ("status:active,pending seats:>5", "enter", "status:active seats:>5"),
        ("joined:400d", "tab left enter", "joined:400d joined:2026-10"),
        ("product:pro", "shift-tab enter", "product:pro product:=\"Lantern Pro for teams, all apps\""),
        ("level:>01", "tab tab tab tab tab enter", "level:>01 level:01"),
        ("renewal:..30d", "tab tab enter", "renewal:..30d renewal:2026-11-23..2026-11-29"),
    ] {
        let mut stage = viewed(before);
        stage.key("%");
        answer_summary(&mut stage, figures(), |_| {});
        stage.keys(keys);
        assert_eq!(query(&stage), Some(expected));
    }
}

#[test]
fn the_view_keeps_its_order_and_what_the_panel_chooses() {
    let mut stage = viewed("seats:>5");
    stage.keys(":").typed("sort country desc").key("enter");
    stage.keys("1 enter %");
    answer_summary(&mut stage, figures(), |_| {});
    stage.keys("tab tab tab");
    assert_eq!(foot(&stage)[1], "Enter shows 1,000 customers: seats:>5 status:1000 segment:COM");
    stage.key("enter");
    let filter = &stage.app.table.filter;
    assert_eq!(filter.portfolio.as_deref(), Some("seats:>5 segment:COM"));
    assert_eq!(
        (filter.sort_by, &filter.status),
        (SortBy::Column("country"), &StatusFilter::One(Status::active()))
    );
    assert_eq!(stage.app.screen.focus, Pane::Table);
}

#[test]
fn the_cursor_goes_up_and_down_a_column_and_across() {
    let mut stage = summarised(120, 36);
    assert_eq!(selected(&stage), "Active 1,204");
    stage.keys("up");
    assert_eq!(selected(&stage), "Active 1,204", "the first one");
    stage.keys("j j j");
    assert_eq!(selected(&stage), "1026 3");
    stage.key("down");
    assert_eq!(selected(&stage), "▲ Nov 2026: 0");
    stage.key("down");
    assert_eq!(selected(&stage), "23 Nov 0 0 0", "the next chart, though it is in another column");
    stage.keys("k k");
    assert_eq!(selected(&stage), "1026 3");
    stage.key("right");
    let beside = selected(&stage);
    assert_ne!(beside, "1026 3");
    stage.key("left");
    assert!(foot(&stage)[0].starts_with("Status "), "{}", foot(&stage)[0]);
    stage.keys("home");
    assert_eq!(selected(&stage), "Active 1,204");
    stage.keys("end");
    assert_eq!(selected(&stage), "65304480CA01A12 7");
    stage.key("tab");
    assert_eq!(selected(&stage), "Active 1,204", "the first chart follows the last one");
}

#[test]
fn the_months_are_passed_one_by_one_and_left_at_their_ends() {
    let mut stage = summarised(60, 20);
    stage.key("tab");
    assert!(foot(&stage)[0].starts_with("Nov 2026"));
    for _ in 0..40 {
        stage.key("h");
    }
    assert!(foot(&stage)[0].starts_with("Dec 2024"), "there is no column of charts to the left");
    let mut stage = summarised(120, 36);
    stage.keys("tab right");
    assert!(!foot(&stage)[0].contains("2026"), "{}", foot(&stage)[0]);
}

#[test]
fn a_week_says_what_becomes_of_its_seats_and_whom_its_query_finds() {
    let mut stage = summarised(120, 36);
    stage.keys("tab tab down down");
    assert_eq!(selected(&stage), "7 Dec 62 0 ~402");
    assert_eq!(
        foot(&stage),
        [
            "7–13 Dec 2026: 62 seats lapse, about 402 renew, of 26 customers",
            "Enter shows 13 customers with a renewal in that week: renewal:2026-12-07..2026-12-13"
        ]
    );
    stage.key("down");
    assert_eq!(
        foot(&stage)[0],
        "14–20 Dec 2026: 93 seats lapse, 9 are undecided, 603 renew, of 39 customers"
    );
    stage.key("down");
    stage.key("down");
    assert!(foot(&stage)[0].starts_with("28 Dec 2026–3 Jan 2027: "), "{}", foot(&stage)[0]);
    let mut narrow = summarised(60, 20);
    narrow.keys("tab tab down down");
    assert_eq!(foot(&narrow)[0], "7 Dec: 62 lapse, about 402 renew, of 26 customers");
}

#[test]
fn what_is_not_known_is_said() {
    let mut stage = Stage::ready(120, 36);
    stage.key("%");
    let partial = PortfolioSummary { with_record: 1_300, with_subscriptions: 1_204, gone: 2, ..figures() };
    answer_summary(&mut stage, partial, |answer| {
        answer.complaint = Some("Reseller 7: the list may be incomplete: it moved.".to_owned());
        answer.coverage.offline_since = Some("2026-11-23T09:30:00Z".parse().unwrap());
    });
    let text = text(&stage);
    for said in [
        "details 92% · offline since 09:30",
        "Reseller 7: the list may be incomplete: it moved.",
        "The details of 103 customers have not been read yet and are not counted.",
        "2 customers that are gone are not counted.",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let count = |words: &str| text.matches(words).count();
    assert_eq!(count("1,300 of 1,307 customers"), 3, "segments, countries, levels");
    assert_eq!(count("1,204 of 1,307 customers"), 2, "weeks, products");
}

#[test]
fn a_failure_is_told_with_its_remedy_and_leaves_the_figures() {
    let mut stage = Stage::ready(120, 36);
    stage.key("%");
    stage.fail(&offline("no copy"));
    assert!(text(&stage).contains("Offline: ") && text(&stage).contains("[r] retry"), "{}", text(&stage));
    stage.key("r");
    assert_eq!(asked(&stage).map(|(_, refresh)| refresh), Some(true));
    answer_summary(&mut stage, figures(), |_| {});
    assert!(!text(&stage).contains("Offline: "));
    stage.key("r");
    assert_eq!(selected(&stage), "Active 1,204", "they stay while others are on their way");
    stage.fail(&offline("no copy"));
    assert_eq!(selected(&stage), "Active 1,204");
    assert!(text(&stage).contains("Offline: "));
    let view = view(&stage);
    let line = view.body.iter().position(|line| words(&line.pieces).contains("[r] retry")).unwrap();
    let at = words(&view.body[line].pieces).find("[r]").unwrap();
    let rows = view.rows();
    stage.click(rows.x + u16::try_from(at).unwrap() + 1, rows.y + u16::try_from(line).unwrap());
    assert!(asked(&stage).is_some(), "a click on the key presses it");
}

#[test]
fn a_changed_copy_is_added_up_again_and_the_cursor_stays_on_its_bar() {
    let mut stage = summarised(120, 36);
    stage.keys("down down");
    assert_eq!(selected(&stage), "Pending 12");
    stage.send(Message::PortfolioChanged);
    stage.send(Message::PortfolioChanged);
    let requests = |stage: &Stage| {
        stage.pending.iter().filter(|effect| matches!(effect, Effect::LoadSummary(..))).count()
    };
    assert_eq!(requests(&stage), 1);
    let mut changed = figures();
    changed.groups[0].counts.values = vec![("1002".into(), 2_000), ("1000".into(), 1_204)];
    answer_summary(&mut stage, changed, |_| {});
    assert_eq!(selected(&stage), "Pending 2,000");
    assert_eq!(requests(&stage), 1, "once more, since it changed while the figures were on their way");
    answer_summary(&mut stage, figures(), |_| {});
    assert_eq!((requests(&stage), selected(&stage).as_str()), (0, "Pending 12"));
    let mut without = figures();
    without.groups[0].counts.values.pop();
    without.groups[0].counts.values.pop();
    stage.send(Message::PortfolioChanged);
    answer_summary(&mut stage, without, |_| {});
    assert_eq!(selected(&stage), "Active 1,204", "its bar is gone");
}

#[test]
fn figures_find_the_summary_below_the_list_of_keys_and_none_that_was_closed() {
    let mut stage = Stage::ready(120, 36);
    stage.keys("% ?");
    answer_summary(&mut stage, figures(), |_| {});
    stage.key("esc");
    assert_eq!(selected(&stage), "Active 1,204");
    stage.keys("esc");
    assert!(stage.app.overlay.is_none());
    stage.send(Message::PortfolioChanged);
    assert_eq!(asked(&stage), None, "nobody wants them any more");
    stage.keys("% %");
    assert!(stage.app.overlay.is_none(), "its key closes it too");
}

#[test]
fn a_profile_is_asked_before_a_copy_is_made() {
    let mut stage = Stage::of_profile("apac", two_profiles(), 120, 36);
    stage.answer();
    stage.key("%");
    assert!(matches!(stage.app.overlay, Some(Overlay::KeepCopy(_))));
    assert_eq!(asked(&stage), None);
    stage.key("s");
    assert!(matches!(stage.app.overlay, Some(Overlay::Summary(_))));
    assert!(asked(&stage).is_some());
    assert_eq!(query(&stage), None, "the live list stays below it");
}

#[test]
fn it_opens_from_the_palette_and_from_the_list_of_views() {
    let mut stage = Stage::ready(120, 36);
    stage.keys(":").typed("summary").key("enter");
    assert!(matches!(stage.app.overlay, Some(Overlay::Summary(_))));
    stage.keys("esc :").typed("charts").key("enter");
    assert!(matches!(stage.app.overlay, Some(Overlay::Summary(_))));
    stage.keys("esc v end enter");
    assert!(matches!(stage.app.overlay, Some(Overlay::Summary(_))));
}

#[test]
fn a_click_selects_a_bar_and_another_one_opens_it() {
    let mut stage = summarised(120, 36);
    let rows = view(&stage).rows();
    let line = view(&stage).body.iter().position(|line| words(&line.pieces).starts_with("Pending")).unwrap();
    let y = rows.y + u16::try_from(line).unwrap();
    stage.click(rows.x + 30, y);
    assert_eq!(selected(&stage), "Pending 12", "anywhere on its line");
    stage.click(rows.x, y);
    assert_eq!(query(&stage), Some("status:pending"));
    let mut stage = summarised(120, 36);
    let line = view(&stage)
        .body
        .iter()
        .position(|line| line.pieces.iter().any(|piece| matches!(piece, Piece::Sparkline(_))));
    stage.click(rows.x + 3, rows.y + u16::try_from(line.unwrap()).unwrap());
    assert_eq!(foot(&stage)[0], "Mar 2025: 2 new customers");
    stage.wheel(true, rows.x, rows.y);
    assert_eq!(selected(&stage), "23 Nov 0 0 0");
    stage.click(0, 0);
    assert!(stage.app.overlay.is_none(), "a click beside the box closes it");
}

#[test]
fn the_cursor_is_always_visible_and_the_charts_move_no_more_than_needed() {
    for (width, height) in [(60, 10), (60, 20), (80, 24), (120, 30), (160, 45)] {
        let mut stage = summarised(width, height);
        let is_visible = |stage: &Stage| {
            let view = view(stage);
            let is_on = |line: &crate::tui::app::ViewLine| {
                line.pieces.iter().any(|piece| matches!(piece, Piece::Text(Tone::Selected, _)))
            };
            let line = view.body.iter().position(is_on).unwrap();
            let height = usize::from(view.rows().height);
            (view.top..view.top + height).contains(&line)
        };
        for key in ["down", "right", "tab", "pagedown", "up", "pageup", "left", "end", "shift-tab", "home"] {
            for _ in 0..30 {
                stage.key(key);
                assert!(is_visible(&stage), "{width}x{height} {key}: {}", selected(&stage));
            }
        }
        assert_eq!(view(&stage).top, 0, "the notes are seen again at the first bar");
    }
    let mut stage = summarised(60, 20);
    stage.keys("tab tab end");
    let top = view(&stage).top;
    stage.key("up");
    assert_eq!(view(&stage).top, top);
}

#[test]
fn a_summary_of_nobody_says_so() {
    let mut stage = Stage::ready(60, 20);
    stage.key("%");
    let mut nobody = PortfolioSummary { customers: 0, with_record: 0, with_subscriptions: 0, ..figures() };
    nobody.groups.iter_mut().for_each(|group| {
        group.counts.values.clear();
        group.without = 0;
    });
    nobody.products.clear();
    nobody.weeks.clear();
    answer_summary(&mut stage, nobody, |_| {});
    assert_eq!(view(&stage).right, "0 customers");
    assert_eq!(text(&stage).matches("none\n").count() + text(&stage).matches("none ").count(), 7);
    stage.keys("tab tab down up left");
    assert!(foot(&stage)[0].contains("new customers"), "the months are the only bars");
}
