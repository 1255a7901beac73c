//! The data behind one line of a table, from which its columns are read.

use crate::{
    model::{
        AsOf, CopyFacts, Customer, CustomerNote, CustomerRow, LineItem, ObservedChange, Order, ResellerRow,
        Status, Subscription, Timestamp,
    },
    products::{KnownProduct, ProductNames},
    reconcile::Difference,
};

/// What a local copy knows of a customer, and the day on which that is looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CopyLine<'a> {
    pub(crate) facts: &'a CopyFacts,
    pub(crate) as_of: AsOf,
}

/// The data behind one line of a table. Parts that do not apply or were not fetched are `None`.
#[derive(Debug, Clone, Default)]
pub(crate) struct TableLine<'a> {
    pub(crate) row: Option<&'a CustomerRow>,
    pub(crate) customer: Option<&'a Customer>,
    pub(crate) subscription: Option<&'a Subscription>,
    pub(crate) copy: Option<CopyLine<'a>>,
    /// The user's own note on the customer.
    pub(crate) customer_note: Option<&'a CustomerNote>,
    pub(crate) order: Option<&'a Order>,
    pub(crate) line_item: Option<&'a LineItem>,
    /// The ID of the customer who placed the order.
    pub(crate) customer_id: Option<&'a str>,
    pub(crate) reseller: Option<&'a ResellerRow>,
    pub(crate) change: Option<&'a ObservedChange>,
    pub(crate) product: Option<&'a KnownProduct>,
    pub(crate) difference: Option<&'a Difference>,
    /// The names of products; without them, a product shows its offer ID.
    pub(crate) names: Option<&'a ProductNames>,
    /// The reason why the row, subscription or order could not be read.
    pub(crate) unreadable: Option<&'static str>,
    /// All problems of the line, as text; empty if there are none.
    pub(crate) problem: String,
    /// The problems that may have left cells empty, such as a failed request; also part of `problem`.
    pub(crate) note: String,
}

/// Fields that are in both the list entry and the full record. The list entry takes precedence: the line stands for it.
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

    /// Returns the offer ID of the subscription, of the line item or of the difference.
    pub(crate) fn offer_id(&self) -> Option<&'a str> {
        let of_line = self.line_item.and_then(|line| line.offer_id.as_deref());
        of_line
            .or_else(|| self.subscription?.offer_id.as_deref())
            .or_else(|| self.difference?.offer_id.as_deref())
    }

    /// Returns the name of the product, if it is known.
    pub(crate) fn product_name(&self) -> Option<&'a str> {
        self.names?.name_of(self.offer_id()?)
    }

    /// Returns the name of the product, or the offer ID if the name is not known.
    pub(crate) fn product_or_offer(&self) -> Option<&'a str> {
        self.product_name().or_else(|| self.offer_id())
    }

    pub(crate) fn link(&self) -> Option<&'a str> {
        let row = self.row.and_then(|row| row.link.as_ref());
        row.or_else(|| self.customer?.links.own.as_ref()).map(|link| link.uri.as_str())
    }
}
