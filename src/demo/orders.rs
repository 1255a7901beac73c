//! The order history of a customer, consistent with its subscriptions.
//!
//! `PREVIEW` orders are answered but never stored, so no history has one.

use serde_json::{Map, Value};

use super::{
    calendar::{self, DAY},
    catalogue::{self, Product},
    links,
    portfolio::{FIRST_SAMPLE, Portfolio, Record},
    purchases::Purchases,
    rng::{Rng, Subject},
    subscriptions::DemoSubscription,
};

/// The number of orders of the first sample customer: enough for several pages.
const LONGEST: usize = 230;

/// An order.
#[derive(Debug)]
pub(super) struct DemoOrder {
    pub(super) id: String,
    pub(super) kind: &'static str,
    pub(super) status: &'static str,
    pub(super) created: i64,
    /// The ID of the order that this one returns.
    pub(super) reference: Option<String>,
    external_reference: String,
    pub(super) lines: Vec<DemoOrderLine>,
}

/// A line item of an order.
#[derive(Debug, Clone)]
pub(super) struct DemoOrderLine {
    pub(super) offer: String,
    quantity: i64,
    pub(super) subscription: Option<String>,
    deployment: Option<String>,
}

/// An order before all are known and numbered.
struct OrderDraft {
    kind: &'static str,
    status: &'static str,
    created: i64,
    /// The index of the order that it returns, among the drafts.
    reference: Option<usize>,
    lines: Vec<DemoOrderLine>,
}

/// Returns the orders of a customer with purchases, newest first.
pub(super) fn of(portfolio: &Portfolio, record: &Record, purchases: &Purchases) -> Vec<DemoOrder> {
    let rng = record.rng(portfolio.seed, Subject::Orders);
    let mut history = History { portfolio, record, purchases, rng, drafts: Vec::new() };
    history.first_orders();
    history.renewals();
    history.changes();
    history.finish()
}

struct History<'p> {
    portfolio: &'p Portfolio,
    record: &'p Record,
    purchases: &'p Purchases,
    rng: Rng,
    drafts: Vec<OrderDraft>,
}

impl History<'_> {
    /// Adds the orders that created the subscriptions.
    fn first_orders(&mut self) {
        let (first, later): (Vec<&DemoSubscription>, Vec<&DemoSubscription>) =
            self.purchases.subscriptions.iter().partition(|own| own.created == self.purchases.first_order);
        let kind = if self.rng.chance(12) { "TRANSFER" } else { "NEW" };
        let lines = first.iter().map(|own| self.line(own, own.quantity)).collect();
        self.draft(kind, "1000", self.purchases.first_order, lines);
        for own in later {
            let status = if own.status == "1002" { "1002" } else { "1000" };
            let lines = vec![self.line(own, own.quantity)];
            self.draft("NEW", status, own.created, lines);
        }
    }

    /// Adds an order for each past anniversary, with the subscriptions of that time.
    fn renewals(&mut self) {
        for day in self.purchases.renewals(self.portfolio.today) {
            let at = (calendar::start_of(day) + self.rng.between(0, 3 * 3600)).min(self.portfolio.now());
            let there =
                self.purchases.subscriptions.iter().filter(|own| own.created < at && own.renewal > day);
            let lines: Vec<DemoOrderLine> = there.map(|own| self.line(own, own.quantity)).collect();
            if !lines.is_empty() {
                self.draft("RENEWAL", "1000", at, lines);
            }
        }
    }

    /// Adds the orders in between: more seats, returns, switches, failed orders.
    fn changes(&mut self) {
        let wanted = match self.record.id {
            FIRST_SAMPLE => LONGEST.saturating_sub(self.drafts.len()),
            _ => self.rng.one_of([0, 0, 1, 1, 2, 3, 5, 9]),
        };
        let last = calendar::plus_days(self.purchases.coterm, -1).min(self.portfolio.today);
        let end = calendar::end_of(last).min(self.portfolio.now()).max(self.purchases.first_order);
        let start = (self.purchases.first_order + 60).min(end);
        let target = self.drafts.len() + wanted;
        // More than a page of the longest history is in the current term, and the rest before it.
        let term = calendar::start_of(self.purchases.term_start()).clamp(start, end);
        let longest = self.record.id == FIRST_SAMPLE;
        while self.drafts.len() < target {
            let recent = longest && self.rng.chance(60);
            let at = if longest && !recent && term > start {
                self.rng.between(start, term - 1)
            } else {
                self.rng.between(if recent { term } else { start }, end)
            };
            match self.rng.below(100) {
                0..62 => self.more_seats(at),
                62..74 => self.returned(at, end, target),
                74..82 => self.change("SWITCH", "1000", at),
                82..88 => self.change("NEW", "1008", at),
                _ => {
                    let status = self.rng.one_of(["1004", "1020", "1022", "1024", "1026"]);
                    self.failed(status, at);
                }
            }
        }
    }

    fn more_seats(&mut self, at: i64) {
        let there = existing(self.purchases, at);
        let count = self.rng.one_of([1, 1, 1, 2, 3]).min(there.len());
        let start = self.rng.below(there.len());
        let lines = (0..count)
            .map(|step| {
                let own = there[(start + step) % there.len()];
                let quantity = self.rng.between(1, own.quantity);
                self.line(own, quantity)
            })
            .collect();
        self.draft("NEW", "1000", at, lines);
    }

    /// Adds an order and, if there is room for it, its return within 14 days.
    fn returned(&mut self, at: i64, end: i64, target: usize) {
        self.more_seats(at);
        let bought = self.drafts.len() - 1;
        if self.drafts.len() < target && at + 3600 < end {
            let lines = self.drafts[bought].lines.clone();
            let back = self.rng.between(at + 3600, end.min(at + 13 * DAY));
            self.draft("RETURN", "1000", back, lines);
            if let Some(draft) = self.drafts.last_mut() {
                draft.reference = Some(bought);
            }
        }
    }

    fn change(&mut self, kind: &'static str, status: &'static str, at: i64) {
        let there = existing(self.purchases, at);
        let own = there[self.rng.below(there.len())];
        let quantity = self.rng.between(1, own.quantity);
        let lines = vec![self.line(own, quantity)];
        self.draft(kind, status, at, lines);
    }

    /// Adds an order that created no subscription.
    fn failed(&mut self, status: &'static str, at: i64) {
        let product = catalogue::draw(&mut self.rng);
        let quantity = self.rng.between(1, 20);
        let line =
            DemoOrderLine { offer: self.offer(product), quantity, subscription: None, deployment: None };
        self.draft("NEW", status, at, vec![line]);
    }

    fn draft(&mut self, kind: &'static str, status: &'static str, created: i64, lines: Vec<DemoOrderLine>) {
        self.drafts.push(OrderDraft { kind, status, created, reference: None, lines });
    }

    fn line(&self, own: &DemoSubscription, quantity: i64) -> DemoOrderLine {
        DemoOrderLine {
            offer: self.offer(own.product),
            quantity,
            subscription: Some(own.id.clone()),
            deployment: own.deployment.clone(),
        }
    }

    fn offer(&self, product: Product) -> String {
        catalogue::offer_id(product, self.purchases.level(product), self.record.segment)
    }

    /// Numbers the orders by time, and returns them newest first.
    fn finish(mut self) -> Vec<DemoOrder> {
        let mut by_time: Vec<usize> = (0..self.drafts.len()).collect();
        by_time.sort_by_key(|place| self.drafts[*place].created);
        let first = 3_000_000_000 + self.record.id.wrapping_mul(2_654_435_761) % 6_000_000_000;
        let mut ids = vec![String::new(); self.drafts.len()];
        for (number, place) in (first..).zip(&by_time) {
            ids[*place] = format!("{number:010}");
        }
        let mut orders = Vec::with_capacity(ids.len());
        for place in by_time.into_iter().rev() {
            let draft = &mut self.drafts[place];
            orders.push(DemoOrder {
                id: ids[place].clone(),
                kind: draft.kind,
                status: draft.status,
                created: draft.created,
                reference: draft.reference.map(|other| ids[other].clone()),
                external_reference: self.rng.digits("PO-#####"),
                lines: std::mem::take(&mut draft.lines),
            });
        }
        orders
    }
}

