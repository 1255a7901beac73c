//! What a customer has: its subscriptions.

use serde_json::Value;

use super::{
    Problem, Status, Timestamp, Unreadable,
    read::{Fields, kind_of, parse},
};

/// How a subscription renews.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AutoRenewal {
    /// Whether it renews by itself.
    pub enabled: Option<bool>,
    /// Seats after the renewal.
    pub renewal_quantity: Option<i64>,
}

/// One subscription.
#[derive(Debug, Clone, PartialEq)]
pub struct Subscription {
    /// Its id.
    pub subscription_id: Option<String>,
    /// The offer: ten characters of base product, two of discount level, the rest.
    pub offer_id: Option<String>,
    /// Seats bought.
    pub current_quantity: Option<i64>,
    /// Seats in use.
    pub used_quantity: Option<i64>,
    /// How it renews.
    pub auto_renewal: AutoRenewal,
    /// When it was created.
    pub creation_date: Option<Timestamp>,
    /// When it renews, a plain date.
    pub renewal_date: Option<Timestamp>,
    /// Its status.
    pub status: Status,
    /// ISO 4217 currency code.
    pub currency_code: Option<String>,
    /// The deployment of a global customer.
    pub deployment_id: Option<String>,
}

/// The answer of `GET /v3/customers/{customer-id}/subscriptions`; it has no pages.
#[derive(Debug, Clone, PartialEq)]
pub struct SubscriptionList {
    /// As the server counts.
    pub total_count: Option<u64>,
    /// The subscriptions, in the server's order.
    pub items: Vec<Subscription>,
    /// What in the answer is not as documented.
    pub problems: Vec<Problem>,
    /// The answer as sent.
    pub raw: Value,
}

impl SubscriptionList {
    /// Reads the body of an answer.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, Unreadable> {
        let raw = parse(bytes)?;
        let mut fields = Fields::of(&raw);
        if !raw.get("items").is_some_and(Value::is_array) {
            return Err(Unreadable::Shape { expected: "a list of subscriptions", found: kind_of(&raw) });
        }
        let total_count = fields.count("totalCount");
        let items = fields.objects("items", |item, _| Subscription::read(item));
        let problems = fields.problems;
        Ok(Self { total_count, items, problems, raw })
    }

    /// How many things came as subscriptions, those that could not be read too.
    pub fn count(&self) -> usize {
        self.raw.get("items").and_then(Value::as_array).map_or(0, Vec::len)
    }
}

impl Subscription {
    fn read(fields: &mut Fields<'_>) -> Self {
        let auto_renewal = fields.object("autoRenewal").map(|(_, mut inner)| {
            let renewal = AutoRenewal {
                enabled: inner.bool("enabled"),
                renewal_quantity: inner.int("renewalQuantity"),
            };
            fields.absorb(inner);
            renewal
        });
        Self {
            subscription_id: fields.text("subscriptionId"),
            offer_id: fields.text("offerId"),
            current_quantity: fields.int("currentQuantity"),
            used_quantity: fields.int("usedQuantity"),
            auto_renewal: auto_renewal.unwrap_or_default(),
            creation_date: fields.timestamp("creationDate"),
            renewal_date: fields.timestamp("renewalDate"),
            status: fields.status(),
            currency_code: fields.text("currencyCode"),
            deployment_id: fields.text("deploymentId"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_list_and_tells_what_is_wrong_in_it() {
        let body = br#"{"totalCount": 2, "items": [
            {"subscriptionId": "s1", "offerId": "65304479CA01A12", "currentQuantity": 10, "usedQuantity": 4,
             "autoRenewal": {"enabled": true, "renewalQuantity": 10}, "status": "1000",
             "renewalDate": "2026-07-07", "currencyCode": "EUR"},
            {"currentQuantity": -2147483648, "autoRenewal": [], "renewalDate": "yyyy-MM-dd"}]}"#;
        let list = SubscriptionList::from_slice(body).unwrap();
        assert_eq!(
            list.items[0].auto_renewal,
            AutoRenewal { enabled: Some(true), renewal_quantity: Some(10) }
        );
        assert_eq!(list.items[1].current_quantity, Some(-2_147_483_648));
        assert_eq!(list.problems.len(), 2);
        let told = SubscriptionList::from_slice(b"{}").unwrap_err().to_string();
        assert_eq!(told, "a list of subscriptions expected, an object found");
    }
}
