//! The changes of a refresh, in words.

use std::collections::HashSet;

use crate::source::Window;

/// Describes who has gone and who is new, if both windows are of one place in one list and anything has changed.
///
/// Rows may only have moved over an edge of the window: those beyond the first and the last customer that both windows have
/// count only if the list ends there.
pub(super) fn in_words(before: &Window, after: &Window) -> Option<String> {
    if before.at != after.at || !before.request.filter.is_same_list(&after.request.filter) {
        return None;
    }
    let (was, is) = (ids(before), ids(after));
    let gone = count(&was, &is, before);
    let new = count(&is, &was, after);
    match (gone, new) {
        (0, 0) => None,
        (gone, 0) => Some(format!("Refreshed: {gone} gone.")),
        (0, new) => Some(format!("Refreshed: {new} new.")),
        (gone, new) => Some(format!("Refreshed: {gone} gone, {new} new.")),
    }
}

fn ids(window: &Window) -> Vec<&str> {
    (0..window.len()).filter_map(|index| Some(window.customer(index)?.customer_id.as_str())).collect()
}

/// Counts the customers that are in one window and not in the other.
fn count(these: &[&str], others: &[&str], window: &Window) -> usize {
    let others: HashSet<&str> = others.iter().copied().collect();
    let is_common = |id: &&str| others.contains(id);
    let first = these.iter().position(is_common);
    let last = these.iter().rposition(is_common);
    let begin = if window.first == 0 { 0 } else { first.unwrap_or(these.len()) };
    let end = if window.next.is_none() { these.len() } else { last.map_or(0, |last| last + 1) };
    these.get(begin..end.max(begin)).map_or(0, |these| these.iter().filter(|id| !is_common(id)).count())
}
