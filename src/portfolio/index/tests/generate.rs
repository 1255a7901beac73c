//! Random entries and queries, from few values so that they meet.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use proptest::{collection::vec, option, prelude::*, sample::select};

use super::super::{SortColumn, SortKey};
use crate::{
    model::{
        AsOf, AutoChanged, CustomerNote, CustomerRenewal, DatedRenewal, ReturnableOrder, Returns, Status,
        ToOrder,
    },
    portfolio::{
        entry::{Entry, RecordFacts, SubscriptionFacts},
        query::{Condition, Field, Query, Term, Test, TextMatch},
    },
};

const WORDS: [&str; 26] = [
    "Acme",
    "ACME",
    "acne",
    "Print",
    "Jägerquell",
    "Ja\u{308}gerquell",
    "jagerquell",
    "Straße",
    "STRASSE",
    "ΌΜΗΡΟΣ",
    "Όμηρος",
    "İstanbul",
    "ıspanak",
    "Łódź",
    "Œuvre",
    "株式会社みどり",
    "ｶﾞｽ",
    "ガス",
    "한국",
    "हिन्दी",
    "น้ำใจ",
    "دار\u{200c}النخلة",
    "שָׁלוֹם",
    "\u{200b}",
    "100",
    "x\u{1f}y\u{1e}z",
];

/// Returns texts in many scripts.
pub(super) fn text() -> impl Strategy<Value = String> {
    let joined = (vec(select(WORDS.as_slice()), 1..4), select(["", " ", "-", "  ", "\u{a0}"].as_slice()))
        .prop_map(|(words, between)| words.join(between));
    prop_oneof![8 => joined, 1 => any::<String>(), 1 => "[ -~]{0,12}"]
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    vec(text().prop_map(visible), 0..4)
}

/// Values of lists are never empty, since the index drops such.
fn visible(text: String) -> String {
    if text.is_empty() { "x".to_owned() } else { text }
}

fn code() -> impl Strategy<Value = String> {
    select(
        [
            "DE",
            "de",
            "COM",
            "EDU",
            "1",
            "01",
            "3",
            "03",
            "10",
            "14",
            "A",
            "1a",
            "COMMITTED",
            "late",
            "early",
            "renewed",
            "anniversary",
        ]
        .as_slice(),
    )
    .prop_map(str::to_owned)
}

fn day() -> impl Strategy<Value = NaiveDate> {
    (0..6u32).prop_filter_map("a day", |n| NaiveDate::from_ymd_opt(2026, 1, 1 + n))
}

/// Returns the day on which a query is asked, with the days around those of the entries.
fn as_of() -> impl Strategy<Value = AsOf> {
    (-40..40i64, 0..5u8).prop_filter_map("a day", |(days, change_margin)| {
        let today = NaiveDate::from_ymd_opt(2026, 1, 3)?.checked_add_signed(TimeDelta::days(days))?;
        Some(AsOf { today, change_margin })
    })
}

fn dates() -> impl Strategy<Value = Vec<DatedRenewal>> {
    let date = (day(), number(), number(), number(), any::<bool>()).prop_map(
        |(day, to_renew, lapsing_seats, change, lapses)| DatedRenewal {
            day,
            to_renew,
            lapsing_seats,
            change,
            lapses,
        },
    );
    vec(date, 0..4).prop_map(|mut dates| {
        dates.sort_by_key(|date| date.day);
        dates.dedup_by_key(|date| date.day);
        dates
    })
}

fn renewal() -> impl Strategy<Value = CustomerRenewal> {
    (dates(), option::weighted(0.3, day()), 0..3i64, any::<bool>()).prop_map(
        |(dates, late_since, late_count, is_renewed)| CustomerRenewal {
            dates,
            late_since,
            late_count,
            is_renewed,
        },
    )
}

fn returns() -> impl Strategy<Value = Returns> {
    let order = (day(), option::weighted(0.9, number()))
        .prop_map(|(until, licences)| ReturnableOrder { until, licences });
    let since = day().prop_filter_map("a day", |day| day.checked_sub_signed(TimeDelta::days(12)));
    (option::of(since), vec(order, 0..3)).prop_map(|(since, orders)| Returns { since, orders })
}

