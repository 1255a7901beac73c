//! The figures against sums that are written as plainly as possible, over portfolios of a real store.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use proptest::{collection::vec, option, prelude::*, sample::select};
use serde_json::{Value, json};

use super::{MOST_PRODUCTS, summarise};
use crate::{
    collect::ListStats,
    model::{Customer, OtherSeats, PortfolioSummary, RenewalWeek, Row, SubscriptionList},
    portfolio::{Identity, PortfolioStore, SeatLedger, ledger::WeekRange, load_index, query},
    products::ProductNames,
};

const RESELLER: &str = "1000000001";
/// A product with a name, in two levels; one without a name; a consumable.
const OFFERS: [&str; 4] = ["65304479CA01A12", "65304479CA02A12", "65304480CA01A12", "65304481CAT1A12"];

fn today() -> NaiveDate {
    "2026-11-23".parse().unwrap()
}

fn noon() -> DateTime<Utc> {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn day(offset: i64) -> NaiveDate {
    today() + TimeDelta::days(offset)
}

fn names() -> ProductNames {
    ProductNames::built_in([("65304479CA", "Lantern Pro")])
}

/// A subscription of the test.
#[derive(Debug, Clone)]
struct Bought {
    offer: Option<&'static str>,
    status: &'static str,
    current: i64,
    renewed: i64,
    wanted: Option<i64>,
    auto: Option<bool>,
    renewal: Option<i64>,
}

impl Bought {
    fn is_active_licence(&self) -> bool {
        self.status == "1000" && self.offer != Some(OFFERS[3])
    }

    fn left(&self) -> i64 {
        (self.current - self.renewed.max(0)).max(0)
    }

    /// Returns the seats that renew, that end, and of which it is not known.
    fn outcome(&self) -> [i64; 3] {
        let wanted = self.wanted.unwrap_or(self.current);
        match self.auto {
            Some(true) if self.renewed > 0 => [wanted.min(self.left()).max(0), 0, 0],
            Some(true) => [wanted.max(0), 0, 0],
            Some(false) => [0, self.left(), 0],
            None => [0, 0, self.left()],
        }
    }

    fn json(&self, number: usize) -> Value {
        json!({
            "subscriptionId": number.to_string(), "offerId": self.offer, "status": self.status,
            "currentQuantity": self.current, "renewedQuantity": self.renewed,
            "autoRenewal": {"enabled": self.auto, "renewalQuantity": self.wanted},
            "renewalDate": self.renewal.map(|offset| day(offset).to_string()),
        })
    }
}

/// A customer of the test.
#[derive(Debug, Clone)]
struct Buyer {
    status: &'static str,
    joined: Option<i64>,
    is_gone: bool,
    /// The country and the discount levels, once the record was read.
    record: Option<(Option<&'static str>, Option<&'static str>, Option<&'static str>)>,
    bought: Option<Vec<Bought>>,
}

impl Buyer {
    fn active_licences(&self) -> impl Iterator<Item = &Bought> {
        self.bought.iter().flatten().filter(|bought| bought.is_active_licence())
    }

    /// Returns true if anything is left to renew or to end on such a day.
    fn renews(&self, is_in: impl Fn(i64) -> bool) -> bool {
        let active = self.bought.iter().flatten().filter(|bought| bought.status == "1000");
        let mut open = active.filter(|bought| bought.left() > 0 || bought.outcome()[0] > 0);
        open.any(|bought| bought.renewal.is_some_and(&is_in))
    }

    fn seats(&self) -> Option<i64> {
        self.bought.as_ref()?;
        Some(self.active_licences().map(|bought| bought.current).sum())
    }
}

fn bought() -> impl Strategy<Value = Bought> {
    let quantities = (0..9_i64, prop_oneof![3 => Just(0_i64), 1 => -1..9_i64], option::of(-1..9_i64));
    (
        option::weighted(0.9, select(OFFERS.as_slice())),
        select(["1000", "1000", "1000", "1004", "1009"].as_slice()),
        quantities,
        option::weighted(0.8, any::<bool>()),
        option::weighted(0.9, -20..100_i64),
    )
        .prop_map(|(offer, status, (current, renewed, wanted), auto, renewal)| Bought {
            offer,
            status,
            current,
            renewed,
            wanted,
            auto,
            renewal,
        })
}

fn buyer() -> impl Strategy<Value = Buyer> {
    let level = || option::of(select(["01", "02", "T1"].as_slice()));
    (
        select(["1000", "1002", "1004"].as_slice()),
        option::weighted(0.9, -900..40_i64),
        prop::bool::weighted(0.1),
        option::weighted(0.8, (option::of(select(["DE", "FR"].as_slice())), level(), level())),
        option::weighted(0.8, vec(bought(), 0..5)),
    )
        .prop_map(|(status, joined, is_gone, record, bought)| Buyer {
            status,
            joined,
            is_gone,
            record,
            bought,
        })
}

/// Returns a store with these customers.
fn stored(buyers: &[Buyer]) -> PortfolioStore {
    let identity = Identity::new("client-1", "https://partners.example.com/");
    let mut store = PortfolioStore::in_memory(&identity, true, noon()).unwrap();
    let row = |(id, buyer): (usize, &Buyer)| {
        let created = buyer.joined.map(|offset| format!("{}T23:59:59Z", day(offset)));
        let json = json!({"customerId": id.to_string(), "status": buyer.status, "creationDate": created, "companyProfile": {}});
        Row::read(0, json)
    };
    let rows: Vec<Row> = buyers.iter().enumerate().map(row).collect();
    let count = rows.len() as u64;
    let stats = ListStats { pages: 1, rows: count, total: Some(count), seen: count, ..ListStats::default() };
    store.begin_walk(RESELLER, None, noon()).unwrap();
    store.add_rows(RESELLER, &rows, noon()).unwrap();
    store.end_walk(RESELLER, stats, 0, noon()).unwrap();
    for (id, buyer) in buyers.iter().enumerate() {
        let id = id.to_string();
        if let Some((country, licences, consumables)) = buyer.record {
            let level = |kind: &str, level: Option<&str>| json!({"offerType": kind, "level": level});
            let json = json!({"customerId": id, "status": buyer.status,
                "companyProfile": {"address": {"country": country}},
                "discounts": [level("LICENSE", licences), level("CONSUMABLES", consumables)]});
            let record = Customer::from_slice(json.to_string().as_bytes()).unwrap();
            store.put_record(&id, &record, noon()).unwrap();
        }
        if let Some(bought) = &buyer.bought {
            let items: Vec<Value> =
                bought.iter().enumerate().map(|(number, bought)| bought.json(number)).collect();
            let json = json!({"totalCount": items.len(), "items": items});
            let list = SubscriptionList::from_slice(json.to_string().as_bytes()).unwrap();
            store.put_subscriptions(&id, &list, noon()).unwrap();
        }
        if buyer.is_gone {
            store.mark_gone(&id, noon()).unwrap();
        }
    }
    store
}

fn summary_of(buyers: &[Buyer], typed: &str) -> PortfolioSummary {
    let store = stored(buyers);
    let (index, _) = load_index(&store, &Arc::new(names())).unwrap();
    let ledger = SeatLedger::read(&store, &index, &names()).unwrap();
    summarise(&index, &ledger, &query::parse(typed, today()).unwrap(), today())
}

/// A predicate that is true, false or unknown for a customer.
type Judge = fn(&Buyer) -> Option<bool>;

/// Queries, with what they mean.
static QUERIES: [(&str, Judge); 6] = [
    ("", |_| Some(true)),
    ("status:active", |buyer| Some(buyer.status == "1000")),
    ("country:DE", |buyer| buyer.record.map(|(country, ..)| country == Some("DE"))),
    ("-country:DE", |buyer| buyer.record.map(|(country, ..)| country != Some("DE"))),
    ("seats:>5", |buyer| buyer.seats().map(|seats| seats > 5)),
    ("renewal:..30d", |buyer| buyer.bought.as_ref().map(|_| buyer.renews(|offset| offset <= 30))),
];

/// Counts each value once for each customer that has it.
fn counted<'b>(found: &[&'b Buyer], values: impl Fn(&'b Buyer) -> BTreeSet<String>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for value in found.iter().flat_map(|buyer| values(buyer)) {
        *counts.entry(value).or_default() += 1;
    }
    counts
}

