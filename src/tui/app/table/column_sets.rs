//! The columns of live lists, of views, and of a view with columns of its own: each choice waits while another is shown.

use super::TableColumns;

/// The lists that a choice of columns belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum ColumnSet {
    /// Live lists.
    #[default]
    Live,
    /// All views without columns of their own.
    Views,
    /// A view with these columns.
    Own(TableColumns),
}

/// The choices of columns beside the one that is shown.
#[derive(Debug, Clone, Default)]
pub(crate) struct ColumnSets {
    /// The lists whose columns are shown.
    of: ColumnSet,
    live: Option<TableColumns>,
    views: Option<TableColumns>,
}

impl ColumnSets {
    /// Returns the choices as the last start has left them, while live lists are shown.
    pub(crate) fn with_views(views: Option<TableColumns>) -> Self {
        Self { views, ..Self::default() }
    }

    /// Shows the columns of other lists. Views begin with those of live lists.
    pub(crate) fn switch(&mut self, shown: &mut TableColumns, to: ColumnSet) {
        match self.of {
            ColumnSet::Live => self.live = Some(shown.clone()),
            ColumnSet::Views => self.views = Some(shown.clone()),
            ColumnSet::Own(_) => {}
        }
        let wanted = match &to {
            ColumnSet::Live => self.live.clone(),
            ColumnSet::Views => self.views.clone().or_else(|| self.live.clone()),
            ColumnSet::Own(columns) => Some(columns.clone()),
        };
        (*shown, self.of) = (wanted.unwrap_or_default(), to);
    }

    /// Returns the lists whose columns are shown.
    pub(crate) fn current(&self) -> &ColumnSet {
        &self.of
    }

    /// Returns the columns of live lists.
    pub(crate) fn live<'a>(&'a self, shown: &'a TableColumns) -> &'a TableColumns {
        self.live.as_ref().filter(|_| self.of != ColumnSet::Live).unwrap_or(shown)
    }

    /// Returns the columns of views; `None` if none was shown.
    pub(crate) fn views<'a>(&'a self, shown: &'a TableColumns) -> Option<&'a TableColumns> {
        if self.of == ColumnSet::Views { Some(shown) } else { self.views.as_ref() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_list_keeps_its_columns() {
        let (mut shown, mut sets) = (TableColumns::default(), ColumnSets::default());
        let usual = shown.clone();
        shown.toggle(1);
        let live = shown.clone();
        sets.switch(&mut shown, ColumnSet::Views);
        assert_eq!((&shown, sets.live(&shown)), (&live, &live), "views begin as live lists are");
        shown.toggle(2);
        let views = shown.clone();
        sets.switch(&mut shown, ColumnSet::Own(usual.clone()));
        assert_eq!((&shown, sets.live(&shown), sets.views(&shown)), (&usual, &live, Some(&views)));
        shown.toggle(3);
        sets.switch(&mut shown, ColumnSet::Live);
        assert_eq!((&shown, sets.views(&shown)), (&live, Some(&views)));
        shown.toggle(1);
        assert_eq!(sets.live(&shown), &usual);
        sets.switch(&mut shown, ColumnSet::Views);
        assert_eq!(shown, views);
    }
}
