//! The filter and sorting options of commands, which match those of the screen.

use chrono::NaiveDate;
use clap::{Args, ValueEnum};

use crate::{
    model::{
        CustomerFilter, Edge, MAX_LIMIT, NamePattern, SortBy, SortOrder, Status, StatusFilter, parse_date,
    },
    text::did_you_mean,
};

/// The names of statuses and their codes.
const WORDS: [(&str, &str); 3] = [("active", "1000"), ("pending", "1002"), ("inactive", "1004")];

/// The filter and sorting options.
#[derive(Debug, Clone, Default, Args)]
pub struct FilterArgs {
    /// Status: active, pending, inactive, 1026, another code or all; comma-separated for several [default: active]
    #[arg(long, value_name = "STATUS", value_delimiter = ',')]
    pub status: Vec<String>,

    /// Company name starts with this; * matches anything; use quotes for an exact match
    #[arg(long, value_name = "PATTERN", allow_hyphen_values = true)]
    pub name: Option<String>,

    /// Created on this day or later: 2026-11-01, 2026-11, 2026, today, yesterday, -30d, -2w, -3m or -1y
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    pub created_from: Option<String>,

    /// Created on this day or earlier
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    pub created_to: Option<String>,

    /// Sort field
    #[arg(long, value_name = "FIELD", default_value = "created")]
    pub sort: SortField,

    /// Sort direction
    #[arg(long, value_name = "ORDER", default_value = "desc")]
    pub order: Direction,

    /// Comma-separated reseller IDs, or all [default: the profile's reseller]
    #[arg(long, value_name = "ID,ID", value_delimiter = ',')]
    pub resellers: Vec<String>,
}

/// The sort field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum SortField {
    /// Creation date
    #[default]
    Created,
    /// Company name
    Name,
}

/// The sort direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Direction {
    /// Ascending
    Asc,
    /// Descending
    #[default]
    Desc,
}

impl FilterArgs {
    /// Returns the filter without `--status`, which [`Self::statuses`] returns.
    ///
    /// # Errors
    /// A message that names the wrong option.
    pub fn customer_filter(&self, today: NaiveDate) -> Result<CustomerFilter, String> {
        let date = |option: &str, text: &Option<String>, edge| match text.as_deref().map(str::trim) {
            None | Some("") => Ok(None),
            Some(text) => {
                parse_date(text, today, edge).map(Some).map_err(|error| format!("{option} {text}: {error}"))
            }
        };
        let from = date("--created-from", &self.created_from, Edge::From)?;
        let to = date("--created-to", &self.created_to, Edge::To)?;
        if let (Some(from), Some(to)) = (from, to)
            && to < from
        {
            return Err(format!("--created-to {to} is before --created-from {from}"));
        }
        Ok(CustomerFilter {
            resellers: self.resellers.clone(),
            status: StatusFilter::All,
            name: self.name.as_deref().and_then(NamePattern::parse),
            from,
            to,
            sort_by: match self.sort {
                SortField::Created => SortBy::CreationDate,
                SortField::Name => SortBy::CompanyName,
            },
            order: match self.order {
                Direction::Asc => SortOrder::Ascending,
                Direction::Desc => SortOrder::Descending,
            },
            page_size: MAX_LIMIT,
            then_by: Vec::new(),
            portfolio: None,
        })
    }

    /// Returns true if `--status` is given.
    pub(super) fn names_status(&self) -> bool {
        self.status.iter().any(|word| !word.trim().is_empty())
    }

    /// Returns the statuses, each once; by default, active.
    ///
    /// # Errors
    /// A message that names the unknown status.
    pub fn statuses(&self) -> Result<Vec<Status>, String> {
        let mut statuses: Vec<Status> = Vec::new();
        for word in self.status.iter().map(|word| word.trim()).filter(|word| !word.is_empty()) {
            let lower = word.to_ascii_lowercase();
            let known = WORDS.iter().find(|(name, _)| *name == lower).map(|(_, code)| *code);
            let wanted = match known {
                Some(code) => vec![Status::new(code)],
                None if lower == "all" => Status::listed().into(),
                None if word.bytes().all(|byte| byte.is_ascii_digit()) && word.len() == 4 => {
                    vec![Status::new(word)]
                }
                None => {
                    let names = WORDS.iter().map(|(name, _)| *name).chain(["all"]);
                    let near = did_you_mean(&lower, names).map(|near| format!(", did you mean {near}?"));
                    return Err(format!(
                        "--status {word}: unknown status{}",
                        near.unwrap_or_else(
                            || ": use active, pending, inactive, all, or a four-digit code".into()
                        )
                    ));
                }
            };
            for status in wanted {
                if !statuses.contains(&status) {
                    statuses.push(status);
                }
            }
        }
        if statuses.is_empty() {
            statuses.push(Status::active());
        }
        Ok(statuses)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Wrapped {
        #[command(flatten)]
        filter: FilterArgs,
    }

    fn filter_args(words: &[&str]) -> FilterArgs {
        Wrapped::parse_from([&["x"], words].concat()).filter
    }

    fn today() -> NaiveDate {
        "2026-11-24".parse().unwrap()
    }

    #[test]
    fn the_default_filter_is_that_of_the_screen() {
        let none = filter_args(&[]);
        let filter = none.customer_filter(today()).unwrap();
        assert_eq!(none.statuses().unwrap(), [Status::active()]);
        assert_eq!(CustomerFilter { status: StatusFilter::default(), ..filter }, CustomerFilter::default());
    }

    #[test]
    fn statuses_are_names_or_codes_without_repetition() {
        let codes = |words: &[&str]| -> Result<Vec<String>, String> {
            Ok(filter_args(words).statuses()?.iter().map(|status| status.code().to_owned()).collect())
        };
        assert_eq!(codes(&["--status", "Pending,active", "--status", "1002"]).unwrap(), ["1002", "1000"]);
        assert_eq!(codes(&["--status", "all"]).unwrap(), Status::LISTED);
        assert_eq!(codes(&["--status", "1026,1099"]).unwrap(), ["1026", "1099"]);
        let error = codes(&["--status", "activ"]).unwrap_err();
        assert_eq!(error, "--status activ: unknown status, did you mean active?");
        assert!(codes(&["--status", "12"]).is_err());
    }

    #[test]
    fn dates_are_parsed_like_on_the_screen_and_errors_name_the_option() {
        let filter = filter_args(&["--created-from", "-30d", "--created-to", "2026-11"])
            .customer_filter(today())
            .unwrap();
        assert_eq!(filter.from.unwrap().to_string(), "2026-10-25");
        assert_eq!(filter.to.unwrap().to_string(), "2026-11-30");
        let error = filter_args(&["--created-from", "soon"]).customer_filter(today()).unwrap_err();
        assert!(error.starts_with("--created-from soon: not a date"), "{error}");
        let error = filter_args(&["--created-from", "2026", "--created-to", "2025"])
            .customer_filter(today())
            .unwrap_err();
        assert_eq!(error, "--created-to 2025-12-31 is before --created-from 2026-01-01");
    }
}
