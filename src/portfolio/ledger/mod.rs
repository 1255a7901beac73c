//! The seats and consumables of all active subscriptions, in a few numbers for each customer, to be added up for any rows of the index.
//!
//! A customer's own sums are columns of the index. What is in here cannot be: when each subscription renews, and of which
//! product it is. The ledger is read from the store when it is first wanted, and serves for as long as the index does.

mod renewals_by_week;
mod seats_by_product;

pub use renewals_by_week::{DatedConsumables, DatedSeats};
pub(super) use renewals_by_week::{RenewalLedger, WeekRange};
pub(super) use seats_by_product::ProductLedger;

use super::{PortfolioStore, StoreError, index::PortfolioIndex};
use crate::{model::Subscription, products::ProductNames};

/// The seats of all active subscriptions, and the consumables by renewal date.
#[derive(Debug, Default)]
pub struct SeatLedger {
    /// By renewal date.
    pub(super) renewals: RenewalLedger,
    /// By product.
    pub(super) products: ProductLedger,
}

impl SeatLedger {
    /// Reads the ledger of a store, for the rows of an index of it. Products are told apart by these names where they are known.
    ///
    /// # Errors
    /// Fails if the store cannot be read.
    pub fn read(
        store: &PortfolioStore,
        index: &PortfolioIndex,
        names: &ProductNames,
    ) -> Result<Self, StoreError> {
        let mut ledger = Self::default();
        let mut of_customer: (String, Option<u32>) = Default::default();
        store.active_subscriptions(|customer_id, item| {
            if of_customer.0 != customer_id {
                of_customer = (customer_id.to_owned(), index.row_of(customer_id));
            }
            // One that has joined since the index was read is in the next one.
            if let Some(row) = of_customer.1 {
                ledger.add(row, item, names);
            }
        })?;
        Ok(ledger)
    }

    /// Adds an active subscription of a row. Those of a row are added one after the other.
    pub(super) fn add(&mut self, row: u32, item: &Subscription, names: &ProductNames) {
        if !item.is_active() {
            return;
        }
        self.renewals.add(row, item);
        if !item.is_of_seats() {
            return;
        }
        let offer = item.offer_id.as_deref().unwrap_or_default();
        self.products.add(row, names.name_of(offer).unwrap_or(offer), count(item.current_quantity));
    }
}

/// Returns a number of seats; a number below 0 is none.
fn count(seats: impl Into<Option<i64>>) -> u64 {
    seats.into().and_then(|seats| u64::try_from(seats).ok()).unwrap_or_default()
}
