//! The stored subscriptions of all customers at once.

use chrono::NaiveDate;

use super::{PortfolioStore, StoreError, time};
use crate::model::{AutoRenewal, Status, Subscription, Timestamp};

/// A stored subscription, with its customer. Values that could not be read are missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSubscription {
    /// The customer's ID.
    pub customer_id: String,
    /// The customer's name.
    pub company: Option<String>,
    /// The subscription's ID.
    pub subscription_id: Option<String>,
    /// The offer.
    pub offer_id: Option<String>,
    /// The number of licences.
    pub quantity: Option<i64>,
    /// The status code.
    pub status: String,
    /// The day on which it renews.
    pub renewal_date: Option<NaiveDate>,
    /// True if it renews automatically.
    pub auto_renewal: Option<bool>,
}

impl PortfolioStore {
    /// Returns the subscriptions of all customers that are not gone, by customer.
    ///
    /// # Errors
    /// Fails if the store cannot be read.
    pub fn subscriptions(&self) -> Result<Vec<StoredSubscription>, StoreError> {
        let mut stored = self.cache.prepare(
            "SELECT customer.id, customer.name, subscription.id, offer_id, quantity, subscription.status,
                subscription.renewal_date, auto_renewal
             FROM subscription JOIN customer ON customer.id = customer_id
             WHERE gone_at IS NULL ORDER BY customer.id, position",
        )?;
        let rows = stored.query_map([], |row| {
            Ok(StoredSubscription {
                customer_id: row.get(0)?,
                company: row.get(1)?,
                subscription_id: row.get(2)?,
                offer_id: row.get(3)?,
                quantity: row.get(4)?,
                status: row.get(5)?,
                renewal_date: time::day_from_text(row.get::<_, Option<String>>(6)?.as_deref()),
                auto_renewal: row.get(7)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Hands every active subscription to `take`, with its customer's ID, in the order of the IDs: what its renewal follows from,
    /// and no more. Those of customers that are gone are among them.
    ///
    /// # Errors
    /// Fails if the store cannot be read.
    pub fn active_subscriptions(&self, mut take: impl FnMut(&str, &Subscription)) -> Result<(), StoreError> {
        let mut stored = self.cache.prepare(
            "SELECT customer_id, offer_id, quantity, renewed, status, renewal_date, auto_renewal, renewal_quantity
             FROM subscription WHERE status = '1000' ORDER BY customer_id, position",
        )?;
        let mut rows = stored.query([])?;
        while let Some(row) = rows.next()? {
            let status: String = row.get(4)?;
            let item = Subscription {
                subscription_id: None,
                offer_id: row.get(1)?,
                current_quantity: row.get(2)?,
                used_quantity: None,
                renewed_quantity: row.get(3)?,
                auto_renewal: AutoRenewal {
                    enabled: row.get(6)?,
                    renewal_quantity: row.get(7)?,
                    ..AutoRenewal::default()
                },
                creation_date: None,
                renewal_date: row.get::<_, Option<String>>(5)?.map(Timestamp::new),
                status: Status::new(status),
                currency_code: None,
                deployment_id: None,
                allowed_actions: Vec::new(),
            };
            take(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?, &item);
        }
        Ok(())
    }
}
