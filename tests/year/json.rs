//! The customers of the simulated year in the JSON of the vendor's API.

use serde_json::{Map, Value, json};

use crate::{
    commitment::Commitment,
    customer::{Customer, Order, Product, Subscription, Unpaid},
};

/// What the API answers about a customer.
#[derive(Debug)]
pub(crate) struct Answers {
    pub(crate) id: String,
    pub(crate) reseller: &'static str,
    /// The entry in the list of its reseller.
    pub(crate) row: Value,
    pub(crate) record: Value,
    pub(crate) subscriptions: Value,
    pub(crate) orders: Value,
}

impl Product {
    /// Returns the offer of a subscription, which always carries the base level.
    fn offer(self) -> String {
        match self {
            Self::Licence(base) | Self::Growth(base) => format!("{base}01A12"),
            Self::Credits(base) => format!("{base}T1A12"),
        }
    }

    /// Returns the offer of an order, which carries the level that was bought.
    fn ordered_offer(self) -> String {
        match self {
            Self::Licence(base) => format!("{base}02A12"),
            Self::Growth(base) => format!("{base}14X12"),
            Self::Credits(base) => format!("{base}T2A12"),
        }
    }
}

impl Customer {
    pub(crate) fn answers(&self) -> Answers {
        Answers {
            id: self.id.clone(),
            reseller: self.reseller,
            row: self.row(),
            record: self.record(),
            subscriptions: self.subscriptions(),
            orders: self.orders(),
        }
    }

    fn link(&self, rest: &str) -> Value {
        json!({"self": {"uri": format!("/v3/customers/{}{rest}", self.id), "method": "GET", "headers": []}})
    }

    fn row(&self) -> Value {
        json!({
            "customerId": self.id, "resellerId": self.reseller, "status": self.status,
            "creationDate": format!("{}T08:00:00Z", self.joined),
            "companyProfile": {"companyName": self.name, "preferredLanguage": "en-US"},
            "links": self.link(""),
        })
    }

    fn record(&self) -> Value {
        let mut record = self.row();
        record["companyProfile"]["marketSegment"] = "COM".into();
        record["companyProfile"]["address"] = json!({"country": "DE", "city": "Nowhere"});
        if let Some(day) = self.anniversary {
            record["cotermDate"] = json!(day);
        }
        if self.seats() > 0 {
            let level = match self.seats() {
                ..10 => "01",
                10..50 => "02",
                50..100 => "03",
                _ => "04",
            };
            record["discounts"] = json!([{"offerType": "LICENSE", "level": level}]);
        }
        record["benefits"] = self.commitment.iter().map(Commitment::benefit).collect();
        record
    }

    fn subscriptions(&self) -> Value {
        let items: Vec<Value> = self.subscriptions.iter().map(Subscription::json).collect();
        json!({"totalCount": items.len(), "items": items, "links": self.link("/subscriptions")})
    }

    fn orders(&self) -> Value {
        let items: Vec<Value> = self.orders.iter().rev().map(|order| order.json(&self.id)).collect();
        let count = items.len();
        json!({"totalCount": count, "count": count, "offset": 0, "limit": 100, "items": items,
            "links": self.link("/orders")})
    }

    /// Returns the licences that are pending an order; `None` without any.
    pub(crate) fn open_acquisitions(&self) -> Option<Value> {
        let licences: Vec<Value> = self.unpaid.iter().map(Unpaid::json).collect();
        let count: i64 = self.unpaid.iter().map(|licences| licences.quantity).sum();
        (count > 0).then(|| json!({"licenseCount": count, "unpaidLicenses": licences}))
    }
}

impl Subscription {
    fn json(&self) -> Value {
        // The quantity is there whether or not the customer has fixed one.
        let quantity = self.fixed.unwrap_or(self.current).max(self.planned);
        let mut item = json!({
            "subscriptionId": self.id, "offerId": self.product.offer(), "currentQuantity": self.current,
            "usedQuantity": self.current / 2, "status": self.status, "currencyCode": "EUR",
            "creationDate": format!("{}T14:00:00Z", self.created), "renewalDate": self.day,
            "autoRenewal": {"enabled": self.is_auto, "renewalQuantity": quantity},
        });
        if self.renewed > 0 {
            item["renewedQuantity"] = self.renewed.into();
        }
        if self.late_until.is_some() {
            item["allowedActions"] = json!(["MANUAL_RENEWAL"]);
        }
        item
    }
}

impl Order {
    fn json(&self, customer: &str) -> Value {
        let is_counted = matches!(self.kind, "NEW" | "RENEWAL");
        let line = |(number, line): (usize, &crate::customer::Line)| {
            let mut json = json!({
                "extLineItemNumber": number + 1, "offerId": line.product.ordered_offer(), "quantity": line.quantity,
                "subscriptionId": line.subscription, "status": self.status, "currencyCode": "EUR",
            });
            if is_counted {
                json["remainingQuantity"] = line.remaining.into();
            }
            json
        };
        let lines: Vec<Value> = self.lines.iter().enumerate().map(line).collect();
        let mut order = json!({
            "orderId": self.id, "customerId": customer, "externalReferenceId": format!("PO-{}", self.id),
            "orderType": self.kind, "status": self.status, "source": if self.hour > 9 { "API" } else { "System" },
            "creationDate": format!("{}T{:02}:30:00Z", self.day, self.hour), "lineItems": lines,
        });
        if let Some(returned) = &self.refers_to {
            order["referenceOrderId"] = json!(returned);
        }
        order
    }
}

impl Unpaid {
    fn json(&self) -> Value {
        json!({
            "referenceId": self.reference, "creationDate": format!("{}T15:00:00Z", self.created),
            "expiryDate": format!("{}T15:00:00Z", self.expires()), "quantity": self.quantity,
            "productName": "Page layout", "baseOfferId": self.product.offer(),
        })
    }
}

impl Commitment {
    fn benefit(&self) -> Value {
        let terms = |status: &str| {
            json!({"startDate": self.start, "endDate": self.end(), "status": status,
                "minimumQuantities": [{"offerType": "LICENSE", "quantity": self.licences}]})
        };
        let mut benefit = Map::new();
        benefit.insert("type".into(), "THREE_YEAR_COMMIT".into());
        let is_request = matches!(self.status, "REQUESTED" | "ACCEPTED" | "DECLINED");
        let (own, other) = if is_request {
            ("commitmentRequest", "commitment")
        } else {
            ("commitment", "commitmentRequest")
        };
        benefit.insert(own.into(), terms(self.status));
        benefit.insert(other.into(), Value::Null);
        benefit.insert(
            "recommitmentRequest".into(),
            self.again.map_or(Value::Null, |(status, _)| terms(status)),
        );
        Value::Object(benefit)
    }
}
