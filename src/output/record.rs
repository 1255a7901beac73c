//! One line of a table: the parts that its columns read.

use crate::model::{Customer, CustomerRow, LineItem, Order, ResellerRow, Status, Subscription, Timestamp};

/// The parts of one line, as far as they are there.
#[derive(Debug, Clone, Default)]
pub(super) struct Record<'a> {
    pub(super) row: Option<&'a CustomerRow>,
    pub(super) customer: Option<&'a Customer>,
    pub(super) subscription: Option<&'a Subscription>,
    pub(super) order: Option<&'a Order>,
    pub(super) line: Option<&'a LineItem>,
    /// The customer whose order it is.
    pub(super) customer_id: Option<&'a str>,
    pub(super) reseller: Option<&'a ResellerRow>,
    /// Why it, or the part that makes it a line of its own, could not be read.
    pub(super) unreadable: Option<&'static str>,
    /// What is to be told of it, all of it; empty where nothing is.
    pub(super) problem: String,
    /// What of that went wrong on the way, so that what is empty may not be so.
    pub(super) note: String,
}

/// What the list and the whole resource both tell: the row comes first, since it is what the line stands for.
impl<'a> Record<'a> {
    pub(super) fn customer_id(&self) -> Option<&'a str> {
        let row = self.row.map(|row| row.customer_id.as_str());
        row.or_else(|| self.customer?.customer_id.as_deref()).or(self.customer_id)
    }

    pub(super) fn company(&self) -> Option<&'a str> {
        let row = self.row.and_then(|row| row.company_name.as_deref());
        row.or_else(|| self.customer?.company_name.as_deref())
    }

    pub(super) fn status(&self) -> Option<&'a Status> {
        let row = self.row.map(|row| &row.status).filter(|status| !status.code().is_empty());
        row.or_else(|| Some(&self.customer?.status))
    }

    pub(super) fn created(&self) -> Option<&'a Timestamp> {
        let row = self.row.and_then(|row| row.creation_date.as_ref());
        row.or_else(|| self.customer?.creation_date.as_ref())
    }

    pub(super) fn reference(&self) -> Option<&'a str> {
        let row = self.row.and_then(|row| row.external_reference_id.as_deref());
        row.or_else(|| self.customer?.external_reference_id.as_deref())
    }

    pub(super) fn reseller_id(&self) -> Option<&'a str> {
        let row = self.row.and_then(|row| row.reseller_id.as_deref());
        row.or_else(|| self.customer?.reseller_id.as_deref())
    }

    pub(super) fn link(&self) -> Option<&'a str> {
        let row = self.row.and_then(|row| row.link.as_ref());
        row.or_else(|| self.customer?.links.own.as_ref()).map(|link| link.uri.as_str())
    }
}
