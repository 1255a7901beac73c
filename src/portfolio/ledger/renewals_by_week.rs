//! The seats that renew, end or are undecided, by week.

use std::ops::RangeInclusive;

use chrono::{NaiveDate, TimeDelta};

use super::count;
use crate::{
    model::{OtherSeats, RenewalWeek, Subscription},
    portfolio::index::RowSet,
};

/// Days of a week.
const DAYS: i64 = 7;

/// Consecutive weeks of seven days, from any day on. The last one may be shorter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::portfolio) struct WeekRange {
    /// The first day of the first week.
    first_day: NaiveDate,
    /// The last day of the last week.
    last_day: NaiveDate,
    /// The number of weeks.
    count: usize,
}

impl WeekRange {
    /// Returns so many whole weeks from a day on.
    pub(in crate::portfolio) fn of(first_day: NaiveDate, count: usize) -> Self {
        let days =
            i64::try_from(count).ok().and_then(|count| TimeDelta::try_days(count.checked_mul(DAYS)? - 1));
        let last_day = days.and_then(|days| first_day.checked_add_signed(days)).unwrap_or(NaiveDate::MAX);
        Self { first_day, last_day, count }
    }

    /// Returns the weeks from a day to another one that is not before it.
    pub(in crate::portfolio) fn between(first_day: NaiveDate, last_day: NaiveDate) -> Self {
        let before = (last_day - first_day).num_days().div_euclid(DAYS);
        Self { first_day, last_day, count: usize::try_from(before + 1).unwrap_or_default() }
    }

    /// Returns the first day of each week; weeks behind the end of the calendar are left out.
    fn first_days(self) -> impl Iterator<Item = NaiveDate> {
        let days = usize::try_from(DAYS).unwrap_or(usize::MAX);
        self.first_day.iter_days().step_by(days).take(self.count)
    }

    /// Returns the place of the week that a day is in, or on which side of the weeks it is.
    fn place(self, day: NaiveDate) -> WeekPlace {
        match usize::try_from((day - self.first_day).num_days().div_euclid(DAYS)) {
            Err(_) => WeekPlace::Before,
            Ok(week) if week < self.count && day <= self.last_day => WeekPlace::Week(week),
            Ok(_) => WeekPlace::After,
        }
    }
}

/// The place of a day among some weeks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WeekPlace {
    Before,
    Week(usize),
    After,
}

/// The seats of a row that have one renewal date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct RenewalLine {
    row: u32,
    /// The renewal date; `None` if there is none that can be read.
    day: Option<NaiveDate>,
    renewing: u64,
    lapsing: u64,
    undecided: u64,
    is_approximate: bool,
    consumables: DatedConsumables,
}

/// The consumables of a customer that have one renewal date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DatedConsumables {
    /// Those that renew automatically.
    pub renewing: u64,
    /// Those that end.
    pub lapsing: u64,
    /// Those of which the server does not say.
    pub undecided: u64,
}

/// The seats and consumables of a customer that have one renewal date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DatedSeats {
    /// The renewal date.
    pub day: NaiveDate,
    /// Those that renew automatically.
    pub renewing: u64,
    /// Those that end.
    pub lapsing: u64,
    /// Those of which the server does not say.
    pub undecided: u64,
    /// True if the server's numbers do not say exactly how many renew.
    pub is_approximate: bool,
    /// The consumables, which are not seats.
    pub consumables: DatedConsumables,
}

/// The seats and consumables of all rows by renewal date. The lines of a row are together.
#[derive(Debug, Default)]
pub(in crate::portfolio) struct RenewalLedger(Vec<RenewalLine>);

