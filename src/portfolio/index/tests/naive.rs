//! A search that is written as plainly as possible, over entries.

use std::cmp::Ordering;

use chrono::{NaiveDate, TimeDelta};

use super::super::{SortColumn, SortKey};
use crate::{
    model::{AsOf, AutoChanged, CustomerRenewal},
    portfolio::{
        entry::{Entry, RecordFacts, SubscriptionFacts},
        fold,
        query::{Condition, Field, Query, Term, Test, TextMatch},
    },
};

/// Returns the positions of the entries found, in order, and the number of unknown ones.
pub(super) fn search(entries: &[Entry], query: &Query, sort: &[SortKey]) -> (Vec<u32>, usize) {
    let is_about_gone =
        query.terms.iter().any(|term| matches!(term.condition, Condition::Field(Field::Gone, _)));
    let (mut found, mut unknown) = (Vec::new(), 0);
    for (row, entry) in entries.iter().enumerate() {
        if entry.gone_at.is_some() && !is_about_gone {
            continue;
        }
        match judge(entry, query) {
            Some(true) => found.push(row),
            Some(false) => {}
            None => unknown += 1,
        }
    }
    found.sort_by(|a, b| compare(&entries[*a], &entries[*b], query, sort));
    (found.into_iter().map(|row| u32::try_from(row).unwrap()).collect(), unknown)
}

/// Returns whether a query holds for an entry, if that is known.
pub(super) fn judge(entry: &Entry, query: &Query) -> Option<bool> {
    let results: Vec<Option<bool>> =
        query.terms.iter().map(|term| judge_term(entry, term, query.as_of)).collect();
    if results.contains(&Some(false)) {
        Some(false)
    } else if results.contains(&None) {
        None
    } else {
        Some(true)
    }
}

fn judge_term(entry: &Entry, term: &Term, as_of: AsOf) -> Option<bool> {
    let result = match &term.condition {
        Condition::Anywhere(text) => {
            let occurs = texts(entry).iter().any(|value| value.contains(&fold(text)));
            (occurs || entry.record.is_some() && entry.subscriptions.is_some()).then_some(occurs)
        }
        Condition::Field(field, tests) => {
            let results: Option<Vec<bool>> =
                tests.iter().map(|test| judge_field(entry, *field, test, as_of)).collect();
            // Without tests, what is known about the field decides.
            judge_field(entry, *field, &Test::Missing, as_of)?;
            results.map(|results| results.contains(&true))
        }
    };
    result.map(|holds| holds != term.is_negated)
}

fn texts(entry: &Entry) -> Vec<String> {
    let mut texts = vec![fold(&entry.customer_id)];
    texts.extend(entry.company_name.iter().map(|text| fold(text)));
    texts.extend(entry.reference.iter().chain(&entry.order_references).map(|text| fold(text)));
    texts.extend(entry.note.iter().map(|note| fold(&note.text)));
    if let Some(record) = &entry.record {
        texts.extend(record.contacts.iter().chain(&record.emails).chain(&record.city).map(|text| fold(text)));
    }
    if let Some(facts) = &entry.subscriptions {
        texts.extend(facts.ids.iter().chain(&facts.products).map(|text| fold(text)));
    }
    texts
}

