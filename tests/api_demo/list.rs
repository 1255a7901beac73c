//! Every parameter of the customer list, checked against the rows themselves.

use std::collections::HashSet;

use chrono::{Days, NaiveDate};
use unicode_normalization::UnicodeNormalization as _;
use vipmp::{
    demo::RESELLER_ID,
    model::{CustomerQuery, CustomerRow, NamePattern, SortBy, SortOrder, Status},
};

use crate::setup::{Setup, customers, ids, options, with_status};

#[tokio::test]
async fn every_status_has_its_own_customers_each_of_them_once() {
    let setup = Setup::start(options()).await;
    let mut seen = HashSet::new();
    for (status, count) in Status::LISTED.into_iter().zip([1204, 12, 88, 3]) {
        let rows = setup.all(&with_status(status)).await;
        assert_eq!(rows.len(), count, "{status}");
        for row in &rows {
            assert_eq!((row.status.code(), row.reseller_id.as_deref()), (status, Some(RESELLER_ID)));
            assert!(seen.insert(row.customer_id.clone()), "{} came twice", row.customer_id);
        }
    }
    assert_eq!(seen.len(), 1307);
}

/// Returns the server's sort key; an ID breaks ties, and rows without a value come first.
fn key(row: &CustomerRow, sort_by: SortBy) -> (Option<i64>, String, &str) {
    let id = row.customer_id.as_str();
    match sort_by {
        SortBy::CreationDate => {
            let at = row.creation_date.as_ref().map(|date| date.at().expect("a date").timestamp());
            (at, String::new(), id)
        }
        SortBy::CompanyName => (None, folded(row), id),
        SortBy::Column(key) => panic!("the API does not sort by {key}"),
    }
}

fn folded(row: &CustomerRow) -> String {
    lower(row.company_name.as_deref().unwrap_or_default())
}

/// Folds a name for comparison: letter by letter, so that a sigma is the same at any position.
pub(super) fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

#[tokio::test]
async fn both_fields_sort_in_both_directions() {
    let setup = Setup::start(options()).await;
    for status in ["1000", "1004"] {
        let mut orders = Vec::new();
        for sort_by in [SortBy::CreationDate, SortBy::CompanyName] {
            let ascending = setup.all(&with_status(status).sorted(sort_by, SortOrder::Ascending)).await;
            let mut descending = setup.all(&with_status(status).sorted(sort_by, SortOrder::Descending)).await;
            descending.reverse();
            assert_eq!(ids(&ascending), ids(&descending), "{sort_by:?}");
            assert!(ascending.windows(2).all(|two| key(&two[0], sort_by) < key(&two[1], sort_by)));
            orders.push(ascending);
        }
        assert_ne!(ids(&orders[0]), ids(&orders[1]));
        let sets: Vec<HashSet<&str>> = orders.iter().map(|rows| ids(rows).into_iter().collect()).collect();
        assert_eq!(sets[0], sets[1], "the same customers in another order");
    }
}

#[tokio::test]
async fn offset_and_limit_cut_the_list() {
    let setup = Setup::start(options()).await;
    let all = setup.all(&with_status("1004")).await;
    for limit in [1, 2, 20, 49, 50] {
        for offset in [0, 1, 37, 38, 39, 86, 87, 88, 89, 1_000_000] {
            let query = CustomerQuery::new(Status::inactive(), limit).unwrap().at(offset as u64);
            let page = setup.page(&query).await;
            assert_eq!((page.total_count, &page.query), (Some(88), &query));
            let expected = all.iter().skip(offset).take(limit.into());
            assert_eq!(ids(&customers(page)), ids(expected), "{}", query.query_string());
        }
    }
}

/// Returns true if a name matches a pattern. Implemented differently from the demo, so that each verifies the other.
fn fits(pattern: &[char], name: &[char]) -> bool {
    match pattern.split_first() {
        None => name.is_empty(),
        Some(('*', rest)) => (0..=name.len()).any(|at| fits(rest, &name[at..])),
        Some((first, rest)) => name.first() == Some(first) && fits(rest, &name[1..]),
    }
}

fn is_named(row: &CustomerRow, pattern: &NamePattern) -> bool {
    let chars = |text: &str| lower(text).chars().collect::<Vec<_>>();
    fits(&chars(pattern.sent()), &chars(&folded(row)))
}

