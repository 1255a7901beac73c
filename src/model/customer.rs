//! The customer: the short form of a list's row, and the whole resource.

use serde_json::Value;

use super::{
    Link, Links, Problem, Status, Timestamp, Unreadable,
    json::{Parsed, parse},
    read::{Fields, kind_of},
};

/// A customer as the list shows it ("Customer object" of "Get customer list").
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerRow {
    /// The id, for example `1006500792`: the only field without which a row cannot be worked with.
    pub customer_id: String,
    /// The company's name, exactly as sent: clean it before it reaches a screen.
    pub company_name: Option<String>,
    /// The account's status. Its code is empty if none was sent.
    pub status: Status,
    /// The time when the account was created.
    pub creation_date: Option<Timestamp>,
    /// The partner's own reference: optional and not unique.
    pub external_reference_id: Option<String>,
    /// The reseller that the customer belongs to.
    pub reseller_id: Option<String>,
    /// The link to the whole resource, as the row has it.
    pub link: Option<Link>,
    /// The problems of this row.
    pub problems: Vec<Problem>,
    /// The row as sent, every field of it.
    pub raw: Value,
}

impl CustomerRow {
    /// Reads an element of a page. Returns the value with the reason if it is not a customer.
    pub(super) fn read(raw: Value) -> Result<Self, (Value, &'static str)> {
        if !raw.is_object() {
            let found = kind_of(&raw);
            return Err((raw, found));
        }
        let mut fields = Fields::of(&raw);
        let Some(customer_id) = fields.text("customerId").filter(|id| !id.trim().is_empty()) else {
            return Err((raw, "no customerId"));
        };
        let company_name = fields.object("companyProfile").and_then(|(_, mut profile)| {
            let name = profile.text("companyName");
            fields.absorb(profile);
            name
        });
        let row = Self {
            customer_id,
            company_name,
            status: fields.status(),
            creation_date: fields.timestamp("creationDate"),
            external_reference_id: fields.text("externalReferenceId"),
            reseller_id: fields.text("resellerId"),
            link: Links::read(fields.value("links")).own,
            problems: fields.problems,
            raw: Value::Null,
        };
        Ok(Self { raw, ..row })
    }
}

/// A postal address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// ISO 3166 country code.
    pub country: Option<String>,
    /// State, province or region.
    pub region: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Street and number.
    pub address_line1: Option<String>,
    /// The value that did not fit there.
    pub address_line2: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// The company's phone number.
    pub phone_number: Option<String>,
}

/// A user at the customer, normally an administrator.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contact {
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Phone number.
    pub phone_number: Option<String>,
}

/// A discount level for one type of offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discount {
    /// `LICENSE` or `CONSUMABLES`.
    pub offer_type: Option<String>,
    /// `01` to `14`, or `T1`, `TA` to `TG`.
    pub level: Option<String>,
}

/// How many of one type of offer a commitment asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MinimumQuantity {
    /// `LICENSE` or `CONSUMABLES`.
    pub offer_type: Option<String>,
    /// Seats or units.
    pub quantity: Option<i64>,
}

/// A commitment, asked for or made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment {
    /// First day.
    pub start_date: Option<Timestamp>,
    /// Last day.
    pub end_date: Option<Timestamp>,
    /// `REQUESTED`, `ACCEPTED`, `DECLINED`, `COMMITTED`, `ACTIVE`, `NONCOMPLIANT`, `EXPIRED`, …
    pub status: Option<String>,
    /// The minimum that was committed to, for each type of offer.
    pub minimum_quantities: Vec<MinimumQuantity>,
}

/// A benefit: the three-year commit (3YC) or another programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Benefit {
    /// `THREE_YEAR_COMMIT`, `LARGE_GOVERNMENT_AGENCY`, …
    pub kind: Option<String>,
    /// The state of a `LARGE_GOVERNMENT_AGENCY`: `ACTIVE`, or `PENDING_UPGRADE` until the next anniversary.
    pub status: Option<String>,
    /// The commitment in force.
    pub commitment: Option<Commitment>,
    /// The requested commitment.
    pub commitment_request: Option<Commitment>,
    /// The commitment requested to follow the current one.
    pub recommitment_request: Option<Commitment>,
}

