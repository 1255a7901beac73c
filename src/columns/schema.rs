//! The kinds of rows that can be written: customers with or without details and subscriptions, orders, resellers, changes, products
//! or differences.

use super::{
    Column, PROBLEM, changes, copied, customers, details, differences, orders, products, resellers,
    subscriptions,
};

/// The kind of rows, which decides the available columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowSchema {
    /// Customers, as list entries or full records.
    Customers {
        /// True if the full record of each is fetched.
        details: bool,
        /// True if subscriptions are fetched, which get one line each.
        subscriptions: bool,
    },
    /// Customers of a local copy, with what the copy adds to them.
    Portfolio {
        /// True if the full record of each is included.
        details: bool,
        /// True if subscriptions are included, which get one line each.
        subscriptions: bool,
    },
    /// Orders of a customer, one line per line item.
    Orders,
    /// Resellers.
    Resellers,
    /// Observed changes.
    Changes,
    /// Products whose names are known.
    Products,
    /// Differences between a list and a local copy.
    Differences,
}

impl RowSchema {
    /// List entries without further data.
    pub const LIST: Self = Self::Customers { details: false, subscriptions: false };

    /// Returns all available columns in the order of files; `problem` is last.
    pub fn columns(self) -> impl Iterator<Item = &'static Column> {
        let of_customers = |copied, details, subscriptions| -> [&'static [Column]; 4] {
            [
                &customers::COLUMNS,
                if copied { &copied::COLUMNS } else { &[] },
                if details { &details::COLUMNS } else { &[] },
                if subscriptions { &subscriptions::COLUMNS } else { &[] },
            ]
        };
        let tables = match self {
            Self::Customers { details, subscriptions } => of_customers(false, details, subscriptions),
            Self::Portfolio { details, subscriptions } => of_customers(true, details, subscriptions),
            Self::Orders => [&orders::COLUMNS[..], &[], &[], &[]],
            Self::Resellers => [&resellers::COLUMNS[..], &[], &[], &[]],
            Self::Changes => [&changes::COLUMNS[..], &[], &[], &[]],
            Self::Products => [&products::COLUMNS[..], &[], &[], &[]],
            Self::Differences => [&differences::COLUMNS[..], &[], &[], &[]],
        };
        tables.into_iter().flatten().chain([&PROBLEM])
    }

    /// Returns the keys of the columns that a table shows by default.
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
            Self::Portfolio { subscriptions: false, .. } => &[
                "company",
                "customer-id",
                "status",
                "created",
                "next-renewal",
                "seats",
                "lapsing-seats",
                "country",
                "admin-email",
            ],
            Self::Customers { subscriptions: true, .. } | Self::Portfolio { subscriptions: true, .. } => &[
                "company",
                "customer-id",
                "product",
                "quantity",
                "used",
                "subscription-status",
                "renewal-date",
                "auto-renewal",
            ],
            Self::Orders => &["created", "order-id", "type", "status", "product", "quantity", "currency"],
            Self::Resellers => &["company", "reseller-id", "status"],
            Self::Changes => &["at", "company", "customer-id", "field", "before", "after", "subscription-id"],
            Self::Products => &["offer-id", "name", "details", "listed", "source"],
            Self::Differences => {
                &["company", "customer-id", "subscription-id", "product", "difference", "in-file", "in-copy"]
            }
        }
    }

    /// Returns the name of the sheet in a workbook.
    pub(crate) fn sheet(self) -> &'static str {
        match self {
            Self::Customers { .. } | Self::Portfolio { .. } => "Customers",
            Self::Orders => "Orders",
            Self::Resellers => "Resellers",
            Self::Changes => "Changes",
            Self::Products => "Products",
            Self::Differences => "Differences",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const ALL: [RowSchema; 11] = [
        RowSchema::Portfolio { details: false, subscriptions: false },
        RowSchema::Portfolio { details: true, subscriptions: true },
        RowSchema::LIST,
        RowSchema::Customers { details: true, subscriptions: false },
        RowSchema::Customers { details: false, subscriptions: true },
        RowSchema::Customers { details: true, subscriptions: true },
        RowSchema::Orders,
        RowSchema::Resellers,
        RowSchema::Changes,
        RowSchema::Products,
        RowSchema::Differences,
    ];

    #[test]
    fn keys_and_titles_are_unique() {
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
    fn the_default_columns_of_tables_exist() {
        for schema in ALL {
            // `find` always has details.
            if schema == (RowSchema::Portfolio { details: false, subscriptions: false }) {
                continue;
            }
            for shown in schema.shown() {
                assert!(schema.columns().any(|column| column.key == *shown), "{schema:?}: {shown}");
            }
        }
    }

    #[test]
    fn the_last_column_is_problem() {
        assert!(
            ALL.iter().all(|schema| schema.columns().last().is_some_and(|column| column.key == "problem"))
        );
    }
}
