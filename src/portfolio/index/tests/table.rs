//! Queries and what they find in a small portfolio.

use std::sync::Arc;

use chrono::NaiveDate;

use super::super::{IndexBuilder, PortfolioIndex, SortColumn, SortKey};
use crate::{
    model::{CustomerNote, CustomerRenewal, DatedRenewal, Status},
    portfolio::{
        entry::{Entry, RecordFacts, SubscriptionFacts},
        query::{Condition, Field, Query, Term, Test, TextMatch, parse},
    },
    products::ProductNames,
};

/// Returns a customer of which only the list is known.
pub(super) fn customer(id: &str) -> Entry {
    Entry::listed(id)
}

/// Returns the query for a word.
pub(super) fn anywhere(text: &str) -> Query {
    let term = Term { is_negated: false, condition: Condition::Anywhere(text.to_owned()) };
    Query { terms: vec![term], ..Query::default() }
}

fn field(field: Field, tests: &[Test]) -> Query {
    let term = Term { is_negated: false, condition: Condition::Field(field, tests.to_vec()) };
    Query { terms: vec![term], ..Query::default() }
}

fn not(mut query: Query) -> Query {
    query.terms.iter_mut().for_each(|term| term.is_negated = !term.is_negated);
    query
}

fn and(mut one: Query, other: Query) -> Query {
    one.terms.extend(other.terms);
    one
}

pub(super) fn day(text: &str) -> Option<NaiveDate> {
    text.parse().ok()
}

/// Returns the renewals of a customer with a next renewal date.
pub(super) fn next(next: Option<NaiveDate>) -> CustomerRenewal {
    CustomerRenewal { dates: next.map(DatedRenewal::on).into_iter().collect(), ..CustomerRenewal::default() }
}

fn text(part: TextMatch, text: &str) -> Test {
    Test::Text(part, text.to_owned())
}

#[test]
fn a_reseller_is_found_by_its_id_or_a_part_of_its_name() {
    let of = |id: &str, reseller: &str| Entry { reseller_id: reseller.to_owned(), ..customer(id) };
    let mut builder = IndexBuilder::default();
    builder.name_reseller("1000396138".to_owned(), Some("Møller Lantern"));
    builder.name_reseller("1000396139".to_owned(), None);
    builder.name_reseller("7".to_owned(), Some("Once 1000396139"));
    for entry in [of("a", "1000396138"), of("b", "1000396139"), of("c", "1000"), of("d", "7")] {
        builder.push(&entry);
    }
    let index = builder.finish();
    let found = |test: Test| index.search(&field(Field::Reseller, &[test]), &[], 0..9).rows;
    assert_eq!(found(text(TextMatch::Whole, "lantern")), [0]);
    assert_eq!(found(text(TextMatch::Prefix, "MØLLER")), [0]);
    assert_eq!(found(text(TextMatch::Prefix, "lantern")), [0; 0]);
    assert_eq!(found(text(TextMatch::Whole, "1000")), [2], "an ID is a whole one");
    assert_eq!(found(text(TextMatch::Prefix, "1000396")), [0, 1]);
    assert_eq!(found(Test::Missing), [0; 0]);
    assert_eq!(found(text(TextMatch::Whole, "1000396139")), [1], "an ID is not looked for in names");
    assert_eq!(found(text(TextMatch::Part, "1000396139")), [1, 3]);
    assert_eq!(index.reseller_names().get("1000396138").map(String::as_str), Some("Møller Lantern"));
}