fn judge_field(entry: &Entry, field: Field, test: &Test, as_of: AsOf) -> Option<bool> {
    let optional = |text: &Option<String>| text_holds(test, text.as_slice());
    let record = |of: fn(&RecordFacts) -> Vec<String>| {
        entry.record.as_ref().map(|record| text_holds(test, &of(record)))
    };
    let facts = |of: fn(&SubscriptionFacts) -> i64| {
        entry.subscriptions.as_ref().map(|facts| number_holds(test, Some(of(facts))))
    };
    let minimum = |of: fn(&RecordFacts) -> Option<i64>| {
        entry.record.as_ref().map(|record| number_holds(test, of(record)))
    };
    let renewal = entry.subscriptions.as_ref().map(|facts| &facts.renewal);
    let days = |renewal: &CustomerRenewal| renewal.dates.iter().map(|date| date.day).collect::<Vec<_>>();
    let returns = returns_on(entry, as_of.today);
    match field {
        Field::Name => Some(optional(&entry.company_name)),
        Field::Id => Some(text_holds(test, std::slice::from_ref(&entry.customer_id))),
        Field::Reference => Some(optional(&entry.reference)),
        Field::Status => Some(text_holds(test, &[entry.status.code().to_owned()])),
        Field::Reseller => Some(text_holds(test, std::slice::from_ref(&entry.reseller_id))),
        Field::Joined => Some(day_holds(test, entry.created.map(|at| at.date_naive()))),
        Field::Changed => Some(day_holds(test, entry.changed_at.map(|at| at.date_naive()))),
        Field::Gone => Some(match test {
            Test::Flag(flag) => entry.gone_at.is_some() == *flag,
            Test::Present => true,
            _ => day_holds(test, entry.gone_at.map(|at| at.date_naive())),
        }),
        Field::Segment => record(|record| record.segment.clone().into_iter().collect()),
        Field::Country => record(|record| record.country.clone().into_iter().collect()),
        Field::Region => record(|record| record.region.clone().into_iter().collect()),
        Field::City => record(|record| record.city.clone().into_iter().collect()),
        Field::Language => record(|record| record.language.clone().into_iter().collect()),
        Field::Level => {
            record(|record| record.licence_level.iter().chain(&record.consumables_level).cloned().collect())
        }
        Field::CommitmentStatus => record(|record| record.commitment_status.clone().into_iter().collect()),
        Field::CommitmentRenewal => record(|record| record.commitment_renewal.clone().into_iter().collect()),
        Field::CommitmentRequest => record(|record| {
            record.commitment_request.iter().chain(&record.commitment_renewal).cloned().collect()
        }),
        Field::Contact => record(|record| record.contacts.clone()),
        Field::Email => record(|record| record.emails.clone()),
        Field::Tag => record(|record| record.tags.clone()),
        Field::CommitmentEnd => entry.record.as_ref().map(|record| day_holds(test, record.commitment_end)),
        Field::CommitmentLicences => minimum(|record| record.commitment_licences),
        Field::CommitmentConsumables => minimum(|record| record.commitment_consumables),
        Field::Anniversary => entry.record.as_ref().map(|record| day_holds(test, record.anniversary)),
        Field::Renewal => renewal.map(|renewal| any_day_holds(test, &days(renewal))),
        Field::RenewalBasis => {
            let is_known = entry.record.is_some() && entry.subscriptions.is_some();
            is_known.then(|| text_holds(test, basis(entry).map(str::to_owned).as_slice()))
        }
        Field::DaysLeft | Field::ChangeBy => renewal.map(|renewal| judge_days(renewal, field, test, as_of)),
        Field::RenewalState => renewal.map(|renewal| text_holds(test, &states(renewal, as_of))),
        Field::Lapses => renewal.map(|renewal| {
            let ends = renewal.dates.iter().filter(|date| date.lapses);
            any_day_holds(test, &ends.map(|date| date.day).collect::<Vec<_>>())
        }),
        Field::LateSince => renewal.map(|renewal| day_holds(test, renewal.late_since)),
        Field::AutoRenewal => entry.subscriptions.as_ref().map(|facts| match test {
            Test::Flag(true) => facts.auto_renewal_on,
            Test::Flag(false) => facts.auto_renewal_off,
            Test::Present => facts.auto_renewal_on || facts.auto_renewal_off,
            Test::Missing => !facts.auto_renewal_on && !facts.auto_renewal_off,
            _ => false,
        }),
        Field::Seats => facts(|facts| facts.seats),
        Field::Consumables => facts(|facts| facts.consumables),
        Field::Lapsing => facts(|facts| facts.lapsing_seats),
        Field::ToRenew => facts(|facts| facts.to_renew),
        Field::RenewalChange => facts(|facts| facts.renewal_change),
        Field::LateRenewals => renewal.map(|renewal| amount_holds(test, Some(renewal.late_count))),
        Field::CommitmentShortfall => {
            let is_known = entry.record.is_some() && entry.subscriptions.is_some();
            is_known.then(|| amount_holds(test, entry.commitment_shortfall()))
        }
        Field::ToOrder => entry.to_order.map(|to_order| amount_holds(test, Some(to_order.licences))),
        Field::ToOrderBy => entry.to_order.map(|to_order| day_holds(test, to_order.order_by)),
        Field::Returnable => returns.map(|(_, licences)| amount_holds(test, Some(licences))),
        Field::ReturnableUntil => returns.map(|(until, _)| day_holds(test, until)),
        Field::Scheduled => {
            entry.subscriptions.as_ref().map(|facts| amount_holds(test, Some(facts.scheduled)))
        }
        Field::RenewalFailed => {
            knows_orders(entry, as_of.today).then(|| day_holds(test, entry.renewal_failed))
        }
        Field::AutoChanged => match entry.auto_changed {
            AutoChanged::Unknown => None,
            AutoChanged::Never => Some(day_holds(test, None)),
            AutoChanged::On(day) => Some(day_holds(test, Some(day))),
        },
        Field::TurnedOff => match entry.auto_changed {
            AutoChanged::Unknown => None,
            _ => Some(day_holds(test, entry.turned_off)),
        },
        Field::Product => entry.subscriptions.as_ref().map(|facts| text_holds(test, &facts.products)),
        Field::Subscription => entry.subscriptions.as_ref().map(|facts| text_holds(test, &facts.ids)),
        Field::Note => Some(optional(&entry.note.as_ref().map(|note| note.text.clone()))),
        Field::FollowUp => Some(day_holds(test, entry.note.as_ref().and_then(|note| note.follow_up))),
    }
}

