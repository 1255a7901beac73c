//! The next renewal of a customer: which date it is, how far away it is, and its state on a day.
//!
//! Nothing here depends on the day on which subscriptions were read, so that it can be kept: what depends on a day is asked with
//! one.

use chrono::{NaiveDate, TimeDelta};

use super::{AsOf, DatedRenewal, RenewalState, Subscription, SubscriptionList};

/// The renewals of a customer's subscriptions, as far as they concern the customer as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CustomerRenewal {
    /// The renewal dates of active subscriptions with something left to renew, the earliest first.
    pub dates: Vec<DatedRenewal>,
    /// The earliest renewal date of an ended subscription that the server still lets renew.
    pub late_since: Option<NaiveDate>,
    /// The number of ended subscriptions that the server still lets renew.
    pub late_count: i64,
    /// True if there are active seats, and all of them were renewed early.
    pub is_renewed: bool,
}

/// The date that stands for the next renewal of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RenewalBasis {
    /// The renewal date of an active subscription with something left to renew.
    Subscription,
    /// The renewal date of an ended subscription that the server still lets renew: no active one has anything left.
    Late,
    /// The anniversary date: nothing is left to renew.
    Anniversary,
}

impl RenewalBasis {
    /// Every basis, the surest first.
    pub const ALL: [Self; 3] = [Self::Subscription, Self::Late, Self::Anniversary];

    /// Returns the surest of a customer's dates, and which one it is: the renewal date of an active subscription, the one of a
    /// late renewal, or the anniversary.
    pub fn first_of(
        next: Option<NaiveDate>,
        late_since: Option<NaiveDate>,
        anniversary: Option<NaiveDate>,
    ) -> Option<(NaiveDate, Self)> {
        let mut dates = [next, late_since, anniversary].into_iter().zip(Self::ALL);
        dates.find_map(|(day, basis)| Some((day?, basis)))
    }

    /// Returns the code in exports and queries.
    pub fn code(self) -> &'static str {
        match self {
            Self::Subscription => "subscription",
            Self::Late => "late",
            Self::Anniversary => "anniversary",
        }
    }

    /// Returns what it means, in a few words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Subscription => "an active subscription renews then",
            Self::Late => "an ended subscription can still be renewed",
            Self::Anniversary => "nothing is left to renew",
        }
    }
}

impl CustomerRenewal {
    /// Reads the renewals of a customer's subscriptions.
    pub fn of(list: &SubscriptionList) -> Self {
        let late = || list.items.iter().filter(|item| item.is_renewable_late());
        let active = || list.items.iter().filter(|item| item.is_active());
        let has_seats = |item: &Subscription| item.current_quantity.is_some_and(|quantity| quantity > 0);
        Self {
            dates: DatedRenewal::all(list.items.iter().filter(|item| item.is_open())),
            late_since: late().filter_map(Subscription::renewal_day).min(),
            late_count: i64::try_from(late().count()).unwrap_or(i64::MAX),
            is_renewed: active().any(has_seats) && !active().any(Subscription::is_open),
        }
    }

    /// Returns the earliest renewal date of an active subscription with something left to renew.
    pub fn next(&self) -> Option<NaiveDate> {
        self.dates.first().map(|date| date.day)
    }

    /// Returns the earliest renewal date of an active subscription that ends then: it does not renew automatically.
    pub fn lapses(&self) -> Option<NaiveDate> {
        self.dates.iter().find(|date| date.lapses).map(|date| date.day)
    }

    /// Returns the date of the next renewal: of an active subscription, or else of a late one.
    pub fn date(&self) -> Option<NaiveDate> {
        self.next().or(self.late_since)
    }

    /// Returns the date that stands for the next renewal, and which one it is. A customer without anything to renew has its
    /// anniversary.
    pub fn with_basis(&self, anniversary: Option<NaiveDate>) -> Option<(NaiveDate, RenewalBasis)> {
        RenewalBasis::first_of(self.next(), self.late_since, anniversary)
    }

    /// Returns the days until the next renewal, below 0 once its date is over.
    pub fn days_left(&self, today: NaiveDate) -> Option<i64> {
        self.date().map(|day| (day - today).num_days())
    }

    /// Returns the last day on which automatic renewal can be changed before the next renewal, with so many days between them.
    pub fn change_by(&self, margin: u8) -> Option<NaiveDate> {
        self.next()?.checked_sub_signed(TimeDelta::days(margin.into()))
    }

