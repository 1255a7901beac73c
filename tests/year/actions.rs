//! What customers, and the partner on their behalf, do during a day of the simulated year.

use chrono::NaiveDate;

use crate::{
    customer::{Customer, Product, Subscription, Unpaid, plus},
    dice::Dice,
};

/// The base products of licences, of High Growth Offers and of consumables.
const LICENCES: [&str; 5] = ["65304479CA", "65304480CA", "65304633CA", "65304520CA", "65304882CA"];
const GROWTH: &str = "65304901CA";
const CREDITS: &str = "65305061CA";

impl Customer {
    /// Does what people do on a day, after the morning.
    pub(crate) fn act(&mut self, today: NaiveDate, dice: &mut Dice) {
        self.handle_unpaid(today, dice);
        if self.is_idle {
            return;
        }
        for place in 0..self.subscriptions.len() {
            self.switch(place, today, dice);
            self.renew_by_hand(place, today, dice);
        }
        self.give_back(today, dice);
        self.ask(today, dice);
        let is_short = self.commitment.as_ref().is_some_and(|of| of.status == "ACCEPTED");
        if dice.of_ten_thousand(if is_short { 500 } else { 55 }) {
            self.buy(today, dice);
        }
        self.schedule(today, dice);
    }

    /// Changes automatic renewal, which is possible until three days before the renewal date.
    fn switch(&mut self, place: usize, today: NaiveDate, dice: &mut Dice) {
        let item = &self.subscriptions[place];
        let left = (item.day - today).num_days();
        if !item.is_active() || left < 3 || !dice.of_ten_thousand(if left <= 60 { 120 } else { 12 }) {
            return;
        }
        let is_bound =
            self.commitment.as_ref().is_some_and(|of| of.is_in_force() && !of.is_last_before(item.day));
        let item = &mut self.subscriptions[place];
        match dice.between(1, 4) {
            1 => item.fixed = Some((item.current + dice.between(-5, 8)).max(1)),
            2 => item.fixed = None,
            _ if item.is_auto && is_bound => return,
            _ => {
                item.is_auto = !item.is_auto;
                dice.note(if item.is_auto { "auto-renewal on" } else { "auto-renewal off" });
            }
        }
        self.is_changed = true;
    }

    /// Renews early, all or a part, or late what has ended.
    fn renew_by_hand(&mut self, place: usize, today: NaiveDate, dice: &mut Dice) {
        let item = &self.subscriptions[place];
        let (left, open, day) = ((item.day - today).num_days(), item.current - item.renewed, item.day);
        let is_last_term = |customer: &Self| {
            let of = customer.commitment.as_ref().filter(|of| of.is_in_force());
            of.is_some_and(|of| of.again.is_none() && of.is_last_before(day))
        };
        if item.is_active() && (1..=30).contains(&left) && open > 0 {
            if !dice.of_ten_thousand(130) || is_last_term(self) {
                return;
            }
            let quantity = if dice.percent(60) { open } else { dice.between(1, open) };
            dice.note(if quantity == open { "early renewal" } else { "early renewal of a part" });
            self.subscriptions[place].renewed += quantity;
            self.order(dice, ("RENEWAL", "1000"), (today, 11), &[(place, quantity)]).is_early = true;
            self.move_anniversary(day);
        } else if item.late_until.is_some_and(|last| today <= last) && dice.percent(4) {
            dice.note("late renewal");
            let quantity = dice.between(1, item.current.max(1));
            let item = &mut self.subscriptions[place];
            item.begin_term(quantity);
            item.is_auto |= dice.percent(70);
            self.order(dice, ("RENEWAL", "1000"), (today, 11), &[(place, quantity)]);
            self.move_anniversary(day);
        }
    }

