//! The fictional portfolio: one compact record for each customer, and the sort orders of lists.
//!
//! Records are generated at the start in one loop, so they hold only what lists, filters and sorting need. Everything
//! else about a customer is drawn from random streams of its own on request.

use std::sync::OnceLock;

use chrono::NaiveDate;

use super::{
    calendar,
    cases::{self, Case},
    drift::Gone,
    locales::{Locale, Locales},
    names::{self, Segment},
    oddities::Oddity,
    resellers::{self, DemoReseller},
    rng::{Rng, Subject},
};
use crate::model::Status;

/// The first customer ID of the sample in "Get customer list"; it has the longest order history.
pub(super) const FIRST_SAMPLE: u64 = 1_006_500_792;
const SECOND_SAMPLE: u64 = 1_006_500_806;

/// The first ID after those of the samples; later customers have higher IDs.
const FIRST_ID: u64 = 1_010_000_000;
/// The largest step between two IDs.
const ID_STEP: usize = 17;
/// The age of the oldest customer in seconds: eight years.
const HISTORY: i64 = 8 * 31_557_600;

/// The stored record of a customer.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) id: u64,
    /// The creation time in seconds since 1970, even if the API does not report it.
    pub(super) created: i64,
    name_start: u32,
    name_length: u32,
    /// The index in the list of resellers.
    pub(super) reseller: u8,
    pub(super) locale: u8,
    pub(super) segment: Segment,
    pub(super) status: &'static str,
    pub(super) oddity: Option<Oddity>,
    pub(super) case: Option<Case>,
}

impl Record {
    /// Returns the ID as the API writes it.
    pub(super) fn customer_id(&self) -> String {
        format!("{:010}", self.id)
    }

    /// Returns the entry of the documentation's sample response, if this is one of its two accounts.
    pub(super) fn sample(&self) -> Option<Sample> {
        SAMPLES.iter().copied().find(|sample| sample.id == self.id)
    }

    /// Returns the random stream for one purpose of this customer.
    pub(super) fn rng(&self, seed: u64, subject: Subject) -> Rng {
        Rng::keyed(seed, self.id, subject)
    }

    /// Returns the creation time as the API reports it.
    pub(super) fn told_creation(&self) -> Option<String> {
        match self.oddity {
            Some(Oddity::NoCreationDate) => None,
            Some(Oddity::NoZone | Oddity::NoZoneAgain) => Some(calendar::without_zone(self.created)),
            _ => Some(calendar::stamp(self.created)),
        }
    }

    /// Returns the time that lists are sorted and filtered by.
    fn sort_date(&self) -> Option<i64> {
        (self.oddity != Some(Oddity::NoCreationDate)).then_some(self.created)
    }
}

/// An account of the documentation's sample response.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample {
    id: u64,
    name: &'static str,
    created: i64,
    pub(super) reference: &'static str,
    /// The link in the list, which is another customer's for the second account.
    pub(super) link: &'static str,
}

/// The accounts printed in "Get customer list".
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

/// The customers of one reseller with one status, in each sort order of lists.
#[derive(Debug, Default)]
pub(super) struct Index {
    by_date: Vec<u32>,
    by_name: OnceLock<Vec<u32>>,
}

/// The sort column of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Date,
    Name,
}

/// The filters and page of a list.
#[derive(Debug)]
pub(super) struct Selection {
    /// The index in [`Status::LISTED`].
    pub(super) status: usize,
    /// The name pattern, folded.
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
    /// The customers in the order of their IDs.
    records: Vec<Record>,
    /// All names, concatenated.
    names: String,
    pub(super) resellers: Vec<DemoReseller>,
    gone: Gone,
}

impl Portfolio {
    /// Generates the portfolio of a day: `customers` for the first reseller, and more for the others.
    #[cfg(test)]
    pub(super) fn new(seed: u64, today: NaiveDate, customers: usize) -> Self {
        Self::with_hostile(seed, today, customers, 0.0)
    }

