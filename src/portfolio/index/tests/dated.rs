//! Values that depend on the day, asked of one index on many days.

use chrono::{NaiveDate, TimeDelta};

use super::{
    super::{PortfolioIndex, SortColumn, SortKey},
    table::{customer, day, next},
};
use crate::{
    model::{AsOf, AutoChanged, CustomerRenewal, DatedRenewal, ReturnableOrder, Returns},
    portfolio::{
        entry::{Entry, RecordFacts, SubscriptionFacts},
        query::{Field, Query, parse},
    },
};

/// Returns the customers that a query finds on a day, with a margin of three days.
fn found_on(index: &PortfolioIndex, text: &str, today: NaiveDate) -> (Vec<u32>, usize) {
    let query = parse(text, today).unwrap_or_else(|error| panic!("{text}: {error}"));
    let found = index.search(&query, &[SortKey::ascending(SortColumn::Id)], 0..usize::MAX);
    (found.rows, found.unknown)
}

/// `renewals/early-renewals` (AD-30 to AD-1), partners' manuals (AD-3), `renewals/auto-renewal` (AD), `renewals/manual-renewals`
/// (late).
#[test]
fn one_index_answers_on_each_of_the_days_around_a_renewal() {
    for date in
        ["2026-11-30", "2024-02-29", "2025-02-28", "2026-12-31", "2024-03-31"].map(|date| day(date).unwrap())
    {
        let renews = SubscriptionFacts { renewal: next(Some(date)), ..SubscriptionFacts::default() };
        let renewal = CustomerRenewal { late_since: Some(date), late_count: 1, ..CustomerRenewal::default() };
        let late = SubscriptionFacts { renewal, ..SubscriptionFacts::default() };
        let index = PortfolioIndex::new(vec![
            Entry { subscriptions: Some(renews), record: Some(RecordFacts::default()), ..customer("1") },
            Entry { subscriptions: Some(late), record: Some(RecordFacts::default()), ..customer("2") },
        ]);
        for offset in -31..=31 {
            let today = date + TimeDelta::days(offset);
            let state = match offset {
                ..=-31 => "not-due",
                -30..=-3 => "early",
                -2..=-1 => "locked",
                0 => "today",
                1.. => "past",
            };
            let found = |text: &str| found_on(&index, text, today).0;
            for other in ["not-due", "early", "locked", "today", "past", "renewed"] {
                let expected: &[u32] = if other == state { &[0] } else { &[] };
                assert_eq!(found(&format!("renewal-state:{other}")), expected, "{date} {offset} {other}");
            }
            assert_eq!(found("renewal-state:late"), [1], "{date} {offset}");
            let days = format!("days-left:{}", -offset);
            assert_eq!(found(&days), [0, 1], "{date} {offset}");
            let change_by = (date - TimeDelta::days(3)).to_string();
            assert_eq!(found(&format!("change-by:{change_by}")), [0], "{date} {offset}");
            let is_soon = (-10..=-3).contains(&offset);
            assert_eq!(found("change-by:7d"), if is_soon { &[0][..] } else { &[] }, "{date} {offset}");
        }
    }
}

#[test]
fn the_margin_of_the_user_decides_until_when_a_renewal_can_be_changed() {
    let renews = SubscriptionFacts { renewal: next(day("2026-11-30")), ..SubscriptionFacts::default() };
    let index = PortfolioIndex::new(vec![Entry { subscriptions: Some(renews), ..customer("1") }]);
    let finds = |text: &str, change_margin| {
        let query = parse(text, day("2026-11-27").unwrap()).unwrap();
        let as_of = AsOf { change_margin, ..query.as_of };
        !index.search(&Query { as_of, ..query }, &[], 0..9).rows.is_empty()
    };
    for (margin, is_locked, change_by) in
        [(3, false, "2026-11-27"), (4, true, "2026-11-26"), (0, false, "2026-11-30")]
    {
        assert_eq!(finds("renewal-state:locked", margin), is_locked, "{margin}");
        assert!(finds(&format!("change-by:{change_by}"), margin), "{margin}");
    }
}

#[test]
fn an_earlier_renewal_hides_none_of_the_later_ones() {
    let today = day("2026-11-28").unwrap();
    let with = |id: &str, dates: &[(i64, bool)]| {
        let date = |(days, lapses): &(i64, bool)| DatedRenewal {
            lapses: *lapses,
            ..DatedRenewal::on(today + TimeDelta::days(*days))
        };
        let renewal =
            CustomerRenewal { dates: dates.iter().map(date).collect(), ..CustomerRenewal::default() };
        Entry {
            subscriptions: Some(SubscriptionFacts { renewal, ..SubscriptionFacts::default() }),
            ..customer(id)
        }
    };
    let index = PortfolioIndex::new(vec![
        with("0", &[(-1, false), (2, true)]),
        with("1", &[(12, true), (100, true)]),
        with("2", &[(5, false), (200, false)]),
        with("3", &[(-9, false)]),
    ]);
    for (text, rows) in [
        ("renewal:today..30d", &[0, 1, 2][..]),
        ("renewal:90d..", &[1, 2]),
        ("renewal:..-1d", &[0, 3]),
        ("-renewal:today..30d", &[3]),
        ("renewal-state:locked", &[0]),
        ("renewal-state:past", &[0, 3]),
        ("renewal-state:not-due", &[]),
        ("lapses:..45d", &[0, 1]),
        ("lapses:90d..", &[1]),
        ("lapses:none", &[2, 3]),
        ("days-left:0..30", &[0, 1, 2]),
        ("days-left:>90", &[1, 2]),
        ("change-by:today..9d", &[1, 2]),
        ("change-by:90d..", &[1, 2]),
        ("renewal:none", &[]),
    ] {
        assert_eq!(found_on(&index, text, today), (rows.to_vec(), 0), "{text}");
    }
}