fn count(found: &[&Buyer], is_counted: impl Fn(&Buyer) -> bool) -> u64 {
    found.iter().filter(|buyer| is_counted(buyer)).count() as u64
}

/// Checks the groups of a summary.
fn check_groups(figures: &PortfolioSummary, found: &[&Buyer]) {
    let none = BTreeMap::new();
    let levels = |buyer: &Buyer| {
        let (_, licences, consumables) = buyer.record.unwrap_or_default();
        [licences, consumables].into_iter().flatten().map(str::to_owned).collect()
    };
    let country = |buyer: &Buyer| {
        buyer.record.and_then(|(country, ..)| country).map(str::to_owned).into_iter().collect()
    };
    let known =
        |is_without: fn(&Buyer) -> bool| count(found, |buyer| buyer.record.is_some() && is_without(buyer));
    let expected: [(&str, BTreeMap<String, u64>, u64); 5] = [
        ("status", counted(found, |buyer| BTreeSet::from([buyer.status.to_owned()])), 0),
        ("segment", none, known(|_| true)),
        ("country", counted(found, country), known(|buyer| matches!(buyer.record, Some((None, ..))))),
        ("level", counted(found, levels), known(|buyer| matches!(buyer.record, Some((_, None, None))))),
        ("reseller", counted(found, |_| BTreeSet::from([RESELLER.to_owned()])), 0),
    ];
    assert_eq!(figures.groups.len(), expected.len());
    for (group, (field, values, without)) in figures.groups.iter().zip(expected) {
        let counts: BTreeMap<String, u64> = group.counts.values.iter().cloned().collect();
        assert_eq!((group.counts.field, counts, group.without), (field, values, without));
        assert!(group.counts.values.is_sorted_by_key(|(value, count)| (u64::MAX - count, value.clone())));
    }
}

