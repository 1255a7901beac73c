//! One page of the customer list, with everything the server sent: rows that could be read and rows that could not.

use std::collections::HashSet;

use serde::Deserialize as _;
use serde_json::{Value, json};

use super::{
    CustomerQuery, CustomerRow, Problem, Status, Unreadable,
    json::{Parsed, parse},
    read::{Fields, add, kind_of},
};

/// Rows of one answer that are kept: many times what can be asked for.
const MAX_ROWS: usize = 1_000;

/// One element of a page: never dropped, even when it is no customer.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// A customer.
    Customer(Box<CustomerRow>),
    /// An element that is not a customer, kept as sent.
    Unreadable {
        /// Its place in the page, from 1.
        position: usize,
        /// The reason why it is not a customer, for example `no customerId`.
        reason: &'static str,
        /// The element as sent.
        raw: Value,
    },
}

impl Row {
    /// Reads an element of a page. `position` counts from 1.
    pub(super) fn of(position: usize, value: Value) -> Self {
        match CustomerRow::read(value) {
            Ok(row) => Self::Customer(Box::new(row)),
            Err((raw, reason)) => Self::Unreadable { position, reason, raw },
        }
    }

    /// Reads a row as [`Row::into_kept`] has kept it, or as it was sent.
    pub fn read(position: usize, value: Value) -> Self {
        match kept(value) {
            Ok((raw, problems)) => {
                let mut row = Self::of(position, raw);
                if let Self::Customer(row) = &mut row {
                    for problem in problems {
                        add(&mut row.problems, problem);
                    }
                }
                row
            }
            Err(sent) => Self::of(position, sent),
        }
    }

    /// The row as sent; if it was damaged on the way, in an object that says so beside it, since the repaired value cannot.
    pub fn into_kept(self) -> Value {
        let damage: Vec<Problem> = self.damage().cloned().collect();
        let raw = self.into_raw();
        if damage.is_empty() && raw.get(KEPT).is_none() {
            return raw;
        }
        json!({KEPT: raw, "damage": damage})
    }

    /// Returns whether this JSON, in its shortest form, is a row that is kept with its damage.
    pub fn is_kept_with_damage(json: &str) -> bool {
        json.strip_prefix("{\"")
            .and_then(|rest| rest.strip_prefix(KEPT))
            .is_some_and(|rest| rest.starts_with('"'))
    }

    /// Problems of the row that come from JSON that was not valid.
    pub fn damage(&self) -> impl Iterator<Item = &Problem> {
        let problems = self.customer().map_or(&[][..], |row| &row.problems);
        problems.iter().filter(|problem| problem.is_damage)
    }

    /// Returns the customer, if this row is one.
    pub fn customer(&self) -> Option<&CustomerRow> {
        match self {
            Self::Customer(row) => Some(row),
            Self::Unreadable { .. } => None,
        }
    }

    /// Returns the row as sent.
    pub fn into_raw(self) -> Value {
        match self {
            Self::Customer(row) => row.raw,
            Self::Unreadable { raw, .. } => raw,
        }
    }

    /// The row as sent.
    pub fn raw(&self) -> &Value {
        match self {
            Self::Customer(row) => &row.raw,
            Self::Unreadable { raw, .. } => raw,
        }
    }
}

/// The name under which a row is kept beside its damage.
const KEPT: &str = "vipmp_row";

/// A row and its damage; the value itself if it is not kept so.
fn kept(mut value: Value) -> Result<(Value, Vec<Problem>), Value> {
    let Some(damage) = value.get("damage").filter(|_| value.get(KEPT).is_some()) else { return Err(value) };
    let Ok(damage) = Vec::<Problem>::deserialize(damage) else { return Err(value) };
    Ok((value[KEPT].take(), damage))
}

/// One answer of the customer list, with the query that asked for it.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerPage {
    /// The query.
    pub query: CustomerQuery,
    /// The number of matching customers that the server reports; `None` if the response has none.
    pub total_count: Option<u64>,
    /// The rows, in the server's order.
    pub rows: Vec<Row>,
    /// The problems of the answer, apart from the rows' own.
    pub problems: Vec<Problem>,
    /// True if these are all rows of the answer: it may hold two lists, or more rows than are kept.
    pub is_whole: bool,
    /// True if the response says that it begins at another row than the requested one.
    pub is_elsewhere: bool,
}

