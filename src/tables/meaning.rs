//! The meanings that a heading can have, and headings that the user has named.

use std::{fmt, str::FromStr};

use crate::text;

/// The meaning of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Meaning {
    /// The offer, with or without its discount level.
    OfferId,
    /// The product family of a price list.
    ProductFamily,
    /// The product in words.
    ProductDescription,
    /// The type of product.
    ProductType,
    /// More about the type.
    ProductTypeDetail,
    /// The operating system.
    OperatingSystem,
    /// The language.
    Language,
    /// The version.
    Version,
    /// The kind of users.
    Users,
    /// The unit.
    Metric,
    /// Anything else about the product.
    AdditionalDetail,
    /// The month of a price list.
    ListMonth,
    /// The day of an order.
    OrderDate,
    /// The subscription.
    SubscriptionId,
    /// The customer.
    CustomerId,
    /// The customer's name.
    CustomerName,
    /// A number of licences.
    Quantity,
    /// The day of the renewal.
    RenewalDate,
    /// The last day of the term, or the day after it: files differ.
    EndDate,
    /// The last day of the term.
    ChargeEndDate,
    /// A charge or its opposite.
    ChargeType,
    /// Yes if the subscription renews automatically.
    AutoRenewal,
    /// The status of the subscription.
    Status,
}

impl Meaning {
    /// All meanings.
    pub const ALL: [Self; 23] = [
        Self::OfferId,
        Self::ProductFamily,
        Self::ProductDescription,
        Self::ProductType,
        Self::ProductTypeDetail,
        Self::OperatingSystem,
        Self::Language,
        Self::Version,
        Self::Users,
        Self::Metric,
        Self::AdditionalDetail,
        Self::ListMonth,
        Self::OrderDate,
        Self::SubscriptionId,
        Self::CustomerId,
        Self::CustomerName,
        Self::Quantity,
        Self::RenewalDate,
        Self::EndDate,
        Self::ChargeEndDate,
        Self::ChargeType,
        Self::AutoRenewal,
        Self::Status,
    ];

    /// Returns the name on the command line.
    pub fn key(self) -> &'static str {
        match self {
            Self::OfferId => "offer-id",
            Self::ProductFamily => "product-family",
            Self::ProductDescription => "product-description",
            Self::ProductType => "product-type",
            Self::ProductTypeDetail => "product-type-detail",
            Self::OperatingSystem => "operating-system",
            Self::Language => "language",
            Self::Version => "version",
            Self::Users => "users",
            Self::Metric => "metric",
            Self::AdditionalDetail => "additional-detail",
            Self::ListMonth => "list-month",
            Self::OrderDate => "order-date",
            Self::SubscriptionId => "subscription-id",
            Self::CustomerId => "customer-id",
            Self::CustomerName => "customer-name",
            Self::Quantity => "quantity",
            Self::RenewalDate => "renewal-date",
            Self::EndDate => "end-date",
            Self::ChargeEndDate => "charge-end-date",
            Self::ChargeType => "charge-type",
            Self::AutoRenewal => "auto-renewal",
            Self::Status => "status",
        }
    }

    /// Returns true if the values are days.
    pub(super) fn is_date(self) -> bool {
        matches!(self, Self::OrderDate | Self::RenewalDate | Self::EndDate | Self::ChargeEndDate)
    }
}

impl fmt::Display for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

/// A heading whose meaning the user has given: `subscription-id=My heading`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnChoice {
    /// The meaning.
    pub meaning: Meaning,
    /// The heading as given.
    pub heading: String,
}

impl FromStr for ColumnChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (key, heading) =
            text.split_once('=').ok_or("write it as KEY=\"HEADING\", such as quantity=\"Seats\"")?;
        let (key, heading) = (key.trim(), heading.trim());
        let meaning = Meaning::ALL.into_iter().find(|meaning| meaning.key().eq_ignore_ascii_case(key));
        let keys = || Meaning::ALL.map(Meaning::key);
        let Some(meaning) = meaning else {
            let key = text::truncate(&text::clean(key), 40).into_owned();
            return Err(match text::did_you_mean(&key, keys()) {
                Some(near) => format!("unknown key \"{key}\", did you mean {near}?"),
                None => format!("unknown key \"{key}\": the keys are {}", keys().join(", ")),
            });
        };
        if super::fold::fold_heading(heading).is_empty() {
            return Err("the heading is empty".to_owned());
        }
        Ok(Self { meaning, heading: heading.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_names_a_key_and_a_heading() {
        let read = "Quantity = My seats".parse::<ColumnChoice>().unwrap();
        assert_eq!((read.meaning, read.heading.as_str()), (Meaning::Quantity, "My seats"));
        let refused = |text: &str| text.parse::<ColumnChoice>().unwrap_err();
        assert!(refused("quantity").starts_with("write it as"));
        assert_eq!(refused("quantty=x"), "unknown key \"quantty\", did you mean quantity?");
        assert_eq!(refused("quantity= - "), "the heading is empty");
    }
}
