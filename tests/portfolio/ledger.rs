//! Double-entry bookkeeping: what is stored after each sync, and the changes in between, which must explain each other.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use vipmp::{
    model::ObservedChange,
    portfolio::{ChangeFilter, PortfolioStore, sync::OrdersScope},
};

use crate::{
    End,
    bookkeeping::Books,
    scopes,
    world::{Field, World},
};

/// Everything that is stored.
#[derive(Debug, Default)]
struct Balance {
    fields: BTreeMap<Field, Option<String>>,
    /// The customers, each with its reseller; true if it is marked as gone.
    customers: BTreeMap<String, (String, bool)>,
    /// The subscriptions of those whose subscriptions were read.
    subscriptions: BTreeMap<String, BTreeSet<String>>,
    /// The resellers whose lists were verified.
    verified: BTreeSet<String>,
    /// The customers with licences to order, and how many they have, if that is known.
    to_order: BTreeMap<String, Option<u32>>,
}

impl Balance {
    fn read(store: &PortfolioStore, folder: &Path) -> Self {
        let mut balance = Self::default();
        store
            .entries(|entry| {
                let id = entry.customer_id;
                let mut put = |field, value: Option<String>| {
                    balance.fields.insert((id.clone(), None, field), value);
                };
                put("name", entry.company_name);
                put("status", Some(entry.status.code().to_owned()));
                put("reseller", Some(entry.reseller_id.clone()));
                if let Some(record) = entry.record {
                    put("segment", record.segment);
                    if store.keeps_contacts() {
                        put("contacts", Some(record.emails.join(", ")));
                    }
                    assert!(store.keeps_contacts() || record.emails.is_empty());
                }
                if let Some(facts) = entry.subscriptions {
                    balance.subscriptions.insert(id.clone(), facts.ids.into_iter().collect());
                }
                balance.customers.insert(id, (entry.reseller_id, entry.gone_at.is_some()));
            })
            .unwrap();
        let cache = rusqlite::Connection::open(folder.join("portfolio.sqlite")).unwrap();
        let mut all = cache
            .prepare("SELECT customer_id, subscription_id, quantity, auto_renewal FROM v_subscriptions")
            .unwrap();
        let mut rows = all.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let field = |name| (row.get(0).unwrap(), Some(row.get(1).unwrap()), name);
            let quantity: Option<i64> = row.get(2).unwrap();
            let is_on: Option<bool> = row.get(3).unwrap();
            let switch = is_on.map(|is_on| if is_on { "on" } else { "off" }.to_owned());
            balance.fields.insert(field("quantity"), quantity.map(|quantity| quantity.to_string()));
            balance.fields.insert(field("auto-renewal"), switch);
        }
        let mut verified = cache.prepare("SELECT id FROM reseller WHERE verified_at IS NOT NULL").unwrap();
        let ids = verified.query_map([], |row| row.get(0)).unwrap();
        balance.verified = ids.map(Result::unwrap).collect();
        let mut pending = cache
            .prepare(
                "SELECT customer_id, CASE WHEN COUNT(*) = COUNT(quantity) THEN SUM(quantity) END FROM v_acquisitions
                 GROUP BY customer_id",
            )
            .unwrap();
        let numbers = pending.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        balance.to_order = numbers.map(Result::unwrap).collect();
        // Every customer has them: without one, it could never be read.
        balance.fields.retain(|_, value| value.as_ref().is_some_and(|value| !value.is_empty()));
        balance
    }
}

/// The balance after the latest sync, and the number of changes by then.
pub(crate) struct Ledger {
    seed: u64,
    round: u32,
    balance: Balance,
    pub(crate) books: Books,
    changes: usize,
}

