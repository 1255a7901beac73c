//! Flexible discounts (`flex-discounts/apis`): the list of those on offer, and the reusable ones of a customer.

use serde_json::{Map, Value, json};

use super::{
    calendar,
    catalogue::{self, Product},
    errors::Refusal,
    names::Segment,
    paging::PageRequest,
    params::Params,
    portfolio::{Portfolio, Record},
    purchases::Purchases,
    rng::Rng,
};

/// A flexible discount; its days are relative to today.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FlexDiscount {
    pub(super) id: &'static str,
    pub(super) code: &'static str,
    category: &'static str,
    name: &'static str,
    start: i64,
    end: i64,
    /// The last day on which customers that have used it may use it again.
    lock: Option<i64>,
    segments: &'static [Segment],
    /// The products that it is for, by the first ten characters of their offers; all if empty.
    products: &'static [&'static str],
    outcome: PriceChange,
}

/// The effect of a discount on the price.
#[derive(Debug, PartialEq, Eq)]
enum PriceChange {
    Percent(i64),
    /// An amount less, by country.
    Less(&'static [(&'static str, &'static str, i64)]),
    /// A price in hundredths, by country.
    Price(&'static [(&'static str, &'static str, i64)]),
}

const EVERYBODY: &[Segment] = &[Segment::Com, Segment::Edu, Segment::Gov];

const ALL: [FlexDiscount; 8] = [
    FlexDiscount {
        id: "55555555-0001-4564-ade1-cd6946a97f29",
        code: "TEAMS_10",
        category: "STANDARD",
        name: "Ten percent for teams",
        start: -60,
        end: 30,
        lock: None,
        segments: EVERYBODY,
        products: &[],
        outcome: PriceChange::Percent(10),
    },
    FlexDiscount {
        id: "55555555-0002-4564-ade1-cd6946a97f29",
        code: "PHOTO_INTRO",
        category: "INTRO",
        name: "First year of photo editing",
        start: -120,
        end: 240,
        lock: None,
        segments: &[Segment::Com],
        products: &["65304578CA"],
        outcome: PriceChange::Price(&[("US", "USD", 18_999), ("GB", "GBP", 16_900), ("DE", "EUR", 18_900)]),
    },
    FlexDiscount {
        id: "55555555-0003-4564-ade1-cd6946a97f29",
        code: "DOCS_LOCK_15",
        category: "STANDARD",
        name: "Documents at a locked price",
        start: -400,
        end: -30,
        lock: Some(600),
        segments: EVERYBODY,
        products: &["65304712CA", "65304749CA"],
        outcome: PriceChange::Percent(15),
    },
    FlexDiscount {
        id: "55555555-0004-4564-ade1-cd6946a97f29",
        code: "VIDEO_LOCK_20",
        category: "STANDARD",
        name: "Twenty less for video",
        start: -200,
        end: 60,
        lock: Some(700),
        segments: EVERYBODY,
        products: &["65304788CA", "65304810CA"],
        outcome: PriceChange::Less(&[
            ("US", "USD", 20),
            ("GB", "GBP", 16),
            ("DE", "EUR", 18),
            ("FR", "EUR", 18),
        ]),
    },
    FlexDiscount {
        id: "55555555-0005-4564-ade1-cd6946a97f29",
        code: "NEXT_SEASON_5",
        category: "STANDARD",
        name: "Five percent next season",
        start: 20,
        end: 80,
        lock: None,
        segments: EVERYBODY,
        products: &[],
        outcome: PriceChange::Percent(5),
    },
    FlexDiscount {
        id: "55555555-0006-4564-ade1-cd6946a97f29",
        code: "CAMPUS_25",
        category: "STANDARD",
        name: "A quarter less for schools",
        start: -30,
        end: 90,
        lock: None,
        segments: &[Segment::Edu],
        products: &[],
        outcome: PriceChange::Percent(25),
    },
    FlexDiscount {
        id: "55555555-0007-4564-ade1-cd6946a97f29",
        code: "TOWN_HALL_12",
        category: "STANDARD",
        name: "Twelve percent for town halls",
        start: -10,
        end: 200,
        lock: None,
        segments: &[Segment::Gov],
        products: &[],
        outcome: PriceChange::Percent(12),
    },
    FlexDiscount {
        id: "55555555-0008-4564-ade1-cd6946a97f29",
        code: "ALL_APPS_LOCK_8",
        category: "STANDARD",
        name: "Eight percent for all apps",
        start: -300,
        end: 120,
        lock: Some(500),
        segments: EVERYBODY,
        products: &["65304479CA", "65304520CA"],
        outcome: PriceChange::Percent(8),
    },
];

/// The default and the greatest number of discounts in a page.
const DEFAULT_LIMIT: usize = 20;
const MOST: usize = 50;

/// Draws the discount of a subscription; most have none.
pub(super) fn draw(product: Product, segment: Segment, rng: &mut Rng) -> Option<&'static FlexDiscount> {
    let wanted = rng.chance(8);
    let fitting: Vec<&FlexDiscount> =
        ALL.iter().filter(|own| own.is_for(product.base) && own.segments.contains(&segment)).collect();
    let place = rng.below(fitting.len());
    fitting.get(place).copied().filter(|_| wanted && !product.consumable)
}

impl FlexDiscount {
    fn is_for(&self, base: &str) -> bool {
        self.products.is_empty() || self.products.contains(&base)
    }

