//! The invented portfolio: one compact record for each customer, and the orders in which lists show them.
//!
//! Records are made at the start in one loop, so they hold only what lists, filters and sorting need. Everything else
//! about a customer is drawn from its own streams of chance when it is asked for.

use std::sync::OnceLock;

use chrono::NaiveDate;

use super::{
    calendar,
    drift::Gone,
    locales::{Locale, Locales},
    names::{self, Segment},
    oddities::Oddity,
    resellers::{self, Reseller},
    rng::{Rng, Subject},
};
use crate::model::Status;

/// The first customer id of the sample in "Get customer list"; it has the longest order history.
pub(super) const FIRST_SAMPLE: u64 = 1_006_500_792;
const SECOND_SAMPLE: u64 = 1_006_500_806;

/// The first id that is given out besides the samples'; later customers have higher ids.
const FIRST_ID: u64 = 1_010_000_000;
/// The largest step between two IDs.
const ID_STEP: usize = 17;
/// The age of the oldest customer: eight years.
const HISTORY: i64 = 8 * 31_557_600;

/// The record that is kept of one customer.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) id: u64,
    /// Seconds since 1970, also where the oddity is that the API does not tell.
    pub(super) created: i64,
    name_start: u32,
    name_length: u32,
    /// The place in the list of resellers.
    pub(super) reseller: u8,
    pub(super) locale: u8,
    pub(super) segment: Segment,
    pub(super) status: &'static str,
    pub(super) oddity: Option<Oddity>,
}

impl Record {
    /// The id as the API writes it.
    pub(super) fn customer_id(&self) -> String {
        format!("{:010}", self.id)
    }

    /// Returns true if this is one of the two accounts of the documentation's sample answer.
    pub(super) fn sample(&self) -> Option<Sample> {
        SAMPLES.iter().copied().find(|sample| sample.id == self.id)
    }

    /// The key of its streams of chance.
    pub(super) fn rng(&self, seed: u64, subject: Subject) -> Rng {
        Rng::keyed(seed, self.id, subject)
    }

    /// Returns the time when it was created, as the API tells it.
    pub(super) fn told_creation(&self) -> Option<String> {
        match self.oddity {
            Some(Oddity::NoCreationDate) => None,
            Some(Oddity::NoZone | Oddity::NoZoneAgain) => Some(calendar::without_zone(self.created)),
            _ => Some(calendar::stamp(self.created)),
        }
    }

    /// The values that it is sorted and filtered by.
    fn sort_date(&self) -> Option<i64> {
        (self.oddity != Some(Oddity::NoCreationDate)).then_some(self.created)
    }
}

/// An account of the documentation's sample answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample {
    id: u64,
    name: &'static str,
    created: i64,
    pub(super) reference: &'static str,
    /// The list's link, which is another customer's for the second account.
    pub(super) link: &'static str,
}

/// As printed in "Get customer list".
const SAMPLES: [Sample; 2] = [
    Sample {
        id: FIRST_SAMPLE,
        name: "Customer Name 1",
        created: 1_756_299_442,
        reference: "a19143f0-b5a7-47d3-abf5-bdfd79dc9ef",
        link: "/v3/customers/1006500792",
    },
    Sample {
        id: SECOND_SAMPLE,
        name: "Customer Name 2",
        created: 1_756_299_438,
        reference: "f0d64802-ebfc-48bb-a3de-d00d67a5b6b",
        link: "/v3/customers/1006500792",
    },
];

/// The customers of one reseller with one status, in each order that lists know.
#[derive(Debug, Default)]
pub(super) struct Index {
    by_date: Vec<u32>,
    by_name: OnceLock<Vec<u32>>,
}

/// The sort of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Date,
    Name,
}

/// The query of a list.
#[derive(Debug)]
pub(super) struct Selection {
    /// The place in [`Status::LISTED`].
    pub(super) status: usize,
    /// A folded pattern.
    pub(super) name: Option<String>,
    pub(super) from: Option<NaiveDate>,
    pub(super) to: Option<NaiveDate>,
    pub(super) sort: Sort,
    pub(super) descending: bool,
    pub(super) offset: usize,
    pub(super) limit: usize,
}

/// All customers of all resellers.
#[derive(Debug)]
pub(super) struct Portfolio {
    pub(super) seed: u64,
    pub(super) today: NaiveDate,
    pub(super) locales: Locales,
    /// In the order of their ids.
    records: Vec<Record>,
    /// All names, one after the other.
    names: String,
    pub(super) resellers: Vec<Reseller>,
    gone: Gone,
}

