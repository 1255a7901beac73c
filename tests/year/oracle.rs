//! The oracle: the lists of a morning, from the API's answers and the rules of the vendor's pages alone.

use std::collections::BTreeMap;

use chrono::{Datelike as _, Months, NaiveDate};
use vipmp::{model::AsOf, portfolio::TodayRow};

use crate::{
    customer::plus,
    facts::{Facts, Item},
    world::Morning,
};

/// Everything that was read by a morning.
#[derive(Debug, Default)]
pub(crate) struct Oracle {
    as_of: AsOf,
    customers: BTreeMap<String, Facts>,
    /// The licences to order of each customer, and the first day by which they are to be ordered.
    unpaid: BTreeMap<String, (i64, NaiveDate)>,
    follow_ups: BTreeMap<String, NaiveDate>,
}

/// A place in a list, lowest first, what is counted, and the day that matters.
type Place = ([i64; 3], Option<i64>, Option<NaiveDate>);

/// Makes a place by a day, then by a number.
fn by(day: NaiveDate, then: i64, amount: Option<i64>) -> Place {
    ([number(day), then, 0], amount, Some(day))
}

fn number(day: NaiveDate) -> i64 {
    day.num_days_from_ce().into()
}

impl Oracle {
    /// Takes note of what is read on a morning.
    pub(crate) fn read(&mut self, morning: &Morning, as_of: AsOf) {
        self.as_of = as_of;
        for answers in morning.customers.iter().filter(|of| morning.changed.contains(&of.id)) {
            let facts = Facts::of(answers, self.customers.get(&answers.id), as_of.today);
            self.customers.insert(answers.id.clone(), facts);
        }
        for id in &morning.left {
            self.customers.get_mut(id).unwrap().is_gone = true;
        }
        self.unpaid.clear();
        for (_, id, answer) in &morning.unpaid {
            let licences = answer["unpaidLicenses"].as_array().unwrap();
            let expires =
                |line: &serde_json::Value| line["expiryDate"].as_str().unwrap()[..10].parse().unwrap();
            let quantity = licences.iter().map(|line| line["quantity"].as_i64().unwrap()).sum();
            self.unpaid.insert(id.clone(), (quantity, licences.iter().map(expires).min().unwrap()));
        }
        for (id, day) in &morning.notes {
            match day {
                Some(day) => drop(self.follow_ups.insert(id.clone(), *day)),
                None => drop(self.follow_ups.remove(id)),
            }
        }
    }

    /// Returns the rows of a list. Those in the same place are sorted by name, then by ID.
    pub(crate) fn list(&self, key: &str) -> Vec<TodayRow> {
        let found = self.customers.values().filter_map(|of| Some((self.place(key, of)?, of)));
        let mut found: Vec<(Place, &Facts)> = found.collect();
        found.sort_by_key(|((place, ..), of)| (*place, of.name.to_lowercase(), of.id.clone()));
        let row = |((_, amount, day), of): (Place, &Facts)| TodayRow {
            customer_id: of.id.clone(),
            company: Some(of.name.clone()),
            reseller_id: of.reseller.clone(),
            amount,
            day,
        };
        found.into_iter().map(row).collect()
    }

    /// Returns true if what is counted in a list may be another number: a part of somebody's seats was renewed early.
    pub(crate) fn is_approximate(&self, key: &str) -> bool {
        let is_about = |of: &Facts| {
            let has_seats = self.place(key, of).is_some_and(|(_, amount, _)| amount > Some(0));
            has_seats && of.items.values().any(Item::is_partly_renewed)
        };
        matches!(key, "renewals" | "locked") && self.customers.values().any(is_about)
    }