/// Judges a test of the days until the renewal dates, or of the last days before them.
fn judge_days(renewal: &CustomerRenewal, field: Field, test: &Test, as_of: AsOf) -> bool {
    let days: Vec<NaiveDate> = renewal.dates.iter().map(|date| date.day).collect();
    if field == Field::ChangeBy {
        let margin = TimeDelta::days(as_of.change_margin.into());
        return any_day_holds(test, &days.iter().map(|day| *day - margin).collect::<Vec<_>>());
    }
    let late = renewal.late_since.filter(|_| days.is_empty());
    let all: Vec<NaiveDate> = days.into_iter().chain(late).collect();
    let holds = |day: &NaiveDate| number_holds(test, Some((*day - as_of.today).num_days()));
    if all.is_empty() { number_holds(test, None) } else { all.iter().any(holds) }
}

/// Returns which date stands for the next renewal of an entry.
fn basis(entry: &Entry) -> Option<&'static str> {
    let renewal = &entry.subscriptions.as_ref()?.renewal;
    let anniversary = entry.record.as_ref().and_then(|record| record.anniversary);
    match (renewal.dates.first(), renewal.late_since, anniversary) {
        (Some(_), _, _) => Some("subscription"),
        (None, Some(_), _) => Some("late"),
        (None, None, Some(_)) => Some("anniversary"),
        (None, None, None) => None,
    }
}

/// The codes of states, in their order.
const STATES: [&str; 7] = ["not-due", "early", "locked", "today", "late", "past", "renewed"];