/// Returns five customers: 0 to 2 are complete, 3 has no record and no subscriptions, 4 is gone.
fn portfolio() -> PortfolioIndex {
    let strings = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let named = |id: &str, name: &str| Entry { company_name: Some(name.to_owned()), ..customer(id) };
    PortfolioIndex::new(vec![
        Entry {
            reference: Some("Ref-7".to_owned()),
            created: Some("2026-01-01T23:30:00Z".parse().unwrap()),
            changed_at: Some("2026-03-01T00:30:00+01:00".parse().unwrap()),
            record: Some(RecordFacts {
                country: Some("DE".to_owned()),
                city: Some("Köln".to_owned()),
                segment: Some("COM".to_owned()),
                licence_level: Some("02".to_owned()),
                consumables_level: Some("T1".to_owned()),
                contacts: strings(&["Zoë Acme", "Bo Li"]),
                emails: strings(&["zoe@print.example"]),
                tags: strings(&["VIP"]),
                ..RecordFacts::default()
            }),
            subscriptions: Some(SubscriptionFacts {
                renewal: next(day("2026-05-01")),
                auto_renewal_on: true,
                auto_renewal_off: true,
                seats: 120,
                ids: strings(&["abcNA", "defNA"]),
                products: strings(&["65304479CA01A12", "Acrobat Pro"]),
                ..SubscriptionFacts::default()
            }),
            ..named("1000", "Jägerquell GmbH")
        },
        Entry {
            status: Status::pending(),
            record: Some(RecordFacts {
                country: Some("AT".to_owned()),
                licence_level: Some("10".to_owned()),
                commitment_status: Some("COMMITTED".to_owned()),
                commitment_end: day("2027-01-31"),
                ..RecordFacts::default()
            }),
            subscriptions: Some(SubscriptionFacts { auto_renewal_off: true, ..SubscriptionFacts::default() }),
            ..named("1001", "Acme Straße")
        },
        Entry {
            record: Some(RecordFacts::default()),
            subscriptions: Some(SubscriptionFacts {
                renewal: next(day("2026-04-01")),
                auto_renewal_on: true,
                seats: 5,
                products: strings(&["Acrobat Pro", "Acrobat Pro"]),
                ..SubscriptionFacts::default()
            }),
            reseller_id: "R2".to_owned(),
            ..named("1002", "The Acme Company")
        },
        named("1003", "Pacmen"),
        Entry { gone_at: Some("2026-02-02T12:00:00Z".parse().unwrap()), ..named("1004", "Acme Gone") },
    ])
}

