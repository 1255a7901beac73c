//! One line of a table: the parts that its columns read.

use crate::model::{Customer, CustomerRow, LineItem, Order, ResellerRow, Status, Subscription, Timestamp};

/// The parts of one line, as far as they are there.
#[derive(Debug, Clone, Default)]
pub(crate) struct TableLine<'a> {
    pub(crate) row: Option<&'a CustomerRow>,
    pub(crate) customer: Option<&'a Customer>,
    pub(crate) subscription: Option<&'a Subscription>,
    pub(crate) order: Option<&'a Order>,
    pub(crate) line: Option<&'a LineItem>,
    /// The customer whose order it is.
    pub(crate) customer_id: Option<&'a str>,
    pub(crate) reseller: Option<&'a ResellerRow>,
    /// The reason why it, or the part that makes it a line of its own, could not be read.
    pub(crate) unreadable: Option<&'static str>,
    /// The remarks about it, all of them; empty if there are none.
    pub(crate) problem: String,
    /// The part of them that went wrong on the way, so that what is empty may not be so.
    pub(crate) note: String,
}

/// The fields that both the list and the whole resource have: the row comes first, since it is what the line stands for.
impl<'a> TableLine<'a> {
    pub(crate) fn customer_id(&self) -> Option<&'a str> {
        let row = self.row.map(|row| row.customer_id.as_str());
        row.or_else(|| self.customer?.customer_id.as_deref()).or(self.customer_id)
    }

    pub(crate) fn company(&self) -> Option<&'a str> {
        let row = self.row.and_then(|row| row.company_name.as_deref());
        row.or_else(|| self.customer?.company_name.as_deref())
    }

    pub(crate) fn status(&self) -> Option<&'a Status> {
        let row = self.row.map(|row| &row.status).filter(|status| !status.code().is_empty());
        row.or_else(|| Some(&self.customer?.status))
    }

    pub(crate) fn created(&self) -> Option<&'a Timestamp> {
        let row = self.row.and_then(|row| row.creation_date.as_ref());
        row.or_else(|| self.customer?.creation_date.as_ref())
    }

    pub(crate) fn reference(&self) -> Option<&'a str> {
        let row = self.row.and_then(|row| row.external_reference_id.as_deref());
        row.or_else(|| self.customer?.external_reference_id.as_deref())
    }

    pub(crate) fn reseller_id(&self) -> Option<&'a str> {
        let row = self.row.and_then(|row| row.reseller_id.as_deref());
        row.or_else(|| self.customer?.reseller_id.as_deref())
    }

    pub(crate) fn link(&self) -> Option<&'a str> {
        let row = self.row.and_then(|row| row.link.as_ref());
        row.or_else(|| self.customer?.links.own.as_ref()).map(|link| link.uri.as_str())
    }
}
