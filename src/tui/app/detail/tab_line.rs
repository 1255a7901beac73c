//! The places of the detail pane's tabs: as many as fit, the current one always among them.

use super::Tab;
use crate::text;

/// The tabs that are shown, with their places, and whether some are left out before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TabLine {
    pub(crate) tabs: Vec<(Tab, u16)>,
    pub(crate) before: bool,
    pub(crate) after: bool,
}

impl TabLine {
    /// Returns the tab that a click on a column of the line means, which has `width` columns: one that is shown, or the next
    /// one that the marks at the ends stand for.
    pub(crate) fn tab_at(&self, all: &[Tab], column: u16, width: u16) -> Option<Tab> {
        let place = |tab: Tab| all.iter().position(|known| *known == tab);
        if self.before && column < 2 {
            return all.get(place(self.tabs.first()?.0)?.checked_sub(1)?).copied();
        }
        if self.after && column + 2 >= width {
            return all.get(place(self.tabs.last()?.0)? + 1).copied();
        }
        let at = |(tab, start): &(Tab, u16)| {
            let end = usize::from(*start) + text::width(tab.title());
            (*start <= column && usize::from(column) <= end).then_some(*tab)
        };
        self.tabs.iter().rev().find_map(at)
    }
}

/// Places the tabs into `width` columns, two blanks apart. `‹` and `›` take two columns if they are needed.
pub(crate) fn tab_line(all: &[Tab], current: Tab, width: u16) -> TabLine {
    let width = usize::from(width);
    let index = all.iter().position(|tab| *tab == current).unwrap_or_default();
    let mut from = 0;
    loop {
        let before = from > 0;
        let mut x = if before { 2 } else { 0 };
        let mut tabs = Vec::new();
        let mut end = from;
        while end < all.len() {
            let needed = text::width(all[end].title());
            let mark = if end + 1 < all.len() { 3 } else { 0 };
            if x + needed + mark > width && !tabs.is_empty() {
                break;
            }
            tabs.push((all[end], u16::try_from(x).unwrap_or(u16::MAX)));
            x += needed + 2;
            end += 1;
        }
        if index < end || from == index {
            return TabLine { tabs, before, after: end < all.len() };
        }
        from += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_click_on_a_mark_goes_to_the_tab_behind_it() {
        let all = Tab::all(false);
        let mut tab = Tab::Overview;
        let click = |tab, column| tab_line(all, tab, 31).tab_at(all, column, 31);
        for expected in &all[1..] {
            // The rightmost column is a mark until the last tab is shown.
            tab =
                click(tab, 30).or_else(|| tab_line(all, tab, 31).tabs.last().map(|(last, _)| *last)).unwrap();
            assert!(
                all.iter().position(|known| known == expected) <= all.iter().position(|known| *known == tab)
            );
        }
        assert_eq!(tab, all[all.len() - 1]);
        let first = tab_line(all, tab, 31).tabs[0].0;
        let before = all.iter().position(|known| *known == first).unwrap() - 1;
        assert_eq!(click(tab, 0), Some(all[before]));
        assert_eq!((click(Tab::Overview, 0), click(Tab::Overview, 9)), (Some(Tab::Overview), None));
    }

    #[test]
    fn all_tabs_where_there_is_room_else_the_current_one_among_some() {
        assert_eq!(tab_line(&Tab::ALL, Tab::Overview, 80).tabs.len(), 6);
        let narrow = tab_line(Tab::all(false), Tab::Overview, 31);
        assert_eq!(narrow.tabs.len(), 3);
        assert!(narrow.after && !narrow.before);
        for width in 0..60 {
            for tab in Tab::ALL {
                assert!(
                    tab_line(&Tab::ALL, tab, width).tabs.iter().any(|(shown, _)| *shown == tab),
                    "{tab:?} in {width}"
                );
            }
        }
    }
}