impl CustomerPage {
    /// Reads the body of the answer to `query`. The rows are under `accounts`, or under `customers` as the
    /// parameter table of the documentation has it.
    pub fn from_slice(query: CustomerQuery, bytes: &[u8]) -> Result<Self, Unreadable> {
        let Parsed { value: mut raw, mut flaws } = parse(bytes)?;
        let expected = "a page with a list of accounts";
        let Some(object) = raw.as_object_mut() else {
            return Err(Unreadable::Shape { expected, found: kind_of(&raw) });
        };
        let has_rows = |name| object.get(name).and_then(Value::as_array).is_some_and(|rows| !rows.is_empty());
        let are_two = has_rows("accounts") && has_rows("customers");
        let has_two = (are_two && object.get("accounts") != object.get("customers"))
            || flaws.repeats(&["accounts", "customers"]);
        let is_second = has_rows("customers") && !has_rows("accounts");
        let name = if object.contains_key("accounts") && !is_second { "accounts" } else { "customers" };
        let rows = match object.remove(name) {
            Some(Value::Array(rows)) => rows,
            Some(other) => return Err(Unreadable::Shape { expected, found: kind_of(&other) }),
            None => return Err(Unreadable::Shape { expected, found: "an object without it" }),
        };
        let sent = rows.len();
        let mut rows: Vec<Row> = rows
            .into_iter()
            .take(MAX_ROWS)
            .enumerate()
            .map(|(index, value)| Row::of(index + 1, value))
            .collect();
        let mut fields = Fields::of(&raw);
        let total_count = fields.count("totalCount");
        let count = fields.count("count");
        let offset_sent = fields.count("offset");
        if let Some(Value::Array(others)) = raw.get("customers") {
            fields.tell(Problem::new(
                "customers",
                format!("{} rows were not read, since accounts is present too", others.len()),
            ));
        }
        for (index, problem) in flaws.of_elements(name) {
            match rows.get_mut(index) {
                Some(Row::Customer(row)) => add(&mut row.problems, problem),
                Some(Row::Unreadable { .. }) => fields.tell(problem.of_row(index + 1)),
                None => {}
            }
        }
        fields.damaged(flaws);
        let mut problems = fields.problems;
        // Lists and exports have a place for the problems of rows alone. The first row of a page may be the last one of
        // the page before.
        let last = rows.iter_mut().rev().find_map(|row| match row {
            Row::Customer(row) => Some(row),
            Row::Unreadable { .. } => None,
        });
        if let Some(last) = last {
            for problem in problems.iter().filter(|problem| problem.is_damage) {
                add(&mut last.problems, problem.of_page());
            }
        }
        if sent > MAX_ROWS {
            problems.push(Problem::new(
                "accounts",
                format!("{sent} rows, of which the first {MAX_ROWS} are kept"),
            ));
        }
        if count.is_some_and(|count| count != sent as u64) {
            let said = count.unwrap_or_default();
            problems.push(Problem::new("count", format!("{said}, but {sent} rows came")));
        }
        if total_count
            .is_some_and(|total| total < query.offset().saturating_add(rows.len() as u64) && !rows.is_empty())
        {
            let said = total_count.unwrap_or_default();
            let seen = query.offset().saturating_add(rows.len() as u64);
            problems.push(Problem::new("totalCount", format!("{said}, but row {seen} exists")));
        }
        let is_elsewhere = offset_sent.is_some_and(|offset| offset != query.offset()) && !rows.is_empty();
        if is_elsewhere {
            let said = offset_sent.unwrap_or_default();
            problems.push(Problem::new("offset", format!("{said}, though {} was asked for", query.offset())));
        }
        if let Some(id) = twice(&rows) {
            problems.push(Problem::new("accounts", format!("customer {id} is in it twice")));
        }
        let seen = query.offset().saturating_add(rows.len() as u64);
        if !rows.is_empty()
            && rows.len() < usize::from(query.limit())
            && total_count.is_some_and(|total| seen < total)
        {
            problems.push(Problem::new(
                "accounts",
                format!("{} rows, though {} were asked for and more follow", rows.len(), query.limit()),
            ));
        }
        let is_whole = !has_two && sent <= MAX_ROWS;
        Ok(Self { query, total_count, rows, problems, is_whole, is_elsewhere })
    }

    /// Checks that the rows are those that were asked for: of this reseller, and with the status of the query. An account
    /// status that no query can ask for is left alone.
    pub fn check_rows(&mut self, reseller_id: &str) {
        let wanted = self.query.status().clone();
        let (mut statuses, mut resellers) = (0, 0);
        for row in &mut self.rows {
            let Row::Customer(row) = row else { continue };
            if row.status != wanted && Status::LISTED.contains(&row.status.code()) {
                statuses += 1;
                let found = format!("{}, though {} was asked for", row.status.code(), wanted.code());
                add(&mut row.problems, Problem::damage("status", found));
            }
            if let Some(other) = row.reseller_id.as_deref().filter(|other| *other != reseller_id) {
                resellers += 1;
                let found = format!("{other}, though the list of {reseller_id} was asked for");
                add(&mut row.problems, Problem::damage("resellerId", found));
            }
        }
        for (count, field, what) in
            [(resellers, "resellerId", "another reseller"), (statuses, "status", "another status")]
        {
            if count > 0 {
                let rows = crate::text::pluralize(count, "row has", "rows have");
                self.problems.insert(0, Problem::new(field, format!("{rows} {what} than asked for")));
            }
        }
    }

