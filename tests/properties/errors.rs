//! Bodies of errors: objects with any values, web pages, text with a secret in it.

use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Value, json};

use crate::{
    cases, checks,
    json::{nearly, value},
};

fn body() -> impl Strategy<Value = Value> {
    let sample = json!({"code": "1117", "message": "Invalid fields", "error_code": 4, "error": "invalid_client",
        "error_description": "sec-ret/1 is wrong", "additionalDetails": ["limit", {"a": "sec-ret/1"}]});
    prop_oneof![nearly(&sample), value(), nearly(&sample).prop_map(|inner| json!({"error": inner}))]
}

fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => select(vec![
            "<html>", "<!doctype html>", "<title>", "</title>", "<TITLE lang='x'>", "sec-ret/1", "sec-", "ret/1", " ",
            "\n", "\0", "\x1b[2J", "\u{301}", "\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}", "\u{9b}", "é", "İ", "wide",
        ])
        .prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    (vec((part, 1_usize..4), 0..12), 1_usize..60).prop_map(|(parts, times)| {
        let text: String = parts.into_iter().map(|(part, times)| part.repeat(times)).collect();
        text.repeat(times)
    })
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn errors_of_any_shape_are_told_clean_short_and_without_secrets(body in body()) {
        checks::errors(body.to_string().as_bytes());
    }

    #[test]
    fn errors_that_are_text_are_too(text in text()) {
        checks::errors(text.as_bytes());
        checks::errors(Value::from(text).to_string().as_bytes());
    }

    #[test]
    fn errors_of_any_bytes_are_too(data in vec(any::<u8>(), 0..300)) {
        checks::errors(&data);
    }
}
