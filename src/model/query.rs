//! One request of the customer list: validated when built, the only place that knows the parameters' names.

use chrono::NaiveDate;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{NamePattern, Status};

/// The largest page that the customer list serves.
pub const MAX_LIMIT: u8 = 50;

/// The characters that stay as they are in a query's values: the unreserved ones of RFC 3986, and `*`, the API's wildcard.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'*');

/// A column that a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SortBy {
    /// `creationDate`, the API's default.
    #[default]
    CreationDate,
    /// `companyName`.
    CompanyName,
    /// Another column, by its key. The API cannot sort by it; other sources can.
    Column(&'static str),
}

impl SortBy {
    /// The columns that the API sorts by.
    pub const API: [Self; 2] = [Self::CreationDate, Self::CompanyName];

    /// Returns the value of the API's `sort-by` parameter, or the key of a column that the API does not sort by.
    pub fn as_param(self) -> &'static str {
        match self {
            Self::CreationDate => "creationDate",
            Self::CompanyName => "companyName",
            Self::Column(key) => key,
        }
    }

    /// Returns its word in commands: `created`, `name`, or the column's key.
    pub fn word(self) -> &'static str {
        match self {
            Self::CreationDate => "created",
            Self::CompanyName => "name",
            Self::Column(key) => key,
        }
    }

    /// Returns the column with this `sort-by` parameter, if the API has it.
    pub fn from_param(param: &str) -> Option<Self> {
        Self::API.into_iter().find(|by| by.as_param() == param)
    }

    /// Returns its heading: `Created`, `Company`, or the column's key.
    pub fn title(self) -> &'static str {
        match self {
            Self::CreationDate => "Created",
            Self::CompanyName => "Company",
            Self::Column(key) => key,
        }
    }

    /// Returns the direction that people expect first: the newest dates, the start of the alphabet.
    pub fn natural_order(self) -> SortOrder {
        match self {
            Self::CreationDate => SortOrder::Descending,
            Self::CompanyName | Self::Column(_) => SortOrder::Ascending,
        }
    }
}

/// The direction of sorting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SortOrder {
    /// `asc`: oldest or first in the alphabet first.
    Ascending,
    /// `desc`, the API's default.
    #[default]
    Descending,
}

impl SortOrder {
    /// The value of the `order-by` parameter.
    pub fn as_param(self) -> &'static str {
        match self {
            Self::Ascending => "asc",
            Self::Descending => "desc",
        }
    }

    /// Returns the direction with this `order-by` parameter, which is also its word in commands.
    pub fn from_param(param: &str) -> Option<Self> {
        [Self::Ascending, Self::Descending].into_iter().find(|order| order.as_param() == param)
    }

    /// The other direction.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }
}

/// A column to sort by, with the direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SortRule {
    /// The column.
    pub by: SortBy,
    /// The direction.
    pub order: SortOrder,
}

/// An error in a filter, found before it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// The limit is outside 1 to 50.
    #[error("a page has 1 to {MAX_LIMIT} rows, not {0}")]
    Limit(u8),
    /// The range of creation dates ends before it starts.
    #[error("the range ends before it starts")]
    EmptyRange,
    /// The API does not sort by this column.
    #[error("the API sorts by company name or creation date, not by {0}")]
    Sort(&'static str),
    /// The API sorts by one column only.
    #[error("the API sorts by one column only")]
    SeveralKeys,
    /// A query of the local copy was to be sent.
    #[error("the API cannot answer a query of the local copy")]
    Portfolio,
}

/// One page of the customer list, asked for: every parameter that will be sent.
///
/// Source: "Get customer list". It is the key of the session cache: equal queries are the same request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CustomerQuery {
    status: Status,
    name: Option<NamePattern>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    sort_by: SortBy,
    order: SortOrder,
    offset: u64,
    limit: u8,
}

