//! Queries that the index answers: the filter as a query, its words when nothing is found, and what has to be said.

use super::copy::Troubles;
use crate::{
    model::{Capabilities, CustomerFilter, StatusFilter},
    portfolio::{
        Completeness,
        index::{FoundRows, PortfolioIndex, SortColumn, SortKey},
        query::{Condition, Field, Query, Term, Test, TextMatch},
    },
    text,
};

/// Searches for one page of rows.
pub(super) fn search_page(
    index: &PortfolioIndex,
    query: &Query,
    sort: &[SortKey],
    first: u64,
    size: u64,
) -> FoundRows {
    let place = |row: u64| usize::try_from(row).unwrap_or(usize::MAX);
    index.search(query, sort, place(first)..place(first.saturating_add(size)))
}

/// Adds what the filter chooses beside its query.
pub(super) fn narrow(query: &mut Query, filter: &CustomerFilter) {
    let mut add = |field, tests| {
        query.terms.push(Term { is_negated: false, condition: Condition::Field(field, tests) });
    };
    let whole = |text: &str| Test::Text(TextMatch::Whole, text.to_owned());
    if let StatusFilter::One(status) = &filter.status {
        add(Field::Status, vec![whole(status.code())]);
    }
    if !filter.resellers.is_empty() {
        add(Field::Reseller, filter.resellers.iter().map(|id| whole(id)).collect());
    }
    if filter.from.is_some() || filter.to.is_some() {
        add(Field::Joined, vec![Test::Days(filter.from, filter.to)]);
    }
}

/// Returns what the copy can do: sort by every column that it knows, and start anywhere.
pub(super) fn capabilities() -> Capabilities {
    let first = [SortColumn::Name, SortColumn::Created];
    let others = SortColumn::ALL.into_iter().filter(|column| !first.contains(column));
    Capabilities {
        sort: first.into_iter().chain(others).map(SortColumn::sort_by).collect(),
        random_access: true,
    }
}

/// The beginning of what is said where notes cannot be read.
const NO_NOTES: &str = "Notes cannot be read (vipmp portfolio check says why)";

/// Returns why a copy may be old or incomplete, each reason as a sentence.
fn doubts_of_copy(failure: Option<String>, doubt: Option<String>, held: &Completeness) -> Vec<String> {
    let mut words = Vec::new();
    words.extend(failure.map(|why| format!("The copy could not be brought up to date. {why}")));
    words.extend(doubt);
    for (reseller, doubt) in &held.doubts {
        words.push(format!("Reseller {}: the list may be incomplete: {doubt}.", text::clean(reseller)));
    }
    if held.unchecked > 0 {
        words.push(format!(
            "{} in no list, and may be gone.",
            text::pluralize(held.unchecked, "customer is", "customers are")
        ));
    }
    if held.unread > 0 {
        words.push(format!(
            "Values of {} could not be read, so older ones are shown.",
            text::pluralize(held.unread, "customer", "customers")
        ));
    }
    words
}

/// Returns what has to be said of lists over all customers, if anything has.
pub(super) fn complaint_of_lists(
    troubles: Troubles,
    held: &Completeness,
    history_doubt: Option<String>,
) -> Option<String> {
    let Troubles { failure, doubt, refused_orders, history } = troubles;
    let mut words = doubts_of_copy(failure, doubt, held);
    words.extend(refused_orders.map(|why| format!("Orders could not be read. {why}")));
    words.extend(held.to_order.complaints().iter().map(|complaint| text::sentence(complaint)));
    words.extend(history_doubt.map(|doubt| text::sentence(&doubt)));
    words.extend(history.map(str::to_owned));
    words.extend(held.lacks_notes.then(|| format!("{NO_NOTES}, so follow-ups are left out.")));
    (!words.is_empty()).then(|| words.join(" "))
}

