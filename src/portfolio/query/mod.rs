//! The query language: words, phrases and fields, as a user types them.
//!
//! `acme "print works" -gmbh status:pending,active renewal:..30d seats:>100`
//!
//! - Every word must occur somewhere; words in quotation marks are one text. A quotation mark within is typed twice.
//! - `field:value` tests one field, `field:one,other` accepts either value, and `-` before a term negates it.
//! - Texts: `north*` begins so, `*gmbh` ends so, `*print*` contains it, and `=acme` is all of it. Without wildcards, free
//!   text contains the value, and a code equals it.
//! - Numbers, days and levels: `100`, `>100`, `>=100`, `<100`, `<=100`, `10..50`, `10..`, `..50`. Ends are included.
//! - Days: every form of [`crate::model::parse_date`], and `30d`, which counts in the direction of the field; see
//!   [`parse()`].
//! - `none` (or `-`) is a missing value, `any` (or `*`) is one that is there.
//!
//! [`Query`] is what a text means on one day. Views keep the text, since `renewal:30d` means other days tomorrow, and since
//! fields such as `days-left` have other values. Comparing a query with customers stays out.

mod bounds;
mod complete;
mod days;
mod display;
mod error;
mod field;
mod field_table;
mod levels;
mod lexer;
mod numbers;
mod parse;
#[cfg(test)]
mod properties;
mod refine;
mod texts;
mod values;
mod vocabulary;

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate, NaiveTime};

use crate::model::{AsOf, HistoryExtent};

pub use complete::{Candidate, Completion, complete};
pub use error::{LogicalWord, QueryError, QueryErrorKind};
pub use field::{Field, FieldNeeds, ValueKind};
pub use levels::compare_levels;
pub use parse::parse;
pub use refine::{add, refine, refine_by, remove};
pub use vocabulary::label_of;

/// A query: every term must hold. A query without terms matches everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// The terms, in the order they were typed.
    pub terms: Vec<Term>,
    /// The day on which it is asked, for fields whose values depend on that.
    pub as_of: AsOf,
}

impl Query {
    /// Reads a query that is asked on a day; see [`parse()`].
    ///
    /// # Errors
    /// As [`parse()`].
    pub fn read(text: &str, as_of: AsOf) -> Result<Self, QueryError> {
        Ok(Self { as_of, ..parse(text, as_of.today)? })
    }

    /// Returns true if a term tests the contacts of customers.
    pub fn tests_contacts(&self) -> bool {
        self.fields().any(|field| matches!(field, Field::Contact | Field::Email))
    }

    /// Returns true if a term tests notes.
    pub fn tests_notes(&self) -> bool {
        self.fields().any(Field::is_of_notes)
    }

    /// Returns true if a term is a word, which is looked for in everything, orders too.
    pub fn has_words(&self) -> bool {
        self.terms.iter().any(|term| matches!(term.condition, Condition::Anywhere(_)))
    }

