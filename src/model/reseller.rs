//! The reseller whose customers are browsed.

use serde_json::Value;

use super::{
    Status, Unreadable,
    read::{Fields, kind_of, parse},
};

/// A reseller (`GET /v3/resellers/{reseller-id}`).
#[derive(Debug, Clone, PartialEq)]
pub struct Reseller {
    /// The id.
    pub reseller_id: Option<String>,
    /// The distributor that the reseller buys from.
    pub distributor_id: Option<String>,
    /// The company's name, exactly as sent.
    pub company_name: Option<String>,
    /// The account's status.
    pub status: Status,
    /// The answer as sent.
    pub raw: Value,
}

impl Reseller {
    /// Reads the body of an answer.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, Unreadable> {
        let raw = parse(bytes)?;
        if !raw.is_object() {
            return Err(Unreadable::Shape { expected: "a reseller", found: kind_of(&raw) });
        }
        let mut fields = Fields::of(&raw);
        let reseller = Self {
            reseller_id: fields.text("resellerId"),
            distributor_id: fields.text("distributorId"),
            company_name: fields
                .object("companyProfile")
                .and_then(|(_, mut profile)| profile.text("companyName")),
            status: fields.status(),
            raw: Value::Null,
        };
        Ok(Self { raw, ..reseller })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_is_there() {
        let body =
            br#"{"resellerId": "1000396138", "status": "1000", "companyProfile": {"companyName": "N"}}"#;
        let reseller = Reseller::from_slice(body).unwrap();
        assert_eq!(reseller.company_name.as_deref(), Some("N"));
        assert_eq!(reseller.distributor_id, None);
        assert!(Reseller::from_slice(b"3").is_err());
    }
}