impl CustomerQuery {
    /// The first page of `limit` (1 to 50) customers with this status, newest first.
    pub fn new(status: Status, limit: u8) -> Result<Self, FilterError> {
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(FilterError::Limit(limit));
        }
        Ok(Self {
            status,
            name: None,
            from: None,
            to: None,
            sort_by: SortBy::default(),
            order: SortOrder::default(),
            offset: 0,
            limit,
        })
    }

    /// Only customers whose company name matches.
    #[must_use]
    pub fn named(mut self, name: Option<NamePattern>) -> Self {
        self.name = name;
        self
    }

    /// Only customers created within these days, both included.
    pub fn created(mut self, from: Option<NaiveDate>, to: Option<NaiveDate>) -> Result<Self, FilterError> {
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            return Err(FilterError::EmptyRange);
        }
        (self.from, self.to) = (from, to);
        Ok(self)
    }

    /// Sorts by a field in a direction.
    #[must_use]
    pub fn sorted(mut self, sort_by: SortBy, order: SortOrder) -> Self {
        (self.sort_by, self.order) = (sort_by, order);
        self
    }

    /// From this item on; counts items, not pages.
    #[must_use]
    pub fn at(mut self, offset: u64) -> Self {
        self.offset = offset;
        self
    }

    /// The status asked for.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// How many items are passed over.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Returns the number of items a page has.
    pub fn limit(&self) -> u8 {
        self.limit
    }

    /// The field sorted by.
    pub fn sort_by(&self) -> SortBy {
        self.sort_by
    }

    /// The direction of sorting.
    pub fn order(&self) -> SortOrder {
        self.order
    }

    /// The parameters with their values, in the documentation's order; those at "no filter" are left out.
    pub fn params(&self) -> Vec<(&'static str, String)> {
        let mut params = vec![("status", self.status.code().to_owned())];
        if let Some(name) = &self.name {
            params.push(("company-name", name.sent().to_owned()));
        }
        if let Some(from) = self.from {
            params.push(("from-created-date", from.to_string()));
        }
        if let Some(to) = self.to {
            params.push(("to-created-date", to.to_string()));
        }
        params.push(("offset", self.offset.to_string()));
        params.push(("limit", self.limit.to_string()));
        params.push(("sort-by", self.sort_by.as_param().to_owned()));
        params.push(("order-by", self.order.as_param().to_owned()));
        params
    }

    /// The query string, without the `?`, its values percent-encoded.
    pub fn query_string(&self) -> String {
        let pairs = self.params();
        let encoded =
            pairs.iter().map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, VALUE)));
        encoded.collect::<Vec<_>>().join("&")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_request_of_the_documentation() {
        let query = CustomerQuery::new(Status::active(), 3).unwrap().at(3);
        assert_eq!(query.query_string(), "status=1000&offset=3&limit=3&sort-by=creationDate&order-by=desc");
    }

    #[test]
    fn every_parameter_in_the_documented_order_and_encoding() {
        let day = |text: &str| Some(text.parse().unwrap());
        let query = CustomerQuery::new(Status::pending(), 50)
            .unwrap()
            .named(NamePattern::parse("Čapek & syn"))
            .created(day("2025-08-01"), day("2025-08-31"))
            .unwrap()
            .sorted(SortBy::CompanyName, SortOrder::Ascending);
        assert_eq!(
            query.query_string(),
            "status=1002&company-name=%C4%8Capek%20%26%20syn*&from-created-date=2025-08-01\
             &to-created-date=2025-08-31&offset=0&limit=50&sort-by=companyName&order-by=asc"
        );
    }

    #[test]
    fn refuses_what_the_server_would_refuse() {
        assert_eq!(CustomerQuery::new(Status::active(), 0), Err(FilterError::Limit(0)));
        assert_eq!(CustomerQuery::new(Status::active(), 51), Err(FilterError::Limit(51)));
        let day = |text: &str| Some(text.parse().unwrap());
        let query = CustomerQuery::new(Status::active(), 1).unwrap();
        assert_eq!(query.clone().created(day("2025-08-02"), day("2025-08-01")), Err(FilterError::EmptyRange));
        assert!(query.created(day("2025-08-01"), day("2025-08-01")).is_ok());
    }
}