    /// Returns true if an order at this time could use it.
    pub(super) fn applies_at(&self, portfolio: &Portfolio, at: i64) -> bool {
        let day = (calendar::day_of(at) - portfolio.today).num_days();
        (self.start..=self.end).contains(&day)
    }

    /// Returns a unit price in hundredths after the discount.
    pub(super) fn reduce(&self, price: i64, currency: &str) -> i64 {
        let of = |values: &[(&str, &str, i64)]| {
            values.iter().find(|(_, own, _)| *own == currency).map(|(_, _, value)| *value)
        };
        match &self.outcome {
            PriceChange::Percent(percent) => price * (100 - percent) / 100,
            PriceChange::Less(values) => (price - of(values).unwrap_or(0) * 100).max(0),
            PriceChange::Price(values) => of(values).map_or(price, |value| value.min(price)),
        }
    }

    fn is_active(&self) -> bool {
        self.end >= 0
    }

    /// Returns the values for a country, or for all; none if it is not offered there.
    fn values(&self, country: Option<&str>) -> Vec<Value> {
        let of = |values: &[(&str, &str, i64)], write: &dyn Fn(i64) -> Value| {
            let fitting = values.iter().filter(|(own, _, _)| country.is_none_or(|country| country == *own));
            fitting
                .map(|(country, currency, value)| json!({"country": country, "currency": currency, "value": write(*value)}))
                .collect()
        };
        match &self.outcome {
            PriceChange::Percent(percent) => vec![json!({"value": percent})],
            PriceChange::Less(values) => of(values, &|value| value.into()),
            PriceChange::Price(values) => of(values, &super::prices::amount),
        }
    }

