//! The subject of the detail pane, how its record is requested, and the tabs that show it.

use std::sync::Arc;

use crate::{
    model::{RecordKey, Row},
    tui::app::records::record_key,
};

/// One tab of the detail pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    Overview,
    Contacts,
    Products,
    Orders,
    History,
    Raw,
}

impl Tab {
    pub(crate) const ALL: [Self; 6] =
        [Self::Overview, Self::Contacts, Self::Products, Self::Orders, Self::History, Self::Raw];

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Contacts => "Contacts",
            Self::Products => "Products",
            Self::Orders => "Orders",
            Self::History => "History",
            Self::Raw => "Raw",
        }
    }

    /// Returns the tabs that there are; a history only with a local copy.
    pub(crate) fn all(has_copy: bool) -> &'static [Self] {
        const WITHOUT: [Tab; 5] = [Tab::Overview, Tab::Contacts, Tab::Products, Tab::Orders, Tab::Raw];
        if has_copy { &Self::ALL } else { &WITHOUT }
    }

    pub(crate) fn step(self, forward: bool, has_copy: bool) -> Self {
        let all = Self::all(has_copy);
        let index = all.iter().position(|tab| *tab == self).unwrap_or_default();
        let count = all.len();
        all[(index + if forward { 1 } else { count - 1 }) % count]
    }
}

/// The subject of the detail pane.
#[derive(Debug, Clone)]
pub(crate) enum DetailSubject {
    /// The selected row of the table.
    Row(Arc<Row>),
    /// The row's own record, requested by ID because its link leads elsewhere.
    Own(Arc<Row>),
    /// A customer that was opened by ID.
    Id(String),
}

impl DetailSubject {
    /// Returns the row as it is shared with the table, if the subject is one.
    pub(crate) fn shared_row(&self) -> Option<&Arc<Row>> {
        match self {
            Self::Row(row) | Self::Own(row) => Some(row),
            Self::Id(_) => None,
        }
    }

    /// Returns the row, if the subject is one.
    pub(crate) fn row(&self) -> Option<&Row> {
        self.shared_row().map(|row| &**row)
    }

    /// Returns the customer's ID as the row or the user gave it; `None` for an unreadable row.
    pub(crate) fn customer_id(&self) -> Option<&str> {
        match self {
            Self::Row(row) | Self::Own(row) => row.customer().map(|row| row.customer_id.as_str()),
            Self::Id(id) => Some(id),
        }
    }

    /// Returns how the record is asked for: by the row's link, or by ID. It is also its key in the cache.
    pub(super) fn record_key(&self) -> Option<RecordKey> {
        match self {
            Self::Row(row) => Some(record_key(row.customer()?)),
            Self::Own(_) | Self::Id(_) => Some(RecordKey::Id(self.customer_id()?.to_owned())),
        }
    }
}
