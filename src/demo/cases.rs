//! The cases of the renewal rules that random customers may lack: each is one customer of the first reseller, with dates
//! relative to today.
//!
//! A small portfolio has the first of them only, so that no more than a quarter of its customers are special.

use std::collections::HashSet;

use chrono::NaiveDate;

use super::{
    agency,
    calendar::{self, DAY},
    catalogue::{self, Product},
    commitment::{CommitmentState, DemoCommitment},
    membership,
    portfolio::{Portfolio, Record},
    purchases::Purchases,
    renewals::PlannedOrder,
    rng::{Rng, Subject},
    subscriptions::DemoSubscription,
    term::{DemoTerm, TermKind},
};

/// A case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Case {
    /// Everything renews in so many days: all, more, fewer, and with auto-renewal off.
    Due(i8),
    /// The anniversary was so many days ago; one subscription renewed and one lapsed.
    Passed(i8),
    /// 5 of 10 renewed early (the sample of `renewals/manual-renewals`).
    RenewedInPart,
    RenewedCompletely,
    RenewedTwice,
    /// Everything renewed early and returned: the anniversary does not move back.
    RenewedAndReturned,
    RenewedLate,
    RenewalFailed,
    Scheduled,
    LastCommitTerm,
    Recommitting,
    /// A commit that was accepted, with too few licences.
    AcceptedShort,
    CommitRequested,
    /// A commit for consumables, and one for licences that was accepted (`customer-account/three-year-commit`, example 3).
    CommitSplit,
    /// A High Growth Offer of this quantity.
    Growth(u16),
    OneOffOnly,
    NeverOrdered,
    /// A first term of so many months.
    Extended(u8),
    ReturnedInPart,
    ReturnedCompletely,
    Agency,
    AgencyPending,
    /// A pack that renews a year after its own order.
    RenewsAlone,
}

const ALL: [Case; 33] = [
    Case::Due(30),
    Case::Due(3),
    Case::Passed(14),
    Case::RenewedInPart,
    Case::Agency,
    Case::Growth(100),
    Case::Scheduled,
    Case::RenewalFailed,
    Case::LastCommitTerm,
    Case::ReturnedInPart,
    Case::RenewsAlone,
    Case::OneOffOnly,
    Case::AcceptedShort,
    Case::RenewedLate,
    Case::Due(31),
    Case::Due(4),
    Case::Due(1),
    Case::Due(0),
    Case::Passed(1),
    Case::Passed(15),
    Case::RenewedCompletely,
    Case::RenewedTwice,
    Case::RenewedAndReturned,
    Case::Recommitting,
    Case::CommitRequested,
    Case::Growth(250),
    Case::Growth(500),
    Case::NeverOrdered,
    Case::Extended(36),
    Case::Extended(18),
    Case::ReturnedCompletely,
    Case::AgencyPending,
    Case::CommitSplit,
];

/// Returns the index of a customer for each case, among the customers from `first` on, spread evenly over them.
pub(super) fn places(portfolio: &Portfolio, first: usize) -> Vec<(usize, Case)> {
    let own = portfolio.records().get(first..).unwrap_or_default();
    let mut taken = HashSet::new();
    let mut found = Vec::new();
    for (number, case) in ALL.into_iter().enumerate().take(own.len() / 4) {
        // Cases of one kind are not neighbours.
        let start = (number * 7 % ALL.len()) * own.len() / ALL.len();
        let mut from_start = (0..own.len()).map(|step| (start + step) % own.len());
        let fitting = from_start.find(|at| !taken.contains(at) && case.fits(portfolio, &own[*at]));
        if let Some(at) = fitting {
            taken.insert(at);
            found.push((first + at, case));
        }
    }
    found
}

impl Case {
    /// Returns true if a customer can be made this case.
    fn fits(self, portfolio: &Portfolio, record: &Record) -> bool {
        let age = (portfolio.today - calendar::day_of(record.created)).num_days();
        let is_free = record.status == "1000" && record.oddity.is_none() && record.sample().is_none();
        let (least, most) = match self {
            Self::Extended(months) => (30, i64::from(months) * 30 - 400),
            Self::LastCommitTerm | Self::Recommitting => (1150, i64::MAX),
            Self::OneOffOnly => (900, i64::MAX),
            Self::NeverOrdered => (1, i64::MAX),
            _ => (420, i64::MAX),
        };
        let commits = matches!(
            self,
            Self::LastCommitTerm
                | Self::Recommitting
                | Self::AcceptedShort
                | Self::CommitRequested
                | Self::CommitSplit
                | Self::Growth(_)
        );
        let is_agency = matches!(self, Self::Agency | Self::AgencyPending);
        is_free
            && (least..=most).contains(&age)
            && (!commits || !membership::is_in_one(portfolio, record))
            && (!is_agency || agency::is_possible(portfolio, record))
    }

