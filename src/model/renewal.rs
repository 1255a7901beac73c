//! The renewal rules of one subscription: what renews, what ends, and until when that can be changed.
//!
//! From the vendor's pages `renewals/`, `subscription-management/` and partners' manuals. Nothing here promises a late renewal:
//! only the server's `allowedActions` do.

use chrono::{NaiveDate, TimeDelta};

use super::{OfferKind, Subscription, SubscriptionList, Timestamp};

/// The days before the renewal date on which a renewal can be ordered early (`renewals/early-renewals`).
pub const EARLY_DAYS: i64 = 30;

/// The days between the last change of automatic renewal and the renewal date, unless the user says otherwise (partners' manuals).
pub const CHANGE_MARGIN: u8 = 3;

/// The day on which renewals are looked at, and what depends on the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AsOf {
    /// The day.
    pub today: NaiveDate,
    /// The days between the last change of automatic renewal and the renewal date.
    pub change_margin: u8,
}

impl AsOf {
    /// Looks at renewals on a day, with the margin that nobody has changed.
    pub fn on(today: NaiveDate) -> Self {
        Self { today, change_margin: CHANGE_MARGIN }
    }
}

/// A number of seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeatCount {
    /// The seats, or units of a consumable; never below 0.
    pub seats: i64,
    /// True if the documentation does not say exactly what the server's numbers mean.
    pub is_approximate: bool,
}

/// The state of a renewal on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RenewalState {
    /// More than 30 days before the renewal date.
    NotDue,
    /// It can be ordered early, and automatic renewal can still be changed.
    Early,
    /// Automatic renewal can no longer be changed.
    Locked,
    /// It is the renewal date.
    Today,
    /// The subscription has ended, and the server allows a late renewal.
    Late,
    /// The renewal date is over, and the server still calls the subscription active.
    Past,
    /// Everything was renewed early.
    Renewed,
}

impl RenewalState {
    /// Every state, in the order of a renewal.
    pub const ALL: [Self; 7] =
        [Self::NotDue, Self::Early, Self::Locked, Self::Today, Self::Late, Self::Past, Self::Renewed];

    /// Returns the state of a renewal on this date with so many days between its last change and the date.
    pub fn of_date(renewal: NaiveDate, today: NaiveDate, margin: u8) -> Self {
        match (renewal - today).num_days() {
            0 => Self::Today,
            days if days < 0 => Self::Past,
            days if days < i64::from(margin) => Self::Locked,
            days if days <= EARLY_DAYS => Self::Early,
            _ => Self::NotDue,
        }
    }

    /// Returns the code in exports and queries.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotDue => "not-due",
            Self::Early => "early",
            Self::Locked => "locked",
            Self::Today => "today",
            Self::Late => "late",
            Self::Past => "past",
            Self::Renewed => "renewed",
        }
    }

    /// Returns the state in words, as part of a sentence; `None` if there is nothing to say.
    pub fn words(self) -> Option<&'static str> {
        match self {
            Self::NotDue => None,
            Self::Early => Some("early renewal possible"),
            Self::Locked => Some("auto-renewal can no longer be changed"),
            Self::Today => Some("due today"),
            Self::Late => Some("late renewal possible"),
            Self::Past => Some("renewal date passed"),
            Self::Renewed => Some("renewed early"),
        }
    }
}

impl SubscriptionList {
    /// Returns the earliest renewal date of an active subscription with something left to renew.
    pub fn next_renewal(&self) -> Option<NaiveDate> {
        let open = self.items.iter().filter(|item| item.is_open());
        open.filter_map(Subscription::renewal_day).min()
    }
}

impl Subscription {
    /// Returns the day on which it renews or ends.
    pub fn renewal_day(&self) -> Option<NaiveDate> {
        self.renewal_date.as_ref().and_then(Timestamp::date)
    }

    /// Returns true if it is active and something is left to renew or to end.
    pub fn is_open(&self) -> bool {
        self.is_active() && (self.seats_left() > 0 || self.to_renew().is_some_and(|count| count.seats > 0))
    }

    /// Returns the seats that were not renewed early.
    pub fn seats_left(&self) -> i64 {
        let quantity = self.current_quantity.unwrap_or_default();
        quantity.saturating_sub(self.renewed_quantity.unwrap_or_default().max(0)).max(0)
    }

    /// Returns the seats that renew automatically on the renewal date; `None` unless it is active and renews automatically.
    ///
    /// After an early renewal of a part, the documentation does not say whether `renewalQuantity` is the total or the rest
    /// (`subscription-management/get-details`: current 10, renewal 5, renewed 5).
    pub fn to_renew(&self) -> Option<SeatCount> {
        if !self.is_active() || self.auto_renewal.enabled != Some(true) {
            return None;
        }
        let wanted = self.auto_renewal.renewal_quantity.or(self.current_quantity).unwrap_or_default();
        if self.renewed_quantity.is_none_or(|renewed| renewed <= 0) {
            return Some(SeatCount { seats: wanted.max(0), is_approximate: false });
        }
        let left = self.seats_left();
        Some(SeatCount { seats: wanted.min(left).max(0), is_approximate: left > 0 })
    }

