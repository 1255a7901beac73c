//! Fictional notes on some of the demo's customers, as a user would have written them: they show what notes are for.

use chrono::{Days, NaiveDate};

use super::{
    Demo, calendar,
    cases::Case,
    portfolio::{Portfolio, Record},
};

/// The least age in days of a customer that has a note.
const KNOWN_FOR: i64 = 5;

/// A note on one of the demo's customers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoNote {
    /// The customer's ID.
    pub customer_id: String,
    /// The company's name.
    pub company: Option<String>,
    /// The reseller's ID.
    pub reseller_id: String,
    /// The text.
    pub text: &'static str,
    /// The day of the follow-up.
    pub follow_up: Option<NaiveDate>,
}

impl Demo {
    /// Returns notes on some customers, with days around today: one of them is overdue. A small portfolio has fewer.
    pub fn notes(&self) -> Vec<DemoNote> {
        notes(&self.shared.portfolio)
    }
}

fn notes(portfolio: &Portfolio) -> Vec<DemoNote> {
    // They were written a few days ago.
    let known = portfolio.now() - KNOWN_FOR * calendar::DAY;
    let is_plain = |record: &&Record| {
        record.created < known
            && record.reseller == 0
            && record.status == "1000"
            && record.oddity.is_none()
            && record.sample().is_none()
    };
    // The newest are the first that the screen shows.
    let mut newest: Vec<&Record> = portfolio.records().iter().filter(is_plain).collect();
    newest.sort_by_key(|record| std::cmp::Reverse(record.created));
    let of_case = |case| newest.iter().copied().find(|record| record.case == Some(case));
    let newest_at = |place: usize| newest.iter().copied().filter(|record| record.case.is_none()).nth(place);
    let (ahead, ago) = (|days| portfolio.today.checked_add_days(Days::new(days)), portfolio.today.pred_opt());
    let wanted = [
        (newest_at(0), "Asked for a quote for 20 more seats. Call before noon.", ahead(0)),
        (newest_at(3), "Prefers e-mail to calls. The tax number is still missing.", None),
        (of_case(Case::Due(30)), "Budget for the renewal is decided this week: ask for the result.", ago),
        (of_case(Case::LastCommitTerm), "Send the proposal for another three-year commitment.", ahead(5)),
    ];
    let note = |(record, text, follow_up): (Option<&Record>, &'static str, Option<NaiveDate>)| {
        let record = record?;
        let reseller = portfolio.resellers.get(usize::from(record.reseller))?;
        Some(DemoNote {
            customer_id: record.customer_id(),
            company: portfolio.name(record).map(str::to_owned),
            reseller_id: reseller.plan.id.to_owned(),
            text,
            follow_up,
        })
    };
    wanted.into_iter().filter_map(note).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn notes_are_on_customers_that_exist_and_one_is_overdue() {
        let today = "2026-11-23".parse().unwrap();
        for customers in [0, 1, 2, 3, 10, 60, 1307] {
            let portfolio = Portfolio::new(1, today, customers);
            let notes = notes(&portfolio);
            let ids: HashSet<&str> = notes.iter().map(|note| note.customer_id.as_str()).collect();
            assert_eq!(ids.len(), notes.len(), "one on each");
            assert!(ids.iter().all(|id| portfolio.customer(id).is_some()), "{ids:?}");
            if customers == 1307 {
                let overdue = notes.iter().filter(|note| note.follow_up.is_some_and(|day| day < today));
                assert_eq!((notes.len(), overdue.count()), (4, 1));
            }
        }
    }
}