    /// How many rows match, as far as this page can tell: the server's count, or the rows seen so far.
    pub fn known_total(&self) -> u64 {
        let seen = self.query.offset().saturating_add(self.rows.len() as u64);
        self.total_count.map_or(seen, |total| if self.rows.is_empty() { total } else { total.max(seen) })
    }

    /// Rows that are no customers.
    pub fn unreadable(&self) -> impl Iterator<Item = (usize, &'static str)> {
        self.rows.iter().filter_map(|row| match row {
            Row::Unreadable { position, reason, .. } => Some((*position, *reason)),
            Row::Customer(_) => None,
        })
    }
}

/// The first customer that is in an answer more than once.
fn twice(rows: &[Row]) -> Option<&str> {
    let mut known = HashSet::with_capacity(rows.len());
    rows.iter().filter_map(|row| Some(row.customer()?.customer_id.as_str())).find(|id| !known.insert(*id))
}

#[cfg(test)]
mod tests {
    use super::super::Status;
    use super::*;

    fn read(body: &str) -> Result<CustomerPage, Unreadable> {
        CustomerPage::from_slice(CustomerQuery::new(Status::active(), 2).unwrap(), body.as_bytes())
    }

    const SAMPLE: &str = r#"{"totalCount": 8, "count": 2, "offset": 0, "limit": 2, "accounts": [
        {"externalReferenceId": "a19143f0-b5a7-47d3-abf5-bdfd79dc9ef", "customerId": "1006500792",
         "resellerId": "1000396138", "status": "1000", "companyProfile": {"companyName": "Customer Name 1"},
         "creationDate": "2025-08-27T12:57:22Z",
         "links": {"self": {"uri": "/v3/customers/1006500792", "method": "GET", "headers": []}}},
        {"customerId": "1006500806", "status": "1000",
         "links": {"self": {"uri": "/v3/customers/1006500792", "method": "GET", "headers": []}}}]}"#;

    #[test]
    fn reads_the_sample_answer() {
        let page = read(SAMPLE).unwrap();
        assert_eq!((page.total_count, page.known_total(), page.rows.len()), (Some(8), 8, 2));
        let first = page.rows[0].customer().unwrap();
        assert_eq!(first.company_name.as_deref(), Some("Customer Name 1"));
        assert_eq!(first.creation_date.as_ref().unwrap().day(), "27 Aug 2025");
        let second = page.rows[1].customer().unwrap();
        assert_eq!((second.company_name.as_deref(), second.problems.len()), (None, 0));
        assert_eq!(second.link.as_ref().unwrap().uri, "/v3/customers/1006500792");
        assert_eq!(page.problems, []);
    }

    #[test]
    fn reads_customers_for_accounts() {
        let page = read(&SAMPLE.replace("\"accounts\"", "\"customers\"")).unwrap();
        assert_eq!(page.rows.len(), 2);
    }

    #[test]
    fn a_second_list_is_reported() {
        let page =
            read(r#"{"accounts": [{"customerId": "1"}], "customers": [{"customerId": "2"}, 3]}"#).unwrap();
        assert_eq!((page.rows.len(), page.problems.len()), (1, 1));
        assert_eq!(
            page.problems[0].to_string(),
            "customers: 2 rows were not read, since accounts is present too"
        );
        assert!(!page.is_whole);
        assert!(read(r#"{"accounts": [], "customers": []}"#).unwrap().problems.len() == 1);
        let page = read(r#"{"accounts": [], "customers": [{"customerId": "2"}]}"#).unwrap();
        assert_eq!((page.rows.len(), page.is_whole), (1, true), "the one that has rows");
    }

    #[test]
    fn a_bad_row_costs_the_row_and_a_bad_field_the_field() {
        let page = read(
            r#"{"totalCount": 4, "count": 4, "accounts": [7, {"status": "1000"},
                {"customerId": 12, "status": 9999, "companyProfile": [], "links": []},
                {"customerId": "13", "creationDate": "soon"}]}"#,
        )
        .unwrap();
        let unreadable: Vec<_> = page.unreadable().collect();
        assert_eq!(unreadable, [(1, "a number"), (2, "no customerId")]);
        let third = page.rows[2].customer().unwrap();
        assert_eq!(
            (third.customer_id.as_str(), third.status.code(), third.problems.len()),
            ("12", "9999", 1)
        );
        let fourth = page.rows[3].customer().unwrap();
        assert_eq!(fourth.creation_date.as_ref().unwrap().day(), "soon");
    }

    #[test]
    fn damage_costs_one_field_of_one_row_and_stays_with_that_row() {
        let body = b"{\"accounts\": [{\"customerId\": \"1\"}, {\"customerId\": \"2\", \"companyProfile\": \
            {\"companyName\": \"Acme \xc3\"}, \"x\": 1.50}, {\"customerId\": \"3\", \"status\": \"1000\", \"status\": \"1002\"}]}";
        let page = CustomerPage::from_slice(CustomerQuery::new(Status::active(), 50).unwrap(), body).unwrap();
        assert_eq!((page.rows.len(), page.problems.as_slice()), (3, &[][..]));
        let told = |row: &Row| row.damage().map(ToString::to_string).collect::<Vec<_>>();
        let name = "companyProfile.companyName: an invalid character (a byte that is not UTF-8) was replaced with \
                    U+FFFD";
        assert_eq!(told(&page.rows[0]), [""; 0]);
        assert_eq!(told(&page.rows[1]), [name]);
        assert_eq!(told(&page.rows[2]), ["status: sent twice (the last value is used)"]);
        let row = page.rows[1].clone();
        assert_eq!(
            row.raw().to_string(),
            r#"{"customerId":"2","companyProfile":{"companyName":"Acme �"},"x":1.50}"#
        );
        // Kept and read again, it is the same row; one that is sound is kept as it was sent.
        let kept = row.clone().into_kept();
        assert!(Row::is_kept_with_damage(&kept.to_string()));
        assert_eq!(Row::read(1, kept), row);
        let sound = page.rows[0].clone();
        assert_eq!(sound.clone().into_kept(), *sound.raw());
        // What a server sends in that form is not taken for it.
        let sent = json!({"vipmp_row": {"customerId": "9"}, "damage": [], "customerId": "8"});
        let row = Row::of(1, sent.clone());
        let kept = row.clone().into_kept();
        assert_eq!((Row::read(1, kept), row.raw()), (row.clone(), &sent));
    }

    #[test]
    fn what_is_wrong_with_the_page_is_told_there_and_of_its_last_row() {
        let page = read("{\"accounts\": [{\"customerId\": \"1\"}, {\"customerId\": \"2\"}, 3]}\0\0").unwrap();
        let after = "after the end: 2 bytes that are not part of the answer were ignored";
        assert_eq!(page.problems[0].to_string(), after);
        assert_eq!(page.rows[1].damage().next().unwrap().to_string(), format!("the page, {after}"));
        assert_eq!((page.rows[0].damage().count(), page.is_whole), (0, true));
        let page = read(
            r#"{"totalCount": 1, "accounts": [{"customerId": "1"}], "accounts": [{"customerId": "2"}]}"#,
        )
        .unwrap();
        assert_eq!(page.problems[0].to_string(), "accounts: sent twice (the last value is used)");
        assert!(!page.is_whole, "the rows of the first list were not read");
        let page = read("{\"accounts\": [{\"status\": \"\u{1}\"}]}").unwrap();
        assert!(
            page.problems[0].to_string().starts_with("row 1, status: an invalid character"),
            "{:?}",
            page.problems
        );
    }

    #[test]
    fn counts_that_lie_are_told() {
        let page =
            read(r#"{"totalCount": 1, "count": 9, "accounts": [{"customerId": "1"}, {"customerId": "2"}]}"#)
                .unwrap();
        let told: Vec<String> = page.problems.iter().map(ToString::to_string).collect();
        assert_eq!(told, ["count: 9, but 2 rows came", "totalCount: 1, but row 2 exists"]);
        assert_eq!(page.known_total(), 2);
    }

    #[test]
    fn a_customer_that_comes_twice_is_shown_twice_and_told() {
        let page = read(r#"{"accounts": [{"customerId": "1"}, {"customerId": 1}]}"#).unwrap();
        assert_eq!((page.rows.len(), page.problems.len()), (2, 1));
        assert_eq!(page.problems[0].to_string(), "accounts: customer 1 is in it twice");
    }

    #[test]
    fn an_answer_of_too_many_rows_is_cut_and_tells_it() {
        let page = read(&format!("{{\"accounts\": [{}0]}}", "0,".repeat(4_999))).unwrap();
        assert_eq!(page.rows.len(), MAX_ROWS);
        assert_eq!(page.problems[0].to_string(), "accounts: 5000 rows, of which the first 1000 are kept");
    }

    #[test]
    fn other_shapes_are_refused_in_words() {
        let told = |body| read(body).unwrap_err().to_string();
        assert_eq!(told("[]"), "a page with a list of accounts expected, a list found");
        assert_eq!(told("{}"), "a page with a list of accounts expected, an object without it found");
        assert_eq!(told(r#"{"accounts": "x"}"#), "a page with a list of accounts expected, text found");
        assert!(told("").starts_with("not JSON"));
    }
}
