//! Measures the index of a portfolio: building, memory, a key press in the search box, sorting, facets, the lists of
//! the day, suggestions and updates.
//!
//! `cargo bench --bench portfolio_index` measures 100,000 and 1,000,000 customers; numbers as arguments replace these. Not
//! with divan: an index of this size is built once, and its memory counts too.

#[path = "support/timing.rs"]
mod timing;

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use chrono::{DateTime, NaiveDate};
use timing::median;
use vipmp::{
    model::{AsOf, AutoChanged, CustomerNote, CustomerRenewal, DatedRenewal, Returns, Status, ToOrder},
    portfolio::{
        entry::{Entry, RecordFacts, SubscriptionFacts},
        index::{IndexBuilder, PortfolioIndex, SortColumn, SortKey},
        query::{Condition, Field, Query, Term, Test, TextMatch},
        today,
    },
};

/// The rows of a screen.
const SCREEN: std::ops::Range<usize> = 0..50;
const RUNS: usize = 15;

#[allow(clippy::print_stdout, reason = "a bench prints its figures")]
fn main() {
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|size| size.parse().ok()).collect();
    for size in if sizes.is_empty() { vec![100_000, 1_000_000] } else { sizes } {
        println!("\n{size} customers");
        measure(size);
    }
}

#[allow(clippy::print_stdout, reason = "a bench prints its figures")]
fn measure(size: usize) {
    let before = resident();
    let (mut builder, mut building, mut text) = (IndexBuilder::default(), Duration::ZERO, 0);
    let mut random = fastrand::Rng::with_seed(7);
    for n in 0..size {
        let entry = entry(n, &mut random);
        text += length(&entry);
        let start = Instant::now();
        builder.push(&entry);
        building += start.elapsed();
    }
    let start = Instant::now();
    let mut index = builder.finish();
    print("build", building + start.elapsed());
    println!("  {:<44}{:>8.1} MB, for {} bytes of text each", "memory", resident() - before, text / size);

    let start = Instant::now();
    black_box(index.search(&Query::default(), &[], SCREEN));
    print("first frame, with the order by name", start.elapsed());
    let relevance = [SortKey::ascending(SortColumn::Relevance)];
    for (what, query) in queries() {
        let found = index.search(&query, &relevance, SCREEN);
        let label = format!("key: {what} ({} found)", found.total);
        print(&label, median(RUNS, || drop(black_box(index.search(&query, &relevance, SCREEN)))));
    }
    for column in [
        SortColumn::Renewal,
        SortColumn::RenewalState,
        SortColumn::Country,
        SortColumn::Email,
        SortColumn::Created,
    ] {
        let keys = [SortKey::descending(column), SortKey::ascending(SortColumn::Seats)];
        let start = Instant::now();
        index.prepare(column);
        print(&format!("ranks of {column:?}"), start.elapsed());
        let all = || drop(black_box(index.search(&Query::default(), &keys[..1], 0..usize::MAX)));
        print(&format!("sort all by {column:?}"), median(RUNS, all));
        index.prepare(SortColumn::Seats);
        let screen = || drop(black_box(index.search(&Query::default(), &keys, SCREEN)));
        print(&format!("sort by {column:?} and seats, first 50"), median(RUNS, screen));
    }
    let country = only(Field::Country, Test::Text(TextMatch::Whole, "DE".to_owned()));
    print("facets of everything", median(RUNS, || drop(black_box(index.facets(&Query::default())))));
    print("facets of country:DE", median(RUNS, || drop(black_box(index.facets(&country)))));
    let as_of = asked(Vec::new()).as_of;
    print("the lists of the day", median(RUNS, || drop(black_box(today(&index, as_of)))));
    let start = Instant::now();
    black_box(index.suggest("shcmidt"));
    print("suggest, the first time", start.elapsed());
    print("suggest", median(RUNS, || drop(black_box(index.suggest("nordlihct")))));
    print("find a key", median(RUNS, || drop(black_box(index.find_key("1000000042")))));
    let mut n = 0;
    let changed = median(RUNS, || {
        n = (n + 7_919) % size;
        index.update(&entry(n, &mut random));
    });
    print("update", changed);
    print_unchanged(&index);
    println!("  {:<44}{:>8.1} MB", "memory, with ranks and words", resident() - before);
}

/// Checks that the index still answers.
fn print_unchanged(index: &PortfolioIndex) {
    assert_eq!(index.search(&Query::default(), &[], SCREEN).rows.len(), SCREEN.len().min(index.len()));
}