#[test]
fn queries_find_their_rows() {
    use TextMatch::{Part, Prefix, Suffix, Whole};
    let index = portfolio();
    let codes = |from: Option<&str>, to: Option<&str>| Test::Codes {
        from: from.map(str::to_owned),
        to: to.map(str::to_owned),
    };
    let cases: Vec<(Query, &[u32], usize)> = vec![
        (Query::default(), &[0, 1, 2, 3], 0),
        // Words, in any field.
        (anywhere("jagerquell"), &[0], 1),
        (anywhere("JÄGERQUELL gmbh"), &[0], 1),
        (anywhere("strasse"), &[1], 1),
        (anywhere("acme"), &[0, 1, 2, 3], 0),
        (anywhere("acrobat"), &[0, 2], 1),
        (anywhere("koln"), &[0], 1),
        (anywhere("DEFNA"), &[0], 1),
        (anywhere("ref-7"), &[0], 1),
        (anywhere("pac"), &[3], 0),
        // Not across fields or values.
        (anywhere("gmbh1000"), &[], 1),
        (anywhere("gmbh 1000"), &[], 1),
        (anywhere("acme\u{1f}bo"), &[], 1),
        (anywhere(""), &[0, 1, 2, 3], 0),
        (and(anywhere("acme"), anywhere("print")), &[0], 1),
        // Negation never holds for what is not known.
        (not(anywhere("acme")), &[], 0),
        (not(anywhere("quell")), &[1, 2], 1),
        (not(anywhere("pacmen")), &[0, 1, 2], 0),
        (not(field(Field::Country, &[text(Whole, "de")])), &[1, 2], 1),
        (not(field(Field::Country, &[Test::Missing])), &[0, 1], 1),
        // Missing and present, of what is known.
        (field(Field::Country, &[Test::Missing]), &[2], 1),
        (field(Field::Country, &[Test::Present]), &[0, 1], 1),
        (field(Field::Reference, &[Test::Missing]), &[1, 2, 3], 0),
        (field(Field::Contact, &[Test::Missing]), &[1, 2], 1),
        (field(Field::Product, &[Test::Missing]), &[1], 1),
        (field(Field::Renewal, &[Test::Missing]), &[1], 1),
        (field(Field::Renewal, &[Test::Present]), &[0, 2], 1),
        // An unknown term does not matter where another one does not hold.
        (
            and(field(Field::Country, &[text(Whole, "de")]), field(Field::Name, &[text(Part, "straße")])),
            &[],
            0,
        ),
        // Text in fields.
        (field(Field::Name, &[text(Prefix, "ACME")]), &[1], 0),
        (field(Field::Name, &[text(Suffix, "straße")]), &[1], 0),
        (field(Field::Name, &[text(Part, "acme"), text(Whole, "pacmen")]), &[1, 2, 3], 0),
        (field(Field::Name, &[text(Whole, "acme")]), &[], 0),
        (field(Field::Contact, &[text(Prefix, "bo")]), &[0], 1),
        (field(Field::Contact, &[text(Suffix, "acme")]), &[0], 1),
        (field(Field::Email, &[text(Suffix, "@print.example")]), &[0], 1),
        (field(Field::Subscription, &[text(Whole, "DEFna")]), &[0], 1),
        (field(Field::Id, &[text(Prefix, "100")]), &[0, 1, 2, 3], 0),
        (field(Field::Tag, &[text(Whole, "vip")]), &[0], 1),
        (field(Field::Product, &[text(Prefix, "65304479")]), &[0], 1),
        (field(Field::Status, &[text(Whole, "1002"), text(Whole, "1004")]), &[1], 0),
        (field(Field::Reseller, &[text(Prefix, "r")]), &[0, 1, 2, 3], 0),
        // Levels, of licences or consumables.
        (field(Field::Level, &[codes(Some("3"), None)]), &[1], 1),
        (field(Field::Level, &[codes(Some("2"), Some("9"))]), &[0], 1),
        (field(Field::Level, &[text(Whole, "t1")]), &[0], 1),
        (field(Field::Level, &[Test::Missing]), &[2], 1),
        // Numbers, days, flags.
        (field(Field::Seats, &[Test::Numbers(Some(5), None)]), &[0, 2], 1),
        (not(field(Field::Seats, &[Test::Numbers(Some(5), None)])), &[1], 1),
        (field(Field::Seats, &[Test::Present]), &[0, 1, 2], 1),
        (field(Field::Renewal, &[Test::Days(None, day("2026-04-01"))]), &[2], 1),
        (field(Field::CommitmentEnd, &[Test::Days(day("2027-01-31"), day("2027-01-31"))]), &[1], 1),
        (field(Field::Joined, &[Test::Days(day("2026-01-01"), day("2026-01-01"))]), &[0], 0),
        (field(Field::Changed, &[Test::Days(day("2026-02-28"), day("2026-02-28"))]), &[0], 0),
        (field(Field::AutoRenewal, &[Test::Flag(true)]), &[0, 2], 1),
        (field(Field::AutoRenewal, &[Test::Flag(false)]), &[0, 1], 1),
        // Gone.
        (field(Field::Gone, &[Test::Flag(true)]), &[4], 0),
        (field(Field::Gone, &[Test::Flag(false)]), &[0, 1, 2, 3], 0),
        (field(Field::Gone, &[Test::Present]), &[0, 1, 2, 3, 4], 0),
        (not(field(Field::Gone, &[Test::Flag(true)])), &[0, 1, 2, 3], 0),
        (field(Field::Gone, &[Test::Days(day("2026-02-02"), None)]), &[4], 0),
        (and(anywhere("acme"), field(Field::Gone, &[Test::Present])), &[0, 1, 2, 3, 4], 0),
        // Tests that do not fit.
        (field(Field::Seats, &[Test::Flag(true)]), &[], 1),
        (field(Field::Name, &[Test::Numbers(None, None)]), &[], 0),
    ];
    for (query, rows, unknown) in cases {
        let found = index.search(&query, &[SortKey::ascending(SortColumn::Id)], 0..usize::MAX);
        assert_eq!((&found.rows[..], found.total, found.unknown), (rows, rows.len(), unknown), "{query:?}");
    }
}