impl Portfolio {
    /// Makes the portfolio of these days: `customers` for the first reseller, and some more for each other.
    pub(super) fn new(seed: u64, today: NaiveDate, customers: usize) -> Self {
        let mut portfolio = Self {
            seed,
            today,
            locales: Locales::new(),
            records: Vec::with_capacity(customers + customers / 4 + 64),
            names: String::with_capacity(customers * 34 + 4096),
            resellers: Vec::new(),
            gone: Gone::default(),
        };
        for (place, plan) in (0_u8..).zip(&resellers::PLANS) {
            let start = portfolio.records.len();
            portfolio.fill(place, plan.customers(customers));
            let indexes = portfolio.index(start);
            portfolio.resellers.push(Reseller::new(plan, today, indexes));
        }
        portfolio
    }

    fn fill(&mut self, reseller: u8, count: usize) {
        let first = self.records.len();
        let samples = if reseller == 0 { SAMPLES.len().min(count) } else { 0 };
        for sample in &SAMPLES[..samples] {
            let at = self.names.len();
            self.names.push_str(sample.name);
            self.push(at, sample.id, sample.created, reseller, 0, Segment::Com);
        }
        let rest = count - samples;
        let mut id = self.records.last().map_or(FIRST_ID, |last| last.id.max(FIRST_ID) + 1000);
        let mut rng = Rng::keyed(self.seed, reseller.into(), Subject::Record);
        for place in (0..rest).rev() {
            id += 1 + rng.below(ID_STEP) as u64;
            let created = created(place, rest, self.today, &mut rng);
            let locale = self.locales.draw(&mut rng);
            let segment = Segment::draw(&mut rng);
            let at = self.names.len();
            let oddity = if reseller == 0 { Oddity::at(place) } else { None };
            if let Some(name) = oddity.and_then(Oddity::name) {
                self.names.push_str(&name);
            } else if let Some(locale) = self.locales.get(locale) {
                names::append(&mut self.names, locale, segment, &mut rng);
            }
            self.push(at, id, created, reseller, locale, segment);
            if let Some(record) = self.records.last_mut() {
                record.oddity = oddity;
            }
        }
        let own = &mut self.records[first + samples..];
        let wanted = resellers::statuses(reseller, count);
        // The newest wait for their first order; the others are spread over all.
        let newest = own.len().saturating_sub(wanted.pending * 6);
        let pending = wanted.pending.min(own.len() - newest);
        spread(&mut own[newest..], pending, "1002", &mut rng);
        for (code, count) in wanted.others {
            spread(own, count, code, &mut rng);
        }
    }

    fn push(&mut self, at: usize, id: u64, created: i64, reseller: u8, locale: u8, segment: Segment) {
        let name_start = u32::try_from(at).unwrap_or(u32::MAX);
        let name_length = u32::try_from(self.names.len() - at).unwrap_or_default();
        let (status, oddity) = ("1000", None);
        let record =
            Record { id, created, name_start, name_length, reseller, locale, segment, status, oddity };
        self.records.push(record);
    }

    /// The indexes over the records from `start` on, one for each listed status.
    fn index(&self, start: usize) -> [Index; Status::LISTED.len()] {
        Status::LISTED.map(|code| {
            let mut by_date: Vec<u32> = (start..self.records.len())
                .filter(|at| self.records[*at].status == code)
                .filter_map(|at| u32::try_from(at).ok())
                .collect();
            // Stable, and the records come in the order of their ids, so ids break ties.
            by_date.sort_by_key(|at| self.record(*at).sort_date());
            Index { by_date, by_name: OnceLock::new() }
        })
    }

    /// The time that is now, for everything in the portfolio: an hour into today, since nothing may be of the future when
    /// the day is young, and every start on a day makes the same portfolio.
    pub(super) fn now(&self) -> i64 {
        calendar::start_of(self.today) + 3600
    }

    /// Returns the number of customers there are, of all resellers.
    pub(super) fn len(&self) -> usize {
        self.records.len()
    }

    fn record(&self, at: u32) -> &Record {
        &self.records[at as usize]
    }

    /// A customer by its id.
    pub(super) fn customer(&self, id: &str) -> Option<&Record> {
        let number = id.parse().ok().filter(|_| id.len() == 10)?;
        self.place(number).map(|at| &self.records[at])
    }

    fn place(&self, id: u64) -> Option<usize> {
        self.records.binary_search_by_key(&id, |record| record.id).ok()
    }

    /// The customer at a place among all records, where it has the same reseller as another one.
    pub(super) fn neighbour_at(&self, record: &Record, place: usize) -> Option<&Record> {
        self.records.get(place).filter(|other| other.reseller == record.reseller)
    }