/// The membership that links this customer with others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedMembership {
    /// Its id.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// `STANDARD` or `CONSORTIUM`.
    pub kind: Option<String>,
    /// `OWNER` or `MEMBER`: the part this customer has in it.
    pub linked_membership_type: Option<String>,
    /// The date since which the customer has been a member.
    pub creation_date: Option<Timestamp>,
    /// The country, which only memberships of government agencies have.
    pub country: Option<String>,
    /// The benefits of all its members, for example `LARGE_GOVERNMENT_AGENCY`.
    pub benefit_types: Vec<String>,
}

/// The whole customer resource (`GET /v3/customers/{customer-id}`).
#[derive(Debug, Clone, PartialEq)]
pub struct Customer {
    /// The id; compare it with the row's, since a link may lead to another customer.
    pub customer_id: Option<String>,
    /// The partner's own reference.
    pub external_reference_id: Option<String>,
    /// The reseller that the customer belongs to.
    pub reseller_id: Option<String>,
    /// The account's status.
    pub status: Status,
    /// The time when the account was created.
    pub creation_date: Option<Timestamp>,
    /// The anniversary date; a customer that never ordered has none, which the API also writes as an empty text.
    pub coterm_date: Option<Timestamp>,
    /// True if the customer may be sold to in several countries.
    pub global_sales_enabled: Option<bool>,
    /// Tags as sent.
    pub tags: Vec<String>,
    /// The company's name, exactly as sent.
    pub company_name: Option<String>,
    /// For example `de-DE`.
    pub preferred_language: Option<String>,
    /// `COM`, `EDU` or `GOV`.
    pub market_segment: Option<String>,
    /// For example `K_12` or `STATE`.
    pub market_sub_segments: Vec<String>,
    /// The company's address.
    pub address: Option<Address>,
    /// The people, normally administrators.
    pub contacts: Vec<Contact>,
    /// The discount levels.
    pub discounts: Vec<Discount>,
    /// 3YC and other programmes.
    pub benefits: Vec<Benefit>,
    /// The membership, if there is one.
    pub linked_membership: Option<LinkedMembership>,
    /// The link of the resource.
    pub links: Links,
    /// The problems of the answer.
    pub problems: Vec<Problem>,
    /// The answer as sent, every field of it.
    pub raw: Value,
}

impl Customer {
    /// Reads the body of an answer.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, Unreadable> {
        let Parsed { value: raw, flaws } = parse(bytes)?;
        if !raw.is_object() {
            return Err(Unreadable::Shape { expected: "a customer", found: kind_of(&raw) });
        }
        let mut fields = Fields::of(&raw);
        // Gateways send errors as successes too: an object without an ID is no record of this customer.
        let customer_id = fields.text("customerId").filter(|id| !id.trim().is_empty());
        if customer_id.is_none() {
            return Err(Unreadable::Shape {
                expected: "a customer",
                found: "an object without a customerId",
            });
        }
        let mut customer = Self {
            customer_id,
            external_reference_id: fields.text("externalReferenceId"),
            reseller_id: fields.text("resellerId"),
            status: fields.status(),
            creation_date: fields.timestamp("creationDate"),
            coterm_date: read_coterm(&mut fields),
            global_sales_enabled: fields.bool("globalSalesEnabled"),
            tags: fields.texts("tags"),
            company_name: None,
            preferred_language: None,
            market_segment: None,
            market_sub_segments: Vec::new(),
            address: None,
            contacts: Vec::new(),
            discounts: fields.objects("discounts", |discount, _| Discount {
                offer_type: discount.text("offerType"),
                level: discount.text("level"),
            }),
            benefits: fields.objects("benefits", |benefit, _| Benefit::read(benefit)),
            linked_membership: read_membership(&mut fields),
            links: Links::read(fields.value("links")),
            problems: Vec::new(),
            raw: Value::Null,
        };
        if let Some((_, mut profile)) = fields.object("companyProfile") {
            customer.read_profile(&mut profile);
            fields.absorb(profile);
        }
        fields.damaged(flaws);
        customer.problems = fields.problems;
        customer.raw = raw;
        Ok(customer)
    }

    fn read_profile(&mut self, profile: &mut Fields<'_>) {
        self.company_name = profile.text("companyName");
        self.preferred_language = profile.text("preferredLanguage");
        self.market_segment = profile.text("marketSegment");
        self.market_sub_segments = profile.texts("marketSubSegments");
        self.contacts = profile.objects("contacts", |contact, _| Contact {
            first_name: contact.text("firstName"),
            last_name: contact.text("lastName"),
            email: contact.text("email"),
            phone_number: contact.text("phoneNumber"),
        });
        self.address = profile.object("address").map(|(_, mut fields)| {
            let address = Address {
                country: fields.text("country"),
                region: fields.text("region"),
                city: fields.text("city"),
                address_line1: fields.text("addressLine1"),
                address_line2: fields.text("addressLine2"),
                postal_code: fields.text("postalCode"),
                phone_number: fields.text("phoneNumber"),
            };
            profile.absorb(fields);
            address
        });
    }

    /// Returns the three-year commit benefit, if the customer has one in any state.
    pub fn three_year_commit(&self) -> Option<&Benefit> {
        self.benefits.iter().find(|benefit| benefit.kind.as_deref() == Some("THREE_YEAR_COMMIT"))
    }
}