    /// Returns the states of the customer's renewals on a day, the most urgent first.
    pub fn states(&self, as_of: AsOf) -> impl Iterator<Item = RenewalState> + use<> {
        let dates = self.dates.iter().map(|date| date.day);
        RenewalStates::of(dates, self.late_count, self.is_renewed, as_of).iter()
    }
}

/// The states of a customer's renewals on a day.
#[derive(Debug, Clone, Copy)]
pub struct RenewalStates([bool; RenewalState::ALL.len()]);

impl RenewalStates {
    /// Finds the states of the open renewal dates, and of late renewals if there are any. No renewal is due only if none is;
    /// everything is renewed if no date is left.
    pub fn of(
        dates: impl Iterator<Item = NaiveDate>,
        late_count: i64,
        is_renewed: bool,
        as_of: AsOf,
    ) -> Self {
        use RenewalState::{Early, Late, Locked, NotDue, Past, Renewed, Today};
        let mut states = [false; RenewalState::ALL.len()];
        let mut is_open = false;
        for day in dates {
            is_open = true;
            states[RenewalState::of_date(day, as_of.today, as_of.change_margin) as usize] = true;
        }
        states[NotDue as usize] &= ![Past, Today, Locked, Early].iter().any(|state| states[*state as usize]);
        states[Late as usize] = late_count > 0;
        states[Renewed as usize] = is_renewed && !is_open;
        Self(states)
    }

