//! The order history of a customer, consistent with its subscriptions.
//!
//! `PREVIEW` orders are answered but never stored, so no history has one.

use super::{
    calendar::{self, DAY},
    catalogue::{self, Product},
    flex_discounts::FlexDiscount,
    portfolio::{FIRST_SAMPLE, Portfolio, Record},
    purchases::Purchases,
    rng::{Rng, Subject},
    subscriptions::DemoSubscription,
    term::GRACE,
};

/// The number of orders of the first sample customer: enough for several pages.
const LONGEST: usize = 230;

/// An order.
#[derive(Debug)]
pub(super) struct DemoOrder {
    pub(super) id: String,
    pub(super) kind: &'static str,
    pub(super) status: &'static str,
    pub(super) source: &'static str,
    pub(super) created: i64,
    /// The days for which its lines are charged, up to the end of its term.
    pub(super) charged_days: Option<i64>,
    /// The ID of the order that this one returns.
    pub(super) reference: Option<String>,
    pub(super) external_reference: String,
    pub(super) lines: Vec<DemoOrderLine>,
    /// The lines of other orders from which a `SWITCH` takes licences.
    pub(super) cancelled: Vec<DemoOrderLine>,
}

/// A line item of an order.
#[derive(Debug, Clone)]
pub(super) struct DemoOrderLine {
    /// The number of the line, which returns repeat.
    pub(super) number: u32,
    pub(super) product: Product,
    pub(super) level: &'static str,
    pub(super) offer: String,
    pub(super) quantity: i64,
    /// The quantity without what was returned or switched.
    pub(super) remaining: i64,
    pub(super) subscription: Option<String>,
    pub(super) deployment: Option<String>,
    pub(super) discount: Option<&'static FlexDiscount>,
}

/// An order before all are known and numbered.
struct OrderDraft {
    kind: &'static str,
    status: &'static str,
    source: &'static str,
    created: i64,
    /// The index of the order that it returns, among the drafts.
    reference: Option<usize>,
    lines: Vec<DemoOrderLine>,
    cancelled: Vec<DemoOrderLine>,
}

/// Returns the orders of a customer with purchases, newest first.
pub(super) fn of(portfolio: &Portfolio, record: &Record, purchases: &Purchases) -> Vec<DemoOrder> {
    let rng = record.rng(portfolio.seed, Subject::Orders);
    let mut history = History { portfolio, record, purchases, rng, drafts: Vec::new() };
    history.first_orders();
    history.renewals();
    history.planned();
    history.changes();
    history.finish()
}

struct History<'p> {
    portfolio: &'p Portfolio,
    record: &'p Record,
    purchases: &'p Purchases,
    rng: Rng,
    drafts: Vec<OrderDraft>,
}

