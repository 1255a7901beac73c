//! JSON from a server: read strictly at first, and with tolerance if that fails, so that a bad byte costs a field only.
//!
//! A good answer is read once, by serde. Only one that serde refuses is repaired: what is not valid becomes U+FFFD, and
//! each repair is noted with its place. Of a name that an object has twice the last value is used, and that is noted too.

mod charset;
mod flaw;
mod repair;
mod value;

use serde_json::{Value, error::Category};

pub(crate) use charset::to_utf8;
pub(super) use flaw::Flaws;
use repair::{Repaired, Trust, repaired};

use super::Unreadable;

/// An answer, and what of it was not valid.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) value: Value,
    pub(super) flaws: Flaws,
}

/// Reads the bytes of an answer as JSON.
///
/// # Errors
/// Returns why it cannot be read even with tolerance, with the line and the column.
pub(super) fn parse(bytes: &[u8]) -> Result<Parsed, Unreadable> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let error = match strict(bytes) {
        Ok(parsed) => return Ok(parsed),
        Err(error) => error,
    };
    let text = to_utf8(bytes, None);
    let error = match &text {
        std::borrow::Cow::Borrowed(_) => error,
        std::borrow::Cow::Owned(text) => match strict(text) {
            Ok(parsed) => return Ok(parsed),
            Err(error) => error,
        },
    };
    // Quotation marks are doubted only if nothing else helps: most often they are right.
    for trust in [Trust::Quotes, Trust::Nothing] {
        let Repaired { json, flaws } = repaired(&text, trust);
        // A guess that lets one object run into the next would mix two customers.
        if flaws.is_mixed() {
            continue;
        }
        if let Ok(mut parsed) = strict(&json) {
            if flaws.has_guess() && parsed.flaws.has_repeat() {
                continue;
            }
            parsed.flaws.extend(flaws);
            return Ok(parsed);
        }
    }
    Err(unreadable(&text, &error))
}

/// Reads an answer as a value alone, with the same tolerance.
pub(crate) fn read_json(bytes: &[u8]) -> Option<Value> {
    parse(bytes).ok().map(|parsed| parsed.value)
}

fn strict(bytes: &[u8]) -> Result<Parsed, serde_json::Error> {
    let (value, flaws) = value::read(bytes)?;
    Ok(Parsed { value, flaws })
}