    /// Iterates over them, the most urgent first.
    pub fn iter(self) -> impl Iterator<Item = RenewalState> + use<> {
        use RenewalState::{Early, Late, Locked, NotDue, Past, Renewed, Today};
        let by_urgency = [Late, Past, Today, Locked, Early, NotDue, Renewed];
        by_urgency.into_iter().filter(move |state| self.0[*state as usize])
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use RenewalState::{Early, Late, Locked, NotDue, Past, Renewed, Today};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn renewal(items: &[Value]) -> CustomerRenewal {
        let body = json!({ "items": items }).to_string();
        CustomerRenewal::of(&SubscriptionList::from_slice(body.as_bytes()).unwrap())
    }

    /// A subscription: status, current, renewed, renewal date.
    fn item(status: &str, current: i64, renewed: i64, date: &str) -> Value {
        json!({"offerId": "65304479CA01A12", "currentQuantity": current, "renewedQuantity": renewed, "renewalDate": date,
            "status": status, "autoRenewal": {"enabled": true}})
    }

    fn late(date: &str) -> Value {
        let mut ended = item("1004", 10, 0, date);
        ended["allowedActions"] = json!(["MANUAL_RENEWAL"]);
        ended
    }

    fn states(renewal: &CustomerRenewal, today: NaiveDate) -> Vec<RenewalState> {
        renewal.states(AsOf::on(today)).collect()
    }

    #[test]
    fn the_next_renewal_says_which_date_it_is() {
        use RenewalBasis::{Anniversary, Subscription};
        let ad = Some(day("2026-11-30"));
        for (source, items, expected) in [
            (
                "renewals/manual-renewals: after a part was renewed early, the renewal date stays",
                vec![item("1000", 100, 40, "2025-10-01")],
                Some(("2025-10-01", Subscription)),
            ),
            (
                "renewals/manual-renewals: all renewed early, so nothing is left",
                vec![item("1000", 100, 100, "2025-11-30")],
                Some(("2026-11-30", Anniversary)),
            ),
            (
                "subscription-management/get-details: what renews a year from its own order",
                vec![item("1000", 100, 100, "2025-11-30"), item("1000", 5, 0, "2026-03-01")],
                Some(("2026-03-01", Subscription)),
            ),
            (
                "renewals/manual-renewals: late, only if the server allows it",
                vec![late("2026-07-10"), late("2026-07-09"), item("1004", 10, 0, "2026-07-01")],
                Some(("2026-07-09", RenewalBasis::Late)),
            ),
            (
                "renewals/manual-renewals: late, beside what renewed automatically",
                vec![late("2026-07-10"), item("1000", 10, 0, "2027-07-10")],
                Some(("2027-07-10", Subscription)),
            ),
            (
                "references/statuses: scheduled",
                vec![item("1009", 0, 0, "2025-10-01")],
                Some(("2026-11-30", Anniversary)),
            ),
            (
                "references/statuses: ended",
                vec![item("1004", 9, 0, "2025-10-01")],
                Some(("2026-11-30", Anniversary)),
            ),
            ("nothing was ever ordered", vec![], Some(("2026-11-30", Anniversary))),
        ] {
            let expected = expected.map(|(text, basis)| (day(text), basis));
            assert_eq!(renewal(&items).with_basis(ad), expected, "{source}");
        }
        assert_eq!(renewal(&[]).with_basis(None), None);
    }

    /// `renewals/early-renewals` (AD-30 to AD-1), partners' manuals (AD-3), `renewals/auto-renewal` (AD),
    /// `renewals/manual-renewals` (late).
    #[test]
    fn days_left_and_states_follow_the_days_around_the_date() {
        for date in ["2026-11-30", "2024-02-29", "2025-02-28", "2024-03-31", "2026-12-31", "2027-01-01"] {
            let renews = renewal(&[item("1000", 10, 0, date)]);
            let ended = renewal(&[late(date)]);
            for offset in -31..=31 {
                let today = day(date) + TimeDelta::days(offset);
                let expected = match offset {
                    ..=-31 => NotDue,
                    -30..=-3 => Early,
                    -2..=-1 => Locked,
                    0 => Today,
                    1.. => Past,
                };
                assert_eq!(renews.days_left(today), Some(-offset), "{date} {offset}");
                assert_eq!(states(&renews, today), [expected], "{date} {offset}");
                assert_eq!((ended.days_left(today), states(&ended, today)), (Some(-offset), vec![Late]));
            }
        }
    }

    #[test]
    fn the_last_day_to_change_is_before_the_next_renewal() {
        for (source, date, margin, expected) in [
            ("partners' manuals: three days", "2026-11-30", 3, "2026-11-27"),
            ("partners' manuals: four days", "2026-11-30", 4, "2026-11-26"),
            ("after a leap day", "2024-03-02", 3, "2024-02-28"),
            ("on a leap day", "2024-03-03", 3, "2024-02-29"),
            ("after a February without one", "2025-03-02", 3, "2025-02-27"),
            ("over the turn of a year", "2027-01-01", 3, "2026-12-29"),
            ("no margin", "2026-11-30", 0, "2026-11-30"),
        ] {
            assert_eq!(
                renewal(&[item("1000", 1, 0, date)]).change_by(margin),
                Some(day(expected)),
                "{source}"
            );
        }
        assert_eq!(renewal(&[late("2026-11-30")]).change_by(3), None, "automatic renewal is over");
        assert_eq!(
            renewal(&[item("1000", 1, 1, "2026-11-30")]).change_by(3),
            None,
            "nothing is left to renew"
        );
    }

    #[test]
    fn a_customer_has_the_state_of_late_renewals_and_of_the_next_one() {
        let today = day("2026-07-20");
        for (source, items, expected) in [
            (
                "late, beside what renewed automatically",
                vec![late("2026-07-10"), item("1000", 10, 0, "2027-07-10")],
                vec![Late, NotDue],
            ),
            (
                "late, beside a pack that renews alone",
                vec![late("2026-07-10"), item("1000", 10, 0, "2026-08-01")],
                vec![Late, Early],
            ),
            (
                "one that is overdue hides none of the others",
                vec![
                    item("1000", 5, 0, "2026-07-19"),
                    item("1000", 9, 0, "2026-07-22"),
                    item("1000", 9, 0, "2026-08-05"),
                ],
                vec![Past, Locked, Early],
            ),
            (
                "what is due hides what is not",
                vec![item("1000", 5, 0, "2026-07-20"), item("1000", 9, 0, "2027-07-22")],
                vec![Today],
            ),
            ("all renewed early", vec![item("1000", 10, 10, "2026-07-30")], vec![Renewed]),
            (
                "one renewed early, one not",
                vec![item("1000", 10, 10, "2026-07-30"), item("1000", 5, 0, "2026-07-30")],
                vec![Early],
            ),
            ("scheduled", vec![item("1009", 0, 0, "2026-07-30")], vec![]),
            ("no seats", vec![item("1000", 0, 0, "2026-07-30")], vec![]),
            ("nothing", vec![], vec![]),
        ] {
            assert_eq!(states(&renewal(&items), today), expected, "{source}");
        }
        let mut undated = item("1000", 10, 10, "2026-07-30");
        undated["renewedQuantity"] = json!(0);
        undated["renewalDate"] = Value::Null;
        assert_eq!(states(&renewal(&[undated]), today), [], "of what has no date nobody knows");
        let mut dateless = late("");
        dateless["renewalDate"] = Value::Null;
        let dateless = renewal(&[dateless]);
        assert_eq!((states(&dateless, today), dateless.days_left(today)), (vec![Late], None));
    }
}