    /// Returns the fields that are tested, in the order of the terms; a field may come more than once.
    pub fn fields(&self) -> impl Iterator<Item = Field> + '_ {
        self.terms.iter().filter_map(Term::field)
    }

    /// Returns the parts of a customer that the fields are read from. Words are looked for in whatever is known, so they
    /// need nothing.
    pub fn needs(&self) -> BTreeSet<FieldNeeds> {
        self.fields().map(Field::needs).collect()
    }

    /// Returns the part of a customer that its fields are read from beyond the list, in words for customers of whom it is not
    /// known.
    pub fn needed_part(&self) -> String {
        let needs = self.needs();
        let is_only = |part: FieldNeeds| {
            needs.contains(&part) && needs.iter().all(|needs| [part, FieldNeeds::Row].contains(needs))
        };
        if is_only(FieldNeeds::ToOrder) {
            return "licences to order".to_owned();
        }
        let mut parts: Vec<&str> = Vec::new();
        for part in needs {
            let words = match part {
                FieldNeeds::Row => continue,
                FieldNeeds::Returns | FieldNeeds::RecentOrders => "orders of the last 14 days",
                FieldNeeds::History => "changes of auto-renewal",
                FieldNeeds::Record
                | FieldNeeds::Subscriptions
                | FieldNeeds::Details
                | FieldNeeds::ToOrder => "details",
            };
            if !parts.contains(&words) {
                parts.push(words);
            }
        }
        match parts.as_slice() {
            [] => "details".to_owned(),
            [part] => (*part).to_owned(),
            [parts @ .., last] => format!("{}, or {last},", parts.join(", ")),
        }
    }

    /// Returns true if a term tests the licences that nobody has ordered yet.
    pub fn tests_to_order(&self) -> bool {
        self.fields().any(|field| field.needs() == FieldNeeds::ToOrder)
    }

    /// Returns true if a term tests orders, other than a word that is looked for in them.
    pub fn tests_orders(&self) -> bool {
        self.fields().any(|field| matches!(field.needs(), FieldNeeds::Returns | FieldNeeds::RecentOrders))
    }

    /// Returns true if a term tests observed changes that are in the history.
    pub fn tests_history(&self) -> bool {
        self.fields().any(|field| field.needs() == FieldNeeds::History)
    }

    /// Returns why not all changes that the query tests may be known, in words; `None` if they are, or if it tests none.
    pub fn history_doubt(&self, history: HistoryExtent) -> Option<String> {
        let first = self.first_day_of(FieldNeeds::History)?;
        history.doubt(Some(first.and_time(NaiveTime::MIN).and_utc()))
    }

    /// Returns true if the query tests orders from before the days of which syncs read them, so that some may not be known.
    pub fn tests_orders_before(&self, days: u16) -> bool {
        let known = self.as_of.today.checked_sub_days(Days::new(days.into()));
        let first = self.first_day_of(FieldNeeds::RecentOrders);
        first.zip(known).is_some_and(|(first, known)| first < known)
    }

    /// Returns the first day that matters to the terms that test a part: the first day of the calendar if one of them is about all
    /// the time. Returns `None` without such terms.
    fn first_day_of(&self, part: FieldNeeds) -> Option<NaiveDate> {
        let first_day = |term: &Term| match &term.condition {
            Condition::Field(_, tests) if !term.is_negated => {
                let of_test = |test: &Test| if let Test::Days(from, _) = test { *from } else { None };
                tests.iter().map(of_test).min().flatten().unwrap_or(NaiveDate::MIN)
            }
            _ => NaiveDate::MIN,
        };
        let is_of_part = |term: &&Term| term.field().map(Field::needs) == Some(part);
        self.terms.iter().filter(is_of_part).map(first_day).min()
    }

    /// Adds a term, unless the query has it. A positive term of a field replaces those that the query has.
    #[must_use]
    pub fn with(mut self, term: Term) -> Self {
        let field = term.field().filter(|_| !term.is_negated);
        let is_replaced = |other: &Term| other.is_refinement_by(field);
        let at = self.terms.iter().position(is_replaced).unwrap_or(self.terms.len());
        self.terms.retain(|other| !is_replaced(other));
        if !self.terms.contains(&term) {
            self.terms.insert(at, term);
        }
        self
    }

    /// Removes the positive terms of a field.
    #[must_use]
    pub fn without(mut self, field: Field) -> Self {
        self.terms.retain(|term| !term.is_refinement_by(Some(field)));
        self
    }
}

/// A term of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// True if the term must not hold.
    pub is_negated: bool,
    /// The condition.
    pub condition: Condition,
}

impl Term {
    /// Returns the field that it tests; `None` for words.
    pub fn field(&self) -> Option<Field> {
        match self.condition {
            Condition::Anywhere(_) => None,
            Condition::Field(field, _) => Some(field),
        }
    }

    /// Returns true for a positive term of this field.
    fn is_refinement_by(&self, field: Option<Field>) -> bool {
        !self.is_negated && field.is_some() && self.field() == field
    }
}

/// A condition on a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// A text that occurs anywhere: in the name, an ID, the reference, a contact, an e-mail address, the city, a product, a
    /// note.
    /// Kept as typed; a phrase may hold blanks. It is never blank.
    Anywhere(String),
    /// A field for which at least one of the tests holds. There is at least one.
    Field(Field, Vec<Test>),
}

/// A test of a field's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// The text begins with this, ends with it, contains it or equals it. Kept as typed, without the wildcards; for fields
    /// with a closed set of codes it is the code.
    Text(TextMatch, String),
    /// The day is in this range; both ends are included, `None` is open. At least one end is given.
    Days(Option<NaiveDate>, Option<NaiveDate>),
    /// The number is in this range; both ends are included, `None` is open. At least one end is given.
    Numbers(Option<i64>, Option<i64>),
    /// The discount level is in this range, as [`compare_levels`] orders them. At least one end is given.
    Codes {
        /// The lowest level, as typed; `None` is open.
        from: Option<String>,
        /// The highest level, as typed; `None` is open.
        to: Option<String>,
    },
    /// The flag has this value.
    Flag(bool),
    /// The value is missing, although it would be known.
    Missing,
    /// There is a value, whichever it is.
    Present,
}

