//! The rows of a comparison: a fact each, in the words of the Overview and of the table's columns.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::{ComparedCustomer, Comparison, products::product_rows};
use crate::{
    columns::{Column, CopyLine, RowSchema, TableLine},
    model::{AsOf, Benefit, Commitment, CopyFacts, CopyTotals, Customer, SubscriptionList, format_date},
    portfolio::entry::SubscriptionFacts,
    products::ProductNames,
    text,
    tui::app::{detail::words, records::Cached, table},
};

/// A fact about one customer. Texts are clean; a line break separates their parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fact {
    Known(String),
    /// It is read from a list of subscriptions that may not be right.
    Doubtful(String),
    /// It has not arrived yet.
    Awaited,
    /// It could not be loaded, or is not known here; in words.
    Unknown(&'static str),
}

impl Fact {
    /// Returns a fact in words; nothing is a dash.
    pub(super) fn known(words: Option<&str>) -> Self {
        let words = words.filter(|words| !words.trim().is_empty()).unwrap_or("—");
        Self::Known(words.split('\n').map(text::clean).collect::<Vec<_>>().join("\n"))
    }

    /// Returns a fact that is read from a part of a customer, as far as that is known.
    fn of<T>(part: Cached<T>, read: impl FnOnce(T) -> Option<String>) -> Self {
        match part {
            Cached::Here(part) => Self::known(read(part).as_deref()),
            Cached::Failed => Self::Unknown("?"),
            Cached::Awaited => Self::Awaited,
        }
    }

    /// Returns a fact that is read from subscriptions, as far as they are known.
    pub(super) fn of_list(
        customer: &ComparedCustomer,
        read: impl FnOnce(&SubscriptionList) -> String,
    ) -> Self {
        let list = customer.known_subscriptions();
        let is_doubtful = matches!(list, Cached::Here(list) if list.is_doubtful());
        match Self::of(list, |list| Some(read(list))) {
            Self::Known(words) if is_doubtful => Self::Doubtful(words),
            fact => fact,
        }
    }

    /// Returns the text of its cell.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Known(words) => Cow::Borrowed(words),
            Self::Doubtful(words) => Cow::Owned(format!("{words} ?")),
            Self::Awaited => Cow::Borrowed("…"),
            Self::Unknown(words) => Cow::Borrowed(words),
        }
    }

    /// Returns its value, as far as there is one to compare.
    fn value(&self) -> Option<&str> {
        match self {
            Self::Known(words) | Self::Doubtful(words) => Some(words),
            Self::Awaited | Self::Unknown(_) => None,
        }
    }
}

/// The result of comparing the facts of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Same,
    Different,
    /// The known facts are the same, but not every fact is known.
    Undecided,
}

/// A row of the comparison: a fact about each customer, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ComparedRow {
    pub(crate) label: String,
    pub(crate) facts: Vec<Fact>,
    pub(crate) is_product: bool,
}

impl ComparedRow {
    fn new(label: &str, facts: Vec<Fact>) -> Self {
        Self { label: text::clean(label).into_owned(), facts, is_product: false }
    }

    /// Returns the row of a product.
    pub(super) fn of_product(label: &str, facts: Vec<Fact>) -> Self {
        Self { is_product: true, ..Self::new(label, facts) }
    }

    pub(crate) fn verdict(&self) -> Verdict {
        let mut values = self.facts.iter().filter_map(Fact::value);
        let first = values.next();
        if values.any(|value| Some(value) != first) {
            Verdict::Different
        } else if self.facts.iter().all(|fact| matches!(fact, Fact::Known(_))) {
            Verdict::Same
        } else {
            Verdict::Undecided
        }
    }
}

/// A function that reads a fact from a record.
type ReadFact = fn(&Customer) -> Option<String>;