impl RenewalLedger {
    /// Adds an active subscription, unless nothing is left to renew or to end.
    pub(super) fn add(&mut self, row: u32, item: &Subscription) {
        let renewal = item.to_renew();
        let renewing = count(renewal.map(|renewal| renewal.seats));
        let (lapsing, undecided) = (count(item.lapsing()), count(item.undecided()));
        if !item.is_open() {
            return;
        }
        let mut new = RenewalLine {
            row,
            day: item.renewal_day(),
            renewing: 0,
            lapsing: 0,
            undecided: 0,
            is_approximate: renewal.is_some_and(|renewal| renewal.is_approximate),
            consumables: DatedConsumables::default(),
        };
        if item.is_of_seats() {
            (new.renewing, new.lapsing, new.undecided) = (renewing, lapsing, undecided);
        } else {
            new.consumables = DatedConsumables { renewing, lapsing, undecided };
        }
        let mut of_row = self.0.iter_mut().rev().take_while(|line| line.row == row);
        match of_row.find(|line| line.day == new.day) {
            Some(line) => line.add(&new),
            None => self.0.push(new),
        }
    }

    /// Adds up the seats that some rows have in each week of a range.
    pub(in crate::portfolio) fn weeks(&self, range: WeekRange, rows: &RowSet) -> Vec<RenewalWeek> {
        let mut weeks: Vec<RenewalWeek> = range.first_days().map(RenewalWeek::empty).collect();
        // The row that was counted last in each week: it may have several dates in it.
        let mut counted = vec![None; weeks.len()];
        for line in self.of(rows) {
            let Some(WeekPlace::Week(place)) = line.day.map(|day| range.place(day)) else { continue };
            let Some(week) = weeks.get_mut(place).filter(|_| line.seats() > 0) else { continue };
            week.renewing = week.renewing.saturating_add(line.renewing);
            week.lapsing = week.lapsing.saturating_add(line.lapsing);
            week.undecided = week.undecided.saturating_add(line.undecided);
            week.is_approximate |= line.is_approximate;
            week.customers += u64::from(counted[place].replace(line.row) != Some(line.row));
        }
        weeks
    }

    /// Adds up the seats of some rows that are in no week of a range.
    pub(in crate::portfolio) fn outside(&self, range: WeekRange, rows: &RowSet) -> OtherSeats {
        let mut other = OtherSeats::default();
        for line in self.of(rows) {
            let sum = match line.day.map(|day| range.place(day)) {
                Some(WeekPlace::Week(_)) => continue,
                Some(WeekPlace::Before) => &mut other.earlier,
                Some(WeekPlace::After) => &mut other.later,
                None => &mut other.undated,
            };
            *sum = sum.saturating_add(line.seats());
        }
        other
    }

    /// Returns what some rows have on each renewal date of a range of days, by date; those of one date stay in the
    /// order of the rows.
    pub(in crate::portfolio) fn dates(
        &self,
        days: RangeInclusive<NaiveDate>,
        rows: &RowSet,
    ) -> Vec<(u32, DatedSeats)> {
        let in_range = self.of(rows).filter_map(|line| {
            let day = line.day.filter(|day| days.contains(day))?;
            let RenewalLine { row, renewing, lapsing, undecided, is_approximate, consumables, .. } = *line;
            Some((row, DatedSeats { day, renewing, lapsing, undecided, is_approximate, consumables }))
        });
        let mut found: Vec<(u32, DatedSeats)> = in_range.collect();
        found.sort_by_key(|(_, seats)| seats.day);
        found
    }

    fn of(&self, rows: &RowSet) -> impl Iterator<Item = &RenewalLine> {
        self.0.iter().filter(|line| rows.contains(line.row as usize))
    }
}

impl RenewalLine {
    fn seats(&self) -> u64 {
        self.renewing.saturating_add(self.lapsing).saturating_add(self.undecided)
    }

    fn add(&mut self, other: &Self) {
        self.renewing = self.renewing.saturating_add(other.renewing);
        self.lapsing = self.lapsing.saturating_add(other.lapsing);
        self.undecided = self.undecided.saturating_add(other.undecided);
        self.is_approximate |= other.is_approximate;
        let (consumables, more) = (&mut self.consumables, other.consumables);
        consumables.renewing = consumables.renewing.saturating_add(more.renewing);
        consumables.lapsing = consumables.lapsing.saturating_add(more.lapsing);
        consumables.undecided = consumables.undecided.saturating_add(more.undecided);
    }
}