#[tokio::test]
async fn company_names_are_found_by_wildcards_at_any_position() {
    let setup = Setup::start(options()).await;
    let everyone = setup.all(&with_status("1000")).await;
    for typed in [
        "customer name",
        "CUSTOMER NAME*",
        "*name 1",
        "*omer n*",
        "c*2",
        "c*er*2",
        "*c*t*r*n*me 2",
        "**name**2",
        "*gmbh",
        "*GmbH*",
        "*株式会社*",
        "*ÉDITION*",
        "*E\u{301}DITION*",
        "*&*",
        "*🐝*",
        "*'*",
        "=HYPERLINK(\"*",
        "*\u{1b}[31m*",
        "*\r\n*",
        "*\u{202e}*",
        "*\u{a0}*",
        "a",
    ] {
        let pattern = NamePattern::parse(typed).unwrap();
        let found = setup.all(&with_status("1000").named(Some(pattern.clone()))).await;
        let expected: Vec<_> = everyone.iter().filter(|row| is_named(row, &pattern)).collect();
        assert!(!expected.is_empty() && expected.len() < everyone.len(), "{typed:?} proves nothing");
        assert_eq!(ids(&found), ids(expected), "{typed:?}");
    }
    for unknown in ["*there is no such name*", "\"Customer Name\"", "*%*", "customer+name", "cust%6fmer"] {
        let query = with_status("1000").named(NamePattern::parse(unknown));
        assert_eq!(setup.page(&query).await.total_count, Some(0), "{unknown:?}");
    }
}

#[tokio::test]
async fn a_quoted_name_is_matched_exactly() {
    let setup = Setup::start(options()).await;
    let everyone = setup.all(&with_status("1000")).await;
    // The newest customers, among which are the unusual ones, and some others.
    let asked: Vec<&CustomerRow> = everyone.iter().take(150).chain(everyone.iter().step_by(97)).collect();
    let mut found = 0;
    for row in asked {
        let name = row.company_name.as_deref().unwrap_or_default();
        if name.trim() != name || name.is_empty() || name.chars().count() > 250 {
            continue;
        }
        let pattern = NamePattern::parse(&format!("\"{name}\"")).unwrap();
        // The name is sent composed, and with plain spaces.
        let blank = |c: char| if c.is_whitespace() && !c.is_control() { ' ' } else { c };
        let sent: String = name.chars().map(blank).nfc().collect();
        assert_eq!(pattern.sent(), sent);
        let rows = setup.all(&with_status("1000").named(Some(pattern))).await;
        let expected = everyone.iter().filter(|other| folded(other) == lower(name));
        assert_eq!(ids(&rows), ids(expected), "{name:?}");
        assert!(ids(&rows).contains(&row.customer_id.as_str()));
        found += 1;
    }
    assert!(found > 140, "{found}");
}

fn created(row: &CustomerRow) -> Option<NaiveDate> {
    row.creation_date.as_ref().map(|date| date.date().expect("a date"))
}

#[tokio::test]
async fn creation_dates_limit_the_list_both_days_included() {
    let setup = Setup::start(options()).await;
    let everyone = setup.all(&with_status("1000")).await;
    let dated: Vec<NaiveDate> = everyone.iter().filter_map(created).collect();
    assert!(dated.len() < everyone.len(), "one has no date");
    // Days on which customers were created, so that an error of a day at either end would show.
    let (late, early) = (dated[dated.len() / 3], dated[2 * dated.len() / 3]);
    let next = early + Days::new(1);
    let first = *dated.last().unwrap();
    let long_ago = first - Days::new(1);
    let mut counts = Vec::new();
    for (from, to) in [
        (Some(late), None),
        (None, Some(early)),
        (Some(early), Some(late)),
        (Some(next), Some(late)),
        (Some(late), Some(late)),
        (Some(first), None),
        (None, Some(first)),
        (None, Some(long_ago)),
    ] {
        let query = with_status("1000").created(from, to).unwrap();
        let within = |row: &&CustomerRow| {
            created(row)
                .is_some_and(|day| from.is_none_or(|from| day >= from) && to.is_none_or(|to| day <= to))
        };
        let expected: Vec<_> = everyone.iter().filter(within).collect();
        assert_eq!(ids(&setup.all(&query).await), ids(expected.iter().copied()), "{from:?} to {to:?}");
        counts.push(expected.len());
    }
    assert!(counts[2] > counts[3] && counts[3] > counts[4] && counts[4] > 0, "{counts:?}");
    assert_eq!((counts[5], counts[7]), (dated.len(), 0));
}

#[tokio::test]
async fn all_parameters_together() {
    let setup = Setup::start(options()).await;
    let day = |text: &str| -> NaiveDate { text.parse().unwrap() };
    let (from, to) = (day("2021-01-01"), day("2025-06-30"));
    let name = NamePattern::parse("*a*e*").unwrap();
    for status in ["1000", "1004"] {
        let mut expected = setup.all(&with_status(status)).await;
        expected.retain(|row| is_named(row, &name));
        expected.retain(|row| created(row).is_some_and(|day| (from..=to).contains(&day)));
        expected.sort_by(|a, b| key(b, SortBy::CompanyName).cmp(&key(a, SortBy::CompanyName)));
        assert!(expected.len() > 14, "more than two pages of status {status}: {}", expected.len());
        let query = CustomerQuery::new(Status::new(status), 7)
            .unwrap()
            .named(Some(name.clone()))
            .created(Some(from), Some(to))
            .unwrap()
            .sorted(SortBy::CompanyName, SortOrder::Descending)
            .at(5);
        let page = setup.page(&query).await;
        assert_eq!(page.total_count, Some(expected.len() as u64));
        assert_eq!(ids(&customers(page)), ids(&expected[5..12]), "{status}");
    }
}
