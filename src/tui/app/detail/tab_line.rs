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