    /// Generates the same portfolio with a share of the hostile accounts, from 0 to 1. They change no other account.
    pub(super) fn with_hostile(seed: u64, today: NaiveDate, customers: usize, share: f64) -> Self {
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
            portfolio.fill(place, plan.customers(customers), share);
            let indexes = portfolio.index(start);
            portfolio.resellers.push(DemoReseller::new(plan, today, indexes));
        }
        portfolio
    }

    fn fill(&mut self, reseller: u8, count: usize, hostile: f64) {
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
            let possible = if reseller == 0 { Oddity::at(place) } else { None };
            let oddity = possible.filter(|_| Oddity::exists(self.seed, place, hostile));
            if let Some(locale) = self.locales.get(locale) {
                // The plain name of an account that can have a hostile one comes from a stream of its own.
                let mut own = Rng::keyed(self.seed, id, Subject::Hostile);
                let is_apart = possible.and_then(Oddity::name).is_some();
                let rng = if is_apart { &mut own } else { &mut rng };
                names::append(&mut self.names, locale, segment, rng);
            }
            if let Some(name) = oddity.and_then(Oddity::name) {
                self.names.truncate(at);
                self.names.push_str(&name);
            }
            self.push(at, id, created, reseller, locale, segment);
            if let Some(record) = self.records.last_mut() {
                record.oddity = oddity;
            }
        }
        let own = &mut self.records[first + samples..];
        let wanted = resellers::statuses(reseller, count);
        // The newest wait for their first order; the others are spread evenly.
        let newest = own.len().saturating_sub(wanted.pending * 6);
        let pending = wanted.pending.min(own.len() - newest);
        spread(&mut own[newest..], pending, "1002", &mut rng);
        for (code, count) in wanted.others {
            spread(own, count, code, &mut rng);
        }
        if reseller == 0 {
            for (at, case) in cases::places(self, first + samples) {
                self.records[at].case = Some(case);
            }
        }
    }

    fn push(&mut self, at: usize, id: u64, created: i64, reseller: u8, locale: u8, segment: Segment) {
        let name_start = u32::try_from(at).unwrap_or(u32::MAX);
        let name_length = u32::try_from(self.names.len() - at).unwrap_or_default();
        let (status, oddity, case) = ("1000", None, None);
        let record =
            Record { id, created, name_start, name_length, reseller, locale, segment, status, oddity, case };
        self.records.push(record);
    }

    /// Builds the indexes over the records from `start` on, one for each listed status.
    fn index(&self, start: usize) -> [Index; Status::LISTED.len()] {
        Status::LISTED.map(|code| {
            let mut by_date: Vec<u32> = (start..self.records.len())
                .filter(|at| self.records[*at].status == code)
                .filter_map(|at| u32::try_from(at).ok())
                .collect();
            // The sort is stable and records come in the order of their IDs, so IDs break ties.
            by_date.sort_by_key(|at| self.record(*at).sort_date());
            Index { by_date, by_name: OnceLock::new() }
        })
    }

    /// Returns the portfolio's present time: an hour into the day, so that nothing is in the future early in the day, and
    /// every start on a day gives the same portfolio.
    pub(super) fn now(&self) -> i64 {
        calendar::start_of(self.today) + 3600
    }

    /// Returns the number of customers of all resellers.
    pub(super) fn len(&self) -> usize {
        self.records.len()
    }

    fn record(&self, at: u32) -> &Record {
        &self.records[at as usize]
    }

    /// Returns a customer by its ID.
    pub(super) fn customer(&self, id: &str) -> Option<&Record> {
        let number = id.parse().ok().filter(|_| id.len() == 10)?;
        self.place(number).map(|at| &self.records[at])
    }

    fn place(&self, id: u64) -> Option<usize> {
        self.records.binary_search_by_key(&id, |record| record.id).ok()
    }

    /// Returns the customer at an index among all records, if it has the same reseller as another one.
    pub(super) fn neighbour_at(&self, record: &Record, place: usize) -> Option<&Record> {
        self.records.get(place).filter(|other| other.reseller == record.reseller)
    }

    /// Returns the index of a customer among all records.
    pub(super) fn ordinal(&self, record: &Record) -> usize {
        self.place(record.id).unwrap_or_default()
    }

    /// Returns the name of a customer, or `None` if the account has none.
    pub(super) fn name(&self, record: &Record) -> Option<&str> {
        let start = record.name_start as usize;
        let name = &self.names[start..start + record.name_length as usize];
        (!name.is_empty()).then_some(name)
    }

    /// Returns the words of a customer's country.
    pub(super) fn locale(&self, record: &Record) -> Option<&Locale> {
        self.locales.get(record.locale)
    }

    /// Returns a reseller by its ID.
    pub(super) fn reseller(&self, id: &str) -> Option<&DemoReseller> {
        self.resellers.iter().find(|reseller| reseller.plan.id == id)
    }

    /// Returns the index of a reseller, as its customers' records have it.
    pub(super) fn reseller_place(&self, id: &str) -> Option<usize> {
        self.resellers.iter().position(|reseller| reseller.plan.id == id)
    }

    /// Returns the customers of all resellers, in the order of their IDs.
    pub(super) fn records(&self) -> &[Record] {
        &self.records
    }

    /// Returns the number of matching customers, and those of the requested page.
    pub(super) fn select(&self, reseller: &DemoReseller, wanted: &Selection) -> (usize, Vec<&Record>) {
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

    /// Lets one customer of a list leave it, or return, and returns true if the list has any. `status` is the index in
    /// [`Status::LISTED`]. A customer that is in no list can still be read.
    pub(super) fn drift(&self, reseller: &DemoReseller, status: usize, rng: &mut Rng) -> bool {
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

/// Returns the creation time of the `place`-th newest of `count` customers: denser lately, and the newest few today.
fn created(place: usize, count: usize, today: NaiveDate, rng: &mut Rng) -> i64 {
    const FINE: i128 = 64;
    let now = calendar::end_of(today);
    let of_today = (count / 20 + 1).min(5);
    if place < of_today {
        // In the first hour, so that today's customers are not in the future early in the day.
        return calendar::start_of(today)
            + rng.between(0, 3600 / 5)
            + 3600 / 5 * to_i64(of_today - 1 - place);
    }
    let u = i128::from(to_i64(place)) * FINE + i128::from(rng.between(0, 63));
    let n = i128::from(to_i64(count)) * FINE;
    let age = i128::from(HISTORY) * (u * n + 4 * u * u) / (5 * n * n);
    now - i64::try_from(age).unwrap_or(HISTORY).max(calendar::DAY)
}

/// Gives `count` of the active records this status, each with the same probability.
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
