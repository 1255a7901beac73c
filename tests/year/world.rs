//! The world of the simulated year: three hundred customers, stepped day by day.
//!
//! A day has a night, in which the server renews, ends and decides; a morning, on which the copy is brought up to date; and the
//! hours after it, in which people act and the servers of other regions renew.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use chrono::NaiveDate;
use serde_json::Value;

use crate::{
    commitment::Commitment,
    customer::{Customer, plus},
    dice::Dice,
    json::Answers,
};

pub(crate) const RESELLERS: [&str; 2] = ["1000000001", "1000000002"];

/// The customers in the end, and those at the start.
const CUSTOMERS: (usize, usize) = (300, 275);

/// Renewal dates at the ends of months and around the leap day.
const DATES: [&str; 9] = [
    "2027-08-31",
    "2027-09-30",
    "2027-10-31",
    "2027-12-31",
    "2028-02-28",
    "2028-02-29",
    "2028-03-01",
    "2028-03-31",
    "2028-06-30",
];

const NAMES: [[&str; 12]; 2] = [
    [
        "Alder", "birch", "Cedar", "Dogwood", "elm", "Fir", "Hazel", "Juniper", "larch", "Maple", "Oak",
        "Willow",
    ],
    [
        "Press", "studio", "Books", "Design", "Films", "Maps", "press", "Schools", "Signs", "Type", "Verlag",
        "Works",
    ],
];

