//! The names of columns to sort by, as users type them and as views have them.

use super::{SortColumn, SortKey};
use crate::{
    model::{CustomerFilter, SortBy, SortOrder, SortRule, means_column},
    text,
};

impl SortColumn {
    /// Returns the key, as in exports where there is such a column.
    pub fn key(self) -> &'static str {
        match self {
            Self::Relevance => "relevance",
            Self::Name => "company",
            Self::Id => "customer-id",
            Self::Reference => "reference",
            Self::Status => "status",
            Self::Reseller => "reseller-id",
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Gone => "gone",
            Self::Segment => "market-segment",
            Self::Country => "country",
            Self::Region => "region",
            Self::City => "city",
            Self::Language => "language",
            Self::LicenceLevel => "discount-licence",
            Self::ConsumablesLevel => "discount-consumables",
            Self::CommitmentStatus => "3yc-status",
            Self::CommitmentEnd => "3yc-end",
            Self::CommitmentLicences => "3yc-licences",
            Self::CommitmentConsumables => "3yc-consumables",
            Self::Anniversary => "anniversary",
            Self::Contact => "admin",
            Self::Email => "admin-email",
            Self::Renewal => "renewal-date",
            Self::RenewalBasis => "renewal-basis",
            Self::DaysLeft => "days-left",
            Self::ChangeBy => "change-by",
            Self::RenewalState => "renewal-state",
            Self::AutoRenewal => "auto-renewal",
            Self::Seats => "seats",
            Self::Consumables => "consumables",
            Self::Lapsing => "lapsing",
            Self::ToRenew => "to-renew",
            Self::RenewalChange => "renewal-change",
            Self::LateRenewals => "late-renewals",
            Self::Lapses => "lapses",
            Self::LateSince => "late-since",
            Self::CommitmentShortfall => "3yc-short",
            Self::ToOrder => "to-order",
            Self::ToOrderBy => "to-order-by",
            Self::Returnable => "returnable",
            Self::ReturnableUntil => "returnable-until",
            Self::Note => "note",
            Self::FollowUp => "follow-up",
            Self::Scheduled => "scheduled",
            Self::RenewalFailed => "renewal-failed",
            Self::AutoChanged => "auto-changed",
        }
    }

    /// Returns the column with this key, or with another name that users give it.
    pub fn from_key(key: &str) -> Option<Self> {
        let mut exact = Self::ALL.into_iter().filter(|column| column.key().eq_ignore_ascii_case(key));
        exact.next().or_else(|| Self::ALL.into_iter().find(|column| means_column(key, column.key())))
    }

    /// Returns the column that a table is sorted by.
    fn of(by: SortBy) -> Option<Self> {
        match by {
            SortBy::CreationDate => Some(Self::Created),
            SortBy::CompanyName => Some(Self::Name),
            SortBy::Column(key) => Self::from_key(key),
        }
    }

    /// Returns the column as a table is sorted by it. Seats are in the table's column of quantities.
    pub fn sort_by(self) -> SortBy {
        match self {
            Self::Created => SortBy::CreationDate,
            Self::Name => SortBy::CompanyName,
            Self::Seats => SortBy::Column("quantity"),
            other => SortBy::Column(other.key()),
        }
    }
}

impl SortKey {
    /// Returns what a table is sorted by, the most significant first.
    pub fn all_of(filter: &CustomerFilter) -> Vec<Self> {
        let key = |rule: SortRule| {
            let column = SortColumn::of(rule.by)?;
            Some(Self { column, descending: rule.order == SortOrder::Descending })
        };
        filter.sort_rules().filter_map(key).collect()
    }

    /// Returns the key as a table has it.
    pub fn rule(self) -> SortRule {
        let order = if self.descending { SortOrder::Descending } else { SortOrder::Ascending };
        SortRule { by: self.column.sort_by(), order }
    }

    /// Reads a column's key, `-` before it for the greatest value first.
    ///
    /// # Errors
    /// A message with the nearest key, or all keys.
    pub fn parse(typed: &str) -> Result<Self, String> {
        let (name, descending) = match typed.strip_prefix('-') {
            Some(name) => (name, true),
            None => (typed.strip_prefix('+').unwrap_or(typed), false),
        };
        if let Some(column) = SortColumn::from_key(name) {
            return Ok(Self { column, descending });
        }
        let keys = || SortColumn::ALL.into_iter().map(SortColumn::key);
        let typed = text::clean(name);
        if let Some(near) = text::did_you_mean(name, keys()) {
            return Err(format!("no column to sort by is called {typed:?}, did you mean {near}?"));
        }
        let known: Vec<&str> = keys().collect();
        Err(format!("no column to sort by is called {typed:?}: there are {}", known.join(", ")))
    }

    /// Reads several keys, the most significant first.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn parse_all<'a>(keys: impl IntoIterator<Item = &'a str>) -> Result<Vec<Self>, String> {
        keys.into_iter().map(str::trim).map(Self::parse).collect()
    }

    /// Returns the key as [`Self::parse`] reads it.
    pub fn typed(self) -> String {
        format!("{}{}", if self.descending { "-" } else { "" }, self.column.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_found_by_its_key() {
        for column in SortColumn::ALL {
            assert_eq!(SortColumn::from_key(column.key()), Some(column));
            assert_eq!(SortColumn::of(column.sort_by()), Some(column));
        }
        assert_eq!(SortColumn::from_key("nonsense"), None);
    }

    #[test]
    fn keys_are_read_in_order_with_their_directions() {
        let read = SortKey::parse_all("-seats, company".split(',')).unwrap();
        let expected = [SortKey::descending(SortColumn::Seats), SortKey::ascending(SortColumn::Name)];
        assert_eq!(read, expected);
        let near = "no column to sort by is called \"seets\", did you mean seats?";
        assert_eq!(SortKey::parse("seets").unwrap_err(), near);
        assert!(SortKey::parse("xyzzy").unwrap_err().contains("there are relevance, company"));
        for key in expected {
            assert_eq!(SortKey::parse(&key.typed()), Ok(key));
        }
    }
}