#[test]
fn renewals_of_subscriptions_are_never_mixed_with_other_dates() {
    let with = |id: &str, renewal: CustomerRenewal, record: Option<RecordFacts>| {
        let subscriptions = Some(SubscriptionFacts { renewal, ..SubscriptionFacts::default() });
        Entry { record, subscriptions, ..customer(id) }
    };
    let coterm = || Some(RecordFacts { anniversary: day("2026-12-01"), ..RecordFacts::default() });
    let late = CustomerRenewal { late_since: day("2026-11-20"), late_count: 2, ..CustomerRenewal::default() };
    let index = PortfolioIndex::new(vec![
        with("0", next(day("2026-12-05")), coterm()),
        with("1", CustomerRenewal::default(), coterm()),
        with("2", late.clone(), coterm()),
        with("3", CustomerRenewal { dates: next(day("2027-11-20")).dates, ..late.clone() }, coterm()),
        with("4", CustomerRenewal::default(), Some(RecordFacts::default())),
        with("5", CustomerRenewal { is_renewed: true, ..CustomerRenewal::default() }, None),
        Entry { record: coterm(), ..customer("6") },
    ]);
    let today = day("2026-11-28").unwrap();
    for (text, rows, unknown) in [
        ("renewal:30d", &[0][..], 1),
        ("renewal:-14d..30d", &[0], 1),
        ("renewal:none", &[1, 2, 4, 5], 1),
        ("anniversary:30d", &[0, 1, 2, 3, 6], 1),
        ("renewal-basis:subscription", &[0, 3], 2),
        ("renewal-basis:late", &[2], 2),
        ("renewal-basis:anniversary", &[1], 2),
        ("renewal-basis:none", &[4], 2),
        ("basis:anniversary anniversary:30d", &[1], 2),
        ("days-left:..30", &[0, 2], 1),
        ("days-left:0..30", &[0], 1),
        ("days-left:<0", &[2], 1),
        ("days-left:none", &[1, 4, 5], 1),
        ("renewal-state:late", &[2, 3], 1),
        ("renewal-state:not-due", &[3], 1),
        ("renewal-state:early,late", &[0, 2, 3], 1),
        ("-renewal-state:late", &[0, 1, 4, 5], 1),
        ("renewal-state:renewed", &[5], 1),
        ("renewal-state:none", &[1, 4], 1),
        ("renewal-state:any", &[0, 2, 3, 5], 1),
        ("late-since:14d", &[2, 3], 1),
        ("late-renewals:2", &[2, 3], 1),
    ] {
        assert_eq!(found_on(&index, text, today), (rows.to_vec(), unknown), "{text}");
    }
    let query = parse("", today).unwrap();
    let order = |key: &str| index.search(&query, &[SortKey::parse(key).unwrap()], 0..9).rows;
    for (key, expected) in [
        ("next-renewal", [0, 3, 2, 1, 4, 5, 6]),
        ("-next-renewal", [3, 0, 1, 2, 4, 5, 6]),
        ("days-left", [2, 0, 3, 1, 4, 5, 6]),
        ("renewal-basis", [0, 3, 2, 1, 4, 5, 6]),
        ("renewal-state", [0, 2, 3, 5, 1, 4, 6]),
        ("change-by", [0, 3, 1, 2, 4, 5, 6]),
        ("late-since", [2, 3, 0, 1, 4, 5, 6]),
    ] {
        assert_eq!(order(key), expected, "{key}");
    }
    let facets = index.facets(&query);
    let states = facets.iter().find(|facet| facet.field == Field::RenewalState).unwrap();
    let states: Vec<String> = states.values.iter().map(|(state, count)| format!("{state} {count}")).collect();
    assert_eq!(states, ["late 2", "early 1", "not-due 1", "renewed 1"]);
}