/// Checks the months of a summary.
fn check_months(figures: &PortfolioSummary, found: &[&Buyer]) {
    let month = |day: NaiveDate| day.format("%Y-%m").to_string();
    let first = figures.months[0].first_day;
    assert_eq!((figures.months.len(), month(first).as_str()), (24, "2024-12"));
    assert_eq!(month(figures.months[23].first_day), "2026-11");
    for counted in &figures.months {
        let joined =
            |buyer: &Buyer| buyer.joined.is_some_and(|at| month(day(at)) == month(counted.first_day));
        assert_eq!(counted.customers, count(found, joined), "{}", counted.first_day);
    }
    let before = count(found, |buyer| buyer.joined.is_some_and(|at| day(at) < first));
    let otherwise = count(found, |buyer| buyer.joined.is_none_or(|at| month(day(at)).as_str() > "2026-11"));
    assert_eq!((figures.joined_before, figures.joined_otherwise), (before, otherwise));
}

/// Checks the weeks of a summary.
fn check_weeks(figures: &PortfolioSummary, found: &[&Buyer]) {
    let seats = |is_in: &dyn Fn(Option<i64>) -> bool| {
        let bought = found.iter().flat_map(|buyer| buyer.active_licences());
        bought.filter(|bought| is_in(bought.renewal)).fold([0; 3], |sums, bought| {
            let outcome = bought.outcome();
            [0, 1, 2].map(|at| sums[at] + outcome[at])
        })
    };
    assert_eq!(figures.weeks.len(), 12);
    for (number, week) in figures.weeks.iter().enumerate() {
        let days = i64::try_from(number).unwrap() * 7..=i64::try_from(number).unwrap() * 7 + 6;
        let is_in = |renewal: Option<i64>| renewal.is_some_and(|offset| days.contains(&offset));
        let renewals = week.renewals;
        assert_eq!((renewals.first_day, renewals.last_day()), (day(*days.start()), day(*days.end())));
        let sums = [renewals.renewing, renewals.lapsing, renewals.undecided];
        assert_eq!(sums.map(i64::try_from).map(Result::unwrap), seats(&is_in), "week {number}");
        let has_seats = |buyer: &Buyer| {
            let mut bought = buyer.active_licences().filter(|bought| is_in(bought.renewal));
            bought.any(|bought| bought.outcome() != [0; 3])
        };
        assert_eq!(renewals.customers, count(found, has_seats), "week {number}");
        let is_about = |bought: &&Bought| {
            is_in(bought.renewal)
                && bought.auto == Some(true)
                && bought.renewed > 0
                && bought.left() > 0
                && bought.outcome()[0] > 0
        };
        let is_approximate =
            found.iter().any(|buyer| buyer.active_licences().any(|bought| is_about(&bought)));
        assert_eq!(renewals.is_approximate, is_approximate, "week {number}");
        let renews = |buyer: &Buyer| buyer.renews(|offset| is_in(Some(offset)));
        assert_eq!(week.found, count(found, renews), "week {number}");
    }
    let total =
        |is_in: &dyn Fn(Option<i64>) -> bool| u64::try_from(seats(is_in).iter().sum::<i64>()).unwrap();
    let expected = OtherSeats {
        earlier: total(&|renewal| renewal.is_some_and(|offset| offset < 0)),
        later: total(&|renewal| renewal.is_some_and(|offset| offset >= 84)),
        undated: total(&|renewal| renewal.is_none()),
    };
    assert_eq!(figures.other_seats, expected);
}

