//! The bodies of error responses, in all the shapes that the API and the gateways before it send.

use secrecy::SecretString;
use serde_json::{Map, Value};

use super::{
    content::{BINARY, is_binary},
    error::MAX_MESSAGE,
};
use crate::{
    model::{read_json, to_utf8},
    redact::Redactor,
    text,
};

const MAX_CODE: usize = 64;
const MAX_DETAILS: usize = 20;
const MAX_DETAIL: usize = 300;
const MAX_EXCERPT: usize = 160;
/// The number of bytes from which an excerpt is taken, if a body is not JSON.
const MAX_EXAMINED: usize = 64 * 1024;

/// The beginning of an excerpt from a web page.
pub(super) const PAGE: &str = "a web page: ";

/// The contents of an error response. All texts are cleaned, bounded and free of secrets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ErrorBody {
    /// The `code`, `error_code`, or OAuth `error`.
    pub code: Option<String>,
    /// The `message` or OAuth `error_description`, or the title of a web page.
    pub message: Option<String>,
    /// The `additionalDetails`.
    pub details: Vec<String>,
}

impl ErrorBody {
    /// Reads a body of any shape and masks these secrets in it.
    pub fn from_slice(bytes: &[u8], secrets: &[SecretString]) -> Self {
        Self::read(bytes, &Redactor::new(secrets))
    }

    /// Reads a body in the shape of the API (`code` is a string or a number), of a gateway (`error_code`), of OAuth
    /// (`error`, `error_description`), a web page, plain text, or an empty one.
    pub(super) fn read(bytes: &[u8], redactor: &Redactor) -> Self {
        match read_json(bytes) {
            Some(Value::Object(map)) => Self::from_object(&map, redactor),
            Some(Value::String(text)) => {
                Self { message: tidy(&text, redactor, MAX_MESSAGE), ..Self::default() }
            }
            _ => Self { message: excerpt(bytes, redactor), ..Self::default() },
        }
    }

