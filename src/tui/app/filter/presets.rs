//! Ranges of creation dates that one key or one click chooses.

use chrono::NaiveDate;

use super::FilterContext;
use crate::model::{CustomerFilter, Edge, parse_date};

/// A range of creation dates that ends today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Preset {
    ThisMonth,
    Last30Days,
    Last90Days,
    ThisYear,
}

impl Preset {
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::ThisMonth => "This month",
            Self::Last30Days => "Last 30 days",
            Self::Last90Days => "Last 90 days",
            Self::ThisYear => "This year",
        }
    }

    /// The start of the range as a user would type it, so that it moves on with the calendar.
    fn typed(self) -> &'static str {
        match self {
            Self::ThisMonth => "this month",
            Self::Last30Days => "-30d",
            Self::Last90Days => "-90d",
            Self::ThisYear => "this year",
        }
    }

    fn from(self, today: NaiveDate) -> Option<NaiveDate> {
        parse_date(self.typed(), today, Edge::From).ok()
    }

    /// Returns whether a filter shows exactly this range.
    pub(crate) fn is_chosen(self, filter: &CustomerFilter, today: NaiveDate) -> bool {
        filter.to.is_none() && filter.from.is_some() && filter.from == self.from(today)
    }
}

impl FilterContext<'_> {
    /// Shows the customers created in a range; all of them if it is chosen already.
    pub(super) fn choose_preset(&mut self, preset: Preset) -> bool {
        let today = self.now.today();
        let chosen = preset.is_chosen(&self.table.filter, today);
        let (typed, from) = if chosen { ("", None) } else { (preset.typed(), preset.from(today)) };
        typed.clone_into(&mut self.filter.typed.from);
        self.filter.typed.to.clear();
        self.show(CustomerFilter { from, to: None, ..self.table.filter.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Preset; 4] = [Preset::ThisMonth, Preset::Last30Days, Preset::Last90Days, Preset::ThisYear];

    #[test]
    fn each_range_is_recognized_by_its_dates() {
        let today: NaiveDate = "2026-11-23".parse().unwrap();
        let starts = ALL.map(|preset| preset.from(today).unwrap().to_string());
        assert_eq!(starts, ["2026-11-01", "2026-10-24", "2026-08-25", "2026-01-01"]);
        for preset in ALL {
            let filter = CustomerFilter { from: preset.from(today), ..CustomerFilter::default() };
            let chosen: Vec<Preset> =
                ALL.into_iter().filter(|preset| preset.is_chosen(&filter, today)).collect();
            assert_eq!(chosen, [preset]);
            assert!(!preset.is_chosen(&CustomerFilter { to: Some(today), ..filter }, today));
        }
        assert!(ALL.iter().all(|preset| !preset.is_chosen(&CustomerFilter::default(), today)));
    }
}