/// Returns what has to be said of an answer, if anything has.
pub(super) fn complaint(
    troubles: Troubles,
    index: &PortfolioIndex,
    query: &Query,
    found: &FoundRows,
    held: &Completeness,
) -> Option<String> {
    let customers = |count: usize| text::pluralize(count as u64, "customer", "customers");
    let Troubles { failure, doubt, refused_orders, history } = troubles;
    // What concerns these rows comes first, since there may be room for two lines only.
    let mut words = Vec::new();
    let lacks_contacts = !held.keeps_contacts && query.tests_contacts();
    if lacks_contacts {
        words.push("This copy does not keep contacts, so customers cannot be found by them.".to_owned());
    }
    let lacks_notes = held.lacks_notes && query.tests_notes();
    if lacks_notes {
        words.push(format!("{NO_NOTES}, so customers cannot be found by them."));
    }
    if found.unknown > 0 && !lacks_contacts && !lacks_notes {
        let what = query.needed_part();
        // A history that was lost cannot be read again.
        let yet = if query.tests_history() { "" } else { " yet" };
        words.push(format!("{} may match too: their {what} are not known{yet}.", customers(found.unknown)));
    }
    if found.unsorted > 0 {
        words.push(format!(
            "{} last only because what they are sorted by is not known yet.",
            text::pluralize(found.unsorted as u64, "customer is", "customers are")
        ));
    }
    words.extend(query.history_doubt(index.history()).map(|doubt| text::sentence(&doubt)));
    if query.tests_history() || query.tests_notes() || query.has_words() {
        words.extend(history.map(str::to_owned));
    }
    // What was found may not be all: the words may be in a note.
    if held.lacks_notes && query.has_words() {
        words.push(format!("{NO_NOTES}, so they were not searched."));
    }
    if found.total == 0 {
        // Only words are looked for in orders.
        if query.has_words() {
            if let Some(why) = &refused_orders {
                words.push(format!("Orders could not be read, so they were not searched. {why}"));
            } else if held.without_orders() > 0 {
                let unread = text::pluralize(held.without_orders(), "customer", "customers");
                words.push(format!("The orders of {unread} are not known yet, so they were not searched."));
            }
        }
        words.extend(index.suggestions(query));
    }
    words.extend(doubts_of_copy(failure, doubt, held));
    if query.tests_orders() && found.unknown > 0 {
        words.extend(refused_orders.map(|why| format!("Orders could not be read. {why}")));
    }
    if query.tests_to_order() {
        words.extend(held.to_order.complaints().iter().map(|complaint| text::sentence(complaint)));
    }
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::HistoryExtent, portfolio::query};

    #[test]
    fn a_lost_history_is_said_to_whom_asks_for_changes() {
        let index = PortfolioIndex::default().with_history(HistoryExtent::Missing);
        let held = Completeness { keeps_contacts: true, ..Completeness::default() };
        let said = |typed: &str, unknown: usize| {
            let query = query::parse(typed, "2026-11-28".parse().unwrap()).unwrap();
            let found = FoundRows { total: 1, unknown, ..FoundRows::default() };
            complaint(Troubles::default(), &index, &query, &found, &held)
        };
        let lost = "The history of changes is missing: not all that was seen is known.";
        assert_eq!(said("auto-changed:2d", 0).as_deref(), Some(lost));
        let unknown = "2 customers may match too: their changes of auto-renewal are not known.";
        assert_eq!(said("auto-changed:2d", 2), Some(format!("{unknown} {lost}")));
        assert_eq!(said("auto:off changed:7d", 0), None, "these are not in the history");
    }

    #[test]
    fn an_account_that_may_read_no_orders_is_told_where_they_would_be_found() {
        let troubles = Troubles { refused_orders: Some("Not allowed.".to_owned()), ..Troubles::default() };
        let index = PortfolioIndex::default();
        let held = Completeness { keeps_contacts: true, ..Completeness::default() };
        let said = |typed: &str, total: usize| {
            let query = query::parse(typed, "2026-11-28".parse().unwrap()).unwrap();
            let found = FoundRows { total, ..FoundRows::default() };
            complaint(troubles.clone(), &index, &query, &found, &held)
        };
        let words = said("PO-77", 0).unwrap();
        assert!(
            words.contains("Orders could not be read, so they were not searched. Not allowed."),
            "{words}"
        );
        assert_eq!(said("PO-77", 1), None, "what was found is told without them");
        assert_eq!(said("country:DE", 0), None, "orders have no country");
        let query = query::parse("returnable:any", "2026-11-28".parse().unwrap()).unwrap();
        let found = FoundRows { total: 1, unknown: 2, ..FoundRows::default() };
        assert_eq!(
            complaint(troubles, &index, &query, &found, &held).unwrap(),
            "2 customers may match too: their orders of the last 14 days are not known yet. Orders could not be read. Not \
             allowed."
        );
        let held = Completeness { customers: 5, orders: 3, ..held.clone() };
        let query = query::parse("PO-77", "2026-11-28".parse().unwrap()).unwrap();
        let words = complaint(Troubles::default(), &index, &query, &FoundRows::default(), &held).unwrap();
        assert!(
            words.contains("The orders of 2 customers are not known yet, so they were not searched."),
            "{words}"
        );
    }

    #[test]
    fn notes_that_cannot_be_read_are_said_to_be_left_out() {
        let index = PortfolioIndex::default();
        let held = Completeness { lacks_notes: true, keeps_contacts: true, ..Completeness::default() };
        let answer = |typed: &str, total: usize, unknown: usize| {
            let query = query::parse(typed, "2026-11-28".parse().unwrap()).unwrap();
            let found = FoundRows { total, unknown, ..FoundRows::default() };
            complaint(Troubles::default(), &index, &query, &found, &held)
        };
        let said = |typed: &str| answer(typed, 0, 3).unwrap();
        for typed in ["note:any", "follow:..7d", "-note:quote"] {
            let words = "Notes cannot be read (vipmp portfolio check says why), so customers cannot be found by them.";
            assert_eq!(said(typed), words, "{typed}");
        }
        assert!(said("quote").contains("so they were not searched."), "{}", said("quote"));
        let words = "Notes cannot be read (vipmp portfolio check says why), so they were not searched.";
        assert_eq!(answer("quote", 2, 0).as_deref(), Some(words), "also if something was found");
        assert!(!said("country:DE").contains("Notes"));
    }
}
