//! A search match in the Raw tab is marked where it is, on as many lines as it takes.

use ratatui::{buffer::Cell, style::Modifier};
use serde_json::json;

use super::{Theme, buffer};
use crate::{
    text,
    tui::app::{
        Tab,
        stage::{Portfolio, Stage},
    },
};

/// A decomposed name that is too long for a line of 60 columns, with no-break spaces.
const NAME: &str = "Ole\u{301}anders\u{a0}Cafe\u{301}haus und Kontor fu\u{308}r Bu\u{308}cher, Karten und Noten am A\u{308}ußeren Tor";

/// Returns the Raw tab of a customer with this name on a small screen, after a search for `needle`.
fn searched(needle: &str) -> Stage {
    let mut portfolio = Portfolio::default();
    portfolio.lists[0][0]["companyProfile"]["companyName"] = json!(NAME);
    let mut stage = Stage::ready_with(60, 20, portfolio);
    stage.keys("enter left").answer();
    assert_eq!(stage.app.detail.tab, Tab::Raw);
    stage.keys("/").typed(needle).keys("enter");
    stage
}

/// Returns the text that is marked as the current match, line by line.
fn marked(stage: &Stage) -> Vec<String> {
    let theme = Theme::coloured();
    let buffer = buffer(stage, theme);
    let style = theme.found(true);
    let lines = (0..buffer.area.height).map(|y| {
        let cells = (0..buffer.area.width).map(|x| &buffer[(x, y)]);
        let marked = cells.filter(|cell| {
            cell.modifier.contains(Modifier::REVERSED) && Some(cell.fg) == style.fg.or(Some(cell.fg))
        });
        marked.map(Cell::symbol).collect::<String>()
    });
    lines.filter(|line| !line.is_empty()).collect()
}

#[test]
fn a_match_across_two_lines_is_marked_on_both() {
    let needle = "olé\u{301}"; // no such name
    assert_eq!(searched(needle).app.detail.search.matches.len(), 0);
    let composed = text::normalize_input(NAME).into_owned();
    for needle in
        [NAME, &composed, &composed.to_uppercase().replace("SS", "ß"), &NAME.replace(' ', "\u{3000}")]
    {
        let stage = searched(needle);
        let matches = &stage.app.detail.search.matches;
        assert_eq!(matches.len(), 1, "{needle:?}");
        assert!(matches[0].len() >= 2, "{matches:?}");
        let marked = marked(&stage);
        assert_eq!(marked.len(), matches[0].len(), "{marked:?}");
        assert_eq!(text::fold_case(&marked.concat()), text::fold_case(NAME), "{needle:?}");
    }
}

#[test]
fn the_matches_of_one_line_are_gone_through_in_order() {
    let mut stage = searched("und");
    let own: Vec<_> = stage.app.detail.search.matches.clone();
    assert!(own.len() >= 2 && own.is_sorted_by_key(|parts| (parts[0].line, parts[0].from)), "{own:?}");
    for step in 1..=own.len() {
        stage.keys("n");
        assert_eq!(stage.app.detail.search.current, step % own.len());
        assert_eq!(marked(&stage).concat().to_lowercase(), "und");
    }
    stage.keys("N");
    assert_eq!(stage.app.detail.search.current, own.len() - 1);
}