    fn from_object(map: &Map<String, Value>, redactor: &Redactor) -> Self {
        // Some gateways wrap the error in an object named `error`.
        if let (Some(Value::Object(inner)), None) = (map.get("error"), map.get("code")) {
            return Self::from_object(inner, redactor);
        }
        let first = |names: &[&str], max| {
            names
                .iter()
                .filter_map(|name| scalar(map.get(*name)?))
                .find_map(|text| tidy(&text, redactor, max))
        };
        let details = match map.get("additionalDetails") {
            Some(Value::Array(all)) => {
                all.iter().take(MAX_DETAILS).filter_map(|one| detail(one, redactor)).collect()
            }
            Some(one) => detail(one, redactor).into_iter().collect(),
            None => Vec::new(),
        };
        Self {
            code: first(&["code", "error_code", "error"], MAX_CODE),
            message: first(&["message", "error_description", "error_message"], MAX_MESSAGE),
            details,
        }
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn detail(value: &Value, redactor: &Redactor) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    tidy(&text, redactor, MAX_DETAIL)
}

fn tidy(text: &str, redactor: &Redactor, max: usize) -> Option<String> {
    let text = text.trim();
    if text.is_empty() { None } else { Some(redactor.sanitize(text, max)) }
}

/// Returns the beginning of a body that is not JSON on one line, or the title if it is a web page.
pub(super) fn excerpt(bytes: &[u8], redactor: &Redactor) -> Option<String> {
    let bytes = &*to_utf8(bytes, None);
    if is_binary(bytes) {
        return Some(format!("{BINARY}({})", text::pluralize(bytes.len() as u64, "byte", "bytes")));
    }
    let mut start = String::from_utf8_lossy(&bytes[..bytes.len().min(MAX_EXAMINED)]);
    if bytes.len() > MAX_EXAMINED {
        // Half a word at the end could be half a secret, which would not be recognised.
        let end = start.rfind(char::is_whitespace).unwrap_or(0);
        start = start[..end].to_owned().into();
    }
    // The same length as `start`, so that positions fit both.
    let lower = start.to_ascii_lowercase();
    let page = lower.contains("<html") || lower.contains("<!doctype");
    let title = lower.find("<title").and_then(|at| {
        let open = at + lower[at..].find('>')? + 1;
        let close = open + lower[open..].find("</title")?;
        start.get(open..close)
    });
    let text = match title {
        Some(title) if page && !title.trim().is_empty() => title,
        _ => start.as_ref(),
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = tidy(&words.join(" "), redactor, MAX_EXCERPT)?;
    Some(if page { format!("{PAGE}{text}") } else { text })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the code, the message and the details; what is missing is empty.
    fn read(body: &str) -> (String, String, Vec<String>) {
        let body = ErrorBody::read(body.as_bytes(), &Redactor::new([&"s3cr3t-x".into()]));
        (body.code.unwrap_or_default(), body.message.unwrap_or_default(), body.details)
    }

    fn body(code: &str, message: &str) -> (String, String, Vec<String>) {
        (code.to_owned(), message.to_owned(), Vec::new())
    }

    #[test]
    fn reads_every_documented_shape() {
        let api =
            r#"{"code": "1117", "message": "Invalid fields", "additionalDetails": ["limit", "offset"]}"#;
        let details = vec!["limit".to_owned(), "offset".to_owned()];
        assert_eq!(read(api), ("1117".to_owned(), "Invalid fields".to_owned(), details));
        assert_eq!(read(r#"{"code": 1117, "message": null}"#), body("1117", ""));
        let gateway = r#"{"error_code": "403000", "message": "Api Key is required"}"#;
        assert_eq!(read(gateway), body("403000", "Api Key is required"));
        let oauth = r#"{"error": "invalid_client", "error_description": "invalid client_secret"}"#;
        assert_eq!(read(oauth), body("invalid_client", "invalid client_secret"));
        let wrapped = r#"{"error": {"code": 503, "message": "busy"}}"#;
        assert_eq!(read(wrapped), body("503", "busy"));
        let page = "<!DOCTYPE html>\n<html><head><TITLE>502 Bad\n Gateway</TITLE></head><body>…";
        assert_eq!(read(page), body("", "a web page: 502 Bad Gateway"));
        assert_eq!(read("upstream\n\ttimed out"), body("", "upstream timed out"));
        for nothing in ["", "  \n", "{}", "{\"code\": {}, \"message\": []}"] {
            assert_eq!(read(nothing), body("", ""), "{nothing:?}");
        }
        assert_eq!(read("\u{feff}{\"code\": 4118}").0, "4118");
    }

    #[test]
    fn details_of_any_shape_are_bounded() {
        assert_eq!(read(r#"{"additionalDetails": "one"}"#).2, ["one"]);
        assert_eq!(read(r#"{"additionalDetails": [{"a": 1}, null, 7]}"#).2, [r#"{"a":1}"#, "7"]);
        let long = format!(r#"{{"additionalDetails": [{}"{}"]}}"#, "\"x\",".repeat(100), "y".repeat(5000));
        assert_eq!(read(&long).2.len(), MAX_DETAILS);
        let long =
            format!(r#"{{"additionalDetails": ["{}"], "code": "{0}", "message": "{0}"}}"#, "y".repeat(5000));
        let (code, message, details) = read(&long);
        let lengths = [code, message, details[0].clone()].map(|text| text.chars().count());
        assert_eq!(lengths, [MAX_CODE + 1, MAX_MESSAGE + 1, MAX_DETAIL + 1]);
    }

    #[test]
    fn texts_are_clean_and_hold_no_secret() {
        let (_, message, _) = read("{\"error_description\": \"\\u001b[2J for s3cr3t-x\"}");
        assert_eq!(message, "␛[2J for ••••");
        assert_eq!(read("s3cr3t-x is wrong").1, "•••• is wrong");
        assert_eq!(read("<html><title>s3cr3t-x</title>").1, "a web page: ••••");
        let cut = format!("a{}s3cr3t-x", " ".repeat(MAX_EXAMINED - 5));
        assert_eq!(read(&cut).1, "a");
    }

    #[test]
    fn binary_data_is_described_and_other_encodings_are_read() {
        let message = |bytes: &[u8]| ErrorBody::read(bytes, &Redactor::new([])).message.unwrap();
        assert_eq!(message(b"\x89PNG\r\n\x1a\n\0\0\0\r"), "binary data (12 bytes)");
        assert_eq!(message(b"\xff\xfeb\0u\0s\0y\0"), "busy");
        assert_eq!(message(b"{\"message\": \"b\xffusy\"}\0"), "b\u{fffd}usy");
    }
}
