//! Tests of the records and their orders.

use std::collections::HashSet;

use super::super::{deployments, orders, purchases::Purchases};
use super::*;

fn portfolio(seed: u64, customers: usize) -> Portfolio {
    Portfolio::new(seed, "2026-03-31".parse().unwrap(), customers)
}

fn everything(status: usize) -> Selection {
    Selection {
        status,
        name: None,
        from: None,
        to: None,
        sort: Sort::Date,
        descending: true,
        offset: 0,
        limit: usize::MAX,
    }
}

fn counts(portfolio: &Portfolio, reseller: usize) -> [usize; 4] {
    [0, 1, 2, 3].map(|status| portfolio.select(&portfolio.resellers[reseller], &everything(status)).0)
}

#[test]
fn the_first_reseller_has_as_many_of_each_status_as_asked_for() {
    assert_eq!(counts(&portfolio(1, 1307), 0), [1204, 12, 88, 3]);
    assert_eq!(counts(&portfolio(9, 13_070), 0), [12_040, 120, 880, 30]);
    for customers in [0, 1, 2, 3, 7, 8, 10, 40, 109, 500] {
        let sized = portfolio(1, customers);
        assert_eq!(counts(&sized, 0).iter().sum::<usize>(), customers);
        let first = sized.customer("1006500792").map(|record| record.status);
        let second = sized.customer("1006500806").map(|record| record.status);
        assert_eq!(first, (customers >= 1).then_some("1000"));
        assert_eq!(second, (customers >= 2).then_some("1000"));
    }
}

#[test]
fn ids_are_ten_digits_and_each_is_once() {
    let portfolio = portfolio(1, 5000);
    let ids: HashSet<String> = portfolio.records.iter().map(Record::customer_id).collect();
    assert_eq!(ids.len(), portfolio.records.len());
    assert!(ids.iter().all(|id| id.len() == 10 && id.bytes().all(|b| b.is_ascii_digit())));
    for record in &portfolio.records {
        assert_eq!(portfolio.customer(&record.customer_id()).map(|found| found.id), Some(record.id));
    }
    for unknown in ["1", "", "10065007920", "01006500792", "+006500792", "1006500793"] {
        assert!(portfolio.customer(unknown).is_none(), "{unknown}");
    }
}

#[test]
fn creation_dates_cover_eight_years_and_are_denser_lately() {
    let portfolio = portfolio(1, 1307);
    let own: Vec<_> = portfolio.records.iter().filter(|record| record.reseller == 0).collect();
    let since = |day: &str| {
        let start = calendar::start_of(day.parse().unwrap());
        own.iter().filter(|record| record.created >= start).count()
    };
    assert!((4..12).contains(&since("2026-03-31")), "today: {}", since("2026-03-31"));
    assert!((30..90).contains(&since("2026-03-01")), "this month: {}", since("2026-03-01"));
    let first_years = own.len() - since("2020-04-01");
    assert!(since("2025-04-01") > first_years / 2, "the last year against the first two: {first_years}");
    let end = calendar::end_of(portfolio.today);
    assert!(
        own.iter().all(|record| record.created <= end && record.created >= end - HISTORY - calendar::DAY)
    );
    assert!(since("2019-04-01") < own.len(), "some are older than seven years");
}

#[test]
fn every_order_holds_every_customer_once_and_is_sorted() {
    let portfolio = portfolio(1, 1307);
    for (sort, descending) in
        [(Sort::Date, true), (Sort::Date, false), (Sort::Name, true), (Sort::Name, false)]
    {
        let selection = Selection { sort, descending, ..everything(0) };
        let (total, mut all) = portfolio.select(&portfolio.resellers[0], &selection);
        assert_eq!((total, all.len()), (1204, 1204));
        if descending {
            all.reverse();
        }
        let key = |record: &Record| match sort {
            Sort::Date => (record.sort_date().unwrap_or(i64::MIN), String::new(), record.id),
            Sort::Name => (0, names::fold(portfolio.name(record).unwrap_or_default()), record.id),
        };
        assert!(all.windows(2).all(|pair| key(pair[0]) < key(pair[1])), "{sort:?}");
    }
}

#[test]
fn another_seed_has_other_names_and_the_same_seed_the_same() {
    let names = |seed| {
        let portfolio = portfolio(seed, 200);
        portfolio.names.clone()
    };
    assert_eq!(names(1), names(1));
    assert_ne!(names(1), names(2));
}

#[test]
fn hostile_accounts_exist_only_on_request_and_change_no_other() {
    let today = "2026-03-31".parse().unwrap();
    let with = |share| Portfolio::with_hostile(1, today, 1307, share);
    let odd =
        |portfolio: &Portfolio| portfolio.records.iter().filter(|record| record.oddity.is_some()).count();
    let (none, some, all) = (with(0.0), with(0.5), with(1.0));
    assert_eq!((odd(&none), odd(&all)), (0, 14));
    assert!((1..14).contains(&odd(&some)), "{}", odd(&some));
    for (plain, hostile) in none.records.iter().zip(&all.records) {
        assert_eq!((plain.id, plain.created, plain.status), (hostile.id, hostile.created, hostile.status));
        let is_same = none.name(plain) == all.name(hostile);
        assert!(is_same || hostile.oddity.is_some(), "{plain:?}");
    }
}

#[test]
fn nothing_is_in_the_future() {
    let portfolio = portfolio(1, 1307);
    let now = portfolio.now();
    let mut of_today = 0;
    for record in &portfolio.records {
        assert!(record.created <= now, "{record:?}");
        let places = deployments::of(&portfolio, record);
        assert!(places.iter().all(|place| place.created <= now), "{record:?}");
        let Some(purchases) = Purchases::of(&portfolio, record) else { continue };
        assert!((record.created..=now).contains(&purchases.term.first_order), "{record:?}");
        assert!(purchases.subscriptions.iter().all(|own| own.created <= now), "{record:?}");
        let orders = orders::of(&portfolio, record, &purchases);
        assert!(
            orders.iter().all(|order| (purchases.term.first_order..=now).contains(&order.created)),
            "{record:?}"
        );
        let today = calendar::start_of(portfolio.today);
        of_today += orders.iter().filter(|order| order.created >= today).count();
    }
    assert!(of_today > 0, "today has orders too");
}
