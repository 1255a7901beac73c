//! A subscription of a list. Several lines of one add up.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};

/// The day on which a subscription renews, as a list has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListedRenewal {
    /// The day itself.
    On(NaiveDate),
    /// The end of the term, which is that day or the day before: lists differ.
    Ends(NaiveDate),
}

impl ListedRenewal {
    /// Returns true if this may be the renewal date.
    pub(super) fn may_be(self, day: NaiveDate) -> bool {
        match self {
            Self::On(own) => own == day,
            Self::Ends(own) => own == day || own.checked_add_days(Days::new(1)) == Some(day),
        }
    }

    /// Returns the day as the list has it.
    pub(super) fn day(self) -> NaiveDate {
        match self {
            Self::On(day) | Self::Ends(day) => day,
        }
    }
}

/// A subscription of a list, or all those of a customer for one product.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct ListedSubscription {
    /// The customer's ID.
    pub(super) customer_id: Option<String>,
    /// The customer's name.
    pub(super) company: Option<String>,
    /// The offer.
    pub(super) offer_id: Option<String>,
    /// The number of licences: the sum of the lines.
    pub(super) quantity: Option<i64>,
    /// The days on which it renews; several if the lines contradict each other.
    pub(super) renewals: Vec<ListedRenewal>,
    /// True if it renews automatically; both values if the lines contradict each other.
    pub(super) auto_renewals: BTreeSet<bool>,
    /// The status codes; several if the lines contradict each other.
    pub(super) statuses: BTreeSet<String>,
    /// The rows of the file.
    pub(super) rows: Vec<u32>,
    /// The end of the term that the lines are about.
    pub(super) term_end: Option<NaiveDate>,
}

impl ListedSubscription {
    /// Adds another line. Returns false if only one of them has a quantity, which leaves the sum unknown.
    pub(super) fn add(&mut self, other: Self) -> bool {
        let is_sound = self.quantity.is_some() == other.quantity.is_some();
        self.quantity = match (self.quantity, other.quantity) {
            (Some(one), Some(two)) => Some(one.saturating_add(two)),
            _ => None,
        };
        self.customer_id = self.customer_id.take().or(other.customer_id);
        self.company = self.company.take().or(other.company);
        self.offer_id = self.offer_id.take().or(other.offer_id);
        for renewal in other.renewals {
            if !self.renewals.contains(&renewal) {
                self.renewals.push(renewal);
            }
        }
        self.auto_renewals.extend(other.auto_renewals);
        self.statuses.extend(other.statuses);
        self.rows.extend(other.rows);
        is_sound
    }

    /// Returns true if nothing is left of it.
    pub(super) fn is_over(&self) -> bool {
        let has_ended = !self.statuses.is_empty() && self.statuses.iter().all(|status| status == "1004");
        self.quantity == Some(0) || has_ended
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_date_is_the_renewal_date_or_the_day_before() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let ends = ListedRenewal::Ends(day("2026-11-30"));
        assert!(ends.may_be(day("2026-11-30")) && ends.may_be(day("2026-12-01")));
        assert!(!ends.may_be(day("2026-11-29")) && !ends.may_be(day("2026-12-02")));
        assert!(!ListedRenewal::On(day("2026-11-30")).may_be(day("2026-12-01")));
    }

    #[test]
    fn a_sum_without_one_of_its_parts_is_unknown() {
        let line = |quantity| ListedSubscription { quantity, ..ListedSubscription::default() };
        let mut sum = line(Some(5));
        assert!(sum.add(line(Some(-2))));
        assert_eq!(sum.quantity, Some(3));
        assert!(!sum.add(line(None)));
        assert_eq!(sum.quantity, None);
    }
}