#[test]
fn rows_are_sorted_with_missing_values_last() {
    let index = portfolio();
    let order = |query: &Query, keys: &[SortKey]| index.search(query, keys, 0..9).rows;
    let (up, down) = (SortKey::ascending, SortKey::descending);
    let all = Query::default();
    for (keys, expected) in [
        (vec![], [1, 0, 3, 2]),
        (vec![down(SortColumn::Name)], [2, 3, 0, 1]),
        (vec![up(SortColumn::Renewal)], [2, 0, 1, 3]),
        (vec![down(SortColumn::Renewal)], [0, 2, 1, 3]),
        (vec![up(SortColumn::LicenceLevel)], [0, 1, 3, 2]),
        (vec![up(SortColumn::AutoRenewal)], [1, 0, 2, 3]),
        (vec![up(SortColumn::Reseller), down(SortColumn::Id)], [3, 1, 0, 2]),
        (vec![down(SortColumn::Country), up(SortColumn::Id)], [0, 1, 2, 3]),
    ] {
        assert_eq!(order(&all, &keys), expected, "{keys:?}");
    }
    let relevant = [up(SortColumn::Relevance), down(SortColumn::Id)];
    assert_eq!(
        order(&and(anywhere("acme"), field(Field::Gone, &[Test::Present])), &relevant),
        [4, 1, 2, 3, 0]
    );
    assert_eq!(order(&anywhere("100"), &relevant), [3, 2, 1, 0]);
    assert_eq!(order(&anywhere("1001"), &relevant), [1]);
}

#[test]
fn facets_leave_out_the_terms_of_their_own_field() {
    let index = portfolio();
    let query =
        and(field(Field::Status, &[text(TextMatch::Whole, "1000")]), field(Field::Seats, &[Test::Present]));
    let facets = index.facets(&query);
    let values = |field: Field| {
        let facet = facets.iter().find(|facet| facet.field == field).unwrap();
        facet.values.iter().map(|(value, count)| format!("{value} {count}")).collect::<Vec<_>>()
    };
    assert_eq!(values(Field::Status), ["1000 2", "1002 1"]);
    assert_eq!(values(Field::Reseller), ["R1 1", "R2 1"]);
    assert_eq!(values(Field::Country), ["DE 1"]);
    assert_eq!(values(Field::Level), ["02 1", "T1 1"]);
    assert_eq!(values(Field::Product), ["Acrobat Pro 2", "65304479CA01A12 1"]);
}

#[test]
fn close_words_are_suggested_as_they_are_spelt() {
    let index = portfolio();
    for (word, expected) in [
        ("jagerquel", &["Jägerquell"][..]),
        ("Jägerqeull", &["Jägerquell"]),
        ("acmee", &["Acme"]),
        ("kolm", &["Köln"]),
        ("acrobta", &["Acrobat"]),
        ("zzzzzz", &[]),
        ("ac", &[]),
    ] {
        assert_eq!(index.suggest(word), expected, "{word}");
    }
}

#[test]
fn keys_lead_to_their_rows() {
    let index = portfolio();
    for (key, rows) in [
        ("1000", &[0][..]),
        ("REF-7", &[0]),
        ("abcna", &[0]),
        (" Zoe@Print.example ", &[0]),
        ("1004", &[4]),
        ("100", &[]),
        ("Pacmen", &[]),
        ("", &[]),
    ] {
        assert_eq!(index.find_key(key), rows, "{key}");
    }
    assert_eq!((index.row_of("1003"), index.row_of("9")), (Some(3), None));
}

#[test]
fn an_empty_index_answers() {
    let index = PortfolioIndex::new(Vec::new());
    assert!(index.is_empty());
    let found = index.search(&anywhere("acme"), &[SortKey::ascending(SortColumn::Name)], 0..50);
    assert_eq!(found, super::super::FoundRows::default());
    assert_eq!(
        (index.suggest("acme").len(), index.find_key("acme").len(), index.view(0).is_none()),
        (0, 0, true)
    );
}