pub(super) fn states(renewal: &CustomerRenewal, as_of: AsOf) -> Vec<String> {
    let of_date = |date: NaiveDate| {
        let days = date.signed_duration_since(as_of.today).num_days();
        if days < 0 {
            "past"
        } else if days == 0 {
            "today"
        } else if days < i64::from(as_of.change_margin) {
            "locked"
        } else if days <= 30 {
            "early"
        } else {
            "not-due"
        }
    };
    let mut found = vec![];
    if renewal.late_count > 0 {
        found.push("late");
    }
    // The dates are in order, and so are their states.
    let mut open: Vec<&str> = renewal.dates.iter().map(|date| of_date(date.day)).collect();
    open.dedup();
    if open.len() > 1 {
        open.retain(|state| *state != "not-due");
    }
    found.extend(&open);
    if open.is_empty() && renewal.is_renewed {
        found.push("renewed");
    }
    found.into_iter().map(str::to_owned).collect()
}

/// Returns true if a test holds for one of the days, or for none if there are none.
fn any_day_holds(test: &Test, days: &[NaiveDate]) -> bool {
    if days.is_empty() { day_holds(test, None) } else { days.iter().any(|day| day_holds(test, Some(*day))) }
}

/// Returns the first last day and the number of licences that can be returned, if they are known.
pub(super) fn returns_on(entry: &Entry, today: NaiveDate) -> Option<(Option<NaiveDate>, i64)> {
    let returns = entry.returns.as_ref()?;
    if returns.since.is_some_and(|since| since + TimeDelta::days(14) > today) {
        return None;
    }
    let open = || returns.orders.iter().filter(|order| order.until >= today);
    let licences: Option<Vec<i64>> = open().map(|order| order.licences).collect();
    let sum = licences?.into_iter().fold(0, i64::saturating_add);
    Some((open().map(|order| order.until).min(), sum))
}

/// Returns true if the orders of the fourteen days before a day were read.
pub(super) fn knows_orders(entry: &Entry, today: NaiveDate) -> bool {
    let first = |since: NaiveDate| since + TimeDelta::days(14) <= today;
    entry.returns.as_ref().is_some_and(|returns| returns.since.is_none_or(first))
}

fn number_holds(test: &Test, number: Option<i64>) -> bool {
    match (test, number) {
        (Test::Missing, number) => number.is_none(),
        (Test::Present, number) => number.is_some(),
        (Test::Numbers(from, to), Some(number)) => {
            from.is_none_or(|from| number >= from) && to.is_none_or(|to| number <= to)
        }
        _ => false,
    }
}

fn text_holds(test: &Test, texts: &[String]) -> bool {
    let texts: Vec<String> = texts.iter().map(|text| fold(text)).filter(|text| !text.is_empty()).collect();
    match test {
        Test::Missing => texts.is_empty(),
        Test::Present => !texts.is_empty(),
        Test::Text(part, wanted) => {
            let wanted = fold(wanted);
            texts.iter().any(|text| match part {
                TextMatch::Whole => *text == wanted,
                TextMatch::Prefix => text.starts_with(&wanted),
                TextMatch::Suffix => text.ends_with(&wanted),
                TextMatch::Part => text.contains(&wanted),
            })
        }
        Test::Codes { from, to } => texts.iter().any(|text| {
            from.as_ref().is_none_or(|from| by_code(text, &fold(from)).is_some_and(Ordering::is_ge))
                && to.as_ref().is_none_or(|to| by_code(text, &fold(to)).is_some_and(Ordering::is_le))
        }),
        _ => false,
    }
}

fn by_code(a: &str, b: &str) -> Option<Ordering> {
    let number = |code: &str| code.parse::<u64>().ok().filter(|_| !code.starts_with('+'));
    match (number(a), number(b)) {
        (Some(a), Some(b)) => Some(a.cmp(&b)),
        (None, None) => Some(a.to_ascii_uppercase().cmp(&b.to_ascii_uppercase())),
        _ => None,
    }
}

fn day_holds(test: &Test, day: Option<NaiveDate>) -> bool {
    match (test, day) {
        (Test::Missing, day) => day.is_none(),
        (Test::Present, day) => day.is_some(),
        (Test::Days(from, to), Some(day)) => {
            from.is_none_or(|from| day >= from) && to.is_none_or(|to| day <= to)
        }
        _ => false,
    }
}

