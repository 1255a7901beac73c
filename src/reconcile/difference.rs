//! One thing that differs between a list and the local copy.

use serde::Serialize;

/// The kind of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DifferenceKind {
    /// The copy does not have the subscription.
    MissingInCopy,
    /// The list does not have the subscription.
    MissingInFile,
    /// The numbers of licences differ.
    Quantity,
    /// The days of the renewal differ.
    RenewalDate,
    /// One side renews automatically.
    AutoRenewal,
    /// The statuses differ.
    Status,
}

impl DifferenceKind {
    /// Returns its name, as in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::MissingInCopy => "missing-in-copy",
            Self::MissingInFile => "missing-in-file",
            Self::Quantity => "quantity",
            Self::RenewalDate => "renewal-date",
            Self::AutoRenewal => "auto-renewal",
            Self::Status => "status",
        }
    }
}

/// One thing that differs between a list and the local copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// The customer's ID.
    pub customer_id: Option<String>,
    /// The customer's name.
    pub company: Option<String>,
    /// The subscription; none if several of a product are compared as one.
    pub subscription_id: Option<String>,
    /// The offer.
    pub offer_id: Option<String>,
    /// Its kind.
    pub difference: DifferenceKind,
    /// The value of the list; nothing if it does not have it.
    pub in_file: Option<String>,
    /// The value of the copy; nothing if it does not have it.
    pub in_copy: Option<String>,
    /// The rows of the list.
    pub rows: Vec<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_has_one_name_in_all_formats() {
        for kind in [
            DifferenceKind::MissingInCopy,
            DifferenceKind::MissingInFile,
            DifferenceKind::Quantity,
            DifferenceKind::RenewalDate,
            DifferenceKind::AutoRenewal,
            DifferenceKind::Status,
        ] {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
    }
}
