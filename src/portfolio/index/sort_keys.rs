//! The names of columns to sort by, as users type them.

use super::SortColumn;

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
            Self::Anniversary => "anniversary",
            Self::Contact => "admin",
            Self::Email => "admin-email",
            Self::Renewal => "renewal-date",
            Self::AutoRenewal => "auto-renewal",
            Self::Seats => "seats",
            Self::Consumables => "consumables",
            Self::Lapsing => "lapsing",
        }
    }

    /// Returns the column with this key, or with another name that users give it.
    pub fn from_key(key: &str) -> Option<Self> {
        let other = match key {
            "name" => Some(Self::Name),
            "id" => Some(Self::Id),
            "ref" => Some(Self::Reference),
            "reseller" => Some(Self::Reseller),
            "joined" => Some(Self::Created),
            "segment" => Some(Self::Segment),
            "level" => Some(Self::LicenceLevel),
            "contact" => Some(Self::Contact),
            "email" | "mail" => Some(Self::Email),
            "renewal" => Some(Self::Renewal),
            "quantity" | "licences" => Some(Self::Seats),
            "lapsing-seats" => Some(Self::Lapsing),
            "status-code" => Some(Self::Status),
            _ => None,
        };
        other.or_else(|| Self::ALL.into_iter().find(|column| column.key() == key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_found_by_its_key() {
        for column in SortColumn::ALL {
            assert_eq!(SortColumn::from_key(column.key()), Some(column));
        }
        assert_eq!(SortColumn::from_key("nonsense"), None);
    }
}
