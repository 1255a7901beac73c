//! Tests that cells of CSV files and workbooks, read by other libraries, match the fields that the server sent.

use std::{fs, io::Cursor};

use calamine::{Data, Reader as _};

use crate::{
    json::Json,
    round_trips::{items, record, rows, served},
};

/// The response that contains the value of a column.
#[derive(Clone, Copy)]
enum Of {
    Row,
    Record,
    Subscription,
}

/// The type of a value in a workbook; in CSV all are text.
#[derive(Clone, Copy, PartialEq)]
enum As {
    Text,
    Status,
    Number,
    Flag,
    Time,
    /// A list of texts.
    Texts,
}

/// The columns with the path of their value: field names, `[n]` or `[field=value]`.
const COLUMNS: [(&str, Of, &str, As); 47] = [
    ("customer-id", Of::Row, "customerId", As::Text),
    ("company", Of::Row, "companyProfile.companyName", As::Text),
    ("status", Of::Row, "status", As::Status),
    ("status-code", Of::Row, "status", As::Text),
    ("created", Of::Row, "creationDate", As::Time),
    ("reference", Of::Row, "externalReferenceId", As::Text),
    ("reseller-id", Of::Row, "resellerId", As::Text),
    ("link", Of::Row, "links.self.uri", As::Text),
    ("anniversary", Of::Record, "cotermDate", As::Time),
    ("market-segment", Of::Record, "companyProfile.marketSegment", As::Text),
    ("sub-segments", Of::Record, "companyProfile.marketSubSegments", As::Texts),
    ("discount-licence", Of::Record, "discounts.[offerType=LICENSE].level", As::Text),
    ("discount-consumables", Of::Record, "discounts.[offerType=CONSUMABLES].level", As::Text),
    ("3yc-status", Of::Record, "3YC.status", As::Text),
    ("3yc-start", Of::Record, "3YC.startDate", As::Time),
    ("3yc-end", Of::Record, "3YC.endDate", As::Time),
    ("3yc-licences", Of::Record, "3YC.minimumQuantities.[offerType=LICENSE].quantity", As::Number),
    ("3yc-consumables", Of::Record, "3YC.minimumQuantities.[offerType=CONSUMABLES].quantity", As::Number),
    ("country", Of::Record, "companyProfile.address.country", As::Text),
    ("region", Of::Record, "companyProfile.address.region", As::Text),
    ("city", Of::Record, "companyProfile.address.city", As::Text),
    ("address-1", Of::Record, "companyProfile.address.addressLine1", As::Text),
    ("address-2", Of::Record, "companyProfile.address.addressLine2", As::Text),
    ("postal-code", Of::Record, "companyProfile.address.postalCode", As::Text),
    ("phone", Of::Record, "companyProfile.address.phoneNumber", As::Text),
    ("language", Of::Record, "companyProfile.preferredLanguage", As::Text),
    ("global-sales", Of::Record, "globalSalesEnabled", As::Flag),
    ("tags", Of::Record, "tags", As::Texts),
    ("admin-email", Of::Record, "companyProfile.contacts.[0].email", As::Text),
    ("admin-phone", Of::Record, "companyProfile.contacts.[0].phoneNumber", As::Text),
    ("membership-id", Of::Record, "linkedMembership.id", As::Text),
    ("membership", Of::Record, "linkedMembership.name", As::Text),
    ("membership-type", Of::Record, "linkedMembership.type", As::Text),
    ("membership-role", Of::Record, "linkedMembership.linkedMembershipType", As::Text),
    ("membership-since", Of::Record, "linkedMembership.creationDate", As::Time),
    ("subscription-id", Of::Subscription, "subscriptionId", As::Text),
    ("offer-id", Of::Subscription, "offerId", As::Text),
    // No name is known.
    ("product", Of::Subscription, "offerId", As::Text),
    ("quantity", Of::Subscription, "currentQuantity", As::Number),
    ("used", Of::Subscription, "usedQuantity", As::Number),
    ("subscription-status-code", Of::Subscription, "status", As::Text),
    ("subscription-created", Of::Subscription, "creationDate", As::Time),
    ("renewal-date", Of::Subscription, "renewalDate", As::Time),
    ("auto-renewal", Of::Subscription, "autoRenewal.enabled", As::Flag),
    ("renewal-quantity", Of::Subscription, "autoRenewal.renewalQuantity", As::Number),
    ("currency", Of::Subscription, "currencyCode", As::Text),
    ("deployment-id", Of::Subscription, "deploymentId", As::Text),
];

/// The columns that combine several fields or describe problems.
const OTHER: [&str; 3] = ["admin", "subscription-status", "problem"];

/// Returns the value at a path, if it was sent.
fn at(value: &Json, place: &str) -> Option<Json> {
    let mut value = value.clone();
    for step in place.split('.') {
        value = match (&value, step.strip_prefix('[').and_then(|step| step.strip_suffix(']'))) {
            (Json::List(items), Some(step)) => match step.split_once('=') {
                Some((name, text)) => {
                    items.iter().find(|item| at(item, name) == Some(Json::Text(text.to_owned())))?.clone()
                }
                None => items.get(step.parse::<usize>().unwrap())?.clone(),
            },
            (Json::Object(_), None) if step == "3YC" => {
                let benefit = at(&value, "benefits.[type=THREE_YEAR_COMMIT]")?;
                at(&benefit, "commitment").or_else(|| at(&benefit, "commitmentRequest"))?
            }
            (Json::Object(fields), None) => fields.iter().find(|(name, _)| name == step)?.1.clone(),
            _ => return None,
        };
    }
    (value != Json::Word("null".to_owned())).then_some(value)
}

