//! The JSON of an order.

use serde_json::{Map, Value, json};

use super::{
    calendar,
    errors::Refusal,
    links,
    orders::{self, DemoOrder, DemoOrderLine},
    params::Params,
    portfolio::{Portfolio, Record},
    prices::{self, PricedLine},
};

/// Answers `GET /v3/customers/{customer-id}/orders/{order-id}`.
pub(super) fn one(
    portfolio: &Portfolio,
    record: &Record,
    id: &str,
    params: &mut Params,
) -> Result<Value, Refusal> {
    let prices = params.choice("fetch-price", &["false", "true"]) == 1;
    params.check()?;
    let orders = orders::history(portfolio, record);
    let order = orders.iter().find(|order| order.id == id).ok_or_else(|| Refusal::order(id))?;
    Ok(order.write(portfolio, record, prices))
}

impl DemoOrder {
    /// Returns the status: that of an order whose lines were all returned is 1008 (`order-management/order-scenarios`).
    fn status_as_sent(&self) -> &'static str {
        let returned = self.has_remainder() && self.lines.iter().all(DemoOrderLine::is_returned);
        if self.status == "1000" && returned { "1008" } else { self.status }
    }

    /// Returns true if its lines say what can still be returned (`order-management/get-order`).
    fn has_remainder(&self) -> bool {
        matches!(self.kind, "NEW" | "RENEWAL")
    }

    /// Returns true if an order matches a status as it is sent.
    pub(super) fn has_status(&self, status: &str) -> bool {
        self.status_as_sent() == status
    }

    /// Writes the order as the API does; prices only on completed orders since the API has them.
    pub(super) fn write(&self, portfolio: &Portfolio, record: &Record, prices: bool) -> Value {
        let currency = portfolio.locale(record).map_or("", |locale| locale.currency);
        let prices = prices && self.status_as_sent() == "1000" && prices::is_priced(self.created);
        let days = self.charged_days.filter(|_| prices);
        let mut own = Map::new();
        let mut put = |key: &str, value: Value| own.insert(key.into(), value);
        put("orderId", self.id.as_str().into());
        put("customerId", record.customer_id().into());
        put("externalReferenceId", self.external_reference.as_str().into());
        if let Some(reference) = &self.reference {
            put("referenceOrderId", reference.as_str().into());
        }
        put("orderType", self.kind.into());
        put("currencyCode", currency.into());
        put("creationDate", calendar::stamp(self.created).into());
        put("status", self.status_as_sent().into());
        put("source", self.source.into());
        let mut sum = 0;
        let mut lines = Vec::with_capacity(self.lines.len());
        for line in &self.lines {
            let mut written = line.write(self, currency);
            if prices {
                let (days, pricing, total) = line.price(currency, days);
                sum += total;
                if let Some(days) = days {
                    written.insert("proratedDays".into(), days.into());
                }
                written.insert("pricing".into(), pricing);
            }
            lines.push(Value::Object(written));
        }
        put("lineItems", Value::Array(lines));
        if !self.cancelled.is_empty() {
            put(
                "cancellingItems",
                self.cancelled.iter().map(|line| line.write_cancelled(currency)).collect(),
            );
        }
        if prices {
            let total = prices::amount(sum);
            put("pricingSummary", json!([{"totalLineItemPartnerPrice": total, "currencyCode": currency}]));
        }
        put("links", links::own(&format!("/v3/customers/{}/orders/{}", record.customer_id(), self.id)));
        Value::Object(own)
    }
}

impl DemoOrderLine {
    fn is_returned(&self) -> bool {
        self.remaining == 0
    }

    fn write(&self, order: &DemoOrder, currency: &str) -> Map<String, Value> {
        let mut own = Map::new();
        let mut put = |key: &str, value: Value| own.insert(key.into(), value);
        let completed = order.status == "1000" && order.has_remainder();
        put("extLineItemNumber", self.number.into());
        put("offerId", self.offer.as_str().into());
        put("quantity", self.quantity.into());
        if completed {
            put("remainingQuantity", self.remaining.into());
        }
        if let Some(subscription) = &self.subscription {
            put("subscriptionId", subscription.as_str().into());
        }
        put("status", if completed && self.is_returned() { "1008" } else { order.status }.into());
        put("currencyCode", currency.into());
        if let Some(deployment) = &self.deployment {
            put("deploymentId", deployment.as_str().into());
        }
        if let Some(discount) = self.discount.filter(|_| order.status == "1000") {
            put("flexDiscounts", json!([{"id": discount.id, "code": discount.code, "result": "SUCCESS"}]));
        }
        own
    }

    /// Writes the part of a line that a `SWITCH` takes away (`mid-term/apis`).
    fn write_cancelled(&self, currency: &str) -> Value {
        json!({
            "extLineItemNumber": 1,
            "referenceLineItemNumber": self.number,
            "offerId": self.offer,
            "quantity": self.quantity,
            "subscriptionId": self.subscription,
            "status": "1000",
            "currencyCode": currency,
        })
    }

    /// Returns the days for which the line is charged, its prices, and its total in hundredths. Consumables are not prorated.
    fn price(&self, currency: &str, days: Option<i64>) -> (Option<i64>, Value, i64) {
        let days = days.filter(|_| !self.product.consumable);
        let priced = PricedLine {
            product: self.product,
            level: self.level,
            quantity: self.quantity,
            discount: self.discount,
            currency,
            days,
        };
        let (pricing, total) = priced.write();
        (days, pricing, total)
    }
}
