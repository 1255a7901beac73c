//! The lines below the rows: why the list is not what was asked for, what it waits for, what is wrong with it.

use super::{App, layout::inside, lines::Tone};
use crate::{
    text::{self, wrap},
    tui::action::Action,
};

/// The maximum number of lines of each part of a banner, if there is room.
const MOST: usize = 2;
/// The height of the table's inside from which each part may have more than one line.
const ROOMY: u16 = 12;

/// Returns what is wrong with the list, and what to do.
pub(crate) fn banner(app: &App) -> Option<(Tone, String, String)> {
    if let Some(error) = app.table.error() {
        let told = app.detail.labels.tell(error);
        return Some((Tone::Bad, told.what, told.todo));
    }
    if let Some((what, next)) = long_wait(app) {
        return Some((Tone::Warn, what, next));
    }
    let shown = app.table.shown()?;
    let complaint = shown.complaint.clone()?;
    if shown.coverage.is_some() {
        let refresh = app.keys.label(Action::Refresh);
        return Some((Tone::Warn, complaint, format!("[{refresh}] bring the copy up to date")));
    }
    let see = format!("[{}] see the requests", app.keys.label(Action::Inspector));
    Some((Tone::Warn, complaint, see))
}

/// Returns the banner as lines below the rows. Without rows, it is drawn in the middle of the table instead.
pub(crate) fn banner_lines(app: &App) -> Vec<(Tone, String)> {
    let Some(table) = app.areas().table.map(inside) else { return Vec::new() };
    if !app.has_rows() || table.height < 4 {
        return Vec::new();
    }
    let Some((tone, what, todo)) = banner(app) else { return Vec::new() };
    let most = if table.height < ROOMY { 1 } else { MOST };
    let width = usize::from(table.width.saturating_sub(2)).max(8);
    let lines = |tone, words: &str| lines(&text::clean(words), width, most).map(move |line| (tone, line));
    lines(tone, &what).chain(lines(Tone::Plain, &todo)).collect()
}

/// Describes briefly why the list is not here yet.
pub(crate) fn list_waits(app: &App) -> Option<String> {
    app.session.waits.briefly(app.table.awaited(), app.now.mono)
}

/// Describes briefly why the detail is not here yet.
pub(crate) fn detail_waits(app: &App) -> Option<String> {
    app.session.waits.briefly(app.detail.awaited(), app.now.mono)
}

/// Describes why the list is not here yet and how to stop waiting, if the delay is long.
pub(crate) fn long_wait(app: &App) -> Option<(String, String)> {
    let (what, next) = app.session.waits.at_length(app.table.awaited(), app.now.mono)?;
    let stop = app.keys.label(Action::Back);
    Some((what, format!("{next}  [{stop}] stop")))
}

/// Wraps text into at most `most` lines of `width` columns; text that does not fit ends in `…`.
fn lines(words: &str, width: usize, most: usize) -> impl Iterator<Item = String> + use<> {
    let mut lines = wrap(words, width);
    if lines.len() > most {
        let rest = lines.split_off(most - 1).join(" ");
        lines.push(text::truncate(&rest, width).into_owned());
    }
    lines.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_sentence_takes_two_lines_and_is_cut_where_it_needs_more() {
        let of = |words: &str, most| lines(words, 12, most).collect::<Vec<_>>();
        assert_eq!(of("one two", 2), ["one two"]);
        assert_eq!(of("one two three four", 2), ["one two", "three four"]);
        assert_eq!(of("one two three four five six", 2), ["one two", "three four …"]);
        assert_eq!(of("one two three", 1), ["one two thr…"]);
    }
}