/// Returns the subscriptions that existed at a time; that of the first order always did.
fn existing(purchases: &Purchases, at: i64) -> Vec<&DemoSubscription> {
    let there = |own: &&DemoSubscription| own.created <= at && own.status != "1002";
    purchases.subscriptions.iter().filter(there).collect()
}

impl DemoOrder {
    /// Writes the order as the API does.
    pub(super) fn write(&self, portfolio: &Portfolio, record: &Record) -> Value {
        let currency = portfolio.locale(record).map(|locale| locale.currency);
        let mut own = Map::new();
        let mut put = |key: &str, value: Value| own.insert(key.into(), value);
        put("orderId", self.id.as_str().into());
        put("externalReferenceId", self.external_reference.as_str().into());
        if let Some(reference) = &self.reference {
            put("referenceOrderId", reference.as_str().into());
        }
        put("orderType", self.kind.into());
        put("currencyCode", currency.into());
        put("creationDate", calendar::stamp(self.created).into());
        put("status", self.status.into());
        put("source", if self.kind == "RENEWAL" { "AUTO_RENEWAL" } else { "PARTNER" }.into());
        let lines = (1..).zip(&self.lines).map(|(number, line)| line.write(number, self, currency));
        put("lineItems", Value::Array(lines.collect()));
        put("links", links::own(&format!("/v3/customers/{}/orders/{}", record.customer_id(), self.id)));
        Value::Object(own)
    }
}

impl DemoOrderLine {
    fn write(&self, number: u32, order: &DemoOrder, currency: Option<&str>) -> Value {
        let mut own = Map::new();
        let mut put = |key: &str, value: Value| own.insert(key.into(), value);
        put("extLineItemNumber", number.into());
        put("offerId", self.offer.as_str().into());
        put("quantity", self.quantity.into());
        if order.status == "1000" && order.kind != "RETURN" {
            put("remainingQuantity", self.quantity.into());
        }
        if let Some(subscription) = &self.subscription {
            put("subscriptionId", subscription.as_str().into());
        }
        put("status", order.status.into());
        put("currencyCode", currency.into());
        if let Some(deployment) = &self.deployment {
            put("deploymentId", deployment.as_str().into());
        }
        Value::Object(own)
    }
}

/// Returns the complete history of a customer, newest first; empty if it never ordered.
pub(super) fn history(portfolio: &Portfolio, record: &Record) -> Vec<DemoOrder> {
    Purchases::of(portfolio, record).map(|purchases| of(portfolio, record, &purchases)).unwrap_or_default()
}

/// Writes one order.
pub(super) fn one(portfolio: &Portfolio, record: &Record, id: &str) -> Option<Value> {
    let orders = history(portfolio, record);
    orders.iter().find(|order| order.id == id).map(|order| order.write(portfolio, record))
}