/// Returns the rows of a comparison. `reseller_name` names a reseller by its ID.
pub(crate) fn compared_rows(
    comparison: &Comparison,
    today: NaiveDate,
    names: &ProductNames,
    reseller_name: impl Fn(&str) -> Option<String>,
) -> Vec<ComparedRow> {
    let customers = comparison.customers();
    let row = |label: &str, fact: &dyn Fn(&ComparedCustomer) -> Fact| {
        ComparedRow::new(label, customers.iter().map(fact).collect())
    };
    let of_record =
        |label: &str, read: ReadFact| row(label, &|customer| Fact::of(customer.known_record(), read));
    let mut rows = vec![
        row("Company", &|customer| Fact::known(customer.company())),
        row("Customer ID", &|customer| Fact::known(Some(&customer.row.customer_id))),
        row("Status", &|customer| {
            let status = customer.own_record().map_or(&customer.row.status, |record| &record.status);
            Fact::known(Some(&words::account_status(status)))
        }),
        row("Reseller", &|customer| {
            let of_record = customer.own_record().and_then(|record| record.reseller_id.as_deref());
            let id = of_record.or(customer.row.reseller_id.as_deref());
            Fact::known(id.map(|id| words::reseller(reseller_name(id).as_deref(), id)).as_deref())
        }),
        of_record("Segment", words::segment),
    ];
    let columns = ["country", "discount-licence", "discount-consumables"];
    rows.extend(columns.into_iter().filter_map(column).map(|column| {
        row(column.title, &|customer| {
            Fact::of(customer.known_record(), |record| {
                let line = TableLine { customer: Some(record), ..TableLine::default() };
                Some(in_words(column, &line))
            })
        })
    }));
    rows.push(of_record("3YC", |record| commitment(record, |benefit| benefit.commitment.as_ref())));
    // Few customers have any of these.
    let requests: [(&str, ReadFact); 2] = [
        ("3YC request", |record| commitment(record, |benefit| benefit.commitment_request.as_ref())),
        ("3YC renewal", |record| commitment(record, |benefit| benefit.recommitment_request.as_ref())),
    ];
    for (label, read) in requests {
        if customers.iter().filter_map(ComparedCustomer::own_record).any(|record| read(record).is_some()) {
            rows.push(of_record(label, read));
        }
    }
    rows.push(row("Anniversary", &|customer| {
        Fact::of(customer.known_record(), |record| {
            let date = record.coterm_date.as_ref();
            Some(date.map_or(words::NO_ANNIVERSARY.to_owned(), |date| words::anniversary(date, today)))
        })
    }));
    let totals = ["next-renewal", "seats", "consumables", "lapsing-seats"];
    rows.extend(
        totals
            .into_iter()
            .filter_map(column)
            .map(|column| row(column.title, &|customer| Fact::of_list(customer, |list| total(column, list)))),
    );
    let to_order = column("to-order").map(|column| {
        row(
            column.title,
            &|customer| match customer.facts.as_ref().filter(|facts| facts.to_order.is_some()) {
                Some(facts) => Fact::known(Some(&licences_to_order(column, facts))),
                None if comparison.awaits_copy() => Fact::Awaited,
                None => Fact::Unknown("not known"),
            },
        )
    });
    rows.extend(to_order);
    rows.push(row("Contacts", &|customer| match customer.known_record() {
        Cached::Here(_) if customer.lacks_contacts() => Fact::Unknown("left out of the local copy"),
        record => Fact::of(record, |record| Some(contacts(record))),
    }));
    rows.extend(product_rows(customers, names));
    rows
}

/// Returns the column of a key.
fn column(key: &str) -> Option<&'static Column> {
    let schema = RowSchema::Portfolio { details: true, subscriptions: false };
    schema.columns().find(|column| column.key == key)
}

fn in_words(column: &Column, line: &TableLine<'_>) -> String {
    table::words(column, column.read(line)).text.into_owned()
}

/// Returns a sum over subscriptions, as the local copy makes it.
fn total(column: &Column, list: &SubscriptionList) -> String {
    let facts = SubscriptionFacts::of(list);
    let totals = CopyTotals {
        renewal: facts.renewal,
        seats: facts.seats,
        consumables: facts.consumables,
        lapsing_seats: facts.lapsing_seats,
        ..CopyTotals::default()
    };
    of_copy(column, &CopyFacts { totals: Some(totals), ..CopyFacts::default() })
}

/// Returns the number of licences to order, and until when.
fn licences_to_order(column: &Column, facts: &CopyFacts) -> String {
    let number = of_copy(column, facts);
    match facts.to_order.and_then(|to_order| to_order.order_by) {
        Some(day) => format!("{number} · by {}", format_date(day)),
        None => number,
    }
}

/// Returns a value of the local copy that is the same on any day.
fn of_copy(column: &Column, facts: &CopyFacts) -> String {
    let copy = Some(CopyLine { facts, as_of: AsOf::default() });
    in_words(column, &TableLine { copy, ..TableLine::default() })
}

/// Returns a part of the three-year commit in words.
fn commitment(record: &Customer, part: fn(&Benefit) -> Option<&Commitment>) -> Option<String> {
    part(record.three_year_commit()?).map(words::commitment)
}

/// Returns the contacts, one a line.
fn contacts(record: &Customer) -> String {
    let contact = |contact: &crate::model::Contact| {
        let name = words::contact_name(contact);
        // A line break in a name would make two contacts of one.
        text::clean(&match &contact.email {
            Some(email) => format!("{name}, {email}"),
            None => name,
        })
        .into_owned()
    };
    record.contacts.iter().map(contact).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_differs_only_if_known_values_do() {
        let known = |words: &str| Fact::Known(words.to_owned());
        let doubtful = |words: &str| Fact::Doubtful(words.to_owned());
        let verdict = |facts: &[Fact]| ComparedRow::new("Seats", facts.to_vec()).verdict();
        assert_eq!(verdict(&[known("25"), known("25")]), Verdict::Same);
        assert_eq!(verdict(&[known("25"), known("26")]), Verdict::Different);
        assert_eq!(verdict(&[known("25"), Fact::Awaited]), Verdict::Undecided);
        assert_eq!(verdict(&[Fact::Unknown("?"), known("25"), known("4")]), Verdict::Different);
        assert_eq!(verdict(&[Fact::Awaited, Fact::Awaited]), Verdict::Undecided);
        assert_eq!(verdict(&[known("25"), doubtful("25")]), Verdict::Undecided);
        assert_eq!(verdict(&[known("24"), doubtful("25")]), Verdict::Different);
    }
}