#[test]
fn what_can_be_returned_is_found_until_its_last_day() {
    let open = |until: &str, licences| ReturnableOrder { until: day(until).unwrap(), licences };
    let with = |id: &str, since: Option<&str>, orders: &[ReturnableOrder]| {
        let returns = Returns { since: since.and_then(day), orders: orders.to_vec() };
        Entry { returns: Some(returns), ..customer(id) }
    };
    let index = PortfolioIndex::new(vec![
        with("0", None, &[open("2026-03-20", Some(3)), open("2026-03-15", Some(5))]),
        with("1", None, &[]),
        with("2", Some("2026-03-04"), &[open("2026-03-18", Some(2))]),
        with("3", None, &[open("2026-03-16", None)]),
        customer("4"),
    ]);
    for (today, text, rows, unknown) in [
        ("2026-03-15", "returnable:any", &[0][..], 3),
        ("2026-03-15", "returnable:8", &[0], 3),
        ("2026-03-15", "returnable:none", &[1], 3),
        ("2026-03-15", "returnable-until:today", &[0], 3),
        ("2026-03-16", "returnable:any", &[0], 3),
        ("2026-03-16", "returnable:3", &[0], 3),
        ("2026-03-16", "returnable-until:3d", &[], 3),
        ("2026-03-17", "returnable:none", &[1, 3], 2),
        ("2026-03-18", "returnable:any", &[0, 2], 1),
        ("2026-03-18", "returnable-until:0d", &[2], 1),
        ("2026-03-21", "returnable:any", &[], 1),
        ("2026-03-21", "-returnable:any", &[0, 1, 2, 3], 1),
    ] {
        assert_eq!(found_on(&index, text, day(today).unwrap()), (rows.to_vec(), unknown), "{today} {text}");
    }
    let order = |today: &str, key: &str| {
        let found =
            index.search(&parse("", day(today).unwrap()).unwrap(), &[SortKey::parse(key).unwrap()], 0..9);
        (found.rows, found.unsorted)
    };
    assert_eq!(order("2026-03-18", "returnable-until"), (vec![2, 0, 1, 3, 4], 1));
    assert_eq!(order("2026-03-18", "-returnable"), (vec![0, 2, 1, 3, 4], 1));
    assert_eq!(order("2026-03-15", "-returnable"), (vec![0, 1, 2, 3, 4], 3));
}

#[test]
fn a_failed_renewal_and_a_change_of_auto_renewal_are_found_if_they_are_known() {
    let with = |id: &str, since: Option<&str>, failed: Option<&str>| {
        let returns = Some(Returns { since: since.and_then(day), orders: Vec::new() });
        Entry { returns, renewal_failed: failed.and_then(day), ..customer(id) }
    };
    let uncounted = ReturnableOrder { until: day("2026-03-30").unwrap(), licences: None };
    let changed = |id: &str, auto_changed| Entry { auto_changed, ..customer(id) };
    let scheduled = |id: &str, scheduled| Entry {
        subscriptions: Some(SubscriptionFacts { scheduled, ..SubscriptionFacts::default() }),
        ..customer(id)
    };
    let index = PortfolioIndex::new(vec![
        Entry {
            returns: Some(Returns { since: None, orders: vec![uncounted] }),
            ..with("0", None, Some("2026-03-10"))
        },
        with("1", None, None),
        with("2", Some("2026-03-04"), Some("2026-03-12")),
        changed("3", AutoChanged::On(day("2026-03-15").unwrap())),
        changed("4", AutoChanged::On(day("2026-03-13").unwrap())),
        changed("5", AutoChanged::Unknown),
        scheduled("6", 0),
        scheduled("7", 2),
    ]);
    for (today, text, rows, unknown) in [
        ("2026-03-16", "renewal-failed:14d", &[0][..], 6),
        ("2026-03-16", "renewal-failed:none", &[1], 6),
        ("2026-03-18", "renewal-failed:14d", &[0, 2], 5),
        ("2026-03-18", "-failed-renewal:any", &[1], 5),
        ("2026-03-16", "auto-changed:1d", &[3], 1),
        ("2026-03-16", "auto-changed:7d", &[3, 4], 1),
        ("2026-03-16", "auto-changed:none", &[0, 1, 2, 6, 7], 1),
        ("2026-03-16", "-auto-changed:7d", &[0, 1, 2, 6, 7], 1),
        ("2026-03-16", "scheduled:any", &[7], 6),
        ("2026-03-16", "scheduled:none", &[6], 6),
        ("2026-03-16", "scheduled:0", &[6], 6),
    ] {
        assert_eq!(found_on(&index, text, day(today).unwrap()), (rows.to_vec(), unknown), "{today} {text}");
    }
    let order = |today: &str, key: &str| {
        let found =
            index.search(&parse("", day(today).unwrap()).unwrap(), &[SortKey::parse(key).unwrap()], 0..9);
        (found.rows, found.unsorted)
    };
    assert_eq!(order("2026-03-16", "-renewal-failed"), (vec![0, 1, 2, 3, 4, 5, 6, 7], 6));
    assert_eq!(order("2026-03-18", "-renewal-failed"), (vec![2, 0, 1, 3, 4, 5, 6, 7], 5));
    assert_eq!(order("2026-03-18", "auto-changed"), (vec![4, 3, 0, 1, 2, 5, 6, 7], 1));
    assert_eq!(order("2026-03-18", "-scheduled"), (vec![7, 6, 0, 1, 2, 3, 4, 5], 6));
}