impl History<'_> {
    /// Adds the orders that created the subscriptions. A scheduled one is created without an order.
    fn first_orders(&mut self) {
        let begins = self.purchases.term.first_order;
        let ordered = self.purchases.subscriptions.iter().filter(|own| own.status != "1009");
        let (first, later): (Vec<&DemoSubscription>, Vec<&DemoSubscription>) =
            ordered.partition(|own| own.created == begins);
        let kind = if self.rng.chance(12) { "TRANSFER" } else { "NEW" };
        let lines =
            (1..).zip(first).map(|(number, own)| self.line(number, own, own.quantity, begins)).collect();
        self.draft(kind, "1000", begins, lines);
        for own in later {
            let status = if own.status == "1002" { "1002" } else { "1000" };
            let lines = vec![self.line(1, own, own.quantity, own.created)];
            self.draft("NEW", status, own.created, lines);
        }
    }

    /// Adds an order for each past anniversary, with the subscriptions of that time, and for each renewal of what renews
    /// alone. The service places them "soon after midnight".
    fn renewals(&mut self) {
        let (portfolio, purchases) = (self.portfolio, self.purchases);
        for day in purchases.term.renewals(portfolio.today) {
            let at = (calendar::start_of(day) + self.rng.between(0, 3 * 3600)).min(portfolio.now());
            let there = purchases.subscriptions.iter().enumerate().filter(|(place, own)| {
                let is_regular = !own.product.renews_alone() && own.status != "1009";
                is_regular && own.created < at && own.renewal > day && !self.renewed_late(*place, day)
            });
            let lines: Vec<DemoOrderLine> =
                (1..).zip(there).map(|(number, (_, own))| self.line(number, own, own.quantity, at)).collect();
            self.automatic(at, lines);
        }
        for own in
            purchases.subscriptions.iter().filter(|own| own.product.renews_alone() && own.status == "1000")
        {
            let first = calendar::day_of(own.created);
            let days = (1..).map(|years| calendar::plus_years(first, years));
            for day in days.take_while(|day| *day <= portfolio.today && *day < own.renewal) {
                let at = (calendar::start_of(day) + 5400).min(portfolio.now());
                let lines = vec![self.line(1, own, own.quantity, at)];
                self.automatic(at, lines);
            }
        }
    }

    fn automatic(&mut self, at: i64, lines: Vec<DemoOrderLine>) {
        if !lines.is_empty() {
            let place = self.draft("RENEWAL", "1000", at, lines);
            self.drafts[place].source = "System";
        }
    }

    /// Returns true if a subscription was renewed by the partner in the days after an anniversary.
    fn renewed_late(&self, place: usize, day: chrono::NaiveDate) -> bool {
        let start = calendar::start_of(day);
        let days = start..start + (GRACE + 1) * DAY;
        let mut planned = self.purchases.planned.iter();
        planned.any(|order| order.renews_within(&days) && order.lines.iter().any(|(own, _)| *own == place))
    }

    /// Adds the planned orders with their returns.
    fn planned(&mut self) {
        let purchases = self.purchases;
        for planned in &purchases.planned {
            let lines = (1..)
                .zip(&planned.lines)
                .filter_map(|(number, (place, quantity))| {
                    let own = purchases.subscriptions.get(*place)?;
                    Some(self.line(number, own, *quantity, planned.at))
                })
                .collect();
            let place = self.draft(planned.kind, planned.status, planned.at, lines);
            self.drafts[place].source = planned.source;
            for (at, quantity) in &planned.returns {
                self.give_back(place, 0, *quantity, *at);
            }
        }
    }

    /// Adds the orders in between: more seats, returns, switches, failed orders.
    fn changes(&mut self) {
        let wanted = match self.record.id {
            FIRST_SAMPLE => LONGEST.saturating_sub(self.drafts.len()),
            _ if self.record.case.is_some() => 0,
            _ => self.rng.one_of([0, 0, 1, 1, 2, 3, 5, 9]),
        };
        let term = &self.purchases.term;
        let last = calendar::plus_days(term.anniversary, -1).min(self.portfolio.today);
        let end = calendar::end_of(last).min(self.portfolio.now()).max(term.first_order);
        let start = (term.first_order + 60).min(end);
        let target = self.drafts.len() + wanted;
        // More than a page of the longest history is in the current term, and the rest before it.
        let term = calendar::start_of(term.start()).clamp(start, end);
        let longest = self.record.id == FIRST_SAMPLE;
        while self.drafts.len() < target {
            let recent = longest && self.rng.chance(60);
            let at = if longest && !recent && term > start {
                self.rng.between(start, term - 1)
            } else {
                self.rng.between(if recent { term } else { start }, end)
            };
            match self.rng.below(100) {
                0..62 => self.more_seats(at),
                62..74 => self.returned(at, end, target),
                74..82 => self.switched(at),
                82..88 => self.change("NEW", "1008", at),
                _ => {
                    let status = self.rng.one_of(["1004", "1020", "1022", "1024", "1026"]);
                    self.failed(status, at);
                }
            }
        }
    }

    fn more_seats(&mut self, at: i64) {
        let there = existing(self.purchases, at);
        let count = self.rng.one_of([1, 1, 1, 2, 3]).min(there.len());
        let start = self.rng.below(there.len());
        let lines = (0..count)
            .zip(1..)
            .map(|(step, number)| {
                let own = there[(start + step) % there.len()];
                let quantity = self.rng.between(1, own.quantity);
                self.line(number, own, quantity, at)
            })
            .collect();
        self.draft("NEW", "1000", at, lines);
    }

    /// Adds an order and, if there is room for it, its return within 14 days: of a part of a line, twice of one, or of
    /// all (`order-management/order-scenarios`, "Return or cancellation of order").
    fn returned(&mut self, at: i64, end: i64, target: usize) {
        self.more_seats(at);
        let bought = self.drafts.len() - 1;
        let returnable = |line: &DemoOrderLine| {
            !line.product.consumable && line.product != catalogue::GROWTH && line.remaining > 0
        };
        let Some(line) = self.drafts[bought].lines.iter().position(returnable) else { return };
        if self.purchases.has_minimum() || self.drafts.len() >= target || at + 3600 >= end {
            return;
        }
        let last = end.min(at + 13 * DAY);
        let mut back = self.rng.between(at + 3600, last);
        let quantity = self.drafts[bought].lines[line].quantity;
        let some = if self.rng.chance(50) { quantity } else { self.rng.between(1, quantity) };
        self.give_back(bought, line, some, back);
        if some < quantity && self.drafts.len() < target && self.rng.chance(40) {
            back = self.rng.between(back, last);
            let more = self.rng.between(1, quantity - some);
            self.give_back(bought, line, more, back);
        }
    }

    /// Adds the return of a part of a line.
    fn give_back(&mut self, bought: usize, line: usize, quantity: i64, at: i64) {
        let Some(own) = self.drafts[bought].lines.get_mut(line) else { return };
        own.remaining = (own.remaining - quantity).max(0);
        let lines = vec![DemoOrderLine { quantity, ..own.clone() }];
        let place = self.draft("RETURN", "1000", at, lines);
        self.drafts[place].reference = Some(bought);
    }

    /// Adds an order that takes licences from a line of an earlier order to another subscription, whose
    /// `remainingQuantity` falls (`order-management/get-order`).
    fn switched(&mut self, at: i64) {
        let from = self.drafts.iter().enumerate().find_map(|(place, draft)| {
            // What a partner has renewed early stays whole: the subscription says how much that is.
            let is_open = draft.kind == "NEW" || (draft.kind == "RENEWAL" && draft.source == "System");
            let is_possible = is_open && draft.status == "1000" && draft.created < at;
            let line = draft.lines.iter().position(|line| !line.product.consumable && line.remaining > 1);
            line.filter(|_| is_possible).map(|line| (place, line))
        });
        let there = existing(self.purchases, at);
        let to = from.and_then(|(place, line)| {
            let source = self.drafts[place].lines[line].product;
            there.iter().find(|own| !own.product.consumable && own.product != source)
        });
        let (Some((place, line)), Some(to)) = (from, to) else {
            self.more_seats(at);
            return;
        };
        let source = &mut self.drafts[place].lines[line];
        let quantity = self.rng.between(1, source.remaining - 1);
        source.remaining -= quantity;
        let cancelled = vec![DemoOrderLine { quantity, ..source.clone() }];
        let lines = vec![self.line(1, to, quantity, at)];
        let place = self.draft("SWITCH", "1000", at, lines);
        self.drafts[place].cancelled = cancelled;
    }

    fn change(&mut self, kind: &'static str, status: &'static str, at: i64) {
        let there = existing(self.purchases, at);
        let own = there[self.rng.below(there.len())];
        let quantity = self.rng.between(1, own.quantity);
        let lines = vec![self.line(1, own, quantity, at)];
        self.draft(kind, status, at, lines);
    }

    /// Adds an order that created no subscription.
    fn failed(&mut self, status: &'static str, at: i64) {
        let product = catalogue::draw(&mut self.rng);
        let quantity = self.rng.between(1, 20);
        let level = self.purchases.level(product, at);
        let line = DemoOrderLine {
            number: 1,
            product,
            level,
            offer: catalogue::offer_id(product, level, self.record.segment),
            quantity,
            remaining: quantity,
            subscription: None,
            deployment: None,
            discount: None,
        };
        self.draft("NEW", status, at, vec![line]);
    }

    /// Adds an order of the partner's, and returns its place among the drafts.
    fn draft(
        &mut self,
        kind: &'static str,
        status: &'static str,
        created: i64,
        lines: Vec<DemoOrderLine>,
    ) -> usize {
        let (source, cancelled) = ("API", Vec::new());
        self.drafts.push(OrderDraft { kind, status, source, created, reference: None, lines, cancelled });
        self.drafts.len() - 1
    }

    /// Returns a line at the level that was bought at that time.
    fn line(&self, number: u32, own: &DemoSubscription, quantity: i64, at: i64) -> DemoOrderLine {
        let level = self.purchases.level(own.product, at);
        DemoOrderLine {
            number,
            product: own.product,
            level,
            offer: catalogue::offer_id(own.product, level, self.record.segment),
            quantity,
            remaining: quantity,
            subscription: Some(own.id.clone()),
            deployment: own.deployment.clone(),
            discount: own.discount.filter(|discount| discount.applies_at(self.portfolio, at)),
        }
    }

    /// Numbers the orders by time, and returns them newest first.
    fn finish(mut self) -> Vec<DemoOrder> {
        let mut by_time: Vec<usize> = (0..self.drafts.len()).collect();
        by_time.sort_by_key(|place| self.drafts[*place].created);
        let first = 3_000_000_000 + self.record.id.wrapping_mul(2_654_435_761) % 6_000_000_000;
        let mut ids = vec![String::new(); self.drafts.len()];
        for (number, place) in (first..).zip(&by_time) {
            ids[*place] = format!("{number:010}");
        }
        let term = &self.purchases.term;
        let mut orders = Vec::with_capacity(ids.len());
        for place in by_time.into_iter().rev() {
            let draft = &mut self.drafts[place];
            orders.push(DemoOrder {
                id: ids[place].clone(),
                kind: draft.kind,
                status: draft.status,
                source: draft.source,
                created: draft.created,
                // A renewal pays for a whole term, whenever it is placed.
                charged_days: match draft.kind {
                    "RENEWAL" => Some(365),
                    _ => term.days_left(calendar::day_of(draft.created)),
                },
                reference: draft.reference.map(|other| ids[other].clone()),
                external_reference: self.rng.digits("PO-#####"),
                lines: std::mem::take(&mut draft.lines),
                cancelled: std::mem::take(&mut draft.cancelled),
            });
        }
        orders
    }
}

/// Returns the subscriptions that existed at a time and had not ended; that of the first order always did.
fn existing(purchases: &Purchases, at: i64) -> Vec<&DemoSubscription> {
    let day = calendar::day_of(at);
    let there = |own: &&DemoSubscription| own.created <= at && !matches!(own.status, "1002" | "1009");
    let mut found: Vec<&DemoSubscription> = purchases
        .subscriptions
        .iter()
        .filter(there)
        .filter(|own| own.status != "1004" || own.renewal > day)
        .collect();
    if found.is_empty() {
        found = purchases.subscriptions.iter().filter(there).take(1).collect();
    }
    found
}

/// Returns the complete history of a customer, newest first; empty if it never ordered.
pub(super) fn history(portfolio: &Portfolio, record: &Record) -> Vec<DemoOrder> {
    Purchases::of(portfolio, record).map(|purchases| of(portfolio, record, &purchases)).unwrap_or_default()
}
