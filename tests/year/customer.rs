//! A customer of the simulated year: its subscriptions and orders, and what becomes of them at a renewal date.
//!
//! From the vendor's pages `renewals/auto-renewal`, `renewals/manual-renewals` and `order-management/order-scenarios`.

use chrono::{Months, NaiveDate, TimeDelta};

use crate::{commitment::Commitment, dice::Dice};

/// Returns the same day a year later; that of 29 February is 28 February.
pub(crate) fn year_after(day: NaiveDate) -> NaiveDate {
    day.checked_add_months(Months::new(12)).unwrap()
}

/// Returns the day so many days later.
pub(crate) fn plus(day: NaiveDate, days: i64) -> NaiveDate {
    day + TimeDelta::days(days)
}

/// What a subscription is of, by the first ten characters of its offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Product {
    Licence(&'static str),
    /// Licences of a High Growth Offer, which cannot be returned.
    Growth(&'static str),
    /// Units of a consumable, which renew a year after their own order.
    Credits(&'static str),
}

#[derive(Debug, Clone)]
pub(crate) struct Subscription {
    pub(crate) id: String,
    pub(crate) product: Product,
    pub(crate) status: &'static str,
    pub(crate) created: NaiveDate,
    pub(crate) day: NaiveDate,
    pub(crate) current: i64,
    /// The part that was renewed early for the next term.
    pub(crate) renewed: i64,
    pub(crate) is_auto: bool,
    /// The quantity after the renewal, if the customer has fixed one.
    pub(crate) fixed: Option<i64>,
    /// The quantity with which a scheduled one begins.
    pub(crate) planned: i64,
    /// The last day on which the server allows a late renewal, once it has ended.
    pub(crate) late_until: Option<NaiveDate>,
    /// The day on which the server tries a renewal again that failed.
    pub(crate) retry: Option<NaiveDate>,
}

impl Subscription {
    pub(crate) fn new(
        id: String,
        product: Product,
        created: NaiveDate,
        day: NaiveDate,
        current: i64,
    ) -> Self {
        Self {
            id,
            product,
            status: "1000",
            created,
            day,
            current,
            renewed: 0,
            is_auto: true,
            fixed: None,
            planned: 0,
            late_until: None,
            retry: None,
        }
    }

    pub(crate) fn is_active(&self) -> bool {
        self.status == "1000"
    }

    pub(crate) fn is_licence(&self) -> bool {
        !matches!(self.product, Product::Credits(_))
    }

    /// Returns the quantity that renews automatically.
    fn rest(&self) -> i64 {
        match (self.is_auto, self.renewed) {
            (false, _) => 0,
            (true, 0) => self.fixed.unwrap_or(self.current),
            (true, renewed) => self.fixed.unwrap_or(self.current).min(self.current - renewed).max(0),
        }
    }

    /// Ends it; the server allows a late renewal for so many days.
    fn end(&mut self, late_days: i64) {
        (self.status, self.retry) = ("1004", None);
        self.late_until = (late_days > 0).then(|| plus(self.day, late_days));
    }

    /// Begins the next term with this quantity.
    pub(crate) fn begin_term(&mut self, quantity: i64) {
        (self.status, self.day) = ("1000", year_after(self.day));
        (self.current, self.renewed, self.retry, self.late_until) = (quantity, 0, None, None);
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) subscription: String,
    pub(crate) product: Product,
    pub(crate) quantity: i64,
    /// What was neither returned nor switched.
    pub(crate) remaining: i64,
}

#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) id: String,
    pub(crate) kind: &'static str,
    pub(crate) status: &'static str,
    pub(crate) day: NaiveDate,
    /// The hour; 0 is the time at which the server renews.
    pub(crate) hour: u32,
    pub(crate) refers_to: Option<String>,
    pub(crate) lines: Vec<Line>,
    /// True as long as its seats are of the next term.
    pub(crate) is_early: bool,
}

/// Licences that were added in the console, and that nobody has ordered.
#[derive(Debug, Clone)]
pub(crate) struct Unpaid {
    pub(crate) reference: String,
    pub(crate) product: Product,
    pub(crate) quantity: i64,
    pub(crate) created: NaiveDate,
}

#[derive(Debug, Clone)]
pub(crate) struct Customer {
    pub(crate) id: String,
    pub(crate) reseller: &'static str,
    pub(crate) name: String,
    pub(crate) status: &'static str,
    pub(crate) joined: NaiveDate,
    /// The anniversary date.
    pub(crate) anniversary: Option<NaiveDate>,
    pub(crate) subscriptions: Vec<Subscription>,
    /// The oldest first.
    pub(crate) orders: Vec<Order>,
    pub(crate) commitment: Option<Commitment>,
    pub(crate) unpaid: Vec<Unpaid>,
    /// True if the server of its region renews before the morning.
    pub(crate) renews_early: bool,
    /// The days for which the server allows it late renewals; 0 for none.
    pub(crate) late_days: i64,
    /// True if it renews nothing and orders nothing.
    pub(crate) is_idle: bool,
    /// True if it has changed since it was read last.
    pub(crate) is_changed: bool,
}

impl Customer {
    /// Returns the seats of active subscriptions.
    pub(crate) fn seats(&self) -> i64 {
        let active = self.subscriptions.iter().filter(|item| item.is_active() && item.is_licence());
        active.map(|item| item.current).sum()
    }

    /// Adds an order of these lines, each with the place of its subscription and a quantity.
    pub(crate) fn order(
        &mut self,
        dice: &mut Dice,
        (kind, status): (&'static str, &'static str),
        (day, hour): (NaiveDate, u32),
        lines: &[(usize, i64)],
    ) -> &mut Order {
        self.is_changed = true;
        let line = |(place, quantity): &(usize, i64)| {
            let item = &self.subscriptions[*place];
            let (subscription, product) = (item.id.clone(), item.product);
            Line { subscription, product, quantity: *quantity, remaining: *quantity }
        };
        let lines = lines.iter().map(line).collect();
        let id = dice.id("7");
        let order = Order { id, kind, status, day, hour, refers_to: None, lines, is_early: false };
        self.orders.push(order);
        self.orders.last_mut().unwrap()
    }

    /// Moves the anniversary date a year on, unless that has happened.
    pub(crate) fn move_anniversary(&mut self, from: NaiveDate) {
        if self.anniversary.is_some_and(|day| day <= from) {
            self.anniversary = Some(year_after(from));
        }
    }

    /// Renews, ends and begins what is due on a day. A renewal may fail: it is tried again some days later.
    pub(crate) fn renew_due(&mut self, today: NaiveDate, hour: u32, dice: &mut Dice) {
        let is_due = |item: &Subscription| {
            let day = item.retry.unwrap_or(item.day);
            matches!(item.status, "1000" | "1009") && day <= today
        };
        let due: Vec<usize> =
            (0..self.subscriptions.len()).filter(|place| is_due(&self.subscriptions[*place])).collect();
        let mut lines = Vec::new();
        for place in due {
            self.is_changed = true;
            let late_days = self.late_days;
            let item = &mut self.subscriptions[place];
            let (day, rest, is_first) = (item.day, item.rest(), item.retry.is_none());
            if item.status == "1009" {
                let planned = item.planned;
                dice.note("scheduled begins");
                item.begin_term(planned);
                lines.push((place, planned));
            } else if rest > 0 && is_first && dice.percent(12) {
                item.retry = Some(plus(today, dice.between(1, 4)));
                dice.note("renewal fails");
                let failure = dice.pick(&["1004", "1004", "1020", "1024"]);
                self.order(dice, ("RENEWAL", failure), (today, hour), &[(place, rest)]);
                continue;
            } else if rest + item.renewed == 0 || !is_first && rest > 0 && dice.percent(30) {
                dice.note(if is_first { "lapses" } else { "ends after a failure" });
                item.end(late_days);
                continue;
            } else {
                let quantity = rest + item.renewed;
                dice.note(match (item.renewed, quantity - item.current) {
                    _ if !is_first => "renews after a failure",
                    _ if day.format("%m-%d").to_string() == "02-29" => "renews on the leap day",
                    (0, 0) => "renews",
                    (0, 1..) => "renews and grows",
                    (0, _) => "renews and shrinks",
                    _ if rest > 0 => "renews the rest",
                    _ if item.is_auto => "was renewed early",
                    _ => "was renewed early, without auto-renewal",
                });
                item.begin_term(quantity);
                if rest > 0 {
                    lines.push((place, rest));
                }
            }
            let id = self.subscriptions[place].id.clone();
            let of_it = |order: &&mut Order| order.lines.iter().any(|line| line.subscription == id);
            self.orders.iter_mut().filter(of_it).for_each(|order| order.is_early = false);
            self.move_anniversary(day);
        }
        if !lines.is_empty() {
            self.order(dice, ("RENEWAL", "1000"), (today, hour), &lines);
        }
    }

    /// Ends what the server allows for a time only.
    pub(crate) fn expire(&mut self, today: NaiveDate, dice: &mut Dice) {
        for item in &mut self.subscriptions {
            if item.late_until.is_some_and(|day| day < today) {
                dice.note("late renewal is over");
                (item.late_until, self.is_changed) = (None, true);
            }
        }
        if self.unpaid.iter().any(|licences| today >= licences.expires()) {
            dice.note("licences are gone");
        }
        self.unpaid.retain(|licences| today < licences.expires());
    }
}

impl Unpaid {
    /// Returns the day on which the licences are gone.
    pub(crate) fn expires(&self) -> NaiveDate {
        plus(self.created, 7)
    }
}
