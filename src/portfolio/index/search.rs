//! Searching: the rows for which every term of a query holds.
//!
//! Knowledge has gaps: an entry may come from a list only. So a term has three results, *holds*, *does not hold* and *unknown*,
//! and so has the query, by the usual rules: *not* leaves unknown as it is, and one term that does not hold decides. Rows
//! are evaluated in sets, the cheapest terms first; what no longer can match is not looked at again.

use std::ops::Range;

use memchr::memmem::Finder;

use super::{
    PortfolioIndex,
    arena::CancelCheck,
    columns::{CodeField, NumberField},
    entry_text::{ArenaField, VALUE_END},
    lists::CodeLists,
    numbers::day_number,
    renewal_dates::DateTest,
    rows::RowSet,
    sort::SortKey,
    value_tests::{NumberTest, TextTest},
};
use crate::{
    model::AsOf,
    portfolio::{
        fold::fold,
        query::{Condition, Field, FieldNeeds, Query, Term, Test, TextMatch},
    },
};

/// The rows that a search found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FoundRows {
    /// The rows of the range that was asked for, in order.
    pub rows: Vec<u32>,
    /// The number of rows for which the query holds.
    pub total: usize,
    /// The number of rows for which the query can be judged only once their record or subscriptions were fetched. They are
    /// not among the rows found, whether or not a term is negated.
    pub unknown: usize,
    /// The number of rows found that are sorted last only because what they are sorted by was not fetched yet.
    pub unsorted: usize,
}

impl PortfolioIndex {
    /// Finds the rows for which every term of the query holds, and returns those in this range of the given order.
    ///
    /// - Text is folded ([`crate::portfolio::fold()`]). A word occurs within one value, never across two.
    /// - Entries that are gone are left out, unless the query tests [`Field::Gone`]: `Flag(true)` for those that are gone,
    ///   `Flag(false)` or `Missing` for the others, `Present` for both, `Days` for those gone in a range of days.
    /// - `Present` and `Missing` are about values that are known. A test that does not fit its field never holds.
    /// - [`Field::ToOrder`] is missing if it is 0.
    /// - [`Field::Level`] holds if either level matches; it is missing if both are.
    /// - Days of times are those in UTC.
    pub fn search(&self, query: &Query, sort: &[SortKey], range: Range<usize>) -> FoundRows {
        self.search_until(query, sort, range, &|| false).unwrap_or_default()
    }

    /// Searches like [`Self::search`], but returns `None` as soon as `is_cancelled` returns true. It is called often, from
    /// several threads.
    pub fn search_until(
        &self,
        query: &Query,
        sort: &[SortKey],
        range: Range<usize>,
        is_cancelled: &(dyn Fn() -> bool + Sync),
    ) -> Option<FoundRows> {
        let mut evaluation = Evaluation::new(self, query, is_cancelled);
        evaluation.apply_all(query.terms.iter());
        if is_cancelled() {
            return None;
        }
        let (total, possible) = (evaluation.holds.count(), evaluation.possible.count());
        let unsorted = self.count_unsorted(&evaluation.holds, sort, query.as_of);
        let rows = self.in_order(&evaluation.holds, query, sort, range, is_cancelled)?;
        Some(FoundRows { rows, total, unknown: possible - total, unsorted })
    }
}

/// The state of a search: the rows for which all terms so far hold, and those for which none is known not to hold.
#[derive(Debug, Clone)]
pub(super) struct Evaluation<'a> {
    index: &'a PortfolioIndex,
    pub(super) as_of: AsOf,
    is_cancelled: CheckHolder<'a>,
    /// The rows for which every term holds.
    pub(super) holds: RowSet,
    /// These, and the rows for which a term is unknown and no term is known not to hold.
    pub(super) possible: RowSet,
}

/// A [`CancelCheck`] that can be printed.
#[derive(Clone, Copy)]
struct CheckHolder<'a>(CancelCheck<'a>);

impl std::fmt::Debug for CheckHolder<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CheckHolder")
    }
}

impl<'a> Evaluation<'a> {
    /// Begins with all rows; with those that are not gone if the query says nothing about that.
    pub(super) fn new(index: &'a PortfolioIndex, query: &Query, is_cancelled: CancelCheck<'a>) -> Self {
        let mut holds = RowSet::full(index.len());
        let is_about_gone = |term: &Term| matches!(term.condition, Condition::Field(Field::Gone, _));
        if !query.terms.iter().any(is_about_gone) {
            holds.subtract(&index.columns.gone);
        }
        let is_cancelled = CheckHolder(is_cancelled);
        Self { index, as_of: query.as_of, is_cancelled, possible: holds.clone(), holds }
    }

