//! Pages by their number, and the words over the table that say which rows are shown.

use super::{CustomerTable, PageTurn, SelectionTarget, WantedWindow};
use crate::{
    model::{Cursor, MergeCursor},
    text,
    tui::app::message::{Now, Outbox},
};

/// The maximum number of pages of a merged list that are loaded to get to a page.
const MOST_WALKED: u64 = 40;

/// The reason why the table cannot go to a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoPage {
    /// The list has only this many pages.
    Count(u64),
    /// The list has no random access, and the page is too far away.
    TooFar,
    /// The rows are still loading.
    Loading,
    /// The rows of this filter could not be loaded.
    NotLoaded,
}

impl CustomerTable {
    /// Asks for a page by its number, from 1; a number past the end of `u64::MAX` is the last page.
    ///
    /// In a list without random access, the pages between are loaded one after the other.
    pub(crate) fn go_to_page(&mut self, number: u64, now: Now, out: &mut Outbox) -> Result<PageTurn, NoPage> {
        self.way_back = None;
        let limit = u64::from(self.filter.page_size).max(1);
        let missing = if self.error().is_some() { NoPage::NotLoaded } else { NoPage::Loading };
        let window = self.current().filter(|_| self.target.is_none()).ok_or(missing)?;
        let count = window.total.div_ceil(limit).max(1);
        let number = if number == u64::MAX { count } else { number };
        if number > count {
            return Err(NoPage::Count(count));
        }
        let at = match &window.at {
            _ if number == 1 => Cursor::Start,
            _ if window.capabilities.random_access => Cursor::Row((number - 1) * limit),
            Cursor::Merged(MergeCursor(starts)) => {
                let here = starts.len() as u64;
                if number > here {
                    let further = number - here;
                    if further > MOST_WALKED {
                        return Err(NoPage::TooFar);
                    }
                    let Some(next) = window.next.clone() else { return Ok(PageTurn::AtEdge) };
                    let mut target = WantedWindow::new(next, SelectionTarget::First);
                    target.queued.pages = usize::try_from(further - 1).unwrap_or_default();
                    self.open(target, now, out);
                    return Ok(PageTurn::Requested);
                }
                let starts = starts.iter().take(usize::try_from(number).unwrap_or(usize::MAX)).cloned();
                Cursor::Merged(MergeCursor(starts.collect()))
            }
            Cursor::Start | Cursor::Row(_) => return Err(NoPage::TooFar),
        };
        self.open(WantedWindow::new(at, SelectionTarget::First), now, out);
        Ok(PageTurn::Requested)
    }
}

impl NoPage {
    /// Says why there is no such page, or how to get there.
    pub(crate) fn in_words(self) -> String {
        match self {
            Self::Count(1) => "There is only one page.".to_owned(),
            Self::Count(count) => format!("There are only {} pages.", text::group_digits(count)),
            Self::TooFar => {
                "This list is merged page by page: show one status of one reseller to go that far at once."
                    .to_owned()
            }
            Self::Loading => "The list is still loading.".to_owned(),
            Self::NotLoaded => "The list could not be loaded: refresh it first.".to_owned(),
        }
    }
}

impl CustomerTable {
    /// Returns which rows of how many are shown; nothing for rows of a previous question, whose numbers would be taken for
    /// those of this one.
    pub(crate) fn shown_range(&self, now: Now) -> String {
        let shown = self.shown().filter(|_| self.previous_rows_title(now).is_none());
        let Some(shown) = shown else { return String::new() };
        let total = text::group_digits(shown.total);
        match shown.len() {
            0 => format!("0 of {total}"),
            len => {
                let (first, last) = (shown.first.saturating_add(1), shown.first.saturating_add(len as u64));
                format!("{}–{} of {total}", text::group_digits(first), text::group_digits(last))
            }
        }
    }
}
