//! The subscriptions of a customer.

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::{
    calendar::{self, DAY},
    catalogue::{self, Product},
    deployments::{self, Deployment},
    flex_discounts::{self, FlexDiscount},
    links,
    portfolio::{FIRST_SAMPLE, Portfolio, Record},
    purchases::Purchases,
    rng::{Rng, Subject},
    term::{DemoTerm, EARLY, GRACE, TermKind},
};

/// A subscription.
#[derive(Debug)]
pub(super) struct DemoSubscription {
    pub(super) id: String,
    pub(super) product: Product,
    /// The current quantity; 0 if it is scheduled.
    pub(super) quantity: i64,
    pub(super) used: i64,
    /// The quantity that was renewed early; `None` if nothing ever was.
    pub(super) renewed: Option<i64>,
    pub(super) created: i64,
    pub(super) renewal: NaiveDate,
    pub(super) status: &'static str,
    pub(super) auto_renewal: bool,
    pub(super) renewal_quantity: i64,
    /// The quantity of the High Growth Offer that comes at the anniversary.
    pub(super) growth: Option<i64>,
    pub(super) discount: Option<&'static FlexDiscount>,
    pub(super) deployment: Option<String>,
}

/// Draws the subscriptions of a customer; the first was in the first order.
pub(super) fn draw(portfolio: &Portfolio, record: &Record, term: &DemoTerm) -> Vec<DemoSubscription> {
    let rng = record.rng(portfolio.seed, Subject::Subscriptions);
    let places = deployments::of(portfolio, record);
    let mut draw = Draw { portfolio, record, term, places, rng, drawn: Vec::new() };
    let count = match record.id {
        FIRST_SAMPLE => 6,
        _ => draw.rng.one_of([1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6, 8, 12]),
    };
    for _ in 0..count {
        let own = draw.next();
        draw.drawn.push(own);
    }
    // Only a product that the customer does not have can be scheduled.
    let products: Vec<Product> = draw.drawn.iter().map(|own| own.product).collect();
    let is_only =
        |own: &DemoSubscription| products.iter().filter(|product| **product == own.product).count() == 1;
    draw.drawn.retain(|own| own.status != "1009" || is_only(own));
    draw.drawn
}

struct Draw<'p> {
    portfolio: &'p Portfolio,
    record: &'p Record,
    term: &'p DemoTerm,
    places: Vec<Deployment>,
    rng: Rng,
    drawn: Vec<DemoSubscription>,
}

impl Draw<'_> {
    fn next(&mut self) -> DemoSubscription {
        let is_first = self.drawn.is_empty();
        let product = match self.term.kind {
            TermKind::OneOff => catalogue::consumables()[0],
            _ if is_first => catalogue::draw_licence(&mut self.rng),
            _ => catalogue::draw(&mut self.rng),
        };
        let mut status = self.status(is_first, product);
        let with_first = is_first || (status == "1000" && self.rng.chance(40));
        let created = if with_first { self.term.first_order } else { self.start(status) };
        let renewal = self.renewal(product, status, created);
        // What renews alone and was not renewed has ended.
        if self.term.kind == TermKind::OneOff && status == "1000" && renewal <= self.portfolio.today {
            status = "1004";
        }
        let rng = &mut self.rng;
        let bought = quantity(product, rng);
        let open = matches!(status, "1002" | "1009");
        let place =
            if self.places.is_empty() { None } else { Some(&self.places[rng.below(self.places.len())]) };
        let renews = match status {
            "1009" => true,
            "1004" => false,
            _ => self.term.kind != TermKind::OneOff && rng.chance(75),
        };
        DemoSubscription {
            id: format!("{}NA", rng.hex(30)),
            product,
            // `subscription-management/create-subscription`: a scheduled one has no seats yet.
            quantity: if status == "1009" { 0 } else { bought },
            used: if open { 0 } else { rng.between(0, bought).max(rng.between(0, bought)) },
            renewed: None,
            created,
            renewal,
            status,
            auto_renewal: renews,
            renewal_quantity: if renews && status == "1000" { renewal_quantity(bought, rng) } else { bought },
            growth: None,
            discount: flex_discounts::draw(product, self.record.segment, rng),
            deployment: place.filter(|_| rng.chance(60)).map(|place| place.id.clone()),
        }
    }

    fn status(&mut self, is_first: bool, product: Product) -> &'static str {
        let today = self.portfolio.today;
        let days = (self.term.anniversary - today).num_days();
        let drawn = self.rng.below(100);
        if self.record.status != "1000" {
            return "1004";
        }
        // At an anniversary that has passed, nothing of this account was renewed.
        if self.term.kind == TermKind::Yearly && days < 0 && !product.renews_alone() {
            return "1004";
        }
        match drawn {
            0..82 => "1000",
            _ if is_first || self.term.kind == TermKind::OneOff => "1000",
            82..90 => "1004",
            // Only what has an anniversary ahead can be pending or scheduled; consumables cannot be scheduled.
            90..94 if days > 0 => "1002",
            94.. if (1..=EARLY).contains(&days) && !product.consumable => "1009",
            _ => "1000",
        }
    }

    /// Draws the start of a subscription that was not part of the first order.
    fn start(&mut self, status: &str) -> i64 {
        let (first, now) = (self.term.first_order, self.portfolio.now());
        let before = |day: NaiveDate| calendar::start_of(day) - 1;
        let (low, high) = match status {
            "1002" => (now - 2 * DAY, now),
            // From 30 to 3 days before the anniversary.
            "1009" => (
                calendar::start_of(calendar::plus_days(self.term.anniversary, -EARLY)),
                calendar::end_of(calendar::plus_days(self.term.anniversary, -3)).min(now),
            ),
            _ if self.term.kind == TermKind::OneOff => (first, now),
            _ => (first, now.min(before(self.term.anniversary))),
        };
        self.rng.between(low.max(first), high).max(first)
    }

    /// Returns the renewal date: the anniversary, unless it has ended earlier or renews alone.
    fn renewal(&self, product: Product, status: &str, created: i64) -> NaiveDate {
        let (day, today) = (calendar::day_of(created), self.portfolio.today);
        if product.renews_alone() {
            let ends = self.term.kind == TermKind::OneOff || status == "1004";
            return if ends { calendar::plus_years(day, 1) } else { calendar::next_anniversary(day, today) };
        }
        let before = calendar::plus_years(self.term.anniversary, -1);
        let lapsed = status == "1004" && self.term.kind == TermKind::Yearly && self.term.anniversary > today;
        if lapsed && before > day { before } else { self.term.anniversary }
    }
}

