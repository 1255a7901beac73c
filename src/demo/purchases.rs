//! A customer's purchases in outline, on which its subscriptions, orders and resource must agree.

use chrono::{Datelike, NaiveDate};

use super::{
    calendar::{self, DAY},
    catalogue,
    commitment::{CommitmentState, FEWEST},
    names::Segment,
    portfolio::{Portfolio, Record},
    rng::{Rng, Subject},
    subscriptions::{self, DemoSubscription},
};

/// The purchases of a customer in outline. Customers that never ordered have none.
#[derive(Debug)]
pub(super) struct Purchases {
    /// The time of the first order.
    pub(super) first_order: i64,
    /// The anniversary date.
    pub(super) coterm: NaiveDate,
    pub(super) subscriptions: Vec<DemoSubscription>,
    pub(super) commitment: Option<CommitmentState>,
    /// The number of active seats; `units` is that of active consumables.
    pub(super) seats: i64,
    pub(super) units: i64,
    pub(super) licence_level: &'static str,
    pub(super) consumable_level: &'static str,
}

impl Purchases {
    /// Draws the purchases of a customer.
    pub(super) fn of(portfolio: &Portfolio, record: &Record) -> Option<Self> {
        let mut rng = record.rng(portfolio.seed, Subject::Purchases);
        let never = matches!(record.status, "1002" | "1010" | "1014") || rng.chance(6);
        if never && record.sample().is_none() {
            return None;
        }
        let end = portfolio.now();
        let first_order = record.created + rng.between(60, (20 * DAY).min((end - record.created) / 2));
        let first_order = if end < record.created { record.created } else { first_order.min(end) };
        let first_day = calendar::day_of(first_order);
        let coterm = anniversary(first_day, portfolio.today, record.status == "1000", &mut rng);
        let commitment = if record.status == "1000" {
            let age = (portfolio.today - first_day).num_days();
            CommitmentState::draw(age, &mut record.rng(portfolio.seed, Subject::Commitment))
        } else {
            None
        };
        let mut purchases = Self {
            first_order,
            coterm,
            subscriptions: Vec::new(),
            commitment,
            seats: 0,
            units: 0,
            licence_level: "01",
            consumable_level: "T1",
        };
        purchases.subscriptions = subscriptions::draw(portfolio, record, &purchases);
        purchases.count(record.segment);
        Some(purchases)
    }

    fn count(&mut self, segment: Segment) {
        let active = |consumable: bool| -> i64 {
            let active = self.subscriptions.iter().filter(|subscription| subscription.status == "1000");
            active.filter(|own| own.product.consumable == consumable).map(|own| own.quantity).sum()
        };
        (self.seats, self.units) = (active(false), active(true));
        let kept = |state: &CommitmentState| self.seats >= FEWEST || !state.needs_licences();
        self.commitment = self.commitment.filter(kept);
        let in_force = segment != Segment::Edu && self.commitment.is_some_and(CommitmentState::in_force);
        self.licence_level = catalogue::licence_level(self.seats, in_force);
        self.consumable_level = catalogue::consumable_level(self.units);
    }

    /// Returns the first day of the current term, or of the last one if the customer has ended.
    pub(super) fn term_start(&self) -> NaiveDate {
        calendar::plus_years(self.coterm, -1).max(calendar::day_of(self.first_order))
    }

    /// Returns the discount level of a product.
    pub(super) fn level(&self, product: catalogue::Product) -> &'static str {
        if product.consumable { self.consumable_level } else { self.licence_level }
    }

    /// Returns the past anniversaries, newest first, each of which was a renewal.
    pub(super) fn renewals(&self, today: NaiveDate) -> impl Iterator<Item = NaiveDate> {
        let first = calendar::day_of(self.first_order);
        let coterm = self.coterm;
        (1..)
            .map(move |years| calendar::plus_years(coterm, -years))
            .take_while(move |day| *day > first)
            .filter(move |day| *day <= today)
    }
}

/// Draws the anniversary date of an account whose first order was on `first`.
fn anniversary(first: NaiveDate, today: NaiveDate, active: bool, rng: &mut Rng) -> NaiveDate {
    let next = calendar::next_anniversary(first, today);
    let past_years = next.year() - first.year() - 1;
    if !active {
        let ended = rng.between(1, past_years.max(1).into());
        return calendar::plus_years(first, i32::try_from(ended).unwrap_or(1));
    }
    // Many have chosen a date of their own, so that the days around today are busy.
    let chosen = calendar::plus_days(today, rng.between(-12, 45));
    if rng.chance(22) && calendar::plus_days(first, 30) < chosen {
        return chosen;
    }
    // An account that has not renewed yet still has the date that has just passed.
    let last = calendar::plus_years(next, -1);
    let late = past_years > 0 && last > calendar::plus_days(today, -14) && rng.chance(40);
    if late { last } else { next }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_active_account_renews_within_a_year_or_is_late() {
        let today: NaiveDate = "2026-03-31".parse().unwrap();
        let mut rng = Rng::keyed(1, 1, Subject::Purchases);
        let (mut late, mut soon) = (0, 0);
        for back in 0..2900 {
            let first = calendar::plus_days(today, -back);
            let coterm = anniversary(first, today, true, &mut rng);
            assert!(coterm > first, "{first} {coterm}");
            assert!(coterm >= calendar::plus_days(today, -14) && coterm <= calendar::plus_years(today, 1));
            late += usize::from(coterm <= today);
            soon += usize::from(coterm > today && coterm <= calendar::plus_days(today, 30));
            assert!(anniversary(first, today, false, &mut rng) > first);
        }
        assert!(late > 50 && soon > 200, "{late} late, {soon} soon");
    }
}
