//! JSON of any shape, and objects that nearly are what the documentation has.

use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Map, Value, json};

/// Any value: all types in all places.
pub fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::Array),
            vec((name(), inner), 0..5).prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        // Numbers that fit no type of ours are kept as they are written.
        select(vec!["1e999", "-0", "-0.0", "123456789012345678901234567890", "1E+2"])
            .prop_map(|number| serde_json::from_str(number).unwrap_or_default()),
        any::<String>().prop_map(Value::String),
        select(vec![
            "",
            " ",
            "1000",
            "1006500792",
            "2025-08-27T12:57:22Z",
            "2026-07-07",
            "2025-02-30",
            "yyyy-MM-dd",
            "/v3/customers/1",
            "//evil.example/",
            "GET",
            "POST",
            "\u{1b}]0;x\u{7}",
            "\u{202e}",
            "sec-ret/1",
        ])
        .prop_map(Value::from),
    ]
}

/// Names of the API's fields, and others.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => select(FIELDS).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

const FIELDS: &[&str] = &[
    "uri",
    "href",
    "rel",
    "method",
    "headers",
    "name",
    "key",
    "value",
    "self",
    "next",
    "prev",
    "enabled",
    "renewalQuantity",
    "companyName",
    "offerType",
    "level",
    "quantity",
    "startDate",
    "endDate",
    "status",
    "country",
    "city",
    "firstName",
    "email",
    "customerId",
    "resellerId",
    "commitment",
    "minimumQuantities",
    "contacts",
    "code",
    "message",
    "id",
    "type",
];

/// An object in which each of these fields is missing, as it should be, or anything.
pub fn nearly(sample: &Value) -> impl Strategy<Value = Value> + use<> {
    let fields = sample.as_object().cloned().unwrap_or_default();
    let fields: Vec<_> = fields
        .into_iter()
        .map(|(name, good)| {
            let field = prop_oneof![4 => Just(Some(good)), 1 => Just(None), 3 => value().prop_map(Some)];
            field.prop_map(move |value| Some((name.clone(), value?)))
        })
        .collect();
    (fields, vec((name(), value()), 0..3)).prop_map(|(known, unknown)| {
        let mut fields: Map<String, Value> = known.into_iter().flatten().collect();
        fields.extend(unknown);
        Value::Object(fields)
    })
}