    /// Applies terms, in whichever order is cheapest.
    pub(super) fn apply_all<'t>(&mut self, terms: impl Iterator<Item = &'t Term>) {
        let mut terms: Vec<&Term> = terms.collect();
        terms.sort_by_key(|term| cost(term));
        for term in terms {
            if (self.is_cancelled.0)() {
                return;
            }
            self.apply(term);
        }
    }

    fn apply(&mut self, term: &Term) {
        let columns = &self.index.columns;
        let nobody = RowSet::empty(self.index.len());
        let on_this_day;
        // The rows for which the condition holds, and those for which that can be known.
        let (yes, known) = match &term.condition {
            Condition::Anywhere(text) => {
                let mut candidates = self.possible.clone();
                if !term.is_negated {
                    // A word that is not found leaves rows unknown that are incomplete and unknown so far.
                    candidates.intersect(&columns.complete);
                    candidates.unite(&self.holds);
                }
                (self.find_anywhere(&fold(text), &candidates), Some(&columns.complete))
            }
            Condition::Field(field, tests) => {
                let known = match field.needs() {
                    // Contacts that are left out are unknown: nobody can be said to have none.
                    _ if self.index.lacks_contacts && matches!(field, Field::Contact | Field::Email) => {
                        Some(&nobody)
                    }
                    _ if self.index.lacks_notes && field.is_of_notes() => Some(&nobody),
                    FieldNeeds::Row => None,
                    FieldNeeds::Record => Some(&columns.with_record),
                    FieldNeeds::Subscriptions => Some(&columns.with_subscriptions),
                    FieldNeeds::Details => Some(&columns.complete),
                    FieldNeeds::ToOrder => Some(&columns.with_to_order),
                    FieldNeeds::Returns => {
                        on_this_day = columns.with_returns(&self.possible, self.as_of);
                        Some(&on_this_day)
                    }
                    FieldNeeds::RecentOrders => {
                        on_this_day = columns.with_orders(&self.possible, self.as_of);
                        Some(&on_this_day)
                    }
                    FieldNeeds::History => Some(&columns.with_history),
                };
                let mut candidates = self.possible.clone();
                if let Some(known) = known {
                    candidates.intersect(known);
                }
                (self.find_in_field(*field, tests, &candidates), known)
            }
        };
        let mut no = known.map_or_else(|| RowSet::full(self.index.len()), RowSet::clone);
        no.subtract(&yes);
        let (holds, fails) = if term.is_negated { (no, yes) } else { (yes, no) };
        self.holds.intersect(&holds);
        self.possible.subtract(&fails);
    }

    /// Returns the candidates in which a folded text occurs anywhere.
    fn find_anywhere(&self, text: &str, candidates: &RowSet) -> RowSet {
        if text.is_empty() {
            return candidates.clone();
        }
        let finder = Finder::new(text);
        let mut found = self.index.text.scan(Some(&finder), candidates, self.is_cancelled.0, &|_| true);
        let columns = &self.index.columns;
        let city = columns.code(CodeField::City);
        let cities = city.dictionary.map(|city| finder.find(city.as_bytes()).is_some());
        if cities.contains(&true) {
            found.unite(&without(candidates, &found).filter(|row| cities[city.codes.get(row) as usize]));
        }
        let products = columns.products.dictionary.map(|product| finder.find(product.as_bytes()).is_some());
        if products.contains(&true) {
            let has = |row| columns.products.codes(row).any(|code| products[code as usize]);
            found.unite(&without(candidates, &found).filter(has));
        }
        found
    }

    /// Returns the candidates for which one of the tests holds; everything about them is known that the field needs.
    fn find_in_field(&self, field: Field, tests: &[Test], candidates: &RowSet) -> RowSet {
        let columns = &self.index.columns;
        let text = |text_field| self.find_in_text(text_field, tests, candidates);
        let code = |code_field| {
            let column = columns.code(code_field);
            let tests = TextTest::prepare(tests);
            let allowed = column.dictionary.map(|text| tests.iter().any(|test| test.holds(text)));
            candidates.filter(|row| allowed[column.codes.get(row) as usize])
        };
        let number = |number_field, tests: Vec<NumberTest>| {
            let column = columns.number(number_field);
            candidates.filter(|row| tests.iter().any(|test| test.holds(column.get(row))))
        };
        let days = |number_field| number(number_field, NumberTest::of_days(tests));
        let count = |number_field| number(number_field, NumberTest::of_numbers(tests));
        let list = |lists: &CodeLists| {
            let tests = TextTest::prepare(tests);
            let takes_none = tests.iter().any(|test| matches!(test, TextTest::Missing));
            // `None` stands for a text that counts as missing.
            let allowed = lists
                .dictionary
                .map(|text| (!text.is_empty()).then(|| tests.iter().any(|test| test.holds(text))));
            candidates.filter(|row| {
                let mut results = lists.codes(row).filter_map(|code| allowed[code as usize]).peekable();
                if results.peek().is_none() { takes_none } else { results.any(|holds| holds) }
            })
        };
        match field {
            Field::Name => text(ArenaField::Name),
            Field::Id => text(ArenaField::Id),
            Field::Reference => text(ArenaField::Reference),
            Field::Contact => text(ArenaField::Contacts),
            Field::Email => text(ArenaField::Emails),
            Field::Subscription => text(ArenaField::Subscriptions),
            Field::Status => code(CodeField::Status),
            Field::Reseller => self.find_reseller(tests, candidates),
            Field::Segment => code(CodeField::Segment),
            Field::Country => code(CodeField::Country),
            Field::Region => code(CodeField::Region),
            Field::City => code(CodeField::City),
            Field::Language => code(CodeField::Language),
            Field::CommitmentStatus => code(CodeField::CommitmentStatus),
            Field::CommitmentRenewal => code(CodeField::CommitmentRenewal),
            Field::Level => {
                self.find_in_both([CodeField::LicenceLevel, CodeField::ConsumablesLevel], tests, candidates)
            }
            Field::CommitmentRequest => self.find_in_both(
                [CodeField::CommitmentRequest, CodeField::CommitmentRenewal],
                tests,
                candidates,
            ),
            Field::CommitmentEnd => days(NumberField::CommitmentEnd),
            Field::CommitmentLicences => count(NumberField::CommitmentLicences),
            Field::CommitmentConsumables => count(NumberField::CommitmentConsumables),
            Field::Anniversary => days(NumberField::Anniversary),
            Field::RenewalBasis => columns.find_basis(tests, candidates),
            Field::RenewalState => columns.find_states(tests, candidates, self.as_of),
            Field::Renewal | Field::Lapses | Field::DaysLeft | Field::ChangeBy => {
                let by_date = DateTest::new(field, tests);
                let found = by_date.map(|test| columns.find_by_date(&test, candidates, self.as_of));
                found.unwrap_or_else(|| RowSet::empty(self.index.len()))
            }
            Field::LateSince
            | Field::Returnable
            | Field::ReturnableUntil
            | Field::RenewalFailed
            | Field::AutoChanged
            | Field::TurnedOff => columns.find_dated(field, tests, candidates, self.as_of),
            Field::Seats => count(NumberField::Seats),
            Field::Consumables => count(NumberField::Consumables),
            Field::Lapsing => count(NumberField::Lapsing),
            Field::ToRenew => count(NumberField::ToRenew),
            Field::RenewalChange => count(NumberField::RenewalChange),
            Field::LateRenewals => number(NumberField::LateRenewals, NumberTest::of_amounts(tests)),
            Field::Scheduled => number(NumberField::Scheduled, NumberTest::of_amounts(tests)),
            Field::CommitmentShortfall => {
                number(NumberField::CommitmentShortfall, NumberTest::of_amounts(tests))
            }
            Field::ToOrder => number(NumberField::ToOrder, NumberTest::of_amounts(tests)),
            Field::ToOrderBy => days(NumberField::ToOrderBy),
            Field::Joined | Field::Changed => {
                let times = if field == Field::Joined { &columns.created } else { &columns.changed };
                let tests = NumberTest::of_days(tests);
                candidates.filter(|row| tests.iter().any(|test| test.holds(times.day(row))))
            }
            Field::Gone => candidates.filter(|row| tests.iter().any(|test| self.is_gone(row, test))),
            Field::AutoRenewal => {
                candidates.filter(|row| tests.iter().any(|test| self.has_auto_renewal(row, test)))
            }
            Field::Tag => list(&columns.tags),
            Field::Product => list(&columns.products),
            Field::Note => text(ArenaField::Note),
            Field::FollowUp => {
                let tests = NumberTest::of_days(tests);
                candidates.filter(|row| {
                    let day = columns.follow_up(row).map(day_number);
                    tests.iter().any(|test| test.holds(day))
                })
            }
        }
    }

    /// Returns the candidates whose reseller has such an ID or name. The ID of a reseller means that one alone, even if another
    /// has it in its name.
    fn find_reseller(&self, tests: &[Test], candidates: &RowSet) -> RowSet {
        let column = self.index.columns.code(CodeField::Reseller);
        let is_id = |test: &Test| matches!(test, Test::Text(TextMatch::Whole, text) if column.dictionary.code(text).is_some());
        let prepared = |test| {
            TextTest::prepare(std::slice::from_ref(test)).into_iter().map(move |one| (one, is_id(test)))
        };
        let tests: Vec<(TextTest, bool)> = tests.iter().flat_map(prepared).collect();
        let holds = |code| {
            let id = column.dictionary.folded(code);
            let name = column.dictionary.text(code).and_then(|id| self.index.folded_resellers.get(id));
            tests.iter().any(|(test, is_id)| {
                test.holds(id) || !is_id && name.is_some_and(|name| test.holds_in_name(name))
            })
        };
        let allowed: Vec<bool> =
            (0..column.dictionary.len()).map(|code| holds(super::row_number(code))).collect();
        candidates.filter(|row| allowed[column.codes.get(row) as usize])
    }

    fn find_in_text(&self, field: ArenaField, tests: &[Test], candidates: &RowSet) -> RowSet {
        let mut found = RowSet::empty(self.index.len());
        for test in TextTest::prepare(tests) {
            let accepts = |text: &str| test.holds_for_any(field.of(text).split(VALUE_END));
            let needle = test.needle();
            found.unite(&self.index.text.scan(needle.as_ref(), candidates, self.is_cancelled.0, &accepts));
        }
        found
    }

    /// Returns the candidates for whose value in either column one of the tests holds.
    fn find_in_both(&self, fields: [CodeField; 2], tests: &[Test], candidates: &RowSet) -> RowSet {
        let tests = TextTest::prepare(tests);
        let takes_none = tests.iter().any(|test| matches!(test, TextTest::Missing));
        let columns = fields.map(|field| {
            let column = self.index.columns.code(field);
            // `None` stands for a missing value.
            let allowed = column
                .dictionary
                .map(|text| (!text.is_empty()).then(|| tests.iter().any(|test| test.holds(text))));
            (column, allowed)
        });
        candidates.filter(|row| {
            let [one, other] =
                columns.each_ref().map(|(column, allowed)| allowed[column.codes.get(row) as usize]);
            match (one, other) {
                (None, None) => takes_none,
                _ => one == Some(true) || other == Some(true),
            }
        })
    }

    fn has_auto_renewal(&self, row: usize, test: &Test) -> bool {
        let columns = &self.index.columns;
        let (on, off) = (columns.renewing.contains(row), columns.not_renewing.contains(row));
        match test {
            Test::Flag(true) => on,
            Test::Flag(false) => off,
            Test::Present => on || off,
            Test::Missing => !on && !off,
            _ => false,
        }
    }

    fn is_gone(&self, row: usize, test: &Test) -> bool {
        let gone_at = self.index.columns.gone_at.get(&row);
        match test {
            Test::Flag(is_gone) => gone_at.is_some() == *is_gone,
            Test::Missing => gone_at.is_none(),
            Test::Present => true,
            Test::Days(from, to) => gone_at.is_some_and(|at| {
                let range = from.map_or(i64::MIN, day_number)..=to.map_or(i64::MAX, day_number);
                range.contains(&day_number(at.date_naive()))
            }),
            Test::Text(..) | Test::Numbers(..) | Test::Codes { .. } => false,
        }
    }
}

/// Returns the folded words and phrases that must occur.
pub(super) fn words_of(query: &Query) -> Vec<String> {
    let words = query.terms.iter().filter_map(|term| match &term.condition {
        Condition::Anywhere(text) if !term.is_negated => Some(fold(text)),
        _ => None,
    });
    words.filter(|word| !word.is_empty()).collect()
}

/// Returns the rows of the first set that are not in the second.
fn without(rows: &RowSet, others: &RowSet) -> RowSet {
    let mut rows = rows.clone();
    rows.subtract(others);
    rows
}

/// Orders terms by what they cost for each row: dense columns, then words, the longest first since they are the rarest,
/// then text in fields, then words that must not occur.
fn cost(term: &Term) -> (u8, usize) {
    match &term.condition {
        Condition::Field(
            Field::Name
            | Field::Id
            | Field::Reference
            | Field::Contact
            | Field::Email
            | Field::Subscription
            | Field::Note,
            _,
        ) => (2, 0),
        Condition::Field(..) => (0, 0),
        Condition::Anywhere(text) if !term.is_negated => (1, usize::MAX - text.len()),
        Condition::Anywhere(_) => (3, 0),
    }
}
