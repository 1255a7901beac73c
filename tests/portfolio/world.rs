//! A portfolio that changes while it is read, remembers what it was, and is served with faults.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::{orders::OrderBook, server::Reply};

/// The resellers, in the order in which they are synced.
pub(crate) const RESELLERS: [&str; 2] = ["1000000001", "1000000002"];

/// The statuses of customers. No list shows the last one.
const STATUSES: [&str; 5] = ["1000", "1002", "1004", "1026", "1010"];

/// A field of a customer or of one of its subscriptions, as changes name it.
pub(crate) type Field = (String, Option<String>, &'static str);

/// The events of a sync besides reading.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Weather {
    /// The probability of a change after a request, in percent.
    changes: u8,
    /// The number of requests after which nothing changes any more; endless changes can never be settled.
    changes_until: usize,
    /// The probability of a fault of a request, in percent.
    faults: u8,
    /// The number of the request at which the sync is killed.
    killed_at: Option<usize>,
}

impl Weather {
    /// Nothing happens.
    pub(crate) const CALM: Self = Self { changes: 0, changes_until: 0, faults: 0, killed_at: None };

    /// Draws the events of a sync.
    pub(crate) fn draw(rng: &mut fastrand::Rng) -> Self {
        Self {
            changes: *rng.choice(&[0, 5, 30]).unwrap(),
            changes_until: *rng.choice(&[10, 40, usize::MAX]).unwrap(),
            faults: *rng.choice(&[0, 0, 8, 25]).unwrap(),
            killed_at: if rng.u8(..5) < 3 { Some(rng.usize(1..110)) } else { None },
        }
    }

    /// Returns true if no request fails.
    pub(crate) fn is_calm(self) -> bool {
        self.faults == 0
    }

    /// Returns true if nothing happens.
    pub(crate) fn is_still(self) -> bool {
        self.is_calm() && self.changes == 0
    }
}

#[derive(Debug, Clone)]
struct Subscription {
    id: String,
    quantity: u32,
    auto_renewal: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Customer {
    id: String,
    pub(crate) reseller: &'static str,
    name: String,
    status: &'static str,
    segment: &'static str,
    email: String,
    created: u64,
    subscriptions: Vec<Subscription>,
    /// The licences that it uses and nobody has ordered.
    unpaid: Vec<u32>,
    /// Every number of such licences that it had.
    pub(crate) numbers_to_order: BTreeSet<u32>,
    pub(crate) orders: OrderBook,
    /// True if it can be read.
    pub(crate) exists: bool,
    /// True if it existed at some time since the latest check, and the same for the contrary.
    pub(crate) was_there: bool,
    pub(crate) was_away: bool,
}

impl Customer {
    /// Returns true if one of the lists shows it.
    pub(crate) fn is_listed(&self) -> bool {
        self.exists && self.status != STATUSES[4]
    }

    /// Returns its list entry.
    pub(crate) fn row(&self) -> Value {
        json!({
            "customerId": self.id, "resellerId": self.reseller, "status": self.status,
            "creationDate": format!("2025-01-{:02}T00:00:00Z", 1 + self.created % 28),
            "companyProfile": {"companyName": self.name},
            "links": {"self": {"uri": format!("/v3/customers/{}", self.id), "method": "GET", "headers": []}},
        })
    }

    /// Returns its record.
    pub(crate) fn record(&self, with_contacts: bool) -> Value {
        let mut record = self.row();
        record["companyProfile"]["marketSegment"] = self.segment.into();
        if with_contacts {
            record["companyProfile"]["contacts"] = json!([{"firstName": "Ada", "email": self.email}]);
        }
        record
    }

    /// Returns the response with its subscriptions.
    pub(crate) fn subscriptions(&self) -> Value {
        let item = |of: &Subscription| {
            json!({"subscriptionId": of.id, "offerId": "65304479CA01A12", "currentQuantity": of.quantity,
                "status": "1000", "renewalDate": "2031-05-05", "autoRenewal": {"enabled": of.auto_renewal}})
        };
        let items: Vec<Value> = self.subscriptions.iter().map(item).collect();
        json!({"totalCount": items.len(), "items": items})
    }

    /// Returns the number of licences that it uses and nobody has ordered.
    pub(crate) fn to_order(&self) -> u32 {
        self.unpaid.iter().sum()
    }