impl Benefit {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self {
            kind: fields.text("type"),
            status: fields.text("status"),
            commitment: Commitment::read(fields, "commitment"),
            commitment_request: Commitment::read(fields, "commitmentRequest"),
            recommitment_request: Commitment::read(fields, "recommitmentRequest"),
        }
    }
}

impl Commitment {
    fn read(parent: &mut Fields<'_>, field: &'static str) -> Option<Self> {
        let (_, mut fields) = parent.object(field)?;
        let commitment = Self {
            start_date: fields.timestamp("startDate"),
            end_date: fields.timestamp("endDate"),
            status: fields.text("status"),
            minimum_quantities: fields.objects("minimumQuantities", |minimum, _| MinimumQuantity {
                offer_type: minimum.text("offerType"),
                quantity: minimum.int("quantity"),
            }),
        };
        parent.absorb(fields);
        Some(commitment)
    }
}

fn read_membership(parent: &mut Fields<'_>) -> Option<LinkedMembership> {
    let (_, mut fields) = parent.object("linkedMembership")?;
    let membership = LinkedMembership {
        id: fields.text("id"),
        name: fields.text("name"),
        kind: fields.text("type"),
        linked_membership_type: fields.text("linkedMembershipType"),
        creation_date: fields.timestamp("creationDate"),
        country: fields.text("country"),
        benefit_types: fields.texts("benefitTypes"),
    };
    parent.absorb(fields);
    Some(membership)
}

