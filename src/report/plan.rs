//! The lists of a report: which customers they hold, in which columns, on which sheet.

use chrono::NaiveDate;

use crate::portfolio::{TODAY, TodayList};

/// The name of the sheet with observed changes.
pub const CHANGES: &str = "Changes";

/// The name of the sheet with what lapses.
pub(super) const LAPSING: &str = "Lapsing";

/// The columns in front of those of a list.
const FIRST_COLUMNS: [&str; 4] = ["company", "customer-id", "reseller-id", "country"];

/// The customers and the time that a report is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportScope {
    /// The query that narrows every list; empty for all customers.
    pub query: String,
    /// The first day of the month to which renewals and the ends of 3YC are narrowed.
    pub month: Option<NaiveDate>,
}

/// A list of a report.
#[derive(Debug, Clone)]
pub struct ListPlan {
    /// The list, which gives the order and the amounts.
    pub list: &'static TodayList,
    /// The name of the sheet.
    pub sheet: &'static str,
    /// The title.
    pub title: String,
    /// The query of the list, in the month of the scope. It says which renewal dates are in the list.
    pub own_query: String,
    /// The query, narrowed to the customers of the scope.
    pub query: String,
    /// The keys of the columns.
    pub columns: Vec<&'static str>,
}

impl ReportScope {
    /// Reads a month such as `2026-12`, and returns its first day.
    pub fn parse_month(text: &str) -> Option<NaiveDate> {
        let (year, month) = text.split_once('-')?;
        let is_of =
            |part: &str, digits: usize| part.len() == digits && part.bytes().all(|b| b.is_ascii_digit());
        let (true, true) = (is_of(year, 4), is_of(month, 2)) else { return None };
        NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, 1)
    }

    /// Returns the title of the report.
    pub fn title(&self) -> String {
        self.month.map_or("Portfolio report".to_owned(), |month| {
            format!("Portfolio report for {}", month.format("%B %Y"))
        })
    }

    /// Returns the lists, in the order of urgency.
    pub fn lists(&self) -> Vec<ListPlan> {
        TODAY.iter().map(|list| self.plan(list)).collect()
    }

    fn plan(&self, list: &'static TodayList) -> ListPlan {
        let of_month = self.month.and_then(|month| {
            let (words, days) = (month.format("%B %Y"), month.format("%Y-%m"));
            match list.key {
                "lapsing" => Some((format!("Lapsing in {words}"), format!("lapses:{days}"))),
                "renewals" => Some((format!("Renewals in {words}"), format!("renewal:{days}"))),
                "3yc-ending" => {
                    let query = list.query.replace("3yc-end:today..1y", &format!("3yc-end:{days}"));
                    Some((format!("3YC ending in {words}, not renewed"), query))
                }
                _ => None,
            }
        });
        let (title, query) = of_month.unwrap_or_else(|| (list.title.to_owned(), list.query.to_owned()));
        ListPlan {
            list,
            sheet: sheet_name(list),
            title,
            query: format!("{query} {}", self.query).trim_end().to_owned(),
            own_query: query,
            columns: columns(list),
        }
    }
}

/// Returns the name of a list's sheet.
fn sheet_name(list: &TodayList) -> &'static str {
    match list.key {
        "follow-up" => "Follow up",
        "to-order" => "To order",
        "lapsing" => LAPSING,
        "auto-off" => "Auto-renewal off",
        "renewals" => "Renewals",
        "locked" => "Locked renewals",
        "late" => "Late renewals",
        "3yc-requested" => "3YC requested",
        "3yc-short" => "3YC short",
        "3yc-ending" => "3YC ending",
        "returnable" => "Returnable",
        "renewal-failed" => "Failed renewals",
        "scheduled" => "Scheduled",
        key => key,
    }
}

/// Returns the keys of a list's columns; a renewal is followed by the days that are left until then.
fn columns(list: &TodayList) -> Vec<&'static str> {
    let mut keys = FIRST_COLUMNS.to_vec();
    for key in list.columns {
        keys.push(key);
        if *key == "next-renewal" {
            keys.push("days-left");
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        columns::{Columns, RowSchema},
        model::AsOf,
        portfolio::query::Query,
    };

    #[test]
    fn every_list_has_a_sheet_columns_and_a_query_also_in_a_month() {
        let month = ReportScope::parse_month("2026-12");
        for scope in [ReportScope::default(), ReportScope { month, query: "country:DE".to_owned() }] {
            let lists = scope.lists();
            let names: BTreeSet<&str> =
                lists.iter().map(|plan| plan.sheet).chain([CHANGES, "Summary"]).collect();
            assert_eq!(names.len(), TODAY.len() + 2, "{names:?}");
            for plan in lists {
                assert!(
                    plan.sheet.len() <= 31 && plan.sheet.starts_with(|c: char| c == '3' || c.is_uppercase())
                );
                assert!(Query::read(&plan.query, AsOf::default()).is_ok(), "{}", plan.query);
                let schema = RowSchema::Portfolio { details: true, subscriptions: false };
                assert!(Columns::parse(schema, &plan.columns.join(",")).is_ok(), "{:?}", plan.columns);
            }
        }
    }

    #[test]
    fn a_month_narrows_renewals_and_ends_and_names_them() {
        let scope =
            ReportScope { month: ReportScope::parse_month("2026-12"), query: "country:DE".to_owned() };
        let of = |key: &str| {
            let plan = scope.lists().into_iter().find(|plan| plan.list.key == key).unwrap();
            (plan.title, plan.query)
        };
        assert_eq!(scope.title(), "Portfolio report for December 2026");
        let renewals = ("Renewals in December 2026".to_owned(), "renewal:2026-12 country:DE".to_owned());
        assert_eq!(of("renewals"), renewals);
        assert_eq!(of("lapsing").1, "lapses:2026-12 country:DE");
        assert_eq!(
            of("3yc-ending").1,
            "3yc:committed,active 3yc-end:2026-12 -3yc-renewal:requested,accepted,committed,active country:DE"
        );
        assert_eq!(of("to-order").1, "to-order:any country:DE");
    }

    #[test]
    fn a_month_is_a_year_and_two_digits() {
        assert_eq!(ReportScope::parse_month("2026-12"), NaiveDate::from_ymd_opt(2026, 12, 1));
        for text in ["2026-13", "2026-00", "2026-1", "26-12", "2026", "2026-12-01", "+026-12", ""] {
            assert_eq!(ReportScope::parse_month(text), None, "{text:?}");
        }
    }
}