    /// Returns the seats that end on the renewal date: those of an active subscription without automatic renewal that were not
    /// renewed early.
    pub fn lapsing(&self) -> i64 {
        let ends = self.is_active() && self.auto_renewal.enabled == Some(false);
        if ends { self.seats_left() } else { 0 }
    }

    /// Returns the seats of which nobody knows whether they renew: those of an active subscription of which the server does not
    /// say whether it renews automatically, without those renewed early.
    pub fn undecided(&self) -> i64 {
        let is_open = self.is_active() && self.auto_renewal.enabled.is_none();
        if is_open { self.seats_left() } else { 0 }
    }

    /// Returns by how many seats it grows (above 0) or shrinks (below 0) at its renewal. `None` if it does not renew automatically,
    /// or if a part was renewed early: then the server's numbers do not say.
    pub fn renewal_change(&self) -> Option<i64> {
        let is_whole = self.renewed_quantity.is_none_or(|renewed| renewed <= 0);
        let renews = self.is_active() && self.auto_renewal.enabled == Some(true) && is_whole;
        let change = self.auto_renewal.renewal_quantity?.checked_sub(self.current_quantity?);
        change.filter(|_| renews)
    }

    /// Returns the last day on which automatic renewal can be changed, with so many days between it and the renewal date;
    /// `None` if it is not active or if nothing is left to renew.
    pub fn last_day_to_change(&self, margin: u8) -> Option<NaiveDate> {
        let day = self.renewal_day().filter(|_| self.is_open())?;
        day.checked_sub_signed(TimeDelta::days(margin.into()))
    }

    /// Returns the state of its renewal on a day; `None` if it has ended for good, has not begun, or has no date.
    pub fn renewal_state(&self, today: NaiveDate, margin: u8) -> Option<RenewalState> {
        if self.is_renewable_late() {
            return Some(RenewalState::Late);
        }
        if !self.is_active() {
            return None;
        }
        if !self.is_open() {
            return self.current_quantity.filter(|quantity| *quantity > 0).map(|_| RenewalState::Renewed);
        }
        Some(RenewalState::of_date(self.renewal_day()?, today, margin))
    }