/// What there is to read on a morning.
#[derive(Debug)]
pub(crate) struct Morning {
    pub(crate) today: NaiveDate,
    /// Every customer.
    pub(crate) customers: Vec<Rc<Answers>>,
    /// The customers that have changed since the last morning.
    pub(crate) changed: BTreeSet<String>,
    /// Licences to order: reseller, customer, answer.
    pub(crate) unpaid: Vec<(&'static str, String, Value)>,
    /// Days of follow-ups that were set, or deleted, since the last morning.
    pub(crate) notes: BTreeMap<String, Option<NaiveDate>>,
    /// The customers that have left since then.
    pub(crate) left: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct World {
    dice: Dice,
    customers: BTreeMap<String, Customer>,
    follow_ups: BTreeMap<String, NaiveDate>,
    notes: BTreeMap<String, Option<NaiveDate>>,
    left: Vec<String>,
    /// What the API has answered last.
    answers: BTreeMap<String, Rc<Answers>>,
}

impl World {
    pub(crate) fn new(seed: u64, start: NaiveDate) -> Self {
        let mut dice = Dice::new(seed);
        let mut customers = BTreeMap::new();
        for number in 0..CUSTOMERS.1 {
            let mut customer = Self::customer(&mut dice, start);
            customer.joined = dice.day(start, -2000, -400);
            let date =
                DATES.get(number / 6).map_or_else(|| dice.day(start, 1, 365), |day| day.parse().unwrap());
            customer.anniversary = Some(date);
            for _ in 0..dice.between(1, 4) {
                // Within the last two months, so that something can be returned at the start.
                let ordered = dice.day(start, -60, -1);
                customer.buy(ordered, &mut dice);
            }
            match number % 15 {
                // One-off products alone.
                3 => {
                    customer.is_idle = true;
                    customer.anniversary = Some(dice.day(start, -900, -200));
                    customer.subscriptions.iter_mut().for_each(|item| item.status = "1004");
                }
                5..8 => {
                    let began = dice.day(start, -1090, -500);
                    let licences = customer.seats().max(10);
                    let status = dice.pick(&["COMMITTED", "COMMITTED", "ACTIVE"]);
                    customer.commitment = Some(Commitment::new(status, began, began, licences));
                }
                _ => {}
            }
            customers.insert(customer.id.clone(), customer);
        }
        Self {
            dice,
            customers,
            follow_ups: BTreeMap::new(),
            notes: BTreeMap::new(),
            left: Vec::new(),
            answers: BTreeMap::new(),
        }
    }

    /// Makes a customer that has just joined.
    fn customer(dice: &mut Dice, today: NaiveDate) -> Customer {
        let name = NAMES.map(|words| dice.pick(&words)).join(" ");
        Customer {
            id: dice.id("1"),
            reseller: dice.pick(&RESELLERS),
            name,
            status: "1002",
            joined: today,
            anniversary: None,
            subscriptions: Vec::new(),
            orders: Vec::new(),
            commitment: None,
            unpaid: Vec::new(),
            renews_early: dice.percent(50),
            late_days: dice.pick(&[0, 13, 14, 14, 30]),
            is_idle: false,
            is_changed: true,
        }
    }

    /// Returns how often what has happened.
    pub(crate) fn tally(&self) -> &BTreeMap<&'static str, u32> {
        self.dice.tally()
    }

    /// Lets the server do what it does at night.
    pub(crate) fn night(&mut self, today: NaiveDate) {
        for customer in self.customers.values_mut() {
            customer.expire(today, &mut self.dice);
            customer.decide(today, &mut self.dice);
            if customer.renews_early {
                customer.renew_due(today, 0, &mut self.dice);
            }
        }
    }

    /// Returns what there is to read.
    pub(crate) fn morning(&mut self, today: NaiveDate) -> Morning {
        let unpaid = |customer: &Customer| {
            Some((customer.reseller, customer.id.clone(), customer.open_acquisitions()?))
        };
        let mut changed = BTreeSet::new();
        for (id, customer) in &mut self.customers {
            if std::mem::take(&mut customer.is_changed) {
                self.answers.insert(id.clone(), Rc::new(customer.answers()));
                changed.insert(id.clone());
            }
        }
        Morning {
            today,
            unpaid: self.customers.values().filter_map(unpaid).collect(),
            customers: self.answers.values().cloned().collect(),
            changed,
            notes: std::mem::take(&mut self.notes),
            left: std::mem::take(&mut self.left),
        }
    }

    /// Lets people do what they do after the morning.
    pub(crate) fn daytime(&mut self, today: NaiveDate) {
        let dice = &mut self.dice;
        for customer in self.customers.values_mut() {
            customer.renew_due(today, 9, dice);
            customer.act(today, dice);
            let (id, due) = (&customer.id, self.follow_ups.get(&customer.id).copied());
            let noted = match due {
                None if dice.of_ten_thousand(15) => Some(dice.day(today, 1, 40)),
                Some(day) if day < today && dice.percent(30) => None,
                other => other,
            };
            if noted != due {
                self.notes.insert(id.clone(), noted);
                match noted {
                    Some(day) => drop(self.follow_ups.insert(id.clone(), day)),
                    None => drop(self.follow_ups.remove(id)),
                }
            }
        }
        let is_over = |id: &String, day: NaiveDate| !self.customers.contains_key(id) && day < today;
        let mut asked: Vec<String> =
            self.follow_ups.iter().filter(|(id, day)| is_over(id, **day)).map(|(id, _)| id.clone()).collect();
        asked.retain(|_| dice.percent(30));
        for id in asked {
            self.follow_ups.remove(&id);
            self.notes.insert(id, None);
        }
        if self.customers.len() < CUSTOMERS.0 && dice.percent(10) {
            let joined = Self::customer(dice, today);
            self.customers.insert(joined.id.clone(), joined);
            dice.note("joins");
        }
        if dice.percent(2) {
            let ids: Vec<&String> = self.customers.keys().collect();
            let id = dice.pick(&ids).clone();
            self.customers.remove(&id);
            self.answers.remove(&id);
            // Somebody will ask them why.
            self.follow_ups.insert(id.clone(), plus(today, 3));
            self.notes.insert(id.clone(), Some(plus(today, 3)));
            self.left.push(id);
            dice.note("leaves");
        }
    }
}
