//! Resellers: the one whose customers are browsed, and those that an account has.

use serde_json::Value;

use super::{
    Problem, Status, Unreadable,
    json::{Parsed, parse},
    read::{Fields, add, kind_of},
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
    /// The problems of the answer.
    pub problems: Vec<Problem>,
    /// The answer as sent.
    pub raw: Value,
}

impl Reseller {
    /// Reads the body of an answer.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, Unreadable> {
        let Parsed { value: raw, flaws } = parse(bytes)?;
        if !raw.is_object() {
            return Err(Unreadable::Shape { expected: "a reseller", found: kind_of(&raw) });
        }
        let mut fields = Fields::of(&raw);
        let reseller_id = fields.text("resellerId");
        let (distributor_id, company_name, status) = facts(&mut fields);
        fields.damaged(flaws);
        let problems = fields.problems;
        Ok(Self { reseller_id, distributor_id, company_name, status, problems, raw })
    }
}

/// The fields that both the list and the whole resource have: distributor, company, status.
fn facts(fields: &mut Fields<'_>) -> (Option<String>, Option<String>, Status) {
    let company = fields.object("companyProfile").and_then(|(_, mut profile)| {
        let name = profile.text("companyName");
        fields.absorb(profile);
        name
    });
    (fields.text("distributorId"), company, fields.status())
}

/// A row of the reseller list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResellerRow {
    /// The id; a row without one cannot be worked with.
    pub reseller_id: String,
    /// The distributor that the reseller buys from.
    pub distributor_id: Option<String>,
    /// The company's name, exactly as sent.
    pub company_name: Option<String>,
    /// The account's status.
    pub status: Status,
    /// The problems of the row.
    pub problems: Vec<Problem>,
    /// The row as sent, every field of it.
    pub raw: Value,
}

/// One page of `GET /v3/resellers`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResellerPage {
    /// How many match, as the server counts.
    pub total_count: Option<u64>,
    /// The resellers in the server's order; those without an ID as sent.
    pub rows: Vec<Result<ResellerRow, Value>>,
    /// The problems of the answer, apart from the rows' own.
    pub problems: Vec<Problem>,
    /// True if these are all rows of the answer: it may hold two lists.
    pub is_whole: bool,
}

impl ResellerPage {
    /// Reads the body of an answer. The list is named `accounts`, as that of customers; `resellers` is taken too.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, Unreadable> {
        let Parsed { value: mut raw, mut flaws } = parse(bytes)?;
        let rows = ["accounts", "resellers"].into_iter().find_map(|name| match raw.get_mut(name)?.take() {
            Value::Array(rows) => Some((name, rows)),
            _ => None,
        });
        let is_whole = !flaws.repeats(&["accounts", "resellers"]);
        let Some((name, rows)) = rows else {
            return Err(Unreadable::Shape { expected: "a list of resellers", found: kind_of(&raw) });
        };
        let mut rows: Vec<_> = rows.into_iter().map(ResellerRow::read).collect();
        let mut fields = Fields::of(&raw);
        let total_count = fields.count("totalCount");
        for (index, problem) in flaws.of_elements(name) {
            match rows.get_mut(index) {
                Some(Ok(row)) => add(&mut row.problems, problem),
                _ => fields.tell(problem.of_row(index + 1)),
            }
        }
        fields.damaged(flaws);
        let mut page = Self { total_count, rows, problems: fields.problems, is_whole };
        // The first row of a page may be the last one of the page before.
        if let Some(last) = page.rows.iter_mut().rev().find_map(|row| row.as_mut().ok()) {
            for problem in page.problems.iter().filter(|problem| problem.is_damage) {
                add(&mut last.problems, problem.of_page());
            }
        }
        Ok(page)
    }
}

impl ResellerRow {
    /// Reads an element of a page. Returns the value if it has no ID.
    fn read(raw: Value) -> Result<Self, Value> {
        let mut fields = Fields::of(&raw);
        let Some(reseller_id) = fields.text("resellerId") else { return Err(raw) };
        let (distributor_id, company_name, status) = facts(&mut fields);
        let problems = fields.problems;
        Ok(Self { reseller_id, distributor_id, company_name, status, problems, raw })
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

    #[test]
    fn the_rows_of_a_list_that_have_no_id_stay_in_their_places_as_sent() {
        let body = br#"{"totalCount": 3, "accounts": [{"resellerId": null},
            {"resellerId": "1", "companyProfile": {"companyName": "N"}, "x": 1.0}, 7]}"#;
        let page = ResellerPage::from_slice(body).unwrap();
        assert_eq!((page.total_count, page.rows.len()), (Some(3), 3));
        let [Err(first), Ok(row), Err(last)] = &page.rows[..] else { panic!("{page:?}") };
        assert_eq!(row.company_name.as_deref(), Some("N"));
        assert_eq!(row.raw["x"].to_string(), "1.0");
        assert_eq!([first, last], [&serde_json::json!({"resellerId": null}), &7.into()]);
        assert!(ResellerPage::from_slice(b"[]").is_err() && ResellerPage::from_slice(b"{}").is_err());
    }
}
