//! Chance, the same in each run, numbers that nobody else has, and a tally of what chance has brought about.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::customer::plus;

#[derive(Debug)]
pub(crate) struct Dice {
    rng: fastrand::Rng,
    last: u64,
    /// How often something has happened.
    tally: BTreeMap<&'static str, u32>,
}

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self { rng: fastrand::Rng::with_seed(seed), last: 0, tally: BTreeMap::new() }
    }

    /// Returns true so many times in a hundred.
    pub(crate) fn percent(&mut self, percent: u32) -> bool {
        self.rng.u32(..100) < percent
    }

    /// Returns true so many times in ten thousand.
    pub(crate) fn of_ten_thousand(&mut self, times: u32) -> bool {
        self.rng.u32(..10_000) < times
    }

    pub(crate) fn between(&mut self, least: i64, most: i64) -> i64 {
        self.rng.i64(least..=most)
    }

    pub(crate) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        self.rng.choice(of).copied().unwrap()
    }

    /// Returns an ID of ten digits that nobody has, with this beginning.
    pub(crate) fn id(&mut self, first: &str) -> String {
        self.last += 1;
        format!("{first}{:09}", self.last)
    }

    /// Counts something that happens.
    pub(crate) fn note(&mut self, what: &'static str) {
        *self.tally.entry(what).or_default() += 1;
    }

    pub(crate) fn tally(&self) -> &BTreeMap<&'static str, u32> {
        &self.tally
    }

    /// Returns a day from one so many days later to one so many days later.
    pub(crate) fn day(&mut self, from: NaiveDate, least: i64, most: i64) -> NaiveDate {
        plus(from, self.between(least, most))
    }
}
