//! Answers of the API in which any field may be missing or anything else.

use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Value, json};
use vipmp::model::{CustomerPage, CustomerQuery, Status};

use crate::{
    cases, checks,
    json::{nearly, value},
};

fn row() -> Value {
    json!({"externalReferenceId": "ref-1", "customerId": "1006500792", "resellerId": "1000396138", "status": "1000",
        "companyProfile": {"companyName": "Lake Print 1"}, "creationDate": "2025-08-27T12:57:22Z",
        "links": {"self": {"uri": "/v3/customers/1006500792", "method": "GET", "headers": []}}})
}

fn customer() -> Value {
    json!({"customerId": "1006500792", "externalReferenceId": "ref-1", "resellerId": "1000396138", "status": "1000",
        "creationDate": "2025-08-27T12:57:22", "cotermDate": "2026-07-07", "globalSalesEnabled": false, "tags": ["a"],
        "companyProfile": {"companyName": "Lake Print 1", "preferredLanguage": "de-DE", "marketSegment": "EDU",
            "marketSubSegments": ["K_12"], "address": {"country": "DE", "city": "Lindenhafen"},
            "contacts": [{"firstName": "Ada", "lastName": "Muster", "email": "ada@example.org"}]},
        "discounts": [{"offerType": "LICENSE", "level": "13"}],
        "benefits": [{"type": "THREE_YEAR_COMMIT", "commitment": {"startDate": "2025-07-06", "endDate": "2028-07-05",
            "status": "COMMITTED", "minimumQuantities": [{"offerType": "LICENSE", "quantity": 50}]}}],
        "linkedMembership": {"id": "9", "name": "Lake Group", "type": "CONSORTIUM", "creationDate": "2025-07-06"},
        "links": {"self": {"uri": "/v3/customers/1006500792"}}})
}

fn subscription() -> Value {
    json!({"subscriptionId": "s1", "offerId": "65304479CA01A12", "currentQuantity": 10, "usedQuantity": 4,
        "autoRenewal": {"enabled": true, "renewalQuantity": 10}, "creationDate": "2025-08-27", "status": "1000",
        "renewalDate": "2026-07-07", "currencyCode": "EUR", "deploymentId": "d1"})
}

fn order() -> Value {
    json!({"orderId": "o2", "externalReferenceId": "r", "referenceOrderId": "o1", "orderType": "NEW",
        "currencyCode": "EUR", "creationDate": "2025-08-27T12:57:22Z", "status": "1002", "source": "PARTNER",
        "lineItems": [{"extLineItemNumber": 1, "offerId": "65304479CA01A12", "quantity": 3, "status": "1002"}]})
}

fn reseller() -> Value {
    json!({"resellerId": "1000396138", "distributorId": "22", "status": "1000", "companyProfile": {"companyName": "N"}})
}

/// A list of such things and of others, under one of the names that lists have.
fn list(names: Vec<&'static str>, sample: &Value) -> impl Strategy<Value = Value> + use<> {
    let element = prop_oneof![4 => nearly(sample), 1 => value()];
    let around = json!({"totalCount": 3, "count": 2, "offset": 1, "limit": 2,
        "links": {"next": {"uri": "/v3/customers/1/orders?offset=2"}}});
    (nearly(&around), select(names), vec(element, 0..6)).prop_map(|(mut answer, name, elements)| {
        answer[name] = Value::Array(elements);
        answer
    })
}

fn answer() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => list(vec!["accounts", "customers"], &row()),
        3 => nearly(&customer()),
        2 => list(vec!["items"], &subscription()),
        2 => list(vec!["items"], &order()),
        1 => list(vec!["accounts", "resellers"], &reseller()),
        1 => nearly(&reseller()),
        1 => value(),
    ]
}

