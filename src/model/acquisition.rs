//! The open acquisitions of a customer: licences that are in use before anybody has ordered them.

use serde_json::Value;

use super::{
    Problem, Timestamp, Unreadable,
    json::{Parsed, parse},
    read::{Fields, kind_of},
};
use crate::text;

/// The greatest number of licences that is taken for one; sums stay in range.
const MAX_QUANTITY: i64 = 1_000_000_000;

/// Licences of one product that nobody has ordered yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acquisition {
    /// The reference that an order of them names.
    pub reference_id: Option<String>,
    /// The time since which they are in use.
    pub creation_date: Option<Timestamp>,
    /// The time at which they end unless they are ordered.
    pub expiry_date: Option<Timestamp>,
    /// The number of licences.
    pub quantity: Option<i64>,
    /// The name of the product.
    pub product_name: Option<String>,
    /// The offer, at the lowest discount level.
    pub base_offer_id: Option<String>,
}

/// The answer of `GET /v3/customers/{customer-id}/open-acquisitions`; it has no pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcquisitionList {
    /// The number of licences that the server reports.
    pub licence_count: Option<u64>,
    /// The acquisitions, in the server's order.
    pub items: Vec<Acquisition>,
    /// The number of acquisitions that could not be read at all.
    pub unreadable: usize,
    /// The problems of the answer.
    pub problems: Vec<Problem>,
}

impl AcquisitionList {
    /// Reads the body of an answer.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, Unreadable> {
        let Parsed { value: raw, flaws } = parse(bytes)?;
        let mut fields = Fields::of(&raw);
        let licence_count = fields.count("licenseCount");
        let came = match raw.get("unpaidLicenses") {
            Some(Value::Array(items)) => items.len(),
            None | Some(Value::Null) if licence_count == Some(0) => 0,
            _ => return Err(Unreadable::Shape { expected: "a list of licences", found: kind_of(&raw) }),
        };
        let items = fields.objects("unpaidLicenses", |item, _| Acquisition {
            reference_id: item.text("referenceId"),
            creation_date: item.timestamp("creationDate"),
            expiry_date: item.timestamp("expiryDate"),
            quantity: item.int("quantity"),
            product_name: item.text("productName"),
            base_offer_id: item.text("baseOfferId"),
        });
        fields.damaged(flaws);
        let unreadable = came - items.len();
        Ok(Self { licence_count, items, unreadable, problems: fields.problems })
    }

    /// Returns the number of licences; `None` if that of some cannot be read.
    pub fn licences(&self) -> Option<i64> {
        if self.unreadable > 0 {
            return None;
        }
        let quantity =
            |item: &Acquisition| item.quantity.filter(|quantity| (0..=MAX_QUANTITY).contains(quantity));
        self.items.iter().try_fold(0_i64, |sum, item| Some(sum.saturating_add(quantity(item)?)))
    }

    /// Returns the reason why these may not be exactly the licences that nobody has ordered.
    pub fn doubt(&self) -> Option<String> {
        let Some(licences) = self.licences().and_then(|licences| u64::try_from(licences).ok()) else {
            return Some("the number of some licences cannot be read".to_owned());
        };
        // Some servers may count lines rather than licences.
        let fits = |counted: u64| counted == licences || counted == self.items.len() as u64;
        let counted = self.licence_count.filter(|counted| !fits(*counted))?;
        Some(format!(
            "the server counts {} but sent {}",
            text::pluralize(counted, "licence", "licences"),
            text::group_digits(licences)
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> AcquisitionList {
        AcquisitionList::from_slice(body.as_bytes()).unwrap()
    }

    #[test]
    fn reads_licences_with_their_dates() {
        let list = read(
            r#"{"licenseCount": 5, "unpaidLicenses": [
                {"referenceId": "r1", "creationDate": "2026-03-29T10:00:00Z", "expiryDate": "2026-04-05T10:00:00Z",
                 "quantity": 3, "productName": "Photo editing", "baseOfferId": "65304578CA01A12"},
                {"quantity": "2"}]}"#,
        );
        assert_eq!((list.licences(), list.doubt(), list.problems.len()), (Some(5), None, 0));
        let first = &list.items[0];
        assert_eq!(first.expiry_date.as_ref().unwrap().date(), "2026-04-05".parse().ok());
        assert_eq!((first.product_name.as_deref(), first.quantity), (Some("Photo editing"), Some(3)));
    }

    #[test]
    fn none_may_be_sent_without_a_list() {
        assert_eq!(read(r#"{"licenseCount": 0}"#).licences(), Some(0));
        assert_eq!(read(r#"{"unpaidLicenses": []}"#).doubt(), None);
        assert!(AcquisitionList::from_slice(br#"{"licenseCount": 1}"#).is_err());
    }

    #[test]
    fn what_cannot_be_read_or_does_not_add_up_is_a_doubt() {
        for (body, doubt) in [
            (r#"{"unpaidLicenses": [{"quantity": 1}, 7]}"#, "the number of some licences cannot be read"),
            (r#"{"unpaidLicenses": [{"quantity": -1}]}"#, "the number of some licences cannot be read"),
            (
                r#"{"unpaidLicenses": [{"quantity": 9000000000000000000}]}"#,
                "the number of some licences cannot be read",
            ),
            (r#"{"unpaidLicenses": [{"quantity": {}}]}"#, "the number of some licences cannot be read"),
            (
                r#"{"licenseCount": 9, "unpaidLicenses": [{"quantity": 3}]}"#,
                "the server counts 9 licences but sent 3",
            ),
        ] {
            assert_eq!(read(body).doubt().as_deref(), Some(doubt), "{body}");
        }
        assert_eq!(read(r#"{"licenseCount": 1, "unpaidLicenses": [{"quantity": 3}]}"#).doubt(), None);
    }
}