    /// Returns true if its quantity counts as seats: consumables are counted apart.
    pub fn is_of_seats(&self) -> bool {
        self.offer_kind() != OfferKind::Consumable
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SubscriptionList;

    fn item(value: &serde_json::Value) -> Subscription {
        let body = serde_json::json!({ "items": [value] }).to_string();
        SubscriptionList::from_slice(body.as_bytes()).unwrap().items.remove(0)
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// An active subscription: current, renewed, renewal quantity, automatic renewal.
    fn active(current: i64, renewed: i64, wanted: i64, on: bool, date: &str) -> Subscription {
        item(
            &serde_json::json!({"offerId": "65304479CA01A12", "currentQuantity": current, "renewedQuantity": renewed,
            "renewalDate": date, "status": "1000", "autoRenewal": {"enabled": on, "renewalQuantity": wanted}}),
        )
    }

    #[test]
    fn what_renews_what_ends_and_what_changes() {
        let exactly = |seats| Some(SeatCount { seats, is_approximate: false });
        let about = |seats| Some(SeatCount { seats, is_approximate: true });
        for (source, current, renewed, wanted, on, to_renew, lapsing, change) in [
            ("renewals/auto-renewal: the current seats", 100, 0, 100, true, exactly(100), 0, Some(0)),
            ("renewals/auto-renewal: a fixed number above", 40, 0, 50, true, exactly(50), 0, Some(10)),
            ("renewals/auto-renewal: a fixed number below", 40, 0, 30, true, exactly(30), 0, Some(-10)),
            ("renewals/auto-renewal: off", 40, 0, 40, false, None, 40, None),
            ("renewals/manual-renewals: 100 of 100 early", 100, 100, 100, true, exactly(0), 0, None),
            ("renewals/manual-renewals: 40 of 100 early", 100, 40, 100, true, about(60), 0, None),
            ("renewals/manual-renewals: 120 of 200 early", 200, 120, 200, true, about(80), 0, None),
            (
                "renewals/manual-renewals: 100 early, all returned",
                100,
                0,
                100,
                true,
                exactly(100),
                0,
                Some(0),
            ),
            ("renewals/manual-renewals: 40 of 100 early, then off", 100, 40, 100, false, None, 60, None),
            ("subscription-management/get-details: its sample", 10, 5, 5, true, about(5), 0, None),
            ("more was renewed than there is", 10, 15, 10, true, exactly(0), 0, None),
            ("no sensible number", 10, -3, -7, true, exactly(0), 0, Some(-17)),
        ] {
            let item = active(current, renewed, wanted, on, "2026-11-30");
            let found = (item.to_renew(), item.lapsing(), item.renewal_change());
            assert_eq!(found, (to_renew, lapsing, change), "{source}");
            assert_eq!(item.undecided(), 0, "{source}");
        }
        let silent = item(&serde_json::json!({"currentQuantity": 7, "status": "1000"}));
        assert_eq!((silent.to_renew(), silent.lapsing(), silent.renewal_change()), (None, 0, None));
        assert_eq!(silent.undecided(), 7);
        let bare = item(
            &serde_json::json!({"currentQuantity": 7, "status": "1000", "autoRenewal": {"enabled": true}}),
        );
        assert_eq!((bare.to_renew(), bare.renewal_change()), (exactly(7), None));
        for status in ["1004", "1009", "1002", ""] {
            let mut ended = active(40, 0, 50, true, "2026-11-30");
            ended.status = crate::model::Status::new(status);
            assert_eq!(
                (ended.to_renew(), ended.lapsing(), ended.renewal_change()),
                (None, 0, None),
                "{status}"
            );
        }
    }

    /// `renewals/early-renewals` (AD-30 to AD-1), partners' manuals (AD-3), `renewals/auto-renewal` (AD).
    #[test]
    fn the_state_of_a_renewal_follows_the_days_around_its_date() {
        use RenewalState::{Early, Locked, NotDue, Past, Today};
        for date in ["2026-11-30", "2024-02-29", "2025-02-28", "2026-12-31", "2027-01-01", "2026-03-31"] {
            let renewal = day(date);
            let item = active(10, 0, 10, true, date);
            for offset in -31..=31 {
                let today = renewal + TimeDelta::days(offset);
                let expected = match offset {
                    ..=-31 => NotDue,
                    -30..=-3 => Early,
                    -2..=-1 => Locked,
                    0 => Today,
                    1.. => Past,
                };
                assert_eq!(item.renewal_state(today, 3), Some(expected), "{date} {offset}");
            }
            assert_eq!(item.last_day_to_change(3), Some(renewal - TimeDelta::days(3)));
            assert_eq!(item.last_day_to_change(0), Some(renewal));
            let last = item.last_day_to_change(4).unwrap();
            assert_eq!(item.renewal_state(last, 4), Some(Early), "{date}: it can be changed on that day");
            assert_eq!(item.renewal_state(last + TimeDelta::days(1), 4), Some(Locked), "{date}");
        }
    }

    #[test]
    fn only_the_server_promises_a_late_renewal() {
        let ended = |actions: &[&str]| {
            item(&serde_json::json!({"currentQuantity": 10, "renewalDate": "2026-07-10", "status": "1004",
                "allowedActions": actions}))
        };
        for offset in -5..=31 {
            let today = day("2026-07-10") + TimeDelta::days(offset);
            assert_eq!(ended(&["MANUAL_RENEWAL"]).renewal_state(today, 3), Some(RenewalState::Late));
            assert_eq!(ended(&[]).renewal_state(today, 3), None);
            assert_eq!(ended(&["SOMETHING"]).renewal_state(today, 3), None);
        }
        assert_eq!(ended(&["MANUAL_RENEWAL"]).last_day_to_change(3), None);
    }

    #[test]
    fn what_was_renewed_early_has_no_date_to_watch() {
        let renewed = active(100, 100, 100, true, "2025-11-30");
        assert_eq!(renewed.renewal_state(day("2025-11-20"), 3), Some(RenewalState::Renewed));
        assert_eq!(renewed.last_day_to_change(3), None);
        let partly = active(100, 40, 100, true, "2025-10-01");
        assert_eq!(partly.renewal_state(day("2025-09-10"), 3), Some(RenewalState::Early));
        let empty = active(0, 0, 0, true, "2025-10-01");
        assert_eq!(empty.renewal_state(day("2025-09-10"), 3), None, "no seats");
        let mut scheduled = active(0, 0, 10, true, "2025-10-01");
        assert_eq!(scheduled.renewal_state(day("2025-09-10"), 3), Some(RenewalState::Early), "10 seats then");
        scheduled.status = crate::model::Status::new("1009");
        assert_eq!(scheduled.renewal_state(day("2025-09-10"), 3), None);
        let dateless = item(&serde_json::json!({"currentQuantity": 10, "status": "1000"}));
        assert_eq!(dateless.renewal_state(day("2025-09-10"), 3), None);
    }

    #[test]
    fn days_at_the_ends_of_the_calendar_are_no_trouble() {
        let item = active(10, 0, 10, true, "0001-01-01");
        let _ = item.last_day_to_change(u8::MAX);
        assert_eq!(RenewalState::of_date(NaiveDate::MIN, NaiveDate::MAX, 3), RenewalState::Past);
        assert_eq!(RenewalState::of_date(NaiveDate::MAX, NaiveDate::MIN, 3), RenewalState::NotDue);
        let mut codes: Vec<&str> = RenewalState::ALL.into_iter().map(RenewalState::code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), RenewalState::ALL.len());
    }
}
