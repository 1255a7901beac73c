//! Renewals other than the automatic ones at an anniversary: early ones, late ones, and those that failed
//! (`renewals/manual-renewals`).

use super::{
    calendar::{self, DAY},
    portfolio::{Portfolio, Record},
    purchases::Purchases,
    rng::{Rng, Subject},
    term::{EARLY, GRACE, TermKind},
};

/// An order that does not follow from the subscriptions and past anniversaries.
#[derive(Debug)]
pub(super) struct PlannedOrder {
    pub(super) kind: &'static str,
    pub(super) source: &'static str,
    pub(super) status: &'static str,
    pub(super) at: i64,
    /// The index and the quantity of each subscription in it.
    pub(super) lines: Vec<(usize, i64)>,
    /// The returns of its first line, as times and quantities.
    pub(super) returns: Vec<(i64, i64)>,
}

impl PlannedOrder {
    /// Returns a completed renewal by the partner.
    pub(super) fn renewal(at: i64, lines: Vec<(usize, i64)>) -> Self {
        Self { kind: "RENEWAL", source: "API", status: "1000", at, lines, returns: Vec::new() }
    }

    /// Returns true if it is a completed renewal of this time.
    pub(super) fn renews_within(&self, time: &std::ops::Range<i64>) -> bool {
        self.kind == "RENEWAL" && self.status == "1000" && time.contains(&self.at)
    }

    /// Returns an automatic renewal that failed.
    pub(super) fn failed_renewal(at: i64, lines: Vec<(usize, i64)>) -> Self {
        Self { source: "System", status: "1004", ..Self::renewal(at, lines) }
    }
}

/// Draws the early, late and failed renewals of a customer.
pub(super) fn draw(portfolio: &Portfolio, record: &Record, own: &mut Purchases) {
    let mut rng = record.rng(portfolio.seed, Subject::Renewals);
    if record.status != "1000" || own.term.kind != TermKind::Yearly || record.sample().is_some() {
        return;
    }
    let days = (own.term.anniversary - portfolio.today).num_days();
    match days {
        1..=EARLY if rng.chance(30) => early(portfolio, own, &mut rng),
        ..=-1 if rng.chance(35) => failed(portfolio, own, &mut rng),
        _ if rng.chance(25) => late(portfolio, own, &mut rng),
        _ => {}
    }
}

/// Renews some subscriptions early, each completely or in part.
fn early(portfolio: &Portfolio, own: &mut Purchases, rng: &mut Rng) {
    let anniversary = own.term.anniversary;
    if own.commitment.is_some_and(|commit| commit.is_in_last_term(anniversary)) {
        return;
    }
    let opens = calendar::start_of(calendar::plus_days(anniversary, -EARLY));
    let now = portfolio.now();
    let mut lines = Vec::new();
    let mut earliest = opens.max(own.term.first_order + 3600);
    for (place, subscription) in own.subscriptions.iter_mut().enumerate() {
        let may = subscription.status == "1000" && subscription.renewal == anniversary;
        if !may || subscription.created >= now - 3600 || !rng.chance(60) {
            continue;
        }
        let quantity = subscription.quantity;
        let renewed = if rng.chance(55) { quantity } else { rng.between(1, quantity) };
        subscription.renewed = Some(renewed);
        earliest = earliest.max(subscription.created + 60);
        lines.push((place, renewed));
    }
    if !lines.is_empty() {
        own.planned.push(PlannedOrder::renewal(rng.between(earliest, now).min(now), lines));
    }
}

/// Lets the automatic renewal fail; what should have renewed can be renewed late.
fn failed(portfolio: &Portfolio, own: &mut Purchases, rng: &mut Rng) {
    let anniversary = own.term.anniversary;
    let mut lines = Vec::new();
    for (place, subscription) in own.subscriptions.iter_mut().enumerate() {
        if subscription.status == "1004" && subscription.renewal == anniversary {
            subscription.auto_renewal = true;
            lines.push((place, subscription.quantity));
        }
    }
    if !lines.is_empty() {
        let at = calendar::start_of(anniversary) + rng.between(600, 3 * 3600);
        own.planned.push(PlannedOrder::failed_renewal(at.min(portfolio.now()), lines));
    }
}

/// Lets a subscription be renewed by the partner in the days after the anniversary, rather than automatically on it.
fn late(portfolio: &Portfolio, own: &mut Purchases, rng: &mut Rng) {
    let Some(day) = own.term.last_anniversary(portfolio.today).filter(|day| *day < own.term.anniversary)
    else {
        return;
    };
    let at = calendar::start_of(day) + rng.between(DAY, GRACE * DAY);
    let start = calendar::start_of(day);
    let place = own.subscriptions.iter().position(|subscription| {
        subscription.status == "1000"
            && subscription.created < start
            && subscription.renewal == own.term.anniversary
    });
    if let Some(place) = place.filter(|_| at <= portfolio.now()) {
        let quantity = own.subscriptions[place].quantity;
        own.planned.push(PlannedOrder::renewal(at, vec![(place, quantity)]));
    }
}
