//! Everything that the demo knows about each customer of its reseller.

use serde_json::Value;

use super::Api;

/// A customer with its subscriptions and complete order history.
pub(crate) struct Known {
    pub(crate) customer: Value,
    pub(crate) subscriptions: Vec<Value>,
    pub(crate) orders: Vec<Value>,
}

impl Known {
    /// Reads all customers.
    pub(crate) async fn all(api: &Api) -> Vec<Self> {
        let mut all = Vec::new();
        for id in api.customer_ids().await {
            all.push(Self::read(api, &id).await);
        }
        all
    }

    async fn read(api: &Api, id: &str) -> Self {
        let path = format!("/v3/customers/{id}");
        let items = |list: &Value| list["items"].as_array().cloned().unwrap_or_default();
        let mut orders = Vec::new();
        let mut next = Some(format!("{path}/orders?start-date=2000-01-01&limit=100&fetch-price=true"));
        while let Some(uri) = next {
            let page = api.ok(&uri).await;
            orders.extend(items(&page));
            next = page["links"]["next"]["uri"].as_str().map(str::to_owned);
        }
        Self {
            customer: api.ok(&path).await,
            subscriptions: items(&api.ok(&format!("{path}/subscriptions")).await),
            orders,
        }
    }

    /// Returns its ID.
    pub(crate) fn id(&self) -> &str {
        self.customer["customerId"].as_str().unwrap_or_default()
    }

    /// Returns the anniversary date, if it has one.
    pub(crate) fn coterm(&self) -> Option<&str> {
        self.customer["cotermDate"].as_str().filter(|date| !date.is_empty())
    }

    /// Returns its three-year commit in any state.
    pub(crate) fn commit(&self) -> Option<&Value> {
        self.benefit("THREE_YEAR_COMMIT")
    }

    /// Returns a benefit by its type.
    pub(crate) fn benefit(&self, kind: &str) -> Option<&Value> {
        self.customer["benefits"].as_array()?.iter().find(|benefit| benefit["type"] == kind)
    }

    /// Returns the lines of all orders, each with its order.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (&Value, &Value)> {
        let of = |order| move |line| (order, line);
        self.orders.iter().flat_map(move |order| {
            let lines = order["lineItems"].as_array().into_iter().flatten();
            lines.map(of(order))
        })
    }

    /// Returns an order by its ID.
    pub(crate) fn order(&self, id: &str) -> Option<&Value> {
        self.orders.iter().find(|order| order["orderId"] == *id)
    }
}

/// Returns a text field.
pub(crate) fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field].as_str().unwrap_or_default()
}

/// Returns a number, or 0 if there is none.
pub(crate) fn number(value: &Value, field: &str) -> i64 {
    value[field].as_i64().unwrap_or_default()
}

/// Returns the number of days from `day` to a plain date or timestamp.
pub(crate) fn days_until(day: &str, date: &str) -> i64 {
    let read = |text: &str| text[..10].parse::<chrono::NaiveDate>().expect("a date");
    (read(date) - read(day)).num_days()
}