impl Ledger {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, round: 0, balance: Balance::default(), books: Books::default(), changes: 0 }
    }

    /// Compares what is stored after a sync with what was stored before it.
    pub(crate) fn enter(&mut self, store: &PortfolioStore, folder: &Path, world: &mut World, end: &End) {
        let seed = format!("seed {}, sync {} ({end:?})", self.seed, self.round);
        let now = Balance::read(store, folder);
        let all = store.changes(&ChangeFilter::default()).unwrap();
        let new = &all[self.changes..];
        let before = &self.balance;
        self.assert_chains(&seed, &now, new, world);
        for (id, (reseller, is_gone)) in &now.customers {
            let of = |wanted: &str| -> Vec<&ObservedChange> {
                new.iter().filter(|change| change.customer_id == *id && change.field == wanted).collect()
            };
            let known = before.customers.get(id);
            let joined = of("joined").len();
            match known {
                Some(_) => assert_eq!(joined, 0, "{seed}: {id} joined although it was known"),
                None if before.verified.contains(reseller) && before.verified.len() == 2 => {
                    assert_eq!(joined, 1, "{seed}: {id} is new");
                }
                None => assert!(joined <= 1, "{seed}: {id} joined twice"),
            }
            let customer = &world.customers[id];
            let (gone, returned) = (of("gone").len(), of("returned").len());
            let was_gone = known.is_some_and(|(_, gone)| *gone);
            assert_eq!(
                gone + usize::from(was_gone),
                returned + usize::from(*is_gone),
                "{seed}: {id} is gone once"
            );
            assert!(
                gone <= 1 && returned <= 1,
                "{seed}: {id} is gone {gone} times, returned {returned} times"
            );
            assert!(
                gone == 0 || customer.was_away,
                "{seed}: {id} existed all the time, but was marked as gone"
            );
            assert!(returned == 0 || customer.was_there, "{seed}: {id} did not return");
            let none = BTreeSet::new();
            let first = before.subscriptions.get(id);
            let items = now.subscriptions.get(id).unwrap_or(&none);
            let subscriptions = |field| -> Vec<&str> {
                of(field).iter().filter_map(|change| change.subscription_id.as_deref()).collect()
            };
            // Those that are read for the first time are no news.
            let was = first.unwrap_or(items);
            let added: Vec<&str> = items.difference(was).map(String::as_str).collect();
            let removed: Vec<&str> = was.difference(items).map(String::as_str).collect();
            assert_eq!(
                (subscriptions("subscription added"), subscriptions("subscription removed")),
                (added, removed),
                "{seed}: {id}"
            );
        }
        for id in before.customers.keys() {
            assert!(now.customers.contains_key(id), "{seed}: {id} was deleted");
        }
        for (id, number) in &now.to_order {
            let possible = &world.customers[id].numbers_to_order;
            assert!(
                number.is_none_or(|number| possible.contains(&number)),
                "{seed}: {id} never had {number:?}"
            );
        }
        for customer in world.customers.values_mut() {
            (customer.was_there, customer.was_away) = (customer.exists, !customer.exists);
        }
        let cache = rusqlite::Connection::open(folder.join("portfolio.sqlite")).unwrap();
        self.books = Books::read(store, &cache, world, &self.books, &seed);
        (self.balance, self.changes, self.round) = (now, all.len(), self.round + 1);
    }

    /// Checks that the changes of each field lead from its value before to its value now.
    fn assert_chains(&self, seed: &str, now: &Balance, new: &[ObservedChange], world: &World) {
        const EVENTS: [&str; 5] =
            ["joined", "gone", "returned", "subscription added", "subscription removed"];
        let mut chains: BTreeMap<(String, Option<String>, String), Vec<&ObservedChange>> = BTreeMap::new();
        for change in new.iter().filter(|change| !EVENTS.contains(&change.field.as_str())) {
            let field = (change.customer_id.clone(), change.subscription_id.clone(), change.field.clone());
            chains.entry(field).or_default().push(change);
        }
        for (field, value) in &now.fields {
            let (id, subscription, name) = field;
            let possible = &world.values[field];
            assert!(possible.contains(value), "{seed}: {field:?} never was {value:?}");
            let chain =
                chains.remove(&(id.clone(), subscription.clone(), (*name).to_owned())).unwrap_or_default();
            let first = chain.first().map_or(value, |change| &change.before);
            let known = self.balance.fields.get(field).unwrap_or(first);
            let mut at = known.clone();
            for change in &chain {
                assert_eq!(change.before, at, "{seed}: {field:?} from {known:?} to {value:?}: {chain:#?}");
                assert_ne!(change.before, change.after, "{seed}: {field:?}");
                assert!(possible.contains(&change.after), "{seed}: {field:?} never was {:?}", change.after);
                at.clone_from(&change.after);
            }
            assert_eq!(&at, value, "{seed}: {field:?} from {known:?} to {value:?}: {chain:#?}");
        }
        assert!(chains.is_empty(), "{seed}: changes of what is not stored: {chains:#?}");
    }

    /// Returns the customers that are not marked as gone.
    pub(crate) fn present(&self) -> BTreeSet<&String> {
        self.balance.customers.iter().filter(|(_, (_, is_gone))| !is_gone).map(|(id, _)| id).collect()
    }

    /// Returns the number of customers that exist and that the lists of their reseller, as far as it is known, do not show.
    pub(crate) fn unlisted(&self, world: &World) -> u64 {
        let is_unlisted = |(id, (reseller, _)): &(&String, &(String, bool))| {
            let customer = &world.customers[*id];
            customer.exists && !(customer.is_listed() && customer.reseller == reseller)
        };
        self.balance.customers.iter().filter(is_unlisted).count() as u64
    }

    /// Compares what is stored after a sync in peace with the portfolio of the server.
    pub(crate) fn close(&self, store: &PortfolioStore, world: &World, orders: OrdersScope) {
        let seed = self.seed;
        for (id, customer) in &world.customers {
            let stored = self.balance.customers.get(id);
            let Some((_, is_gone)) = stored else {
                assert!(!customer.is_listed(), "seed {seed}: {id} is missing");
                continue;
            };
            assert_eq!(*is_gone, !customer.exists, "seed {seed}: {id} is gone, or is not");
            if !customer.exists {
                continue;
            }
            let is_own = |field: &&Field| field.0 == *id;
            let fields: BTreeMap<Field, Option<String>> = self
                .balance
                .fields
                .iter()
                .filter(|(field, _)| is_own(field))
                .map(|(field, value)| (field.clone(), value.clone()))
                .collect();
            assert_eq!(fields, customer.fields(world.contacts), "seed {seed}: {id}");
            let stored = store.customer(id).unwrap().unwrap();
            assert_eq!(stored.row.raw(), &customer.row(), "seed {seed}: {id}");
            let record = stored.record.unwrap().0;
            assert_eq!(record.raw, customer.record(world.contacts), "seed {seed}: {id}");
            assert_eq!(stored.subscriptions.unwrap().0.raw, customer.subscriptions(), "seed {seed}: {id}");
            if let Some(since) = scopes::first_day(orders).filter(|_| !world.may_read_no_orders) {
                self.books.assert_current(store, id, since, world, &format!("seed {seed}"));
            }
        }
        let to_order =
            world.customers.iter().filter(|(_, customer)| customer.exists && customer.to_order() > 0);
        let to_order: BTreeMap<String, Option<u32>> =
            to_order.map(|(id, customer)| (id.clone(), Some(customer.to_order()))).collect();
        assert_eq!(self.balance.to_order, to_order, "seed {seed}");
        let completeness = store.completeness().unwrap();
        assert_eq!(
            (completeness.to_order.resellers, &completeness.to_order.doubts),
            (2, &vec![]),
            "seed {seed}"
        );
        assert!(completeness.is_complete(), "seed {seed}: {completeness:?}");
        let gone = self.balance.customers.values().filter(|(_, is_gone)| *is_gone).count() as u64;
        assert_eq!(completeness.gone, gone, "seed {seed}");
    }
}