    /// Returns its notification.
    fn notification(&self) -> Value {
        let uri = format!("/v3/customers/{}/open-acquisitions", self.id);
        json!({"customerId": self.id, "links": {"self": {"uri": uri, "method": "GET", "headers": []}}})
    }

    /// Returns the response with the licences that nobody has ordered.
    fn acquisitions(&self) -> Value {
        let item = |quantity: &u32| json!({"quantity": quantity, "expiryDate": "2031-05-05T00:00:00Z"});
        let items: Vec<Value> = self.unpaid.iter().map(item).collect();
        json!({"licenseCount": self.to_order(), "unpaidLicenses": items})
    }

    /// Returns its fields and their values.
    pub(crate) fn fields(&self, with_contacts: bool) -> BTreeMap<Field, Option<String>> {
        let own = |field, value: &str| ((self.id.clone(), None, field), Some(value.to_owned()));
        let mut fields = BTreeMap::from([
            own("name", &self.name),
            own("status", self.status),
            own("reseller", self.reseller),
            own("segment", self.segment),
        ]);
        if with_contacts {
            fields.extend([own("contacts", &self.email)]);
        }
        for of in &self.subscriptions {
            let field = |name| (self.id.clone(), Some(of.id.clone()), name);
            fields.insert(field("quantity"), Some(of.quantity.to_string()));
            let switch = if of.auto_renewal { "on" } else { "off" };
            fields.insert(field("auto-renewal"), Some(switch.to_owned()));
        }
        fields
    }
}

/// The server's state.
pub(crate) struct World {
    pub(crate) customers: BTreeMap<String, Customer>,
    /// Every value that a field ever had.
    pub(crate) values: BTreeMap<Field, BTreeSet<Option<String>>>,
    pub(crate) contacts: bool,
    pub(crate) rng: fastrand::Rng,
    weather: Weather,
    requests: usize,
    /// Told when the sync is to be killed.
    killed: Arc<Notify>,
    /// The most rows that the server sends in a page.
    most_rows: usize,
    /// True while the account may read no orders.
    pub(crate) may_read_no_orders: bool,
    /// The customers whose orders were asked for since the sync began; true if they were refused.
    asked: BTreeMap<String, bool>,
    /// The number of names, customers, subscriptions and orders so far.
    next: u64,
}

impl World {
    pub(crate) fn new(seed: u64, contacts: bool, killed: Arc<Notify>) -> Self {
        // Neighbouring seeds begin alike.
        let mut rng = fastrand::Rng::with_seed(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let most_rows = *rng.choice(&[3, 5, 10, 50]).unwrap();
        let size = if rng.u8(..8) == 0 { 60 } else { rng.usize(5..20) };
        let may_read_no_orders = rng.u8(..5) == 0;
        let mut world = Self {
            customers: BTreeMap::new(),
            values: BTreeMap::new(),
            contacts,
            rng,
            weather: Weather::CALM,
            requests: 0,
            killed,
            most_rows,
            may_read_no_orders,
            asked: BTreeMap::new(),
            next: 0,
        };
        for _ in 0..size {
            world.join();
        }
        world
    }

    /// Begins a sync. Returns the customers whose orders were asked for during the one before; true if they were refused.
    pub(crate) fn begin(&mut self, weather: Weather) -> BTreeMap<String, bool> {
        (self.weather, self.requests) = (weather, 0);
        std::mem::take(&mut self.asked)
    }

    /// Ends all refusals of orders, apart from those of an account that may read none.
    pub(crate) fn end_refusals(&mut self, may_stay_refused: bool) {
        self.may_read_no_orders &= may_stay_refused;
        for customer in self.customers.values_mut() {
            customer.orders.is_refused = false;
        }
    }

    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    fn join(&mut self) {
        let number = self.number();
        let subscriptions = (0..self.rng.usize(..3)).map(|_| self.subscription()).collect();
        let id = (1_000_000_000 + number).to_string();
        let orders = {
            let first = self.next + 1;
            self.next += self.rng.u64(..7);
            OrderBook::new(id.clone(), first..self.next + 1, &mut self.rng)
        };
        let customer = Customer {
            id,
            reseller: self.rng.choice(RESELLERS).unwrap(),
            name: format!("Company {number}"),
            status: self.rng.choice(&STATUSES[..3]).unwrap(),
            segment: "COM",
            email: format!("ada{number}@example.org"),
            created: number,
            subscriptions,
            unpaid: Vec::new(),
            numbers_to_order: BTreeSet::from([0]),
            orders,
            exists: true,
            was_there: true,
            was_away: false,
        };
        self.note(&customer.clone());
        self.customers.insert(customer.id.clone(), customer);
    }

    fn subscription(&mut self) -> Subscription {
        let id = format!("s{}", self.number());
        Subscription { id, quantity: self.rng.u32(1..100), auto_renewal: self.rng.bool() }
    }

    /// Remembers the values of a customer.
    fn note(&mut self, customer: &Customer) {
        for (field, value) in customer.fields(true) {
            self.values.entry(field).or_default().insert(value);
        }
    }

    /// Makes a change.
    pub(crate) fn change(&mut self) {
        let Some(id) = self.rng.choice(self.customers.keys()).cloned() else { return };
        let (number, kind) = (self.number(), self.rng.u8(..20));
        let added = self.subscription();
        let Some(customer) = self.customers.get_mut(&id) else { return };
        let rng = &mut self.rng;
        match kind {
            0 => return self.join(),
            1 if customer.exists => (customer.exists, customer.was_away) = (false, true),
            // It comes back.
            1 | 2 => (customer.exists, customer.was_there) = (true, true),
            3 | 4 => customer.name = format!("Company {number}"),
            5 | 6 => customer.status = rng.choice(&STATUSES).unwrap(),
            7 => customer.reseller = rng.choice(RESELLERS).unwrap(),
            8 => customer.segment = rng.choice(["COM", "EDU", "GOV"]).unwrap(),
            9 => customer.email = format!("ada{number}@example.org"),
            10 if rng.bool() => customer.subscriptions.push(added),
            10 => drop(customer.subscriptions.pop()),
            11 => customer.unpaid.push(rng.u32(1..9)),
            12 => drop(customer.unpaid.pop()),
            13..=17 => customer.orders.change(number, rng),
            18 => customer.orders.is_refused = rng.bool(),
            _ => {
                if let Some(subscription) = rng.choice(&mut customer.subscriptions) {
                    subscription.quantity = rng.u32(1..100);
                    subscription.auto_renewal = rng.bool();
                }
            }
        }
        customer.numbers_to_order.insert(customer.to_order());
        let customer = customer.clone();
        self.note(&customer);
    }

    /// Answers a request, and lets happen what the weather brings.
    pub(crate) fn answer(&mut self, target: &str) -> Reply {
        self.requests += 1;
        if self.weather.killed_at == Some(self.requests) {
            self.killed.notify_one();
        }
        self.note_orders(target);
        let reply =
            if self.rng.u8(..100) < self.weather.faults { self.fault(target) } else { self.page(target) };
        if self.requests <= self.weather.changes_until && self.rng.u8(..100) < self.weather.changes {
            for _ in 0..self.rng.usize(1..=3) {
                self.change();
            }
        }
        reply
    }

    /// Notes whose orders are asked for.
    fn note_orders(&mut self, target: &str) {
        let path = target.split('?').next().unwrap_or_default();
        let Some(id) = path.strip_prefix("/v3/customers/").and_then(|rest| rest.strip_suffix("/orders"))
        else {
            return;
        };
        let is_refused = self.may_read_no_orders
            || self.customers.get(id).is_some_and(|customer| customer.orders.is_refused);
        self.asked.insert(id.to_owned(), is_refused);
    }

    fn fault(&mut self, target: &str) -> Reply {
        let error = |status, headers: &str| {
            let headers = format!("content-type: application/json\r\n{headers}");
            Reply::status(status, &headers, r#"{"code": "1124", "message": "Out of order"}"#)
        };
        let whole = match self.page(target) {
            Reply::Send(bytes) => bytes,
            other => return other,
        };
        let part = self.rng.usize(..whole.len());
        match self.rng.u8(..9) {
            0 => error(429, "retry-after: 0\r\n"),
            1 => error(429, ""),
            2 => error(500, ""),
            3 => error(503, ""),
            7 => Reply::Reset(whole[..part].to_vec()),
            4 => Reply::Close(whole[..part].to_vec()),
            5 | 6 => match self.body(target) {
                Ok(body) => Reply::ok(self.damaged(body).to_string()),
                Err(_) => Reply::Send(whole),
            },
            // JSON that ends too early, although the length says that it is whole.
            _ => Reply::ok(&whole[whole.len() - 20..whole.len() - 5]),
        }
    }

    /// Puts a value of a wrong kind, or a date that is none, in the place of one.
    fn damaged(&mut self, mut body: Value) -> Value {
        let mut places = Vec::new();
        collect_places(&body, "", &mut places);
        let at = self.rng.choice(&places).unwrap();
        let value = body.pointer_mut(at).unwrap();
        let is_date = value.as_str().is_some_and(|text| text.starts_with("20") && text.contains('-'));
        *value = match value {
            Value::String(_) if is_date => json!("some day"),
            Value::String(_) => self.rng.choice([json!({}), json!([1]), json!(true)]).unwrap(),
            Value::Number(_) | Value::Bool(_) => self.rng.choice([json!("many"), json!({})]).unwrap(),
            _ => json!(7),
        };
        body
    }

    fn page(&self, target: &str) -> Reply {
        match self.body(target) {
            Ok(body) => Reply::ok(body.to_string()),
            Err((status, code)) => Reply::status(
                status,
                "content-type: application/json\r\n",
                json!({"code": code, "message": "Refused"}).to_string(),
            ),
        }
    }

    /// Returns the body of the response. The error is the status and the code of a refusal.
    fn body(&self, target: &str) -> Result<Value, (u16, &'static str)> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let query: BTreeMap<String, String> =
            url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let customer =
            |id: &str| self.customers.get(id).filter(|customer| customer.exists).ok_or((404, "1116"));
        match parts[..] {
            ["v3", "resellers", reseller, "customers"] => Ok(self.list(reseller, &query)),
            ["v3", "customers", id] => customer(id).map(|customer| customer.record(true)),
            ["v3", "customers", id, "subscriptions"] => customer(id).map(Customer::subscriptions),
            ["v3", "customers", id, "open-acquisitions"] => customer(id).map(Customer::acquisitions),
            ["v3", "customers", id, "orders"] => {
                let customer = customer(id)?;
                if self.may_read_no_orders || customer.orders.is_refused {
                    return Err((403, "4121"));
                }
                customer.orders.page(&query, self.most_rows)
            }
            ["v3", "notifications"] => Ok(self.notifications(&query)),
            _ => panic!("an unexpected request: {target}"),
        }
    }

    /// Returns a page of notifications.
    fn notifications(&self, query: &BTreeMap<String, String>) -> Value {
        assert_eq!(query["notification-type"], "LICENSES_PENDING_PARTNER_ORDER");
        let number = |name: &str| query[name].parse::<usize>().unwrap();
        let (offset, limit) = (number("offset"), number("limit").min(self.most_rows));
        let is_in = |customer: &&Customer| {
            customer.exists && customer.reseller == query["reseller-id"] && !customer.unpaid.is_empty()
        };
        let matching: Vec<&Customer> = self.customers.values().filter(is_in).collect();
        let items: Vec<Value> =
            matching.iter().skip(offset).take(limit).map(|customer| customer.notification()).collect();
        json!({"totalCount": matching.len(), "count": items.len(), "offset": offset, "limit": limit, "items": items})
    }

    /// Returns a page of a list: the oldest customer first.
    fn list(&self, reseller: &str, query: &BTreeMap<String, String>) -> Value {
        assert_eq!((query["sort-by"].as_str(), query["order-by"].as_str()), ("creationDate", "asc"));
        let number = |name: &str| query.get(name).map_or(0, |text| text.parse::<usize>().unwrap());
        let (offset, limit) = (number("offset"), number("limit").min(self.most_rows));
        let is_in = |customer: &&Customer| {
            customer.exists && customer.reseller == reseller && customer.status == query["status"]
        };
        let mut matching: Vec<&Customer> = self.customers.values().filter(is_in).collect();
        matching.sort_by_key(|customer| customer.created);
        let rows: Vec<Value> =
            matching.iter().skip(offset).take(limit).map(|customer| customer.row()).collect();
        json!({"totalCount": matching.len(), "count": rows.len(), "offset": offset, "limit": limit, "accounts": rows})
    }
}

/// Collects the places of all values in a value, as JSON pointers.
fn collect_places(value: &Value, at: &str, places: &mut Vec<String>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, inner)| (name.clone(), inner)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, inner)| (index.to_string(), inner)).collect()
        }
        _ => Vec::new(),
    };
    for (name, inner) in inner {
        let place = format!("{at}/{name}");
        collect_places(inner, &place, places);
        places.push(place);
    }
}