fn time() -> impl Strategy<Value = DateTime<Utc>> {
    (-3..400i64).prop_filter_map("a time", |hours| DateTime::from_timestamp(1_767_225_600 + hours * 3_600, 0))
}

fn number() -> impl Strategy<Value = i64> {
    prop_oneof![8 => -2..9i64, 1 => Just(i64::MAX), 1 => Just(3_000_000_000)]
}

fn record() -> impl Strategy<Value = RecordFacts> {
    let codes = (
        option::of(code()),
        option::of(code()),
        option::of(text()),
        option::of(text()),
        option::of(code()),
        option::of(code()),
        option::of(code()),
        option::of(code()),
    );
    let minimums = [option::of(number()), option::of(number())];
    let ends = (option::of(day()), option::of(code()), option::of(code()));
    (codes, ends, minimums, option::of(day()), texts(), texts(), texts()).prop_map(
        |(
            codes,
            (commitment_end, commitment_renewal, commitment_request),
            minimums,
            anniversary,
            contacts,
            emails,
            tags,
        )| {
            let [commitment_licences, commitment_consumables] = minimums;
            let (segment, country, region, city, language, licence_level, consumables_level, status) = codes;
            RecordFacts {
                segment,
                country,
                region: region.map(visible),
                city: city.map(visible),
                language,
                licence_level,
                consumables_level,
                commitment_status: status,
                commitment_licences,
                commitment_consumables,
                commitment_end,
                commitment_renewal,
                commitment_request,
                anniversary,
                contacts,
                emails,
                tags,
            }
        },
    )
}

fn subscriptions() -> impl Strategy<Value = SubscriptionFacts> {
    let numbers = [number(), number(), number(), number(), number()];
    (renewal(), any::<(bool, bool, bool)>(), numbers, 0..3i64, texts(), texts()).prop_map(
        |(renewal, (on, off, is_to_renew_approximate), numbers, scheduled, ids, products)| {
            let [seats, consumables, lapsing_seats, to_renew, renewal_change] = numbers;
            SubscriptionFacts {
                renewal,
                auto_renewal_on: on,
                auto_renewal_off: off,
                seats,
                consumables,
                lapsing_seats,
                to_renew,
                is_to_renew_approximate,
                renewal_change,
                ids,
                products,
                scheduled,
            }
        },
    )
}

/// Returns a note, with a text or a day or both.
fn note() -> impl Strategy<Value = CustomerNote> {
    (prop_oneof![1 => Just(String::new()), 4 => text()], option::of(day()), time())
        .prop_map(|(text, follow_up, written_at)| CustomerNote { text, follow_up, written_at })
}

/// Returns an entry of one of few customers.
pub(super) fn entry() -> impl Strategy<Value = Entry> {
    let listed = (
        0..40u32,
        option::weighted(0.9, text()),
        option::of(text()),
        select(["1000", "1002", "1004", "9"].as_slice()),
        option::of(time()),
        code(),
        option::weighted(0.2, time()),
        option::of(time()),
    );
    let to_order =
        (number(), option::of(day())).prop_map(|(licences, order_by)| ToOrder { licences, order_by });
    let parts = (
        option::weighted(0.7, record()),
        option::weighted(0.7, subscriptions()),
        option::weighted(0.7, to_order),
        option::weighted(0.7, returns()),
        option::weighted(0.4, day()),
        prop_oneof![
            2 => (day(), option::of(day())).prop_map(|(day, off)| (AutoChanged::On(day), off)),
            2 => Just((AutoChanged::Never, None)),
            1 => Just((AutoChanged::Unknown, None)),
        ],
        vec(text(), 0..3),
        option::weighted(0.4, note()),
    );
    (listed, parts).prop_map(|(listed, parts)| {
        let (record, subscriptions, to_order, returns, renewal_failed, changed, order_references, note) =
            parts;
        let (auto_changed, turned_off) = changed;
        let (id, name, reference, status, created, reseller_id, gone_at, changed_at) = listed;
        Entry {
            // Every fifth differs from the one before in its case alone, every seventh in its width.
            customer_id: match id {
                _ if id % 5 == 4 => format!("p10{}", id - 1),
                _ if id % 7 == 6 => format!("Ｐ10{}", id - 1),
                _ => format!("P10{id}"),
            },
            company_name: name.map(visible),
            reference: reference.map(visible),
            status: Status::new(status),
            created,
            reseller_id,
            gone_at,
            changed_at,
            record,
            subscriptions,
            to_order,
            returns,
            renewal_failed,
            auto_changed,
            turned_off,
            order_references: order_references.into_iter().map(visible).collect(),
            note,
        }
    })
}