fn parsed(text: &str) -> Query {
    parse(text, day("2026-11-28").unwrap()).unwrap()
}

#[test]
fn offers_with_a_name_are_found_by_both_and_counted_as_one_product() {
    let names = Arc::new(ProductNames::built_in([("65304479CA", "Lantern Pro")]));
    let mut builder = IndexBuilder::default();
    builder.name_products(&names);
    let offers: [&[&str]; 3] =
        [&["65304479CA01A12", "65304479CA02A12"], &["65304479CA03A12"], &["65322651CA01A12"]];
    for (place, offers) in offers.iter().enumerate() {
        let products = offers.iter().map(|offer| (*offer).to_owned()).collect();
        let mut facts = SubscriptionFacts { products, ..SubscriptionFacts::default() };
        facts.name_products(&names);
        builder.push(&Entry { subscriptions: Some(facts), ..customer(&place.to_string()) });
    }
    let index = builder.finish();
    let find = |text: &str| index.search(&parsed(text), &[], 0..9).rows;
    assert_eq!(find("product:lantern"), [0, 1]);
    assert_eq!(find("product:=\"Lantern Pro\""), [0, 1]);
    assert_eq!(find("product:65304479CA02A12"), [0]);
    assert_eq!(find("pro"), [0, 1]);
    assert_eq!(find("-product:lantern"), [2]);
    let facets = index.facets(&parsed(""));
    let products = facets.iter().find(|facet| facet.field == Field::Product).unwrap();
    assert_eq!(products.values, [("Lantern Pro".to_owned(), 2), ("65322651CA01A12".to_owned(), 1)]);
}

#[test]
fn notes_are_found_by_their_words_and_by_the_day_of_their_follow_up() {
    let note = |text: &str, follow_up: &str| {
        Some(CustomerNote {
            text: text.to_owned(),
            follow_up: day(follow_up),
            written_at: "2026-02-01T12:00:00Z".parse().unwrap(),
        })
    };
    let noted = |id: &str, text: &str, follow_up: &str| Entry { note: note(text, follow_up), ..customer(id) };
    let index = PortfolioIndex::new(vec![
        noted("0", "Wants a Quote", "2026-12-04"),
        noted("1", "", "2026-03-01"),
        noted("2", "quoted; Jägerquell pays", ""),
        customer("3"),
    ]);
    for (text, found) in [
        ("note:quote", &[0, 2][..]),
        ("note:quote*", &[2]),
        ("note:any", &[0, 2]),
        ("note:none", &[1, 3]),
        ("jagerquell", &[2]),
        ("follow:..today", &[1]),
        ("follow:..2026-12-04", &[0, 1]),
        ("follow:any", &[0, 1]),
        ("follow:none", &[2, 3]),
    ] {
        let rows = index.search(&parsed(text), &[], 0..9);
        // What is not known of the records may hold a word too.
        let unknown = if text == "jagerquell" { 3 } else { 0 };
        assert_eq!((rows.rows.as_slice(), rows.unknown), (found, unknown), "{text}");
    }
    let sorted = |key| index.search(&parsed(""), &[key], 0..9).rows;
    assert_eq!(sorted(SortKey::ascending(SortColumn::FollowUp)), [1, 0, 2, 3]);
    assert_eq!(sorted(SortKey::descending(SortColumn::FollowUp)), [0, 1, 2, 3]);
    assert_eq!(sorted(SortKey::ascending(SortColumn::Note)), [2, 0, 1, 3]);
    assert_eq!(index.suggest("qoute"), ["Quote"]);
}

#[test]
fn notes_that_cannot_be_read_are_unknown_rather_than_missing() {
    let mut builder = IndexBuilder::default();
    builder.leave_out_notes();
    builder.push(&customer("0"));
    let index = builder.finish();
    for text in ["note:none", "note:any", "-note:x", "follow:..today", "follow:none"] {
        let found = index.search(&parsed(text), &[], 0..9);
        assert_eq!((found.total, found.unknown), (0, 1), "{text}");
    }
}