/// Checks the products of a summary: three are too few for any to be left out.
fn check_products(figures: &PortfolioSummary, found: &[&Buyer]) {
    let product = |bought: &Bought| match bought.offer {
        Some(offer) => names().name_of(offer).unwrap_or(offer).to_owned(),
        None => String::new(),
    };
    let mut seats: BTreeMap<String, i64> = BTreeMap::new();
    for bought in found.iter().flat_map(|buyer| buyer.active_licences()).filter(|bought| bought.current > 0) {
        *seats.entry(product(bought)).or_default() += bought.current;
    }
    let nameless = seats.remove("").unwrap_or_default();
    let mut expected: Vec<(u64, String, u64)> = seats
        .into_iter()
        .map(|(name, seats)| {
            let has = |buyer: &Buyer| buyer.bought.iter().flatten().any(|bought| product(bought) == name);
            (u64::try_from(seats).unwrap(), name.clone(), count(found, has))
        })
        .collect();
    expected.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let products = figures.products.iter();
    let products: Vec<_> =
        products.map(|product| (product.seats, product.product.clone(), product.customers)).collect();
    assert_eq!(products, expected);
    assert_eq!(figures.other_product_seats, u64::try_from(nameless).unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_figures_are_those_of_a_plain_sum(buyers in vec(buyer(), 0..9), (typed, judge) in select(QUERIES.as_slice())) {
        let figures = summary_of(&buyers, typed);
        let present: Vec<&Buyer> = buyers.iter().filter(|buyer| !buyer.is_gone).collect();
        let found: Vec<&Buyer> =
            present.iter().copied().filter(|buyer| judge(buyer) == Some(true)).collect();
        prop_assert_eq!(figures.customers, found.len() as u64);
        prop_assert_eq!(figures.unknown, count(&present, |buyer| judge(buyer).is_none()));
        prop_assert_eq!(
            figures.gone,
            buyers.iter().filter(|buyer| buyer.is_gone && judge(buyer) == Some(true)).count() as u64
        );
        prop_assert_eq!(figures.with_record, count(&found, |buyer| buyer.record.is_some()));
        prop_assert_eq!(figures.with_subscriptions, count(&found, |buyer| buyer.bought.is_some()));
        check_groups(&figures, &found);
        check_months(&figures, &found);
        check_weeks(&figures, &found);
        check_products(&figures, &found);
    }
}

/// Returns a customer with these subscriptions.
fn with(bought: Vec<Bought>) -> Buyer {
    Buyer { status: "1000", joined: Some(0), is_gone: false, record: None, bought: Some(bought) }
}

fn licences(current: i64, auto: Option<bool>, renewal: i64) -> Bought {
    Bought {
        offer: Some(OFFERS[0]),
        status: "1000",
        current,
        renewed: 0,
        wanted: None,
        auto,
        renewal: Some(renewal),
    }
}

#[test]
fn each_subscription_counts_in_its_own_week_and_a_customer_once_in_each() {
    let first = with(vec![
        licences(10, Some(true), 0),
        licences(4, Some(false), 6),
        licences(3, None, 7),
        licences(2, Some(true), 83),
        licences(1, Some(true), 84),
    ]);
    let figures = summary_of(&[first, with(vec![licences(5, Some(false), 6)])], "");
    let week = |number: usize| {
        let week = figures.weeks[number];
        let renewals = week.renewals;
        let sums = [renewals.renewing, renewals.lapsing, renewals.undecided];
        (sums, renewals.customers, week.found)
    };
    assert_eq!(week(0), ([10, 9, 0], 2, 2));
    assert_eq!(week(1), ([0, 0, 3], 1, 1), "this customer has an earlier renewal, too");
    assert_eq!(week(11), ([2, 0, 0], 1, 1));
    assert_eq!(figures.other_seats, OtherSeats { earlier: 0, later: 1, undated: 0 });
}

#[test]
fn weeks_begin_on_any_day_and_are_of_any_rows() {
    let first = with(vec![
        licences(1, Some(true), -15),
        licences(2, Some(true), -14),
        licences(4, Some(true), -8),
        licences(8, Some(false), 0),
        licences(16, Some(true), 34),
        licences(32, Some(true), 35),
    ]);
    let second = Buyer { status: "1004", ..with(vec![licences(64, Some(true), 0)]) };
    let store = stored(&[first, second]);
    let (index, _) = load_index(&store, &Arc::new(names())).unwrap();
    let ledger = SeatLedger::read(&store, &index, &names()).unwrap();
    let range = WeekRange::of(day(-14), 7);
    let seats = |typed: &str| {
        let found = index.matched(&query::parse(typed, today()).unwrap());
        let weeks = ledger.renewals.weeks(range, found.rows());
        let outside = ledger.renewals.outside(range, found.rows());
        (weeks.iter().map(RenewalWeek::seats).collect::<Vec<_>>(), outside.earlier, outside.later)
    };
    assert_eq!(seats("status:active"), (vec![6, 0, 8, 0, 0, 0, 16], 1, 32));
    assert_eq!(seats("status:inactive"), (vec![0, 0, 64, 0, 0, 0, 0], 0, 0));
    assert_eq!(seats("id:77").0, [0; 7]);
    let found = index.matched(&query::Query::default());
    let cut = WeekRange::between(day(-14), day(33));
    let seats: Vec<u64> = ledger.renewals.weeks(cut, found.rows()).iter().map(RenewalWeek::seats).collect();
    assert_eq!((seats, ledger.renewals.outside(cut, found.rows()).later), (vec![6, 0, 72, 0, 0, 0, 0], 48));
    let found = index.matched(&query::Query::default());
    for (first_day, count) in [(NaiveDate::MAX, 9), (NaiveDate::MIN, 2), (today(), 0)] {
        let weeks = ledger.renewals.weeks(WeekRange::of(first_day, count), found.rows());
        assert!(weeks.len() <= count && weeks.iter().all(|week| week.seats() == 0), "{first_day}");
    }
}

#[test]
fn the_products_with_the_most_seats_are_named_and_the_rest_is_added_up() {
    let offers: Vec<String> = (0..25).map(|number| format!("653044{number:02}CA01A12")).collect();
    let items: Vec<Value> = offers
        .iter()
        .zip(1..)
        .map(|(offer, seats)| json!({"offerId": offer, "status": "1000", "currentQuantity": seats}))
        .collect();
    let mut store = stored(&[with(Vec::new())]);
    let json = json!({"totalCount": items.len(), "items": items});
    let list = SubscriptionList::from_slice(json.to_string().as_bytes()).unwrap();
    store.put_subscriptions("0", &list, noon()).unwrap();
    let none = Arc::<ProductNames>::default();
    let (index, _) = load_index(&store, &none).unwrap();
    let ledger = SeatLedger::read(&store, &index, &none).unwrap();
    let figures = summarise(&index, &ledger, &query::Query::default(), today());
    assert_eq!(figures.products.len(), MOST_PRODUCTS);
    let first = &figures.products[0];
    assert_eq!((first.product.as_str(), first.seats, first.customers), (offers[24].as_str(), 25, 1));
    assert_eq!((figures.other_products, figures.other_product_seats), (5, 1 + 2 + 3 + 4 + 5));
}