#[allow(clippy::print_stdout, reason = "a bench prints its figures")]
fn print(what: &str, time: Duration) {
    println!("  {what:<44}{:>8.2} ms", time.as_secs_f64() * 1_000.0);
}

fn word(text: &str) -> Term {
    Term { is_negated: false, condition: Condition::Anywhere(text.to_owned()) }
}

/// Returns a query as it is asked on a day.
fn asked(terms: Vec<Term>) -> Query {
    Query { terms, as_of: AsOf::on(NaiveDate::from_ymd_opt(2026, 6, 1).unwrap_or_default()) }
}

fn only(field: Field, test: Test) -> Query {
    let term = Term { is_negated: false, condition: Condition::Field(field, vec![test]) };
    asked(vec![term])
}

fn queries() -> Vec<(&'static str, Query)> {
    let words = |words: &[&str]| asked(words.iter().map(|text| word(text)).collect());
    let mut refined = words(&["print"]);
    refined.terms.extend(only(Field::Country, Test::Text(TextMatch::Whole, "DE".to_owned())).terms);
    refined.terms.push(Term { is_negated: true, condition: Condition::Anywhere("gmbh".to_owned()) });
    vec![
        ("a", words(&["a"])),
        ("sc", words(&["sc"])),
        ("schmidt", words(&["schmidt"])),
        ("jagerquell print", words(&["jagerquell", "print"])),
        ("acrobat", words(&["acrobat"])),
        ("0000042", words(&["0000042"])),
        ("nothing at all", words(&["xqzzt"])),
        ("print country:DE -gmbh", refined),
        ("name:print", only(Field::Name, Test::Text(TextMatch::Part, "print".to_owned()))),
        ("email:*7.example", only(Field::Email, Test::Text(TextMatch::Suffix, "7.example".to_owned()))),
        ("seats:>150", only(Field::Seats, Test::Numbers(Some(150), None))),
        ("days-left:..30", only(Field::DaysLeft, Test::Numbers(None, Some(30)))),
        ("renewal-state:early", only(Field::RenewalState, Test::Text(TextMatch::Whole, "early".to_owned()))),
    ]
}

const FIRST: [&str; 14] = [
    "Acme",
    "Nordlicht",
    "Jägerquell",
    "Blå Havn",
    "Čapek",
    "みどり",
    "Helvetia",
    "Rotwild",
    "Sonnental",
    "Kirsch",
    "Øresund",
    "Falken",
    "Lumière",
    "Zenit",
];
const SECOND: [&str; 12] = [
    "Print", "Studio", "Design", "Media", "Verlag", "Werbung", "Photo", "Film", "Books", "Agentur",
    "Digital", "Atelier",
];
const LEGAL: [&str; 6] = ["GmbH", "AG", "AS", "s.r.o.", "Ltd", "KG"];
const GIVEN: [&str; 10] =
    ["Anna", "Bo", "Chloé", "Dmitri", "Emre", "Freya", "Giulia", "Hana", "Ivo", "Jürgen"];
const FAMILY: [&str; 10] =
    ["Schmidt", "Larsen", "Novák", "Rossi", "Dubois", "Yılmaz", "Tanaka", "Müller", "Kowalski", "Berg"];
const COUNTRIES: [&str; 8] = ["DE", "AT", "CH", "DK", "CZ", "FR", "JP", "GB"];

/// Returns a word of two to four syllables, so that a portfolio has as many distinct words as a real one.
fn invented(random: &mut fastrand::Rng) -> String {
    let syllable = |random: &mut fastrand::Rng| {
        let (consonants, vowels) = ("bdfghklmnprstvwz", "aeiou");
        let one_of = |letters: &str, at: usize| letters[at..=at].to_owned();
        one_of(consonants, random.usize(..consonants.len())) + &one_of(vowels, random.usize(..vowels.len()))
    };
    (0..random.usize(2..=4)).map(|_| syllable(random)).collect()
}

/// Returns a day so many days after the first of the year.
fn day(days: u16) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2026, 1, 1).map(|day| day + chrono::Days::new(days.into()))
}

/// Makes the renewals of a customer, of whom every fourth has several dates.
fn renewal(random: &mut fastrand::Rng) -> CustomerRenewal {
    let count = if random.u8(..4) == 0 { 3 } else { 1 };
    let mut days: Vec<u16> = (0..count).map(|_| random.u16(..365)).collect();
    days.sort_unstable();
    days.dedup();
    let dates = days.into_iter().filter_map(|number| day(number).map(DatedRenewal::on)).collect();
    CustomerRenewal { dates, ..CustomerRenewal::default() }
}

