//! Whose record is shown, how it is asked for, and the tabs that show it.

use super::super::browse::RowRef;
use crate::model::{Link, Row};

/// One tab of the detail pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    Overview,
    Contacts,
    Products,
    Orders,
    Raw,
}

impl Tab {
    pub(crate) const ALL: [Self; 5] =
        [Self::Overview, Self::Contacts, Self::Products, Self::Orders, Self::Raw];

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Contacts => "Contacts",
            Self::Products => "Products",
            Self::Orders => "Orders",
            Self::Raw => "Raw",
        }
    }

    pub(crate) fn step(self, forward: bool) -> Self {
        let index = Self::ALL.iter().position(|tab| *tab == self).unwrap_or_default();
        let count = Self::ALL.len();
        Self::ALL[(index + if forward { 1 } else { count - 1 }) % count]
    }
}

/// Whose record is shown.
#[derive(Debug, Clone)]
pub(crate) enum Subject {
    /// The selected row of the table.
    Row(RowRef),
    /// The row's own record, asked for by its id because its link leads elsewhere.
    Own(RowRef),
    /// A customer that was asked for by id.
    Id(String),
}

impl Subject {
    /// The place of the row, where the subject is one.
    pub(crate) fn row_ref(&self) -> Option<&RowRef> {
        match self {
            Self::Row(row) | Self::Own(row) => Some(row),
            Self::Id(_) => None,
        }
    }

    /// The row, where the subject is one.
    pub(crate) fn row(&self) -> Option<&Row> {
        self.row_ref()?.row()
    }

    /// The customer's id, as the row or the person has it; none for a row that could not be read.
    pub(crate) fn customer_id(&self) -> Option<&str> {
        match self {
            Self::Row(row) | Self::Own(row) => row.customer().map(|row| row.customer_id.as_str()),
            Self::Id(id) => Some(id),
        }
    }

    /// How the record is asked for: by the row's link, or by id.
    pub(super) fn source(&self) -> Option<Source> {
        match self {
            Self::Row(row) => {
                let row = row.customer()?;
                Some(match &row.link {
                    Some(link) => Source::Link(link.clone()),
                    None => Source::Id(row.customer_id.clone()),
                })
            }
            Self::Own(_) | Self::Id(_) => Some(Source::Id(self.customer_id()?.to_owned())),
        }
    }
}

/// How a record is asked for; also its name in the cache.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Source {
    Link(Link),
    Id(String),
}
