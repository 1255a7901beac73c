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
    /// Every range.
    pub(crate) const ALL: [Self; 4] = [Self::ThisMonth, Self::Last30Days, Self::Last90Days, Self::ThisYear];

    /// Returns its label as one word: `last-30-days`.
    pub(crate) fn word(self) -> String {
        self.label().to_ascii_lowercase().replace(' ', "-")
    }

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
        let chosen = preset.is_chosen(&self.table.filter, self.now.today());
        self.show_created((!chosen).then_some(preset))
    }

    /// Shows the customers created in a range, or whenever they were created.
    pub(crate) fn show_created(&mut self, preset: Option<Preset>) -> bool {
        let today = self.now.today();
        let typed = preset.map_or("", Preset::typed);
        let from = preset.and_then(|preset| preset.from(today));
        typed.clone_into(&mut self.filter.typed.from);
        self.filter.typed.to.clear();
        self.show(CustomerFilter { from, to: None, ..self.table.filter.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_range_is_recognized_by_its_dates() {
        let today: NaiveDate = "2026-11-23".parse().unwrap();
        let starts = Preset::ALL.map(|preset| preset.from(today).unwrap().to_string());
        assert_eq!(starts, ["2026-11-01", "2026-10-24", "2026-08-25", "2026-01-01"]);
        for preset in Preset::ALL {
            let filter = CustomerFilter { from: preset.from(today), ..CustomerFilter::default() };
            let chosen: Vec<Preset> =
                Preset::ALL.into_iter().filter(|preset| preset.is_chosen(&filter, today)).collect();
            assert_eq!(chosen, [preset]);
            assert!(!preset.is_chosen(&CustomerFilter { to: Some(today), ..filter }, today));
        }
        assert!(Preset::ALL.iter().all(|preset| !preset.is_chosen(&CustomerFilter::default(), today)));
    }
}