proptest! {
    #![proptest_config(cases(1_024))]

    #[test]
    fn whatever_an_answer_holds_it_is_kept_or_told(answer in answer()) {
        checks::readers(answer.to_string().as_bytes());
    }

    #[test]
    fn an_answer_that_ends_early_is_refused_in_words(answer in answer(), cut in any::<prop::sample::Index>()) {
        let body = answer.to_string().into_bytes();
        checks::readers(&body[..cut.index(body.len() + 1)]);
    }

    #[test]
    fn an_answer_with_bytes_changed_brings_nothing_down(
        answer in answer(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut body = answer.to_string().into_bytes();
        for (at, byte) in changes {
            let at = at.index(body.len());
            body[at] = byte;
        }
        checks::readers(&body);
    }
}

/// The places of all bytes within the values that are texts.
fn inside_values(json: &[u8]) -> Vec<usize> {
    let (mut places, mut text, mut is_escaped): (Vec<usize>, Option<usize>, bool) = (Vec::new(), None, false);
    for (at, byte) in json.iter().enumerate() {
        match (text, byte) {
            (None, b'"') => text = Some(places.len()),
            (None, _) => {}
            (Some(start), b'"') if !is_escaped => {
                // It was a name.
                if json.get(at + 1) == Some(&b':') {
                    places.truncate(start);
                }
                text = None;
            }
            (Some(_), byte) => {
                places.push(at);
                is_escaped = *byte == b'\\' && !is_escaped;
            }
        }
    }
    places
}

/// A row of a company with some name.
fn named(number: usize, name: &str) -> Value {
    let mut row = row();
    row["customerId"] = json!(format!("{}", 1_000_000_000 + number));
    row["companyProfile"]["companyName"] = json!(name);
    row
}

fn read(body: &[u8]) -> Result<CustomerPage, vipmp::model::Unreadable> {
    CustomerPage::from_slice(
        CustomerQuery::new(Status::active(), 50).expect("50 rows may be asked for"),
        body,
    )
}

proptest! {
    #![proptest_config(cases(2_048))]

    /// One bad byte costs one field: whatever becomes of a byte in a text, or comes in beside it, all rows are there, and
    /// the others are as they were. Names do not close anything: a quotation mark before `}]` may as well be the end of it.
    #[test]
    fn a_bad_byte_in_a_text_costs_no_other_row(
        names in vec(r"[ -\\^-|~äß株\u{1f600}\u{0}-\u{1f}]{0,12}", 1..6),
        at in any::<prop::sample::Index>(),
        byte in prop_oneof![any::<u8>(), select(vec![b'"', b'\\', 0, b'\n', 0xC3, 0xFF, b'u'])],
        is_new in any::<bool>(),
        behind in select(vec![&b""[..], b"\0", b"\n\n", b"\xff\xfe", b"}", b"{}", b" <!-- -->"]),
    ) {
        let rows: Vec<Value> = names.iter().enumerate().map(|(number, name)| named(number, name)).collect();
        let mut body = json!({"totalCount": rows.len(), "accounts": rows}).to_string().into_bytes();
        let places = inside_values(&body);
        let at = places[at.index(places.len())];
        if is_new {
            body.insert(at, byte);
        } else {
            body[at] = byte;
        }
        body.extend_from_slice(behind);
        let page = read(&body).unwrap_or_else(|why| panic!("{why}: {}", String::from_utf8_lossy(&body)));
        prop_assert_eq!(page.rows.len(), rows.len(), "a row was lost");
        let others = page.rows.iter().zip(&rows).filter(|(row, sent)| row.raw() != *sent).count();
        prop_assert!(others <= 1, "{} rows are not as sent: {}", others, String::from_utf8_lossy(&body));
        checks::readers(&body);
    }

    /// Each row can have a byte of its own that is not valid.
    #[test]
    fn a_bad_byte_in_every_row_costs_a_field_of_each(
        names in vec("[a-zA-Z äß株]{1,12}", 1..6),
        bad in vec(select(vec![&b"\xff"[..], b"\xc3", b"\x01", b"\\ud83d", b"\\x", b"\0"]), 6),
    ) {
        let rows: Vec<Vec<u8>> = names.iter().zip(&bad).enumerate().map(|(number, (name, bad))| {
            let row = named(number, "NAME").to_string();
            let (before, after) = row.split_once("NAME").expect("the name is there");
            [before.as_bytes(), name.as_bytes(), bad, after.as_bytes()].concat()
        }).collect();
        let body = [&b"{\"accounts\":["[..], &rows.join(&b","[..]), b"]}"].concat();
        let page = read(&body).expect("it can be read");
        prop_assert_eq!(page.rows.len(), rows.len());
        for (row, name) in page.rows.iter().zip(&names) {
            let customer = row.customer().expect("it has an id");
            let read = customer.company_name.as_deref().expect("it has a name");
            prop_assert!(read.starts_with(&format!("{name}\u{fffd}")), "{}", read);
            prop_assert_eq!(row.damage().count(), 1);
        }
    }
}

#[test]
fn long_lists_of_anything_are_kept_and_their_problems_bounded() {
    for element in
        ["7", "null", "{}", r#"{"status": [], "quantity": "x", "level": 1}"#, r#"{"customerId": 1}"#]
    {
        let all = vec![element; 3_000].join(",");
        for body in [
            format!(r#"{{"accounts": [{all}]}}"#),
            format!(r#"{{"items": [{all}]}}"#),
            format!(r#"{{"items": [{{"lineItems": [{all}]}}]}}"#),
            format!(r#"{{"tags": [{all}], "benefits": [{all}], "companyProfile": {{"contacts": [{all}]}}}}"#),
        ] {
            checks::readers(body.as_bytes());
        }
    }
}

#[test]
fn deep_nesting_is_refused() {
    for (open, close) in [("[", "]"), (r#"{"items":"#, "}"), (r#"{"accounts":["#, "]}")] {
        checks::readers(open.repeat(100_000).as_bytes());
        checks::readers(format!("{}0{}", open.repeat(100_000), close.repeat(100_000)).as_bytes());
        checks::errors(open.repeat(100_000).as_bytes());
    }
}
