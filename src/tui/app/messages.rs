//! The sentences in and below an empty table, with their places, and the keys that they name: a click on one presses it.

use super::{App, banner::banner_lines, lines::Tone, long_wait};
use crate::{
    api::ErrorKind,
    text::{self, wrap},
    tui::{
        action::{ACTIONS, Action},
        app::timing::PATIENCE,
    },
};

/// The actions whose keys our own words name. A server's words that look like them can do no more than these.
const NAMED: [Action; 12] = [
    Action::Back,
    Action::Refresh,
    Action::Inspector,
    Action::Profiles,
    Action::ClearFilters,
    Action::NameAnywhere,
    Action::GoToCustomer,
    Action::StatusAll,
    Action::Views,
    Action::Export,
    Action::OwnRecord,
    Action::OrderTerm,
];

/// A line of a message on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlacedLine {
    pub(crate) x: u16,
    pub(crate) y: u16,
    pub(crate) tone: Tone,
    pub(crate) text: String,
}

/// Returns the lines of the message that the table shows: below its rows, or in the middle if there are none.
pub(crate) fn table_message(app: &App) -> Vec<PlacedLine> {
    let Some(inside) = app.areas().table_inside() else { return Vec::new() };
    if app.has_rows() {
        let lines = banner_lines(app);
        let first = inside.bottom().saturating_sub(u16::try_from(lines.len()).unwrap_or_default());
        let placed = |((tone, text), y)| PlacedLine { x: inside.x + 1, y, tone, text };
        return lines.into_iter().zip(first..).map(placed).collect();
    }
    let width = inside.width.saturating_sub(4);
    let start = inside.y + 1 + (inside.height.saturating_sub(4)) / 3;
    let pieces = empty_table(app).into_iter().flat_map(|(words, tone)| {
        wrap(&words, usize::from(width)).into_iter().map(move |piece| (piece, tone))
    });
    let placed = |((text, tone), y): ((String, Tone), u16)| {
        let wide = u16::try_from(text::width(&text)).unwrap_or(width);
        PlacedLine { x: inside.x + 2 + (width.saturating_sub(wide)) / 2, y, tone, text }
    };
    pieces.zip(start..inside.bottom()).map(placed).collect()
}

/// Returns the reason why the table is empty, and the keys that help.
fn empty_table(app: &App) -> Vec<(String, Tone)> {
    let mut lines = Vec::new();
    if let Some(error) = app.table.error() {
        let told = app.detail.labels.tell(error);
        // A load that the user stopped is not an error.
        lines.push((told.what, if app.table.is_stopped() { Tone::Dim } else { Tone::Bad }));
        lines.push((told.todo, Tone::Plain));
        // Live lists need the API, but not what was read before.
        let is_away = matches!(error.kind, ErrorKind::Offline | ErrorKind::Timeout);
        if is_away && app.keeps_copy() && app.table.filter.portfolio.is_none() {
            let views = app.keys.label(Action::Views);
            lines.push((
                format!("[{views}] views of the local copy, which work without the API"),
                Tone::Plain,
            ));
        }
    } else if let Some(shown) = app.table.shown().filter(|_| !app.table.is_stale()) {
        let (sentence, explanation, ways) = app.nothing_found(&shown.request.filter);
        lines.push((sentence, Tone::Plain));
        // What is wrong with the list may be why nothing is in it.
        lines.extend(shown.complaint.clone().map(|words| (text::clean(&words).into_owned(), Tone::Warn)));
        lines.extend(explanation.map(|words| (words, Tone::Plain)));
        // Each suggestion stays on one line.
        let ways: Vec<String> = ways.iter().map(|way| way.replace(' ', "\u{a0}")).collect();
        lines.push((ways.join("  "), Tone::Dim));
    } else if let Some((what, next)) = long_wait(app) {
        lines.push((what, Tone::Warn));
        lines.push((next, Tone::Plain));
    } else if app.table.waiting_since.is_some_and(|since| app.now.mono.saturating_sub(since) >= PATIENCE) {
        lines.push(("Loading customers …".to_owned(), Tone::Dim));
    }
    lines
}

/// Returns the label of the key that a line names at a column: in `[x] clear  [r] refresh`, each key with its words.
fn key_at(line: &str, column: usize) -> Option<&str> {
    let before = |at: usize| text::width(&line[..at]);
    let starts: Vec<usize> = line.match_indices('[').map(|(at, _)| at).collect();
    let start = *starts.iter().rev().find(|at| before(**at) <= column)?;
    let rest = &line[start + 1..];
    let label = &rest[..rest.find(']')?];
    // A sentence ends what belongs to the key; so does the next key.
    let end = rest.find(['.', '[']).map_or(line.len(), |end| start + 1 + end);
    let end = start + line[start..end].trim_end().len();
    (column < before(end) && !label.is_empty()).then_some(label)
}

impl App {
    /// Returns the action of the key that a line names at a column, if the key works now.
    pub(crate) fn named_action(&self, line: &str, column: usize) -> Option<Action> {
        let label = key_at(line, column)?;
        let is_meant = |action: Action| self.keys.labels(action).split(' ').any(|known| known == label);
        let mut usable =
            ACTIONS.iter().filter(|info| NAMED.contains(&info.action) && self.applies(info.scope));
        usable.find(|info| is_meant(info.action)).map(|info| info.action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_its_words_and_no_more() {
        let line = "  [x] clear search  [Esc] stop. The rest";
        for (column, key) in [
            (0, None),
            (2, Some("x")),
            (4, Some("x")),
            (16, Some("x")),
            (18, None),
            (20, Some("Esc")),
            (29, Some("Esc")),
            (31, None),
            (99, None),
        ] {
            assert_eq!(key_at(line, column), key, "{column}");
        }
        for none in ["", "no key", "[", "[]", "a ] b ["] {
            assert_eq!((0..9).find_map(|column| key_at(none, column)), None, "{none}");
        }
        assert_eq!(key_at("株式会社 [r] neu", 9), Some("r"), "columns, not letters");
    }
}