    /// Returns the purchases of the case for a customer whose first order was at `first_order`.
    pub(super) fn purchases(
        self,
        portfolio: &Portfolio,
        record: &Record,
        first_order: i64,
    ) -> Option<Purchases> {
        let today = portfolio.today;
        let term = match self {
            Self::NeverOrdered => return None,
            Self::Extended(months) => DemoTerm::extended(first_order, months.into(), today)?,
            Self::OneOffOnly => DemoTerm::one_off(first_order, today, 1),
            _ => DemoTerm { first_order, anniversary: self.anniversary(today), kind: TermKind::Yearly },
        };
        let rng = record.rng(portfolio.seed, Subject::Subscriptions);
        let mut own = CasePurchases { today, rng, own: Purchases::new(term) };
        own.fill(self);
        let mut own = own.own;
        own.finish(portfolio, record);
        Some(own)
    }

    /// Returns the day on which everything renews that was not renewed early.
    fn anniversary(self, today: NaiveDate) -> NaiveDate {
        let days = match self {
            Self::Due(days) => days.into(),
            Self::Passed(days) => {
                return calendar::plus_years(calendar::plus_days(today, -i64::from(days)), 1);
            }
            Self::RenewedLate => return calendar::plus_years(calendar::plus_days(today, -12), 1),
            Self::RenewalFailed => -3,
            Self::RenewedInPart => 12,
            Self::Scheduled => 15,
            Self::RenewedAndReturned => 18,
            Self::RenewedCompletely => 20,
            Self::RenewedTwice | Self::Growth(_) => 25,
            Self::LastCommitTerm => 40,
            Self::Recommitting => 60,
            Self::RenewsAlone => 100,
            _ => 200,
        };
        calendar::plus_days(today, days)
    }
}

/// The purchases of a case while they are made.
struct CasePurchases {
    today: NaiveDate,
    rng: Rng,
    own: Purchases,
}

impl CasePurchases {
    /// Returns a time of day, so many days ago.
    fn ago(&self, days: i64) -> i64 {
        calendar::start_of(calendar::plus_days(self.today, -days)) + 1800
    }

    /// Adds an active subscription of the first order that renews all of its seats.
    fn add(&mut self, product: Product, quantity: i64) -> &mut DemoSubscription {
        let Purchases { term, subscriptions, .. } = &mut self.own;
        subscriptions.push(DemoSubscription {
            id: format!("{}NA", self.rng.hex(30)),
            product,
            quantity,
            used: quantity * 4 / 5,
            renewed: None,
            created: term.first_order,
            renewal: term.anniversary,
            status: "1000",
            auto_renewal: true,
            renewal_quantity: quantity,
            growth: None,
            discount: None,
            deployment: None,
        });
        let last = subscriptions.len() - 1;
        &mut subscriptions[last]
    }

    /// Renews so many of the first subscription early or late, so many days ago.
    fn renew(&mut self, days_ago: i64, quantity: i64) {
        let order = PlannedOrder::renewal(self.ago(days_ago), vec![(0, quantity)]);
        self.own.planned.push(order);
    }

    fn commit(&mut self, state: CommitmentState, start: NaiveDate) {
        self.own.commitment = Some(DemoCommitment { state, start });
    }

    fn fill(&mut self, case: Case) {
        let of = catalogue::licences();
        let today = self.today;
        let days_ago = |days: i64| calendar::plus_days(today, -days);
        match case {
            Case::Due(_) => {
                self.add(of[0], 20);
                self.add(of[1], 12).renewal_quantity = 15;
                self.add(of[2], 30).renewal_quantity = 24;
                self.add(of[3], 8).auto_renewal = false;
            }
            Case::Passed(days) => {
                self.add(of[0], 25);
                let lapsed = self.add(of[4], 9);
                (lapsed.status, lapsed.auto_renewal, lapsed.renewal) = ("1004", false, days_ago(days.into()));
            }
            Case::Scheduled => {
                self.add(of[0], 30);
                let created = self.ago(4);
                let own = self.add(of[9], 14);
                (own.status, own.quantity, own.used, own.created) = ("1009", 0, 0, created);
            }
            Case::OneOffOnly => {
                let pack = catalogue::consumables()[0];
                let own = self.add(pack, 300);
                let over = calendar::plus_years(calendar::day_of(own.created), 1);
                (own.status, own.auto_renewal, own.renewal) = ("1004", false, over);
                let created = self.ago(100);
                let own = self.add(pack, 200);
                let renewal = calendar::plus_years(days_ago(100), 1);
                (own.created, own.auto_renewal, own.renewal) = (created, false, renewal);
            }
            Case::RenewsAlone => {
                self.add(of[0], 15);
                let created = self.ago(300);
                let own = self.add(catalogue::consumables()[0], 400);
                (own.created, own.renewal) = (created, calendar::plus_years(days_ago(300), 1));
            }
            Case::ReturnedInPart | Case::ReturnedCompletely => {
                self.add(of[0], 75);
                let order = PlannedOrder { kind: "NEW", ..PlannedOrder::renewal(self.ago(6), vec![(0, 70)]) };
                let returns = match case {
                    Case::ReturnedInPart => vec![(self.ago(4), 10), (self.ago(1), 5)],
                    _ => vec![(self.ago(3), 70)],
                };
                self.own.planned.push(PlannedOrder { returns, ..order });
            }
            Case::Agency | Case::AgencyPending => {
                self.add(of[1], if case == Case::Agency { 150 } else { 40 });
            }
            Case::Extended(_) | Case::NeverOrdered => {
                self.add(of[0], 18);
            }
            Case::LastCommitTerm
            | Case::Recommitting
            | Case::AcceptedShort
            | Case::CommitRequested
            | Case::CommitSplit
            | Case::Growth(_) => self.fill_commit(case),
            _ => self.fill_renewed(case),
        }
        debug_assert!(self.own.planned.iter().all(|order| order.at <= self.ago(0) + DAY));
    }

