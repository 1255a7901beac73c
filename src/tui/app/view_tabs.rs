//! The views as tabs on the table's upper border, while one of them is shown.

use super::App;
use crate::{state::LIVE, text};

/// The columns between two tabs.
const GAP: usize = 2;

/// One tab: its words, clean, with their place, counted from the first column of the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ViewTab {
    pub(crate) x: u16,
    pub(crate) words: String,
    pub(crate) is_current: bool,
    /// The place among all tabs.
    index: usize,
}

/// The tabs that fit, the current one among them, and whether some are left out before and after.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ViewTabs {
    pub(crate) tabs: Vec<ViewTab>,
    pub(crate) before: bool,
    pub(crate) after: bool,
}

impl ViewTabs {
    /// Returns the place among all tabs of the one that a click on a column of the line means, which has `width` columns.
    fn index_at(&self, column: u16, width: u16) -> Option<usize> {
        if self.before && column < 2 {
            return self.tabs.first()?.index.checked_sub(1);
        }
        if self.after && column + 2 >= width {
            return Some(self.tabs.last()?.index + 1);
        }
        let is_on = |tab: &&ViewTab| {
            (usize::from(tab.x)..usize::from(tab.x) + text::width(&tab.words)).contains(&usize::from(column))
        };
        self.tabs.iter().find(is_on).map(|tab| tab.index)
    }
}

/// Places as many tabs as fit into `width` columns around the current one.
fn place(names: &[String], current: usize, width: u16) -> ViewTabs {
    let width = usize::from(width);
    for from in 0..=current {
        let before = from > 0;
        let mut x = if before { 2 } else { 0 };
        let mut tabs = Vec::new();
        for (index, name) in names.iter().enumerate().skip(from) {
            let wide = text::width(name);
            let mark = if index + 1 < names.len() { GAP } else { 0 };
            if x + wide + mark > width && !(tabs.is_empty() && from == current) {
                break;
            }
            let words = text::truncate(name, width.saturating_sub(x + mark)).into_owned();
            tabs.push(ViewTab {
                x: u16::try_from(x).unwrap_or(u16::MAX),
                words,
                is_current: index == current,
                index,
            });
            x += wide + GAP;
        }
        if let Some(last) = tabs.last().map(|tab| tab.index).filter(|last| *last >= current) {
            return ViewTabs { tabs, before, after: last + 1 < names.len() };
        }
    }
    ViewTabs::default()
}

impl App {
    /// Returns the names of the tabs, and the place of the current one; `None` while live lists are shown.
    fn tab_names(&self) -> Option<(Vec<String>, usize)> {
        let current = self.tab_name()?;
        let views = self.views().into_iter().map(|view| text::clean(&view.name).into_owned());
        let mut names: Vec<String> = std::iter::once(LIVE.to_owned()).chain(views).collect();
        let at = names.iter().rposition(|name| *name == current);
        // A query that is no view has a tab of its own for as long as it is shown.
        let at = at.unwrap_or_else(|| {
            names.push(current);
            names.len() - 1
        });
        Some((names, at))
    }

    /// Returns the columns of the table's upper border that the tabs may take: those that the count leaves.
    pub(crate) fn view_tabs_width(&self, border: u16) -> u16 {
        let count = u16::try_from(text::width(&self.table.shown_range(self.now))).unwrap_or(u16::MAX);
        border.saturating_sub(count.saturating_add(9))
    }

    /// Returns the tabs in `width` columns; none while live lists are shown, or if the table says something else there.
    pub(crate) fn view_tabs(&self, width: u16) -> Option<ViewTabs> {
        let (names, current) = self.tab_names()?;
        let says_more = self.marks.len() > 0
            || self.table.waiting_since.is_some()
            || self.table.previous_rows_title(self.now).is_some();
        (!says_more && width > 0).then(|| place(&names, current, width))
    }

    /// Shows the view whose tab was clicked; returns false if none was.
    pub(crate) fn click_view_tab(&mut self, column: u16, width: u16) -> bool {
        let Some(index) = self.view_tabs(width).and_then(|tabs| tabs.index_at(column, width)) else {
            return false;
        };
        self.show_tab(index)
    }

    /// Shows the view after or before this one; before the first one and after the last one come live lists.
    pub(crate) fn step_view(&mut self, forward: bool) -> bool {
        let count = self.views().len() + 1;
        let current = self.tab_names().map_or(0, |(_, current)| current);
        let next = match (forward, current) {
            (true, current) => (current + 1) % count.max(current + 1),
            (false, 0) => count - 1,
            (false, current) => current - 1,
        };
        self.show_tab(if next >= count { 0 } else { next })
    }

    fn show_tab(&mut self, index: usize) -> bool {
        match index.checked_sub(1) {
            None => self.show_live(),
            Some(view) => match self.views().into_iter().nth(view) {
                Some(view) => self.open_view(view),
                None => false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Vec<String> {
        ["Live", "All customers", "New this month", "株式会社"].map(str::to_owned).to_vec()
    }

    #[test]
    fn the_current_tab_is_always_there_and_none_is_cut_but_it() {
        let names = names();
        for width in 8..60 {
            for current in 0..names.len() {
                let placed = place(&names, current, width);
                let shown = placed.tabs.iter().find(|tab| tab.is_current).expect("the current one");
                assert_eq!(shown.index, current);
                for tab in &placed.tabs {
                    let end = usize::from(tab.x) + text::width(&tab.words);
                    assert!(end <= usize::from(width), "{width}: {placed:?}");
                    assert!(tab.words == names[tab.index] || tab.is_current, "{width}: {placed:?}");
                }
            }
        }
        let whole = place(&names, 1, 60);
        assert_eq!((whole.tabs.len(), whole.before, whole.after), (4, false, false));
    }

    #[test]
    fn a_click_means_a_tab_or_the_next_one_that_is_left_out() {
        let placed = place(&names(), 2, 24);
        assert_eq!(
            (placed.tabs[0].words.as_str(), placed.before, placed.after),
            ("New this month", true, true)
        );
        assert_eq!(placed.index_at(0, 24), Some(1));
        assert_eq!(placed.index_at(23, 24), Some(3));
        assert_eq!(placed.index_at(5, 24), Some(2));
        assert_eq!(placed.index_at(20, 24), None);
    }
}