/// The part of a value that a text must match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextMatch {
    /// All of it: `=acme`, or typed without wildcards for fields with codes.
    Whole,
    /// Its beginning: `north*`.
    Prefix,
    /// Its end: `*gmbh`.
    Suffix,
    /// Any part: `*print*`, or without wildcards for fields with free text.
    Part,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> Query {
        parse(text, "2026-03-31".parse().unwrap()).unwrap()
    }

    #[test]
    fn a_query_lists_its_fields_and_what_they_need() {
        let query = query("acme city:Berlin -seats:>5 status:active city:Rome");
        let fields: Vec<Field> = query.fields().collect();
        assert_eq!(fields, [Field::City, Field::Seats, Field::Status, Field::City]);
        let needs: Vec<FieldNeeds> = query.needs().into_iter().collect();
        assert_eq!(needs, [FieldNeeds::Row, FieldNeeds::Record, FieldNeeds::Subscriptions]);
        assert_eq!(Query::default().needs(), BTreeSet::new());
    }

    #[test]
    fn what_a_query_needs_has_words() {
        for (text, part, tests) in [
            ("to-order:any status:active", "licences to order", true),
            ("to-order-by:7d", "licences to order", true),
            ("to-order:any seats:>5", "details", true),
            ("returnable:any status:active", "orders of the last 14 days", false),
            ("returnable:any city:Rome", "details, or orders of the last 14 days,", false),
            ("renewal-failed:14d", "orders of the last 14 days", false),
            ("renewal-failed:14d returnable:any", "orders of the last 14 days", false),
            ("auto-changed:2d changed:2d", "changes of auto-renewal", false),
            ("auto-changed:2d auto:off", "details, or changes of auto-renewal,", false),
            (
                "auto-changed:2d renewal-failed:any",
                "orders of the last 14 days, or changes of auto-renewal,",
                false,
            ),
            (
                "auto-changed:2d returnable:any auto:off",
                "details, orders of the last 14 days, or changes of auto-renewal,",
                false,
            ),
            ("acme city:Rome", "details", false),
        ] {
            let query = query(text);
            assert_eq!((query.needed_part().as_str(), query.tests_to_order()), (part, tests), "{text}");
        }
    }

    #[test]
    fn a_query_of_changes_is_in_doubt_if_its_period_begins_before_they_are_known() {
        let known = HistoryExtent::Since("2026-03-20T12:00:00Z".parse().unwrap());
        for (text, is_doubtful) in [
            ("auto-changed:2d", false),
            ("auto-changed:2026-03-21..", false),
            ("auto-changed:2026-03-20", true),
            ("auto-changed:30d", true),
            ("auto-changed:30d auto-changed:2d", true),
            ("auto-changed:2026-03-22,2026-03-19", true),
            ("auto-changed:..2026-03-25", true),
            ("auto-changed:any", true),
            ("auto-changed:2d,none", true),
            ("-auto-changed:2d", true),
            ("changed:30d acme", false),
        ] {
            assert_eq!(query(text).history_doubt(known).is_some(), is_doubtful, "{text}");
            let is_about_it = text.contains("auto-changed");
            assert_eq!(query(text).tests_history(), is_about_it, "{text}");
            assert_eq!(query(text).history_doubt(HistoryExtent::Missing).is_some(), is_about_it, "{text}");
            assert_eq!(query(text).history_doubt(HistoryExtent::Whole), None, "{text}");
        }
    }

    #[test]
    fn a_term_replaces_the_positive_ones_of_its_field() {
        let term = |text: &str| query(text).terms.remove(0);
        for (before, added, after) in [
            ("", "status:active", "status:active"),
            ("acme", "status:active", "acme status:active"),
            ("status:pending acme", "status:active", "status:active acme"),
            ("a status:pending b status:1026", "status:active", "a status:active b"),
            ("-status:pending", "status:active", "-status:pending status:active"),
            ("status:active", "-status:pending", "status:active -status:pending"),
            ("acme", "acme", "acme"),
            ("acme", "print", "acme print"),
        ] {
            assert_eq!(query(before).with(term(added)), query(after), "{before} + {added}");
        }
        assert_eq!(
            query("status:active -status:pending acme").without(Field::Status),
            query("-status:pending acme")
        );
    }
}