    /// Returns the place of a customer in a list, if it is in there.
    fn place(&self, key: &str, of: &Facts) -> Option<Place> {
        let AsOf { today, change_margin } = self.as_of;
        // The first of the customer's renewal dates in these days, with what is counted on all of them.
        let dated =
            |days: std::ops::RangeInclusive<i64>, is_open: fn(&Item) -> bool, seats: fn(&Item) -> i64| {
                let is_due = |item: &&Item| is_open(item) && days.contains(&(item.day - today).num_days());
                let first = of.items.values().filter(is_due).map(|item| item.day).min()?;
                let due = of.items.values().filter(is_due).filter(|item| item.is_licence);
                Some((first, due.map(seats).sum::<i64>()))
            };
        // A follow-up outlives the customer.
        if of.is_gone && key != "follow-up" {
            return None;
        }
        match key {
            "follow-up" => {
                let day = self.follow_ups.get(&of.id).filter(|day| **day <= today)?;
                Some(by(*day, 0, None))
            }
            "to-order" => {
                let (licences, day) = self.unpaid.get(&of.id)?;
                Some(by(*day, 0, Some(*licences)))
            }
            "lapsing" => {
                let (day, seats) = dated(i64::MIN..=45, |item| item.lapsing() > 0, Item::lapsing)?;
                Some(by(day, -of.sum(Item::lapsing), Some(seats)))
            }
            "auto-off" => {
                let is_recent = of.turned_off.is_some_and(|day| plus(day, 1) >= today);
                let is_off = of.items.values().any(|item| item.is_active() && !item.is_auto);
                let seats = of.sum(Item::lapsing);
                let day = of.lapses();
                let place = [day.map_or(i64::MAX, number), -seats, 0];
                (is_recent && is_off).then_some((place, Some(seats), day))
            }
            "renewals" => {
                let (day, seats) = dated(0..=30, Item::is_open, Item::to_renew)?;
                Some(by(day, -of.sum(|item| item.current), Some(seats)))
            }
            // Automatic renewal can be changed until three days before, or as many as the user says.
            "locked" => {
                let days = 0..=i64::from(change_margin) - 1;
                let (day, seats) = dated(days, Item::is_open, Item::to_renew)?;
                Some(by(day, -of.sum(|item| item.current), Some(seats)))
            }
            "late" => {
                let count = of.items.values().filter(|item| item.is_late()).count();
                Some(by(of.late_since()?, 0, i64::try_from(count).ok()))
            }
            "scheduled" => {
                let count = of.items.values().filter(|item| item.is_scheduled()).count();
                let day = of.anniversary.filter(|_| count > 0)?;
                Some(by(day, 0, i64::try_from(count).ok()))
            }
            "returnable" => {
                let open = || of.returns.iter().filter(|(until, _)| *until >= today);
                let first = open().map(|(until, _)| *until).min()?;
                Some(by(first, 0, Some(open().map(|(_, licences)| licences).sum())))
            }
            "renewal-failed" => {
                let day = of.failed.filter(|day| (0..=14).contains(&(today - *day).num_days()))?;
                Some(([-number(day), 0, 0], None, Some(day)))
            }
            key => self.place_by_commitment(key, of),
        }
    }

    fn place_by_commitment(&self, key: &str, of: &Facts) -> Option<Place> {
        let terms = of.commitment.as_ref()?;
        match key {
            "3yc-requested" => {
                let is_open = terms.status == "REQUESTED" || of.again.as_deref() == Some("REQUESTED");
                is_open.then_some(([0; 3], None, None))
            }
            "3yc-short" => {
                let short = terms.licences - of.sum(|item| item.current);
                (terms.status == "ACCEPTED" && short > 0).then_some(([-short, 0, 0], Some(short), None))
            }
            "3yc-ending" => {
                let is_in_force = matches!(terms.status.as_str(), "COMMITTED" | "ACTIVE");
                let year = self.as_of.today.checked_add_months(Months::new(12)).unwrap();
                let is_in_last_term = (self.as_of.today..=year).contains(&terms.end);
                let is_renewed =
                    matches!(of.again.as_deref(), Some("REQUESTED" | "ACCEPTED" | "COMMITTED" | "ACTIVE"));
                (is_in_force && is_in_last_term && !is_renewed).then(|| by(terms.end, 0, None))
            }
            key => panic!("the oracle does not know the list {key}"),
        }
    }
}