fn compare(a: &Entry, b: &Entry, query: &Query, sort: &[SortKey]) -> Ordering {
    for key in sort {
        if key.column == SortColumn::Renewal {
            // In both directions.
            let is_other = |entry: &Entry| basis(entry).map(|basis| basis != "subscription");
            let order = is_other(a).cmp(&is_other(b));
            if order.is_ne() && is_other(a).is_some() && is_other(b).is_some() {
                return order;
            }
        }
        let order = match (value(a, key.column, query), value(b, key.column, query)) {
            (Some(a), Some(b)) if key.descending => b.cmp(&a),
            (Some(a), Some(b)) => a.cmp(&b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        };
        if order.is_ne() {
            return order;
        }
    }
    let name = |entry: &Entry| entry.company_name.as_deref().map(fold).filter(|name| !name.is_empty());
    match (name(a), name(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
    .then_with(|| fold(&a.customer_id).cmp(&fold(&b.customer_id)))
}

/// Returns what is compared: a number, then a text.
fn value(entry: &Entry, column: SortColumn, query: &Query) -> Option<(i64, String)> {
    let text = |text: Option<&str>| text.map(fold).filter(|text| !text.is_empty()).map(|text| (0, text));
    let code = |value: Option<&str>| {
        let (_, folded) = text(value)?;
        Some(folded.parse::<i64>().map_or((i64::MAX, folded), |number| (number, String::new())))
    };
    let day = |day: Option<NaiveDate>| day.map(|day| (0, day.to_string()));
    let number = |number: i64| Some((number, String::new()));
    let record = entry.record.as_ref();
    let facts = entry.subscriptions.as_ref();
    let renewal = facts.map(|facts| &facts.renewal);
    let returns = returns_on(entry, query.as_of.today);
    match column {
        SortColumn::Relevance => Some((relevance(entry, query), String::new())),
        SortColumn::Name => text(entry.company_name.as_deref()),
        SortColumn::Id => text(Some(&entry.customer_id)),
        SortColumn::Reference => text(entry.reference.as_deref()),
        SortColumn::Status => code(Some(entry.status.code())),
        SortColumn::Reseller => code(Some(&entry.reseller_id)),
        SortColumn::Created => entry.created.map(|at| (at.timestamp(), String::new())),
        SortColumn::Changed => entry.changed_at.map(|at| (at.timestamp(), String::new())),
        SortColumn::Gone => entry.gone_at.map(|at| (at.timestamp(), String::new())),
        SortColumn::Segment => code(record?.segment.as_deref()),
        SortColumn::Country => code(record?.country.as_deref()),
        SortColumn::Region => code(record?.region.as_deref()),
        SortColumn::City => code(record?.city.as_deref()),
        SortColumn::Language => code(record?.language.as_deref()),
        SortColumn::LicenceLevel => code(record?.licence_level.as_deref()),
        SortColumn::ConsumablesLevel => code(record?.consumables_level.as_deref()),
        SortColumn::CommitmentStatus => code(record?.commitment_status.as_deref()),
        SortColumn::CommitmentEnd => day(record?.commitment_end),
        SortColumn::CommitmentLicences => number(record?.commitment_licences?),
        SortColumn::CommitmentConsumables => number(record?.commitment_consumables?),
        SortColumn::Anniversary => day(record?.anniversary),
        SortColumn::Contact => record?.contacts.iter().find_map(|contact| text(Some(contact))),
        SortColumn::Email => record?.emails.iter().find_map(|email| text(Some(email))),
        SortColumn::Renewal => day(match basis(entry)? {
            "subscription" => renewal?.next(),
            "late" => renewal?.late_since,
            _ => record?.anniversary,
        }),
        SortColumn::ChangeBy => day(renewal?.next()),
        SortColumn::RenewalBasis => {
            let order = ["subscription", "late", "anniversary"];
            let place = order.iter().position(|code| Some(*code) == basis(entry))?;
            number(i64::try_from(place).unwrap())
        }
        SortColumn::DaysLeft => day(renewal?.next().or(renewal?.late_since)),
        SortColumn::RenewalState => {
            let states = states(renewal?, query.as_of);
            let place = STATES.iter().position(|code| Some(*code) == states.first().map(String::as_str))?;
            number(i64::try_from(place).unwrap())
        }
        SortColumn::Lapses => day(renewal?.lapses()),
        SortColumn::LateSince => day(renewal?.late_since),
        SortColumn::AutoRenewal => match (facts?.auto_renewal_on, facts?.auto_renewal_off) {
            (false, false) => None,
            (false, true) => Some((0, String::new())),
            (true, true) => Some((1, String::new())),
            (true, false) => Some((2, String::new())),
        },
        SortColumn::Seats => Some((facts?.seats, String::new())),
        SortColumn::Consumables => Some((facts?.consumables, String::new())),
        SortColumn::Lapsing => Some((facts?.lapsing_seats, String::new())),
        SortColumn::ToRenew => Some((facts?.to_renew, String::new())),
        SortColumn::RenewalChange => Some((facts?.renewal_change, String::new())),
        SortColumn::LateRenewals => number(renewal?.late_count),
        SortColumn::CommitmentShortfall => Some((entry.commitment_shortfall()?, String::new())),
        SortColumn::ToOrder => Some((entry.to_order?.licences, String::new())),
        SortColumn::ToOrderBy => day(entry.to_order?.order_by),
        SortColumn::Returnable => number(returns?.1),
        SortColumn::ReturnableUntil => day(returns?.0),
        SortColumn::Note => text(Some(&entry.note.as_ref()?.text)),
        SortColumn::FollowUp => day(entry.note.as_ref()?.follow_up),
        SortColumn::Scheduled => number(facts?.scheduled),
        SortColumn::RenewalFailed => {
            day(entry.renewal_failed.filter(|_| knows_orders(entry, query.as_of.today)))
        }
        SortColumn::AutoChanged => match entry.auto_changed {
            AutoChanged::On(changed) => day(Some(changed)),
            AutoChanged::Never | AutoChanged::Unknown => None,
        },
    }
}

/// Returns true if a test holds for an amount of which 0 is none.
fn amount_holds(test: &Test, amount: Option<i64>) -> bool {
    match test {
        Test::Numbers(from, to) => amount
            .is_some_and(|amount| from.is_none_or(|from| amount >= from) && to.is_none_or(|to| amount <= to)),
        Test::Present => amount.is_some_and(|amount| amount > 0),
        Test::Missing => amount.is_none_or(|amount| amount <= 0),
        _ => false,
    }
}

fn relevance(entry: &Entry, query: &Query) -> i64 {
    let name: Vec<char> = entry.company_name.as_deref().map(fold).unwrap_or_default().chars().collect();
    let id = fold(&entry.customer_id);
    let reference = entry.reference.as_deref().map(fold).unwrap_or_default();
    let words = query.terms.iter().filter(|term| !term.is_negated).filter_map(|term| match &term.condition {
        Condition::Anywhere(text) => Some(fold(text)).filter(|word| !word.is_empty()),
        Condition::Field(..) => None,
    });
    let places: Vec<i64> = words
        .map(|word| {
            if word == id || word == reference {
                return 0;
            }
            let word: Vec<char> = word.chars().collect();
            let starts: Vec<usize> = (0..name.len()).filter(|at| name[*at..].starts_with(&word)).collect();
            let is_word = |c: char| c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c);
            if starts.contains(&0) {
                1
            } else if starts.iter().any(|at| !is_word(name[at - 1])) {
                2
            } else if starts.is_empty() {
                4
            } else {
                3
            }
        })
        .collect();
    match places.iter().max() {
        Some(worst) if !places.contains(&0) => worst * 10 + places[0],
        _ => 0,
    }
}
