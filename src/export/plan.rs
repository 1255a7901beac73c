//! The plan of an export.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::{
    CustomerFilter, CustomerQuery, EntityKind, FilterError, MAX_LIMIT, NamePattern, Row, SortBy, SortOrder,
    Status, StatusFilter,
};

/// The plan of an export. It is the head of the journal, and a run that resumes it must have the same one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The API root, so that two environments never end up in one file.
    pub api: String,
    /// The resellers, in this order.
    pub resellers: Vec<String>,
    /// The statuses by code, in this order.
    pub statuses: Vec<String>,
    /// The pattern of the company name, as it is sent.
    pub name: Option<String>,
    /// The earliest creation date.
    pub from: Option<NaiveDate>,
    /// The latest creation date.
    pub to: Option<NaiveDate>,
    /// `creationDate` or `companyName`.
    pub sort_by: String,
    /// `asc` or `desc`.
    pub order: String,
    /// The customer IDs of marked rows, if these are exported; a row without an ID is given as it was sent.
    pub picked: Option<Vec<String>>,
    /// True if each customer's record is included.
    pub details: bool,
    /// True if each customer's subscriptions are included.
    pub subscriptions: bool,
}

/// One list of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedList {
    /// The reseller.
    pub reseller_id: String,
    /// The query of the first page, with the largest page size.
    pub query: CustomerQuery,
}

impl PlannedList {
    /// Returns the name of the list for messages.
    pub fn name(&self) -> String {
        let status = self.query.status();
        let status = status.known_label(EntityKind::Account).unwrap_or(status.code());
        format!("{status} customers of reseller {}", self.reseller_id)
    }
}

impl Plan {
    /// Returns the plan of a filter for these resellers of an API.
    pub fn of(filter: &CustomerFilter, statuses: &[Status], resellers: Vec<String>, api: &str) -> Self {
        Self {
            api: api.to_owned(),
            resellers,
            statuses: statuses.iter().map(|status| status.code().to_owned()).collect(),
            name: filter.name.as_ref().map(|name| name.sent().to_owned()),
            from: filter.from,
            to: filter.to,
            sort_by: filter.sort_by.as_param().to_owned(),
            order: filter.order.as_param().to_owned(),
            picked: None,
            details: false,
            subscriptions: false,
        }
    }

    /// Adds each customer's record or subscriptions to the plan.
    #[must_use]
    pub fn with(self, details: bool, subscriptions: bool) -> Self {
        Self { details, subscriptions, ..self }
    }

    /// Limits the plan to these rows.
    #[must_use]
    pub fn of_picked(self, rows: &[Row]) -> Self {
        let name = |row: &Row| match row {
            Row::Customer(customer) => customer.customer_id.clone(),
            Row::Unreadable { raw, .. } => raw.to_string(),
        };
        // The filter with which they were marked does not matter.
        let picked = Some(rows.iter().map(name).collect());
        Self { picked, statuses: Vec::new(), name: None, from: None, to: None, ..self }
    }

    /// Returns true if a row of the export is more than the row that was sent.
    pub fn has_records(&self) -> bool {
        self.details || self.subscriptions
    }

    /// Returns the filter, for any one status.
    pub fn filter(&self) -> CustomerFilter {
        CustomerFilter {
            resellers: self.resellers.clone(),
            status: StatusFilter::All,
            name: self.name.as_deref().and_then(NamePattern::as_sent),
            from: self.from,
            to: self.to,
            sort_by: SortBy::from_param(&self.sort_by).unwrap_or_default(),
            order: SortOrder::from_param(&self.order).unwrap_or_default(),
            page_size: MAX_LIMIT,
            then_by: Vec::new(),
            portfolio: None,
        }
    }

    /// Returns the lists of the plan, in their order.
    ///
    /// # Errors
    /// Fails if the date range ends before it starts.
    pub fn parts(&self) -> Result<Vec<PlannedList>, FilterError> {
        let filter = self.filter();
        let mut parts = Vec::new();
        for reseller_id in &self.resellers {
            for status in &self.statuses {
                let query = filter.query(Status::new(status.clone()), 0)?;
                parts.push(PlannedList { reseller_id: reseller_id.clone(), query });
            }
        }
        Ok(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_the_filter_that_it_was_made_of() {
        let filter = CustomerFilter {
            resellers: vec!["1".to_owned(), "2".to_owned()],
            name: NamePattern::parse("\"acme\""),
            from: "2026-01-05".parse().ok(),
            sort_by: SortBy::CompanyName,
            order: SortOrder::Ascending,
            ..CustomerFilter::default()
        };
        let plan = Plan::of(&filter, &Status::listed(), filter.resellers.clone(), "https://x");
        let again: Plan = serde_json::from_str(&serde_json::to_string(&plan).unwrap()).unwrap();
        assert_eq!(again, plan);
        assert_eq!(plan.filter(), CustomerFilter { status: StatusFilter::All, ..filter });
        let parts = plan.parts().unwrap();
        assert_eq!(parts.len(), 8);
        assert_eq!((parts[4].reseller_id.as_str(), parts[4].query.status().code()), ("2", "1000"));
    }
}