    /// Adds what was renewed early or late, or failed to renew.
    fn fill_renewed(&mut self, case: Case) {
        let of = catalogue::licences();
        match case {
            Case::RenewedInPart => {
                let own = self.add(of[0], 10);
                (own.renewal_quantity, own.renewed) = (5, Some(5));
                self.add(of[1], 7);
                self.renew(8, 5);
            }
            Case::RenewedCompletely => {
                self.add(of[0], 100).renewed = Some(100);
                self.renew(3, 100);
            }
            Case::RenewedTwice => {
                self.add(of[0], 200).renewed = Some(200);
                self.renew(4, 120);
                self.renew(2, 80);
            }
            Case::RenewedAndReturned => {
                self.add(of[0], 100).renewed = Some(0);
                self.renew(9, 100);
                let back = self.ago(5);
                self.own.planned[0].returns = vec![(back, 100)];
            }
            Case::RenewedLate => {
                self.add(of[0], 40);
                self.renew(2, 40);
            }
            Case::RenewalFailed => {
                self.add(of[0], 33).status = "1004";
                let at = calendar::start_of(self.own.term.anniversary) + 1800;
                self.own.planned.push(PlannedOrder::failed_renewal(at, vec![(0, 33)]));
            }
            _ => {}
        }
    }

    /// Adds a three-year commit and its subscriptions.
    fn fill_commit(&mut self, case: Case) {
        let of = catalogue::licences();
        let (today, anniversary) = (self.today, self.own.term.anniversary);
        let days_ago = |days: i64| calendar::plus_days(today, -days);
        match case {
            Case::LastCommitTerm | Case::Recommitting => {
                let state = match case {
                    Case::Recommitting => CommitmentState::Recommitting("REQUESTED"),
                    _ => CommitmentState::Committed,
                };
                self.commit(state, calendar::plus_years(anniversary, -3));
                self.add(of[0], 60);
                self.add(of[3], 5).auto_renewal = false;
            }
            Case::AcceptedShort | Case::CommitRequested => {
                self.add(of[0], 12);
                let accepted = (CommitmentState::Accepted, days_ago(12));
                let requested = (CommitmentState::Requested, days_ago(5));
                let (state, start) = if case == Case::AcceptedShort { accepted } else { requested };
                self.commit(state, start);
            }
            Case::CommitSplit => {
                self.add(of[0], 12);
                self.add(catalogue::consumables()[1], 1500);
                self.commit(CommitmentState::Split, days_ago(20));
            }
            Case::Growth(quantity) => {
                let quantity = i64::from(quantity);
                self.commit(CommitmentState::Committed, days_ago(200));
                // At most 50, 125 or 250 now.
                self.add(catalogue::GROWTH, quantity * 2 / 5).growth = Some(quantity);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_portfolio_of_the_usual_size_has_every_case_once() {
        for (seed, today) in [(1, "2026-03-31"), (2, "2026-11-28"), (3, "2028-02-29"), (9, "2027-01-01")] {
            let portfolio = Portfolio::new(seed, today.parse().unwrap(), 1307);
            let cases: Vec<Case> = portfolio.records().iter().filter_map(|record| record.case).collect();
            assert_eq!(cases.len(), ALL.len(), "{seed} {today}");
            assert!(ALL.iter().all(|case| cases.contains(case)), "{seed} {today}: {cases:?}");
        }
    }

    #[test]
    fn a_small_portfolio_keeps_most_customers_ordinary() {
        for customers in [0, 1, 5, 40, 100] {
            let portfolio = Portfolio::new(1, "2026-03-31".parse().unwrap(), customers);
            let cases = portfolio.records().iter().filter(|record| record.case.is_some()).count();
            assert!(cases <= customers / 4, "{cases} of {customers}");
        }
    }
}
