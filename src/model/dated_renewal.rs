//! What a customer has on one renewal date.

use chrono::NaiveDate;

use super::Subscription;

/// What the active subscriptions of a customer that have one renewal date leave to renew or to end on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DatedRenewal {
    /// The renewal date.
    pub day: NaiveDate,
    /// The licences that renew automatically.
    pub to_renew: i64,
    /// The licences that end.
    pub lapsing_seats: i64,
    /// The licences that the renewal adds (above 0) or drops (below 0).
    pub change: i64,
    /// True if something ends, be it consumables alone.
    pub lapses: bool,
}

impl DatedRenewal {
    /// Makes a date on which nothing is counted yet.
    pub fn on(day: NaiveDate) -> Self {
        Self { day, to_renew: 0, lapsing_seats: 0, change: 0, lapses: false }
    }

    /// Makes the one date of a customer of sums over all subscriptions: renewing, ending, and added or dropped licences. `None`
    /// if nothing is left to renew.
    pub fn only(
        next: Option<NaiveDate>,
        lapses: Option<NaiveDate>,
        [to_renew, lapsing_seats, change]: [i64; 3],
    ) -> Option<Self> {
        Some(Self { day: next?, to_renew, lapsing_seats, change, lapses: lapses.is_some() })
    }

    /// Adds up open subscriptions by their renewal date, the earliest first. Those without a date are on none.
    pub(super) fn all<'a>(open: impl Iterator<Item = &'a Subscription>) -> Vec<Self> {
        let mut dates: Vec<Self> = Vec::new();
        for item in open {
            let Some(day) = item.renewal_day() else { continue };
            let place = dates.partition_point(|date| date.day < day);
            if dates.get(place).is_none_or(|date| date.day != day) {
                dates.insert(place, Self::on(day));
            }
            dates[place].add(item);
        }
        dates
    }

    fn add(&mut self, item: &Subscription) {
        self.lapses |= item.lapsing() > 0;
        if item.is_of_seats() {
            let to_renew = item.to_renew().map_or(0, |count| count.seats);
            self.to_renew = self.to_renew.saturating_add(to_renew);
            self.lapsing_seats = self.lapsing_seats.saturating_add(item.lapsing());
            self.change = self.change.saturating_add(item.renewal_change().unwrap_or_default());
        }
    }
}
