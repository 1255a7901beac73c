//! A customer's purchases in outline, on which its subscriptions, orders and resource must agree.

use chrono::NaiveDate;

use super::{
    agency::{self, Agency},
    calendar::{self, DAY},
    catalogue::{self, Product, Programme},
    commitment::{CommitmentState, DemoCommitment, FEWEST, Owned},
    membership,
    names::Segment,
    portfolio::{Portfolio, Record},
    renewals::{self, PlannedOrder},
    rng::Subject,
    subscriptions::{self, DemoSubscription},
    term::{DemoTerm, EARLY},
};

/// The purchases of a customer in outline. Customers that never ordered have none.
#[derive(Debug)]
pub(super) struct Purchases {
    pub(super) term: DemoTerm,
    /// The anniversary date: the end of the term, or a year later once anything was renewed early.
    pub(super) coterm: NaiveDate,
    pub(super) subscriptions: Vec<DemoSubscription>,
    /// The orders that do not follow from the subscriptions and past anniversaries.
    pub(super) planned: Vec<PlannedOrder>,
    pub(super) commitment: Option<DemoCommitment>,
    pub(super) agency: Option<Agency>,
    /// The number of active seats; `units` is that of active consumables.
    pub(super) seats: i64,
    pub(super) units: i64,
    pub(super) licence_level: &'static str,
    pub(super) consumable_level: &'static str,
    /// The quantity of the High Growth Offer that comes at the anniversary.
    growth: Option<i64>,
}

impl Purchases {
    /// Draws the purchases of a customer.
    pub(super) fn of(portfolio: &Portfolio, record: &Record) -> Option<Self> {
        let mut rng = record.rng(portfolio.seed, Subject::Purchases);
        let never =
            matches!(record.status, "1002" | "1010" | "1014") || (rng.chance(6) && record.case.is_none());
        if never && record.sample().is_none() {
            return None;
        }
        let end = portfolio.now();
        let first_order = record.created + rng.between(60, (20 * DAY).min((end - record.created) / 2));
        let first_order = if end < record.created { record.created } else { first_order.min(end) };
        if let Some(case) = record.case {
            return case.purchases(portfolio, record, first_order);
        }
        let first_day = calendar::day_of(first_order);
        let active = record.status == "1000";
        let plain = record.sample().is_some();
        let term = DemoTerm::draw(first_order, portfolio.today, active, plain, &mut rng);
        let mut own = Self::new(term);
        if active {
            let mut rng = record.rng(portfolio.seed, Subject::Commitment);
            own.commitment = DemoCommitment::draw(first_day, portfolio.today, &mut rng);
        }
        own.subscriptions = subscriptions::draw(portfolio, record, &own.term);
        renewals::draw(portfolio, record, &mut own);
        own.finish(portfolio, record);
        Some(own)
    }

    /// Returns purchases without subscriptions.
    pub(super) fn new(term: DemoTerm) -> Self {
        Self {
            coterm: term.anniversary,
            term,
            subscriptions: Vec::new(),
            planned: Vec::new(),
            commitment: None,
            agency: None,
            seats: 0,
            units: 0,
            licence_level: "01",
            consumable_level: "T1",
            growth: None,
        }
    }

    /// Draws and computes what depends on the subscriptions: benefits, levels, offers, and the anniversary date.
    pub(super) fn finish(&mut self, portfolio: &Portfolio, record: &Record) {
        let active = |consumable: bool| -> i64 {
            let active = self.subscriptions.iter().filter(|subscription| subscription.status == "1000");
            active.filter(|own| own.product.consumable == consumable).map(|own| own.quantity).sum()
        };
        (self.seats, self.units) = (active(false), active(true));
        let is_member = membership::is_in_one(portfolio, record);
        // `customer-account/linked-membership`: the two are mutually exclusive.
        let kept = |own: &DemoCommitment| !is_member && (self.seats >= FEWEST || !own.state.needs_licences());
        self.commitment = self.commitment.filter(kept);
        if self.commitment.is_none() {
            self.agency = agency::draw(portfolio, record, self.seats, is_member);
        }
        let in_force = self.commitment.is_some_and(|own| own.state.in_force());
        if in_force {
            self.keep_commitment();
            self.offer_growth(portfolio, record);
        }
        let programme = match (record.segment, self.agency) {
            (_, Some(Agency::Active)) => Programme::Agency,
            (Segment::Com | Segment::Gov, _) if in_force => Programme::Commit,
            _ => Programme::Volume,
        };
        let covers_units = self.commitment.is_some_and(|own| own.state.covers_units());
        let programme_of_units = if covers_units { Programme::Commit } else { Programme::Volume };
        self.licence_level = catalogue::licence_level(self.seats, programme);
        self.consumable_level = catalogue::consumable_level(self.units, programme_of_units);
        // `renewals/manual-renewals`: the date "rolls over only once, after the first successful early renewal order", and
        // returns do not roll it back.
        let end = calendar::start_of(self.term.anniversary);
        let early = end - EARLY * DAY..end;
        if self.planned.iter().any(|order| order.renews_within(&early)) {
            self.coterm = calendar::plus_years(self.term.anniversary, 1);
        }
    }

    /// Switches auto-renewal on, which cannot be off before the last term of a commitment.
    fn keep_commitment(&mut self) {
        let anniversary = self.term.anniversary;
        if self.commitment.is_none_or(|own| own.is_in_last_term(anniversary)) {
            return;
        }
        for own in self.subscriptions.iter_mut().filter(|own| own.status == "1000") {
            own.auto_renewal = true;
        }
    }

    /// Gives some subscriptions of the one product that has High Growth Offers such an offer (`customer-account/high-growth`).
    fn offer_growth(&mut self, portfolio: &Portfolio, record: &Record) {
        let mut rng = record.rng(portfolio.seed, Subject::Renewals);
        let anniversary = self.term.anniversary;
        let possible = anniversary > portfolio.today
            && self.commitment.is_some_and(|own| !own.is_in_last_term(anniversary));
        let fitting = |own: &&mut DemoSubscription| {
            own.status == "1000" && own.product == catalogue::GROWTH && own.quantity <= 250
        };
        let Some(own) = self.subscriptions.iter_mut().find(fitting).filter(|_| possible) else { return };
        if own.growth.is_none() && !rng.chance(50) {
            return;
        }
        let quantity = own.growth.unwrap_or(match own.quantity {
            ..=50 => 100,
            51..=125 => 250,
            _ => 500,
        });
        own.growth = Some(quantity);
        own.renewal_quantity = quantity;
        self.growth = Some(quantity);
    }

    /// Returns what minimums are made of.
    pub(super) fn owned(&self) -> Owned {
        Owned { seats: self.seats, units: self.units, growth: self.growth }
    }

    /// Returns the discount level of a product at a time: today's within the current term, and before it that of the
    /// quantities which were there.
    pub(super) fn level(&self, product: Product, at: i64) -> &'static str {
        if at >= calendar::start_of(self.term.start()) {
            return if product.consumable { self.consumable_level } else { self.licence_level };
        }
        let there =
            |own: &&DemoSubscription| own.created <= at && own.product.consumable == product.consumable;
        let quantity = self.subscriptions.iter().filter(there).map(|own| own.quantity).sum();
        if product.consumable {
            catalogue::consumable_level(quantity, Programme::Volume)
        } else {
            catalogue::licence_level(quantity, Programme::Volume)
        }
    }

    /// Returns true if returns may not lower the quantities.
    pub(super) fn has_minimum(&self) -> bool {
        self.commitment.is_some_and(|own| own.state.covers_units() || own.state == CommitmentState::Accepted)
    }
}