/// Draws a quantity of seats or units: mostly small, sometimes large.
fn quantity(product: Product, rng: &mut Rng) -> i64 {
    let (low, high) = rng.one_of([(1, 4), (1, 9), (3, 25), (10, 60), (40, 220), (150, 1800)]);
    let seats = rng.between(low, high);
    if product.consumable { seats * 100 } else { seats }
}

/// Draws the renewal quantity: mostly the current one, which is not fixed; sometimes fixed to more, fewer or as many.
fn renewal_quantity(current: i64, rng: &mut Rng) -> i64 {
    match rng.below(100) {
        0..10 => current + rng.between(1, current.max(4)),
        10..22 if current > 1 => rng.between(1, current - 1),
        _ => current,
    }
}

impl DemoSubscription {
    /// Writes the subscription as the API does.
    pub(super) fn write(&self, portfolio: &Portfolio, record: &Record) -> Value {
        let mut renewal = Map::new();
        renewal.insert("enabled".into(), self.auto_renewal.into());
        renewal.insert("renewalQuantity".into(), self.renewal_quantity.into());
        if let Some(quantity) = self.growth {
            renewal.insert("renewalCode".into(), format!("MOQ_{quantity}").into());
        }
        if let Some(discount) = self.discount {
            renewal.insert("flexDiscountCodes".into(), json!([discount.code]));
        }
        let mut own = Map::new();
        let mut put = |key: &str, value: Value| own.insert(key.into(), value);
        put("subscriptionId", self.id.as_str().into());
        put("offerId", catalogue::base_offer_id(self.product, record.segment).into());
        put("currentQuantity", self.quantity.into());
        put("usedQuantity", self.used.into());
        put("autoRenewal", Value::Object(renewal));
        if let Some(renewed) = self.renewed {
            put("renewedQuantity", renewed.into());
        }
        put("creationDate", calendar::stamp(self.created).into());
        put("renewalDate", calendar::plain(self.renewal).into());
        put("status", self.status.into());
        if let Some(locale) = portfolio.locale(record) {
            put("currencyCode", locale.currency.into());
        }
        if let Some(deployment) = &self.deployment {
            put("deploymentId", deployment.as_str().into());
        }
        if self.is_renewable_late(portfolio.today) && record.status == "1000" {
            put("allowedActions", json!(["MANUAL_RENEWAL"]));
        }
        let uri = format!("/v3/customers/{}/subscriptions/{}", record.customer_id(), self.id);
        put("links", links::own(&uri));
        Value::Object(own)
    }

    /// Returns true if it has ended and can still be renewed: `subscription-management/get-details` and
    /// `order-management/order-scenarios` have the action on expired subscriptions alone.
    fn is_renewable_late(&self, today: NaiveDate) -> bool {
        let late = (today - self.renewal).num_days();
        self.status == "1004" && (0..=GRACE).contains(&late)
    }
}

/// Writes the list of subscriptions.
pub(super) fn list(portfolio: &Portfolio, record: &Record) -> Value {
    let purchases = Purchases::of(portfolio, record);
    let items: Vec<Value> = purchases
        .iter()
        .flat_map(|purchases| purchases.subscriptions.iter().map(|own| own.write(portfolio, record)))
        .collect();
    let uri = format!("/v3/customers/{}/subscriptions", record.customer_id());
    json!({"totalCount": items.len(), "items": items, "links": links::own(&uri)})
}

/// Writes one subscription.
pub(super) fn one(portfolio: &Portfolio, record: &Record, id: &str) -> Option<Value> {
    let purchases = Purchases::of(portfolio, record)?;
    let own = purchases.subscriptions.iter().find(|own| own.id == id)?;
    Some(own.write(portfolio, record))
}
