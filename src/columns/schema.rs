//! The kinds of things that are written: customers with what was fetched of them, orders, or resellers.

use super::{Column, PROBLEM, customers, details, orders, resellers, subscriptions};

/// The kind of items, and so the columns that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowSchema {
    /// Rows of the customer list, or customers.
    Customers {
        /// With the whole resource of each.
        details: bool,
        /// With its subscriptions, one line each.
        subscriptions: bool,
    },
    /// Orders of a customer, one line for each of theirs.
    Orders,
    /// Resellers.
    Resellers,
}

impl RowSchema {
    /// The rows of the customer list as they are.
    pub const LIST: Self = Self::Customers { details: false, subscriptions: false };

    /// Every column that there is, in the order of a file; `problem` comes last.
    pub fn columns(self) -> impl Iterator<Item = &'static Column> {
        let tables: [&'static [Column]; 3] = match self {
            Self::Customers { details, subscriptions } => [
                &customers::COLUMNS,
                if details { &details::COLUMNS } else { &[] },
                if subscriptions { &subscriptions::COLUMNS } else { &[] },
            ],
            Self::Orders => [&orders::COLUMNS, &[], &[]],
            Self::Resellers => [&resellers::COLUMNS, &[], &[]],
        };
        tables.into_iter().flatten().chain([&PROBLEM])
    }

    /// The keys of the columns that a table shows, unless others are asked for.
    pub(super) fn shown(self) -> &'static [&'static str] {
        match self {
            Self::Customers { details: false, subscriptions: false } => {
                &["company", "customer-id", "status", "created", "reference"]
            }
            Self::Customers { details: true, subscriptions: false } => &[
                "company",
                "customer-id",
                "status",
                "created",
                "anniversary",
                "market-segment",
                "3yc-end",
                "country",
                "admin-email",
            ],
            Self::Customers { subscriptions: true, .. } => &[
                "company",
                "customer-id",
                "offer-id",
                "quantity",
                "used",
                "subscription-status",
                "renewal-date",
                "auto-renewal",
            ],
            Self::Orders => &["created", "order-id", "type", "status", "offer-id", "quantity", "currency"],
            Self::Resellers => &["company", "reseller-id", "status"],
        }
    }

    /// Returns the name of a workbook's sheet.
    pub(crate) fn sheet(self) -> &'static str {
        match self {
            Self::Customers { .. } => "Customers",
            Self::Orders => "Orders",
            Self::Resellers => "Resellers",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const ALL: [RowSchema; 6] = [
        RowSchema::LIST,
        RowSchema::Customers { details: true, subscriptions: false },
        RowSchema::Customers { details: false, subscriptions: true },
        RowSchema::Customers { details: true, subscriptions: true },
        RowSchema::Orders,
        RowSchema::Resellers,
    ];

    #[test]
    fn keys_and_titles_are_there_once() {
        for schema in ALL {
            let keys: HashSet<&str> = schema.columns().map(|column| column.key).collect();
            let titles: HashSet<&str> = schema.columns().map(|column| column.title).collect();
            assert_eq!(
                (keys.len(), titles.len()),
                (schema.columns().count(), schema.columns().count()),
                "{schema:?}"
            );
            let is_key =
                |key: &&str| key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            assert!(keys.iter().all(is_key), "{keys:?}");
        }
    }

    #[test]
    fn what_a_table_shows_exists() {
        for schema in ALL {
            for shown in schema.shown() {
                assert!(schema.columns().any(|column| column.key == *shown), "{schema:?}: {shown}");
            }
        }
    }

    #[test]
    fn a_problem_always_has_its_column() {
        assert!(
            ALL.iter().all(|schema| schema.columns().last().is_some_and(|column| column.key == "problem"))
        );
    }
}
