//! A simulated year: the clock advances day by day over three hundred customers, and each morning the lists of the day equal
//! those of an oracle.
//!
//! The customers of the demo are scripted relative to its day: another day is another portfolio. So these have a world of their
//! own, in which subscriptions renew, lapse and begin by the vendor's rules, customers change their minds, orders fail and are
//! returned, and commitments are requested and end. The year has a leap day. What the world answers is stored as a sync
//! stores it; the oracle knows the answers and the rules, and nothing of the program.
//!
//! A customer is in a list of renewals if any of its subscriptions lapses, renews or is locked in the days of the list, and what is
//! counted is on those days alone. The world has one benefit a customer: a commitment for licences beside a request for consumables
//! is not in it.
//!
//! `VIPMP_YEAR_SEED=7 cargo test --test year` lets other things happen.

#![allow(clippy::unwrap_used, reason = "what does not come is a failed test")]
#![allow(clippy::print_stderr, reason = "how many rows were compared is worth knowing")]

mod actions;
mod commitment;
mod copy;
mod customer;
mod dice;
mod facts;
mod json;
mod oracle;
mod world;

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};
use copy::{Copy, Reading};
use customer::plus;
use oracle::Oracle;
use vipmp::{
    model::{AsOf, TodayFigures},
    portfolio::{TODAY, TodayList, index::PortfolioIndex},
};
use world::World;

const START: &str = "2027-07-01";
/// The margins of the last change, one of which is used on most days and the other on every third.
const MARGINS: [u8; 2] = [3, 4];
/// The lists that have only customers whose renewal is near, or that every sync reads.
const NEAR: [&str; 4] = ["follow-up", "to-order", "renewals", "locked"];
/// More rows than any list has.
const ALL: usize = 1000;

/// What happens several times in the year, so that the lists are put to the test.
const HAPPENED: [&str; 36] = [
    "ACCEPTED",
    "DECLINED",
    "NONCOMPLIANT",
    "auto-renewal off",
    "auto-renewal on",
    "commitment ends",
    "commitment goes on",
    "early renewal",
    "early renewal is returned",
    "early renewal of a part",
    "ends after a failure",
    "joins",
    "lapses",
    "late renewal",
    "late renewal is over",
    "leaves",
    "licences are gone",
    "licences are ordered",
    "minimum is reached",
    "order is returned",
    "part of an order is returned",
    "purchase fails",
    "recommitment",
    "renewal fails",
    "renews",
    "renews after a failure",
    "renews and grows",
    "renews and shrinks",
    "renews on the leap day",
    "renews the rest",
    "request lapses",
    "scheduled",
    "scheduled begins",
    "was renewed early",
    "was renewed early, without auto-renewal",
    "SWITCH",
];

/// Compares a list with that of the oracle, and its figures with the sums of its rows.
fn compare(list: &TodayList, index: &PortfolioIndex, oracle: &Oracle, as_of: AsOf) -> usize {
    let at = format!("{} on {}", list.key, as_of.today);
    let (found, expected) = (list.rows(index, as_of, ALL).unwrap(), oracle.list(list.key));
    for (row, wanted) in found.iter().zip(&expected) {
        assert_eq!(row, wanted, "{at}: {found:#?} for {expected:#?}");
    }
    assert_eq!(found.len(), expected.len(), "{at}: {found:#?} for {expected:#?}");
    let figures = TodayFigures {
        key: list.key,
        customers: expected.len() as u64,
        unknown: 0,
        is_approximate: oracle.is_approximate(list.key),
        amount: list.unit().map(|_| expected.iter().filter_map(|row| row.amount).sum()),
        first: expected.iter().filter_map(|row| row.day).min(),
    };
    assert_eq!(list.figures(index, as_of).unwrap(), figures, "{at}");
    expected.len()
}

/// The mornings on which a list had rows, and the number of rows.
type Rows = BTreeMap<&'static str, (u32, usize)>;

/// Steps a world through so many days, and compares these lists each morning.
fn live(seed: u64, days: i64, reading: Reading, keys: &[&str]) -> (World, Rows) {
    let start: NaiveDate = START.parse().unwrap();
    let (mut world, mut oracle) = (World::new(seed, start), Oracle::default());
    let copy = Copy::new(plus(start, -90));
    let mut rows = Rows::new();
    for number in 0..days {
        let today = plus(start, number);
        world.night(today);
        let morning = world.morning(today);
        // Only a walk shows who has left. What is read again without a change changes nothing.
        let is_walk = number == 0 || today.day() == 1 || !morning.left.is_empty();
        let is_quarter = today.day() == 1 && today.month0().is_multiple_of(3);
        let reading = if reading == Reading::Changed && is_quarter { Reading::All } else { reading };
        let as_of = AsOf { today, change_margin: MARGINS[usize::from(today.day().is_multiple_of(3))] };
        copy.sync(&morning, reading, is_walk);
        oracle.read(&morning, as_of);
        let index = copy.index();
        for list in TODAY.iter().filter(|list| keys.contains(&list.key)) {
            let count = compare(list, &index, &oracle, as_of);
            let (mornings, rows) = rows.entry(list.key).or_default();
            (*mornings, *rows) = (*mornings + u32::from(count > 0), *rows + count);
        }
        world.daytime(today);
    }
    eprintln!("mornings with rows, and rows: {rows:?}\nwhat happened: {:?}", world.tally());
    (world, rows)
}

/// Returns the seed of a world: this one, unless the environment sets another.
fn seed(usual: u64) -> u64 {
    std::env::var("VIPMP_YEAR_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[test]
fn each_morning_of_a_year_has_the_lists_that_follow_from_the_rules() {
    let (world, rows) = live(seed(1), 400, Reading::Changed, &TODAY.map(|list| list.key));
    for list in &TODAY {
        assert!(rows[list.key].0 >= 100, "{}: {rows:?}", list.key);
    }
    // What is rare may be rarer in another world.
    for what in HAPPENED.iter().filter(|_| seed(1) == 1) {
        assert!(world.tally().get(what).is_some_and(|times| *times >= 4), "{what}: {:?}", world.tally());
    }
}

/// A sync that runs at the same time each day reads customers whose renewal is near each time, and others once a week.
#[test]
fn a_sync_each_morning_reads_what_the_lists_of_renewals_need() {
    let (_, rows) = live(seed(7), 70, Reading::Due, &NEAR);
    for key in NEAR {
        assert!(rows[key].0 >= 40, "{key}: {rows:?}");
    }
}
