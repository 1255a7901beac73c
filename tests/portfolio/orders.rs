//! The orders of a simulated customer: placed in the course of time, returned, renewed, and served like the API's.

use std::{collections::BTreeMap, fmt::Write as _};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, SecondsFormat, Utc};
use serde_json::{Value, json};

/// The days of the current term: the API lists no other orders unless a request says from when on.
const TERM: u64 = 365;

/// An order.
#[derive(Debug, Clone)]
struct Order {
    id: String,
    kind: &'static str,
    source: &'static str,
    status: &'static str,
    /// The partner's own reference; not every order has one, and several may have the same.
    reference: Option<String>,
    /// The order that it returns.
    returns: Option<String>,
    at: DateTime<Utc>,
    quantity: u32,
    /// The quantity without what was returned.
    remaining: u32,
}

impl Order {
    fn json(&self, customer: &str) -> Value {
        let mut line = json!({"extLineItemNumber": 1, "offerId": "65304479CA01A12", "quantity": self.quantity,
            "subscriptionId": format!("s-{}", self.id), "status": self.status});
        let is_returnable = self.kind != "RETURN";
        if is_returnable && self.status == "1000" {
            line["remainingQuantity"] = self.remaining.into();
        }
        let is_returned = is_returnable && self.status == "1000" && self.remaining == 0;
        let mut order = json!({
            "orderId": self.id, "customerId": customer, "orderType": self.kind, "source": self.source,
            "creationDate": self.at.to_rfc3339_opts(SecondsFormat::Secs, true),
            "status": if is_returned { "1008" } else { self.status }, "lineItems": [line],
            "links": {"self": {"uri": format!("/v3/customers/{customer}/orders/{}", self.id), "method": "GET", "headers": []}},
        });
        if let Some(reference) = &self.reference {
            order["externalReferenceId"] = reference.as_str().into();
        }
        if let Some(returns) = &self.returns {
            order["referenceOrderId"] = returns.as_str().into();
        }
        order
    }
}

/// All orders of a customer, in the order in which they were placed, with everything that each of them ever was.
#[derive(Debug, Clone)]
pub(crate) struct OrderBook {
    customer: String,
    orders: Vec<Order>,
    versions: BTreeMap<String, Vec<Value>>,
    /// True while the account may not read them.
    pub(crate) is_refused: bool,
}

impl OrderBook {
    /// Creates the orders of a customer: some of earlier years, some on either side of the first day of a scope.
    pub(crate) fn new(customer: String, numbers: std::ops::Range<u64>, rng: &mut fastrand::Rng) -> Self {
        let mut book = Self { customer, orders: Vec::new(), versions: BTreeMap::new(), is_refused: false };
        let mut ages: Vec<u64> = numbers
            .clone()
            .map(|_| *rng.choice(&[0, 1, 29, 30, 31, 399, 400, 401, 700]).unwrap() + rng.u64(..2))
            .collect();
        ages.sort_unstable_by(|a, b| b.cmp(a));
        for (number, age) in numbers.zip(ages) {
            let at = Utc::now().checked_sub_days(Days::new(age)).unwrap();
            book.place(number, "NEW", at, rng);
        }
        book
    }

    fn place(&mut self, number: u64, kind: &'static str, at: DateTime<Utc>, rng: &mut fastrand::Rng) {
        let (quantity, is_renewal) = (rng.u32(1..100), kind == "RENEWAL");
        self.orders.push(Order {
            id: format!("o{number}"),
            kind,
            source: if is_renewal { "System" } else { "API" },
            status: if is_renewal || rng.u8(..4) > 0 { "1000" } else { "1002" },
            reference: rng.bool().then(|| format!("PO-{}", number / 2)),
            returns: None,
            at,
            quantity,
            remaining: quantity,
        });
        self.note();
    }

    /// Places an order, returns a part of one, renews the subscriptions, or completes an order.
    pub(crate) fn change(&mut self, number: u64, rng: &mut fastrand::Rng) {
        let now = Utc::now();
        match rng.u8(..5) {
            0 | 1 => self.place(number, "NEW", now, rng),
            // The service places these soon after midnight, and the list may show them later than others of that day.
            2 => {
                let midnight = now.date_naive().and_time(NaiveTime::MIN).and_utc();
                self.place(number, "RENEWAL", midnight, rng);
            }
            3 => self.give_back(number, now, rng),
            _ => {
                if let Some(open) = self.choose(rng, |order| order.status == "1002") {
                    open.status = rng.choice(["1000", "1000", "1004"]).unwrap();
                }
            }
        }
        self.note();
    }

