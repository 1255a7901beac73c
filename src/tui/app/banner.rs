//! The lines below the rows: why the list is not what was asked for, what it waits for, what is wrong with it.

use super::{App, layout::inside, lines::Tone};
use crate::{
    text::{self, wrap},
    tui::action::Action,
};

/// Lines that either part of a banner takes at most, where there is room.
const MOST: usize = 2;
/// The least height of the table's inside with room for more than a line of each.
const ROOMY: u16 = 12;

/// Returns the fault in the list, and what to do.
pub(crate) fn banner(app: &App) -> Option<(Tone, String, String)> {
    if let Some(error) = app.table.error() {
        let told = app.detail.labels.tell(error);
        return Some((Tone::Bad, told.what, told.todo));
    }
    if let Some((what, next)) = long_wait(app) {
        return Some((Tone::Warn, what, next));
    }
    let complaint = app.table.shown()?.complaint.clone()?;
    let see = format!("[{}] see the requests", app.keys.label(Action::Inspector));
    Some((Tone::Warn, complaint, see))
}

/// The same as lines below the rows. Where there are no rows, it is told in the middle of the table instead.
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

/// Returns the reason why the list waits, in a few words.
pub(crate) fn list_waits(app: &App) -> Option<String> {
    app.session.waits.briefly(app.table.awaited(), app.now.mono)
}

/// Returns the reason why the detail waits, in a few words.
pub(crate) fn detail_waits(app: &App) -> Option<String> {
    app.session.waits.briefly(app.detail.awaited(), app.now.mono)
}

/// Returns the reason why the list waits, and what stops it, if the wait is worth lines of its own.
pub(crate) fn long_wait(app: &App) -> Option<(String, String)> {
    let (what, next) = app.session.waits.at_length(app.table.awaited(), app.now.mono)?;
    let stop = app.keys.label(Action::Back);
    Some((what, format!("{next}  [{stop}] stop")))
}

/// At most `most` lines of `width` columns; what does not fit ends in `…`.
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