    /// Returns a part of an order of the last 14 days, or all of it.
    fn give_back(&mut self, today: NaiveDate, dice: &mut Dice) {
        let Some(number) = self.orders.len().checked_sub(1) else { return };
        let (order, is_all) = (&self.orders[number], dice.percent(50));
        let is_open = order.status == "1000" && (today - order.day).num_days() <= 14;
        let [line] = &order.lines[..] else { return };
        if !matches!(order.kind, "NEW" | "RENEWAL")
            || !is_open
            || !matches!(line.product, Product::Licence(_))
        {
            return;
        }
        let (is_early, returned) = (order.is_early, order.id.clone());
        let of_line = |item: &Subscription| item.id == line.subscription && item.is_active();
        let Some(place) = self.subscriptions.iter().position(of_line) else { return };
        let item = &self.subscriptions[place];
        let most = line.remaining.min(if is_early { item.renewed } else { item.current - item.renewed });
        if most <= 0 || !dice.percent(2) {
            return;
        }
        let quantity = if is_all { most } else { dice.between(1, most) };
        dice.note(match (is_early, is_all) {
            (true, _) => "early renewal is returned",
            (false, true) => "order is returned",
            (false, false) => "part of an order is returned",
        });
        let item = &mut self.subscriptions[place];
        if is_early {
            item.renewed -= quantity;
        } else {
            item.current -= quantity;
            if item.current == 0 {
                item.status = "1004";
            }
        }
        let order = &mut self.orders[number];
        order.lines[0].remaining -= quantity;
        if order.lines[0].remaining == 0 {
            order.status = "1008";
        }
        self.order(dice, ("RETURN", "1000"), (today, 12), &[(place, quantity)]).refers_to = Some(returned);
    }

    /// Orders a new product, or more of one. The order can fail, which is no failed renewal.
    pub(crate) fn buy(&mut self, today: NaiveDate, dice: &mut Dice) {
        if dice.percent(5) && !self.subscriptions.is_empty() {
            dice.note("purchase fails");
            self.order(dice, ("NEW", "1004"), (today, 13), &[(0, 3)]);
            return;
        }
        let product = match dice.between(1, 100) {
            1..=10 => Product::Credits(CREDITS),
            11..=15 => Product::Growth(GROWTH),
            _ => Product::Licence(dice.pick(&LICENCES)),
        };
        let quantity = match product {
            Product::Licence(_) => dice.between(1, 25),
            Product::Growth(_) => 100,
            Product::Credits(_) => dice.between(1, 5) * 1000,
        };
        self.add(product, quantity, today, dice);
    }

    /// Adds a product, to the subscription that there is of it in the present term.
    pub(crate) fn add(&mut self, product: Product, quantity: i64, today: NaiveDate, dice: &mut Dice) {
        let anniversary = self.anniversary.filter(|day| *day > today).unwrap_or_else(|| plus(today, 365));
        let day = if let Product::Credits(_) = product {
            plus(today, 365)
        } else {
            self.anniversary = Some(anniversary);
            anniversary
        };
        let is_same = |item: &Subscription| item.is_active() && item.product == product && item.day == day;
        let known = self.subscriptions.iter().position(is_same);
        let place = known.unwrap_or(self.subscriptions.len());
        if known.is_some() {
            self.subscriptions[place].current += quantity;
        } else {
            let item = Subscription::new(dice.id("8"), product, today, day, quantity);
            self.subscriptions.push(Subscription { is_auto: dice.percent(85), ..item });
        }
        self.status = "1000";
        // A switch brings licences too, and cannot be returned.
        let kind = if dice.percent(6) { "SWITCH" } else { "NEW" };
        dice.note(kind);
        self.order(dice, (kind, "1000"), (today, 14), &[(place, quantity)]);
    }

    /// Schedules a product for the next term.
    fn schedule(&mut self, today: NaiveDate, dice: &mut Dice) {
        let Some(day) = self.anniversary else { return };
        if !(3..=30).contains(&(day - today).num_days()) || !dice.of_ten_thousand(40) {
            return;
        }
        let item = Subscription::new(dice.id("8"), Product::Licence(dice.pick(&LICENCES)), today, day, 0);
        let planned = dice.between(1, 20);
        dice.note("scheduled");
        self.subscriptions.push(Subscription { status: "1009", planned, ..item });
        self.is_changed = true;
    }

    /// Adds licences in the console, and orders them later, or never.
    fn handle_unpaid(&mut self, today: NaiveDate, dice: &mut Dice) {
        if dice.of_ten_thousand(25) && !self.is_idle {
            let (product, quantity) = (Product::Licence(dice.pick(&LICENCES)), dice.between(1, 9));
            self.unpaid.push(Unpaid { reference: dice.id("6"), product, quantity, created: today });
        } else if !self.unpaid.is_empty() && dice.percent(12) {
            let ordered = self.unpaid.remove(0);
            dice.note("licences are ordered");
            self.add(ordered.product, ordered.quantity, today, dice);
        }
    }
}