/// Returns the expected text of a cell.
fn expected(value: Option<Json>, kind: As) -> String {
    match (value, kind) {
        (None, _) => String::new(),
        (Some(Json::Text(code)), As::Status) => match code.as_str() {
            "1000" => "Active".to_owned(),
            "1002" => "Pending".to_owned(),
            "1004" => "Inactive".to_owned(),
            _ => code,
        },
        // Times without a zone are in UTC too.
        (Some(Json::Text(time)), As::Time) if time.len() == "2026-03-27T12:57:22".len() => time + "Z",
        (Some(Json::List(all)), As::Texts) => all.iter().map(Json::text).collect::<Vec<_>>().join(", "),
        (Some(Json::Text(text) | Json::Word(text)), _) => text,
        (Some(other), _) => panic!("no cell holds this: {other}"),
    }
}

/// Returns a workbook cell as the text that CSV would have, and its type.
fn of_workbook(cell: &Data) -> (String, Option<As>) {
    match cell {
        Data::Empty => (String::new(), None),
        Data::String(text) => (text.clone(), Some(As::Text)),
        Data::Float(number) => (number.to_string(), Some(As::Number)),
        Data::Bool(flag) => (flag.to_string(), Some(As::Flag)),
        Data::DateTime(at) => {
            (at.as_datetime().unwrap().format("%Y-%m-%dT%H:%M:%SZ").to_string(), Some(As::Time))
        }
        other => panic!("no such cell is written: {other:?}"),
    }
}

/// Lines of cells by the keys of their columns.
struct Table {
    keys: Vec<String>,
    lines: Vec<Vec<(String, Option<As>)>>,
}

impl Table {
    fn csv(bytes: &[u8]) -> Self {
        let mut reader = csv::Reader::from_reader(bytes);
        let keys = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let line = |line: csv::Result<csv::StringRecord>| {
            line.unwrap().iter().map(|cell| (cell.to_owned(), None)).collect()
        };
        Self { keys, lines: reader.records().map(line).collect() }
    }

    /// Reads a workbook. Its headings are titles, but its columns are those of CSV, whose `keys` are given.
    fn workbook(bytes: Vec<u8>, keys: &[String]) -> Self {
        let mut book: calamine::Xlsx<_> = calamine::Xlsx::new(Cursor::new(bytes)).unwrap();
        let sheet = book.worksheet_range("Customers").unwrap();
        assert_eq!(sheet.width(), keys.len());
        let lines = sheet.rows().skip(1).map(|row| row.iter().map(of_workbook).collect()).collect();
        Self { keys: keys.to_vec(), lines }
    }

    /// Checks every cell against the responses behind its line.
    #[track_caller]
    fn check(&self, answers: &[[Option<Json>; 3]]) {
        assert_eq!(self.lines.len(), answers.len());
        for (line, answers) in self.lines.iter().zip(answers) {
            for (key, (cell, kind)) in self.keys.iter().zip(line) {
                let column = COLUMNS.iter().find(|column| column.0 == key.as_str());
                let Some((_, of, place, wanted)) = column else {
                    assert!(OTHER.contains(&key.as_str()), "{key}");
                    continue;
                };
                let sent = answers[*of as usize].as_ref().and_then(|answer| at(answer, place));
                let mut expected = expected(sent, *wanted);
                if let Some(kind) = kind {
                    let plain = if matches!(wanted, As::Status | As::Texts) { As::Text } else { *wanted };
                    assert!(*kind == plain, "{key}: {cell} is of another kind");
                    if *wanted == As::Time && expected.len() == "2026-03-27".len() {
                        expected += "T00:00:00Z";
                    }
                }
                assert_eq!(*cell, expected, "{key} of {:?}", answers[0].as_ref().map(ToString::to_string));
            }
        }
    }
}

#[test]
fn cells_are_the_fields_that_the_server_sent() {
    let (served, stage) = served();
    let rows = rows(&served);
    let (mut plain, mut detailed, mut bought) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let record = record(&served, &row);
        let items = items(&served, row.get("customerId").text(), "subscriptions");
        plain.push([Some(row.clone()), None, None]);
        detailed.push([Some(row.clone()), Some(record.clone()), None]);
        if items.is_empty() {
            bought.push([Some(row.clone()), Some(record.clone()), None]);
        }
        for item in items {
            bought.push([Some(row.clone()), Some(record.clone()), Some(item)]);
        }
    }
    assert!(bought.len() > detailed.len(), "somebody has several");
    let mut seen = std::collections::BTreeSet::new();
    for (options, answers) in
        [(&[][..], &plain), (&["--details"][..], &detailed), (&["--details", "--subscriptions"][..], &bought)]
    {
        let export = |name: &str| {
            let words = [&["export", name, "--status", "all", "--raw"], options].concat();
            // The link of one customer leads to another one, which is reported if details are requested.
            stage.run(words).exits_with(if options.is_empty() { 0 } else { 5 });
            fs::read(stage.path(name)).unwrap()
        };
        let csv = Table::csv(&export("all.csv"));
        csv.check(answers);
        Table::workbook(export("all.xlsx"), &csv.keys).check(answers);
        seen.extend(csv.keys);
    }
    assert_eq!(seen.len(), COLUMNS.len() + OTHER.len(), "every column was looked at");
    let list = stage.run(["list", "--all", "--output", "csv", "--raw"]).exits_with(0).out;
    let active: Vec<_> =
        plain.into_iter().filter(|[row, ..]| row.as_ref().unwrap().get("status").text() == "1000").collect();
    Table::csv(list.as_bytes()).check(&active);
}