    /// A customer's place among all records.
    pub(super) fn ordinal(&self, record: &Record) -> usize {
        self.place(record.id).unwrap_or_default()
    }

    /// A customer's name; none where the account has none.
    pub(super) fn name(&self, record: &Record) -> Option<&str> {
        let start = record.name_start as usize;
        let name = &self.names[start..start + record.name_length as usize];
        (!name.is_empty()).then_some(name)
    }

    /// The words of a customer's country.
    pub(super) fn locale(&self, record: &Record) -> Option<&Locale> {
        self.locales.get(record.locale)
    }

    /// A reseller by its id.
    pub(super) fn reseller(&self, id: &str) -> Option<&Reseller> {
        self.resellers.iter().find(|reseller| reseller.plan.id == id)
    }

    /// How many customers fit, and those of the page that is asked for.
    pub(super) fn select(&self, reseller: &Reseller, wanted: &Selection) -> (usize, Vec<&Record>) {
        let Some(index) = reseller.indexes.get(wanted.status) else {
            return (0, Vec::new());
        };
        let order = match wanted.sort {
            Sort::Date => &index.by_date,
            Sort::Name => index.by_name.get_or_init(|| {
                let mut by_name = index.by_date.clone();
                by_name.sort_unstable();
                by_name.sort_by_cached_key(|at| names::fold(self.name(self.record(*at)).unwrap_or_default()));
                by_name
            }),
        };
        let step = |place: usize| order[if wanted.descending { order.len() - 1 - place } else { place }];
        let gone = self.gone.read();
        let filtered = wanted.name.is_some() || wanted.from.is_some() || wanted.to.is_some();
        if !filtered && gone.is_empty() {
            let page = (0..order.len()).skip(wanted.offset).take(wanted.limit);
            return (order.len(), page.map(|place| self.record(step(place))).collect());
        }
        let there = (0..order.len()).map(step).filter(|at| !gone.contains(at)).map(|at| self.record(at));
        let fitting: Vec<&Record> = there.filter(|record| self.fits(record, wanted)).collect();
        let page = fitting.iter().skip(wanted.offset).take(wanted.limit).copied().collect();
        (fitting.len(), page)
    }

    /// Lets one customer of a list leave it, or come back to it, and says whether it has any. The place is that of its
    /// status in [`Status::LISTED`]. Who is in no list can still be read.
    pub(super) fn drift(&self, reseller: &Reseller, status: usize, rng: &mut Rng) -> bool {
        let list = reseller.indexes.get(status).map_or(&[][..], |index| &index.by_date);
        self.gone.toggle(list, rng.below(usize::MAX))
    }

    fn fits(&self, record: &Record, wanted: &Selection) -> bool {
        let date = record.sort_date();
        let since = |from| date.is_some_and(|date| date >= calendar::start_of(from));
        let until = |to| date.is_some_and(|date| date <= calendar::end_of(to));
        wanted.from.is_none_or(since)
            && wanted.to.is_none_or(until)
            && wanted.name.as_ref().is_none_or(|pattern| {
                names::fits(pattern, &names::fold(self.name(record).unwrap_or_default()))
            })
    }
}

/// Returns the time when the customer that is `place` behind the newest of `count` was created: denser lately, and the newest few today.
fn created(place: usize, count: usize, today: NaiveDate, rng: &mut Rng) -> i64 {
    const FINE: i128 = 64;
    let now = calendar::end_of(today);
    let of_today = (count / 20 + 1).min(5);
    if place < of_today {
        // In the first hour, so that today's customers are not of the future when the day is young.
        return calendar::start_of(today)
            + rng.between(0, 3600 / 5)
            + 3600 / 5 * to_i64(of_today - 1 - place);
    }
    let u = i128::from(to_i64(place)) * FINE + i128::from(rng.between(0, 63));
    let n = i128::from(to_i64(count)) * FINE;
    let age = i128::from(HISTORY) * (u * n + 4 * u * u) / (5 * n * n);
    now - i64::try_from(age).unwrap_or(HISTORY).max(calendar::DAY)
}

/// Gives `count` of the active records this status, each with the same chance.
fn spread(records: &mut [Record], count: usize, code: &'static str, rng: &mut Rng) {
    let mut free = records.iter().filter(|record| record.status == "1000").count();
    let mut needed = count.min(free);
    for record in records.iter_mut().filter(|record| record.status == "1000") {
        if rng.below(free) < needed {
            record.status = code;
            needed -= 1;
        }
        free -= 1;
    }
}

fn to_i64(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