/// Reads the anniversary date. The pattern for it in `references/validations` allows an empty text, which stands for none.
fn read_coterm(fields: &mut Fields<'_>) -> Option<Timestamp> {
    let is_empty =
        fields.value("cotermDate").and_then(Value::as_str).is_some_and(|date| date.trim().is_empty());
    if is_empty { None } else { fields.timestamp("cotermDate") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_the_whole_resource() {
        let body = json!({
            "customerId": "1006500792", "resellerId": "1000396138", "status": "1000",
            "creationDate": "2025-08-27T12:57:22", "cotermDate": "2026-07-07", "globalSalesEnabled": false,
            "tags": ["a"], "companyProfile": {
                "companyName": "Customer Name 1", "preferredLanguage": "de-DE", "marketSegment": "EDU",
                "marketSubSegments": ["K_12"],
                "address": {"country": "DE", "city": "Köln", "addressLine1": "Hauptstr. 1"},
                "contacts": [{"firstName": "Ada", "lastName": "Muster", "email": "ada@example.org"}]
            },
            "discounts": [{"offerType": "LICENSE", "level": "13"}],
            "benefits": [{"type": "THREE_YEAR_COMMIT", "commitment": {
                "startDate": "2025-07-06", "endDate": "2028-07-05", "status": "COMMITTED",
                "minimumQuantities": [{"offerType": "LICENSE", "quantity": 50}]
            }, "commitmentRequest": null}],
            "linkedMembership": {"id": "9", "name": "Lake Group", "type": "CONSORTIUM",
                "linkedMembershipType": "OWNER"},
            "links": {"self": {"uri": "/v3/customers/1006500792"}}, "brandNew": {"x": 1}
        });
        let customer = Customer::from_slice(body.to_string().as_bytes()).unwrap();
        assert_eq!(customer.problems, []);
        assert_eq!(customer.coterm_date.as_ref().unwrap().day(), "7 Jul 2026");
        assert_eq!(customer.address.as_ref().unwrap().city.as_deref(), Some("Köln"));
        assert_eq!(customer.contacts[0].email.as_deref(), Some("ada@example.org"));
        let benefit = customer.three_year_commit().unwrap();
        assert_eq!(benefit.commitment.as_ref().unwrap().minimum_quantities[0].quantity, Some(50));
        assert_eq!(benefit.commitment_request, None);
        assert_eq!(customer.linked_membership.as_ref().unwrap().name.as_deref(), Some("Lake Group"));
        assert_eq!(customer.raw["brandNew"]["x"], json!(1));
    }

    /// The sample of `lga/create`.
    #[test]
    fn reads_a_government_agency_with_its_membership() {
        let body = br#"{"customerId": "1005512199", "benefits": [{"type": "LARGE_GOVERNMENT_AGENCY", "status": "ACTIVE"}],
            "linkedMembership": {"id": "51001315", "type": "STANDARD", "linkedMembershipType": "OWNER",
                "creationDate": "2024-07-17T03:47:35", "country": "US", "benefitTypes": ["LARGE_GOVERNMENT_AGENCY"]}}"#;
        let customer = Customer::from_slice(body).unwrap();
        assert_eq!(customer.problems, []);
        assert_eq!(customer.benefits[0].status.as_deref(), Some("ACTIVE"));
        let membership = customer.linked_membership.unwrap();
        assert_eq!(membership.country.as_deref(), Some("US"));
        assert_eq!(membership.benefit_types, ["LARGE_GOVERNMENT_AGENCY"]);
    }

    #[test]
    fn an_empty_anniversary_is_none() {
        for (sent, is_none) in [("\"\"", true), ("\" \"", true), ("null", true), ("\"2026-07-07\"", false)] {
            let body = format!("{{\"customerId\": \"1\", \"cotermDate\": {sent}}}");
            let customer = Customer::from_slice(body.as_bytes()).unwrap();
            assert_eq!((customer.coterm_date.is_none(), customer.problems.len()), (is_none, 0), "{sent}");
        }
    }

    #[test]
    fn without_an_id_there_is_no_record() {
        let error = r#"{"code": "1124", "message": "Internal Server Error"}"#;
        for body in
            ["{}", error, r#"{"customerId": null}"#, r#"{"customerId": " "}"#, r#"{"customerId": []}"#]
        {
            let refused = Customer::from_slice(body.as_bytes()).unwrap_err();
            let expected = "a customer expected, an object without a customerId found";
            assert_eq!(refused.to_string(), expected, "{body}");
        }
    }

    #[test]
    fn every_other_field_may_be_missing_or_of_another_type() {
        let empty = Customer::from_slice(br#"{"customerId": "1"}"#).unwrap();
        assert_eq!((empty.customer_id.as_deref(), empty.problems.len()), (Some("1"), 0));
        let wrong = br#"{"customerId": 1, "tags": {}, "companyProfile": 7, "discounts": [1], "benefits": "x",
            "linkedMembership": [], "links": 9, "cotermDate": "never", "globalSalesEnabled": "yes"}"#;
        let wrong = Customer::from_slice(wrong).unwrap();
        let told: Vec<&str> = wrong.problems.iter().map(|problem| problem.field.as_ref()).collect();
        assert_eq!(
            told,
            [
                "cotermDate",
                "globalSalesEnabled",
                "tags",
                "discounts",
                "benefits",
                "linkedMembership",
                "companyProfile"
            ]
        );
        assert_eq!(wrong.coterm_date.unwrap().text(), "never");
    }

    #[test]
    fn what_is_no_customer_is_refused_in_words() {
        let told = |body: &[u8]| Customer::from_slice(body).unwrap_err().to_string();
        assert_eq!(told(b"[]"), "a customer expected, a list found");
        assert_eq!(told(b"null"), "a customer expected, null found");
    }
}