/// The reason in words: what looks like JSON is called so, or the message would contradict what it shows.
fn unreadable(bytes: &[u8], error: &serde_json::Error) -> Unreadable {
    let at = format!("at line {} column {}", error.line(), error.column());
    let words = error.to_string();
    let words = words.strip_suffix(&at).map_or(words.as_str(), str::trim_end);
    if !matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return Unreadable::NotJson(format!("{words} {at}"));
    }
    Unreadable::BrokenJson(match error.classify() {
        Category::Eof => format!("it ends too early, {at}"),
        _ if words.starts_with("recursion limit") => format!("it is nested too deeply, {at}"),
        _ => format!("{words} {at}"),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(bytes: &[u8]) -> (Value, Vec<String>) {
        let parsed = parse(bytes).unwrap();
        let flaws = parsed.flaws.into_problems().map(|problem| problem.to_string());
        (parsed.value, flaws.collect())
    }

    #[test]
    fn good_json_is_read_as_it_is() {
        let (value, flaws) =
            read(br#"{"big": 1.50e+400, "a": {"z": 1, "b": [true, null, -0.0]}, "t": "\ud83d\ude00"}"#);
        assert_eq!(value.to_string(), r#"{"big":1.50e+400,"a":{"z":1,"b":[true,null,-0.0]},"t":"😀"}"#);
        assert_eq!(flaws, [""; 0]);
        assert_eq!(read(b"\xEF\xBB\xBF{}").0, json!({}));
    }

    #[test]
    fn a_bad_character_costs_that_character() {
        for (body, text, why) in [
            (&br#"{"a": {"b": ["Acme \ud83d"]}}"#[..], "Acme \u{fffd}", "half a surrogate pair"),
            (br#"{"a": {"b": ["Acme \ude00!"]}}"#, "Acme \u{fffd}!", "half a surrogate pair"),
            (br#"{"a": {"b": ["\ud83d\u0041"]}}"#, "\u{fffd}A", "half a surrogate pair"),
            (b"{\"a\": {\"b\": [\"Acme \xc3\"]}}", "Acme \u{fffd}", "a byte that is not UTF-8"),
            (b"{\"a\": {\"b\": [\"M\xfcller\"]}}", "M\u{fffd}ller", "a byte that is not UTF-8"),
            (b"{\"a\": {\"b\": [\"\xe6\xa0\"]}}", "\u{fffd}", "a byte that is not UTF-8"),
            (b"{\"a\": {\"b\": [\"Acme\x07\"]}}", "Acme\u{fffd}", "a raw control character"),
            (b"{\"a\": {\"b\": [\"Acme\n\"]}}", "Acme\u{fffd}", "a raw control character"),
            (br#"{"a": {"b": ["Ac\me"]}}"#, "Ac\u{fffd}me", "an escape that JSON does not have"),
            (br#"{"a": {"b": ["\u12G4"]}}"#, "\u{fffd}u12G4", "an escape that JSON does not have"),
        ] {
            let (value, flaws) = read(body);
            assert_eq!(value, json!({"a": {"b": [text]}}));
            let told = format!("a.b[0]: an invalid character ({why}) was replaced with U+FFFD");
            assert_eq!(flaws, [told]);
        }
        let (_, flaws) = read(b"{\"a\": \"\xff\x01\xfe\"}");
        assert_eq!(
            flaws,
            [
                "a: 3 invalid characters (a byte that is not UTF-8, a raw control character) were replaced with \
              U+FFFD"
            ]
        );
    }

    #[test]
    fn what_follows_the_end_or_lies_between_values_is_reported() {
        let after = |bytes: &str| format!("after the end: {bytes} ignored");
        for (body, told) in [
            (&b"{\"a\": 1}\0"[..], after("1 byte that is not part of the answer was")),
            (b"{\"a\": 1}\n\0\0 \n", after("2 bytes that are not part of the answer were")),
            (b"{\"a\": 1}{\"b\": 2}", after("8 bytes that are not part of the answer were")),
            (b"{\"a\": 1} <!-- cached -->", after("15 bytes that are not part of the answer were")),
            (b"{\"a\": \0 1}", "a: 1 byte between the values is not JSON and was ignored".to_owned()),
            (b"{\"a\": \x0c1}", "a: 1 byte between the values is not JSON and was ignored".to_owned()),
            (b"\0{\"a\": 1}", "the answer: 1 byte between the values is not JSON and was ignored".to_owned()),
            (
                b"{\xef\xbb\xbf\"a\": 1}",
                "the answer: 3 bytes between the values are not JSON and were ignored".to_owned(),
            ),
        ] {
            let (value, flaws) = read(body);
            assert_eq!(value, json!({"a": 1}), "{told}");
            assert_eq!(flaws, [told]);
        }
    }

    #[test]
    fn a_word_that_is_no_value_costs_that_value() {
        for (word, text) in
            [("NaN", "NaN"), ("0123", "0123"), ("+1", "+1"), ("tru", "tru"), ("1.2.3", "1.2.3")]
        {
            let (value, flaws) = read(format!("{{\"a\": [{{\"b\": {word}}}, {{\"b\":2}}]}}").as_bytes());
            assert_eq!(value, json!({"a": [{"b": text}, {"b": 2}]}));
            assert_eq!(flaws, ["a[0].b: not a JSON value, read as text"]);
        }
        assert_eq!(read(b"{\"a\": 1\x002}").0, json!({"a": "1\u{0}2"}), "no number is made of two");
        let (value, flaws) = read(b"{\"a\": -\xff1}");
        assert_eq!((value, flaws.len()), (json!({"a": "-\u{fffd}1"}), 1));
        assert_eq!(
            read(b"{a: 1, b: true, c: null, d: -1.50e2}").0.to_string(),
            r#"{"a":1,"b":true,"c":null,"d":-1.50e+2}"#
        );
        let comma = "the answer: 1 byte between the values is not JSON and was ignored";
        for body in ["{\"a\": [1, 2,]}", "{\"a\": [,1, 2]}", "{\"a\": [1,, 2 ]}", "{\"a\": [1, 2] , }"] {
            let (value, flaws) = read(body.as_bytes());
            assert_eq!(value, json!({"a": [1, 2]}), "{body}");
            assert!(flaws.len() == 1 && flaws[0].ends_with(&comma[12..]), "{flaws:?}");
        }
        for body in ["nonsense", "OK", "\"a\" b", "NaN"] {
            assert!(matches!(parse(body.as_bytes()), Err(Unreadable::NotJson(_))), "{body}");
        }
    }

    #[test]
    fn of_a_name_that_comes_twice_the_last_value_is_used_and_that_is_reported() {
        let (value, flaws) = read(br#"{"a": [{"x": 1, "y": 2, "x": 3, "x": 4}], "b": 1, "b": 1}"#);
        assert_eq!(value, json!({"a": [{"x": 4, "y": 2}], "b": 1}));
        assert_eq!(
            flaws,
            ["a[0].x: sent 3 times (the last value is used)", "b: sent twice (the last value is used)"]
        );
    }

    #[test]
    fn a_quotation_mark_that_is_not_escaped_or_is_by_mistake_costs_one_field() {
        let sound =
            r#"{"rows": [{"name": "Acme, Inc", "id": "1"}, {"id": "2", "name": "B \"Q\" {\"x\":1}"}]}"#;
        for (mark, text) in [
            (r#""Ac"me, Inc""#, "Ac\"me, Inc"),
            (r#"""Acme, Inc""#, "\"Acme, Inc"),
            (r#""Acme", Inc""#, "Acme\", Inc"),
            (r#""Acme, Inc"""#, "Acme, Inc\""),
            (r#""Acme, Inc\""#, "Acme, Inc\u{fffd}"),
        ] {
            let (value, flaws) = read(sound.replace(r#""Acme, Inc""#, mark).as_bytes());
            assert_eq!(value["rows"][0], json!({"name": text, "id": "1"}), "{mark}");
            assert_eq!(value["rows"][1], json!({"id": "2", "name": "B \"Q\" {\"x\":1}"}));
            assert_eq!(flaws.len(), 1);
            assert!(flaws[0].starts_with("rows[0].name: "), "{flaws:?}");
        }
        // The last field of its row: the next row is not swallowed.
        let (value, flaws) = read(br#"{"rows": [{"id": "1", "name": "A\"}, {"id": "2", "name": "B"}]}"#);
        assert_eq!(value, json!({"rows": [{"id": "1", "name": "A\u{fffd}"}, {"id": "2", "name": "B"}]}));
        assert_eq!(
            flaws,
            ["rows[0].name: a quotation mark is not escaped, or wrongly, so the end of the text is a guess"]
        );
    }

    #[test]
    fn other_encodings_are_recognised() {
        let text = "{\"a\": \"Köln 😀\"}";
        let utf_16: Vec<u16> = text.encode_utf16().collect();
        let be: Vec<u8> = utf_16.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        let le: Vec<u8> = utf_16.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let utf_32: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        let with = |mark: &[u8], rest: &[u8]| [mark, rest].concat();
        for bytes in [with(b"\xff\xfe", &le), with(b"\xfe\xff", &be), le, be, utf_32] {
            assert_eq!(read(&bytes), (json!({"a": "Köln 😀"}), Vec::new()));
        }
        // Half a surrogate pair.
        let mut broken: Vec<u16> = "{\"a\": \"x".encode_utf16().collect();
        broken.push(0xd83d);
        broken.extend("\"}".encode_utf16());
        let (value, flaws) = read(&broken.iter().flat_map(|unit| unit.to_le_bytes()).collect::<Vec<_>>());
        assert_eq!((value, flaws.len()), (json!({"a": "x\u{fffd}"}), 1));
    }

    #[test]
    fn what_cannot_be_read_is_described_with_its_line_and_column() {
        let why = |body: &[u8]| parse(body).unwrap_err().to_string();
        assert_eq!(why(b"<html>"), "not JSON (expected value at line 1 column 1)");
        assert_eq!(why(b""), "not JSON (EOF while parsing a value at line 1 column 0)");
        assert_eq!(why(b"{\"a\": [1,\n 2"), "not valid JSON (it ends too early, at line 2 column 2)");
        assert_eq!(why(b"{\"a\": 1,\n \"b\" 2}"), "not valid JSON (expected `:` at line 2 column 6)");
        let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
        assert_eq!(why(deep.as_bytes()), "not valid JSON (it is nested too deeply, at line 1 column 128)");
    }

    #[test]
    fn a_name_that_the_library_uses_for_numbers_is_a_name() {
        let (value, _) = read(br#"{"a": {"$serde_json::private::Number": [1]}, "b": 2}"#);
        assert_eq!(value.to_string(), r#"{"a":{"$serde_json::private::Number":[1]},"b":2}"#);
    }
}