/// Returns a typical customer: a contact, and one to three subscriptions.
fn entry(n: usize, random: &mut fastrand::Rng) -> Entry {
    let mut one_of = |words: &[&str]| words[random.usize(..words.len())].to_owned();
    let (first, second, legal) = (one_of(&FIRST), one_of(&SECOND), one_of(&LEGAL));
    let (given, family, country) = (one_of(&GIVEN), one_of(&FAMILY), one_of(&COUNTRIES));
    let status = if random.u8(..10) == 0 { Status::pending() } else { Status::active() };
    let subscriptions = random.usize(1..=3);
    Entry {
        customer_id: format!("1{n:09}"),
        company_name: Some(format!("{first} {} {second} {legal}", invented(random))),
        reference: random.bool().then(|| format!("crm-{:08}", random.u32(..100_000_000))),
        status,
        created: DateTime::from_timestamp(1_600_000_000 + i64::from(random.u32(..150_000_000)), 0),
        reseller_id: format!("10003961{:02}", random.u8(..40)),
        gone_at: None,
        note: n.is_multiple_of(100).then(|| CustomerNote {
            text: format!("Call {} before noon", invented(random)),
            follow_up: day(random.u16(..365)),
            written_at: DateTime::UNIX_EPOCH,
        }),
        changed_at: (random.u8(..4) == 0).then(|| DateTime::from_timestamp(1_760_000_000, 0)).flatten(),
        record: Some(RecordFacts {
            segment: Some(["COM", "EDU", "GOV"][random.usize(..3)].to_owned()),
            country: Some(country),
            region: Some(format!("R{}", random.u8(..90))),
            city: Some(format!("Stadt {}", random.u16(..4_000))),
            language: Some("de-DE".to_owned()),
            licence_level: Some(format!("{:02}", random.u8(1..5))),
            consumables_level: None,
            commitment_status: (random.u8(..10) == 0).then(|| "COMMITTED".to_owned()),
            commitment_licences: None,
            commitment_consumables: None,
            commitment_end: None,
            commitment_renewal: None,
            commitment_request: None,
            anniversary: day(random.u16(..365)),
            emails: vec![format!("{}@{}{}.example", given.to_lowercase(), family.to_lowercase(), n % 5_000)],
            contacts: vec![format!("{given} {family}")],
            tags: Vec::new(),
        }),
        subscriptions: Some(SubscriptionFacts {
            renewal: renewal(random),
            auto_renewal_on: random.bool(),
            auto_renewal_off: random.bool(),
            seats: random.i64(1..200),
            consumables: 0,
            lapsing_seats: random.i64(..5),
            to_renew: 0,
            is_to_renew_approximate: false,
            renewal_change: 0,
            ids: (0..subscriptions).map(|_| format!("{:030x}NA", random.u128(..) >> 8)).collect(),
            products: (0..subscriptions)
                .flat_map(|_| {
                    let product = random.u16(..150);
                    [
                        format!("65304{product:03}CA01A12"),
                        format!("{} Pro {product}", ["Acrobat", "Photoshop"][random.usize(..2)]),
                    ]
                })
                .collect(),
            scheduled: 0,
        }),
        to_order: Some(ToOrder::default()),
        returns: Some(Returns::default()),
        renewal_failed: None,
        auto_changed: AutoChanged::Never,
        turned_off: None,
        order_references: Vec::new(),
    }
}

fn length(entry: &Entry) -> usize {
    let record = entry
        .record
        .iter()
        .flat_map(|record| record.contacts.iter().chain(&record.emails).chain(&record.city).map(String::len));
    let subscriptions =
        entry.subscriptions.iter().flat_map(|facts| facts.ids.iter().chain(&facts.products).map(String::len));
    let name = entry.company_name.as_ref().map_or(0, String::len);
    let reference = entry.reference.as_ref().map_or(0, String::len);
    entry.customer_id.len() + name + reference + record.chain(subscriptions).sum::<usize>()
}

/// Returns the memory of this process in megabytes; 0 where that is not known.
#[allow(clippy::cast_precision_loss, reason = "a figure to be read")]
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().unwrap_or_default();
    kilobytes as f64 / 1024.0
}