    fn give_back(&mut self, number: u64, now: DateTime<Utc>, rng: &mut fastrand::Rng) {
        let is_returnable =
            |order: &Order| order.kind != "RETURN" && order.status == "1000" && order.remaining > 0;
        let Some(order) = self.choose(rng, is_returnable) else { return };
        let quantity = rng.u32(1..=order.remaining);
        order.remaining -= quantity;
        let returned = Order {
            id: format!("o{number}"),
            kind: "RETURN",
            returns: Some(order.id.clone()),
            at: now,
            quantity,
            ..order.clone()
        };
        self.orders.push(returned);
    }

    fn choose(&mut self, rng: &mut fastrand::Rng, is_of: impl Fn(&Order) -> bool) -> Option<&mut Order> {
        let all: Vec<&mut Order> = self.orders.iter_mut().filter(|order| is_of(order)).collect();
        rng.choice(all)
    }

    /// Remembers what each order is now.
    fn note(&mut self) {
        for order in &self.orders {
            let versions = self.versions.entry(order.id.clone()).or_default();
            let json = order.json(&self.customer);
            if versions.last() != Some(&json) {
                versions.push(json);
            }
        }
    }

    /// Returns everything that an order ever was.
    pub(crate) fn versions(&self, id: &str) -> &[Value] {
        self.versions.get(id).map_or(&[], Vec::as_slice)
    }

    /// Returns the IDs of the orders since a day, in the order in which they were placed.
    pub(crate) fn placed_since(&self, day: NaiveDate) -> Vec<&str> {
        let since = self.orders.iter().filter(|order| order.at.date_naive() >= day);
        since.map(|order| order.id.as_str()).collect()
    }

    /// Returns the orders since a day, as they are now, the newest first.
    pub(crate) fn since(&self, day: NaiveDate) -> Vec<Value> {
        self.between(day, NaiveDate::MAX).iter().map(|order| order.json(&self.customer)).collect()
    }

    fn between(&self, first: NaiveDate, last: NaiveDate) -> Vec<&Order> {
        let mut found: Vec<(usize, &Order)> = self
            .orders
            .iter()
            .enumerate()
            .filter(|(_, order)| (first..=last).contains(&order.at.date_naive()))
            .collect();
        // To the second, as they are sent.
        found.sort_by_key(|(place, order)| std::cmp::Reverse((order.at.timestamp(), *place)));
        found.into_iter().map(|(_, order)| order).collect()
    }

    /// Answers a request for orders, with at most so many on a page. The error is the status and the code of a refusal.
    pub(crate) fn page(
        &self,
        query: &BTreeMap<String, String>,
        most: usize,
    ) -> Result<Value, (u16, &'static str)> {
        let day = |name: &str| query.get(name).map(|text| text.parse::<NaiveDate>().unwrap());
        let number = |name: &str| query.get(name).map(|text| text.parse::<usize>().unwrap());
        let known = ["limit", "offset", "start-date", "end-date"];
        assert!(query.keys().all(|name| known.contains(&name.as_str())), "unexpected parameters: {query:?}");
        let today = Utc::now().date_naive();
        let first = day("start-date").unwrap_or_else(|| today.checked_sub_days(Days::new(TERM)).unwrap());
        let matching = self.between(first, day("end-date").unwrap_or(NaiveDate::MAX));
        let (offset, limit) =
            (number("offset").unwrap_or_default(), number("limit").unwrap_or(25).min(100).min(most));
        if offset > matching.len() {
            return Err((400, "1133"));
        }
        let items: Vec<Value> =
            matching.iter().skip(offset).take(limit).map(|order| order.json(&self.customer)).collect();
        let link = |offset: usize| {
            let mut uri = format!("/v3/customers/{}/orders?offset={offset}&limit={limit}", self.customer);
            for (name, value) in query.iter().filter(|(name, _)| name.ends_with("-date")) {
                let _ = write!(uri, "&{name}={value}");
            }
            json!({"uri": uri, "method": "GET", "headers": []})
        };
        let mut links = json!({"self": link(offset)});
        if offset + items.len() < matching.len() {
            links["next"] = link(offset + limit);
        }
        if offset > 0 {
            links["prev"] = link(offset.saturating_sub(limit));
        }
        Ok(json!({"totalCount": matching.len(), "count": items.len(), "offset": offset, "limit": limit,
            "items": items, "links": links}))
    }
}
