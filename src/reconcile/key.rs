//! The keys by which the subscriptions of a list are told apart.

use super::CopiedSubscription;
use crate::{
    products::base_of,
    tables::{FoundRow, Meaning, WantedColumns},
};

/// The columns by which the lines of a list find their subscriptions in the copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MatchKey {
    /// The ID of the subscription.
    #[default]
    SubscriptionId,
    /// The customer and the product, for lists without the vendor's subscription IDs. All subscriptions of a customer for a product
    /// count as one.
    CustomerProduct,
}

/// The key of a line and of the subscriptions that it stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SubscriptionKey {
    Subscription(String),
    Product { customer_id: String, base: String },
}

/// The reason why a row has no key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum KeylessRow {
    /// It is not about a subscription.
    Other(&'static str),
    /// It may be about one, which is then not compared.
    Unread(Meaning, String),
}

/// The columns that are compared.
const VALUES: [Meaning; 6] = [
    Meaning::Quantity,
    Meaning::RenewalDate,
    Meaning::EndDate,
    Meaning::ChargeEndDate,
    Meaning::AutoRenewal,
    Meaning::Status,
];

impl MatchKey {
    /// Returns the columns that a list may have.
    pub fn wanted_columns(self) -> WantedColumns<'static> {
        match self {
            Self::SubscriptionId => WantedColumns {
                key: Meaning::SubscriptionId,
                needed: &[],
                one_of: &VALUES,
                others: &[Meaning::CustomerId, Meaning::CustomerName, Meaning::OfferId, Meaning::ChargeType],
            },
            Self::CustomerProduct => WantedColumns {
                key: Meaning::OfferId,
                needed: &[Meaning::CustomerId],
                one_of: &VALUES,
                others: &[Meaning::CustomerName, Meaning::ChargeType],
            },
        }
    }

    /// Returns the key of a row.
    pub(super) fn of_row(self, row: FoundRow<'_>) -> Result<SubscriptionKey, KeylessRow> {
        let id = |meaning: Meaning| {
            row.id(meaning).map_err(|error| KeylessRow::Unread(meaning, error.to_string()))
        };
        match self {
            Self::SubscriptionId => {
                let id = id(Meaning::SubscriptionId)?.ok_or(KeylessRow::Other("no subscription-id"))?;
                Ok(SubscriptionKey::Subscription(id.into_owned()))
            }
            Self::CustomerProduct => {
                let offer_id = id(Meaning::OfferId)?;
                let base = offer_id.as_deref().and_then(base_of);
                let base = base.ok_or(KeylessRow::Other("no offer ID such as 65304966CA01A12"))?;
                let customer_id = id(Meaning::CustomerId)?
                    .ok_or_else(|| KeylessRow::Unread(Meaning::CustomerId, "the cell is empty".to_owned()))?;
                let customer_id = customer_id.into_owned();
                Ok(SubscriptionKey::Product { customer_id, base: base.into_owned() })
            }
        }
    }

    /// Returns true if a subscription of the copy has this key.
    pub fn is_known_of(self, copied: &CopiedSubscription) -> bool {
        self.of_copied(copied).is_some()
    }

    /// Returns the key of a subscription of the copy; `None` if it lacks a part of it.
    pub(super) fn of_copied(self, copied: &CopiedSubscription) -> Option<SubscriptionKey> {
        match self {
            Self::SubscriptionId => copied.subscription_id.clone().map(SubscriptionKey::Subscription),
            Self::CustomerProduct => {
                let base = base_of(copied.offer_id.as_deref()?)?.into_owned();
                Some(SubscriptionKey::Product { customer_id: copied.customer_id.clone(), base })
            }
        }
    }
}

impl SubscriptionKey {
    /// Returns the ID of the subscription, if the key is one.
    pub(super) fn subscription_id(&self) -> Option<&str> {
        match self {
            Self::Subscription(id) => Some(id),
            Self::Product { .. } => None,
        }
    }
}