    fn write(&self, portfolio: &Portfolio, segment: Segment, country: Option<&str>) -> Value {
        let at = |days: i64| calendar::stamp(calendar::end_of(calendar::plus_days(portfolio.today, days)));
        let mut own = Map::new();
        let mut put = |key: &str, value: Value| own.insert(key.into(), value);
        put("id", self.id.into());
        put("category", self.category.into());
        put("code", self.code.into());
        put("name", self.name.into());
        put("description", format!("{} - {}", self.code, self.name).into());
        put("startDate", at(self.start).into());
        put("endDate", at(self.end).into());
        put("status", if self.is_active() { "ACTIVE" } else { "REUSABLE" }.into());
        if let Some(lock) = self.lock {
            put("discountLockEndDate", at(lock).into());
        }
        if !self.products.is_empty() {
            let offers: Vec<String> = catalogue::licences()
                .iter()
                .filter(|product| self.products.contains(&product.base))
                .map(|product| catalogue::base_offer_id(*product, segment))
                .collect();
            put("qualification", json!({"baseOfferIds": offers}));
        }
        let kind = match self.outcome {
            PriceChange::Percent(_) => "PERCENTAGE_DISCOUNT",
            PriceChange::Less(_) => "FIXED_DISCOUNT",
            PriceChange::Price(_) => "FIXED_PRICE",
        };
        put("outcomes", json!([{"type": kind, "discountValues": self.values(country)}]));
        Value::Object(own)
    }
}

/// Answers `GET /v3/flex-discounts`. Market segment and country are required; a discount that is over is listed only if
/// it can be used again and the request includes such ones.
pub(super) fn list(portfolio: &Portfolio, params: &mut Params) -> Result<Value, Refusal> {
    for name in ["market-segment", "country"] {
        if params.all(name).is_empty() {
            params.refuse(&format!("{name} is missing"));
        }
    }
    let segments = [Segment::Com, Segment::Edu, Segment::Gov];
    let segment = segments[params.choice("market-segment", &["COM", "EDU", "GOV"])];
    let country = params.text("country");
    let is_country = |text: &String| text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase());
    if country.as_ref().is_some_and(|country| !is_country(country)) {
        params.refuse("country must be two capital letters");
    }
    let country = country.unwrap_or_default();
    let categories = params.text("categories").map(|text| split(&text)).unwrap_or_default();
    if categories.iter().any(|own| !["STANDARD", "INTRO"].contains(&own.as_str())) {
        params.refuse("categories must be among STANDARD, INTRO");
    }
    let offers = params.text("offer-ids").map(|text| split(&text)).unwrap_or_default();
    let offers: Vec<&String> = offers.iter().filter(|offer| !offer.is_empty()).collect();
    let (id, code) = (params.text("flex-discount-id"), params.text("flex-discount-code"));
    let reusable = params.choice("include-eligible-reusable-discounts", &["false", "true"]) == 1;
    let (from, to) = (params.span("start-date"), params.span("end-date"));
    let page = PageRequest::read_up_to(params, MOST, DEFAULT_LIMIT);
    params.check()?;
    let day = |days: i64| calendar::plus_days(portfolio.today, days);
    let is_wanted = |own: &&FlexDiscount| {
        if !own.segments.contains(&segment) || own.values(Some(&country)).is_empty() {
            return false;
        }
        // The ID allows no other filter: they are ignored.
        if let Some(id) = &id {
            return own.id == *id;
        }
        (own.is_active() || reusable)
            && (categories.is_empty() || categories.iter().any(|name| name == own.category))
            && (offers.is_empty() || offers.iter().any(|offer| offer.get(..10).is_some_and(|base| own.is_for(base))))
            && code.as_deref().is_none_or(|code| own.code == code)
            // Available on or after the first date, and on or before the last.
            && from.is_none_or(|(from, _)| calendar::end_of(day(own.end)) >= from)
            && to.is_none_or(|(_, to)| calendar::start_of(day(own.start)) <= to)
    };
    let found: Vec<&FlexDiscount> = ALL.iter().filter(is_wanted).collect();
    page.answer_as("flexDiscounts", "/v3/flex-discounts", params, &found, |own| {
        own.write(portfolio, segment, Some(&country))
    })
}

/// Splits a list at its commas.
fn split(text: &str) -> Vec<String> {
    text.split(',').map(|part| part.trim().to_owned()).collect()
}

/// Answers `GET /v3/customers/{customer-id}/flex-discounts`: the discounts that the customer has used and can use again.
pub(super) fn of_customer(
    portfolio: &Portfolio,
    record: &Record,
    params: &mut Params,
) -> Result<Value, Refusal> {
    let page = PageRequest::read_up_to(params, MOST, DEFAULT_LIMIT);
    params.check()?;
    let purchases = Purchases::of(portfolio, record);
    let subscriptions = purchases.iter().flat_map(|own| &own.subscriptions);
    let used: Vec<&FlexDiscount> = subscriptions.filter_map(|own| own.discount).collect();
    let found: Vec<&FlexDiscount> =
        ALL.iter().filter(|own| own.lock.is_some() && used.contains(own)).collect();
    let path = format!("/v3/customers/{}/flex-discounts", record.customer_id());
    let country = portfolio.locale(record).map(|locale| locale.country);
    page.answer_as("flexDiscounts", &path, params, &found, |own| {
        let country = country.filter(|country| !own.values(Some(country)).is_empty());
        own.write(portfolio, record.segment, country)
    })
}
