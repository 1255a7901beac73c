//! The subscriptions of a customer.

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::{
    calendar::{self, DAY},
    catalogue::{self, Product},
    deployments, links,
    portfolio::{FIRST_SAMPLE, Portfolio, Record},
    purchases::Purchases,
    rng::{Rng, Subject},
};

/// A subscription.
#[derive(Debug)]
pub(super) struct DemoSubscription {
    pub(super) id: String,
    pub(super) product: Product,
    pub(super) quantity: i64,
    used: i64,
    pub(super) created: i64,
    pub(super) renewal: NaiveDate,
    pub(super) status: &'static str,
    auto_renewal: bool,
    renewal_quantity: i64,
    renewal_code: Option<&'static str>,
    flex_codes: Vec<&'static str>,
    pub(super) deployment: Option<String>,
}

/// Draws the subscriptions of a customer; the first is active if the customer is.
pub(super) fn draw(portfolio: &Portfolio, record: &Record, purchases: &Purchases) -> Vec<DemoSubscription> {
    let mut rng = record.rng(portfolio.seed, Subject::Subscriptions);
    let count = match record.id {
        FIRST_SAMPLE => 6,
        _ => rng.one_of([1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6, 8, 12]),
    };
    let places = deployments::of(portfolio, record);
    let active = record.status == "1000";
    (0..count)
        .map(|place| {
            let product =
                if place == 0 { catalogue::draw_licence(&mut rng) } else { catalogue::draw(&mut rng) };
            let quantity = quantity(product, &mut rng);
            let status = match rng.below(100) {
                _ if !active => "1004",
                0..82 => "1000",
                _ if place == 0 => "1000",
                82..90 => "1004",
                90..95 => "1002",
                _ => "1009",
            };
            let with_first = place == 0 || (status == "1000" && rng.chance(40));
            let created = if with_first {
                purchases.first_order
            } else {
                start(status, portfolio.now(), purchases, &mut rng)
            };
            let open = matches!(status, "1002" | "1009");
            let place = if places.is_empty() { None } else { Some(&places[rng.below(places.len())]) };
            DemoSubscription {
                id: format!("{}NA", rng.hex(30)),
                product,
                quantity,
                used: if open { 0 } else { rng.between(0, quantity).max(rng.between(0, quantity)) },
                created,
                renewal: renewal(status, created, purchases),
                status,
                auto_renewal: status != "1004" && rng.chance(75),
                renewal_quantity: if rng.chance(80) { quantity } else { rng.between(1, quantity) },
                renewal_code: rng.chance(6).then_some("AUTO-RENEW-2"),
                flex_codes: if rng.chance(5) { vec!["DEMO_PROMO_10"] } else { Vec::new() },
                deployment: place.filter(|_| rng.chance(60)).map(|place| place.id.clone()),
            }
        })
        .collect()
}

/// Draws a quantity of seats or units: mostly small, sometimes large.
fn quantity(product: Product, rng: &mut Rng) -> i64 {
    let (low, high) = rng.one_of([(1, 4), (1, 9), (3, 25), (10, 60), (40, 220), (150, 1800)]);
    let seats = rng.between(low, high);
    if product.consumable { seats * 100 } else { seats }
}

/// Draws the start of a subscription that was not part of the first order.
fn start(status: &str, end: i64, purchases: &Purchases, rng: &mut Rng) -> i64 {
    let low = match status {
        "1002" => end - 2 * DAY,
        "1009" => end - 25 * DAY,
        _ => purchases.first_order,
    };
    let high = end.min(calendar::end_of(calendar::plus_days(purchases.coterm, -1)));
    rng.between(low.max(purchases.first_order), high).max(purchases.first_order)
}

/// Returns the renewal date of a subscription: that of the account, unless it ended earlier or has not started yet.
fn renewal(status: &str, created: i64, purchases: &Purchases) -> NaiveDate {
    let before = calendar::plus_years(purchases.coterm, -1);
    match status {
        "1009" => calendar::plus_years(purchases.coterm, 1),
        "1004" if before > calendar::day_of(created) => before,
        _ => purchases.coterm,
    }
}

impl DemoSubscription {
    /// Writes the subscription as the API does.
    pub(super) fn write(&self, portfolio: &Portfolio, record: &Record, purchases: &Purchases) -> Value {
        let mut renewal = Map::new();
        renewal.insert("enabled".into(), self.auto_renewal.into());
        renewal.insert("renewalQuantity".into(), self.renewal_quantity.into());
        if let Some(code) = self.renewal_code {
            renewal.insert("renewalCode".into(), code.into());
        }
        if !self.flex_codes.is_empty() {
            renewal.insert("flexDiscountCodes".into(), self.flex_codes.clone().into());
        }
        let mut own = Map::new();
        let mut put = |key: &str, value: Value| own.insert(key.into(), value);
        put("subscriptionId", self.id.as_str().into());
        put(
            "offerId",
            catalogue::offer_id(self.product, purchases.level(self.product), record.segment).into(),
        );
        put("currentQuantity", self.quantity.into());
        put("usedQuantity", self.used.into());
        put("autoRenewal", Value::Object(renewal));
        put("creationDate", calendar::stamp(self.created).into());
        put("renewalDate", calendar::plain(self.renewal).into());
        put("status", self.status.into());
        if let Some(locale) = portfolio.locale(record) {
            put("currencyCode", locale.currency.into());
        }
        if let Some(deployment) = &self.deployment {
            put("deploymentId", deployment.as_str().into());
        }
        if self.status == "1000" && renewable(self.renewal, portfolio.today) {
            put("allowedActions", json!(["MANUAL_RENEWAL"]));
        }
        let uri = format!("/v3/customers/{}/subscriptions/{}", record.customer_id(), self.id);
        put("links", links::own(&uri));
        Value::Object(own)
    }
}

/// Returns true if a manual renewal is possible: from 30 days before the date to 14 days after it.
fn renewable(renewal: NaiveDate, today: NaiveDate) -> bool {
    (calendar::plus_days(renewal, -30)..=calendar::plus_days(renewal, 14)).contains(&today)
}

/// Writes the list of subscriptions.
pub(super) fn list(portfolio: &Portfolio, record: &Record) -> Value {
    let purchases = Purchases::of(portfolio, record);
    let items: Vec<Value> = purchases
        .iter()
        .flat_map(|purchases| {
            purchases.subscriptions.iter().map(|own| own.write(portfolio, record, purchases))
        })
        .collect();
    let uri = format!("/v3/customers/{}/subscriptions", record.customer_id());
    json!({"totalCount": items.len(), "items": items, "links": links::own(&uri)})
}

/// Writes one subscription.
pub(super) fn one(portfolio: &Portfolio, record: &Record, id: &str) -> Option<Value> {
    let purchases = Purchases::of(portfolio, record)?;
    let own = purchases.subscriptions.iter().find(|own| own.id == id)?;
    Some(own.write(portfolio, record, &purchases))
}