/// Returns the entries of customers with different IDs.
pub(super) fn entries() -> impl Strategy<Value = Vec<Entry>> {
    vec(entry(), 0..30).prop_map(|entries| {
        let mut distinct: Vec<Entry> = Vec::new();
        for entry in entries {
            if distinct.iter().all(|other| other.customer_id != entry.customer_id) {
                distinct.push(entry);
            }
        }
        distinct
    })
}

fn part() -> impl Strategy<Value = String> {
    (text(), 0..8usize, 0..6usize)
        .prop_map(|(text, from, length)| text.chars().skip(from % 3).take(length).collect())
}

fn test() -> impl Strategy<Value = Test> {
    let part_of =
        select([TextMatch::Whole, TextMatch::Prefix, TextMatch::Suffix, TextMatch::Part].as_slice());
    let wanted = prop_oneof![code(), part(), text()];
    prop_oneof![
        6 => (part_of, wanted).prop_map(|(part, text)| Test::Text(part, text)),
        3 => (option::of(day()), option::of(day())).prop_map(|(from, to)| Test::Days(from, to)),
        3 => (option::of(number()), option::of(number())).prop_map(|(from, to)| Test::Numbers(from, to)),
        2 => (option::of(code()), option::of(code())).prop_map(|(from, to)| Test::Codes { from, to }),
        2 => any::<bool>().prop_map(Test::Flag),
        1 => Just(Test::Missing),
        1 => Just(Test::Present),
    ]
}

/// All fields.
pub(super) const FIELDS: [Field; 51] = [
    Field::Name,
    Field::Id,
    Field::Reference,
    Field::Status,
    Field::Reseller,
    Field::Joined,
    Field::Changed,
    Field::Gone,
    Field::Segment,
    Field::Country,
    Field::Region,
    Field::City,
    Field::Language,
    Field::Level,
    Field::CommitmentStatus,
    Field::CommitmentEnd,
    Field::CommitmentLicences,
    Field::CommitmentConsumables,
    Field::CommitmentRenewal,
    Field::CommitmentRequest,
    Field::Anniversary,
    Field::Contact,
    Field::Email,
    Field::Tag,
    Field::Renewal,
    Field::RenewalBasis,
    Field::DaysLeft,
    Field::ChangeBy,
    Field::RenewalState,
    Field::AutoRenewal,
    Field::Seats,
    Field::Consumables,
    Field::Lapsing,
    Field::ToRenew,
    Field::RenewalChange,
    Field::LateRenewals,
    Field::Lapses,
    Field::LateSince,
    Field::CommitmentShortfall,
    Field::Product,
    Field::Subscription,
    Field::ToOrder,
    Field::ToOrderBy,
    Field::Returnable,
    Field::ReturnableUntil,
    Field::Note,
    Field::FollowUp,
    Field::Scheduled,
    Field::RenewalFailed,
    Field::AutoChanged,
    Field::TurnedOff,
];

/// Returns a query.
pub(super) fn query() -> impl Strategy<Value = Query> {
    let anywhere = prop_oneof![part(), text(), (0..40u32).prop_map(|id| format!("p10{id}"))];
    let field = (select(FIELDS.as_slice()), vec(test(), 0..4));
    let condition = prop_oneof![
        2 => anywhere.prop_map(Condition::Anywhere),
        3 => field.prop_map(|(field, tests)| Condition::Field(field, tests)),
    ];
    let term = (any::<bool>(), condition).prop_map(|(is_negated, condition)| Term { is_negated, condition });
    (vec(term, 0..4), as_of()).prop_map(|(terms, as_of)| Query { terms, as_of })
}

/// Returns keys to sort by.
pub(super) fn sort() -> impl Strategy<Value = Vec<SortKey>> {
    let key = (select(SortColumn::ALL.as_slice()), any::<bool>());
    vec(key.prop_map(|(column, descending)| SortKey { column, descending }), 0..6)
}
