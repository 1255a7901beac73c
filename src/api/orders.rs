//! The parameters of the order history.

use std::fmt::Write;

use chrono::NaiveDate;

/// The largest page of orders that the API returns.
const MAX_LIMIT: u8 = 100;

/// The parameters of `GET /v3/customers/{customer-id}/orders`.
///
/// Without a start date, the API lists only the orders of the current term.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct OrdersQuery {
    /// The page size, from 1 to 100; 0 and larger numbers mean 100.
    pub limit: u8,
    /// The number of orders to skip.
    pub offset: u64,
    /// The first day, in UTC.
    pub start_date: Option<NaiveDate>,
    /// The last day, in UTC; today if omitted.
    pub end_date: Option<NaiveDate>,
}

impl OrdersQuery {
    /// Returns the number of orders in a full page.
    pub fn page_size(&self) -> u8 {
        if self.limit == 0 { MAX_LIMIT } else { self.limit.min(MAX_LIMIT) }
    }

    /// Formats the query string without `?`, with the parameters in the documented order.
    pub fn query_string(&self) -> String {
        let limit = self.page_size();
        let mut query = format!("limit={limit}&offset={}", self.offset);
        for (name, date) in [("start-date", self.start_date), ("end-date", self.end_date)] {
            if let Some(date) = date {
                let _ = write!(query, "&{name}={}", date.format("%Y-%m-%d"));
            }
        }
        query
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parameters_come_in_the_documented_order() {
        assert_eq!(OrdersQuery::default().query_string(), "limit=100&offset=0");
        let query = OrdersQuery {
            limit: 25,
            offset: 50,
            start_date: NaiveDate::from_ymd_opt(2024, 1, 31),
            end_date: NaiveDate::from_ymd_opt(2025, 12, 1),
        };
        assert_eq!(query.query_string(), "limit=25&offset=50&start-date=2024-01-31&end-date=2025-12-01");
        assert_eq!(OrdersQuery { limit: 255, ..OrdersQuery::default() }.query_string(), "limit=100&offset=0");
    }
}
