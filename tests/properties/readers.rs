//! Answers of the API in which any field may be missing or anything else.

use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Value, json};

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
